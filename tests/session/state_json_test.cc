#include "app/session/state_json.h"

#include <nlohmann/json.hpp>

#include "tests/session/session_test.h"

namespace session {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> out;
  for (const auto& [key, value] : object.items()) out.push_back(key);
  return out;
}

using Keys = std::vector<std::string>;

TEST(StateJson, HasTheKeysOfTheContract) {
  Session session = finished_run();
  const Json state = Json::parse(state_json(session, {}));
  EXPECT_EQ(keys(state), (Keys{"model", "seed", "tick", "event", "branch", "digest", "config",
                               "nodes", "network", "requests", "violations"}));
  EXPECT_EQ(keys(state["config"]),
            (Keys{"voters", "outgoing", "learners", "learners_next", "auto_leave"}));
  ASSERT_EQ(state["nodes"].size(), 3u);
  EXPECT_EQ(keys(state["nodes"][0]),
            (Keys{"id",       "status", "reason",  "role",       "term",    "vote",
                  "leader",   "commit", "applied", "first",      "last",    "durable",
                  "snapshot", "timer",  "votes",   "transferee", "clock",   "disk",
                  "mistakes", "log",    "kv",      "sessions",   "progress"}));
  EXPECT_EQ(keys(state["network"]), (Keys{"in_flight", "cuts", "holds"}));
  ASSERT_FALSE(state["network"]["in_flight"].empty());
  EXPECT_EQ(keys(state["network"]["in_flight"][0]),
            (Keys{"id", "type", "from", "to", "term", "sent", "due"}));
  EXPECT_EQ(state["seed"], 42);
  EXPECT_EQ(state["branch"], "main");
  EXPECT_EQ(state["digest"], session.cluster().digest().text());
}

TEST(StateJson, EscapesBytesAndBackslashes) {
  EXPECT_EQ(json_string("a\\b\"\xFF\né"), R"("a\\\\b\"\\xff\né")");
  Session session =
      finished_run("put \"\\xff\\\\\" \"v\" via n1\ntick 60\nput k \"\\x80\"\ntick 60");
  const Json state = Json::parse(state_json(session, {}));
  EXPECT_EQ(state["requests"][0]["key"], "\\xff\\\\");
  EXPECT_EQ(state["nodes"][0]["kv"]["k"], "\\x80");
}

TEST(StateJson, ShowsRequestsLogsAndCuts) {
  Session session = finished_run(
      "timer n1 2\nuntil leader n1\nput x 1\ntick 10\ncas x 1 2\ntick 10\nget x\ntick 10\n"
      "delete y\ntick 10\nget y\ntick 10\ncut n1->n3\nhold n2->n1\ncrash n5\n");
  const Json state = Json::parse(state_json(session, {2}));
  EXPECT_EQ(state["requests"][0]["result"], "ok");
  EXPECT_EQ(state["requests"][0]["reason"], nullptr);
  EXPECT_FALSE(state["requests"][0].contains("output"));
  EXPECT_EQ(state["requests"][1]["output"], true);
  EXPECT_EQ(state["requests"][2]["output"], "2");
  EXPECT_EQ(state["requests"][3]["output"], false);
  EXPECT_EQ(state["requests"][4]["output"], nullptr);
  EXPECT_TRUE(state["requests"][4].contains("output"));
  EXPECT_EQ(state["network"]["cuts"], Json::parse("[[1,3]]"));
  EXPECT_EQ(state["network"]["holds"], Json::parse("[[2,1]]"));
  EXPECT_EQ(state["nodes"][0]["log"].size(), 2u);
  const Json& down = state["nodes"][4];
  EXPECT_EQ(down["status"], "down");
  EXPECT_EQ(down["role"], "none");
  EXPECT_EQ(down["timer"], nullptr);
  EXPECT_EQ(down["leader"], 0);
  EXPECT_EQ(keys(state["nodes"][0]["progress"]), (Keys{"2", "3", "4", "5"}));
  EXPECT_EQ(keys(state["nodes"][0]["progress"]["2"]),
            (Keys{"match", "next", "state", "inflight", "pending_snapshot", "active"}));
  EXPECT_TRUE(state["nodes"][1]["progress"].empty());
  const Json all = Json::parse(state_json(session, {}));
  EXPECT_EQ(all["nodes"][0]["log"][0], Json::parse(R"({"index":1,"term":1,"type":"noop"})"));
  EXPECT_EQ(all["nodes"][0]["log"][1],
            Json::parse(R"({"index":2,"term":1,"type":"put","key":"x","value":"1"})"));
}

}  // namespace
}  // namespace session
