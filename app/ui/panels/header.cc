#include <algorithm>

#include "app/scene/log_cells.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

using scene::Anchor;
using scene::Face;
using scene::Style;

constexpr std::pair<Menu, const char*> kMenus[] = {{Menu::kFile, tr_later("File")},
                                                   {Menu::kSession, tr_later("Session")},
                                                   {Menu::kView, tr_later("View")},
                                                   {Menu::kLesson, tr_later("Lesson")},
                                                   {Menu::kHelp, tr_later("Help")}};

// Nodes that also lead, in a term below the leader's: they have not heard yet.
std::string also_claiming(const sim::ClusterView& view) {
  std::string names;
  for (const sim::NodeView& node : view.nodes) {
    const bool runs = node.state == sim::NodeState::kUp || node.state == sim::NodeState::kPaused;
    if (!runs || node.role != sim::RoleName::kLeader || node.id == view.leader) continue;
    names += (names.empty() ? "" : " ") + scene::node_name(node.id);
  }
  return names;
}

bool checked(const UiState& state, Action action) {
  switch (action) {
    case Action::kFaults:
      return state.faults_open;
    case Action::kInspector:
      return state.pane_open;
    case Action::kHeartbeatReplies:
      return state.heartbeat_replies;
    case Action::kInbox:
      return state.inbox;
    case Action::kDemo:
      return state.demo.on;
    case Action::kRing:
      return state.stage_view == StageView::kRing;
    case Action::kSequence:
      return state.stage_view == StageView::kSequence;
    case Action::kBoth:
      return state.stage_view == StageView::kBoth;
    case Action::kHistory:
      return state.stage_view == StageView::kHistory;
    case Action::kFold:
      return state.sequence.fold;
    case Action::kDark:
      return state.theme->name == "dark";
    case Action::kLight:
      return state.theme->name == "light";
    case Action::kProjector:
      return state.theme->name == "projector";
    case Action::kEnglish:
      return state.language == scene::Language::kEnglish;
    case Action::kChinese:
      return state.language == scene::Language::kChinese;
    default:
      return false;
  }
}

void draw_menu(PanelContext& c, Menu which, const char* id, ImVec2 at) {
  if (!ImGui::IsPopupOpen(id)) return;
  std::vector<MenuItem> items;
  std::vector<Action> actions;
  for (const ActionInfo& row : action_table()) {
    if (row.menu != which) continue;
    if (row.separator_before && !items.empty()) {
      items.push_back({});
      actions.push_back(row.action);
    }
    MenuItem item;
    item.name = std::string(row.name);
    item.label = tr(row.label);
    item.key = std::string(row.keys);
    item.why_off = c.why_off(row.action);
    item.enabled = item.why_off.empty();
    item.checked = checked(c.state, row.action);
    item.line = item.enabled ? c.line_of(row.action) : "";
    items.push_back(item);
    actions.push_back(row.action);
  }
  const int chosen = menu(c.gui, id, at, "", items);
  if (chosen >= 0) c.out.actions.push_back(actions[static_cast<std::size_t>(chosen)]);
}

// Menus of the title line. The mouse moves between open ones without another click.
float draw_menus(PanelContext& c, Surface& s, float x, float gap) {
  std::optional<std::pair<Menu, float>> wanted;
  const auto id_of = [](Menu which) -> const char* {
    switch (which) {
      case Menu::kFile:
        return "menu.file";
      case Menu::kSession:
        return "menu.session";
      case Menu::kView:
        return "menu.view";
      case Menu::kLesson:
        return "menu.lesson";
      case Menu::kHelp:
      case Menu::kNone:
        break;
    }
    return "menu.help";
  };
  Menu open = Menu::kNone;
  for (const auto& [which, label] : kMenus) {
    if (ImGui::IsPopupOpen(id_of(which))) open = which;
  }
  for (const auto& [which, label] : kMenus) {
    const std::string word = tr(label);
    const float w = s.list().width(word, {.size = 14});
    const scene::Box box{x - gap / 2, 8, w + gap, 28};
    const Touch touch = s.touch(std::string("menu:") + label, box);
    const bool over = box.contains(s.mouse());
    if (touch.hovered || open == which)
      s.list().rect({box.x + 2, box.y, box.w - 4, box.h}, 6, {.fill = s.t().select});
    s.list().text(x, 27, word, {.size = 14, .color = open == which ? s.t().ink : s.t().ink2});
    if (touch.clicked || (open != Menu::kNone && open != which && over)) wanted = {which, box.x};
    if (open == which) c.state.menu_at = s.at(box.x, 42);
    x += w + gap;
  }
  if (wanted) {
    c.state.menu_at = s.at(wanted->second, 42);
    ImGui::OpenPopup(id_of(wanted->first));
  }
  for (const auto& [which, label] : kMenus) draw_menu(c, which, id_of(which), c.state.menu_at);
  return x;
}

}  // namespace

void draw_header(PanelContext& c) {
  Pane s(c.gui, "###header", c.layout.header, c.gui.theme->panel);
  const scene::Theme& t = s.t();
  const bool dense = c.layout.tabbed;
  s.list().line({0, 43.5f}, {s.w(), 43.5f}, {.stroke = t.divider, .width = 1});
  scene::draw_icon(s.pen(), scene::Icon::kRing, 25, 22, t.accent);
  float x = 46;
  if (!c.layout.narrow)
    x = s.list().text(46, 27.5f, "Raftarium", {.size = 16, .color = t.ink, .weight = 600});
  x = draw_menus(c, s, x + (dense ? 20.0f : 28.0f), dense ? 15.0f : 24.0f);

  // Right: tick and seed; they keep their place while they count.
  const Style word{.size = 14, .color = t.ink2, .anchor = Anchor::kEnd};
  float right = s.w() - (dense ? 16.0f : 24.0f);
  const std::string seed = std::to_string(c.view.config.seed);
  const Style seed_style{.size = 14, .color = t.ink, .face = Face::kMono, .anchor = Anchor::kEnd};
  if (!c.layout.narrow && c.run.trace != nullptr) {
    const std::string& path = c.run.trace->name();
    const std::size_t slash = path.rfind('/');
    const Style name{.size = 14, .color = t.ink2, .anchor = Anchor::kEnd};
    const std::string shown = scene::shortened(
        s.list().measure(), slash == std::string::npos ? path : path.substr(slash + 1), 200, name);
    s.list().text(right, 28, shown, name);
    right -= s.list().width(shown, name) + (dense ? 18.0f : 30.0f);
  } else if (!c.layout.narrow) {
    const std::string shown = scene::shortened(s.list().measure(), seed, 90, seed_style);
    s.list().text(right, 28, shown, seed_style);
    right -= s.list().width(shown, seed_style) + 8;
    s.list().text(right, 28, tr("seed"), word);
    right -= s.list().width(tr("seed"), word) + (dense ? 18.0f : 30.0f);
  }
  const Style tick{
      .size = 18, .color = t.ink, .face = Face::kMono, .weight = 600, .anchor = Anchor::kEnd};
  const std::string now = sim::screen_text(c.view.position.at);
  s.list().text(right, 28.4f, now, tick);
  right -= s.list().width(now, tick) + 8;
  s.list().text(right, 28, tr("tick"), word);
  right -= s.list().width(tr("tick"), word) + 16;

  // Middle: term, leader, commit.
  struct Status {
    std::string label, value;
    bool term = false;
  };
  std::string leader = scene::node_name(c.view.leader);
  const bool role_told =
      std::any_of(c.view.nodes.begin(), c.view.nodes.end(),
                  [](const sim::NodeView& node) { return !scene::unknown_of(node).role; });
  if (!role_told) leader = "–";
  // Who leads an older term leads it still; the newest has no leader then.
  const sim::NodeView* leads = c.view.node(c.view.leader);
  if (leads != nullptr && leads->term < c.view.term)
    leader = tr("{1} of term {2}", leader, leads->term.value);
  std::vector<Status> facts = {{tr("term"), std::to_string(c.view.term.value), true},
                               {tr("leader"), leader}};
  const std::string also = also_claiming(c.view);
  if (!also.empty()) facts.push_back({tr("also claims"), also});
  const bool commit_told =
      std::any_of(c.view.nodes.begin(), c.view.nodes.end(),
                  [](const sim::NodeView& node) { return !scene::unknown_of(node).commit; });
  facts.push_back({tr("commit"), scene::figure_text(c.view.commit.value, !commit_told)});
  const Style label{.size = 14, .color = t.ink2},
      value{.size = 18, .color = t.ink, .face = Face::kMono, .weight = 600};
  const float gap = dense ? 22 : 36;
  const auto total = [&] {
    float w = -gap;
    for (const Status& fact : facts)
      w += s.list().width(fact.label, label) + 8 +
           s.list().width(fact.value, with_face(value, fact.value)) + gap;
    return w;
  };
  // What does not fit goes: commit first, then the second claim.
  while (facts.size() > 1 && total() > right - x - 8) facts.pop_back();
  float at = std::max(x + 8, s.w() / 2 - total() / 2 + (dense ? 0.0f : 40.0f));
  at = std::min(at, std::max(x + 8, right - total() - 8));
  for (const Status& fact : facts) {
    at = s.list().text(at, 28, fact.label, label) + 8;
    if (fact.term) {
      const float w = s.list().width(fact.value, value);
      s.list().rect({at - 3, 10, w + 14, 24}, 5,
                    s.pen().filled(c.view.term.value == 0 ? t.raised : t.term(c.view.term)));
      Style on = value;
      on.color = t.on_term(c.view.term);
      s.list().text(at + 4, 28.4f, fact.value, on);
      at += w + 11 + gap;
    } else {
      at = s.list().text(at, 28.4f, fact.value, with_face(value, fact.value)) + gap;
    }
  }
}

void draw_rail(PanelContext& c) {
  Pane s(c.gui, "###rail", c.layout.rail, c.gui.theme->panel);
  const scene::Theme& t = s.t();
  s.list().line({s.w() - 0.5f, 0}, {s.w() - 0.5f, s.h()}, {.stroke = t.divider, .width = 1});
  const ActionInfo& row = info(Action::kFaults);
  const scene::Box box{6, 12, 40, 54};
  const Touch touch = s.touch("rail.faults", box);
  s.tip("rail.faults", touch, {tr(row.what), tr("Cut links, split the cluster, crash nodes."), ""});
  if (touch.hovered) s.list().rect(box, 6, {.fill = t.select});
  scene::draw_icon(s.pen(), scene::Icon::kFault, 26, 32, t.ink2);
  s.list().text(26, 57, "F3",
                {.size = 13, .color = t.ink3, .face = Face::kMono, .anchor = Anchor::kMiddle});
  if (touch.clicked) c.out.actions.push_back(Action::kFaults);
}

}  // namespace ui
