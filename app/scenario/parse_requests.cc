// put, get, delete, scan, cas, append, clients: what clients ask.
#include <utility>

#include "app/scenario/handlers.h"
#include "kv/command.h"

namespace scenario {
namespace {

std::string take_limited(Cursor& c, std::string_view what, std::uint64_t limit) {
  const std::uint64_t column = c.column();
  std::string text = c.value(what);
  if (text.size() > limit) {
    c.fail_at(column, std::string(what) + " has " + std::to_string(text.size()) +
                          " bytes, at most " + std::to_string(limit) + " are allowed");
  }
  return text;
}

std::string take_key(Cursor& c, std::string_view what = "a key") {
  return take_limited(c, what, kv::kMaxKeyBytes);
}

std::string take_value(Cursor& c, std::string_view what = "a value") {
  return take_limited(c, what, kv::kMaxValueBytes);
}

std::optional<sim::ReadMode> to_read_mode(std::string_view word) {
  if (word == "index") return sim::ReadMode::kIndex;
  if (word == "log") return sim::ReadMode::kLog;
  if (word == "lease") return sim::ReadMode::kLease;
  if (word == "local") return sim::ReadMode::kLocal;
  return std::nullopt;
}

// read=… of a request or a workload.
sim::ReadMode parse_read_mode(Cursor& c, const Option& option) {
  const auto mode = to_read_mode(option.value);
  if (!mode) {
    c.fail_at(option.value_column, "expected index, log, lease or local");
  }
  return mode.value_or(sim::ReadMode::kDefault);
}

void parse_named_option(Cursor& c, sim::Request& request, const Option& option) {
  if (option.name == "term") {
    request.term = to_number(option.value);
    if (!request.term) c.fail_at(option.value_column, "expected a term, such as term=3");
  } else if (option.name == "conf-ver") {
    request.conf_version = to_number(option.value);
    if (!request.conf_version) c.fail_at(option.value_column, "expected a number: conf-ver=1");
  } else if (option.name == "store") {
    request.store = to_node(option.value);
    if (!request.store) c.fail_at(option.value_column, "expected a node: store=n2");
  } else if (option.name == "read" && sim::is_read(request.operation)) {
    request.read = parse_read_mode(c, option);
  } else {
    c.fail_at(option.column,
              std::string("expected an option of this request: via nX, as cX, term=T, conf-ver=V, "
                          "store=nX") +
                  (sim::is_read(request.operation) ? ", read=index|log|lease|local" : "") +
                  "; found '" + option.name + "='");
  }
}

std::optional<sim::Operation> to_operation(std::string_view word) {
  if (word == "put") return sim::Operation::kPut;
  if (word == "get") return sim::Operation::kGet;
  if (word == "delete") return sim::Operation::kDelete;
  if (word == "scan") return sim::Operation::kScan;
  if (word == "cas") return sim::Operation::kCas;
  if (word == "append") return sim::Operation::kAppend;
  return std::nullopt;
}

// put,get,cas
std::vector<sim::Operation> parse_operations(Cursor& c, const Option& option) {
  std::vector<sim::Operation> operations;
  std::string_view rest = option.value;
  while (true) {
    const std::size_t comma = rest.find(',');
    const auto operation = to_operation(rest.substr(0, comma));
    if (!operation) {
      c.fail_at(option.value_column,
                "expected operations with commas between, such as ops=put,get,cas");
    } else {
      operations.push_back(*operation);
    }
    if (comma == std::string_view::npos) return operations;
    rest.remove_prefix(comma + 1);
  }
}

void parse_workload_option(Cursor& c, sim::WorkloadOptions& options, const Option& option) {
  if (option.name == "reads") {
    const auto ratio = to_ratio(option.value);
    if (!ratio || ratio->numerator > ratio->denominator) {
      c.fail_at(option.value_column, "expected a ratio from 0 to 1, such as reads=1/2");
    }
    options.reads = ratio.value_or(sim::Ratio{1, 2});
  } else if (option.name == "keys") {
    const auto keys = to_number(option.value);
    if (!keys || *keys == 0) {
      c.fail_at(option.value_column, "expected a number of keys from 1, such as keys=8");
    }
    options.keys = keys.value_or(1);
  } else if (option.name == "think") {
    const auto range = to_range(option.value);
    if (!range) c.fail_at(option.value_column, "expected a time in ticks, such as think=10..50");
    options.think = range.value_or(options.think);
  } else if (option.name == "ops") {
    options.operations = parse_operations(c, option);
  } else if (option.name == "read") {
    options.read = parse_read_mode(c, option);
  } else {
    c.fail_at(option.column,
              "expected reads=N/M, keys=N, think=A..B, ops=put,get,… or "
              "read=index|log|lease|local; found '" +
                  option.name + "='");
  }
}

// [via nX] [as cX] [term=T] [conf-ver=V] [store=nX] [read=…], in any order.
What with_options(Cursor& c, sim::Request request) {
  while (!c.at_end()) {
    if (c.take("via")) {
      request.via = c.node("the node to send to");
    } else if (c.take("as")) {
      const auto client =
          c.next_is(TokenKind::kWord) ? to_numbered('c', c.peek()->text) : std::nullopt;
      if (!client) c.fail_here("a client, such as c1,");
      c.take_any();
      request.client = client.value_or(0);
    } else if (const auto option = c.option()) {
      parse_named_option(c, request, *option);
    } else {
      c.fail_here("an option (via nX, as cX, term=T, conf-ver=V, store=nX) or the end");
    }
  }
  return sim::Command(std::move(request));
}

}  // namespace

// put x 1 via n2
What parse_put(Cursor& c) {
  sim::Request request;
  request.operation = sim::Operation::kPut;
  request.key = take_key(c);
  request.value = take_value(c);
  return with_options(c, std::move(request));
}

// get x read=local via n3
What parse_get(Cursor& c) {
  sim::Request request;
  request.operation = sim::Operation::kGet;
  request.key = take_key(c);
  return with_options(c, std::move(request));
}

// scan k0 k9
What parse_scan(Cursor& c) {
  sim::Request request;
  request.operation = sim::Operation::kScan;
  request.key = take_key(c, "the first key");
  request.value = take_key(c, "the last key");
  return with_options(c, std::move(request));
}

// delete x
What parse_delete(Cursor& c) {
  sim::Request request;
  request.operation = sim::Operation::kDelete;
  request.key = take_key(c);
  return with_options(c, std::move(request));
}

// cas x 1 2, cas lock absent me
What parse_cas(Cursor& c) {
  sim::Request request;
  request.operation = sim::Operation::kCas;
  request.key = take_key(c);
  if (!c.take("absent")) request.expect = take_value(c, "the old value, or absent,");
  request.value = take_value(c, "the new value");
  return with_options(c, std::move(request));
}

// append x ", and more"
What parse_append(Cursor& c) {
  sim::Request request;
  request.operation = sim::Operation::kAppend;
  request.key = take_key(c);
  request.value = take_value(c);
  return with_options(c, std::move(request));
}

// read-index n2
What parse_read_index(Cursor& c) {
  sim::Request request;
  request.operation = sim::Operation::kReadIndex;
  request.via = c.node("the node whose core is asked");
  c.finish();
  return sim::Command(std::move(request));
}

// clients 3 reads=1/4 keys=2 think=1..5 ops=put,get read=local, clients 0
What parse_clients(Cursor& c) {
  sim::Workload workload;
  workload.clients = c.number("a number of clients, 0 to end the workload,", 0, UINT64_MAX);
  while (workload.clients != 0 && !c.at_end()) {
    const auto option = c.option();
    if (option) {
      parse_workload_option(c, workload.options, *option);
    } else {
      c.fail_here(
          "reads=N/M, keys=N, think=A..B, ops=put,get,…, "
          "read=index|log|lease|local or the end");
    }
  }
  c.finish();
  return sim::Command(std::move(workload));
}

}  // namespace scenario
