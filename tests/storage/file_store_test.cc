// The same store on plain files of this machine.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "storage/node_store.h"

namespace storage {
namespace {

raft::EntryPtr entry(std::uint64_t index, std::uint64_t term, std::string data = "x") {
  return std::make_shared<const raft::Entry>(
      raft::Entry{{term}, {index}, raft::EntryType::kNormal, std::move(data)});
}

void expect_ok(const Status& status) { EXPECT_TRUE(status) << status.error().message; }

class FileStore : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = testing::TempDir() + "raftariumXXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    path_ = folder_ + "/n1.sqlite";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<NodeStore> create() {
    auto store = NodeStore::create(path_, {{{1}, {2}, {3}}, {}, {}, {}, false}, {});
    EXPECT_TRUE(store) << store.error().message;
    return *std::move(store);
  }
  std::unique_ptr<NodeStore> open() {
    auto store = NodeStore::open(path_, {});
    EXPECT_TRUE(store) << store.error().message;
    return store ? *std::move(store) : nullptr;
  }

  std::string folder_;
  std::string path_;
};

TEST_F(FileStore, WhatIsWrittenIsThereForTheNextProcess) {
  {
    const auto store = create();
    expect_ok(store->write_log({.hard_state = raft::HardState{{2}, {1}, {1}},
                                .entries = {entry(1, 1), entry(2, 2, std::string(9000, 'd'))}}));
    kv::ApplyWrite apply;
    apply.applied = {1};
    apply.applied_term = {1};
    apply.rows = {{"k", kv::Row{"v", {1}}}};
    expect_ok(store->write_apply(apply));
  }
  const auto store = open();
  EXPECT_EQ(store->last_index(), raft::Index{2});
  EXPECT_EQ(store->hard_state(), (raft::HardState{{2}, {1}, {1}}));
  EXPECT_EQ(store->load_rows()->at("k").value, "v");
  EXPECT_TRUE(store->problems().empty());
  EXPECT_FALSE(NodeStore::create(path_, {}, {}));
}

// A process that dies before the flush has told nobody.
TEST_F(FileStore, HeldWritesAreThereTogetherOnceTheyAreFlushed) {
  auto store = create();
  store->hold_commits();
  expect_ok(store->write_log({.hard_state = {}, .entries = {entry(1, 1)}}));
  expect_ok(store->write_log({.hard_state = {}, .entries = {entry(2, 1)}}));
  expect_ok(store->flush());
  kv::ApplyWrite apply;
  apply.applied = {2};
  apply.applied_term = {1};
  expect_ok(store->write_apply(apply));
  expect_ok(store->write_log({.hard_state = {}, .entries = {entry(3, 1)}}));
  EXPECT_EQ(store->last_index(), raft::Index{3});
  store.reset();
  store = open();
  EXPECT_EQ(store->last_index(), raft::Index{2});
  EXPECT_EQ(store->applied(), raft::Index{0});
  expect_ok(store->flush());  // nothing is held
}

TEST_F(FileStore, ErrorsNameTheFile) {
  const auto missing = NodeStore::open(path_, {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_NE(missing.error().message.find("n1.sqlite"), std::string::npos);
  create().reset();
  NodeStore::remove(path_);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

// A copy goes on by itself, on a simulated disk; the file is not touched.
TEST_F(FileStore, ACopyLivesOnASimulatedDisk) {
  const auto store = create();
  expect_ok(store->write_log({.hard_state = {}, .entries = {entry(1, 1)}}));
  SimDisk disk;
  disk.put_file(NodeStore::kFileName, *NodeStore::file_bytes(path_));
  const auto copy = store->clone(disk);
  expect_ok(copy->write_log({.hard_state = {}, .entries = {entry(2, 1)}}));
  EXPECT_EQ(copy->last_index(), raft::Index{2});
  EXPECT_EQ(store->last_index(), raft::Index{1});
  expect_ok(store->write_log({.hard_state = {}, .entries = {entry(2, 7)}}));
  EXPECT_EQ(*open()->term({2}), raft::Term{7});
}

}  // namespace
}  // namespace storage
