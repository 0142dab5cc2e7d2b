// The parsers of single commands, by family. Each is called with the cursor right behind the
// command's word and reads up to the end of the line, or fails the cursor. Used by parser.cc alone.
#pragma once

#include "app/scenario/cursor.h"
#include "app/scenario/statement.h"

namespace scenario {

using What = decltype(Statement::what);

// Reads a predicate and stops in front of what cannot belong to it (`within`, `for`, the end).
Predicate parse_predicate_at(Cursor& cursor);

// parse_requests.cc
What parse_put(Cursor& c);
What parse_get(Cursor& c);
What parse_delete(Cursor& c);
What parse_scan(Cursor& c);
What parse_cas(Cursor& c);
What parse_append(Cursor& c);
What parse_read_index(Cursor& c);
What parse_clients(Cursor& c);

// parse_cluster.cc
What parse_campaign(Cursor& c);
What parse_transfer(Cursor& c);
What parse_forget_leader(Cursor& c);
What parse_change(Cursor& c);
What parse_compact(Cursor& c);
What parse_crash(Cursor& c);
What parse_disk(Cursor& c);
What parse_restart(Cursor& c);
What parse_pause(Cursor& c);
What parse_resume(Cursor& c);
What parse_clock(Cursor& c);
What parse_timer(Cursor& c);
What parse_partition(Cursor& c);
What parse_links(Cursor& c);
What parse_cut(Cursor& c);
What parse_mend(Cursor& c);
What parse_heal(Cursor& c);
What parse_link(Cursor& c);
What parse_hold(Cursor& c);
What parse_release(Cursor& c);
What parse_network(Cursor& c);
What parse_deliver(Cursor& c);
What parse_drop(Cursor& c);
What parse_dup(Cursor& c);
What parse_delay(Cursor& c);
What parse_mistake(Cursor& c);
What parse_set(Cursor& c);

// parse_control.cc
What parse_seed(Cursor& c);
What parse_nodes(Cursor& c);
What parse_disk_images(Cursor& c);
What parse_tick(Cursor& c);
What parse_step(Cursor& c);
What parse_never(Cursor& c);
What parse_until(Cursor& c);
What parse_expect(Cursor& c);
What parse_bookmark(Cursor& c);
What parse_say(Cursor& c);

}  // namespace scenario
