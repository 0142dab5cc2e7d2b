#include "app/interact/file.h"

#include "app/interact/format.h"
#include "app/interact/run.h"

namespace interact {
namespace {

TEST(FileTest, ReadsContinuationsListsAndInput) {
  const auto file = parse_file(
      "# a comment\n\nadd-nodes 2 \\\n  voters=(1, 2) index=7\ninput\n----\nold\n\n# tail\n");
  ASSERT_TRUE(file);
  ASSERT_EQ(file->directives.size(), 1u);
  const Directive& directive = file->directives.front();
  EXPECT_EQ(directive.line, 3u);
  EXPECT_EQ(directive.lead, "# a comment\n\n");
  EXPECT_EQ(directive.command, "add-nodes");
  ASSERT_EQ(directive.arguments.size(), 3u);
  EXPECT_EQ(directive.arguments[0].key, "2");
  EXPECT_EQ(directive.arguments[1].values, (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(directive.arguments[2].values, std::vector<std::string>{"7"});
  EXPECT_EQ(directive.input, "input\n");
  EXPECT_EQ(file->tail, "# tail\n");
}

TEST(FileTest, OutputsWithBlankLinesStandBetweenDoubledSeparators) {
  const auto file = parse_file("show\n----\n----\na\n\nb\n----\n----\n\nnext 1\n----\nok\n");
  ASSERT_TRUE(file);
  ASSERT_EQ(file->directives.size(), 2u);
  EXPECT_EQ(file->directives[1].command, "next");
  EXPECT_EQ(fill_in(file->directives[0], "a\n\nb", false),
            "show\n----\n----\na\n\nb\n----\n----\n\n");
  EXPECT_EQ(fill_in(file->directives[1], "ok", true), "next 1\n----\nok\n");
}

TEST(FileTest, SaysWhereAFileIsNone) {
  const auto open = parse_file("\nadd-nodes 1\n");
  ASSERT_FALSE(open);
  EXPECT_NE(open.error().message.find("line 2"), std::string::npos);
  const auto list = parse_file("add-nodes 1 voters=(1,2\n----\n");
  ASSERT_FALSE(list);
  EXPECT_NE(list.error().message.find("')'"), std::string::npos);
}

TEST(FileTest, NoBytesMakeItCrash) {
  std::uint64_t state = 1;
  const std::string alphabet = "a1 =(),\n-#\\\"->:/[]";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      text += alphabet[static_cast<std::size_t>((state >> 33) % alphabet.size())];
    }
    (void)run(text, [](std::string_view) {});
    (void)parse_message(text);
    (void)run("add-nodes 2 voters=(1,2) index=3\n----\n\nstep 1 " +
                  text.substr(0, text.find('\n')) + "\n----\n",
              [](std::string_view) {});
  }
}

TEST(FormatTest, AMessageReadBackIsTheSame) {
  for (const std::string text :
       {"1->2 MsgApp Term:3 Log:2/10 Commit:9 Entries:[3/11 EntryNormal \"a b\\\"c\"]",
        "a->1 MsgAppResp Term:1 Log:1/12 Rejected (Hint: 11)", "2->3 MsgVote Term:2 Log:1/11",
        "None->1 MsgReadIndex Term:0 Log:0/0 Entries:[0/0 EntryNormal \"x\"]"}) {
    const auto message = parse_message(text);
    ASSERT_TRUE(message) << message.error().message;
    EXPECT_EQ(message_text({*message}), text);
  }
}

TEST(FormatTest, QuotesAsGoDoes) { EXPECT_EQ(quoted("a\"b\\\n\x01"), "\"a\\\"b\\\\\\n\\x01\""); }

}  // namespace
}  // namespace interact
