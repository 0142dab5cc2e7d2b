#include "app/export/picture.h"

#include <algorithm>

#include "app/export/plain_words.h"
#include "app/export/run_words.h"
#include "app/scene/logs.h"
#include "app/scene/ring.h"
#include "app/scene/sequence.h"
#include "app/session/line.h"

namespace exporter {
namespace {

constexpr float kMargin = 24, kHead = 44, kLine = 26, kFoot = 44;
// Of a picture that is drawn at its natural size.
constexpr double kWidth = 1200, kHeight = 750;

const scene::Style kNoteStyle{.size = 17, .weight = 500};

sim::Narration words_of(const sim::Fact& fact) { return plain_words(fact); }

}  // namespace

std::string_view note_at(const std::vector<session::Mark>& notes, const sim::Position& at) {
  std::string_view text;
  for (const session::Mark& note : notes) {
    if (session::is_before(at, note.at)) break;
    text = note.text;
  }
  return text;
}

std::vector<session::Mark> notes_of(const session::Recording& recording) {
  std::vector<session::Mark> out = session::Line(recording, recording.active).marks();
  std::erase_if(out,
                [](const session::Mark& mark) { return mark.kind != session::MarkKind::kNote; });
  return out;
}

std::vector<std::string> wrapped(const scene::TextMeasure& measure, std::string_view text,
                                 float room, std::size_t most, const scene::Style& style) {
  std::vector<std::string> lines;
  std::string line;
  const auto wide = [&](const std::string& words) {
    return measure.width(scene::printable(words), style.size, style.face, style.weight);
  };
  while (!text.empty() && lines.size() < most) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    const std::string longer = line + (line.empty() ? "" : " ") + std::string(text.substr(0, end));
    if (!line.empty() && wide(longer) > room) {
      if (lines.size() + 1 == most) {  // the rest has to fit, or is cut
        line += " " + std::string(text);
        text = {};
        break;
      }
      lines.push_back(std::move(line));
      line = std::string(text.substr(0, end));
    } else {
      line = longer;
    }
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  if (!line.empty()) lines.push_back(std::move(line));
  if (lines.empty()) return lines;
  std::replace(lines.back().begin(), lines.back().end(), '\n', ' ');
  return lines;
}

Picture::Picture(const scene::TextMeasure& measure, PictureOptions options)
    : options_(std::move(options)), list_(measure) {
  const double natural = std::min(options_.width / kWidth, options_.height / kHeight);
  // Letters stay large enough to be read.
  scale_ = std::max(natural, 0.75) * static_cast<double>(options_.theme->zoom);
  page_ = {0, 0, static_cast<float>(options_.width / scale_),
           static_cast<float>(options_.height / scale_)};
  small_ = page_.w < 960 || page_.h < 600;
}

void Picture::follow_ticks(const sim::ClusterView& view) {
  tick_share_.clear();
  for (const sim::NodeView& node : view.nodes) {
    if (!node.timer || node.state != sim::NodeState::kUp) {
      ticked_.erase(node.id);
      continue;
    }
    const auto [entry, fresh] =
        ticked_.try_emplace(node.id, Ticked{node.timer->elapsed, view.position.at});
    if (fresh) continue;
    if (entry->second.elapsed != node.timer->elapsed)
      entry->second = {node.timer->elapsed, view.position.at};
    const float since =
        static_cast<float>(view.position.at.millis - entry->second.at.millis) / 1000.0f;
    const float rate = static_cast<float>(node.clock.numerator) /
                       static_cast<float>(std::max<std::uint64_t>(1, node.clock.denominator));
    tick_share_[node.id] = std::clamp(since * rate, 0.0f, 0.98f);
  }
}

const scene::DisplayList& Picture::build(session::Session& session) {
  const scene::Theme& t = theme();
  list_.clear();
  list_.rect(page_, 0, {.fill = t.canvas});
  const float head = options_.title.empty() ? 0 : kHead;
  std::vector<std::string> note;
  const std::string_view said = note_at(options_.notes, session.position());
  if (!said.empty()) note = wrapped(list_.measure(), said, page_.w - 2 * kMargin, 2, kNoteStyle);
  const std::size_t lines = options_.steady && !options_.notes.empty() ? 2 : note.size();
  const float foot = kFoot + (lines == 0 ? 0 : 8) + kLine * static_cast<float>(lines);
  const scene::Box stage{0, head, page_.w, std::max(1.0f, page_.h - head - foot)};
  draw_view(session, stage);
  if (head > 0) draw_head(session, {0, 0, page_.w, head});
  draw_caption(session, {0, page_.h - foot, page_.w, foot}, note);
  return list_;
}

void Picture::draw_view(session::Session& session, const scene::Box& box) {
  const sim::ClusterView& view = session.view();
  follow_ticks(view);
  switch (options_.view) {
    case View::kRing: {
      scene::RingInput input;
      input.stage = box;
      input.small = small_;
      input.lost = lost_messages(session.facts(), view.position.at);
      input.tick_share = tick_share_;
      for (const check::Violation& violation : session.violations()) {
        if (violation.expected) continue;
        input.broken = violation.nodes;
        break;
      }
      std::vector<scene::HitRegion> hits;
      scene::build_ring(view, input, theme(), list_, hits);
      return;
    }
    case View::kSequence:
      return draw_sequence(session, box);
    case View::kLogs: {
      scene::LogsInput input;
      input.panel = box;
      input.small = small_;
      const scene::LogsLayout layout = scene::layout_logs(view, box, small_);
      input.first = scene::log_scroll_end(view, layout);
      list_.rect(box, 0, {.fill = theme().panel});
      scene::build_logs(view, input, theme(), list_);
      return;
    }
  }
}

void Picture::draw_sequence(session::Session& session, const scene::Box& box) {
  const sim::ClusterView& view = session.view();
  sequence_.update(session.facts());
  const scene::TimeAxis axis(sequence_, view.position.at, true);
  scene::SequenceInput input;
  input.stage = box;
  input.small = small_;
  input.model = &sequence_;
  input.facts = &session.facts();
  input.axis = &axis;
  for (const sim::NodeView& node : view.nodes) input.nodes.push_back(node.id);
  input.now = view.position.at;
  input.words = [](const sim::Fact& fact) { return words_of(fact).what; };
  const double wide = static_cast<double>(scene::layout_sequence(input).plot.w);
  const double now = axis.place_of(input.now);
  if (options_.from) {
    const double first = axis.place_of(options_.from->at);
    input.ticks = std::max(0.5, (now - first) * 1.04);
    input.left = first - (now - first) * 0.01;
  } else {
    constexpr double kUnitsPerTick = 84;
    input.ticks = wide / kUnitsPerTick;
    input.left = now - input.ticks * 0.94;
  }
  std::vector<scene::HitRegion> hits;
  scene::build_sequence(input, theme(), list_, hits);
}

void Picture::draw_head(session::Session& session, const scene::Box& box) {
  const scene::Theme& t = theme();
  const sim::ClusterView& view = session.view();
  list_.rect(box, 0, {.fill = t.panel});
  list_.line({box.x, box.bottom()}, {box.right(), box.bottom()}, {.stroke = t.divider});
  std::string state =
      "term " + std::to_string(view.term.value) + " · " +
      (view.leader.value == 0 ? "no leader" : "leader " + scene::node_name(view.leader)) +
      " · commit " + std::to_string(view.commit.value);
  const scene::Style muted{.size = 14, .color = t.ink2, .anchor = scene::Anchor::kEnd};
  list_.text(box.right() - kMargin, box.y + 28, state, muted);
  const float room = box.w - 2 * kMargin - list_.width(state, muted) - 24;
  if (room > 40) {
    list_.text_within(kMargin, box.y + 28, options_.title, room,
                      {.size = 16, .color = t.ink, .weight = 600});
  }
}

void Picture::draw_caption(session::Session& session, const scene::Box& box,
                           const std::vector<std::string>& note) {
  const scene::Theme& t = theme();
  list_.rect(box, 0, {.fill = t.panel});
  list_.line({box.x, box.y}, {box.right(), box.y}, {.stroke = t.divider});
  float y = box.y + 8;
  scene::Style said = kNoteStyle;
  said.color = t.ink;
  for (const std::string& line : note) {
    y += kLine;
    list_.text_within(kMargin, y, line, box.w - 2 * kMargin, said);
  }
  const float foot = box.bottom() - 17;
  const sim::Position at = session.position();
  const scene::Style when{
      .size = 14, .color = t.ink2, .face = scene::Face::kMono, .anchor = scene::Anchor::kEnd};
  const std::string clock = "tick " + sim::screen_text(at.at);
  list_.text(box.right() - kMargin, foot, clock, when);
  const float end = box.right() - kMargin - list_.width(clock, when) - 20;
  const scene::Told told = narration(session.facts(), words_of);
  if (told.what.empty()) return;
  const float x = list_.text_within(kMargin, foot, told.what, end - kMargin,
                                    {.size = 15, .color = t.ink, .weight = 600});
  if (!told.why.empty() && end - x > 80)
    list_.text_within(x, foot, "; " + told.why, end - x, {.size = 15, .color = t.ink2});
}

}  // namespace exporter
