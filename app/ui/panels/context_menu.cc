#include "app/scenario/print.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

struct Entry {
  MenuItem item;
  sim::Command command;
  bool propose = false;
};

class Builder {
 public:
  void add(const std::string& name, const std::string& label, const std::string& key,
           sim::Command command, const std::string& why_off = "") {
    Entry entry{{name, label, key, why_off.empty(), false, why_off, scenario::print(command)},
                command,
                false};
    entries.push_back(std::move(entry));
  }
  void separator() { entries.push_back({{}, sim::Heal{}, false}); }
  std::vector<Entry> entries;
};

void node_entries(Builder& b, const sim::NodeView& node, const sim::ClusterView& view) {
  const std::string name = scene::node_name(node.id);
  const bool stopped = node.state == sim::NodeState::kDown || node.state == sim::NodeState::kHalted;
  const bool paused = node.state == sim::NodeState::kPaused;
  const std::string off = stopped ? tr("{1} does not run", name) : "";
  if (stopped) {
    b.add("node.restart", tr("Restart"), "C", sim::Restart{node.id});
  } else {
    b.add("node.crash", tr("Crash"), "C", sim::Crash{node.id});
  }
  if (paused) {
    b.add("node.resume", tr("Resume"), "P", sim::Resume{node.id});
  } else {
    b.add("node.pause", tr("Pause"), "P", sim::Pause{node.id}, off);
  }
  b.add("node.campaign", tr("Campaign"), "E", sim::Campaign{node.id},
        off.empty() && paused ? tr("{1} is paused", name) : off);
  const std::string leader =
      view.leader == raft::kNoNode ? tr("No node leads") : tr("{1} leads already", name);
  const bool can_take = view.leader != raft::kNoNode && view.leader != node.id;
  b.add("node.transfer", tr("Hand leadership to it"), "L", sim::Transfer{node.id},
        can_take ? off : leader);
  const std::string follows =
      node.leader == raft::kNoNode || node.leader == node.id ? tr("{1} follows nobody", name) : "";
  b.add("node.forget_leader", tr("Forget its leader"), "", sim::ForgetLeader{node.id},
        !off.empty() ? off
        : paused     ? tr("{1} is paused", name)
                     : follows);
  b.separator();
  sim::Request put;
  put.key = "x";
  put.value = "1";
  put.via = node.id;
  b.add("node.put", tr("Put through it…"), "", put, off);
  b.entries.back().propose = true;
  b.entries.back().item.line = "put KEY VALUE via " + name;
  sim::Request index;
  index.operation = sim::Operation::kReadIndex;
  index.via = node.id;
  b.add("node.read_index", tr("Ask for a read index"), "", index,
        off.empty() && paused ? tr("{1} is paused", name) : off);
  b.add("node.cut_off", tr("Cut off"), "X", sim::Partition{{{node.id}}});
}

void message_entries(Builder& b, const sim::MessageView& message) {
  sim::MessageSelector selector;
  selector.id = message.id;
  b.add("menu.deliver", tr("Deliver now"), "", sim::Deliver{selector});
  b.add("menu.drop", tr("Drop"), "", sim::Drop{selector});
  b.add("menu.duplicate", tr("Duplicate"), "", sim::Duplicate{selector});
  b.add("menu.delay", tr("Delay by 5 ticks"), "", sim::DelayBy{selector, sim::ticks(5)});
  if (message.from.client != 0 || message.to.client != 0) return;
  b.separator();
  const std::string from = scene::endpoint_name(message.from),
                    to = scene::endpoint_name(message.to);
  b.add("menu.hold", tr("Hold link {1} to {2}", from, to), "", sim::Hold{message.from, message.to});
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
    c.state.context_asked = false;
  }
  if (!ImGui::IsPopupOpen(kId)) return;
  Builder b;
  std::string title;
  const scene::Target& target = c.state.menu_target;
  switch (target.kind) {
    case scene::Target::Kind::kNode:
      if (const sim::NodeView* node = c.view.node(target.node)) {
        title = scene::node_name(node->id) + ", " + scene::role_label(*node);
        node_entries(b, *node, c.view);
      }
      break;
    case scene::Target::Kind::kMessage:
      if (const sim::MessageView* message = find_message(c.view, target.message)) {
        title = tr("m{1} {2}, {3} to {4}", message->id, message->type,
                   scene::endpoint_name(message->from), scene::endpoint_name(message->to));
        message_entries(b, *message);
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
  if (entry.propose) {
    c.state.console.text = "put  via " + scene::node_name(target.node);
    c.state.console.focus = true;
    return;
  }
  c.out.commands.push_back(entry.command);
}

}  // namespace ui
