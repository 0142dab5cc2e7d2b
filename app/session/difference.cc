#include "app/session/difference.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "app/session/position_text.h"
#include "app/session/state_json.h"
#include "app/session/walk.h"

namespace session {
namespace {

using Json = nlohmann::json;

// How many events are played between two comparisons; where one fails they are played one by one.
constexpr std::uint64_t kStride = 256;

// One of the two runs.
struct Run {
  Run(const Recording& played, std::size_t along) : recording(played), branch(along) {
    log.edit() = recording;
    line = Line(log.get(), branch);
  }
  Status boot() {
    RAFT_TRY_ASSIGN(sim::Cluster cluster,
                    sim::Cluster::boot(recording.config, recording.disk_images));
    start(std::make_unique<World>(std::move(cluster)));
    return ok();
  }
  void start(std::unique_ptr<World> world) { walk.emplace(log, line, std::move(world)); }
  // Up to so many events. Errors: it differs from what is recorded.
  Status go_to(std::uint64_t events) {
    while (walk->position().events < events && !walk->at_tip()) {
      if (walk->step()) continue;
      const std::string& how = walk->difference();
      return Error{Code::kCorruption, how.empty() ? "the recorded run goes on longer" : how};
    }
    return ok();
  }
  // The whole of it there, which only a session has.
  Result<Json> state(std::uint64_t events) const {
    Recording along = recording;
    along.active = branch;
    RAFT_TRY_ASSIGN(Session session, Session::replay(along, AtEvent{events}));
    Json state = Json::parse(state_json(session, {}));
    for (const char* other : {"digest", "branch"}) state.erase(other);
    return state;
  }

  const Recording& recording;
  std::size_t branch;
  RecordLog log;
  Line line;
  std::optional<Walk> walk;
};

bool same(const Run& a, const Run& b) {
  return a.walk->position() == b.walk->position() &&
         a.walk->cluster().digest() == b.walk->cluster().digest();
}

// The first field that is not the same: of the nodes if there is one, since what differs on the
// network follows from what somebody did. "digest" if none is printed.
Result<Difference> name_field(const Run& a, const Run& b) {
  Difference out;
  out.equal = false;
  out.at = std::min(a.walk->position(), b.walk->position(), is_before);
  RAFT_TRY_ASSIGN(const Json one, a.state(a.walk->position().events));
  RAFT_TRY_ASSIGN(const Json other, b.state(b.walk->position().events));
  const Json patch = Json::diff(one, other);
  if (patch.empty()) {
    out.field = "digest";
    out.first = a.walk->cluster().digest().text();
    out.second = b.walk->cluster().digest().text();
    return out;
  }
  std::string path = patch.front().at("path").get<std::string>();
  for (const Json& change : patch) {
    const std::string at = change.at("path").get<std::string>();
    if (!at.starts_with("/nodes/")) continue;
    path = at;
    break;
  }
  const auto text = [&path](const Json& state) {
    const Json::json_pointer pointer(path);
    return state.contains(pointer) ? state.at(pointer).dump() : std::string("nothing");
  };
  out.field = path.substr(1);
  out.first = text(one);
  out.second = text(other);
  return out;
}

}  // namespace

Result<Difference> first_difference(const Recording& a, std::size_t branch_a, const Recording& b,
                                    std::size_t branch_b, const Progress& progress) {
  Run one(a, branch_a);
  Run two(b, branch_b);
  RAFT_TRY(one.boot());
  RAFT_TRY(two.boot());
  if (a.config != b.config || !same(one, two)) return name_field(one, two);
  const std::uint64_t common = std::min(one.line.end().events, two.line.end().events);
  std::uint64_t done = 0;
  std::unique_ptr<World> before_a = one.walk->world().clone();
  std::unique_ptr<World> before_b = two.walk->world().clone();
  std::uint64_t stride = kStride;
  while (done < common) {
    const std::uint64_t to = std::min(common, done + stride);
    RAFT_TRY(one.go_to(to));
    RAFT_TRY(two.go_to(to));
    if (same(one, two)) {
      done = to;
      if (stride > 1) {
        before_a = one.walk->world().clone();
        before_b = two.walk->world().clone();
      }
      if (progress && !progress(done * 1000 / std::max<std::uint64_t>(common, 1))) {
        return Error{Code::kUnavailable, "the comparison was cancelled"};
      }
      continue;
    }
    if (stride == 1) return name_field(one, two);
    stride = 1;
    one.start(std::move(before_a));
    two.start(std::move(before_b));
  }
  Difference out;
  out.at = std::min(one.line.end(), two.line.end(), is_before);
  if (one.line.end() == two.line.end()) return out;
  out.equal = false;
  out.field = "end";
  out.first = position_text(one.line.end());
  out.second = position_text(two.line.end());
  return out;
}

Result<Difference> first_difference(const Recording& a, const Recording& b,
                                    const Progress& progress) {
  return first_difference(a, a.active, b, b.active, progress);
}

}  // namespace session
