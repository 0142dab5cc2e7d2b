#include "app/ui/compare.h"

#include <algorithm>
#include <set>

#include "app/scene/node_glyph.h"
#include "app/scene/ring.h"
#include "app/ui/run_words.h"

namespace ui {
namespace {

constexpr std::size_t kMostEntries = 64;
constexpr std::uint64_t kMostLooked = 20000;  // events behind the fork

std::string figure(std::uint64_t value) { return std::to_string(value); }

// Counts and collects.
class Collector {
 public:
  explicit Collector(Differences& out) : out_(out) {}
  Differing* compare(const std::string& what, const std::string& a, const std::string& b,
                     raft::NodeId node = {}) {
    if (a == b) {
      ++out_.equal;
      return nullptr;
    }
    out_.fields.push_back({what, a, b, node});
    return &out_.fields.back();
  }

 private:
  Differences& out_;
};

// Ticks that it has run, and at how many it fires.
std::string timer_text(const sim::NodeView& node) {
  if (!node.timer) return "none";
  return figure(node.timer->elapsed) + "/" + figure(node.timer->limit);
}

void compare_logs(const sim::NodeView& a, const sim::NodeView& b, Differences& out) {
  if (a.log == nullptr || b.log == nullptr) return;
  const std::uint64_t last = std::max(a.last.value, b.last.value);
  const std::uint64_t begin = std::max(a.first.value, b.first.value);
  // From the end: what differs lies there.
  constexpr std::uint64_t kMostCompared = 512;
  const auto term = [](const sim::NodeView& node, std::uint64_t index) -> std::uint64_t {
    if (index > node.last.value) return 0;
    const raft::EntryPtr entry = node.log->entry({index});
    return entry == nullptr ? 0 : entry->term.value;
  };
  const auto same = [&](std::uint64_t index) {
    if (term(a, index) != term(b, index)) return false;
    if (term(a, index) == 0) return true;
    const raft::EntryPtr one = a.log->entry({index}), other = b.log->entry({index});
    return one == other || one->data == other->data;
  };
  std::uint64_t compared = 0;
  for (std::uint64_t index = last; index >= begin && index > 0 && compared < kMostCompared;
       --index, ++compared) {
    if (!same(index) && out.entries.size() < kMostEntries) out.entries.push_back({a.id, index});
  }
}

std::string happened(const session::Session& session, std::uint64_t event) {
  const std::vector<session::RecordedCommand> commands = session.commands();
  if (!commands.empty() && commands.back().at.events + 1 == event) return commands.back().line;
  const sim::Fact* best = nullptr;
  for (auto fact = session.facts().rbegin(); fact != session.facts().rend(); ++fact) {
    if (fact->event < event) break;
    if (fact->event == event) best = &*fact;
  }
  if (best != nullptr) return plain_words(*best).what;
  return session.position().events < event ? "nothing more is recorded" : "a tick passes";
}

}  // namespace

bool Differences::at(raft::NodeId node) const {
  return std::any_of(fields.begin(), fields.end(),
                     [node](const Differing& one) { return one.node == node; }) ||
         std::any_of(entries.begin(), entries.end(),
                     [node](const LogDifference& one) { return one.node == node; });
}

Differences differences(const sim::ClusterView& a, const sim::ClusterView& b) {
  Differences out;
  Collector in(out);
  in.compare("leader", scene::node_name(a.leader), scene::node_name(b.leader));
  in.compare("highest term", figure(a.term.value), figure(b.term.value));
  std::set<raft::NodeId> ids;
  for (const sim::NodeView& node : a.nodes) ids.insert(node.id);
  for (const sim::NodeView& node : b.nodes) ids.insert(node.id);
  for (const raft::NodeId id : ids) {
    const sim::NodeView* one = a.node(id);
    const sim::NodeView* other = b.node(id);
    const std::string name = scene::node_name(id);
    if (one == nullptr || other == nullptr) {
      in.compare(name, one == nullptr ? "not there" : "there",
                 other == nullptr ? "not there" : "there", id);
      continue;
    }
    in.compare(name + " role", scene::role_label(*one), scene::role_label(*other), id);
    in.compare(name + " term", figure(one->term.value), figure(other->term.value), id);
    in.compare(name + " vote", scene::node_name(one->vote), scene::node_name(other->vote), id);
    in.compare(name + " last", figure(one->last.value), figure(other->last.value), id);
    if (Differing* it = in.compare(name + " durable", figure(one->durable.value),
                                   figure(other->durable.value), id))
      it->durable = true;
    if (Differing* it = in.compare(name + " commit", figure(one->commit.value),
                                   figure(other->commit.value), id))
      it->commit = true;
    if (Differing* it = in.compare(name + " applied", figure(one->applied.value),
                                   figure(other->applied.value), id))
      it->applied = true;
    const std::size_t before = out.entries.size();
    compare_logs(*one, *other, out);
    if (out.entries.size() > before) {
      const std::uint64_t index = out.entries.back().index;  // the first: they come from the end
      const auto term = [index](const sim::NodeView& node) {
        if (index > node.last.value || index < node.first.value) return std::string("none");
        const raft::EntryPtr entry = node.log->entry({index});
        return entry == nullptr ? std::string("none") : "term " + figure(entry->term.value);
      };
      const std::string what = name + " entry " + figure(index);
      if (term(*one) == term(*other)) {
        in.compare(what, "one command", "another", id);
      } else {
        in.compare(what, term(*one), term(*other), id);
      }
    } else {
      ++out.equal;
    }
  }
  // Of no node, and behind what is: all timers differ soon, and would mark each of them.
  for (const raft::NodeId id : ids) {
    const sim::NodeView* one = a.node(id);
    const sim::NodeView* other = b.node(id);
    if (one != nullptr && other != nullptr)
      in.compare(scene::node_name(id) + " timer", timer_text(*one), timer_text(*other));
  }
  const std::uint64_t requests = std::max(a.requests.size(), b.requests.size());
  for (std::uint64_t i = requests > 12 ? requests - 12 : 0; i < requests; ++i) {
    const auto outcome = [i](const sim::ClusterView& view) {
      return i < view.requests.size() ? std::string(sim::outcome_name(view.requests[i].outcome))
                                      : std::string("not made");
    };
    const sim::RequestView& said = i < a.requests.size() ? a.requests[i] : b.requests[i];
    in.compare("r" + figure(said.id) + " " + sim::describe(said.request), outcome(a), outcome(b));
  }
  in.compare("messages on their way", figure(a.messages.size()), figure(b.messages.size()));
  return out;
}

Result<Comparison> Comparison::begin(const session::Session& a, std::size_t other) {
  Comparison made;
  made.a_branch_ = a.active_branch();
  made.other_ = other;
  made.name_a_ = a.branch(a.active_branch()).name;
  made.name_b_ = a.branch(other).name;
  made.fork_ = a.shared_with(other);
  session::Recording recording = a.recording();
  const auto follow = [&recording](std::size_t branch) -> Result<session::Session> {
    recording.active = branch;
    return session::Session::replay(recording, session::AtEvent{0});
  };
  RAFT_TRY_ASSIGN(session::Session b, follow(other));
  RAFT_TRY_ASSIGN(session::Session scout_a, follow(made.a_branch_));
  RAFT_TRY_ASSIGN(session::Session scout_b, follow(other));
  made.b_ = std::make_unique<session::Session>(std::move(b));
  made.scout_a_ = std::make_unique<session::Session>(std::move(scout_a));
  made.scout_b_ = std::make_unique<session::Session>(std::move(scout_b));
  RAFT_TRY(made.scout_a_->begin_seek(session::AtPosition{made.fork_}));
  RAFT_TRY(made.scout_b_->begin_seek(session::AtPosition{made.fork_}));
  return made;
}

// Both scouts go on event by event from the fork, where all is still the same.
Status Comparison::look(const More& more) {
  for (session::Session* scout : {scout_a_.get(), scout_b_.get()}) {
    if (!scout->seeking()) continue;
    RAFT_TRY_ASSIGN(const bool there, scout->continue_seek(more));
    if (!there) return ok();
  }
  while (more()) {
    session::Session& a = *scout_a_;
    session::Session& b = *scout_b_;
    const bool goes_a = a.in_past() && a.step_event();
    const bool goes_b = b.in_past() && b.step_event();
    const bool parted = goes_a != goes_b || a.position() != b.position() ||
                        a.cluster().digest() != b.cluster().digest();
    const std::uint64_t event = std::max(a.position().events, b.position().events);
    looked_ = parted || (!goes_a && !goes_b) || event > fork_.events + kMostLooked;
    if (!looked_) continue;
    if (parted) {
      First first;
      first.at = goes_a ? a.position() : fork_;
      first.a = happened(a, event);
      first.b = happened(b, event);
      const Differences now = differences(a.view(), b.view());
      // Of a node if there is one: what differs on the network follows from it.
      const auto field = std::find_if(now.fields.begin(), now.fields.end(),
                                      [](const Differing& one) { return one.node.value != 0; });
      const auto shown = field != now.fields.end() ? field : now.fields.begin();
      if (shown != now.fields.end()) {
        first.field = shown->what;
        first.in_a = shown->a;
        first.in_b = shown->b;
        first.node = shown->node;
      }
      first_ = std::move(first);
    }
    scout_a_.reset();
    scout_b_.reset();
    break;
  }
  return ok();
}

Result<bool> Comparison::go_on(sim::Instant at, const More& more) {
  session::Session& b = *b_;
  // Behind all that happens at the instant, as A may stand.
  const sim::Instant wanted{at.millis + 1};
  const sim::Position tip = b.tip();
  const sim::Instant goal = std::min(wanted, sim::Instant{tip.at.millis + 1});
  ended_ = wanted.millis > tip.at.millis + 1;
  const sim::Instant now = b.position().at;
  const bool at_tip = b.position() == tip && goal > tip.at;
  if (!b.seeking() && now != goal && !at_tip) {
    RAFT_TRY(goal > tip.at ? b.begin_seek(session::AtEnd{}) : b.begin_seek(session::AtTick{goal}));
  }
  if (b.seeking()) {
    RAFT_TRY_ASSIGN(const bool there, b.continue_seek(more));
    if (!there) return false;
  }
  if (!looked_) RAFT_TRY(look(more));
  return looked_;
}

}  // namespace ui
