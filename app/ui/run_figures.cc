#include "app/ui/run_figures.h"

#include <algorithm>

#include "kv/command.h"

namespace ui {
namespace {

std::optional<TrafficKind> traffic_kind(const sim::Fact& fact) {
  const std::string_view type = fact.message_type;
  if (type.rfind("append", 0) == 0) return TrafficKind::kAppend;
  if (type.rfind("heartbeat", 0) == 0) return TrafficKind::kHeartbeat;
  if (type.find("vote") != std::string_view::npos) return TrafficKind::kVote;
  if (type.rfind("snapshot", 0) == 0) return TrafficKind::kSnapshot;
  if (type == "request" || type == "reply") return TrafficKind::kClient;
  return std::nullopt;
}

}  // namespace

void RunFigures::update(const std::deque<sim::Fact>& facts, const sim::ClusterView& view) {
  // Time went back, or to another branch: what was seen is not what is.
  if (facts.empty() || facts.back().id < seen_ || facts.front().id < oldest_ ||
      view.requests.size() < sequence_.size()) {
    *this = {};
    if (facts.empty()) return;
  }
  if (oldest_ == 0 || facts.front().id > seen_ + 1) {
    // A jump ahead leaves a gap, behind which all begins anew.
    *this = {};
    first_ = facts.front().at;
  }
  oldest_ = facts.front().id;
  for (std::size_t i = sequence_.size(); i < view.requests.size(); ++i)
    sequence_.push_back(++calls_[view.requests[i].client]);
  if (facts.back().id == seen_) return;
  const auto behind =
      std::upper_bound(facts.begin(), facts.end(), seen_,
                       [](std::uint64_t id, const sim::Fact& fact) { return id < fact.id; });
  for (auto fact = behind; fact != facts.end(); ++fact) take(*fact);
  seen_ = facts.back().id;
}

void RunFigures::take(const sim::Fact& fact) {
  if (fact.node.value != 0 && fact.kind != sim::FactKind::kSend &&
      fact.kind != sim::FactKind::kReceive)
    hold(fact);
  switch (fact.kind) {
    case sim::FactKind::kApply:
      applied(fact);
      break;
    case sim::FactKind::kSend:
      counted(fact);
      if (fact.to.client != 0) answers_[fact.to.client].push_back({fact.at, fact.term});
      break;
    case sim::FactKind::kAppend:
      if (fact.role != raft::Role::kLeader) break;
      for (const raft::EntryPtr& entry : fact.entries) {
        // The leader's first entry of a term opens it; nobody waits for that.
        if (!entry->data.empty() && entry->term == fact.term)
          waiting_[{entry->index, entry->term}] = fact.at;
      }
      break;
    case sim::FactKind::kCommit:
      if (fact.role != raft::Role::kLeader) break;
      if (commits_.empty() || commits_.back().first < fact.commit)
        commits_.emplace_back(fact.commit, fact.at);
      break;
    default:
      break;
  }
}

void RunFigures::hold(const sim::Fact& fact) {
  std::vector<Held>& steps = held_[fact.node];
  Held now = steps.empty() ? Held{} : steps.back();
  now.at = fact.at;
  now.last = fact.last;
  now.commit = fact.commit;
  now.leads = fact.role == raft::Role::kLeader;
  now.term = fact.term;
  if (fact.kind == sim::FactKind::kStart || fact.kind == sim::FactKind::kRestart)
    now.first = raft::next_index(fact.base);
  if (fact.kind == sim::FactKind::kSnapshot) now.first = raft::next_index(fact.core.index);
  if (fact.kind == sim::FactKind::kApply) {
    for (const raft::EntryPtr& entry : fact.entries) {
      if (entry->type != raft::EntryType::kNormal || entry->data.empty()) continue;
      const auto command = kv::decode(entry->data);
      if (command && command->op == kv::Op::kCompact)
        now.first = std::max(now.first, raft::next_index(command->compact_index));
    }
  }
  if (!steps.empty()) {
    const Held& before = steps.back();
    if (before.first == now.first && before.last == now.last && before.commit == now.commit &&
        before.leads == now.leads && before.term == now.term)
      return;
    if (before.at == now.at) {
      steps.back() = now;
      return;
    }
  }
  steps.push_back(now);
}

void RunFigures::settle(const raft::Entry& entry) {
  if (entry.index <= settled_) return;
  settled_ = entry.index;
  const auto appended = waiting_.find({entry.index, entry.term});
  const auto commit =
      std::lower_bound(commits_.begin(), commits_.end(), entry.index,
                       [](const auto& known, raft::Index index) { return known.first < index; });
  if (appended != waiting_.end() && commit != commits_.end()) {
    latencies_.push_back(
        {commit->second, commit->second.millis - appended->second.millis, entry.term});
  }
  // Whatever else was appended there, or before, will never be.
  waiting_.erase(waiting_.begin(), waiting_.upper_bound({entry.index, raft::Term{UINT64_MAX}}));
}

void RunFigures::applied(const sim::Fact& fact) {
  for (const raft::EntryPtr& entry : fact.entries) {
    settle(*entry);
    if (entry->type != raft::EntryType::kNormal || entry->data.empty()) continue;
    const auto command = kv::decode(entry->data);
    if (!command || command->client == 0) continue;
    effects_.try_emplace({command->client, command->sequence},
                         Effect{fact.at, entry->term, entry->index});
  }
}

void RunFigures::counted(const sim::Fact& fact) {
  const auto kind = traffic_kind(fact);
  if (!kind) return;
  std::vector<Traffic>& all = traffic_[static_cast<std::size_t>(*kind)];
  const std::uint64_t tick = fact.at.millis / 1000;
  const raft::Term term = *kind == TrafficKind::kClient ? raft::Term{} : fact.term;
  if (!all.empty() && all.back().tick == tick && all.back().term == term) {
    ++all.back().count;
    return;
  }
  all.push_back({tick, term, 1});
}

std::optional<RunFigures::Effect> RunFigures::effect_of(const sim::RequestView& request) const {
  if (request.id == 0 || request.id > sequence_.size()) return std::nullopt;
  const auto found = effects_.find({request.client, sequence_[request.id - 1]});
  if (found != effects_.end()) return found->second;
  // A read that needs no entry: where the answer that the client got has left.
  if (!request.returned || request.outcome != sim::Outcome::kOk) return std::nullopt;
  const auto answers = answers_.find(request.client);
  if (answers == answers_.end()) return std::nullopt;
  const auto behind =
      std::upper_bound(answers->second.begin(), answers->second.end(), *request.returned,
                       [](sim::Instant at, const Effect& answer) { return at < answer.at; });
  if (behind == answers->second.begin()) return std::nullopt;
  const Effect& answer = *std::prev(behind);
  if (answer.at < request.called) return std::nullopt;
  return answer;
}

}  // namespace ui
