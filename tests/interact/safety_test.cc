// check-safety must see what it is for: states that no correct core reaches, made by hand.
#include "app/interact/safety.h"

namespace interact {
namespace {

raft::EntryPtr entry(std::uint64_t term, std::uint64_t index, std::string data = "") {
  return std::make_shared<const raft::Entry>(
      raft::Entry{{term}, {index}, raft::EntryType::kNormal, std::move(data)});
}

NodeLook node(std::uint64_t id, const std::vector<std::uint64_t>& terms) {
  NodeLook look;
  look.id = {id};
  for (const std::uint64_t term : terms) look.log.push_back(entry(term, look.log.size() + 1));
  return look;
}

bool only(const SafetyBook& book, const std::string& name) {
  return book.violations().size() == 1 && book.violations().front().rfind(name + ": ", 0) == 0;
}

TEST(SafetyBookTest, AcceptsLogsThatAreBehindOrDivergeAboveTheCommit) {
  SafetyBook book;
  NodeLook a = node(1, {1, 1, 2});
  a.commit = {2};
  a.term = {2};
  a.leads = true;
  book.became_leader({1}, {2});
  book.look({a, node(2, {1}), node(3, {1, 1, 1})});
  EXPECT_TRUE(book.violations().empty());
}

TEST(SafetyBookTest, SeesTwoLeadersOfATerm) {
  SafetyBook book;
  book.became_leader({1}, {3});
  book.became_leader({1}, {3});
  EXPECT_TRUE(book.violations().empty());
  book.became_leader({2}, {3});
  EXPECT_TRUE(only(book, "election-safety"));
}

TEST(SafetyBookTest, SeesLogsThatDifferBelowASharedEntry) {
  SafetyBook book;
  book.look({node(1, {1, 1, 3}), node(2, {1, 2, 3})});
  EXPECT_TRUE(only(book, "log-matching"));
}

TEST(SafetyBookTest, SeesALeaderWithoutACommittedEntry) {
  SafetyBook book;
  NodeLook a = node(1, {1, 1});
  a.commit = {2};
  a.term = {1};
  NodeLook b = node(2, {1});
  b.leads = true;
  b.term = {2};
  book.look({a, b});
  EXPECT_TRUE(only(book, "leader-completeness"));
}

TEST(SafetyBookTest, SeesDifferentCommitsAndApplications) {
  SafetyBook commits;
  NodeLook a = node(1, {1});
  a.commit = {1};
  NodeLook b = node(2, {2});
  b.commit = {1};
  commits.look({a, b});
  EXPECT_TRUE(only(commits, "state-machine-safety"));
  SafetyBook applied;
  applied.applied({1}, entry(1, 5, "x"));
  applied.applied({2}, entry(1, 5, "y"));
  EXPECT_TRUE(only(applied, "state-machine-safety"));
}

TEST(SafetyBookTest, SeesASecondVoteAndAFallingTerm) {
  SafetyBook votes;
  NodeLook a = node(1, {});
  a.stored = {{2}, {1}, {}};
  votes.look({a});
  a.stored.vote = {3};
  votes.look({a});
  EXPECT_TRUE(only(votes, "vote-once"));
  SafetyBook terms;
  a.stored = {{2}, {}, {}};
  terms.look({a});
  a.stored.term = {1};
  terms.look({a});
  EXPECT_TRUE(only(terms, "monotonic"));
}

TEST(SafetyBookTest, SeesALeaderThatTruncates) {
  SafetyBook book;
  book.truncated_while_leading({1}, {2});
  EXPECT_TRUE(only(book, "leader-append-only"));
}

}  // namespace
}  // namespace interact
