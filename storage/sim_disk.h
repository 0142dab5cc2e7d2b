// The disk of one simulated node: a few files, what programs read of them, and what would be left
// after a loss of power. A value: copies are cheap (copy on write), independent and comparable. The
// simulator owns one per node; it outlives the node's process and is what a crash is drawn on.
//
// Two images and a queue lie between writing and keeping:
//
//   now      what programs read: every write at once
//   epochs   each sync closes one; it holds all writes, truncations, creations and deletions since
//   the
//            previous sync, of whatever file. Epochs become durable in their order
//   durable  what surely survives
//
// The simulator decides when an epoch is durable (complete_epoch). docs/storage.md says how a crash
// is drawn and why the model is as it is.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "raft/rng.h"
#include "storage/cow_file.h"

namespace storage {

// What a crash takes.
enum class Lose : std::uint8_t {
  kUnsynced,  // what was not durable, in part by chance: the loss of power
  kNothing,   // nothing, not even unsynced writes: the process died, the machine did not
  kDisk,      // everything
};

// The calls that change a disk. Reads are never counted: a warm page cache reads less than a
// reopened one, so a count of them would differ after a seek.
enum class DiskCall : std::uint8_t { kWrite, kTruncate, kSync, kCreate, kDelete };
inline constexpr std::size_t kDiskCallKinds = 5;

enum class DiskStatus : std::uint8_t {
  kOk,
  kError,  // I/O error: a fault, a void handle, or the power is off
  kFull,   // no room; nothing was written
};

// Lets the next `skip` calls pass and fails those behind: `times` of them.
struct FailCalls {
  static constexpr std::uint64_t kForGood = UINT64_MAX;
  std::uint64_t skip = 0;
  std::uint64_t times = kForGood;
  bool operator==(const FailCalls&) const = default;
};

struct DiskFaults {
  static constexpr std::uint64_t kUnlimited = UINT64_MAX;
  // Bytes of all files together; a write or growth beyond answers kFull. Shrinking always works.
  std::uint64_t capacity_bytes = kUnlimited;
  std::optional<FailCalls> writes = {};
  // A sync that fails forgets what it should have stored: programs still read it, but no later sync
  // brings it to the disk (what Linux does with pages it could not write).
  std::optional<FailCalls> syncs = {};
  // Reads are not counted (see DiskCall), so that these fail at once: `skip` is 0.
  std::optional<FailCalls> reads = {};
  // A write that is misdirected succeeds and lands in the next chunk of its file, in the first one
  // if it was meant for the last, and nowhere if the file has but one.
  std::optional<FailCalls> misdirects = {};
  // Syncs succeed and store nothing: a cache that forgets it has to be flushed. What was not stored
  // before is at the mercy of the next crash. The first sync behind the end of the lie stores all.
  bool lie = false;
  // The power goes off right before the call with this number (SimDisk::mutating_calls() counts
  // from 1). From then on every call fails; the simulator sees powered_off() and crashes the node.
  std::optional<std::uint64_t> power_off_at_call = {};
  bool operator==(const DiskFaults&) const = default;
};

// What rot can touch, as people name it.
enum class RotKind : std::uint8_t { kLog, kVote, kKv };
struct Rot {
  RotKind kind = RotKind::kLog;
  std::uint64_t index = 0;  // kLog
  std::string key;          // kKv
  bool operator==(const Rot&) const = default;
};

struct DiskIdentity {
  std::uint64_t seed = 0;
  std::uint64_t node = 0;
  // The disk promises that a torn write leaves old or new bytes in each 512, never garbage. SQLite
  // is told.
  bool power_safe_overwrite = false;
  bool operator==(const DiskIdentity&) const = default;
};

class SimDisk {
 public:
  // An open file. Void (every call answers kError) after a crash and once the file was deleted.
  struct Handle {
    std::string name;
    std::uint64_t inode = 0;
    std::uint64_t generation = 0;
  };

  SimDisk() : SimDisk(DiskIdentity{}) {}
  explicit SimDisk(DiskIdentity identity);

  // --- For the simulator
  // ---------------------------------------------------------------------------

  // A transaction of the node begins: epochs are counted from here, and the random numbers that
  // SQLite asks for depend on nothing but (seed, node, number of the transaction).
  void begin_transaction();
  std::uint64_t transactions() const { return transactions_; }
  // Epochs closed since begin_transaction().
  std::uint64_t transaction_epochs() const { return transaction_epochs_; }
  // Epochs that are closed and not yet durable.
  std::uint64_t pending_epochs() const { return epochs_.size(); }
  // True if something was written since the last sync.
  bool has_unsynced_writes() const { return open_changes_; }
  // The oldest pending epoch becomes durable. REQUIRES: pending_epochs() > 0.
  void complete_epoch();
  void complete_all();

  // The node loses power. Every durable epoch stays. Of the first one that is not (the open one, if
  // no closed one is pending) each chunk is old, new, mixed at 512 bytes or garbage, each size,
  // creation and deletion old or new; later ones are lost. Afterwards now = durable, nothing is
  // pending, all handles are void and the power is on again. Other faults stay.
  void crash(raft::Rng stream, Lose lose);

  // An independent disk with just what is durable: what a look at the disk of a node that is down
  // shows.
  SimDisk read_image() const;

  void set_faults(const DiskFaults& faults) { faults_ = faults; }
  const DiskFaults& faults() const { return faults_; }
  bool powered_off() const { return powered_off_; }

  // Flips a bit of a row of the node's database (storage/rot.h finds it) in every image that has
  // it. False: no image has it. It is listed until the row is written anew, or is gone.
  bool rot(const Rot& rot);
  const std::vector<Rot>& rots() const { return rots_; }
  // NodeStore says of which rows this is so: entries of the log from `first` on and before `end`,
  // term and vote, a row of the state machine, or all of them.
  void mended_log(std::uint64_t first, std::uint64_t end);
  void mended_vote();
  void mended_row(std::string_view key);
  void mended_rows();
  // True if a page cache must not be trusted: what one process has cached another one reads anew.
  bool reads_differ() const { return faults_.reads.has_value() || !rots_.empty(); }

  // Calls that changed the disk or tried to, since it exists.
  std::uint64_t mutating_calls() const;
  std::uint64_t calls(DiskCall kind) const { return calls_[static_cast<std::size_t>(kind)]; }

  const DiskIdentity& identity() const { return identity_; }
  // From now on; whoever has the disk open asks again before its next transaction.
  void set_power_safe_overwrite(bool promised) { identity_.power_safe_overwrite = promised; }
  // Raised by each crash; handles of an older generation are void.
  std::uint64_t generation() const { return generation_; }

  // --- Whole files, for images and tests; not counted, never fail
  // ------------------------------------

  std::optional<std::string> contents(std::string_view name) const;  // as programs read it
  // Puts a file there, durable at once. REQUIRES: pending_epochs() == 0.
  void put_file(const std::string& name, std::string_view bytes);
  // Rot: flips the bits of `mask` in one byte, in every image. REQUIRES: the file has that byte.
  void flip(const std::string& name, std::uint64_t offset, unsigned char mask);
  std::uint64_t bytes_used() const;
  // Memory that this disk takes and does not share with `other`, an earlier state of it. Roughly:
  // images of its own that are nearly alike count as one.
  std::uint64_t bytes_beyond(const SimDisk& other) const;

  // Hash of names, sizes and bytes as programs read them, and as they are durable.
  std::uint64_t content_hash() const;
  std::uint64_t durable_hash() const;
  // Content, queue, counters and faults.
  bool operator==(const SimDisk& other) const;

  // --- For the VFS
  // ---------------------------------------------------------------------------------

  bool exists(std::string_view name) const { return now_.find(name) != now_.end(); }
  // Opens, and creates if `create` and it is not there. kError: not there, or a fault.
  DiskStatus open(const std::string& name, bool create, Handle& handle);
  // Zero-fills what lies past the end and says how much did not.
  DiskStatus read(const Handle& handle, std::uint64_t offset, char* out, std::uint64_t length,
                  std::uint64_t& inside);
  DiskStatus file_size(const Handle& handle, std::uint64_t& size) const;
  DiskStatus write(const Handle& handle, std::uint64_t offset, std::string_view bytes);
  DiskStatus truncate(const Handle& handle, std::uint64_t size);
  DiskStatus sync(const Handle& handle);
  // Removing a file that is not there is kOk. With `sync_directory` it closes an epoch.
  DiskStatus remove(const std::string& name, bool sync_directory);
  void random_bytes(char* out, std::uint64_t length);

 private:
  struct File {
    std::uint64_t inode = 0;  // tells a file from a later one of the same name
    std::shared_ptr<CowFile> body;
  };
  using Image = std::map<std::string, File, std::less<>>;

  DiskStatus admit(DiskCall call);
  DiskStatus admit_growth(std::uint64_t old_size, std::uint64_t new_size) const;
  const File* find(const Handle& handle) const;
  static CowFile& writable(Image& image, const Handle& handle);
  // Does `change` to what programs read and, after a failed sync, to what the disk still learns of.
  template <class Change>
  void change_images(const Change& change);
  void close_epoch();
  void forget_unsynced();
  const Image& written() const { return platter_ ? *platter_ : now_; }

  std::vector<Image*> images();
  static void flip_in(Image& image, const std::string& name, std::uint64_t offset,
                      unsigned char mask);
  static Image torn(const Image& before, const Image& after, bool garbage, raft::Rng& rng);
  static std::shared_ptr<CowFile> torn_file(const CowFile& before, const CowFile& after,
                                            bool garbage, raft::Rng& rng);
  static bool equal(const Image& a, const Image& b);
  static std::uint64_t hash(const Image& image);

  DiskIdentity identity_;
  Image now_;
  Image durable_;
  std::vector<Image> epochs_;  // the state at the end of each pending epoch, oldest first
  std::vector<bool> lies_;     // for each of them: closed by a sync that stored nothing
  // Set by a failed sync: what the writes since then make of the last epoch, without what was
  // forgotten.
  std::optional<Image> platter_;
  // Set once a lie is complete: what the first epoch was that the disk claims and does not hold.
  std::optional<Image> lied_;
  std::vector<Rot> rots_;
  bool open_changes_ = false;
  DiskFaults faults_;
  bool powered_off_ = false;
  std::uint64_t generation_ = 1;
  std::uint64_t next_inode_ = 1;
  std::uint64_t transactions_ = 0;
  std::uint64_t transaction_epochs_ = 0;
  std::array<std::uint64_t, kDiskCallKinds> calls_{};
  // Not part of the state: begin_transaction() sets it anew.
  raft::Rng random_;
};

}  // namespace storage
