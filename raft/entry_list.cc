#include "raft/entry_list.h"

#include <algorithm>
#include <utility>

#include "raft/assert.h"

namespace raft {

std::vector<EntryPtr> EntryList::range(Index first, Index end) const {
  return range(first, end, UINT64_MAX);
}

std::vector<EntryPtr> EntryList::range(Index first, Index end, std::uint64_t max_bytes) const {
  std::vector<EntryPtr> entries;
  copy_range(first, end, max_bytes, entries);
  return entries;
}

void EntryList::copy_range(Index first, Index end, std::uint64_t max_bytes,
                           std::vector<EntryPtr>& out) const {
  RAFT_ASSERT(first >= first_ && first <= end && end <= end_);
  if (max_bytes != UINT64_MAX) end = cut(first, end, max_bytes);
  out.reserve(out.size() + static_cast<std::size_t>(end.value - first.value));
  // One chunk's share after the other.
  while (first < end) {
    const std::uint64_t place = first.value % kChunkEntries;
    const std::uint64_t count = std::min(kChunkEntries - place, end.value - first.value);
    const auto from = chunks_[chunk_of(first)]->begin() + static_cast<std::ptrdiff_t>(place);
    out.insert(out.end(), from, from + static_cast<std::ptrdiff_t>(count));
    first.value += count;
  }
}

Index EntryList::cut(Index first, Index end, std::uint64_t max_bytes) const {
  std::uint64_t bytes = 0;
  for (Index i = first; i < end; i = next_index(i)) {
    bytes += encoded_size(*at(i));
    if (bytes > max_bytes && i > first) return i;
  }
  return end;
}

void EntryList::push_back(EntryPtr entry) {
  RAFT_ASSERT(entry != nullptr && entry->index == end_);
  const std::size_t chunk = chunk_of(end_);
  const auto place = static_cast<std::size_t>(end_.value % kChunkEntries);
  if (chunk == chunks_.size()) {
    chunks_.push_back(std::make_shared<Chunk>());
    // A log that has come to its second chunk will fill it; most never do.
    if (chunk > 0) chunks_.back()->reserve(kChunkEntries);
  }
  std::shared_ptr<Chunk>& tail = chunks_[chunk];
  if (tail.use_count() > 1) {
    const std::size_t kept = tail->size() < place ? tail->size() : place;
    auto own = std::make_shared<Chunk>();
    own->reserve(kept + 1);
    own->assign(tail->begin(), tail->begin() + static_cast<std::ptrdiff_t>(kept));
    tail = std::move(own);
  }
  // Drops what truncate_from() left; fills the places below first_ with null.
  if (tail->size() != place) tail->resize(place);
  tail->push_back(std::move(entry));
  end_ = next_index(end_);
}

void EntryList::truncate_from(Index index) {
  RAFT_ASSERT(index >= first_);
  if (index >= end_) return;
  end_ = index;
  const auto place = static_cast<std::size_t>(end_.value % kChunkEntries);
  chunks_.resize(chunk_of(end_) + (place > 0 ? 1 : 0));
  if (empty()) {
    chunks_.clear();
  } else if (place > 0 && chunks_.back().use_count() == 1) {
    chunks_.back()->resize(place);
  }
}

void EntryList::compact_through(Index index) {
  if (index < first_) return;
  RAFT_ASSERT(index < end_);
  const Index first = next_index(index);
  if (first == end_) {
    reset(first);
    return;
  }
  chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(chunk_of(first)));
  first_ = first;
}

void EntryList::reset(Index first) {
  chunks_.clear();
  first_ = first;
  end_ = first;
}

bool EntryList::operator==(const EntryList& other) const {
  if (first_ != other.first_ || end_ != other.end_) return false;
  for (Index i = first_; i < end_; i = next_index(i)) {
    const EntryPtr& mine = at(i);
    const EntryPtr& theirs = other.at(i);
    if (mine != theirs && *mine != *theirs) return false;
  }
  return true;
}

}  // namespace raft
