// The right pane: the inspector, and below it (or as further pages of a small window) store,
// clients and events.
#include <algorithm>

#include "app/ui/panels/panels.h"

namespace ui {
namespace {

void draw_page(PanelContext& c, Page page, const scene::Box& box) {
  if (page == Page::kEvents) return draw_events(c, box);
  if (page == Page::kLogs) return;  // drawn by itself
  const char* id = page == Page::kInspector ? "###inspector"
                   : page == Page::kStore   ? "###store"
                   : page == Page::kClients ? "###clients"
                                            : "###faults_page";
  Pane s(c.gui, id, box, c.gui.theme->panel, true);
  float height = 0;
  switch (page) {
    case Page::kInspector:
      height = c.state.selected.kind == scene::Target::Kind::kMessage
                   ? draw_message_inspector(c, s, 0)
                   : draw_inspector(c, s, 0);
      break;
    case Page::kStore:
      height = draw_store(c, s, 8);
      break;
    case Page::kClients:
      height = draw_clients(c, s, 8);
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

}  // namespace

void draw_right_pane(PanelContext& c) {
  const scene::Box& pane = c.layout.pane;
  const scene::Theme& t = *c.gui.theme;
  const float x = pane_margin(c.layout);
  if (c.layout.tabbed) {
    const float head = 40;
    {
      Pane s(c.gui, "###pane_tabs", {pane.x, pane.y, pane.w, head}, t.panel);
      std::vector<std::string> names = {"Inspector", "Store", "Clients", "Events", "Faults"};
      std::vector<Page> pages = {Page::kInspector, Page::kStore, Page::kClients, Page::kEvents,
                                 Page::kFaults};
      if (c.layout.narrow) {
        names.insert(names.begin(), "Logs");
        pages.insert(pages.begin(), Page::kLogs);
      }
      const auto found = std::find(pages.begin(), pages.end(), c.state.page);
      const int chosen = found == pages.end() ? 0 : static_cast<int>(found - pages.begin());
      float wide = 0;
      for (const std::string& name : names)
        wide += s.list().width(name, {.size = 14, .weight = 600});
      const float gap =
          std::clamp((s.w() - 2 * x - wide) / static_cast<float>(names.size() - 1), 4.0f, 18.0f);
      const int now = tabs(s, "tab", x, 13, names, chosen, gap);
      if (now != chosen) c.state.page = pages[static_cast<std::size_t>(now)];
      s.list().line({0, 38.5f}, {s.w(), 38.5f}, {.stroke = t.divider, .width = 1});
      s.list().line({0.5f, 0}, {0.5f, s.h()}, {.stroke = t.divider, .width = 1});
    }
    draw_page(c, c.state.page,
              {pane.x + 1, pane.y + head, pane.w - 1, std::max(1.0f, pane.h - head)});
    return;
  }
  // The same for all pages, so that the tabs stay under the mouse.
  const float lower = std::clamp(pane.h * 0.34f, 180.0f, 480.0f);
  const float upper = std::max(1.0f, pane.h - lower);
  draw_page(c, Page::kInspector, {pane.x + 1, pane.y, pane.w - 1, upper});
  constexpr float kHead = 44;
  {
    Pane s(c.gui, "###pane_tabs", {pane.x + 1, pane.y + upper, pane.w - 1, kHead}, t.panel);
    s.list().line({0, 0.5f}, {s.w(), 0.5f}, {.stroke = t.divider, .width = 1});
    const std::vector<std::string> names = {"Key-value store", "Clients", "Events"};
    const std::vector<Page> pages = {Page::kStore, Page::kClients, Page::kEvents};
    const auto found = std::find(pages.begin(), pages.end(), c.state.lower_page);
    const int chosen = found == pages.end() ? 0 : static_cast<int>(found - pages.begin());
    c.state.lower_page = pages[static_cast<std::size_t>(tabs(s, "tab", x, 14, names, chosen, 26))];
    if (c.state.lower_page == Page::kStore && c.state.selected.kind == scene::Target::Kind::kNode) {
      s.list().text(s.w() - x, 26, "on " + scene::node_name(c.state.selected.node),
                    {.size = 13, .color = t.ink3, .anchor = scene::Anchor::kEnd});
    }
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
    const scene::Style style{.size = size,
                             .color = figures[i].changed ? s.t().accent : s.t().ink,
                             .face = scene::Face::kMono,
                             .weight = figures[i].changed ? 700 : 400};
    const std::string value = scene::shortened(s.list().measure(), figures[i].value, dx - 6, style);
    s.list().text(fx, fy + size + 4, value, style);
    if (figures[i].changed)
      s.list().rect({fx, fy + size + 9, s.list().width(value, style), 2}, 0,
                    {.fill = s.t().accent});
  }
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " B";
  const bool mebi = bytes >= 1024 * 1024;
  const std::uint64_t unit = mebi ? 1024 * 1024 : 1024;
  const std::uint64_t tenths = (bytes * 10 + unit / 2) / unit;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + (mebi ? " MiB" : " KiB");
}

}  // namespace ui
