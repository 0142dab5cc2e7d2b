#include "raft/membership.h"

#include <algorithm>
#include <utility>

namespace raft {
namespace {

bool contains(const std::vector<NodeId>& ids, NodeId id) {
  return std::binary_search(ids.begin(), ids.end(), id);
}

void insert(std::vector<NodeId>& ids, NodeId id) {
  const auto place = std::lower_bound(ids.begin(), ids.end(), id);
  if (place == ids.end() || *place != id) ids.insert(place, id);
}

void erase(std::vector<NodeId>& ids, NodeId id) {
  ids.erase(std::remove(ids.begin(), ids.end(), id), ids.end());
}

// Carries out single changes on a copy.
class Changer {
 public:
  Changer(Membership membership, Index last) : now_(std::move(membership)), last_(last) {}

  Status apply(const std::vector<ConfChangeSingle>& changes) {
    for (const ConfChangeSingle& change : changes) {
      if (change.node == kNoNode) continue;
      switch (change.type) {
        case ConfChangeType::kAddNode:
          make_voter(change.node);
          break;
        case ConfChangeType::kAddLearner:
          make_learner(change.node);
          break;
        case ConfChangeType::kRemoveNode:
          remove(change.node);
          break;
        case ConfChangeType::kUpdateNode:
          break;
      }
    }
    if (now_.config.voters.empty()) {
      return Error{Code::kInvalidArgument, "the change would remove the last voter"};
    }
    return ok();
  }

  Membership& now() { return now_; }

 private:
  void add(NodeId id, bool learner) {
    insert(learner ? now_.config.learners : now_.config.voters, id);
    Progress peer;
    peer.next = std::max(last_, Index{1});
    peer.is_learner = learner;
    peer.recently_active = true;
    const auto place = std::lower_bound(now_.progress.begin(), now_.progress.end(), id,
                                        [](const auto& p, NodeId i) { return p.first < i; });
    now_.progress.insert(place, {id, peer});
  }

  void make_voter(NodeId id) {
    Progress* peer = find_progress(now_.progress, id);
    if (peer == nullptr) return add(id, false);
    peer->is_learner = false;
    erase(now_.config.learners, id);
    erase(now_.config.learners_next, id);
    insert(now_.config.voters, id);
  }

  void make_learner(NodeId id) {
    Progress* peer = find_progress(now_.progress, id);
    if (peer == nullptr) return add(id, true);
    if (peer->is_learner) return;
    erase(now_.config.voters, id);
    erase(now_.config.learners_next, id);
    if (contains(now_.config.outgoing, id)) {
      // Still a voter of the outgoing half: it becomes a learner when the joint phase ends.
      insert(now_.config.learners_next, id);
    } else {
      peer->is_learner = true;
      insert(now_.config.learners, id);
    }
  }

  void remove(NodeId id) {
    if (find_progress(now_.progress, id) == nullptr) return;
    erase(now_.config.voters, id);
    erase(now_.config.learners, id);
    erase(now_.config.learners_next, id);
    if (!contains(now_.config.outgoing, id)) {
      now_.progress.erase(std::remove_if(now_.progress.begin(), now_.progress.end(),
                                         [id](const auto& p) { return p.first == id; }),
                          now_.progress.end());
    }
  }

  Membership now_;
  Index last_;
};

Result<Membership> leave_joint(Membership membership) {
  ConfState& config = membership.config;
  if (config.outgoing.empty()) {
    return Error{Code::kInvalidArgument, "there is no joint configuration to leave"};
  }
  for (const NodeId id : config.learners_next) {
    insert(config.learners, id);
    find_progress(membership.progress, id)->is_learner = true;
  }
  config.learners_next.clear();
  config.outgoing.clear();
  config.auto_leave = false;
  ProgressMap& progress = membership.progress;
  progress.erase(std::remove_if(progress.begin(), progress.end(),
                                [&](const auto& p) { return !is_member(config, p.first); }),
                 progress.end());
  return membership;
}

}  // namespace

Result<Membership> apply_change(const Membership& before, const ConfChange& change, Index last) {
  if (change.leaves_joint()) return leave_joint(before);
  const bool joint = !before.config.outgoing.empty();
  if (joint) {
    return Error{Code::kInvalidArgument,
                 "the joint configuration must be left before another change"};
  }
  Changer changer(before, last);
  if (change.enters_joint()) {
    if (before.config.voters.empty()) {
      return Error{Code::kInvalidArgument, "a configuration without voters cannot become joint"};
    }
    changer.now().config.outgoing = before.config.voters;
    RAFT_TRY(changer.apply(change.changes));
    changer.now().config.auto_leave = change.transition != ConfTransition::kExplicit;
    return std::move(changer.now());
  }
  // A single change: two majorities of configurations that differ in one voter always overlap
  // (thesis section 4.1, figure 4.3).
  RAFT_TRY(changer.apply(change.changes));
  return std::move(changer.now());
}

}  // namespace raft
