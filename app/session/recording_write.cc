// Writes recordings, whole or record by record.
#include <algorithm>
#include <array>
#include <utility>

#include "app/session/recording.h"
#include "app/session/records.h"
#include "recording.pb.h"

namespace session {
namespace {

void put_u32(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(static_cast<unsigned char>(value >> shift));
  }
}

template <class Message>
void put_record(std::string& out, RecordType type, const Message& message) {
  std::string body;
  message.SerializeToString(&body);
  const std::size_t begin = out.size();
  out += static_cast<char>(type);
  put_u32(out, static_cast<std::uint32_t>(body.size()));
  const std::uint32_t header_sum = checksum(std::string_view(out).substr(begin));
  std::string covered = out.substr(begin) + body;
  put_u32(out, header_sum);
  out += body;
  put_u32(out, checksum(covered));
}

void fill(recording::Position* out, const sim::Position& position) {
  out->set_at_millis(position.at.millis);
  out->set_events(position.events);
}

void fill(recording::Digest* out, const sim::Digest& digest) {
  out->set_high(digest.high);
  out->set_low(digest.low);
}

recording::Header make_header(const Recording& recording) {
  recording::Header header;
  header.set_model_version(recording.model_version);
  header.set_seed(recording.config.seed);
  header.set_nodes(recording.config.nodes);
  const auto add = [&header](std::uint64_t node, const sim::OptionValue& option) {
    recording::Option* out = header.add_options();
    out->set_node(node);
    out->set_key(option.key);
    out->set_value(option.value);
  };
  const std::vector<sim::OptionValue> first = sim::option_values(recording.config, {1});
  for (const sim::OptionValue& option : sim::option_values(recording.config, raft::kNoNode)) {
    const bool of_nodes = std::any_of(
        first.begin(), first.end(), [&](const sim::OptionValue& o) { return o.key == option.key; });
    if (!of_nodes) add(0, option);
  }
  for (std::uint64_t node = 1; node <= recording.config.nodes; ++node) {
    for (const sim::OptionValue& option : sim::option_values(recording.config, {node})) {
      add(node, option);
    }
  }
  // Of nodes that a change of members may create: what is not as it is without a word.
  const std::vector<sim::OptionValue> usual = sim::option_values(sim::ClusterConfig{}, {1});
  for (std::uint64_t node = recording.config.nodes + 1; node <= sim::kMaxNodes; ++node) {
    const std::vector<sim::OptionValue> values = sim::option_values(recording.config, {node});
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i].value != usual[i].value) add(node, values[i]);
    }
  }
  return header;
}

void put_disk_images(std::string& out, const DiskImages& images) {
  for (std::size_t i = 0; i < images.size(); ++i) {
    for (std::size_t at = 0; at < images[i].size(); at += kImageRecordBytes) {
      recording::DiskImage message;
      message.set_node(i + 1);
      message.set_data(images[i].substr(at, kImageRecordBytes));
      put_record(out, RecordType::kDiskImage, message);
    }
  }
}

// The three lists of a branch merged by time. At one position a mark that was set before a command
// has the smaller count of events; digests follow their command.
void put_items(std::string& out, const Branch& branch) {
  auto command = branch.commands.begin();
  auto digest = branch.digests.begin();
  auto mark = branch.marks.begin();
  const auto key = [](const sim::Position& p) { return std::pair(p.at.millis, p.events); };
  constexpr std::pair<std::uint64_t, std::uint64_t> kNever{UINT64_MAX, UINT64_MAX};
  while (true) {
    const auto at_command = command == branch.commands.end() ? kNever : key(command->at);
    const auto at_digest = digest == branch.digests.end() ? kNever : key(digest->at);
    const auto at_mark = mark == branch.marks.end() ? kNever : key(mark->at);
    const auto first = std::min({at_command, at_digest, at_mark});
    if (first == kNever) return;
    if (first == at_digest) {
      out += encode(*digest);
      ++digest;
    } else if (first == at_mark) {
      out += encode(*mark);
      ++mark;
    } else {
      out += encode(*command);
      ++command;
    }
  }
}

template <class Message>
std::string one_record(RecordType type, const Message& message) {
  std::string out;
  put_record(out, type, message);
  return out;
}

}  // namespace

std::string encode(const RecordedCommand& command) {
  recording::Command message;
  fill(message.mutable_at(), command.at);
  message.set_line(command.line);
  return one_record(RecordType::kCommand, message);
}

std::string encode(const DigestMark& digest) {
  recording::DigestMark message;
  fill(message.mutable_at(), digest.at);
  fill(message.mutable_digest(), digest.digest);
  message.set_parts(digest.parts);
  return one_record(RecordType::kDigest, message);
}

std::string encode(const Mark& mark) {
  recording::Mark message;
  fill(message.mutable_at(), mark.at);
  message.set_kind(1 + static_cast<std::uint32_t>(mark.kind));
  message.set_text(mark.text);
  return one_record(RecordType::kMark, message);
}

std::string encode_reached(const sim::Position& at) {
  recording::Reached message;
  fill(message.mutable_at(), at);
  return one_record(RecordType::kReached, message);
}

std::string encode_branch_begin(const Recording& recording, std::size_t number) {
  const Branch& branch = recording.branch(number);
  recording::BranchBegin message;
  message.set_name(branch.name);
  if (branch.fork) {
    message.set_parent(recording.branch(branch.fork->parent).name);
    fill(message.mutable_fork(), branch.fork->at);
  }
  return one_record(RecordType::kBranch, message);
}

std::string encode_branch(const Recording& recording, std::size_t number) {
  std::string out = encode_branch_begin(recording, number);
  const Branch& branch = recording.branch(number);
  put_items(out, branch);
  // Only a branch without an end says how far it has come.
  if (branch.reached.events > 0 || branch.reached.at.millis > 0) {
    out += encode_reached(branch.reached);
  }
  return out;
}

std::string encode_beginning(const Recording& recording) {
  std::string out(kMagic);
  put_u32(out, kFormatVersion);
  put_record(out, RecordType::kHeader, make_header(recording));
  put_disk_images(out, recording.disk_images);
  if (recording.title.empty() && recording.author.empty()) return out;
  recording::About about;
  about.set_title(recording.title);
  about.set_author(recording.author);
  put_record(out, RecordType::kAbout, about);
  return out;
}

std::string encode_recording(const Recording& recording) {
  std::string out = encode_beginning(recording);
  for (std::size_t i = 0; i < recording.branches(); ++i) out += encode_branch(recording, i);
  // A file that was cut short stays one.
  if (!recording.branch(recording.active).end) return out;
  recording::End end;
  end.set_active(recording.branch(recording.active).name);
  for (std::size_t i = 0; i < recording.branches(); ++i) {
    const Branch& branch = recording.branch(i);
    recording::BranchEnd* message = end.add_branches();
    message->set_name(branch.name);
    fill(message->mutable_at(), end_position(branch));
    if (!branch.end) continue;
    fill(message->mutable_digest(), branch.end->digest);
    message->set_parts(branch.end->parts);
  }
  put_record(out, RecordType::kEnd, end);
  return out;
}

}  // namespace session
