#include "storage/sim_disk.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "raft/assert.h"
#include "storage/rot.h"

namespace storage {
namespace {

// Names the stream of random numbers that SQLite draws from.
constexpr std::uint64_t kRandomPurpose = 0x6469736B2D726E64ULL;

// True if this call is one of those to fail; counts it.
bool fails(std::optional<FailCalls>& fail) {
  if (!fail) return false;
  if (fail->skip > 0) {
    --fail->skip;
    return false;
  }
  if (fail->times == FailCalls::kForGood) return true;
  if (fail->times == 0) return false;
  --fail->times;
  return true;
}

void fill_random(char* out, std::uint64_t length, raft::Rng& rng) {
  for (std::uint64_t at = 0; at < length; at += 8) {
    std::uint64_t word = rng.next();
    for (std::uint64_t byte = at; byte < std::min(at + 8, length); ++byte) {
      out[byte] = static_cast<char>(word & 0xFF);
      word >>= 8;
    }
  }
}

// What a chunk holds whose write from `before` to `after` was cut short.
Chunk torn_chunk(const Chunk& before, const Chunk& after, bool garbage, raft::Rng& rng) {
  enum Outcome : std::uint64_t { kOld, kNew, kMixed, kGarbage };
  const std::uint64_t outcome = rng.below(garbage ? 4 : 3);
  if (outcome == kOld) return before;
  if (outcome == kNew) return after;
  Chunk result = before;
  if (outcome == kGarbage) {
    fill_random(result.data(), result.size(), rng);
    return result;
  }
  std::uint64_t is_new = rng.next();
  for (std::uint64_t at = 0; at < kChunkBytes; at += kTearBytes) {
    if ((is_new & 1) != 0) std::memcpy(result.data() + at, after.data() + at, kTearBytes);
    is_new >>= 1;
  }
  return result;
}

}  // namespace

SimDisk::SimDisk(DiskIdentity identity) : identity_(identity) {
  random_ = raft::Rng(identity_.seed ^ kRandomPurpose, identity_.node, transactions_);
}

// --- Transactions and epochs ---------------------------------------------------------------------

void SimDisk::begin_transaction() {
  ++transactions_;
  transaction_epochs_ = 0;
  random_ = raft::Rng(identity_.seed ^ kRandomPurpose, identity_.node, transactions_);
}

void SimDisk::complete_epoch() {
  RAFT_ASSERT(!epochs_.empty());
  const bool lie = lies_.front();
  if (!lie) {
    // An epoch is the whole state at its end: an honest sync stores what lies before it, too.
    durable_ = std::move(epochs_.front());
    lied_.reset();
  } else if (!lied_) {
    lied_ = std::move(epochs_.front());
  }
  epochs_.erase(epochs_.begin());
  lies_.erase(lies_.begin());
}

void SimDisk::complete_all() {
  while (!epochs_.empty()) complete_epoch();
}

void SimDisk::close_epoch() {
  epochs_.push_back(written());
  lies_.push_back(faults_.lie);
  ++transaction_epochs_;
  open_changes_ = false;
}

void SimDisk::forget_unsynced() {
  platter_ = epochs_.empty() ? durable_ : epochs_.back();
  open_changes_ = false;
}

// --- Crash ---------------------------------------------------------------------------------------

void SimDisk::crash(raft::Rng stream, Lose lose) {
  switch (lose) {
    case Lose::kUnsynced:
      durable_ = torn(durable_,
                      lied_             ? *lied_
                      : epochs_.empty() ? written()
                                        : epochs_.front(),
                      !identity_.power_safe_overwrite, stream);
      break;
    case Lose::kNothing:
      durable_ = now_;
      break;
    case Lose::kDisk:
      durable_.clear();
      rots_.clear();
      break;
  }
  now_ = durable_;
  epochs_.clear();
  lies_.clear();
  lied_.reset();
  platter_.reset();
  open_changes_ = false;
  powered_off_ = false;
  faults_.power_off_at_call.reset();
  transaction_epochs_ = 0;
  ++generation_;
}

SimDisk SimDisk::read_image() const {
  SimDisk image = *this;
  image.now_ = image.durable_;
  image.epochs_.clear();
  image.lies_.clear();
  image.lied_.reset();
  image.platter_.reset();
  image.open_changes_ = false;
  image.powered_off_ = false;
  image.faults_ = {};
  ++image.generation_;
  return image;
}

// Names in their order and chunks in theirs; what did not change draws nothing, so the outcome
// depends on contents alone.
SimDisk::Image SimDisk::torn(const Image& before, const Image& after, bool garbage,
                             raft::Rng& rng) {
  std::set<std::string> names;
  for (const auto& [name, file] : before) names.insert(name);
  for (const auto& [name, file] : after) names.insert(name);
  Image result;
  for (const std::string& name : names) {
    const auto old_file = before.find(name);
    const auto new_file = after.find(name);
    const bool was = old_file != before.end();
    const bool is = new_file != after.end();
    if (was && is && old_file->second.inode == new_file->second.inode) {
      const File& file = old_file->second;
      result[name] = {file.inode, torn_file(*file.body, *new_file->second.body, garbage, rng)};
      continue;
    }
    // The directory entry: the deletion of the old file and the creation of the new one may each
    // have reached the disk, in this order.
    const std::uint64_t steps = (was ? 1U : 0U) + (is ? 1U : 0U);
    const std::uint64_t done = rng.below(steps + 1);
    if (was && done == 0) {
      result[name] = old_file->second;
    } else if (is && done == steps) {
      const File& file = new_file->second;
      result[name] = {file.inode, torn_file(CowFile(), *file.body, garbage, rng)};
    }
  }
  return result;
}

std::shared_ptr<CowFile> SimDisk::torn_file(const CowFile& before, const CowFile& after,
                                            bool garbage, raft::Rng& rng) {
  auto result = std::make_shared<CowFile>(before);
  const bool new_size = before.size() == after.size() || rng.below(2) == 1;
  // While the chunks are drawn the result has room for either size; what the size that was drawn
  // does not cover is cut off at the end. A cut that was not durable brings the old content back,
  // so chunks past the new end are old, and not zeros.
  result->resize(std::max(before.size(), after.size()));
  for (std::uint64_t number = 0; number < after.chunk_count(); ++number) {
    if (before.same_chunk(after, number)) continue;
    Chunk chunk = torn_chunk(before.chunk(number), after.chunk(number), garbage, rng);
    const std::uint64_t start = number * kChunkBytes;
    if (after.size() < start + kChunkBytes && before.size() > after.size()) {
      const std::uint64_t kept = after.size() - start;  // the cut went through this chunk
      std::memcpy(chunk.data() + kept, before.chunk(number).data() + kept, kChunkBytes - kept);
    }
    result->set_chunk(number, chunk);
  }
  result->resize(new_size ? after.size() : before.size());
  return result;
}

// --- Calls of the VFS ----------------------------------------------------------------------------

DiskStatus SimDisk::admit(DiskCall call) {
  if (powered_off_) return DiskStatus::kError;
  ++calls_[static_cast<std::size_t>(call)];
  if (faults_.power_off_at_call && mutating_calls() >= *faults_.power_off_at_call) {
    powered_off_ = true;
    return DiskStatus::kError;
  }
  if (call == DiskCall::kWrite && fails(faults_.writes)) return DiskStatus::kError;
  if (call == DiskCall::kSync && fails(faults_.syncs)) {
    forget_unsynced();
    return DiskStatus::kError;
  }
  return DiskStatus::kOk;
}

DiskStatus SimDisk::admit_growth(std::uint64_t old_size, std::uint64_t new_size) const {
  if (new_size <= old_size || faults_.capacity_bytes == DiskFaults::kUnlimited) {
    return DiskStatus::kOk;
  }
  const std::uint64_t needed = bytes_used() - old_size + new_size;
  return needed > faults_.capacity_bytes ? DiskStatus::kFull : DiskStatus::kOk;
}

const SimDisk::File* SimDisk::find(const Handle& handle) const {
  if (powered_off_ || handle.generation != generation_) return nullptr;
  const auto found = now_.find(handle.name);
  if (found == now_.end() || found->second.inode != handle.inode) return nullptr;
  return &found->second;
}

CowFile& SimDisk::writable(Image& image, const Handle& handle) {
  File& file = image[handle.name];
  // The file is missing here if a failed sync forgot that it was created.
  if (file.body == nullptr || file.inode != handle.inode) {
    file = {handle.inode, std::make_shared<CowFile>()};
  } else if (file.body.use_count() > 1) {
    file.body = std::make_shared<CowFile>(*file.body);
  }
  return *file.body;
}

template <class Change>
void SimDisk::change_images(const Change& change) {
  change(now_);
  if (platter_) change(*platter_);
  open_changes_ = true;
}

DiskStatus SimDisk::open(const std::string& name, bool create, Handle& handle) {
  if (powered_off_) return DiskStatus::kError;
  const auto found = now_.find(name);
  if (found != now_.end()) {
    handle = {name, found->second.inode, generation_};
    return DiskStatus::kOk;
  }
  if (!create) return DiskStatus::kError;
  if (const DiskStatus status = admit(DiskCall::kCreate); status != DiskStatus::kOk) return status;
  handle = {name, next_inode_++, generation_};
  change_images([&](Image& image) { writable(image, handle); });
  return DiskStatus::kOk;
}

DiskStatus SimDisk::read(const Handle& handle, std::uint64_t offset, char* out,
                         std::uint64_t length, std::uint64_t& inside) {
  const File* file = find(handle);
  if (file == nullptr || fails(faults_.reads)) return DiskStatus::kError;
  inside = file->body->read(offset, out, length);
  return DiskStatus::kOk;
}

DiskStatus SimDisk::file_size(const Handle& handle, std::uint64_t& size) const {
  const File* file = find(handle);
  if (file == nullptr) return DiskStatus::kError;
  size = file->body->size();
  return DiskStatus::kOk;
}

DiskStatus SimDisk::write(const Handle& handle, std::uint64_t offset, std::string_view bytes) {
  const File* file = find(handle);
  if (file == nullptr) return DiskStatus::kError;
  if (const DiskStatus status = admit(DiskCall::kWrite); status != DiskStatus::kOk) return status;
  const std::uint64_t size = file->body->size();
  const DiskStatus room = admit_growth(size, std::max(size, offset + bytes.size()));
  if (room != DiskStatus::kOk) return room;
  if (fails(faults_.misdirects)) {
    const std::uint64_t chunks = file->body->chunk_count();
    if (chunks < 2) return DiskStatus::kOk;
    const std::uint64_t number = offset / kChunkBytes;
    offset = offset % kChunkBytes + (number + 1 < chunks ? number + 1 : 0) * kChunkBytes;
  }
  change_images([&](Image& image) { writable(image, handle).write(offset, bytes); });
  return DiskStatus::kOk;
}

DiskStatus SimDisk::truncate(const Handle& handle, std::uint64_t size) {
  const File* file = find(handle);
  if (file == nullptr) return DiskStatus::kError;
  if (const DiskStatus status = admit(DiskCall::kTruncate); status != DiskStatus::kOk) {
    return status;
  }
  const DiskStatus room = admit_growth(file->body->size(), size);
  if (room != DiskStatus::kOk) return room;
  change_images([&](Image& image) { writable(image, handle).resize(size); });
  return DiskStatus::kOk;
}

DiskStatus SimDisk::sync(const Handle& handle) {
  if (find(handle) == nullptr) return DiskStatus::kError;
  if (const DiskStatus status = admit(DiskCall::kSync); status != DiskStatus::kOk) return status;
  close_epoch();
  return DiskStatus::kOk;
}

DiskStatus SimDisk::remove(const std::string& name, bool sync_directory) {
  if (powered_off_) return DiskStatus::kError;
  if (!exists(name)) return DiskStatus::kOk;
  if (const DiskStatus status = admit(DiskCall::kDelete); status != DiskStatus::kOk) return status;
  change_images([&](Image& image) { image.erase(name); });
  if (!sync_directory) return DiskStatus::kOk;
  if (const DiskStatus status = admit(DiskCall::kSync); status != DiskStatus::kOk) return status;
  close_epoch();
  return DiskStatus::kOk;
}

void SimDisk::random_bytes(char* out, std::uint64_t length) { fill_random(out, length, random_); }

// --- Whole files, counters, comparison
// -------------------------------------------------------------

std::uint64_t SimDisk::mutating_calls() const {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : calls_) sum += count;
  return sum;
}

std::optional<std::string> SimDisk::contents(std::string_view name) const {
  const auto found = now_.find(name);
  if (found == now_.end()) return std::nullopt;
  return found->second.body->bytes();
}

void SimDisk::put_file(const std::string& name, std::string_view bytes) {
  RAFT_ASSERT(epochs_.empty());
  auto body = std::make_shared<CowFile>();
  body->write(0, bytes);
  const File file{next_inode_++, std::move(body)};
  now_[name] = file;
  durable_[name] = file;
  if (platter_) (*platter_)[name] = file;
  if (lied_) (*lied_)[name] = file;
}

void SimDisk::flip(const std::string& name, std::uint64_t offset, unsigned char mask) {
  RAFT_ASSERT(exists(name) && offset < now_.find(name)->second.body->size());
  for (Image* image : images()) flip_in(*image, name, offset, mask);
}

void SimDisk::flip_in(Image& image, const std::string& name, std::uint64_t offset,
                      unsigned char mask) {
  const auto found = image.find(name);
  if (found == image.end() || offset >= found->second.body->size()) return;
  char byte = 0;
  found->second.body->read(offset, &byte, 1);
  byte = static_cast<char>(static_cast<unsigned char>(byte) ^ mask);
  writable(image, {name, found->second.inode, 0}).write(offset, std::string_view(&byte, 1));
}

std::vector<SimDisk::Image*> SimDisk::images() {
  std::vector<Image*> all{&now_, &durable_};
  for (Image& epoch : epochs_) all.push_back(&epoch);
  if (platter_) all.push_back(&*platter_);
  if (lied_) all.push_back(&*lied_);
  return all;
}

bool SimDisk::rot(const Rot& rot) {
  // The second rot of a vote takes the second copy.
  const auto before = std::count(rots_.begin(), rots_.end(), rot);
  bool found = false;
  for (Image* image : images()) {
    const auto file = image->find(kRotFile);
    if (file == image->end()) continue;
    const std::string bytes = file->second.body->bytes();
    const auto place = find_row_byte(bytes, rot, static_cast<std::uint64_t>(before));
    if (!place) continue;
    found = true;
    flip_in(*image, kRotFile, *place, kRotMask);
  }
  if (found) rots_.push_back(rot);
  return found;
}

void SimDisk::mended_log(std::uint64_t first, std::uint64_t end) {
  std::erase_if(rots_, [&](const Rot& rot) {
    return rot.kind == RotKind::kLog && rot.index >= first && rot.index < end;
  });
}

void SimDisk::mended_vote() {
  std::erase_if(rots_, [](const Rot& rot) { return rot.kind == RotKind::kVote; });
}

void SimDisk::mended_row(std::string_view key) {
  std::erase_if(rots_, [&](const Rot& rot) { return rot.kind == RotKind::kKv && rot.key == key; });
}

void SimDisk::mended_rows() {
  std::erase_if(rots_, [](const Rot& rot) { return rot.kind == RotKind::kKv; });
}

std::uint64_t SimDisk::bytes_beyond(const SimDisk& other) const {
  std::uint64_t bytes = 0;
  for (const auto& [name, file] : now_) {
    const auto before = other.now_.find(name);
    if (before == other.now_.end()) {
      bytes += file.body->bytes_beyond({});
    } else if (before->second.body != file.body) {
      bytes += file.body->bytes_beyond(*before->second.body);
    }
  }
  return bytes;
}

std::uint64_t SimDisk::bytes_used() const {
  std::uint64_t sum = 0;
  for (const auto& [name, file] : now_) sum += file.body->size();
  return sum;
}

std::uint64_t SimDisk::hash(const Image& image) {
  std::uint64_t sum = image.size();
  for (const auto& [name, file] : image) {
    CowFile as_bytes;
    as_bytes.write(0, name);
    sum = file.body->hash(as_bytes.hash(sum));
  }
  return sum;
}

std::uint64_t SimDisk::content_hash() const { return hash(now_); }
std::uint64_t SimDisk::durable_hash() const { return hash(durable_); }

bool SimDisk::equal(const Image& a, const Image& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.inode == y.second.inode &&
           (x.second.body == y.second.body || *x.second.body == *y.second.body);
  });
}

bool SimDisk::operator==(const SimDisk& other) const {
  return identity_ == other.identity_ && equal(now_, other.now_) &&
         equal(durable_, other.durable_) && equal(written(), other.written()) &&
         std::equal(epochs_.begin(), epochs_.end(), other.epochs_.begin(), other.epochs_.end(),
                    equal) &&
         lies_ == other.lies_ && lied_.has_value() == other.lied_.has_value() &&
         (!lied_ || equal(*lied_, *other.lied_)) && rots_ == other.rots_ &&
         open_changes_ == other.open_changes_ && faults_ == other.faults_ &&
         powered_off_ == other.powered_off_ && generation_ == other.generation_ &&
         next_inode_ == other.next_inode_ && transactions_ == other.transactions_ &&
         transaction_epochs_ == other.transaction_epochs_ && calls_ == other.calls_;
}

}  // namespace storage
