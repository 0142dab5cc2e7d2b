// What can be done to a node, as commands of the scenario language: the context menu, the palette,
// the keys and the pane of faults take them from here.
#pragma once

#include <optional>
#include <string>

#include "app/sim/view.h"
#include "app/ui/actions.h"

namespace ui {

bool is_node_action(Action action);
// Nullopt: it cannot be said for this node ("rot its newest entry" of an empty log).
std::optional<sim::Command> node_command(Action action, const sim::NodeView& node,
                                         const sim::ClusterView& view);
// Why it cannot be done now; empty: it can.
std::string why_node_off(Action action, const sim::NodeView& node, const sim::ClusterView& view);
// As the menu of a node says it: "Restart it" of a node that is down.
std::string node_label(Action action, const sim::NodeView& node);
// The same where the node is not the subject: "Let n3's timer fire".
std::string named_label(Action action, const sim::NodeView& node);

}  // namespace ui
