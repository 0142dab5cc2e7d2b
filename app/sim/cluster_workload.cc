// Workload clients c101, c102, …: each thinks, asks, waits for the outcome and thinks again.
#include <algorithm>
#include <utility>

#include "app/sim/cluster_state.h"

namespace sim {
namespace {

constexpr std::uint64_t kFirstWorkloadClient = 101;
constexpr std::uint64_t kMaxWorkloadClients = 100;

}  // namespace

Status Cluster::State::set_workload(const Workload& command) {
  const WorkloadOptions& options = command.options;
  if (command.clients > kMaxWorkloadClients) {
    return Error{Code::kInvalidArgument, "at most 100 clients can work at once"};
  }
  if (command.clients > 0 && options.operations.empty()) {
    return Error{Code::kInvalidArgument, "a workload needs at least one kind of operation"};
  }
  if (options.keys == 0 || options.keys > 1'000'000) {
    return Error{Code::kInvalidArgument, "a workload uses 1 to 1000000 keys"};
  }
  if (options.think.low > options.think.high) {
    return Error{Code::kInvalidArgument, "a workload's thinking time begins above its end"};
  }
  if (command.clients > 0) RAFT_TRY(check_read_mode(options.read));
  workload = options;
  for (auto& [id, client] : clients) {
    if (!client.rng || id < kFirstWorkloadClient + command.clients) continue;
    // It finishes what it has asked and asks no more.
    client.rng.reset();
    if (!client.open) ++client.timer_stamp;
  }
  for (std::uint64_t i = 0; i < command.clients; ++i) {
    Client& client = clients[kFirstWorkloadClient + i];
    if (client.rng) continue;
    client.id = kFirstWorkloadClient + i;
    client.turn = {1 + i % config.nodes};
    client.rng.emplace(config.seed, static_cast<std::uint64_t>(Stream::kWorkload) << 32 | client.id,
                       ++client.shifts);
    if (!client.open) think(client);
  }
  return ok();
}

void Cluster::State::think(Client& client) {
  const std::uint64_t pause =
      client.rng->between(workload.think.low.millis, workload.think.high.millis);
  start_client_timer(client, {pause});
}

void Cluster::State::work(Client& client) {
  raft::Rng& rng = *client.rng;
  std::vector<Operation> reads, writes;
  for (const Operation operation : workload.operations) {
    (is_read(operation) ? reads : writes).push_back(operation);
  }
  const bool may_read = !reads.empty();
  const bool read = may_read && (writes.empty() ||
                                 rng.chance(workload.reads.numerator, workload.reads.denominator));
  Request request;
  request.client = client.id;
  const std::vector<Operation>& choice = read ? reads : writes;
  request.operation = choice.size() == 1 && read ? reads[0] : choice[rng.below(choice.size())];
  request.key = "k" + std::to_string(rng.below(workload.keys));
  if (read) {
    request.read = workload.read;
    if (request.operation == Operation::kScan) {
      request.value = "k" + std::to_string(rng.below(workload.keys));
      if (request.value < request.key) std::swap(request.key, request.value);
    }
  } else if (request.operation != Operation::kDelete) {
    // Each value is written once, so that a history tells which write a read has seen.
    request.value = std::to_string(client.id) + "." + std::to_string(++client.values);
    if (request.operation == Operation::kAppend) request.value += ",";
  }
  if (request.operation == Operation::kCas) {
    const auto known = client.seen.find(request.key);
    if (known != client.seen.end()) request.expect = known->second;
  }
  // Its own client is free and the request is well-formed; but a lease read needs an option that
  // may have been switched off since.
  if (!call(request)) think(client);
}

// Remembers what the key holds as far as this client can know.
void Cluster::State::learn(Client& client, const RequestView& record) {
  const Operation operation = record.request.operation;
  if (operation == Operation::kScan || operation == Operation::kReadIndex) return;
  if (record.outcome != Outcome::kOk) return;
  auto& seen = client.seen[record.request.key];
  switch (operation) {
    case Operation::kPut:
      seen = record.request.value;
      return;
    case Operation::kGet:
    case Operation::kAppend:
      seen = record.output;
      return;
    case Operation::kDelete:
      seen = std::nullopt;
      return;
    case Operation::kCas:
      if (record.output == "true") seen = record.request.value;
      return;
    case Operation::kScan:
    case Operation::kReadIndex:
      return;
  }
}

}  // namespace sim
