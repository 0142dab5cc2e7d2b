#include "app/scene/sequence.h"

#include <algorithm>
#include <cmath>

#include "app/scene/fact_sign.h"
#include "app/scene/log_cells.h"
#include "app/scene/node_glyph.h"
#include "app/scene/tr.h"

namespace scene {
namespace {

using sim::FactKind;

constexpr std::size_t kMostArrows = 4000;  // more in sight than anybody can follow
constexpr float kDim = 0.3f, kDimLabel = 0.55f;
constexpr float kCell = 24;          // places are looked up by squares of it
constexpr float kMostRadius = 12;    // of a sign that has its place
constexpr float kRoomForWords = 44;  // between two lines
constexpr float kRoomForArrow = 6;   // upright, among those that are under way at once
constexpr float kRoomForSign = 45;   // a square of it, with what lies around the sign

struct Seen {
  const Arrow* arrow;
  Point from, to;
  bool thin = false;  // one of a crowd
};

// Where more are under way at once than can be told apart, arrows are thin and have no signs: who
// wants to read them zooms in. Decided for each tick of sending, so that what is over keeps its
// look while the picture moves on.
class Crowd {
 public:
  // Room for `at_once` under way, and for the signs of `sent` in a tick.
  Crowd(std::vector<Seen>& seen, float at_once, float sent, sim::Instant now)
      : seen_(seen), most_at_once_(at_once), most_sent_(sent), now_(now) {}

  // The next arrow by time, before it is seen, if it is.
  void count(const Arrow& arrow) {
    const std::uint64_t tick = arrow.sent.millis / 1000;
    if (tick != tick_) end_tick();
    tick_ = tick;
    const sim::Instant until = arrow.end != 0 ? arrow.ended : std::max(now_, arrow.sent);
    float flight = static_cast<float>((until - arrow.sent).millis) / 1000;
    if (arrow.end != 0) {
      ended_ += 1;
      flights_ += flight;
    } else if (ended_ > 0) {
      flight = std::max(flight, flights_ / ended_);  // it will be as long as the others
    }
    at_once_ += flight;
    sent_ += 1;
  }
  void end_tick() {
    const bool thin = at_once_ > most_at_once_ && sent_ > most_sent_;
    for (; next_ < seen_.size(); ++next_) seen_[next_].thin = thin;
    at_once_ = sent_ = 0;
  }

 private:
  std::vector<Seen>& seen_;
  float most_at_once_, most_sent_;
  sim::Instant now_;
  std::uint64_t tick_ = 0;
  float sent_ = 0, at_once_ = 0;   // of the tick: arrows, and the sum of their ticks under way
  float ended_ = 0, flights_ = 0;  // the same of all that have ended
  std::size_t next_ = 0;           // the first of the tick in `seen_`
};

class Picture {
 public:
  Picture(const SequenceInput& input, const Theme& theme, DisplayList& list,
          std::vector<HitRegion>& hits)
      : in_(input), t_(theme), list_(list), hits_(hits), g_(layout_sequence(input)) {
    for (std::size_t i = 0; i < input.nodes.size(); ++i)
      rows_.emplace_back(input.nodes[i], g_.row0 + static_cast<float>(i) * g_.step);
    columns_ = 1 + static_cast<std::size_t>(in_.stage.w / kCell);
    rows_of_cells_ = 1 + static_cast<std::size_t>(in_.stage.h / kCell);
    cells_.resize(columns_ * rows_of_cells_);
    constexpr std::size_t kOften = 1024;
    seen_.reserve(kOften);
    glyphs_.reserve(kOften);
    from_ = in_.axis->instant_at(std::max(0.0, g_.place_at(in_.stage.x)));
    to_ = in_.axis->instant_at(g_.place_at(g_.plot.right() + 40));
  }

  void draw() {
    list_.push_clip(in_.stage);
    draw_chosen_row();
    draw_commands();
    draw_axis();
    list_.push_clip({g_.plot.x - 12, in_.stage.y, g_.plot.w + 24, in_.stage.h});
    draw_lines();
    draw_arrows();
    draw_marks();
    draw_messages();
    draw_folds();
    draw_chosen();
    draw_playhead();
    list_.pop_clip();
    draw_nodes();
    list_.pop_clip();
  }

 private:
  Pen pen() const { return {list_, t_}; }
  float zoom() const { return g_.pixels_per_tick(); }
  bool has_room_for_words() const { return g_.step >= kRoomForWords; }
  float x(sim::Instant at) const { return g_.x_of(in_.axis->place_of(at)); }
  // Where the line of a node lies; null: it has none, as a client.
  const float* row(NodeId node) const {
    for (const auto& [other, y] : rows_) {
      if (other == node) return &y;
    }
    return nullptr;
  }
  bool lit(std::uint64_t fact) const {
    return in_.lit == nullptr || std::binary_search(in_.lit->begin(), in_.lit->end(), fact);
  }
  bool chosen(std::uint64_t fact) const {
    return fact != 0 && in_.selected.kind == Target::Kind::kFact && in_.selected.fact == fact;
  }

  void draw_chosen_row() {
    if (in_.selected.kind != Target::Kind::kNode) return;
    const float* y = row(in_.selected.node);
    if (y == nullptr) return;
    list_.rect({in_.stage.x + 8, *y - g_.r - 6, in_.stage.w - 16, 2 * g_.r + 12}, 6,
               {.fill = t_.select.faded(0.45f)});
  }

  // What somebody did, as upright lines; between a cut and its end the stage is tinged.
  void draw_commands() {
    const float top = g_.plot.y + 6, foot = g_.plot.bottom();
    float label_end = g_.plot.x - 100;
    float cut = 0;  // where it began, while `is_cut`
    bool is_cut = false;
    const auto shade = [&](float until) {
      const float a = std::max(cut, g_.plot.x), b = std::min(until, g_.plot.right());
      if (b > a) list_.rect({a, top, b - a, foot - top}, 0, {.fill = t_.danger.faded(0.05f)});
      is_cut = false;
    };
    for (const Mark& mark : in_.model->commands()) {
      if (mark.at > to_) break;
      const sim::Fact* fact = find_fact(*in_.facts, mark.fact);
      if (fact == nullptr) continue;
      const std::string& text = fact->text;
      const bool cuts = text.rfind("partition", 0) == 0 || text.rfind("cut", 0) == 0 ||
                        text.rfind("links only", 0) == 0;
      const bool heals = text == "heal";
      const float at = x(mark.at);
      if (heals && is_cut) shade(at);
      if (cuts && !is_cut) {
        cut = at;
        is_cut = true;
      }
      if (at < g_.plot.x - 1) continue;
      const Color c = cuts || heals ? t_.danger : t_.ink3;
      const bool on = lit(mark.fact);
      if (!on) list_.push_alpha(kDimLabel);
      list_.line({at, top}, {at, foot}, pen().dashed(c.faded(0.8f), 1.4f, 3, 4));
      const Style style{.size = 13, .color = c, .face = Face::kSans};
      const std::string shown = shortened(list_.measure(), text, 220, style);
      if (at > label_end) label_end = list_.text(at + 6, foot + 18, shown, style) + 12;
      if (!on) list_.pop_alpha();
      Target target;
      target.kind = Target::Kind::kFact;
      target.fact = mark.fact;
      hits_.push_back({target, true, {at, top}, {at, foot}, 4});
    }
    if (is_cut) shade(g_.plot.right());
  }

  void draw_axis() {
    // A label every so many ticks that they keep apart.
    double every = 1;
    const double steps[] = {0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10000};
    for (const double step : steps) {
      every = step;
      if (step * static_cast<double>(zoom()) >= 74) break;
    }
    const auto whole = static_cast<std::uint64_t>(every * 1000);
    const std::uint64_t first = from_.millis / whole * whole;
    const Style style{.size = 13, .color = t_.ink3, .face = Face::kMono, .anchor = Anchor::kMiddle};
    float end = -1e9f;
    for (std::uint64_t at = first, n = 0; at <= to_.millis && n < 400; at += whole, ++n) {
      // A long fold has a thousand ticks of the axis and no room for one.
      const TimeAxis::Fold* inside = nullptr;
      for (const TimeAxis::Fold& fold : in_.axis->folds()) {
        if (at > fold.from.millis && at < fold.to.millis) inside = &fold;
      }
      if (inside != nullptr) {
        at = (inside->to.millis + whole - 1) / whole * whole;
        if (at > to_.millis) break;
      }
      const float px = x({at});
      if (px < g_.plot.x - 1 || px > g_.plot.right() + 1 || px < end + 8) continue;
      list_.line({px, g_.plot.y + 6}, {px, g_.plot.bottom()},
                 {.stroke = t_.divider.faded(0.75f), .width = 1});
      const std::string label = sim::short_text({at});
      list_.text(px, g_.plot.y - 4, label, style);
      end = px + list_.width(label, style) / 2 + list_.width(label, style) / 2;
    }
  }

  void draw_lines() {
    const float now = std::min(x(in_.now), g_.plot.right() + 12);
    for (const auto& [node, line] : in_.model->lines()) {
      const float* y = row(node);
      if (y == nullptr) continue;
      auto state =
          std::upper_bound(line.begin(), line.end(), from_,
                           [](sim::Instant at, const LineState& other) { return at < other.from; });
      if (state != line.begin()) --state;
      if (in_.lit != nullptr) list_.push_alpha(0.45f);
      for (; state != line.end() && state->from <= to_; ++state) {
        const float a = std::max(x(state->from), g_.plot.x - 12);
        const float b =
            std::min(std::next(state) == line.end() ? now : x(std::next(state)->from), now);
        if (b > a) draw_span(*state, a, b, *y);
      }
      if (in_.lit != nullptr) list_.pop_alpha();
    }
  }

  void draw_span(const LineState& state, float a, float b, float y) {
    const Color c = t_.term(state.term);
    if (state.state == sim::NodeState::kDown) {
      list_.line({a + 8, y}, {b, y}, pen().dotted(t_.control.faded(0.7f), 1.4f, 7));
      return;
    }
    if (state.state == sim::NodeState::kHalted) {
      list_.line({a, y}, {b, y}, pen().dashed(t_.danger, 2, 2, 5));
      return;
    }
    if (state.state == sim::NodeState::kPaused) {
      list_.line({a, y}, {b, y}, pen().dashed(c, 3, 10, 6));
      return;
    }
    switch (state.role) {
      case raft::Role::kLeader:
        for (const float d : {-2.2f, 2.2f}) list_.line({a, y + d}, {b, y + d}, pen().stroked(c, 2));
        return;
      case raft::Role::kCandidate:
        list_.line({a, y}, {b, y}, pen().dashed(c, 4, 9, 4));
        return;
      case raft::Role::kPreCandidate:
        list_.line({a, y}, {b, y}, pen().dotted(c, 4, 8));
        return;
      case raft::Role::kFollower:
        list_.line({a, y}, {b, y}, pen().stroked(c, 3));
        return;
    }
  }

  // Where an arrow begins and ends; a client stands above the line it talks to.
  std::optional<std::pair<Point, Point>> ends_of(const Arrow& arrow) const {
    const float *from = row(arrow.from), *to = row(arrow.to);
    if (from == nullptr && to == nullptr) return std::nullopt;
    const float above = std::min(40.0f, g_.step * 0.42f);
    const float ya = from != nullptr ? *from : *to - above;
    const float yb = to != nullptr ? *to : *from - above;
    const Point a{x(arrow.sent), ya};
    Point b{x(arrow.ended), yb};
    if (arrow.end == 0) {
      // On its way, or its end is not told: as far as half a tick has brought it.
      const std::uint64_t since =
          in_.now > arrow.sent ? std::min<std::uint64_t>((in_.now - arrow.sent).millis, 500) : 0;
      b.x = x({arrow.sent.millis + since});
      b.y = ya + (yb - ya) * 0.5f * static_cast<float>(since) / 500;
    } else if (arrow.lost) {
      // Lost at once at a cut, or somewhere on the way.
      if (arrow.ended.millis < arrow.sent.millis + 40) b.x = x({arrow.sent.millis + 240});
      b = {a.x + (b.x - a.x) * 0.5f, a.y + (b.y - a.y) * 0.5f};
    }
    return std::pair{a, b};
  }

  void draw_arrows() {
    const auto& arrows = in_.model->arrows();
    const auto sent_before = [](const Arrow& arrow, sim::Instant at) { return arrow.sent < at; };
    // Whole ticks, so that all that was sent in them is counted.
    const std::uint64_t early =
        (from_.millis - std::min(from_.millis, in_.model->longest_flight().millis + 500)) / 1000;
    const std::uint64_t late = to_.millis / 1000 + 1;
    auto first =
        std::lower_bound(arrows.begin(), arrows.end(), sim::Instant{early * 1000}, sent_before);
    const auto last = std::lower_bound(first, arrows.end(), sim::Instant{late * 1000}, sent_before);
    const bool bare = static_cast<std::size_t>(last - first) > kMostArrows || zoom() < 7;
    const sim::Instant left = in_.axis->instant_at(std::max(0.0, g_.place_at(g_.plot.x - 20)));
    Crowd crowd{seen_, g_.plot.h / kRoomForArrow,
                zoom() * g_.plot.h / (kRoomForSign * kRoomForSign), in_.now};
    for (; first != last && seen_.size() < kMostArrows; ++first) {
      const Arrow& arrow = *first;
      if (arrow.heartbeat && !marked(arrow)) {
        if (bare || (arrow.answer && !in_.show_heartbeat_replies)) continue;
      }
      crowd.count(arrow);
      if (arrow.sent > to_ || (arrow.end != 0 && !arrow.lost && arrow.ended < left)) continue;
      const auto ends = ends_of(arrow);
      if (!ends || std::max(ends->first.x, ends->second.x) < g_.plot.x - 20) continue;
      seen_.push_back({&arrow, ends->first, ends->second});
    }
    crowd.end_tick();
    for (Seen& seen : seen_) {
      const Arrow& arrow = *seen.arrow;
      // What is chosen, pointed at or a cause stands out of the crowd.
      if (marked(arrow) || hovered(arrow) || (in_.lit != nullptr && on(arrow))) seen.thin = false;
      draw_arrow(seen);
    }
  }

  // A glyph that finds no free place on its arrow is left out, the least telling first: the arrow
  // itself stays, and its colour tells the term. Signs and words of the lines have their places
  // already.
  void draw_messages() {
    if (zoom() < 26) return;
    const auto rank = [this](const Arrow& arrow) {
      if (marked(arrow)) return 0;
      return arrow.heartbeat ? 3 : arrow.answer ? 2 : 1;
    };
    for (int wanted = 0; wanted <= 3; ++wanted) {
      for (const Seen& seen : seen_) {
        if (!seen.thin && rank(*seen.arrow) == wanted) draw_glyph(*seen.arrow, seen.from, seen.to);
      }
    }
  }

  // Whether a disc there touches no other glyph and no words; then the place is taken.
  bool take_place(Point p, float r) {
    const float far = r + kMostRadius;
    const std::size_t left = column_of(p.x - far), right = column_of(p.x + far),
                      foot = row_of(p.y + far);
    for (std::size_t row = row_of(p.y - far); row <= foot; ++row) {
      for (std::size_t column = left; column <= right; ++column) {
        const Cell& cell = cells_[row * columns_ + column];
        for (std::uint32_t i = cell.glyph; i != 0; i = glyphs_[i - 1].before) {
          const Placed& other = glyphs_[i - 1];
          const float dx = other.at.x - p.x, dy = other.at.y - p.y, apart = r + other.r;
          if (dx * dx + dy * dy < apart * apart) return false;
        }
        for (std::uint32_t i = cell.words; i != 0; i = spots_[i - 1].before) {
          const Box& words = taken_[spots_[i - 1].words];
          if (p.x + r > words.x && p.x - r < words.right() && p.y + r > words.y &&
              p.y - r < words.bottom())
            return false;
        }
      }
    }
    hold_place(p, r);
    return true;
  }

  void hold_place(Point p, float r) {
    std::uint32_t& last = cells_[row_of(p.y) * columns_ + column_of(p.x)].glyph;
    glyphs_.push_back({p, r, last});
    last = static_cast<std::uint32_t>(glyphs_.size());
  }

  void hold_words(const Box& box) {
    for (std::size_t row = row_of(box.y); row <= row_of(box.bottom()); ++row) {
      for (std::size_t column = column_of(box.x); column <= column_of(box.right()); ++column) {
        std::uint32_t& last = cells_[row * columns_ + column].words;
        spots_.push_back({static_cast<std::uint32_t>(taken_.size()), last});
        last = static_cast<std::uint32_t>(spots_.size());
      }
    }
    taken_.push_back(box);
  }

  // What lies beyond the stage counts to its outermost cells.
  static std::size_t cell_of(float from, float at, std::size_t count) {
    const float place = (at - from) / kCell;
    return place <= 0 ? 0 : std::min(count - 1, static_cast<std::size_t>(place));
  }
  std::size_t column_of(float x) const { return cell_of(in_.stage.x, x, columns_); }
  std::size_t row_of(float y) const { return cell_of(in_.stage.y, y, rows_of_cells_); }

  bool marked(const Arrow& arrow) const {
    return in_.selected.message == arrow.message && arrow.message != 0;
  }
  bool on(const Arrow& arrow) const {
    return marked(arrow) || (lit(arrow.send) && (arrow.end == 0 || lit(arrow.end)));
  }
  bool hovered(const Arrow& arrow) const {
    return in_.hovered.kind == Target::Kind::kFact && in_.hovered == target_of(arrow);
  }
  static Target target_of(const Arrow& arrow) {
    Target target;
    target.kind = Target::Kind::kFact;
    target.fact = arrow.end != 0 ? arrow.end : arrow.send;
    if (arrow.end == 0) {
      target.node = arrow.from;
    } else if (!arrow.lost) {
      target.node = arrow.to;
    }
    target.message = arrow.message;
    return target;
  }

  void draw_arrow(const Seen& seen) {
    const Arrow& arrow = *seen.arrow;
    const Point a = seen.from, b = seen.to;
    const Color c = marked(arrow) || hovered(arrow) ? t_.accent
                    : arrow.lost                    ? t_.danger
                                                    : t_.term(arrow.term);
    const bool faint = !on(arrow);
    if (faint) list_.push_alpha(kDim);
    if (seen.thin) {
      list_.line(a, b, pen().stroked(c.faded(arrow.end == 0 ? 0.4f : 0.7f), 1.2f));
    } else {
      draw_body(arrow, a, b, c);
    }
    if (arrow.lost) draw_icon(pen(), Icon::kCross, b.x, b.y, t_.danger, 0.75f);
    if (faint) list_.pop_alpha();
    if (!arrow.heartbeat || zoom() >= 18) hits_.push_back({target_of(arrow), true, a, b, 5});
  }

  void draw_body(const Arrow& arrow, Point a, Point b, Color c) {
    const float width = marked(arrow) ? 3.2f : arrow.heartbeat ? 1.4f : 2.4f;
    if (arrow.lost) {
      list_.line(a, b, pen().dashed(c, width * 0.8f, 4, 3));
    } else if (arrow.end == 0) {
      list_.line(a, b, pen().dashed(c, width, 2, 4));
    } else {
      list_.line(a, b, pen().stroked(c, width));
    }
    if (zoom() < 18) return;
    const float r = arrow.heartbeat ? 2.6f : 3.6f;
    const Paint ring{.fill = t_.canvas, .stroke = t_.ink, .width = 1.4f * t_.line};
    if (row(arrow.from) != nullptr) list_.circle(a.x, a.y, r, ring);
    if (arrow.end != 0 && !arrow.lost && row(arrow.to) != nullptr) list_.circle(b.x, b.y, r, ring);
  }

  void draw_glyph(const Arrow& arrow, Point a, Point b) {
    // Near the far end when the arrow crosses another line.
    const bool crosses = std::abs(b.y - a.y) > g_.step * 1.2f;
    const float wanted = arrow.end == 0 ? 1 : crosses && !arrow.lost ? 0.8f : 0.5f;
    const bool bare = zoom() < 60 || !has_room_for_words();
    MessageGlyph glyph = arrow.glyph(arrow.heartbeat ? 5.0f : bare ? 6.5f : 9.0f);
    float share = wanted;
    bool placed = take_place({a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share}, glyph.r + 1);
    for (const float other : {0.5f, 0.36f, 0.66f, 0.24f, 0.8f}) {
      if (placed || arrow.end == 0) break;
      share = other;
      placed = take_place({a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share}, glyph.r + 1);
    }
    if (!placed) {
      if (!marked(arrow) && arrow.end != 0) return;
      share = wanted;
    }
    if (bare) glyph.label.clear();
    glyph.selected = marked(arrow);
    const bool faint = !on(arrow);
    if (faint) list_.push_alpha(kDim);
    draw_message(pen(), a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share, glyph);
    if (faint) list_.pop_alpha();
  }

  // From which zoom on a kind of mark is shown.
  static float shown_from(FactKind kind) {
    switch (kind) {
      case FactKind::kCrash:
      case FactKind::kRestart:
      case FactKind::kHalt:
      case FactKind::kPause:
      case FactKind::kResume:
      case FactKind::kSnapshot:
      case FactKind::kTruncate:
        return 0;
      case FactKind::kRole:
      case FactKind::kCommit:
      case FactKind::kConfig:
        return 22;
      case FactKind::kDurable:
        return 130;  // a tenth of a tick behind its append
      default:
        return 56;
    }
  }

  void draw_marks() {
    const auto& marks = in_.model->marks();
    const sim::Instant early{from_.millis - std::min<std::uint64_t>(from_.millis, 1000)};
    auto mark = std::lower_bound(marks.begin(), marks.end(), early,
                                 [](const Mark& other, sim::Instant at) { return other.at < at; });
    std::size_t drawn = 0;
    for (; mark != marks.end() && mark->at <= to_ && drawn < kMostArrows; ++mark) {
      const float* y = row(mark->node);
      if (y == nullptr) continue;
      const sim::Fact* fact = find_fact(*in_.facts, mark->fact);
      if (fact == nullptr) continue;
      const bool leads = fact->kind == FactKind::kRole && fact->core.role == raft::Role::kLeader;
      if (!leads && !chosen(mark->fact) && zoom() < shown_from(mark->kind)) continue;
      if (mark->kind == FactKind::kStart || mark->kind == FactKind::kApply) continue;
      draw_mark(*fact, x(mark->at), *y, leads);
      ++drawn;
    }
  }

  void draw_mark(const sim::Fact& fact, float px, float y, bool leads) {
    const bool on = lit(fact.id);
    Target target;
    target.kind = Target::Kind::kFact;
    target.fact = fact.id;
    target.node = fact.node;
    float r = 8, dy = 0;
    std::string words;
    bool below = false;
    const bool worded = zoom() >= 40 && (leads || has_room_for_words());
    switch (fact.kind) {
      case FactKind::kRole:
        r = leads ? 11 : 7;
        if (leads) words = tr("leads term {1}", fact.term.value);
        if (fact.core.role == raft::Role::kFollower) r = 5;
        if (fact.core.role == raft::Role::kCandidate) words = tr("asks for votes");
        break;
      case FactKind::kVote:
        r = 0;
        below = true;
        words = tr(fact.core.kind == raft::EventKind::kVoteGranted ? "grants" : "refuses");
        break;
      case FactKind::kAppend:
      case FactKind::kDurable:
        if (fact.kind == FactKind::kDurable && fact.core.index.value == 0) return;
        r = 5;
        dy = 11;
        if (!chosen(fact.id)) {
          const auto [last, fresh] = small_mark_.try_emplace(fact.node, px);
          if (!fresh && px < last->second + 12) return;
          last->second = px;
        }
        break;
      case FactKind::kCommit:
        r = 5;
        dy = -11;
        if (worded) words = tr("commit {1}", fact.commit.value);
        break;
      case FactKind::kTruncate:
        words = tr("removes from {1}", fact.core.index.value);
        break;
      case FactKind::kSnapshot:
        words = tr("snapshot {1}", fact.core.index.value);
        break;
      case FactKind::kCrash:
        words = tr("crash");
        below = true;
        break;
      case FactKind::kHalt:
        words = tr("halts");
        below = true;
        break;
      case FactKind::kConfig:
        words = tr("new configuration");
        break;
      case FactKind::kNote:
        r = 4;
        break;
      default:
        break;
    }
    if (!on) list_.push_alpha(kDim);
    if (r > 0) {
      draw_fact_sign(pen(), px, y + dy, fact, r);
      hold_place({px, y + dy}, r);
    }
    if (!on) list_.pop_alpha();
    if (r > 0) hits_.push_back({target, false, {px, y + dy}, {px, y + dy}, std::max(8.0f, r + 2)});
    if (!words.empty() && worded)
      label(px,
            below ? y + 24
                  : y - (leads    ? 18.0f
                         : dy < 0 ? 20.0f
                                  : 14.0f),
            words, {.size = 13, .color = t_.ink2, .anchor = Anchor::kMiddle}, on);
  }

  void label(float px, float y, const std::string& words, Style style, bool on) {
    const float w = list_.width(words, style);
    const Box box{px - w / 2 - 3, y - 13, w + 6, 17};
    if (box.x < g_.plot.x - 12) return;  // it would be cut off
    for (const Box& other : taken_) {
      if (box.x < other.right() && box.right() > other.x && box.y < other.bottom() &&
          box.bottom() > other.y)
        return;
    }
    hold_words(box);
    if (!on) list_.push_alpha(kDimLabel);
    list_.rect(box, 3, {.fill = t_.canvas.faded(0.86f)});
    list_.text(px, y, words, style);
    if (!on) list_.pop_alpha();
  }

  void draw_folds() {
    const float top = g_.plot.y + 2, foot = g_.plot.bottom() + 4;
    for (const TimeAxis::Fold& fold : in_.axis->folds()) {
      const float a = g_.x_of(fold.place), b = g_.x_of(fold.place + TimeAxis::kFoldTicks);
      if (b < g_.plot.x - 12 || a > g_.plot.right() + 12) continue;
      const float mid = (a + b) / 2, half = std::min(14.0f, (b - a) * 0.35f);
      list_.rect({mid - half, top, 2 * half, foot - top}, 0, {.fill = t_.canvas});
      for (const float side : {-half, half}) {
        std::vector<Point> zigzag;
        float swing = 3;
        for (float y = top; y < foot; y += 12, swing = -swing)
          zigzag.push_back({mid + side + swing, y});
        list_.path(zigzag, false, {.stroke = t_.ink3, .width = 1.2f});
      }
      const std::uint64_t ticks = (fold.to - fold.from).millis / 1000;
      const std::string words = tr(ticks == 1 ? "{1} tick" : "{1} ticks", ticks);
      const Style style{.size = 13, .color = t_.ink3, .anchor = Anchor::kMiddle};
      if (zoom() >= 18) {
        const float w = list_.width(words, style);
        list_.rect({mid - w / 2 - 4, g_.plot.y - 18, w + 8, 18}, 0, {.fill = t_.canvas});
        list_.text(mid, g_.plot.y - 4, words, style);
      }
    }
  }

  // The chosen fact wears the selection's arcs, wherever it happened.
  void draw_chosen() {
    if (in_.selected.kind != Target::Kind::kFact) return;
    const sim::Fact* fact = find_fact(*in_.facts, in_.selected.fact);
    if (fact == nullptr) return;
    const float* line = row(fact->node);
    if (line == nullptr) return;
    const float px = x(fact->at), y = *line;
    if (px < g_.plot.x - 10 || px > g_.plot.right() + 10) return;
    const bool sign = fact->kind != FactKind::kSend && fact->kind != FactKind::kReceive;
    list_.circle(px, y, sign ? 12.0f : 6.0f, {.fill = t_.canvas});
    if (sign) {
      draw_fact_sign(pen(), px, y, *fact, 10);
    } else {
      list_.circle(px, y, 5, {.fill = t_.accent});
    }
    for (const float a : {45.0f, 135.0f, 225.0f, 315.0f}) {
      Paint paint = pen().stroked(t_.accent, 2.4f);
      paint.round = true;
      list_.arc(px, y, 17, a - 17, a + 17, paint);
    }
    const Style style{.size = 13, .color = t_.ink, .weight = 600};
    const std::string words = in_.words ? in_.words(*fact) : "";
    const float w = list_.width(words, style);
    const float lx = std::clamp(px - w - 22, g_.plot.x, std::max(g_.plot.x, g_.plot.right() - w));
    list_.rect({lx - 4, y - 36, w + 8, 19}, 3, {.fill = t_.canvas.faded(0.9f)});
    list_.text(lx, y - 22, words, style);
  }

  void draw_playhead() {
    const float px = x(in_.now);
    if (px < g_.plot.x - 1 || px > g_.plot.right() + 1) return;
    list_.line({px, g_.plot.y + 4}, {px, g_.plot.bottom() + 4},
               {.stroke = t_.accent.faded(0.7f), .width = 1.6f * t_.line});
  }

  // What each node was at the left edge.
  void draw_nodes() {
    const float cx = in_.stage.x + (in_.small ? 26.0f : 38.0f);
    for (const auto& [node, y] : rows_) {
      LineState state;
      bool known = false;
      const auto line = in_.model->lines().find(node);
      if (line != in_.model->lines().end() && !line->second.empty()) {
        const sim::Instant edge = in_.axis->instant_at(std::max(0.0, in_.left));
        auto at = std::upper_bound(
            line->second.begin(), line->second.end(), edge,
            [](sim::Instant when, const LineState& other) { return when < other.from; });
        // Before its first fact nothing is known of it.
        known = at != line->second.begin();
        if (known) state = *std::prev(at);
      }
      const bool down = known && state.state == sim::NodeState::kDown;
      if (down) {
        Paint edge = pen().dashed(t_.control, 1.6f, 4, 3);
        edge.fill = t_.canvas;
        list_.circle(cx, y, g_.r, edge);
      } else {
        draw_term_disc(pen(), cx, y, g_.r, state.term, 1.8f);
      }
      const Color on = down ? t_.ink2 : t_.on_term(state.term);
      list_.text(cx, y + g_.r * 0.26f, node_name(node),
                 {.size = g_.r * 0.78f, .color = on, .weight = 600, .anchor = Anchor::kMiddle});
      if (known && !down && state.role == raft::Role::kLeader) {
        list_.circle(cx, y, g_.r + 3, pen().stroked(t_.ink, 1.6f));
        draw_crown(pen(), cx, y - g_.r - 7, 15, t_.ink);
      }
      const bool picked = in_.selected.node == node && in_.selected.node.value != 0;
      if (picked) {
        for (const float a : {45.0f, 135.0f, 225.0f, 315.0f}) {
          Paint paint = pen().stroked(t_.accent, 2.4f);
          paint.round = true;
          list_.arc(cx, y, g_.r + 7, a - 17, a + 17, paint);
        }
      }
      Target target;
      target.kind = Target::Kind::kNode;
      target.node = node;
      hits_.push_back({target, false, {cx, y}, {cx, y}, g_.r + 5});
    }
  }

  const SequenceInput& in_;
  const Theme& t_;
  DisplayList& list_;
  std::vector<HitRegion>& hits_;
  SequenceLayout g_;
  std::vector<std::pair<NodeId, float>> rows_;
  sim::Instant from_, to_;
  std::vector<Seen> seen_;  // drawn, in order of sending
  std::vector<Box> taken_;  // by labels
  // Glyphs that have their place, and words, by cells of the stage: each has the last one that lies
  // in it, and from that the one before it: numbers from 1, 0 is none.
  struct Placed {
    Point at;
    float r;
    std::uint32_t before;
  };
  struct Spot {
    std::uint32_t words;  // in taken_
    std::uint32_t before;
  };
  struct Cell {
    std::uint32_t glyph = 0, words = 0;
  };
  std::vector<Placed> glyphs_;
  std::vector<Spot> spots_;
  std::size_t columns_ = 1, rows_of_cells_ = 1;
  std::vector<Cell> cells_;
  std::map<NodeId, float> small_mark_;  // where the last one ends
};

}  // namespace

float SequenceLayout::x_of(double place) const {
  return plot.x + static_cast<float>((place - left) / ticks) * plot.w;
}

double SequenceLayout::place_at(float px) const {
  return left + static_cast<double>((px - plot.x) / plot.w) * ticks;
}

SequenceLayout layout_sequence(const SequenceInput& input) {
  SequenceLayout g;
  const Box& s = input.stage;
  const float rows = static_cast<float>(std::max<std::size_t>(1, input.nodes.size()));
  const float top = input.below ? 32 : input.small ? 56 : 66, foot = input.small ? 44 : 62;
  const float side = input.small ? 62 : 92;
  g.plot = {s.x + side, s.y + top, std::max(20.0f, s.w - side - 24),
            std::max(20.0f, s.h - top - foot)};
  g.step = g.plot.h / rows;
  g.row0 = g.plot.y + g.step * 0.55f;
  g.r = std::clamp(g.step * 0.3f, 5.0f, input.small ? 16.0f : 20.0f);
  g.left = input.left;
  g.ticks = std::max(0.001, input.ticks);
  return g;
}

void build_sequence(const SequenceInput& input, const Theme& theme, DisplayList& list,
                    std::vector<HitRegion>& hits) {
  if (input.nodes.empty() || input.stage.w < 100 || input.stage.h < 80) return;
  Picture(input, theme, list, hits).draw();
}

}  // namespace scene
