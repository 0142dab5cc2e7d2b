// Short words for tests that drive a whole cluster.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "app/sim/cluster.h"

namespace sim_test {

class Recorder : public sim::FactSink {
 public:
  void on_fact(const sim::Fact& fact) override { facts.push_back(fact); }
  std::vector<sim::Fact> facts;
};

inline sim::Cluster boot(std::uint64_t seed, std::uint64_t nodes = 5) {
  sim::ClusterConfig config;
  config.seed = seed;
  config.nodes = nodes;
  auto cluster = sim::Cluster::boot(config);
  EXPECT_TRUE(cluster) << cluster.error().message;
  return *std::move(cluster);
}

inline void act(sim::Cluster& cluster, const sim::Command& command) {
  const Status done = cluster.execute(command);
  ASSERT_TRUE(done) << done.error().message;
}

inline void run(sim::Cluster& cluster, std::uint64_t ticks) {
  cluster.run_until(cluster.position().at + sim::ticks(ticks));
}

inline sim::NodeId leader(const sim::Cluster& cluster) { return cluster.view().leader; }

// Runs until somebody leads, at most 300 ticks.
inline sim::NodeId elect(sim::Cluster& cluster) {
  for (int i = 0; i < 300 && leader(cluster) == raft::kNoNode; ++i) run(cluster, 1);
  EXPECT_NE(leader(cluster), raft::kNoNode);
  return leader(cluster);
}

inline sim::Request put(std::string key, std::string value) {
  sim::Request request;
  request.key = std::move(key);
  request.value = std::move(value);
  return request;
}

inline sim::Request get(std::string key) {
  sim::Request request;
  request.operation = sim::Operation::kGet;
  request.key = std::move(key);
  return request;
}

inline std::string value_on(const sim::Cluster& cluster, std::uint64_t node,
                            const std::string& key) {
  const auto view = cluster.view();
  const auto& rows = *view.nodes[node - 1].rows;
  const auto found = rows.find(key);
  return found == rows.end() ? "(absent)" : found->second.value;
}

}  // namespace sim_test
