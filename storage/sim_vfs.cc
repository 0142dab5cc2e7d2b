#include "storage/sim_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <string>

namespace storage {
namespace {

SimDisk* current_disk = nullptr;  // see DiskGuard

// SQLite allocates these and sees the base; open_file and close_file construct and destroy the
// rest.
struct VfsFile : sqlite3_file {
  // The disk the file was opened on. Its calls answer errors while another one is served, and after
  // a crash made the handle void.
  SimDisk* disk = nullptr;
  SimDisk::Handle handle;
  // A temporary file without a name (SQLite's statement journal, when it grows large): never on the
  // disk.
  std::unique_ptr<CowFile> temporary;
};

VfsFile& as_file(sqlite3_file* file) { return *static_cast<VfsFile*>(file); }
bool served(const VfsFile& file) { return file.disk != nullptr && file.disk == current_disk; }

int close_file(sqlite3_file* base) {
  as_file(base).~VfsFile();
  return SQLITE_OK;
}

int read_file(sqlite3_file* base, void* out, int length, sqlite3_int64 offset) {
  const VfsFile& file = as_file(base);
  const auto wanted = static_cast<std::uint64_t>(length);
  std::uint64_t inside = 0;
  if (file.temporary != nullptr) {
    inside =
        file.temporary->read(static_cast<std::uint64_t>(offset), static_cast<char*>(out), wanted);
  } else if (!served(file) ||
             file.disk->read(file.handle, static_cast<std::uint64_t>(offset),
                             static_cast<char*>(out), wanted, inside) != DiskStatus::kOk) {
    return SQLITE_IOERR_READ;
  }
  // The rest is zero-filled already, which SQLite relies on.
  return inside == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* base, const void* bytes, int length, sqlite3_int64 offset) {
  VfsFile& file = as_file(base);
  const std::string_view view(static_cast<const char*>(bytes), static_cast<std::size_t>(length));
  if (file.temporary != nullptr) {
    file.temporary->write(static_cast<std::uint64_t>(offset), view);
    return SQLITE_OK;
  }
  if (!served(file)) return SQLITE_IOERR_WRITE;
  switch (file.disk->write(file.handle, static_cast<std::uint64_t>(offset), view)) {
    case DiskStatus::kOk:
      return SQLITE_OK;
    case DiskStatus::kFull:
      return SQLITE_FULL;
    case DiskStatus::kError:
      break;
  }
  return SQLITE_IOERR_WRITE;
}

int truncate_file(sqlite3_file* base, sqlite3_int64 size) {
  VfsFile& file = as_file(base);
  if (file.temporary != nullptr) {
    file.temporary->resize(static_cast<std::uint64_t>(size));
    return SQLITE_OK;
  }
  if (!served(file)) return SQLITE_IOERR_TRUNCATE;
  switch (file.disk->truncate(file.handle, static_cast<std::uint64_t>(size))) {
    case DiskStatus::kOk:
      return SQLITE_OK;
    case DiskStatus::kFull:
      return SQLITE_FULL;
    case DiskStatus::kError:
      break;
  }
  return SQLITE_IOERR_TRUNCATE;
}

int sync_file(sqlite3_file* base, int /*flags*/) {
  VfsFile& file = as_file(base);
  if (file.temporary != nullptr) return SQLITE_OK;
  if (!served(file)) return SQLITE_IOERR_FSYNC;
  return file.disk->sync(file.handle) == DiskStatus::kOk ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

int size_of_file(sqlite3_file* base, sqlite3_int64* out) {
  const VfsFile& file = as_file(base);
  std::uint64_t size = 0;
  if (file.temporary != nullptr) {
    size = file.temporary->size();
  } else if (!served(file) || file.disk->file_size(file.handle, size) != DiskStatus::kOk) {
    return SQLITE_IOERR_FSTAT;
  }
  *out = static_cast<sqlite3_int64>(size);
  return SQLITE_OK;
}

// A node has one connection, so its locks never meet another's.
int lock_file(sqlite3_file* /*base*/, int /*level*/) { return SQLITE_OK; }
int check_reserved_lock(sqlite3_file* /*base*/, int* out) {
  *out = 0;
  return SQLITE_OK;
}

int control_file(sqlite3_file* base, int operation, void* argument) {
  if (operation != SQLITE_FCNTL_POWERSAFE_OVERWRITE) return SQLITE_NOTFOUND;
  const VfsFile& file = as_file(base);
  const bool safe = file.disk != nullptr && file.disk->identity().power_safe_overwrite;
  *static_cast<int*>(argument) = safe ? 1 : 0;
  return SQLITE_OK;
}

int sector_size(sqlite3_file* /*base*/) { return static_cast<int>(kChunkBytes); }

int device_characteristics(sqlite3_file* base) {
  const VfsFile& file = as_file(base);
  const bool safe = file.disk != nullptr && file.disk->identity().power_safe_overwrite;
  return safe ? SQLITE_IOCAP_POWERSAFE_OVERWRITE : 0;
}

const sqlite3_io_methods* io_methods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods m{};
    m.iVersion = 1;
    m.xClose = close_file;
    m.xRead = read_file;
    m.xWrite = write_file;
    m.xTruncate = truncate_file;
    m.xSync = sync_file;
    m.xFileSize = size_of_file;
    m.xLock = lock_file;
    m.xUnlock = lock_file;
    m.xCheckReservedLock = check_reserved_lock;
    m.xFileControl = control_file;
    m.xSectorSize = sector_size;
    m.xDeviceCharacteristics = device_characteristics;
    return m;
  }();
  return &methods;
}

int open_file(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* base, int flags,
              int* out_flags) {
  base->pMethods = nullptr;  // until the file is open: then SQLite closes it
  SimDisk::Handle handle;
  if (name != nullptr) {
    if (current_disk == nullptr) return SQLITE_CANTOPEN;
    const bool create = (flags & SQLITE_OPEN_CREATE) != 0;
    if (current_disk->open(name, create, handle) != DiskStatus::kOk) return SQLITE_CANTOPEN;
  }
  VfsFile* file = new (base) VfsFile{};
  file->pMethods = io_methods();
  file->disk = current_disk;
  file->handle = std::move(handle);
  if (name == nullptr) file->temporary = std::make_unique<CowFile>();
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* /*vfs*/, const char* name, int sync_directory) {
  if (current_disk == nullptr) return SQLITE_IOERR_DELETE;
  if (!current_disk->exists(name)) return SQLITE_IOERR_DELETE_NOENT;
  const DiskStatus status = current_disk->remove(name, sync_directory != 0);
  return status == DiskStatus::kOk ? SQLITE_OK : SQLITE_IOERR_DELETE;
}

int access_file(sqlite3_vfs* /*vfs*/, const char* name, int /*flags*/, int* out) {
  if (current_disk == nullptr || current_disk->powered_off()) return SQLITE_IOERR_ACCESS;
  *out = current_disk->exists(name) ? 1 : 0;
  return SQLITE_OK;
}

// The disk has one directory, so each name is a full one.
int full_path(sqlite3_vfs* /*vfs*/, const char* name, int size, char* out) {
  const std::size_t length = std::strlen(name);
  if (length >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::memcpy(out, name, length + 1);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs* /*vfs*/, int length, char* out) {
  if (current_disk != nullptr) {
    current_disk->random_bytes(out, static_cast<std::uint64_t>(length));
  } else {
    // A connection on plain files, or one that came first. What it draws never reaches a simulated
    // disk, and journals of plain files need real chance.
    sqlite3_vfs* system = sqlite3_vfs_find("unix");
    if (system != nullptr) return system->xRandomness(system, length, out);
    std::memset(out, 0, static_cast<std::size_t>(length));
  }
  return length;
}

// Nothing waits in the simulation: locks never collide.
int sleep_microseconds(sqlite3_vfs* /*vfs*/, int microseconds) { return microseconds; }

// No clock below the session: it is always noon, 1 January 2000. Our SQL never asks.
int current_time(sqlite3_vfs* /*vfs*/, double* julian_day) {  // tidy: allow double (SQLite's type)
  *julian_day = 2451545.0;
  return SQLITE_OK;
}

int last_error(sqlite3_vfs* /*vfs*/, int /*size*/, char* /*out*/) { return 0; }

}  // namespace

bool register_sim_vfs() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs v{};
    v.iVersion = 1;
    v.szOsFile = static_cast<int>(sizeof(VfsFile));
    v.mxPathname = 512;
    v.zName = kSimVfsName;
    v.xOpen = open_file;
    v.xDelete = delete_file;
    v.xAccess = access_file;
    v.xFullPathname = full_path;
    v.xRandomness = randomness;
    v.xSleep = sleep_microseconds;
    v.xCurrentTime = current_time;
    v.xGetLastError = last_error;
    return v;
  }();
  static const bool registered = sqlite3_vfs_register(&vfs, 1) == SQLITE_OK;
  return registered;
}

DiskGuard::DiskGuard(SimDisk* disk) : previous_(current_disk) { current_disk = disk; }
DiskGuard::~DiskGuard() { current_disk = previous_; }

void reset_sqlite_random() { sqlite3_randomness(0, nullptr); }

}  // namespace storage
