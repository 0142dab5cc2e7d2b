#include "app/session/line.h"

#include <algorithm>

namespace session {
namespace {

constexpr sim::Position kForever{{UINT64_MAX}, UINT64_MAX};

std::size_t commands_in(const Branch& branch, std::uint64_t events) {
  const auto first = std::partition_point(
      branch.commands.begin(), branch.commands.end(),
      [events](const RecordedCommand& command) { return command.at.events < events; });
  return static_cast<std::size_t>(first - branch.commands.begin());
}

std::size_t digests_in(const Branch& branch, const sim::Position& at) {
  const auto first =
      std::partition_point(branch.digests.begin(), branch.digests.end(),
                           [&at](const DigestMark& mark) { return !is_before(at, mark.at); });
  return static_cast<std::size_t>(first - branch.digests.begin());
}

}  // namespace

Line::Line(const Recording& recording, std::size_t branch) : recording_(&recording) {
  sim::Position end = kForever;
  for (std::size_t number = branch;;) {
    stretches_.push_back({number, end, 0, 0});
    const auto& fork = recording.branch(number).fork;
    if (!fork) break;
    end = fork->at;
    number = fork->parent;
  }
  std::reverse(stretches_.begin(), stretches_.end());
  for (std::size_t i = 1; i < stretches_.size(); ++i) {
    const Stretch& before = stretches_[i - 1];
    stretches_[i].commands = before.commands + commands_in(branch_of(before), before.end.events);
    stretches_[i].digests = before.digests + digests_in(branch_of(before), before.end);
  }
}

std::size_t Line::owner(const sim::Position& at) const {
  for (const Stretch& stretch : stretches_) {
    if (!is_before(stretch.end, at)) return stretch.branch;
  }
  return branch();
}

std::size_t Line::commands() const {
  return stretches_.back().commands + branch_of(stretches_.back()).commands.size();
}

const RecordedCommand& Line::command(std::size_t number) const {
  std::size_t i = stretches_.size() - 1;
  while (stretches_[i].commands > number) --i;
  return branch_of(stretches_[i]).commands[number - stretches_[i].commands];
}

std::size_t Line::commands_before(std::uint64_t events) const {
  for (std::size_t i = 0; i + 1 < stretches_.size(); ++i) {
    if (events <= stretches_[i].end.events) {
      return stretches_[i].commands + commands_in(branch_of(stretches_[i]), events);
    }
  }
  return stretches_.back().commands + commands_in(branch_of(stretches_.back()), events);
}

std::size_t Line::digests() const {
  return stretches_.back().digests + branch_of(stretches_.back()).digests.size();
}

const DigestMark& Line::digest(std::size_t number) const {
  std::size_t i = stretches_.size() - 1;
  while (stretches_[i].digests > number) --i;
  return branch_of(stretches_[i]).digests[number - stretches_[i].digests];
}

std::size_t Line::digests_up_to(const sim::Position& at) const {
  for (std::size_t i = 0; i + 1 < stretches_.size(); ++i) {
    if (is_before(at, stretches_[i].end)) {
      return stretches_[i].digests + digests_in(branch_of(stretches_[i]), at);
    }
  }
  return stretches_.back().digests + digests_in(branch_of(stretches_.back()), at);
}

std::vector<Mark> Line::marks() const {
  std::vector<Mark> out;
  for (const Stretch& stretch : stretches_) {
    for (const Mark& mark : branch_of(stretch).marks) {
      if (!is_before(stretch.end, mark.at)) out.push_back(mark);
    }
  }
  return out;
}

sim::Position Line::end() const { return end_position(branch_of(stretches_.back())); }

sim::Position Line::shared_with(const Line& other) const {
  sim::Position shared;
  for (std::size_t i = 0; i < std::min(stretches_.size(), other.stretches_.size()); ++i) {
    if (stretches_[i].branch != other.stretches_[i].branch) break;
    const sim::Position& a = stretches_[i].end;
    const sim::Position& b = other.stretches_[i].end;
    shared = is_before(a, b) ? a : b;
    if (!(a == b)) break;
  }
  return shared;
}

}  // namespace session
