// What is fed with arbitrary bytes. Each target must end soon and without a complaint of the
// sanitizers or of RAFT_ASSERT, whatever it is given; what it finds out beyond is checked with
// require(). The same functions serve libFuzzer (entry.cc) and the test that plays the corpus.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace fuzz {

void scenario_text(std::string_view input);
void recording_bytes(std::string_view input);
void recording_edits(std::string_view input);
void lesson(std::string_view input);
void trace(std::string_view input);
void history(std::string_view input);
void database_bytes(std::string_view input);
void database_rows(std::string_view input);
void core_messages(std::string_view input);

struct Target {
  const char* name;  // of the folder of its corpus, too
  void (*run)(std::string_view input);
};
inline constexpr Target kTargets[] = {
    {"scenario_text", scenario_text},
    {"recording_bytes", recording_bytes},
    {"recording_edits", recording_edits},
    {"lesson", lesson},
    {"trace", trace},
    {"history", history},
    {"database_bytes", database_bytes},
    {"database_rows", database_rows},
    {"core_messages", core_messages},
};

// Takes values off the front of the input; zeros once it is used up.
class Input {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return value;
  }
  // Mostly small: the first byte says how many follow.
  std::uint64_t number() {
    const std::uint8_t first = byte();
    if (first < 0xF8) return first;
    std::uint64_t value = 0;
    for (int i = 0; i < 1 + (first & 7); ++i) value = value << 8 | byte();
    return value;
  }
  std::string text(std::size_t most) {
    const std::size_t length = std::min<std::size_t>({byte(), most, bytes_.size()});
    std::string out(bytes_.substr(0, length));
    bytes_.remove_prefix(length);
    return out;
  }

 private:
  std::string_view bytes_;
};

inline void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "fuzz: this does not hold: %s\n", what);
  std::abort();
}

}  // namespace fuzz
