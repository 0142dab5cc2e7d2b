// For all commands: what is printed parses back to the same command.
#include "app/scenario/print.h"

#include <gtest/gtest.h>

#include "app/scenario/parser.h"
#include "raft/rng.h"

namespace scenario {
namespace {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : rng_(seed) {}

  sim::Command command() {
    switch (rng_.below(25)) {
      case 0:
        return request();
      case 1:
        return sim::Campaign{node()};
      case 2:
        return crash();
      case 3:
        return sim::Restart{node()};
      case 4:
        return sim::Pause{node()};
      case 5:
        return sim::Resume{node()};
      case 6:
        return sim::SetClock{node(), {rng_.between(1, 9), rng_.between(1, 9)}};
      case 7:
        return sim::SetTimer{node(), rng_.below(100)};
      case 8:
        return partition();
      case 9:
        return sim::LinksOnly{{{{1}, {2}}, {{4}, {3}}}};
      case 10:
        return cut_or_mend<sim::Cut>();
      case 11:
        return cut_or_mend<sim::Mend>();
      case 12:
        return sim::Heal{};
      case 13:
        return sim::SetNetwork{pick({"perfect", "lan", "wan", "lossy", "adversarial"})};
      case 14:
        return link();
      case 15:
        return held<sim::Hold>();
      case 16:
        return held<sim::Release>();
      case 17:
        return sim::Deliver{selector()};
      case 18:
        return sim::Drop{selector()};
      case 19:
        return sim::Duplicate{selector()};
      case 20: {
        auto s = selector();
        return sim::DelayBy{s, duration()};
      }
      case 21:
        return disk_fault();
      case 22:
        return workload();
      case 23:
        return sim::SetMistake{coin() ? raft::Mistake::kNoDedupe : raft::Mistake::kVoteTwice,
                               coin(), maybe_node()};
      default:
        return sim::SetOption{maybe_node(), pick({"pre-vote", "sync-latency"}), "0.5"};
    }
  }

 private:
  bool coin() { return rng_.chance(1, 2); }
  sim::NodeId node() { return {rng_.between(1, 9)}; }
  sim::NodeId maybe_node() { return coin() ? node() : sim::NodeId{}; }
  sim::Duration duration() { return {rng_.below(5000)}; }
  std::string pick(std::vector<std::string> words) { return words[rng_.below(words.size())]; }

  sim::Endpoint endpoint() {
    switch (rng_.below(3)) {
      case 0:
        return {};
      case 1:
        return {node(), 0};
      default:
        return {{}, rng_.between(1, 200)};
    }
  }

  std::string text() {
    if (rng_.chance(1, 8)) return pick({"absent", "via", "as", "and", "true", "#", "term=1", "é"});
    std::string out;
    const std::uint64_t length = rng_.below(6);
    for (std::uint64_t i = 0; i < length; ++i) out += static_cast<char>(rng_.below(256));
    return out;
  }

  sim::Request request() {
    sim::Request r;
    r.operation = static_cast<sim::Operation>(rng_.below(5));
    r.key = text();
    const bool reads = r.operation == sim::Operation::kGet;
    if (r.operation != sim::Operation::kGet && r.operation != sim::Operation::kDelete) {
      r.value = text();
    }
    if (r.operation == sim::Operation::kCas && coin()) r.expect = text();
    if (reads) r.read = coin() ? sim::ReadMode::kLog : sim::ReadMode::kLocal;
    r.via = maybe_node();
    if (coin()) r.client = rng_.between(1, 300);
    if (coin()) r.term = rng_.next();
    if (coin()) r.conf_version = rng_.below(3);
    if (coin()) r.store = node();
    return r;
  }

  sim::Crash crash() {
    sim::Crash out{node()};
    out.lose = static_cast<sim::Lose>(rng_.below(3));
    out.at = static_cast<sim::CrashPoint>(rng_.below(6));
    if (out.at == sim::CrashPoint::kIo || out.at == sim::CrashPoint::kSnapshotChunk)
      out.nth = rng_.between(1, 100);
    return out;
  }

  sim::DiskFault disk_fault() {
    sim::DiskFault out{node()};
    out.kind = static_cast<sim::DiskFaultKind>(rng_.below(11));
    if (out.kind == sim::DiskFaultKind::kFullAt) out.bytes = rng_.next();
    if (out.kind == sim::DiskFaultKind::kRotLog) out.index = rng_.between(1, UINT64_MAX);
    if (out.kind == sim::DiskFaultKind::kRotKv) out.key = text();
    const bool fails = out.kind == sim::DiskFaultKind::kWriteError ||
                       out.kind == sim::DiskFaultKind::kSyncError ||
                       out.kind == sim::DiskFaultKind::kMisdirect;
    if (fails && coin()) out.after = rng_.next();
    if (fails || out.kind == sim::DiskFaultKind::kReadError) out.always = coin();
    return out;
  }

  sim::Workload workload() {
    sim::Workload out;
    out.clients = rng_.below(4);
    if (out.clients == 0) return out;
    const std::uint64_t of = rng_.between(1, 9);
    out.options.reads = {rng_.between(0, of), of};
    out.options.keys = rng_.between(1, 1000);
    const auto low = duration();
    const auto more = duration();
    out.options.think = {low, {low.millis + more.millis}};
    out.options.operations.clear();
    const std::uint64_t operations = rng_.between(1, 5);
    for (std::uint64_t i = 0; i < operations; ++i) {
      out.options.operations.push_back(static_cast<sim::Operation>(rng_.below(5)));
    }
    if (coin()) out.options.read = coin() ? sim::ReadMode::kLog : sim::ReadMode::kLocal;
    return out;
  }

  sim::Partition partition() {
    sim::Partition out;
    out.groups.resize(rng_.between(1, 3));
    for (auto& group : out.groups) group.push_back({next_node_++ % 9 + 1});
    return out;
  }

  template <class T>
  T cut_or_mend() {
    const auto from = endpoint();
    const auto to = endpoint();
    return T{from, to, coin()};
  }

  template <class T>
  T held() {
    const auto from = endpoint();
    const auto to = endpoint();
    return T{from, to};
  }

  sim::SetLink link() {
    sim::SetLink out = {endpoint(), {}, std::nullopt, sim::Ratio{1, 10}, std::nullopt};
    out.to = endpoint();
    if (coin()) {
      const auto low = duration();
      const auto more = duration();
      out.delay = sim::DelayRange{low, {low.millis + more.millis}};
    }
    if (coin()) out.duplicate = sim::Ratio{rng_.below(4), 4};
    return out;
  }

  sim::MessageSelector selector() {
    sim::MessageSelector out;
    if (coin()) {
      out.id = rng_.between(1, 1000);
      return out;
    }
    out.type = pick({"append", "vote-reply", "request", "heartbeat"});
    out.from = endpoint();
    out.to = endpoint();
    out.nth = rng_.between(1, 3);
    return out;
  }

  raft::Rng rng_;
  std::uint64_t next_node_ = 0;
};

TEST(Print, EveryCommandParsesBackToItself) {
  Generator generator(20);
  for (int i = 0; i < 20000; ++i) {
    const sim::Command command = generator.command();
    const std::string line = print(command);
    const auto back = parse_command(line);
    ASSERT_TRUE(back.has_value()) << line << "\n" << back.error().message;
    ASSERT_TRUE(*back == command) << line << "\n" << print(*back);
  }
}

}  // namespace
}  // namespace scenario
