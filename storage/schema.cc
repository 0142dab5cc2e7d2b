#include "storage/schema.h"

#include <charconv>

#include "storage/crc32c.h"

namespace storage {
namespace {

// Different first numbers keep a row of one table from passing as a row of another.
enum Kind : std::uint64_t { kHardState = 1, kMeta, kLog, kKv, kSession, kChunk };

std::uint32_t with_text(std::uint32_t crc, std::string_view text) {
  return crc32c(crc32c(crc, std::uint64_t{text.size()}), text);
}

template <class... Numbers>
std::uint32_t with_numbers(std::uint32_t crc, Numbers... numbers) {
  ((crc = crc32c(crc, static_cast<std::uint64_t>(numbers))), ...);
  return crc;
}

void append_list(std::string& out, const std::vector<raft::NodeId>& nodes) {
  bool first = true;
  for (const raft::NodeId node : nodes) {
    if (!first) out += ',';
    out += std::to_string(node.value);
    first = false;
  }
  out += ';';
}

Error bad_config(std::string_view text) {
  return {Code::kCorruption,
          "meta: config \"" + std::string(text.substr(0, 80)) + "\" is not a configuration"};
}

}  // namespace

const std::vector<Table>& tables() {
  static const std::vector<Table> all = {
      {"hard_state",
       "CREATE TABLE hard_state(copy INTEGER PRIMARY KEY, term INTEGER NOT NULL, vote INTEGER NOT "
       "NULL, committed INTEGER NOT NULL, last_index INTEGER NOT NULL, last_term INTEGER NOT NULL, "
       "last_checksum INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT"},
      {"kv",
       "CREATE TABLE kv(key BLOB NOT NULL PRIMARY KEY, idx INTEGER NOT NULL, checksum INTEGER NOT "
       "NULL, value BLOB NOT NULL) STRICT, WITHOUT ROWID"},
      {"log",
       "CREATE TABLE log(idx INTEGER PRIMARY KEY, term INTEGER NOT NULL, type INTEGER NOT NULL, "
       "checksum INTEGER NOT NULL, data BLOB NOT NULL) STRICT"},
      {"meta",
       "CREATE TABLE meta(copy INTEGER PRIMARY KEY, truncated_index INTEGER NOT NULL, "
       "truncated_term INTEGER NOT NULL, truncated_checksum INTEGER NOT NULL, applied INTEGER NOT "
       "NULL, applied_term INTEGER NOT NULL, content_sum INTEGER NOT NULL, conf_version INTEGER "
       "NOT "
       "NULL, config TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT"},
      {"sessions",
       "CREATE TABLE sessions(client INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, idx INTEGER "
       "NOT NULL, checksum INTEGER NOT NULL, result BLOB NOT NULL) STRICT"},
      {"snapshot_chunks",
       "CREATE TABLE snapshot_chunks(number INTEGER PRIMARY KEY, idx INTEGER NOT NULL, term "
       "INTEGER "
       "NOT NULL, chunks INTEGER NOT NULL, checksum INTEGER NOT NULL, data BLOB NOT NULL) STRICT"},
  };
  return all;
}

std::uint32_t checksum(std::uint64_t copy, const StoredHardState& row) {
  return with_numbers(0, kHardState, copy, row.hard_state.term.value, row.hard_state.vote.value,
                      row.hard_state.commit.value, row.last_index.value, row.last_term.value,
                      row.last_checksum);
}

std::uint32_t checksum(std::uint64_t copy, const StoredMeta& row) {
  const std::uint32_t crc = with_numbers(
      0, kMeta, copy, row.truncated_index.value, row.truncated_term.value, row.truncated_checksum,
      row.applied.value, row.applied_term.value, row.content_sum, row.conf_version);
  return with_text(crc, encode_config(row.config));
}

std::uint32_t checksum(std::uint32_t previous, const raft::Entry& entry) {
  const std::uint32_t crc = with_numbers(0, kLog, previous, entry.index.value, entry.term.value,
                                         static_cast<std::uint64_t>(entry.type));
  return with_text(crc, entry.data);
}

std::uint32_t checksum(std::string_view key, const kv::Row& row) {
  return with_text(with_text(with_numbers(0, kKv, row.index.value), key), row.value);
}

std::uint32_t checksum(std::uint64_t client, const kv::Session& session) {
  return with_text(with_numbers(0, kSession, client, session.sequence, session.index.value),
                   session.result);
}

std::uint32_t checksum(const kv::SnapshotId& id, std::uint64_t number, std::string_view chunk) {
  return with_text(with_numbers(0, kChunk, id.index.value, id.term.value, id.chunks, number),
                   chunk);
}

std::string encode_config(const raft::ConfState& config) {
  std::string out;
  append_list(out, config.voters);
  append_list(out, config.outgoing);
  append_list(out, config.learners);
  append_list(out, config.learners_next);
  out += config.auto_leave ? '1' : '0';
  return out;
}

Result<raft::ConfState> decode_config(std::string_view text) {
  raft::ConfState config;
  std::string_view rest = text;
  for (std::vector<raft::NodeId>* list :
       {&config.voters, &config.outgoing, &config.learners, &config.learners_next}) {
    const std::size_t end = rest.find(';');
    if (end == std::string_view::npos) return bad_config(text);
    std::string_view field = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    while (!field.empty()) {
      std::uint64_t node = 0;
      const auto [stop, error] = std::from_chars(field.data(), field.data() + field.size(), node);
      if (error != std::errc{}) return bad_config(text);
      // Ascending and without duplicates, as ConfState demands.
      if (!list->empty() && list->back().value >= node) return bad_config(text);
      list->push_back({node});
      field.remove_prefix(static_cast<std::size_t>(stop - field.data()));
      if (field.empty()) break;
      if (field.front() != ',' || field.size() == 1) return bad_config(text);
      field.remove_prefix(1);
    }
  }
  if (rest != "0" && rest != "1") return bad_config(text);
  config.auto_leave = rest == "1";
  return config;
}

}  // namespace storage
