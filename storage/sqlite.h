// SQLite's C interface with owners and Results. Internal to storage: nothing outside includes it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "raft/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace storage {

// A prepared statement. Parameters count from 1 and columns from 0, as in SQLite. Numbers of 64
// bits without sign are stored as SQLite's with the same bits.
class Statement {
 public:
  Statement() = default;

  // What is bound must live until the statement is reset.
  Statement& bind(int parameter, std::uint64_t value);
  Statement& bind_blob(int parameter, std::string_view value);
  Statement& bind_text(int parameter, std::string_view value);

  // True: there is a row to read; false: done, and the statement is reset.
  Result<bool> step();
  // Runs to the end, dropping rows.
  Status run();
  void reset();

  std::uint64_t number(int column) const;
  std::string bytes(int column) const;      // of a blob or text
  std::string_view view(int column) const;  // the same, until the next step or reset

 private:
  friend class Connection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Connection {
 public:
  // Opens `path` by the VFS of that name. Errors: kIo, kNotFound if it is not there and not
  // `create`.
  static Result<Connection> open(const std::string& path, const char* vfs, bool create);
  // The same for a file that may come from a stranger: read only, with nothing in it trusted,
  // within limits of size, and of `steps` of SQLite's virtual machine in all.
  static Result<Connection> open_stranger(const std::string& path, const char* vfs,
                                          std::uint64_t steps);

  Status execute(const char* sql);
  Result<Statement> prepare(const char* sql);
  // The first column of the first row, 0 if there is none.
  Result<std::uint64_t> query_number(const char* sql);
  bool in_transaction() const;

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  static Result<Connection> open_with(const std::string& path, const char* vfs, int flags);

  // Calls of the progress handler that are left; behind the connection, which points to it.
  std::unique_ptr<std::uint64_t> calls_left_;
  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace storage
