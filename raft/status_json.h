// A node's status as etcd prints it (raft's Status.MarshalJSON): ids in hexadecimal, names of
// states as there, so that tools made for the one read the other.
#pragma once

#include <string>

#include "raft/raw_node.h"

namespace raft {

std::string status_json(const NodeStatus& status);

}  // namespace raft
