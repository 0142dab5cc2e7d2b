#include "app/scenario/print.h"
#include "app/ui/message_actions.h"
#include "app/ui/node_actions.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

struct Entry {
  MenuItem item;
  sim::Command command;
  bool propose = false;
  NodePage turn = NodePage::kNone;  // to another page of the menu
};

class Builder {
 public:
  void add(const std::string& name, const std::string& label, const std::string& key,
           sim::Command command, const std::string& why_off = "") {
    Entry entry{{name, label, key, why_off.empty(), false, why_off, scenario::print(command)},
                command};
    entries.push_back(std::move(entry));
  }
  void separator() { entries.push_back({{}, sim::Heal{}}); }
  std::vector<Entry> entries;
};

constexpr std::pair<NodePage, const char*> kPages[] = {
    {NodePage::kCrash, tr_later("Crash at a moment…")},
    {NodePage::kDisk, tr_later("Its disk…")},
    {NodePage::kMembers, tr_later("Members…")}};

void page_entries(Builder& b, NodePage page, const sim::NodeView& node,
                  const sim::ClusterView& view) {
  for (const ActionInfo& row : action_table()) {
    if (row.page != page) continue;
    if (row.separator_before && !b.entries.empty()) b.separator();
    const std::string name = "node." + std::string(row.name.substr(row.name.find('.') + 1));
    const auto command = node_command(row.action, node, view);
    b.add(name, node_label(row.action, node), std::string(row.keys), command.value_or(sim::Heal{}),
          why_node_off(row.action, node, view));
    if (!command) b.entries.back().item.line.clear();
  }
}

void node_entries(Builder& b, NodePage page, const sim::NodeView& node,
                  const sim::ClusterView& view) {
  const auto turn = [&b](NodePage to, const std::string& name, const std::string& label) {
    b.add(name, label, "", sim::Heal{});
    b.entries.back().turn = to;
    b.entries.back().item.line.clear();
  };
  if (page != NodePage::kFirst) {
    turn(NodePage::kFirst, "node.back", tr("Back"));
    b.separator();
    return page_entries(b, page, node, view);
  }
  page_entries(b, page, node, view);
  b.separator();
  sim::Request put;
  put.key = "x";
  put.value = "1";
  put.via = node.id;
  const bool stopped = node.state == sim::NodeState::kDown || node.state == sim::NodeState::kHalted;
  const std::string name = scene::node_name(node.id);
  // Without a keyboard, too: a value that no other write of this kind has.
  sim::Request next = put;
  next.value = std::to_string(view.requests.size() + 1);
  b.add("node.write", tr("Write {1} through it", "x=" + next.value), "", next,
        stopped ? tr("{1} does not run", name) : "");
  b.add("node.put", tr("Put through it…"), "", put, stopped ? tr("{1} does not run", name) : "");
  b.entries.back().propose = true;
  b.entries.back().item.line = "put KEY VALUE via " + name;
  for (const auto& [to, label] : kPages)
    turn(to, "node.page." + std::to_string(static_cast<int>(to)), tr(label));
}

void message_entries(Builder& b, const sim::MessageView& message, const sim::ClusterView& view) {
  constexpr std::pair<Action, const char*> kEntries[] = {
      {Action::kDeliver, tr_later("Deliver now")},
      {Action::kDrop, tr_later("Drop")},
      {Action::kDuplicate, tr_later("Duplicate")},
      {Action::kDelay, tr_later("Delay by 5 ticks")}};
  for (const auto& [action, label] : kEntries) {
    const ActionInfo& row = info(action);
    b.add("menu." + std::string(row.name.substr(row.name.find('.') + 1)), tr(label),
          std::string(row.keys), message_command(action, message, view).value_or(sim::Heal{}));
  }
  if (message.from.client != 0 || message.to.client != 0) return;
  b.separator();
  const std::string from = scene::endpoint_name(message.from),
                    to = scene::endpoint_name(message.to);
  const auto hold = message_command(Action::kHoldLink, message, view);
  const bool held = hold && std::holds_alternative<sim::Release>(*hold);
  b.add("menu.hold",
        held ? tr("Release link {1} to {2}", from, to) : tr("Hold link {1} to {2}", from, to), "K",
        hold.value_or(sim::Heal{}));
  b.add("menu.cut", tr("Cut link {1} to {2}", from, to), "",
        sim::Cut{message.from, message.to, false});
}

void link_entries(Builder& b, const sim::LinkView& link) {
  const std::string from = scene::endpoint_name(link.from), to = scene::endpoint_name(link.to);
  if (link.cut) {
    b.add("menu.mend", tr("Mend this direction"), "", sim::Mend{link.from, link.to, false});
  } else {
    b.add("menu.cut", tr("Cut this direction"), "", sim::Cut{link.from, link.to, false});
  }
  b.add("menu.cut_both", tr("Cut between {1} and {2}", from, to), "",
        sim::Cut{link.from, link.to, true});
  b.add("menu.mend_both", tr("Mend between {1} and {2}", from, to), "",
        sim::Mend{link.from, link.to, true});
  b.separator();
  if (link.held) {
    b.add("menu.release", tr("Release held messages"), "", sim::Release{link.from, link.to});
  } else {
    b.add("menu.hold", tr("Hold messages"), "", sim::Hold{link.from, link.to});
  }
}

}  // namespace

void draw_context_menu(PanelContext& c) {
  constexpr const char* kId = "menu.context";
  if (c.state.context_asked) {
    ImGui::OpenPopup(kId);
    if (!c.state.menu_turns) c.state.menu_page = NodePage::kFirst;
    c.state.context_asked = c.state.menu_turns = false;
  }
  if (!ImGui::IsPopupOpen(kId)) return;
  Builder b;
  std::string title;
  const scene::Target& target = c.state.menu_target;
  switch (target.kind) {
    case scene::Target::Kind::kNode:
      if (const sim::NodeView* node = c.view.node(target.node)) {
        title = scene::node_name(node->id) + ", " + scene::role_label(*node);
        node_entries(b, c.state.menu_page, *node, c.view);
      }
      break;
    case scene::Target::Kind::kMessage:
      if (const sim::MessageView* message = find_message(c.view, target.message)) {
        title = tr("m{1} {2}, {3} to {4}", message->id, message->type,
                   scene::endpoint_name(message->from), scene::endpoint_name(message->to));
        message_entries(b, *message, c.view);
      }
      break;
    case scene::Target::Kind::kLink:
      title = tr("link {1} to {2}", scene::node_name(target.from), scene::node_name(target.to));
      for (const sim::LinkView& link : c.view.links) {
        if (link.from.node == target.from && link.to.node == target.to && link.from.client == 0 &&
            link.to.client == 0)
          link_entries(b, link);
      }
      break;
    case scene::Target::Kind::kFact:
    case scene::Target::Kind::kNone:
      break;
  }
  if (b.entries.empty()) {
    // What it was about is gone: an empty list says so.
    b.add("menu.gone", tr("It is no longer there"), "", sim::Heal{},
          tr("It has arrived or was lost meanwhile"));
  }
  std::vector<MenuItem> items;
  for (const Entry& entry : b.entries) items.push_back(entry.item);
  const int chosen = menu(c.gui, kId, c.state.menu_at, title, items);
  if (chosen < 0) return;
  const Entry& entry = b.entries[static_cast<std::size_t>(chosen)];
  if (entry.turn != NodePage::kNone) {
    c.state.menu_page = entry.turn;
    c.state.context_asked = c.state.menu_turns = true;
    return;
  }
  if (entry.propose) {
    c.state.console.text = "put  via " + scene::node_name(target.node);
    c.state.console.focus = true;
    c.state.console.caret_to = std::string_view("put ").size();
    return;
  }
  c.out.commands.push_back(entry.command);
}

}  // namespace ui
