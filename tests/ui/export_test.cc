// File > Export: the dialog, a file, giving up.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "app/ui/widgets.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

class ExportDialog : public ::testing::Test {
 protected:
  ExportDialog()
      : folder_(std::filesystem::temp_directory_path() /
                ("export_test_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~ExportDialog() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_), {}));
  }
  // Another process works: frames, and time for it.
  static bool wait(Harness& h) {
    for (int i = 0; i < 6000 && h.state().exporting.running; ++i) {
      h.frame();
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    h.frame();
    return !h.state().exporting.running;
  }

  std::filesystem::path folder_;
};

TEST_F(ExportDialog, WritesAPageInTwoClicks) {
  Harness h(with_leader());
  h.app().perform(Action::kExport);
  h.frame(3);
  ASSERT_EQ(h.state().dialog.open, Dialog::kExport);
  EXPECT_EQ(h.state().exporting.path, "run.html");
  h.replace(path("a.html"));
  h.frame(2);
  ASSERT_TRUE(h.click("dialog.yes"));
  ASSERT_EQ(h.state().dialog.error, "");
  ASSERT_TRUE(wait(h));
  EXPECT_EQ(h.state().exporting.written, path("a.html"));
  const auto page = session::read_file(path("a.html"), 10u << 20);
  ASSERT_TRUE(page.has_value());
  EXPECT_NE(page->find("Content-Security-Policy"), std::string::npos);
  EXPECT_EQ(files(), 1u);
  // Opened by whatever the desktop opens it with; here, by a script that tells what it got.
  const std::string before = std::getenv("PATH"), opener = path("xdg-open"), got = path("got");
  ASSERT_EQ(::setenv("PATH", folder_.c_str(), 1), 0);
  ASSERT_TRUE(h.click("export.open"));
  EXPECT_NE(h.state().dialog.error.find("xdg-utils"), std::string::npos);
  std::ofstream(opener) << "#!/bin/sh\nprintf %s \"$1\" >" << got << ".part\n/bin/mv " << got
                        << ".part " << got << "\n";
  std::filesystem::permissions(opener, std::filesystem::perms::owner_all);
  ASSERT_TRUE(h.click("export.open"));
  EXPECT_EQ(h.state().dialog.error, "");
  for (int i = 0; i < 1000 && !std::filesystem::exists(got); ++i) ::usleep(10'000);
  ::setenv("PATH", before.c_str(), 1);
  const auto told = session::read_file(got, 4096);
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(*told, path("a.html"));
  h.click("dialog.no");
  h.frame(2);
  EXPECT_EQ(h.state().dialog.open, Dialog::kNone);
}

TEST_F(ExportDialog, APictureIsOfTheMomentWhereTimeStands) {
  Harness h(with_leader());
  ASSERT_TRUE(h.session().seek(session::AtTick{{3000}}).has_value());
  h.app().perform(Action::kExport);
  h.state().exporting.format = exporter::Format::kPng;
  h.frame(3);
  h.replace(path("a.png"));
  h.frame(2);
  ASSERT_TRUE(h.click("dialog.yes"));
  ASSERT_TRUE(wait(h));
  ASSERT_EQ(h.state().dialog.error, "");
  EXPECT_TRUE(std::filesystem::exists(path("a.png")));
  // The window's session stands where it stood.
  EXPECT_EQ(h.session().position().at.millis, 3000u);
}

TEST_F(ExportDialog, AsksBeforeItOverwrites) {
  Harness h(with_leader());
  ASSERT_TRUE(session::write_file(path("a.json"), "mine").has_value());
  h.app().perform(Action::kExport);
  h.state().exporting.format = exporter::Format::kJson;
  h.frame(3);
  h.replace(path("a.json"));
  h.frame(2);
  ASSERT_TRUE(h.click("dialog.yes"));
  EXPECT_FALSE(h.state().exporting.running);
  EXPECT_NE(h.state().dialog.error.find("is there already"), std::string::npos);
  EXPECT_EQ(*session::read_file(path("a.json"), 100), "mine");
  h.frame(2);
  ASSERT_TRUE(h.click("dialog.yes"));
  ASSERT_TRUE(wait(h));
  EXPECT_GT(std::filesystem::file_size(path("a.json")), 100u);
}

TEST_F(ExportDialog, SaysWhatIsWrongAndStaysOpen) {
  Harness h(with_leader());
  h.app().perform(Action::kExport);
  h.state().exporting.from = "soon";
  h.frame(3);
  h.replace(path("a.html"));
  h.frame(2);
  ASSERT_TRUE(h.click("dialog.yes"));
  EXPECT_EQ(h.state().dialog.open, Dialog::kExport);
  EXPECT_NE(h.state().dialog.error.find("From: 'soon' is no position"), std::string::npos);
  // What only the work itself finds out.
  h.state().exporting.from = "bookmark:nowhere";
  h.frame(2);
  ASSERT_TRUE(h.click("dialog.yes"));
  ASSERT_TRUE(wait(h));
  EXPECT_NE(h.state().dialog.error.find("nowhere"), std::string::npos) << h.state().dialog.error;
  EXPECT_EQ(files(), 0u);
}

TEST_F(ExportDialog, GivingUpLeavesNoFile) {
  session::Session long_run = with_leader();
  long_run.tick(sim::ticks(600));
  Harness h(std::move(long_run));
  h.app().perform(Action::kExport);
  h.frame(3);
  h.replace(path("a.html"));
  h.frame(2);
  ASSERT_TRUE(h.click("dialog.yes"));
  ASSERT_TRUE(h.state().exporting.running);
  h.key(key::kEscape);
  h.frame(3);
  EXPECT_FALSE(h.state().exporting.running);
  EXPECT_EQ(h.state().dialog.open, Dialog::kNone);
  EXPECT_EQ(files(), 0u);
}

}  // namespace
}  // namespace ui
