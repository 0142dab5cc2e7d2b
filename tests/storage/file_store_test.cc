// The same store on plain files of this machine.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
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

// The source of a snapshot: a copy beside the file, for as long as somebody reads it.
TEST_F(FileStore, AFrozenStateIsAFileOfItsOwn) {
  const auto files = [this] {
    const auto all = std::filesystem::directory_iterator(folder_);
    return std::count_if(begin(all), end(all), [](const auto& file) {
      return file.path().string().find("-frozen-") != std::string::npos;
    });
  };
  const auto put = [](NodeStore& store, std::uint64_t index, const std::string& value) {
    expect_ok(store.write_log({.hard_state = {}, .entries = {entry(index, 1)}}));
    kv::ApplyWrite apply;
    apply.applied = {index};
    apply.applied_term = {1};
    apply.rows = {{"k", kv::Row{value, {index}}}};
    expect_ok(store.write_apply(apply));
  };
  const auto store = create();
  store->hold_commits();
  put(*store, 1, "old");
  auto first = *store->freeze(true);
  put(*store, 2, "new");
  expect_ok(store->flush());
  auto second = *store->freeze(true);
  EXPECT_EQ(files(), 2);
  const auto copy = first->clone();
  const std::pair<kv::StateView*, const char*> views[] = {
      {first.get(), "old"}, {copy.get(), "old"}, {second.get(), "new"}};
  for (const auto& [view, value] : views) {
    std::string stream;
    const Result<bool> more = view->read(stream, 1 << 20);
    ASSERT_TRUE(more) << more.error().message;
    EXPECT_FALSE(*more);
    EXPECT_NE(stream.find(value), std::string::npos);
  }
  first.reset();
  EXPECT_EQ(files(), 2) << "its copy still reads it";
  second.reset();
  EXPECT_EQ(files(), 1);
  std::filesystem::copy_file(path_, path_ + "-frozen-7");  // what a killed process leaves
  (void)open();
  EXPECT_EQ(files(), 0);
}

TEST_F(FileStore, EachStoreHasItsOwnFrozenFiles) {
  const auto store = create();
  const std::string other_path = folder_ + "/n11.sqlite";
  const auto other = *NodeStore::create(other_path, {{{11}}, {}, {}, {}, false}, {});
  const auto view = *store->freeze(true);
  const auto other_view = *other->freeze(true);
  EXPECT_EQ(view->config().voters.size(), 3u);
  EXPECT_EQ(other_view->config().voters.size(), 1u);
  EXPECT_TRUE(std::filesystem::exists(path_ + "-frozen-1"));
  EXPECT_TRUE(std::filesystem::exists(other_path + "-frozen-1"));
  (void)open();
  EXPECT_TRUE(std::filesystem::exists(other_path + "-frozen-1")) << "not what n1 has left";
}

TEST_F(FileStore, AStoreThatIsClearedIsANewOne) {
  {
    const auto store = create();
    expect_ok(store->write_log(
        {.hard_state = raft::HardState{{2}, {1}, {}}, .entries = {entry(1, 1), entry(2, 2)}}));
  }
  NodeStore::remove(path_);
  EXPECT_TRUE(std::filesystem::is_empty(folder_)) << "a journal would undo the next store's writes";
  const auto missing = NodeStore::open(path_, {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  const auto store = create();
  EXPECT_EQ(store->last_index(), raft::Index{0});
  EXPECT_EQ(store->hard_state(), raft::HardState{});
  EXPECT_EQ(store->config().voters.size(), 3u);
}

}  // namespace
}  // namespace storage
