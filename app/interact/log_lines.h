// etcd's log lines, made of the steps that a core tells.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "raft/observer.h"
#include "raft/raw_node.h"

namespace interact {

enum class Level { kDebug, kInfo, kWarn, kError, kFatal, kNone };

std::string_view level_name(Level level);
// In any case of letters.
std::optional<Level> level_named(std::string_view name);

struct LogLine {
  Level level = Level::kInfo;
  std::string text;
};

LogLine log_line(const raft::Step& step);
// What a core that has just been made says of itself.
std::string new_core_text(const raft::NodeStatus& status, const raft::RawNode& node);

}  // namespace interact
