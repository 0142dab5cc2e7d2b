#include "app/ui/settings.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "app/scene/theme.h"
#include "app/scene/tr.h"
#include "app/session/recording.h"

namespace ui {
namespace {

constexpr std::uint64_t kMostBytes = 65536;
constexpr std::string_view kFile = "/raftarium/settings.ini";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool read_number(std::string_view text, int low, int high, int& out) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // 0 stands for: as it comes.
  if (error != std::errc() || end != text.data() + text.size()) return false;
  if (value != 0 && (value < low || value > high)) return false;
  out = value;
  return true;
}

bool read_switch(std::string_view text, bool& out) {
  if (text != "on" && text != "off") return false;
  out = text == "on";
  return true;
}

// False: the value is none that the key takes. `known` is false if there is no such key.
bool read_value(std::string_view section, std::string_view key, std::string_view value,
                Settings& out, bool& known) {
  const auto is = [&](std::string_view in, std::string_view name) {
    return section == in && key == name;
  };
  known = true;
  if (is("looks", "theme")) {
    if (scene::find_theme(value) == nullptr) return false;
    out.theme = value;
    return true;
  }
  if (is("looks", "language")) {
    if (!scene::find_language(value)) return false;
    out.language = value;
    return true;
  }
  if (is("looks", "scale")) return read_number(value, 75, 300, out.scale);
  if (is("looks", "reduced-motion")) return read_switch(value, out.reduced_motion);
  if (is("window", "width")) return read_number(value, 320, 16384, out.width);
  if (is("window", "height")) return read_number(value, 240, 16384, out.height);
  if (is("window", "welcomed")) return read_switch(value, out.welcomed);
  if (is("panes", "right")) return read_number(value, 280, 1200, out.pane_width);
  if (is("panes", "logs")) return read_number(value, 120, 1200, out.logs_height);
  known = false;
  return false;
}

std::string absolute(const char* variable) {
  const char* value = std::getenv(variable);
  // The rules say: a path that is not absolute is ignored.
  return value != nullptr && value[0] == '/' ? value : "";
}

void load(const std::string& path, LoadedSettings& loaded) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return;
  const auto text = session::read_file(path, kMostBytes);
  if (!text) {
    loaded.remarks.push_back(text.error().message);
    return;
  }
  std::vector<std::string> remarks;
  loaded.settings = parse_settings(*text, loaded.settings, remarks);
  for (const std::string& remark : remarks) loaded.remarks.push_back(path + ":" + remark);
}

}  // namespace

Settings parse_settings(std::string_view text, const Settings& before,
                        std::vector<std::string>& remarks) {
  Settings settings = before;
  std::string section;
  int number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = trimmed(text.substr(start, end - start));
    start = end + 1;
    ++number;
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    const auto remark = [&](const std::string& what) {
      constexpr std::size_t kMost = 10;
      if (remarks.size() < kMost) remarks.push_back(std::to_string(number) + ": " + what);
    };
    if (line.front() == '[' && line.back() == ']') {
      section = trimmed(line.substr(1, line.size() - 2));
      continue;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      remark("expected [SECTION] or KEY = VALUE");
      continue;
    }
    const std::string_view key = trimmed(line.substr(0, equals)),
                           value = trimmed(line.substr(equals + 1));
    bool known = false;
    if (read_value(section, key, value, settings, known)) continue;
    // A newer version may have more keys; they are no fault.
    if (known)
      remark(std::string(key) + " cannot be '" + std::string(value.substr(0, 40)) +
             "'; it stays as it was");
  }
  return settings;
}

std::string print_settings(const Settings& settings) {
  const auto on = [](bool value) { return value ? "on" : "off"; };
  std::string out = "# Raftarium's settings; 0 stands for what the program would choose.\n";
  out += "[looks]\ntheme = " + settings.theme + "\nscale = " + std::to_string(settings.scale) +
         "\nlanguage = " + settings.language + "\nreduced-motion = " + on(settings.reduced_motion) +
         "\n\n[window]\nwidth = " + std::to_string(settings.width) +
         "\nheight = " + std::to_string(settings.height) + "\nwelcomed = " + on(settings.welcomed) +
         "\n\n[panes]\nright = " + std::to_string(settings.pane_width) +
         "\nlogs = " + std::to_string(settings.logs_height) + "\n";
  return out;
}

std::string settings_path() {
  const std::string config = absolute("XDG_CONFIG_HOME");
  if (!config.empty()) return config + std::string(kFile);
  const std::string home = absolute("HOME");
  return home.empty() ? "" : home + "/.config" + std::string(kFile);
}

LoadedSettings load_settings() {
  LoadedSettings loaded;
  const char* dirs = std::getenv("XDG_CONFIG_DIRS");
  const std::string list = dirs != nullptr && *dirs != '\0' ? dirs : "/etc/xdg";
  // The first folder named counts most, so it is read last.
  for (std::size_t end = list.size(); end > 0;) {
    const std::size_t colon = list.rfind(':', end - 1);
    const std::size_t start = colon == std::string::npos ? 0 : colon + 1;
    const std::string folder = list.substr(start, end - start);
    if (!folder.empty() && folder[0] == '/') load(folder + std::string(kFile), loaded);
    end = start == 0 ? 0 : start - 1;
  }
  const std::string own = settings_path();
  if (!own.empty()) load(own, loaded);
  return loaded;
}

Status save_settings(const Settings& settings, const std::string& path) {
  if (path.empty())
    return Error{Code::kIo, "there is no home folder, so that settings are not kept"};
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  if (error) return Error{Code::kIo, path + ": its folder cannot be made: " + error.message()};
  return session::write_file(path, print_settings(settings));
}

}  // namespace ui
