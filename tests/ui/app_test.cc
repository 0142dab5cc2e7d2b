// What a person does to the window, without a display.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "app/ui/completion.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

std::string folder() {
  const std::string path = testing::TempDir() + "raftarium_ui_" +
                           testing::UnitTest::GetInstance()->current_test_info()->name();
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

TEST(Window, PlayAdvancesTimeAndPauseStopsIt) {
  Harness h(started());
  h.state().speed = 7;  // ten ticks a second
  const auto before = h.session().position().at;
  ASSERT_TRUE(h.click("play"));
  h.frame(60);
  EXPECT_GT(h.session().position().at.millis, before.millis + 5000);
  h.key(key::kSpace);
  const auto stopped = h.session().position().at;
  h.frame(20);
  EXPECT_EQ(h.session().position().at, stopped);
}

TEST(Window, OneEventAndOneTick) {
  Harness h(started());
  h.key(key::kRight);
  EXPECT_EQ(h.session().position().events, 1u);
  const auto at = h.session().position().at;
  h.key('T');
  EXPECT_EQ(h.session().position().at.millis, at.millis + 1000);
  ASSERT_TRUE(h.click("event"));
  ASSERT_TRUE(h.click("tick"));
  EXPECT_EQ(h.session().position().at.millis / 1000, (at.millis + 2000) / 1000);
}

// A seek goes in slices, of which a slow machine needs several.
void settle(Harness& h) {
  EXPECT_TRUE(h.frames_until(2000, [&] { return !h.session().seeking(); }));
}

TEST(Window, TimeGoesBackByKeyAndOnTheTape) {
  Harness h(with_leader());
  h.session().tick(sim::ticks(60));
  h.key('T');
  const sim::Position tip = h.session().position();
  h.key(key::kLeft);
  settle(h);
  EXPECT_EQ(h.session().position().events, tip.events - 1);
  EXPECT_TRUE(h.session().in_past());
  h.key('R');
  settle(h);
  EXPECT_LT(h.session().position().at, tip.at);
  h.key(key::kHome);
  settle(h);
  EXPECT_EQ(h.session().position().events, 0u);
  h.key(key::kEnd);
  settle(h);
  EXPECT_EQ(h.session().position(), tip);
  EXPECT_FALSE(h.session().in_past());
  ASSERT_TRUE(h.click("tape"));
  settle(h);
  EXPECT_LT(h.session().position().at, tip.at);
  ASSERT_TRUE(h.click("event_back"));
  settle(h);
  EXPECT_EQ(h.session().branches(), 1u);
}

TEST(Window, ActingInThePastMakesABranchAndUndoGoesBack) {
  Harness h(with_leader());
  h.key(key::k1);
  h.key('C');
  ASSERT_EQ(h.session().commands().size(), 1u);
  h.key('T');
  const sim::Position tip = h.session().position();
  h.key('Z', true);
  EXPECT_EQ(h.session().commands().size(), 0u);
  EXPECT_EQ(h.session().branches(), 2u);
  h.key('Y', true);
  EXPECT_EQ(h.session().position(), tip);
  EXPECT_EQ(h.session().commands().size(), 1u);
  ASSERT_TRUE(h.click("console"));
  h.type("back 3");
  h.key(key::kEnter);
  settle(h);
  EXPECT_EQ(h.session().position().events, tip.events - 3);
  ASSERT_TRUE(h.click("console"));
  h.type("back x");
  h.key(key::kEnter);
  EXPECT_NE(h.state().console.error.find("expected a number"), std::string::npos);
}

TEST(Window, CrashingTheLeaderByMenuBringsANewOne) {
  Harness h(with_leader());
  const raft::NodeId old = h.view().leader;
  ASSERT_NE(old.value, 0u);
  ASSERT_TRUE(h.right_click("node:n" + std::to_string(old.value)));
  ASSERT_TRUE(h.has("node.crash"));
  ASSERT_TRUE(h.click("node.crash"));
  EXPECT_EQ(h.view().node(old)->state, sim::NodeState::kDown);
  EXPECT_EQ(h.state().console.echo, "crash n" + std::to_string(old.value));
  h.state().speed = 13;
  h.click("play");
  EXPECT_TRUE(
      h.frames_until(600, [&] { return h.view().leader.value != 0 && h.view().leader != old; }));
}

TEST(Window, WritingThroughTheConsoleShowsInTheStore) {
  Harness h(with_leader());
  h.key(key::kSlash);
  ASSERT_TRUE(h.state().console.active);
  EXPECT_EQ(h.state().console.text, "");
  h.type("put apple 7");
  h.key(key::kEnter);
  EXPECT_EQ(h.state().console.error, "");
  ASSERT_EQ(h.session().commands().size(), 1u);
  EXPECT_EQ(h.session().commands()[0].line, "put apple 7");
  h.session().tick(sim::ticks(6));
  const sim::NodeView* leader = h.view().node(h.view().leader);
  ASSERT_NE(leader, nullptr);
  ASSERT_EQ(leader->rows->count("apple"), 1u);
  // Up recalls it.
  h.key(key::kUp);
  EXPECT_EQ(h.state().console.text, "put apple 7");
}

TEST(Window, ConsoleErrorsStandInTheLineAndChangeNothing) {
  Harness h(with_leader());
  ASSERT_TRUE(h.click("console"));
  h.type("crush n1");
  h.key(key::kEnter);
  EXPECT_NE(h.state().console.error, "");
  EXPECT_EQ(h.session().commands().size(), 0u);
  EXPECT_EQ(h.state().console.text, "crush n1");  // to be corrected
}

TEST(Window, LettersTypedIntoTheConsoleAreNoShortcuts) {
  Harness h(with_leader());
  ASSERT_TRUE(h.click("console"));
  ImGui::GetIO().KeysDown[int{'T'}] = true;
  const auto at = h.session().position().at;
  h.frame(2);
  ImGui::GetIO().KeysDown[int{'T'}] = false;
  EXPECT_EQ(h.session().position().at, at);
}

TEST(Window, FaultsPaneCutsSplitsAndHeals) {
  Harness h(with_leader());
  EXPECT_FALSE(h.has("faults.split"));
  h.key(key::kF3);
  ASSERT_TRUE(h.has("matrix:n1->n4"));
  EXPECT_FALSE(h.enabled("faults.heal"));  // nothing is cut
  ASSERT_TRUE(h.click("matrix:n1->n4"));
  const auto cut = [&](std::uint64_t a, std::uint64_t b) {
    for (const sim::LinkView& link : h.view().links) {
      if (link.from.node.value == a && link.to.node.value == b) return link.cut;
    }
    return false;
  };
  EXPECT_TRUE(cut(1, 4));
  EXPECT_FALSE(cut(4, 1));
  ASSERT_TRUE(h.click("faults.split"));
  EXPECT_FALSE(h.view().partition.empty());
  h.frame();
  ASSERT_TRUE(h.enabled("faults.heal"));
  ASSERT_TRUE(h.click("faults.heal"));
  EXPECT_FALSE(cut(1, 4));
  EXPECT_TRUE(h.view().partition.empty());
  ASSERT_TRUE(h.click("network:wan"));
  EXPECT_EQ(h.view().network_preset, "wan");
}

TEST(Window, KeysChooseCrashAndRestart) {
  Harness h(with_leader());
  h.key('3');
  EXPECT_EQ(h.state().selected.kind, scene::Target::Kind::kNode);
  EXPECT_EQ(h.state().selected.node.value, 3u);
  h.key('C');
  EXPECT_EQ(h.view().node({3})->state, sim::NodeState::kDown);
  h.key('C');
  EXPECT_EQ(h.view().node({3})->state, sim::NodeState::kUp);
  h.key(key::kEscape);
  EXPECT_EQ(h.state().selected.kind, scene::Target::Kind::kNone);
}

TEST(Window, MessagesCanBeDroppedByHand) {
  Harness h(with_leader());
  h.session().tick({1000});
  while (h.view().messages.empty()) h.session().step_event();
  h.frame(2);
  std::uint64_t id = 0;
  for (const sim::MessageView& message : h.view().messages) {
    if (message.type == "heartbeat" || message.type == "append") id = message.id;
  }
  if (id == 0) GTEST_SKIP() << "no message of the leader is under way";
  const auto place = h.app().gui().widgets.find("message:m" + std::to_string(id));
  ASSERT_TRUE(place);
  h.state().selected.kind = scene::Target::Kind::kMessage;
  h.state().selected.message = id;
  h.frame(2);
  ASSERT_TRUE(h.click("message.drop"));
  for (const sim::MessageView& message : h.view().messages) EXPECT_NE(message.id, id);
  EXPECT_EQ(h.session().commands().back().line, "drop m" + std::to_string(id));
}

TEST(Window, SavesAndOpensARecording) {
  const std::string path = folder() + "/run.raftrec";
  Harness h(with_leader());
  h.key('1');
  h.key('C');
  h.session().tick(sim::ticks(30));
  const sim::Digest digest = h.session().cluster().digest();
  h.key('S', true);
  ASSERT_EQ(h.state().dialog.open, Dialog::kSave);
  h.replace(path);
  ASSERT_TRUE(h.click("dialog.yes"));
  EXPECT_EQ(h.state().dialog.open, Dialog::kNone) << h.state().dialog.error;
  ASSERT_TRUE(std::filesystem::exists(path));
  // Again under the same name asks.
  h.app().perform(Action::kSaveAs);
  h.frame(2);
  h.replace(path);
  ASSERT_TRUE(h.click("dialog.yes"));
  EXPECT_EQ(h.state().dialog.open, Dialog::kOverwrite);
  h.key(key::kEscape);
  h.key(key::kEscape);
  EXPECT_EQ(h.state().dialog.open, Dialog::kNone);
  h.session().tick(sim::ticks(5));
  EXPECT_NE(h.session().cluster().digest(), digest);
  h.key('O', true);
  ASSERT_EQ(h.state().dialog.open, Dialog::kOpen);
  h.replace(path);
  ASSERT_TRUE(h.click("dialog.yes"));
  EXPECT_EQ(h.state().dialog.open, Dialog::kNone) << h.state().dialog.error;
  EXPECT_EQ(h.session().cluster().digest(), digest);
}

TEST(Window, OpeningWhatIsNotThereSaysSo) {
  Harness h(with_leader());
  const sim::Digest digest = h.session().cluster().digest();
  h.key('O', true);
  h.replace("/nowhere/run.raftrec");
  ASSERT_TRUE(h.click("dialog.yes"));
  EXPECT_EQ(h.state().dialog.open, Dialog::kOpen);
  EXPECT_NE(h.state().dialog.error.find("/nowhere/run.raftrec"), std::string::npos);
  EXPECT_EQ(h.session().cluster().digest(), digest);
}

TEST(Window, NewRunWithAnotherSeed) {
  Harness h(with_leader());
  h.key('N', true);
  h.replace("77");
  h.state().dialog.nodes = "12";
  ASSERT_TRUE(h.click("dialog.yes"));
  EXPECT_EQ(h.state().dialog.open, Dialog::kNew);  // 1 to 9
  h.state().dialog.nodes = "3";
  ASSERT_TRUE(h.click("dialog.yes"));
  EXPECT_EQ(h.view().config.seed, 77u);
  EXPECT_EQ(h.view().nodes.size(), 3u);
}

TEST(Window, MenusListWhatTheTableHas) {
  Harness h(with_leader());
  ASSERT_TRUE(h.click("menu:Session"));
  EXPECT_TRUE(h.has("session.tick"));
  const auto at = h.session().position().at;
  ASSERT_TRUE(h.click("session.tick"));
  EXPECT_EQ(h.session().position().at.millis, at.millis + 1000);
  EXPECT_FALSE(h.has("session.tick"));
}

TEST(Window, EscapeLeavesTheMenuAndKeepsTheChoice) {
  Harness h(with_leader());
  ASSERT_TRUE(h.right_click("node:n3"));
  ASSERT_TRUE(h.has("node.pause"));
  h.key(key::kEscape);
  EXPECT_FALSE(h.has("node.pause"));
  EXPECT_EQ(h.state().selected.node.value, 3u);
  h.key(key::kEscape);
  EXPECT_EQ(h.state().selected.kind, scene::Target::Kind::kNone);
}

TEST(Window, FaultsOpenInASmallWindowWhoseInspectorIsClosed) {
  Harness h(with_leader(), 1024, 768);
  h.state().pane_open = false;
  h.frame(2);
  ASSERT_FALSE(h.has("tab:Faults"));
  h.key(key::kF3);
  h.frame(2);
  EXPECT_TRUE(h.has("tab:Faults"));
  EXPECT_EQ(h.state().page, Page::kFaults);
  EXPECT_TRUE(h.state().faults_open);
  h.key(key::kF3);
  h.frame(2);
  EXPECT_EQ(h.state().page, Page::kInspector);
  EXPECT_FALSE(h.state().faults_open);
}

// What is known is since when a node has its role.
TEST(Window, APausedNodeDoesNotSaySinceWhen) {
  Harness h(with_leader());
  h.key('3');
  const auto title = [&] {
    h.frame(2);
    std::vector<Fonts::Drawn> drawn;
    h.app().gui().fonts->watch(&drawn);
    h.frame();
    h.app().gui().fonts->watch(nullptr);
    std::string all;
    for (const Fonts::Drawn& text : drawn)
      if (text.pane.find("inspector") != std::string::npos) all += text.text + "|";
    return all;
  };
  EXPECT_NE(title().find(" since tick"), std::string::npos);
  ASSERT_TRUE(h.session().act(sim::Pause{{3}}));
  const std::string paused = title();
  EXPECT_NE(paused.find("paused"), std::string::npos);
  EXPECT_EQ(paused.find(" since tick"), std::string::npos);
}

TEST(Window, TheTapeIsTheSameHoweverTimeWasPassed) {
  Harness slow(with_leader()), fast(with_leader());
  TapeBuilder one, two;
  const auto partition = [](session::Session& session) {
    const sim::Command command = sim::Partition{{{session.view().leader}}};
    return static_cast<bool>(session.act(command));
  };
  ASSERT_TRUE(partition(slow.session()) && partition(fast.session()));
  for (int i = 0; i < 60; ++i) {
    slow.session().tick(sim::ticks(1));
    one.update(slow.session().milestones(), slow.session().position().at);
  }
  fast.session().tick(sim::ticks(60));
  two.update(fast.session().milestones(), fast.session().position().at);
  ASSERT_EQ(one.input.bands.size(), two.input.bands.size());
  ASSERT_GE(one.input.bands.size(), 2u);
  // Cut off, the old leader leads on until the others have elected one.
  EXPECT_EQ(one.input.bands[0].to, one.input.bands[1].from);
  for (std::size_t i = 0; i < one.input.bands.size(); ++i) {
    EXPECT_EQ(one.input.bands[i].from, two.input.bands[i].from);
    EXPECT_EQ(one.input.bands[i].to, two.input.bands[i].to);
    EXPECT_LE(one.input.bands[i].from, one.input.bands[i].to);
  }
}

TEST(Window, ABandOnTheTapeEndsWhereItsLeaderStepsDown) {
  Harness h(with_leader());
  session::Session& session = h.session();
  const raft::NodeId leader = session.view().leader;
  const raft::NodeId other{leader.value == 1 ? 2u : 1u};
  // Alone it raises its term; with it the others hear of a term that nobody leads.
  ASSERT_TRUE(session.act(sim::Partition{{{other}}}).has_value());
  session.tick(sim::ticks(80));
  ASSERT_TRUE(session.act(sim::Heal{}).has_value());
  session.tick(sim::ticks(80));
  TapeBuilder tape;
  tape.update(session.milestones(), session.position().at);
  const auto down = std::find_if(
      session.milestones().begin(), session.milestones().end(), [&](const auto& milestone) {
        return milestone.kind == session::MilestoneKind::kStepDown && milestone.node == leader;
      });
  ASSERT_NE(down, session.milestones().end());
  ASSERT_GE(tape.input.bands.size(), 2u);
  EXPECT_EQ(tape.input.bands[0].leader, leader);
  EXPECT_EQ(tape.input.bands[0].to, down->at.at);
  EXPECT_GT(tape.input.bands[1].from, down->at.at);
}

TEST(Window, FirstStartShowsTheCardAndTheElection) {
  Harness h(started());
  h.app().begin_first_start();
  h.frame(2);
  EXPECT_TRUE(h.has("welcome.play"));
  EXPECT_EQ(h.view().leader.value, 0u);
  EXPECT_TRUE(h.frames_until(60 * 20, [&] { return h.view().leader.value != 0; }))
      << "no leader within twenty seconds";
  h.key(key::kEscape);
  EXPECT_FALSE(h.has("welcome.play"));
}

TEST(Window, ThemesScalesAndSizesAllDraw) {
  for (const auto& [w, h_px] : {std::pair{1920.0f, 1080.0f},
                                {1024.0f, 768.0f},
                                {640.0f, 900.0f},
                                {320.0f, 240.0f},
                                {3840.0f, 2160.0f}}) {
    Harness h(with_leader(), w, h_px);
    h.key('1');
    for (const scene::Theme* theme :
         {&scene::dark_theme(), &scene::light_theme(), &scene::projector_theme()}) {
      h.state().theme = theme;
      for (const double scale : {0.75, 1.0, 3.0}) {
        h.state().scale = scale;
        h.frame(2);
      }
    }
    EXPECT_TRUE(h.has("play"));
  }
}

TEST(Window, SmallWindowsHaveEveryPageAsATab) {
  Harness h(with_leader(), 1024, 768);
  for (const char* tab :
       {"tab:Store", "tab:Clients", "tab:Events", "tab:Faults", "tab:Inspector"}) {
    ASSERT_TRUE(h.click(tab)) << tab;
    h.frame(2);
  }
  ASSERT_TRUE(h.click("tab:Faults"));
  EXPECT_TRUE(h.has("matrix:n1->n2"));
}

TEST(Window, EventListFilters) {
  Harness h(with_leader());
  ASSERT_TRUE(h.click("tab:Events"));
  h.frame(2);
  ASSERT_TRUE(h.click("events.filter"));
  h.type("leads term");
  h.frame(2);
  EXPECT_EQ(h.state().event_filter.text, "leads term");
}

TEST(Window, EventsAreListedByNodeTermAndKindAndCanBeChosen) {
  Harness h(with_leader());
  // A second term, which n2 comes to as well.
  const raft::NodeId first = h.view().leader;
  ASSERT_TRUE(h.session().act(sim::Partition{{{first}}}));
  h.session().tick(sim::ticks(60));
  ASSERT_TRUE(h.session().act(sim::Heal{}));
  h.session().tick(sim::ticks(10));
  ASSERT_TRUE(h.click("tab:Events"));
  ASSERT_TRUE(h.click("pane.fold"));
  ASSERT_TRUE(h.click("events.node:n2"));
  EXPECT_EQ(h.state().event_filter.text, "n2");
  ASSERT_TRUE(h.click("events.group"));
  EXPECT_EQ(h.state().event_filter.group, EventGroup::kDecisions);
  h.frame(2);
  EventLog log;
  const Words words = [](const sim::Fact& fact) { return sim::narrate(fact); };
  log.update(h.session().facts(), h.state().event_filter, words);
  ASSERT_FALSE(log.lines().empty());
  for (const EventLine& line : log.lines()) EXPECT_EQ(line.node.value, 2u);
  const std::size_t all = log.lines().size();
  std::size_t told = 0, filled = 0;
  const std::uint64_t terms = h.view().node({2})->term.value;
  ASSERT_GE(terms, 2u);
  for (std::uint64_t term = 0; term <= terms; ++term) {
    log.update(h.session().facts(), {"n2 t" + std::to_string(term), EventGroup::kDecisions}, words);
    EXPECT_LT(log.lines().size(), all) << term;
    filled += !log.lines().empty();
    for (const EventLine& line : log.lines()) {
      EXPECT_EQ(line.node.value, 2u);
      EXPECT_EQ(line.term.value, term);
    }
    told += log.lines().size();
  }
  EXPECT_EQ(told, all);  // each is of one term
  EXPECT_GE(filled, 2u);
  log.update(h.session().facts(), {"n2 no such word", EventGroup::kAll}, words);
  EXPECT_TRUE(log.lines().empty());
  log.update(h.session().facts(), h.state().event_filter, words);
  const std::uint64_t newest = log.lines().back().id;
  ASSERT_TRUE(h.click("event:" + std::to_string(newest)));
  EXPECT_EQ(h.state().selected.kind, scene::Target::Kind::kFact);
  EXPECT_EQ(h.state().selected.fact, newest);
  ASSERT_TRUE(h.click("events.node:n2"));
  EXPECT_EQ(h.state().event_filter.text, "");
}

TEST(Window, AWriteNeedsNoKeyboardAndAnotherBeginsAtTheKey) {
  Harness h(with_leader());
  h.state().selected = {};
  ASSERT_TRUE(h.right_click("node:n2"));
  ASSERT_TRUE(h.click("node.write"));
  EXPECT_EQ(h.session().commands().back().line, "put x 1 via n2");
  ASSERT_TRUE(h.right_click("node:n2"));
  ASSERT_TRUE(h.click("node.put"));
  h.frame(3);
  h.type("y 7");
  h.frame(2);
  EXPECT_EQ(h.state().console.text, "put y 7 via n2");
}

TEST(Window, ThePaletteFindsAndDoes) {
  Harness h(with_leader());
  h.key('P', true);
  ASSERT_EQ(h.state().dialog.open, Dialog::kPalette);
  h.type("crash n3");
  h.frame(2);
  ASSERT_TRUE(h.has("palette:Crash n3"));
  EXPECT_FALSE(h.has("palette:Heal all links"));
  h.key(key::kEnter);
  EXPECT_EQ(h.state().dialog.open, Dialog::kNone);
  EXPECT_EQ(h.view().node({3})->state, sim::NodeState::kDown);
  EXPECT_EQ(h.session().commands().back().line, "crash n3");
  // Any line of the language.
  h.key('P', true);
  h.type("put pear 5");
  h.frame(2);
  ASSERT_TRUE(h.click("palette:Run this line"));
  EXPECT_EQ(h.session().commands().back().line, "put pear 5");
  // What is off says why and does nothing.
  h.key('P', true);
  h.type("heal all");
  h.frame(2);
  const std::size_t done = h.session().commands().size();
  h.key(key::kEnter);
  EXPECT_EQ(h.state().dialog.open, Dialog::kPalette);
  EXPECT_NE(h.state().dialog.error, "");
  EXPECT_EQ(h.session().commands().size(), done);
  h.key(key::kEscape);
  EXPECT_EQ(h.state().dialog.open, Dialog::kNone);
}

TEST(Window, TabReachesWhatCanBePressedAndEnterPressesIt) {
  Harness h(with_leader());
  std::set<std::string> reached;
  for (int i = 0; i < 80; ++i) {
    h.key(key::kTab);
    reached.insert(h.app().gui().focus);
  }
  for (const char* name : {"menu:File", "play", "event", "tick", "speed", "view:Sequence",
                           "verdict", "tab:Checks", "rail.faults", "console"})
    EXPECT_EQ(reached.count(name), 1u) << name;
  EXPECT_EQ(reached.count("stage"), 0u);
  // Enter does what a click does.
  h.key(key::kEscape);
  for (int i = 0; i < 80 && h.app().gui().focus != "tick"; ++i) h.key(key::kTab);
  const auto at = h.session().position().at;
  h.key(key::kEnter);
  EXPECT_EQ(h.session().position().at.millis, at.millis + 1000);
  // A dialog keeps the focus within.
  h.key('N', true);
  for (int i = 0; i < 8; ++i) {
    h.key(key::kTab);
    EXPECT_EQ(h.app().gui().focus.rfind("dialog.", 0), 0u) << h.app().gui().focus;
  }
}

TEST(Window, TheConsoleCompletesAndRunsPastedLines) {
  Harness h(with_leader());
  ASSERT_TRUE(h.click("console"));
  h.type("cra");
  h.key(key::kTab);
  EXPECT_EQ(h.state().console.text, "crash ");
  h.type("n2 lose=un");
  h.key(key::kTab);
  EXPECT_EQ(h.state().console.text, "crash n2 lose=unsynced ");
  h.replace("");
  ImGui::SetClipboardText("put a 1\nput b 2\n\nnonsense here\nput c 3\n");
  h.key('V', true);
  h.frame(3);
  ASSERT_EQ(h.session().commands().size(), 2u);
  EXPECT_EQ(h.session().commands()[1].line, "put b 2");
  EXPECT_NE(h.state().console.error, "");
  EXPECT_EQ(h.state().console.text, "nonsense here");
}

TEST(Completion, FollowsTheLanguage) {
  EXPECT_EQ(complete("par", 5).candidates, std::vector<std::string>{"partition"});
  const Completion crash = complete("crash ", 3);
  EXPECT_NE(crash.usage.find("crash"), std::string::npos);
  const auto has = [](const Completion& c, const std::string& word) {
    return std::find(c.candidates.begin(), c.candidates.end(), word) != c.candidates.end();
  };
  EXPECT_TRUE(has(crash, "n3"));
  EXPECT_FALSE(has(crash, "n4"));
  EXPECT_TRUE(has(crash, "lose=nothing"));
  EXPECT_TRUE(has(complete("partition {n1 n2} {n", 5), "n4"));
  EXPECT_TRUE(complete("", 5).usage.empty());
  EXPECT_EQ(common_prefix({"lose=unsynced", "lose=nothing"}), "lose=");
  EXPECT_EQ(common_prefix({}), "");
}

}  // namespace
}  // namespace ui
