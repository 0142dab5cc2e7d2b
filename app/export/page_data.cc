#include "app/export/page_data.h"

#include <algorithm>
#include <cstdio>

#include "app/export/page_sprites.h"
#include "app/export/picture.h"
#include "app/export/run_words.h"
#include "app/export/walk.h"
#include "app/scene/logs.h"
#include "app/scene/tape.h"
#include "app/session/line.h"
#include "app/session/state_json.h"

namespace exporter {
namespace {

using session::json_string;

constexpr scene::Box kRing{0, 0, 1060, 640};
constexpr float kLogsWidth = 1060;
constexpr scene::Box kTape{0, 0, 1060, 64};

std::string node_word(raft::NodeId id) {
  return id.value == 0 ? "none" : "n" + std::to_string(id.value);
}

// Of a value that may be a mebibyte as much as one reads.
std::string head_of(std::string_view text, std::size_t most) {
  std::string out(text.substr(0, most));
  return text.size() > most ? out + "…" : out;
}

// 3/2 | 4:2 5:2: a snapshot up to 3 of term 2, then entries with their terms, the newest.
std::string log_words(const sim::NodeView& node) {
  constexpr std::uint64_t kMost = 16;
  std::string out;
  if (node.snapshot_index.value != 0)
    out = "snapshot " + std::to_string(node.snapshot_index.value) + ":" +
          std::to_string(node.snapshot_term.value) + " |";
  const std::uint64_t first = std::max<std::uint64_t>(1, node.first.value);
  std::uint64_t from = first;
  if (node.last.value >= first + kMost) {
    from = node.last.value - kMost + 1;
    out += out.empty() ? "…" : " …";
  }
  for (std::uint64_t i = from; i <= node.last.value; ++i) {
    out += (out.empty() ? "" : " ") + std::to_string(i) + ":" +
           std::to_string(node.log->entry(raft::Index{i})->term.value);
  }
  return out.empty() ? "empty" : out;
}

std::string store_words(const sim::NodeView& node) {
  constexpr std::size_t kMost = 8;
  std::string out;
  std::size_t shown = 0;
  for (const auto& [key, value] : *node.rows) {
    if (++shown > kMost) {
      out += " … " + std::to_string(node.rows->size()) + " keys";
      break;
    }
    out += (out.empty() ? "" : "  ") + head_of(key, 24) + "=" + head_of(value.value, 32);
  }
  return out.empty() ? "empty" : out;
}

constexpr std::string_view kColumns[] = {"Status",  "Role",    "Term",  "Vote", "Leader", "Commit",
                                         "Applied", "Durable", "First", "Last", "Log",    "Store"};

std::vector<std::string> cells_of(const sim::NodeView& node) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  return {std::string(sim::node_state_name(node.state)),
          std::string(sim::role_name(node.role)),
          number(node.term.value),
          node_word(node.vote),
          node_word(node.leader),
          number(node.commit.value),
          number(node.applied.value),
          number(node.durable.value),
          number(node.first.value),
          number(node.last.value),
          log_words(node),
          store_words(node)};
}

// Worth a line in the list: what is said each tick, and what nobody decided, is not.
bool is_listed(const sim::Fact& fact) {
  const bool heartbeat = fact.message_type == "heartbeat" || fact.message_type == "heartbeat-reply";
  switch (fact.kind) {
    case sim::FactKind::kReceive:
      return false;
    case sim::FactKind::kSend:
    case sim::FactKind::kDrop:
    case sim::FactKind::kDuplicate:
      return !heartbeat;
    case sim::FactKind::kNote:
      return !fact.has_core || (fact.core.kind != raft::EventKind::kProgressChanged &&
                                fact.core.kind != raft::EventKind::kReadConfirmed &&
                                fact.core.reason != raft::Reason::kStaleReply);
    default:
      return true;
  }
}

class Numbers {
 public:
  void add(std::uint64_t value) { out_ += (out_.empty() ? "" : ",") + std::to_string(value); }
  std::string json() const { return "[" + out_ + "]"; }

 private:
  std::string out_;
};

class PageData {
 public:
  PageData(const Options& options, const Range& range, const scene::TextMeasure& measure)
      : options_(options),
        range_(range),
        book_(measure, themes_of(options)),
        ring_(book_, "ring", kRing.w, kRing.h),
        sprites_(book_, kRing) {}

  Status make(session::Session& session, const session::Progress& progress);
  std::string json(session::Session& session);

 private:
  static Themes themes_of(const Options& options) {
    if (options.theme == &scene::projector_theme()) return {options.theme};
    // The first is what is shown where the reader has no wish.
    if (options.theme == &scene::light_theme())
      return {&scene::light_theme(), &scene::dark_theme()};
    return {&scene::dark_theme(), &scene::light_theme()};
  }
  void moment(session::Session& session);
  void take_table(const sim::ClusterView& view);
  void take_facts(session::Session& session);
  std::size_t string(std::string_view text) { return strings_.number(json_string(text)); }
  std::string marks_json(const session::Recording& recording);
  std::string colors_json() const;

  const Options& options_;
  const Range& range_;
  ShapeBook book_;
  Layer ring_;
  std::optional<Layer> logs_;
  float logs_height_ = 0;
  Sprites sprites_;
  Dictionary strings_;
  std::size_t moments_ = 0;
  std::uint64_t last_fact_ = 0;
  std::size_t violations_ = 0;
  sim::Instant before_;
  Numbers times_;
  Numbers event_moments_, event_what_, event_why_, event_weight_;
  Numbers told_;
  std::vector<std::vector<std::string>> table_;
  std::vector<std::string> rows_;
  std::string table_changes_;
  std::string summary_;
  Numbers summaries_;
};

Status PageData::make(session::Session& session, const session::Progress& progress) {
  // As high as its rows need, with whom the run brings in.
  const std::size_t rows = std::max<std::size_t>(session.view().nodes.size(), 1);
  logs_height_ = 92 + 42 * static_cast<float>(rows);
  logs_.emplace(book_, "logs", kLogsWidth, logs_height_);
  before_ = range_.from.at;
  return walk(session, range_.from, range_.to, progress, [&] { moment(session); });
}

void PageData::moment(session::Session& session) {
  const sim::ClusterView& view = session.view();
  times_.add((view.position.at - before_).millis);
  before_ = view.position.at;
  const sim::ClusterView ground = grounded(view);
  std::vector<raft::NodeId> broken;
  for (const check::Violation& violation : session.violations()) {
    if (!violation.expected && broken.empty()) broken = violation.nodes;
  }
  ring_.add(moments_, [&](const scene::Theme& theme, scene::DisplayList& list) {
    scene::RingInput input;
    input.stage = kRing;
    input.labels = false;
    input.broken = broken;
    std::vector<scene::HitRegion> hits;
    scene::build_ring(ground, input, theme, list, hits);
  });
  logs_->add(moments_, [&](const scene::Theme& theme, scene::DisplayList& list) {
    scene::LogsInput input;
    input.panel = {0, 0, kLogsWidth, logs_height_};
    input.first = scene::log_scroll_end(view, scene::layout_logs(view, input.panel, false));
    scene::build_logs(view, input, theme, list);
  });
  sprites_.add(moments_, session);
  take_table(view);
  take_facts(session);
  ++moments_;
}

void PageData::take_table(const sim::ClusterView& view) {
  std::string change;
  const auto put = [&](std::size_t row, std::size_t column, const std::string& text) {
    if (row < table_.size() && table_[row][column] == text) return;
    change += "," + std::to_string(row * (std::size(kColumns) + 1) + column) + "," +
              std::to_string(string(text));
    if (row < table_.size()) table_[row][column] = text;
  };
  for (std::size_t i = 0; i < view.nodes.size(); ++i) {
    std::vector<std::string> cells = cells_of(view.nodes[i]);
    cells.insert(cells.begin(), node_word(view.nodes[i].id));
    for (std::size_t c = 0; c < cells.size(); ++c) put(i, c, cells[c]);
    if (i == table_.size()) table_.push_back(cells);
  }
  if (!change.empty())
    table_changes_ +=
        (table_changes_.empty() ? "[" : ",[") + std::to_string(moments_) + change + "]";
  const std::string summary =
      "term " + std::to_string(view.term.value) + " · " +
      (view.leader.value == 0 ? std::string("no leader") : "leader " + node_word(view.leader)) +
      " · commit " + std::to_string(view.commit.value);
  if (summary == summary_) return;
  summary_ = summary;
  summaries_.add(moments_);
  summaries_.add(string(summary));
}

void PageData::take_facts(session::Session& session) {
  const bool tell = moments_ > 0 || range_.from.events == 0;
  std::deque<sim::Fact> fresh;
  new_facts(session, last_fact_, [&](const sim::Fact& fact) { fresh.push_back(fact); });
  const auto list = [&](const std::string& what, const std::string& why, bool weighty) {
    event_moments_.add(moments_);
    event_what_.add(string(what));
    event_why_.add(string(why));
    event_weight_.add(weighty ? 1 : 0);
  };
  for (const sim::Fact& fact : fresh) {
    if (!tell || !is_listed(fact)) continue;
    const sim::Narration words = sim::narrate(fact);
    std::string why = words.reason;
    if (!words.rule.empty()) why += (why.empty() ? "" : " ") + ("(" + words.rule + ")");
    list(words.what, why, fact.kind == sim::FactKind::kCommand);
  }
  const auto& violations = session.violations();
  for (; violations_ < violations.size(); ++violations_) {
    if (tell) list("Broken: " + session::violation_text(violations[violations_]), "", true);
  }
  // At the first moment the newest of all that was.
  const scene::Told told = narration(tell && moments_ > 0 ? fresh : session.facts(),
                                     [](const sim::Fact& fact) { return sim::narrate(fact); });
  if (told.what.empty()) return;
  told_.add(moments_);
  told_.add(string(told.what));
  told_.add(string(told.why));
}

// Notes, bookmarks and milestones by instant and number of events: the page finds their moments.
std::string PageData::marks_json(const session::Recording& recording) {
  std::string out;
  for (const session::Mark& mark : session::Line(recording, recording.active).marks()) {
    if (mark.kind == session::MarkKind::kExpectation) continue;
    if (session::is_before(mark.at, range_.from) || session::is_before(range_.to, mark.at))
      continue;
    out += (out.empty() ? "[" : ",[") + std::to_string(mark.at.events - range_.from.events) + "," +
           std::to_string(mark.at.at.millis) + "," +
           (mark.kind == session::MarkKind::kNote ? "0," : "1,") +
           std::to_string(string(mark.text)) + "]";
  }
  return "[" + out + "]";
}

// Of the page around the pictures.
std::string PageData::colors_json() const {
  std::string out;
  const auto hex = [](scene::Color c) {
    char text[8];
    std::snprintf(text, sizeof text, "#%02x%02x%02x", c.r, c.g, c.b);
    return std::string(text);
  };
  for (const scene::Theme* theme : book_.themes()) {
    out += out.empty() ? "" : ",";
    out += "{\"name\":\"" + std::string(theme->name) + "\"";
    for (const auto& [name, color] : {std::pair{"canvas", theme->canvas},
                                      {"panel", theme->panel},
                                      {"raised", theme->raised},
                                      {"select", theme->select},
                                      {"divider", theme->divider},
                                      {"control", theme->control},
                                      {"ink", theme->ink},
                                      {"ink2", theme->ink2},
                                      {"ink3", theme->ink3},
                                      {"accent", theme->accent},
                                      {"on-accent", theme->on_accent},
                                      {"danger", theme->danger}}) {
      out += ",\"" + std::string(name) + "\":\"" + hex(color) + "\"";
    }
    out += "}";
  }
  return "[" + out + "]";
}

std::string PageData::json(session::Session& session) {
  const session::Recording recording = session.recording();
  TapeBuilder tape;
  tape.update(session.milestones(), range_.to.at, range_.to.at);
  tape.input.box = kTape;
  tape.input.name = recording.branch(recording.active).name;
  const scene::TapeScale scale = scene::tape_scale(tape.input);
  const Ids tape_ids = book_.ids([&](const scene::Theme& theme, scene::DisplayList& list) {
    scene::build_tape(tape.input, theme, list);
  });
  std::string columns = "\"Node\"";
  for (const std::string_view column : kColumns) columns += ",\"" + std::string(column) + "\"";
  const auto tenths = [](float value) { return std::to_string(static_cast<long>(value * 10)); };
  std::string out =
      "{\"version\":1,\"title\":" + json_string(recording.title) +
      ",\"author\":" + json_string(recording.author) + ",\"about\":" +
      json_string("seed " + std::to_string(recording.config.seed) + " · " +
                  std::to_string(recording.config.nodes) + " nodes · branch " +
                  recording.branch(recording.active).name) +
      ",\"fixed\":" + (options_.theme == nullptr ? "false" : "true") + ",\"view\":\"" +
      std::string(view_name(options_.view)) +
      "\",\"speed\":" + std::to_string(options_.millis_per_second) +
      ",\"events\":" + std::to_string(range_.from.events) +
      ",\"from\":" + std::to_string(range_.from.at.millis) +
      ",\"to\":" + std::to_string(range_.to.at.millis) + ",\"at\":[" +
      std::to_string(range_.at.events - range_.from.events) + "," +
      std::to_string(range_.at.at.millis) + "],\n\"themes\":" + colors_json() +
      ",\n\"times\":" + times_.json() + ",\n\"layers\":[" + ring_.json() + "," + logs_->json() +
      "],\n" + sprites_.json() + ",\n\"tape\":{\"w\":" + tenths(kTape.w) +
      ",\"h\":" + tenths(kTape.h) + ",\"x0\":" + tenths(scale.x0) + ",\"x1\":" + tenths(scale.x1) +
      ",\"span\":" + std::to_string(scale.span) + ",\"shapes\":" + list_json(tape_ids) +
      "},\n\"columns\":[" + columns + "],\"table\":[" + table_changes_ +
      "],\n\"list\":{\"moments\":" + event_moments_.json() + ",\"what\":" + event_what_.json() +
      ",\"why\":" + event_why_.json() + ",\"weight\":" + event_weight_.json() +
      "},\n\"told\":" + told_.json() + ",\"summaries\":" + summaries_.json() +
      ",\"marks\":" + marks_json(recording);
  out += ",\n\"strings\":" + strings_.json() + ",\n" + book_.json() + "}";
  return out;
}

}  // namespace

Result<std::string> page_data(session::Session& session, const Options& options, const Range& range,
                              const scene::TextMeasure& measure,
                              const session::Progress& progress) {
  PageData data(options, range, measure);
  RAFT_TRY(data.make(session, progress));
  return data.json(session);
}

}  // namespace exporter
