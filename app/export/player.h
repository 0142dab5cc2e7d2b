// The page's player, as it lies in app/export/player: embedded in the program at build time.
#pragma once

#include <string_view>

namespace exporter {

struct PlayerFile {
  std::string_view text;
  std::string_view sha256;  // in hexadecimal digits
};
extern const PlayerFile kPageFile, kStyleFile, kScriptFile;

}  // namespace exporter
