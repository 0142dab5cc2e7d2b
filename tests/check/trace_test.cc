#include "app/check/trace.h"

#include <gtest/gtest.h>

#include "tests/check/story.h"

namespace check_test {
namespace {

using Names = std::vector<std::string>;

std::string written(const Story& story) {
  std::string out;
  for (const sim::Fact& fact : story.facts) out += check::write_trace(fact) + "\n";
  return out;
}

check::TraceReport report_on(const std::string& file) {
  const auto trace = check::read_trace(file);
  EXPECT_TRUE(trace) << trace.error().message;
  return check::check_trace(*trace);
}

Names broken(const check::TraceReport& report) {
  Names names;
  for (const auto& violation : report.violations) {
    names.emplace_back(check::property_name(violation.property));
  }
  return names;
}

Names not_checked(const check::TraceReport& report) {
  Names names;
  for (const auto& left_out : report.not_checked) {
    names.emplace_back(check::property_name(left_out.property));
  }
  return names;
}

TEST(Trace, OneLineIsAsDocumented) {
  Story story;
  story.lead(1, 2);
  story.append(1, {entry(1, 2), put(2, 2, "x", "1", 7, 3)});
  EXPECT_EQ(check::write_trace(story.facts[2]),
            R"x({"id":3,"event":3,"tick":0.03,"node":1,"kind":"append","term":2,)x"
            R"x("role":"leader","vote":0,"commit":0,"applied":0,"last":2,)x"
            R"x("entries":[[1,2,"noop"],[2,2,"put x=1 (c7 #3)"]]})x");
}

TEST(Trace, FieldsSurviveARoundTrip) {
  Story story;
  story.term(1, 2);
  story.vote(1, 3);
  story.durable(1);
  story.grant(1, 3);
  story.acknowledge(1, 3, 9);
  story.truncate(1, 4);
  const auto trace = check::read_trace(written(story));
  ASSERT_TRUE(trace) << trace.error().message;
  ASSERT_EQ(trace->size(), 6u);
  const auto& records = *trace;
  EXPECT_EQ(records[1].candidate, raft::NodeId{3});
  EXPECT_EQ(records[1].granted, true);
  EXPECT_EQ(records[1].at.millis, 20u);
  EXPECT_EQ(records[2].stored_vote, raft::NodeId{3});
  EXPECT_EQ(records[3].type, "vote-reply");
  EXPECT_EQ(records[3].to, (sim::Endpoint{{3}, 0}));
  EXPECT_EQ(records[3].reject, false);
  EXPECT_EQ(records[4].index, raft::Index{9});
  EXPECT_EQ(records[5].from_index, raft::Index{4});
  EXPECT_EQ(records[5].known, FactKind::kTruncate);
}

// What the checks find in the facts, they find in the trace of the facts.
TEST(Trace, AForeignRunIsCheckedByTheSameProperties) {
  std::vector<Story> stories(8);
  stories[0].lead(1, 3);
  stories[0].lead(2, 3);
  stories[1].lead(1, 1);
  stories[1].append(1, {entry(1, 1, "a"), entry(2, 1, "b")});
  stories[1].truncate(1, 2);
  stories[2].append(1, {entry(1, 1, "a")});
  stories[2].append(2, {entry(1, 1, "b")});
  stories[3].lead(1, 1);
  stories[3].append(1, {entry(1, 1, "a")});
  stories[3].durable(1);
  stories[3].commit(1, 1);
  stories[3].lead(3, 2);
  stories[4].apply(1, {entry(1, 1, "a")});
  stories[4].apply(2, {entry(1, 1, "b")});
  stories[5].commit(1, 5);
  stories[5].commit(1, 4);
  stories[6].term(1, 2);
  stories[6].vote(1, 2);
  stories[6].durable(1);
  stories[6].vote(1, 3);
  stories[6].durable(1);
  stories[7].term(1, 2);
  stories[7].durable(1);
  stories[7].append(1, {entry(1, 2, "a")});
  stories[7].acknowledge(1, 2, 1);
  const Names expected = {"election-safety",     "leader-append-only",   "log-matching",
                          "leader-completeness", "state-machine-safety", "monotonic",
                          "vote-once",           "durable-before-ack"};
  for (std::size_t i = 0; i < stories.size(); ++i) {
    EXPECT_EQ(stories[i].broken(), Names{expected[i]});
    EXPECT_EQ(broken(report_on(written(stories[i]))), Names{expected[i]}) << written(stories[i]);
  }
}

// Three ways to decide apart, as lines of somebody's own.
TEST(Trace, MembershipIsCheckedAsFarAsVotersAreTold) {
  const std::string start = R"({"tick":0,"node":1,"kind":"start","term":0,"voters":[3,1,2]})"
                            "\n";
  const std::string leads = R"({"tick":1,"node":1,"kind":"role","term":1,"role":"leader"})"
                            "\n";
  const auto counted = [](int voter) {
    return R"({"tick":1,"node":1,"kind":"note","term":1,"counted":)" + std::to_string(voter) +
           "}\n";
  };
  const auto config = [](const std::string& more) {
    return R"({"tick":2,"node":1,"kind":"config","term":1,)" + more + "}\n";
  };
  const std::string append = R"({"tick":2,"node":1,"kind":"append","term":1,"entries":[[1,1,"x"]]})"
                             "\n";
  const auto commit = [](const std::string& holders) {
    return R"({"tick":3,"node":1,"kind":"commit","term":1,"commit":1,"holders":)" + holders + "}\n";
  };
  const auto change = [](int index) {
    return R"({"tick":2,"node":1,"kind":"append","term":1,"entries":[[)" + std::to_string(index) +
           R"(,1,"conf-change +4"]]})"
           "\n";
  };
  const std::string good[] = {
      start + leads,  // who does not tell votes is taken to have them
      start + counted(1) + counted(2) + leads,
      start + config(R"("voters":[1,2,3,4])"),
      start + config(R"("voters":[4,5,6],"outgoing":[1,2,3])") + config(R"("voters":[4,5,6])"),
      start + leads + append + commit("[1,3]"),
      start + leads + change(1),
  };
  for (const std::string& trace : good) EXPECT_EQ(broken(report_on(trace)), Names{}) << trace;
  const std::string bad[] = {
      start + counted(1) + leads,
      start + config(R"("voters":[4,5])"),
      start + config(R"("voters":[1,2,3,4])") + leads + append + commit("[1,3]"),
      start + leads + change(1) + change(2),
      R"({"tick":1,"node":4,"kind":"start","term":1,"voters":[1,2,3],"learners":[4]})"
      "\n"
      R"({"tick":2,"node":4,"kind":"role","term":2,"role":"candidate"})"
      "\n",
  };
  for (const std::string& trace : bad) {
    EXPECT_EQ(broken(report_on(trace)), Names{"membership"}) << trace;
  }
  const auto is = [](const check::NotChecked& left_out) {
    return left_out.property == check::Property::kMembership;
  };
  const auto told = report_on(start).not_checked;
  EXPECT_EQ(std::count_if(told.begin(), told.end(), is), 0);
  const auto untold = report_on(leads).not_checked;
  EXPECT_EQ(std::count_if(untold.begin(), untold.end(), is), 1);
  EXPECT_FALSE(check::read_trace(config(R"("voters":"n1")")));
  EXPECT_FALSE(check::read_trace(config(R"("voters":[0])")));
}

// The least that a student prints.
TEST(Trace, AShortTraceIsCheckedAsFarAsItGoes) {
  const std::string two_leaders =
      "{\"tick\":1,\"node\":1,\"kind\":\"role\",\"term\":2,\"role\":\"leader\"}\n"
      "{\"tick\":2.5,\"node\":2,\"kind\":\"role\",\"term\":2,\"role\":\"leader\"}\n"
      "{\"tick\":3,\"node\":2,\"kind\":\"my-own-kind\",\"term\":2,\"index\":\"whatever\"}\n";
  const auto report = report_on(two_leaders);
  ASSERT_EQ(broken(report), Names{"election-safety"});
  EXPECT_EQ(not_checked(report), (Names{"leader-append-only", "log-matching", "leader-completeness",
                                        "state-machine-safety", "vote-once", "durable-before-ack",
                                        "disk-log-matching", "applied-equals-log", "one-outcome",
                                        "membership", "linearizability", "liveness"}));
  EXPECT_EQ(report.remarks, Names{"no line has 'commit': of monotonic, terms alone were checked"});
  EXPECT_EQ(report.violations[0].later.text, "n2 leads term 2");
}

TEST(Trace, WithoutDurableLinesAVoteCountsAtOnce) {
  const std::string votes =
      R"({"tick":1,"node":1,"kind":"vote","term":2,"candidate":2,"granted":true})"
      "\n"
      R"({"tick":2,"node":1,"kind":"crash","term":2})"
      "\n"
      R"({"tick":3,"node":1,"kind":"restart","term":2})"
      "\n"
      R"({"tick":4,"node":1,"kind":"vote","term":2,"candidate":3,"granted":true})"
      "\n";
  EXPECT_EQ(broken(report_on(votes)), Names{"vote-once"});
  const std::string later = votes + R"({"tick":0.5,"node":2,"kind":"durable","term":0,"last":0})";
  EXPECT_EQ(broken(report_on(later)), Names{}) << "it says when things are stored: not yet";
}

// However its writer spaces JSON.
TEST(Trace, APreVoteIsNoVote) {
  for (const std::string yes : {"true", " true"}) {
    const auto grants = [&](int tick, int candidate) {
      return R"({"tick":)" + std::to_string(tick) + R"(,"node":1,"kind":"vote","term":2,)" +
             R"("candidate":)" + std::to_string(candidate) + R"(,"granted":true,"pre_vote":)" +
             yes + "}\n";
    };
    EXPECT_EQ(broken(report_on(grants(1, 2) + grants(2, 3))), Names{});
  }
}

TEST(Trace, AHoleInALogIsRemarkedUpon) {
  const auto report =
      report_on(R"({"tick":1,"node":1,"kind":"append","term":1,"entries":[[1,1,"a"]]})"
                "\n"
                R"({"tick":2,"node":1,"kind":"append","term":1,"entries":[[900000000000,1,"a"]]})");
  ASSERT_EQ(broken(report), Names{});
  ASSERT_EQ(report.remarks.size(), 2u);
  EXPECT_EQ(report.remarks[0],
            "line 2: n1 appends entry 900000000000, but its log ended at 1; the line is left out");
}

// A follower takes a snapshot into its log first and into its state machine a moment later. Whoever
// tells both is believed; whoever tells neither has done both at once.
TEST(Trace, ASnapshotMayReachTheStateMachineAfterTheLog) {
  const auto line = [](const std::string& rest) {
    return "{\"tick\":1,\"node\":5,\"term\":2," + rest + "}\n";
  };
  const std::string before = line(R"("kind":"restart","commit":6,"applied":6,"last":6)");
  const std::string snapshot = R"("kind":"snapshot","index":9,"entry_term":2)";
  const std::string behind = R"("kind":"apply","entries":[[10,2,"a"]],"applied":10)";

  // As our own traces have it.
  const std::string told = line(snapshot + R"(,"commit":9,"applied":6)");
  const std::string config = line(R"("kind":"config","commit":9,"applied":6,"voters":[5])");
  const std::string installed = line(R"("kind":"note","commit":9,"applied":9)");
  EXPECT_EQ(broken(report_on(before + told + config + installed + line(behind))), Names{});
  // The note need not be there.
  EXPECT_EQ(broken(report_on(before + told + config + line(behind))), Names{});
  // All at once.
  EXPECT_EQ(broken(report_on(before + line(snapshot) + line(behind))), Names{});

  // What falls, and what is left out, is still found.
  EXPECT_EQ(broken(report_on(before + line(snapshot) + line(R"("kind":"note","applied":6)"))),
            Names{"monotonic"});
  EXPECT_EQ(broken(report_on(before + told + installed + line(R"("kind":"note","applied":6)"))),
            Names{"monotonic"});
  EXPECT_EQ(broken(report_on(before + told + installed + line(behind) +
                             line(R"("kind":"apply","entries":[[12,2,"c"]],"applied":12)"))),
            Names{"applied-equals-log"});
}

TEST(Trace, WhatIsWrongIsSaidWithItsLine) {
  const auto line = [](std::string_view rest) {
    return "{\"tick\":1,\"node\":1,\"term\":1," + std::string(rest) + "}";
  };
  const std::pair<std::string, std::string> cases[] = {
      {"garbage", "line 1: is no JSON near its byte 1"},
      {"\n\n7", "line 3: is no JSON object"},
      {line("\"kind\":7"), "line 1: 'kind' must be a text"},
      {"{\"tick\":\"soon\"}", "line 1: 'tick' must be a number of ticks such as 12.5"},
      {"{\"tick\":1e300}", "line 1: 'tick' must be a number of ticks such as 12.5"},
      {"{\"tick\":1,\"node\":70000}", "line 1: 'node' is above 1000"},
      {"{\"tick\":1,\"node\":1,\"kind\":\"term\"}",
       "line 1: 'term' must be a whole number from 0 on"},
      {line("\"kind\":\"append\",\"entries\":[[1]]"),
       "line 1: 'entries' must be a list of [index, term, content]"},
      {line("\"kind\":\"append\",\"entries\":[[1,1,\"a\"],[3,1,\"b\"]]"),
       "line 1: the indexes in 'entries' must follow each other"},
      {line("\"kind\":\"vote\",\"granted\":\"yes\""), "line 1: 'granted' must be true or false"},
      {line("\"kind\":\"send\",\"to\":\"x9\""),
       "line 1: 'to' must be a node's number, or a client such as \"c1\""},
      {line("\"kind\":\"commit\",\"commit\":18446744073709551615"),
       "line 1: 'commit' must be a whole number from 0 on"},
      {std::string("{\"tick\":1,\0", 11), "line 1: is no JSON"},
  };
  for (const auto& [file, message] : cases) {
    const auto trace = check::read_trace(file);
    ASSERT_FALSE(trace) << message;
    EXPECT_EQ(trace.error().message.substr(0, message.size()), message);
  }
}

// Numbers at the edge of what is accepted break nothing.
TEST(Trace, HugeNumbersAreHarmless) {
  const std::string huge = "9223372036854775807";
  std::string file;
  for (const char* kind : {"start", "append", "durable", "truncate", "commit", "apply", "snapshot",
                           "restart", "crash", "send", "vote", "role"}) {
    file += "{\"tick\":1,\"node\":1,\"term\":" + huge + ",\"kind\":\"" + std::string(kind) +
            "\",\"commit\":" + huge + ",\"applied\":" + huge + ",\"last\":" + huge +
            ",\"from\":" + huge + ",\"index\":" + huge + ",\"entry_term\":" + huge +
            ",\"candidate\":" + huge +
            ",\"granted\":true,\"type\":\"append-reply\",\"to\":" + huge +
            ",\"role\":\"leader\",\"entries\":[[" + huge + ',' + huge + ",\"a\"]]}\n";
  }
  (void)report_on(file + file);
}

}  // namespace
}  // namespace check_test
