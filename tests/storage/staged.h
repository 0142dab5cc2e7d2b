// A snapshot as a store gets it: its rows and sessions as a stream, in chunks that are staged.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "kv/snapshot.h"
#include "kv/store.h"

namespace storage {

struct StagedState {
  kv::SnapshotWrite write;
  std::string stream;

  StagedState(const kv::Rows& rows, const kv::Sessions& sessions, std::uint64_t chunk_bytes) {
    for (const auto& [key, row] : rows) kv::append_row(stream, key, row);
    for (const auto& [client, session] : sessions) kv::append_session(stream, client, session);
    write.stream = {stream.size(), kv::stream_checksum(0, stream), chunk_bytes, 1};
  }
  Status stage(kv::Store& store, std::uint64_t number) const {
    const std::uint64_t at = (number - 1) * write.stream.chunk_bytes;
    return store.stage_chunk(write.id(), number,
                             std::string_view(stream).substr(at, write.stream.chunk_bytes));
  }
  Status stage(kv::Store& store) const {
    for (std::uint64_t number = 1; number <= write.stream.chunks(); ++number) {
      RAFT_TRY(stage(store, number));
    }
    return ok();
  }
  kv::LogWrite install() const {
    return {.hard_state = {},
            .snapshot = std::make_shared<const kv::SnapshotWrite>(write),
            .entries = {}};
  }
};

}  // namespace storage
