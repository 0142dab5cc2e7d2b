// Writes quads into a draw list of ImGui's. Room for many is reserved at once: ImGui's own
// functions look for it, and for where they are, with each one.
#pragma once

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace ui {

class Quads {
 public:
  explicit Quads(ImDrawList& out) : out_(out), white_(ImGui::GetFontTexUvWhitePixel()) {}
  ~Quads() { close(); }
  Quads(const Quads&) = delete;
  Quads& operator=(const Quads&) = delete;

  // For what ImGui draws by itself: over all that is written so far.
  ImDrawList& list() {
    close();
    return out_;
  }
  const ImDrawList& list() const { return out_; }

  // Room for so many, until list() is called. At most some thousands: ImGui counts corners in
  // sixteen bits.
  void reserve(int quads, int corners) {
    if (quads <= quads_left_ && corners <= corners_left_) return;
    close();
    constexpr int kBatch = 128;
    quads_left_ = std::max(quads, kBatch);
    corners_left_ = std::max(corners, 4 * kBatch);
    out_.PrimReserve(6 * quads_left_, corners_left_);
    corner_ = out_._VtxWritePtr;
    index_ = out_._IdxWritePtr;
    next_ = out_._VtxCurrentIdx;
  }

  // The number of the next corner.
  unsigned next() const { return next_; }
  // REQUIRES, as the ones below: it has been reserved.
  void corner(ImVec2 at, ImVec2 uv, ImU32 color) {
    *corner_++ = {at, uv, color};
    ++next_;
    --corners_left_;
  }
  void quad(unsigned a, unsigned b, unsigned c, unsigned d) {
    index_[0] = index_[3] = static_cast<ImDrawIdx>(a);
    index_[1] = static_cast<ImDrawIdx>(b);
    index_[2] = index_[4] = static_cast<ImDrawIdx>(c);
    index_[5] = static_cast<ImDrawIdx>(d);
    index_ += 6;
    --quads_left_;
  }
  // Quads between corners that are counted from `base`.
  template <std::size_t kCount>
  void quads(const std::array<ImDrawIdx, kCount>& pattern, unsigned base) {
    for (std::size_t i = 0; i < kCount; ++i) index_[i] = static_cast<ImDrawIdx>(base + pattern[i]);
    index_ += kCount;
    quads_left_ -= static_cast<int>(kCount / 6);
  }

  // Upright, a part of the texture.
  void box(ImVec2 low, ImVec2 high, ImVec2 uv_low, ImVec2 uv_high, ImU32 color) {
    reserve(1, 4);
    quad(next_, next_ + 1, next_ + 2, next_ + 3);
    corner(low, uv_low, color);
    corner({high.x, low.y}, {uv_high.x, uv_low.y}, color);
    corner(high, uv_high, color);
    corner({low.x, high.y}, {uv_low.x, uv_high.y}, color);
  }
  void box(ImVec2 low, ImVec2 high, ImU32 color) { box(low, high, white_, white_, color); }

 private:
  void close() {
    if (corner_ == nullptr) return;
    out_._VtxWritePtr = corner_;
    out_._IdxWritePtr = index_;
    out_._VtxCurrentIdx = next_;
    out_.PrimUnreserve(6 * quads_left_, corners_left_);
    quads_left_ = corners_left_ = 0;
    corner_ = nullptr;
  }

  ImDrawList& out_;
  ImVec2 white_;
  int quads_left_ = 0, corners_left_ = 0;
  ImDrawVert* corner_ = nullptr;  // null: nothing is reserved
  ImDrawIdx* index_ = nullptr;
  unsigned next_ = 0;
};

}  // namespace ui
