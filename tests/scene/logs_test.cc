#include <gtest/gtest.h>

#include "app/scene/logs.h"

#include "app/scene/log_cells.h"
#include "tests/scene/sample_view.h"

namespace scene {
namespace {

constexpr Box kPanel{0, 0, 1412, 276};

TEST(Cells, TellHowSafeAnEntryIs) {
  const Sample sample;
  const sim::NodeView* leader = sample.view.node({2});
  const auto state = [&](std::uint64_t node, std::uint64_t index) {
    return cell_view(*sample.view.node({node}), index, leader).state;
  };
  EXPECT_EQ(state(4, 17), CellState::kApplied);
  EXPECT_EQ(state(4, 18), CellState::kCommitted);
  EXPECT_EQ(state(4, 19), CellState::kUnsynced);
  EXPECT_EQ(state(3, 19), CellState::kDurable);
  EXPECT_EQ(state(1, 17), CellState::kMissing);
}

TEST(Cells, SeeWhatTheLeaderWillOverwrite) {
  Sample sample;
  const SampleLog other(1, {1, 1, 1, 1, 2, 2, 9});
  sim::NodeView& node = sample.view.nodes[4];
  node.log = &other;
  node.last = node.durable = {7};
  EXPECT_EQ(cell_view(node, 7, sample.view.node({2})).state, CellState::kConflict);
  EXPECT_EQ(cell_view(node, 7, nullptr).state, CellState::kDurable);
}

// The leader has a log of `last` entries, all of them applied.
void hand_to_leader(Sample& sample, const SampleLog& log, std::uint64_t last) {
  sim::NodeView& leader = sample.view.nodes[1];
  leader.log = &log;
  leader.last = leader.durable = leader.commit = leader.applied = {last};
}

TEST(Logs, OfAMillionEntriesOnlyTheVisibleAreRead) {
  Sample sample;
  const SampleLog big(1, std::vector<std::uint64_t>(1000000, 3));
  hand_to_leader(sample, big, 1000000);
  LogsInput input;
  input.panel = kPanel;
  const LogsLayout layout = layout_logs(sample.view, kPanel, false);
  input.first = log_scroll_end(sample.view, layout);
  EXPECT_LE(input.first, 1000000u);
  EXPECT_GT(input.first + layout.columns, 1000000u);
  const RoughMeasure measure;
  DisplayList list(measure);
  big.reads = 0;
  build_logs(sample.view, input, dark_theme(), list);
  EXPECT_LT(big.reads, 300u);
  bool last_shown = false;
  for (const Shape& shape : list.shapes())
    last_shown |= shape.kind == ShapeKind::kText && list.text_of(shape) == "1000000";
  EXPECT_TRUE(last_shown);
}

TEST(Logs, TheBarShowsWhereTermsBegin) {
  Sample sample;
  std::vector<std::uint64_t> terms(1000000, 1);
  std::fill(terms.begin() + 333333, terms.end(), 2);
  std::fill(terms.begin() + 900000, terms.end(), 5);
  const SampleLog big(1, terms);
  hand_to_leader(sample, big, 1000000);
  LogsInput input;
  input.panel = kPanel;
  const LogsLayout layout = layout_logs(sample.view, kPanel, false);
  const RoughMeasure measure;
  DisplayList list(measure);
  build_logs(sample.view, input, dark_theme(), list);
  const auto span = [&](std::uint64_t term) {
    for (const Shape& shape : list.shapes()) {
      if (shape.kind == ShapeKind::kRect && shape.box.y == layout.bar.y &&
          shape.paint.fill == dark_theme().term({term}).faded(0.7f))
        return shape.box;
    }
    return Box{};
  };
  const auto place = [&](float share) { return layout.bar.x + layout.bar.w * share; };
  EXPECT_NEAR(span(1).x, place(0), 0.1);
  EXPECT_NEAR(span(1).right(), place(0.333333f), 3);
  EXPECT_NEAR(span(2).x, span(1).right(), 0.1);
  EXPECT_NEAR(span(2).right(), place(0.9f), 3);
  EXPECT_NEAR(span(5).x, span(2).right(), 0.1);
  EXPECT_NEAR(span(5).right(), place(1), 0.1);
}

TEST(Logs, PointAndColumnAreInverse) {
  const Sample sample;
  LogsInput input;
  input.panel = kPanel;
  const LogsLayout layout = layout_logs(sample.view, kPanel, false);
  for (std::uint64_t index = 1; index <= layout.columns; ++index) {
    const Point p{layout.x0 + (static_cast<float>(index) - 0.5f) * layout.column,
                  layout.top + 2 * layout.step + 4};
    const LogsHit hit = hit_logs(sample.view, input, p);
    EXPECT_EQ(hit.index, index);
    EXPECT_EQ(hit.node, raft::NodeId{3});
  }
}

TEST(Logs, ANarrowPanelIsForTheCells) {
  const Sample sample;
  const LogsLayout narrow = layout_logs(sample.view, {0, 0, 340, 370}, true);
  EXPECT_FALSE(narrow.figures);
  EXPECT_GE(narrow.columns, 10u);
  EXPECT_TRUE(layout_logs(sample.view, {0, 0, 684, 222}, true).figures);
}

TEST(Logs, WhatDiffersHasABoxAlsoWhereNothingIs) {
  Sample sample;
  LogsInput input;
  input.panel = kPanel;
  const RoughMeasure measure;
  DisplayList plain(measure), boxed(measure);
  build_logs(sample.view, input, dark_theme(), plain);
  input.boxed = {{{5}, 9}, {{2}, 9}, {{2}, 4000}};
  build_logs(sample.view, input, dark_theme(), boxed);
  EXPECT_EQ(boxed.shapes().size(), plain.shapes().size() + 2);
}

TEST(Logs, WhatIsPointedAtHasAFrameWhereItIsInSight) {
  Sample sample;
  LogsInput input;
  input.panel = kPanel;
  const RoughMeasure measure;
  DisplayList plain(measure), framed(measure);
  build_logs(sample.view, input, dark_theme(), plain);
  input.pointed = {2, 4000};
  build_logs(sample.view, input, dark_theme(), framed);
  EXPECT_EQ(framed.shapes().size(), plain.shapes().size() + 1);
}

TEST(Logs, TwentyColumnsAtTheSizeOfAProjector) {
  const Sample sample;
  EXPECT_GE(layout_logs(sample.view, {0, 0, 684, 222}, true).columns, 20u);
}

}  // namespace
}  // namespace scene
