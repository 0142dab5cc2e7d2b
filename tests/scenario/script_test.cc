#include <gtest/gtest.h>

#include "app/scenario/parser.h"
#include "app/scenario/print.h"

namespace scenario {
namespace {

std::string error_of(std::string_view text) {
  const auto script = parse_script(text, "f");
  return script ? "" : script.error().message;
}

TEST(Script, HeaderLinesMakeTheConfiguration) {
  const auto script =
      parse_script("# c\r\nset n3 sync-latency 5\r\nseed 42\r\nnodes 3\r\n\r\ntick 5\r\n", "f");
  ASSERT_TRUE(script.has_value()) << script.error().message;
  EXPECT_EQ(script->config.seed, 42u);
  EXPECT_EQ(script->config.nodes, 3u);
  ASSERT_EQ(script->config.options.size(), sim::kMaxNodes);
  EXPECT_EQ(script->config.options[2].sync_latency, sim::Duration{5000});
  EXPECT_EQ(script->config.options[1].sync_latency, sim::Duration{100});
  ASSERT_EQ(script->statements.size(), 1u);
  EXPECT_EQ(script->statements[0].place, (Place{"f", 6, 1}));
}

TEST(Script, AnEmptyFileIsAClusterWithDefaults) {
  const auto script = parse_script("", "f");
  ASSERT_TRUE(script.has_value());
  EXPECT_EQ(script->config, sim::ClusterConfig{});
  EXPECT_TRUE(parse_script("\xEF\xBB\xBFtick\n", "f").has_value());
}

TEST(Script, SetBehindACommandIsACommand) {
  const auto script = parse_script("network wan\nset sync-latency 5\n", "f");
  ASSERT_TRUE(script.has_value());
  ASSERT_EQ(script->statements.size(), 2u);
  EXPECT_EQ(print(script->statements[1]), "set sync-latency 5");
  EXPECT_EQ(script->config, sim::ClusterConfig{});
}

TEST(Script, HeaderLinesStandBeforeTheFirstCommand) {
  EXPECT_EQ(error_of("say \"a\"\nseed 1"),
            "f:2:1: seed is a header line: it stands before the first command");
  EXPECT_EQ(error_of("tick\n\n  nodes 3"),
            "f:3:3: nodes is a header line: it stands before the first command");
  EXPECT_EQ(error_of("seed 1\nseed 2"), "f:2:1: seed was given before");
}

TEST(Script, WrongOptionsAreFoundBeforeAnythingRuns) {
  EXPECT_EQ(error_of("set speed 5\ntick").substr(0, 6), "f:1:1:");
  EXPECT_EQ(error_of("tick\nset speed 5").substr(0, 6), "f:2:1:");
  EXPECT_EQ(error_of("tick\nset pre-vote 5").substr(0, 6), "f:2:1:");
  EXPECT_EQ(error_of("nodes 3\nset n4 pre-vote on\n").substr(0, 6), "f:2:1:");
}

}  // namespace
}  // namespace scenario
