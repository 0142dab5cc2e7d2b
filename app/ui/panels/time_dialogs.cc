// Dialogs about time: at what it stops of itself, and the branches of the run.
#include <algorithm>

#include "app/scenario/predicate.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

constexpr float kRow = 34;

std::string branch_story(const session::Session& session, std::size_t number) {
  const session::Branch& branch = session.branch(number);
  // The open one goes on without a command, too.
  const sim::Position last =
      number == session.active_branch() ? session.tip() : session::end_position(branch);
  const std::string end = sim::short_text({last.at.millis});
  const std::size_t own = branch.commands.size();
  const std::string story =
      tr(own == 1 ? "up to tick {1}, {2} command" : "up to tick {1}, {2} commands", end, own);
  if (!branch.fork) return story;
  return tr("from {1} at tick {2}, {3}", session.branch(branch.fork->parent).name,
            sim::short_text({branch.fork->at.at.millis}), story);
}

void choose_branch(PanelContext& c, int number) {
  c.state.dialog.chosen = number;
  c.state.dialog.path = c.run.session->branch(static_cast<std::size_t>(number)).name;
  c.state.dialog.error.clear();
}

void draw_problem(Surface& s, const scene::Box& box, float y, const std::string& error) {
  if (error.empty()) return;
  paragraph(s, box.x + 24, y, error, box.w - 48, {.size = 13, .color = s.t().danger}, 18);
}

}  // namespace

void draw_stops(PanelContext& c, Surface& s, const scene::Box& box) {
  const scene::Theme& t = s.t();
  DialogState& dialog = c.state.dialog;
  if (c.run.session == nullptr) return;
  float y = paragraph(s, box.x + 24, box.y + 68,
                      tr("Time stops right behind the first event that makes this true. A "
                         "predicate of the scenario language."),
                      box.w - 48, {.size = 13, .color = t.ink2}, 18);
  const bool entered =
      input(s, "dialog.path", {box.x + 24, y, box.w - 48, 32}, dialog.path,
            {.hint = "leader any    applied n3 >= 5    halted n2", .focus = dialog.fresh});
  y += 44;
  if (!dialog.error.empty()) {
    draw_problem(s, box, y + 10, dialog.error);
    y += 44;
  }
  const auto& stops = c.run.session->breakpoints();
  for (std::size_t i = 0; i < stops.size() && y + kRow < box.bottom() - 56; ++i, y += kRow) {
    s.list().text_within(box.x + 24, y + 21, scenario::print(stops[i]), box.w - 150,
                         {.size = 14, .color = t.ink, .face = scene::Face::kMono});
    if (button(s, "dialog.forget" + std::to_string(i), {box.right() - 24 - 84, y + 3, 84, 28},
               {.label = tr("Forget")}))
      c.out.forget_stop = i;
  }
  const float yes = button_width(s, tr("Play until then"), "Enter"),
              no = button_width(s, tr("Close"), "Esc");
  const float foot = box.bottom() - 50;
  const bool pressed =
      button(s, "dialog.yes", {box.right() - 24 - yes, foot, yes, 30},
             {.label = tr("Play until then"), .key = "Enter", .kind = ButtonKind::kPrimary});
  if (button(s, "dialog.no", {box.right() - 34 - yes - no, foot, no, 30},
             {.label = tr("Close"), .key = "Esc"}))
    c.out.actions.push_back(Action::kEscape);
  if (pressed || entered) c.out.stop_when = dialog.path;
}

void draw_branches(PanelContext& c, Surface& s, const scene::Box& box) {
  const scene::Theme& t = s.t();
  DialogState& dialog = c.state.dialog;
  if (c.run.session == nullptr) return;
  const session::Session& session = *c.run.session;
  const int count = static_cast<int>(session.branches());
  if (dialog.fresh) choose_branch(c, static_cast<int>(session.active_branch()));
  if (dialog.chosen >= count) choose_branch(c, count - 1);
  const bool typing = ImGui::GetIO().WantTextInput;
  if (!typing && ImGui::IsKeyPressed(key::kDown) && dialog.chosen + 1 < count)
    choose_branch(c, dialog.chosen + 1);
  if (!typing && ImGui::IsKeyPressed(key::kUp) && dialog.chosen > 0)
    choose_branch(c, dialog.chosen - 1);
  const float foot = box.bottom() - 50, name_y = foot - 84;
  const int rows = std::max(1, static_cast<int>((name_y - 30 - (box.y + 58)) / kRow));
  const int first = std::clamp(dialog.chosen - rows / 2, 0, std::max(0, count - rows));
  float y = box.y + 58;
  for (int i = first; i < std::min(count, first + rows); ++i, y += kRow) {
    const auto number = static_cast<std::size_t>(i);
    const scene::Box row{box.x + 12, y, box.w - 24, kRow};
    const Touch touch = s.touch("dialog.branch" + std::to_string(i), row);
    const bool on = i == dialog.chosen;
    if (on || touch.hovered) {
      s.list().rect(
          row, 5,
          {.fill = t.select, .stroke = on ? t.accent : scene::Color{}, .width = 1.5f * t.line});
    }
    const bool open = number == session.active_branch();
    s.list().text_within(row.x + 12, y + 22, session.branch(number).name, 170,
                         {.size = 14, .color = on ? t.accent : t.ink, .weight = open ? 600 : 400});
    s.list().text_within(row.x + 196, y + 22,
                         branch_story(session, number) + (open ? tr(", open") : ""), row.w - 208,
                         {.size = 13, .color = t.ink2});
    if (touch.clicked) choose_branch(c, i);
  }
  s.list().text(box.x + 24, name_y, tr("Name"), {.size = 13, .color = t.ink2});
  const float rename = button_width(s, tr("Rename"), "");
  const bool named = input(s, "dialog.name", {box.x + 24, name_y + 10, box.w - 60 - rename, 32},
                           dialog.path, {.hint = tr("a name without spaces")});
  const auto chosen = static_cast<std::size_t>(dialog.chosen);
  if (button(s, "dialog.rename", {box.right() - 24 - rename, name_y + 11, rename, 30},
             {.label = tr("Rename")}) ||
      named)
    c.out.name_branch = Outbox::NameBranch{chosen, dialog.path};
  draw_problem(s, box, name_y + 62, dialog.error);
  const float open_w = button_width(s, tr("Open"), "Enter"),
              delete_w = button_width(s, tr("Delete"), ""),
              close_w = button_width(s, tr("Close"), "Esc");
  float x = box.right() - 24 - open_w;
  const bool pressed = button(s, "dialog.yes", {x, foot, open_w, 30},
                              {.label = tr("Open"), .key = "Enter", .kind = ButtonKind::kPrimary});
  if (pressed || (!typing && c.gui.focus.empty() && ImGui::IsKeyPressed(key::kEnter, false))) {
    c.out.open_branch = chosen;
    dialog.open = Dialog::kNone;
  }
  x -= close_w + 10;
  if (button(s, "dialog.no", {x, foot, close_w, 30}, {.label = tr("Close"), .key = "Esc"}))
    c.out.actions.push_back(Action::kEscape);
  if (button(s, "dialog.delete", {box.x + 24, foot, delete_w, 30},
             {.label = tr("Delete"), .kind = ButtonKind::kDanger}))
    c.out.delete_branch = chosen;
}

}  // namespace ui
