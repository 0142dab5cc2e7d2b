// The right pane: the inspector, and below it (or as further pages of a small window) store,
// clients and events.
#include <algorithm>

#include "app/ui/panels/panels.h"

namespace ui {
namespace {

void draw_page(PanelContext& c, Page page, const scene::Box& box) {
  if (page == Page::kEvents) return draw_events(c, box);
  if (page == Page::kLogs) return draw_logs(c, box);
  const char* id = page == Page::kInspector ? "###inspector"
                   : page == Page::kStore   ? "###store"
                   : page == Page::kDisk    ? "###disk"
                   : page == Page::kClients ? "###clients"
                   : page == Page::kChecks  ? "###checks"
                                            : "###faults_page";
  Pane s(c.gui, id, box, c.gui.theme->panel, true);
  float height = 0;
  switch (page) {
    case Page::kInspector:
      height = c.state.selected.kind == scene::Target::Kind::kMessage
                   ? draw_message_inspector(c, s, 0)
               : c.state.selected.kind == scene::Target::Kind::kFact ? draw_fact_inspector(c, s, 0)
                                                                     : draw_inspector(c, s, 0);
      break;
    case Page::kStore:
      height = draw_store(c, s, 8);
      break;
    case Page::kDisk:
      height = draw_disk(c, s, 8);
      break;
    case Page::kClients:
      height = draw_clients(c, s, 8);
      break;
    case Page::kChecks:
      height = draw_checks(c, s, 8);
      break;
    case Page::kFaults:
      height = draw_faults(c, s, 0);
      break;
    case Page::kEvents:
    case Page::kLogs:
      break;
  }
  s.content(height + 8);
}

std::vector<std::string> page_names(const std::vector<Page>& pages) {
  std::vector<std::string> names;
  for (const Page page : pages) names.emplace_back(page_name(page));
  return names;
}

// What stands behind the word Checks: all hold, or how many broke; outlined if it was said that
// they would.
struct CheckMark {
  std::string count;
  bool expected = false;
  float room = 20;
};
CheckMark check_mark(Surface& s, const ChecksView& checks) {
  if (checks.broken == 0) return {};
  const bool expected = checks.unexpected == 0;
  CheckMark mark{std::to_string(expected ? checks.broken : checks.unexpected), expected, 0};
  mark.room = 26 + s.list().width(mark.count, {.size = 13, .weight = 600});
  return mark;
}
void draw_check_mark(Surface& s, const CheckMark& mark, float x, float y) {
  const scene::Theme& t = s.t();
  if (mark.count.empty()) {
    scene::draw_icon(s.pen(), scene::Icon::kCheck, x + 13, y + 7, t.ink2, 0.9f);
    return;
  }
  scene::draw_warning(s.pen(), x + 14, y + 7, 0.8f, t.danger, !mark.expected);
  s.list().text(x + 25, y + 12, mark.count,
                {.size = 13, .color = mark.expected ? t.ink2 : t.danger, .weight = 600});
}

// The inspector as one line, while something else needs the height.
void draw_folded(PanelContext& c, const scene::Box& box) {
  Pane s(c.gui, "###inspector_title", box, c.gui.theme->panel);
  const scene::Theme& t = s.t();
  const float x = pane_margin(c.layout);
  const Touch touch = s.touch("inspector.unfold", {0, 0, s.w(), s.h()});
  s.tip("inspector.unfold", touch, {tr("Show the inspector again"), "", ""});
  if (touch.hovered) s.list().rect({0, 0, s.w(), s.h()}, 0, {.fill = t.select});
  s.list().path({{x, 18}, {x + 8, 23.5f}, {x, 29}}, true, {.fill = t.ink2});
  const scene::Target& chosen = c.state.selected;
  float at = x + 20;
  std::string words = tr("Inspector");
  if (const sim::NodeView* node = chosen.node.value != 0 ? c.view.node(chosen.node) : nullptr) {
    scene::draw_term_badge(s.pen(), at + 10, 23.5f, 10, node->term);
    at = s.list().text(at + 28, 28.5f, scene::node_name(node->id),
                       {.size = 16, .color = t.ink, .weight = 600}) +
         12;
    words = scene::role_label(*node);
    if (node->role == sim::RoleName::kFollower && node->leader.value != 0)
      words = tr("{1} of {2}", words, scene::node_name(node->leader));
    if (node->vote.value != 0) words = tr("{1}, voted {2}", words, scene::node_name(node->vote));
  }
  s.list().text_within(at, 28, words, s.w() - at - x, {.size = 14, .color = t.ink2});
  if (touch.clicked) c.state.inspector_folded = false;
}

}  // namespace

const char* page_name(Page page) {
  switch (page) {
    case Page::kLogs:
      return tr_later("Logs");
    case Page::kInspector:
      return tr_later("Inspector");
    case Page::kStore:
      return tr_later("Store");
    case Page::kDisk:
      return tr_later("Disk");
    case Page::kClients:
      return tr_later("Clients");
    case Page::kChecks:
      return tr_later("Checks");
    case Page::kEvents:
      return tr_later("Events");
    case Page::kFaults:
      return tr_later("Faults");
  }
  return "";
}

void draw_right_pane(PanelContext& c) {
  const scene::Box& pane = c.layout.pane;
  const scene::Theme& t = *c.gui.theme;
  const float x = pane_margin(c.layout);
  if (c.layout.tabbed) {
    const float head = 40;
    {
      Pane s(c.gui, "###pane_tabs", {pane.x, pane.y, pane.w, head}, t.panel);
      std::vector<Page> pages = {Page::kInspector, Page::kStore,  Page::kDisk,
                                 Page::kClients,   Page::kChecks, Page::kEvents};
      const bool logs = c.layout.narrow || c.layout.logs_aside;
      if (logs) pages.insert(pages.begin(), Page::kLogs);
      const std::vector<std::string> names = page_names(pages);
      const auto found = std::find(pages.begin(), pages.end(), c.state.page);
      const int chosen = found == pages.end() ? -1 : static_cast<int>(found - pages.begin());
      const bool broken = c.run.checks.unexpected > 0;
      constexpr float kFault = 30;
      TabsLook look{0, 13, logs ? 5 : 4, broken ? 18.0f : 0.0f, 0};
      const auto wide = [&] {
        float sum = look.room + kFault;
        for (const std::string& name : names)
          sum += s.list().width(tr(name), {.size = look.size, .weight = 600});
        return sum;
      };
      const float count = static_cast<float>(names.size());
      constexpr float kNarrowest = 3;
      const float whole = s.w() - 2 * x;
      if (wide() + count * kNarrowest > whole) look.size = 12;
      look.gap = std::clamp((whole - wide()) / count, kNarrowest, 18.0f);
      const int now = tabs(s, "tab", x, 13, names, chosen, look);
      if (broken) scene::draw_warning(s.pen(), look.at + 11, 20, 0.75f, t.danger, true);
      if (now != chosen) c.state.page = pages[static_cast<std::size_t>(now)];
      const bool faults = c.state.page == Page::kFaults;
      const scene::Box fault{s.w() - x - kFault + 4, 6, kFault, 28};
      const Touch touch = s.touch("tab:Faults", fault);
      s.tip("tab:Faults", touch, {tr(info(Action::kFaults).what), "", ""});
      if (touch.hovered) s.list().rect(fault, 5, {.fill = t.select});
      scene::draw_icon(s.pen(), scene::Icon::kFault, fault.x + kFault / 2, 20,
                       faults ? t.ink : t.ink3, 0.9f);
      if (faults) s.list().rect({fault.x + 4, 33, kFault - 8, 2 * t.line}, 0, {.fill = t.accent});
      if (touch.clicked) c.state.page = Page::kFaults;
      s.list().line({0, 38.5f}, {s.w(), 38.5f}, {.stroke = t.divider, .width = 1});
      s.list().line({0.5f, 0}, {0.5f, s.h()}, {.stroke = t.divider, .width = 1});
    }
    draw_page(c, c.state.page,
              {pane.x + 1, pane.y + head, pane.w - 1, std::max(1.0f, pane.h - head)});
    return;
  }
  // The same for all pages, so that the tabs stay under the mouse.
  const float room = std::clamp(pane.h * 0.34f, 180.0f, 480.0f);
  const float upper = c.state.inspector_folded ? 47.0f : std::max(1.0f, pane.h - room);
  const float lower = std::max(1.0f, pane.h - upper);
  if (c.state.inspector_folded) {
    draw_folded(c, {pane.x + 1, pane.y, pane.w - 1, upper});
  } else {
    draw_page(c, Page::kInspector, {pane.x + 1, pane.y, pane.w - 1, upper});
  }
  constexpr float kHead = 44;
  {
    Pane s(c.gui, "###pane_tabs", {pane.x + 1, pane.y + upper, pane.w - 1, kHead}, t.panel);
    s.list().line({0, 0.5f}, {s.w(), 0.5f}, {.stroke = t.divider, .width = 1});
    std::vector<Page> pages = {Page::kStore, Page::kDisk, Page::kClients, Page::kChecks,
                               Page::kEvents};
    if (c.layout.logs_aside) pages.insert(pages.begin(), Page::kLogs);
    std::vector<std::string> names = page_names(pages);
    if (!c.layout.small && !c.layout.logs_aside) names[0] = tr_later("Key-value store");
    const auto found = std::find(pages.begin(), pages.end(), c.state.lower_page);
    const int chosen = found == pages.end() ? 0 : static_cast<int>(found - pages.begin());
    const CheckMark mark = check_mark(s, c.run.checks);
    const bool dense = c.layout.small || c.layout.logs_aside;
    TabsLook look{dense ? 15.0f : 22.0f, 14, c.layout.logs_aside ? 4 : 3, mark.room, 0};
    constexpr float kFold = 24, kNarrowest = 4;
    float words = mark.room;
    for (const std::string& name : names)
      words += s.list().width(tr(name), {.size = look.size, .weight = 600});
    const float spare = s.w() - 2 * x - kFold - words;
    look.gap = std::clamp(spare / static_cast<float>(names.size()), kNarrowest, look.gap);
    const int now = tabs(s, "tab", x, 14, names, chosen, look);
    c.state.lower_page = pages[static_cast<std::size_t>(now)];
    draw_check_mark(s, mark, look.at, 14);
    const scene::Box fold{s.w() - x - 12, 8, 24, 28};
    const Touch touch = s.touch("pane.fold", fold);
    s.tip("pane.fold", touch,
          {tr(c.state.inspector_folded ? "Give the inspector its room back"
                                       : "Fold the inspector: more room for this"),
           "", ""});
    if (touch.hovered) s.list().rect(fold, 5, {.fill = t.select});
    const float cx = fold.x + 12, up = c.state.inspector_folded ? 3.0f : -3.0f;
    s.list().path({{cx - 5, 22 - up}, {cx, 22 + up}, {cx + 5, 22 - up}}, false,
                  {.stroke = t.ink2, .width = 1.8f, .round = true});
    if (touch.clicked) c.state.inspector_folded = !c.state.inspector_folded;
  }
  draw_page(c, c.state.lower_page,
            {pane.x + 1, pane.y + upper + kHead, pane.w - 1, std::max(1.0f, lower - kHead)});
  // The border, over all three.
  Pane edge(c.gui, "###pane_edge", {pane.x, pane.y, 1, pane.h}, t.divider);
}

void draw_rule(Surface& s, float x, float y, float w) {
  s.list().line({x, y}, {x + w, y}, {.stroke = s.t().divider, .width = 1});
}

void draw_section(Surface& s, float x, float y, float w, const std::string& title,
                  const std::string& right) {
  s.list().text(x, y, title, {.size = 14, .color = s.t().ink, .weight = 600});
  if (!right.empty())
    s.list().text(x + w, y, right,
                  {.size = 13, .color = s.t().ink3, .anchor = scene::Anchor::kEnd});
}

void draw_figures(Surface& s, float x, float y, const std::vector<Figure>& figures, int per_row,
                  float dx, float dy, float size) {
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const int column = static_cast<int>(i) % per_row, row = static_cast<int>(i) / per_row;
    const float fx = x + static_cast<float>(column) * dx, fy = y + static_cast<float>(row) * dy;
    s.list().text(fx, fy, figures[i].label, {.size = 13, .color = s.t().ink3});
    const scene::Style style = with_face({.size = size,
                                          .color = figures[i].changed ? s.t().accent : s.t().ink,
                                          .face = scene::Face::kMono,
                                          .weight = figures[i].changed ? 700 : 400},
                                         figures[i].value);
    const std::string value = scene::shortened(s.list().measure(), figures[i].value, dx - 6, style);
    s.list().text(fx, fy + size + 4, value, style);
    if (figures[i].changed)
      s.list().rect({fx, fy + size + 9, s.list().width(value, style), 2}, 0,
                    {.fill = s.t().accent});
  }
}

const sim::NodeView* shown_node(const PanelContext& c) {
  const raft::NodeId whose =
      c.state.selected.node.value != 0 ? c.state.selected.node : c.view.leader;
  const sim::NodeView* node = c.view.node(whose);
  if (node != nullptr || c.view.nodes.empty()) return node;
  return &c.view.nodes.front();
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " B";
  const bool mebi = bytes >= 1024 * 1024;
  const std::uint64_t unit = mebi ? 1024 * 1024 : 1024;
  const std::uint64_t tenths = (bytes * 10 + unit / 2) / unit;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + (mebi ? " MiB" : " KiB");
}

}  // namespace ui
