#include "app/export/page_sprites.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "app/export/run_words.h"

namespace exporter {
namespace {

using scene::DisplayList;

// A sprite at a share of its way: the shapes that it adds to the ring, which end before the last
// one, the end of the clip.
struct Pose {
  double share = 0;
  DisplayList list;
  std::size_t first = 0, end = 0;
};
using Poses = std::function<Pose(double share)>;

bool alike(const Pose& a, const Pose& b) {
  if (a.end - a.first != b.end - b.first) return false;
  for (std::size_t i = 0; i < a.end - a.first; ++i) {
    const scene::Shape &x = a.list.shapes()[a.first + i], &y = b.list.shapes()[b.first + i];
    if (x.kind != y.kind || x.count != y.count || x.closed != y.closed) return false;
    if (x.kind == scene::ShapeKind::kText && a.list.text_of(x) != b.list.text_of(y)) return false;
  }
  return true;
}

std::vector<scene::Point> places(const Pose& pose) {
  std::vector<scene::Point> out;
  for (std::size_t i = pose.first; i < pose.end; ++i) {
    const scene::Shape& shape = pose.list.shapes()[i];
    if (shape.kind != scene::ShapeKind::kPath) {
      out.push_back({shape.box.x, shape.box.y});
      continue;
    }
    out.insert(out.end(), pose.list.points(shape), pose.list.points(shape) + shape.count);
  }
  return out;
}

// Whether all points of `middle` lie half way; a unit off is not seen.
bool straight(const Pose& a, const Pose& middle, const Pose& b) {
  const auto p = places(a), m = places(middle), q = places(b);
  for (std::size_t i = 0; i < m.size(); ++i) {
    if (std::abs((p[i].x + q[i].x) / 2 - m[i].x) > 1 ||
        std::abs((p[i].y + q[i].y) / 2 - m[i].y) > 1)
      return false;
  }
  return true;
}

constexpr double kShortest = 1.0 / 16;

// The way from `a` to `b` as stretches in which everything goes straight.
void split(const Poses& poses, const Pose& a, const Pose& b,
           const std::function<void(const Pose&, const Pose&)>& emit) {
  const Pose middle = poses((a.share + b.share) / 2);
  if (alike(a, b) && alike(a, middle) && straight(a, middle, b)) return emit(a, b);
  if (b.share - a.share <= kShortest + 1e-9) return emit(b, b);
  split(poses, a, middle, emit);
  split(poses, middle, b, emit);
}

}  // namespace

sim::ClusterView grounded(const sim::ClusterView& view) {
  sim::ClusterView out = view;
  std::erase_if(out.messages,
                [](const sim::MessageView& message) { return message.due.has_value(); });
  return out;
}

std::optional<std::size_t> Sprites::sprite_of(const sim::ClusterView& view,
                                              const sim::MessageView& message) {
  std::string key = std::string(message.type) + "|" + scene::endpoint_name(message.from) + "|" +
                    scene::endpoint_name(message.to) + "|" + std::to_string(message.term.value) +
                    "|" + std::to_string(static_cast<int>(message.fate)) +
                    (message.duplicate ? "d" : "") + (message.message == nullptr ? "c" : "") + "|" +
                    message.text + "|" + std::to_string(view.nodes.size());
  // Its label tells what it says.
  if (message.refusal) key += "|m" + std::to_string(message.id);
  if (message.message != nullptr) key += "|" + std::to_string(message.message->entries.size());
  if (const sim::NodeView* sender = view.node(message.from.node))
    key += "|" + std::to_string(sender->term.value);
  const auto [known, fresh] = known_.try_emplace(key);
  if (!fresh) return known->second;

  sim::ClusterView lone = view;
  lone.messages.clear();
  const auto build = [&](const scene::Theme& theme, DisplayList& list) {
    scene::RingInput input;
    input.stage = stage_;
    input.labels = false;
    std::vector<scene::HitRegion> hits;
    scene::build_ring(lone, input, theme, list, hits);
  };
  DisplayList empty(book_->measure());
  build(*book_->themes().front(), empty);
  lone.messages.push_back(message);
  const std::size_t base = std::max<std::size_t>(1, empty.shapes().size());
  const auto go_to = [&](double share) {
    const double way = static_cast<double>(message.due->millis - message.sent.millis);
    lone.position.at.millis = message.sent.millis + static_cast<std::uint64_t>(way * share);
  };
  const Poses poses = [&](double share) {
    go_to(share);
    Pose pose{share, DisplayList(book_->measure()), base - 1, base - 1};
    build(*book_->themes().front(), pose.list);
    pose.end = std::max(pose.first, pose.list.shapes().size() - 1);
    return pose;
  };
  const Pose begin = poses(0), end = poses(1);
  if (begin.first == begin.end && end.first == end.end) return std::nullopt;
  std::string json;
  const auto ids_of = [&](const Pose& pose) {
    go_to(pose.share);
    Ids ids;
    book_->append_ids(pose.list, pose.first, pose.end, build, ids);
    return list_json(ids);
  };
  const auto emit = [&](const Pose& a, const Pose& b) {
    json += (json.empty() ? "[" : ",[") + std::to_string(std::lround(b.share * 1000)) + "," +
            ids_of(a) + "," + ids_of(b) + "]";
  };
  // A message that stands still has one form.
  if (message.due->millis <= message.sent.millis) {
    emit(end, end);
  } else {
    split(poses, begin, end, emit);
  }
  known->second = sprites_.number("[" + json + "]");
  return known->second;
}

std::optional<std::size_t> Sprites::sprite_of(const sim::ClusterView& view,
                                              const scene::LostMessage& lost) {
  sim::ClusterView lone = view;
  lone.messages.clear();
  scene::RingInput input;
  input.stage = stage_;
  const auto build = [&](const scene::Theme& theme, DisplayList& list) {
    std::vector<scene::HitRegion> hits;
    scene::build_ring(lone, input, theme, list, hits);
  };
  DisplayList empty(book_->measure()), list(book_->measure());
  build(*book_->themes().front(), empty);
  input.lost = {lost};
  build(*book_->themes().front(), list);
  if (list.shapes().size() <= empty.shapes().size()) return std::nullopt;
  Ids ids;
  book_->append_ids(list, empty.shapes().size() - 1, list.shapes().size() - 1, build, ids);
  return sprites_.number("[[1000," + list_json(ids) + "," + list_json(ids) + "]]");
}

void Sprites::add(std::size_t moment, session::Session& session) {
  const sim::ClusterView& view = session.view();
  std::map<std::uint64_t, Flying> still;
  for (const sim::MessageView& message : view.messages) {
    if (!message.due) continue;
    const auto before = flying_.find(message.id);
    if (before != flying_.end() && before->second.due == *message.due) {
      still.insert(flying_.extract(before));
      continue;
    }
    Flying flying{std::nullopt, message.sent, *message.due};
    if (const auto sprite = sprite_of(view, message)) {
      flying.object = objects_.size();
      objects_.push_back(
          {*sprite, moment, std::nullopt, view.position.at, message.sent, *message.due});
    }
    still.emplace(message.id, flying);
  }
  // What is left has arrived, is held, or goes on at another pace.
  for (const auto& [id, flying] : flying_) {
    if (flying.object) objects_[*flying.object].end = moment;
  }
  flying_ = std::move(still);

  const sim::Instant now = view.position.at;
  for (const scene::LostMessage& lost : lost_messages(session.facts(), now)) {
    if (!lost_.insert(lost.id).second) continue;
    if (const auto sprite = sprite_of(view, lost))
      objects_.push_back(
          {*sprite, moment, std::nullopt, now, {now.millis + 1000}, {now.millis + 1000}});
  }
}

std::string Sprites::json() const {
  // A column each, and differences: less than half the size when it is compressed.
  std::string sprites, firsts, lengths, ages, lasts;
  std::size_t before = 0;
  for (const Object& object : objects_) {
    const auto add = [&](std::string& column, std::int64_t value) {
      column += (column.empty() ? "" : ",") + std::to_string(value);
    };
    const auto signed_of = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    add(sprites, signed_of(object.sprite));
    add(firsts, signed_of(object.first - before));
    add(lengths, object.end ? signed_of(*object.end - object.first) : -1);
    add(ages, signed_of(object.begun.millis) - signed_of(object.from.millis));
    add(lasts, signed_of(object.to.millis - object.from.millis));
    before = object.first;
  }
  return "\"sprites\":" + sprites_.json() + ",\"objects\":{\"sprites\":[" + sprites +
         "],\"firsts\":[" + firsts + "],\"lengths\":[" + lengths + "],\"ages\":[" + ages +
         "],\"lasts\":[" + lasts + "]}";
}

}  // namespace exporter
