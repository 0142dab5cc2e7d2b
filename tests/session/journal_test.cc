#include "app/session/journal.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/session/session_test.h"

namespace session {
namespace {

// No file of this process grows beyond `bytes` while it lives.
class FileLimit {
 public:
  explicit FileLimit(std::uintmax_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    const rlimit small{bytes, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  }
  ~FileLimit() { EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before_), 0); }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit before_{};
};

class JournalTest : public testing::Test {
 protected:
  JournalTest() : folder_(testing::TempDir() + "/raftarium_journal_" + std::to_string(::getpid())) {
    std::filesystem::remove_all(folder_);
  }
  ~JournalTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Journal> journal() {
    auto made = Journal::create(folder_, [this] { return now_; });
    EXPECT_TRUE(made.has_value()) << made.error().message;
    return *std::move(made);
  }

  std::string folder_;
  double now_ = 100;
};

TEST_F(JournalTest, HoldsWhatWasDoneOnAllBranches) {
  auto kept = journal();
  auto session = Session::start({});
  session->set_journal(kept.get());
  for (const char* line : {"until leader any", "put x 1", "tick 20", "crash n2", "tick 5"}) {
    ASSERT_TRUE(session->execute(statement(line)).has_value());
  }
  ASSERT_TRUE(session->seek(AtTick{{session->position().at.millis - 10000}}).has_value());
  ASSERT_TRUE(session->execute(statement("put y 2")).has_value());
  session->bookmark("the other \xff way");
  ASSERT_TRUE(session->open_branch(0).has_value());
  ASSERT_TRUE(session->execute(statement("restart n2")).has_value());
  session->tick(sim::ticks(3));
  session->pulse();
  EXPECT_EQ(kept->problem(), "");
  EXPECT_TRUE(left_behind(folder_).empty());  // it runs
  const Recording recording = session->recording();
  session->set_journal(nullptr);
  kept.reset();
  const auto found = left_behind(folder_);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].problem, "");
  EXPECT_EQ(found[0].commands, 4u);
  EXPECT_EQ(found[0].branches, 2u);
  const auto loaded = read_recording(found[0].path);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->recording.active, 0u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(loaded->recording.branch(i).commands, recording.branch(i).commands);
    EXPECT_EQ(loaded->recording.branch(i).marks, recording.branch(i).marks);
  }
  const auto again = Session::replay(loaded->recording);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->position(), recording.main.end->at);
  EXPECT_EQ(again->cluster().digest(), recording.main.end->digest);
}

TEST_F(JournalTest, ASessionThatWasClosedLeavesNothing) {
  auto kept = journal();
  auto session = Session::start({});
  session->set_journal(kept.get());
  kept->remove();
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  session->tick(sim::ticks(1));
  EXPECT_TRUE(session->act(sim::Crash{{1}}).has_value());
}

TEST_F(JournalTest, TwoNeverShareAFile) {
  const auto one = journal();
  const auto two = journal();
  EXPECT_NE(one->path(), two->path());
}

// Another program looks for what was left behind, again and again, while journals are made, written
// anew and closed.
TEST_F(JournalTest, WhatRunsIsNeverOfferedNorTaken) {
  std::filesystem::create_directories(folder_);
  const std::string stop = folder_ + "/stop";
  const pid_t looker = ::fork();
  if (looker == 0) {
    while (!std::filesystem::exists(stop)) {
      if (!left_behind(folder_).empty()) ::_exit(1);
    }
    ::_exit(0);
  }
  auto session = Session::start({});
  ASSERT_TRUE(session->execute(statement("put x 1")).has_value());
  const Recording recording = session->recording();
  for (int i = 0; i < 60; ++i) {
    auto kept = journal();
    for (int j = 0; j < 5; ++j) EXPECT_TRUE(kept->rewrite(recording)) << kept->problem();
    EXPECT_TRUE(std::filesystem::exists(kept->path()));
    kept->remove();
  }
  std::ofstream(stop) << "\n";
  int status = -1;
  ASSERT_EQ(::waitpid(looker, &status, 0), looker);
  EXPECT_EQ(status, 0) << "a session that runs was offered";
}

TEST_F(JournalTest, ADiskThatIsFullIsSaidAndTriedAgain) {
  auto kept = journal();
  auto session = Session::start({});
  session->set_journal(kept.get());
  ASSERT_TRUE(session->act(sim::Crash{{1}}).has_value());
  const auto size = std::filesystem::file_size(kept->path());
  std::string problem;
  {
    const FileLimit small(size + 20);
    ASSERT_TRUE(session->act(sim::Crash{{2}}).has_value());
    problem = kept->problem();
  }
  EXPECT_NE(problem.find("would lose what was done since"), std::string::npos) << problem;
  // No half record stays.
  EXPECT_EQ(std::filesystem::file_size(kept->path()), size);
  EXPECT_EQ(read_recording(kept->path())->recording.main.commands.size(), 1u);
  kept->pulse();
  EXPECT_EQ(kept->problem(), "");
  EXPECT_EQ(read_recording(kept->path())->recording.main.commands.size(), 2u);
}

TEST_F(JournalTest, NothingGoesBehindWhatCouldNotBeRewritten) {
  auto kept = journal();
  auto session = Session::start({});
  session->set_journal(kept.get());
  ASSERT_TRUE(session->act(sim::Crash{{1}}).has_value());
  ASSERT_TRUE(session->fork("other").has_value());
  ASSERT_TRUE(session->open_branch(0, AtEnd{}).has_value());
  {
    const FileLimit small(10);
    ASSERT_TRUE(session->delete_branch(1).has_value());
    kept->pulse();
    EXPECT_NE(kept->problem().find("would lose what was done since"), std::string::npos);
  }
  // What is there is whole, and of before.
  EXPECT_EQ(read_recording(kept->path())->recording.branches(), 2u);
  kept->pulse();
  EXPECT_NE(kept->problem(), "");
  ASSERT_TRUE(session->act(sim::Crash{{2}}).has_value());
  EXPECT_EQ(kept->problem(), "");
  const auto loaded = read_recording(kept->path());
  EXPECT_EQ(loaded->recording.branches(), 1u);
  EXPECT_EQ(loaded->recording.main.commands.size(), 2u);
}

TEST_F(JournalTest, FoldersThatCannotBeAreSaid) {
  const auto seconds = [] { return 0.0; };
  EXPECT_NE(Journal::create("", seconds).error().message.find("no home"), std::string::npos);
  EXPECT_NE(Journal::create("/proc/nothing/here", seconds).error().message.find("cannot be made"),
            std::string::npos);
  EXPECT_TRUE(left_behind(folder_ + "/none").empty());
}

TEST_F(JournalTest, WhatIsDamagedIsSaidAndKept) {
  std::filesystem::create_directories(folder_);
  const std::string path = folder_ + "/session-000000.raftrec";
  ASSERT_TRUE(write_file(path, "no recording").has_value());
  ASSERT_TRUE(write_file(folder_ + "/session-000001.raftrec", "").has_value());
  const auto found = left_behind(folder_);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].problem.find("is not a recording"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(JournalFolder, FollowsTheXdgRules) {
  ::setenv("XDG_STATE_HOME", "/a", 1);
  EXPECT_EQ(journal_folder(), "/a/raftarium/sessions");
  ::setenv("XDG_STATE_HOME", "relative", 1);
  ::setenv("HOME", "/h", 1);
  EXPECT_EQ(journal_folder(), "/h/.local/state/raftarium/sessions");
  ::unsetenv("XDG_STATE_HOME");
  ::unsetenv("HOME");
  EXPECT_EQ(journal_folder(), "");
}

}  // namespace
}  // namespace session
