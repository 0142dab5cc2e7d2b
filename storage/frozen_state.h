// A node's state machine as it lay on its disk at one moment: the source of a snapshot. It is a
// copy of the disk, which costs little since the two share what neither has changed since, with a
// connection of its own that only reads. The server goes on writing beside it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "kv/store.h"
#include "storage/schema.h"
#include "storage/sim_disk.h"

namespace storage {

class FrozenState : public kv::StateView {
 public:
  // `meta` is that of the database on the disk. Damaged rows are errors if `checked`.
  FrozenState(const SimDisk& disk, StoredMeta meta, bool checked);
  ~FrozenState() override;

  raft::Index applied() const override { return meta_.applied; }
  raft::Term applied_term() const override { return meta_.applied_term; }
  const raft::ConfState& config() const override { return meta_.config; }
  std::uint64_t conf_version() const override { return meta_.conf_version; }
  std::unique_ptr<kv::StateView> clone() const override;
  void rewind() override { at_ = {}; }
  Result<bool> read(std::string& out, std::uint64_t max_bytes) override;

 private:
  struct Database;
  struct Place {
    std::optional<std::string> key;         // of the last row that was read
    bool in_sessions = false;               // all rows were read
    std::optional<std::uint64_t> client{};  // of the last session that was read
    std::uint64_t sum = 0;                  // of the checksums so far
  };

  Result<Database*> database();
  Result<bool> read_row(Database& database, std::string& out);
  Result<bool> read_session(Database& database, std::string& out);

  SimDisk disk_;
  StoredMeta meta_;
  bool checked_;
  Place at_;
  std::unique_ptr<Database> database_;  // null until the first use
};

}  // namespace storage
