// Sequences and tables that are cheap to copy: parts are shared between copies until one of them
// writes. A checkpoint copies the cluster and its checkers, and their memory of a long run must not
// make that slow. Not for threads: use_count() decides who may write.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace sim {

// The part itself if nobody shares it, else a copy of one's own.
template <class Part>
Part& own_part(std::shared_ptr<Part>& part) {
  if (!part) {
    part = std::make_shared<Part>();
  } else if (part.use_count() > 1) {
    part = std::make_shared<Part>(*part);
  }
  return *part;
}

template <class T>
class Chunked {
 public:
  class Iterator {
   public:
    using iterator_category = std::bidirectional_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;
    Iterator() = default;
    Iterator(const Chunked& list, std::uint64_t at) : list_(&list), at_(at) {}
    const T& operator*() const { return (*list_)[at_]; }
    const T* operator->() const { return &(*list_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++at_;
      return before;
    }
    Iterator& operator--() {
      --at_;
      return *this;
    }
    Iterator operator--(int) {
      const Iterator before = *this;
      --at_;
      return before;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Chunked* list_ = nullptr;
    std::uint64_t at_ = 0;
  };

  Chunked() = default;
  Chunked(std::initializer_list<T> values) {
    for (const T& value : values) push_back(value);
  }

  std::uint64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size_}; }
  std::reverse_iterator<Iterator> rbegin() const { return std::reverse_iterator(end()); }
  std::reverse_iterator<Iterator> rend() const { return std::reverse_iterator(begin()); }

  // REQUIRES: position < size().
  const T& operator[](std::uint64_t position) const {
    return (*(*groups_[position / kGroup])[position % kGroup / kChunk])[position % kChunk];
  }
  const T& back() const { return (*this)[size_ - 1]; }

  // The element to write to; its part becomes this list's own. REQUIRES: position < size().
  T& edit(std::uint64_t position) {
    return own_part(
        own_part(groups_[position / kGroup])[position % kGroup / kChunk])[position % kChunk];
  }

  void push_back(T value) {
    if (size_ % kGroup == 0) groups_.emplace_back();
    Group& group = own_part(groups_.back());
    if (size_ % kChunk == 0) group.emplace_back();
    own_part(group.back()).push_back(std::move(value));
    ++size_;
  }

  // Keeps the first `size` elements. REQUIRES: size <= size().
  void truncate(std::uint64_t size) {
    groups_.resize((size + kGroup - 1) / kGroup);
    size_ = size;
    if (size % kGroup == 0) return;
    Group& group = own_part(groups_.back());
    group.resize((size % kGroup + kChunk - 1) / kChunk);
    if (size % kChunk != 0) own_part(group.back()).resize(size % kChunk);
  }

  void clear() { truncate(0); }

 private:
  // The first write behind a copy copies a chunk and a group: small ones keep checkpoints small.
  static constexpr std::uint64_t kChunk = 16;
  static constexpr std::uint64_t kGroup = kChunk * 64;
  using Chunk = std::vector<T>;
  using Group = std::vector<std::shared_ptr<Chunk>>;

  std::vector<std::shared_ptr<Group>> groups_;
  std::uint64_t size_ = 0;
};

// From numbers to values, with gaps; memory goes with what is in it, not with the largest number.
template <class T>
class SparseTable {
 public:
  const T* find(std::uint64_t key) const {
    const auto group = groups_.find(key / kGroup);
    if (group == groups_.end()) return nullptr;
    const std::uint64_t number = key % kGroup / kChunk;
    if (number >= group->second->size() || !(*group->second)[number]) return nullptr;
    const Chunk& chunk = *(*group->second)[number];
    const auto found = place(chunk, key);
    return found == chunk.end() || found->first != key ? nullptr : &found->second;
  }

  // The value of `key`, made if there is none. Valid until the table's next change.
  T& at(std::uint64_t key) {
    Group& group = own_part(groups_[key / kGroup]);
    const std::uint64_t number = key % kGroup / kChunk;
    if (number >= group.size()) group.resize(number + 1);
    Chunk& chunk = own_part(group[number]);
    auto found = place(chunk, key);
    if (found == chunk.end() || found->first != key) found = chunk.insert(found, {key, T()});
    return found->second;
  }

 private:
  static constexpr std::uint64_t kChunk = 16;
  static constexpr std::uint64_t kGroup = kChunk * 128;
  using Chunk = std::vector<std::pair<std::uint64_t, T>>;  // ascending
  using Group = std::vector<std::shared_ptr<Chunk>>;       // as long as need be; null: empty

  template <class AnyChunk>
  static auto place(AnyChunk& chunk, std::uint64_t key) {
    return std::lower_bound(chunk.begin(), chunk.end(), key,
                            [](const auto& pair, std::uint64_t k) { return pair.first < k; });
  }

  std::map<std::uint64_t, std::shared_ptr<Group>> groups_;
};

}  // namespace sim
