// A node's state machine as it lay on its disk at one moment: the source of a snapshot. It is a
// copy of the disk with a connection of its own that only reads; the server goes on writing beside
// it. A copy of a simulated disk shares what neither side has changed since; a plain file has no
// such thing, and a reader on it would hold up its writer, so its copy is a file beside it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "kv/store.h"
#include "storage/schema.h"
#include "storage/sim_disk.h"

namespace storage {

// The copy of a plain file; gone with the last view of it. What a killed process has left is
// removed by the next open of the database.
class FrozenFile {
 public:
  // Errors: kIo.
  static Result<std::shared_ptr<const FrozenFile>> copy_of(const std::string& database);
  static void remove_leftovers(const std::string& database);
  explicit FrozenFile(std::string path) : path_(std::move(path)) {}
  ~FrozenFile();
  FrozenFile(const FrozenFile&) = delete;
  FrozenFile& operator=(const FrozenFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class FrozenState : public kv::StateView {
 public:
  // `meta` is that of the database on the disk. Damaged rows are errors if `checked`.
  FrozenState(const SimDisk& disk, StoredMeta meta, bool checked);
  FrozenState(std::shared_ptr<const FrozenFile> file, StoredMeta meta, bool checked);
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

  SimDisk* disk() { return file_ == nullptr ? &disk_ : nullptr; }
  Result<Database*> database();
  Result<bool> read_row(Database& database, std::string& out);
  Result<bool> read_session(Database& database, std::string& out);

  SimDisk disk_;                            // unused beside a file
  std::shared_ptr<const FrozenFile> file_;  // null: it is on disk_
  StoredMeta meta_;
  bool checked_;
  Place at_;
  std::unique_ptr<Database> database_;  // null until the first use
};

}  // namespace storage
