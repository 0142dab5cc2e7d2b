#include "app/ui/ui_dump.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "app/session/state_json.h"

namespace ui {
namespace {

std::string pixels(float value) { return std::to_string(std::lround(value)); }

}  // namespace

UiDump::UiDump() {
  if (const char* path = std::getenv("RAFTARIUM_UI_DUMP")) path_ = path;
}

void UiDump::write(const WidgetRegistry& widgets, session::Session& session, bool playing) {
  if (path_.empty()) return;
  std::string json = "{\"frame\":" + std::to_string(++frame_);
  json += std::string(",\"playing\":") + (playing ? "true" : "false") + ",\"widgets\":{";
  bool first = true;
  for (const auto& [name, place] : widgets.all()) {
    if (!first) json += ",\n";
    first = false;
    json += session::json_string(name) + ":[" + pixels(place.min.x) + "," + pixels(place.min.y) +
            "," + pixels(place.max.x - place.min.x) + "," + pixels(place.max.y - place.min.y) +
            (place.enabled ? ",true]" : ",false]");
  }
  json += "},\n\"state\":" + session::state_json(session, {.log_tail = 20}) + "}\n";

  // The reader must never see half a file.
  const std::string next = path_ + ".next";
  std::FILE* file = std::fopen(next.c_str(), "w");
  if (file == nullptr) return;
  const bool written = std::fwrite(json.data(), 1, json.size(), file) == json.size();
  if (std::fclose(file) == 0 && written) (void)std::rename(next.c_str(), path_.c_str());
}

}  // namespace ui
