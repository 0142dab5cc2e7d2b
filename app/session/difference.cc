#include "app/session/difference.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "app/session/position_text.h"
#include "app/session/state_json.h"

namespace session {
namespace {

using Json = nlohmann::json;

// The first field, in the order of the keys, that is not the same; "digest" if none is printed.
void name_field(Session& a, Session& b, Difference& out) {
  Json one = Json::parse(state_json(a, {}));
  Json other = Json::parse(state_json(b, {}));
  one.erase("digest");
  other.erase("digest");
  const Json patch = Json::diff(one, other);
  if (patch.empty()) {
    out.field = "digest";
    out.first = a.cluster().digest().text();
    out.second = b.cluster().digest().text();
    return;
  }
  const std::string path = patch.front().at("path").get<std::string>();
  const auto text = [&path](const Json& state) {
    const Json::json_pointer pointer(path);
    return state.contains(pointer) ? state.at(pointer).dump() : std::string("nothing");
  };
  out.field = path.substr(1);
  out.first = text(one);
  out.second = text(other);
}

// World events up to which both recorded the same digests, and the first for which they did not.
std::pair<std::uint64_t, std::uint64_t> stretch(const Branch& a, const Branch& b) {
  std::uint64_t alike = 0;
  const std::size_t marks = std::min(a.digests.size(), b.digests.size());
  for (std::size_t i = 0; i < marks; ++i) {
    if (a.digests[i] != b.digests[i]) {
      return {alike, std::min(a.digests[i].at.events, b.digests[i].at.events)};
    }
    alike = a.digests[i].at.events;
  }
  return {alike, std::min(end_position(a).events, end_position(b).events)};
}

class Comparison {
 public:
  Comparison(const Recording& a, const Recording& b, const Progress& progress)
      : a_(a), b_(b), progress_(progress) {}

  // Both runs right behind that world event.
  Status play(std::uint64_t event) {
    for (auto [recording, session] : {std::pair(&a_, &first_), {&b_, &second_}}) {
      auto played = Session::replay(*recording, AtEvent{event}, [this](std::uint64_t) {
        return !progress_ || progress_(done_);
      });
      if (!played) return played.error();
      session->emplace(*std::move(played));
    }
    done_ = std::min<std::uint64_t>(done_ + 50, 950);
    return ok();
  }
  bool same() const { return first_->cluster().digest() == second_->cluster().digest(); }
  Session& first() { return *first_; }
  Session& second() { return *second_; }

 private:
  const Recording& a_;
  const Recording& b_;
  const Progress& progress_;
  std::uint64_t done_ = 0;  // thousandths, a guess
  std::optional<Session> first_, second_;
};

}  // namespace

Result<Difference> first_difference(const Recording& a, const Recording& b,
                                    const Progress& progress) {
  auto [alike, apart] = stretch(a.main, b.main);
  Comparison both(a, b, progress);
  Difference out;
  RAFT_TRY(both.play(0));
  if (a.config != b.config || !both.same()) {
    out.equal = false;
    name_field(both.first(), both.second(), out);
    return out;
  }
  RAFT_TRY(both.play(apart));
  if (both.same()) {
    const sim::Position end_a = end_position(a.main);
    const sim::Position end_b = end_position(b.main);
    out.at = end_a;
    if (end_a == end_b) return out;
    out.equal = false;
    out.at = end_a.events < end_b.events ? end_a : end_b;
    out.field = "end";
    out.first = position_text(end_a);
    out.second = position_text(end_b);
    return out;
  }
  while (apart - alike > 1) {
    const std::uint64_t middle = alike + (apart - alike) / 2;
    RAFT_TRY(both.play(middle));
    (both.same() ? alike : apart) = middle;
  }
  RAFT_TRY(both.play(apart));
  out.equal = false;
  out.at = both.first().position();
  name_field(both.first(), both.second(), out);
  return out;
}

}  // namespace session
