// The commands of the interaction language.
#pragma once

#include "app/interact/environment.h"
#include "app/interact/file.h"

namespace interact {

// Carries one out. Errors: their text is what the file shows.
Status execute(Environment& environment, const Directive& directive);

}  // namespace interact
