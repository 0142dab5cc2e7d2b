#include "app/ui/fonts.h"

#include <imgui.h>

#include <algorithm>
#include <cfloat>
#include <cmath>

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

// Latin-1, dashes, quotes, ellipsis, arrow, minus and the hollow box for what is missing.
constexpr ImWchar kGlyphs[] = {0x0020, 0x00FF, 0x2010, 0x2026, 0x2192, 0x2192,
                               0x2212, 0x2212, 0x25A1, 0x25A1, 0};

}  // namespace

Result<Fonts> Fonts::load(ImFontAtlas& atlas, float pixels_per_unit) {
  Fonts fonts;
  fonts.scale_ = pixels_per_unit;
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
      fonts.faces_[i].push_back({font, pixels / face.line});
    }
  }
  atlas.TexDesiredWidth = pixels_per_unit > 1.6f ? 4096 : 2048;
  if (!atlas.Build())
    return Error{Code::kCorruption, "the fonts could not be drawn into a texture"};
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
  return picked.font
             ->CalcTextSizeA(picked.pixels, FLT_MAX, 0, text.data(), text.data() + text.size())
             .x /
         scale_;
}

}  // namespace ui
