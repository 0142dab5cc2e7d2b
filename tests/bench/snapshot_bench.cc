// A state of many mebibytes goes to a new follower while clients write: does the leader go on
// leading, what does it keep in memory, what becomes of the others' commit latency. One JSON line;
// before it another one of what a receiver takes, on a plain file in the present folder.
//
//   snapshot_bench [MEBIBYTES]      64 unless said otherwise
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "app/sim/cluster.h"
#include "kv/snapshot.h"
#include "storage/node_store.h"

namespace {

constexpr std::uint64_t kValueBytes = 65536;

struct Latency {
  std::vector<std::uint64_t> millis;  // of a tick
  double median() {
    if (millis.empty()) return 0;
    std::nth_element(millis.begin(), millis.begin() + static_cast<long>(millis.size() / 2),
                     millis.end());
    return static_cast<double>(millis[millis.size() / 2]) / 1000;
  }
  double worst() const {
    return millis.empty()
               ? 0
               : static_cast<double>(*std::max_element(millis.begin(), millis.end())) / 1000;
  }
};

class Bench {
 public:
  explicit Bench(sim::Cluster cluster) : cluster_(std::move(cluster)) {}

  void act(const sim::Command& command) {
    const Status done = cluster_.execute(command);
    if (done) return;
    std::fprintf(stderr, "%s\n", done.error().message.c_str());
    std::exit(1);
  }

  std::uint64_t put(std::string key, std::string value) {
    sim::Request request;
    request.key = std::move(key);
    request.value = std::move(value);
    act(request);
    return cluster_.request_count();
  }

  bool done(std::uint64_t request) const {
    return cluster_.request(request)->outcome != sim::Outcome::kPending;
  }

  void wait(std::uint64_t request) {
    while (!done(request)) cluster_.step();
  }

  // A small write after the other, until `enough`.
  template <class Enough>
  Latency write_until(const Enough& enough) {
    Latency latency;
    std::uint64_t open = put("small", "0");
    while (!enough()) {
      cluster_.step();
      buffered_ = std::max(buffered_, buffered_now());
      if (!done(open)) continue;
      const sim::RequestView& request = *cluster_.request(open);
      latency.millis.push_back(request.returned->millis - request.called.millis);
      open = put("small", std::to_string(open));
    }
    wait(open);
    return latency;
  }

  std::uint64_t buffered_now() const {
    std::uint64_t bytes = 0;
    const auto view = cluster_.nodes_view();
    for (const auto& transfer : view.node(leader_)->transfers) bytes += transfer.buffered_bytes;
    return bytes;
  }

  sim::Cluster& cluster() { return cluster_; }
  std::uint64_t buffered() const { return buffered_; }
  void leads(sim::NodeId node) { leader_ = node; }

 private:
  sim::Cluster cluster_;
  sim::NodeId leader_;
  std::uint64_t buffered_ = 0;
};

// Kibibytes of this process at its highest since the last reset; Linux only, else 0.
std::uint64_t peak_kib(bool reset) {
  if (reset) std::ofstream("/proc/self/clear_refs") << "5";
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::uint64_t kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib;
  }
  return 0;
}

// The receiver's side on a plain file, where the disk is no part of the memory: how much more does
// the process take while chunks arrive, and while they become its state?
void receive(std::uint64_t mebibytes, std::uint64_t chunk_bytes) {
  const std::string path = "snapshot-bench.sqlite";
  storage::NodeStore::remove(path);
  auto store = storage::NodeStore::create(path, {{{1}}, {}, {}, {}, false}, {});
  if (!store) std::exit(1);
  const auto row = [](std::uint64_t i) {
    std::string record;
    const std::string key = "k" + std::to_string(1'000'000 + i);
    kv::append_row(record, key, {std::string(kValueBytes, 'v'), {i + 1}});
    return record;
  };
  auto write = std::make_shared<kv::SnapshotWrite>();
  write->index = {mebibytes * 16 + 1};
  write->term = {1};
  write->config = {{{1}}, {}, {}, {}, false};
  write->stream.chunk_bytes = chunk_bytes;
  for (std::uint64_t i = 0; i < mebibytes * 16; ++i) {
    const std::string record = row(i);
    write->stream.bytes += record.size();
    write->stream.checksum = kv::stream_checksum(write->stream.checksum, record);
  }
  const std::uint64_t before = peak_kib(true);
  std::string waiting;
  std::uint64_t number = 0;
  const auto stage = [&](std::uint64_t bytes) {
    if (!(*store)->stage_chunk(write->id(), ++number, waiting.substr(0, bytes))) std::exit(1);
    waiting.erase(0, bytes);
  };
  (*store)->hold_commits();
  for (std::uint64_t i = 0; i < mebibytes * 16; ++i) {
    waiting += row(i);
    while (waiting.size() > chunk_bytes) stage(chunk_bytes);
    if (!(*store)->flush()) std::exit(1);
  }
  stage(waiting.size());
  if (!(*store)->flush()) std::exit(1);
  const std::uint64_t staged = peak_kib(true);
  const auto started = std::chrono::steady_clock::now();
  if (!(*store)->write_log({.hard_state = {}, .snapshot = write, .entries = {}})) std::exit(1);
  if (!(*store)->flush()) std::exit(1);
  const auto took = std::chrono::steady_clock::now() - started;
  const std::uint64_t installed = peak_kib(true);
  const auto rows = (*store)->load_rows();
  if (!rows || rows->size() != mebibytes * 16) std::exit(1);
  const std::uint64_t loaded = peak_kib(true);
  const auto more = [&](std::uint64_t kib) {
    return static_cast<unsigned long long>(kib - std::min(kib, before));
  };
  std::printf(
      "{\"bench\":\"snapshot-receiver\",\"mebibytes\":%llu,\"kib_staging\":%llu,"
      "\"kib_installing\":%llu,\"kib_with_state\":%llu,\"seconds_installing\":%.2f}\n",
      static_cast<unsigned long long>(mebibytes), more(staged), more(installed), more(loaded),
      std::chrono::duration<double>(took).count());
  store->reset();
  storage::NodeStore::remove(path);
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t mebibytes = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 64;
  sim::ClusterConfig config;
  config.nodes = 3;
  receive(mebibytes, config.options[0].snapshot_chunk);
  auto booted = sim::Cluster::boot(config);
  if (!booted) return 1;
  Bench bench(*std::move(booted));
  bench.act(sim::Campaign{{1}});
  while (bench.cluster().nodes_view().leader.value != 1) bench.cluster().step();
  bench.leads({1});
  bench.act(sim::Crash{{3}, sim::Lose::kDisk, sim::CrashPoint::kNow, 0});
  for (std::uint64_t i = 0; i < mebibytes * 16; ++i) {
    bench.wait(bench.put("k" + std::to_string(i), std::string(kValueBytes, 'v')));
    // The log holds few of them at a time.
    if (i % 64 == 63) bench.act(sim::Compact{{1}, 0});
  }
  bench.act(sim::Compact{{1}, 0});
  const sim::Instant settled = bench.cluster().position().at + sim::ticks(50);
  const auto term = bench.cluster().nodes_view().term;
  Latency before = bench.write_until([&] { return bench.cluster().position().at > settled; });
  bench.act(sim::Restart{{3}});
  const sim::Instant begun = bench.cluster().position().at;
  const auto started = std::chrono::steady_clock::now();
  std::uint64_t events = 0;
  Latency during = bench.write_until([&] {
    if (++events % 64 != 0) return false;
    const auto view = bench.cluster().nodes_view();
    return view.nodes[2].first.value > 1 && view.nodes[2].applied >= view.nodes[0].snapshot_index;
  });
  const auto took = std::chrono::steady_clock::now() - started;
  const auto view = bench.cluster().nodes_view();
  const bool kept = view.leader.value == 1 && view.term == term;
  std::printf(
      "{\"bench\":\"snapshot\",\"mebibytes\":%llu,\"ticks\":%.1f,\"seconds\":%.2f,"
      "\"leader_kept\":%s,\"buffered_bytes\":%llu,\"window_bytes\":%llu,"
      "\"latency_before\":%.3f,\"latency_during\":%.3f,\"worst_before\":%.3f,"
      "\"worst_during\":%.3f,\"writes_during\":%zu}\n",
      static_cast<unsigned long long>(mebibytes),
      static_cast<double>((bench.cluster().position().at - begun).millis) / 1000,
      std::chrono::duration<double>(took).count(), kept ? "true" : "false",
      static_cast<unsigned long long>(bench.buffered()),
      static_cast<unsigned long long>(config.options[0].snapshot_window *
                                      config.options[0].snapshot_chunk),
      before.median(), during.median(), before.worst(), during.worst(), during.millis.size());
  return 0;
}
