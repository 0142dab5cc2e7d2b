// Header lines, time control and expectations: what is not a command of the cluster.
#include "app/scenario/handlers.h"

namespace scenario {
namespace {

constexpr std::string_view kText = "a text in quotes";

}  // namespace

// seed 42
What parse_seed(Cursor& c) {
  const Seed seed{c.number("a seed, a number from 0 to 18446744073709551615", 0, UINT64_MAX)};
  c.finish();
  return seed;
}

// nodes 3
What parse_nodes(Cursor& c) {
  const Nodes nodes{c.number("a number of nodes from 1 to 9", 1, sim::kMaxNodes)};
  c.finish();
  return nodes;
}

// tick, tick 0.35
What parse_tick(Cursor& c) {
  Tick tick;
  if (!c.at_end()) tick.by = c.duration("a time");
  c.finish();
  return tick;
}

// step, step 10
What parse_step(Cursor& c) {
  Step step;
  if (!c.at_end()) step.items = c.number("a number of events from 1", 1, 1'000'000'000);
  c.finish();
  return step;
}

// never leader any for 30
What parse_never(Cursor& c) {
  Never never;
  never.predicate = parse_predicate_at(c);
  c.expect("for", "and, or, or for N");
  never.lasting = c.duration("a time");
  c.finish();
  return never;
}

// until leader any within 50
What parse_until(Cursor& c) {
  Until until;
  until.predicate = parse_predicate_at(c);
  if (c.take("within")) {
    until.within = c.duration("a time");
    c.finish();
  } else if (!c.at_end()) {
    c.fail_here("and, or, within N or the end");
  }
  return until;
}

// expect commit n1 = 3
What parse_expect(Cursor& c) {
  const std::uint64_t column = c.column();
  if (c.take("violation")) {
    c.fail_at(column, "expect violation is not built yet: nothing is checked so far");
  } else if (c.take("first")) {
    c.fail_at(column, "expect first violation is not built yet: nothing is checked so far");
  } else if (c.take("linearizable")) {
    c.fail_at(column, "expect linearizable is not built yet: nothing is checked so far");
  } else if (c.take("no", "violations")) {
    c.finish();
    return ExpectNoViolations{};
  }
  Expect expect{parse_predicate_at(c)};
  if (!c.at_end()) c.fail_here("and, or, or the end");
  return expect;
}

// bookmark "the first leader"
What parse_bookmark(Cursor& c) {
  Bookmark bookmark{c.quoted(kText)};
  c.finish();
  return bookmark;
}

// say "Watch n3 now"
What parse_say(Cursor& c) {
  Say say{c.quoted(kText)};
  c.finish();
  return say;
}

}  // namespace scenario
