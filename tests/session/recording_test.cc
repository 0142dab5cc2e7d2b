#include "app/session/recording.h"

#include <zlib.h>

#include "tests/session/session_test.h"

namespace session {
namespace {

Error error_of(std::string_view bytes) {
  const auto loaded = decode_recording(bytes, "f");
  EXPECT_FALSE(loaded.has_value());
  return loaded ? Error{Code::kIo, ""} : loaded.error();
}

void put_u32(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift);
}

std::uint32_t crc(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

// A record with right checksums, whatever its type, length and body.
std::string record(char type, std::string_view body, std::uint32_t length) {
  std::string head(1, type);
  put_u32(head, length);
  std::string out = head;
  put_u32(out, crc(head));
  out += body;
  put_u32(out, crc(head + std::string(body)));
  return out;
}

const std::string& sample() {
  static const std::string bytes = encode_recording(finished_run().recording());
  return bytes;
}

std::string preamble() { return sample().substr(0, 12); }

TEST(RecordingFile, ReadsWhatItWrites) {
  const Recording recording = finished_run().recording();
  const auto loaded = decode_recording(encode_recording(recording), "f");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->recording, recording);
  EXPECT_EQ(loaded->note, "");
}

TEST(RecordingFile, RefusesWhatIsNoRecording) {
  EXPECT_EQ(error_of("").message, "f: is empty");
  EXPECT_EQ(error_of("seed 42\ntick 5\n").message, "f: is not a recording of Raftarium");
  EXPECT_EQ(error_of(sample().substr(0, 3)).message, "f: ends within its first bytes");
  EXPECT_EQ(error_of(sample().substr(0, 10)).code, Code::kCorruption);
  EXPECT_EQ(error_of(sample().substr(0, 20)).message,
            "f: damaged at byte 12: the file ends before its header is complete");
}

TEST(RecordingFile, RefusesNewerVersions) {
  std::string newer = sample();
  newer[8] = 3;
  EXPECT_EQ(error_of(newer).code, Code::kVersion);
  EXPECT_NE(error_of(newer).message.find("newer Raftarium"), std::string::npos);
  // Field 1 of the header, the model version.
  EXPECT_EQ(error_of(preamble() + record(1, "\x08\x63", 2)).code, Code::kVersion);
}

TEST(RecordingFile, RefusesHugeLengthsBeforeReadingThem) {
  EXPECT_NE(error_of(preamble() + record(1, "", 0xFFFFFFFF)).message.find("4294967295 bytes"),
            std::string::npos);
}

TEST(RecordingFile, RefusesImpossibleValues) {
  // A header of a cluster with 200 nodes.
  const std::string many("\x08\x01\x10\x01\x18\xC8\x01", 7);
  EXPECT_NE(error_of(preamble() + record(1, many, 7)).message.find("a cluster of 200 nodes"),
            std::string::npos);
  EXPECT_NE(error_of(preamble() + record(1, "\xFF\xFF", 2)).message.find("cannot be decoded"),
            std::string::npos);
  EXPECT_NE(error_of(preamble() + record(3, "", 0)).message.find("header is missing"),
            std::string::npos);
  EXPECT_NE(error_of(sample() + "x").message.find("more behind the end"), std::string::npos);
  Recording bad = finished_run().recording();
  bad.main.commands[1].at = {};
  EXPECT_NE(error_of(encode_recording(bad)).message.find("lies before"), std::string::npos);
  bad = finished_run().recording();
  bad.main.commands[1].line = "tick 5";
  EXPECT_NE(error_of(encode_recording(bad)).message.find("expected a command of the cluster"),
            std::string::npos);
  bad = finished_run().recording();
  bad.main.end->at.at.millis = kMaxInstantMillis + 1;
  EXPECT_NE(error_of(encode_recording(bad)).message.find("impossible instant"), std::string::npos);
}

// Wherever a file is cut, what lies before is used, or the file is refused; the rest is not
// guessed.
TEST(RecordingFile, AMissingTailIsCutOffWithANote) {
  const std::string& whole = sample();
  const Recording recording = finished_run().recording();
  std::size_t usable = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto loaded = decode_recording(std::string_view(whole).substr(0, size), "f");
    if (!loaded) {
      EXPECT_EQ(loaded.error().code, Code::kCorruption);
      EXPECT_EQ(usable, 0u) << "refused at " << size << ", accepted before";
      continue;
    }
    ++usable;
    EXPECT_NE(loaded->note.find("was cut short"), std::string::npos);
    EXPECT_FALSE(loaded->recording.main.end);
    const auto& commands = loaded->recording.main.commands;
    ASSERT_LE(commands.size(), recording.main.commands.size());
    for (std::size_t i = 0; i < commands.size(); ++i) {
      ASSERT_EQ(commands[i], recording.main.commands[i]);
    }
  }
  EXPECT_GT(usable, 100u);
  const auto loaded = decode_recording(std::string_view(whole).substr(0, whole.size() - 1), "f");
  EXPECT_TRUE(Session::replay(loaded->recording).has_value());
}

// No changed bit goes unnoticed, wherever it is.
TEST(RecordingFile, EveryChangedByteIsFound) {
  std::string bytes = sample();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const char flip : {'\x01', '\x80', '\xFF'}) {
      bytes[at] = static_cast<char>(bytes[at] ^ flip);
      const auto loaded = decode_recording(bytes, "f");
      EXPECT_FALSE(loaded.has_value()) << "byte " << at;
      bytes[at] = static_cast<char>(bytes[at] ^ flip);
    }
  }
}

}  // namespace
}  // namespace session
