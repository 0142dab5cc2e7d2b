#include "app/sim/config.h"

#include <gtest/gtest.h>

namespace {

TEST(Options, ForAllAndForOne) {
  sim::ClusterConfig config;
  ASSERT_TRUE(sim::set_option(config, {}, "election-tick", "20"));
  ASSERT_TRUE(sim::set_option(config, {3}, "sync-latency", "0.35"));
  EXPECT_EQ(config.options[0].election_tick, 20u);
  EXPECT_EQ(config.options[2].sync_latency.millis, 350u);
  EXPECT_EQ(config.options[1].sync_latency.millis, 100u);
}

TEST(Options, EachOnePrintsWhatSetsItBack) {
  sim::ClusterConfig config;
  ASSERT_TRUE(sim::set_option(config, {}, "sync-latency", "2.5"));
  ASSERT_TRUE(sim::set_option(config, {}, "pre-vote", "on"));
  ASSERT_TRUE(sim::set_option(config, {}, "client-timeout", "7.25"));
  sim::ClusterConfig back;
  for (const auto& option : sim::option_values(config, {})) {
    const Status done = sim::set_option(back, {}, option.key, option.value);
    ASSERT_TRUE(done) << option.key << ": " << done.error().message;
  }
  EXPECT_EQ(back, config);
}

TEST(Options, WhatDoesNotFitIsRefusedAndChangesNothing) {
  const std::pair<const char*, const char*> wrong[] = {
      {"election-tick", "1"}, {"election-tick", "ten"},   {"heartbeat-tick", "10"},
      {"pre-vote", "yes"},    {"sync-latency", "1.2345"}, {"sync-latency", "-1"},
      {"tick-phase", "odd"},  {"client-timeout", "0"},    {"max-inflight", "0"},
      {"colour", "blue"},     {"log-gc-count", "-1"},     {"election-tick", "99999999999999999999"},
      {"read-mode", "fast"},  {"read-mode", "lease"},     {"max-inflight-bytes", "1000"},
  };
  for (const auto& [key, value] : wrong) {
    sim::ClusterConfig config;
    const Status done = sim::set_option(config, {}, key, value);
    ASSERT_FALSE(done) << key << " " << value;
    EXPECT_NE(done.error().message.find(key), std::string::npos) << done.error().message;
    EXPECT_EQ(config, sim::ClusterConfig{});
  }
  sim::ClusterConfig config;
  EXPECT_EQ(sim::set_option(config, {6}, "pre-vote", "on").error().code, Code::kNotFound);
  EXPECT_FALSE(sim::set_option(config, {1}, "client-timeout", "5"));
  // A node that a change of members has created.
  EXPECT_TRUE(sim::set_option(config, {6}, "pre-vote", "on", 6));
  EXPECT_TRUE(config.options[5].pre_vote);
}

TEST(Options, ALeaseNeedsCheckQuorumAllTheTime) {
  sim::ClusterConfig config;
  ASSERT_TRUE(sim::set_option(config, {}, "check-quorum", "on"));
  ASSERT_TRUE(sim::set_option(config, {}, "read-mode", "lease"));
  EXPECT_FALSE(sim::set_option(config, {2}, "check-quorum", "off"));
}

}  // namespace
