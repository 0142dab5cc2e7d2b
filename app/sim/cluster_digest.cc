// The digest of a cluster: each part of the state by itself, so that a difference has a name, then
// all of them together. What grows with the run (logs, requests) is summed up as it comes, so that
// a digest costs what is present, not what has been.
#define XXH_INLINE_ALL
#include "app/sim/digest.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "app/sim/cluster_state.h"

namespace sim {
namespace {

void add(DigestBuilder& out, Endpoint end) {
  out.number(end.node.value);
  out.number(end.client);
}

void add(DigestBuilder& out, const std::optional<std::string>& text) {
  out.number(text ? 1 : 0);
  if (text) out.text(*text);
}

void add(DigestBuilder& out, const std::vector<std::pair<std::string, std::string>>& rows) {
  out.number(rows.size());
  for (const auto& [key, value] : rows) {
    out.text(key);
    out.text(value);
  }
}

void add(DigestBuilder& out, const LinkQuality& quality) {
  for (const Duration d : {quality.delay.low, quality.delay.high}) out.number(d.millis);
  for (const Ratio r : {quality.loss, quality.duplicate}) {
    out.number(r.numerator);
    out.number(r.denominator);
  }
}

void add(DigestBuilder& out, const std::vector<NodeId>& ids) {
  out.number(ids.size());
  for (const NodeId id : ids) out.number(id.value);
}

void add(DigestBuilder& out, const raft::ConfState& config) {
  add(out, config.voters);
  add(out, config.outgoing);
  add(out, config.learners);
  add(out, config.learners_next);
  out.number(config.auto_leave ? 1 : 0);
}

void add(DigestBuilder& out, const raft::Entry& entry) {
  out.number(entry.term.value);
  out.number(entry.index.value);
  out.number(static_cast<std::uint64_t>(entry.type));
  out.text(entry.data);
}

void add(DigestBuilder& out, const raft::Message& m) {
  out.number(static_cast<std::uint64_t>(m.type));
  out.number(m.term.value);
  out.number(m.log_term.value);
  out.number(m.index.value);
  out.number(m.commit.value);
  out.number(m.reject ? 1 : 0);
  out.number(m.reject_hint.value);
  out.text(m.context);
  out.number(m.entries.size());
  for (const raft::EntryPtr& entry : m.entries) add(out, *entry);
}

void add(DigestBuilder& out, const raft::Progress& p) {
  out.number(p.match.value);
  out.number(p.next.value);
  out.number(static_cast<std::uint64_t>(p.state));
  out.number(p.pending_snapshot.value);
  out.number(p.recently_active ? 1 : 0);
  out.number(p.paused ? 1 : 0);
}

void add(DigestBuilder& out, const kv::Rows& rows) {
  out.number(rows.size());
  for (const auto& [key, row] : rows) {
    out.text(key);
    out.text(row.value);
    out.number(row.index.value);
  }
}

// An entry by itself. Most fit into the buffer and need no state of a hash.
DigestSum digest_of(const raft::Entry& entry) {
  std::array<char, 512> buffer;
  const std::array<std::uint64_t, 4> head{entry.term.value, entry.index.value,
                                          static_cast<std::uint64_t>(entry.type),
                                          entry.data.size()};
  std::size_t used = 0;
  for (const std::uint64_t number : head) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
      buffer[used++] = static_cast<char>(static_cast<unsigned char>(number >> shift));
    }
  }
  if (entry.data.size() <= buffer.size() - used) {
    std::memcpy(buffer.data() + used, entry.data.data(), entry.data.size());
    const XXH128_hash_t hash = XXH3_128bits(buffer.data(), used + entry.data.size());
    return {hash.high64, hash.low64};
  }
  DigestBuilder out;
  for (const std::uint64_t number : head) out.number(number);
  out.text(entry.data);
  const Digest digest = out.finish();
  return {digest.high, digest.low};
}

DigestSum operator+(DigestSum a, DigestSum b) { return {a.high + b.high, a.low + b.low}; }
DigestSum operator-(DigestSum a, DigestSum b) { return {a.high - b.high, a.low - b.low}; }

Digest core_part(const NodeSlot& slot) {
  DigestBuilder out;
  if (slot.server) {
    const raft::RawNode& core = slot.server->raft();
    const raft::NodeStatus status = core.status();
    out.number(status.hard_state.term.value);
    out.number(status.hard_state.vote.value);
    out.number(status.hard_state.commit.value);
    out.number(static_cast<std::uint64_t>(status.soft_state.role));
    out.number(status.soft_state.leader.value);
    out.number(status.applied.value);
    out.number(status.timer.elapsed);
    out.number(status.timer.limit);
    add(out, status.votes.granted);
    add(out, status.votes.rejected);
    out.number(status.transferee.value);
    add(out, status.config);
    out.number(slot.server->open_reads());
    out.number(core.rng_state());
    for (const auto& [id, progress] : status.progress) {
      out.number(id.value);
      add(out, progress);
    }
  } else if (slot.content) {
    out.number(slot.content->hard_state.term.value);
    out.number(slot.content->hard_state.vote.value);
    out.number(slot.content->hard_state.commit.value);
    out.number(slot.content->applied.value);
    add(out, slot.content->config);
  }
  return out.finish();
}

Digest log_part(const NodeSlot& slot) {
  DigestBuilder out;
  raft::Index first{1};
  raft::Index last;
  if (slot.server) {
    first = slot.server->raft().first_index();
    last = slot.server->raft().last_index();
  } else if (slot.content) {
    first = slot.content->log.first_index();
    last = slot.content->log.last_index();
  }
  out.number(first.value);
  out.number(last.value);
  const DigestSum sum = slot.log_digest.sum(slot, first, last);
  out.number(sum.high);
  out.number(sum.low);
  return out.finish();
}

Digest rows_part(const NodeSlot& slot) {
  DigestBuilder out;
  if (slot.server) {
    add(out, slot.server->rows());
  } else if (slot.content) {
    add(out, slot.content->rows);
  }
  return out.finish();
}

Digest sessions_part(const NodeSlot& slot) {
  DigestBuilder out;
  if (slot.server) {
    out.number(slot.server->sessions().size());
    for (const auto& [client, session] : slot.server->sessions()) {
      out.number(client);
      out.number(session.sequence);
      out.text(session.result);
    }
  } else if (slot.content) {
    out.number(slot.content->sessions);
  }
  return out.finish();
}

// Snapshots on their way out and in.
Digest snapshots_part(const NodeSlot& slot) {
  DigestBuilder out;
  if (!slot.server) return out.finish();
  const kv::Server& server = *slot.server;
  out.number(server.snapshots().making() ? 1 : 0);
  for (const kv::TransferStatus& transfer : server.snapshots().transfers()) {
    out.number(transfer.to.value);
    out.number(transfer.index.value);
    out.number(transfer.sent);
    out.number(transfer.acked);
    out.number(transfer.buffered_bytes);
    out.number(transfer.waiting ? 1 : 0);
  }
  if (const auto& staged = server.store().staged()) {
    out.number(staged->id.index.value);
    out.number(staged->numbers.size());
  }
  return out.finish();
}

Digest process_part(const NodeSlot& slot) {
  DigestBuilder out;
  out.number(slot.server ? 1 : 0);
  out.number(slot.paused ? 1 : 0);
  out.text(slot.halted);
  out.number(slot.boots);
  out.number(slot.crashes);
  out.number(slot.clock.numerator);
  out.number(slot.clock.denominator);
  out.number(slot.tick_base.millis);
  out.number(slot.tick_count);
  out.number(slot.waiting.size());
  for (const raft::Mistake mistake : slot.mistakes.list()) out.text(raft::mistake_name(mistake));
  return out.finish();
}

Digest disk_part(const NodeSlot& slot) {
  DigestBuilder out;
  out.number(slot.durable.value);
  out.number(slot.disk.pending_epochs());
  out.number(slot.syncs.size());
  if (slot.server) {
    out.number(slot.server->store().conf_version());
    out.number(slot.server->store().compacted_rows());
  }
  for (const std::string& fault : disk_fault_texts(slot.disk)) out.text(fault);
  out.number(slot.trap ? 1 + static_cast<std::uint64_t>(slot.trap->at) : 0);
  return out.finish();
}

Digest time_part(const Cluster::State& state) {
  DigestBuilder out;
  out.number(state.config.seed);
  out.number(state.now.millis);
  out.number(state.events);
  return out.finish();
}

Digest network_part(const Cluster::State& state) {
  DigestBuilder out;
  out.number(state.sent_messages);
  out.number(state.network_rng.state());
  add(out, state.base_quality);
  for (const auto& [ends, link] : state.links) {
    // A link that merely carried something is as one that nobody touched.
    if (!link.cut && !link.held && link.quality == state.base_quality) continue;
    add(out, ends.first);
    add(out, ends.second);
    out.number(link.cut ? 1 : 0);
    out.number(link.held ? 1 : 0);
    add(out, link.quality);
  }
  return out.finish();
}

Digest messages_part(const Cluster::State& state) {
  DigestBuilder out;
  for (const auto& [id, message] : state.messages) {
    out.number(id);
    add(out, message.from);
    add(out, message.to);
    out.number(message.held ? message.remaining.millis : message.due.millis);
    out.number(message.held ? 1 : 0);
    out.number(message.waiting ? 1 : 0);
    out.number(static_cast<std::uint64_t>(message.fate));
    if (message.message) add(out, *message.message);
    if (message.chunk) {
      out.number(message.chunk->transfer);
      out.number(message.chunk->number);
      out.number(message.chunk->checksum);
    }
    if (message.chunk_reply) {
      out.number(message.chunk_reply->transfer);
      out.number(message.chunk_reply->number);
      out.number(message.chunk_reply->through);
      out.number(static_cast<std::uint64_t>(message.chunk_reply->verdict));
    }
    if (message.traffic) {
      out.number(message.traffic->request);
      out.number(message.traffic->attempt);
      out.number(static_cast<std::uint64_t>(message.traffic->answer.error));
      add(out, message.traffic->answer.output.value);
      add(out, message.traffic->answer.output.rows);
    }
  }
  return out.finish();
}

Digest clients_part(const Cluster::State& state) {
  DigestBuilder out;
  for (const auto& [id, client] : state.clients) {
    out.number(id);
    out.number(client.last_sequence);
    out.number(client.turn.value);
    out.number(client.known_leader.value);
    out.number(client.open ? client.open->request : 0);
    out.number(client.open ? client.open->timeouts : 0);
    out.number(client.rng ? client.rng->state() : 0);
  }
  return out.finish();
}

Digest requests_part(const Cluster::State& state) {
  DigestBuilder out;
  out.number(state.requests.size());
  out.number(state.finished.high);
  out.number(state.finished.low);
  return out.finish();
}

using ClusterPart = Digest (*)(const Cluster::State&);
using NodePart = Digest (*)(const NodeSlot&);
struct NamedClusterPart {
  std::string_view name;
  ClusterPart digest;
};
struct NamedNodePart {
  std::string_view name;
  NodePart digest;
};

constexpr std::array kClusterParts = {
    NamedClusterPart{"time", time_part},         NamedClusterPart{"network", network_part},
    NamedClusterPart{"messages", messages_part}, NamedClusterPart{"clients", clients_part},
    NamedClusterPart{"requests", requests_part},
};
constexpr std::array kNodeParts = {
    NamedNodePart{"process", process_part},
    NamedNodePart{"core", core_part},
    NamedNodePart{"log", log_part},
    NamedNodePart{"rows", rows_part},
    NamedNodePart{"sessions", sessions_part},
    NamedNodePart{"disk", disk_part},
    NamedNodePart{"snapshots", snapshots_part},
};

}  // namespace

void LogDigest::truncate_from(raft::Index first) {
  if (first <= base_) return clear();
  const std::uint64_t keep = first.value - base_.value;
  if (keep >= sums_.size()) return;
  sums_.truncate(keep);
  last_known_ = nullptr;
}

void LogDigest::clear() {
  sums_.clear();
  last_known_ = nullptr;
}

DigestSum LogDigest::sum(const LogView& log, raft::Index first, raft::Index last) {
  if (last < first) return {};
  const auto end = [this] { return base_.value + sums_.size(); };  // behind the last known
  // A log that no longer has what is remembered as its last entry was replaced.
  const bool known = !sums_.empty() && first >= base_ && first.value <= end();
  if (known && last.value + 1 < end()) truncate_from({last.value + 1});
  const bool same = known && (!last_known_ || log.entry({end() - 1}) == last_known_);
  if (!same) {
    clear();
    base_ = first;
  }
  for (std::uint64_t index = end(); index <= last.value; ++index) {
    const DigestSum before = sums_.empty() ? DigestSum{} : sums_.back();
    sums_.push_back(before + digest_of(*log.entry({index})));
  }
  last_known_ = log.entry(last);
  const DigestSum whole = sums_.back();
  return first == base_ ? whole : whole - sums_[first.value - base_.value - 1];
}

// Once, when it has its outcome.
void Cluster::State::count_finished(const RequestView& record) {
  DigestBuilder out;
  out.number(record.id);
  out.number(static_cast<std::uint64_t>(record.outcome));
  out.text(record.reason);
  add(out, record.output);
  add(out, record.rows);
  const Digest digest = out.finish();
  finished = finished + DigestSum{digest.high, digest.low};
}

Fingerprint Cluster::fingerprint() const {
  Fingerprint out;
  DigestBuilder all;
  const auto add_part = [&](const Digest& digest) {
    all.number(digest.high);
    all.number(digest.low);
    out.parts += static_cast<char>(static_cast<unsigned char>(digest.low));
    out.parts += static_cast<char>(static_cast<unsigned char>(digest.low >> 8));
  };
  for (const NamedClusterPart& part : kClusterParts) add_part(part.digest(*state_));
  for (const auto& slot : state_->nodes) {
    for (const NamedNodePart& part : kNodeParts) add_part(part.digest(*slot));
  }
  out.digest = all.finish();
  return out;
}

Digest Cluster::digest() const { return fingerprint().digest; }

std::string fingerprint_difference(std::string_view a, std::string_view b) {
  // Time differs wherever anything does; what else differs says more.
  std::string time;
  for (std::size_t at = 0; at + 1 < std::min(a.size(), b.size()); at += 2) {
    if (a.substr(at, 2) == b.substr(at, 2)) continue;
    const std::size_t part = at / 2;
    if (part == 0) {
      time = kClusterParts[0].name;
    } else if (part < kClusterParts.size()) {
      return std::string(kClusterParts[part].name);
    } else {
      const std::size_t of_nodes = part - kClusterParts.size();
      return "n" + std::to_string(of_nodes / kNodeParts.size() + 1) + " " +
             std::string(kNodeParts[of_nodes % kNodeParts.size()].name);
    }
  }
  return time;
}

}  // namespace sim
