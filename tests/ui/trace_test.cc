// Traces of others in the window: what they tell is shown, what they do not tell is unknown.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/check/trace.h"
#include "app/ui/trace_run.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

// Somebody's Raft that prints little: two nodes, no disks, no timers, two leaders of term 2.
constexpr const char* kSparse = R"({"tick":1,"node":1,"kind":"role","term":1,"role":"leader"}
{"tick":1,"node":1,"kind":"append","term":1,"entries":[[1,1,"a"]]}
{"tick":1.2,"node":1,"kind":"send","term":1,"message":7,"type":"append","to":2}
{"tick":1.8,"node":2,"kind":"receive","term":1,"message":7,"type":"append","from":1}
{"tick":1.9,"node":2,"kind":"append","term":1,"entries":[[1,1,"a"]]}
{"tick":2,"node":2,"kind":"my own kind","term":1,"colour":"blue"}
{"tick":3,"node":1,"kind":"commit","term":1,"commit":1}
{"tick":9,"node":2,"kind":"role","term":2,"role":"leader"}
{"tick":10,"node":1,"kind":"role","term":2,"role":"leader"}
)";

TraceRun sparse() {
  auto run = TraceRun::read(kSparse, "sparse.jsonl");
  if (!run) std::abort();
  return *std::move(run);
}

TEST(Trace, WhatIsNotToldIsUnknown) {
  TraceRun run = sparse();
  EXPECT_EQ(run.lines(), 9u);
  run.seek(3);
  const sim::NodeView& one = *run.view().node({1});
  EXPECT_EQ(one.role, sim::RoleName::kLeader);
  EXPECT_EQ(one.last.value, 1u);
  EXPECT_TRUE(scene::unknown_of(one).commit && scene::unknown_of(one).applied &&
              scene::unknown_of(one).durable && scene::unknown_of(one).vote);
  EXPECT_FALSE(scene::unknown_of(one).role || scene::unknown_of(one).term ||
               scene::unknown_of(one).last);
  // n2 has said nothing yet.
  const sim::NodeView& two = *run.view().node({2});
  EXPECT_TRUE(scene::unknown_of(two).term && scene::unknown_of(two).role &&
              scene::unknown_of(two).last);
  // Its message is on its way, and arrives.
  ASSERT_EQ(run.view().messages.size(), 1u);
  EXPECT_EQ(run.view().messages[0].due, sim::Instant{1800});
  run.seek(4);
  EXPECT_TRUE(run.view().messages.empty());
  EXPECT_EQ(run.facts().back().cause, 3u);  // the receipt comes from the send
  run.seek(9);
  EXPECT_EQ(run.view().node({1})->commit.value, 1u);
  EXPECT_FALSE(scene::unknown_of(*run.view().node({1})).commit);
  EXPECT_TRUE(scene::unknown_of(*run.view().node({2})).commit);
}

TEST(Trace, GoingBackShowsWhatWasThereBefore) {
  TraceRun run = sparse();
  for (std::size_t line = run.lines() + 1; line-- > 0;) {
    run.seek(line);
    TraceRun fresh = sparse();
    fresh.seek(0);
    for (std::size_t i = 1; i <= line; ++i) fresh.seek(i);
    ASSERT_EQ(run.facts().size(), line);
    ASSERT_EQ(run.view().nodes.size(), 2u);
    for (const sim::NodeView& node : run.view().nodes) {
      const sim::NodeView& other = *fresh.view().node(node.id);
      EXPECT_EQ(node.term, other.term);
      EXPECT_EQ(node.last, other.last);
      EXPECT_EQ(scene::unknown_of(node).role, scene::unknown_of(other).role);
    }
    EXPECT_EQ(run.view().messages.size(), fresh.view().messages.size());
    EXPECT_EQ(run.now(), fresh.now());
  }
}

TEST(Trace, GoesToATickALineAndItsEnd) {
  TraceRun run = sparse();
  ASSERT_TRUE(run.go_to(session::AtTick{{2000}}));
  EXPECT_EQ(run.position(), 5u);
  ASSERT_TRUE(run.go_to(session::AtEvent{3}));
  EXPECT_EQ(run.position(), 3u);
  ASSERT_TRUE(run.go_to(session::AtEnd{}));
  EXPECT_TRUE(run.at_end());
  EXPECT_FALSE(run.go_to(session::AtTick{{99000}}));
  EXPECT_FALSE(run.go_to(session::AtEvent{10}));
  EXPECT_FALSE(run.go_to(session::AtBookmark{"x"}));
}

// Of a long trace the state is kept at some places only: from there it is made again.
TEST(Trace, ALongOneSeeksToEveryPlace) {
  std::string text;
  for (int i = 1; i <= 5000; ++i) {
    text.append("{\"tick\":")
        .append(std::to_string(i))
        .append(R"(,"node":1,"kind":"append","term":1,)");
    text.append("\"entries\":[[").append(std::to_string(i)).append(",1,\"x\"]]}\n");
  }
  auto run = TraceRun::read(text, "long");
  ASSERT_TRUE(run);
  for (const std::size_t line : {5000u, 17u, 1000u, 4999u, 1001u, 999u, 3000u, 0u, 2500u}) {
    run->seek(line);
    EXPECT_EQ(run->view().nodes[0].last.value, line);
    EXPECT_EQ(run->facts().size(), line);
    EXPECT_EQ(run->position(), line);
  }
}

TEST(Trace, AFactOfAnyKindHasWordsThatInventNothing) {
  TraceRun run = sparse();
  EXPECT_EQ(run.words(run.facts()[5]).what, "n2: my own kind");
  EXPECT_NE(run.words(run.facts()[5]).reason.find("blue"), std::string::npos);
  EXPECT_EQ(run.words(run.facts()[3]).what, "n2 receives append m7 from n1");
  EXPECT_EQ(run.words(run.facts()[7]).what, "n2 leads term 2");
}

TEST(Trace, OfAFileWithoutALineThereIsNoPicture) {
  const auto empty = TraceRun::read("\n# nothing\n", "empty.jsonl");
  ASSERT_FALSE(empty);
  EXPECT_NE(empty.error().message.find("empty.jsonl"), std::string::npos);
  const auto broken = TraceRun::read("{\"tick\":1}\n", "broken.jsonl");
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().message.find("line 1"), std::string::npos);
}

class TraceWindow : public testing::Test {
 protected:
  // Tests may run side by side: each has a file of its own.
  TraceWindow()
      : path_(testing::TempDir() + "raftarium_trace_" + std::to_string(::getpid()) + "_" +
              testing::UnitTest::GetInstance()->current_test_info()->name() + ".jsonl") {
    std::ofstream(path_) << kSparse;
  }
  ~TraceWindow() override { std::filesystem::remove(path_); }
  std::string path_;
};

TEST_F(TraceWindow, IsPlayedSteppedAndCheckedButNotActedOn) {
  Harness h(with_leader());
  const sim::Digest digest = h.session().cluster().digest();
  ASSERT_TRUE(h.app().open_file(path_));
  h.frame(2);
  TraceRun& trace = *h.app().trace();
  EXPECT_TRUE(trace.at_end());
  // Its violation shows itself, and leads to its line.
  EXPECT_EQ(h.state().lower_page, Page::kChecks);
  EXPECT_EQ(h.state().check_chosen, check::Property::kElectionSafety);
  ASSERT_TRUE(h.has("check:election-safety"));
  trace.seek(2);
  h.frame();
  ASSERT_TRUE(h.click("check.go"));
  EXPECT_EQ(trace.position(), 9u);
  trace.seek(0);
  h.key(key::kRight);
  EXPECT_EQ(trace.position(), 1u);
  h.key('T');
  EXPECT_EQ(trace.position(), 5u);  // up to tick 2
  h.state().speed = 9;
  h.key(key::kSpace);
  EXPECT_TRUE(h.frames_until(600, [&] { return trace.at_end() && !h.state().playing; }));
  const auto place = h.app().gui().widgets.find("trace.place");
  ASSERT_TRUE(place);
  h.click_at({place->min.x + (place->max.x - place->min.x) / 2, (place->min.y + place->max.y) / 2});
  EXPECT_GT(trace.position(), 2u);
  EXPECT_LT(trace.position(), 7u);
  // Nobody can act on it.
  h.key('2');
  h.key('C');
  EXPECT_EQ(h.session().commands().size(), 0u);
  EXPECT_NE(h.state().notice.find("not acted on"), std::string::npos);
  EXPECT_NE(h.app().why_off(Action::kHeal), "");
  EXPECT_FALSE(h.has("console"));
  EXPECT_EQ(h.session().cluster().digest(), digest);
  // A new run leaves it.
  ASSERT_TRUE(h.app().new_run(3, 3));
  h.frame();
  EXPECT_EQ(h.app().trace(), nullptr);
  EXPECT_EQ(h.view().nodes.size(), 3u);
}

// Our own trace of a run, read back, shows what the run showed.
TEST_F(TraceWindow, OfARunOfOursShowsTheSameFigures) {
  session::Session session = with_leader();
  sim::Request put;
  put.key = "x";
  put.value = "1";
  ASSERT_TRUE(session.act(put));
  session.tick(sim::ticks(8));
  std::string text;
  for (const sim::Fact& fact : session.facts()) text.append(check::write_trace(fact)).append("\n");
  auto run = TraceRun::read(text, "own");
  ASSERT_TRUE(run) << run.error().message;
  ASSERT_EQ(run->view().nodes.size(), session.view().nodes.size());
  EXPECT_EQ(run->view().leader, session.view().leader);
  for (const sim::NodeView& node : session.view().nodes) {
    const sim::NodeView& told = *run->view().node(node.id);
    EXPECT_EQ(told.term, node.term);
    EXPECT_EQ(told.commit, node.commit);
    EXPECT_EQ(told.applied, node.applied);
    EXPECT_EQ(told.last, node.last);
    EXPECT_EQ(told.durable, node.durable);
    EXPECT_EQ(told.role, node.role);
    for (std::uint64_t i = node.first.value; i <= node.last.value; ++i)
      EXPECT_EQ(told.log->entry({i})->term, node.log->entry({i})->term);
  }
  EXPECT_TRUE(run->report().violations.empty());
}

}  // namespace
}  // namespace ui
