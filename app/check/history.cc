#include "app/check/history.h"

#include <map>
#include <set>
#include <utility>

#include "app/check/json_lines.h"

namespace check {
namespace {

using Kind = JsonValue::Kind;

constexpr HistoryOp kOps[] = {HistoryOp::kGet, HistoryOp::kPut, HistoryOp::kDelete, HistoryOp::kCas,
                              HistoryOp::kAppend};
// Clients that go on under another number get one beyond all that a scenario can name.
constexpr std::uint64_t kNextSelf = 1000000;

HistoryOp op_of(sim::Operation operation) {
  switch (operation) {
    case sim::Operation::kPut:
      return HistoryOp::kPut;
    case sim::Operation::kDelete:
      return HistoryOp::kDelete;
    case sim::Operation::kCas:
      return HistoryOp::kCas;
    case sim::Operation::kAppend:
      return HistoryOp::kAppend;
    case sim::Operation::kGet:
    case sim::Operation::kScan:
    case sim::Operation::kReadIndex:
      return HistoryOp::kGet;
  }
  return HistoryOp::kGet;
}

// A stale command was in a log once: an earlier try of it may have taken effect.
Effect effect_of(const sim::RequestView& request) {
  switch (request.outcome) {
    case sim::Outcome::kOk:
      return Effect::kDone;
    case sim::Outcome::kDropped:
      return Effect::kNever;
    case sim::Outcome::kRefused:
      return request.reason == "stale-command" ? Effect::kUnknown : Effect::kNever;
    case sim::Outcome::kPending:
    case sim::Outcome::kUnknown:
      return Effect::kUnknown;
  }
  return Effect::kUnknown;
}

bool tells_truth(HistoryOp op) { return op == HistoryOp::kCas || op == HistoryOp::kDelete; }
bool has_value(HistoryOp op) {
  return op == HistoryOp::kPut || op == HistoryOp::kCas || op == HistoryOp::kAppend;
}

std::string text_or_null(const std::optional<std::string>& text) {
  return text ? json_text(*text) : "null";
}

Result<std::optional<std::string>> bytes_or_null(const JsonValue& value, std::string_view what) {
  if (value.is(Kind::kNull)) return std::optional<std::string>();
  if (!value.is(Kind::kText)) {
    return Error{Code::kCorruption, "'" + std::string(what) + "' must be a text or null"};
  }
  RAFT_TRY_ASSIGN(std::string bytes, value.bytes(what));
  return std::optional<std::string>(std::move(bytes));
}

Result<Effect> read_effect(const JsonValue& ok) {
  if (ok.is(Kind::kTrue)) return Effect::kDone;
  if (ok.is(Kind::kFalse)) return Effect::kNever;
  if (ok.is(Kind::kText) && ok.text == "unknown") return Effect::kUnknown;
  return Error{Code::kCorruption, "'ok' must be true, false or \"unknown\""};
}

Status read_output(const JsonValue& output, Operation& operation) {
  const std::string op(history_op_name(operation.op));
  if (output.is(Kind::kAbsent) || operation.effect != Effect::kDone) {
    if (operation.op == HistoryOp::kGet && operation.effect == Effect::kDone) {
      return Error{Code::kCorruption, "a get that is ok needs an 'output', a text or null"};
    }
    return ok();
  }
  if (operation.op == HistoryOp::kPut) return ok();  // it says nothing
  operation.has_output = true;
  if (!tells_truth(operation.op)) {
    RAFT_TRY_ASSIGN(operation.output, bytes_or_null(output, "output"));
    return ok();
  }
  if (!output.is(Kind::kTrue) && !output.is(Kind::kFalse)) {
    return Error{Code::kCorruption, "the 'output' of a " + op + " must be true or false"};
  }
  operation.truth = output.is(Kind::kTrue);
  return ok();
}

Result<Operation> read_operation(const JsonValue& line) {
  Operation operation;
  RAFT_TRY_ASSIGN(operation.client, line["client"].number("client"));
  bool known = false;
  for (const HistoryOp op : kOps) {
    if (!line["op"].is(Kind::kText) || line["op"].text != history_op_name(op)) continue;
    operation.op = op;
    known = true;
  }
  if (!known) return Error{Code::kCorruption, "'op' must be get, put, delete, cas or append"};
  RAFT_TRY_ASSIGN(operation.key, line["key"].bytes("key"));
  if (has_value(operation.op)) {
    RAFT_TRY_ASSIGN(operation.value, line["value"].bytes("value"));
  }
  if (operation.op == HistoryOp::kCas) {
    RAFT_TRY_ASSIGN(operation.expect, bytes_or_null(line["expect"], "expect"));
  }
  RAFT_TRY_ASSIGN(operation.call, line["call"].number("call"));
  RAFT_TRY_ASSIGN(operation.effect, read_effect(line["ok"]));
  if (operation.effect != Effect::kUnknown) {
    RAFT_TRY_ASSIGN(operation.returned, line["return"].number("return"));
    if (operation.returned < operation.call) {
      return Error{Code::kCorruption, "'return' is before 'call'"};
    }
  }
  RAFT_TRY(read_output(line["output"], operation));
  if (!line["scan"].is(Kind::kAbsent)) {
    RAFT_TRY_ASSIGN(operation.scan, line["scan"].number("scan"));
  }
  return operation;
}

}  // namespace

std::string_view history_op_name(HistoryOp op) {
  switch (op) {
    case HistoryOp::kGet:
      return "get";
    case HistoryOp::kPut:
      return "put";
    case HistoryOp::kDelete:
      return "delete";
    case HistoryOp::kCas:
      return "cas";
    case HistoryOp::kAppend:
      return "append";
  }
  return "get";
}

namespace {

// Every key that some request names or some scan has found.
std::set<std::string> known_keys(const std::vector<sim::RequestView>& requests) {
  std::set<std::string> keys;
  for (const sim::RequestView& request : requests) {
    const sim::Operation operation = request.request.operation;
    if (operation == sim::Operation::kReadIndex) continue;
    if (operation != sim::Operation::kScan) keys.insert(request.request.key);
    for (const auto& [key, value] : request.rows) keys.insert(key);
  }
  return keys;
}

// A scan has read each key of its range, at one instant; a checker of single keys needs to know no
// more than that.
void add_scan(const sim::RequestView& request, const std::set<std::string>& keys,
              Operation operation, History& history) {
  operation.scan = request.id;
  operation.has_output = operation.effect == Effect::kDone;
  for (auto key = keys.lower_bound(request.request.key);
       key != keys.end() && *key <= request.request.value; ++key) {
    operation.key = *key;
    operation.output.reset();
    for (const auto& [found, value] : request.rows) {
      if (found == *key) operation.output = value;
    }
    history.operations.push_back(operation);
  }
}

}  // namespace

History history_of(const std::vector<sim::RequestView>& requests) {
  History history;
  std::map<std::uint64_t, std::uint64_t> selves;  // by client: how often it went on as another
  const std::set<std::string> keys = known_keys(requests);
  for (const sim::RequestView& request : requests) {
    // It asks for no key.
    if (request.request.operation == sim::Operation::kReadIndex) continue;
    Operation operation;
    operation.client = request.client + kNextSelf * selves[request.client];
    operation.op = op_of(request.request.operation);
    operation.key = request.request.key;
    if (has_value(operation.op)) operation.value = request.request.value;
    if (operation.op == HistoryOp::kCas) operation.expect = request.request.expect;
    operation.call = request.call_event;
    operation.effect = effect_of(request);
    if (operation.effect == Effect::kUnknown) {
      ++selves[request.client];
    } else {
      operation.returned = request.return_event;
    }
    if (operation.effect == Effect::kDone && request.has_output &&
        operation.op != HistoryOp::kPut) {
      operation.has_output = true;
      if (tells_truth(operation.op)) {
        operation.truth = request.output == "true";
      } else {
        operation.output = request.output;
      }
    }
    if (request.request.operation == sim::Operation::kScan) {
      add_scan(request, keys, std::move(operation), history);
    } else {
      history.operations.push_back(std::move(operation));
    }
  }
  return history;
}

std::string write_history(const History& history) {
  std::string out;
  for (const Operation& operation : history.operations) {
    out += "{\"client\":" + std::to_string(operation.client) + ",\"op\":\"";
    out += history_op_name(operation.op);
    out += "\",\"key\":" + json_text(operation.key);
    if (operation.op == HistoryOp::kCas) out += ",\"expect\":" + text_or_null(operation.expect);
    if (has_value(operation.op)) out += ",\"value\":" + json_text(operation.value);
    out += ",\"call\":" + std::to_string(operation.call);
    if (operation.effect == Effect::kUnknown) {
      out += ",\"ok\":\"unknown\"";
    } else {
      out += ",\"return\":" + std::to_string(operation.returned) + ",\"ok\":";
      out += operation.effect == Effect::kDone ? "true" : "false";
    }
    if (operation.has_output) {
      out += ",\"output\":";
      out += tells_truth(operation.op) ? (operation.truth ? "true" : "false")
                                       : text_or_null(operation.output);
    }
    if (operation.scan != 0) out += ",\"scan\":" + std::to_string(operation.scan);
    out += "}\n";
  }
  return out;
}

Result<History> read_history(std::string_view file) {
  History history;
  RAFT_TRY(for_each_line(file, [&](std::uint64_t, std::string_view line) -> Status {
    RAFT_TRY_ASSIGN(const JsonValue object, parse_json_object(line));
    RAFT_TRY_ASSIGN(Operation operation, read_operation(object));
    history.operations.push_back(std::move(operation));
    return ok();
  }));
  return history;
}

}  // namespace check
