#include "app/check/smallest.h"

#include <gtest/gtest.h>

namespace {

using check::Effect;
using check::History;
using check::HistoryOp;
using check::Operation;

Operation put(std::uint64_t call, std::uint64_t returned, std::string value) {
  Operation made;
  made.op = HistoryOp::kPut;
  made.key = "x";
  made.value = std::move(value);
  made.call = call;
  made.returned = returned;
  made.effect = Effect::kDone;
  return made;
}

Operation get(std::uint64_t call, std::uint64_t returned, std::optional<std::string> output) {
  Operation made;
  made.op = HistoryOp::kGet;
  made.key = "x";
  made.call = call;
  made.returned = returned;
  made.effect = Effect::kDone;
  made.has_output = true;
  made.output = std::move(output);
  return made;
}

std::vector<std::size_t> smallest(const History& history) {
  return check::smallest_unordered(history, check::check_linearizability(history));
}

TEST(Smallest, AStaleReadNeedsTheWriteItSawAndTheOneItMissed) {
  History history{{put(1, 2, "1"), get(3, 4, "1"), put(5, 6, "2"), get(7, 8, "2"), put(9, 10, "3"),
                   get(11, 12, "2"), put(13, 14, "4")}};
  EXPECT_EQ(smallest(history), (std::vector<std::size_t>{2, 4, 5}));
}

TEST(Smallest, OtherKeysAndWhatCameLaterHaveNoPart) {
  History history{{put(1, 2, "1"), put(3, 4, "2"), get(5, 6, "1"), get(7, 8, "1")}};
  history.operations.insert(history.operations.begin(), put(1, 2, "9"));
  history.operations.front().key = "y";
  EXPECT_EQ(smallest(history), (std::vector<std::size_t>{1, 2, 3}));
}

TEST(Smallest, NothingIfAllCanBeOrdered) {
  EXPECT_TRUE(smallest({{put(1, 2, "1"), get(3, 4, "1")}}).empty());
  EXPECT_TRUE(smallest({}).empty());
}

TEST(Smallest, ALostWriteNeedsOnlyItself) {
  // The write had returned before the read began, and the read found nothing.
  EXPECT_EQ(smallest({{put(1, 2, "1"), put(3, 4, "2"), get(5, 6, std::nullopt)}}).size(), 2u);
}

}  // namespace
