#include "app/ui/trace_run.h"

#include <algorithm>

#include "app/scene/ring.h"
#include "app/session/milestones.h"
#include "app/ui/trace_node.h"

namespace ui {
namespace {

using check::TraceRecord;
using sim::FactKind;
using Nodes = std::map<raft::NodeId, TraceNode>;

// The state is kept at so many places, evenly: going back replays at most that part of the trace.
constexpr std::size_t kCheckpoints = 16;

bool of_message(FactKind kind) {
  return kind == FactKind::kSend || kind == FactKind::kReceive || kind == FactKind::kDrop ||
         kind == FactKind::kDuplicate;
}

std::optional<raft::Role> core_role(const TraceRecord& record) {
  if (!record.role) return std::nullopt;
  if (*record.role == "leader") return raft::Role::kLeader;
  if (*record.role == "candidate") return raft::Role::kCandidate;
  if (*record.role == "pre-candidate") return raft::Role::kPreCandidate;
  return raft::Role::kFollower;
}

}  // namespace

struct TraceRun::State {
  std::string name;
  std::vector<TraceRecord> records;
  std::vector<std::uint64_t> causes;                   // of each record: an id of ours, 0: not told
  std::set<std::string> types;                         // facts point into it
  std::vector<session::Milestone> milestones, passed;  // all, and those up to here
  check::TraceReport report;
  std::size_t every = 1;  // lines between checkpoints
  std::vector<Nodes> checkpoints;
  std::map<std::uint64_t, std::size_t> arrivals;  // message to the record that ends its way

  std::size_t done = 0;
  sim::Instant now;
  Nodes nodes;
  std::map<std::uint64_t, std::size_t> flying;  // message to the record of its send
  std::deque<sim::Fact> facts;
  std::optional<sim::ClusterView> view;

  sim::Fact fact_of(std::size_t place) const;
  void find_links();
  void find_milestones();
  void name_facts();
  void apply(std::size_t place);
  void keep_facts();
  void build_view();
};

// What the line tells, where narration and pictures look for it.
sim::Fact TraceRun::State::fact_of(std::size_t place) const {
  const TraceRecord& record = records[place];
  sim::Fact fact;
  fact.id = place + 1;
  fact.cause = causes[place];
  fact.event = record.event.value_or(record.line);
  fact.at = record.at;
  fact.node = record.node;
  fact.kind = record.known.value_or(FactKind::kNote);
  fact.term = record.term;
  fact.core.term = record.term;
  fact.core.peer = record.candidate.value_or(raft::NodeId{});
  fact.core.kind =
      record.granted == false ? raft::EventKind::kVoteRefused : raft::EventKind::kVoteGranted;
  if (const auto role = core_role(record)) fact.role = fact.core.role = *role;
  fact.commit = record.commit.value_or(raft::Index{});
  fact.applied = record.applied.value_or(raft::Index{});
  fact.last = record.last.value_or(raft::Index{});
  if (!record.entries.empty()) {
    fact.core.index = record.entries.front().index;
    fact.core.other_index = record.entries.back().index;
  }
  if (fact.kind == FactKind::kCommit) fact.core.index = fact.commit;
  if (fact.kind == FactKind::kDurable) fact.core.index = fact.last;
  if (fact.kind == FactKind::kTruncate) fact.core.index = record.from_index.value_or(raft::Index{});
  if (fact.kind == FactKind::kSnapshot) {
    fact.core.index = record.index.value_or(raft::Index{});
    fact.core.term = record.entry_term.value_or(record.term);
  }
  if (!of_message(fact.kind)) return fact;
  fact.message = record.message.value_or(0);
  const auto type = types.find(record.type);
  if (type != types.end()) fact.message_type = *type;
  fact.core.term = record.message_term.value_or(record.term);
  fact.core.granted = !record.reject.value_or(false);
  fact.has_core = record.reject.has_value();
  const bool arrives = fact.kind == FactKind::kReceive;
  const sim::Endpoint here{record.node, 0};
  fact.from = record.from.value_or(arrives ? sim::Endpoint{} : here);
  fact.to = record.to.value_or(arrives ? here : sim::Endpoint{});
  return fact;
}

// Told ids are the implementation's own; ours are the places. A receipt that tells no cause comes
// from the send with its message's number: that is what the number means.
void TraceRun::State::find_links() {
  std::map<std::uint64_t, std::size_t> told, sends;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const TraceRecord& record = records[i];
    types.insert(record.type);
    if (record.id) told.try_emplace(*record.id, i);
    std::uint64_t cause = 0;
    if (record.cause) {
      const auto found = told.find(*record.cause);
      if (found != told.end() && found->second < i) cause = found->second + 1;
    }
    if (record.message && record.known) {
      if (record.known == FactKind::kSend) sends.try_emplace(*record.message, i);
      if (record.known == FactKind::kReceive || record.known == FactKind::kDrop) {
        const auto send = sends.find(*record.message);
        if (send != sends.end()) {
          if (cause == 0) cause = send->second + 1;
          arrivals.try_emplace(*record.message, i);
        }
      }
    }
    causes.push_back(cause);
  }
}

void TraceRun::State::find_milestones() {
  session::MilestoneFinder finder;
  raft::Term highest;
  for (std::size_t i = 0; i < records.size(); ++i) {
    sim::Fact fact = fact_of(i);
    if (!records[i].known || fact.node.value == 0) continue;
    // Whoever tells no term lines tells terms all the same.
    if (fact.term > highest && fact.kind != FactKind::kTerm) {
      sim::Fact risen = fact;
      risen.kind = FactKind::kTerm;
      finder.see(risen);
    }
    highest = std::max(highest, fact.term);
    if (fact.kind == FactKind::kRole && !records[i].role) continue;
    finder.see(fact);
  }
  milestones = finder.list();
}

void TraceRun::State::name_facts() {
  std::map<std::uint64_t, std::uint64_t> ours;
  for (std::size_t i = 0; i < records.size(); ++i)
    ours.try_emplace(records[i].id.value_or(records[i].line), i + 1);
  const auto name_of = [&](check::FactNote& note) {
    const auto found = ours.find(note.id);
    note.id = found == ours.end() ? 0 : found->second;
  };
  for (check::Violation& violation : report.violations) {
    name_of(violation.earlier);
    name_of(violation.later);
  }
}

void TraceRun::State::apply(std::size_t place) {
  const TraceRecord& record = records[place];
  now = std::max(now, record.at);
  if (record.node.value != 0) nodes[record.node].take(record);
  if (!record.message || !record.known) return;
  if (record.known == FactKind::kSend && arrivals.count(*record.message) > 0 &&
      arrivals.at(*record.message) > place)
    flying[*record.message] = place;
  if (record.known == FactKind::kReceive || record.known == FactKind::kDrop)
    flying.erase(*record.message);
}

// The facts up to here, the latest of them.
void TraceRun::State::keep_facts() {
  const std::size_t first = done > session::kFactWindow ? done - session::kFactWindow : 0;
  if (!facts.empty() && (facts.back().id < first + 1 || facts.front().id > done)) facts.clear();
  while (!facts.empty() && facts.back().id > done) facts.pop_back();
  while (!facts.empty() && facts.front().id < first + 1) facts.pop_front();
  if (!facts.empty() && facts.front().id > first + 1) {
    for (std::size_t i = static_cast<std::size_t>(facts.front().id) - 1; i-- > first;)
      facts.push_front(fact_of(i));
  }
  for (std::size_t i = facts.empty() ? first : static_cast<std::size_t>(facts.back().id); i < done;
       ++i)
    facts.push_back(fact_of(i));
}

void TraceRun::State::build_view() {
  sim::ClusterView out;
  out.position = {now, done};
  for (auto& [id, node] : nodes) {
    out.nodes.push_back(node.view(id));
    const sim::NodeView& made = out.nodes.back();
    const bool runs = made.state == sim::NodeState::kUp || made.state == sim::NodeState::kPaused;
    out.term = std::max(out.term, made.term);
    if (runs) out.commit = std::max(out.commit, made.commit);
    if (!runs || made.role != sim::RoleName::kLeader) continue;
    const sim::NodeView* before = out.node(out.leader);
    if (before == nullptr || before->term < made.term) out.leader = id;
  }
  for (const auto& [message, place] : flying) {
    const sim::Fact sent = fact_of(place);
    const TraceRecord& end = records[arrivals.at(message)];
    sim::MessageView flight;
    flight.id = message;
    flight.type = sent.message_type;
    flight.from = sent.from;
    flight.to = sent.to;
    if (flight.to == sim::Endpoint{} && end.known == FactKind::kReceive) flight.to = {end.node, 0};
    flight.term = sent.core.term;
    flight.sent = sent.at;
    flight.due = end.at;
    flight.cause = sent.id;
    flight.refusal = !sent.core.granted;
    if (scene::is_reply_type(flight.type) && !sent.has_core) flight.text = "its answer is not told";
    if (end.known == FactKind::kDrop) flight.fate = sim::Fate::kLostOnWay;
    out.messages.push_back(flight);
  }
  view = std::move(out);
}

Result<TraceRun> TraceRun::open(const std::string& path) {
  RAFT_TRY_ASSIGN(const std::string text, session::read_file(path, session::kMaxFileBytes));
  return read(text, path);
}

Result<TraceRun> TraceRun::read(std::string_view text, const std::string& name) {
  auto records = check::read_trace(text);
  if (!records) return Error{records.error().code, name + ": " + records.error().message};
  if (records->empty()) return Error{Code::kCorruption, name + ": there is no line in this trace"};
  auto state = std::make_unique<State>();
  state->name = name;
  state->report = check::check_trace(*records);
  state->records = *std::move(records);
  state->find_links();
  state->find_milestones();
  state->name_facts();
  // Every node from the start, although nothing is known of it before its first line.
  for (const TraceRecord& record : state->records) {
    if (record.node.value != 0) state->nodes[record.node];
    for (const auto& end : {record.from, record.to}) {
      if (end && end->node.value != 0) state->nodes[end->node];
    }
  }
  const std::size_t lines = state->records.size();
  state->every = std::max<std::size_t>(1000, lines / kCheckpoints + 1);
  for (std::size_t i = 0; i < lines; ++i) {
    if (i % state->every == 0) state->checkpoints.push_back(state->nodes);
    state->apply(i);
    ++state->done;
  }
  state->keep_facts();
  return TraceRun(std::move(state));
}

TraceRun::TraceRun(std::unique_ptr<State> state) : state_(std::move(state)) {}
TraceRun::TraceRun(TraceRun&&) noexcept = default;
TraceRun& TraceRun::operator=(TraceRun&&) noexcept = default;
TraceRun::~TraceRun() = default;

std::size_t TraceRun::lines() const { return state_->records.size(); }
std::size_t TraceRun::position() const { return state_->done; }
sim::Instant TraceRun::now() const { return state_->now; }

sim::Instant TraceRun::end() const {
  sim::Instant end;
  for (const TraceRecord& record : state_->records) end = std::max(end, record.at);
  return end;
}

void TraceRun::seek(std::size_t lines) {
  State& s = *state_;
  lines = std::min(lines, s.records.size());
  s.view.reset();
  if (lines < s.done || lines / s.every > s.done / s.every) {
    const std::size_t place = std::min(lines / s.every, s.checkpoints.size() - 1);
    s.nodes = s.checkpoints[place];
    s.done = place * s.every;
    s.flying.clear();
    s.now = {};
    for (std::size_t i = 0; i < s.done; ++i) {
      const TraceRecord& record = s.records[i];
      s.now = std::max(s.now, record.at);
      if (record.known != FactKind::kSend || !record.message) continue;
      const auto end = s.arrivals.find(*record.message);
      if (end != s.arrivals.end() && end->second >= s.done && end->second > i)
        s.flying[*record.message] = i;
    }
  }
  // Standing between two lines after the clock ran on, the clock goes back to the line.
  s.now = {};
  if (s.done > 0) s.now = s.records[s.done - 1].at;
  for (; s.done < lines; ++s.done) s.apply(s.done);
  s.keep_facts();
}

void TraceRun::run_until(sim::Instant at) {
  State& s = *state_;
  s.view.reset();
  while (s.done < s.records.size() && s.records[s.done].at < at) {
    s.apply(s.done);
    ++s.done;
  }
  if (s.done < s.records.size()) s.now = std::max(s.now, at);
  s.keep_facts();
}

Status TraceRun::go_to(const session::Target& target) {
  const auto no = [&](const std::string& why) {
    return Error{Code::kInvalidArgument, state_->name + ": " + why};
  };
  if (const auto* tick = std::get_if<session::AtTick>(&target)) {
    if (tick->at > end()) return no("the trace ends at tick " + sim::short_text({end().millis}));
    seek(0);
    run_until(tick->at);
  } else if (const auto* line = std::get_if<session::AtEvent>(&target)) {
    if (line->event > lines()) return no("the trace has " + std::to_string(lines()) + " lines");
    seek(static_cast<std::size_t>(line->event));
  } else if (std::holds_alternative<session::AtBookmark>(target)) {
    return no("a trace has no bookmarks");
  } else {
    seek(lines());
  }
  return ok();
}

const std::deque<sim::Fact>& TraceRun::facts() const { return state_->facts; }
const std::vector<session::Milestone>& TraceRun::milestones() const {
  const auto& all = state_->milestones;
  const auto end = std::find_if(all.begin(), all.end(), [&](const session::Milestone& milestone) {
    return milestone.at.at > state_->now;
  });
  state_->passed.assign(all.begin(), end);
  return state_->passed;
}
const check::TraceReport& TraceRun::report() const { return state_->report; }
const std::string& TraceRun::name() const { return state_->name; }

const sim::ClusterView& TraceRun::view() const {
  if (!state_->view) state_->build_view();
  return *state_->view;
}

sim::Narration TraceRun::words(const sim::Fact& fact) const {
  if (fact.id == 0 || fact.id > state_->records.size()) return sim::narrate(fact);
  const TraceRecord& record = state_->records[static_cast<std::size_t>(fact.id) - 1];
  const std::string who =
      record.node.value == 0 ? "the network" : "n" + std::to_string(record.node.value);
  sim::Narration out;
  out.reason = record.reason;
  if (!record.known) {
    out.what = who + ": " + record.kind.substr(0, 80);
    if (out.reason.empty()) out.reason = record.json.substr(0, 300);
    return out;
  }
  switch (*record.known) {
    case FactKind::kStart:
      out.what = who + " starts";
      return out;
    case FactKind::kRestart:
      out.what = who + " restarts";
      return out;
    case FactKind::kTerm:
      out.what = who + " is in term " + std::to_string(record.term.value);
      return out;
    case FactKind::kRole:
      if (record.role == "leader") {
        out.what = who + " leads term " + std::to_string(record.term.value);
      } else if (record.role == "candidate") {
        out.what = who + " asks for votes in term " + std::to_string(record.term.value);
      } else {
        out.what = who + " is " + record.role.value_or("in a role that is not told").substr(0, 60);
      }
      return out;
    case FactKind::kVote: {
      const std::string vote = record.pre_vote == true ? " a pre-vote" : " a vote";
      const std::string whom =
          record.candidate ? " n" + std::to_string(record.candidate->value) : " somebody";
      out.what = who +
                 (!record.granted   ? " decides about" + whom + ":"
                  : *record.granted ? " grants" + whom
                                    : " refuses" + whom) +
                 vote;
      return out;
    }
    case FactKind::kAppend:
    case FactKind::kApply:
      if (!record.entries.empty()) break;
      out.what = who + (record.known == FactKind::kAppend ? " appended" : " applied") +
                 (record.last && record.known == FactKind::kAppend
                      ? " up to " + std::to_string(record.last->value)
                  : record.applied ? " up to " + std::to_string(record.applied->value)
                                   : ": which entries is not told");
      return out;
    case FactKind::kCommit:
      if (record.commit) break;
      out.what = who + " commits: up to where is not told";
      return out;
    case FactKind::kDurable:
      if (record.last) break;
      out.what = who + " has synced its disk";
      return out;
    case FactKind::kTruncate:
      if (record.from_index) break;
      out.what = who + " removes entries: from where is not told";
      return out;
    case FactKind::kSnapshot:
      if (record.index) break;
      out.what = who + " installed a snapshot: up to where is not told";
      return out;
    case FactKind::kSend:
    case FactKind::kReceive:
    case FactKind::kDrop:
    case FactKind::kDuplicate: {
      const auto end = [](const sim::Endpoint& place) {
        return place == sim::Endpoint{} ? std::string("somebody") : scene::endpoint_name(place);
      };
      const std::string what = (record.type.empty() ? "a message" : record.type.substr(0, 60)) +
                               (record.message ? " m" + std::to_string(*record.message) : "");
      const std::string from = end(fact.from), to = end(fact.to);
      out.what = record.known == FactKind::kSend      ? from + " sends " + what + " to " + to
                 : record.known == FactKind::kReceive ? to + " receives " + what + " from " + from
                 : record.known == FactKind::kDrop
                     ? what + " from " + from + " to " + to + " is lost"
                     : what + " from " + from + " to " + to + " is a copy";
      return out;
    }
    case FactKind::kNote:
      out.what = who + ": note";
      return out;
    default:
      break;
  }
  out.what = sim::narrate(fact).what;
  return out;
}

}  // namespace ui
