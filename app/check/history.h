// What clients asked and what they were told: the input of linearizability checkers, ours and
// others' (format: docs/checks.md). A plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/sim/view.h"
#include "raft/result.h"

namespace check {

enum class Effect : std::uint8_t {
  kDone,     // took effect between call and return
  kNever,    // refused for good
  kUnknown,  // may take effect at any time after the call, or never
};

enum class HistoryOp : std::uint8_t { kGet, kPut, kDelete, kCas, kAppend };
std::string_view history_op_name(HistoryOp op);

struct Operation {
  std::uint64_t client = 0;
  HistoryOp op = HistoryOp::kGet;
  std::string key;
  std::string value;                  // put, cas (the new one), append
  std::optional<std::string> expect;  // cas; nullopt: absent
  std::uint64_t call = 0;             // world events
  std::uint64_t returned = 0;         // kDone and kNever; call <= returned
  Effect effect = Effect::kUnknown;
  bool has_output = false;
  std::optional<std::string> output;  // get, append: the value; nullopt: absent
  bool truth = false;                 // cas: did it match; delete: was it there
  std::uint64_t scan = 0;             // get: it is a part of this request, a scan; 0: of none
  bool operator==(const Operation&) const = default;
};

struct History {
  std::vector<Operation> operations;
  bool operator==(const History&) const = default;
};

// The requests of a run so far. After an outcome that nobody knows, a client goes on under another
// number, since for a checker it may still be busy with the old one.
History history_of(const sim::Requests& requests);

// One line per operation.
std::string write_history(const History& history);
// Unknown fields are ignored. Errors: kCorruption or kInvalidArgument, "line N: …".
Result<History> read_history(std::string_view file);

}  // namespace check
