// What the export dialog leads to.
#include <filesystem>

#include "app/export/job.h"
#include "app/ui/app.h"

namespace ui {
namespace {

Result<std::optional<session::Target>> target_of(const std::string& text, const char* field) {
  if (text.empty()) return std::optional<session::Target>();
  auto target = session::parse_target(text);
  if (!target)
    return Error{target.error().code, std::string(field) + ": " + target.error().message};
  return std::optional<session::Target>(*std::move(target));
}

}  // namespace

void App::open_export() {
  ExportState& state = state_.exporting;
  state.written.clear();
  state.overwrite.clear();
  if (state.path.empty()) {
    std::filesystem::path path = state_.file.empty() ? "run" : state_.file;
    path.replace_extension(exporter::format_ending(state.format));
    state.path = path.string();
  }
}

Status App::begin_export() {
  ExportState& state = state_.exporting;
  if (state.path.empty())
    return Error{Code::kInvalidArgument, "type where the file shall be written"};
  exporter::Options options;
  options.format = state.format;
  options.view = state.view;
  if (exporter::is_still(state.format)) {
    options.at = session::AtPosition{session_.position()};
  } else {
    RAFT_TRY_ASSIGN(options.from, target_of(state.from, "From"));
    RAFT_TRY_ASSIGN(options.to, target_of(state.to, "To"));
    // A page of the whole run is opened where one stands now.
    if (state.format == exporter::Format::kHtml && !options.from && !options.to)
      options.at = session::AtPosition{session_.position()};
  }
  // On paper, and for a reader with a wish of his own, the window's theme does not count.
  if (state.format != exporter::Format::kPdf && state.format != exporter::Format::kHtml)
    options.theme = state_.theme;
  std::error_code error;
  const std::filesystem::path path = std::filesystem::absolute(state.path, error);
  if (!state_.file.empty() && std::filesystem::equivalent(path, state_.file, error))
    return Error{Code::kInvalidArgument, "this would overwrite the recording"};
  if (state.overwrite != state.path && std::filesystem::exists(path, error)) {
    state.overwrite = state.path;
    return Error{Code::kInvalidArgument,
                 state.path + " is there already; what it holds would be lost"};
  }
  RAFT_TRY_ASSIGN(exporter::Job job,
                  exporter::Job::start(session_.recording(), options, path.string()));
  export_job_ = std::make_unique<exporter::Job>(std::move(job));
  state.running = true;
  state.permille = 0;
  return ok();
}

void App::follow_export() {
  ExportState& state = state_.exporting;
  if (!export_job_) return;
  const bool runs = export_job_->poll();
  state.permille = export_job_->permille();
  // Closing the dialog gives up what it does.
  if (state_.dialog.open != Dialog::kExport) {
    export_job_.reset();
    state.running = false;
    state_.notice = tr("the export was given up; no file was written");
    return;
  }
  if (runs) return;
  const Status result = export_job_->result();
  if (result) {
    state.written = export_job_->path();
    state_.notice = tr("exported to {1}", state.written);
  } else {
    state_.dialog.error = result.error().message;
  }
  export_job_.reset();
  state.running = false;
  state.overwrite.clear();
  asked_ = true;
}

}  // namespace ui
