// Turns logical state into a digest: little-endian 64-bit numbers and length-prefixed texts, in a
// fixed order, through XXH3-128.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "app/sim/cluster.h"

namespace sim {

class DigestBuilder {
 public:
  DigestBuilder();
  ~DigestBuilder();
  DigestBuilder(const DigestBuilder&) = delete;
  DigestBuilder& operator=(const DigestBuilder&) = delete;

  void number(std::uint64_t value);
  void text(std::string_view bytes);
  Digest finish();

 private:
  void flush();
  struct Hash;
  std::unique_ptr<Hash> hash_;
  std::array<unsigned char, 4096> buffer_;
  std::uint64_t used_ = 0;
};

}  // namespace sim
