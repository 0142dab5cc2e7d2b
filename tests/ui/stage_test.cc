// The stage: its share of the window, acting on nodes and messages where one looks, the inbox, demo
// mode.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "app/scenario/parser.h"
#include "app/scene/logs.h"
#include "app/ui/app_layout.h"
#include "app/ui/node_actions.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

std::string name_of(raft::NodeId node) { return "n" + std::to_string(node.value); }

void settle(Harness& h) {
  ASSERT_TRUE(h.frames_until(400, [&] { return !h.session().seeking(); }));
}

// A leader, and messages on their way.
session::Session with_messages() {
  session::Session session = with_leader();
  while (session.view().messages.size() < 4) session.step_event();
  return session;
}

raft::NodeId some_follower(const sim::ClusterView& view) {
  for (const sim::NodeView& node : view.nodes) {
    if (node.id != view.leader) return node.id;
  }
  return {};
}

std::string last_line(Harness& h) {
  const auto commands = h.session().commands();
  return commands.empty() ? "" : commands.back().line;
}

bool in_flight(const sim::ClusterView& view, std::uint64_t id) {
  return std::any_of(view.messages.begin(), view.messages.end(),
                     [id](const sim::MessageView& message) { return message.id == id; });
}

TEST(Layout, TheStageKeepsAHeightInWhichTheRingCanBeRead) {
  // Units: 1920x1080 at 200 %, 1280x720 at 150 %, and whole windows.
  const std::pair<float, float> sizes[] = {{960, 540},  {853, 480},  {800, 600},  {1024, 768},
                                           {1280, 720}, {1440, 900}, {1920, 1080}};
  for (const auto& [w, h] : sizes) {
    for (const bool both : {false, true}) {
      LayoutWishes wishes;
      wishes.both = both;
      const Layout layout = layout_window(w, h, wishes);
      EXPECT_GE(layout.stage.h, 270) << w << "x" << h;
      EXPECT_NE(layout.has_logs, layout.logs_aside) << w << "x" << h;
      EXPECT_LE(layout.stage.bottom(), layout.time.y + 0.5f);
    }
  }
  EXPECT_TRUE(layout_window(1280, 720, {.both = true}).stacked);
  EXPECT_TRUE(layout_window(1920, 1080, {.both = true}).beside);
}

TEST(Layout, LogsThatFindNoPlaceAreAPage) {
  Harness h(with_leader(), 1920, 1080);
  h.state().scale = 2;
  h.frame(3);
  ASSERT_TRUE(h.has("tab:Logs"));
  ASSERT_TRUE(h.click("tab:Logs"));
  EXPECT_TRUE(h.has("logs"));
}

TEST(Stage, BothSaysWhyItIsNotShown) {
  Harness h(with_leader(), 960, 540);
  h.key('B');
  h.frame(2);
  EXPECT_EQ(h.state().stage_view, StageView::kSequence);
  EXPECT_NE(h.state().notice.find("more room"), std::string::npos);
  Harness roomy(with_leader(), 1280, 720);
  roomy.key('B');
  roomy.frame(2);
  EXPECT_EQ(roomy.state().stage_view, StageView::kBoth);
  EXPECT_TRUE(roomy.has("sequence"));
  EXPECT_TRUE(roomy.has("stage"));
}

TEST(NodeMenu, HasAllThatTheTableHas) {
  Harness h(with_leader());
  const std::string node = "node:" + name_of(some_follower(h.view()));
  for (const NodePage page :
       {NodePage::kFirst, NodePage::kCrash, NodePage::kDisk, NodePage::kMembers}) {
    ASSERT_TRUE(h.right_click(node));
    if (page != NodePage::kFirst) {
      ASSERT_TRUE(h.click("node.page." + std::to_string(static_cast<int>(page))));
      h.frame(2);
      EXPECT_TRUE(h.has("node.back"));
    }
    for (const ActionInfo& row : action_table()) {
      if (row.page != page) continue;
      EXPECT_TRUE(h.has("node." + std::string(row.name.substr(row.name.find('.') + 1))))
          << row.name;
    }
    h.key(key::kEscape);
    h.frame(2);
  }
}

TEST(NodeMenu, FillsADiskAndMendsIt) {
  Harness h(with_leader());
  const raft::NodeId node = some_follower(h.view());
  const std::string disk = "node.page." + std::to_string(static_cast<int>(NodePage::kDisk));
  ASSERT_TRUE(h.right_click("node:" + name_of(node)));
  ASSERT_TRUE(h.click(disk));
  h.frame(2);
  ASSERT_TRUE(h.click("node.disk_full"));
  EXPECT_EQ(last_line(h), "disk " + name_of(node) + " full");
  ASSERT_TRUE(h.right_click("node:" + name_of(node)));
  ASSERT_TRUE(h.click(disk));
  h.frame(2);
  ASSERT_TRUE(h.click("node.disk_ok"));
  EXPECT_TRUE(h.view().node(node)->disk_faults.empty());
}

TEST(NodeActions, EachMakesALineThatIsCarriedOut) {
  for (const ActionInfo& row : action_table()) {
    if (row.page == NodePage::kNone) continue;
    Harness h(with_leader());
    ASSERT_TRUE(h.session().execute(*scenario::parse_statement("put x 1", "test")));
    h.session().tick(sim::ticks(6));
    const raft::NodeId node = some_follower(h.view());
    h.key(static_cast<int>('0' + node.value));
    const bool off = !h.app().why_off(row.action).empty();
    const std::string line = h.app().line_of(row.action);
    h.app().perform(row.action);
    if (off) continue;  // said why; what follows is of those that can be done
    EXPECT_EQ(last_line(h), line) << row.name;
    EXPECT_EQ(h.state().console.error, "") << row.name;
  }
}

TEST(NodeActions, FLetsATimerFire) {
  Harness h(with_leader());
  const raft::NodeId node = some_follower(h.view());
  const raft::Term term = h.view().node(node)->term;
  h.key(static_cast<int>('0' + node.value));
  h.key('F');
  EXPECT_EQ(last_line(h), "timer " + name_of(node) + " 1");
  h.session().tick(sim::ticks(1));
  EXPECT_GT(h.view().node(node)->term, term);
}

TEST(NodeActions, TheFaultsPaneOpensTheMenuOfADisk) {
  Harness h(with_leader(), 1920, 1400);
  h.key(key::kF3);
  h.frame(2);
  ASSERT_TRUE(h.click("faults.disk:n3"));
  h.frame(2);
  ASSERT_TRUE(h.click("node.disk_lie"));
  EXPECT_EQ(last_line(h), "disk n3 lie");
  ASSERT_TRUE(h.click("faults.add_node"));
  EXPECT_EQ(last_line(h), "change +n6");
}

TEST(Refusals, AChangeThatIsRefusedIsSeenWithItsReason) {
  Harness h(with_leader());
  h.app().perform(Action::kAddNode);
  EXPECT_EQ(h.state().notice, "");
  h.app().perform(Action::kAddNode);
  EXPECT_NE(h.state().notice.find("refuses the change of members: "), std::string::npos)
      << h.state().notice;
  h.frame(2);
  EXPECT_NE(h.state().told.what.find("refuses the change"), std::string::npos)
      << h.state().told.what;
}

TEST(Refusals, ATransferThatDoesNothingAndRotHaveASentence) {
  Harness h(with_leader());
  const std::string leader = name_of(h.view().leader);
  ASSERT_TRUE(h.session().execute(*scenario::parse_statement("transfer " + leader, "test")));
  h.frame(2);
  EXPECT_EQ(h.state().told.what, leader + " leads already: nothing is handed over");
  ASSERT_TRUE(h.session().execute(*scenario::parse_statement("disk n4 rot vote", "test")));
  h.frame(2);
  EXPECT_EQ(h.state().told.what, "n4's disk has let term and vote rot");
  EXPECT_NE(h.state().told.why, "");
}

TEST(Inbox, KeysGoThroughWhatIsDue) {
  Harness h(with_messages());
  h.key('I');
  ASSERT_TRUE(h.state().inbox);
  h.frame(2);
  const auto chosen = [&] { return h.state().selected.message; };
  ASSERT_EQ(h.state().selected.kind, scene::Target::Kind::kMessage);
  std::uint64_t first = chosen();
  EXPECT_EQ(first, scene::in_order_of_arrival(h.view()).front()->id);
  h.key(key::kDown);
  EXPECT_EQ(chosen(), scene::in_order_of_arrival(h.view())[1]->id);
  h.key(key::kUp);
  EXPECT_EQ(chosen(), first);
  const sim::Instant before = h.session().position().at;
  h.key(key::kEnter);
  EXPECT_EQ(last_line(h), "deliver m" + std::to_string(first));
  EXPECT_FALSE(in_flight(h.view(), first));
  EXPECT_EQ(h.session().position().at, before);
  first = chosen();  // the next one is chosen
  ASSERT_TRUE(in_flight(h.view(), first));
  const std::string id = "m" + std::to_string(first);
  h.key('D');
  EXPECT_EQ(last_line(h), "dup " + id);
  h.key('L');
  EXPECT_EQ(last_line(h), "delay " + id + " 5");
  h.key('K');
  EXPECT_EQ(last_line(h).rfind("hold ", 0), 0u);
  h.key('K');
  EXPECT_EQ(last_line(h).rfind("release ", 0), 0u);
  h.key(key::kDelete);
  EXPECT_EQ(last_line(h), "drop " + id);
}

TEST(Inbox, AClickChoosesAndTheMenuActs) {
  Harness h(with_messages());
  ASSERT_TRUE(h.click("menu:View"));
  h.frame(2);
  ASSERT_TRUE(h.click("view.inbox"));
  h.frame(2);
  // What is not among the first of its queue has no place; the first of all has.
  const std::uint64_t id = scene::in_order_of_arrival(h.view()).front()->id;
  const std::string name = "message:m" + std::to_string(id);
  h.state().selected = {};
  h.frame(2);
  ASSERT_TRUE(h.click(name));
  EXPECT_EQ(h.state().selected.message, id);
  ASSERT_TRUE(h.right_click(name));
  ASSERT_TRUE(h.click("menu.deliver"));
  EXPECT_EQ(last_line(h), "deliver m" + std::to_string(id));
  // Space lets them fly again, and stops them.
  h.key(key::kSpace);
  EXPECT_TRUE(h.state().playing);
  h.key(key::kSpace);
  EXPECT_TRUE(h.state().inbox);
  h.key('I');
  EXPECT_FALSE(h.state().inbox);
}

TEST(Demo, ShowsTheRingAloneAndAClickerGoesThroughBookmarks) {
  Harness h(with_leader(), 1024, 768);
  h.session().bookmark("a leader");
  const sim::Position there = h.session().position();
  h.session().tick(sim::ticks(10));
  h.key(key::kF11);
  h.frame(2);
  EXPECT_TRUE(h.has("demo.tape"));
  EXPECT_FALSE(h.has("console"));
  EXPECT_FALSE(h.has("tab:Store"));
  EXPECT_TRUE(h.has("node:n1"));
  EXPECT_EQ(h.state().demo.title, "a leader");
  h.key(key::kPageUp);
  settle(h);
  EXPECT_EQ(h.session().position(), there);
  // Behind the last bookmark the other key of a clicker plays and stops.
  h.key(key::kPageDown);
  EXPECT_TRUE(h.state().playing);
  h.key(key::kPageDown);
  EXPECT_FALSE(h.state().playing);
  h.key(key::kEscape);
  h.frame(2);
  EXPECT_FALSE(h.state().demo.on);
  EXPECT_TRUE(h.has("console"));
}

TEST(Demo, IsLargerThanTheWindowOtherwise) {
  Harness h(with_leader(), 1920, 1080);
  const float plain = h.app().gui().k;
  h.key(key::kF11);
  h.frame(3);
  EXPECT_GT(h.app().gui().k, 1.5f * plain);
}

TEST(Logs, HoverTellsTheEntryInFull) {
  Harness h(with_leader());
  ASSERT_TRUE(h.session().execute(*scenario::parse_statement("put pear 5", "test")));
  h.session().tick(sim::ticks(6));
  h.frame(2);
  const auto place = h.app().gui().widgets.find("logs");
  ASSERT_TRUE(place);
  const float k = h.app().gui().k;
  scene::Box panel{0, 0, (place->max.x - place->min.x) / k, (place->max.y - place->min.y) / k};
  const scene::LogsLayout g = scene::layout_logs(h.view(), panel, false);
  ImGui::GetIO().MousePos = {place->min.x + (g.x0 + 1.5f * g.column) * k,
                             place->min.y + (g.top + 5) * k};
  h.frame(60);
  ASSERT_TRUE(h.app().gui().tip);
  EXPECT_NE(h.app().gui().tip->what.find("put pear=5"), std::string::npos)
      << h.app().gui().tip->what;
  EXPECT_NE(h.app().gui().tip->more.find("5 of 5"), std::string::npos) << h.app().gui().tip->more;
}

TEST(Caption, TellsWhatSomebodyDidToTheNetwork) {
  Harness h(with_leader());
  const auto told = [&](const std::string& line) {
    EXPECT_TRUE(h.session().execute(*scenario::parse_statement(line, "t"))) << line;
    h.frame(2);
    return h.state().told.what;
  };
  EXPECT_EQ(told("partition {n1 n2} {n3 n4 n5}"),
            "The network is cut into parts: n1 n2 | n3 n4 n5");
  EXPECT_EQ(told("cut n3->n4"), "The link n3→n4 is cut");
  EXPECT_EQ(told("mend n3->n4"), "The link n3→n4 is whole again");
  EXPECT_EQ(told("links only n1-n2 n2-n3"), "All links are cut but n1–n2, n2–n3");
  EXPECT_EQ(told("heal"), "All links are whole again");
  EXPECT_EQ(h.state().told.event, h.session().position().events);
  // What happens later is told in its turn, and before it time knows nothing of it.
  EXPECT_EQ(told("crash n2"), "n2 crashes");
  for (int i = 0; i < 2; ++i) {
    h.key(key::kLeft);
    settle(h);
  }
  h.frame(2);
  EXPECT_EQ(h.state().told.what, "All links are cut but n1–n2, n2–n3");
}

TEST(Caption, SaysInPlainWordsHowARequestEnded) {
  for (const char* ending :
       {"ok", "dropped", "unknown", "refused not-leader", "refused stale-command",
        "refused epoch-not-match", "refused store-not-match"}) {
    sim::Fact fact;
    fact.kind = sim::FactKind::kRequest;
    fact.client = 1;
    fact.message = 2;
    fact.text = ending;
    const sim::Narration words = plain_words(fact);
    EXPECT_EQ(words.what.rfind("c1's request r2 ", 0), 0u) << words.what;
    EXPECT_EQ((words.what + words.reason).find('-'), std::string::npos) << words.reason;
    EXPECT_TRUE(scene::knows_sentence(words.what)) << words.what;
    EXPECT_TRUE(words.reason.empty() || scene::knows_sentence(words.reason)) << words.reason;
  }
  sim::Fact call;
  call.kind = sim::FactKind::kRequest;
  call.client = 1;
  call.message = 2;
  call.text = "put x ok";
  EXPECT_EQ(plain_words(call).what, "c1: r2 put x ok");
}

}  // namespace
}  // namespace ui
