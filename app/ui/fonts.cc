#include "app/ui/fonts.h"

#include <imgui.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <fstream>
#include <iterator>

#include "app/export/font_files.h"

namespace ui {
namespace {

struct FaceFile {
  const char* file;
  const char* folder;  // below a fonts folder, as Debian lays it out
  const char* package;
  float line;                  // ascent plus descent over the em: what ImGui calls the size
  std::array<float, 6> sizes;  // ended by 0
};

// Sizes of the em square in units. A hundred and sixty glyphs each; together one megapixel at
// scale 1.
constexpr std::array<FaceFile, 5> kFaceFiles = {{
    {"Inter-Regular.otf", "opentype/inter", "fonts-inter", 1.210f, {13, 14, 16, 24}},
    {"Inter-Medium.otf", "opentype/inter", "fonts-inter", 1.210f, {13, 14, 20}},
    {"Inter-SemiBold.otf", "opentype/inter", "fonts-inter", 1.210f, {13, 14, 16, 20, 24, 40}},
    {"JetBrainsMono-Regular.ttf",
     "truetype/jetbrains-mono",
     "fonts-jetbrains-mono",
     1.320f,
     {13, 15, 20}},
    {"JetBrainsMono-Bold.ttf",
     "truetype/jetbrains-mono",
     "fonts-jetbrains-mono",
     1.320f,
     {13, 15, 20, 36}},
}};

constexpr FaceFile kHan = {"wqy-microhei.ttc", "truetype/wqy", "fonts-wqy-microhei", 1.172f, {}};

Result<std::string> find_font(const FaceFile& face) {
  return exporter::find_font(face.file, face.folder, face.package);
}

// Latin-1, dashes, quotes, ellipsis, arrow, minus and the hollow box for what is missing.
constexpr ImWchar kGlyphs[] = {0x0020, 0x00FF, 0x2010, 0x2026, 0x2192, 0x2192,
                               0x2212, 0x2212, 0x25A1, 0x25A1, 0};

// Chinese in a caption needs a little more height than Latin, and large sizes hold figures alone.
constexpr float kSmallestHan = 14;
bool has_han(const FaceFile& face, float size) {
  const bool mono = face.line > 1.3f;
  return mono ? size <= 15 : true;
}

// The face for Chinese behind the one just added. False: its file cannot be read.
bool merge_han(ImFontAtlas& atlas, std::vector<char>& file, float size, float pixels_per_unit,
               const ImWchar* ranges) {
  ImFontConfig config;
  config.MergeMode = true;
  config.OversampleH = 1;
  config.OversampleV = 1;
  config.PixelSnapH = true;
  config.FontNo = 0;
  config.FontDataOwnedByAtlas = false;
  const float pixels =
      std::max(4.0f, std::round(std::max(size, kSmallestHan) * pixels_per_unit * kHan.line));
  return atlas.AddFontFromMemoryTTF(file.data(), static_cast<int>(file.size()), pixels, &config,
                                    ranges) != nullptr;
}

std::shared_ptr<std::vector<char>> read_han() {
  const auto path = find_font(kHan);
  if (!path) return nullptr;
  std::ifstream in(*path, std::ios::binary);
  auto file = std::make_shared<std::vector<char>>(std::istreambuf_iterator<char>(in),
                                                  std::istreambuf_iterator<char>());
  return file->empty() ? nullptr : file;
}

}  // namespace

Status Fonts::find_han() {
  const auto path = find_font(kHan);
  if (!path) return path.error();
  return ok();
}

void add_characters(std::string_view text, std::set<std::uint16_t>& to) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // Three bytes reach from U+0800 to U+FFFF; Latin-1 needs two, and what needs four ImGui of
    // Debian cannot draw.
    if ((byte & 0xF0) != 0xE0 || i + 2 >= text.size()) continue;
    const auto second = static_cast<unsigned char>(text[i + 1]),
               third = static_cast<unsigned char>(text[i + 2]);
    to.insert(
        static_cast<std::uint16_t>((byte & 0x0F) << 12 | (second & 0x3F) << 6 | (third & 0x3F)));
    i += 2;
  }
}

void Fonts::note_drawn(std::string_view text) const {
  if (std::none_of(text.begin(), text.end(),
                   [](char c) { return (static_cast<unsigned char>(c) & 0xF0) == 0xE0; }))
    return;
  std::set<std::uint16_t> found;
  add_characters(text, found);
  for (const std::uint16_t character : found) {
    if (!known_[character]) missed_.insert(character);
  }
}

Result<Fonts> Fonts::load(ImFontAtlas& atlas, float pixels_per_unit,
                          const std::set<std::uint16_t>& more) {
  Fonts fonts;
  fonts.scale_ = pixels_per_unit;
  fonts.known_.assign(0x10000, false);
  for (const ImWchar* range = kGlyphs; *range != 0; range += 2) {
    for (int i = range[0]; i <= range[1]; ++i) fonts.known_[static_cast<std::size_t>(i)] = true;
  }
  ImVector<ImWchar> ranges;
  for (const std::uint16_t character : more) {
    if (fonts.known_[character]) continue;
    fonts.known_[character] = true;  // also if the face has it not: asking again would not help
    ranges.push_back(character);
    ranges.push_back(character);
  }
  ranges.push_back(0);
  if (ranges.Size > 1) fonts.han_ = read_han();
  atlas.Clear();
  for (std::size_t i = 0; i < fonts.faces_.size(); ++i) {
    const FaceFile& face = kFaceFiles[i];
    RAFT_TRY_ASSIGN(const std::string path,
                    exporter::find_font(face.file, face.folder, face.package));
    for (const float size : face.sizes) {
      if (size == 0) break;
      ImFontConfig config;
      config.OversampleH = pixels_per_unit >= 1.75f ? 1 : 2;
      config.OversampleV = 1;
      config.PixelSnapH = false;
      config.FontNo = 0;
      // ImGui's size is the line, not the em square.
      const float pixels = std::max(4.0f, std::round(size * pixels_per_unit * face.line));
      ImFont* font = atlas.AddFontFromFileTTF(path.c_str(), pixels, &config, kGlyphs);
      if (font == nullptr)
        return Error{Code::kCorruption,
                     "font " + path + " cannot be read; reinstall the package " + face.package};
      if (fonts.han_ != nullptr && has_han(face, size) &&
          !merge_han(atlas, *fonts.han_, size, pixels_per_unit, ranges.Data))
        return Error{Code::kCorruption, std::string("font ") + kHan.file +
                                            " cannot be read; reinstall the package " +
                                            kHan.package};
      fonts.faces_[i].push_back({font, pixels / face.line});
    }
  }
  atlas.TexDesiredWidth = pixels_per_unit > 1.6f ? 4096 : 2048;
  fonts.discs_.reserve(atlas);
  if (!atlas.Build())
    return Error{Code::kCorruption, "the fonts could not be drawn into a texture"};
  fonts.discs_.bake(atlas);
  for (auto& face : fonts.faces_) {
    for (Baked& baked : face) {
      baked.font->FallbackChar = 0x25A1;
      baked.font->BuildLookupTable();
    }
  }
  return fonts;
}

Fonts::Picked Fonts::pick(scene::Face face, int weight, float size) const {
  const std::size_t index = face == scene::Face::kMono ? (weight >= 600 ? 4 : 3)
                            : weight >= 600            ? 2
                            : weight >= 500            ? 1
                                                       : 0;
  const float wanted = size * scale_;
  const auto& sizes = faces_[index];
  const Baked* best = &sizes.back();
  for (const Baked& baked : sizes) {
    // Half a pixel less is nearer than the next larger: sharper than scaling down.
    if (baked.em >= wanted - 0.5f) {
      best = &baked;
      break;
    }
  }
  Picked picked;
  picked.font = best->font;
  const bool exact = std::abs(best->em - wanted) <= 0.5f;
  picked.pixels = exact ? best->font->FontSize : best->font->FontSize * wanted / best->em;
  picked.ascent = best->font->Ascent * picked.pixels / best->font->FontSize;
  return picked;
}

float Fonts::width(std::string_view text, float size, scene::Face face, int weight) const {
  const Picked picked = pick(face, weight, size);
  // What ImGui does, without a look at each character for what it might be.
  const float scale = picked.pixels / picked.font->FontSize;
  float wide = 0;
  bool plain = true;
  for (const char c : text) {
    const int index = static_cast<unsigned char>(c);
    const ImVector<float>& advances = picked.font->IndexAdvanceX;
    wide += (index < advances.Size ? advances[index] : picked.font->FallbackAdvanceX) * scale;
    plain = plain && c >= 0x20 && c < 0x7F;
  }
  if (plain) return wide / scale_;
  return picked.font
             ->CalcTextSizeA(picked.pixels, FLT_MAX, 0, text.data(), text.data() + text.size())
             .x /
         scale_;
}

}  // namespace ui
