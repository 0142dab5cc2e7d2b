// The clients' operations as lanes, and charts of the run, in the place of the ring.
#include "app/scene/history.h"

#include <algorithm>
#include <cmath>

#include "app/scene/chart.h"
#include "app/ui/imgui_back_end.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

using scene::Anchor;
using scene::Box;

double ticks_of(sim::Instant at) { return static_cast<double>(at.millis) / 1000; }

// Keys in the order of how much is asked of them.
std::vector<std::string> keys_of(const sim::ClusterView& view) {
  std::map<std::string, std::size_t> count;
  const std::size_t all = view.requests.size(), first = all > 4000 ? all - 4000 : 0;
  for (std::size_t i = first; i < all; ++i) {
    const sim::Request& request = view.requests[i].request;
    if (request.operation != sim::Operation::kReadIndex) ++count[request.key];
  }
  std::vector<std::string> keys;
  for (const auto& [key, times] : count) keys.push_back(key);
  std::stable_sort(keys.begin(), keys.end(),
                   [&](const std::string& a, const std::string& b) { return count[a] > count[b]; });
  return keys;
}

std::string label_of(const sim::RequestView& request) {
  const sim::Request& asked = request.request;
  const std::string output = request.outcome == sim::Outcome::kOk && request.has_output
                                 ? " = " + (request.output ? *request.output : tr("absent"))
                                 : "";
  switch (asked.operation) {
    case sim::Operation::kPut:
      return "put " + asked.value;
    case sim::Operation::kGet:
      return "get" + output;
    case sim::Operation::kDelete:
      return "delete" + output;
    case sim::Operation::kCas:
      return "cas " + asked.expect.value_or("absent") + " " + asked.value + output;
    case sim::Operation::kAppend:
      return "append " + asked.value + output;
    case sim::Operation::kScan:
      return "scan";
    case sim::Operation::kReadIndex:
      return "read-index";
  }
  return "";
}

scene::BarLook look_of(const PanelContext& c, const sim::RequestView& request) {
  const auto& check = c.state.history_check;
  if (check && check->culprit == request.id) return scene::BarLook::kNoPlace;
  switch (request.outcome) {
    case sim::Outcome::kPending:
      return scene::BarLook::kOpen;
    case sim::Outcome::kOk:
      return scene::BarLook::kDone;
    case sim::Outcome::kUnknown:
      return scene::BarLook::kUnknown;
    case sim::Outcome::kRefused:
    case sim::Outcome::kDropped:
      return scene::BarLook::kRefused;
  }
  return scene::BarLook::kOpen;
}

// What an operation leaves in the key, as far as its answer tells.
std::optional<std::optional<std::string>> value_behind(const sim::RequestView& request) {
  using Value = std::optional<std::string>;
  switch (request.request.operation) {
    case sim::Operation::kPut:
      return Value(request.request.value);
    case sim::Operation::kDelete:
      return Value();
    case sim::Operation::kAppend:
      return request.has_output ? std::optional<Value>(request.output) : std::nullopt;
    case sim::Operation::kCas:
      if (request.has_output && request.output == "true") return Value(request.request.value);
      return std::nullopt;
    case sim::Operation::kGet:
    case sim::Operation::kScan:
    case sim::Operation::kReadIndex:
      break;
  }
  return std::nullopt;
}

void fill_lanes(PanelContext& c, scene::HistoryInput& input) {
  std::map<std::uint64_t, scene::HistoryLane> lanes;
  std::map<raft::Index, scene::HistoryValue> values;  // by the entry that left them
  const sim::Requests& requests = c.view.requests;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const sim::RequestView& request = requests[i];
    if (request.request.key != input.key || request.request.operation == sim::Operation::kReadIndex)
      continue;
    scene::HistoryBar bar;
    bar.request = request.id;
    bar.label = label_of(request);
    bar.from = request.called;
    bar.to = request.returned.value_or(input.now);
    bar.look = look_of(c, request);
    bar.read = request.request.operation == sim::Operation::kGet ||
               request.request.operation == sim::Operation::kScan;
    if (const auto effect = c.figures.effect_of(request)) {
      bar.effect = effect->at;
      bar.term = effect->term;
      if (const auto value = value_behind(request); value && !bar.read)
        values.insert_or_assign(effect->index, scene::HistoryValue{effect->at, *value});
    }
    if (const auto& check = c.state.history_check)
      bar.in_smallest = std::find(check->smallest.begin(), check->smallest.end(), request.id) !=
                        check->smallest.end();
    scene::HistoryLane& lane = lanes[request.client];
    lane.client = request.client;
    lane.bars.push_back(std::move(bar));
  }
  for (auto& [client, lane] : lanes) input.lanes.push_back(std::move(lane));
  if (!values.empty() && c.figures.first() == sim::Instant{}) input.values.emplace_back();
  for (auto& [index, value] : values) input.values.push_back(std::move(value));
}

std::vector<sim::Instant> cuts_of(const PanelContext& c) {
  std::vector<sim::Instant> cuts;
  for (const scene::TapeEvent& event : c.tape.input.events) {
    if (event.mark == scene::TapeMark::kCut && event.at <= c.view.position.at)
      cuts.push_back(event.at);
  }
  return cuts;
}

// Which key, in buttons as far as there is room, and the rest by going round.
void choose_key(PanelContext& c, Surface& s, float x, float y, float room) {
  const std::vector<std::string> keys = keys_of(c.view);
  HistoryState& state = c.state.history;
  if (keys.empty()) return;
  if (std::find(keys.begin(), keys.end(), state.key) == keys.end()) state.key = keys.front();
  const scene::Style word{.size = 13, .color = s.t().ink2};
  x = s.list().text(x, y + 19, tr("key"), word) + 10;
  std::vector<std::string> shown;
  const float end = x + room;
  float at = x;
  for (const std::string& key : keys) {
    const std::string label =
        scene::shortened(s.list().measure(), key.empty() ? "\"\"" : key, 90, {.size = 14});
    const float w = std::max(34.0f, button_width(s, label, ""));
    if (at + w > end - 70 && !shown.empty()) break;
    const bool on = key == state.key;
    if (button(s, "history.key:" + std::to_string(shown.size()), {at, y, w, 28},
               {.label = label, .kind = on ? ButtonKind::kChosen : ButtonKind::kQuiet}))
      state.key = key;
    shown.push_back(key);
    at += w + 4;
  }
  if (shown.size() == keys.size()) return;
  const bool beyond = std::find(shown.begin(), shown.end(), state.key) == shown.end();
  const std::string more = tr("{1} more", keys.size() - shown.size());
  if (button(s, "history.more", {at, y, button_width(s, more, ""), 28},
             {.label = more,
              .kind = beyond ? ButtonKind::kChosen : ButtonKind::kQuiet,
              .tip = {tr("The next key"), "", ""}})) {
    const auto now = std::find(keys.begin(), keys.end(), state.key);
    const auto next = now + 1 == keys.end() ? keys.begin() : now + 1;
    state.key = *(beyond ? next : keys.begin() + static_cast<std::ptrdiff_t>(shown.size()));
  }
}

void draw_lanes(PanelContext& c, Surface& s, const Box& box) {
  const scene::Theme& t = s.t();
  HistoryState& state = c.state.history;
  if (c.view.requests.empty()) {
    const float e = s.list().text(box.x, box.y + 30, tr("No client. clients 2 starts two."),
                                  {.size = 14, .color = t.ink2});
    keycap(s, e + 10, box.y + 25, "/", t.ink3);
    return;
  }
  scene::HistoryInput input;
  input.box = box;
  input.small = c.layout.small;
  input.from = state.left;
  input.to = state.left + state.ticks;
  input.now = c.view.position.at;
  input.key = state.key;
  input.bands = c.tape.input.bands;
  input.cuts = cuts_of(c);
  input.selected = state.selected;
  fill_lanes(c, input);
  const Touch touch = s.touch("history", box, true, false);
  std::vector<scene::HistoryHit> hits;
  // One pass to learn where the bars are would cost as much as the picture: the hovered one is of
  // the frame before.
  input.hovered = state.hovered;
  scene::build_history(input, t, s.list(), hits);
  const scene::Point mouse = s.mouse();
  state.hovered = 0;
  for (const scene::HistoryHit& hit : hits) {
    s.gui().widgets.add("request:r" + std::to_string(hit.request), s.at(hit.box.x, hit.box.y),
                        s.at(hit.box.right(), hit.box.bottom()), true);
    if (touch.hovered && hit.box.contains(mouse)) state.hovered = hit.request;
  }
  if (state.hovered > 0 && state.hovered <= c.view.requests.size()) {
    const sim::RequestView& request = c.view.requests[static_cast<std::size_t>(state.hovered) - 1];
    const std::string what = tr("r{1} of c{2}: {3}", request.id, request.client, label_of(request));
    std::string more = request.returned
                           ? tr("called {1}, answered {2}", sim::screen_text(request.called),
                                sim::screen_text(*request.returned))
                           : tr("called {1}", sim::screen_text(request.called));
    if (const auto effect = c.figures.effect_of(request))
      more = tr("{1}; took effect at {2}, in term {3}", more, sim::screen_text(effect->at),
                effect->term.value);
    s.tip("history:" + std::to_string(request.id), touch, {what, more, "§8"});
  }
  if (touch.clicked && !state.dragged) state.selected = state.hovered;
}

// Zoom with the wheel, pan by dragging, as in the sequence.
void steer(PanelContext& c, Surface& s, const Box& box) {
  HistoryState& state = c.state.history;
  const double now = ticks_of(c.view.position.at);
  if (state.follow) state.left = std::max(0.0, now - state.ticks * 0.96);
  const ImGuiIO& io = ImGui::GetIO();
  const scene::Point mouse = s.mouse();
  const bool over =
      box.contains(mouse) && ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
  if (over && io.MouseWheel != 0) {
    const double share = static_cast<double>(std::clamp((mouse.x - box.x) / box.w, 0.0f, 1.0f));
    const double at = state.left + share * state.ticks;
    state.ticks =
        std::clamp(state.ticks * std::pow(1.2, static_cast<double>(-io.MouseWheel)), 2.0, 20000.0);
    state.left = at - share * state.ticks;
    state.follow = false;
  }
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) state.dragged = false;
  if (over && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 3) && io.MouseDelta.x != 0) {
    state.left -= static_cast<double>(io.MouseDelta.x / c.gui.k / box.w) * state.ticks;
    state.follow = false;
    state.dragged = true;
  }
  const double tail = std::max(0.0, now - state.ticks * 0.96);
  state.left = std::clamp(state.left, -state.ticks * 0.05, tail);
  if (state.left >= tail - 0.001) state.follow = true;
}

scene::ChartInput chart(const PanelContext& c, const Box& box) {
  scene::ChartInput input;
  input.box = box;
  input.from = c.state.history.left;
  input.to = c.state.history.left + c.state.history.ticks;
  input.now = ticks_of(c.view.position.at);
  for (const sim::Instant cut : cuts_of(c)) input.cuts.push_back(ticks_of(cut));
  return input;
}

scene::ChartInput latency_chart(const PanelContext& c, const Box& box) {
  scene::ChartInput input = chart(c, box);
  input.kind = scene::ChartKind::kDots;
  input.title = tr("Commit latency");
  input.median = true;
  input.empty = tr("no write was committed here");
  scene::ChartRow row;
  for (const RunFigures::Latency& one : c.figures.latencies())
    row.points.push_back({ticks_of(one.at), static_cast<double>(one.millis) / 1000, one.term});
  input.unit = tr("ticks, {1} writes", row.points.size());
  input.rows.push_back(std::move(row));
  return input;
}

scene::ChartInput traffic_chart(const PanelContext& c, const Box& box) {
  scene::ChartInput input = chart(c, box);
  input.kind = scene::ChartKind::kBars;
  input.title = tr("Messages by kind");
  input.unit = tr("a tick; now");
  constexpr const char* kNames[kTrafficKinds] = {"append", "heartbeat", "vote", "snapshot",
                                                 "request"};
  const auto now = static_cast<std::uint64_t>(input.now);
  // Several ticks a bar where they are too many for the pixels.
  const std::uint64_t per =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(c.state.history.ticks / 80));
  for (std::size_t kind = 0; kind < kTrafficKinds; ++kind) {
    scene::ChartRow row;
    row.label = kNames[kind];
    std::uint64_t last = 0;
    for (const RunFigures::Traffic& one : c.figures.traffic(static_cast<TrafficKind>(kind))) {
      if (one.tick + 1 == now) last += one.count;
      const double tick = static_cast<double>(one.tick / per * per);
      const double share = static_cast<double>(one.count) / static_cast<double>(per);
      if (!row.points.empty() && row.points.back().tick == tick) {
        row.points.back().value += share;
        row.points.back().term = one.term;
      } else {
        row.points.push_back({tick, share, one.term});
      }
    }
    row.now = std::to_string(last);
    input.rows.push_back(std::move(row));
  }
  return input;
}

// Of each node, from its steps: how far it lies behind the leader, or what its log holds.
template <class Value>
scene::ChartRow node_row(const PanelContext& c, const sim::NodeView& node, Value value) {
  scene::ChartRow row;
  row.label = scene::node_name(node.id);
  row.leads = node.id == c.view.leader;
  const auto found = c.figures.held().find(node.id);
  if (found == c.figures.held().end()) return row;
  for (const RunFigures::Held& step : found->second)
    row.points.push_back({ticks_of(step.at), value(step), step.term});
  return row;
}

scene::ChartInput length_chart(const PanelContext& c, const Box& box) {
  scene::ChartInput input = chart(c, box);
  input.kind = scene::ChartKind::kSteps;
  input.title = tr("Log length");
  input.unit = tr("entries; now");
  for (const sim::NodeView& node : c.view.nodes) {
    scene::ChartRow row = node_row(c, node, [](const RunFigures::Held& step) {
      return step.last >= step.first ? static_cast<double>(step.last.value - step.first.value + 1)
                                     : 0.0;
    });
    row.now = std::to_string(node.last >= node.first && node.last.value > 0
                                 ? node.last.value - node.first.value + 1
                                 : 0);
    input.rows.push_back(std::move(row));
  }
  return input;
}

scene::ChartInput lag_chart(const PanelContext& c, const Box& box) {
  scene::ChartInput input = chart(c, box);
  input.kind = scene::ChartKind::kSteps;
  input.title = tr("Follower lag");
  input.unit = tr("entries behind; now");
  // The leader of the highest term at each instant: who led then, and how long its log was.
  struct Led {
    sim::Instant at;
    std::uint64_t last;
  };
  std::vector<std::tuple<sim::Instant, raft::Term, std::uint64_t>> led;
  for (const auto& [node, steps] : c.figures.held()) {
    for (const RunFigures::Held& step : steps) {
      if (step.leads) led.emplace_back(step.at, step.term, step.last.value);
    }
  }
  std::stable_sort(led.begin(), led.end());
  std::vector<Led> tips;
  raft::Term highest;
  for (const auto& [at, term, last] : led) {
    if (term < highest) continue;
    highest = term;
    tips.push_back({at, last});
  }
  const auto last_at = [&](sim::Instant at) {
    const auto behind =
        std::upper_bound(tips.begin(), tips.end(), at,
                         [](sim::Instant when, const Led& tip) { return when < tip.at; });
    return behind == tips.begin() ? std::uint64_t{0} : std::prev(behind)->last;
  };
  for (const sim::NodeView& node : c.view.nodes) {
    scene::ChartRow row;
    row.label = scene::node_name(node.id);
    row.leads = node.id == c.view.leader;
    const auto found = c.figures.held().find(node.id);
    std::uint64_t lag = 0;
    if (found != c.figures.held().end()) {
      // Steps of the node and of the leader, in one order.
      std::size_t tip = 0;
      const std::vector<RunFigures::Held>& steps = found->second;
      for (std::size_t i = 0; i < steps.size(); ++i) {
        const sim::Instant until =
            i + 1 < steps.size() ? steps[i + 1].at : sim::Instant{c.view.position.at.millis + 1};
        const auto add = [&](sim::Instant at) {
          const std::uint64_t ahead = last_at(at);
          lag = ahead > steps[i].last.value ? ahead - steps[i].last.value : 0;
          if (row.points.empty() || row.points.back().value != static_cast<double>(lag) ||
              row.points.back().term != steps[i].term)
            row.points.push_back({ticks_of(at), static_cast<double>(lag), steps[i].term});
        };
        add(steps[i].at);
        while (tip < tips.size() && tips[tip].at <= steps[i].at) ++tip;
        for (; tip < tips.size() && tips[tip].at < until; ++tip) add(tips[tip].at);
      }
    }
    row.now = std::to_string(lag);
    input.rows.push_back(std::move(row));
  }
  return input;
}

// The highest term that any node believes in, and who led.
scene::ChartInput terms_chart(const PanelContext& c, const Box& box) {
  scene::ChartInput input = chart(c, box);
  input.kind = scene::ChartKind::kSteps;
  input.title = tr("Terms over time");
  input.unit = tr("highest term; now");
  input.banded = true;
  for (const scene::TapeBand& band : c.tape.input.bands)
    input.bands.push_back(
        {ticks_of(band.from), ticks_of(band.to), band.term, scene::node_name(band.leader)});
  std::vector<std::pair<sim::Instant, raft::Term>> steps;
  for (const auto& [node, held] : c.figures.held()) {
    raft::Term before;
    for (const RunFigures::Held& step : held) {
      if (step.term > before) steps.emplace_back(step.at, step.term);
      before = std::max(before, step.term);
    }
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  scene::ChartRow row;
  row.label = tr("term");
  raft::Term highest;
  for (const auto& [at, term] : steps) {
    if (term <= highest) continue;
    highest = term;
    row.points.push_back({ticks_of(at), static_cast<double>(term.value), term});
  }
  row.now = std::to_string(highest.value);
  input.rows.push_back(std::move(row));
  return input;
}

constexpr float kChartGap = 36, kLineGap = 14;
constexpr float kLeastChart = 134;  // five rows of a chart

// As many beside each other as keep a readable width, and how high a line of them is at least.
struct ChartGrid {
  std::size_t charts, columns, lines;
  float least() const {
    return kLeastChart * static_cast<float>(lines) + kLineGap * static_cast<float>(lines - 1);
  }
};
ChartGrid chart_grid(float w, std::size_t charts) {
  const std::size_t wanted = w >= 1300 ? charts : w >= 1180 ? 4 : w >= 860 ? 3 : w >= 560 ? 2 : 1;
  const std::size_t columns = std::min(wanted, charts);
  return {charts, columns, (charts + columns - 1) / columns};
}

// How many of the charts one sees at once where the height is too little for all of them: about
// the same number on each page.
std::size_t charts_a_page(float w, float h, std::size_t charts) {
  const auto lines = static_cast<std::size_t>((h + kLineGap) / (kLeastChart + kLineGap));
  const std::size_t fit = chart_grid(w, charts).columns * std::max<std::size_t>(1, lines);
  const std::size_t pages = (charts + fit - 1) / fit;
  return (charts + pages - 1) / pages;
}

// `first`: of the charts, which the others follow.
void draw_charts(PanelContext& c, Surface& s, const Box& box, const ChartGrid& grid,
                 std::size_t first = 0) {
  const float w =
      (box.w - kChartGap * static_cast<float>(grid.columns - 1)) / static_cast<float>(grid.columns);
  const float h =
      (box.h - kLineGap * static_cast<float>(grid.lines - 1)) / static_cast<float>(grid.lines);
  for (std::size_t i = 0; i < grid.charts; ++i) {
    const Box place{box.x + (w + kChartGap) * static_cast<float>(i % grid.columns),
                    box.y + (h + kLineGap) * static_cast<float>(i / grid.columns), w, h};
    const std::size_t which = first + i;
    const scene::ChartInput input = which == 0   ? latency_chart(c, place)
                                    : which == 1 ? traffic_chart(c, place)
                                    : which == 2 ? lag_chart(c, place)
                                    : which == 3 ? length_chart(c, place)
                                                 : terms_chart(c, place);
    scene::build_chart(input, s.t(), s.list());
  }
}

// The charts without the terms, as many as there is room for; the others by a button at (`x`, `y`).
void draw_chart_page(PanelContext& c, Surface& s, float x, float y, const Box& box) {
  constexpr std::size_t kCharts = 4;
  HistoryState& state = c.state.history;
  const std::size_t each = charts_a_page(box.w, box.h, kCharts);
  if (each < kCharts) {
    const std::string more = tr("{1} more", kCharts - each);
    if (button(s, "history.charts", {x, y, button_width(s, more, ""), 28},
               {.label = more, .tip = {tr("The next charts"), "", ""}}))
      state.chart += each;
  }
  state.chart = state.chart / each * each % kCharts;  // 1, 2 or 4: pages are equally full
  draw_charts(c, s, box, chart_grid(box.w, each), state.chart);
}

}  // namespace

void draw_history(PanelContext& c, Surface& s, const Box& box) {
  c.figures.update(c.run.facts, c.view);
  const bool small = c.layout.small;
  const float x = box.x + (small ? 16.0f : 24.0f), w = box.w - (small ? 32.0f : 48.0f);
  const float top = box.y + (small ? 44.0f : 64.0f), bottom = box.bottom() - 12;
  steer(c, s, {x, top, w, bottom - top});
  if (c.run.trace != nullptr) {
    s.list().text(x, top + 30, tr("Requests of clients are not in a trace."),
                  {.size = 14, .color = s.t().ink2});
    return;
  }
  HistoryState& state = c.state.history;
  // All need height; without it one of them is shown, and the terms have a page of their own.
  constexpr float kLanes = 200, kBetween = 24, kHead = 38;
  const ChartGrid all = chart_grid(w, 5);
  const bool both = bottom - top >= std::max(470.0f, all.least() + kLanes + kBetween + kHead);
  float y = top, kx = x;
  if (!c.view.requests.empty() || !both) {
    if (!both) {
      const std::vector<std::string> parts = {tr_later("Lanes"), tr_later("Charts"),
                                              tr_later("Terms")};
      const int shown = !state.charts ? 0 : state.terms ? 2 : 1;
      const int now = segmented(s, "history.part", kx, y, parts, shown, 26);
      state.charts = now != 0;
      state.terms = now == 2;
      kx += segmented_width(s, parts) + 20;
    }
    if (both || !state.charts) choose_key(c, s, kx, y, x + w - kx);
    y += kHead;
  }
  if (!both) {
    const Box rest{x, y, w, bottom - y};
    if (state.charts && state.terms) {
      scene::build_chart(terms_chart(c, rest), s.t(), s.list());
    } else if (state.charts) {
      draw_chart_page(c, s, kx, top, rest);
    } else {
      draw_lanes(c, s, rest);
    }
    return;
  }
  const float charts = std::max(all.least(), std::clamp((bottom - y) * 0.42f, 190.0f, 260.0f));
  draw_lanes(c, s, {x, y, w, bottom - y - charts - kBetween});
  draw_charts(c, s, {x, bottom - charts, w, charts}, all);
}

}  // namespace ui
