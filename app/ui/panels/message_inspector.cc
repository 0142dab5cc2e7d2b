#include "app/scene/fact_sign.h"
#include "app/ui/causes.h"
#include "app/ui/forecast.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

using scene::Face;
using scene::Style;

std::vector<Figure> fields_of(const sim::MessageView& message) {
  std::vector<Figure> out = {
      {tr("term"), message.term.value == 0 ? "–" : std::to_string(message.term.value)}};
  if (const raft::Message* core = message.message) {
    const std::string type(message.type);
    if (type == "append") {
      out.push_back({tr("previous"), std::to_string(core->index.value) + "·" +
                                         std::to_string(core->log_term.value)});
      out.push_back({tr("commit"), std::to_string(core->commit.value)});
      out.push_back({tr("entries"), std::to_string(core->entries.size())});
    } else if (type == "append-reply") {
      out.push_back({tr(message.refusal ? "refuses" : "holds"), std::to_string(core->index.value)});
      if (message.refusal)
        out.push_back({tr("hint"), std::to_string(core->reject_hint.value) + "·" +
                                       std::to_string(core->log_term.value)});
    } else if (type == "vote" || type == "pre-vote") {
      out.push_back({tr("log ends at"), std::to_string(core->index.value) + "·" +
                                            std::to_string(core->log_term.value)});
    } else if (type == "heartbeat") {
      out.push_back({tr("commit"), std::to_string(core->commit.value)});
    } else if (type == "snapshot" && core->snapshot != nullptr) {
      out.push_back({tr("snapshot to"), std::to_string(core->snapshot->index.value) + "·" +
                                            std::to_string(core->snapshot->term.value)});
    }
  }
  if (message.bytes > 0) out.push_back({tr("size"), bytes_text(message.bytes)});
  out.push_back({tr("sent"), sim::screen_text(message.sent)});
  out.push_back({tr("due"), message.due ? sim::screen_text(*message.due) : tr("held")});
  return out;
}

// What its receiver will make of it, step by step.
float draw_forecast(PanelContext& c, Surface& s, const sim::MessageView& message, float x, float y,
                    float w) {
  const scene::Theme& t = s.t();
  const Forecast told = forecast(c.view, message);
  if (told.steps.empty()) return y;
  draw_rule(s, x, y - 10, w);
  draw_section(s, x, y + 12, w, tr("What {1} will make of it", scene::endpoint_name(message.to)),
               tr("as things stand"));
  y += 38;
  for (std::size_t i = 0; i < told.steps.size(); ++i) {
    const ForecastStep& step = told.steps[i];
    s.list().circle(x + 10, y - 1, 10, s.pen().stroked(t.control, 1.4f));
    s.list().text(
        x + 10, y + 3.5f, std::to_string(i + 1),
        {.size = 13, .color = t.ink2, .face = Face::kMono, .anchor = scene::Anchor::kMiddle});
    const Style rule{.size = 13, .color = t.ink3, .anchor = scene::Anchor::kEnd};
    if (!step.rule.empty()) s.list().text(x + w, y + 3, step.rule, rule);
    s.list().text_within(x + 32, y + 3, tr_sentence(step.what),
                         w - 44 - s.list().width(step.rule, rule),
                         {.size = 14, .color = t.ink, .weight = 600});
    if (step.why.empty()) {
      y += 30;
      continue;
    }
    y = paragraph(s, x + 32, y + 21, tr_sentence(step.why), w - 32, {.size = 13, .color = t.ink2},
                  17) +
        12;
  }
  return y + 2;
}

}  // namespace

float draw_message_inspector(PanelContext& c, Surface& s, float y) {
  const scene::Theme& t = s.t();
  const bool tight = c.layout.tabbed;
  const float x = pane_margin(c.layout), w = s.w() - 2 * x;
  const sim::MessageView* message = find_message(c.view, c.state.selected.message);
  if (message == nullptr) {
    return paragraph(s, x, y + 38,
                     tr("m{1} is no longer under way. The event list tells what became of it.",
                        c.state.selected.message),
                     w, {.size = 14, .color = t.ink2}, 21);
  }
  y += tight ? 32 : 38;
  scene::MessageGlyph glyph;
  glyph.type = message->type;
  glyph.term = message->term;
  glyph.sender_term = message->term;
  glyph.r = 12;
  if (scene::is_reply_type(message->type))
    glyph.answer = !scene::answer_told(*message) ? scene::Answer::kUnknown
                   : message->refusal            ? scene::Answer::kNo
                                                 : scene::Answer::kYes;
  if (message->type == "append" && message->message != nullptr)
    glyph.label = std::to_string(message->message->entries.size());
  if (message->type == "request") glyph.label = "r";
  scene::draw_message(s.pen(), x + 14, y - 6, glyph);
  const float end = s.list().text(x + 40, y + 1, "m" + std::to_string(message->id),
                                  {.size = 20, .color = t.ink, .face = Face::kMono});
  s.list().text_within(end + 12, y,
                       tr("{1}, {2} to {3}", message->type, scene::endpoint_name(message->from),
                          scene::endpoint_name(message->to)),
                       x + w - end - 12, {.size = 14, .color = t.ink2});
  y += tight ? 32 : 38;
  const std::vector<Figure> fields = fields_of(*message);
  draw_figures(s, x, y, fields, 4, w / 4, tight ? 46 : 56, tight ? 14 : 16);
  const std::size_t rows = (fields.size() + 3) / 4;
  y += (tight ? 46.0f : 56.0f) * static_cast<float>(rows) + 4;
  draw_rule(s, x, y - 12, w);

  if (const raft::Message* core = message->message; core != nullptr && !core->entries.empty()) {
    draw_section(s, x, y + 12, w, tr("Entries"));
    y += 36;
    std::size_t shown = 0;
    for (const raft::EntryPtr& entry : core->entries) {
      if (++shown > 12) {
        s.list().text(x, y, tr("and {1} more", core->entries.size() - 12),
                      {.size = 13, .color = t.ink2});
        y += 24;
        break;
      }
      const std::string where =
          std::to_string(entry->index.value) + "·" + std::to_string(entry->term.value);
      s.list().text(x, y, where, {.size = 15, .color = t.ink, .face = Face::kMono});
      const std::string what = entry->type != raft::EntryType::kNormal ? tr("changes members")
                               : entry->data.empty()                   ? tr("opens the term")
                                                     : bytes_text(entry->data.size());
      s.list().text(x + 84, y, what, {.size = 13, .color = t.ink2});
      y += 24;
    }
    y += 4;
  }
  if (!message->text.empty()) {
    s.list().text_within(x, y + 12, message->text, w,
                         {.size = 15, .color = t.ink, .face = Face::kMono});
    y += 36;
  }
  // What made it: one step back along the causes.
  if (const sim::Fact* cause = scene::find_fact(c.run.facts, message->cause)) {
    const sim::Fact* before = scene::find_fact(c.run.facts, cause->cause);
    const sim::Narration words = c.run.words(before != nullptr ? *before : *cause);
    draw_section(s, x, y + 12, w, tr("Why it was sent"));
    s.list().text_within(x, y + 36, words.what, w, {.size = 14, .color = t.ink});
    if (!words.reason.empty())
      s.list().text_within(x, y + 55, words.reason, w, {.size = 13, .color = t.ink2});
    y += 80;
  }
  if (c.run.trace != nullptr) return y;
  y = draw_forecast(c, s, *message, x, y, w);
  float bx = x;
  sim::MessageSelector selector;
  selector.id = message->id;
  const auto act = [&](const std::string& id, const std::string& label, ButtonKind kind,
                       const sim::Command& command, const std::string& line) {
    const float bw = button_width(s, label, "");
    if (button(s, id, {bx, y + 6, bw, 30},
               {.label = label, .kind = kind, .tip = {"> " + line, "", ""}}))
      c.out.commands.push_back(command);
    bx += bw + 8;
  };
  const std::string name = "m" + std::to_string(message->id);
  act("message.deliver", tr("Deliver now"), ButtonKind::kPrimary, sim::Deliver{selector},
      "deliver " + name);
  act("message.drop", tr("Drop"), ButtonKind::kDanger, sim::Drop{selector}, "drop " + name);
  act("message.duplicate", tr("Duplicate"), ButtonKind::kPlain, sim::Duplicate{selector},
      "dup " + name);
  return y + 44;
}

}  // namespace ui
