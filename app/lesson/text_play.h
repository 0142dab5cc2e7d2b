// A lesson in the terminal: prose, questions on `in`, and what happens in words.
#pragma once

#include <functional>
#include <istream>
#include <string>
#include <string_view>

#include "app/lesson/lesson.h"

namespace lesson {

struct TextOptions {
  std::string language = "en";  // or zh: of the prompts
  std::size_t width = 78;
};

// `out` gets lines; what is asked ends with a line, too. Where `in` ends, questions stay open and
// the model answers are played. Errors: a block of the lesson failed, even in the lesson's own run;
// begins with its place.
Status play_as_text(const Lesson& lesson, std::istream& in,
                    const std::function<void(std::string_view line)>& out,
                    const TextOptions& options);

}  // namespace lesson
