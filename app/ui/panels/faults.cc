#include <algorithm>

#include "app/scenario/print.h"
#include "app/scene/log_cells.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

using scene::Anchor;
using scene::Face;

const sim::LinkView* link_of(const sim::ClusterView& view, raft::NodeId from, raft::NodeId to) {
  for (const sim::LinkView& link : view.links) {
    if (link.from.node == from && link.to.node == to && link.from.client == 0 &&
        link.to.client == 0)
      return &link;
  }
  return nullptr;
}

// Row sends, column receives; a click cuts or mends that direction.
float draw_matrix(PanelContext& c, Surface& s, float x, float w, float y) {
  const scene::Theme& t = s.t();
  draw_section(s, x, y, w, tr("Links"), tr("row sends, column receives"));
  y += 20;
  const float n = static_cast<float>(c.view.nodes.size());
  const float cw = std::min(42.0f, (w - 32) / n), ch = std::min(26.0f, cw);
  for (std::size_t j = 0; j < c.view.nodes.size(); ++j) {
    s.list().text(x + 34 + (static_cast<float>(j) + 0.5f) * cw, y + 12,
                  scene::node_name(c.view.nodes[j].id),
                  {.size = 13, .color = t.ink3, .anchor = Anchor::kMiddle});
  }
  y += 20;
  for (const sim::NodeView& from : c.view.nodes) {
    s.list().text(x, y + ch / 2 + 4.5f, scene::node_name(from.id), {.size = 13, .color = t.ink3});
    float cx = x + 34;
    for (const sim::NodeView& to : c.view.nodes) {
      const scene::Box box{cx + 2, y + 1, cw - 4, ch - 2};
      const float mx = box.x + box.w / 2, my = box.y + box.h / 2;
      cx += cw;
      if (from.id == to.id) {
        s.list().line({mx - 4, my}, {mx + 4, my}, {.stroke = t.divider, .width = 2, .round = true});
        continue;
      }
      const sim::LinkView* link = link_of(c.view, from.id, to.id);
      if (link == nullptr) continue;
      const std::string name =
          "matrix:" + scene::node_name(from.id) + "->" + scene::node_name(to.id);
      const Touch touch = s.touch(name, box);
      const sim::Command command = link->cut ? sim::Command{sim::Mend{link->from, link->to, false}}
                                             : sim::Command{sim::Cut{link->from, link->to, false}};
      if (touch.hovered)
        s.tip(name, touch,
              {"> " + scenario::print(command), tr(link->cut ? "Cut now" : "Whole now"), ""});
      s.list().rect(box, 5,
                    {.fill = touch.held      ? t.divider
                             : touch.hovered ? t.select
                                             : t.raised,
                     .stroke = t.divider,
                     .width = 1});
      if (link->cut) {
        for (const float o : {-3.0f, 3.0f})
          s.list().line({mx + o + 2, my - 6}, {mx + o - 2, my + 6},
                        {.stroke = t.danger, .width = 2.2f * t.line, .round = true});
      } else if (link->held) {
        scene::draw_icon(s.pen(), scene::Icon::kPause, mx, my, t.ink, 0.6f);
      } else {
        s.list().line({mx - 6, my}, {mx + 6, my},
                      {.stroke = t.ink3, .width = 1.6f * t.line, .round = true});
      }
      if (touch.clicked) c.out.commands.push_back(command);
    }
    y += ch;
  }
  return y;
}

// The chosen node against the rest, or the leader with one more against the others.
std::optional<sim::Partition> split_of(const PanelContext& c) {
  if (c.view.nodes.size() < 2) return std::nullopt;
  if (c.state.selected.kind == scene::Target::Kind::kNode)
    return sim::Partition{{{c.state.selected.node}}};
  std::vector<raft::NodeId> minority;
  const std::size_t some = (c.view.nodes.size() - 1) / 2;
  if (c.view.leader.value != 0) minority.push_back(c.view.leader);
  for (const sim::NodeView& node : c.view.nodes) {
    if (minority.size() >= std::max<std::size_t>(1, some)) break;
    if (std::find(minority.begin(), minority.end(), node.id) == minority.end())
      minority.push_back(node.id);
  }
  std::sort(minority.begin(), minority.end());
  return sim::Partition{{minority}};
}

void draw_node_row(PanelContext& c, Surface& s, const sim::NodeView& node, float x, float w,
                   float y) {
  const scene::Theme& t = s.t();
  const std::string name = scene::node_name(node.id);
  if (node.state == sim::NodeState::kDown) {
    s.list().circle(x + 9, y, 8.5f, s.pen().dashed(t.control, 1.6f, 3, 2.4f));
  } else {
    scene::draw_term_badge(s.pen(), x + 9, y, 9, node.term);
  }
  s.list().text(x + 27, y + 5, name, {.size = 14, .color = t.ink, .weight = 600});
  s.list().text_within(x + 54, y + 5, scene::role_label(node), w - 54 - 150,
                       {.size = 13, .color = t.ink2});
  const bool stopped = node.state == sim::NodeState::kDown || node.state == sim::NodeState::kHalted;
  const bool paused = node.state == sim::NodeState::kPaused;
  const sim::Command first =
      stopped ? sim::Command{sim::Restart{node.id}} : sim::Command{sim::Crash{node.id}};
  const sim::Command second =
      paused ? sim::Command{sim::Resume{node.id}} : sim::Command{sim::Pause{node.id}};
  if (button(s, "faults.crash:" + name, {x + w - 142, y - 13, 68, 26},
             {.label = tr(stopped ? "Restart" : "Crash"),
              .kind = stopped ? ButtonKind::kPlain : ButtonKind::kDanger,
              .tip = {"> " + scenario::print(first),
                      tr(stopped ? "It comes back with what its disk kept"
                                 : "What is not synced is lost"),
                      ""}})) {
    c.out.commands.push_back(first);
  }
  if (button(s, "faults.pause:" + name, {x + w - 68, y - 13, 68, 26},
             {.label = tr(paused ? "Resume" : "Pause"),
              .enabled = !stopped,
              .tip = stopped
                         ? Tip{tr("{1} does not run", name), "", ""}
                         : Tip{"> " + scenario::print(second), tr("A pause loses nothing"), ""}})) {
    c.out.commands.push_back(second);
  }
}

// A cylinder for each disk; a click opens what can be done to it.
float draw_disks(PanelContext& c, Surface& s, float x, float w, float y) {
  const scene::Theme& t = s.t();
  y += 4;
  draw_rule(s, x, y, w);
  y += 28;
  draw_section(s, x, y, w, tr("Disks"), tr("click for their faults"));
  y += 14;
  const float step = std::min(52.0f, w / static_cast<float>(c.view.nodes.size()));
  for (std::size_t i = 0; i < c.view.nodes.size(); ++i) {
    const sim::NodeView& node = c.view.nodes[i];
    const std::string name = scene::node_name(node.id);
    const scene::Box box{x + static_cast<float>(i) * step, y, step - 4, 50};
    const Touch touch = s.touch("faults.disk:" + name, box);
    if (touch.hovered) s.list().rect(box, 5, {.fill = t.select});
    const float mid = box.x + box.w / 2;
    scene::draw_cylinder(s.pen(), mid - 9, y + 6, 18, 22, scene::disk_look(node), 0.5f);
    s.list().text(mid, y + 43, name, {.size = 13, .color = t.ink2, .anchor = Anchor::kMiddle});
    std::string faults;
    for (const std::string& fault : node.disk_faults)
      faults += (faults.empty() ? "" : ", ") + fault;
    s.tip("faults.disk:" + name, touch,
          {faults.empty() ? tr("The disk of {1} works", name)
                          : tr("The disk of {1}: {2}", name, faults),
           tr("Click to let it fail, lie or rot, or to mend it"), ""});
    if (!touch.clicked) continue;
    c.state.selected = {};
    c.state.selected.kind = scene::Target::Kind::kNode;
    c.state.selected.node = node.id;
    c.state.menu_target = c.state.selected;
    c.state.menu_at = s.at(box.x, box.bottom());
    c.state.menu_page = NodePage::kDisk;
    c.state.context_asked = c.state.menu_turns = true;
  }
  return y + 60;
}

}  // namespace

float draw_faults(PanelContext& c, Surface& s, float y) {
  const scene::Theme& t = s.t();
  const float x = c.layout.tabbed ? 16 : 24, w = s.w() - 2 * x;
  if (!c.layout.tabbed) {
    s.list().text(x, y + 39, tr("Faults"), {.size = 20, .color = t.ink, .weight = 600});
    const Touch close = s.touch("faults.close", {x + w - 34, y + 18, 38, 30});
    s.tip("faults.close", close, {tr("Close this pane [F3]"), "", ""});
    keycap(s, x + w - keycap_width(s, "F3"), y + 33, "F3", close.hovered ? t.ink : t.ink3);
    if (close.clicked) c.out.actions.push_back(Action::kFaults);
    y += 74;
  } else {
    y += 30;
  }
  y = draw_matrix(c, s, x, w, y);
  y += 16;
  const float half = (w - 12) / 2;
  const auto split = split_of(c);
  ButtonOptions split_button{.label =
                                 c.state.selected.kind == scene::Target::Kind::kNode
                                     ? tr("Cut off {1}", scene::node_name(c.state.selected.node))
                                     : tr("Split")};
  split_button.enabled = split.has_value();
  if (split)
    split_button.tip = {"> " + scenario::print(sim::Command{*split}),
                        tr("Choose a node to part that one alone"), ""};
  if (button(s, "faults.split", {x, y, half, 30}, split_button)) c.out.commands.push_back(*split);
  const std::string why = c.why_off(Action::kHeal);
  ButtonOptions heal{.label = tr("Heal all"),
                     .key = "H",
                     .enabled = why.empty(),
                     .tip = {why.empty() ? "> heal" : why, "", ""}};
  if (button(s, "faults.heal", {x + half + 12, y, half, 30}, heal))
    c.out.actions.push_back(Action::kHeal);
  y += 30 + 34;

  draw_section(s, x, y, w, tr("Network"),
               c.view.network_preset.empty() ? tr("changed by hand") : "");
  y += 14;
  const std::vector<std::string> presets = {"perfect", "lan", "wan", "lossy", "adversarial"};
  const auto found = std::find(presets.begin(), presets.end(), c.view.network_preset);
  const int chosen = found == presets.end() ? -1 : static_cast<int>(found - presets.begin());
  const std::vector<std::string> first(presets.begin(), presets.begin() + 4);
  int now = chosen;
  if (segmented_width(s, presets) <= w) {
    now = segmented(s, "network", x, y, presets, chosen);
  } else {
    now = segmented(s, "network", x, y, first, chosen);
    const int last = segmented(s, "network", x, y + 34, {presets[4]}, chosen == 4 ? 0 : -1);
    if (last == 0 && chosen != 4) now = 4;
    y += 34;
  }
  if (now != chosen && now >= 0)
    c.out.commands.push_back(sim::SetNetwork{presets[static_cast<std::size_t>(now)]});
  y += 28 + 20;
  if (const auto quality = sim::network_preset(c.view.network_preset)) {
    const auto ratio = [](const sim::Ratio& r) {
      return r.numerator == 0 ? std::string("0")
                              : std::to_string(r.numerator) + "/" + std::to_string(r.denominator);
    };
    const auto row = [&](const std::string& label, const std::string& value) {
      s.list().text(x, y, label, {.size = 13, .color = t.ink2});
      s.list().text(x + w, y, value,
                    {.size = 14, .color = t.ink, .face = Face::kMono, .anchor = Anchor::kEnd});
      y += 23;
    };
    row(tr("delay in ticks"),
        sim::short_text(quality->delay.low) + (quality->delay.low == quality->delay.high
                                                   ? ""
                                                   : "–" + sim::short_text(quality->delay.high)));
    row(tr("lost"), ratio(quality->loss));
    row(tr("copied"), ratio(quality->duplicate));
  }
  y += 6;
  draw_rule(s, x, y, w);
  y += 28;
  draw_section(s, x, y, w, tr("Nodes"));
  y += 26;
  for (const sim::NodeView& node : c.view.nodes) {
    draw_node_row(c, s, node, x, w, y);
    y += 34;
  }
  y = draw_disks(c, s, x, w, y);
  const std::string why_not = c.why_off(Action::kAddNode);
  ButtonOptions add{.label = tr("Add a node"),
                    .enabled = why_not.empty(),
                    .tip = {why_not.empty() ? "> " + c.line_of(Action::kAddNode) : why_not,
                            tr("Other changes of the members are in the menu of a node"), ""}};
  if (button(s, "faults.add_node", {x, y, half, 30}, add))
    c.out.actions.push_back(Action::kAddNode);
  return y + 38;
}

void draw_faults_pane(PanelContext& c) {
  Pane s(c.gui, "###faults", c.layout.faults, c.gui.theme->panel, true);
  const float height = draw_faults(c, s, 0);
  s.content(height + 8);
  s.flush();
  s.list().line({s.w() - 0.5f, 0}, {s.w() - 0.5f, std::max(s.h(), height + 8)},
                {.stroke = s.t().divider, .width = 1});
}

}  // namespace ui
