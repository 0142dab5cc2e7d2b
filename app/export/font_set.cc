#include "app/export/font_set.h"

#include <cairo-ft.h>
#include <ft2build.h>
#include FT_FREETYPE_H

#include <array>
#include <map>
#include <string>
#include <vector>

#include "app/export/font_files.h"

namespace exporter {
namespace {

struct FaceFile {
  const char* file;
  const char* folder;
  const char* package;
};

constexpr std::array<FaceFile, 5> kFaceFiles = {{
    {"Inter-Regular.otf", "opentype/inter", "fonts-inter"},
    {"Inter-Medium.otf", "opentype/inter", "fonts-inter"},
    {"Inter-SemiBold.otf", "opentype/inter", "fonts-inter"},
    {"JetBrainsMono-Regular.ttf", "truetype/jetbrains-mono", "fonts-jetbrains-mono"},
    {"JetBrainsMono-Bold.ttf", "truetype/jetbrains-mono", "fonts-jetbrains-mono"},
}};
// For keys, values and titles in Chinese; the rest of the picture does without.
constexpr FaceFile kWide = {"wqy-microhei.ttc", "truetype/wqy", "fonts-wqy-microhei"};
constexpr std::size_t kWideIndex = kFaceFiles.size();
constexpr char32_t kMissing = 0x25A1;

// Display lists hold well-formed UTF-8 only.
char32_t next_character(std::string_view& text, int& bytes) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned head = byte(0);
  bytes = head < 0x80 ? 1 : head < 0xE0 ? 2 : head < 0xF0 ? 3 : 4;
  char32_t out = head;
  if (bytes > 1) {
    out = head & (0xFFu >> (bytes + 1));
    for (int i = 1; i < bytes; ++i) out = out << 6 | (byte(static_cast<std::size_t>(i)) & 0x3Fu);
  }
  bytes = std::min(bytes, static_cast<int>(text.size()));
  text.remove_prefix(static_cast<std::size_t>(bytes));
  return out;
}

std::size_t face_index(scene::Face face, int weight) {
  if (face == scene::Face::kMono) return weight >= 600 ? 4 : 3;
  return weight >= 600 ? 2 : weight >= 500 ? 1 : 0;
}

struct Glyph {
  std::size_t face = 0;
  unsigned index = 0;
  float advance = 0;  // of an em
};

}  // namespace

struct FontSet::Faces {
  FT_Library library = nullptr;
  std::array<FT_Face, kFaceFiles.size() + 1> ft{};
  std::array<cairo_font_face_t*, kFaceFiles.size() + 1> cairo{};
  mutable std::map<std::pair<std::size_t, char32_t>, Glyph> known;

  const Glyph& glyph(std::size_t face, char32_t character) const {
    const auto [place, fresh] = known.try_emplace({face, character});
    Glyph& out = place->second;
    if (!fresh) return out;
    for (const auto& [where, what] :
         {std::pair{face, character}, {kWideIndex, character}, {face, kMissing}, {face, U'?'}}) {
      if (ft[where] == nullptr) continue;
      out.face = where;
      out.index = FT_Get_Char_Index(ft[where], what);
      if (out.index != 0) break;
    }
    const FT_Face from = ft[out.face];
    if (FT_Load_Glyph(from, out.index, FT_LOAD_NO_SCALE) == 0) {
      out.advance = static_cast<float>(from->glyph->metrics.horiAdvance) /
                    static_cast<float>(from->units_per_EM);
    }
    return out;
  }
};

FontSet::FontSet() : faces_(std::make_unique<Faces>()) {}

FontSet::~FontSet() {
  for (cairo_font_face_t* face : faces_->cairo) {
    if (face != nullptr) cairo_font_face_destroy(face);
  }
  // Cairo keeps what it has drawn with; without its caches the faces are free to go.
  cairo_debug_reset_static_data();
  for (const FT_Face face : faces_->ft) {
    if (face != nullptr) FT_Done_Face(face);
  }
  if (faces_->library != nullptr) FT_Done_FreeType(faces_->library);
}

Result<std::unique_ptr<FontSet>> FontSet::load() {
  std::unique_ptr<FontSet> out(new FontSet);
  Faces& faces = *out->faces_;
  if (FT_Init_FreeType(&faces.library) != 0)
    return Error{Code::kCorruption, "the font library cannot be started"};
  const auto open = [&](std::size_t i, const FaceFile& face) -> Status {
    RAFT_TRY_ASSIGN(const std::string path, find_font(face.file, face.folder, face.package));
    if (FT_New_Face(faces.library, path.c_str(), 0, &faces.ft[i]) != 0)
      return Error{Code::kCorruption,
                   "font " + path + " cannot be read; reinstall the package " + face.package};
    faces.cairo[i] = cairo_ft_font_face_create_for_ft_face(faces.ft[i], FT_LOAD_NO_HINTING);
    return ok();
  };
  for (std::size_t i = 0; i < kFaceFiles.size(); ++i) RAFT_TRY(open(i, kFaceFiles[i]));
  (void)open(kWideIndex, kWide);
  return out;
}

float FontSet::width(std::string_view text, float size, scene::Face face, int weight) const {
  const std::size_t index = face_index(face, weight);
  float ems = 0;
  int bytes = 0;
  while (!text.empty()) ems += faces_->glyph(index, next_character(text, bytes)).advance;
  return ems * size;
}

void FontSet::show(cairo_t* to, std::string_view text, double x, double y,
                   const scene::Style& style) const {
  const std::size_t index = face_index(style.face, style.weight);
  cairo_set_font_size(to, static_cast<double>(style.size));
  // Stretches of one face.
  while (!text.empty()) {
    const std::string_view begin = text;
    std::vector<cairo_glyph_t> glyphs;
    std::vector<cairo_text_cluster_t> clusters;
    std::size_t face = 0;
    while (!text.empty()) {
      std::string_view rest = text;
      int bytes = 0;
      const Glyph& glyph = faces_->glyph(index, next_character(rest, bytes));
      if (!glyphs.empty() && glyph.face != face) break;
      face = glyph.face;
      glyphs.push_back({glyph.index, x, y});
      clusters.push_back({bytes, 1});
      x += static_cast<double>(glyph.advance * style.size);
      text = rest;
    }
    cairo_set_font_face(to, faces_->cairo[face]);
    cairo_show_text_glyphs(to, begin.data(), static_cast<int>(begin.size() - text.size()),
                           glyphs.data(), static_cast<int>(glyphs.size()), clusters.data(),
                           static_cast<int>(clusters.size()), cairo_text_cluster_flags_t{});
  }
}

}  // namespace exporter
