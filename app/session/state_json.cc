#include "app/session/state_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/scenario/predicate.h"
#include "app/scenario/text.h"
#include "kv/command.h"

namespace session {
namespace {

using Json = nlohmann::ordered_json;

// JSON strings are text: what is not stands escaped, and so the escape sign itself.
std::string text(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = scenario::utf8_length(bytes, at);
    if (length == 0) {
      const auto byte = static_cast<unsigned char>(bytes[at]);
      out += "\\x";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 0xF];
    } else if (bytes[at] == '\\') {
      out += "\\\\";
    } else {
      out += bytes.substr(at, length);
    }
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

// A tick with three decimals is exact as the shortest decimal of a double; whole ones stand
// without.
Json tick(sim::Instant at) {
  if (at.millis % 1000 == 0) return at.millis / 1000;
  return static_cast<double>(at.millis) / 1000;
}

Json ids(const std::vector<raft::NodeId>& nodes) {
  Json out = Json::array();
  for (const raft::NodeId node : nodes) out.push_back(node.value);
  return out;
}

Json text_or_null(const std::string& s) { return s.empty() ? Json(nullptr) : Json(text(s)); }

Json endpoint(const sim::Endpoint& e) {
  return e.client != 0 ? Json("c" + std::to_string(e.client)) : Json(e.node.value);
}

Json config(const raft::ConfState* config) {
  const raft::ConfState none;
  const raft::ConfState& c = config ? *config : none;
  return {{"voters", ids(c.voters)},
          {"outgoing", ids(c.outgoing)},
          {"learners", ids(c.learners)},
          {"learners_next", ids(c.learners_next)},
          {"auto_leave", c.auto_leave}};
}

void add_command(Json& out, const kv::Command& command) {
  switch (command.op) {
    case kv::Op::kPut:
      out["type"] = "put";
      out["key"] = text(command.key);
      out["value"] = text(command.value);
      return;
    case kv::Op::kDelete:
      out["type"] = "delete";
      out["key"] = text(command.key);
      return;
    case kv::Op::kCas:
      out["type"] = "cas";
      out["key"] = text(command.key);
      out["expect"] = command.expect ? Json(text(*command.expect)) : Json(nullptr);
      out["value"] = text(command.value);
      return;
    case kv::Op::kAppend:
      out["type"] = "append";
      out["key"] = text(command.key);
      out["value"] = text(command.value);
      return;
    case kv::Op::kRead:
      out["type"] = "read";
      out["key"] = text(command.key);
      return;
    case kv::Op::kScan:
      out["type"] = "scan";
      out["key"] = text(command.key);
      out["last_key"] = text(command.value);
      return;
    case kv::Op::kBatch:
      out["type"] = "batch";
      out["ops"] = Json::array();
      for (const kv::Command& part : command.ops) {
        Json op;
        add_command(op, part);
        out["ops"].push_back(std::move(op));
      }
      return;
    case kv::Op::kCompact:
      out["type"] = "compact";
      out["to"] = command.compact_index.value;
      return;
  }
}

// ["+6","~5"]; none: it leaves a joint configuration.
Json changes(const raft::Entry& e) {
  Json out = Json::array();
  const auto change = raft::decode_conf_change(e.type, e.data);
  if (!change) return out;
  for (const raft::ConfChangeSingle& single : change->changes) {
    out.push_back(sim::change_text(single));
  }
  return out;
}

Json entry(const raft::Entry& e) {
  Json out = {{"index", e.index.value}, {"term", e.term.value}};
  if (e.type != raft::EntryType::kNormal) {
    out["type"] = "conf-change";
    out["changes"] = changes(e);
  } else if (e.data.empty()) {
    out["type"] = "noop";
  } else if (const auto command = kv::decode(e.data)) {
    add_command(out, *command);
  } else {
    out["type"] = "unreadable";
    out["reason"] = command.error().message;
  }
  return out;
}

Json log(const sim::NodeView& node, std::uint64_t tail) {
  Json out = Json::array();
  if (node.last < node.first || tail == 0) return out;
  const std::uint64_t length = node.last.value - node.first.value + 1;
  raft::Index at{length > tail ? node.last.value - tail + 1 : node.first.value};
  for (; at <= node.last; at = raft::next_index(at)) out.push_back(entry(*node.log->entry(at)));
  return out;
}

Json rows(const kv::Rows& rows) {
  Json out = Json::object();
  for (const auto& [key, row] : rows) out[text(key)] = text(row.value);
  return out;
}

std::string_view progress_state(raft::ProgressState state) {
  switch (state) {
    case raft::ProgressState::kProbe:
      return "probe";
    case raft::ProgressState::kReplicate:
      return "replicate";
    case raft::ProgressState::kSnapshot:
      return "snapshot";
  }
  return "probe";
}

Json progress(const sim::NodeView& node) {
  Json out = Json::object();
  for (const sim::ProgressView& p : node.progress) {
    out[std::to_string(p.node.value)] = {{"match", p.progress.match.value},
                                         {"next", p.progress.next.value},
                                         {"state", progress_state(p.progress.state)},
                                         {"inflight", p.progress.inflights.count()},
                                         {"pending_snapshot", p.progress.pending_snapshot.value},
                                         {"active", p.progress.recently_active}};
  }
  return out;
}

// Beyond the contract's keys, while a snapshot is made or under way.
Json transfers(const sim::NodeView& node) {
  Json out = Json::array();
  for (const kv::TransferStatus& t : node.transfers) {
    out.push_back({{"to", t.to.value},
                   {"index", t.index.value},
                   {"sent", t.sent},
                   {"acked", t.acked},
                   {"of", t.count},
                   {"waiting", t.waiting}});
  }
  return out;
}

Json node_json(const sim::NodeView& node, const StateOptions& options) {
  Json out;
  out["id"] = node.id.value;
  out["status"] = sim::node_state_name(node.state);
  out["reason"] = text_or_null(node.reason);
  out["role"] = sim::role_name(node.role);
  out["term"] = node.term.value;
  out["vote"] = node.vote.value;
  out["leader"] = node.leader.value;
  out["commit"] = node.commit.value;
  out["applied"] = node.applied.value;
  out["first"] = node.first.value;
  out["last"] = node.last.value;
  out["durable"] = node.durable.value;
  out["snapshot"] = {{"index", node.snapshot_index.value}, {"term", node.snapshot_term.value}};
  out["timer"] = nullptr;
  if (node.timer) out["timer"] = {{"elapsed", node.timer->elapsed}, {"limit", node.timer->limit}};
  out["votes"] = {{"granted", ids(node.votes.granted)}, {"rejected", ids(node.votes.rejected)}};
  out["transferee"] = node.transferee.value;
  out["clock"] =
      std::to_string(node.clock.numerator) + "/" + std::to_string(node.clock.denominator);
  out["disk"] = node.disk_faults;
  out["mistakes"] = Json::array();
  for (const raft::Mistake mistake : node.mistakes.list()) {
    out["mistakes"].push_back(raft::mistake_name(mistake));
  }
  out["log"] = log(node, options.log_tail);
  out["kv"] = rows(*node.rows);
  out["sessions"] = node.sessions;
  out["progress"] = progress(node);
  if (!node.transfers.empty() || node.making_snapshot) out["sending"] = transfers(node);
  if (node.staged_of > 0) {
    out["receiving"] = {{"chunks", node.staged_chunks}, {"of", node.staged_of}};
  }
  return out;
}

Json network(const sim::ClusterView& view) {
  Json in_flight = Json::array();
  for (const sim::MessageView& m : view.messages) {
    in_flight.push_back({{"id", m.id},
                         {"type", m.type},
                         {"from", endpoint(m.from)},
                         {"to", endpoint(m.to)},
                         {"term", m.term.value},
                         {"sent", tick(m.sent)},
                         {"due", m.due ? tick(*m.due) : Json(nullptr)}});
  }
  Json cuts = Json::array();
  Json holds = Json::array();
  for (const sim::LinkView& link : view.links) {
    const Json pair = Json::array({endpoint(link.from), endpoint(link.to)});
    if (link.cut) cuts.push_back(pair);
    if (link.held) holds.push_back(pair);
  }
  Json out = {{"in_flight", in_flight}, {"cuts", cuts}, {"holds", holds}};
  for (const auto& begun : view.snapshots) {
    out["snapshots"].push_back(
        {{"from", begun.from.value}, {"to", begun.to.value}, {"count", begun.count}});
  }
  return out;
}

std::string_view operation(sim::Operation op) {
  switch (op) {
    case sim::Operation::kPut:
      return "put";
    case sim::Operation::kGet:
      return "get";
    case sim::Operation::kDelete:
      return "delete";
    case sim::Operation::kCas:
      return "cas";
    case sim::Operation::kAppend:
      return "append";
    case sim::Operation::kScan:
      return "scan";
    case sim::Operation::kReadIndex:
      return "read-index";
  }
  return "put";
}

// As histories have it: a text, null for absent, and of cas and delete true or false.
Json output(const sim::RequestView& request) {
  if (!request.output) return nullptr;
  const bool boolean = request.request.operation == sim::Operation::kCas ||
                       request.request.operation == sim::Operation::kDelete;
  if (boolean) return *request.output == "true";
  return text(*request.output);
}

Json request_json(const sim::RequestView& request) {
  const sim::Request& asked = request.request;
  Json out = {{"id", request.id}, {"client", request.client}, {"op", operation(asked.operation)}};
  if (asked.operation == sim::Operation::kReadIndex) {
    out["key"] = nullptr;
    out["node"] = asked.via.value;
  } else {
    out["key"] = text(asked.key);
  }
  if (asked.operation == sim::Operation::kScan) {
    out["last_key"] = text(asked.value);
  } else if (asked.operation == sim::Operation::kCas) {
    out["expect"] = asked.expect ? Json(text(*asked.expect)) : Json(nullptr);
  }
  if (asked.operation == sim::Operation::kPut || asked.operation == sim::Operation::kCas ||
      asked.operation == sim::Operation::kAppend) {
    out["value"] = text(asked.value);
  }
  out["result"] = sim::outcome_name(request.outcome);
  out["reason"] = text_or_null(request.reason);
  if (request.has_output) out["output"] = output(request);
  if (asked.operation == sim::Operation::kScan && request.outcome == sim::Outcome::kOk) {
    out["output"] = Json::object();
    for (const auto& [key, value] : request.rows) out["output"][text(key)] = text(value);
  }
  return out;
}

}  // namespace

std::string json_string(std::string_view bytes) { return Json(text(bytes)).dump(); }

std::string state_json(Session& session, const StateOptions& options) {
  const sim::ClusterView& view = session.view();
  Json out;
  out["model"] = sim::kModelVersion;
  out["seed"] = view.config.seed;
  out["tick"] = tick(view.position.at);
  out["event"] = view.position.events;
  out["branch"] = "main";
  out["digest"] = session.cluster().digest().text();
  out["config"] = config(scenario::effective_config(view));
  out["nodes"] = Json::array();
  for (const sim::NodeView& node : view.nodes) out["nodes"].push_back(node_json(node, options));
  out["network"] = network(view);
  out["requests"] = Json::array();
  for (const sim::RequestView& request : view.requests) {
    out["requests"].push_back(request_json(request));
  }
  out["violations"] = Json::array();
  for (const check::Violation& violation : session.violations()) {
    out["violations"].push_back({{"property", check::property_name(violation.property)},
                                 {"event", violation.event},
                                 {"text", text(violation.text)},
                                 {"expected", violation.expected}});
  }
  return out.dump();
}

}  // namespace session
