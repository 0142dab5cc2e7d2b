// Everything that a page shows, as JSON: pictures, tables, lists, and when they change. Told in
// moments: 0 is where the range begins, each further one is right behind a world event.
#pragma once

#include <string>

#include "app/export/options.h"
#include "app/scene/display_list.h"

namespace exporter {

Result<std::string> page_data(session::Session& session, const Options& options, const Range& range,
                              const scene::TextMeasure& measure, const session::Progress& progress);

}  // namespace exporter
