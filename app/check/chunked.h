// Sequences and tables that are cheap to copy: parts are shared between copies until one of them
// writes. A checkpoint copies the checkers, and their memory of a long run must not make that slow.
// Not for threads: use_count() decides who may write.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace check {

template <class T>
class Chunked {
 public:
  std::uint64_t size() const { return size_; }

  // REQUIRES: position < size().
  const T& operator[](std::uint64_t position) const {
    return (*chunks_[position / kChunk])[position % kChunk];
  }

  void push_back(T value) {
    if (size_ % kChunk == 0) chunks_.push_back(std::make_shared<std::vector<T>>());
    own(chunks_.back()).push_back(std::move(value));
    ++size_;
  }

  // Keeps the first `size` elements. REQUIRES: size <= size().
  void truncate(std::uint64_t size) {
    chunks_.resize((size + kChunk - 1) / kChunk);
    size_ = size;
    if (size % kChunk != 0) own(chunks_.back()).resize(size % kChunk);
  }

  void clear() { truncate(0); }

 private:
  static constexpr std::uint64_t kChunk = 128;
  using Chunk = std::shared_ptr<std::vector<T>>;

  static std::vector<T>& own(Chunk& chunk) {
    if (chunk.use_count() > 1) chunk = std::make_shared<std::vector<T>>(*chunk);
    return *chunk;
  }

  std::vector<Chunk> chunks_;
  std::uint64_t size_ = 0;
};

// From numbers to values, with gaps; memory goes with what is in it, not with the largest number.
template <class T>
class SparseTable {
 public:
  const T* find(std::uint64_t key) const {
    const auto chunk = chunks_.find(key / kChunk);
    if (chunk == chunks_.end()) return nullptr;
    const auto found = chunk->second->find(key);
    return found == chunk->second->end() ? nullptr : &found->second;
  }

  // The value of `key`, made if there is none.
  T& at(std::uint64_t key) {
    auto& chunk = chunks_[key / kChunk];
    if (!chunk) chunk = std::make_shared<std::map<std::uint64_t, T>>();
    if (chunk.use_count() > 1) chunk = std::make_shared<std::map<std::uint64_t, T>>(*chunk);
    return (*chunk)[key];
  }

 private:
  static constexpr std::uint64_t kChunk = 64;
  std::map<std::uint64_t, std::shared_ptr<std::map<std::uint64_t, T>>> chunks_;
};

}  // namespace check
