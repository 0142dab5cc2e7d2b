// A message written by hand, in the spelling in which messages are shown.
#include <charconv>
#include <optional>

#include "app/interact/format.h"

namespace interact {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool take(std::string_view word) {
    if (text_.substr(0, word.size()) != word) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  std::optional<std::uint64_t> number(int base = 10) {
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(text_.data(), text_.data() + text_.size(), value, base);
    if (error != std::errc()) return std::nullopt;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return value;
  }
  std::optional<raft::NodeId> id() {
    if (take("None")) return raft::kNoNode;
    if (take("AppendThread")) return kAppendThread;
    if (take("ApplyThread")) return kApplyThread;
    const auto value = number(16);
    if (!value) return std::nullopt;
    return raft::NodeId{*value};
  }
  std::string_view word() {
    const std::string_view found = text_.substr(0, text_.find(' '));
    text_.remove_prefix(found.size());
    return found;
  }
  // What Go's %q wrote, without the quotes.
  std::optional<std::string> quoted_text() {
    if (!take("\"")) return std::nullopt;
    std::string out;
    while (!text_.empty() && text_.front() != '"') {
      char c = text_.front();
      text_.remove_prefix(1);
      if (c == '\\') {
        if (text_.empty()) return std::nullopt;
        c = text_.front();
        text_.remove_prefix(1);
        if (c == 'x') {
          if (text_.size() < 2) return std::nullopt;
          std::uint8_t byte = 0;
          if (std::from_chars(text_.data(), text_.data() + 2, byte, 16).ptr != text_.data() + 2) {
            return std::nullopt;
          }
          text_.remove_prefix(2);
          c = static_cast<char>(byte);
        } else if (c == 'n') {
          c = '\n';
        } else if (c == 't') {
          c = '\t';
        } else if (c != '\\' && c != '"') {
          return std::nullopt;
        }
      }
      out += c;
    }
    if (!take("\"")) return std::nullopt;
    return out;
  }
  bool done() const { return text_.empty(); }
  std::string_view rest() const { return text_; }

 private:
  std::string_view text_;
};

std::optional<raft::MessageType> type_named(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(raft::MessageType::kForgetLeader); ++i) {
    const auto type = static_cast<raft::MessageType>(i);
    if (raft::core_name(type) == name) return type;
  }
  return std::nullopt;
}

Error bad(const Reader& in, const char* expected) {
  return Error{Code::kInvalidArgument,
               "the message is wrong at '" + std::string(in.rest()) + "': expected " + expected};
}

Status parse_entry(Reader& in, raft::Message& out) {
  raft::Entry entry;
  const auto term = in.number();
  if (!term || !in.take("/")) return bad(in, "an entry 'TERM/INDEX EntryNormal \"DATA\"'");
  const auto index = in.number();
  if (!index || !in.take(" EntryNormal ")) return bad(in, "an entry of EntryNormal");
  const auto data = in.quoted_text();
  if (!data || !in.take("]")) return bad(in, "quoted data and ']'");
  entry.term = {*term};
  entry.index = {*index};
  entry.data = *data;
  out.entries.push_back(std::make_shared<const raft::Entry>(std::move(entry)));
  return ok();
}

}  // namespace

Result<raft::Message> parse_message(std::string_view text) {
  Reader in(text);
  raft::Message out;
  const auto from = in.id();
  if (!from || !in.take("->")) return bad(in, "'FROM->TO'");
  const auto to = in.id();
  if (!to || !in.take(" ")) return bad(in, "the receiver");
  const auto type = type_named(in.word());
  if (!type) return bad(in, "the name of a type before it");
  if (!in.take(" Term:")) return bad(in, "' Term:'");
  const auto term = in.number();
  if (!term || !in.take(" Log:")) return bad(in, "a number and ' Log:'");
  const auto log_term = in.number();
  if (!log_term || !in.take("/")) return bad(in, "'TERM/INDEX'");
  const auto index = in.number();
  if (!index) return bad(in, "an index");
  out.type = *type;
  out.from = *from;
  out.to = *to;
  out.term = {*term};
  out.log_term = {*log_term};
  out.index = {*index};
  if (in.take(" Rejected (Hint: ")) {
    const auto hint = in.number();
    if (!hint || !in.take(")")) return bad(in, "the hint's index and ')'");
    out.reject = true;
    out.reject_hint = {*hint};
  }
  if (in.take(" Commit:")) {
    const auto commit = in.number();
    if (!commit) return bad(in, "a commit index");
    out.commit = {*commit};
  }
  if (in.take(" Vote:") && !in.number()) return bad(in, "a node");
  if (in.take(" Entries:[")) RAFT_TRY(parse_entry(in, out));
  if (!in.done()) return bad(in, "the end");
  return out;
}

}  // namespace interact
