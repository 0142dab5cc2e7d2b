#include "app/session/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace session {
namespace {

constexpr double kSyncSeconds = 1;
constexpr const char* kEnding = ".raftrec";

Error failed(const std::string& path, const std::string& what) {
  return {Code::kIo, path + ": " + what + ": " + std::strerror(errno)};
}

bool write_at(int file, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t done = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(done));
    offset += static_cast<std::uint64_t>(done);
  }
  return true;
}

bool is_at(int file, const std::string& path) {
  struct stat opened = {};
  struct stat there = {};
  return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &there) == 0 &&
         opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
}

// A file that this program holds; `make` opens it and sets `path`. Who looks for sessions that were
// left behind may hold it for a moment before, and takes it for one. -1: errno says why.
int open_locked(const std::string& path, const std::function<int()>& make) {
  for (int tries = 0; tries < 100; ++tries) {
    const int file = make();
    if (file < 0) return -1;
    int locked = -1;
    while ((locked = ::flock(file, LOCK_EX)) != 0 && errno == EINTR) {
    }
    if (locked == 0 && is_at(file, path)) return file;
    const int why = errno;
    ::close(file);
    if (locked != 0) {
      // Where locks do not work a second program would offer what still runs.
      ::unlink(path.c_str());
      errno = why;
      return -1;
    }
  }
  errno = EBUSY;
  return -1;
}

// A journal that no program holds, for as long as this lives: who makes one waits meanwhile.
class Abandoned {
 public:
  explicit Abandoned(const std::string& path) {
    // One that is written anew lets go of the file that was there before: who has opened that one
    // looks again.
    for (int tries = 0; tries < 100; ++tries) {
      const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
      if (file < 0) return;
      const bool held = ::flock(file, LOCK_SH | LOCK_NB) != 0;
      if (!held && is_at(file, path)) {
        file_ = file;
        return;
      }
      ::close(file);
      if (held) return;
    }
  }
  ~Abandoned() {
    if (file_ >= 0) ::close(file_);
  }
  Abandoned(const Abandoned&) = delete;
  Abandoned& operator=(const Abandoned&) = delete;
  explicit operator bool() const { return file_ >= 0; }

 private:
  int file_ = -1;
};

void sync_folder(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  (void)::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

std::string journal_folder() {
  const char* state = std::getenv("XDG_STATE_HOME");
  // The rules say: a path that is not absolute is ignored.
  if (state != nullptr && state[0] == '/') return std::string(state) + "/raftarium/sessions";
  const char* home = std::getenv("HOME");
  if (home == nullptr || home[0] != '/') return "";
  return std::string(home) + "/.local/state/raftarium/sessions";
}

Journal::Journal(std::string path, int file, std::function<double()> seconds)
    : path_(std::move(path)), file_(file), seconds_(std::move(seconds)) {}

Journal::~Journal() {
  if (file_ < 0) return;
  flush(true);
  ::close(file_);
}

Result<std::unique_ptr<Journal>> Journal::create(const std::string& folder,
                                                 std::function<double()> seconds) {
  if (folder.empty()) {
    return Error{Code::kIo,
                 "there is no home folder, so that sessions are not kept; a crash of "
                 "the program would lose them"};
  }
  std::error_code made;
  std::filesystem::create_directories(folder, made);
  if (made) return Error{Code::kIo, folder + ": cannot be made: " + made.message()};
  std::string path;
  const int file = open_locked(path, [&] {
    path = folder + "/session-XXXXXX" + kEnding;
    return ::mkostemps(path.data(), static_cast<int>(std::strlen(kEnding)), O_CLOEXEC);
  });
  if (file < 0)
    return failed(folder, "no file can be made and locked in it, so that sessions are not kept");
  sync_folder(path);
  return std::unique_ptr<Journal>(new Journal(std::move(path), file, std::move(seconds)));
}

void Journal::append(std::string_view records, bool urgent) {
  waiting_ += records;
  flush(urgent);
}

void Journal::pulse() { flush(false); }

void Journal::flush(bool sync) {
  if (file_ < 0 || stale_) return;
  if (!waiting_.empty()) {
    if (!write_at(file_, waiting_, written_)) {
      problem_ = failed(path_, "cannot be written").message +
                 "; a crash of the program would lose what was done since";
      // Half a record would be a cut file's tail; behind it nothing could be read.
      (void)::ftruncate(file_, static_cast<off_t>(written_));
      return;
    }
    written_ += waiting_.size();
    waiting_.clear();
    unsynced_ = true;
  }
  const double now = seconds_();
  if (unsynced_ && (sync || now - synced_at_ >= kSyncSeconds)) {
    synced_at_ = now;
    if (::fdatasync(file_) != 0) {
      problem_ = failed(path_, "cannot be stored").message;
      return;
    }
    unsynced_ = false;
  }
  problem_.clear();
}

bool Journal::rewrite(const Recording& recording) {
  if (file_ < 0) return true;
  std::string bytes = encode_beginning(recording);
  for (std::size_t i = 0; i < recording.branches(); ++i) {
    bytes += encode_branch(recording, i);
    const Branch& branch = recording.branch(i);
    const sim::Position end = end_position(branch);
    if (end.events > 0) bytes += encode_reached(end);
  }
  // The last branch that is named is the open one.
  bytes += encode_branch_begin(recording, recording.active);
  const std::string temporary = path_ + ".new";
  const int file = open_locked(temporary, [&temporary] {
    return ::open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  });
  const bool stored = file >= 0 && write_at(file, bytes, 0) && ::fsync(file) == 0 &&
                      ::rename(temporary.c_str(), path_.c_str()) == 0;
  if (!stored) {
    problem_ = failed(path_, "cannot be written").message +
               "; a crash of the program would lose what was done since";
    if (file >= 0) ::close(file);
    ::unlink(temporary.c_str());
    stale_ = true;
    return false;
  }
  ::close(file_);
  file_ = file;
  sync_folder(path_);
  written_ = bytes.size();
  waiting_.clear();
  unsynced_ = false;
  stale_ = false;
  problem_.clear();
  return true;
}

void Journal::remove() {
  if (file_ < 0) return;
  ::unlink(path_.c_str());
  ::close(file_);
  file_ = -1;
}

std::vector<LeftBehind> left_behind(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<std::pair<fs::file_time_type, LeftBehind>> found;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string path = entry.path().string();
    const std::string name = entry.path().filename().string();
    if (name.rfind("session-", 0) != 0) continue;
    const Abandoned journal(path);
    if (!journal) continue;
    if (entry.path().extension() != kEnding || entry.file_size(ignored) == 0) {
      // A rewrite that was cut short; what it should have replaced is still there.
      fs::remove(entry.path(), ignored);
      continue;
    }
    LeftBehind session;
    session.path = path;
    const auto loaded = read_recording(path);
    if (loaded) {
      const Recording& recording = loaded->recording;
      session.title = recording.title;
      session.branches = recording.branches();
      session.at = end_position(recording.branch(recording.active));
      for (std::size_t i = 0; i < recording.branches(); ++i) {
        session.commands += recording.branch(i).commands.size();
      }
    } else {
      session.problem = loaded.error().message;
    }
    found.emplace_back(entry.last_write_time(ignored), std::move(session));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<LeftBehind> out;
  for (auto& [time, session] : found) out.push_back(std::move(session));
  return out;
}

}  // namespace session
