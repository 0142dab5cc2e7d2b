#include "app/scenario/predicate.h"

#include <gtest/gtest.h>

#include "app/scenario/parser.h"

namespace scenario {
namespace {

class Entries : public sim::LogView {
 public:
  explicit Entries(std::vector<std::uint64_t> terms) : terms_(std::move(terms)) {}
  raft::EntryPtr entry(raft::Index index) const override {
    raft::Entry entry;
    entry.index = index;
    entry.term = {terms_.at(index.value - 3)};
    return std::make_shared<const raft::Entry>(entry);
  }

 private:
  std::vector<std::uint64_t> terms_;
};

// Three nodes: n1 leads term 4, n2 follows, n3 is down; n1's log holds 3:2 4:2 5:4.
class PredicateTest : public testing::Test {
 protected:
  PredicateTest() {
    rows_["x"] = {"1", {4}};
    rows_["empty"] = {"", {4}};
    for (std::uint64_t id = 1; id <= 3; ++id) {
      sim::NodeView node;
      node.id = {id};
      node.term = {4};
      node.leader = {1};
      node.commit = node.applied = node.last = node.durable = {5};
      node.first = {3};
      node.log = &log_;
      node.rows = &rows_;
      node.config.voters = {{1}, {2}, {3}};
      view_.nodes.push_back(node);
    }
    view_.nodes[0].role = sim::RoleName::kLeader;
    view_.nodes[0].vote = {1};
    view_.nodes[2].state = sim::NodeState::kDown;
    view_.nodes[2].role = sim::RoleName::kNone;
    view_.nodes[2].leader = {};
    sim::ProgressView progress;
    progress.node = {2};
    progress.progress.match = {5};
    progress.progress.state = raft::ProgressState::kReplicate;
    view_.nodes[0].progress.push_back(progress);
    view_.leader = {1};
    add_request(1, sim::Operation::kGet, sim::Outcome::kOk, "true");
    add_request(2, sim::Operation::kDelete, sim::Outcome::kOk, "true");
    add_request(3, sim::Operation::kGet, sim::Outcome::kOk, std::nullopt);
    view_.requests.edit(2).has_output = true;
    add_request(4, sim::Operation::kPut, sim::Outcome::kRefused, std::nullopt);
    view_.requests.edit(3).reason = "not-leader";
    for (std::uint64_t to = 2; to <= 3; ++to) {
      sim::MessageView message;
      message.type = "append";
      message.from = {{1}, 0};
      message.to = {{to}, 0};
      view_.messages.push_back(message);
    }
    sim::MessageView request;
    request.type = "request";
    request.from = {{}, 1};
    request.to = {{1}, 0};
    view_.messages.push_back(request);
  }

  void add_request(std::uint64_t id, sim::Operation operation, sim::Outcome outcome,
                   std::optional<std::string> output) {
    sim::RequestView request;
    request.id = id;
    request.request.operation = operation;
    request.outcome = outcome;
    request.has_output = output.has_value();
    request.output = std::move(output);
    view_.requests.push_back(request);
  }

  bool holds(std::string_view text) {
    const auto predicate = parse_predicate(text);
    EXPECT_TRUE(predicate.has_value()) << text << ": " << predicate.error().message;
    if (!predicate) return false;
    EXPECT_FALSE(explain(*predicate, view_).empty()) << text;
    // What is printed means the same.
    const auto back = parse_predicate(print(*predicate));
    EXPECT_TRUE(back.has_value()) << print(*predicate);
    EXPECT_EQ(print(*back), print(*predicate));
    EXPECT_EQ(evaluate(*back, view_), evaluate(*predicate, view_)) << text;
    return evaluate(*predicate, view_);
  }

  Entries log_{{2, 2, 4}};
  kv::Rows rows_;
  sim::ClusterView view_;
};

TEST_F(PredicateTest, Leaves) {
  for (const std::string_view yes : {
           "leader n1",
           "leader any",
           "role n1 = leader",
           "role n2 = follower",
           "role n3 = none",
           "up n1",
           "not up n3",
           "not halted n1",
           "term n1 = 4",
           "commit n1 >= 5",
           "first n1 = 3",
           "last n1 > 4",
           "durable n1 <= 5",
           "length n1 = 3",
           "applied n2 != 4",
           "length n1 < 4",
           "vote n1 = n1",
           "vote n2 = none",
           "log n1 = 3:2 4:2 5:4",
           "value n1 x = 1",
           "value n1 x = \"1\"",
           "value n1 y = absent",
           "value n1 empty = \"\"",
           "result r1 = ok",
           "result r1 = ok \"true\"",
           "result r2 = ok true",
           "result r3 = ok absent",
           "result r4 = refused not-leader",
           "in-flight append n1->n2 = 1",
           "in-flight append n1->* = 2",
           "in-flight append *->* = 2",
           "in-flight request c1->n1 = 1",
           "in-flight request *->n1 = 0",
           "progress n1 n2 = replicate",
           "match n1 n2 = 5",
           "voters = {n3 n1 n2}",
           "converged",
       }) {
    EXPECT_TRUE(holds(yes)) << yes;
  }
  for (const std::string_view no : {
           "leader n2",
           "no leader",
           "role n3 = follower",
           "up n3",
           "term n1 != 4",
           "vote n1 = none",
           "log n1 = 3:2 4:2",
           "log n1 = 3:2 4:2 5:3",
           "log n1 = empty",
           "log n1 = 2:2 3:2 4:4",
           "value n1 y = \"absent\"",
           "value n1 x = absent",
           "result r1 = ok true",
           "result r2 = ok \"true\"",
           "result r2 = ok false",
           "result r3 = ok \"absent\"",
           "result r1 = pending",
           "result r4 = refused stale-command",
           "progress n1 n2 = probe",
           "voters = {n1 n2}",
       }) {
    EXPECT_FALSE(holds(no)) << no;
  }
}

// Where there is nothing to compare a comparison is false, and so is its contrary.
TEST_F(PredicateTest, NothingComparesAsFalse) {
  for (const std::string_view no :
       {"term n9 = 0", "term n9 != 0", "up n9", "role n9 = none", "vote n9 = none",
        "value n9 x = absent", "log n9 = empty", "match n2 n1 >= 0", "match n1 n3 != 7",
        "progress n2 n1 = probe", "result r9 = pending", "match n1 n1 >= 0"}) {
    EXPECT_FALSE(holds(no)) << no;
  }
}

TEST_F(PredicateTest, NotBindsTightestThenAndThenOr) {
  EXPECT_TRUE(holds("up n1 or up n1 and up n3"));
  EXPECT_FALSE(holds("(up n1 or up n1) and up n3"));
  EXPECT_TRUE(holds("not up n3 and up n1"));
  EXPECT_TRUE(holds("not (up n3 and up n1)"));
  EXPECT_FALSE(holds("not up n3 and up n3 or up n3"));
  EXPECT_TRUE(holds("not not up n1"));
  EXPECT_TRUE(holds("result r1 = ok and up n1"));
  EXPECT_TRUE(holds("(result r1 = ok)"));
  EXPECT_TRUE(holds("no leader or leader any"));
  EXPECT_TRUE(holds("((up n1 and up n2) and (up n1 or no leader))"));
}

TEST_F(PredicateTest, ConvergedNeedsEverybodyUpToAgree) {
  EXPECT_TRUE(holds("converged"));
  view_.nodes[1].applied = {4};
  EXPECT_FALSE(holds("converged"));
  view_.nodes[1].state = sim::NodeState::kDown;
  EXPECT_TRUE(holds("converged"));
  view_.nodes[1].state = sim::NodeState::kPaused;
  EXPECT_FALSE(holds("converged"));
  view_.nodes[1].applied = {5};
  EXPECT_TRUE(holds("converged"));
  view_.nodes[1].leader = {2};
  EXPECT_FALSE(holds("converged"));
  view_.nodes[1].leader = {1};
  view_.requests.edit(0).outcome = sim::Outcome::kPending;
  EXPECT_FALSE(holds("converged"));
  view_.requests.clear();
  kv::Rows other;
  view_.nodes[1].rows = &other;
  EXPECT_FALSE(holds("converged"));
}

TEST_F(PredicateTest, AHaltedLeaderIsNone) {
  view_.nodes[0].state = sim::NodeState::kHalted;
  EXPECT_FALSE(holds("leader any"));
  EXPECT_TRUE(holds("halted n1 and up n1"));
  view_.nodes[0].state = sim::NodeState::kPaused;
  EXPECT_TRUE(holds("leader n1"));
}

TEST(Predicate, ErrorsNameTheColumn) {
  const auto error = [](std::string_view text) {
    const auto predicate = parse_predicate(text);
    return predicate ? std::string("none") : predicate.error().message;
  };
  EXPECT_EQ(error("commit n1"), "column 10: expected =, !=, <, <=, > or >= here, the line ends");
  EXPECT_EQ(error("commit n1 >=3"), "column 11: expected =, !=, <, <=, > or >= here, found '>=3'");
  EXPECT_EQ(error("(up n1"),
            "column 7: expected and, or, or a closing parenthesis here, the line ends");
  EXPECT_EQ(error("up n1 up n2"), "column 7: expected and, or, or the end here, found 'up'");
  EXPECT_EQ(error("role n1 = king"),
            "column 11: expected follower, pre-candidate, candidate, leader, learner or none "
            "here, found 'king'");
  EXPECT_EQ(error("log n1 = 1:x"),
            "column 10: expected empty, or INDEX:TERM such as 1:1 2:1 here, found '1:x'");
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "( ";
  EXPECT_NE(error(deep).find("more than 100 levels"), std::string::npos);
}

}  // namespace
}  // namespace scenario
