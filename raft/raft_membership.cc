// Membership changes (thesis chapter 4). One takes effect when it is applied, on every member by
// itself; the caller hands each one that it applies to apply_conf_change().
#include <algorithm>
#include <utility>

#include "raft/raft.h"

namespace raft {

void Raft::load_members(ConfState members) {
  members_ = std::move(members);
  progress_.clear();
  for (const NodeId id : member_ids(members_)) {
    Progress peer;
    peer.is_learner = is_learner(members_, id);
    peer.next = next_index(log_.last_index());
    progress_.emplace_back(id, peer);
  }
}

Status Raft::propose_conf_change(const ConfChange& change, bool first_version) {
  if (first_version) {
    if (change.changes.size() != 1 || change.transition != ConfTransition::kAuto) {
      return Error{Code::kInvalidArgument,
                   "a change of the first version is a single one without transition"};
    }
    return propose(EntryType::kConfChange, encode_conf_change_v1(change));
  }
  return propose(EntryType::kConfChangeV2, encode_conf_change_v2(change));
}

bool Raft::refuse_change(const ConfChange& change, EntryType type) const {
  const bool joint = !members_.outgoing.empty();
  const char* why = nullptr;
  // Mistake: the one before is not waited for.
  if (pending_change_ > log_.applied() && !wrong(Mistake::kSeveralChangesPending)) {
    // Two changes on the way could each rest on a configuration that the other replaces.
    why = "possible unapplied conf change at index";
  } else if (joint && !change.changes.empty()) {
    why = "must transition out of joint config first";
  } else if (!joint && change.changes.empty()) {
    why = "not in joint state; refusing empty conf change";
  }
  if (why == nullptr || !config_.conf_change_validation) return false;
  note({.kind = StepKind::kConfChangeIgnored,
        .number = pending_change_.value,
        .other_number = log_.applied().value,
        .change = &change,
        .flag = type == EntryType::kConfChange,
        .text = why});
  tell({.kind = EventKind::kProposalDropped,
        .reason = Reason::kPendingConfChange,
        .role = role_,
        .term = term_,
        .index = pending_change_});
  return true;
}

Result<ConfState> Raft::apply_conf_change(const ConfChange& change) {
  if (halted_ != nullptr) return Error{Code::kCorruption, halted_};
  log_.follow_compaction();
  RAFT_TRY_ASSIGN(Membership changed,
                  apply_change({members_, progress_}, change, log_.last_index()));
  return switch_to(std::move(changed));
}

ConfState Raft::switch_to(Membership membership) {
  members_ = std::move(membership.config);
  progress_ = std::move(membership.progress);
  note({.kind = StepKind::kConfigSwitched});
  tell({.kind = EventKind::kConfigChanged,
        .term = term_,
        .index = log_.applied(),
        .members = members_.voters});
  if (role_ != Role::kLeader) return members_;
  const Progress* own = find_progress(progress_, config_.id);
  if (own == nullptr || own->is_learner) {
    // Thesis section 4.2.2. With the switch off it leads on, without counting itself.
    if (config_.step_down_on_removal) {
      become_follower(term_, kNoNode, Reason::kRemovedFromConfig, kNoNode);
    }
    return members_;
  }
  if (maybe_commit()) {
    // A smaller majority may hold more.
    release_held_reads();
    broadcast_append();
  } else {
    // New members need not wait for a heartbeat.
    for (auto& [id, peer] : progress_) {
      if (id != config_.id) owe_append(id, peer, false);
    }
  }
  if (transferee_ != kNoNode && !is_voter(members_, transferee_)) {
    abort_transfer(Reason::kRemovedFromConfig);
  }
  return members_;
}

// The leader ends a joint phase that is to end by itself, once the entry that began it is applied.
// While a transfer blocks proposals it is tried again with each entry applied.
void Raft::leave_joint_if_due() {
  if (role_ != Role::kLeader || !members_.auto_leave || log_.applied() < pending_change_) return;
  if (handle_proposal({.type = MessageType::kPropose,
                       .from = config_.id,
                       .entries = {std::make_shared<const Entry>(
                           Entry{{}, {}, EntryType::kConfChangeV2, {}})}})) {
    note({.kind = StepKind::kAutoLeave});
  }
}

}  // namespace raft
