#include "app/ui/causes.h"

#include <algorithm>
#include <set>

#include "app/scene/fact_sign.h"

namespace ui {

std::vector<const sim::Fact*> causes_of(const std::deque<sim::Fact>& facts, std::uint64_t id,
                                        std::size_t most) {
  std::vector<const sim::Fact*> chain;
  // Causes come before what they cause; whoever says otherwise (a trace of others) ends the chain.
  std::uint64_t below = ~0ull;
  while (id != 0 && id < below && chain.size() < most) {
    const sim::Fact* fact = scene::find_fact(facts, id);
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

std::vector<std::uint64_t> causal_past(const std::deque<sim::Fact>& facts, std::uint64_t id) {
  std::set<std::uint64_t> past;
  std::vector<std::uint64_t> open{id};
  while (!open.empty() && past.size() < 3000) {
    const std::uint64_t next = open.back();
    open.pop_back();
    const sim::Fact* fact = scene::find_fact(facts, next);
    if (fact == nullptr || !past.insert(next).second) continue;
    if (fact->cause < next) open.push_back(fact->cause);
    // Some facts need several: a majority of votes, or of answers.
    const bool elected =
        fact->kind == sim::FactKind::kRole && fact->core.role == raft::Role::kLeader;
    const bool commits = fact->kind == sim::FactKind::kCommit && !fact->core.members.empty();
    if (!elected && !commits) continue;
    std::set<raft::NodeId> heard;
    auto before = std::lower_bound(
        facts.begin(), facts.end(), next,
        [](const sim::Fact& other, std::uint64_t wanted) { return other.id < wanted; });
    for (int looked = 0; before != facts.begin() && looked < 3000; ++looked) {
      --before;
      if (before->node != fact->node || before->kind != sim::FactKind::kNote) continue;
      if (before->term != fact->term) break;
      const raft::Event& core = before->core;
      const bool vote = elected && core.kind == raft::EventKind::kVoteCounted && core.granted;
      const bool holds = commits && core.kind == raft::EventKind::kProgressChanged &&
                         core.index >= fact->core.index;
      if ((vote || holds) && heard.insert(core.peer).second) open.push_back(before->id);
    }
  }
  return {past.begin(), past.end()};
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
