#include "app/session/disk_images.h"

#include <filesystem>

#include "app/sim/config.h"
#include "storage/database_check.h"

namespace session {
namespace {

std::string file_of(const std::string& folder, std::size_t node) {
  return (std::filesystem::path(folder) / ("n" + std::to_string(node) + ".sqlite")).string();
}

}  // namespace

Result<DiskImages> read_disk_images(const std::string& folder) {
  std::error_code error;
  const auto kind = std::filesystem::status(folder, error).type();
  if (kind == std::filesystem::file_type::not_found) {
    return Error{Code::kNotFound, folder + ": there is no such folder"};
  }
  if (kind != std::filesystem::file_type::directory) {
    return Error{Code::kIo, folder + ": is not a folder, or cannot be read"};
  }
  DiskImages images;
  std::size_t missing = 0;  // the first that is not there
  std::uint64_t bytes = 0;
  for (std::size_t node = 1; node <= sim::kMaxNodes; ++node) {
    const std::string file = file_of(folder, node);
    const auto status = std::filesystem::symlink_status(file, error);
    if (status.type() == std::filesystem::file_type::not_found) {
      if (missing == 0) missing = node;
      continue;
    }
    if (missing != 0) {
      return Error{Code::kNotFound, file_of(folder, missing) + ": is missing, though n" +
                                        std::to_string(node) + ".sqlite is there"};
    }
    if (status.type() == std::filesystem::file_type::symlink) {
      return Error{Code::kIo, file + ": is a link to another file; put the database itself there"};
    }
    RAFT_TRY_ASSIGN(std::string image, read_file(file, kMaxImagesBytes));
    if (image.empty()) return Error{Code::kCorruption, file + ": is empty, and no database"};
    bytes += image.size();
    if (bytes > kMaxImagesBytes) {
      return Error{Code::kIo, folder + ": its databases have more than " +
                                  std::to_string(kMaxImagesBytes >> 20) + " MiB together"};
    }
    images.push_back(std::move(image));
  }
  if (images.empty()) {
    return Error{Code::kNotFound, file_of(folder, 1) +
                                      ": is missing; expected n1.sqlite, "
                                      "n2.sqlite and so on, one for each node"};
  }
  return images;
}

Status check_disk_images(const DiskImages& images) {
  for (std::size_t i = 0; i < images.size(); ++i) {
    const Status usable = storage::usable_database(images[i]);
    if (usable) continue;
    return Error{Code::kCorruption,
                 "the database of n" + std::to_string(i + 1) + ": " + usable.error().message};
  }
  return ok();
}

}  // namespace session
