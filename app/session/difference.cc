#include "app/session/difference.h"

#include <algorithm>

#include "app/session/walk.h"

namespace session {
namespace {

// How many events are played between two comparisons; where one fails they are played one by one.
constexpr std::uint64_t kStride = 256;

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string entry_text(const sim::NodeView& node, raft::Index index) {
  if (index < node.first || index > node.last) return "none";
  const raft::EntryPtr entry = node.log->entry(index);
  return "term " + number(entry->term.value) + ", " + number(entry->data.size()) + " bytes";
}

void compare_logs(const sim::NodeView& a, const sim::NodeView& b, RunDifference& out) {
  const raft::Index last = std::max(a.last, b.last);
  for (raft::Index i = std::min(a.first, b.first); i <= last; i = raft::next_index(i)) {
    const bool both = i >= a.first && i <= a.last && i >= b.first && i <= b.last;
    if (both) {
      const raft::EntryPtr one = a.log->entry(i);
      const raft::EntryPtr two = b.log->entry(i);
      if (one == two || (one->term == two->term && one->data == two->data)) continue;
    }
    out.field = "n" + number(a.id.value) + " log " + number(i.value);
    out.first = entry_text(a, i);
    out.second = entry_text(b, i);
    return;
  }
}

void compare_rows(const sim::NodeView& a, const sim::NodeView& b, RunDifference& out) {
  const auto value_of = [](const kv::Rows& rows, const std::string& key) {
    const auto found = rows.find(key);
    return found == rows.end() ? std::string("absent") : found->second.value;
  };
  for (const kv::Rows* rows : {a.rows, b.rows}) {
    for (const auto& [key, row] : *rows) {
      const std::string one = value_of(*a.rows, key);
      const std::string two = value_of(*b.rows, key);
      if (one == two) continue;
      out.field = "n" + number(a.id.value) + " value " + key;
      out.first = one;
      out.second = two;
      return;
    }
  }
}

void compare_nodes(const sim::NodeView& a, const sim::NodeView& b, RunDifference& out) {
  const std::string who = "n" + number(a.id.value) + " ";
  const struct {
    const char* name;
    std::string one, two;
  } fields[] = {
      {"status", std::string(node_state_name(a.state)), std::string(node_state_name(b.state))},
      {"role", std::string(role_name(a.role)), std::string(role_name(b.role))},
      {"term", number(a.term.value), number(b.term.value)},
      {"vote", number(a.vote.value), number(b.vote.value)},
      {"leader", number(a.leader.value), number(b.leader.value)},
      {"commit", number(a.commit.value), number(b.commit.value)},
      {"applied", number(a.applied.value), number(b.applied.value)},
      {"first", number(a.first.value), number(b.first.value)},
      {"last", number(a.last.value), number(b.last.value)},
      {"durable", number(a.durable.value), number(b.durable.value)},
      {"timer", number(a.timer ? a.timer->elapsed : 0), number(b.timer ? b.timer->elapsed : 0)},
      {"timer limit", number(a.timer ? a.timer->limit : 0), number(b.timer ? b.timer->limit : 0)},
      {"clock", number(a.clock.numerator) + "/" + number(a.clock.denominator),
       number(b.clock.numerator) + "/" + number(b.clock.denominator)},
  };
  for (const auto& field : fields) {
    if (field.one == field.two) continue;
    out.field = who + field.name;
    out.first = field.one;
    out.second = field.two;
    return;
  }
  compare_logs(a, b, out);
  if (out.field.empty()) compare_rows(a, b, out);
}

// One of the two runs.
struct Run {
  Run(const Recording& recording, std::size_t branch) {
    log.edit() = recording;
    line = Line(log.get(), branch);
  }
  void start(std::unique_ptr<World> world) { walk.emplace(log, line, std::move(world)); }
  // Up to so many events; false: it differs from what is recorded.
  bool go_to(std::uint64_t events) {
    while (walk->position().events < events && !walk->at_tip()) {
      if (!walk->step()) return false;
    }
    return true;
  }
  bool over() const { return walk->position().events >= line.end().events; }

  RecordLog log;
  Line line;
  std::optional<Walk> walk;
};

Result<std::unique_ptr<World>> boot(const Recording& recording) {
  RAFT_TRY_ASSIGN(sim::Cluster cluster,
                  sim::Cluster::boot(recording.config, recording.disk_images));
  return std::make_unique<World>(std::move(cluster));
}

bool same(const Run& a, const Run& b) {
  return a.walk->position() == b.walk->position() &&
         a.walk->cluster().digest() == b.walk->cluster().digest();
}

RunDifference compare_states(const Run& a, const Run& b) {
  RunDifference out = view_difference(a.walk->cluster().view(), b.walk->cluster().view());
  out.equal = false;
  out.at = std::min(a.walk->position(), b.walk->position(), is_before);
  if (out.field.empty()) {
    out.field = sim::fingerprint_difference(a.walk->cluster().fingerprint().parts,
                                            b.walk->cluster().fingerprint().parts);
  }
  return out;
}

}  // namespace

RunDifference view_difference(const sim::ClusterView& a, const sim::ClusterView& b) {
  RunDifference out;
  if (a.nodes.size() != b.nodes.size()) {
    out.field = "nodes";
    out.first = number(a.nodes.size());
    out.second = number(b.nodes.size());
  }
  for (std::size_t i = 0; i < a.nodes.size() && out.field.empty(); ++i) {
    compare_nodes(a.nodes[i], b.nodes[i], out);
  }
  if (out.field.empty()) {
    for (std::uint64_t i = 0; i < std::min(a.requests.size(), b.requests.size()); ++i) {
      if (a.requests[i].outcome == b.requests[i].outcome) continue;
      out.field = "result r" + number(i + 1);
      out.first = outcome_name(a.requests[i].outcome);
      out.second = outcome_name(b.requests[i].outcome);
      break;
    }
  }
  if (out.field.empty() && a.requests.size() != b.requests.size()) {
    out.field = "requests";
    out.first = number(a.requests.size());
    out.second = number(b.requests.size());
  }
  if (out.field.empty() && a.messages.size() != b.messages.size()) {
    out.field = "messages in flight";
    out.first = number(a.messages.size());
    out.second = number(b.messages.size());
  }
  out.equal = out.field.empty();
  return out;
}

Result<RunDifference> first_difference(const Recording& a, std::size_t branch_a, const Recording& b,
                                       std::size_t branch_b, const Progress& progress) {
  Run one(a, branch_a);
  Run two(b, branch_b);
  RAFT_TRY_ASSIGN(auto world_a, boot(a));
  RAFT_TRY_ASSIGN(auto world_b, boot(b));
  one.start(std::move(world_a));
  two.start(std::move(world_b));
  const auto differs = [](const Run& run) {
    const std::string how = run.walk->difference();
    return Error{Code::kCorruption, how.empty() ? "the recorded run goes on longer" : how};
  };
  if (!same(one, two)) {
    RunDifference out = compare_states(one, two);
    if (out.field == "time" || out.field.empty()) out.field = "seed";
    return out;
  }
  const std::uint64_t common = std::min(one.line.end().events, two.line.end().events);
  std::uint64_t done = 0;
  std::unique_ptr<World> before_a = one.walk->world().clone();
  std::unique_ptr<World> before_b = two.walk->world().clone();
  std::uint64_t stride = kStride;
  while (done < common) {
    const std::uint64_t to = std::min(common, done + stride);
    if (!one.go_to(to)) return differs(one);
    if (!two.go_to(to)) return differs(two);
    if (same(one, two)) {
      done = to;
      if (stride > 1) {
        before_a = one.walk->world().clone();
        before_b = two.walk->world().clone();
      }
      if (progress && !progress(done * 1000 / std::max<std::uint64_t>(common, 1))) {
        return Error{Code::kUnavailable, "the comparison was cancelled"};
      }
      continue;
    }
    if (stride == 1) return compare_states(one, two);
    stride = 1;
    one.start(std::move(before_a));
    two.start(std::move(before_b));
  }
  if (one.line.end() == two.line.end()) return RunDifference{true, one.line.end(), "", "", ""};
  const auto text = [](const Run& run) { return position_text(run.line.end()); };
  return RunDifference{false, std::min(one.line.end(), two.line.end(), is_before), "end", text(one),
                       text(two)};
}

}  // namespace session
