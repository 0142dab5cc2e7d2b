#include "app/check/history.h"

#include <gtest/gtest.h>

namespace {

using check::Effect;
using check::HistoryOp;

sim::RequestView request(sim::Operation operation, sim::Outcome outcome, std::string reason = "") {
  sim::RequestView view;
  view.client = 3;
  view.request.operation = operation;
  view.request.key = "x";
  view.request.value = "v";
  view.outcome = outcome;
  view.reason = std::move(reason);
  view.call_event = 10;
  view.return_event = 14;
  return view;
}

TEST(History, OutcomesBecomeEffects) {
  using sim::Operation;
  using sim::Outcome;
  const auto effect = [](Outcome outcome, std::string reason = "") {
    return check::history_of({request(Operation::kPut, outcome, std::move(reason))})
        .operations[0]
        .effect;
  };
  EXPECT_EQ(effect(Outcome::kOk), Effect::kDone);
  EXPECT_EQ(effect(Outcome::kPending), Effect::kUnknown);
  EXPECT_EQ(effect(Outcome::kUnknown), Effect::kUnknown);
  EXPECT_EQ(effect(Outcome::kDropped), Effect::kNever);
  EXPECT_EQ(effect(Outcome::kRefused, "not-leader"), Effect::kNever);
  EXPECT_EQ(effect(Outcome::kRefused, "epoch-not-match"), Effect::kNever);
  EXPECT_EQ(effect(Outcome::kRefused, "stale-command"), Effect::kUnknown);
}

TEST(History, AfterAnUnknownOutcomeAClientIsAnother) {
  const auto put = sim::Operation::kPut;
  const auto history =
      check::history_of({request(put, sim::Outcome::kOk), request(put, sim::Outcome::kUnknown),
                         request(put, sim::Outcome::kOk)});
  EXPECT_EQ(history.operations[0].client, 3u);
  EXPECT_EQ(history.operations[1].client, 3u);
  EXPECT_NE(history.operations[2].client, 3u);
}

TEST(History, OneLineIsAsDocumented) {
  sim::RequestView cas = request(sim::Operation::kCas, sim::Outcome::kOk);
  cas.has_output = true;
  cas.output = "true";
  EXPECT_EQ(
      check::write_history(check::history_of({cas})),
      "{\"client\":3,\"op\":\"cas\",\"key\":\"x\",\"expect\":null,\"value\":\"v\",\"call\":10,"
      "\"return\":14,\"ok\":true,\"output\":true}\n");
  sim::RequestView get = request(sim::Operation::kGet, sim::Outcome::kOk);
  get.has_output = true;
  EXPECT_EQ(check::write_history(check::history_of({get})),
            "{\"client\":3,\"op\":\"get\",\"key\":\"x\",\"call\":10,\"return\":14,\"ok\":true,"
            "\"output\":null}\n");
  EXPECT_EQ(check::write_history(
                check::history_of({request(sim::Operation::kDelete, sim::Outcome::kUnknown)})),
            "{\"client\":3,\"op\":\"delete\",\"key\":\"x\",\"call\":10,\"ok\":\"unknown\"}\n");
}

TEST(History, AnyBytesSurviveARoundTrip) {
  for (const std::string& bytes :
       {std::string("\xff\xfe"), std::string("a\0b", 3), std::string("back\\slash \\x41"),
        std::string("quote\" new\nline \x01"), std::string("\xe4\xb8\xad\xe6\x96\x87"),
        std::string("\xed\xa0\x80 \xc0\x80 \xf5"), std::string()}) {
    check::History history;
    check::Operation made;
    made.op = HistoryOp::kCas;
    made.key = bytes;
    made.value = bytes;
    made.expect = bytes;
    made.effect = Effect::kDone;
    made.has_output = true;
    made.truth = true;
    history.operations = {made};
    const std::string text = check::write_history(history);
    const auto again = check::read_history(text);
    ASSERT_TRUE(again) << again.error().message << text;
    EXPECT_EQ(*again, history) << text;
  }
  EXPECT_NE(check::write_history({{[] {
              check::Operation o;
              o.key = "\xff\\";
              return o;
            }()}})
                .find("\"\\\\xff\\\\\\\\\""),
            std::string::npos);
}

TEST(History, ReadsWhatOthersWrite) {
  const auto history = check::read_history(
      "# a comment\n"
      "\n"
      R"({"client":1,"op":"put","key":"x","value":"1","call":10,"return":14,"ok":true,"extra":[1]})"
      "\r\n"
      R"({"ok":"unknown","call":23,"value":"b","key":"x","op":"append","client":3})");
  ASSERT_TRUE(history) << history.error().message;
  ASSERT_EQ(history->operations.size(), 2u);
  EXPECT_EQ(history->operations[0].returned, 14u);
  EXPECT_EQ(history->operations[1].op, HistoryOp::kAppend);
  EXPECT_EQ(history->operations[1].effect, Effect::kUnknown);
}

std::string good(std::string_view with, std::string_view instead) {
  std::string line =
      R"({"client":1,"op":"get","key":"x","call":1,"return":2,"ok":true,"output":"1"})";
  const auto at = line.find(with);
  EXPECT_NE(at, std::string::npos);
  return line.replace(at, with.size(), instead);
}

TEST(History, WhatIsWrongIsSaidWithItsLine) {
  const std::pair<std::string, std::string> cases[] = {
      {"{", "line 1: is no JSON near its byte 2"},
      {"# fine\n[1]", "line 2: is no JSON object"},
      {good("\"get\"", "\"frob\""), "line 1: 'op' must be get, put, delete, cas or append"},
      {good("\"call\":1", "\"call\":-1"), "line 1: 'call' must be a whole number from 0 on"},
      {good("\"call\":1", "\"call\":1.5"), "line 1: 'call' must be a whole number from 0 on"},
      {good("\"call\":1", "\"call\":99999999999999999999"),
       "line 1: 'call' must be a whole number from 0 on"},
      {good("\"call\":1", "\"call\":3"), "line 1: 'return' is before 'call'"},
      {good("true", "\"maybe\""), "line 1: 'ok' must be true, false or \"unknown\""},
      {good(",\"output\":\"1\"", ""), "line 1: a get that is ok needs an 'output', a text or null"},
      {good("\"output\":\"1\"", "\"output\":7"), "line 1: 'output' must be a text or null"},
      {good("\"key\":\"x\"", "\"key\":\"\\\\q\""),
       "line 1: 'key' must be a text in which a backslash is followed by another one or by xHH"},
      {good("\"key\":\"x\"", "\"key\":\"\xff\""), "line 1: is no JSON near its byte"},
      {std::string(100000, '['), "line 1: is nested too deeply"},
      {std::string(check::history_op_name(HistoryOp::kGet)) + std::string(17000000, ' '),
       "line 1: has 17000003 bytes, at most 16777216 are read"},
  };
  for (const auto& [file, message] : cases) {
    const auto history = check::read_history(file);
    ASSERT_FALSE(history) << message;
    EXPECT_EQ(history.error().message.substr(0, message.size()), message);
  }
}

TEST(History, AScanIsAGetPerKnownKeyOfItsRange) {
  auto put = request(sim::Operation::kPut, sim::Outcome::kOk);
  auto outside = put;
  outside.request.key = "z";
  auto scan = request(sim::Operation::kScan, sim::Outcome::kOk);
  scan.id = 3;
  scan.request.key = "a";
  scan.request.value = "y";
  scan.rows = {{"b", "2"}};
  const auto history = check::history_of({put, outside, scan});
  ASSERT_EQ(history.operations.size(), 4u);
  EXPECT_EQ(check::write_history({{history.operations[2]}}),
            "{\"client\":3,\"op\":\"get\",\"key\":\"b\",\"call\":10,\"return\":14,\"ok\":true,"
            "\"output\":\"2\",\"scan\":3}\n");
  EXPECT_EQ(history.operations[3].key, "x");
  EXPECT_EQ(history.operations[3].output, std::nullopt);
  const auto back = check::read_history(check::write_history(history));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, history);
}

}  // namespace
