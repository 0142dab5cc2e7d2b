// The card of the first start, and the short tour of the window that it offers.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/ui/lesson_run.h"
#include "app/ui/panels/panels.h"

namespace ui {

using scene::Box;

namespace {

struct WelcomeRow {
  scene::Icon icon;
  const char* name;
  std::string label, line, key;
};

// Where no lessons are installed none is offered.
std::vector<WelcomeRow> welcome_rows(const PanelContext& c) {
  std::vector<WelcomeRow> rows = {{scene::Icon::kRing, "welcome.tour", tr("Take the tour"),
                                   tr("what is where, in seven steps"), "Enter"}};
  if (!c.lessons.empty()) {
    const LessonEntry& first = c.lessons.front();
    rows.push_back({scene::Icon::kBook, "welcome.lesson", tr("Begin the first lesson"),
                    tr("{1}, {2} minutes", first.title, first.minutes), ""});
  }
  rows.push_back({scene::Icon::kHand, "welcome.play", tr("Play freely"),
                  tr("right-click whatever you see to act on it"), "Esc"});
  rows.push_back(
      {scene::Icon::kOpen, "welcome.open", tr("Open…"), tr("a recording or a scenario"), "Ctrl+O"});
  return rows;
}

void answer_welcome(PanelContext& c, const std::string& row) {
  if (row == "welcome.tour") c.out.actions.push_back(Action::kTour);
  if (row == "welcome.lesson") c.out.open_path = c.lessons.front().path;
  if (row == "welcome.play") c.state.welcome_open = false;
  if (row == "welcome.open") c.out.actions.push_back(Action::kOpen);
}

void draw_welcome_rows(PanelContext& c, Surface& s, const Box& box, float gap) {
  const scene::Theme& t = s.t();
  const std::vector<WelcomeRow> rows = welcome_rows(c);
  const auto count = static_cast<float>(rows.size());
  const float h = std::min(66.0f, (box.h - gap * (count - 1)) / count);
  const bool low = h < 42;  // no room for the second line
  float y = box.y + (box.h - (h + gap) * count + gap) / 2;
  for (const WelcomeRow& row : rows) {
    const float x = box.x, w = box.w, mid = y + h / 2;
    const Touch touch = s.touch(row.name, {x - 12, y, w + 24, h});
    const bool first = &row == &rows.front();
    if (first || touch.hovered) {
      s.list().rect(
          {x - 12, y, w + 24, h}, 7,
          {.fill = t.select, .stroke = first ? t.accent : scene::Color{}, .width = 2 * t.line});
    }
    scene::draw_icon(s.pen(), row.icon, x + 16, mid, first ? t.accent : t.ink2);
    const float key = row.key.empty() ? 0 : keycap_width(s, row.key);
    s.list().text_within(x + 48, low ? mid + 5.5f : mid - 4, row.label, w - 60 - key,
                         {.size = 16, .color = first ? t.accent : t.ink, .weight = 600});
    if (!low)
      s.list().text_within(x + 48, mid + 16, row.line, w - 60 - key, {.size = 14, .color = t.ink2});
    if (key > 0) keycap(s, x + w - key, mid, row.key, t.ink2);
    if (touch.clicked) answer_welcome(c, row.name);
    y += h + gap;
  }
}

// Language and theme, so that neither is searched for.
void draw_welcome_looks(PanelContext& c, Surface& s, float x, float y) {
  const scene::Theme& t = s.t();
  const std::vector<std::string> languages = {tr_later("English"), tr_later("中文")};
  const int spoken = c.state.language == scene::Language::kChinese ? 1 : 0;
  const int wanted = segmented(s, "welcome.language", x, y, languages, spoken);
  if (wanted != spoken) c.out.actions.push_back(wanted == 1 ? Action::kChinese : Action::kEnglish);
  x += segmented_width(s, languages) + 16;
  const int chosen = t.name == "dark" ? 0 : t.name == "light" ? 1 : 2;
  const int now = segmented(s, "welcome.theme", x, y,
                            {tr_later("Dark"), tr_later("Light"), tr_later("Projector")}, chosen);
  if (now != chosen)
    c.out.actions.push_back(now == 0   ? Action::kDark
                            : now == 1 ? Action::kLight
                                       : Action::kProjector);
}

}  // namespace

// The card of the first start: right of the ring, in a small window over the still empty logs;
// never over a node.
void draw_welcome(PanelContext& c) {
  const scene::Theme& t = *c.gui.theme;
  constexpr float kMargin = 8;
  const bool low = c.layout.tabbed;
  const scene::Box& stage = c.layout.stage;
  scene::Box box;
  if (low) {
    const scene::Box& logs = c.layout.narrow ? c.layout.pane : c.layout.logs;
    box.w = std::min(940.0f, c.layout.w - 24);
    box.h = std::max(150.0f, std::min(206.0f, logs.h - 8));
    box.x = (c.layout.w - box.w) / 2;
    box.y = logs.y + (logs.h - box.h) / 2;
  } else {
    box.w = 556;
    box.h = c.lessons.empty() ? 412 : 484;
    box.x = (c.layout.has_pane ? c.layout.pane.x : c.layout.w) - box.w - 40;
    box.y = std::max(52.0f, stage.y + std::min(52.0f, (stage.h - box.h) / 2));
  }
  const float k = c.gui.k;
  ImGui::SetNextWindowPos({std::round((box.x - kMargin) * k), std::round((box.y - kMargin) * k)});
  ImGui::SetNextWindowSize(
      {std::round((box.w + 2 * kMargin) * k), std::round((box.h + 2 * kMargin) * k)});
  ImGui::Begin("###welcome", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground |
                   ImGuiWindowFlags_NoNav);
  {
    Surface s(c.gui);
    draw_floating(s.pen(), {kMargin, kMargin, box.w, box.h}, 10);
    std::string title = tr("Five nodes choose a leader");
    if (c.view.leader.value != 0)
      title = tr("{1} leads term {2}", scene::node_name(c.view.leader), c.view.term.value);
    const std::string text = tr(
        "A whole Raft cluster runs here, with its logs, disks, messages and clients. Do to it what "
        "you like: it is all recorded, and the same seed makes the same run.");
    if (low) {
      const float half = box.w / 2 - 40;
      s.list().text(kMargin + 24, kMargin + 42, title, {.size = 20, .color = t.ink, .weight = 600});
      paragraph(s, kMargin + 24, kMargin + 70, text, half, {.size = 14, .color = t.ink2}, 21);
      draw_welcome_looks(c, s, kMargin + 22, kMargin + box.h - 44);
      draw_welcome_rows(c, s, {kMargin + box.w / 2 + 22, kMargin + 12, box.w / 2 - 58, box.h - 24},
                        4);
    } else {
      const float px = kMargin + 32, pw = box.w - 64;
      s.list().text(px, kMargin + 54, title, {.size = 24, .color = t.ink, .weight = 600});
      const float y = paragraph(s, px, kMargin + 90, text, pw, {.size = 16, .color = t.ink2}, 24);
      const float foot = kMargin + box.h - 58;
      draw_welcome_rows(c, s, {px, y - 6, pw, foot - y - 4}, 4);
      s.list().line({kMargin, foot}, {kMargin + box.w, foot}, {.stroke = t.divider, .width = 1});
      draw_welcome_looks(c, s, px - 4, foot + 15);
    }
    s.flush();
  }
  ImGui::End();
}

namespace {

struct TourStep {
  const char* title;
  const char* text;
};
constexpr TourStep kTour[] = {
    {tr_later("The ring"),
     tr_later(
         "Each disc is a node with its own log and disk. Its colour is the term it believes in, a "
         "crown marks the leader, the arc is its timer. Messages fly between them; what is lost "
         "breaks where it is lost.")},
    {tr_later("The logs"),
     tr_later(
         "A row per node, all on one axis. Dashed: a crash would lose it. Outlined: on the disk. "
         "Filled: committed, it never changes.")},
    {tr_later("Time"),
     tr_later(
         "Space stops and starts it, Right takes one event, Left takes it back. Drag on the tape "
         "to go to any moment. Acting in the past makes a branch, and the other future stays.")},
    {tr_later("The console"),
     tr_later(
         "Type put x 1 and Enter: a client writes a key. Tab completes. Whatever you click shows "
         "its line here, and the same line works in a file.")},
    {tr_later("The inspector"),
     tr_later(
         "Click a node, a link or a message: here stands everything about it, and why it did what "
         "it did. Below are the store, the disk, the clients, the checks and all events.")},
    {tr_later("Faults"),
     tr_later(
         "Cut links, split the cluster, slow the network, crash nodes [F3]. Or right-click what "
         "you see.")},
    {tr_later("The checks"),
     tr_later(
         "The properties of Raft are checked along the run. When one breaks, the run goes on, and "
         "here stands which, by what, and why. Now try this: choose the leader and press C.")}};

// What a step is about, in units.
scene::Box place_of(const PanelContext& c, std::size_t step) {
  const Layout& l = c.layout;
  const auto widget = [&](const char* name, float margin) -> std::optional<scene::Box> {
    const auto place = c.gui.widgets.find(name);
    if (!place) return std::nullopt;
    const float k = c.gui.k;
    return scene::Box{place->min.x / k - margin, place->min.y / k - margin,
                      (place->max.x - place->min.x) / k + 2 * margin,
                      (place->max.y - place->min.y) / k + 2 * margin};
  };
  switch (step) {
    case 0:
      return l.stage;
    case 1:
      return l.logs;
    case 2:
      return l.time;
    case 3:
      return widget("console", 6).value_or(l.time);
    case 4:
      return l.has_pane ? l.pane : l.stage;
    case 5:
      return l.has_rail     ? l.rail
             : l.has_faults ? l.faults
                            : widget("tab:Faults", 6).value_or(l.pane);
    default:
      return widget("verdict", 8).value_or(l.stage);
  }
}

}  // namespace

std::size_t tour_steps() { return std::size(kTour); }

// All but one part of the window lies under a veil, and a card says what that part is.
void draw_tour(PanelContext& c) {
  if (!c.state.tour || *c.state.tour >= std::size(kTour)) return;
  const std::size_t step = *c.state.tour;
  const scene::Theme& t = *c.gui.theme;
  const Layout& l = c.layout;
  const scene::Box lit = place_of(c, step);
  c.gui.order.clear();
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
  ImGui::Begin("###tour", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground |
                   ImGuiWindowFlags_NoNav);
  {
    Surface s(c.gui);
    const scene::Color veil = t.canvas.faded(0.62f);
    const float right = lit.right(), bottom = lit.bottom();
    s.list().rect({0, 0, l.w, lit.y}, 0, {.fill = veil});
    s.list().rect({0, bottom, l.w, l.h - bottom}, 0, {.fill = veil});
    s.list().rect({0, lit.y, lit.x, lit.h}, 0, {.fill = veil});
    s.list().rect({right, lit.y, l.w - right, lit.h}, 0, {.fill = veil});
    s.list().rect({lit.x + 1, lit.y + 1, lit.w - 2, lit.h - 2}, 6,
                  {.stroke = t.accent, .width = 2 * t.line});
    constexpr float kW = 440;
    const scene::Style prose{.size = 16, .color = t.ink2};
    const auto lines = wrapped(s.list().measure(), tr(kTour[step].text), kW - 56, prose);
    const float h = 132 + 24 * static_cast<float>(lines.size());
    // Beside the part if there is room, else upon it.
    scene::Box card{l.w / 2 - kW / 2, l.h / 2 - h / 2, kW, h};
    constexpr float kGap = 20;
    if (bottom + kGap + h < l.h) {
      card.y = bottom + kGap;
      card.x = lit.x + lit.w / 2 - kW / 2;
    } else if (lit.y - kGap - h > 0) {
      card.y = lit.y - kGap - h;
      card.x = lit.x + lit.w / 2 - kW / 2;
    } else if (lit.x - kGap - kW > 0) {
      card.x = lit.x - kGap - kW;
    } else if (right + kGap + kW < l.w) {
      card.x = right + kGap;
    }
    card.x = std::clamp(card.x, 8.0f, std::max(8.0f, l.w - kW - 8));
    draw_floating(s.pen(), card, 10);
    s.list().text(card.x + 28, card.y + 46, tr(kTour[step].title),
                  {.size = 20, .color = t.ink, .weight = 600});
    s.list().text(
        card.right() - 28, card.y + 46,
        std::to_string(step + 1) + " / " + std::to_string(std::size(kTour)),
        {.size = 13, .color = t.ink3, .face = scene::Face::kMono, .anchor = scene::Anchor::kEnd});
    float y = card.y + 78;
    for (const std::string& line : lines) {
      s.list().text(card.x + 28, y, line, prose);
      y += 24;
    }
    const float by = card.bottom() - 50;
    const bool last = step + 1 == std::size(kTour);
    const std::string next = tr(last ? "Done" : "Next"), end = tr("End the tour"),
                      back = tr("Back");
    float x = card.right() - 28 - button_width(s, next, "Enter");
    if (button(s, "tour.next", {x, by, button_width(s, next, "Enter"), 30},
               {.label = next, .key = "Enter", .kind = ButtonKind::kPrimary})) {
      c.state.tour = step + 1;
      if (last) c.state.tour.reset();
    }
    if (step > 0) {
      x -= button_width(s, back, "") + 8;
      if (button(s, "tour.back", {x, by, button_width(s, back, ""), 30}, {.label = back}))
        c.state.tour = step - 1;
    }
    if (button(s, "tour.end", {card.x + 20, by, button_width(s, end, "Esc"), 30},
               {.label = end, .key = "Esc", .kind = ButtonKind::kQuiet}))
      c.state.tour.reset();
    s.flush();
  }
  ImGui::End();
}

}  // namespace ui
