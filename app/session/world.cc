#include "app/session/world.h"

namespace session {

std::vector<sim::Fact> start_facts(const sim::Cluster& booted) {
  std::vector<sim::Fact> facts;
  const sim::ClusterView view = booted.nodes_view();
  for (const sim::NodeView& node : view.nodes) {
    if (node.state != sim::NodeState::kUp) continue;
    sim::Fact& fact = facts.emplace_back();
    fact.id = facts.size();
    fact.node = node.id;
    fact.kind = sim::FactKind::kStart;
    for (raft::Index i = node.first; i <= node.last; i = raft::next_index(i)) {
      fact.entries.push_back(node.log->entry(i));
    }
    fact.base = node.snapshot_index;
    fact.base_term = node.snapshot_term;
    fact.config = node.config;
    fact.term = node.term;
    fact.vote = node.vote;
    fact.commit = node.commit;
    fact.applied = node.applied;
    fact.last = node.last;
  }
  return facts;
}

World::World(sim::Cluster booted) : World(std::move(booted), {}) {
  for (const sim::Fact& fact : start_facts(cluster_)) checkers_.on_fact(fact);
}

World::World(sim::Cluster cluster, check::CheckerSet checkers)
    : cluster_(std::move(cluster)), checkers_(std::move(checkers)) {
  cluster_.set_fact_sink(this);
}

std::unique_ptr<World> World::clone() const {
  return std::unique_ptr<World>(new World(cluster_.clone(), checkers_));
}

void World::on_fact(const sim::Fact& fact) {
  checkers_.on_fact(fact);
  if (observer_) observer_->on_fact(fact);
}

Status World::execute(const sim::Command& command) {
  RAFT_TRY(cluster_.execute(command));
  checkers_.after_event(cluster_.nodes_view());
  return ok();
}

void World::step() {
  cluster_.step();
  checkers_.after_event(cluster_.nodes_view());
}

std::uint64_t World::bytes_beyond(const World& before) const {
  return cluster_.bytes_beyond(before.cluster_);
}

}  // namespace session
