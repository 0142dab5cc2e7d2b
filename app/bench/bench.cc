#include "app/bench/bench.h"

#include <array>
#include <ctime>
#include <nlohmann/json.hpp>

namespace bench {
namespace {

std::uint64_t cpu_now() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

// In the order of the layers.
constexpr std::array kGroups = {
    Group{"core", "the consensus core alone, in memory", run_core},
    Group{"kv", "key-value servers with their databases, without a network", run_kv},
    Group{"storage", "one node's database on the simulated disk", run_storage},
    Group{"sim", "five nodes in the simulation, with and without checkers", run_sim},
    Group{"seek", "going back in a run of a million ticks", run_seek},
    Group{"ui", "frames of the window", nullptr},
};

}  // namespace

std::span<const Group> groups() { return kGroups; }

std::string figure(std::string_view name, std::string_view metric, double value,
                   std::string_view peer) {
  return nlohmann::ordered_json{
      {"peer", peer}, {"case", name}, {"metric", metric}, {"value", value}}
      .dump();
}

Stopwatch::Stopwatch(const char* peer)
    : peer_(peer), cpu_(cpu_now()), wall_(std::chrono::steady_clock::now()) {}

double Stopwatch::emit(const Emit& emit, std::string_view name, std::uint64_t units) const {
  const double count = static_cast<double>(units);
  const double cpu = static_cast<double>(cpu_now() - cpu_) / count;
  const double wall = this->wall() / count;
  emit(figure(name, "cpu_ns", cpu, peer_));
  emit(figure(name, "ns", wall, peer_));
  return cpu;
}

double Stopwatch::wall() const {
  const auto passed = std::chrono::steady_clock::now() - wall_;
  return std::chrono::duration<double, std::nano>(passed).count();
}

}  // namespace bench
