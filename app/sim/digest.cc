#include "app/sim/digest.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace sim {

struct DigestBuilder::Hash {
  XXH3_state_t state;
};

DigestBuilder::DigestBuilder() : hash_(new Hash) {
  XXH3_INITSTATE(&hash_->state);
  XXH3_128bits_reset(&hash_->state);
}

DigestBuilder::~DigestBuilder() = default;

void DigestBuilder::flush() {
  XXH3_128bits_update(&hash_->state, buffer_.data(), used_);
  used_ = 0;
}

void DigestBuilder::number(std::uint64_t value) {
  if (used_ + 8 > buffer_.size()) flush();
  for (unsigned shift = 0; shift < 64; shift += 8) {
    buffer_[used_++] = static_cast<unsigned char>(value >> shift);
  }
}

void DigestBuilder::text(std::string_view bytes) {
  number(bytes.size());
  flush();
  XXH3_128bits_update(&hash_->state, bytes.data(), bytes.size());
}

Digest DigestBuilder::finish() {
  flush();
  const XXH128_hash_t hash = XXH3_128bits_digest(&hash_->state);
  return {hash.high64, hash.low64};
}

std::string Digest::text() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const std::uint64_t half : {high, low}) {
    for (unsigned shift = 64; shift > 0; shift -= 4) out += kDigits[(half >> (shift - 4)) & 0xF];
  }
  return out;
}

}  // namespace sim
