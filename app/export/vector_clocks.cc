#include "app/export/vector_clocks.h"

#include <algorithm>

namespace exporter {

std::string VectorClocks::host(const sim::Fact& fact) {
  // The network copies, not the sender.
  if (fact.kind == sim::FactKind::kDuplicate) return {};
  if (fact.node.value != 0) return "n" + std::to_string(fact.node.value);
  if (fact.client != 0) return "c" + std::to_string(fact.client);
  return {};
}

std::string VectorClocks::count(const sim::Fact& fact) {
  using sim::FactKind;
  // What a message carries; receipts, losses and copies name as their cause how it was made.
  const auto carried = sent_.find(fact.cause);
  const bool ends = fact.kind == FactKind::kReceive || fact.kind == FactKind::kDrop;
  if (fact.kind == FactKind::kDuplicate && carried != sent_.end()) {
    const Clock copy = carried->second;
    sent_[fact.id] = copy;
  }
  const std::string name = host(fact);
  std::string out;
  if (!name.empty()) {
    Clock& clock = clocks_[name];
    if (fact.kind == FactKind::kReceive && carried != sent_.end()) {
      for (const auto& [place, count] : carried->second) {
        std::uint64_t& mine = clock[place];
        mine = std::max(mine, count);
      }
    }
    ++clock[name];
    if (fact.kind == FactKind::kSend) sent_[fact.id] = clock;
    for (const auto& [place, count] : clock)
      out += (out.empty() ? "{\"" : ",\"") + place + "\":" + std::to_string(count);
    out += "}";
  }
  if (ends && carried != sent_.end()) sent_.erase(carried);
  return out;
}

}  // namespace exporter
