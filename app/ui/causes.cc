#include "app/ui/causes.h"

#include <algorithm>

namespace ui {

const sim::Fact* find_fact(const std::deque<sim::Fact>& facts, std::uint64_t id) {
  const auto found = std::lower_bound(
      facts.begin(), facts.end(), id,
      [](const sim::Fact& fact, std::uint64_t wanted) { return fact.id < wanted; });
  return found != facts.end() && found->id == id ? &*found : nullptr;
}

std::vector<const sim::Fact*> causes_of(const std::deque<sim::Fact>& facts, std::uint64_t id,
                                        std::size_t most) {
  std::vector<const sim::Fact*> chain;
  // Causes come before what they cause; whoever says otherwise (a trace of others) ends the chain.
  std::uint64_t below = ~0ull;
  while (id != 0 && id < below && chain.size() < most) {
    const sim::Fact* fact = find_fact(facts, id);
    if (fact == nullptr) break;
    below = id;
    id = fact->cause;
    const bool told = fact->kind == sim::FactKind::kSend && !chain.empty() &&
                      (chain.back()->kind == sim::FactKind::kReceive ||
                       chain.back()->kind == sim::FactKind::kDrop) &&
                      chain.back()->message == fact->message;
    if (!told) chain.push_back(fact);
  }
  return chain;
}

std::vector<const sim::Fact*> effects_of(const std::deque<sim::Fact>& facts, std::uint64_t id,
                                         std::size_t most) {
  std::vector<const sim::Fact*> out;
  auto fact = std::upper_bound(
      facts.begin(), facts.end(), id,
      [](std::uint64_t wanted, const sim::Fact& other) { return wanted < other.id; });
  // What is caused follows soon.
  for (int looked = 0; fact != facts.end() && out.size() < most && looked < 4000; ++fact, ++looked)
    if (fact->cause == id) out.push_back(&*fact);
  return out;
}

scene::Target target_of(const sim::Fact& fact) {
  scene::Target target;
  target.kind = scene::Target::Kind::kFact;
  target.fact = fact.id;
  target.node = fact.node;
  const bool about_message =
      fact.kind == sim::FactKind::kSend || fact.kind == sim::FactKind::kReceive ||
      fact.kind == sim::FactKind::kDrop || fact.kind == sim::FactKind::kDuplicate;
  target.message = about_message ? fact.message : 0;
  return target;
}

}  // namespace ui
