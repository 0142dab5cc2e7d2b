#include "raft/wire.h"

#include <climits>
#include <utility>

#include "raft/assert.h"
#include "raft/eraft.pb.h"

namespace raft {
namespace {

Error corrupt(std::string message) { return Error{Code::kCorruption, std::move(message)}; }

template <class Proto>
Status parse(std::string_view bytes, const char* what, Proto& out) {
  if (bytes.size() > INT_MAX || !out.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return corrupt(std::string("the ") + std::to_string(bytes.size()) + " bytes are not " + what +
                   " of eraft.proto");
  }
  return ok();
}

template <class Proto>
std::string bytes_of(const Proto& proto) {
  // No maps and no unknown fields: the order of fields is fixed, equal values give equal bytes.
  std::string bytes;
  RAFT_ASSERT(proto.SerializeToString(&bytes));
  return bytes;
}

template <class Ids>
void fill(const std::vector<NodeId>& ids, Ids* out) {
  for (const NodeId id : ids) out->Add(id.value);
}

template <class Ids>
Result<std::vector<NodeId>> ids_from(const Ids& proto, const char* field) {
  std::vector<NodeId> ids;
  ids.reserve(static_cast<std::size_t>(proto.size()));
  for (const std::uint64_t id : proto) {
    if (id == 0) return corrupt(std::string(field) + " holds the id 0, which no node has");
    if (!ids.empty() && ids.back().value >= id) {
      return corrupt(std::string(field) + " are not in ascending order");
    }
    ids.push_back({id});
  }
  return ids;
}

void fill(const Entry& entry, eraft::Entry* out) {
  out->set_entry_type(static_cast<eraft::EntryType>(entry.type));
  out->set_term(entry.term.value);
  out->set_index(entry.index.value);
  out->set_data(entry.data);
}

Result<Entry> entry_from(const eraft::Entry& proto) {
  if (!eraft::EntryType_IsValid(proto.entry_type())) {
    return corrupt("entry_type " + std::to_string(proto.entry_type()) + " of entry " +
                   std::to_string(proto.index()) + " is unknown");
  }
  return Entry{
      {proto.term()}, {proto.index()}, static_cast<EntryType>(proto.entry_type()), proto.data()};
}

void fill(const ConfState& config, eraft::ConfState* out) {
  fill(config.voters, out->mutable_voters());
  fill(config.outgoing, out->mutable_voters_outgoing());
  fill(config.learners, out->mutable_learners());
  fill(config.learners_next, out->mutable_learners_next());
  out->set_auto_leave(config.auto_leave);
}

Result<ConfState> config_from(const eraft::ConfState& proto) {
  ConfState config;
  RAFT_TRY_ASSIGN(config.voters, ids_from(proto.voters(), "voters"));
  RAFT_TRY_ASSIGN(config.outgoing, ids_from(proto.voters_outgoing(), "voters_outgoing"));
  RAFT_TRY_ASSIGN(config.learners, ids_from(proto.learners(), "learners"));
  RAFT_TRY_ASSIGN(config.learners_next, ids_from(proto.learners_next(), "learners_next"));
  config.auto_leave = proto.auto_leave();
  return config;
}

void fill(const Snapshot& snapshot, eraft::Snapshot* out) {
  out->set_data(snapshot.data);
  fill(snapshot.config, out->mutable_metadata()->mutable_conf_state());
  out->mutable_metadata()->set_index(snapshot.index.value);
  out->mutable_metadata()->set_term(snapshot.term.value);
}

Result<Snapshot> snapshot_from(const eraft::Snapshot& proto) {
  Snapshot snapshot;
  snapshot.index = {proto.metadata().index()};
  snapshot.term = {proto.metadata().term()};
  RAFT_TRY_ASSIGN(snapshot.config, config_from(proto.metadata().conf_state()));
  snapshot.data = proto.data();
  return snapshot;
}

}  // namespace

std::string encode(const Entry& entry) {
  eraft::Entry proto;
  fill(entry, &proto);
  return bytes_of(proto);
}

std::string encode(const HardState& hard_state) {
  eraft::HardState proto;
  proto.set_term(hard_state.term.value);
  proto.set_vote(hard_state.vote.value);
  proto.set_commit(hard_state.commit.value);
  return bytes_of(proto);
}

std::string encode(const ConfState& config) {
  eraft::ConfState proto;
  fill(config, &proto);
  return bytes_of(proto);
}

std::string encode(const Snapshot& snapshot) {
  eraft::Snapshot proto;
  fill(snapshot, &proto);
  return bytes_of(proto);
}

std::string encode(const Message& message) {
  eraft::Message proto;
  proto.set_msg_type(static_cast<eraft::MessageType>(message.type));
  proto.set_to(message.to.value);
  proto.set_from(message.from.value);
  proto.set_term(message.term.value);
  proto.set_log_term(message.log_term.value);
  proto.set_index(message.index.value);
  for (const EntryPtr& entry : message.entries) fill(*entry, proto.add_entries());
  proto.set_commit(message.commit.value);
  if (message.snapshot != nullptr) fill(*message.snapshot, proto.mutable_snapshot());
  proto.set_reject(message.reject);
  proto.set_reject_hint(message.reject_hint.value);
  proto.set_context(std::string(message.context));
  return bytes_of(proto);
}

Result<Entry> decode_entry(std::string_view bytes) {
  eraft::Entry proto;
  RAFT_TRY(parse(bytes, "an Entry", proto));
  return entry_from(proto);
}

Result<HardState> decode_hard_state(std::string_view bytes) {
  eraft::HardState proto;
  RAFT_TRY(parse(bytes, "a HardState", proto));
  return HardState{{proto.term()}, {proto.vote()}, {proto.commit()}};
}

Result<ConfState> decode_conf_state(std::string_view bytes) {
  eraft::ConfState proto;
  RAFT_TRY(parse(bytes, "a ConfState", proto));
  return config_from(proto);
}

Result<Snapshot> decode_snapshot(std::string_view bytes) {
  eraft::Snapshot proto;
  RAFT_TRY(parse(bytes, "a Snapshot", proto));
  return snapshot_from(proto);
}

Result<Message> decode_message(std::string_view bytes) {
  eraft::Message proto;
  RAFT_TRY(parse(bytes, "a Message", proto));
  if (!eraft::MessageType_IsValid(proto.msg_type())) {
    return corrupt("msg_type " + std::to_string(proto.msg_type()) + " is unknown");
  }
  Message message{.type = static_cast<MessageType>(proto.msg_type()),
                  .to = {proto.to()},
                  .from = {proto.from()},
                  .term = {proto.term()},
                  .log_term = {proto.log_term()},
                  .index = {proto.index()},
                  .commit = {proto.commit()},
                  .reject = proto.reject(),
                  .reject_hint = {proto.reject_hint()},
                  .context = proto.context()};
  message.entries.reserve(static_cast<std::size_t>(proto.entries_size()));
  for (const eraft::Entry& entry : proto.entries()) {
    RAFT_TRY_ASSIGN(Entry value, entry_from(entry));
    message.entries.push_back(std::make_shared<const Entry>(std::move(value)));
  }
  if (proto.has_snapshot()) {
    RAFT_TRY_ASSIGN(Snapshot snapshot, snapshot_from(proto.snapshot()));
    message.snapshot = std::make_shared<const Snapshot>(std::move(snapshot));
  }
  return message;
}

}  // namespace raft
