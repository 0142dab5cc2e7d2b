// Every panel is a function: it gets the view and what the window remembers, draws, and asks for
// commands through the outbox.
#pragma once

#include "app/ui/app.h"
#include "app/ui/widgets.h"

namespace ui {

void draw_header(PanelContext& c);
void draw_lesson(PanelContext& c, LessonRun& run);
// What the lesson asks to look at: on the stage over the ring, and frames around panels.
void draw_ring_focus(PanelContext& c, Surface& s, const scene::Box& box, bool small);
void draw_panel_focus(PanelContext& c);
std::vector<std::uint64_t> focused_entries(const PanelContext& c);
void draw_lesson_list(PanelContext& c);
void draw_lesson_bar(PanelContext& c, const LessonRun& run);
void draw_rail(PanelContext& c);
void draw_stage(PanelContext& c);
void draw_logs(PanelContext& c, const scene::Box& box);
// Stage, logs and pane while two branches are compared.
void draw_comparison(PanelContext& c);
// The whole window in demo mode.
void draw_demo(PanelContext& c);
// "Disk", to be translated: how its tab is called.
const char* page_name(Page page);
void draw_right_pane(PanelContext& c);
void draw_faults_pane(PanelContext& c);
void draw_time(PanelContext& c);
void draw_welcome(PanelContext& c);
void draw_splitters(PanelContext& c);
void draw_tour(PanelContext& c);
void draw_settings(PanelContext& c, Surface& s, const scene::Box& box);
void draw_context_menu(PanelContext& c);
void draw_dialogs(PanelContext& c);
// The field of a path and what lies there. `taken`: Enter, or a click on a row.
struct OpenChoice {
  std::string path;
  bool taken = false;
};
OpenChoice draw_open_list(PanelContext& c, Surface& s, const scene::Box& box);
// Into a folder, or opens a file. REQUIRES: `path` is not empty.
void take_path(PanelContext& c, const std::string& path);
void draw_stops(PanelContext& c, Surface& s, const scene::Box& box);
void draw_branches(PanelContext& c, Surface& s, const scene::Box& box);
void draw_palette(PanelContext& c, Surface& s, const scene::Box& box);
void draw_export(PanelContext& c, Surface& s, const scene::Box& box);

// A part of the stage; leaves what answers to the mouse in `hits`.
void draw_sequence(PanelContext& c, Surface& s, const scene::Box& box,
                   std::vector<scene::HitRegion>& hits);

// Instead of it: the clients' operations and charts.
void draw_history(PanelContext& c, Surface& s, const scene::Box& box);

// Pages of the right pane: draw from `y` on into the surface, return the height used.
float draw_inspector(PanelContext& c, Surface& s, float y);
float draw_message_inspector(PanelContext& c, Surface& s, float y);
float draw_fact_inspector(PanelContext& c, Surface& s, float y);
float draw_checks(PanelContext& c, Surface& s, float y);
float draw_store(PanelContext& c, Surface& s, float y);
float draw_disk(PanelContext& c, Surface& s, float y);
float draw_clients(PanelContext& c, Surface& s, float y);
float draw_faults(PanelContext& c, Surface& s, float y);
// Long enough for a pane of its own.
void draw_events(PanelContext& c, const scene::Box& box);
void draw_console(PanelContext& c, Surface& s, const scene::Box& box);

// Shared by several.
struct Figure {
  std::string label, value;
  bool changed = false;
};
void draw_figures(Surface& s, float x, float y, const std::vector<Figure>& figures, int per_row,
                  float dx, float dy, float size);
void draw_rule(Surface& s, float x, float y, float w);
void draw_section(Surface& s, float x, float y, float w, const std::string& title,
                  const std::string& right = "");
// Facts below each other, newest first; a click chooses one. `marked`: those that contradict.
// `name` tells the list from others. Returns the height used.
float draw_chain(PanelContext& c, Surface& s, const std::string& name, float x, float y, float w,
                 const std::vector<const sim::Fact*>& chain,
                 const std::vector<std::uint64_t>& marked);
// Left and right margin of panes.
inline float pane_margin(const Layout& layout) { return layout.tabbed ? 16.0f : 24.0f; }
std::string bytes_text(std::uint64_t bytes);
// The chosen node, else the leader, else the first; null: there is none.
const sim::NodeView* shown_node(const PanelContext& c);
const sim::MessageView* find_message(const sim::ClusterView& view, std::uint64_t id);

}  // namespace ui
