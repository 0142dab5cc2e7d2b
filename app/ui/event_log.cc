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

bool in_group(const sim::Fact& fact, EventGroup group) {
  using sim::FactKind;
  switch (group) {
    case EventGroup::kAll:
      return true;
    case EventGroup::kMessages:
      return fact.kind == FactKind::kSend || fact.kind == FactKind::kReceive ||
             fact.kind == FactKind::kDrop || fact.kind == FactKind::kDuplicate;
    case EventGroup::kDisk:
      return fact.kind == FactKind::kDurable || fact.kind == FactKind::kCrash ||
             fact.kind == FactKind::kRestart || fact.kind == FactKind::kHalt ||
             fact.kind == FactKind::kSnapshot;
    case EventGroup::kClients:
      return fact.kind == FactKind::kRequest || fact.kind == FactKind::kCommand || fact.client != 0;
    case EventGroup::kDecisions:
      return !in_group(fact, EventGroup::kMessages) && fact.kind != FactKind::kDurable &&
             fact.kind != FactKind::kRequest;
  }
  return true;
}

namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(' ', start), text.size());
    if (end > start) out.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

// "n3" with the letter n: 3; 0: it is no such word.
std::uint64_t numbered(const std::string& word, char letter) {
  if (word.size() < 2 || word.size() > 12 ||
      std::tolower(static_cast<unsigned char>(word[0])) != letter)
    return 0;
  std::uint64_t value = 0;
  for (std::size_t i = 1; i < word.size(); ++i) {
    if (word[i] < '0' || word[i] > '9') return 0;
    value = value * 10 + static_cast<std::uint64_t>(word[i] - '0');
  }
  return value;
}

}  // namespace

bool names_node(const std::string& text, raft::NodeId node) {
  for (const std::string& word : split(text)) {
    if (numbered(word, 'n') == node.value) return true;
  }
  return false;
}

std::string with_node_toggled(const std::string& text, raft::NodeId node) {
  std::string out;
  bool found = false;
  for (const std::string& word : split(text)) {
    if (numbered(word, 'n') == node.value) {
      found = true;
      continue;
    }
    out.append(out.empty() ? "" : " ").append(word);
  }
  if (!found) out.append(out.empty() ? "" : " ").append(scene::node_name(node));
  return out;
}

void EventLog::read_filter() {
  words_.clear();
  nodes_.clear();
  terms_.clear();
  for (const std::string& word : split(filter_.text)) {
    if (const std::uint64_t node = numbered(word, 'n')) {
      nodes_.push_back(node);
    } else if (const std::uint64_t term = numbered(word, 't')) {
      terms_.push_back(term);
    } else {
      words_.push_back(word);
    }
  }
}

bool EventLog::wanted(const EventLine& line) const {
  const auto among = [](const std::vector<std::uint64_t>& list, std::uint64_t value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
  };
  if (!among(nodes_, line.node.value) || !among(terms_, line.term.value)) return false;
  return std::all_of(words_.begin(), words_.end(), [&](const std::string& word) {
    return contains(line.what, word) || contains(line.why, word);
  });
}

void EventLog::update(const std::deque<sim::Fact>& facts, const EventFilter& filter,
                      const Words& words_of) {
  if (filter != filter_ || facts.empty() || facts.back().id < last_) {
    filter_ = filter;
    read_filter();
    lines_.clear();
    last_ = 0;
  }
  if (facts.empty()) return;
  while (!lines_.empty() && lines_.front().id < facts.front().id) lines_.pop_front();
  auto first =
      std::upper_bound(facts.begin(), facts.end(), last_,
                       [](std::uint64_t id, const sim::Fact& fact) { return id < fact.id; });
  for (; first != facts.end(); ++first) {
    if (words_.empty() && is_noise(*first)) continue;
    if (!in_group(*first, filter_.group)) continue;
    const sim::Narration words = words_of(*first);
    EventLine line{first->id,
                   first->event,
                   first->at,
                   first->node,
                   first->term,
                   words.what.substr(0, 300),
                   words.reason.substr(0, 300),
                   words.rule};
    if (wanted(line)) lines_.push_back(std::move(line));
  }
  last_ = facts.back().id;
}

}  // namespace ui
