#include <gtest/gtest.h>

#include "app/scene/ring.h"

#include <cmath>

#include "tests/scene/sample_view.h"

namespace scene {
namespace {

constexpr Box kStage{0, 0, 1412, 620};

struct Drawn {
  explicit Drawn(const sim::ClusterView& view, RingInput input = {}) {
    if (input.stage.w == 0) input.stage = kStage;
    build_ring(view, input, dark_theme(), list, hits);
  }
  bool says(std::string_view words) const {
    for (const Shape& shape : list.shapes()) {
      if (shape.kind == ShapeKind::kText &&
          list.text_of(shape).find(words) != std::string_view::npos)
        return true;
    }
    return false;
  }
  std::optional<Point> place_of(const Target& target) const {
    for (const HitRegion& region : hits) {
      if (region.target == target) return region.a;
    }
    return std::nullopt;
  }
  std::size_t circles(Color fill) const {
    std::size_t count = 0;
    for (const Shape& shape : list.shapes())
      count += shape.kind == ShapeKind::kCircle && shape.paint.fill == fill;
    return count;
  }
  RoughMeasure measure;
  DisplayList list{measure};
  std::vector<HitRegion> hits;
};

Target node_target(std::uint64_t id) {
  Target target;
  target.kind = Target::Kind::kNode;
  target.node = {id};
  return target;
}

Target message_target(std::uint64_t id) {
  Target target;
  target.kind = Target::Kind::kMessage;
  target.message = id;
  return target;
}

TEST(Ring, ColoursNodesByTheTermTheyBelieveIn) {
  Sample sample;
  sample.view.nodes[4].term = {2};
  const Drawn drawn(sample.view);
  EXPECT_EQ(drawn.circles(dark_theme().term({4})), 4u);
  EXPECT_EQ(drawn.circles(dark_theme().term({2})), 1u);
}

TEST(Ring, NodesAnswerToTheMouseAtTheirPlaces) {
  const Sample sample;
  const Drawn drawn(sample.view);
  const RingLayout layout = layout_ring(sample.view, kStage, false);
  for (const auto& [node, place] : layout.places) {
    EXPECT_EQ(hit(drawn.hits, place), node_target(node.value));
    EXPECT_TRUE(kStage.contains(place));
  }
  EXPECT_EQ(hit(drawn.hits, {3, 3}).kind, Target::Kind::kNone);
}

TEST(Ring, MessageFliesWithTime) {
  Sample sample;
  const RingLayout layout = layout_ring(sample.view, kStage, false);
  const Point goal = layout.places.at({3});
  float before = 1e9f;
  for (const std::uint64_t now : {342000ull, 342350ull, 342700ull, 343000ull}) {
    sample.view.position.at = {now};
    const Drawn drawn(sample.view);
    const auto at = drawn.place_of(message_target(7));
    ASSERT_TRUE(at);
    const float distance = std::hypot(at->x - goal.x, at->y - goal.y);
    EXPECT_LT(distance, before);
    before = distance;
  }
}

TEST(Ring, LostMessageBreaksHalfWay) {
  Sample sample;
  sample.view.position.at = {343000};
  const Drawn whole(sample.view);
  sample.view.messages[0].fate = sim::Fate::kLostOnWay;
  const Drawn lost(sample.view);
  const RingLayout layout = layout_ring(sample.view, kStage, false);
  const Point p = layout.places.at({2}), q = layout.places.at({3});
  const auto at = lost.place_of(message_target(7));
  ASSERT_TRUE(at);
  EXPECT_NEAR(at->x, (p.x + q.x) / 2, 8);
  EXPECT_NEAR(at->y, (p.y + q.y) / 2, 8);
  EXPECT_NE(whole.place_of(message_target(7))->x, at->x);
}

TEST(Ring, MessagesThatWouldHideEachOtherAreSmallAndHaveNoWords) {
  Sample sample;
  const auto numbers = [&](const Drawn& drawn) {
    std::size_t count = 0;
    for (const Shape& shape : drawn.list.shapes())
      count += shape.kind == ShapeKind::kText && drawn.list.text_of(shape) == "2" &&
               shape.style.weight == 700;
    return count;
  };
  ASSERT_EQ(numbers(Drawn(sample.view)), 1u);  // of entries
  const std::size_t alone = Drawn(sample.view).list.shapes().size();
  const sim::MessageView one = sample.view.messages[0];
  for (std::uint64_t i = 1; i < 60; ++i) {
    sim::MessageView more = one;
    more.id = 100 + i;
    more.sent = {one.sent.millis + i};
    sample.view.messages.push_back(more);
  }
  const Drawn crowd(sample.view);
  EXPECT_EQ(numbers(crowd), 0u);
  // A sign each, and no trails.
  EXPECT_LT(crowd.list.shapes().size(), alone + 60);
  for (std::uint64_t i = 1; i < 60; ++i) EXPECT_TRUE(crowd.place_of(message_target(100 + i)));
  RingInput input;
  input.selected = message_target(130);
  EXPECT_EQ(numbers(Drawn(sample.view, input)), 1u);
}

TEST(Ring, TwoLanesPerLink) {
  const Lane there = lane({0, 0}, {100, 0}, 10, 6), back = lane({100, 0}, {0, 0}, 10, 6);
  EXPECT_FLOAT_EQ(there.from.y, 6);  // to the right of its direction, seen from the sender
  EXPECT_FLOAT_EQ(back.from.y, -6);
  EXPECT_FLOAT_EQ(there.from.x, 10);
  EXPECT_FLOAT_EQ(there.to.x, 90);
}

TEST(Ring, HiddenHeartbeatAnswersCanBeShown) {
  Sample sample;
  sample.view.messages[0].type = "heartbeat-reply";
  EXPECT_FALSE(Drawn(sample.view).place_of(message_target(7)));
  RingInput input;
  input.stage = kStage;
  input.show_heartbeat_replies = true;
  EXPECT_TRUE(Drawn(sample.view, input).place_of(message_target(7)));
}

TEST(Ring, SaysWhatADownNodesDiskKeeps) {
  Sample sample;
  sample.view.nodes[4].state = sim::NodeState::kDown;
  EXPECT_TRUE(Drawn(sample.view).says("keeps term 4, 6 entries"));
}

TEST(Ring, ARequestWaitsWhereItWasSent) {
  Sample sample;
  sample.view.requests.clear();
  sim::RequestView request;
  request.id = request.client = 1;
  request.asked = {2};  // the leader
  sample.view.requests.push_back(request);
  EXPECT_TRUE(Drawn(sample.view).says("waiting for an answer"));
  EXPECT_FALSE(Drawn(sample.view).says("1 request waits"));
  sample.view.requests.edit(0).asked = {3};
  EXPECT_FALSE(Drawn(sample.view).says("waiting for an answer"));
  EXPECT_TRUE(Drawn(sample.view).says("1 request waits"));
}

// Words that lie over other words, as "a / b"; none: empty.
std::string words_over_words(const DisplayList& list) {
  struct Place {
    std::string text;
    Box box;
  };
  std::vector<Place> places;
  for (const Shape& shape : list.shapes()) {
    if (shape.kind != ShapeKind::kText || shape.count == 0) continue;
    const std::string text(list.text_of(shape));
    if (text.find_first_not_of(' ') == std::string::npos) continue;
    const Box box{shape.box.x + 0.5f, shape.box.y - 0.75f * shape.style.size, shape.box.w - 1,
                  0.8f * shape.style.size};
    for (const Place& other : places) {
      if (box.x < other.box.right() && other.box.x < box.right() && box.y < other.box.bottom() &&
          other.box.y < box.bottom())
        return other.text + " / " + text;
    }
    places.push_back({text, box});
  }
  return "";
}

// So many nodes in a narrow stage, every link lossy, requests waiting at the leader.
Sample narrow_sample(std::size_t nodes) {
  Sample sample;
  sample.view.network_preset.clear();
  sample.view.messages.clear();
  while (sample.view.nodes.size() > nodes) sample.view.nodes.pop_back();
  while (sample.view.nodes.size() < nodes) {
    sim::NodeView node = sample.view.nodes[2];
    node.id = {sample.view.nodes.size() + 1};
    sample.view.nodes.push_back(node);
  }
  sample.view.links.clear();
  for (std::uint64_t a = 1; a <= nodes; ++a) {
    for (std::uint64_t b = 1; b <= nodes; ++b) {
      if (a == b) continue;
      sim::LinkView link{{{a}, 0}, {{b}, 0}, false, false, {}};
      link.quality.loss = {1, 2};
      sample.view.links.push_back(link);
    }
  }
  for (sim::NodeView& node : sample.view.nodes) {
    node.config.voters.clear();
    for (std::uint64_t v = 1; v <= nodes; ++v) node.config.voters.push_back({v});
  }
  for (int i = 0; i < 3; ++i) {
    sim::RequestView request;
    request.id = request.client = 1 + static_cast<std::uint64_t>(i);
    request.asked = {2};
    sample.view.requests.push_back(request);
  }
  return sample;
}

TEST(Ring, WordsKeepApartWhereItIsNarrow) {
  for (const std::size_t nodes : {3u, 4u, 5u, 6u, 7u, 8u}) {
    const Sample sample = narrow_sample(nodes);
    for (const float w : {440.0f, 460.0f, 480.0f, 620.0f}) {
      RingInput input;
      input.stage = {0, 0, w, 363};
      input.small = true;
      const Drawn drawn(sample.view, input);
      EXPECT_EQ(words_over_words(drawn.list), "") << nodes << " nodes, " << w;
      // The dashes alone do not say how much is lost.
      EXPECT_TRUE(drawn.says("1/2")) << nodes << " nodes, " << w;
    }
  }
}

TEST(Ring, LabelsOfLostMessagesKeepApart) {
  Sample sample;
  sample.view.messages.clear();
  std::vector<LostMessage> ways;
  for (std::uint64_t a = 1; a <= 5; ++a) {
    for (std::uint64_t b = 1; b <= 5; ++b) {
      if (a == b) continue;
      LostMessage lost;
      lost.id = 40 + ways.size();
      lost.type = "append";
      lost.from = {{a}, 0};
      lost.to = {{b}, 0};
      lost.term = {4};
      lost.why = "lost on the way";
      ways.push_back(lost);
      lost.id += 1;
      lost.why = "n" + std::to_string(a) + " to n" + std::to_string(b) + " is cut";
      lost.at_cut = true;
      ways.push_back(lost);
    }
  }
  std::size_t both = 0;
  for (const float w : {460.0f, 700.0f, 900.0f}) {
    for (const LostMessage& one : ways) {
      for (const LostMessage& other : ways) {
        if (one.id == other.id) continue;
        RingInput input;
        input.stage = {0, 0, w, 420};
        input.small = true;
        input.lost = {one, other};
        const Drawn drawn(sample.view, input);
        // Their grounds, which reach beyond the words, must not touch, and lie on no message.
        std::vector<Box> grounds;
        for (std::size_t i = 1; i < drawn.list.shapes().size(); ++i) {
          const Shape& shape = drawn.list.shapes()[i];
          if (shape.kind == ShapeKind::kText &&
              drawn.list.text_of(shape).find(" lost") != std::string_view::npos)
            grounds.push_back(drawn.list.shapes()[i - 1].box);
        }
        ASSERT_LE(grounds.size(), 2u);
        for (const Shape& shape : drawn.list.shapes()) {
          if (shape.kind != ShapeKind::kRect || shape.paint.dash_on == 0) continue;
          const Box& sign = shape.box;
          for (const Box& ground : grounds) {
            EXPECT_FALSE(ground.contains({sign.x + sign.w / 2, sign.y + sign.h / 2}))
                << w << ": m" << one.id << " and m" << other.id;
          }
        }
        if (grounds.size() < 2) continue;
        ++both;
        EXPECT_TRUE(grounds[0].right() < grounds[1].x || grounds[1].right() < grounds[0].x ||
                    grounds[0].bottom() < grounds[1].y || grounds[1].bottom() < grounds[0].y)
            << w << ": m" << one.id << " and m" << other.id;
      }
    }
  }
  EXPECT_GT(both, 500u);
}

TEST(Ring, NamesThePartition) {
  Sample sample;
  sample.view.partition = {{{1}, {2}}, {{3}, {4}, {5}}};
  EXPECT_TRUE(Drawn(sample.view).says("partition {n1 n2} {n3 n4 n5}"));
}

TEST(Ring, EverySizeOfClusterAndStageFits) {
  for (std::size_t nodes = 1; nodes <= 5; ++nodes) {
    Sample sample;
    sample.view.nodes.resize(nodes);
    for (const Box stage :
         {Box{0, 0, 684, 376}, kStage, Box{0, 0, 300, 200}, Box{0, 0, 3600, 1700}}) {
      RingInput input;
      input.stage = stage;
      input.small = stage.w < 1000;
      const Drawn drawn(sample.view, input);
      for (const auto& [node, place] : layout_ring(sample.view, stage, input.small).places)
        EXPECT_TRUE(stage.contains(place));
    }
  }
}

// Of the texts, where they lie.
std::vector<Box> text_boxes(const Drawn& drawn) {
  std::vector<Box> out;
  for (const Shape& shape : drawn.list.shapes()) {
    if (shape.kind != ShapeKind::kText) continue;
    const Style& style = shape.style;
    const float w =
        drawn.measure.width(drawn.list.text_of(shape), style.size, style.face, style.weight);
    const float x = style.anchor == Anchor::kStart    ? shape.box.x
                    : style.anchor == Anchor::kMiddle ? shape.box.x - w / 2
                                                      : shape.box.x - w;
    out.push_back({x + 1, shape.box.y - style.size * 0.7f, w - 2, style.size * 0.7f});
  }
  return out;
}

bool overlap(const Box& a, const Box& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

TEST(Ring, NoTextLiesOverAnotherHoweverManyNodesThereAre) {
  for (std::uint64_t nodes = 2; nodes <= 9; ++nodes) {
    Sample sample;
    sample.view.messages.clear();
    sample.view.nodes.resize(std::min<std::uint64_t>(nodes, 5));
    for (std::uint64_t id = 6; id <= nodes; ++id) {
      sim::NodeView node = sample.view.nodes[2];
      node.id = {id};
      sample.view.nodes.push_back(node);
    }
    for (const Box stage : {Box{0, 0, 684, 376}, kStage, Box{0, 0, 460, 430}, Box{0, 0, 620, 330},
                            Box{0, 0, 900, 330}}) {
      if (stage.w < 500 && nodes % 2 == 0) continue;  // nobody has room there beside a node
      RingInput input;
      input.stage = stage;
      input.small = stage.w < 1000;
      input.told = {212, "n1 appended entry 3", "the leader sent it"};
      const std::vector<Box> boxes = text_boxes(Drawn(sample.view, input));
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        for (std::size_t j = i + 1; j < boxes.size(); ++j) {
          EXPECT_FALSE(overlap(boxes[i], boxes[j]))
              << nodes << " nodes on " << stage.w << "x" << stage.h << ": " << boxes[i].x << ","
              << boxes[i].y << " and " << boxes[j].x << "," << boxes[j].y;
        }
      }
    }
  }
}

TEST(Ring, TheNarrationLiesBelowTheLowestNode) {
  for (std::size_t nodes = 1; nodes <= 5; ++nodes) {
    Sample sample;
    sample.view.nodes.resize(nodes);
    const Box stage{0, 0, 684, 376};
    const RingLayout layout = layout_ring(sample.view, stage, true);
    for (const auto& [node, place] : layout.places)
      EXPECT_LE(place.y + layout.r + layout.rim, stage.bottom() - 30) << nodes;
  }
}

TEST(Ring, WhatIsHeldIsSeenBetweenNodesAndOnTheWayToAClient) {
  for (const bool inbox : {false, true}) {
    Sample sample;
    sim::MessageView held = sample.view.messages.front();
    held.due.reset();
    sim::MessageView answer = held;
    answer.id = 9;
    answer.type = "reply";
    answer.from = {{1}, 0};
    answer.to = {{}, 1};
    sample.view.messages = {held, answer};
    RingInput input;
    input.stage = kStage;
    input.inbox = inbox;
    const Drawn drawn(sample.view, input);
    EXPECT_TRUE(drawn.place_of(message_target(held.id))) << inbox;
    EXPECT_TRUE(drawn.place_of(message_target(answer.id))) << inbox;
  }
}

TEST(Inbox, MessagesWaitBesideTheirReceiverTheNextDueOnTop) {
  Sample sample;
  sim::MessageView later = sample.view.messages.front();
  later.id = 8;
  later.due = sim::Instant{344000};
  sim::MessageView held = later;
  held.id = 5;
  held.due.reset();
  sample.view.messages = {held, sample.view.messages.front(), later};
  const auto order = in_order_of_arrival(sample.view);
  ASSERT_EQ(order.size(), 3u);
  EXPECT_EQ(order[0]->id, 7u);
  EXPECT_EQ(order[1]->id, 8u);
  EXPECT_EQ(order[2]->id, 5u);
  RingInput input;
  input.stage = kStage;
  input.inbox = true;
  const Drawn drawn(sample.view, input);
  const auto first = drawn.place_of(message_target(7)), second = drawn.place_of(message_target(8));
  ASSERT_TRUE(first && second);
  EXPECT_LT(first->y, second->y);
  EXPECT_EQ(first->x, second->x);
  const Point node = layout_ring(sample.view, kStage, false).places.at({3});
  EXPECT_LT(std::abs(first->y - node.y), 90);
  EXPECT_TRUE(drawn.says("m7"));
}

TEST(Text, HostileTextBecomesPrintable) {
  EXPECT_EQ(printable("a\x01\nb"), "a\\x01\\x0Ab");
  EXPECT_EQ(printable("\xff\xc3"), "\\xFF\\xC3");
  EXPECT_EQ(printable("é–§"), "é–§");
  const RoughMeasure measure;
  const std::string cut = shortened(measure, std::string(100000, 'x'), 100, {.size = 10});
  EXPECT_LE(measure.width(cut, 10, Face::kSans, 400), 100);
  EXPECT_EQ(cut.substr(cut.size() - 3), "…");
}

}  // namespace
}  // namespace scene
