// Links and what travels on them.
#include <utility>

#include "app/sim/cluster_state.h"
#include "raft/assert.h"

namespace sim {

Link& Cluster::State::link(Endpoint from, Endpoint to) {
  return links.try_emplace({from, to}, Link{base_quality, false, false}).first->second;
}

Link Cluster::State::link_or_default(Endpoint from, Endpoint to) const {
  const auto found = links.find({from, to});
  return found == links.end() ? Link{base_quality, false, false} : found->second;
}

// Puts a message on its link. It has its id whatever becomes of it.
void Cluster::State::send(InFlight message) {
  const Link& on = link(message.from, message.to);
  message.id = ++sent_messages;
  message.sent = now;
  message.cause = tell_message(FactKind::kSend, message);
  if (on.cut) {
    message.fate = Fate::kLostAtCut;
    return lose(message, "the link is cut");
  }
  const LinkQuality quality = on.quality;
  const bool held = on.held;
  auto draw_delay = [&] {
    return Duration{network_rng.between(quality.delay.low.millis, quality.delay.high.millis)};
  };
  const bool lost = network_rng.chance(quality.loss.numerator, quality.loss.denominator);
  const bool doubled =
      network_rng.chance(quality.duplicate.numerator, quality.duplicate.denominator);
  auto put = [&](InFlight copy, Duration delay) {
    copy.held = held;
    copy.remaining = delay;
    copy.due = now + delay;
    const std::uint64_t id = copy.id;
    const Instant due = copy.due;
    messages.emplace(id, std::move(copy));
    if (!held) push(due, Phase::kDelivery, id, 0);
  };
  const Duration delay = draw_delay();
  std::optional<InFlight> twin;
  if (doubled) twin = message;
  if (lost) message.fate = Fate::kLostOnWay;
  // A lost message breaks half way.
  put(std::move(message), lost ? Duration{delay.millis / 2} : delay);
  if (!twin) return;
  twin->id = ++sent_messages;
  twin->duplicate = true;
  twin->cause = tell_message(FactKind::kDuplicate, *twin);
  const Duration twin_delay = draw_delay();
  put(*std::move(twin), twin_delay);
}

void Cluster::State::send_all(const NodeSlot& from, std::vector<raft::Message> outgoing) {
  for (raft::Message& message : outgoing) {
    send_raft(from, std::move(message), from.last_fact != 0 ? from.last_fact : cause);
  }
}

void Cluster::State::send_raft(const NodeSlot& from, raft::Message message,
                               std::uint64_t caused_by) {
  InFlight flight;
  flight.type = raft::scenario_name(message.type);
  flight.from = {from.id, 0};
  flight.to = {message.to, 0};
  flight.bytes = raft::encoded_size(message);
  flight.cause = caused_by;
  flight.message = std::make_shared<const raft::Message>(std::move(message));
  send(std::move(flight));
}

// Messages that waited for the disk, each with what led to it: the end of its own write, or, where
// a message wrote nothing and its answer waited for an older write only, that message.
void Cluster::State::send_synced(NodeSlot& slot) {
  for (kv::SyncedMessage& synced : slot.server->take_synced_messages()) {
    // What a full disk held up was written with a later round.
    const auto write = slot.round_causes.lower_bound(synced.round);
    RAFT_ASSERT(write != slot.round_causes.end());
    send_raft(slot, std::move(synced.message), write->second);
  }
}

void Cluster::State::send_snapshots(NodeSlot& slot) {
  for (std::string& note : slot.server->take_notes()) {
    Fact fact;
    fact.kind = FactKind::kNote;
    fact.node = slot.id;
    fact.cause = slot.last_fact != 0 ? slot.last_fact : cause;
    fact.text = std::move(note);
    tell(std::move(fact));
  }
  for (const NodeId to : slot.server->take_transfers_begun()) ++snapshots_begun[{slot.id, to}];
  const auto put = [&](std::string_view type, NodeId to, std::uint64_t bytes) {
    InFlight flight;
    flight.type = type;
    flight.from = {slot.id, 0};
    flight.to = {to, 0};
    flight.bytes = bytes;
    flight.cause = slot.last_fact != 0 ? slot.last_fact : cause;
    return flight;
  };
  for (kv::ChunkPtr& chunk : slot.server->take_chunks()) {
    InFlight flight = put("snapshot-chunk", chunk->to, kv::encoded_size(*chunk));
    flight.chunk = std::move(chunk);
    send(std::move(flight));
  }
  for (kv::ReplyPtr& reply : slot.server->take_chunk_replies()) {
    InFlight flight = put("snapshot-chunk-reply", reply->to, 32);
    flight.chunk_reply = std::move(reply);
    send(std::move(flight));
  }
}

// A message's time has come: it is lost, waits at a paused node, or is handed over.
void Cluster::State::arrive(std::uint64_t id) {
  const auto found = messages.find(id);
  RAFT_ASSERT(found != messages.end());
  InFlight& message = found->second;
  if (message.fate == Fate::kLostOnWay) {
    const InFlight gone = std::move(message);
    messages.erase(found);
    return lose(gone, "lost on the way");
  }
  if (link_or_default(message.from, message.to).cut) {
    InFlight gone = std::move(message);
    messages.erase(found);
    gone.fate = Fate::kLostAtCut;
    return lose(gone, "the link was cut meanwhile");
  }
  if (message.to.node != raft::kNoNode && node(message.to.node).server &&
      node(message.to.node).paused) {
    message.waiting = true;
    node(message.to.node).waiting.push_back({id, {}});
    return;
  }
  InFlight arrived = std::move(message);
  messages.erase(found);
  hand_over(std::move(arrived));
}

void Cluster::State::hand_over(InFlight message) {
  if (message.to.client != 0) {
    cause = tell_message(FactKind::kReceive, message);
    return reply_arrived(clients.at(message.to.client), message);
  }
  NodeSlot& slot = node(message.to.node);
  if (!slot.server && slot.halted.empty()) return lose(message, "its receiver is down");
  if (!runs(slot)) return lose(message, "its receiver is halted");
  cause = tell_message(FactKind::kReceive, message);
  slot.last_fact = 0;
  if (message.traffic) {
    serve(slot, message);
  } else if (message.chunk) {
    slot.server->receive(*message.chunk);
  } else if (message.chunk_reply) {
    slot.server->receive(*message.chunk_reply);
  } else {
    if (raft::is_reply(message.message->type)) slot.last_answers[message.from.node] = now;
    // A refusal of the core is a fact that it has told; a contradiction halts it (see drain).
    (void)slot.server->raft().step(*message.message);
  }
  drain(slot);
}

void Cluster::State::lose(const InFlight& message, std::string why) {
  tell_message(FactKind::kDrop, message, std::move(why));
}

// Who hears whom well; kept, since it changes with commands alone.
void Cluster::State::measure_links() {
  for (auto& slot : nodes) {
    slot->hears = 0;
    for (const auto& other : nodes) {
      if (other == slot) continue;
      const Link link = link_or_default({other->id, 0}, {slot->id, 0});
      const bool healthy = !link.cut && !link.held && link.quality.loss.numerator == 0 &&
                           link.quality.delay.high <= kHealthyDelay;
      if (!healthy) continue;
      slot->hears = static_cast<std::uint16_t>(slot->hears | 1u << (other->id.value - 1));
    }
  }
}

// Held messages of the link go on for what is left of their way.
void Cluster::State::release_held(Endpoint from, Endpoint to) {
  for (auto& [id, message] : messages) {
    if (message.from != from || message.to != to || !message.held) continue;
    message.held = false;
    message.due = now + message.remaining;
    push(message.due, Phase::kDelivery, id, 0);
  }
}

}  // namespace sim
