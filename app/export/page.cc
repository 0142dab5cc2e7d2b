#include "app/export/page.h"

#include <zlib.h>

#include "app/export/font_set.h"
#include "app/export/markup.h"
#include "app/export/page_data.h"
#include "app/export/player.h"

namespace exporter {
namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve(bytes.size() / 3 * 4 + 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t k) {
      return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u;
    };
    const unsigned three = byte(0) << 16 | byte(1) << 8 | byte(2);
    out += kDigits[three >> 18];
    out += kDigits[three >> 12 & 63];
    out += i + 1 < bytes.size() ? kDigits[three >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? kDigits[three & 63] : '=';
  }
  return out;
}

// As a policy names it: sha256-…
std::string hash_source(const PlayerFile& file) {
  std::string bytes;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i + 1 < file.sha256.size(); i += 2)
    bytes += static_cast<char>(digit(file.sha256[i]) * 16 + digit(file.sha256[i + 1]));
  return "sha256-" + base64(bytes);
}

Result<std::string> deflated(const std::string& text) {
  uLongf size = compressBound(static_cast<uLong>(text.size()));
  std::string out(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                reinterpret_cast<const Bytef*>(text.data()), static_cast<uLong>(text.size()),
                9) != Z_OK) {
    return Error{Code::kIo, "the page cannot be compressed"};
  }
  out.resize(size);
  return out;
}

}  // namespace

Result<std::string> page(session::Session& session, const Options& options, const Range& range,
                         const session::Progress& progress) {
  RAFT_TRY_ASSIGN(const std::unique_ptr<FontSet> fonts, FontSet::load());
  RAFT_TRY_ASSIGN(const std::string data, page_data(session, options, range, *fonts, progress));
  RAFT_TRY_ASSIGN(const std::string packed, deflated(data));
  const session::Recording recording = session.recording();
  // One pass: what is put in is not looked at again.
  std::string out;
  std::string_view rest = kPageFile.text;
  while (true) {
    const std::size_t open = rest.find("{{");
    out += rest.substr(0, open);
    if (open == std::string_view::npos) return out;
    const std::size_t close = rest.find("}}", open);
    const std::string_view name = rest.substr(open + 2, close - open - 2);
    if (name == "title") out += escaped(recording.title.empty() ? "Raftarium" : recording.title);
    if (name == "style") out += kStyleFile.text;
    if (name == "script") out += kScriptFile.text;
    if (name == "style-hash") out += hash_source(kStyleFile);
    if (name == "script-hash") out += hash_source(kScriptFile);
    if (name == "data") out += base64(packed);
    rest.remove_prefix(close + 2);
  }
}

}  // namespace exporter
