// Databases of nodes: as bytes, and with rows that no node would write behind right checksums. What
// passes the check must boot, and run for a while.
#include <memory>
#include <vector>

#include "app/sim/cluster.h"
#include "kv/command.h"
#include "storage/database_check.h"
#include "storage/node_store.h"
#include "tests/fuzz/targets.h"

namespace fuzz {
namespace {

constexpr std::uint64_t kNodes = 3;

raft::ConfState members() { return {{{1}, {2}, {3}}, {}, {}, {}, false}; }

const std::string& fresh_database() {
  static const std::string bytes = [] {
    storage::SimDisk disk;
    require(storage::NodeStore::create(disk, members(), {}).has_value(), "a disk can be formatted");
    return disk.contents(storage::NodeStore::kFileName).value();
  }();
  return bytes;
}

void boot(const std::string& bytes) {
  sim::ClusterConfig config;
  config.nodes = kNodes;
  config.options.resize(kNodes);
  auto cluster = sim::Cluster::boot(config, {bytes, fresh_database(), fresh_database()});
  if (!cluster) return;  // members that it does not have
  (void)cluster->execute(sim::SetTimer{{1}, 2});
  cluster->run_until({30'000});
  (void)cluster->view();
  (void)cluster->digest();
  (void)cluster->execute(sim::Crash{{1}});
  (void)cluster->execute(sim::Restart{{1}});
  cluster->run_until({60'000});
}

std::vector<raft::NodeId> ids(Input& input) {
  std::vector<raft::NodeId> out;
  std::uint64_t id = 0;
  for (int i = input.byte() % 4; i > 0; --i) out.push_back({id += 1 + input.byte() % 3});
  return out;
}

std::string data(Input& input) {
  if (input.byte() % 4 == 0) return input.text(60);
  kv::Command command;
  command.op = static_cast<kv::Op>(input.byte() % 5);
  command.key = input.text(20);
  command.value = input.text(20);
  if (command.op == kv::Op::kCas && input.byte() % 2 == 0) command.expect = input.text(5);
  return kv::encode(command);
}

}  // namespace

void database_bytes(std::string_view input) {
  const storage::DatabaseReport report = storage::check_database(input);
  require(report.usable || !report.problems.empty(), "what is refused has a problem");
  if (report.usable) boot(std::string(input));
}

void database_rows(std::string_view bytes) {
  Input input(bytes);
  storage::SimDisk disk;
  raft::ConfState config = members();
  if (input.byte() % 4 == 0) {
    config = {ids(input), ids(input), ids(input), ids(input), input.byte() % 2 == 0};
  }
  auto store = storage::NodeStore::create(disk, config, {});
  require(store.has_value(), "a disk can be formatted");
  kv::LogWrite write;
  write.hard_state = {{input.number()}, {input.number()}, {input.number()}};
  raft::Term term{1};
  for (std::uint64_t index = 1; index <= 8 && !input.empty(); ++index) {
    const std::uint8_t kind = input.byte();
    term.value += kind % 3 == 0 ? input.number() : 0;
    const auto type =
        kind < 240 ? raft::EntryType::kNormal : static_cast<raft::EntryType>(kind % 3);
    write.entries.push_back(std::make_shared<const raft::Entry>(
        raft::Entry{term, {index}, type, input.byte() % 5 == 0 ? "" : data(input)}));
  }
  (void)(*store)->write_log(write);
  kv::ApplyWrite apply;
  apply.applied = {input.number()};
  apply.applied_term = {input.number()};
  for (int i = input.byte() % 3; i > 0; --i) {
    apply.rows.emplace_back(input.text(20), kv::Row{input.text(20), {input.number()}});
  }
  for (int i = input.byte() % 3; i > 0; --i) {
    apply.sessions.emplace_back(input.number(),
                                kv::Session{input.number(), input.text(20), {input.number()}});
  }
  (void)(*store)->write_apply(apply);
  disk.complete_all();
  const std::string file = disk.contents(storage::NodeStore::kFileName).value();
  if (storage::check_database(file).usable) boot(file);
}

}  // namespace fuzz
