#include <gtest/gtest.h>

#include "app/export/vector_clocks.h"

namespace exporter {
namespace {

using sim::FactKind;

sim::Fact fact(std::uint64_t id, FactKind kind, std::uint64_t node, std::uint64_t cause = 0) {
  sim::Fact out;
  out.id = id;
  out.kind = kind;
  out.node = {node};
  out.cause = cause;
  return out;
}

TEST(VectorClocks, AReceiptKnowsWhatTheSenderDid) {
  VectorClocks clocks;
  EXPECT_EQ(clocks.count(fact(1, FactKind::kStart, 1)), "{\"n1\":1}");
  EXPECT_EQ(clocks.count(fact(2, FactKind::kSend, 1, 1)), "{\"n1\":2}");
  EXPECT_EQ(clocks.count(fact(3, FactKind::kTerm, 1, 1)), "{\"n1\":3}");
  EXPECT_EQ(clocks.count(fact(4, FactKind::kStart, 2)), "{\"n2\":1}");
  EXPECT_EQ(clocks.count(fact(5, FactKind::kReceive, 2, 2)), "{\"n1\":2,\"n2\":2}");
}

TEST(VectorClocks, ACopyKnowsTheSameAsTheOriginal) {
  VectorClocks clocks;
  clocks.count(fact(1, FactKind::kSend, 1));
  EXPECT_EQ(clocks.count(fact(2, FactKind::kDuplicate, 1, 1)), "");
  clocks.count(fact(3, FactKind::kReceive, 2, 1));  // the original has arrived
  EXPECT_EQ(clocks.count(fact(4, FactKind::kReceive, 3, 2)), "{\"n1\":1,\"n3\":1}");
}

TEST(VectorClocks, TheNetworkHasNone) {
  VectorClocks clocks;
  clocks.count(fact(1, FactKind::kSend, 1));
  EXPECT_EQ(clocks.count(fact(2, FactKind::kDrop, 0, 1)), "");
  sim::Fact asked = fact(3, FactKind::kRequest, 0);
  asked.client = 2;
  EXPECT_EQ(clocks.count(asked), "{\"c2\":1}");
}

}  // namespace
}  // namespace exporter
