// The checks in the window: held, violated, not checked; the two facts and the way to them.
#include <gtest/gtest.h>

#include <set>

#include "app/check/checker_set.h"
#include "app/session/run_scenario.h"
#include "app/ui/causes.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

// n1 loses its disk and with it what n1 and n2 had committed: n3, whose log is empty, is elected.
constexpr const char* kLostDisk = R"(seed 4
nodes 3
timer n1 1
until leader n1 within 40
crash n3
put x 1
until result r1 = ok within 40
crash n1 lose=disk
crash n2
restart n1
restart n3
until leader any within 100
tick 3
)";

session::Session played(const std::string& text) {
  session::RunOutcome outcome = session::run_scenario_text(text, "test", {});
  if (!outcome.session) std::abort();
  return *std::move(outcome.session);
}

TEST(Checks, EveryPropertyHasWordsOfItsOwn) {
  std::set<std::string_view> titles;
  for (std::uint64_t i = 0; i < check::kProperties; ++i) {
    const PropertyWords words = words_of(static_cast<check::Property>(i));
    EXPECT_FALSE(words.title.empty());
    EXPECT_EQ(words.sentence.back(), '.');
    EXPECT_FALSE(words.rule.empty());
    EXPECT_TRUE(titles.insert(words.title).second);
  }
}

TEST(Checks, AHealthyRunHoldsAndSaysWhatItDoesNotCheck) {
  Harness h(with_leader());
  const ChecksView checks = checks_of(h.session(), std::nullopt);
  EXPECT_EQ(checks.broken, 0u);
  std::size_t covered = 0;
  for (const CheckRow& row : checks.rows) {
    const bool covers = check::CheckerSet::covers(row.property);
    covered += covers;
    const CheckState expected = covers ? CheckState::kHeld
                                : row.property == check::Property::kLinearizability
                                    ? CheckState::kOnRequest
                                    : CheckState::kNotChecked;
    EXPECT_EQ(row.state, expected) << check::property_name(row.property);
    EXPECT_EQ(row.why.empty(), covers);
  }
  EXPECT_EQ(checks.held, covered);
  EXPECT_EQ(h.state().lower_page, Page::kStore);
  ASSERT_TRUE(h.click("verdict"));
  EXPECT_EQ(h.state().lower_page, Page::kChecks);
  ASSERT_TRUE(h.click("pane.fold"));  // room for the whole list
  ASSERT_TRUE(h.has("check:election-safety"));
  ASSERT_TRUE(h.click("checks.history"));
  ASSERT_TRUE(h.state().history_check);
  EXPECT_EQ(h.state().history_check->verdict, check::Verdict::kLinearizable);
  EXPECT_EQ(checks_of(h.session(), h.state().history_check).held, covered + 1);
  // What happens later it does not speak of.
  h.session().tick(sim::ticks(1));
  EXPECT_EQ(checks_of(h.session(), h.state().history_check).held, covered);
}

TEST(Checks, AViolationShowsItselfWithItsTwoFacts) {
  Harness h(played(kLostDisk));
  EXPECT_EQ(h.state().lower_page, Page::kChecks);
  EXPECT_EQ(h.state().check_chosen, check::Property::kLeaderCompleteness);
  EXPECT_TRUE(h.state().inspector_folded);
  const check::Violation violation = h.session().violations().front();
  ASSERT_TRUE(h.click("check.later"));
  EXPECT_EQ(h.state().selected.kind, scene::Target::Kind::kFact);
  EXPECT_EQ(h.state().selected.fact, violation.later.id);
  EXPECT_EQ(h.state().selected.node, violation.later.node);
  ASSERT_TRUE(h.click("check.earlier"));
  EXPECT_EQ(h.state().selected.fact, violation.earlier.id);
  // The chain: each row a cause of the one above.
  const auto chain = causes_of(h.session().facts(), violation.later.id, 12);
  ASSERT_GE(chain.size(), 4u);
  for (std::size_t i = 1; i < chain.size(); ++i) EXPECT_LT(chain[i]->id, chain[i - 1]->id);
  const std::uint64_t third = chain[2]->id;
  ASSERT_TRUE(h.click("chain:" + std::to_string(third)));
  EXPECT_EQ(h.state().selected.fact, third);
  ASSERT_TRUE(h.click("check:state-machine-safety"));
  EXPECT_EQ(h.state().check_chosen, check::Property::kStateMachineSafety);
  // The inspector comes back, and tells the fact's own causes.
  ASSERT_TRUE(h.click("inspector.unfold"));
  EXPECT_TRUE(h.has("cause:" + std::to_string(chain[3]->id)));
}

TEST(Checks, WhatWasExpectedRaisesNoAlarm) {
  std::string text = kLostDisk;
  text.append("expect first violation leader-completeness\n");
  Harness h(played(text));
  const ChecksView checks = checks_of(h.session(), std::nullopt);
  ASSERT_GT(checks.broken, 0u);
  ASSERT_NE(checks.row(check::Property::kLeaderCompleteness), nullptr);
  EXPECT_TRUE(checks.row(check::Property::kLeaderCompleteness)->expected);
  EXPECT_EQ(checks.first_unexpected(), nullptr);
  EXPECT_EQ(h.state().lower_page, Page::kStore);
}

TEST(Checks, InASmallWindowTheyAreAPage) {
  Harness h(played(kLostDisk), 1024, 768);
  ASSERT_TRUE(h.click("tab:Checks"));
  EXPECT_EQ(h.state().page, Page::kChecks);
  EXPECT_TRUE(h.has("check:leader-completeness"));
  ASSERT_TRUE(h.click("tab:Faults"));
  EXPECT_EQ(h.state().page, Page::kFaults);
}

}  // namespace
}  // namespace ui
