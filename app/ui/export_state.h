// What the export dialog remembers.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "app/export/options.h"

namespace ui {

struct ExportState {
  exporter::Format format = exporter::Format::kHtml;
  exporter::View view = exporter::View::kRing;
  std::string from, to;  // positions as on the command line; empty: the beginning, the end
  std::string path;
  std::string overwrite;  // the path that is there already, once that was said
  bool running = false;
  std::uint64_t permille = 0;
  std::string written;  // where the file lies; empty: it is not written yet
};

}  // namespace ui
