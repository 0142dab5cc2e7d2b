// Debian's ImGui aborts at a broken assertion even in release builds: no text of a person may meet
// one.
#include <gtest/gtest.h>

#include "tests/ui/harness.h"

namespace ui {
namespace {

const std::string kNasty[] = {"%s%n%d",
                              "##",
                              "###",
                              "a##b###c",
                              std::string("\x00\x01\x1b[31m\x7f", 8),
                              std::string(1000, 'k'),
                              "\xff\xfe broken",
                              "日本語",
                              "]]>&<script>",
                              "\"",
                              "\\",
                              " "};

TEST(Hostile, NamesAndValuesNeverAbort) {
  Harness h(with_leader());
  h.key('1' + static_cast<int>(h.view().leader.value) - 1);
  for (const std::string& text : kNasty) {
    sim::Request put;
    put.key = text;
    put.value = text + text;
    EXPECT_TRUE(h.session().act(put)) << text;
    h.frame(2);
    h.session().tick(sim::ticks(2));
    h.frame(2);
  }
  h.session().tick(sim::ticks(20));
  EXPECT_GE(h.view().node(h.view().leader)->rows->size(), 8u);
  for (const char* tab : {"tab:Key-value store", "tab:Clients", "tab:Events"}) {
    ASSERT_TRUE(h.click(tab));
    h.frame(2);
  }
  for (const std::string& text : kNasty) {
    h.state().event_filter.text = text.substr(0, text.find('\0'));
    h.frame(2);
    h.state().console.error = text;
    h.frame();
    h.state().console.error.clear();
    h.state().notice = text;
    h.frame();
    h.state().console.text = "put " + text;
    h.frame(2);
  }
}

TEST(Hostile, PathsAndTypedTextNeverAbort) {
  Harness h(with_leader());
  for (const std::string& text : kNasty) {
    h.key('O', true);
    h.replace("");
    h.frame(40);
    h.state().dialog.path = text;
    ASSERT_TRUE(h.click("dialog.no"));
    h.app().perform(Action::kOpen);
    h.state().dialog.path = text;
    h.frame(2);
    ASSERT_TRUE(h.click("dialog.yes"));
    EXPECT_EQ(h.state().dialog.open, Dialog::kOpen) << text;
    EXPECT_NE(h.state().dialog.error, "");
    h.key(key::kEscape);
  }
}

TEST(Hostile, ValuesOfAMebibyteDraw) {
  Harness h(with_leader());
  sim::Request put;
  put.key = "big";
  put.value = std::string(1 << 20, 'v');
  ASSERT_TRUE(h.session().act(put));
  h.session().tick(sim::ticks(4));
  h.frame(3);
  ASSERT_TRUE(h.click("tab:Clients"));
  h.frame(2);
}

// A hundred thousand entries, by batches of clients.
TEST(Hostile, ALongLogDraws) {
  Harness h(with_leader(1, 1));
  for (int i = 0; i < 1200; ++i) {
    sim::Request put;
    put.key = "k" + std::to_string(i % 50);
    put.value = std::to_string(i);
    ASSERT_TRUE(h.session().act(put));
  }
  h.session().tick(sim::ticks(40));
  EXPECT_GT(h.view().nodes[0].last.value, 1000u);
  h.frame(3);
  h.wheel("logs", 400);
  h.frame(2);
  EXPECT_FALSE(h.state().logs.follow);
  ASSERT_TRUE(h.click("tab:Clients"));
  h.frame(2);
  h.wheel("tab:Clients", -50);
  ASSERT_TRUE(h.click("tab:Events"));
  h.frame(2);
}

}  // namespace
}  // namespace ui
