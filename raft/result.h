// How an operation that may fail in a correct program reports it: a value, or an Error for people.
#pragma once

#include <string>
#include <utility>
#include <variant>

enum class Code {
  kInvalidArgument,
  kNotFound,
  kCorruption,
  kIo,
  kUnavailable,
  kVersion,
};

struct Error {
  Code code;
  std::string message;  // one sentence, lower case, no period; names the file/field/value at fault
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : v_(std::move(value)) {}
  Result(Error error) : v_(std::move(error)) {}
  bool has_value() const { return v_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& operator*() & { return std::get<0>(v_); }
  const T& operator*() const& { return std::get<0>(v_); }
  T&& operator*() && { return std::get<0>(std::move(v_)); }
  T* operator->() { return &std::get<0>(v_); }
  const T* operator->() const { return &std::get<0>(v_); }
  const Error& error() const { return std::get<1>(v_); }

 private:
  std::variant<T, Error> v_;
};

using Status = Result<std::monostate>;
inline Status ok() { return std::monostate{}; }

#define RAFT_CONCAT_INNER(a, b) a##b
#define RAFT_CONCAT(a, b) RAFT_CONCAT_INNER(a, b)

// Hands an error on to the caller, or goes on.
#define RAFT_TRY(expression)                                         \
  do {                                                               \
    auto raft_try_status = (expression);                             \
    if (!raft_try_status) return std::move(raft_try_status).error(); \
  } while (false)

// The same, and keeps the value: RAFT_TRY_ASSIGN(auto header, read_header(in));
#define RAFT_TRY_ASSIGN(declaration, expression) \
  RAFT_TRY_ASSIGN_INNER(RAFT_CONCAT(raft_try_, __LINE__), declaration, expression)
#define RAFT_TRY_ASSIGN_INNER(name, declaration, expression) \
  auto name = (expression);                                  \
  if (!name) return std::move(name).error();                 \
  declaration = *std::move(name)
