// Header lines, time control and expectations: what is not a command of the cluster.
#include "app/scenario/handlers.h"

namespace scenario {
namespace {

constexpr std::string_view kText = "a text in quotes";

// The name of a property, behind `expect [first] violation`.
What parse_violation(Cursor& c, bool first) {
  const std::uint64_t column = c.column();
  const std::string name = c.word("the name of a property, such as election-safety,");
  const auto property = check::property_of(name);
  if (!property) {
    std::vector<std::string_view> names;
    for (std::uint8_t i = 0; i < check::kProperties; ++i) {
      names.push_back(check::property_name(static_cast<check::Property>(i)));
    }
    const std::string_view near = nearest_word(name, names);
    c.fail_at(column, near.empty()
                          ? "expected the name of a property, such as election-safety"
                          : "expected a property; did you mean " + std::string(near) + "?");
  }
  c.finish();
  return ExpectViolation{property.value_or(check::Property::kElectionSafety), first};
}

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

// disk-images databases
What parse_disk_images(Cursor& c) {
  const std::uint64_t column = c.column();
  DiskImages images{c.value("a folder with n1.sqlite, n2.sqlite, …")};
  if (images.folder.empty()) c.fail_at(column, "expected the name of a folder, found an empty one");
  if (images.folder.find('\0') != std::string::npos) {
    c.fail_at(column, "expected the name of a folder, found one with a zero byte");
  }
  c.finish();
  return images;
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

// expect commit n1 = 3, expect first violation election-safety, expect linearizable
What parse_expect(Cursor& c) {
  if (c.take("violation")) return parse_violation(c, false);
  if (c.take("first", "violation")) return parse_violation(c, true);
  if (c.take("linearizable")) {
    c.finish();
    return ExpectLinearizable{};
  }
  if (c.take("no", "violations")) {
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
