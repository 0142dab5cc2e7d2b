#include "app/session/world.h"

namespace session {

World::World(sim::Cluster booted) : World(std::move(booted), {}) {}

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
