#include "app/check/trace.h"

#include <algorithm>
#include <utility>

#include "app/check/json_lines.h"
#include "app/check/model.h"
#include "kv/command.h"
#include "raft/reason.h"

namespace check {
namespace {

using Kind = JsonValue::Kind;
using sim::FactKind;

constexpr std::uint64_t kMaxNode = 1000;

// ---------------------------------------------------------------- writing

// Short contents as words, long ones as a hash: either tells two entries apart.
std::string content_text(const raft::Entry& entry) {
  constexpr std::uint64_t kLongest = 120;
  if (entry.type != raft::EntryType::kNormal) {
    const auto change = raft::decode_conf_change(entry.type, entry.data);
    std::string text = "conf-change";
    if (!change) return text;
    for (const auto& single : change->changes) text += " " + sim::change_text(single);
    return change->leaves_joint() ? text + " leave" : text;
  }
  if (entry.data.empty()) return "noop";
  const auto command = kv::decode(entry.data);
  if (command && entry.data.size() <= kLongest) {
    static constexpr std::string_view kOps[] = {"",     "put",  "delete", "cas",    "append",
                                                "read", "scan", "batch",  "compact"};
    std::string text(kOps[static_cast<std::uint8_t>(command->op)]);
    text += ' ' + command->key;
    if (command->op == kv::Op::kScan) text += " to " + command->value;
    if (command->op == kv::Op::kBatch) text += std::to_string(command->ops.size()) + " operations";
    if (command->op == kv::Op::kCompact) text += std::to_string(command->compact_index.value);
    if (command->op == kv::Op::kPut || command->op == kv::Op::kAppend) text += '=' + command->value;
    if (command->op == kv::Op::kCas) {
      text += '=' + command->expect.value_or("(absent)") + " to " + command->value;
    }
    if (command->client != 0) {
      text +=
          " (c" + std::to_string(command->client) + " #" + std::to_string(command->sequence) + ")";
    }
    return text;
  }
  std::uint64_t hash = 0xCBF29CE484222325u;  // FNV-1a
  for (const char c : entry.data) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  }
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "#";
  for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[hash >> shift & 0xF];
  return text;
}

class Line {
 public:
  void number(std::string_view key, std::uint64_t value) { raw(key, std::to_string(value)); }
  void text(std::string_view key, std::string_view value) { raw(key, json_text(value)); }
  void flag(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
  void raw(std::string_view key, std::string_view value) {
    out_ += out_.empty() ? "{\"" : ",\"";
    out_ += key;
    out_ += "\":";
    out_ += value;
  }
  std::string finish() { return std::move(out_) + "}"; }

 private:
  std::string out_;
};

std::string end_text(const sim::Endpoint& end) {
  return end.client != 0 ? "\"c" + std::to_string(end.client) + "\""
                         : std::to_string(end.node.value);
}

std::string_view word(Role role) {
  switch (role) {
    case Role::kFollower:
      return "follower";
    case Role::kPreCandidate:
      return "pre-candidate";
    case Role::kCandidate:
      return "candidate";
    case Role::kLeader:
      return "leader";
  }
  return "follower";
}

std::string list_text(const std::vector<raft::NodeId>& nodes) {
  std::string out;
  for (const raft::NodeId id : nodes) out += (out.empty() ? "" : ",") + std::to_string(id.value);
  return '[' + out + ']';
}

// Of all decisions of a core without a kind of their own: a real vote that was granted.
bool counts_vote(const sim::Fact& fact) {
  return fact.has_core && fact.core.kind == raft::EventKind::kVoteCounted && fact.core.granted &&
         !fact.core.pre_vote;
}

void write_config(const sim::Fact& fact, Line& line) {
  line.raw("voters", list_text(fact.config.voters));
  line.raw("outgoing", list_text(fact.config.outgoing));
  line.raw("learners", list_text(fact.config.learners));
  if (fact.config.learners_next.empty()) return;
  line.raw("learners_next", list_text(fact.config.learners_next));
}

void write_entries(const sim::Fact& fact, Line& line) {
  std::string list;
  for (const raft::EntryPtr& entry : fact.entries) {
    list += list.empty() ? "[[" : ",[";
    list += std::to_string(entry->index.value) + ',' + std::to_string(entry->term.value) + ',' +
            json_text(content_text(*entry)) + ']';
  }
  if (!list.empty()) line.raw("entries", list + ']');
}

void write_message(const sim::Fact& fact, Line& line) {
  line.number("message", fact.message);
  line.text("type", fact.message_type);
  line.raw("from", end_text(fact.from));
  line.raw("to", end_text(fact.to));
  if (!fact.content) return;
  line.number("message_term", fact.content->term.value);
  if (!raft::is_reply(fact.content->type)) return;
  line.flag("reject", fact.content->reject);
  if (fact.content->type == raft::MessageType::kAppendReply) {
    line.number("index", fact.content->index.value);
  }
}

// ---------------------------------------------------------------- reading

constexpr FactKind kKinds[] = {
    FactKind::kStart,   FactKind::kCrash,   FactKind::kRestart,   FactKind::kPause,
    FactKind::kResume,  FactKind::kHalt,    FactKind::kTerm,      FactKind::kRole,
    FactKind::kVote,    FactKind::kAppend,  FactKind::kApply,     FactKind::kTruncate,
    FactKind::kCommit,  FactKind::kDurable, FactKind::kSnapshot,  FactKind::kSend,
    FactKind::kReceive, FactKind::kDrop,    FactKind::kDuplicate, FactKind::kConfig,
    FactKind::kNote,
};

// Reads fields of one line; remembers the first that is wrong.
class Fields {
 public:
  explicit Fields(const JsonValue& object) : object_(object) {}

  template <class T>
  void number(std::string_view key, std::optional<T>& out) {
    const JsonValue& value = object_[key];
    if (value.is(Kind::kAbsent) || value.is(Kind::kNull)) return;
    const auto read = value.number(key);
    if (!read) return fail(read.error());
    out = T{*read};
  }

  void flag(std::string_view key, std::optional<bool>& out) {
    const JsonValue& value = object_[key];
    if (value.is(Kind::kAbsent) || value.is(Kind::kNull)) return;
    if (!value.is(Kind::kTrue) && !value.is(Kind::kFalse)) {
      return fail({Code::kCorruption, "'" + std::string(key) + "' must be true or false"});
    }
    out = value.is(Kind::kTrue);
  }

  std::string text(std::string_view key) {
    const JsonValue& value = object_[key];
    if (value.is(Kind::kAbsent) || value.is(Kind::kNull)) return {};
    auto read = value.bytes(key);
    if (!read) return fail(read.error()), std::string();
    return *std::move(read);
  }

  void endpoint(std::string_view key, std::optional<sim::Endpoint>& out) {
    const JsonValue& value = object_[key];
    if (value.is(Kind::kAbsent) || value.is(Kind::kNull)) return;
    JsonValue digits = value;
    const bool client = value.is(Kind::kText) && !value.text.empty() && value.text[0] == 'c' &&
                        value.text.find_first_not_of("0123456789", 1) == std::string::npos;
    if (client) digits = {Kind::kNumber, value.text.substr(1), {}, {}};
    const auto read = digits.number(key);
    if (!read) {
      return fail({Code::kCorruption, "'" + std::string(key) +
                                          "' must be a node's number, or a client such as \"c1\""});
    }
    out = client ? sim::Endpoint{{}, *read} : sim::Endpoint{{*read}, 0};
  }

  void entries(std::vector<TraceEntry>& out) {
    const JsonValue& list = object_["entries"];
    if (list.is(Kind::kAbsent) || list.is(Kind::kNull)) return;
    const Error error{Code::kCorruption, "'entries' must be a list of [index, term, content]"};
    if (!list.is(Kind::kList)) return fail(error);
    for (const JsonValue& item : list.items) {
      if (!item.is(Kind::kList) || item.items.size() < 2 || item.items.size() > 3) {
        return fail(error);
      }
      const auto index = item.items[0].number("index");
      const auto term = item.items[1].number("term");
      if (!index || !term || *index == 0) return fail(error);
      TraceEntry entry{{*index}, {*term}, {}};
      if (item.items.size() == 3) {
        const JsonValue& content = item.items[2];
        if (!content.is(Kind::kText) && !content.is(Kind::kNumber)) return fail(error);
        entry.text = content.text;
      }
      if (!out.empty() && entry.index.value != out.back().index.value + 1) {
        return fail({Code::kCorruption, "the indexes in 'entries' must follow each other"});
      }
      out.push_back(std::move(entry));
    }
  }

  void nodes(std::string_view key, std::vector<raft::NodeId>& out) {
    const JsonValue& list = object_[key];
    if (list.is(Kind::kAbsent) || list.is(Kind::kNull)) return;
    const Error error{Code::kCorruption, "'" + std::string(key) + "' must be a list of nodes"};
    if (!list.is(Kind::kList)) return fail(error);
    for (const JsonValue& item : list.items) {
      const auto id = item.number(key);
      if (!id || *id == 0 || *id > kMaxNode) return fail(error);
      out.push_back({*id});
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
  }

  // Only who names voters tells a configuration.
  void config(std::optional<raft::ConfState>& out) {
    raft::ConfState config;
    nodes("voters", config.voters);
    nodes("outgoing", config.outgoing);
    nodes("learners", config.learners);
    nodes("learners_next", config.learners_next);
    if (!config.voters.empty()) out = std::move(config);
  }

  void fail(Error error) {
    if (status_) status_ = std::move(error);
  }
  const Status& status() const { return status_; }

 private:
  const JsonValue& object_;
  Status status_ = ok();
};

Result<TraceRecord> read_record(const JsonValue& object) {
  TraceRecord record;
  RAFT_TRY_ASSIGN(record.at, object["tick"].instant("tick"));
  RAFT_TRY_ASSIGN(record.node.value, object["node"].number("node"));
  if (record.node.value > kMaxNode) {
    return Error{Code::kCorruption, "'node' is above " + std::to_string(kMaxNode)};
  }
  RAFT_TRY_ASSIGN(record.kind, object["kind"].bytes("kind"));
  RAFT_TRY_ASSIGN(record.term.value, object["term"].number("term"));
  for (const FactKind kind : kKinds) {
    if (record.kind == sim::fact_kind_name(kind)) record.known = kind;
  }
  if (!record.known) return record;  // its fields may mean anything

  Fields fields(object);
  fields.number("id", record.id);
  fields.number("cause", record.cause);
  fields.number("event", record.event);
  record.reason = fields.text("reason");
  if (object["role"].is(Kind::kText)) record.role = fields.text("role");
  fields.number("vote", record.vote);
  fields.number("commit", record.commit);
  fields.number("applied", record.applied);
  fields.number("last", record.last);
  fields.number("candidate", record.candidate);
  fields.flag("granted", record.granted);
  fields.flag("pre_vote", record.pre_vote);
  fields.entries(record.entries);
  if (record.known == FactKind::kTruncate) fields.number("from", record.from_index);
  fields.number("index", record.index);
  fields.number("entry_term", record.entry_term);
  fields.number("message", record.message);
  record.type = fields.text("type");
  if (record.known != FactKind::kTruncate) fields.endpoint("from", record.from);
  fields.endpoint("to", record.to);
  fields.flag("reject", record.reject);
  fields.number("message_term", record.message_term);
  fields.number("stored_term", record.stored_term);
  fields.number("stored_vote", record.stored_vote);
  fields.config(record.config);
  fields.nodes("holders", record.holders);
  fields.number("counted", record.counted);
  RAFT_TRY(fields.status());
  return record;
}

}  // namespace

std::string write_trace(const sim::Fact& fact) {
  Line line;
  line.number("id", fact.id);
  if (fact.cause != 0) line.number("cause", fact.cause);
  line.number("event", fact.event);
  line.raw("tick", sim::short_text(sim::Duration{fact.at.millis}));
  line.number("node", fact.node.value);
  line.text("kind", sim::fact_kind_name(fact.kind));
  const std::string reason = sim::narrate(fact).reason;
  if (!reason.empty()) line.text("reason", reason);
  line.number("term", fact.term.value);
  if (tells_state(fact)) {
    line.text("role", word(fact.role));
    line.number("vote", fact.vote.value);
    line.number("commit", fact.commit.value);
    line.number("applied", fact.applied.value);
    if (fact.kind != FactKind::kDurable) line.number("last", fact.last.value);
  }
  switch (fact.kind) {
    case FactKind::kVote:
      line.number("candidate", fact.core.peer.value);
      line.flag("granted", fact.core.granted);
      if (fact.core.pre_vote) line.flag("pre_vote", true);
      break;
    case FactKind::kAppend:
    case FactKind::kApply:
      write_entries(fact, line);
      break;
    case FactKind::kStart:
    case FactKind::kRestart:
      write_config(fact, line);
      write_entries(fact, line);
      break;
    case FactKind::kCommit:
      if (!fact.core.members.empty()) line.raw("holders", list_text(fact.core.members));
      break;
    case FactKind::kNote:
      if (counts_vote(fact)) line.number("counted", fact.core.peer.value);
      break;
    case FactKind::kTruncate:
      line.number("from", fact.core.index.value);
      break;
    case FactKind::kDurable:
      line.number("last", fact.core.index.value);
      line.number("stored_term", fact.durable_term.value);
      line.number("stored_vote", fact.durable_vote.value);
      break;
    case FactKind::kSnapshot:
      line.number("index", fact.core.index.value);
      line.number("entry_term", fact.core.term.value);
      break;
    case FactKind::kSend:
    case FactKind::kReceive:
    case FactKind::kDrop:
    case FactKind::kDuplicate:
      write_message(fact, line);
      break;
    case FactKind::kConfig:
      write_config(fact, line);
      break;
    case FactKind::kCommand:
    case FactKind::kRequest:
      if (fact.client != 0) line.number("client", fact.client);
      break;
    case FactKind::kCrash:
    case FactKind::kPause:
    case FactKind::kResume:
    case FactKind::kHalt:
    case FactKind::kTerm:
    case FactKind::kRole:
      break;
  }
  if (!fact.text.empty()) line.text("text", fact.text);
  return line.finish();
}

Result<std::vector<TraceRecord>> read_trace(std::string_view file) {
  std::vector<TraceRecord> trace;
  RAFT_TRY(for_each_line(file, [&](std::uint64_t number, std::string_view text) -> Status {
    RAFT_TRY_ASSIGN(const JsonValue object, parse_json_object(text));
    RAFT_TRY_ASSIGN(TraceRecord record, read_record(object));
    record.line = number;
    record.json = text;
    trace.push_back(std::move(record));
    return ok();
  }));
  return trace;
}

}  // namespace check
