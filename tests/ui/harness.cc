#include "tests/ui/harness.h"

#include <algorithm>

namespace ui {

Harness::Harness(session::Session session, float width, float height)
    : context_(ImGui::CreateContext()), session_(std::move(session)) {
  ImGui::SetCurrentContext(context_);  // there may be another harness
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {width, height};
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  io.MousePos = {-1, -1};
  app_ = std::make_unique<App>(session_);
  frame(2);
}

Harness::~Harness() {
  ImGui::SetCurrentContext(context_);
  app_.reset();
  ImGui::DestroyContext(context_);
}

void Harness::frame(int count) {
  ImGui::SetCurrentContext(context_);
  for (int i = 0; i < count; ++i) {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const Status ready = app_->prepare(size.x, size.y);
    if (!ready) {
      std::fprintf(stderr, "%s\n", ready.error().message.c_str());
      std::abort();
    }
    app_->frame(1.0 / 60);
  }
}

bool Harness::has(const std::string& name) const {
  return app_->gui().widgets.find(name).has_value();
}

bool Harness::enabled(const std::string& name) const {
  const auto place = app_->gui().widgets.find(name);
  return place && place->enabled;
}

void Harness::click_at(ImVec2 at, int button) {
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = at;
  frame(2);
  io.MouseDown[button] = true;
  frame();
  io.MouseDown[button] = false;
  frame(2);
}

bool Harness::hover(const std::string& name) {
  const auto place = app_->gui().widgets.find(name);
  if (!place) return false;
  ImGui::GetIO().MousePos = {(place->min.x + place->max.x) / 2, (place->min.y + place->max.y) / 2};
  frame(2);
  return true;
}

bool Harness::click(const std::string& name) {
  const auto place = app_->gui().widgets.find(name);
  if (!place) return false;
  click_at({(place->min.x + place->max.x) / 2, (place->min.y + place->max.y) / 2});
  return true;
}

bool Harness::right_click(const std::string& name) {
  const auto place = app_->gui().widgets.find(name);
  if (!place) return false;
  click_at({(place->min.x + place->max.x) / 2, (place->min.y + place->max.y) / 2}, 1);
  return true;
}

void Harness::drag(ImVec2 from, ImVec2 to) {
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = from;
  frame(2);
  io.MouseDown[0] = true;
  frame();
  io.MousePos = to;
  frame(2);
  io.MouseDown[0] = false;
  frame(2);
}

void Harness::wheel(const std::string& name, float amount) {
  if (!hover(name)) return;
  ImGui::GetIO().MouseWheel = amount;
  frame();
}

void Harness::type(const std::string& text) {
  ImGui::GetIO().AddInputCharactersUTF8(text.c_str());
  frame(2);
}

void Harness::replace(const std::string& text) {
  key('A', true);
  if (text.empty()) key(ui::key::kDelete);
  type(text);
}

void Harness::key(int code, bool control) {
  ImGuiIO& io = ImGui::GetIO();
  io.KeyCtrl = control;
  io.KeysDown[code] = true;
  frame();
  io.KeysDown[code] = false;
  io.KeyCtrl = false;
  frame(2);
}

std::vector<Fonts::Drawn> Harness::drawn() {
  std::vector<Fonts::Drawn> seen;
  app_->gui().fonts->watch(&seen);
  frame();
  app_->gui().fonts->watch(nullptr);
  return seen;
}

bool Harness::draws(const std::string& text) {
  const std::vector<Fonts::Drawn> seen = drawn();
  return std::any_of(seen.begin(), seen.end(),
                     [&](const Fonts::Drawn& one) { return one.text == text; });
}

std::vector<std::string> Harness::words_over_words(const std::string& pane) {
  std::vector<Fonts::Drawn> seen = drawn();
  if (!pane.empty()) std::erase_if(seen, [&](const Fonts::Drawn& one) { return one.pane != pane; });
  std::vector<std::string> out;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const Fonts::Drawn& a = seen[i];
    // Signs of messages lie on their ways, whatever else does.
    if (a.text.size() < 2) continue;
    for (std::size_t j = 0; j < i; ++j) {
      const Fonts::Drawn& b = seen[j];
      if (b.text.size() < 2) continue;
      const float over_x = std::min({a.right, b.right, a.clip_right, b.clip_right}) -
                           std::max({a.left, b.left, a.clip_left, b.clip_left});
      const float over_y = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
      // `top` is that of the line, which has room above its letters.
      const float room = 0.35f * std::min(a.bottom - a.top, b.bottom - b.top);
      if (over_x > 1 && over_y > room) out.push_back(a.text + " / " + b.text);
    }
  }
  return out;
}

Image Harness::picture() {
  frame();
  return rasterise(*ImGui::GetDrawData(), *ImGui::GetIO().Fonts, im_color(state().theme->canvas));
}

}  // namespace ui
