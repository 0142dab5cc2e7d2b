#include "app/ui/app.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "app/export/job.h"
#include "app/scenario/print.h"
#include "app/ui/lesson_run.h"
#include "app/ui/panels/panels.h"
#include "app/ui/pictures.h"
#include "app/ui/style.h"

namespace ui {
namespace {

constexpr std::chrono::milliseconds kSlice{8};  // of simulation per frame
constexpr double kAlarmSeconds = 1.6;           // two pulses of the frame

}  // namespace

App::App(session::Session& session) : session_(session), pictures_(std::make_unique<Pictures>()) {
  gui_.pictures = pictures_.get();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.ConfigWindowsMoveFromTitleBarOnly = true;
  const std::pair<ImGuiKey, int> keys[] = {{ImGuiKey_Tab, key::kTab},
                                           {ImGuiKey_LeftArrow, key::kLeft},
                                           {ImGuiKey_RightArrow, key::kRight},
                                           {ImGuiKey_UpArrow, key::kUp},
                                           {ImGuiKey_DownArrow, key::kDown},
                                           {ImGuiKey_Home, key::kHome},
                                           {ImGuiKey_End, key::kEnd},
                                           {ImGuiKey_Delete, key::kDelete},
                                           {ImGuiKey_Backspace, key::kBackspace},
                                           {ImGuiKey_Enter, key::kEnter},
                                           {ImGuiKey_KeyPadEnter, key::kKeypadEnter},
                                           {ImGuiKey_Escape, key::kEscape},
                                           {ImGuiKey_A, 'A'},
                                           {ImGuiKey_C, 'C'},
                                           {ImGuiKey_V, 'V'},
                                           {ImGuiKey_X, 'X'},
                                           {ImGuiKey_Y, 'Y'},
                                           {ImGuiKey_Z, 'Z'}};
  for (const auto& [name, code] : keys) io.KeyMap[name] = code;
}

App::~App() = default;

Status App::prepare(float width, float height) {
  const double room = scale_with_room(width, height);
  if (state_.scale > room + 0.005 && (room != state_.room || state_.scale != scaled_)) {
    state_.notice = tr("{1} % is more than this window has room for: it is shown at {2} %",
                       std::lround(state_.scale * 100), std::lround(room * 100));
  }
  state_.room = room;
  scaled_ = state_.scale;
  const float k = shown_scale(state_.scale, width, height);
  speak();
  const bool missing = fonts_ != nullptr && !fonts_->missed().empty();
  if (missing) characters_.insert(fonts_->missed().begin(), fonts_->missed().end());
  if (fonts_ == nullptr || missing || std::abs(k - loaded_scale_) > 0.001f) {
    RAFT_TRY_ASSIGN(Fonts fonts, Fonts::load(*ImGui::GetIO().Fonts, k, characters_));
    fonts_ = std::make_unique<Fonts>(std::move(fonts));
    loaded_scale_ = k;
    styled_ = nullptr;
    asked_ = true;
    ++atlas_version_;
  }
  if (styled_ != state_.theme) {
    apply_style(*state_.theme, k);
    styled_ = state_.theme;
    asked_ = true;
  }
  gui_.theme = state_.theme;
  gui_.fonts = fonts_.get();
  gui_.k = k;
  return ok();
}

double App::scale_with_room(float width, float height) const {
  const double least_w = state_.demo.on ? 50 * 16 : static_cast<double>(kLeastWidth),
               least_h = state_.demo.on ? 33 * 16 : static_cast<double>(kLeastHeight);
  return std::max(
      1.0, std::min(static_cast<double>(width) / least_w, static_cast<double>(height) / least_h));
}

// What a chosen scale comes to: the window may have less room, and the projector theme is larger by
// itself, as far as the layout has room for it.
float App::shown_scale(double chosen, float width, float height) const {
  const auto natural = static_cast<float>(std::min(chosen, scale_with_room(width, height)));
  const auto within = [&](float w, float h, float most) {
    return natural * std::clamp(std::min(width / (natural * w * 16), height / (natural * h * 16)),
                                1.0f, most);
  };
  // In a demonstration the ring has the window for itself; it is as large as there is room.
  if (state_.demo.on) return within(50, 33, 2.5f);
  return state_.theme->zoom > 1 ? within(62, 47, state_.theme->zoom) : natural;
}

// The next step that can be seen; where the window has no room for one it says so.
void App::larger() {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float now = shown_scale(state_.scale, display.x, display.y);
  const auto seen = [&] { return shown_scale(state_.scale, display.x, display.y) > now + 0.005f; };
  if (state_.scale > state_.room + 0.005) {
    scaled_ = 0;  // said again
    return;
  }
  do {
    state_.scale = std::min(kLargestScale, state_.scale + (state_.scale < 1.5 ? 0.125 : 0.25));
  } while (!seen() && state_.scale < std::min(kLargestScale, state_.room));
}

// From what is seen, should that be less than what was asked for.
void App::smaller() {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float now = shown_scale(state_.scale, display.x, display.y);
  const auto seen = [&] { return shown_scale(state_.scale, display.x, display.y) < now - 0.005f; };
  state_.scale = std::ceil(std::min(state_.scale, state_.room) * 8 - 0.01) / 8;
  do {
    state_.scale = std::max(0.75, state_.scale - (state_.scale <= 1.5 ? 0.125 : 0.25));
  } while (!seen() && state_.scale > 0.75);
}

// The chosen language; what is remembered in the words of another goes.
void App::speak() {
  scene::use_language(state_.language);
  if (spoken_ == state_.language) return;
  spoken_ = state_.language;
  events_ = {};
  state_.told = {};
  state_.notice.clear();
  if (!lessons_.empty()) find_lessons();
  // What was opened with the window stays as it was asked for.
  if (lesson_ && fonts_ != nullptr) speak_lesson();
  asked_ = true;
  if (state_.language == scene::Language::kEnglish) return;
  for (const scene::TrEntry& entry : scene::tr_table()) expect_drawn(entry.chinese);
}

// The atlas has these characters from the next frame on, instead of after a frame of boxes.
void App::expect_drawn(std::string_view text) {
  add_characters(text, characters_);
  if (fonts_ != nullptr) fonts_->note_drawn(text);
}

bool App::moving() const {
  return state_.playing || asked_ || session_.seeking() || (compare_ && !compare_there_) ||
         state_.alarm > 0 || state_.console.focus || state_.dialog.fresh ||
         (fonts_ != nullptr && !fonts_->missed().empty());
}

void App::begin_first_start() {
  // The first election is worth waiting for, but not half a minute: two ticks of quiet are enough.
  std::uint64_t first = ~0ull;
  for (const sim::NodeView& node : view().nodes) {
    if (node.timer && node.timer->limit > node.timer->elapsed)
      first = std::min(first, node.timer->limit - node.timer->elapsed);
  }
  if (first != ~0ull && first > 3) session_.tick(sim::ticks(first - 3));
  state_.playing = true;
  state_.welcome_open = !settings_.welcomed;
  if (state_.welcome_open) find_lessons();
  state_.pane_open = false;
}

void App::pass_time(double seconds) {
  if (!state_.playing) {
    owed_ = 0;
    state_.slowed = false;
    return;
  }
  owed_ += std::min(seconds, 0.25) * kTicksPerSecond * 1000 *
           kSpeeds[static_cast<std::size_t>(state_.speed)].factor;
  auto due = static_cast<std::uint64_t>(owed_);
  if (due == 0) return;
  owed_ -= static_cast<double>(due);
  changed_.clear();
  if (trace_) {
    trace_->run_until({trace_->now().millis + due});
    if (trace_->at_end()) state_.playing = false;
    return;
  }
  const auto start = std::chrono::steady_clock::now();
  while (due > 0) {
    const std::uint64_t piece = std::min<std::uint64_t>(due, 500);
    const auto stop = session_.run({session_.position().at.millis + piece});
    if (stop) {
      state_.playing = false;
      state_.notice =
          tr("stopped: {1} [U: when time stops]", scenario::print(session_.breakpoints()[*stop]));
      owed_ = 0;
      return;
    }
    due -= piece;
    if (std::chrono::steady_clock::now() - start > kSlice) break;
  }
  // What cannot be done in time is not owed: virtual time slows, and the window says so.
  state_.slowed = due > 0;
}

// Tab walks through what the keyboard reaches, Enter presses it. The console completes with Tab.
void App::handle_focus() {
  const ImGuiIO& io = ImGui::GetIO();
  gui_.press = gui_.focus_moved = false;
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) gui_.focus.clear();
  const bool typing = io.WantTextInput;
  const bool enter =
      ImGui::IsKeyPressed(key::kEnter, false) || ImGui::IsKeyPressed(key::kKeypadEnter, false);
  if (enter && !typing && !gui_.focus.empty()) {
    gui_.press = true;
    asked_ = true;
  }
  const auto& order = gui_.order_before;
  const bool completes = state_.console.active && !state_.console.text.empty();
  if (!ImGui::IsKeyPressed(key::kTab) || completes || order.empty()) return;
  const auto found = std::find(order.begin(), order.end(), gui_.focus);
  const std::size_t count = order.size();
  std::size_t place = static_cast<std::size_t>(found - order.begin());
  if (found == order.end()) {
    place = io.KeyShift ? count - 1 : 0;
  } else {
    place = (place + (io.KeyShift ? count - 1 : 1)) % count;
  }
  if (typing) ImGui::SetWindowFocus(nullptr);  // out of the field
  gui_.focus = order[place];
  gui_.focus_moved = true;
  asked_ = true;
}

void App::handle_keys() {
  const ImGuiIO& io = ImGui::GetIO();
  const bool typing = io.WantTextInput;
  if (state_.tour) return tour_keys();
  const bool enter = ImGui::IsKeyPressed(key::kEnter, false);
  if (enter && state_.welcome_open && !typing && gui_.focus.empty() &&
      state_.dialog.open == Dialog::kNone && !gui_.menu_open)
    return perform(Action::kTour);
  for (const ActionInfo& row : action_table()) {
    if (row.code == 0 || row.control != io.KeyCtrl || row.action == Action::kEscape) continue;
    if (typing && !row.control && row.code < key::kF1) continue;
    // Letters with Ctrl belong to the text while one types, but for those of the table.
    if (typing && (row.action == Action::kUndo || row.action == Action::kRedo)) continue;
    if (state_.dialog.open != Dialog::kNone) continue;
    // In an open menu arrows would travel in time behind one's back.
    if (gui_.menu_open && row.code >= key::kRight && row.code <= key::kEnd) continue;
    const bool repeats = row.action == Action::kOneEvent || row.action == Action::kOneTick ||
                         row.action == Action::kEventBack || row.action == Action::kTickBack ||
                         row.scope == KeyScope::kInbox;
    if (!ImGui::IsKeyPressed(row.code, repeats)) continue;
    const KeyScopes scopes{state_.selected.kind == scene::Target::Kind::kMessage,
                           state_.inbox && !state_.playing, compare_ != nullptr};
    if (action_of_key(row.code, row.control, scopes) != row.action) continue;
    // Enter presses what has the focus.
    if (row.code == key::kEnter && (typing || gui_.menu_open || !gui_.focus.empty())) continue;
    if (row.code == key::kDelete && typing) continue;
    if (gui_.menu_open && (row.code == key::kUp || row.code == key::kDown)) continue;
    gui_.close_menus = true;
    perform(row.action);
  }
  if (state_.dialog.open == Dialog::kNone && io.KeyCtrl && ImGui::IsKeyPressed(key::kKeypadAdd))
    perform(Action::kLarger);
  if (state_.dialog.open == Dialog::kNone && io.KeyCtrl &&
      ImGui::IsKeyPressed(key::kKeypadSubtract))
    perform(Action::kSmaller);
  if (ImGui::IsKeyPressed(key::kEscape, false)) {
    // An open menu is the innermost thing to leave.
    if (gui_.menu_open) {
      gui_.close_menus = true;
    } else {
      perform(Action::kEscape);
    }
  }
  if (typing || io.KeyCtrl || state_.dialog.open != Dialog::kNone) return;
  for (int digit = key::k1; digit <= key::k9; ++digit) {
    if (!ImGui::IsKeyPressed(digit, false)) continue;
    const raft::NodeId node{static_cast<std::uint64_t>(digit - key::k0)};
    if (view().node(node) == nullptr) continue;
    state_.selected = {};
    state_.selected.kind = scene::Target::Kind::kNode;
    state_.selected.node = node;
    state_.keyboard_focus = true;
    state_.pane_open = true;
    state_.page = Page::kInspector;
  }
}

// The tour has the keyboard to itself: forward, back, end.
void App::tour_keys() {
  const auto any = [](std::initializer_list<int> codes) {
    return std::any_of(codes.begin(), codes.end(),
                       [](int code) { return ImGui::IsKeyPressed(code, false); });
  };
  const std::size_t step = *state_.tour;
  // A button that Tab has reached answers for itself.
  if (gui_.press) return;
  if (any({key::kEscape})) {
    state_.tour.reset();
  } else if (any({key::kEnter, key::kKeypadEnter, key::kRight, key::kSpace, key::kPageDown})) {
    state_.tour = step + 1;
    if (*state_.tour >= tour_steps()) state_.tour.reset();
  } else if (any({key::kLeft, key::kBackspace, key::kPageUp}) && step > 0) {
    state_.tour = step - 1;
  } else {
    return;
  }
  asked_ = true;
}

void App::adopt(const Settings& settings) {
  settings_ = settings;
  if (const scene::Theme* theme = scene::find_theme(settings.theme)) state_.theme = theme;
  if (settings.scale > 0) state_.scale = settings.scale / 100.0;
  state_.language = scene::find_language(settings.language).value_or(scene::Language::kEnglish);
  if (state_.language == scene::Language::kChinese && !Fonts::find_han())
    state_.language = scene::Language::kEnglish;
  state_.reduced_motion = settings.reduced_motion;
  state_.pane_width = static_cast<float>(settings.pane_width);
  state_.logs_height = static_cast<float>(settings.logs_height);
  asked_ = true;
}

void App::lend_language(scene::Language language) {
  state_.language = language;
  lent_ = language;
  asked_ = true;
}

Settings App::settings() const {
  Settings out = settings_;
  out.theme = state_.theme->name;
  const int scale = static_cast<int>(std::lround(state_.scale * 100));
  // What the screen said is not a choice.
  if (settings_.scale != 0 || scale != natural_scale_) out.scale = scale;
  if (lent_ != state_.language) out.language = scene::language_name(state_.language);
  out.reduced_motion = state_.reduced_motion;
  out.pane_width = static_cast<int>(std::lround(state_.pane_width));
  out.logs_height = static_cast<int>(std::lround(state_.logs_height));
  return out;
}

void App::remember_figures() {
  before_.clear();
  for (const sim::NodeView& node : view().nodes)
    before_[node.id] = {node.durable.value, node.commit.value, node.applied.value};
}

void App::note_changes() {
  changed_.clear();
  for (const sim::NodeView& node : view().nodes) {
    const auto old = before_.find(node.id);
    if (old == before_.end()) continue;
    const scene::LogsInput::Changed change{node.id, old->second.durable != node.durable.value,
                                           old->second.commit != node.commit.value,
                                           old->second.applied != node.applied.value};
    if (change.durable || change.commit || change.applied) changed_.push_back(change);
  }
}

// Timers count whole ticks; between two of them the arc goes on evenly.
void App::follow_ticks() {
  const sim::ClusterView& view = this->view();
  tick_share_.clear();
  for (const sim::NodeView& node : view.nodes) {
    if (!node.timer) {
      ticked_.erase(node.id);
      continue;
    }
    const auto [entry, fresh] =
        ticked_.try_emplace(node.id, Ticked{node.timer->elapsed, view.position.at});
    if (!fresh && entry->second.elapsed != node.timer->elapsed)
      entry->second = {node.timer->elapsed, view.position.at};
    if (fresh || node.state != sim::NodeState::kUp || entry->second.at > view.position.at) continue;
    const float since =
        static_cast<float>(view.position.at.millis - entry->second.at.millis) / 1000.0f;
    const float rate = static_cast<float>(node.clock.numerator) /
                       static_cast<float>(std::max<std::uint64_t>(1, node.clock.denominator));
    tick_share_[node.id] = std::clamp(since * rate, 0.0f, 0.98f);
  }
}

void App::frame(double seconds) {
  asked_ = false;
  state_.alarm = std::max(0.0, state_.alarm - seconds);
  pass_time(seconds);
  go_on_seeking();
  follow_comparison();
  follow_lesson();
  follow_export();
  keep_on();
  ImGui::GetIO().DeltaTime = static_cast<float>(std::max(seconds, 0.0001));
  ImGui::NewFrame();
  gui_.widgets.clear();
  gui_.tip.reset();
  gui_.close_menus = false;
  std::swap(gui_.order, gui_.order_before);
  gui_.order.clear();
  handle_focus();
  handle_keys();
  gui_.menu_open = false;
  follow_ticks();
  draw_panels();
  draw_tooltip(gui_);
  ImGui::Render();
  carry_out();
}

void App::draw_panels() {
  // What the run has found is marked in the history, as if somebody had asked.
  const auto unordered = [](const check::Violation& violation) {
    return violation.property == check::Property::kLinearizability;
  };
  if (!trace_ && state_.stage_view == StageView::kHistory && !state_.history_check &&
      std::any_of(session_.violations().begin(), session_.violations().end(), unordered)) {
    check_history();
  }
  const sim::ClusterView& view = this->view();
  const ShownRun run = trace_ ? ShownRun{trace_->facts(),
                                         trace_->milestones(),
                                         checks_of(trace_->report()),
                                         trace_.get(),
                                         nullptr,
                                         nullptr}
                              : ShownRun{session_.facts(),
                                         session_.milestones(),
                                         checks_of(session_, state_.history_check),
                                         nullptr,
                                         &session_,
                                         lesson_.get()};
  notice_violations(run.checks);
  tape_.update(run.milestones, view.position.at, trace_ ? view.position.at : session_.tip().at,
               trace_ ? std::nullopt : session_.known());
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  LayoutWishes wishes;
  wishes.pane = state_.pane_open;
  wishes.faults = state_.faults_open;
  wishes.pane_width = state_.pane_width;
  wishes.logs_height = state_.logs_height;
  wishes.lesson = lesson_ != nullptr || state_.lessons_open;
  wishes.pane = wishes.pane && !(state_.lessons_open && lesson_shares_pane());
  tape_.input.kept = kept_branches();
  tape_.input.differs.reset();
  tape_.input.compared.reset();
  if (compare_) {
    if (compare_->first()) tape_.input.differs = compare_->first()->at.at;
    for (std::size_t i = 0; i < tape_.input.kept.size(); ++i) {
      if (tape_.input.kept[i].number == compare_->other()) tape_.input.compared = i;
    }
  }
  if (!trace_) tape_.input.name = session_.branch(session_.active_branch()).name;
  wishes.lanes = std::min<std::size_t>(tape_.input.kept.size(), scene::kMostKeptLanes);
  wishes.both = state_.stage_view == StageView::kBoth;
  wishes.demo = state_.demo.on;
  wishes.compare = compare_ != nullptr;
  const Layout layout = layout_window(display.x / gui_.k, display.y / gui_.k, wishes);
  // Where they are a page they are open when one sees them.
  tabbed_ = layout.tabbed;
  if (tabbed_) state_.faults_open = layout.has_pane && state_.page == Page::kFaults;
  // Pages that this layout has not.
  if (!layout.narrow && !layout.logs_aside) {
    if (state_.page == Page::kLogs) state_.page = Page::kInspector;
    if (state_.lower_page == Page::kLogs) state_.lower_page = Page::kStore;
  } else if (state_.logs.wanted) {
    (layout.tabbed ? state_.page : state_.lower_page) = Page::kLogs;
  }
  state_.logs.wanted = false;
  PanelContext c{gui_,
                 state_,
                 view,
                 run,
                 layout,
                 events_,
                 tape_,
                 sequence_,
                 figures_,
                 tick_share_,
                 changed_,
                 out_,
                 lessons_,
                 [this](Action action) { return why_off(action); },
                 [this](Action action) { return line_of(action); },
                 compare_.get()};
  if (state_.demo.on) {
    tell_demo();
    draw_demo(c);
    draw_context_menu(c);
    draw_dialogs(c);
    return;
  }
  draw_header(c);
  if (layout.has_rail) draw_rail(c);
  if (layout.has_faults) draw_faults_pane(c);
  if (compare_) {
    draw_comparison(c);
  } else {
    if (layout.has_lesson && state_.lessons_open) draw_lesson_list(c);
    if (layout.has_lesson && !state_.lessons_open) draw_lesson(c, *lesson_);
    if (layout.has_lesson_bar && lesson_) draw_lesson_bar(c, *lesson_);
    draw_stage(c);
    if (layout.has_logs) draw_logs(c, layout.logs);
    if (layout.has_pane) draw_right_pane(c);
  }
  draw_time(c);
  draw_splitters(c);
  draw_panel_focus(c);
  if (state_.welcome_open) draw_welcome(c);
  draw_context_menu(c);
  draw_dialogs(c);
  draw_tour(c);
}

void App::carry_out() {
  Outbox todo;
  std::swap(todo, out_);
  if (todo.close_comparison || !todo.commands.empty() || !todo.actions.empty() ||
      !todo.lines.empty())
    asked_ = true;
  for (const sim::Command& command : todo.commands) act(command);
  for (const Action action : todo.actions) perform(action);
  for (const std::string& line : todo.lines) {
    run_line(line);
    if (state_.console.error.empty()) continue;
    // Of several pasted lines the one that fails stays in the field.
    if (todo.lines.size() > 1) state_.console.put = line;
    break;
  }
  if (todo.go_to) go_to(session::AtTick{*todo.go_to});
  if (todo.delete_branch) compare_.reset();  // numbers of branches change
  if (todo.open_branch) {
    compare_.reset();
    open_branch(*todo.open_branch);
  }
  if (todo.compare_with) compare_with(*todo.compare_with);
  if (todo.close_comparison) compare_.reset();
  if (todo.check_history) check_history();
  if (todo.trace_line && trace_) {
    state_.playing = false;
    trace_->seek(*todo.trace_line);
    asked_ = true;
  }
  answer_lesson(todo);
  answer_dialogs(todo);
}

// A property that broke unexpectedly shows itself once: the checks open on it, the frame pulses.
void App::notice_violations(const ChecksView& checks) {
  const CheckRow* first = checks.first_unexpected();
  if (checks.unexpected > state_.unexpected_seen && first != nullptr) {
    if (state_.unexpected_seen == 0) state_.check_chosen = first->property;
    // A step of a lesson that asks to look elsewhere knows what is to come.
    const bool elsewhere =
        lesson_ != nullptr && !lesson_->away && lesson_->focused_page().has_value();
    if (!elsewhere) {
      state_.lower_page = Page::kChecks;
      state_.inspector_folded = true;
    }
    state_.alarm = state_.reduced_motion ? 0 : kAlarmSeconds;
    asked_ = true;
  }
  state_.unexpected_seen = checks.unexpected;
}

}  // namespace ui
