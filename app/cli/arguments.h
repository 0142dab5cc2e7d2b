// The words behind a command, sorted into options and the rest by the table of options.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/options.h"
#include "raft/result.h"

namespace cli {

class Arguments {
 public:
  // Errors: kInvalidArgument, a sentence that names the word at fault and what would be right.
  static Result<Arguments> parse(const CommandSpec& command, const std::vector<std::string>& words);

  bool wants_help() const { return help_; }
  bool has(std::string_view option) const { return options_.count(std::string(option)) != 0; }
  // The option's value; nullopt: it was not given.
  std::optional<std::string> value(std::string_view option) const;
  const std::vector<std::string>& rest() const { return rest_; }

  // Values with a meaning. Errors: kInvalidArgument, naming option and value.
  Result<std::optional<std::uint64_t>> number(std::string_view option) const;
  Result<session::Target> target() const;  // of --at; the end if it was not given

 private:
  std::map<std::string, std::string> options_;
  std::vector<std::string> rest_;
  bool help_ = false;
};

}  // namespace cli
