#include "app/scene/ring.h"

#include "app/scene/tr.h"

namespace scene {

std::string node_name(NodeId node) {
  return node.value == 0 ? tr("none") : "n" + std::to_string(node.value);
}

std::string endpoint_name(const sim::Endpoint& endpoint) {
  if (endpoint.client != 0) return "c" + std::to_string(endpoint.client);
  return endpoint.node.value == 0 ? "*" : node_name(endpoint.node);
}

bool is_reply_type(std::string_view type) {
  return type == "reply" || (type.size() > 6 && type.substr(type.size() - 6) == "-reply");
}

std::string_view request_type(std::string_view type) {
  if (type.size() > 6 && type.substr(type.size() - 6) == "-reply")
    return type.substr(0, type.size() - 6);
  return type;
}

std::string message_words(const sim::MessageView& message) {
  const std::string_view type = message.type;
  const raft::Message* core = message.message;
  if (type == "vote") return tr("asks for a vote");
  if (type == "pre-vote") return tr("asks for a pre-vote");
  if (!answer_told(message)) return std::string(type);
  if (type == "vote-reply" || type == "pre-vote-reply")
    return tr(message.refusal ? "refused" : "granted");
  if (type == "append" && core != nullptr) {
    if (core->entries.empty()) return tr("no entries, commit {1}", core->commit.value);
    const std::string first = std::to_string(core->entries.front()->index.value);
    const std::string last = std::to_string(core->entries.back()->index.value);
    return first == last ? tr("entry {1}", first) : tr("entries {1}–{2}", first, last);
  }
  if (type == "append-reply" && core != nullptr) {
    return message.refusal ? tr("refused: entry {1} does not fit", core->index.value)
                           : tr("{1} holds {2}", node_name(core->from), core->index.value);
  }
  if (type == "snapshot" && core != nullptr && core->snapshot != nullptr) {
    return tr("snapshot to {1}", core->snapshot->index.value);
  }
  if (type == "request" || type == "reply") return message.text;
  return std::string(type);
}

}  // namespace scene
