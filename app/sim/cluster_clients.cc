// Clients: they ask, follow hints, retry, and remember what came of it (design: scenario language,
// clients and requests).
#include <algorithm>
#include <utility>

#include "app/sim/cluster_state.h"

namespace sim {
namespace {

constexpr std::uint64_t kMaxTimeouts = 10;

}  // namespace

std::string_view error_name(kv::ErrorKind kind) {
  switch (kind) {
    case kv::ErrorKind::kNone:
      return "";
    case kv::ErrorKind::kNotLeader:
      return "not-leader";
    case kv::ErrorKind::kStaleCommand:
      return "stale-command";
    case kv::ErrorKind::kEpochNotMatch:
      return "epoch-not-match";
    case kv::ErrorKind::kStoreNotMatch:
      return "store-not-match";
    case kv::ErrorKind::kDropped:
      return "dropped";
  }
  return "";
}

namespace {

kv::Op op_of(Operation operation) {
  switch (operation) {
    case Operation::kPut:
      return kv::Op::kPut;
    case Operation::kDelete:
      return kv::Op::kDelete;
    case Operation::kCas:
      return kv::Op::kCas;
    case Operation::kAppend:
      return kv::Op::kAppend;
    case Operation::kGet:
    case Operation::kReadIndex:
      return kv::Op::kRead;
    case Operation::kScan:
      return kv::Op::kScan;
  }
  return kv::Op::kRead;
}

kv::ReadWay way_of(ReadMode mode) {
  switch (mode) {
    case ReadMode::kDefault:
      return kv::ReadWay::kUsual;
    case ReadMode::kIndex:
      return kv::ReadWay::kIndex;
    case ReadMode::kLog:
      return kv::ReadWay::kLog;
    case ReadMode::kLease:
      return kv::ReadWay::kLease;
    case ReadMode::kLocal:
      return kv::ReadWay::kLocal;
  }
  return kv::ReadWay::kUsual;
}

}  // namespace

Status Cluster::State::check_read_mode(ReadMode mode) const {
  if (mode != ReadMode::kLease) return ok();
  for (const auto& slot : nodes) {
    if (config.options[slot->id.value - 1].check_quorum) continue;
    return Error{Code::kInvalidArgument,
                 "read=lease needs a lease that the members keep: set check-quorum on first (n" +
                     std::to_string(slot->id.value) + " has it off)"};
  }
  return ok();
}

// Opens a request. Errors: no such client free, or what the request says cannot be.
Result<std::uint64_t> Cluster::State::call(const Request& request) {
  if (request.via != raft::kNoNode && !has_node(request.via)) {
    return Error{Code::kNotFound, "there is no node n" + std::to_string(request.via.value)};
  }
  RAFT_TRY(
      kv::check_limits({op_of(request.operation), request.key, request.value, request.expect}));
  RAFT_TRY(check_read_mode(request.read));
  std::uint64_t id = request.client;
  if (id == 0) {
    id = 1;
    while (clients.count(id) != 0 && clients.at(id).open) ++id;
  }
  Client& client = clients[id];
  client.id = id;
  if (client.open) {
    return Error{Code::kInvalidArgument, "client c" + std::to_string(id) +
                                             " still waits for request r" +
                                             std::to_string(client.open->request)};
  }
  RequestView record;
  record.id = requests.size() + 1;
  record.client = id;
  record.request = request;
  record.called = now;
  record.call_event = events;
  requests.push_back(record);
  client.open.emplace();
  client.open->request = record.id;
  if (const auto stored = stored_sequences.find(id); stored != stored_sequences.end()) {
    client.last_sequence = std::max(client.last_sequence, stored->second);
  }
  client.open->sequence = ++client.last_sequence;
  client.open->target = request.via;
  if (request.via == raft::kNoNode) {
    client.open->target = client.known_leader != raft::kNoNode ? client.known_leader : client.turn;
  }
  Fact fact;
  fact.kind = FactKind::kRequest;
  fact.client = id;
  fact.cause = cause;
  fact.message = record.id;
  fact.text = describe(request);
  cause = tell(std::move(fact));
  ask(client);
  return record.id;
}

// Sends the open request to its target and starts the time-out.
void Cluster::State::ask(Client& client) {
  OpenRequest& open = *client.open;
  edit_request(open.request).asked = open.target;
  const Request& request = this->request(open.request).request;
  ++open.attempt;
  open.backing_off = false;
  auto traffic = std::make_shared<ClientTraffic>();
  traffic->request = open.request;
  traffic->attempt = open.attempt;
  traffic->way = way_of(request.read);
  traffic->command = kv::Command{op_of(request.operation), request.key, request.value,
                                 request.expect,           client.id,   open.sequence};
  traffic->header.store = request.store;
  if (request.term) traffic->header.term = raft::Term{*request.term};
  traffic->header.conf_version = request.conf_version;
  InFlight flight;
  flight.type = "request";
  flight.from = {raft::kNoNode, client.id};
  flight.to = {open.target, 0};
  flight.bytes = 16 + request.key.size() + request.value.size();
  flight.cause = cause;
  flight.traffic = std::move(traffic);
  send(std::move(flight));
  start_client_timer(client, config.client_timeout);
}

void Cluster::State::start_client_timer(Client& client, Duration wait) {
  ++client.timer_stamp;
  push(now + wait, Phase::kClient, client.id, client.timer_stamp);
}

// The next node in turn, past the one that did not answer.
void Cluster::State::advance_turn(Client& client) {
  if (client.silent_until <= now) client.silent = raft::kNoNode;
  do {
    const std::size_t at = has_node(client.turn) ? place(client.turn) + 1 : 0;
    client.turn = nodes[at % nodes.size()]->id;
  } while (client.turn == client.silent && nodes.size() > 1);
}

void Cluster::State::client_timer(Client& client) {
  if (!client.open) return work(client);
  OpenRequest& open = *client.open;
  const bool once = request(open.request).request.via != raft::kNoNode;
  if (open.backing_off) {
    open.target = client.turn;
    return ask(client);
  }
  ++open.timeouts;
  if (open.timeouts >= kMaxTimeouts) return finish(client, Outcome::kUnknown, "");
  if (once) return start_client_timer(client, config.client_timeout);
  client.silent = open.target;
  client.silent_until = now + config.client_timeout;
  client.known_leader = raft::kNoNode;
  advance_turn(client);
  open.target = client.turn;
  ask(client);
}

// A request reached a node.
void Cluster::State::serve(NodeSlot& slot, const InFlight& message) {
  // A copy of a try that was refused here came too late: its client may have heard the refusal, and
  // what is refused must never take effect.
  const std::pair<std::uint64_t, std::uint64_t> attempt{message.traffic->request,
                                                        message.traffic->attempt};
  if (slot.refused.count(attempt) != 0) {
    return lose(message, "a copy of a request that was refused here");
  }
  const kv::Ticket ticket = slot.next_ticket++;
  slot.tickets[ticket] = {message.from, message.traffic->request, message.traffic->attempt};
  const ClientTraffic& asked = *message.traffic;
  if (request(asked.request).request.operation == Operation::kReadIndex) {
    return slot.server->read_index(ticket, asked.header);
  }
  slot.server->request(ticket, asked.header, *asked.command, asked.way);
}

void Cluster::State::send_answers(NodeSlot& slot) {
  for (kv::Answer& answer : slot.server->take_answers()) {
    const auto found = slot.tickets.find(answer.ticket);
    if (found == slot.tickets.end()) continue;
    auto traffic = std::make_shared<ClientTraffic>();
    traffic->request = found->second.request;
    traffic->attempt = found->second.attempt;
    if (answer.error != kv::ErrorKind::kNone) {
      slot.refused.emplace(traffic->request, traffic->attempt);
    }
    traffic->answer = std::move(answer);
    InFlight flight;
    flight.type = "reply";
    flight.from = {slot.id, 0};
    flight.to = found->second.client;
    flight.bytes = 16;
    flight.cause = slot.last_fact != 0 ? slot.last_fact : cause;
    flight.traffic = std::move(traffic);
    slot.tickets.erase(found);
    send(std::move(flight));
  }
}

void Cluster::State::reply_arrived(Client& client, const InFlight& message) {
  const ClientTraffic& reply = *message.traffic;
  if (!client.open || client.open->request != reply.request) return;  // an old request's
  OpenRequest& open = *client.open;
  const kv::Answer& answer = reply.answer;
  if (client.silent == message.from.node || client.silent_until <= now) {
    client.silent = raft::kNoNode;
  }
  RequestView& record = edit_request(open.request);
  if (answer.error == kv::ErrorKind::kNone) {
    // Who answers from its own rows need not lead.
    const bool by_leader = record.request.read != ReadMode::kLocal &&
                           record.request.operation != Operation::kReadIndex;
    if (by_leader) client.known_leader = message.from.node;
    record.has_output = answer.output.has_value;
    record.output = answer.output.value;
    record.rows = answer.output.rows;
    return finish(client, Outcome::kOk, "");
  }
  if (reply.attempt != open.attempt) return;  // a late refusal of an earlier try
  const std::string reason(error_name(answer.error));
  const bool header_wrong = answer.error == kv::ErrorKind::kEpochNotMatch ||
                            answer.error == kv::ErrorKind::kStoreNotMatch ||
                            (answer.error == kv::ErrorKind::kStaleCommand && record.request.term);
  if (record.request.via != raft::kNoNode || header_wrong) {
    if (answer.error == kv::ErrorKind::kDropped) return finish(client, Outcome::kDropped, "");
    return finish(client, Outcome::kRefused, reason);
  }
  if (answer.hint != raft::kNoNode && answer.hint != client.silent &&
      answer.hint != message.from.node) {
    client.known_leader = answer.hint;
    open.target = answer.hint;
    return ask(client);
  }
  client.known_leader = raft::kNoNode;
  advance_turn(client);
  open.backing_off = true;
  start_client_timer(client, ticks(1));
}

void Cluster::State::finish(Client& client, Outcome outcome, std::string reason) {
  RequestView& record = edit_request(client.open->request);
  record.outcome = outcome;
  record.reason = std::move(reason);
  if (outcome != Outcome::kUnknown) {
    record.returned = now;
    record.return_event = events;
  }
  count_finished(record);
  client.open.reset();
  ++client.timer_stamp;
  if (client.rng) learn(client, record);
  Fact fact;
  fact.kind = FactKind::kRequest;
  fact.client = client.id;
  fact.cause = cause;
  fact.message = record.id;
  fact.text = std::string(outcome_name(outcome));
  if (!record.reason.empty()) fact.text += ' ' + record.reason;
  tell(std::move(fact));
  if (client.rng) think(client);
}

}  // namespace sim
