#include "app/check/violation.h"

#include <algorithm>
#include <utility>

namespace check {
namespace {

constexpr std::string_view kNames[kProperties] = {
    "election-safety",      "leader-append-only", "log-matching", "leader-completeness",
    "state-machine-safety", "monotonic",          "vote-once",    "durable-before-ack",
    "disk-log-matching",    "applied-equals-log", "one-outcome",  "membership",
    "linearizability",      "liveness",
};

}  // namespace

std::string_view property_name(Property property) {
  return kNames[static_cast<std::uint8_t>(property)];
}

std::optional<Property> property_of(std::string_view name) {
  for (std::uint8_t i = 0; i < kProperties; ++i) {
    if (kNames[i] == name) return static_cast<Property>(i);
  }
  return std::nullopt;
}

FactNote note_of(const sim::Fact& fact) {
  return {fact.id, fact.node, fact.at, sim::narrate(fact).what};
}

void Findings::add(Property property, const sim::Fact& now, std::string text, FactNote earlier,
                   std::vector<sim::NodeId> nodes) {
  Violation violation;
  violation.property = property;
  violation.event = now.event;
  violation.at = now.at;
  violation.text = std::move(text);
  violation.earlier = std::move(earlier);
  violation.later = note_of(now);
  violation.nodes = std::move(nodes);
  add(std::move(violation));
}

void Findings::add(Violation violation) {
  const auto which = static_cast<std::uint8_t>(violation.property);
  if (++counts_[which] > kMaxPerProperty) return;
  std::sort(violation.nodes.begin(), violation.nodes.end());
  violation.nodes.erase(std::unique(violation.nodes.begin(), violation.nodes.end()),
                        violation.nodes.end());
  violation.expected = expected_[which];
  for (const std::string& cause : causes_) violation.text += "; cause: " + cause;
  auto place = list_.end();
  const auto later = [&violation](const Violation& told) {
    return told.event != violation.event ? told.event > violation.event
                                         : told.property > violation.property;
  };
  while (place != list_.begin() && later(*std::prev(place))) --place;
  list_.insert(place, std::move(violation));
}

void Findings::expect(std::optional<Property> property) {
  for (std::uint8_t i = 0; i < kProperties; ++i) {
    if (!property || static_cast<Property>(i) == *property) expected_[i] = true;
  }
  for (Violation& violation : list_) {
    violation.expected = expected_[static_cast<std::uint8_t>(violation.property)];
  }
}

void Findings::expect_nothing() {
  for (bool& expected : expected_) expected = false;
  for (Violation& violation : list_) violation.expected = false;
}

void Findings::add_cause(std::string cause) {
  if (std::find(causes_.begin(), causes_.end(), cause) == causes_.end()) {
    causes_.push_back(std::move(cause));
  }
}

}  // namespace check
