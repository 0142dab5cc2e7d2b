// A stretch of the log as a value: entries with consecutive indexes. Chunks of 128 entries, in
// groups of 16, are shared between copies and copied when one of them writes, so that a checkpoint
// of a log of 100,000 entries costs 50 pointers, and the first write behind it a chunk and a group.
// Smaller chunks would cost a busy leader time (docs/performance.md). Not for use from several
// threads (it reads use counts).
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "raft/message.h"
#include "raft/types.h"

namespace raft {

class EntryList {
 public:
  // An empty list whose first entry will have this index.
  explicit EntryList(Index first = {1}) : first_(first), end_(first) {}

  Index first_index() const { return first_; }
  Index last_index() const { return previous_index(end_); }  // first_index() - 1 if empty
  Index end_index() const { return end_; }
  std::uint64_t size() const { return end_.value - first_.value; }
  bool empty() const { return first_ == end_; }
  bool contains(Index index) const { return index >= first_ && index < end_; }

  // REQUIRES: contains(index). The reference holds until the list changes.
  const EntryPtr& at(Index index) const {
    return (*(*groups_[group_of(index)])[place_of(index)])[index.value % kChunkEntries];
  }
  // Entries in [first, end). REQUIRES: first_index() <= first <= end <= end_index().
  std::vector<EntryPtr> range(Index first, Index end) const;
  // The same, cut before the entry that makes the sum of encoded sizes exceed `max_bytes`, but
  // always at least one entry if there is any.
  std::vector<EntryPtr> range(Index first, Index end, std::uint64_t max_bytes) const;
  // The same, behind what `out` has already.
  void copy_range(Index first, Index end, std::uint64_t max_bytes,
                  std::vector<EntryPtr>& out) const;

  // REQUIRES: entry->index == end_index().
  void push_back(EntryPtr entry);
  // Removes the entries from `index` on. REQUIRES: index >= first_index(). Nothing if index is the
  // end or past it.
  void truncate_from(Index index);
  // Removes the entries up to and including `index`. REQUIRES: index <= last_index(). Nothing if
  // they are gone already.
  void compact_through(Index index);
  // Removes all; the next entry will have index `first`.
  void reset(Index first);

  // Equal entries at equal indexes.
  bool operator==(const EntryList& other) const;

 private:
  static constexpr std::uint64_t kChunkEntries = 128;
  static constexpr std::uint64_t kGroupChunks = 16;
  static constexpr std::uint64_t kGroupEntries = kChunkEntries * kGroupChunks;
  // An entry's place in its chunk is index % kChunkEntries in all lists alike, and the chunk's in
  // its group goes by the index too. Places below first_ in the first chunk are null or left from
  // before, chunks below it null or left; places from end_ on may hold left entries while the chunk
  // is shared with a copy that still has them.
  using Chunk = std::vector<EntryPtr>;
  using Group = std::vector<std::shared_ptr<Chunk>>;

  // Where a range of at most so many bytes ends that may go to `end`.
  Index cut(Index first, Index end, std::uint64_t max_bytes) const;

  std::size_t group_of(Index index) const {
    return static_cast<std::size_t>(index.value / kGroupEntries - first_.value / kGroupEntries);
  }
  static std::size_t place_of(Index index) {
    return static_cast<std::size_t>(index.value % kGroupEntries / kChunkEntries);
  }
  // The group as one's own, cut or filled up with null to `chunks` chunks.
  Group& own_group(std::size_t number, std::size_t chunks);

  std::vector<std::shared_ptr<Group>> groups_;
  Index first_;
  Index end_;
};

}  // namespace raft
