#include "app/session/disk_images.h"

#include <filesystem>
#include <set>

#include "app/sim/config.h"
#include "kv/command.h"
#include "storage/database_check.h"

namespace session {
namespace {

std::string file_of(const std::string& folder, std::size_t node) {
  return (std::filesystem::path(folder) / ("n" + std::to_string(node) + ".sqlite")).string();
}

// Writes whose outcome nobody knows are each of a client of its own, as for any history.
constexpr std::uint64_t kNextUnknownClient = 1'000'000;

std::optional<check::HistoryOp> write_of(kv::Op op) {
  switch (op) {
    case kv::Op::kPut:
      return check::HistoryOp::kPut;
    case kv::Op::kDelete:
      return check::HistoryOp::kDelete;
    case kv::Op::kCas:
      return check::HistoryOp::kCas;
    case kv::Op::kAppend:
      return check::HistoryOp::kAppend;
    case kv::Op::kRead:
    case kv::Op::kScan:
    case kv::Op::kBatch:
    case kv::Op::kCompact:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Result<DiskImages> read_disk_images(const std::string& folder) {
  std::error_code error;
  const auto kind = std::filesystem::status(folder, error).type();
  if (kind == std::filesystem::file_type::not_found) {
    return Error{Code::kNotFound, folder + ": there is no such folder"};
  }
  if (kind != std::filesystem::file_type::directory) {
    return Error{Code::kIo, folder + ": is not a folder, or cannot be read"};
  }
  DiskImages images;
  std::size_t missing = 0;  // the first that is not there
  std::uint64_t bytes = 0;
  for (std::size_t node = 1; node <= sim::kMaxNodes; ++node) {
    const std::string file = file_of(folder, node);
    const auto status = std::filesystem::symlink_status(file, error);
    if (status.type() == std::filesystem::file_type::not_found) {
      if (missing == 0) missing = node;
      continue;
    }
    if (missing != 0) {
      return Error{Code::kNotFound, file_of(folder, missing) + ": is missing, though n" +
                                        std::to_string(node) + ".sqlite is there"};
    }
    if (status.type() == std::filesystem::file_type::symlink) {
      return Error{Code::kIo, file + ": is a link to another file; put the database itself there"};
    }
    RAFT_TRY_ASSIGN(std::string image, read_file(file, kMaxImagesBytes));
    if (image.empty()) return Error{Code::kCorruption, file + ": is empty, and no database"};
    bytes += image.size();
    if (bytes > kMaxImagesBytes) {
      return Error{Code::kIo, folder + ": its databases have more than " +
                                  std::to_string(kMaxImagesBytes >> 20) + " MiB together"};
    }
    images.push_back(std::move(image));
  }
  if (images.empty()) {
    return Error{Code::kNotFound, file_of(folder, 1) +
                                      ": is missing; expected n1.sqlite, "
                                      "n2.sqlite and so on, one for each node"};
  }
  return images;
}

Status check_disk_images(const DiskImages& images) {
  for (std::size_t i = 0; i < images.size(); ++i) {
    const Status usable = storage::usable_database(images[i]);
    if (usable) continue;
    return Error{Code::kCorruption,
                 "the database of n" + std::to_string(i + 1) + ": " + usable.error().message};
  }
  return ok();
}

namespace {

// Entries that nobody has applied may come to be applied, or not.
std::vector<check::Operation> earlier_writes(const sim::ClusterView& booted) {
  std::vector<check::Operation> out;
  const sim::NodeView* newest = nullptr;
  for (const sim::NodeView& node : booted.nodes) {
    if (newest == nullptr || node.applied > newest->applied) newest = &node;
  }
  if (newest == nullptr) return out;
  for (const auto& [key, row] : *newest->rows) {
    check::Operation write;
    write.op = check::HistoryOp::kPut;
    write.key = key;
    write.value = row.value;
    write.effect = check::Effect::kDone;
    out.push_back(std::move(write));
  }
  std::set<std::pair<raft::Index, raft::Term>> seen;
  for (const sim::NodeView& node : booted.nodes) {
    raft::Index at = std::max(node.first, raft::next_index(newest->applied));
    for (; at <= node.last; at = raft::next_index(at)) {
      const raft::EntryPtr entry = node.log->entry(at);
      if (entry->type != raft::EntryType::kNormal || entry->data.empty()) continue;
      const auto command = kv::decode(entry->data);
      if (!command || !seen.emplace(entry->index, entry->term).second) continue;
      const auto op = write_of(command->op);
      if (!op) continue;
      check::Operation write;
      write.client = kNextUnknownClient * seen.size();
      write.op = *op;
      write.key = command->key;
      write.value = command->value;
      write.expect = command->expect;
      out.push_back(std::move(write));
    }
  }
  return out;
}

}  // namespace

check::History history_of(Session& session) {
  check::History history = check::history_of(session.view().requests);
  Recording recording = session.recording();
  if (recording.disk_images.empty()) return history;
  recording.config.disk_directory.clear();  // the files have gone on
  const auto booted = sim::Cluster::boot(recording.config, recording.disk_images);
  if (!booted) return history;  // cannot be: the session booted from them
  const std::vector<check::Operation> earlier = earlier_writes(booted->view());
  history.operations.insert(history.operations.begin(), earlier.begin(), earlier.end());
  return history;
}

}  // namespace session
