// Statements to text, as recordings and the window's log of actions show them.
#pragma once

#include <string>

#include "app/scenario/statement.h"

namespace scenario {

// One line, UTF-8, without line end; parses back to an equal command.
std::string print(const sim::Command& command);
std::string print(const Statement& statement);

// n3, c1, *
std::string print(const sim::Endpoint& endpoint);

}  // namespace scenario
