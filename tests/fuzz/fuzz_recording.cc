// Recordings: the frame as bytes, and edits of a valid recording behind right checksums.
#include <vector>

#include "app/session/run_scenario.h"
#include "tests/fuzz/targets.h"

namespace fuzz {
namespace {

// Time that passes without events costs a digest for each thousand ticks; a hostile file may name a
// thousand million.
constexpr std::uint64_t kMostMillis = 2'000'000;

const session::Recording& valid_recording() {
  static const session::Recording recording = [] {
    const auto outcome = session::run_scenario_text(
        "nodes 3\nuntil leader any within 60\nbookmark \"a\"\nput x 1\ntick 5\ncrash n2\n"
        "put x 2 as c2\ntick 3\nrestart n2\npartition {n1} {n2 n3}\ntick 5\nheal\ntick 10\n",
        "valid", {});
    require(outcome.exit == session::Exit::kOk, outcome.message.c_str());
    return outcome.session->recording();
  }();
  return recording;
}

bool is_short(const session::Recording& recording) {
  return session::end_position(recording.main).at.millis <= kMostMillis;
}

// Whatever it is, it replays or says why not. The budget is a thousand events or so.
void replay(const session::Recording& recording) {
  if (!is_short(recording)) return;
  const auto session =
      session::Session::replay(recording, session::AtEnd{}, [](std::uint64_t) { return false; });
  require(session.has_value() || !session.error().message.empty(), "an error says something");
}

template <class List>
typename List::value_type* pick(List& list, Input& input) {
  return list.empty() ? nullptr : &list[input.number() % list.size()];
}

void move(sim::Position& position, Input& input) {
  if (input.byte() % 2 == 0) {
    position.at.millis += input.number() - 100;
  } else {
    position.events += input.number() - 10;
  }
}

void edit(session::Recording& recording, Input& input) {
  session::Branch& branch = recording.main;
  switch (input.byte() % 10) {
    case 0:
      if (auto* command = pick(branch.commands, input)) command->line = input.text(200);
      return;
    case 1:
      if (auto* command = pick(branch.commands, input)) move(command->at, input);
      return;
    case 2:
      if (auto* digest = pick(branch.digests, input)) digest->digest.low ^= input.number();
      return;
    case 3:
      if (auto* digest = pick(branch.digests, input)) move(digest->at, input);
      return;
    case 4:
      branch.marks.push_back({static_cast<session::MarkKind>(input.byte() % 4),
                              {{input.number()}, input.number()},
                              input.text(100)});
      return;
    case 5:
      if (branch.end) move(branch.end->at, input);
      return;
    case 6:
      recording.config.nodes = input.number();
      recording.config.options.resize(std::min<std::uint64_t>(recording.config.nodes, 12));
      return;
    case 7:
      recording.config.seed = input.number();
      return;
    case 8:
      if (auto* options = pick(recording.config.options, input)) {
        options->election_tick = input.number();
        options->heartbeat_tick = input.number();
        options->max_size_per_message = input.number();
        options->max_inflight = input.number();
        options->sync_latency = {input.number()};
      }
      return;
    case 9:
      recording.disk_images.push_back(input.text(255));
      return;
  }
}

}  // namespace

void recording_bytes(std::string_view input) {
  const auto loaded = session::decode_recording(input, "f");
  if (!loaded) return;
  const auto again = session::decode_recording(session::encode_recording(loaded->recording), "f");
  require(again.has_value() && again->recording == loaded->recording,
          "what was read is written as it was");
  replay(loaded->recording);
}

void recording_edits(std::string_view bytes) {
  Input input(bytes);
  session::Recording recording = valid_recording();
  for (int edits = 0; edits < 8 && !input.empty(); ++edits) edit(recording, input);
  // Writing knows nodes that have options; reading must refuse the others.
  recording.config.nodes =
      std::min<std::uint64_t>(recording.config.nodes, recording.config.options.size());
  const auto loaded = session::decode_recording(session::encode_recording(recording), "f");
  if (loaded) replay(loaded->recording);
}

}  // namespace fuzz
