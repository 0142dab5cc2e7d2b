#include "tests/lab/lab.h"

#include "app/check/history.h"
#include "app/check/linearizability.h"

namespace lab {

Lab::Lab(std::uint64_t seed, std::uint64_t nodes, std::uint64_t log_gc_count) : seed_(seed) {
  sim::ClusterConfig config;
  config.seed = seed;
  config.nodes = nodes;
  config.options.assign(nodes, {});
  for (auto& options : config.options) {
    options.election_tick = kElectionTimeout;
    options.heartbeat_tick = 2;
    options.log_gc_count = log_gc_count;
    options.sync_latency = {50};
    options.snapshot_chunk = 1024;
  }
  auto cluster = sim::Cluster::boot(config);
  EXPECT_TRUE(cluster) << cluster.error().message;
  cluster_.emplace(*std::move(cluster));
  cluster_->set_fact_sink(this);
  // The lab's stores answer each other within a fraction of a tick.
  act(sim::SetLink{{}, {}, sim::DelayRange{{50}, {250}}, {}, {}});
}

void Lab::act(const sim::Command& command) {
  const Status done = cluster_->execute(command);
  EXPECT_TRUE(done) << done.error().message;
  checkers_.after_event(cluster_->nodes_view());
}

bool Lab::step(sim::Instant at) {
  if (!cluster_->has_next() || cluster_->next_instant() >= at) {
    cluster_->advance_clock(at);
    return false;
  }
  cluster_->step();
  checkers_.after_event(cluster_->nodes_view());
  return true;
}

void Lab::run_until(sim::Instant at) {
  while (step(at)) {
  }
}

void Lab::on_fact(const sim::Fact& fact) {
  checkers_.on_fact(fact);
  // The first fact of a request is its call.
  if (fact.kind != sim::FactKind::kRequest) return;
  const sim::RequestView* request = cluster_->request(fact.message);
  if (request != nullptr && request->outcome != sim::Outcome::kPending) {
    finished_.push_back(fact.message);
  }
}

sim::NodeId Lab::leader() {
  for (int i = 0; i < 300 && cluster_->nodes_view().leader == raft::kNoNode; ++i) run(1);
  EXPECT_NE(cluster_->nodes_view().leader, raft::kNoNode) << "seed " << seed_;
  return cluster_->nodes_view().leader;
}

sim::RequestView Lab::ask(sim::Request request) {
  request.client = 1;
  for (int tries = 0; tries < 10; ++tries) {
    finished_.clear();
    act(request);
    const sim::Instant end = cluster_->position().at + sim::ticks(250);
    while (finished_.empty() && step(end)) {
    }
    EXPECT_FALSE(finished_.empty()) << "seed " << seed_;
    if (finished_.empty()) return {};
    const sim::RequestView answer = *cluster_->request(finished_.front());
    if (answer.outcome == sim::Outcome::kOk) return answer;
  }
  ADD_FAILURE() << "seed " << seed_ << ": no answer";
  return {};
}

void Lab::put(const std::string& key, const std::string& value) {
  sim::Request request;
  request.key = key;
  request.value = value;
  ask(request);
}

std::string Lab::get(const std::string& key) {
  sim::Request request;
  request.operation = sim::Operation::kGet;
  request.key = key;
  return ask(request).output.value_or("(absent)");
}

std::string Lab::stored(std::uint64_t node, const std::string& key) const {
  const auto view = cluster_->nodes_view();
  const auto& rows = *view.nodes[node - 1].rows;
  const auto found = rows.find(key);
  return found == rows.end() ? "(absent)" : found->second.value;
}

void Lab::lose(sim::Ratio loss) { act(sim::SetLink{{}, {}, {}, loss, {}}); }

void Lab::expect_clean() {
  for (const auto& violation : checkers_.violations()) {
    ADD_FAILURE() << "seed " << seed_ << ", event " << violation.event << ": "
                  << check::property_name(violation.property) << ": " << violation.text << "; "
                  << violation.earlier.text << " / " << violation.later.text;
  }
  const auto report = check::check_linearizability(check::history_of(cluster_->view().requests));
  EXPECT_EQ(report.verdict, check::Verdict::kLinearizable)
      << "seed " << seed_ << ": " << report.text;
}

namespace {

std::string digits(std::uint64_t number) {
  const std::string text = std::to_string(number);
  return std::string(8 - std::min<std::size_t>(8, text.size()), '0') + text;
}

// One of the test's clients: puts and scans, and later deletes, one after the other.
struct LabClient {
  std::uint64_t id = 0;
  std::uint64_t puts = 0;  // that have succeeded
  std::string expected;    // all its values, one behind the other
  std::uint64_t deletes = 0;
  std::uint64_t open = 0;  // request; 0: none
  sim::Request last;

  std::string key(std::uint64_t j) const { return std::to_string(id) + " " + digits(j); }
  std::string value(std::uint64_t j) const {
    return "x " + std::to_string(id) + " " + std::to_string(j) + " y";
  }
};

enum class Phase { kLoad, kDrain, kVerify, kDelete };

class Generic {
 public:
  Generic(const Case& test, std::uint64_t seed, int rounds)
      : test_(test), rounds_(rounds), seed_(seed), rng_(seed, 5), lab_(seed, 5, test.max_log) {
    for (std::uint64_t i = 1; i <= test.clients; ++i) {
      clients_[i] = {};
      clients_[i].id = i;
      const sim::Endpoint client{raft::kNoNode, i};
      lab_.act(sim::SetLink{client, {}, sim::DelayRange{{50}, {250}}, {}, {}});
      lab_.act(sim::SetLink{{}, client, sim::DelayRange{{50}, {250}}, {}, {}});
    }
  }

  void run() {
    lab_.run(20);
    lab_.leader();
    for (int round = 0; round < rounds_; ++round) {
      load();
      if (test_.crash) restart_all();
      for (auto& [id, client] : clients_) client.deletes = 0;
      work(Phase::kVerify, kPatience);
      work(Phase::kDelete, kPatience);
      for (auto& [id, client] : clients_) {
        client.puts = 0;
        client.expected.clear();
      }
      if (test_.max_log > 0) expect_short_logs();
    }
    lab_.expect_clean();
  }

 private:
  static constexpr std::uint64_t kPatience = 4000;

  // Five seconds of puts and scans, with what the case asks for from 300 ms on.
  void load() {
    const sim::Instant end = lab_.cluster().position().at + sim::ticks(100);
    work(Phase::kLoad, 6);
    std::uint64_t passing = 1000;  // of a thousand messages, as filters pile up
    while (lab_.cluster().position().at < end) {
      if (test_.partitions) cut_at_random();
      if (test_.unreliable) {
        // Without partitions the lab never takes its filters away within a round.
        passing = test_.partitions ? 899 : passing * 899 / 1000;
        lab_.lose({1000 - passing, 1000});
      }
      const std::uint64_t extra = rng_.below(4);
      work(Phase::kLoad, kElectionTimeout + extra);
    }
    if (test_.unreliable) lab_.lose({0, 1});
    if (test_.partitions) lab_.act(sim::Heal{});
    lab_.run(kElectionTimeout);
    work(Phase::kDrain, kPatience);
  }

  // Each store falls on one of two sides; one of them may be empty.
  void cut_at_random() {
    std::vector<std::vector<sim::NodeId>> sides(2);
    for (std::uint64_t node = 1; node <= 5; ++node) sides[rng_.below(2)].push_back({node});
    lab_.act(sim::Heal{});
    if (!sides[0].empty() && !sides[1].empty()) lab_.act(sim::Partition{sides});
  }

  void restart_all() {
    for (std::uint64_t node = 1; node <= 5; ++node) lab_.act(sim::Crash{{node}});
    lab_.run(kElectionTimeout);
    for (std::uint64_t node = 1; node <= 5; ++node) lab_.act(sim::Restart{{node}});
  }

  // Lets the clients work for so many ticks, or until they are done with the phase.
  void work(Phase phase, std::uint64_t ticks) {
    const sim::Instant end = lab_.cluster().position().at + sim::ticks(ticks);
    const bool to_the_end = phase != Phase::kLoad;
    std::set<std::uint64_t> done;
    const auto next = [&](LabClient& client) {
      if (client.open == 0 && !start(client, phase, done)) done.insert(client.id);
    };
    for (auto& [id, client] : clients_) next(client);
    while (!to_the_end || done.size() < clients_.size()) {
      if (!lab_.step(end)) break;
      while (!lab_.finished().empty()) {
        const sim::RequestView request = *lab_.cluster().request(lab_.finished().front());
        lab_.finished().pop_front();
        const auto found = clients_.find(request.client);
        if (found == clients_.end() || found->second.open != request.id) continue;
        found->second.open = 0;
        if (finish(found->second, request)) {
          next(found->second);
        } else {
          ask(found->second);  // once more: nobody knows what became of it
        }
      }
    }
    if (to_the_end) {
      EXPECT_EQ(done.size(), clients_.size()) << "seed " << seed_;
    }
  }

  // False: the client has nothing to do in this phase.
  bool start(LabClient& client, Phase phase, const std::set<std::uint64_t>& done) {
    if (done.count(client.id) != 0) return false;
    sim::Request request;
    switch (phase) {
      case Phase::kDrain:
        return false;
      case Phase::kLoad:
        if (rng_.chance(1, 2)) {
          request.key = client.key(client.puts);
          request.value = client.value(client.puts);
        } else {
          scan(client, request);
        }
        break;
      case Phase::kVerify:
        if (client.deletes > 0) return false;
        client.deletes = 1;  // asked once
        scan(client, request);
        break;
      case Phase::kDelete:
        // Counted from 1 on, since the verification has left it there.
        if (client.deletes > client.puts) return false;
        request.operation = sim::Operation::kDelete;
        request.key = client.key(client.deletes - 1);
        break;
    }
    client.last = request;
    ask(client);
    return true;
  }

  static void scan(const LabClient& client, sim::Request& request) {
    request.operation = sim::Operation::kScan;
    request.key = client.key(0);
    request.value = client.key(client.puts);
  }

  void ask(LabClient& client) {
    client.last.client = client.id;
    lab_.act(client.last);
    client.open = lab_.cluster().request_count();
  }

  bool finish(LabClient& client, const sim::RequestView& request) {
    if (request.outcome != sim::Outcome::kOk) return false;
    switch (request.request.operation) {
      case sim::Operation::kPut:
        client.expected += client.value(client.puts++);
        break;
      case sim::Operation::kScan: {
        std::string found;
        for (const auto& [key, value] : request.rows) found += value;
        EXPECT_EQ(found, client.expected)
            << test_.name << ", seed " << seed_ << ", client " << client.id;
        break;
      }
      case sim::Operation::kDelete:
        ++client.deletes;
        break;
      case sim::Operation::kGet:
      case sim::Operation::kCas:
      case sim::Operation::kAppend:
      case sim::Operation::kReadIndex:
        break;  // not asked
    }
    return true;
  }

  void expect_short_logs() {
    lab_.run(20);
    for (const auto& node : lab_.cluster().nodes_view().nodes) {
      EXPECT_LE(node.applied.value - node.snapshot_index.value, 2 * test_.max_log)
          << test_.name << ", seed " << seed_ << ", n" << node.id.value;
    }
  }

  const Case& test_;
  int rounds_;
  std::uint64_t seed_;
  raft::Rng rng_;
  Lab lab_;
  std::map<std::uint64_t, LabClient> clients_;
};

}  // namespace

void generic_test(const Case& test, std::uint64_t seed, int rounds) {
  Generic(test, seed, rounds).run();
}

}  // namespace lab
