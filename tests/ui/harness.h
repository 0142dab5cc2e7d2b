// Drives the window without a display: mouse and keys are set between frames, widgets found by
// name.
#pragma once

#include <imgui.h>

#include <optional>
#include <string>
#include <vector>

#include "app/session/session.h"
#include "app/ui/app.h"
#include "app/ui/imgui_back_end.h"
#include "app/ui/rasteriser.h"

namespace ui {

class Harness {
 public:
  explicit Harness(session::Session session, float width = 1920, float height = 1080);
  ~Harness();
  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;

  App& app() { return *app_; }
  session::Session& session() { return session_; }
  UiState& state() { return app_->state(); }
  const sim::ClusterView& view() { return session_.view(); }

  // Draws `count` frames of a sixtieth of a second each.
  void frame(int count = 1);
  bool has(const std::string& name) const;
  bool enabled(const std::string& name) const;
  // Each presses and releases in frames of its own. False: there is no such widget.
  bool click(const std::string& name);
  bool right_click(const std::string& name);
  bool hover(const std::string& name);
  void click_at(ImVec2 at, int button = 0);
  void drag(ImVec2 from, ImVec2 to);
  void wheel(const std::string& name, float amount);
  void type(const std::string& text);
  // Types over what the focused field holds.
  void replace(const std::string& text);
  void key(int code, bool control = false);
  Image picture();
  std::vector<Fonts::Drawn> drawn();  // the texts of a frame
  // Whether a frame has such a text, as a whole.
  bool draws(const std::string& text);
  // Texts of a frame that lie over each other, as "one / other"; of one pane if it is named.
  std::vector<std::string> words_over_words(const std::string& pane = "");
  // Until `done` or `frames` have passed.
  template <class Done>
  bool frames_until(int frames, Done done) {
    for (int i = 0; i < frames; ++i) {
      if (done()) return true;
      frame();
    }
    return done();
  }

 private:
  ImGuiContext* context_;
  session::Session session_;
  std::unique_ptr<App> app_;
};

inline session::Session started(std::uint64_t seed = 1, std::uint64_t nodes = 5) {
  sim::ClusterConfig config;
  config.seed = seed;
  config.nodes = nodes;
  config.options.assign(static_cast<std::size_t>(nodes), sim::NodeOptions{});
  auto session = session::Session::start(config);
  if (!session) std::abort();
  return *std::move(session);
}

// The same, with time run until somebody leads.
inline session::Session with_leader(std::uint64_t seed = 1, std::uint64_t nodes = 5) {
  session::Session session = started(seed, nodes);
  for (int i = 0; i < 200 && session.view().leader.value == 0; ++i) session.tick(sim::ticks(1));
  return session;
}

// Leader elected, then two futures: main goes on for 20 ticks, the branch, which is open, crashes
// n2.
inline session::Session two_futures() {
  session::Session session = with_leader();
  const sim::Position fork = session.position();
  session.tick(sim::ticks(20));
  if (!session.seek(session::AtPosition{fork}) || !session.act(sim::Crash{{2}})) std::abort();
  session.tick(sim::ticks(8));
  return session;
}

}  // namespace ui
