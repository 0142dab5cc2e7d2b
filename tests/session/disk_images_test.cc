#include "app/session/disk_images.h"

#include <filesystem>

#include "tests/session/session_test.h"

namespace session {
namespace {

// A folder of its own for each test, with the databases of a run in it.
class DiskImagesTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "raftarium_" +
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ + "/disks");
    const Session donor = finished_run(
        "seed 3\nnodes 3\ntimer n1 2\nuntil leader n1\nput x 1\ntick 20\ncrash n2\nput x 2\n"
        "until result r2 = ok\ntick 20\n");
    for (std::uint64_t id = 1; id <= 3; ++id) {
      images_.push_back(*donor.cluster().database({id}));
      write("n" + std::to_string(id) + ".sqlite", images_.back());
    }
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& bytes) {
    ASSERT_TRUE(write_file(folder_ + "/disks/" + name, bytes).has_value());
  }
  RunOutcome run(std::string_view text) const {
    return run_scenario_text(text, folder_ + "/a.scenario", {});
  }
  std::string folder_;
  DiskImages images_;
};

TEST_F(DiskImagesTest, ARunStartsFromThemAndItsRecordingReplaysAlone) {
  RunOutcome outcome =
      run("disk-images disks\nset n3 sync-latency 0.3\nexpect value n1 x = \"2\"\n"
          "expect value n2 x = \"1\"\nuntil converged\nexpect value n2 x = \"2\"\n");
  ASSERT_EQ(outcome.exit, Exit::kOk) << outcome.message;
  EXPECT_EQ(outcome.session->view().nodes.size(), 3U);
  std::filesystem::remove_all(folder_ + "/disks");
  const Recording recording = outcome.session->recording();
  const auto loaded = decode_recording(encode_recording(recording), "f");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->recording, recording);
  EXPECT_EQ(loaded->recording.disk_images, images_);
  auto replayed = Session::replay(loaded->recording);
  ASSERT_TRUE(replayed.has_value()) << replayed.error().message;
  EXPECT_EQ(replayed->cluster().digest(), outcome.session->cluster().digest());
}

// n2 misses what the others applied, n1 holds an entry that nobody has applied.
TEST_F(DiskImagesTest, WhatTheDatabasesHoldIsThePastOfTheHistory) {
  const Session donor = finished_run(
      "seed 3\nnodes 3\ntimer n1 2\nuntil leader n1\nput x 1\ntick 20\npartition {n1} {n2 n3}\n"
      "put y 1 via n1\nput x 2 via n1 as c2\ntick 2\n");
  for (std::uint64_t id = 1; id <= 3; ++id) {
    write("n" + std::to_string(id) + ".sqlite", *donor.cluster().database({id}));
  }
  RunOutcome outcome =
      run("disk-images disks\nuntil leader any\nget x read=log\nget y read=log as c2\nappend x a "
          "as c3\n"
          "tick 40\nexpect result r1 = ok and result r2 = ok\nexpect linearizable\n");
  ASSERT_EQ(outcome.exit, Exit::kOk) << outcome.message;
  const check::History history = history_of(*outcome.session);
  ASSERT_EQ(history.operations.size(), 6U);
  EXPECT_EQ(history.operations[0].key + history.operations[0].value, "x1");
  EXPECT_EQ(history.operations[0].effect, check::Effect::kDone);
  EXPECT_EQ(history.operations[1].effect, check::Effect::kUnknown);
  EXPECT_NE(history.operations[1].client, history.operations[2].client);
  EXPECT_EQ(*check::read_history(check::write_history(history)), history);
}

TEST_F(DiskImagesTest, LargeImagesTakeSeveralRecords) {
  Recording recording;
  recording.config.nodes = 2;
  recording.config.options.resize(2);
  recording.disk_images = {std::string(9 << 20, 'a'), "b"};
  const auto loaded = decode_recording(encode_recording(recording), "f");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->recording.disk_images, recording.disk_images);
}

TEST_F(DiskImagesTest, ImagesOfSomeNodesAreRefused) {
  Recording recording;
  recording.disk_images = {"a", "b"};
  const auto loaded = decode_recording(encode_recording(recording), "f");
  ASSERT_FALSE(loaded.has_value());
  EXPECT_NE(loaded.error().message.find("of some nodes and not of all"), std::string::npos);
}

TEST_F(DiskImagesTest, ADamagedImageIsAFileThatCannotBeUsed) {
  images_[1][4096 * 3 + 200] ^= 0x55;
  write("n2.sqlite", images_[1].substr(0, 5000));
  const RunOutcome outcome = run("disk-images disks\ntick\n");
  EXPECT_EQ(outcome.exit, Exit::kFile);
  EXPECT_NE(outcome.message.find("a.scenario: the database of n2: "), std::string::npos);

  Recording recording = finished_run("nodes 3\ntick\n").recording();
  recording.disk_images = {images_[0], "no database", images_[2]};
  const auto replayed = Session::replay(recording);
  ASSERT_FALSE(replayed.has_value());
  EXPECT_EQ(replayed.error().code, Code::kIo);
  EXPECT_EQ(replayed.error().message, "the database of n2: is not an SQLite database");
}

TEST_F(DiskImagesTest, TheFolderMustHaveOneForEachNode) {
  RunOutcome outcome = run("nodes 5\ndisk-images disks\ntick\n");
  EXPECT_EQ(outcome.exit, Exit::kUsage);
  EXPECT_NE(outcome.message.find("a.scenario:2:1: the folder has databases of 3 nodes"),
            std::string::npos);
  outcome = run("disk-images elsewhere\n");
  EXPECT_EQ(outcome.exit, Exit::kFile);
  EXPECT_NE(outcome.message.find("there is no such folder"), std::string::npos);
  outcome = run("disk-images disks\nset n5 sync-latency 1\n");
  EXPECT_EQ(outcome.exit, Exit::kUsage) << "there are three nodes";
  std::filesystem::remove(folder_ + "/disks/n2.sqlite");
  outcome = run("disk-images disks\n");
  EXPECT_EQ(outcome.exit, Exit::kFile);
  EXPECT_NE(outcome.message.find("n2.sqlite: is missing"), std::string::npos);
  std::filesystem::create_symlink(folder_ + "/disks/n1.sqlite", folder_ + "/disks/n2.sqlite");
  outcome = run("disk-images disks\n");
  EXPECT_NE(outcome.message.find("is a link"), std::string::npos);
}

// A database of a larger cluster names members that are not there.
TEST_F(DiskImagesTest, UnknownMembersAreRefused) {
  for (int i = 2; i <= 3; ++i) {
    std::filesystem::remove(folder_ + "/disks/n" + std::to_string(i) + ".sqlite");
  }
  const RunOutcome outcome = run("disk-images disks\ntick\n");
  EXPECT_EQ(outcome.exit, Exit::kFile);
  EXPECT_NE(outcome.message.find("names a member n2"), std::string::npos) << outcome.message;
}

TEST(DiskImagesLine, IsAHeaderLine) {
  const auto late = scenario::parse_script("tick\ndisk-images d\n", "f");
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().message,
            "f:2:1: disk-images is a header line: it stands before the first command");
  const auto twice = scenario::parse_script("disk-images d\ndisk-images e\n", "f");
  ASSERT_FALSE(twice.has_value());
  EXPECT_EQ(twice.error().message, "f:2:1: disk-images was given before");
  const auto quoted = scenario::parse_script("disk-images \"two words\"\n", "f");
  ASSERT_TRUE(quoted.has_value());
  EXPECT_EQ(quoted->disk_images, "two words");
  EXPECT_FALSE(scenario::parse_script("disk-images \"\"\n", "f").has_value());
  Session session = finished_run("tick\n");
  EXPECT_FALSE(session.execute(statement("disk-images d")).has_value());
}

}  // namespace
}  // namespace session
