// One moment of a run as a display list: stills, films and pages are made of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/export/options.h"
#include "app/scene/display_list.h"
#include "app/scene/sequence_model.h"

namespace exporter {

struct PictureOptions {
  View view = View::kRing;
  int width = 1600, height = 1000;      // pixels
  const scene::Theme* theme = nullptr;  // never null
  std::string title;                    // above the picture; empty: none
  std::vector<session::Mark> notes;     // what its author says, by position
  std::optional<sim::Position> from;    // the sequence begins there
  bool steady = false;                  // of a film: the caption keeps its height
};

// What an author says up to a moment, the newest; empty: nothing.
std::string_view note_at(const std::vector<session::Mark>& notes, const sim::Position& at);
// The notes (`say`) of the active branch.
std::vector<session::Mark> notes_of(const session::Recording& recording);
// At most `most` lines that fit into `room`.
std::vector<std::string> wrapped(const scene::TextMeasure& measure, std::string_view text,
                                 float room, std::size_t most, const scene::Style& style);

class Picture {
 public:
  // `measure` must outlive the picture.
  Picture(const scene::TextMeasure& measure, PictureOptions options);

  // Pixels of a unit.
  double scale() const { return scale_; }
  const scene::Theme& theme() const { return *options_.theme; }
  // The session's moment; in a film in the order of time. Valid until the next call.
  const scene::DisplayList& build(session::Session& session);

 private:
  void draw_view(session::Session& session, const scene::Box& box);
  void draw_sequence(session::Session& session, const scene::Box& box);
  void draw_head(session::Session& session, const scene::Box& box);
  void draw_caption(session::Session& session, const scene::Box& box,
                    const std::vector<std::string>& note);
  void follow_ticks(const sim::ClusterView& view);

  PictureOptions options_;
  double scale_ = 1;
  bool small_ = false;
  scene::Box page_;
  scene::DisplayList list_;
  scene::SequenceModel sequence_;
  struct Ticked {
    std::uint64_t elapsed = 0;
    sim::Instant at;
  };
  std::map<raft::NodeId, Ticked> ticked_;
  std::map<raft::NodeId, float> tick_share_;
};

}  // namespace exporter
