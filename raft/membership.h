// What a membership change makes of a configuration (thesis chapter 4). Pure; when a change is
// proposed and applied is the business of raft_membership.cc.
#pragma once

#include "raft/conf_change.h"
#include "raft/quorum.h"

namespace raft {

// Who is in the cluster, and the leader's book of them; the two always go together.
struct Membership {
  ConfState config;
  ProgressMap progress;  // of all members of `config`, ascending
};

// What the change makes of `before`. New members start as Probe at the end of the log, `last`, and
// count as recently active, so that check-quorum does not fall over them. Errors: kInvalidArgument
// if the change cannot be made (nothing of it is then), such as removing the last voter.
Result<Membership> apply_change(const Membership& before, const ConfChange& change, Index last);

}  // namespace raft
