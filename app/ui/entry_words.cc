#include "app/ui/entry_words.h"

#include "app/scene/display_list.h"
#include "app/scene/ring.h"
#include "kv/command.h"
#include "raft/conf_change.h"

namespace ui {
namespace {

// Values may be a mebibyte.
std::string cut(const std::string& text) {
  constexpr std::size_t kMost = 60;
  if (text.size() <= kMost) return text;
  return text.substr(0, kMost) + "… (" + std::to_string(text.size()) + " B)";
}

std::string operation(const kv::Command& command) {
  switch (command.op) {
    case kv::Op::kPut:
      return "put " + cut(command.key) + "=" + cut(command.value);
    case kv::Op::kDelete:
      return "delete " + cut(command.key);
    case kv::Op::kCas:
      return "cas " + cut(command.key) + " from " +
             (command.expect ? cut(*command.expect) : "absent") + " to " + cut(command.value);
    case kv::Op::kAppend:
      return "append " + cut(command.key) + " " + cut(command.value);
    case kv::Op::kRead:
      return "get " + cut(command.key);
    case kv::Op::kScan:
      return "scan " + cut(command.key) + " to " + cut(command.value);
    case kv::Op::kBatch:
      return std::to_string(command.ops.size()) + " operations together";
    case kv::Op::kCompact:
      return "compacts the log through " + std::to_string(command.compact_index.value);
  }
  return "";
}

}  // namespace

std::string entry_words(const raft::Entry& entry) {
  if (entry.type != raft::EntryType::kNormal) {
    const auto change = raft::decode_conf_change(entry.type, entry.data);
    if (!change) return "a change of members that cannot be read";
    std::string words = "changes the members:";
    for (const raft::ConfChangeSingle& one : change->changes) words += " " + sim::change_text(one);
    return change->changes.empty() ? "leaves the joint configuration" : words;
  }
  if (entry.data.empty()) return "empty: it opens term " + std::to_string(entry.term.value);
  const auto command = kv::decode(entry.data);
  if (!command) return cut(entry.data);  // a trace has text of its own
  std::string words = operation(*command);
  if (command->client != 0)
    words += ", request " + std::to_string(command->sequence) + " of c" +
             std::to_string(command->client);
  return words;
}

std::string holders_words(const sim::ClusterView& view, const raft::Entry& entry) {
  std::string names;
  std::size_t count = 0;
  for (const sim::NodeView& node : view.nodes) {
    if (node.log == nullptr || entry.index > node.last) continue;
    const bool covered =
        entry.index < node.first;  // by its snapshot, which holds what is committed
    const raft::EntryPtr held = covered ? nullptr : node.log->entry(entry.index);
    if (!covered && (held == nullptr || held->term != entry.term)) continue;
    names += " " + scene::node_name(node.id);
    ++count;
  }
  return "on" + names + ", " + std::to_string(count) + " of " + std::to_string(view.nodes.size());
}

}  // namespace ui
