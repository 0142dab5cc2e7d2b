#include "app/cli/generate.h"

#include <vector>

#include "app/campaign/plan.h"
#include "app/cli/options.h"
#include "raft/mistakes.h"

namespace cli {
namespace {

// What may stand behind an option; empty: anything.
std::string words_of(const OptionSpec& option) {
  std::string out;
  const auto add = [&out](std::string_view word) {
    out += (out.empty() ? "" : " ") + std::string(word);
  };
  if (option.name == "--profile") {
    for (std::uint64_t i = 0; i < campaign::kProfiles; ++i) {
      add(campaign::profile_name(static_cast<campaign::Profile>(i)));
    }
  } else if (option.name == "--mistake") {
    for (std::uint8_t i = 0; i < raft::kMistakes; ++i) {
      add(raft::mistake_name(static_cast<raft::Mistake>(i)));
    }
  } else if (option.name == "--theme") {
    out = "dark light projector";
  } else if (option.name == "--view") {
    out = "ring sequence both history";
  } else if (option.name == "--lang") {
    out = "en zh";
  } else if (option.name == "--disk") {
    out = "files";
  }
  return out;
}

// The ending of the files that a command reads: ".raftrec"; empty: any.
std::string ending_of(const CommandSpec& command) {
  const std::size_t dot = command.usage.find("FILE.");
  if (dot == std::string_view::npos) return {};
  const std::size_t end = command.usage.find_first_of(" |", dot);
  const std::size_t begin = dot + std::string_view("FILE").size();
  return std::string(
      command.usage.substr(begin, end == std::string_view::npos ? end : end - begin));
}

std::string replaced(std::string_view text, std::string_view special, std::string_view before) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += before;
    out += c;
  }
  return out;
}

// ---------------------------------------------------------------- the manual page

// For troff: no control line, hyphens that can be copied.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  if (!out.empty() && (out[0] == '.' || out[0] == '\'')) out.insert(0, "\\&");
  return out;
}

std::string roff_name(const CommandSpec& command) {
  return "raftarium" + (command.name.empty() ? "" : " " + std::string(command.name));
}

void append_option(std::string& out, const OptionSpec& option) {
  out += ".TP\n\\fB" + roff(option.name) + "\\fR";
  if (!option.value.empty()) out += " \\fI" + roff(option.value) + "\\fR";
  out += "\n" + roff(option.help) + "\n";
}

std::string manual(std::string_view version) {
  std::string out = ".TH RAFTARIUM 1 \"\" \"raftarium " + std::string(version) +
                    "\" \"User Commands\"\n"
                    ".SH NAME\nraftarium \\- a cluster of Raft nodes in a glass tank\n"
                    ".SH SYNOPSIS\n";
  for (const CommandSpec& command : commands()) {
    out += ".B " + roff(roff_name(command)) + "\n.RI \"" +
           roff(replaced(command.usage, "\"", "\\")) +
           (command.options.empty() ? "" : " [OPTIONS]") + "\"\n.br\n";
  }
  out +=
      ".SH DESCRIPTION\n"
      "Five real Raft nodes, each a key\\-value server with its own database on a simulated disk, "
      "run in\n"
      "one deterministic process: to be watched, stepped, broken, rewound and understood. Without "
      "a\n"
      "command the window opens. Same version, same seed, same commands: the same run, to the "
      "last\n"
      "digit.\n"
      ".SH COMMANDS\n";
  for (const CommandSpec& command : commands()) {
    out += ".SS \"" + roff(roff_name(command)) + "\"\n" + roff(command.summary) + "\n";
    for (const OptionSpec& option : command.options) {
      append_option(out, option);
    }
    out += ".PP\nExample:\n.RS\n.nf\n" + roff(command.example) + "\n.fi\n.RE\n";
  }
  out += ".SH OPTIONS\n";
  append_option(out, {"--help", "", "Print help; behind a command, its own."});
  append_option(out, {"--version", "", "Print the version and the model version."});
  out += ".SH \"EXIT STATUS\"\n";
  for (const auto& [code, meaning] : exit_codes()) {
    out += ".TP\n.B " + std::to_string(static_cast<int>(code)) + "\n" + roff(meaning) + "\n";
  }
  out +=
      ".SH FILES\n"
      ".TP\n.I *.scenario\nwhat happens to a cluster, line by line, as text\n"
      ".TP\n.I *.raftrec\nrecordings: all branches of a run, with digests\n"
      ".TP\n.I ~/.local/state/raftarium\nsessions that are running, for \\fBraftarium recover\\fR\n"
      ".TP\n.I /usr/share/raftarium\nlessons and examples\n";
  return out;
}

// ---------------------------------------------------------------- shells

// The families' words once.
std::vector<std::string> first_words() {
  std::vector<std::string> out;
  for (const CommandSpec& command : commands()) {
    const std::string word(command.name.substr(0, command.name.find(' ')));
    if (!word.empty() && (out.empty() || out.back() != word)) {
      out.push_back(word);
    }
  }
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// The second words of a family, such as disk.
std::vector<std::string> second_words(std::string_view first) {
  std::vector<std::string> out;
  for (const CommandSpec& command : commands()) {
    const std::size_t blank = command.name.find(' ');
    if (blank == std::string_view::npos) continue;
    if (command.name.substr(0, blank) == first) out.emplace_back(command.name.substr(blank + 1));
  }
  return out;
}

std::string bash_case(const CommandSpec& command) {
  std::string options = "--help";
  std::string values;
  for (const OptionSpec& option : command.options) {
    options += " " + std::string(option.name);
    if (option.value.empty()) continue;
    const std::string words = words_of(option);
    values +=
        "        " + std::string(option.name) + ") " +
        (words.empty() ? std::string("_raftarium_files") : "_raftarium_words '" + words + "'") +
        "; return ;;\n";
  }
  std::string out = "    '" + std::string(command.name) + "')\n      case $prev in\n" + values +
                    "      esac\n      if [[ $cur == -* ]]; then _raftarium_words '" + options +
                    "'; else _raftarium_files '" + ending_of(command) + "'; fi ;;\n";
  return out;
}

std::string bash() {
  std::string families;
  std::string cases;
  for (const std::string& word : first_words()) {
    const auto second = second_words(word);
    if (second.empty()) continue;
    families += "    " + word + ")\n      if ((COMP_CWORD == 2)); then _raftarium_words '" +
                joined(second) + "'; return; fi\n      command+=\" ${COMP_WORDS[2]}\" ;;\n";
  }
  for (const CommandSpec& command : commands()) {
    if (!command.name.empty()) cases += bash_case(command);
  }
  const CommandSpec& window = commands().front();
  std::string options = "--help --version";
  for (const OptionSpec& option : window.options) options += " " + std::string(option.name);
  return "# bash completion for raftarium; made by raftarium --generate bash\n"
         "_raftarium_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\"); }\n"
         "# Files whose name ends so, and folders.\n"
         "_raftarium_files() {\n"
         "  compopt -o filenames 2>/dev/null\n"
         "  mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"; compgen -f -X \"${1:+!*$1}\" -- "
         "\"$cur\")\n"
         "}\n"
         "_raftarium() {\n"
         "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} "
         "command=${COMP_WORDS[1]}\n"
         "  COMPREPLY=()\n"
         "  if ((COMP_CWORD == 1)); then\n"
         "    _raftarium_files\n"
         "    local -a files=(\"${COMPREPLY[@]}\")\n"
         "    if [[ $cur == -* ]]; then _raftarium_words '" +
         options + "'; else _raftarium_words '" + joined(first_words()) +
         "'; fi\n"
         "    COMPREPLY+=(\"${files[@]}\")\n"
         "    return\n"
         "  fi\n"
         "  case $command in\n" +
         families +
         "  esac\n"
         "  case $command in\n" +
         cases + "    *) if [[ $cur == -* ]]; then _raftarium_words '" + options +
         "'; else _raftarium_files; fi ;;\n"
         "  esac\n"
         "}\n"
         "complete -F _raftarium raftarium\n";
}

// For a text in single quotes that zsh reads as NAME[TEXT]:….
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string zsh_arguments(const CommandSpec& command) {
  std::string out = "_arguments '--help[print help]'";
  for (const OptionSpec& option : command.options) {
    out += " \\\n        '" + std::string(option.name) + "[" + zsh_text(option.help) + "]";
    if (!option.value.empty()) {
      const std::string words = words_of(option);
      out += ":" + zsh_text(option.value) + ":" + (words.empty() ? "_files" : "(" + words + ")");
    }
    out += "'";
  }
  if (command.most > 0) {
    const std::string ending = ending_of(command);
    out += " \\\n        '*:file:_files" +
           (ending.empty() ? std::string() : " -g \"*" + ending + "\"") + "'";
  }
  return out;
}

std::string zsh() {
  std::string list;
  std::string families;
  std::string cases;
  for (const std::string& word : first_words()) {
    const CommandSpec* command = find_command(word);
    const auto second = second_words(word);
    list += "    '" + word + ":" +
            zsh_text(command ? std::string(command->summary) : joined(second)) + "'\n";
    if (second.empty()) continue;
    families += "  " + word + ")\n    if (( CURRENT == 3 )); then compadd " + joined(second) +
                "; return; fi\n    command+=\" $words[3]\"; shift words; (( CURRENT-- )) ;;\n";
  }
  for (const CommandSpec& command : commands()) {
    if (command.name.empty()) continue;
    cases += "  '" + std::string(command.name) + "')\n    " + zsh_arguments(command) + " ;;\n";
  }
  return "#compdef raftarium\n# made by raftarium --generate zsh\n"
         "local command=$words[2]\n"
         "if (( CURRENT == 2 )); then\n"
         "  local -a commands=(\n" +
         list +
         "  )\n"
         "  _describe command commands\n"
         "  _files\n"
         "  return\n"
         "fi\n"
         "case $command in\n" +
         families +
         "esac\n"
         "shift words; (( CURRENT-- ))\n"
         "case $command in\n" +
         cases + "  *)\n    " + zsh_arguments(commands().front()) + " ;;\nesac\n";
}

}  // namespace

Result<std::string> generate(std::string_view kind, std::string_view version) {
  if (kind == "man") return manual(version);
  if (kind == "bash") return bash();
  if (kind == "zsh") return zsh();
  return Error{Code::kInvalidArgument,
               "--generate expects man, bash or zsh, found '" + std::string(kind) + "'"};
}

}  // namespace cli
