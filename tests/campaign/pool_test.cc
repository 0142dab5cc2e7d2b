#include "app/campaign/pool.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <vector>

#include "app/campaign/report.h"

namespace campaign {
namespace {

PoolWork squares(std::vector<std::string>& taken) {
  PoolWork pool;
  pool.count = 40;
  pool.processes = 3;
  pool.work = [](std::uint64_t piece) { return std::to_string(piece * piece); };
  pool.take = [&taken](std::uint64_t piece, const ChildResult& result) {
    EXPECT_EQ(piece, taken.size());
    taken.push_back(result.bytes);
    return true;
  };
  pool.more = [] { return true; };
  return pool;
}

TEST(Pool, HandsOutResultsInTheOrderOfTheWork) {
  std::vector<std::string> taken;
  PoolWork pool = squares(taken);
  // The first is the last to be done, and more than a pipe holds.
  pool.work = [](std::uint64_t piece) {
    if (piece == 0) ::usleep(50'000);
    return std::string(piece == 0 ? 200'000 : piece, 'x');
  };
  ASSERT_TRUE(run_pool(pool));
  ASSERT_EQ(taken.size(), 40U);
  EXPECT_EQ(taken[0].size(), 200'000U);
  for (std::size_t i = 1; i < taken.size(); ++i) EXPECT_EQ(taken[i].size(), i);
}

TEST(Pool, EndsWhenEnoughIsKnown) {
  std::vector<std::string> taken;
  PoolWork pool = squares(taken);
  pool.take = [&taken](std::uint64_t, const ChildResult& result) {
    taken.push_back(result.bytes);
    return taken.size() < 5;
  };
  ASSERT_TRUE(run_pool(pool));
  EXPECT_EQ(taken, (std::vector<std::string>{"0", "1", "4", "9", "16"}));
}

TEST(Pool, EndsWhenItIsTold) {
  std::vector<std::string> taken;
  PoolWork pool = squares(taken);
  pool.work = [](std::uint64_t) {
    ::pause();  // its end does not come by itself
    return std::string();
  };
  pool.more = [] { return false; };
  ASSERT_TRUE(run_pool(pool));
  EXPECT_TRUE(taken.empty());
}

TEST(Pool, AChildThatDiesIsAResult) {
  std::vector<std::string> taken;
  PoolWork pool = squares(taken);
  std::vector<int> signals;
  pool.work = [](std::uint64_t piece) {
    if (piece == 2) ::raise(SIGKILL);
    return std::to_string(piece);
  };
  pool.take = [&](std::uint64_t, const ChildResult& result) {
    signals.push_back(result.signal);
    return true;
  };
  ASSERT_TRUE(run_pool(pool));
  ASSERT_EQ(signals.size(), 40U);
  EXPECT_EQ(signals[1], 0);
  EXPECT_EQ(signals[2], SIGKILL);
}

TEST(Report, ReadsBackAsItWasAndTellsOfADeath) {
  auto session = session::Session::start({});
  ASSERT_TRUE(session);
  Played run{{session::Exit::kViolated, check::Property::kVoteOnce, 12, {3500}, "two\nlines"},
             *std::move(session)};
  const SeedReport read = decode_report(encode_report(run, true), 0);
  EXPECT_EQ(read.outcome.exit, session::Exit::kViolated);
  EXPECT_EQ(read.outcome.property, check::Property::kVoteOnce);
  EXPECT_EQ(read.outcome.event, 12U);
  EXPECT_EQ(read.outcome.at, sim::Instant{3500});
  EXPECT_EQ(read.outcome.text, "two lines");
  EXPECT_TRUE(session::decode_recording(read.recording, "report"));
  EXPECT_TRUE(decode_report(encode_report(run, false), 0).recording.empty());

  EXPECT_EQ(static_cast<int>(decode_report("", SIGABRT).outcome.exit), 128 + SIGABRT);
  EXPECT_NE(decode_report("4\nvote", 0).outcome.exit, session::Exit::kOk);
}

}  // namespace
}  // namespace campaign
