#include "app/cli/arguments.h"

#include "app/scenario/cursor.h"

namespace cli {
namespace {

Error usage_error(std::string message) { return {Code::kInvalidArgument, std::move(message)}; }

Error unknown_option(const CommandSpec& command, const std::string& name) {
  std::string message = "there is no option " + name;
  const std::string_view near = nearest_option(command, name);
  if (!near.empty()) message += "; did you mean " + std::string(near) + "?";
  return usage_error(std::move(message));
}

std::string count_text(const CommandSpec& command, std::size_t given) {
  return "expected " + (command.usage.empty() ? "no argument" : std::string(command.usage)) +
         ", found " + std::to_string(given) + (given == 1 ? " argument" : " arguments");
}

}  // namespace

Result<Arguments> Arguments::parse(const CommandSpec& command,
                                   const std::vector<std::string>& words) {
  Arguments out;
  bool options_end = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool is_option = !options_end && word.size() > 1 && word[0] == '-';
    if (!is_option) {
      out.rest_.push_back(word);
      continue;
    }
    if (word == "--") {
      options_end = true;
      continue;
    }
    if (word == "--help" || word == "-h") {
      out.help_ = true;
      continue;
    }
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const OptionSpec* option = find_option(command, name);
    if (!option) return unknown_option(command, name);
    std::string value;
    if (option->value.empty()) {
      if (equals != std::string::npos) return usage_error(name + " takes no value");
    } else if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (i + 1 < words.size()) {
      value = words[++i];
    } else {
      return usage_error(name + " needs a value, " + std::string(option->value));
    }
    if (name == "--disk") {
      // Two words: what kind of disk, and where.
      if (value != "files") return usage_error("--disk expects files DIR, found '" + value + "'");
      if (i + 1 >= words.size()) return usage_error("--disk=files needs a folder behind it");
      value = words[++i];
    }
    if (!out.options_.emplace(name, std::move(value)).second) {
      return usage_error(name + " was given twice");
    }
  }
  const bool fits = out.rest_.size() >= command.fewest && out.rest_.size() <= command.most;
  if (!out.help_ && !fits) return usage_error(count_text(command, out.rest_.size()));
  return out;
}

std::optional<std::string> Arguments::value(std::string_view option) const {
  const auto found = options_.find(std::string(option));
  if (found == options_.end()) return std::nullopt;
  return found->second;
}

Result<std::optional<std::uint64_t>> Arguments::number(std::string_view option) const {
  const auto text = value(option);
  if (!text) return std::optional<std::uint64_t>();
  const auto number = scenario::to_number(*text);
  if (number) return number;
  return usage_error(std::string(option) + " expects a number, found '" + *text + "'");
}

Result<session::Target> Arguments::target() const {
  const auto text = value("--at");
  if (!text) return session::Target{session::AtEnd{}};
  return session::parse_target(*text);
}

}  // namespace cli
