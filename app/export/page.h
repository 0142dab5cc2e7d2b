// A run as a page: one file of HTML that plays it, without the network.
#pragma once

#include "app/export/options.h"

namespace exporter {

// The file's bytes. Errors: kNotFound for a font that is not installed; those of walk().
Result<std::string> page(session::Session& session, const Options& options, const Range& range,
                         const session::Progress& progress);

}  // namespace exporter
