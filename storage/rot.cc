#include "storage/rot.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace storage {
namespace {

constexpr std::uint64_t kFileHeaderBytes = 100;
constexpr int kDepthMax = 20;

// A column of a record: where its bytes lie in the file, as far as they are not in overflow pages.
struct Column {
  std::uint64_t type = 0;  // serial type
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

struct Row {
  std::uint64_t rowid = 0;  // of tables that have one
  std::vector<Column> columns;
  std::uint64_t local_end = 0;  // offset behind the part that is not in overflow pages
};

class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {
    page_bytes_ = number(16, 2);
    if (page_bytes_ == 1) page_bytes_ = 65536;
    usable_ = page_bytes_ - std::min(number(20, 1), page_bytes_);
  }
  bool valid() const { return page_bytes_ >= 512 && usable_ >= 480; }

  // Big endian; 0 past the end.
  std::uint64_t number(std::uint64_t at, std::uint64_t length) const {
    std::uint64_t value = 0;
    for (std::uint64_t i = 0; i < length; ++i) value = value << 8 | byte(at + i);
    return value;
  }

  std::string_view bytes(const Column& column) const {
    if (column.offset > file_.size()) return {};
    return file_.substr(column.offset, column.bytes);
  }

  // Calls `visit` for each row until it returns true. True: it has.
  bool walk(std::uint64_t page, int depth, const std::function<bool(const Row&)>& visit) const {
    if (page == 0 || page * page_bytes_ > file_.size() || depth > kDepthMax) return false;
    const std::uint64_t start = (page - 1) * page_bytes_;
    const std::uint64_t header = start + (page == 1 ? kFileHeaderBytes : 0);
    const std::uint64_t type = number(header, 1);
    const bool interior = type == 2 || type == 5;
    if (!interior && type != 10 && type != 13) return false;
    const std::uint64_t cells = number(header + 3, 2);
    const std::uint64_t pointers = header + (interior ? 12 : 8);
    for (std::uint64_t i = 0; i < cells; ++i) {
      std::uint64_t at = start + number(pointers + 2 * i, 2);
      if (interior) {
        if (walk(number(at, 4), depth + 1, visit)) return true;
        if (type == 5) continue;  // only a key
        at += 4;
      }
      if (visit(row_at(at, type == 13))) return true;
    }
    return interior && walk(number(header + 8, 4), depth + 1, visit);
  }

 private:
  std::uint64_t byte(std::uint64_t at) const {
    return at < file_.size() ? static_cast<unsigned char>(file_[at]) : 0;
  }

  std::uint64_t varint(std::uint64_t& at) const {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) {
      const std::uint64_t next = byte(at++);
      value = value << 7 | (next & 0x7F);
      if ((next & 0x80) == 0) return value;
    }
    return value << 8 | byte(at++);
  }

  static std::uint64_t bytes_of(std::uint64_t serial_type) {
    constexpr std::uint64_t kFixed[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
    return serial_type < 12 ? kFixed[serial_type] : (serial_type - 12) / 2;
  }

  // How much of a payload lies in the cell itself (file format, section 1.6).
  std::uint64_t local_bytes(std::uint64_t payload, bool table_leaf) const {
    const std::uint64_t most = table_leaf ? usable_ - 35 : (usable_ - 12) * 64 / 255 - 23;
    if (payload <= most) return payload;
    const std::uint64_t least = (usable_ - 12) * 32 / 255 - 23;
    const std::uint64_t fits = least + (payload - least) % (usable_ - 4);
    return fits <= most ? fits : least;
  }

  Row row_at(std::uint64_t at, bool table_leaf) const {
    Row row;
    const std::uint64_t payload = varint(at);
    if (table_leaf) row.rowid = varint(at);
    row.local_end = at + local_bytes(payload, table_leaf);
    std::uint64_t header = at;
    const std::uint64_t body = at + varint(header);
    std::uint64_t offset = body;
    while (header < body && row.columns.size() < 32) {
      const std::uint64_t type = varint(header);
      row.columns.push_back({type, offset, bytes_of(type)});
      offset += bytes_of(type);
    }
    return row;
  }

  std::string_view file_;
  std::uint64_t page_bytes_ = 0;
  std::uint64_t usable_ = 0;
};

std::uint64_t root_page(const Reader& reader, std::string_view table) {
  std::uint64_t root = 0;
  reader.walk(1, 0, [&](const Row& row) {
    if (row.columns.size() < 5 || reader.bytes(row.columns[1]) != table) return false;
    root = reader.number(row.columns[3].offset, row.columns[3].bytes);
    return true;
  });
  return root;
}

// The last byte of the first of these columns that has one in the page.
std::optional<std::uint64_t> byte_of(const Row& row, std::initializer_list<std::size_t> columns) {
  for (const std::size_t number : columns) {
    if (number >= row.columns.size() || row.columns[number].bytes == 0) continue;
    const Column& column = row.columns[number];
    const std::uint64_t last = std::min(column.offset + column.bytes, row.local_end);
    if (last > column.offset) return last - 1;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> find_row_byte(std::string_view file, const Rot& rot,
                                           std::uint64_t copy) {
  const Reader reader(file);
  if (!reader.valid()) return std::nullopt;
  std::optional<std::uint64_t> place;
  switch (rot.kind) {
    case RotKind::kLog:  // idx, term, type, checksum, data
      reader.walk(root_page(reader, "log"), 0, [&](const Row& row) {
        if (row.rowid != rot.index) return false;
        place = byte_of(row, {4, 3});
        return true;
      });
      break;
    case RotKind::kVote:  // copy, term, vote, committed, last_index, last_term, last_checksum,
                          // checksum
      reader.walk(root_page(reader, "hard_state"), 0, [&](const Row& row) {
        if (row.rowid > copy + 1) return true;
        place = byte_of(row, {2, 7, 1});
        return false;
      });
      break;
    case RotKind::kKv:  // key, idx, checksum, value
      reader.walk(root_page(reader, "kv"), 0, [&](const Row& row) {
        if (row.columns.empty() || reader.bytes(row.columns[0]) != rot.key) return false;
        place = byte_of(row, {3, 2, 0});
        return true;
      });
      break;
  }
  return place;
}

}  // namespace storage
