#include "app/scenario/parser.h"

#include <array>

#include "app/scenario/cursor.h"
#include "app/scenario/handlers.h"
#include "app/scenario/print.h"

namespace scenario {
namespace {

using Handler = What (*)(Cursor&);

struct Entry {
  CommandHelp help;
  Handler handler;  // null: the console's own
};

constexpr std::array kCommands = {
    Entry{{"seed", "seed N", "header: the seed of all chance"}, parse_seed},
    Entry{{"nodes", "nodes N", "header: how many nodes, 1 to 9"}, parse_nodes},
    Entry{{"disk-images", "disk-images DIR", "header: the nodes boot from databases"},
          parse_disk_images},
    Entry{{"set", "set [nX] KEY VALUE", "an option, for all or one node"}, parse_set},
    Entry{{"network", "network perfect|lan|wan|lossy|adversarial", "delay, loss and duplication"},
          parse_network},
    Entry{{"tick", "tick [N]", "lets N ticks pass"}, parse_tick},
    Entry{{"step", "step [N]", "lets the next N events happen"}, parse_step},
    Entry{{"never", "never PREDICATE for N", "runs N ticks and fails if it holds"}, parse_never},
    Entry{{"until", "until PREDICATE [within N]", "runs until it holds"}, parse_until},
    Entry{{"put", "put K V [via nX] [as cX] [term=T] [conf-ver=V] [store=nX]", "writes a key"},
          parse_put},
    Entry{{"get", "get K [read=index|log|lease|local]", "reads a key"}, parse_get},
    Entry{{"delete", "delete K", "removes a key"}, parse_delete},
    Entry{{"scan", "scan K1 K2 [read=index|log|lease|local]",
           "reads the keys from K1 to K2, both included"},
          parse_scan},
    Entry{{"cas", "cas K OLD|absent NEW", "writes a key if it is as expected"}, parse_cas},
    Entry{{"append", "append K V", "adds to a key's value"}, parse_append},
    Entry{{"clients",
           "clients N [reads=N/M] [keys=N] [think=A..B] [ops=put,get,…] "
           "[read=index|log|lease|local]",
           "N clients work; 0 ends it"},
          parse_clients},
    Entry{{"campaign", "campaign nX", "starts an election at once"}, parse_campaign},
    Entry{{"transfer", "transfer nX", "hands leadership to nX"}, parse_transfer},
    Entry{{"forget-leader", "forget-leader nX", "lets a follower vote anew"}, parse_forget_leader},
    Entry{{"compact", "compact nX [to INDEX]", "a leader proposes to shorten the log"},
          parse_compact},
    Entry{{"crash",
           "crash nX [at=now|before-sync|after-sync|mid-apply|snapshot-chunk:K|io:N] "
           "[lose=unsynced|nothing|disk]",
           "a node loses power"},
          parse_crash},
    Entry{{"restart", "restart nX", "a node starts from its disk"}, parse_restart},
    Entry{{"pause", "pause nX", "a node stands still and keeps its memory"}, parse_pause},
    Entry{{"resume", "resume nX", "a paused node goes on"}, parse_resume},
    Entry{{"clock", "clock nX N/M", "the speed of a node's clock"}, parse_clock},
    Entry{{"timer", "timer nX N", "its election timer fires in N own ticks"}, parse_timer},
    Entry{{"partition", "partition {n1 n2} {n3 n4 n5}", "cuts all links between groups"},
          parse_partition},
    Entry{{"links", "links only n1-n2 n2-n3", "cuts all other links"}, parse_links},
    Entry{{"cut", "cut nX->nY | nX nY", "cuts one or both directions"}, parse_cut},
    Entry{{"mend", "mend nX->nY | nX nY", "undoes a cut"}, parse_mend},
    Entry{{"heal", "heal", "all links whole, held messages go on"}, parse_heal},
    Entry{{"link", "link nX->nY [delay=A..B] [loss=N/M] [dup=N/M]", "the quality of a link"},
          parse_link},
    Entry{{"hold", "hold nX->nY", "messages wait"}, parse_hold},
    Entry{{"release", "release nX->nY", "they go on"}, parse_release},
    Entry{{"deliver", "deliver mK | TYPE nX->nY [nth=K]", "a message arrives now"}, parse_deliver},
    Entry{{"drop", "drop mK | TYPE nX->nY [nth=K]", "a message is lost"}, parse_drop},
    Entry{{"dup", "dup mK | TYPE nX->nY [nth=K]", "a message comes twice"}, parse_dup},
    Entry{{"delay", "delay mK | TYPE nX->nY T [nth=K]", "a message takes T ticks longer"},
          parse_delay},
    Entry{{"disk", "disk nX full | full-at BYTES | write-error | sync-error | ok",
           "faults of a disk; errors take [after=N] [once|always]"},
          parse_disk},
    Entry{
        {"mistake", "mistake NAME on|off [nX]", "a classic wrong rule, everywhere or at one node"},
        parse_mistake},
    Entry{{"change",
           "change +nX -nX ~nX [joint=auto|implicit|explicit] | change add|remove|learner nX | "
           "change leave",
           "changes the members: + voter, - out, ~ learner"},
          parse_change},
    Entry{{"read-index", "read-index nX", "asks the core for a read index"}, parse_read_index},
    Entry{{"bookmark", "bookmark \"text\"", "marks the present instant"}, parse_bookmark},
    Entry{{"say", "say \"text\"", "narrates"}, parse_say},
    Entry{{"expect", "expect PREDICATE | [first] violation NAME | no violations | linearizable",
           "fails unless it holds"},
          parse_expect},
    Entry{{"back", "back [N]", "takes events back", false}, nullptr},
};

constexpr auto kHelp = [] {
  std::array<CommandHelp, kCommands.size()> help{};
  for (std::size_t i = 0; i < help.size(); ++i) help[i] = kCommands[i].help;
  return help;
}();

std::string unknown_command(std::string_view word) {
  std::vector<std::string_view> words;
  for (const Entry& entry : kCommands) words.push_back(entry.help.word);
  std::string message = "expected a command, such as tick, put, crash or expect";
  if (const std::string_view near = nearest_word(word, words); !near.empty()) {
    message = "expected a command; did you mean " + std::string(near) + "?";
  }
  return message;
}

What parse_what(Cursor& cursor) {
  const Token& first = *cursor.peek();
  if (first.kind != TokenKind::kWord) {
    cursor.fail_here("a command, such as tick, put, crash or expect,");
    return Tick{};
  }
  for (const Entry& entry : kCommands) {
    if (entry.help.word != first.text) continue;
    cursor.take_any();
    if (entry.handler) return entry.handler(cursor);
    cursor.fail_at(first.column, first.text + " is for the window's console only");
    return Tick{};
  }
  cursor.fail_at(first.column,
                 unknown_command(first.text) + " (found '" + first.text.substr(0, 40) + "')");
  return Tick{};
}

}  // namespace

std::string Place::text() const {
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

ParsedLine parse_line(std::string_view line, std::string_view file, std::uint64_t line_number) {
  const LexedLine lexed = lex(line);
  if (lexed.error) return {std::nullopt, lexed.error};
  if (lexed.tokens.empty()) return {};
  Cursor cursor(lexed);
  Statement statement{parse_what(cursor),
                      {std::string(file), line_number, lexed.tokens.front().column}};
  if (cursor.error()) return {std::nullopt, cursor.error()};
  return {std::move(statement), std::nullopt};
}

Result<Statement> parse_statement(std::string_view line, std::string_view file,
                                  std::uint64_t line_number) {
  ParsedLine parsed = parse_line(line, file, line_number);
  if (!parsed.statement && !parsed.error) parsed.error = SyntaxError{1, "expected a command"};
  if (parsed.error) {
    const Place place{std::string(file), line_number, parsed.error->column};
    return Error{Code::kInvalidArgument, place.text() + ": " + parsed.error->message};
  }
  return std::move(*parsed.statement);
}

Result<sim::Command> parse_command(std::string_view line) {
  RAFT_TRY_ASSIGN(Statement statement, parse_statement(line, "command"));
  if (auto* command = std::get_if<sim::Command>(&statement.what)) return std::move(*command);
  return Error{Code::kInvalidArgument,
               "command:1:1: expected a command of the cluster, found '" + print(statement) + "'"};
}

std::span<const CommandHelp> command_help() { return kHelp; }

}  // namespace scenario
