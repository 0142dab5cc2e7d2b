// What the inspector says a receiver will do is what it does: forecasts against deliveries.
#include "app/ui/forecast.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "app/scene/ring.h"
#include "app/session/run_scenario.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

struct Happened {
  Forecast::Answer answer = Forecast::Answer::kNone;
  bool appends = false, truncates = false;
  std::uint64_t commit = 0;
};

// The answers that a node sends to another within a tick in which nothing else reaches it, in a
// run made again up to this moment. With a message, that is delivered first.
std::vector<raft::Message> answers(const session::Session& session, raft::NodeId of,
                                   raft::NodeId to, std::optional<std::uint64_t> message) {
  auto twin = session::Session::replay(session.recording());
  EXPECT_TRUE(twin);
  const std::uint64_t before = twin->facts().back().id;
  if (message) {
    sim::MessageSelector selector;
    selector.id = *message;
    EXPECT_TRUE(twin->act(sim::Deliver{selector}));
  }
  EXPECT_TRUE(twin->act(sim::Partition{{{of}}}));
  twin->tick(sim::ticks(1));
  std::vector<raft::Message> out;
  for (const sim::Fact& fact : twin->facts()) {
    if (fact.id <= before || fact.kind != sim::FactKind::kSend || !fact.content) continue;
    if (fact.node == of && fact.to.node == to && raft::is_reply(fact.content->type))
      out.push_back(*fact.content);
  }
  return out;
}

// Delivers the message and looks at what came of it. An answer that waits for the disk leaves with
// a write, which may be that of an earlier message: so what the node sends without the message is
// taken from what it sends with it.
Happened deliver(session::Session& session, std::uint64_t id, const raft::Message& message) {
  Happened out;
  if (!raft::is_reply(message.type)) {
    std::vector<raft::Message> with = answers(session, message.to, message.from, id);
    std::vector<raft::Message> without;
    if (!with.empty()) without = answers(session, message.to, message.from, {});
    for (const raft::Message& other : without) {
      const auto same = std::find(with.begin(), with.end(), other);
      EXPECT_NE(same, with.end()) << "m" << id << " changed an answer to another message";
      if (same != with.end()) with.erase(same);
    }
    EXPECT_LE(with.size(), 1u) << "m" << id << " is answered twice";
    if (!with.empty())
      out.answer = with.front().reject ? Forecast::Answer::kNo : Forecast::Answer::kYes;
  }
  sim::MessageSelector selector;
  selector.id = id;
  const std::uint64_t before = session.facts().back().id;
  EXPECT_TRUE(session.act(sim::Deliver{selector}));
  const std::uint64_t event = session.facts().back().event;
  bool received = false;
  for (const sim::Fact& fact : session.facts()) {
    if (fact.id <= before || fact.event != event || fact.node != message.to) continue;
    received = received || (fact.kind == sim::FactKind::kReceive && fact.message == id);
    out.appends = out.appends || (fact.kind == sim::FactKind::kAppend &&
                                  message.type == raft::MessageType::kAppend);
    out.truncates = out.truncates || fact.kind == sim::FactKind::kTruncate;
    if (fact.kind == sim::FactKind::kCommit) out.commit = fact.core.index.value;
  }
  EXPECT_TRUE(received);
  session.tick(sim::ticks(1));
  return out;
}

TEST(Forecasts, ComeTrue) {
  std::size_t seen = 0, refused = 0, appended = 0, truncated = 0, committed = 0, silent = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    session::Session session = started(seed);
    ASSERT_TRUE(session.act(sim::SetNetwork{"adversarial"}));
    for (std::uint64_t step = 0; step < 70; ++step) {
      session.tick(sim::ticks(1));
      if (step % 3 == 1) {
        sim::Request put;
        put.key = "x";
        put.value = std::to_string(step);
        put.via = raft::NodeId{1 + step % 5};
        (void)session.act(put);
      }
      // The leader is parted from the rest now and then, and goes on appending.
      if (step % 20 == 12 && session.view().leader.value != 0) {
        ASSERT_TRUE(session.act(sim::Partition{{{session.view().leader}}}));
      }
      if (step % 20 == 19) {
        ASSERT_TRUE(session.act(sim::Heal{}));
      }
      const sim::ClusterView& view = session.view();
      const sim::MessageView* chosen = nullptr;
      for (const sim::MessageView& message : view.messages) {
        const bool between = message.message != nullptr && message.fate == sim::Fate::kArrives;
        // Rare kinds first.
        if (!between) continue;
        if (chosen == nullptr || (chosen->type == "heartbeat" || chosen->type == "heartbeat-reply"))
          chosen = &message;
      }
      if (chosen == nullptr) continue;
      const Forecast told = forecast(view, *chosen);
      if (!told.sure) continue;
      ASSERT_FALSE(told.steps.empty());
      const raft::Message message = *chosen->message;
      const std::string what = "seed " + std::to_string(seed) + ", m" + std::to_string(chosen->id) +
                               " " + std::string(chosen->type) + " at " +
                               sim::screen_text(view.position.at);
      const Happened happened = deliver(session, chosen->id, message);
      if (raft::is_reply(message.type)) continue;
      EXPECT_EQ(told.answer, happened.answer) << what;
      EXPECT_EQ(told.appends, happened.appends) << what;
      EXPECT_EQ(told.truncates, happened.truncates) << what;
      EXPECT_EQ(told.commit, happened.commit) << what;
      ++seen;
      refused += told.answer == Forecast::Answer::kNo;
      silent += told.answer == Forecast::Answer::kNone;
      appended += told.appends;
      truncated += told.truncates;
      committed += told.commit > 0;
    }
  }
  // The runs have something of everything.
  EXPECT_GT(seen, 100u);
  EXPECT_GT(refused, 3u);
  EXPECT_GT(appended, 3u);
  EXPECT_GT(committed, 3u);
  EXPECT_GT(silent, 0u);
  RecordProperty("truncated", static_cast<int>(truncated));
}

}  // namespace
}  // namespace ui
