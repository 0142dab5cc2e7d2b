// raftarium fuzz: many seeds under faults. raftarium shrink: the smallest run that still fails.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "app/campaign/pool.h"
#include "app/campaign/report.h"
#include "app/campaign/shrink.h"
#include "app/cli/arguments.h"
#include "app/cli/interrupt.h"
#include "app/cli/opened.h"
#include "app/cli/output.h"
#include "app/cli/run_report.h"
#include "app/scenario/cursor.h"
#include "app/session/state_json.h"

namespace cli {
namespace {

using campaign::RunSpec;

struct Campaign {
  RunSpec spec;  // of each run, but for the seed
  std::uint64_t first = 1;
  std::uint64_t step = 1;
  std::uint64_t count = 0;
  std::uint64_t jobs = 1;
  std::string folder;  // empty: keep nothing
  bool keep_going = false;
  bool json = false;

  std::uint64_t seed(std::uint64_t number) const { return first + step * number; }
};

Error wrong(const std::string& option, const std::string& expected, const std::string& found) {
  return {Code::kInvalidArgument, option + " expects " + expected + ", found '" + found + "'"};
}

// Two numbers with `between` in the middle.
std::optional<std::pair<std::uint64_t, std::uint64_t>> pair_of(const std::string& text,
                                                               std::string_view between) {
  const std::size_t middle = text.find(between);
  if (middle == std::string::npos) return std::nullopt;
  const auto left = scenario::to_number(text.substr(0, middle));
  const auto right = scenario::to_number(text.substr(middle + between.size()));
  if (!left || !right) return std::nullopt;
  return std::pair(*left, *right);
}

Status read_seeds(const Arguments& arguments, Campaign& out) {
  const auto text = arguments.value("--seeds");
  if (!text) return Error{Code::kInvalidArgument, "--seeds A..B says which runs to make"};
  constexpr std::uint64_t kLast = 1ull << 62;
  auto seeds = pair_of(*text, "..");
  if (const auto one = scenario::to_number(*text)) seeds.emplace(*one, *one);
  if (!seeds || seeds->first > seeds->second || seeds->second > kLast) {
    return wrong("--seeds", "A..B, from the first seed to the last", *text);
  }
  out.first = seeds->first;
  out.count = seeds->second - seeds->first + 1;
  const auto shard = arguments.value("--shard");
  if (!shard) return ok();
  const auto part = pair_of(*shard, "/");
  if (!part || part->first == 0 || part->first > part->second) {
    return wrong("--shard", "I/N, the I-th of N parts, such as 1/4", *shard);
  }
  const auto [i, n] = *part;
  out.first += i - 1;
  out.step = n;
  out.count = out.count < i ? 0 : (out.count - i) / n + 1;
  return ok();
}

Status read_spec(const Arguments& arguments, RunSpec& out) {
  RAFT_TRY_ASSIGN(const auto ticks, arguments.number("--ticks"));
  constexpr std::uint64_t kMaxTicks = 10'000'000;
  if (ticks && (*ticks == 0 || *ticks > kMaxTicks)) {
    return wrong("--ticks", "1 to 10000000 ticks", std::to_string(*ticks));
  }
  out.ticks = ticks.value_or(out.ticks);
  if (const auto name = arguments.value("--profile")) {
    const auto profile = campaign::profile_of(*name);
    if (!profile) {
      return wrong("--profile", "calm, network, disk, clocks, membership, reads or all", *name);
    }
    out.profile = *profile;
  }
  const auto name = arguments.value("--mistake");
  if (!name) return ok();
  out.mistake = raft::mistake_of(*name);
  if (out.mistake) return ok();
  std::vector<std::string_view> names;
  for (std::uint8_t i = 0; i < raft::kMistakes; ++i) {
    names.push_back(raft::mistake_name(static_cast<raft::Mistake>(i)));
  }
  const std::string_view near = scenario::nearest_word(*name, names);
  return Error{Code::kInvalidArgument,
               "there is no mistake '" + *name + "'" +
                   (near.empty() ? "" : "; did you mean " + std::string(near) + "?")};
}

Result<Campaign> read_campaign(const Arguments& arguments) {
  Campaign out;
  RAFT_TRY(read_seeds(arguments, out));
  RAFT_TRY(read_spec(arguments, out.spec));
  RAFT_TRY_ASSIGN(const auto jobs, arguments.number("--jobs"));
  constexpr std::uint64_t kMaxJobs = 1000;
  if (jobs && (*jobs == 0 || *jobs > kMaxJobs)) {
    return wrong("--jobs", "1 to 1000 processes", std::to_string(*jobs));
  }
  const long cores = ::sysconf(_SC_NPROCESSORS_ONLN);
  out.jobs = jobs.value_or(cores > 0 ? static_cast<std::uint64_t>(cores) : 1);
  out.folder = arguments.value("--out").value_or("");
  if (arguments.has("--out") && out.folder.empty()) {
    return Error{Code::kInvalidArgument, "--out expects the name of a folder"};
  }
  out.keep_going = arguments.has("--keep-going");
  out.json = arguments.has("--json");
  return out;
}

// Tells what was found, as it is found, and what it comes to.
class Findings {
 public:
  explicit Findings(const Campaign& campaign) : campaign_(campaign), progress_("fuzzing") {}

  // False: enough.
  bool take(std::uint64_t number, const campaign::ChildResult& result) {
    const campaign::SeedReport report = campaign::decode_report(result.bytes, result.signal);
    ++seeds_;
    progress_.show(seeds_ * 1000 / campaign_.count);
    if (report.outcome.exit == Exit::kOk) {
      if (!report.outcome.text.empty()) tell_note(number, report.outcome.text);
      return true;
    }
    ++failures_;
    if (first_ == Exit::kOk) first_ = report.outcome.exit;
    progress_.hide();
    tell(number, report);
    return problem_.empty() && campaign_.keep_going;
  }

  Exit finish() {
    progress_.hide();
    if (campaign_.json) {
      print_line_now("{\"seeds\":" + std::to_string(seeds_) +
                     ",\"failures\":" + std::to_string(failures_) + "}");
    } else {
      print_line_now(std::to_string(seeds_) + (seeds_ == 1 ? " seed, " : " seeds, ") +
                     std::to_string(failures_) + (failures_ == 1 ? " failure" : " failures"));
    }
    return problem_.empty() ? first_ : fail(Exit::kFile, problem_);
  }

  bool complete() const { return seeds_ == campaign_.count; }
  bool failed() const { return failures_ > 0; }
  std::string so_far() const {
    return "stopped after " + std::to_string(seeds_) + " of " + std::to_string(campaign_.count) +
           " seeds";
  }

 private:
  void tell_note(std::uint64_t number, const std::string& text) {
    progress_.hide();
    message("seed " + std::to_string(campaign_.seed(number)) + ": " + text);
  }

  std::string keep(std::uint64_t number, const campaign::SeedReport& report) {
    if (campaign_.folder.empty() || report.recording.empty()) return {};
    const std::string name = "seed-" + std::to_string(campaign_.seed(number)) + ".raftrec";
    const std::string path = (std::filesystem::path(campaign_.folder) / name).string();
    const Status written = session::write_file(path, report.recording);
    if (written) return path;
    problem_ = written.error().message;
    return {};
  }

  void tell(std::uint64_t number, const campaign::SeedReport& report) {
    const campaign::Outcome& outcome = report.outcome;
    RunSpec spec = campaign_.spec;
    spec.seed = campaign_.seed(number);
    const std::string file = keep(number, report);
    const std::string command = campaign::command_of(spec);
    const std::string property(outcome.property ? check::property_name(*outcome.property) : "");
    if (campaign_.json) {
      print_line_now("{\"seed\":" + std::to_string(spec.seed) +
                     ",\"exit\":" + std::to_string(static_cast<int>(outcome.exit)) +
                     ",\"property\":" + (property.empty() ? "null" : '"' + property + '"') +
                     ",\"event\":" + std::to_string(outcome.event) +
                     ",\"file\":" + (file.empty() ? "null" : session::json_string(file)) +
                     ",\"command\":" + session::json_string(command) + "}");
      return;
    }
    std::string where;
    if (outcome.property) {
      where = property + " at tick " + sim::short_text({outcome.at.millis}) + ", event " +
              std::to_string(outcome.event) + ": ";
    }
    print_line_now("seed " + std::to_string(spec.seed) + ": " + where + outcome.text);
    if (!file.empty()) print_line_now("  recording: " + file);
    print_line_now("  once more: " + command);
  }

  const Campaign& campaign_;
  ProgressLine progress_;
  std::uint64_t seeds_ = 0;
  std::uint64_t failures_ = 0;
  Exit first_ = Exit::kOk;
  std::string problem_;  // not empty: a recording could not be written
};

}  // namespace

Exit fuzz_command(const Arguments& arguments) {
  const auto campaign = read_campaign(arguments);
  if (!campaign) return fail(Exit::kUsage, campaign.error());
  if (!campaign->folder.empty()) {
    std::error_code failed;
    std::filesystem::create_directories(campaign->folder, failed);
    if (failed) return fail(Exit::kFile, campaign->folder + ": " + failed.message());
  }
  Interrupt interrupt;
  Findings findings(*campaign);
  campaign::PoolWork pool;
  pool.count = campaign->count;
  pool.processes = campaign->jobs;
  pool.work = [&](std::uint64_t number) {
    RunSpec spec = campaign->spec;
    spec.seed = campaign->seed(number);
    return campaign::encode_report(campaign::play(spec), !campaign->folder.empty());
  };
  pool.take = [&](std::uint64_t number, const campaign::ChildResult& result) {
    return findings.take(number, result);
  };
  pool.more = [&] { return !interrupt.came(); };
  if (const Status done = campaign::run_pool(pool); !done) {
    return fail(Exit::kFile, done.error());
  }
  const Exit exit = findings.finish();
  if (interrupt.came()) {
    if (!findings.complete()) message(findings.so_far());
    // Who has found nothing yet cannot say that there is nothing: the signal says so.
    if (findings.failed() || findings.complete()) interrupt.forget();
  }
  return exit;
}

Exit shrink_command(const Arguments& arguments) {
  const std::string& file = arguments.rest().front();
  std::filesystem::path smaller(file);
  smaller.replace_extension(".min.raftrec");
  const std::string out = arguments.value("--out").value_or(smaller.string());
  if (out.empty()) return fail(Exit::kUsage, "--out expects the name of a file");
  if (same_file(out, file))
    return fail(Exit::kUsage, "--out would overwrite what is read, " + file);
  const auto loaded = session::read_recording(file);
  if (!loaded) return fail(Exit::kFile, loaded.error());
  if (!loaded->note.empty()) message(loaded->note);

  Interrupt interrupt;
  StatusLine status;
  const auto shrunk = campaign::shrink(loaded->recording,
                                       [&](const campaign::RunSize& smallest, std::uint64_t runs) {
                                         status.show("shrinking: " + campaign::size_text(smallest) +
                                                     ", " + std::to_string(runs) + " runs tried");
                                         return !interrupt.came();
                                       });
  status.hide();
  if (!shrunk) {
    const bool nothing = shrunk.error().code == Code::kInvalidArgument;
    return fail(nothing ? Exit::kUsage : replay_exit(shrunk.error()),
                file + ": " + shrunk.error().message);
  }
  if (const Status done = session::write_recording(out, shrunk->recording); !done) {
    return fail(Exit::kFile, done.error());
  }
  print_line(std::string(check::property_name(shrunk->property)) + " still breaks in " + out);
  print_line("  before: " + campaign::size_text(shrunk->before));
  print_line("  after:  " + campaign::size_text(shrunk->after) + " (" +
             std::to_string(shrunk->runs) + " runs tried)");
  if (!shrunk->complete) {
    message("stopped early: that is the smallest so far");
    interrupt.forget();
  }
  return Exit::kOk;
}

}  // namespace cli
