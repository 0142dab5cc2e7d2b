// Files on the real disk, read with a limit and written all or nothing.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "app/session/recording.h"

namespace session {
namespace {

Error io_error(const std::string& path, std::string_view what, int number) {
  const Code code = number == ENOENT ? Code::kNotFound : Code::kIo;
  return {code, path + ": " + std::string(what) + ": " + std::strerror(number)};
}

// Closes on every way out.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int close() {
    const int fd = fd_;
    fd_ = -1;
    return ::close(fd);
  }

 private:
  int fd_;
};

// errno of the first call that failed; 0: everything is on disk.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::uint64_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return io_error(path, "cannot be opened", errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return io_error(path, "cannot be examined", errno);
  if (S_ISDIR(status.st_mode)) return Error{Code::kIo, path + ": is a directory, not a file"};
  if (!S_ISREG(status.st_mode)) return Error{Code::kIo, path + ": is not a regular file"};
  const Error too_large{Code::kIo, path + ": is larger than " + std::to_string(limit >> 20) +
                                       " MiB, which no file of this kind is"};
  if (static_cast<std::uint64_t>(status.st_size) > limit) return too_large;
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(status.st_size));
  char buffer[65536];
  while (true) {
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_error(path, "cannot be read", errno);
    if (count == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(count));
    if (bytes.size() > limit) return too_large;  // it grew meanwhile
  }
}

Status write_file(const std::string& path, std::string_view bytes) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    return Error{Code::kIo, path + ": is not a regular file; nothing was written"};
  }
  // The process id keeps two programs that save to one place from writing into one another's file.
  const std::string temporary = path + ".tmp" + std::to_string(::getpid());
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (file.get() < 0) return io_error(path, "cannot be written", errno);
  int failed = write_all(file.get(), bytes);
  if (failed == 0 && ::fsync(file.get()) != 0) failed = errno;
  if (file.close() != 0 && failed == 0) failed = errno;
  if (failed == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) failed = errno;
  if (failed != 0) {
    ::unlink(temporary.c_str());
    return io_error(path, "cannot be written, nothing was changed", failed);
  }
  // The new name is safe once its directory is; a file system that cannot do this has no promise to
  // keep.
  const Descriptor directory(
      ::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() >= 0) (void)::fsync(directory.get());
  return ok();
}

Result<LoadedRecording> read_recording(const std::string& path) {
  RAFT_TRY_ASSIGN(const std::string bytes, read_file(path, kMaxFileBytes));
  auto loaded = decode_recording(bytes, path);
  if (loaded || loaded.error().code != Code::kCorruption) return loaded;
  return Error{Code::kCorruption, loaded.error().message + "; use an undamaged copy of it"};
}

Status write_recording(const std::string& path, const Recording& recording) {
  return write_file(path, encode_recording(recording));
}

}  // namespace session
