// A cluster made by hand: n2 leads term 4, two entries are under way, n5 lags behind, n1 to n4 is
// cut.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "app/sim/view.h"

namespace scene {

class SampleLog final : public sim::LogView {
 public:
  SampleLog(std::uint64_t first, std::vector<std::uint64_t> terms) : first_(first) {
    for (std::size_t i = 0; i < terms.size(); ++i) {
      raft::Entry entry;
      entry.index = {first + i};
      entry.term = {terms[i]};
      entries_.push_back(std::make_shared<const raft::Entry>(entry));
    }
  }
  raft::EntryPtr entry(raft::Index index) const override {
    ++reads;
    return entries_.at(index.value - first_);
  }
  mutable std::uint64_t reads = 0;

 private:
  std::uint64_t first_;
  std::vector<raft::EntryPtr> entries_;
};

struct Sample {
  Sample() {
    const std::vector<std::uint64_t> all = {1, 1, 1, 1, 2, 2, 2, 2, 2, 3,
                                            3, 3, 3, 4, 4, 4, 4, 4, 4, 4};
    for (std::uint64_t id = 1; id <= 5; ++id) {
      const std::uint64_t last = id == 1 ? 16 : id == 5 ? 6 : 20;
      logs.push_back(std::make_unique<SampleLog>(
          1, std::vector<std::uint64_t>(all.begin(),
                                        all.begin() + static_cast<std::ptrdiff_t>(last))));
      sim::NodeView node;
      node.id = {id};
      node.term = {4};
      node.first = {1};
      node.last = {last};
      node.durable = {id == 4 ? 18 : last};
      node.commit = {std::min<std::uint64_t>(18, last)};
      node.applied = {id == 4 ? 17 : node.commit.value};
      node.log = logs.back().get();
      node.rows = &rows;
      node.timer = raft::Timer{3, 12};
      for (std::uint64_t v = 1; v <= 5; ++v) node.config.voters.push_back({v});
      view.nodes.push_back(std::move(node));
    }
    sim::NodeView& leader = view.nodes[1];
    leader.role = sim::RoleName::kLeader;
    leader.timer = raft::Timer{0, 10};
    for (const std::uint64_t id : {1u, 3u, 4u, 5u}) {
      sim::ProgressView progress;
      progress.node = {id};
      progress.progress.match = {id == 5 ? 6u : id == 1 ? 16u : 18u};
      progress.progress.next = {id == 1 ? 17u : 21u};
      progress.progress.state =
          id == 1 ? raft::ProgressState::kProbe : raft::ProgressState::kReplicate;
      leader.progress.push_back(progress);
    }
    view.leader = {2};
    view.term = {4};
    view.commit = {18};
    view.position = {{342350}, 18442};
    view.network_preset = "lan";
    for (std::uint64_t a = 1; a <= 5; ++a) {
      for (std::uint64_t b = 1; b <= 5; ++b) {
        if (a != b) view.links.push_back({{{a}, 0}, {{b}, 0}, a == 1 && b == 4, false, {}});
      }
    }
    raft::Message append;
    append.type = raft::MessageType::kAppend;
    append.entries = {logs[1]->entry({19}), logs[1]->entry({20})};
    messages.push_back(append);
    sim::MessageView flying;
    flying.id = 7;
    flying.type = "append";
    flying.from = {{2}, 0};
    flying.to = {{3}, 0};
    flying.term = {4};
    flying.sent = {342000};
    flying.due = sim::Instant{343000};
    flying.message = &messages.back();
    view.messages.push_back(flying);
  }

  sim::ClusterView view;
  kv::Rows rows;
  std::vector<std::unique_ptr<SampleLog>> logs;
  std::deque<raft::Message> messages;
};

}  // namespace scene
