// Databases of nodes as files in a folder, n1.sqlite and so on: what `disk extract` writes and
// `disk-images` and `disk boot` start from.
#pragma once

#include <string>
#include <vector>

#include "app/check/history.h"
#include "app/session/recording.h"
#include "app/session/session.h"
#include "raft/result.h"

namespace session {

// Reads n1.sqlite, n2.sqlite, … as far as they go, at least one; links are not followed. Does not
// look into them. Errors: kNotFound, kIo, naming the file.
Result<DiskImages> read_disk_images(const std::string& folder);

// Whether a node can start on each. Errors: kCorruption, naming the node and what is wrong.
Status check_disk_images(const DiskImages& images);

// What the databases of a cluster that has just booted hold, as writes of nobody.
std::vector<check::Operation> earlier_writes(const sim::ClusterView& booted);

// What clients asked and were told so far, behind what the databases held at the boot: as puts of
// nobody, and as writes without an outcome where nobody had applied them.
check::History history_of(Session& session);

}  // namespace session
