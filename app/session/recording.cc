#include "app/session/recording.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "app/scenario/parser.h"
#include "recording.pb.h"

namespace session {
namespace {

// The first byte is no text, so that no text file is mistaken for a recording, nor one mangled by a
// transfer as text (as PNG does).
constexpr std::string_view kMagic = "\x89RAFTREC";
constexpr std::size_t kPreambleBytes = 12;      // magic, format version
constexpr std::size_t kRecordHeaderBytes = 9;   // type, length, checksum of both
constexpr std::size_t kRecordTrailerBytes = 4;  // checksum of type, length and body
constexpr std::uint64_t kMaxRecords = 10'000'000;
constexpr std::size_t kImageRecordBytes = 4 << 20;

enum class RecordType : std::uint8_t {
  kHeader = 1,
  kBranch = 2,
  kCommand = 3,
  kDigest = 4,
  kMark = 5,
  kEnd = 6,
  kDiskImage = 7,
};

void put_u32(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(static_cast<unsigned char>(value >> shift));
  }
}

std::uint32_t get_u32(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return value;
}

std::uint32_t checksum(std::string_view bytes) {
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  return static_cast<std::uint32_t>(crc32_z(crc32_z(0, nullptr, 0), data, bytes.size()));
}

// --- writing

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
void put_branch(std::string& out, const Branch& branch) {
  recording::BranchBegin begin;
  begin.set_name(branch.name);
  put_record(out, RecordType::kBranch, begin);
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
      recording::DigestMark message;
      fill(message.mutable_at(), digest->at);
      fill(message.mutable_digest(), digest->digest);
      put_record(out, RecordType::kDigest, message);
      ++digest;
    } else if (first == at_mark) {
      recording::Mark message;
      fill(message.mutable_at(), mark->at);
      message.set_kind(1 + static_cast<std::uint32_t>(mark->kind));
      message.set_text(mark->text);
      put_record(out, RecordType::kMark, message);
      ++mark;
    } else {
      recording::Command message;
      fill(message.mutable_at(), command->at);
      message.set_line(command->line);
      put_record(out, RecordType::kCommand, message);
      ++command;
    }
  }
}

// --- reading

struct Record {
  RecordType type = RecordType::kHeader;
  std::string_view body;
  std::size_t offset = 0;  // of the record in the file
};

class Reader {
 public:
  Reader(std::string_view bytes, std::string_view source) : bytes_(bytes), source_(source) {}

  Result<LoadedRecording> run() {
    RAFT_TRY(read_preamble());
    RAFT_TRY_ASSIGN(std::optional<Record> header, next_record());
    if (!header) return corrupt(at_, "the file ends before its header is complete");
    if (header->type != RecordType::kHeader)
      return corrupt(header->offset, "the header is missing");
    RAFT_TRY(read_header(*header));
    while (!ended_) {
      RAFT_TRY_ASSIGN(const std::optional<Record> record, next_record());
      if (!record) break;
      if (++records_ > kMaxRecords) return corrupt(record->offset, "there are too many records");
      RAFT_TRY(read_record(*record));
    }
    if (ended_ && at_ != bytes_.size()) return corrupt(at_, "there is more behind the end record");
    if (!ended_) note_missing_tail();
    return std::move(out_);
  }

 private:
  Error corrupt(std::size_t offset, std::string_view what) const {
    return {Code::kCorruption, std::string(source_) + ": damaged at byte " +
                                   std::to_string(offset) + ": " + std::string(what)};
  }

  Status read_preamble() {
    if (bytes_.empty()) return Error{Code::kCorruption, std::string(source_) + ": is empty"};
    if (bytes_.substr(0, kMagic.size()) != kMagic) {
      const bool cut_short =
          bytes_.size() < kMagic.size() && kMagic.substr(0, bytes_.size()) == bytes_;
      return Error{Code::kCorruption,
                   std::string(source_) + (cut_short ? ": ends within its first bytes"
                                                     : ": is not a recording of Raftarium")};
    }
    if (bytes_.size() < kPreambleBytes) return corrupt(bytes_.size(), "the file ends too early");
    const std::uint32_t version = get_u32(bytes_, kMagic.size());
    if (version == 0) return corrupt(kMagic.size(), "there is no format version 0");
    if (version > kFormatVersion) {
      return Error{Code::kVersion, std::string(source_) + ": has format version " +
                                       std::to_string(version) +
                                       ", made by a newer Raftarium; "
                                       "this one reads up to version " +
                                       std::to_string(kFormatVersion)};
    }
    at_ = kPreambleBytes;
    return ok();
  }

  // nullopt: the file ends, at a boundary or within a record. The checksum of type and length tells
  // a missing tail from a changed length.
  Result<std::optional<Record>> next_record() {
    if (bytes_.size() - at_ < kRecordHeaderBytes) return std::optional<Record>();
    const std::uint32_t length = get_u32(bytes_, at_ + 1);
    if (get_u32(bytes_, at_ + 5) != checksum(bytes_.substr(at_, 5))) {
      return corrupt(at_, "the checksum of the record's type and length is wrong");
    }
    if (length > kMaxRecordBytes) {
      return corrupt(at_ + 1, "a record of " + std::to_string(length) + " bytes, at most " +
                                  std::to_string(kMaxRecordBytes) + " are possible");
    }
    const std::size_t left = bytes_.size() - at_ - kRecordHeaderBytes;
    if (left < length + kRecordTrailerBytes) return std::optional<Record>();
    Record record{static_cast<RecordType>(bytes_[at_]),
                  bytes_.substr(at_ + kRecordHeaderBytes, length), at_};
    const std::string covered = std::string(bytes_.substr(at_, 5)) + std::string(record.body);
    if (get_u32(bytes_, at_ + kRecordHeaderBytes + length) != checksum(covered)) {
      return corrupt(at_, "the checksum of the record is wrong");
    }
    at_ += kRecordHeaderBytes + length + kRecordTrailerBytes;
    return std::optional<Record>(record);
  }

  template <class Message>
  Result<Message> parse(const Record& record) const {
    Message message;
    if (!message.ParseFromArray(record.body.data(), static_cast<int>(record.body.size()))) {
      return corrupt(record.offset, "the record cannot be decoded");
    }
    return message;
  }

  Status read_header(const Record& record) {
    RAFT_TRY_ASSIGN(const recording::Header header, parse<recording::Header>(record));
    Recording& out = out_.recording;
    out.model_version = header.model_version();
    if (out.model_version > sim::kModelVersion) {
      return Error{Code::kVersion, std::string(source_) + ": was made with model version " +
                                       std::to_string(out.model_version) +
                                       " by a newer Raftarium; this one has version " +
                                       std::to_string(sim::kModelVersion)};
    }
    if (out.model_version == 0) return corrupt(record.offset, "there is no model version 0");
    if (header.nodes() < 1 || header.nodes() > sim::kMaxNodes) {
      return corrupt(record.offset, "a cluster of " + std::to_string(header.nodes()) + " nodes");
    }
    out.config.seed = header.seed();
    out.config.nodes = header.nodes();
    out.config.options.assign(sim::kMaxNodes, sim::NodeOptions{});
    for (const recording::Option& option : header.options()) {
      const Status status = sim::set_option(out.config, {option.node()}, option.key(),
                                            option.value(), sim::kMaxNodes);
      if (!status) return corrupt(record.offset, status.error().message);
    }
    return ok();
  }

  Status read_disk_image(const Record& record) {
    RAFT_TRY_ASSIGN(recording::DiskImage image, parse<recording::DiskImage>(record));
    DiskImages& images = out_.recording.disk_images;
    if (branch_begun_) return corrupt(record.offset, "a disk image behind the first branch");
    if (image.node() > out_.recording.config.nodes || image.data().empty()) {
      return corrupt(record.offset, "a disk image of no node, or an empty one");
    }
    // Another piece of the latest image, or the first of the next node's.
    if (image.node() == images.size() + 1) images.emplace_back();
    if (image.node() != images.size()) {
      return corrupt(record.offset, "disk images that are not in the order of their nodes");
    }
    image_bytes_ += image.data().size();
    if (image_bytes_ > kMaxImagesBytes) {
      return corrupt(record.offset, "disk images of more than 128 MiB together");
    }
    images.back() += image.data();
    return ok();
  }

  Status read_record(const Record& record) {
    if (record.type == RecordType::kDiskImage) return read_disk_image(record);
    if (!branch_begun_ && record.type != RecordType::kBranch) {
      return corrupt(record.offset, "a record that belongs to no branch");
    }
    switch (record.type) {
      case RecordType::kBranch:
        return read_branch(record);
      case RecordType::kCommand:
        return read_command(record);
      case RecordType::kDigest:
        return read_digest(record);
      case RecordType::kMark:
        return read_mark(record);
      case RecordType::kEnd:
        return read_end(record);
      case RecordType::kDiskImage:
      case RecordType::kHeader:
        return corrupt(record.offset, "a second header");
    }
    return corrupt(record.offset, "an unknown type of record");
  }

  Status read_branch(const Record& record) {
    RAFT_TRY_ASSIGN(const recording::BranchBegin branch, parse<recording::BranchBegin>(record));
    if (branch_begun_ || branch.name() != "main") {
      return corrupt(record.offset, "this version reads recordings with the branch main alone");
    }
    const std::size_t images = out_.recording.disk_images.size();
    if (images != 0 && images != out_.recording.config.nodes) {
      return corrupt(record.offset, "disk images of some nodes and not of all");
    }
    branch_begun_ = true;
    return ok();
  }

  // Positions never go back, neither in time nor in events.
  Result<sim::Position> position(const Record& record, const recording::Position& in) {
    if (in.at_millis() > kMaxInstantMillis) return corrupt(record.offset, "an impossible instant");
    const sim::Position out{{in.at_millis()}, in.events()};
    if (out.at < last_.at || out.events < last_.events) {
      return corrupt(record.offset, "a position that lies before the one of an earlier record");
    }
    last_ = out;
    return out;
  }

  Status read_command(const Record& record) {
    RAFT_TRY_ASSIGN(const recording::Command in, parse<recording::Command>(record));
    RAFT_TRY_ASSIGN(const sim::Position at, position(record, in.at()));
    const auto command = scenario::parse_command(in.line());
    if (!command) return corrupt(record.offset, command.error().message);
    out_.recording.main.commands.push_back({at, in.line()});
    // The command itself is a world event; nothing recorded later can have fewer.
    ++last_.events;
    return ok();
  }

  Status read_digest(const Record& record) {
    RAFT_TRY_ASSIGN(const recording::DigestMark in, parse<recording::DigestMark>(record));
    RAFT_TRY_ASSIGN(const sim::Position at, position(record, in.at()));
    out_.recording.main.digests.push_back({at, {in.digest().high(), in.digest().low()}});
    return ok();
  }

  Status read_mark(const Record& record) {
    RAFT_TRY_ASSIGN(const recording::Mark in, parse<recording::Mark>(record));
    RAFT_TRY_ASSIGN(const sim::Position at, position(record, in.at()));
    if (in.kind() < 1 || in.kind() > 3) return corrupt(record.offset, "an unknown kind of mark");
    const auto kind = static_cast<MarkKind>(in.kind() - 1);
    if (kind == MarkKind::kExpectation && !parse_expectation(in.text())) {
      return corrupt(record.offset, "a mark that expects no violation");
    }
    out_.recording.main.marks.push_back({kind, at, in.text()});
    return ok();
  }

  Status read_end(const Record& record) {
    RAFT_TRY_ASSIGN(const recording::End in, parse<recording::End>(record));
    if (in.branches_size() != 1 || in.branches(0).name() != "main" || in.active() != "main") {
      return corrupt(record.offset, "the end record names other branches than the file has");
    }
    const recording::BranchEnd& end = in.branches(0);
    RAFT_TRY_ASSIGN(const sim::Position at, position(record, end.at()));
    out_.recording.main.end = DigestMark{at, {end.digest().high(), end.digest().low()}};
    ended_ = true;
    return ok();
  }

  void note_missing_tail() {
    out_.note = std::string(source_) + ": was cut short after byte " + std::to_string(at_) +
                " of " + std::to_string(bytes_.size()) + "; what lies before is used, up to tick " +
                sim::short_text({last_.at.millis});
  }

  std::string_view bytes_;
  std::string_view source_;
  std::size_t at_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t image_bytes_ = 0;
  bool branch_begun_ = false;
  bool ended_ = false;
  sim::Position last_;
  LoadedRecording out_;
};

}  // namespace

std::optional<scenario::ExpectViolation> parse_expectation(std::string_view line) {
  const scenario::ParsedLine parsed = scenario::parse_line(line);
  if (!parsed.statement) return std::nullopt;
  const auto* found = std::get_if<scenario::ExpectViolation>(&parsed.statement->what);
  return found ? std::optional(*found) : std::nullopt;
}

sim::Position end_position(const Branch& branch) {
  if (branch.end) return branch.end->at;
  sim::Position end;
  const auto later = [&end](const sim::Position& at) {
    if (at.events > end.events || at.at > end.at) end = at;
  };
  if (!branch.commands.empty()) {
    // A digest follows each command; if it is missing the command is the end all the same.
    later({branch.commands.back().at.at, branch.commands.back().at.events + 1});
  }
  if (!branch.digests.empty()) later(branch.digests.back().at);
  if (!branch.marks.empty()) later(branch.marks.back().at);
  return end;
}

std::string encode_recording(const Recording& recording) {
  std::string out(kMagic);
  put_u32(out, kFormatVersion);
  put_record(out, RecordType::kHeader, make_header(recording));
  put_disk_images(out, recording.disk_images);
  put_branch(out, recording.main);
  if (recording.main.end) {
    recording::End end;
    end.set_active(recording.main.name);
    recording::BranchEnd* branch = end.add_branches();
    branch->set_name(recording.main.name);
    fill(branch->mutable_at(), recording.main.end->at);
    fill(branch->mutable_digest(), recording.main.end->digest);
    put_record(out, RecordType::kEnd, end);
  }
  return out;
}

Result<LoadedRecording> decode_recording(std::string_view bytes, std::string_view source) {
  return Reader(bytes, source).run();
}

}  // namespace session
