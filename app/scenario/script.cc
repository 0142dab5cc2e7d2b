// A whole file: header lines make the configuration with which the nodes boot, the rest is played.
#include <algorithm>

#include "app/scenario/parser.h"
#include "app/sim/config.h"

namespace scenario {
namespace {

Error error_at(const Place& place, std::string_view message) {
  return {Code::kInvalidArgument, place.text() + ": " + std::string(message)};
}

// A header line and where its option or number stands.
struct HeaderSet {
  sim::SetOption option;
  Place place;
};

class ScriptParser {
 public:
  ScriptParser(std::string_view file, std::uint64_t nodes) : file_(file) {
    script_.config.nodes = nodes;
  }

  Result<Script> run(std::string_view text) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.substr(0, 3) == kByteOrderMark) text.remove_prefix(3);
    std::uint64_t line_number = 0;
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      RAFT_TRY(take_line(text.substr(0, end), ++line_number));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    RAFT_TRY(close_header());
    return std::move(script_);
  }

 private:
  Status take_line(std::string_view line, std::uint64_t number) {
    ParsedLine parsed = parse_line(line, file_, number);
    if (parsed.error) return error_at({file_, number, parsed.error->column}, parsed.error->message);
    if (!parsed.statement) return ok();
    Statement& statement = *parsed.statement;
    if (const auto* seed = std::get_if<Seed>(&statement.what)) {
      RAFT_TRY(header_line(statement.place, "seed", seed_given_));
      script_.config.seed = seed->seed;
      return ok();
    }
    if (const auto* nodes = std::get_if<Nodes>(&statement.what)) {
      RAFT_TRY(header_line(statement.place, "nodes", script_.nodes_given));
      script_.config.nodes = nodes->nodes;
      return ok();
    }
    if (const auto* images = std::get_if<DiskImages>(&statement.what)) {
      bool given = script_.disk_images.has_value();
      RAFT_TRY(header_line(statement.place, "disk-images", given));
      script_.disk_images = images->folder;
      script_.disk_images_place = statement.place;
      return ok();
    }
    const auto* command = std::get_if<sim::Command>(&statement.what);
    const auto* set = command ? std::get_if<sim::SetOption>(command) : nullptr;
    if (set && !header_closed_) {
      header_sets_.push_back({*set, statement.place});
      return ok();
    }
    RAFT_TRY(close_header());
    if (set) RAFT_TRY(check_option(options_later_, *set, statement.place, last_node_));
    if (const auto* change = command ? std::get_if<sim::Change>(command) : nullptr) {
      for (const raft::ConfChangeSingle& single : change->change.changes) {
        last_node_ = std::max(last_node_, single.node.value);
      }
    }
    script_.statements.push_back(std::move(statement));
    return ok();
  }

  Status header_line(const Place& place, std::string_view word, bool& given) {
    if (header_closed_) {
      return error_at(place,
                      std::string(word) + " is a header line: it stands before the first command");
    }
    if (given) return error_at(place, std::string(word) + " was given before");
    given = true;
    return ok();
  }

  // Options may stand before `nodes`, so they are applied once the header is complete.
  Status close_header() {
    if (header_closed_) return ok();
    header_closed_ = true;
    for (const HeaderSet& set : header_sets_) {
      RAFT_TRY(check_option(script_.config, set.option, set.place));
    }
    options_later_ = script_.config;
    return ok();
  }

  // A wrong key or value is an error of the text, and known before anything runs.
  static Status check_option(sim::ClusterConfig& config, const sim::SetOption& set,
                             const Place& place, std::uint64_t last_node = 0) {
    const Status status = sim::set_option(config, set.node, set.key, set.value, last_node);
    if (!status) return error_at(place, status.error().message);
    return ok();
  }

  std::string file_;
  Script script_;
  std::vector<HeaderSet> header_sets_;
  sim::ClusterConfig options_later_;  // as the `set` commands leave it
  std::uint64_t last_node_ = 0;       // that a change of members has named
  bool header_closed_ = false;
  bool seed_given_ = false;
};

}  // namespace

Result<Script> parse_script(std::string_view text, std::string_view file, std::uint64_t nodes) {
  return ScriptParser(file, nodes).run(text);
}

}  // namespace scenario
