// The space-time picture: its model, its axis, and what of it answers to the mouse.
#include "app/scene/sequence.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "app/scene/fact_sign.h"
#include "tests/scene/sample_view.h"

namespace scene {
namespace {

using sim::FactKind;

class Facts {
 public:
  sim::Fact& add(FactKind kind, std::uint64_t node, std::uint64_t millis) {
    sim::Fact fact;
    fact.id = facts.empty() ? 1 : facts.back().id + 1;
    fact.event = fact.id;
    fact.at = {millis};
    fact.node = {node};
    fact.kind = kind;
    fact.term = {1};
    facts.push_back(fact);
    return facts.back();
  }
  void message(FactKind kind, std::uint64_t id, std::uint64_t from, std::uint64_t to,
               std::uint64_t millis, std::string_view type = "append") {
    sim::Fact& fact = add(kind, kind == FactKind::kReceive ? to : from, millis);
    if (kind == FactKind::kDrop) fact.node = {};
    fact.message = id;
    fact.message_type = type;
    fact.from = {{from}, 0};
    fact.to = {{to}, 0};
  }
  std::deque<sim::Fact> facts;
};

Facts story() {
  Facts f;
  f.add(FactKind::kRole, 1, 1000).core.role = raft::Role::kLeader;
  f.message(FactKind::kSend, 1, 1, 2, 1200);
  f.message(FactKind::kSend, 2, 1, 3, 1200);
  f.message(FactKind::kReceive, 1, 1, 2, 1700);
  f.message(FactKind::kDrop, 2, 1, 3, 1800);
  f.add(FactKind::kCrash, 2, 2000);
  f.message(FactKind::kSend, 3, 1, 3, 2500, "heartbeat");
  return f;
}

TEST(SequenceModel, ArrowsRunFromSendToEnd) {
  const Facts f = story();
  SequenceModel model;
  model.update(f.facts);
  ASSERT_EQ(model.arrows().size(), 3u);
  EXPECT_EQ(model.arrows()[0].end, 4u);
  EXPECT_FALSE(model.arrows()[0].lost);
  EXPECT_EQ(model.arrows()[0].ended, sim::Instant{1700});
  EXPECT_TRUE(model.arrows()[1].lost);
  EXPECT_EQ(model.arrows()[2].end, 0u);  // under way
  EXPECT_TRUE(model.arrows()[2].heartbeat);
  EXPECT_EQ(model.longest_flight(), sim::Duration{600});
  const auto& line = model.lines().at({2});
  EXPECT_EQ(line.back().state, sim::NodeState::kDown);
  EXPECT_EQ(model.lines().at({1}).front().role, raft::Role::kLeader);
}

TEST(SequenceModel, TakesOverPieceByPieceWhatItTakesAtOnce) {
  const Facts f = story();
  SequenceModel whole, pieces;
  whole.update(f.facts);
  std::deque<sim::Fact> part;
  for (const sim::Fact& fact : f.facts) {
    part.push_back(fact);
    pieces.update(part);
  }
  ASSERT_EQ(pieces.arrows().size(), whole.arrows().size());
  for (std::size_t i = 0; i < whole.arrows().size(); ++i) {
    EXPECT_EQ(pieces.arrows()[i].end, whole.arrows()[i].end);
    EXPECT_EQ(pieces.arrows()[i].ended, whole.arrows()[i].ended);
  }
  EXPECT_EQ(pieces.marks().size(), whole.marks().size());
  // Facts that are no longer kept leave the model; those that are undone as well.
  part.pop_front();
  part.pop_front();
  pieces.update(part);
  EXPECT_EQ(pieces.arrows().size(), 2u);
  part.pop_back();
  pieces.update(part);
  EXPECT_EQ(pieces.arrows().size(), 1u);
}

TEST(SequenceModel, AnArrowHasTheSignOfItsSend) {
  Facts f;
  std::uint64_t id = 0;
  for (const char* type : {"append", "append-reply", "vote", "vote-reply", "heartbeat", "request",
                           "reply", "snapshot", "pre-vote"}) {
    for (const bool told : {false, true}) {
      ++id;
      f.message(FactKind::kSend, id, 1, 2, 1000 + 10 * id, type);
      sim::Fact& fact = f.facts.back();
      fact.core.term = {id % 3};
      fact.has_core = told;
      fact.core.granted = id % 4 < 2;
      if (!told) continue;
      raft::Message content;
      content.term = {7};
      content.reject = id % 4 == 0;
      content.entries.resize(id % 5);
      fact.content = std::make_shared<const raft::Message>(content);
    }
  }
  SequenceModel model;
  model.update(f.facts);
  ASSERT_EQ(model.arrows().size(), f.facts.size());
  for (const Arrow& arrow : model.arrows()) {
    const sim::Fact* send = find_fact(f.facts, arrow.send);
    ASSERT_NE(send, nullptr);
    const MessageGlyph glyph = arrow.glyph(9), wanted = message_glyph(*send, 9);
    EXPECT_EQ(glyph.type, wanted.type);
    EXPECT_EQ(glyph.term, wanted.term);
    EXPECT_EQ(glyph.sender_term, wanted.sender_term);
    EXPECT_EQ(glyph.answer, wanted.answer) << wanted.type;
    EXPECT_EQ(glyph.label, wanted.label);
    EXPECT_EQ(glyph.r, wanted.r);
  }
}

TEST(TimeAxis, FoldsWhatIsQuietWhicheverWayTheFactsCame) {
  // Facts come and go; the folds are those between the instants that are there.
  std::uint64_t random = 7, at = 0;
  Facts f;
  SequenceModel model;
  for (int i = 0; i < 400; ++i) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    at += (random >> 33) % 9 == 0 ? 6001 + (random >> 40) % 20000 : (random >> 40) % 6001;
    f.add(i % 5 == 3 ? FactKind::kDuplicate : FactKind::kCommit, 1, at);
    if (f.facts.size() > 40) f.facts.pop_front();
    model.update(f.facts);
    const sim::Instant now{at + (random >> 50) % 9000};
    std::vector<std::pair<std::uint64_t, std::uint64_t>> wanted;
    std::uint64_t before = f.facts.front().at.millis;
    const auto look = [&](std::uint64_t next) {
      if (next > before + 6000) wanted.emplace_back(before + 1000, next - 1000);
      before = next;
    };
    for (const sim::Fact& fact : f.facts) {
      if (fact.kind != FactKind::kDuplicate) look(fact.at.millis);
    }
    look(now.millis);
    const TimeAxis axis(model, now, true);
    ASSERT_EQ(axis.folds().size(), wanted.size()) << i;
    for (std::size_t k = 0; k < wanted.size(); ++k) {
      EXPECT_EQ(axis.folds()[k].from.millis, wanted[k].first);
      EXPECT_EQ(axis.folds()[k].to.millis, wanted[k].second);
    }
  }
}

TEST(TimeAxis, IsUndoneByItsInverse) {
  Facts f = story();
  f.add(FactKind::kCommit, 1, 30000);
  f.add(FactKind::kCommit, 1, 31000);
  f.add(FactKind::kCommit, 1, 90000);
  SequenceModel model;
  model.update(f.facts);
  const TimeAxis axis(model, {95000}, true);
  ASSERT_EQ(axis.folds().size(), 2u);
  EXPECT_EQ(axis.folds()[0].to, sim::Instant{29000});
  double before = -1;
  for (std::uint64_t at = 0; at <= 95000; at += 250) {
    const double place = axis.place_of({at});
    EXPECT_GE(place, before) << at;
    before = place;
    bool folded = false;
    for (const TimeAxis::Fold& fold : axis.folds())
      folded = folded || (at > fold.from.millis && at < fold.to.millis);
    if (!folded) {
      EXPECT_EQ(axis.instant_at(place).millis, at);
    }
  }
  // The whole is shorter by what is folded.
  EXPECT_LT(axis.place_of({95000}), 20);
  const TimeAxis plain(model, {95000}, false);
  EXPECT_DOUBLE_EQ(plain.place_of({95000}), 95);
}

SequenceInput input_of(const SequenceModel& model, const Facts& f, const TimeAxis& axis) {
  SequenceInput input;
  input.stage = {0, 0, 1000, 500};
  input.model = &model;
  input.facts = &f.facts;
  input.axis = &axis;
  input.nodes = {{1}, {2}, {3}};
  input.ticks = 8;
  input.now = {3000};
  return input;
}

TEST(Sequence, FactsAndNodesAnswerToTheMouse) {
  const Facts f = story();
  SequenceModel model;
  model.update(f.facts);
  const TimeAxis axis(model, {3000}, false);
  SequenceInput input = input_of(model, f, axis);
  const SequenceLayout g = layout_sequence(input);
  EXPECT_NEAR(g.place_at(g.x_of(2.5)), 2.5, 1e-4);
  RoughMeasure measure;
  DisplayList list(measure);
  std::vector<HitRegion> hits;
  build_sequence(input, dark_theme(), list, hits);
  // The middle of the first message's way.
  const float x = (g.x_of(1.2) + g.x_of(1.7)) / 2;
  const Target arrow = hit(hits, {x, g.row0 + g.step / 2});
  EXPECT_EQ(arrow.kind, Target::Kind::kFact);
  EXPECT_EQ(arrow.message, 1u);
  EXPECT_EQ(arrow.fact, 4u);
  const Target crash = hit(hits, {g.x_of(2), g.row0 + g.step});
  EXPECT_EQ(crash.fact, 6u);
  const Target node = hit(hits, {38, g.row0});
  EXPECT_EQ(node.kind, Target::Kind::kNode);
  EXPECT_EQ(node.node.value, 1u);
}

TEST(Sequence, WhatIsNotAmongTheCausesIsDimmed) {
  const Facts f = story();
  SequenceModel model;
  model.update(f.facts);
  const TimeAxis axis(model, {3000}, false);
  SequenceInput input = input_of(model, f, axis);
  const auto full = [&] {
    RoughMeasure measure;
    DisplayList list(measure);
    std::vector<HitRegion> hits;
    build_sequence(input, dark_theme(), list, hits);
    std::size_t count = 0;
    for (const Shape& shape : list.shapes()) count += shape.paint.stroke.a == 255;
    return count;
  };
  const std::size_t all = full();
  const std::vector<std::uint64_t> lit = {2, 4};
  input.lit = &lit;
  EXPECT_LT(full(), all);
}

// As many facts as are ever kept: only what is in sight is drawn.
TEST(Sequence, TwentyThousandFactsDrawNoMoreThanIsInSight) {
  Facts f;
  for (std::uint64_t i = 0; f.facts.size() < 20000; ++i) {
    const std::uint64_t from = 1 + i % 3, to = 1 + (i + 1) % 3;
    f.message(FactKind::kSend, i + 1, from, to, i * 100);
    f.message(FactKind::kReceive, i + 1, from, to, i * 100 + 90);
  }
  SequenceModel model;
  model.update(f.facts);
  ASSERT_EQ(model.arrows().size(), 10000u);
  const TimeAxis axis(model, f.facts.back().at, true);
  SequenceInput input = input_of(model, f, axis);
  input.now = f.facts.back().at;
  input.left = 500;
  RoughMeasure measure;
  DisplayList list(measure);
  std::vector<HitRegion> hits;
  build_sequence(input, dark_theme(), list, hits);
  EXPECT_GT(hits.size(), 60u);
  EXPECT_LT(hits.size(), 200u);
  // All at once: bounded, and still a picture.
  input.left = 0;
  input.ticks = 1000;
  list.clear();
  hits.clear();
  build_sequence(input, light_theme(), list, hits);
  EXPECT_LT(list.shapes().size(), 40000u);
  EXPECT_GT(hits.size(), 1000u);
}

// Ticks 0 to `ticks`: so many appends in each, four ticks under way.
Facts traffic(std::uint64_t ticks, std::uint64_t each) {
  Facts f;
  std::uint64_t id = 0, ended = 0;
  for (std::uint64_t i = 0; i < ticks * each; ++i) {
    const std::uint64_t at = i * 1000 / each;
    while (id > ended && ended * 1000 / each + 4000 <= at) {
      ++ended;
      f.message(FactKind::kReceive, ended, 1 + ended % 3, 1 + (ended + 1) % 3,
                (ended - 1) * 1000 / each + 4000);
    }
    ++id;
    f.message(FactKind::kSend, id, 1 + id % 3, 1 + (id + 1) % 3, at);
  }
  return f;
}

struct Lines {
  std::size_t thin = 0, full = 0, words = 0;
};

Lines lines_of(const SequenceInput& input) {
  const RoughMeasure measure;
  DisplayList list(measure);
  std::vector<HitRegion> hits;
  build_sequence(input, dark_theme(), list, hits);
  Lines out;
  for (const Shape& shape : list.shapes()) {
    if (shape.kind == ShapeKind::kText && list.text_of(shape) == "0") ++out.words;
    if (shape.kind != ShapeKind::kPath || shape.count != 2) continue;
    const Point *a = list.points(shape), *b = a + 1;
    if (a->x == b->x || a->y == b->y) continue;
    (shape.paint.width < 2 ? out.thin : out.full) += 1;
  }
  return out;
}

TEST(Sequence, ACrowdIsThinAndWhoeverZoomsInReadsIt) {
  const Facts many = traffic(20, 50), few = traffic(20, 5);
  SequenceModel crowd, calm;
  crowd.update(many.facts);
  calm.update(few.facts);
  const TimeAxis axis(crowd, {20000}, false);
  SequenceInput input = input_of(crowd, many, axis);
  input.now = {20000};
  input.left = 10;
  const Lines all = lines_of(input);
  EXPECT_GT(all.thin, 300u);
  EXPECT_EQ(all.full, 0u);

  // What is chosen or a cause stands out.
  input.selected = {};
  input.selected.kind = Target::Kind::kMessage;
  input.selected.message = 600;
  EXPECT_EQ(lines_of(input).full, 1u);
  input.selected = {};
  const Arrow& arrow = crowd.arrows()[600];
  const std::vector<std::uint64_t> lit = {arrow.send, arrow.end};
  ASSERT_NE(arrow.end, 0u);
  input.lit = &lit;
  EXPECT_EQ(lines_of(input).full, 1u);
  input.lit = nullptr;

  input.ticks = 0.8;
  const Lines near = lines_of(input);
  EXPECT_EQ(near.thin, 0u);
  EXPECT_GT(near.full, 50u);

  SequenceInput quiet = input_of(calm, few, axis);
  quiet.now = {20000};
  quiet.left = 10;
  EXPECT_EQ(lines_of(quiet).thin, 0u);
  EXPECT_GT(lines_of(quiet).full, 30u);
}

TEST(Sequence, ATickThatIsOverKeepsItsLook) {
  // Calm, then a crowd: what came before it does not turn thin when the crowd comes into sight.
  Facts f = traffic(10, 5);
  const std::uint64_t calm = 50;
  for (std::uint64_t i = 0; i < 200; ++i)
    f.message(FactKind::kSend, calm + i + 1, 1, 2 + i % 2, 14000 + i * 5);
  SequenceModel model;
  model.update(f.facts);
  const TimeAxis axis(model, {20000}, false);
  SequenceInput input = input_of(model, f, axis);
  input.left = 4;
  input.ticks = 12;
  input.now = {13999};
  const std::size_t before = lines_of(input).full;
  input.now = {20000};
  const Lines after = lines_of(input);
  EXPECT_EQ(after.full, before);
  EXPECT_EQ(after.thin, 200u);
}

}  // namespace
}  // namespace scene
