#include "app/cli/options.h"

#include <array>
#include <vector>

#include "app/scenario/cursor.h"

namespace cli {
namespace {

constexpr std::array kWindowOptions = {
    OptionSpec{"--at", "POS", "where to stand: tick:T, event:N, bookmark:TEXT or end"},
};

constexpr std::array kRunOptions = {
    OptionSpec{"--seed", "S", "use this seed instead of the file's"},
    OptionSpec{"--record", "OUT.raftrec", "keep the run as a recording"},
    OptionSpec{"--state", "", "print the state at the end as JSON, instead of the narration"},
    OptionSpec{"--log-tail", "N", "with --state: the newest N entries of each log (default 1000)"},
    OptionSpec{"--json", "", "print how the run ended as JSON, instead of the narration"},
    OptionSpec{"--history", "OUT.jsonl", "write what the clients saw"},
    OptionSpec{"--trace", "OUT.jsonl", "write every fact"},
    OptionSpec{"--disk", "files DIR",
               "keep the nodes' databases in a folder, as plain files with real syncs"},
    OptionSpec{"--onto", "OLD.raftrec",
               "go on with this recording instead of a new run: at its end, or on a new branch"},
    OptionSpec{"--at", "POS", "with --onto: from there: tick:T, event:N, bookmark:TEXT or end"},
};

constexpr std::array kReplayOptions = {
    OptionSpec{"--verify", "", "a missing tail is an error, too"},
    OptionSpec{"--at", "POS", "stop there: tick:T, event:N, bookmark:TEXT or end (default)"},
    OptionSpec{"--state", "", "print the state there as JSON"},
    OptionSpec{"--log-tail", "N", "with --state: the newest N entries of each log (default 1000)"},
    OptionSpec{"--json", "", "print how the replay ended as JSON"},
    OptionSpec{"--branch", "NAME", "another branch than the active one"},
    OptionSpec{"--find", "PREDICATE", "stop where it first holds, right behind that event"},
    OptionSpec{
        "--scenario", "OUT.scenario",
        "write the whole branch as a scenario that does the same; OUT.md: as the beginning of "
        "a lesson"},
};

constexpr std::array kBranchesOptions = {
    OptionSpec{"--json", "", "print a list of {\"name\",\"parent\",\"tick\",\"event\",\"end\"}"},
};

constexpr std::array kDiffOptions = {
    OptionSpec{"--json", "", "print {\"equal\",\"tick\",\"event\",\"field\"}"},
};

constexpr std::array kRecoverOptions = {
    OptionSpec{"--json", "",
               "print a list of {\"file\",\"title\",\"commands\",\"tick\",\"event\"}"},
};

constexpr std::array kShotOptions = {
    OptionSpec{
        "--at", "POS",
        "draw that moment: tick:T, event:N, bookmark:TEXT or end (default); of a lesson step:N"},
    OptionSpec{"--size", "WxH", "pixels of the picture (default 1920x1080)"},
    OptionSpec{"--scale", "X", "size of everything in it (default 1)"},
    OptionSpec{"--theme", "T", "dark (default), light or projector"},
    OptionSpec{"--view", "V", "ring (default), sequence, both or history"},
    OptionSpec{"--lang", "L", "language of the window: en (default) or zh"},
};

constexpr std::array kCheckOptions = {
    OptionSpec{"--strict", "", "exit 5 if it cannot be decided, too"},
    OptionSpec{"--json", "", "print {\"linearizable\":true|false|null,\"key\":…}"},
};

constexpr std::array kViewOptions = {
    OptionSpec{"--check", "", "open no window: check the properties and print a report"},
};

constexpr std::array kExtractOptions = {
    OptionSpec{"--node", "nX", "whose database"},
    OptionSpec{"--at", "POS", "as it was there: tick:T, event:N, bookmark:TEXT or end (default)"},
    OptionSpec{"--json", "", "print {\"file\":…,\"bytes\":N}"},
};

constexpr std::array kDiskCheckOptions = {
    OptionSpec{"--json", "", "print {\"ok\":true|false,\"problems\":[…]}"},
};

constexpr std::array kBootOptions = {
    OptionSpec{"--state", "", "print the state at the end as JSON, instead of the narration"},
    OptionSpec{"--log-tail", "N", "with --state: the newest N entries of each log (default 1000)"},
    OptionSpec{"--json", "", "print how the run ended as JSON, instead of the narration"},
    OptionSpec{"--ticks", "N", "stop after N ticks (default 200; 0: right after the boot)"},
    OptionSpec{"--seed", "S", "the seed of all chance (default 1)"},
    OptionSpec{"--record", "OUT.raftrec", "keep the run as a recording"},
    OptionSpec{"--history", "OUT.jsonl", "write what the clients saw"},
    OptionSpec{"--trace", "OUT.jsonl", "write every fact"},
};

constexpr std::array kFuzzOptions = {
    OptionSpec{"--seeds", "A..B", "which runs to make, from seed A to seed B"},
    OptionSpec{"--ticks", "N", "how long each is under faults (default 2000)"},
    OptionSpec{"--profile", "P",
               "which faults: calm, network, disk, clocks, membership, reads or all (default)"},
    OptionSpec{"--mistake", "M", "with a classic mistake switched on from the start"},
    OptionSpec{"--keep-going", "", "do not stop at the first failure"},
    OptionSpec{"--out", "DIR", "put recordings of failing runs there, as seed-N.raftrec"},
    OptionSpec{"--jobs", "J", "processes at a time (default: one a core)"},
    OptionSpec{"--shard", "I/N", "only every N-th seed, from the I-th on"},
    OptionSpec{"--json", "", "print a line of JSON per failing seed, and one for all"},
};

constexpr std::array kShrinkOptions = {
    OptionSpec{"--out", "OUT.raftrec", "where to put it (default FILE.min.raftrec)"},
};

constexpr std::array kLessonListOptions = {
    OptionSpec{"--lang", "L", "en (default) or zh"},
    OptionSpec{"--json", "", "print a line of JSON per lesson"},
};

constexpr std::array kLessonCheckOptions = {
    OptionSpec{"--json", "", "print {\"lesson\",\"ok\",\"errors\"} per lesson"},
};

constexpr std::array kLessonPlayOptions = {
    OptionSpec{"--text", "", "in the terminal, without a window"},
    OptionSpec{"--lang", "L", "en (default) or zh; also of the window, for this time"},
};

constexpr std::array kExportOptions = {
    OptionSpec{"--html", "OUT", "a page that plays the run, in one file"},
    OptionSpec{"--svg", "OUT", "a drawing of a moment"},
    OptionSpec{"--png", "OUT", "a picture of a moment"},
    OptionSpec{"--pdf", "OUT", "a moment on a page to print"},
    OptionSpec{"--gif", "OUT", "a film for any page (needs ffmpeg)"},
    OptionSpec{"--mp4", "OUT", "a film (needs ffmpeg)"},
    OptionSpec{"--json", "OUT", "commands, facts and the state at the end"},
    OptionSpec{"--trace", "OUT", "every fact with its vector clock, a line each"},
    OptionSpec{"--at", "POS", "which moment: tick:T, event:N, bookmark:TEXT or end (default)"},
    OptionSpec{"--from", "POS", "where the part begins (default tick:0)"},
    OptionSpec{"--to", "POS", "where it ends (default end)"},
    OptionSpec{"--view", "V", "ring (default), sequence or logs"},
    OptionSpec{"--size", "WxH", "pixels (default 1600x1000; --pdf A4 across, films 1280x720)"},
    OptionSpec{"--theme", "T", "dark (default; --pdf light), light or projector"},
    OptionSpec{"--fps", "N", "of a film: pictures a second (default 25)"},
    OptionSpec{"--speed", "X", "of a film or page: ticks a second (default 1)"},
};

constexpr std::array kCommands = {
    CommandSpec{"", "[FILE]", "open the window, on a scenario, a recording, a lesson or a trace",
                "raftarium leader_crash.scenario", kWindowOptions, 0, 1, window_command},
    CommandSpec{"run", "FILE.scenario", "play a scenario and tell what happens",
                "raftarium run leader_crash.scenario --record crash.raftrec", kRunOptions, 1, 1,
                run_command},
    CommandSpec{"replay", "FILE.raftrec", "play a recording again and compare it",
                "raftarium replay crash.raftrec --verify", kReplayOptions, 1, 1, replay_command},
    CommandSpec{"shot", "FILE OUT.png", "draw the whole window without a display",
                "raftarium shot crash.raftrec --at tick:30 --size 1280x800 crash.png", kShotOptions,
                2, 2, shot_command},
    CommandSpec{"branches", "FILE.raftrec", "list the branches of a recording",
                "raftarium branches crash.raftrec", kBranchesOptions, 1, 1, branches_command},
    CommandSpec{"diff", "FILE.raftrec A B | FILE1.raftrec FILE2.raftrec",
                "find the first difference of two runs", "raftarium diff one.raftrec two.raftrec",
                kDiffOptions, 2, 3, diff_command},
    CommandSpec{"view", "TRACE.jsonl", "look at the trace of any implementation, or check it",
                "raftarium view --check trace.jsonl", kViewOptions, 1, 1, view_command},
    CommandSpec{"fuzz", "--seeds A..B", "run many seeds with faults and check them",
                "raftarium fuzz --seeds 1..100 --out failures", kFuzzOptions, 0, 0, fuzz_command},
    CommandSpec{"shrink", "FILE.raftrec", "find the smallest run that still fails",
                "raftarium shrink failed.raftrec", kShrinkOptions, 1, 1, shrink_command},
    CommandSpec{"check", "FILE.jsonl", "check a history for linearizability",
                "raftarium check history.jsonl", kCheckOptions, 1, 1, check_command},
    CommandSpec{"interact",
                "FILE",
                "play an interaction file with bare cores",
                "raftarium interact probe.txt",
                {},
                1,
                1,
                interact_command},
    CommandSpec{"lesson list", "", "list the lessons that come with the program",
                "raftarium lesson list", kLessonListOptions, 0, 0, lesson_list_command},
    CommandSpec{"lesson check", "[FILE|DIR...]", "find out whether all that lessons say is true",
                "raftarium lesson check 21-my-lesson.md", kLessonCheckOptions, 0, 10000,
                lesson_check_command},
    CommandSpec{"lesson play", "NAME", "play a lesson: a path, its number or its name",
                "raftarium lesson play 01 --text", kLessonPlayOptions, 1, 1, lesson_play_command},
    CommandSpec{"export", "FILE.raftrec --FORMAT OUT",
                "write a page, a picture, a film, or the run as data",
                "raftarium export crash.raftrec --png crash.png --at tick:30", kExportOptions, 1, 1,
                export_command},
    CommandSpec{"disk extract", "FILE.raftrec --node nX OUT.sqlite",
                "take the database of a node out of a recording",
                "raftarium disk extract crash.raftrec --node n3 --at tick:30 n3.sqlite",
                kExtractOptions, 2, 2, disk_extract_command},
    CommandSpec{"disk check", "FILE.sqlite", "check a node's database",
                "raftarium disk check n3.sqlite", kDiskCheckOptions, 1, 1, disk_check_command},
    CommandSpec{"disk boot", "DIR", "boot n1.sqlite, n2.sqlite, … until the nodes agree",
                "raftarium disk boot databases --state", kBootOptions, 1, 1, disk_boot_command},
    CommandSpec{"recover", "", "list sessions that a crash left behind", "raftarium recover",
                kRecoverOptions, 0, 0, recover_command},
    CommandSpec{"bench",
                "[core|kv|storage|sim|seek|ui]",
                "measure, as JSON lines; without an argument all",
                "raftarium bench storage",
                {},
                0,
                1,
                bench_command},
};

constexpr std::array<std::pair<Exit, std::string_view>, 8> kExitCodes = {{
    {Exit::kOk, "ok"},
    {Exit::kUsage, "usage, or the text of a scenario"},
    {Exit::kFile, "a file cannot be read or written, is damaged or newer; there is no display"},
    {Exit::kReplay, "a replay differs"},
    {Exit::kViolated, "a property is violated"},
    {Exit::kNotLinearizable, "a history is not linearizable"},
    {Exit::kNoProgress, "no progress: no leader, or no answer, though nothing stands in the way"},
    {Exit::kFailed,
     "an expectation or until failed, a trap was not sprung, a command cannot be done"},
}};

constexpr OptionSpec kHelpOption{"--help", "", "print this"};

void append_padded(std::string& out, std::string_view text, std::size_t width) {
  out += text;
  if (text.size() < width) out.append(width - text.size(), ' ');
  out += ' ';
}

void append_option(std::string& out, const OptionSpec& option) {
  std::string left(option.name);
  if (!option.value.empty()) left += " " + std::string(option.value);
  out += "  ";
  append_padded(out, left, 22);
  out += option.help;
  out += "\n";
}

}  // namespace

std::span<const CommandSpec> commands() { return kCommands; }

const CommandSpec* find_command(std::string_view name) {
  for (const CommandSpec& command : kCommands) {
    if (!command.name.empty() && command.name == name) return &command;
  }
  return nullptr;
}

const OptionSpec* find_option(const CommandSpec& command, std::string_view name) {
  for (const OptionSpec& option : command.options) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

std::string_view nearest_command(std::string_view name) {
  std::vector<std::string_view> names;
  for (const CommandSpec& command : kCommands) {
    if (!command.name.empty()) names.push_back(command.name);
  }
  return scenario::nearest_word(name, names);
}

std::string_view nearest_option(const CommandSpec& command, std::string_view name) {
  std::vector<std::string_view> names;
  for (const OptionSpec& option : command.options) names.push_back(option.name);
  return scenario::nearest_word(name, names);
}

std::string family(std::string_view word) {
  std::vector<std::string_view> members;
  for (const CommandSpec& command : kCommands) {
    const std::string_view name = command.name;
    const bool member = name.size() > word.size() + 1 && name.substr(0, word.size()) == word &&
                        name[word.size()] == ' ';
    if (member) members.push_back(name.substr(word.size() + 1));
  }
  std::string out;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i != 0) out += i + 1 == members.size() ? " or " : ", ";
    out += members[i];
  }
  return out;
}

std::string family_help(std::string_view word) {
  std::string out = "usage: raftarium " + std::string(word) + " COMMAND [...]\n\ncommands\n";
  std::string example;
  for (const CommandSpec& command : kCommands) {
    if (command.name.substr(0, command.name.find(' ')) != word) continue;
    if (example.empty()) example = command.example;
    out += "  ";
    append_padded(out, command.name, 13);
    out += std::string(command.summary) + "\n";
  }
  return out + "\nraftarium " + std::string(word) + " COMMAND --help says more\n\nexample\n  " +
         example + "\n";
}

std::span<const std::pair<Exit, std::string_view>> exit_codes() { return kExitCodes; }

std::string general_help() {
  std::string out =
      "Raftarium: a cluster of Raft nodes in a glass tank\n\n"
      "usage: raftarium [FILE]             open the window\n"
      "       raftarium COMMAND [...]      see raftarium COMMAND --help\n\n";
  out += "commands\n";
  for (const CommandSpec& command : kCommands) {
    if (command.name.empty()) continue;
    out += "  ";
    append_padded(out, command.name, 13);
    out += std::string(command.summary) + "\n";
  }
  out +=
      "\noptions\n"
      "  --help                 print this\n"
      "  --version              print the version and the model version\n\n"
      "exit codes\n";
  for (const auto& [code, meaning] : kExitCodes) {
    out += "  " + std::to_string(static_cast<int>(code)) + " " + std::string(meaning) + "\n";
  }
  return out;
}

std::string command_help(const CommandSpec& command) {
  std::string out = "usage: raftarium";
  if (!command.name.empty()) out += " " + std::string(command.name);
  if (!command.usage.empty()) out += " " + std::string(command.usage);
  if (!command.options.empty()) out += " [OPTIONS]";
  out += "\n\n" + std::string(command.summary) + "\n";
  out += "\noptions\n";
  for (const OptionSpec& option : command.options) append_option(out, option);
  append_option(out, kHelpOption);
  out += "\nexample\n  " + std::string(command.example) + "\n";
  return out;
}

}  // namespace cli
