// The window in its languages: nothing stays English, and everything has its place.
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <regex>
#include <set>

#include "app/scenario/parser.h"
#include "app/scenario/print.h"
#include "app/session/run_scenario.h"
#include "app/ui/widgets.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

using scene::Language;
using Drawn = Fonts::Drawn;

// What stands in any language: the scenario language, names of properties and mistakes, keys.
std::set<std::string> words_of_any_language() {
  std::set<std::string> words = {
      "Raft", "Raftarium", "RaftKV", "English",     "Enter", "Esc",      "Tab",
      "Ctrl", "Del",       "Space",  "Home",        "End",   "Page",     "Up",
      "Down", "Left",      "Right",  "MiB",         "KiB",   "SQLite",   "main",
      "fig",  "figure",    "thesis", "raftrec",     "jsonl", "scenario", "perfect",
      "lan",  "wan",       "lossy",  "adversarial", "branch"};
  const auto add = [&](std::string_view text) {
    std::string word;
    for (const char c : text) {
      if (std::isalpha(static_cast<unsigned char>(c))) {
        word += c;
      } else {
        words.insert(word);
        word.clear();
      }
    }
    words.insert(word);
  };
  for (const scenario::CommandHelp& row : scenario::command_help()) add(row.usage);
  for (std::uint64_t i = 0; i < check::kProperties; ++i)
    add(check::property_name(static_cast<check::Property>(i)));
  for (const char* type :
       {"append", "append-reply", "vote", "vote-reply", "pre-vote", "heartbeat", "heartbeat-reply",
        "snapshot", "snapshot-chunk-reply", "read-index", "timeout-now", "request", "reply", "noop",
        "command", "conf-change", "commit-old-term-by-count", "vote-not-durable", "absent"})
    add(type);
  return words;
}

// Words of three letters and more that no other language would have.
std::vector<std::string> english_in(const std::string& text) {
  static const std::set<std::string> kAllowed = words_of_any_language();
  static const std::regex kWord("[A-Za-z]{3,}");
  std::vector<std::string> found;
  for (std::sregex_iterator word(text.begin(), text.end(), kWord), end; word != end; ++word) {
    if (kAllowed.count(word->str()) == 0) found.push_back(word->str());
  }
  return found;
}

std::string empty_folder() {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "空";
  std::filesystem::create_directories(path);
  return path.string() + "/";
}

// The window in many situations; `look` is called after each with what the last frame drew.
template <class Look>
void through_the_window(Language language, float width, float height, Look look) {
  const auto visit = [&](session::Session session, const auto& prepare) {
    Harness h(std::move(session), width, height);
    h.state().language = language;
    h.frame(3);
    const auto seen = [&](const std::string& where) {
      std::vector<Drawn> drawn;
      h.frame(2);
      h.app().gui().fonts->watch(&drawn);
      h.frame();
      h.app().gui().fonts->watch(nullptr);
      look(where, drawn);
    };
    prepare(h, seen);
    // The next harness, and other tests, begin in English.
    h.state().language = Language::kEnglish;
    h.frame();
  };
  const auto pages = [&](Harness& h, const auto& seen, const std::string& where) {
    for (const Page page : {Page::kInspector, Page::kStore, Page::kDisk, Page::kClients,
                            Page::kChecks, Page::kEvents, Page::kFaults}) {
      h.state().page = page;
      if (page != Page::kInspector && page != Page::kFaults) h.state().lower_page = page;
      seen(where + ", page " + std::to_string(static_cast<int>(page)));
    }
    h.state().page = Page::kInspector;
  };
  visit(started(), [&](Harness& h, const auto& seen) {
    pages(h, seen, "at the start");
    h.app().begin_first_start();
    seen("first start");
  });
  visit(with_leader(), [&](Harness& h, const auto& seen) {
    (void)h.session().execute(*scenario::parse_statement("put x 1", "t"));
    h.session().tick(sim::ticks(5));
    (void)h.session().execute(*scenario::parse_statement("put k2 v2", "t"));
    h.session().tick({400});
    const std::string leader = std::to_string(h.view().leader.value);
    h.state().faults_open = true;
    h.key('0' + static_cast<int>(h.view().leader.value));
    pages(h, seen, "with a leader");
    h.key('0' + static_cast<int>(h.view().leader.value % 5 + 1));
    pages(h, seen, "a follower");
    for (const StageView view : {StageView::kSequence, StageView::kBoth}) {
      h.state().stage_view = view;
      seen("sequence");
    }
    h.state().stage_view = StageView::kRing;
    if (!h.view().messages.empty()) {
      h.state().selected = {};
      h.state().selected.kind = scene::Target::Kind::kMessage;
      h.state().selected.message = h.view().messages.back().id;
      seen("a message");
    }
    h.state().selected = {};
    h.state().selected.kind = scene::Target::Kind::kLink;
    h.state().selected.from = {1};
    h.state().selected.to = {2};
    seen("a link");
    h.state().selected = {};
    h.state().selected.kind = scene::Target::Kind::kFact;
    h.state().selected.fact = h.session().facts().back().id;
    seen("a fact");
    for (const char* menu : {"menu:File", "menu:Session", "menu:View", "menu:Help"}) {
      ASSERT_TRUE(h.click(menu));
      seen(menu);
      h.key(key::kEscape);
    }
    for (const Action dialog :
         {Action::kNewRun, Action::kOpen, Action::kSaveAs, Action::kKeys, Action::kPalette}) {
      h.app().perform(dialog);
      // Names of files are whatever they are.
      if (dialog == Action::kOpen) h.state().dialog.path = empty_folder();
      seen("dialog " + std::string(info(dialog).name));
      h.app().perform(Action::kEscape);
      h.frame(2);
    }
    ASSERT_TRUE(h.right_click("node:n" + leader));
    seen("menu of a node");
    h.key(key::kEscape);
    h.app().perform(Action::kEventBack);
    h.frames_until(200, [&] { return !h.session().seeking(); });
    seen("in the past");
  });
  visit(with_leader(), [&](Harness& h, const auto& seen) {
    const std::string leader = "n" + std::to_string(h.view().leader.value);
    for (const std::string& line :
         {"partition {" + leader + "}", "put x 1 via " + leader, std::string("network lossy"),
          std::string("tick 30"),
          std::string("crash n" + std::to_string(h.view().nodes[0].id.value)),
          std::string("mistake vote-not-durable on"), std::string("tick 3"), std::string("heal"),
          std::string("change ~n6"), std::string("tick 2")})
      (void)h.session().execute(*scenario::parse_statement(line, "t"));
    pages(h, seen, "faults");
  });
}

class InALanguage : public testing::TestWithParam<Language> {
 protected:
  void SetUp() override {
    if (!Fonts::find_han()) GTEST_SKIP() << Fonts::find_han().error().message;
  }
};

TEST(Language, NothingOfTheWindowStaysEnglish) {
  if (!Fonts::find_han()) GTEST_SKIP() << Fonts::find_han().error().message;
  std::set<std::string> told;
  for (const auto& [width, height] : {std::pair{1920.0f, 1080.0f}, std::pair{1024.0f, 768.0f}}) {
    through_the_window(Language::kChinese, width, height,
                       [&](const std::string& where, const std::vector<Drawn>& drawn) {
                         EXPECT_GT(drawn.size(), 20u) << where;
                         for (const Drawn& text : drawn) {
                           const auto words = english_in(text.text);
                           if (!words.empty() && told.insert(text.text).second)
                             ADD_FAILURE() << where << ": '" << text.text << "' in " << text.pane;
                         }
                       });
  }
}

// Panes whose texts stand in rows and columns; in the pictures words give way to each other.
bool is_laid_out(const std::string& pane) {
  return pane.find("stage") == std::string::npos && pane.find("Foreground") == std::string::npos;
}

TEST_P(InALanguage, EveryTextHasItsPlaceInASmallWindow) {
  std::set<std::string> told;
  through_the_window(GetParam(), 1024, 768,
                     [&](const std::string& where, const std::vector<Drawn>& drawn) {
                       for (std::size_t i = 0; i < drawn.size(); ++i) {
                         const Drawn& a = drawn[i];
                         if (!is_laid_out(a.pane) || a.pane.find("logs") != std::string::npos)
                           continue;
                         if ((a.right > a.clip_right + 1.5f || a.left < a.clip_left - 1.5f) &&
                             told.insert(a.text).second)
                           ADD_FAILURE() << where << ": '" << a.text << "' leaves " << a.pane;
                         for (std::size_t j = i + 1; j < drawn.size(); ++j) {
                           const Drawn& b = drawn[j];
                           if (a.pane != b.pane) continue;
                           const float wide = std::min(a.right, b.right) - std::max(a.left, b.left);
                           const float high = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
                           if (wide > 2 && high > 4 && told.insert(a.text + "|" + b.text).second)
                             ADD_FAILURE() << where << ": '" << a.text << "' lies on '" << b.text
                                           << "' in " << a.pane;
                         }
                       }
                     });
}

INSTANTIATE_TEST_SUITE_P(Languages, InALanguage,
                         testing::Values(Language::kEnglish, Language::kChinese),
                         [](const auto& row) {
                           return std::string(scene::language_name(row.param));
                         });

TEST(Language, WhatACommandDoesIsKnown) {
  for (const scenario::CommandHelp& row : scenario::command_help())
    EXPECT_TRUE(scene::knows_sentence(row.what)) << row.what;
}

// What runs of every kind tell, with its reasons.
TEST(Language, FactsAndTheirReasonsAreKnown) {
  std::set<std::string> told;
  std::size_t facts = 0, violations = 0;
  for (const char* folder : {"", "commands", "mistakes"}) {
    for (const auto& file :
         std::filesystem::directory_iterator(std::filesystem::path(RAFTARIUM_SCENARIOS) / folder)) {
      if (file.path().extension() != ".scenario") continue;
      const session::RunOutcome outcome = session::run_scenario(file.path().string(), {});
      if (!outcome.session) continue;
      const auto expect_known = [&](const std::string& text) {
        if (text.empty() || scene::knows_sentence(text)) return;
        // Once, whatever the figures in it.
        std::string kind = text;
        std::erase_if(kind, [](char c) { return c >= '0' && c <= '9'; });
        if (told.insert(kind).second) ADD_FAILURE() << file.path().filename() << ": " << text;
      };
      for (const check::Violation& violation : outcome.session->violations()) {
        ++violations;
        expect_known(violation.text);
        expect_known(violation.earlier.text);
        expect_known(violation.later.text);
      }
      for (const sim::Fact& fact : outcome.session->facts()) {
        // Lines that somebody typed, and what a request asks: the same in any language.
        if (fact.kind == sim::FactKind::kCommand || fact.kind == sim::FactKind::kRequest) continue;
        // What SQLite and the databases complain of is quoted as it is.
        if (fact.kind == sim::FactKind::kHalt || fact.core.kind == raft::EventKind::kHalted)
          continue;
        ++facts;
        const sim::Narration words = sim::narrate(fact);
        expect_known(words.what);
        expect_known(words.reason);
      }
    }
  }
  EXPECT_GT(facts, 10000u);
  EXPECT_GT(violations, 20u);
}

TEST(Language, LinesBreakBetweenChineseCharactersAndNeverBeforeAMark) {
  const scene::RoughMeasure measure;
  const scene::Style style{.size = 10};
  const std::string text = "一切都会记录，种子相同，运行就相同。Raft 集群";
  const auto lines =
      wrapped(measure, text, measure.width("一切都会记录", 10, style.face, 400), style);
  ASSERT_GT(lines.size(), 2u);
  std::string joined;
  for (const std::string& line : lines) {
    EXPECT_NE(line.substr(0, 3), "，");
    EXPECT_NE(line.substr(0, 3), "。");
    joined += line;
  }
  EXPECT_NE(joined.find("Raft"), std::string::npos);
}

TEST(Language, ClosingMarksOfAnyKindStayWithTheirWord) {
  const scene::RoughMeasure measure;
  const scene::Style style{.size = 10};
  const std::string text = "《分布式系统》和「一致性」都在【书】里";
  for (float room = 40; room < 200; room += 5) {
    for (const std::string& line : wrapped(measure, text, room, style)) {
      for (const char* mark : {"》", "」", "】"}) EXPECT_NE(line.substr(0, 3), mark) << room;
      for (const char* mark : {"《", "「", "【"})
        EXPECT_NE(line.substr(line.size() - 3), mark) << room;
    }
  }
}

TEST(Language, TheMenuSwitchesAndTheFontFollows) {
  if (!Fonts::find_han()) GTEST_SKIP() << Fonts::find_han().error().message;
  Harness h(with_leader());
  const std::uint64_t atlas = h.app().atlas_version();
  h.app().perform(Action::kChinese);
  h.frame(3);
  EXPECT_EQ(scene::language(), Language::kChinese);
  EXPECT_GT(h.app().atlas_version(), atlas);
  EXPECT_TRUE(h.app().gui().fonts->missed().empty());
  h.app().perform(Action::kEnglish);
  h.frame(2);
  EXPECT_EQ(scene::language(), Language::kEnglish);
}

TEST(Language, ThePaletteKnowsWhatIsCalledOtherwiseInEnglish) {
  if (!Fonts::find_han()) GTEST_SKIP() << Fonts::find_han().error().message;
  Harness h(with_leader());
  h.state().language = Language::kChinese;
  h.frame(2);
  const std::string heal = scene::tr("Heal all links"), other = scene::tr("Next branch");
  for (const std::string& typed : {std::string("heal all li"), heal}) {
    h.key('P', true);
    h.type(typed);
    h.frame(2);
    EXPECT_TRUE(h.has("palette:" + heal)) << typed;
    EXPECT_FALSE(h.has("palette:" + other)) << typed;
    h.key(key::kEscape);
    h.frame();
  }
  h.state().language = Language::kEnglish;
  h.frame();
}

}  // namespace
}  // namespace ui
