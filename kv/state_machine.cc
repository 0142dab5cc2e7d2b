#include "kv/state_machine.h"

#include <utility>

namespace kv {

StateMachine::StateMachine(Rows rows, Sessions sessions)
    : rows_(std::move(rows)), sessions_(std::move(sessions)) {
  for (const auto& [client, session] : sessions_) by_age_[session.index] = client;
}

Output StateMachine::apply(const Command& command, raft::Index index, bool dedupe,
                           ApplyWrite& write) {
  if (command.client == 0 || is_read(command.op)) return execute(command, index, write);
  const auto found = sessions_.find(command.client);
  const bool again = found != sessions_.end() && command.sequence <= found->second.sequence;
  if (again && dedupe) {
    // An older one than the last cannot be waited for any more: its answer goes nowhere.
    Result<Output> before = decode_output(found->second.result);
    return before ? *before : Output{};
  }
  Output output = execute(command, index, write);
  if (found != sessions_.end()) by_age_.erase(found->second.index);
  Session& session = sessions_[command.client];
  session = {command.sequence, encode(output), index};
  by_age_[index] = command.client;
  write.sessions.emplace_back(command.client, session);
  if (command.session_limit > 0) expire_sessions(command.session_limit, write);
  return output;
}

// The oldest by log order go first, so that every node forgets the same ones.
void StateMachine::expire_sessions(std::uint64_t limit, ApplyWrite& write) {
  while (by_age_.size() > limit) {
    const std::uint64_t client = by_age_.begin()->second;
    by_age_.erase(by_age_.begin());
    sessions_.erase(client);
    write.sessions.emplace_back(client, std::nullopt);
  }
}

Output StateMachine::execute(const Command& command, raft::Index index, ApplyWrite& write) {
  const auto found = rows_.find(command.key);
  const bool exists = found != rows_.end();
  auto store_row = [&](std::string value) {
    Row row{std::move(value), index};
    write.rows.emplace_back(command.key, row);
    rows_[command.key] = std::move(row);
  };
  auto truth = [](bool value) { return Output{true, value ? "true" : "false"}; };
  switch (command.op) {
    case Op::kPut:
      store_row(command.value);
      return {};
    case Op::kDelete:
      if (exists) {
        write.rows.emplace_back(command.key, std::nullopt);
        rows_.erase(found);
      }
      return truth(exists);
    case Op::kCas: {
      const bool matches =
          command.expect ? exists && found->second.value == *command.expect : !exists;
      if (matches) store_row(command.value);
      return truth(matches);
    }
    case Op::kAppend: {
      std::string value = exists ? found->second.value + command.value : command.value;
      if (value.size() > kMaxValueBytes) value.resize(kMaxValueBytes);
      store_row(value);
      return {true, std::move(value)};
    }
    case Op::kRead:
    case Op::kScan:
      return read(command);
    case Op::kBatch: {
      Output output;
      for (const Command& part : command.ops) output.parts.push_back(execute(part, index, write));
      return output;
    }
    case Op::kCompact:
      return {};
  }
  return {};
}

Output StateMachine::read(const Command& command) const {
  Output output;
  if (command.op == Op::kScan) {
    for (auto row = rows_.lower_bound(command.key);
         row != rows_.end() && row->first <= command.value; ++row) {
      output.rows.emplace_back(row->first, row->second.value);
    }
    return output;
  }
  output.has_value = true;
  if (const auto found = rows_.find(command.key); found != rows_.end()) {
    output.value = found->second.value;
  }
  return output;
}

}  // namespace kv
