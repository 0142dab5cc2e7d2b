// What a teller left out. Our own cluster tells everything; the trace of somebody else's need not.
#pragma once

#include "app/sim/view.h"

namespace scene {

struct Unknown {
  bool term = false, role = false, vote = false, leader = false, commit = false, applied = false,
       durable = false, last = false, disk = false;
};

// The log of a node that a trace tells about; entries that it does not tell are null.
class ToldLog : public sim::LogView {
 public:
  Unknown unknown;
};

// What is not known of the node: nothing is missing unless its log is a told one.
inline const Unknown& unknown_of(const sim::NodeView& node) {
  static constexpr Unknown kNothing;
  const auto* told = dynamic_cast<const ToldLog*>(node.log);
  return told == nullptr ? kNothing : told->unknown;
}

// Whether a reply says yes or no is told. Between our nodes a message always has its content.
inline bool answer_told(const sim::MessageView& message) {
  return message.message != nullptr || message.type == "reply" || message.text.empty();
}

}  // namespace scene
