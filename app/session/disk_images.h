// Databases of nodes as files in a folder, n1.sqlite and so on: what `disk extract` writes and
// `disk-images` and `disk boot` start from.
#pragma once

#include <string>

#include "app/session/recording.h"
#include "raft/result.h"

namespace session {

// Reads n1.sqlite, n2.sqlite, … as far as they go, at least one; links are not followed. Does not
// look into them. Errors: kNotFound, kIo, naming the file.
Result<DiskImages> read_disk_images(const std::string& folder);

// Whether a node can start on each. Errors: kCorruption, naming the node and what is wrong.
Status check_disk_images(const DiskImages& images);

}  // namespace session
