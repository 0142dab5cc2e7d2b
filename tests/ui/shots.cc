// ui_shots OUT.png WxH SCALE THEME [-e LINE | -o FILE | -a ACTION | -s nX | -m | -x WIDGET |
// -h WIDGET]...: lines of the language, a file to open and steps of a person, in order, then a
// picture. -m chooses the newest message, -x clicks, -h hovers.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "app/scenario/parser.h"
#include "app/ui/png.h"
#include "tests/ui/harness.h"

int main(int argc, char** argv) {
  if (argc < 5) return 1;
  int width = 1920, height = 1080;
  if (std::sscanf(argv[2], "%dx%d", &width, &height) != 2) return 1;
  ui::Harness harness(ui::started(), static_cast<float>(width), static_cast<float>(height));
  harness.state().scale = std::atof(argv[3]);
  harness.state().theme = scene::find_theme(argv[4]);
  for (int i = 5; i < argc; ++i) {
    const std::string step = argv[i];
    const std::string word = i + 1 < argc ? argv[i + 1] : "";
    if (step == "-e") {
      const auto statement = scenario::parse_statement(word, "shot");
      const Status done =
          statement ? harness.session().execute(*statement) : Status(statement.error());
      if (!done) std::fprintf(stderr, "%s: %s\n", word.c_str(), done.error().message.c_str());
      ++i;
    } else if (step == "-o") {
      harness.frame();
      const Status done = harness.app().open_file(word);
      if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
      ++i;
    } else if (step == "-s") {
      harness.key(word[1]);
      ++i;
    } else if (step == "-x" || step == "-r" || step == "-h") {
      harness.frame(2);
      const bool done = step == "-x"   ? harness.click(word)
                        : step == "-r" ? harness.right_click(word)
                                       : harness.hover(word);
      if (!done) std::fprintf(stderr, "no widget %s\n", word.c_str());
      if (step == "-h") harness.frame(40);
      ++i;
    } else if (step == "-t") {
      harness.type(word);
      ++i;
    } else if (step == "-k") {
      harness.key(std::atoi(word.c_str()));
      ++i;
    } else if (step == "-f") {
      harness.app().begin_first_start();
      harness.frame(std::atoi(word.c_str()));
      ++i;
    } else if (step == "-m") {
      if (!harness.view().messages.empty())
        harness.click("message:m" + std::to_string(harness.view().messages.back().id));
    }
  }
  harness.frame(3);
  const Status written = ui::write_png(harness.picture(), argv[1]);
  if (!written) std::fprintf(stderr, "%s\n", written.error().message.c_str());
  return written ? 0 : 2;
}
