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
    const Chunk& chunk = *(*groups_[group_of(first)])[place_of(first)];
    const auto from = chunk.begin() + static_cast<std::ptrdiff_t>(place);
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

EntryList::Group& EntryList::own_group(std::size_t number, std::size_t chunks) {
  std::shared_ptr<Group>& group = groups_[number];
  if (group.use_count() > 1) {
    auto own = std::make_shared<Group>();
    own->reserve(chunks);
    own->assign(group->begin(),
                group->begin() + static_cast<std::ptrdiff_t>(std::min(group->size(), chunks)));
    group = std::move(own);
  }
  if (group->size() != chunks) group->resize(chunks);
  return *group;
}

void EntryList::push_back(EntryPtr entry) {
  RAFT_ASSERT(entry != nullptr && entry->index == end_);
  const std::size_t number = group_of(end_);
  if (number == groups_.size()) groups_.push_back(std::make_shared<Group>());
  const auto place = static_cast<std::size_t>(end_.value % kChunkEntries);
  std::shared_ptr<Chunk>& tail = own_group(number, place_of(end_) + 1).back();
  if (tail == nullptr) {
    tail = std::make_shared<Chunk>();
    // A log that has come to its second chunk will fill it; most never do.
    if (end_.value >= first_.value + kChunkEntries) tail->reserve(kChunkEntries);
  } else if (tail.use_count() > 1) {
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
  if (empty()) {
    groups_.clear();
    return;
  }
  const Index last = last_index();
  const std::size_t number = group_of(last);
  groups_.resize(number + 1);
  std::shared_ptr<Chunk>& tail = own_group(number, place_of(last) + 1).back();
  if (tail.use_count() == 1) tail->resize(last.value % kChunkEntries + 1);
}

void EntryList::compact_through(Index index) {
  if (index < first_) return;
  RAFT_ASSERT(index < end_);
  const Index first = next_index(index);
  if (first == end_) {
    reset(first);
    return;
  }
  groups_.erase(groups_.begin(), groups_.begin() + static_cast<std::ptrdiff_t>(group_of(first)));
  first_ = first;
  // Whole chunks before it go at once, the rest of its chunk with the chunk.
  if (place_of(first_) > 0 && (*groups_[0])[place_of(first_) - 1] != nullptr) {
    Group& group = own_group(0, groups_[0]->size());
    for (std::size_t chunk = place_of(first_); chunk > 0 && group[chunk - 1] != nullptr; --chunk) {
      group[chunk - 1] = nullptr;
    }
  }
}

void EntryList::reset(Index first) {
  groups_.clear();
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
