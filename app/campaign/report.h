// What a child process tells of its seed, as bytes.
#pragma once

#include <string>
#include <string_view>

#include "app/campaign/campaign.h"

namespace campaign {

struct SeedReport {
  Outcome outcome;
  std::string recording;  // of a run that failed, if it is wanted
};

std::string encode_report(const Played& run, bool with_recording);
// `signal`: not 0, the child died of it; that is the outcome then, with the exit code that a shell
// would give.
SeedReport decode_report(std::string_view bytes, int signal);

}  // namespace campaign
