// The clients' operations as lanes, and the figures that charts draw.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "app/scenario/parser.h"
#include "app/session/run_scenario.h"
#include "app/ui/run_figures.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

void play(session::Session& session, std::initializer_list<std::string> lines) {
  for (const std::string& line : lines) {
    const auto statement = scenario::parse_statement(line, "t");
    ASSERT_TRUE(statement) << line;
    const Status done = session.execute(*statement);
    ASSERT_TRUE(done) << line << ": " << done.error().message;
  }
}

TEST(RunFigures, WritesTakeEffectBetweenCallAndReturn) {
  session::Session session = with_leader();
  play(session, {"put x 1", "tick 6", "get x", "tick 6", "put x 2 as c2", "tick 6"});
  RunFigures figures;
  figures.update(session.facts(), session.view());
  const sim::Requests& requests = session.view().requests;
  ASSERT_EQ(requests.size(), 3u);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto effect = figures.effect_of(requests[i]);
    ASSERT_TRUE(effect) << i;
    ASSERT_TRUE(requests[i].returned);
    EXPECT_GE(effect->at, requests[i].called);
    EXPECT_LE(effect->at, *requests[i].returned);
    EXPECT_EQ(effect->term, session.view().term);
  }
  // Two writes were committed; the leader's own first entry is nobody's.
  ASSERT_EQ(figures.latencies().size(), 2u);
  EXPECT_GT(figures.latencies()[0].millis, 0u);
}

// What is committed together takes effect in the order of the log, not in that of the requests.
TEST(HistoryView, TheValueOfAKeyIsThatOfTheLastEntry) {
  session::Session session = with_leader();
  const std::uint64_t leader = session.view().leader.value;
  const std::string here = "n" + std::to_string(leader);
  // The put comes to the leader behind the delete.
  play(session,
       {"partition {" + here + "}", "hold c1->" + here, "put x 1 as c1 via " + here,
        "delete x as c2 via " + here, "tick 2", "release c1->" + here, "tick 2", "heal", "tick 6"});
  ASSERT_EQ(session.view().node({leader})->rows->at("x").value, "1");
  RunFigures figures;
  figures.update(session.facts(), session.view());
  const auto put = figures.effect_of(session.view().requests[0]);
  const auto removal = figures.effect_of(session.view().requests[1]);
  ASSERT_TRUE(put && removal);
  ASSERT_EQ(put->at, removal->at);
  EXPECT_GT(put->index, removal->index);
  Harness h(std::move(session));
  h.key('Y');
  h.frame(2);
  const auto texts = h.drawn();
  const auto row = std::find_if(texts.begin(), texts.end(),
                                [](const auto& text) { return text.text == "value of x"; });
  ASSERT_NE(row, texts.end());
  const auto place = [&](const Fonts::Drawn& text) {
    return std::abs(text.top - row->top) < 4 ? text.left : -1.0f;
  };
  const auto value =
      std::max_element(texts.begin(), texts.end(),
                       [&](const auto& a, const auto& b) { return place(a) < place(b); });
  ASSERT_NE(value, texts.end());
  EXPECT_EQ(value->text, "1");
}

// Two leaders fill one place: only what was committed there has a latency.
TEST(RunFigures, WhatWasReplacedHasNoCommitLatency) {
  session::Session session = with_leader();
  const std::string old = "n" + std::to_string(session.view().leader.value);
  play(session, {"partition {" + old + "}", "put x 1 via " + old, "tick 60"});
  ASSERT_NE("n" + std::to_string(session.view().leader.value), old);
  play(session, {"put x 2 as c2 via n" + std::to_string(session.view().leader.value), "tick 20",
                 "heal", "tick 60"});
  RunFigures figures;
  figures.update(session.facts(), session.view());
  ASSERT_EQ(figures.latencies().size(), 1u);
  EXPECT_LT(figures.latencies()[0].millis, 6000u);
  EXPECT_EQ(figures.latencies()[0].term, session.view().term);
}

TEST(RunFigures, FollowStepByStepAsAllAtOnce) {
  session::Session session = with_leader();
  play(session, {"put x 1", "tick 3"});
  RunFigures steps, once;
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(session.step_event());
    steps.update(session.facts(), session.view());
  }
  once.update(session.facts(), session.view());
  EXPECT_EQ(steps.latencies().size(), once.latencies().size());
  for (const auto& [node, held] : once.held()) {
    ASSERT_FALSE(held.empty());
    EXPECT_EQ(steps.held().at(node).size(), held.size());
    EXPECT_EQ(held.back().last, session.view().node(node)->last);
    EXPECT_EQ(held.back().first, session.view().node(node)->first);
  }
}

TEST(RunFigures, ACompactionShortensTheLog) {
  session::Session session = with_leader();
  const std::string leader = "n" + std::to_string(session.view().leader.value);
  play(session,
       {"put x 1", "tick 3", "put x 2", "tick 3", ("compact " + leader).c_str(), "tick 6"});
  RunFigures figures;
  figures.update(session.facts(), session.view());
  for (const sim::NodeView& node : session.view().nodes) {
    EXPECT_GT(node.first.value, 1u);
    EXPECT_EQ(figures.held().at(node.id).back().first, node.first);
  }
}

TEST(HistoryView, ShowsBarsChoosesThemAndSwitchesKeys) {
  Harness h(with_leader());
  play(h.session(), {"put x 1", "tick 4", "put x 2 as c2", "tick 4", "get x as c3", "tick 4",
                     "put other 5", "tick 4"});
  h.key('Y');
  EXPECT_EQ(h.state().stage_view, StageView::kHistory);
  h.frame(2);
  EXPECT_EQ(h.state().history.key, "x");
  ASSERT_TRUE(h.has("request:r1"));
  ASSERT_TRUE(h.has("request:r3"));
  ASSERT_TRUE(h.click("request:r3"));
  EXPECT_EQ(h.state().history.selected, 3u);
  ASSERT_TRUE(h.click("history.key:1"));
  EXPECT_EQ(h.state().history.key, "other");
  h.frame(2);
  EXPECT_TRUE(h.has("request:r4"));
  EXPECT_FALSE(h.has("request:r1"));
  // The wheel zooms.
  const double ticks = h.state().history.ticks;
  h.wheel("history", 2);
  EXPECT_LT(h.state().history.ticks, ticks);
}

TEST(HistoryView, ASmallWindowShowsOneOfThem) {
  Harness h(with_leader(), 1024, 768);
  play(h.session(), {"put x 1", "tick 4"});
  h.state().stage_view = StageView::kHistory;
  h.frame(2);
  ASSERT_TRUE(h.has("request:r1"));
  ASSERT_TRUE(h.click("history.part:Charts"));
  EXPECT_TRUE(h.state().history.charts);
  h.frame(2);
  EXPECT_FALSE(h.has("request:r1"));
}

TEST(HistoryView, TermsHaveAChartWithTheirLeaders) {
  Harness small(with_leader(), 1024, 768);
  play(small.session(), {"put x 1", "tick 4"});
  small.state().stage_view = StageView::kHistory;
  small.frame(2);
  EXPECT_FALSE(small.draws("Terms over time"));
  ASSERT_TRUE(small.click("history.part:Terms"));
  EXPECT_TRUE(small.state().history.terms);
  EXPECT_TRUE(small.draws("Terms over time"));
  EXPECT_FALSE(small.draws("Log length"));
  ASSERT_TRUE(small.click("history.part:Charts"));
  EXPECT_FALSE(small.draws("Terms over time"));
  EXPECT_TRUE(small.draws("Log length"));
  // Where there is room all stand together; the chart follows the run.
  Harness wide(with_leader(), 1920, 1080);
  play(wide.session(), {"put x 1", "tick 4"});
  wide.state().stage_view = StageView::kHistory;
  wide.frame(2);
  EXPECT_TRUE(wide.draws("Terms over time"));
  EXPECT_TRUE(wide.draws("Log length"));
  const raft::NodeId old = wide.view().leader;
  play(wide.session(), {("crash " + scene::node_name(old)).c_str(), "tick 40"});
  ASSERT_NE(wide.view().leader, old);
  wide.state().history.ticks = 80;
  EXPECT_TRUE(wide.draws(scene::node_name(wide.view().leader)));
}

TEST(HistoryView, ChartsNeverLieOverEachOther) {
  for (const double scale : {1.0, 1.125, 1.25}) {
    Harness h(with_leader(), 1024, 768);
    play(h.session(), {"put x 1", "tick 4", "put x 2 as c2", "tick 4"});
    h.state().theme = &scene::projector_theme();
    h.state().scale = scale;
    h.state().stage_view = StageView::kHistory;
    h.state().history.charts = true;
    h.frame(2);
    // All of them, a page after the other.
    std::set<std::string> seen;
    for (int page = 0; page < 4; ++page) {
      for (const std::string& words : h.words_over_words())
        ADD_FAILURE() << scale << ", page " << page << ": " << words;
      for (const char* title : {"Commit latency", "Messages by kind", "Follower lag", "Log length"})
        if (h.draws(title)) seen.insert(title);
      if (!h.has("history.charts")) break;
      ASSERT_TRUE(h.click("history.charts"));
      ImGui::GetIO().MousePos = {-1, -1};  // no tip
      h.frame(2);
    }
    EXPECT_EQ(seen.size(), 4u) << scale;
  }
}

TEST(HistoryView, WhatCannotBeOrderedIsMarked) {
  session::RunOutcome outcome =
      session::run_scenario(RAFTARIUM_SCENARIOS "/stale_local_read.scenario", {});
  ASSERT_TRUE(outcome.session);
  Harness h(*std::move(outcome.session));
  h.state().stage_view = StageView::kHistory;
  h.frame(2);
  ASSERT_TRUE(h.state().history_check);
  ASSERT_EQ(h.state().history_check->verdict, check::Verdict::kNotLinearizable);
  EXPECT_GT(h.state().history_check->culprit, 0u);
  EXPECT_GE(h.state().history_check->smallest.size(), 2u);
}

}  // namespace
}  // namespace ui
