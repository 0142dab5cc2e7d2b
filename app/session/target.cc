#include "app/scenario/cursor.h"
#include "app/session/position_text.h"
#include "app/session/session.h"

namespace session {

std::string position_text(const sim::Position& at) {
  return "tick " + sim::short_text({at.at.millis}) + ", event " + std::to_string(at.events);
}

Result<Target> parse_target(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view kind = text.substr(0, colon);
  const std::string_view value = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (text == "end") return Target{AtEnd{}};
  if (kind == "tick") {
    if (const auto at = scenario::to_duration(value)) return Target{AtTick{{at->millis}}};
  } else if (kind == "event") {
    if (const auto event = scenario::to_number(value)) return Target{AtEvent{*event}};
  } else if (kind == "bookmark" && !value.empty()) {
    return Target{AtBookmark{std::string(value)}};
  }
  return Error{Code::kInvalidArgument, "'" + std::string(text) +
                                           "' is no position: expected tick:T, event:N, "
                                           "bookmark:TEXT or end"};
}

}  // namespace session
