#include <algorithm>

#include "app/ui/panels/panels.h"

namespace ui {
namespace {

std::string words_of(const sim::Request& request) {
  switch (request.operation) {
    case sim::Operation::kPut:
      return "put " + request.key + " " + request.value;
    case sim::Operation::kGet:
      return "get " + request.key;
    case sim::Operation::kDelete:
      return "delete " + request.key;
    case sim::Operation::kCas:
      return "cas " + request.key + " " + request.expect.value_or("absent") + " " + request.value;
    case sim::Operation::kAppend:
      return "append " + request.key + " " + request.value;
    case sim::Operation::kScan:
      return "scan " + request.key + " " + request.value;
    case sim::Operation::kReadIndex:
      return "read-index n" + std::to_string(request.via.value);
  }
  return "";
}

}  // namespace

float draw_clients(PanelContext& c, Surface& s, float y) {
  const scene::Theme& t = s.t();
  const float x = pane_margin(c.layout), w = s.w() - 2 * x;
  if (c.run.trace != nullptr) {
    return paragraph(s, x, y + 24, tr("Requests of clients are not in a trace."), w,
                     {.size = 14, .color = t.ink2}, 20);
  }
  if (c.view.requests.empty()) {
    s.list().text(x, y + 30, tr("No client has asked anything."), {.size = 14, .color = t.ink2});
    const float e = s.list().text(x, y + 54, "put x 1",
                                  {.size = 14, .color = t.ink, .face = scene::Face::kMono});
    const float f = s.list().text(e + 6, y + 54, tr("is a request"), {.size = 14, .color = t.ink2});
    keycap(s, f + 8, y + 49, "/", t.ink3);
    return y + 70;
  }
  std::size_t open = 0;
  for (const sim::RequestView& request : c.view.requests)
    open += request.outcome == sim::Outcome::kPending;
  s.list().text(
      x, y + 14,
      tr(c.view.requests.size() == 1 ? "{1} request, newest first" : "{1} requests, newest first",
         c.view.requests.size()),
      {.size = 13, .color = t.ink3});
  s.list().text(x + w, y + 14, tr("{1} open", open),
                {.size = 13, .color = t.ink3, .anchor = scene::Anchor::kEnd});
  y += 38;
  constexpr float kRow = 44;
  for (auto request = c.view.requests.rbegin(); request != c.view.requests.rend(); ++request) {
    if (s.visible({x, y - 20, w, kRow})) {
      s.list().text(x, y, "r" + std::to_string(request->id),
                    {.size = 13, .color = t.ink3, .face = scene::Face::kMono});
      s.list().text(x + 46, y, "c" + std::to_string(request->client),
                    {.size = 14, .color = t.ink, .weight = 600});
      std::string outcome = tr_sentence(sim::outcome_name(request->outcome));
      if (request->outcome == sim::Outcome::kOk && request->has_output)
        outcome += request->output ? " " + *request->output : " " + tr("absent");
      if (!request->reason.empty()) outcome += " " + request->reason;
      const bool bad =
          request->outcome == sim::Outcome::kRefused || request->outcome == sim::Outcome::kDropped;
      const scene::Style style{.size = 13,
                               .color = bad                                          ? t.danger
                                        : request->outcome == sim::Outcome::kUnknown ? t.warn
                                                                                     : t.ink2,
                               .anchor = scene::Anchor::kEnd};
      const std::string shown = scene::shortened(s.list().measure(), outcome, w * 0.4f, style);
      s.list().text(x + w, y, shown, style);
      s.list().text_within(x + 78, y, words_of(request->request),
                           w - 92 - s.list().width(shown, style),
                           {.size = 14, .color = t.ink, .face = scene::Face::kMono});
      const std::string called = sim::screen_text(request->called);
      const std::string when = request->returned ? tr("called {1}, answered {2}", called,
                                                      sim::screen_text(*request->returned))
                                                 : tr("called {1}", called);
      s.list().text(x + 78, y + 18, when, {.size = 13, .color = t.ink3});
    }
    y += kRow;
  }
  return y - 16;
}

}  // namespace ui
