#include "app/scene/sequence_model.h"

#include <algorithm>

#include "app/scene/fact_sign.h"

namespace scene {
namespace {

using sim::FactKind;

bool is_heartbeat(const sim::Fact& fact) {
  return fact.message_type == "heartbeat" || fact.message_type == "heartbeat-reply";
}

// A span in which nothing but heartbeats went on is folded from this length on, but for its rims.
constexpr std::uint64_t kQuiet = 4000, kRim = 1000;  // thousandths of a tick

bool is_folded(sim::Instant from, sim::Instant to) {
  return to.millis > from.millis + kQuiet + 2 * kRim;
}

// Worth a mark of its own on the node's line; sends and receipts are the ends of arrows.
bool is_mark(const sim::Fact& fact) {
  switch (fact.kind) {
    case FactKind::kStart:
    case FactKind::kCrash:
    case FactKind::kRestart:
    case FactKind::kPause:
    case FactKind::kResume:
    case FactKind::kHalt:
    case FactKind::kRole:
    case FactKind::kVote:
    case FactKind::kAppend:
    case FactKind::kApply:
    case FactKind::kTruncate:
    case FactKind::kCommit:
    case FactKind::kDurable:
    case FactKind::kSnapshot:
    case FactKind::kConfig:
      return fact.node.value != 0;
    case FactKind::kNote:
      return fact.has_core && fact.node.value != 0 &&
             (fact.core.kind == raft::EventKind::kAppendRefused ||
              fact.core.kind == raft::EventKind::kProposalDropped ||
              fact.core.kind == raft::EventKind::kCommitHeld);
    case FactKind::kTerm:
    case FactKind::kSend:
    case FactKind::kReceive:
    case FactKind::kDrop:
    case FactKind::kDuplicate:
    case FactKind::kCommand:
    case FactKind::kRequest:
      return false;
  }
  return false;
}

}  // namespace

MessageGlyph Arrow::glyph(float r) const {
  MessageGlyph out;
  out.type = type;
  out.term = out.sender_term = term;
  out.answer = says;
  out.label = label;
  out.r = r;
  return out;
}

void SequenceModel::take_message(const sim::Fact& fact) {
  if (fact.kind == FactKind::kSend) {
    Arrow arrow;
    arrow.message = fact.message;
    arrow.send = fact.id;
    arrow.from = fact.from.node;
    arrow.to = fact.to.node;
    arrow.sent = arrow.ended = fact.at;
    arrow.term = fact.content ? fact.content->term : fact.core.term;
    arrow.heartbeat = is_heartbeat(fact);
    arrow.answer = is_reply_type(fact.message_type);
    const MessageGlyph glyph = message_glyph(fact, 1);
    arrow.type = glyph.type;
    arrow.says = glyph.answer;
    arrow.label = glyph.label;
    arrows_.push_back(arrow);
    if (fact.message != 0) flying_[fact.message] = arrows_gone_ + arrows_.size() - 1;
    return;
  }
  if (fact.kind != FactKind::kReceive && fact.kind != FactKind::kDrop) return;
  const auto found = flying_.find(fact.message);
  if (found == flying_.end() || found->second < arrows_gone_) return;
  Arrow& arrow = arrows_[static_cast<std::size_t>(found->second - arrows_gone_)];
  flying_.erase(found);
  arrow.end = fact.id;
  arrow.ended = std::max(arrow.sent, fact.at);
  arrow.lost = fact.kind == FactKind::kDrop;
  if (arrow.to.value == 0 && fact.kind == FactKind::kReceive) arrow.to = fact.node;
  longest_ = std::max(longest_, arrow.ended - arrow.sent);
}

void SequenceModel::take(const sim::Fact& fact) {
  take_message(fact);
  if (fact.kind == FactKind::kCommand) commands_.push_back({fact.id, fact.at, {}, fact.kind});
  if (is_mark(fact)) marks_.push_back({fact.id, fact.at, fact.node, fact.kind});
  const bool quiet = is_heartbeat(fact) || (fact.kind == FactKind::kNote && !is_mark(fact)) ||
                     fact.kind == FactKind::kDuplicate;
  if (!quiet && (busy_.empty() || busy_.back() < fact.at)) {
    if (!busy_.empty() && is_folded(busy_.back(), fact.at))
      gaps_.push_back({busy_.back(), fact.at});
    busy_.push_back(fact.at);
  }
  if (fact.node.value == 0) return;

  std::vector<LineState>& line = lines_[fact.node];
  LineState now = line.empty() ? LineState{} : line.back();
  now.from = fact.at;
  now.term = std::max(now.term, fact.term);
  switch (fact.kind) {
    case FactKind::kCrash:
      now.state = sim::NodeState::kDown;
      break;
    case FactKind::kHalt:
      now.state = sim::NodeState::kHalted;
      break;
    case FactKind::kPause:
      now.state = sim::NodeState::kPaused;
      break;
    case FactKind::kStart:
    case FactKind::kRestart:
      now.role = raft::Role::kFollower;
      now.term = fact.term;
      [[fallthrough]];
    case FactKind::kResume:
      now.state = sim::NodeState::kUp;
      break;
    case FactKind::kRole:
      now.role = fact.core.role;
      break;
    default:
      // Of the first fact that is kept: it did not begin there.
      if (line.empty()) now.role = fact.role;
      break;
  }
  const bool same = !line.empty() && line.back().term == now.term && line.back().role == now.role &&
                    line.back().state == now.state;
  if (same) return;
  if (!line.empty() && line.back().from == now.from) {
    line.back() = now;
  } else {
    line.push_back(now);
  }
}

void SequenceModel::forget(const std::deque<sim::Fact>& facts) {
  const std::uint64_t front = facts.front().id;
  first_ = facts.front().at;
  while (!arrows_.empty() && arrows_.front().send < front) {
    flying_.erase(arrows_.front().message);
    arrows_.pop_front();
    ++arrows_gone_;
  }
  while (!marks_.empty() && marks_.front().fact < front) marks_.pop_front();
  while (!commands_.empty() && commands_.front().fact < front) commands_.pop_front();
  while (!busy_.empty() && busy_.front() < first_) busy_.pop_front();
  while (!gaps_.empty() && gaps_.front().from < first_) gaps_.pop_front();
  for (auto& [node, line] : lines_) {
    // The state in which the kept part begins stays.
    auto keep = std::find_if(line.begin(), line.end(),
                             [&](const LineState& state) { return state.from > first_; });
    if (keep != line.begin()) line.erase(line.begin(), keep - 1);
  }
}

void SequenceModel::update(const std::deque<sim::Fact>& facts) {
  if (facts.empty() || facts.back().id < last_ || facts.front().id > last_ + 1) *this = {};
  if (facts.empty()) return;
  auto first =
      std::upper_bound(facts.begin(), facts.end(), last_,
                       [](std::uint64_t id, const sim::Fact& fact) { return id < fact.id; });
  for (; first != facts.end(); ++first) take(*first);
  last_ = facts.back().id;
  forget(facts);
}

TimeAxis::TimeAxis(const SequenceModel& model, sim::Instant now, bool fold) {
  if (!fold) return;
  double saved = 0;
  const auto look = [&](sim::Instant from, sim::Instant to) {
    if (!is_folded(from, to)) return;
    Fold folded{{from.millis + kRim}, {to.millis - kRim}, 0};
    folded.place = static_cast<double>(folded.from.millis) / 1000 - saved;
    saved += static_cast<double>(folded.to.millis - folded.from.millis) / 1000 - kFoldTicks;
    folds_.push_back(folded);
  };
  const std::deque<sim::Instant>& busy = model.busy();
  const auto later = std::upper_bound(busy.begin(), busy.end(), now);
  if (later == busy.begin()) {
    look(model.first(), now);
    return;
  }
  look(model.first(), busy.front());
  for (const SequenceModel::Gap& gap : model.gaps()) {
    if (gap.to > now) break;
    look(gap.from, gap.to);
  }
  look(*std::prev(later), now);
}

double TimeAxis::place_of(sim::Instant at) const {
  const auto ticks = [](std::uint64_t millis) { return static_cast<double>(millis) / 1000; };
  auto fold =
      std::upper_bound(folds_.begin(), folds_.end(), at,
                       [](sim::Instant when, const Fold& folded) { return when < folded.from; });
  if (fold == folds_.begin()) return ticks(at.millis);
  --fold;
  if (at >= fold->to) return fold->place + kFoldTicks + ticks((at - fold->to).millis);
  const double share = ticks((at - fold->from).millis) / ticks((fold->to - fold->from).millis);
  return fold->place + share * kFoldTicks;
}

sim::Instant TimeAxis::instant_at(double place) const {
  const auto instant = [](double ticks) {
    return sim::Instant{static_cast<std::uint64_t>(std::max(0.0, ticks * 1000 + 0.5))};
  };
  auto fold = std::upper_bound(folds_.begin(), folds_.end(), place,
                               [](double at, const Fold& folded) { return at < folded.place; });
  if (fold == folds_.begin()) return instant(place);
  --fold;
  const double inside = place - fold->place;
  if (inside >= kFoldTicks) return fold->to + sim::Duration{instant(inside - kFoldTicks).millis};
  const double whole = static_cast<double>((fold->to - fold->from).millis);
  return fold->from + sim::Duration{static_cast<std::uint64_t>(whole * inside / kFoldTicks)};
}

}  // namespace scene
