#include "app/ui/message_actions.h"

#include <algorithm>

namespace ui {

bool is_message_action(Action action) { return info(action).scope == KeyScope::kMessage; }

std::optional<sim::Command> message_command(Action action, const sim::MessageView& message,
                                            const sim::ClusterView& view) {
  sim::MessageSelector selector;
  selector.id = message.id;
  switch (action) {
    case Action::kDeliver:
      return sim::Command{sim::Deliver{selector}};
    case Action::kDrop:
      return sim::Command{sim::Drop{selector}};
    case Action::kDuplicate:
      return sim::Command{sim::Duplicate{selector}};
    case Action::kDelay:
      return sim::Command{sim::DelayBy{selector, sim::ticks(5)}};
    case Action::kHoldLink: {
      const bool held = std::any_of(view.links.begin(), view.links.end(), [&](const auto& link) {
        return link.held && link.from == message.from && link.to == message.to;
      });
      if (held || !message.due) return sim::Command{sim::Release{message.from, message.to}};
      return sim::Command{sim::Hold{message.from, message.to}};
    }
    default:
      return std::nullopt;
  }
}

scene::Target message_after(const sim::ClusterView& view, const scene::Target& chosen, int by) {
  const auto order = scene::in_order_of_arrival(view);
  if (order.empty()) return {};
  const auto found = std::find_if(order.begin(), order.end(), [&](const auto* message) {
    return chosen.kind == scene::Target::Kind::kMessage && message->id == chosen.message;
  });
  const int last = static_cast<int>(order.size()) - 1;
  const int at = found == order.end()
                     ? (by < 0 ? last : 0)
                     : std::clamp(static_cast<int>(found - order.begin()) + by, 0, last);
  scene::Target target;
  target.kind = scene::Target::Kind::kMessage;
  target.message = order[static_cast<std::size_t>(at)]->id;
  return target;
}

}  // namespace ui
