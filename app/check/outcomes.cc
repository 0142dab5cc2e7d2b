#include "app/check/outcomes.h"

#include <utility>

#include "kv/command.h"

namespace check {
namespace {

// Refused before any log. A stale command may stand in one: an earlier try may have taken effect.
bool is_final_refusal(const std::string& outcome) {
  return outcome == "dropped" ||
         (outcome.rfind("refused", 0) == 0 && outcome.find("stale-command") == std::string::npos);
}

}  // namespace

void OutcomeChecks::on_fact(const sim::Fact& fact, Findings& findings) {
  if (fact.kind == sim::FactKind::kRequest) {
    requested(fact, findings);
  } else if (fact.kind == sim::FactKind::kApply) {
    applied(fact, findings);
  } else if (fact.kind == sim::FactKind::kReceive && fact.from.client != 0) {
    ++owed_[{fact.to.node, fact.from.client}];
  } else if (fact.kind == sim::FactKind::kSend && fact.to.client != 0) {
    if (--owed_[{fact.from.node, fact.to.client}] >= 0) return;
    owed_[{fact.from.node, fact.to.client}] = 0;
    const std::string client = "c" + std::to_string(fact.to.client);
    findings.add(Property::kOneOutcome, fact,
                 name(fact.from.node) + " answers " + client + " more often than it was asked", {},
                 {fact.from.node});
  }
}

void OutcomeChecks::requested(const sim::Fact& fact, Findings& findings) {
  Request& request = requests_.at(fact.message);
  const std::string who = "request r" + std::to_string(fact.message);
  if (request.client == 0) {
    request.client = fact.client;
    request.called = source_of(fact);
    request.sequence = ++calls_[fact.client];
    by_sequence_[fact.client].at(request.sequence) = fact.message;
    return;
  }
  if (request.finished) {
    findings.add(Property::kOneOutcome, fact,
                 who + " ended with '" + request.outcome + "' and then with '" + fact.text + "'",
                 note_of(request.outcome_source, who + " ends with '" + request.outcome + "'"), {});
    return;
  }
  request.finished = true;
  request.outcome = fact.text;
  request.outcome_source = source_of(fact);
  request.refused = is_final_refusal(fact.text);
  if (!request.refused) return;
  const auto client = effects_.find(request.client);
  const Source* effect = client == effects_.end() ? nullptr : client->second.find(request.sequence);
  if (effect == nullptr) return;
  findings.add(Property::kOneOutcome, fact, who + " was refused, yet it has taken effect",
               note_of(*effect, who + " takes effect on " + name(effect->node)), {effect->node});
}

void OutcomeChecks::applied(const sim::Fact& fact, Findings& findings) {
  for (const raft::EntryPtr& entry : fact.entries) {
    if (entry->index <= seen_) continue;
    seen_ = entry->index;
    if (entry->data.empty() || entry->type != raft::EntryType::kNormal) continue;
    const auto command = kv::decode(entry->data);
    if (!command || command->client == 0) continue;
    Source& effect = effects_[command->client].at(command->sequence);
    if (effect.fact != 0) continue;
    effect = source_of(fact);
    const auto client = by_sequence_.find(command->client);
    const std::uint64_t* id =
        client == by_sequence_.end() ? nullptr : client->second.find(command->sequence);
    const Request* request = id == nullptr ? nullptr : requests_.find(*id);
    if (request == nullptr || !request->refused) continue;
    const std::string who = "request r" + std::to_string(*id);
    findings.add(Property::kOneOutcome, fact,
                 who + " takes effect with entry " + std::to_string(entry->index.value) +
                     ", though it was refused",
                 note_of(request->outcome_source, who + " ends with '" + request->outcome + "'"),
                 {fact.node});
  }
}

}  // namespace check
