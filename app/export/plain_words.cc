#include "app/export/plain_words.h"

#include <array>

#include "app/scenario/parser.h"
#include "app/scene/tr.h"

namespace exporter {
namespace {

using scene::tr;

struct Ending {
  std::string_view text;  // as the fact has it
  const char* words;      // behind "c1's request r2 "
  const char* reason;
};
constexpr std::array<Ending, 8> kEndings = {
    {{"ok", "is answered", ""},
     {"dropped", "is not taken", "the node it reached does not take it into its log"},
     {"unknown", "stays without an answer", "nobody knows yet whether it takes effect"},
     {"refused not-leader", "is refused", "the node it reached does not lead"},
     {"refused stale-command", "is refused",
      "its place in the log went to another entry, or the term it names is long over"},
     {"refused epoch-not-match", "is refused", "the members are no longer those that it names"},
     {"refused store-not-match", "is refused", "it was meant for another node"},
     {"refused", "is refused", ""}}};

std::string joined(const std::vector<raft::NodeId>& nodes) {
  std::string out;
  for (const raft::NodeId node : nodes) out += (out.empty() ? "" : " ") + scene::node_name(node);
  return out;
}

std::string way(const sim::Endpoint& from, const sim::Endpoint& to, bool both) {
  return scene::endpoint_name(from) + (both ? "–" : "→") + scene::endpoint_name(to);
}

struct NetworkWords {
  std::string operator()(const sim::Partition& command) const {
    std::string groups;
    for (const auto& group : command.groups)
      groups += (groups.empty() ? "" : " | ") + joined(group);
    return tr("The network is cut into parts: {1}", groups);
  }
  std::string operator()(const sim::LinksOnly& command) const {
    std::string links;
    for (const auto& [a, b] : command.links)
      links += (links.empty() ? "" : ", ") + way({a}, {b}, true);
    return tr("All links are cut but {1}", links);
  }
  std::string operator()(const sim::Cut& command) const {
    return tr("The link {1} is cut", way(command.from, command.to, command.both));
  }
  std::string operator()(const sim::Mend& command) const {
    return tr("The link {1} is whole again", way(command.from, command.to, command.both));
  }
  std::string operator()(const sim::Heal&) const { return tr("All links are whole again"); }
  template <class Other>
  std::string operator()(const Other&) const {
    return "";
  }
};

std::string network_words(const std::string& line) {
  const auto statement = scenario::parse_statement(line, "line");
  if (!statement) return "";
  const auto* command = std::get_if<sim::Command>(&statement->what);
  return command == nullptr ? "" : std::visit(NetworkWords{}, *command);
}

}  // namespace

sim::Narration plain_words(const sim::Fact& fact) {
  if (fact.kind == sim::FactKind::kRequest) {
    for (const Ending& ending : kEndings) {
      if (fact.text != ending.text) continue;
      return {"c" + std::to_string(fact.client) + "'s request r" + std::to_string(fact.message) +
                  " " + ending.words,
              ending.reason, ""};
    }
  }
  return sim::narrate(fact);
}

std::optional<scene::Told> network_told(const std::vector<session::Milestone>& milestones,
                                        const sim::Position& now, std::uint64_t since) {
  for (auto milestone = milestones.rbegin(); milestone != milestones.rend(); ++milestone) {
    // A command stands at the position before it.
    const std::uint64_t event = milestone->at.events + 1;
    if (event > now.events) continue;
    if (event < since) break;
    if (milestone->kind != session::MilestoneKind::kCut &&
        milestone->kind != session::MilestoneKind::kHeal)
      continue;
    if (std::string words = network_words(milestone->text); !words.empty())
      return scene::Told{event, std::move(words), ""};
  }
  return std::nullopt;
}

}  // namespace exporter
