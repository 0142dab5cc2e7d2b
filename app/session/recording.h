// A run as it is kept: configuration, commands with their positions, digests on the way, and marks.
// A plain value; docs/formats.md describes the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/scenario/statement.h"
#include "app/sim/cluster.h"
#include "app/sim/config.h"
#include "app/sim/time.h"
#include "raft/result.h"

namespace session {

inline constexpr std::uint32_t kFormatVersion = 2;
inline constexpr std::uint64_t kMaxFileBytes = 256ull << 20;
// A command may carry two values of 1 MiB (cas), each byte written as \xHH, and a key.
inline constexpr std::uint64_t kMaxRecordBytes = 10ull << 20;
inline constexpr std::uint64_t kDigestIntervalTicks = 1000;
inline constexpr std::size_t kMaxBranches = 1000;
inline constexpr std::size_t kMaxNameBytes = 100;    // of a branch
inline constexpr std::size_t kMaxTitleBytes = 1000;  // of title and author
// Replaying takes time in proportion; what lies beyond is refused as impossible.
inline constexpr std::uint64_t kMaxInstantMillis = 1'000'000'000'000;

struct RecordedCommand {
  sim::Position at;  // before the command
  std::string line;  // of the scenario language
  bool operator==(const RecordedCommand&) const = default;
};

struct DigestMark {
  sim::Position at;  // behind a command, or at a multiple of kDigestIntervalTicks
  sim::Digest digest;
  std::string parts;  // sim::Fingerprint::parts; empty in files of format 1
  bool operator==(const DigestMark&) const = default;
};

enum class MarkKind : std::uint8_t {
  kBookmark,
  kNote,
  kExpectation,  // `expect [first] violation NAME`; the text is the line
};

struct Mark {
  MarkKind kind = MarkKind::kBookmark;
  sim::Position at;
  std::string text;
  bool operator==(const Mark&) const = default;
};

// Where a branch left another one.
struct Fork {
  std::size_t parent = 0;  // Recording::branch()
  sim::Position at;
  bool operator==(const Fork&) const = default;
};

// One line of time, from its fork on. `commands`, `digests` and `marks` are each in the order of
// time.
struct Branch {
  std::string name = "main";
  std::optional<Fork> fork;  // nullopt: main, which begins with the boot
  std::vector<RecordedCommand> commands;
  std::vector<DigestMark> digests;
  std::vector<Mark> marks;
  std::optional<DigestMark> end;  // nullopt: the tail is missing
  sim::Position reached;          // without an end: as far as is known
  bool operator==(const Branch&) const = default;
};

// Databases from which the nodes booted, as bytes of a file; [i] is of n(i+1). Empty: from new
// ones.
using DiskImages = std::vector<std::string>;
// So that a recording with them stays well below kMaxFileBytes.
inline constexpr std::uint64_t kMaxImagesBytes = 128ull << 20;

struct Recording {
  std::uint64_t model_version = sim::kModelVersion;
  sim::ClusterConfig config;
  DiskImages disk_images;
  std::string title;
  std::string author;
  Branch main;
  std::vector<Branch> forks;  // parents before their children
  std::size_t active = 0;     // the branch that was open

  // Branch 0 is main.
  std::size_t branches() const { return 1 + forks.size(); }
  const Branch& branch(std::size_t number) const { return number == 0 ? main : forks[number - 1]; }
  Branch& branch(std::size_t number) { return number == 0 ? main : forks[number - 1]; }
  std::optional<std::size_t> find_branch(std::string_view name) const;
  bool operator==(const Recording&) const = default;
};

// Names of branches are not empty, have at most kMaxNameBytes and no control characters.
bool is_branch_name(std::string_view name);
// True if `a` lies before `b` on one line of time.
bool is_before(const sim::Position& a, const sim::Position& b);

// The text of a kExpectation mark; nullopt: it is something else.
std::optional<scenario::ExpectViolation> parse_expectation(std::string_view line);

// Where the recording ends: its END, or the last position that a cut file still has.
sim::Position end_position(const Branch& branch);

struct LoadedRecording {
  Recording recording;
  std::string note;  // not empty: the tail was missing, and what that means
};

// Errors name the source and the byte: kCorruption (not ours, wrong checksum, impossible value),
// kVersion (made by a newer version). REQUIRES of both: `source` names the bytes for people.
Result<LoadedRecording> decode_recording(std::string_view bytes, std::string_view source);
std::string encode_recording(const Recording& recording);

// The same piece by piece, for a journal: what comes first, and single records.
std::string encode_beginning(const Recording& recording);
std::string encode_branch_begin(const Recording& recording, std::size_t branch);
std::string encode(const RecordedCommand& command);
std::string encode(const DigestMark& digest);
std::string encode(const Mark& mark);
std::string encode_reached(const sim::Position& at);
// A branch with all it has, without END.
std::string encode_branch(const Recording& recording, std::size_t branch);

// The same from and to a file. Errors: also kNotFound and kIo. Writing is all or nothing: a
// temporary file beside `path`, synced, then renamed.
Result<LoadedRecording> read_recording(const std::string& path);
Status write_recording(const std::string& path, const Recording& recording);

// A file of text or bytes, at most `limit` bytes; directories and what cannot be read are errors
// that name `path`.
Result<std::string> read_file(const std::string& path, std::uint64_t limit);
// Temporary file, sync, rename; on failure nothing is left behind.
Status write_file(const std::string& path, std::string_view bytes);

}  // namespace session
