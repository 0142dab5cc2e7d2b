// The words of the window in the language that was chosen. The English text is the key, as with
// gettext; app/scene/zh.txt holds the Chinese and is compiled in. No code joins words: what stands
// between figures is one text with {1}, {2}, … in it, so that another language can order them.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scene {

enum class Language : std::uint8_t { kEnglish, kChinese };

// By its short name: "en" or "zh".
std::optional<Language> find_language(std::string_view name);
std::string_view language_name(Language language);

// The language that tr() answers in: one for the whole program, as a window has one.
Language language();
void use_language(Language language);

// For as long as it lives; then what was before.
class LanguageScope {
 public:
  explicit LanguageScope(Language wanted) : before_(language()) { use_language(wanted); }
  ~LanguageScope() { use_language(before_); }
  LanguageScope(const LanguageScope&) = delete;
  LanguageScope& operator=(const LanguageScope&) = delete;

 private:
  Language before_;
};

// The text in the chosen language; English where the table has none.
std::string tr(std::string_view english);

// What stands for {1}, {2}, …: a text, or a whole number.
struct TrArgument {
  TrArgument(std::string value) : text(std::move(value)) {}  // NOLINT: meant to convert
  TrArgument(std::string_view value) : text(value) {}        // NOLINT
  TrArgument(const char* value) : text(value) {}             // NOLINT
  template <std::integral T>
  TrArgument(T value) : text(std::to_string(value)) {}  // NOLINT
  std::string text;
};
std::string tr_filled(std::string_view english, std::initializer_list<TrArgument> arguments);

template <class... Arguments>
requires(sizeof...(Arguments) > 0) std::string
    tr(std::string_view english, const Arguments&... arguments) {
  return tr_filled(english, {TrArgument(arguments)...});
}

// Marks a text of a table, which is handed to tr() where it is drawn.
constexpr const char* tr_later(const char* english) { return english; }

// A sentence that lower layers made: what a fact says, a reason, a role. It is recognised by the
// patterns of the table ({1} a word as it is, [1] a part that is translated in its turn); what no
// pattern fits stays as it is.
std::string tr_sentence(std::string_view english);
// Whether the table knows the sentence, for tests.
bool knows_sentence(std::string_view english);

// All texts of the table, for its tests and for the glyphs of the fonts.
struct TrEntry {
  std::string_view english, chinese;
};
const std::vector<TrEntry>& tr_table();

}  // namespace scene
