#include "app/session/timeline.h"

#include <iterator>
#include <utility>
#include <vector>

namespace session {
namespace {

constexpr std::size_t kMaxDense = 64;
constexpr std::uint64_t kMaxSpacing = 1ull << 40;

}  // namespace

const World* Timeline::latest(const Line& line, const sim::Position& last,
                              const std::function<bool(const sim::Position&)>& fits) const {
  const auto& stretches = line.stretches();
  for (auto stretch = stretches.rbegin(); stretch != stretches.rend(); ++stretch) {
    const auto found = branches_.find(stretch->branch);
    if (found == branches_.end()) continue;
    const sim::Position& end = is_before(stretch->end, last) ? stretch->end : last;
    auto place = found->second.upper_bound({end.events, end.at.millis});
    while (place != found->second.begin()) {
      --place;
      const World& world = *place->second.world;
      if (fits(world.position())) return &world;
    }
  }
  return nullptr;
}

bool Timeline::is_due(const Line& line, const sim::Position& at) const {
  const World* before = latest(line, at, [](const sim::Position&) { return true; });
  return before == nullptr || at.events - before->position().events >= spacing_;
}

void Timeline::add(const Line& line, std::unique_ptr<World> world, bool dense) {
  const sim::Position at = world->position();
  world->tell(nullptr);
  Checkpoints& of = branches_[line.owner(at)];
  const auto [place, fresh] = of.try_emplace({at.events, at.at.millis});
  if (!fresh) return;
  place->second.world = std::move(world);
  place->second.dense = dense ? next_dense_++ : 0;
  weigh(of, place);
  if (std::next(place) != of.end()) weigh(of, std::next(place));
  if (dense) limit_dense();
  if (bytes_ > budget_) thin_out();
}

void Timeline::weigh(Checkpoints& of, Checkpoints::iterator which) {
  Checkpoint& checkpoint = which->second;
  sum_of(checkpoint) -= checkpoint.bytes;
  // The first of a branch is compared with nothing that it shares; what it has of its parent counts
  // twice then.
  const World& before = which == of.begin() ? *checkpoint.world : *std::prev(which)->second.world;
  checkpoint.bytes = checkpoint.world->bytes_beyond(before);
  sum_of(checkpoint) += checkpoint.bytes;
}

void Timeline::erase(Checkpoints& of, Checkpoints::iterator which) {
  sum_of(which->second) -= which->second.bytes;
  const auto next = of.erase(which);
  if (next != of.end()) weigh(of, next);
}

void Timeline::limit_dense() {
  std::size_t count = 0;
  for (const auto& [branch, of] : branches_) {
    for (const auto& [key, checkpoint] : of) count += checkpoint.dense != 0 ? 1 : 0;
  }
  if (count <= kMaxDense) return;
  const std::uint64_t oldest = next_dense_ - kMaxDense / 2;
  for (auto& [branch, of] : branches_) {
    for (auto place = of.begin(); place != of.end();) {
      const auto here = place++;
      if (here->second.dense != 0 && here->second.dense < oldest) erase(of, here);
    }
  }
}

void Timeline::thin_out() {
  while (bytes_ > budget_ && spacing_ < kMaxSpacing) {
    spacing_ *= 2;
    for (auto& [branch, of] : branches_) {
      if (of.empty()) continue;
      std::uint64_t kept = of.begin()->first.first;
      for (auto place = std::next(of.begin()); place != of.end();) {
        const auto here = place++;
        // The last one is where somebody left, or where the run goes on.
        if (place == of.end()) break;
        if (here->second.dense != 0) continue;
        if (here->first.first - kept >= spacing_) {
          kept = here->first.first;
        } else {
          erase(of, here);
        }
      }
    }
  }
}

void Timeline::forget_branch(std::size_t branch) {
  std::map<std::size_t, Checkpoints> rest;
  bytes_ = 0;
  dense_bytes_ = 0;
  for (auto& [number, of] : branches_) {
    if (number == branch) continue;
    for (const auto& [key, checkpoint] : of) sum_of(checkpoint) += checkpoint.bytes;
    rest[number > branch ? number - 1 : number] = std::move(of);
  }
  branches_ = std::move(rest);
}

std::size_t Timeline::size() const {
  std::size_t count = 0;
  for (const auto& [branch, of] : branches_) count += of.size();
  return count;
}

}  // namespace session
