#include "app/ui/outside.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>

extern char** environ;

namespace ui {

Status open_outside(const std::string& path) {
  // The one before has long ended; nobody else asks how.
  static pid_t child = -1;
  if (child > 0) ::waitpid(child, nullptr, WNOHANG);
  child = -1;
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
  std::string name = "xdg-open", file = path;
  char* const arguments[] = {name.data(), file.data(), nullptr};
  const int failed = ::posix_spawnp(&child, name.c_str(), &files, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&files);
  if (failed == 0) return ok();
  child = -1;
  if (failed == ENOENT)
    return Error{Code::kIo,
                 "xdg-open is missing (apt install xdg-utils); open " + path + " yourself"};
  return Error{Code::kIo, "xdg-open: " + std::string(std::strerror(failed))};
}

}  // namespace ui
