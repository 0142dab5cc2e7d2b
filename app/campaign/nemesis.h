// Who makes trouble while a run goes on: at moments of its own it looks at the cluster and acts, by
// commands that the session records. What begins ends again, too.
#pragma once

#include <cstdint>
#include <vector>

#include "app/campaign/plan.h"
#include "app/session/session.h"
#include "raft/rng.h"

namespace campaign {

class Nemesis {
 public:
  // Both must outlive it.
  Nemesis(session::Session& session, const Plan& plan);

  // When it acts next.
  sim::Instant next() const;
  // Does all that is due at the session's instant. What cannot be done just then is left out.
  void act();

 private:
  // The end of a trouble.
  struct Due {
    sim::Instant at;
    sim::Command command;
    bool trap = false;  // only while its node still waits for the trap's moment
  };

  void begin_trouble();
  void begin(Trouble trouble);
  void crash();
  void power_cut();
  void trap();
  void pause();
  void partition();
  void cut();
  void mesh();
  void link();
  void hold();
  void message();
  void duel();
  void change();
  void rot();
  void disk_error();
  void full_disk();

  bool doing(const sim::Command& command) { return session_.act(command).has_value(); }
  // Does it now, and `after` at the end of the trouble.
  void doing(const sim::Command& command, const sim::Command& after);
  void later(const sim::Command& command, sim::Duration in, bool trap = false);
  void finish(const Due& due);
  sim::Duration some_time();
  sim::NodeId any_node();
  sim::NodeId fragile_node();
  sim::NodeId leader_or_any();  // each half of the time
  std::vector<sim::NodeId> in_some_order();

  session::Session& session_;
  const Plan& plan_;
  raft::Rng rng_;
  sim::Instant next_trouble_;
  std::uint64_t weights_ = 0;
  std::vector<Due> due_;
};

}  // namespace campaign
