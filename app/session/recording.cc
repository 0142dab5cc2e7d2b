#include "app/session/recording.h"

#include <algorithm>

#include "app/scenario/parser.h"
#include "app/session/records.h"
#include "recording.pb.h"

namespace session {
namespace {

std::uint32_t get_u32(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return value;
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
    RAFT_TRY(check_forks());
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
    if (!places_.empty()) return corrupt(record.offset, "a disk image behind the first branch");
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
    const bool of_branch = record.type != RecordType::kBranch && record.type != RecordType::kAbout;
    if (places_.empty() && of_branch) {
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
      case RecordType::kAbout:
        return read_about(record);
      case RecordType::kReached:
        return read_reached(record);
      case RecordType::kDiskImage:
      case RecordType::kHeader:
        return corrupt(record.offset, "a second header");
    }
    return corrupt(record.offset, "an unknown type of record");
  }

  Status read_about(const Record& record) {
    RAFT_TRY_ASSIGN(const recording::About about, parse<recording::About>(record));
    if (!places_.empty()) return corrupt(record.offset, "a title that stands too late");
    if (about.title().size() > kMaxTitleBytes || about.author().size() > kMaxTitleBytes) {
      return corrupt(record.offset, "a title or an author that is too long");
    }
    out_.recording.title = about.title();
    out_.recording.author = about.author();
    return ok();
  }

  Status read_branch(const Record& record) {
    RAFT_TRY_ASSIGN(const recording::BranchBegin in, parse<recording::BranchBegin>(record));
    Recording& recording = out_.recording;
    if (places_.empty()) {
      if (in.name() != "main") return corrupt(record.offset, "the first branch is not main");
      const std::size_t images = recording.disk_images.size();
      if (images != 0 && images != recording.config.nodes) {
        return corrupt(record.offset, "disk images of some nodes and not of all");
      }
      places_.push_back({record.offset, {}});
    } else if (const auto known = recording.find_branch(in.name())) {
      recording.active = *known;  // it goes on
      return ok();
    } else {
      if (places_.size() >= kMaxBranches) return corrupt(record.offset, "too many branches");
      if (!is_branch_name(in.name())) {
        return corrupt(record.offset, "a branch with an impossible name");
      }
      const auto parent = recording.find_branch(in.parent());
      if (!parent || !in.has_fork()) {
        return corrupt(record.offset, "a branch that comes from none");
      }
      RAFT_TRY_ASSIGN(const sim::Position fork, instant(record, in.fork()));
      const Branch& from = recording.branch(*parent);
      if (from.fork && is_before(fork, from.fork->at)) {
        return corrupt(record.offset, "a branch that begins before its parent does");
      }
      Branch branch;
      branch.name = in.name();
      branch.fork = Fork{*parent, fork};
      branch.reached = fork;
      recording.forks.push_back(std::move(branch));
      places_.push_back({record.offset, fork});
      recording.active = recording.branches() - 1;
    }
    return ok();
  }

  Result<sim::Position> instant(const Record& record, const recording::Position& in) const {
    if (in.at_millis() > kMaxInstantMillis) return corrupt(record.offset, "an impossible instant");
    return sim::Position{{in.at_millis()}, in.events()};
  }

  // Positions never go back along a branch, neither in time nor in events.
  Result<sim::Position> position(const Record& record, const recording::Position& in) {
    RAFT_TRY_ASSIGN(const sim::Position out, instant(record, in));
    if (out.at < last().at || out.events < last().events) {
      return corrupt(record.offset, "a position that lies before the one of an earlier record");
    }
    last() = out;
    branch().reached = out;
    return out;
  }

  Branch& branch() { return out_.recording.branch(out_.recording.active); }
  sim::Position& last() { return places_[out_.recording.active].last; }

  Status read_command(const Record& record) {
    RAFT_TRY_ASSIGN(const recording::Command in, parse<recording::Command>(record));
    RAFT_TRY_ASSIGN(const sim::Position at, position(record, in.at()));
    const auto command = scenario::parse_command(in.line());
    if (!command) return corrupt(record.offset, command.error().message);
    branch().commands.push_back({at, in.line()});
    // The command itself is a world event; nothing recorded later can have fewer.
    ++last().events;
    ++branch().reached.events;
    return ok();
  }

  Status read_digest(const Record& record) {
    RAFT_TRY_ASSIGN(const recording::DigestMark in, parse<recording::DigestMark>(record));
    RAFT_TRY_ASSIGN(const sim::Position at, position(record, in.at()));
    if (in.parts().size() > kMaxPartsBytes) return corrupt(record.offset, "too many parts");
    branch().digests.push_back({at, {in.digest().high(), in.digest().low()}, in.parts()});
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
    branch().marks.push_back({kind, at, in.text()});
    return ok();
  }

  Status read_reached(const Record& record) {
    RAFT_TRY_ASSIGN(const recording::Reached in, parse<recording::Reached>(record));
    const auto at = position(record, in.at());
    return at ? ok() : Status(at.error());
  }

  Status read_end(const Record& record) {
    RAFT_TRY_ASSIGN(const recording::End in, parse<recording::End>(record));
    Recording& recording = out_.recording;
    const auto active = recording.find_branch(in.active());
    if (!active || in.branches_size() != static_cast<int>(recording.branches())) {
      return corrupt(record.offset, "the end record names other branches than the file has");
    }
    for (const recording::BranchEnd& end : in.branches()) {
      const auto number = recording.find_branch(end.name());
      if (!number || recording.branch(*number).end) {
        return corrupt(record.offset, "the end record names other branches than the file has");
      }
      recording.active = *number;
      RAFT_TRY_ASSIGN(const sim::Position at, position(record, end.at()));
      if (end.parts().size() > kMaxPartsBytes) return corrupt(record.offset, "too many parts");
      if (!end.has_digest()) continue;
      branch().end = DigestMark{at, {end.digest().high(), end.digest().low()}, end.parts()};
      branch().reached = {};
    }
    recording.active = *active;
    ended_ = true;
    return ok();
  }

  // A branch leaves its parent somewhere on it. Of a file whose tail is missing, the parent has
  // come at least so far.
  Status check_forks() {
    Recording& recording = out_.recording;
    for (std::size_t i = 1; i < recording.branches(); ++i) {
      const Fork& fork = *recording.branch(i).fork;
      Branch& parent = recording.branch(fork.parent);
      if (!is_before(end_position(parent), fork.at)) continue;
      if (parent.end || ended_) {
        return corrupt(places_[i].offset, "a branch that begins behind the end of its parent");
      }
      parent.reached = fork.at;
    }
    return ok();
  }

  void note_missing_tail() {
    const sim::Position end = end_position(branch());
    out_.note = std::string(source_) + ": was cut short after byte " + std::to_string(at_) +
                " of " + std::to_string(bytes_.size()) + "; what lies before is used, up to tick " +
                sim::short_text({end.at.millis});
  }

  // Of each branch where it stands in the file, and the latest position read.
  struct Place {
    std::size_t offset = 0;
    sim::Position last;
  };

  std::string_view bytes_;
  std::string_view source_;
  std::size_t at_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t image_bytes_ = 0;
  bool ended_ = false;
  std::vector<Place> places_;  // by branch
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
  sim::Position end = branch.fork ? branch.fork->at : sim::Position{};
  const auto later = [&end](const sim::Position& at) {
    if (is_before(end, at)) end = at;
  };
  later(branch.reached);
  if (!branch.commands.empty()) {
    // A digest follows each command; if it is missing the command is the end all the same.
    later({branch.commands.back().at.at, branch.commands.back().at.events + 1});
  }
  if (!branch.digests.empty()) later(branch.digests.back().at);
  if (!branch.marks.empty()) later(branch.marks.back().at);
  return end;
}

bool is_before(const sim::Position& a, const sim::Position& b) {
  return a.events != b.events ? a.events < b.events : a.at < b.at;
}

bool is_branch_name(std::string_view name) {
  const bool control = std::any_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  return !name.empty() && name.size() <= kMaxNameBytes && !control;
}

std::optional<std::size_t> Recording::find_branch(std::string_view name) const {
  for (std::size_t i = 0; i < branches(); ++i) {
    if (branch(i).name == name) return i;
  }
  return std::nullopt;
}

Result<LoadedRecording> decode_recording(std::string_view bytes, std::string_view source) {
  return Reader(bytes, source).run();
}

}  // namespace session
