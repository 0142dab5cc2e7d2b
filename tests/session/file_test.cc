#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "tests/session/session_test.h"

namespace session {
namespace {

class FileTest : public testing::Test {
 protected:
  FileTest() : folder_(testing::TempDir() + "/raftarium_files_" + std::to_string(::getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~FileTest() override { std::filesystem::remove_all(folder_); }

  std::size_t files() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_)) ++count;
    return count;
  }

  std::string folder_;
};

TEST_F(FileTest, WritesAllOrNothing) {
  const std::string path = folder_ + "/f";
  ASSERT_TRUE(write_file(path, "old").has_value());
  ASSERT_TRUE(write_file(path, std::string(300000, 'x')).has_value());
  EXPECT_EQ(read_file(path, 1 << 20)->size(), 300000u);
  EXPECT_EQ(files(), 1u);  // no temporary file stays
  EXPECT_FALSE(write_file(folder_ + "/missing/f", "x").has_value());
  EXPECT_FALSE(write_file(folder_, "x").has_value());
  EXPECT_FALSE(write_file("/dev/full", "x").has_value());
  EXPECT_EQ(files(), 1u);
}

// A write that fails half way leaves the old file, and no other.
TEST_F(FileTest, AFailedWriteLeavesTheOldFile) {
  const std::string path = folder_ + "/f";
  ASSERT_TRUE(write_file(path, "old").has_value());
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{1000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status status = write_file(path, std::string(300000, 'x'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(status.has_value());
  EXPECT_NE(status.error().message.find("nothing was changed"), std::string::npos);
  EXPECT_EQ(*read_file(path, 100), "old");
  EXPECT_EQ(files(), 1u);
}

TEST_F(FileTest, NamesWhatCannotBeRead) {
  EXPECT_EQ(read_file(folder_ + "/no", 10).error().code, Code::kNotFound);
  EXPECT_EQ(read_file(folder_, 10).error().message, folder_ + ": is a directory, not a file");
  ASSERT_TRUE(write_file(folder_ + "/f", "12345678901").has_value());
  EXPECT_NE(read_file(folder_ + "/f", 10).error().message.find("is larger than"),
            std::string::npos);
  EXPECT_EQ(read_file("/dev/zero", 10).error().message, "/dev/zero: is not a regular file");
}

TEST_F(FileTest, ASavedSessionOpensAgain) {
  const Session session = finished_run();
  ASSERT_TRUE(session.save(folder_ + "/a.raftrec").has_value());
  const auto opened = Session::open(folder_ + "/a.raftrec");
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  EXPECT_EQ(opened->recording(), session.recording());
}

}  // namespace
}  // namespace session
