#include "app/ui/event_log.h"

#include <algorithm>
#include <cctype>

#include "app/scene/display_list.h"

namespace ui {
namespace {

// Most of the traffic of a healthy cluster; a filter that asks for it brings it back.
bool is_noise(const sim::Fact& fact) {
  if (fact.kind == sim::FactKind::kSend || fact.kind == sim::FactKind::kReceive) {
    return fact.message_type == "heartbeat" || fact.message_type == "heartbeat-reply";
  }
  return false;
}

bool contains(const std::string& text, const std::string& part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(), [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) ==
                  std::tolower(static_cast<unsigned char>(b));
         }) != text.end();
}

}  // namespace

bool EventLog::wanted(const EventLine& line) const {
  return filter_.empty() || contains(line.what, filter_) || contains(line.why, filter_);
}

void EventLog::update(const std::deque<sim::Fact>& facts, const std::string& filter) {
  if (filter != filter_ || facts.empty() || facts.back().id < last_) {
    filter_ = filter;
    lines_.clear();
    last_ = 0;
  }
  if (facts.empty()) return;
  while (!lines_.empty() && lines_.front().id < facts.front().id) lines_.pop_front();
  auto first =
      std::upper_bound(facts.begin(), facts.end(), last_,
                       [](std::uint64_t id, const sim::Fact& fact) { return id < fact.id; });
  for (; first != facts.end(); ++first) {
    if (filter_.empty() && is_noise(*first)) continue;
    const sim::Narration words = sim::narrate(*first);
    EventLine line{first->id,
                   first->event,
                   first->at,
                   first->node,
                   words.what.substr(0, 300),
                   words.reason.substr(0, 300),
                   words.rule};
    if (wanted(line)) lines_.push_back(std::move(line));
  }
  last_ = facts.back().id;
}

}  // namespace ui
