// One moment as a picture: PNG, SVG, PDF.
#pragma once

#include "app/export/options.h"

namespace exporter {

// The file's bytes. The session stands at the moment then. Errors: kNotFound for a font that
// is not installed, kIo for a picture that cannot be made; those of approach().
Result<std::string> still(session::Session& session, const Options& options, const Range& range);

}  // namespace exporter
