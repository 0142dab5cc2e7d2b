// What flies in a page: messages between two moments, and the lost ones that are seen to break. The
// page's player knows of shapes that go from one form to another, and of nothing else.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/export/page_shapes.h"
#include "app/scene/ring.h"
#include "app/session/session.h"

namespace exporter {

class Sprites {
 public:
  // `stage`: the ring's place.
  Sprites(ShapeBook& book, scene::Box stage) : book_(&book), stage_(stage) {}

  // Moments in order; the session stands at it.
  void add(std::size_t moment, session::Session& session);
  // ,"sprites":…,"objects":… : objects as runs of five numbers: sprite, first moment, moment behind
  // the last (-1: none), instants between which it goes from its first form to its last.
  std::string json() const;

 private:
  struct Object {
    std::size_t sprite = 0, first = 0;
    std::optional<std::size_t> end;
    sim::Instant begun;  // when `first` was
    sim::Instant from, to;
  };
  struct Flying {
    std::optional<std::size_t> object;  // nullopt: the ring does not show it
    sim::Instant sent, due;
  };
  std::optional<std::size_t> sprite_of(const sim::ClusterView& view,
                                       const sim::MessageView& message);
  std::optional<std::size_t> sprite_of(const sim::ClusterView& view,
                                       const scene::LostMessage& lost);

  ShapeBook* book_;
  scene::Box stage_;
  std::map<std::string, std::optional<std::size_t>> known_;
  Dictionary sprites_;
  std::vector<Object> objects_;
  std::map<std::uint64_t, Flying> flying_;
  std::set<std::uint64_t> lost_;
};

// The view without what flies.
sim::ClusterView grounded(const sim::ClusterView& view);

}  // namespace exporter
