#include "app/scenario/parser.h"

#include <gtest/gtest.h>

#include "app/scenario/print.h"

namespace scenario {
namespace {

// The statement as it prints, or the error.
std::string parsed(std::string_view line) {
  const auto statement = parse_statement(line, "f", 7);
  return statement ? print(*statement) : statement.error().message;
}

TEST(Parser, ReadsEveryCommand) {
  for (const std::string_view line : {
           "seed 42",
           "nodes 9",
           "set sync-latency 5",
           "set n3 election-tick 20",
           "network wan",
           "tick 0.35",
           "step 10",
           "never leader any for 30",
           "until leader n1 within 50",
           "put x 1 via n1 as c2 term=3 conf-ver=1 store=n1",
           "get x read=local",
           "delete x",
           "cas x absent 1",
           "cas x \"absent\" 1",
           "append x y",
           "scan a b read=local",
           "campaign n3",
           "compact n1",
           "compact n1 to 12",
           "crash n1",
           "crash n1 lose=nothing",
           "crash n1 at=before-sync lose=disk",
           "crash n1 at=after-sync",
           "crash n1 at=mid-apply lose=nothing",
           "crash n1 at=io:3",
           "crash n1 at=snapshot-chunk:2",
           "expect snapshots n1->n2 = 1",
           "expect snapshots *->n2 < 3",
           "disk n1 full",
           "disk n1 full-at 65536",
           "disk n1 write-error",
           "disk n1 write-error after=2 always",
           "disk n1 sync-error after=7",
           "disk n1 read-error always",
           "disk n1 misdirect after=3",
           "disk n1 lie",
           "disk n1 rot log 4",
           "disk n1 rot vote",
           "disk n1 rot kv \"a b\"",
           "disk n1 ok",
           "clients 3 reads=1/4 keys=2 think=1..5.5 ops=put,append,scan,delete read=local",
           "clients 0",
           "restart n1",
           "pause n1",
           "resume n1",
           "clock n2 3/2",
           "timer n3 4",
           "partition {n1 n2} {n3 n4 n5}",
           "links only n1-n2 n2-n3",
           "cut n1->n2",
           "cut n1 c1",
           "mend n1 n2",
           "heal",
           "link *->n2 delay=0.2..0.9 loss=1/10 dup=1/20",
           "hold n1->n3",
           "release c1->*",
           "deliver m12",
           "deliver append n1->n3 nth=2",
           "drop vote-reply n1->n3",
           "dup request c1->n3",
           "delay append n1->n3 5 nth=2",
           "delay m3 0.001",
           "bookmark \"a b\"",
           "say \"\"",
           "expect no violations",
           "expect linearizable",
           "expect violation state-machine-safety",
           "expect first violation linearizability",
       }) {
    EXPECT_EQ(parsed(line), line);
  }
}

TEST(Parser, FillsInDefaults) {
  EXPECT_EQ(parsed("tick"), "tick 1");
  EXPECT_EQ(parsed("step"), "step 1");
  EXPECT_EQ(parsed("until leader any"), "until leader any within 500");
  EXPECT_EQ(parsed("crash n1 at=now"), "crash n1");
  EXPECT_EQ(parsed("crash n1 lose=disk at=io:1"), "crash n1 at=io:1 lose=disk");
  EXPECT_EQ(parsed("disk n1 sync-error always after=2"), "disk n1 sync-error after=2 always");
  EXPECT_EQ(parsed("disk n1 sync-error once after=0"), "disk n1 sync-error");
  EXPECT_EQ(parsed("clients 2"), "clients 2 reads=1/2 keys=8 think=10..50 ops=put,get,cas,append");
  EXPECT_EQ(parsed("clients 2 think=3 reads=1"),
            "clients 2 reads=1/1 keys=8 think=3..3 ops=put,get,cas,append");
  EXPECT_EQ(parsed("clock n1 2"), "clock n1 2/1");
  EXPECT_EQ(parsed("link n1->n2 delay=5"), "link n1->n2 delay=5");
  EXPECT_EQ(parsed("put x 1 term=3 via n2"), "put x 1 via n2 term=3");
}

TEST(Parser, QuotedTokensAreNoKeywords) {
  EXPECT_EQ(parsed("\"tick\" 5"),
            "f:7:1: expected a command, such as tick, put, crash or expect, here, found \"tick\"");
  EXPECT_EQ(parsed("crash \"n1\""),
            "f:7:7: expected the node to crash, n1 to n9, here, found \"n1\"");
  EXPECT_EQ(parsed("put \"via\" \"as\" via n1"), "put \"via\" \"as\" via n1");
}

TEST(Parser, NamesTheErrorAndItsPlace) {
  struct Case {
    std::string_view line;
    std::string_view error;
  };
  for (const Case& c : {
           Case{"putt x 1", "f:7:1: expected a command; did you mean put? (found 'putt')"},
           Case{"  crash", "f:7:8: expected the node to crash, n1 to n9, here, the line ends"},
           Case{"crash n0", "f:7:7: expected the node to crash, n1 to n9, here, found 'n0'"},
           Case{"crash n10", "f:7:7: expected the node to crash, n1 to n9, here, found 'n10'"},
           Case{"crash n1 n2", "f:7:10: expected at=… or lose=… or the end here, found 'n2'"},
           Case{"crash n1 lose=all", "f:7:15: expected unsynced, nothing or disk"},
           Case{"crash n1 at=soon",
                "f:7:13: expected now, before-sync, after-sync, mid-apply, snapshot-chunk:K or "
                "io:N"},
           Case{"crash n1 at=io:0", "f:7:13: expected io:N, the N-th write to the disk, N from 1"},
           Case{"disk n1 slow",
                "f:7:9: expected full, full-at BYTES, write-error, sync-error, read-error, "
                "misdirect, lie, rot or ok here, found 'slow'"},
           Case{"disk n1 full-at", "f:7:16: expected a number of bytes here, the line ends"},
           Case{"disk n1 write-error after=x",
                "f:7:21: expected after=N: so many calls still succeed"},
           Case{"disk n1 rot", "f:7:12: expected log I, vote or kv K here, the line ends"},
           Case{"disk n1 read-error after=2",
                "f:7:9: reads are not counted: read-error takes no after="},
           Case{"disk n1 write-error once always",
                "f:7:26: expected after=N, once, always or the end here, found 'always'"},
           Case{"disk n1 full always", "f:7:14: expected the end of the line here, found 'always'"},
           Case{"clients 2 keys=0", "f:7:16: expected a number of keys from 1, such as keys=8"},
           Case{"clients 2 reads=3/2", "f:7:17: expected a ratio from 0 to 1, such as reads=1/2"},
           Case{"clients 2 think=5..1", "f:7:17: expected a time in ticks, such as think=10..50"},
           Case{"clients 2 ops=put,,get",
                "f:7:15: expected operations with commas between, such as ops=put,get,cas"},
           Case{"clients 2 read=fast", "f:7:16: expected index, log, lease or local"},
           Case{"clients 2 size=3",
                "f:7:11: expected reads=N/M, keys=N, think=A..B, ops=put,get,… or "
                "read=index|log|lease|local; found 'size='"},
           Case{"clients 0 keys=3", "f:7:11: expected the end of the line here, found 'keys=3'"},
           Case{"expect violation monotone",
                "f:7:18: expected a property; did you mean monotonic?"},
           Case{"expect first violation safety",
                "f:7:24: expected the name of a property, such as election-safety"},
           Case{"expect violation",
                "f:7:17: expected the name of a property, such as election-safety, here, the line "
                "ends"},
           Case{"expect linearizable x", "f:7:21: expected the end of the line here, found 'x'"},
           Case{"tick -1",
                "f:7:6: expected a time in ticks with at most three decimals, such as "
                "0.35 here, found '-1'"},
           Case{"tick 0.1234",
                "f:7:6: expected a time in ticks with at most three decimals, such "
                "as 0.35 here, found '0.1234'"},
           Case{"step 0", "f:7:6: expected a number of events from 1 here, found '0'"},
           Case{"seed 18446744073709551616",
                "f:7:6: expected a seed, a number from 0 to 18446744073709551615 here, found "
                "'18446744073709551616'"},
           Case{"nodes 10", "f:7:7: expected a number of nodes from 1 to 9 here, found '10'"},
           Case{"network fast",
                "f:7:9: expected perfect, lan, wan, lossy or adversarial here, "
                "found 'fast'"},
           Case{"partition {n1 n2} {n2}", "f:7:20: n2 stands in two places"},
           Case{"partition {}", "f:7:12: expected a node of the group, n1 to n9, here, found '}'"},
           Case{"links only n1-n1",
                "f:7:12: expected a pair of nodes, such as n1-n2, here, found "
                "'n1-n1'"},
           Case{"link n1->n2 loss=3/2", "f:7:18: expected a ratio from 0 to 1, such as loss=1/10"},
           Case{"link n1->n2 delay=2..1",
                "f:7:19: expected a delay in ticks, such as delay=0.2..0.8"},
           Case{"deliver m12 nth=2", "f:7:13: expected the end of the line here, found 'nth=2'"},
           Case{"deliver append n1->n2 nth=0", "f:7:23: expected nth=K with K from 1"},
           Case{"put x 1 read=log",
                "f:7:9: expected an option of this request: via nX, as cX, "
                "term=T, conf-ver=V, store=nX; found 'read='"},
           Case{"get x read=fast", "f:7:12: expected index, log, lease or local"},
           Case{"put x 1 as n1", "f:7:12: expected a client, such as c1, here, found 'n1'"},
           Case{"say hello", "f:7:5: expected a text in quotes here, found 'hello'"},
           Case{"say \"a\" \"b\"", "f:7:9: expected the end of the line here, found \"b\""},
           Case{"never leader any", "f:7:17: expected and, or, or for N here, the line ends"},
           Case{"until leader any for 5",
                "f:7:18: expected and, or, within N or the end here, "
                "found 'for'"},
           Case{"mistake vote-twise on",
                "f:7:9: expected the name of a mistake; did you mean vote-twice?"},
           Case{"mistake x on", "f:7:9: expected the name of a mistake, such as vote-twice"},
           Case{"mistake vote-twice", "f:7:19: expected on or off here, the line ends"},
           Case{"mistake vote-twice on c1",
                "f:7:23: expected a node, or the end, n1 to n9, here, found 'c1'"},
           Case{"clock n1 0", "f:7:10: expected a rate above 0, N or N/M, here, found '0'"},
           Case{"clock n1 1/0", "f:7:10: expected a rate above 0, N or N/M, here, found '1/0'"},
       }) {
    EXPECT_EQ(parsed(c.line), c.error) << c.line;
  }
}

TEST(Parser, SaysWhatIsForTheConsole) {
  EXPECT_NE(parsed("back").find("for the window's console only"), std::string::npos)
      << parsed("back");
  EXPECT_EQ(parsed("back").substr(0, 4), "f:7:");
}

TEST(Parser, LimitsKeysAndValues) {
  EXPECT_TRUE(parse_command("put " + std::string(1024, 'k') + " 1").has_value());
  EXPECT_FALSE(parse_command("put " + std::string(1025, 'k') + " 1").has_value());
  EXPECT_TRUE(parse_command("put k " + std::string(1048576, 'v')).has_value());
  EXPECT_FALSE(parse_command("put k " + std::string(1048577, 'v')).has_value());
}

TEST(Parser, BlankLinesAndCommentsAreNothing) {
  EXPECT_FALSE(parse_line("").statement);
  EXPECT_FALSE(parse_line("  # c").statement);
  EXPECT_FALSE(parse_line("  # c").error);
  EXPECT_FALSE(parse_command("tick 5").has_value());
}

}  // namespace
}  // namespace scenario
