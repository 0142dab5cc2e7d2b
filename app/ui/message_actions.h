// What can be done to the chosen message, as commands, and walking through what is on its way.
#pragma once

#include <optional>
#include <string>

#include "app/scene/ring.h"
#include "app/sim/view.h"
#include "app/ui/actions.h"

namespace ui {

bool is_message_action(Action action);
std::optional<sim::Command> message_command(Action action, const sim::MessageView& message,
                                            const sim::ClusterView& view);
// The message so many places behind the chosen one in the order of arrival, the first if none is
// chosen; nothing if none is on its way.
scene::Target message_after(const sim::ClusterView& view, const scene::Target& chosen, int by);

}  // namespace ui
