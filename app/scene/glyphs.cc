#include "app/scene/glyphs.h"

#include <algorithm>
#include <vector>

namespace scene {
namespace {

std::vector<Point> diamond(float x, float y, float q) {
  return {{x, y - q}, {x + q, y}, {x, y + q}, {x - q, y}};
}

void sign(const Pen& pen, float x, float y, float f, float width, Answer answer) {
  const Paint paint{.stroke = pen.t.ink, .width = width};
  pen.list.line({x - f, y}, {x + f, y}, paint);
  if (answer == Answer::kYes) pen.list.line({x, y - f}, {x, y + f}, paint);
}

}  // namespace

void draw_message(const Pen& pen, float x, float y, const MessageGlyph& glyph) {
  DisplayList& list = pen.list;
  const Theme& t = pen.t;
  const float r = glyph.r;
  const bool client = glyph.type == "request" || glyph.type == "reply";
  const Color color = client ? t.ink : t.term(glyph.term);
  const Color on = client ? t.canvas : t.on_term(glyph.term);
  const bool solid = glyph.answer == Answer::kRequest && !glyph.lost;
  if (glyph.selected) list.circle(x, y, r + 9, pen.stroked(t.accent, 2.4f));

  const float ring = std::max(2.2f, r * 0.2f);
  Paint body =
      solid ? pen.filled(color) : Paint{.fill = t.canvas, .stroke = color, .width = ring * t.line};
  if (glyph.lost) {
    body.dash_on = 4;
    body.dash_off = 3;
  }
  const float more = 0.2f * r + 2;  // second outline of a copy
  const Paint copy = pen.stroked(color, 1.5f);

  if (glyph.type.starts_with("vote")) {
    const float q = r * 1.12f;
    list.path(diamond(x, y, q), true, body);
    if (glyph.duplicate) list.path(diamond(x, y, q + more * 1.3f), true, copy);
    if (solid) {
      const float f = r * 0.4f;
      list.path({{x - f, y - f * 0.1f}, {x - f * 0.2f, y + f * 0.7f}, {x + f, y - f * 0.7f}}, false,
                {.stroke = on, .width = r * 0.2f, .round = true});
    }
  } else if (glyph.type.starts_with("pre-vote")) {
    const float q = r * 1.12f;
    Paint dots = pen.dotted(color, 2.5f, 4.4f);
    dots.fill = t.canvas;
    list.path(diamond(x, y, q), true, dots);
    if (glyph.duplicate) list.path(diamond(x, y, q + more * 1.3f), true, copy);
    if (solid) list.path(diamond(x, y, q * 0.52f), true, pen.filled(t.term(glyph.sender_term)));
  } else if (glyph.type.starts_with("append")) {
    const float a = r * 0.92f;
    // A small one has sharp corners: round ones would not be seen.
    list.rect({x - a, y - a, 2 * a, 2 * a}, r < 8 ? 0 : r * 0.3f, body);
    if (glyph.duplicate)
      list.rect({x - a - more, y - a - more, 2 * (a + more), 2 * (a + more)}, r * 0.42f, copy);
    if (solid && !glyph.label.empty()) {
      const float size = r * (glyph.label.size() > 2   ? 0.75f
                              : glyph.label.size() > 1 ? 0.95f
                                                       : 1.2f);
      list.text(x, y + size * 0.35f, glyph.label,
                {.size = size,
                 .color = on,
                 .face = Face::kMono,
                 .weight = 700,
                 .anchor = Anchor::kMiddle});
    }
  } else if (glyph.type.starts_with("heartbeat")) {
    list.circle(x, y, r * 0.62f, body);
    if (glyph.duplicate) list.circle(x, y, r * 0.62f + more, copy);
  } else if (glyph.type.starts_with("snapshot")) {
    const float a = r * 0.95f;
    list.rect({x - a, y - a, 2 * a, 2 * a}, r * 0.18f, body);
    if (solid) {
      for (const float f : {-0.45f, 0.0f, 0.45f}) {
        list.line({x - a * 0.62f, y + a * f}, {x + a * 0.62f, y + a * f},
                  {.stroke = on, .width = r * 0.17f});
      }
    }
  } else if (glyph.type.starts_with("read-index")) {
    std::vector<Point> points;
    for (int d = 30; d < 390; d += 60)
      points.push_back(polar(x, y, r * 1.1f, static_cast<float>(d)));
    list.path(points, true, body);
    if (solid) {
      list.text(x, y + r * 0.46f, "?",
                {.size = r * 1.3f, .color = on, .weight = 600, .anchor = Anchor::kMiddle});
    }
  } else if (glyph.type.starts_with("timeout-now")) {
    list.path({polar(x - r * 0.12f, y, r * 1.15f, 90), polar(x - r * 0.12f, y, r * 1.15f, 210),
               polar(x - r * 0.12f, y, r * 1.15f, 330)},
              true, body);
  } else {  // client traffic
    const Style style{.size = 13, .color = on, .face = Face::kMono, .anchor = Anchor::kMiddle};
    const std::string label = shortened(list.measure(), glyph.label, 110, style);
    const float k = r < 8 ? r / 9 : 1;  // in a small picture it has no label
    const float w =
        solid && !label.empty() ? std::max(26.0f, list.width(label, style) + 20) : 26 * k;
    list.rect({x - w / 2, y - 12 * k, w, 24 * k}, 12 * k, body);
    if (solid) list.text(x, y + 4.6f, label, style);
  }
  if (glyph.lost) {
    const float f = std::max(r * 0.62f, 7.0f);
    for (const float d : {-1.0f, 1.0f}) {
      list.line({x - f, y - f * d}, {x + f, y + f * d},
                {.stroke = t.canvas, .width = r * 0.5f * t.line, .round = true});
      list.line({x - f, y - f * d}, {x + f, y + f * d},
                {.stroke = t.danger, .width = r * 0.22f * t.line, .round = true});
    }
  } else if (glyph.answer != Answer::kRequest && glyph.answer != Answer::kUnknown &&
             (!glyph.type.starts_with("heartbeat") || glyph.answer == Answer::kNo)) {
    sign(pen, x, y, r * 0.42f, r * 0.2f * std::min(t.line, 1.3f), glyph.answer);
  }
}

void draw_crown(const Pen& pen, float x, float y, float w, Color color) {
  const float h = w * 0.62f;
  const Paint fill{.fill = color};
  // Convex pieces: three teeth on a base.
  pen.list.path(
      {{x - w / 2, y}, {x - w / 2, y - h}, {x - w * 0.22f, y - h * 0.45f}, {x - w * 0.22f, y}},
      true, fill);
  pen.list.path({{x - w * 0.22f, y},
                 {x - w * 0.22f, y - h * 0.45f},
                 {x, y - h * 1.12f},
                 {x + w * 0.22f, y - h * 0.45f},
                 {x + w * 0.22f, y}},
                true, fill);
  pen.list.path(
      {{x + w * 0.22f, y}, {x + w * 0.22f, y - h * 0.45f}, {x + w / 2, y - h}, {x + w / 2, y}},
      true, fill);
  pen.list.rect({x - w / 2, y + w * 0.08f, w, w * 0.13f}, 0, fill);
}

void draw_match_mark(const Pen& pen, float x, float y, float r) {
  pen.list.circle(x, y, r, {.fill = pen.t.ink});
}

void draw_next_mark(const Pen& pen, float x, float y, NextKind kind, float r) {
  if (kind == NextKind::kSnapshot) {
    pen.list.rect({x - r + 0.6f, y - r + 0.6f, 2 * r - 1.2f, 2 * r - 1.2f}, 1,
                  pen.stroked(pen.t.ink, 1.8f));
    return;
  }
  Paint paint = pen.stroked(pen.t.ink, 1.7f);
  if (kind == NextKind::kReplicate) paint.fill = pen.t.ink;
  pen.list.path({{x, y - r}, {x + r * 1.05f, y + r * 0.8f}, {x - r * 1.05f, y + r * 0.8f}}, true,
                paint);
}

void draw_cut_mark(const Pen& pen, float x, float y, float degrees, float scale) {
  for (const float o : {-4 * scale, 4 * scale}) {
    const Point c = polar(x, y, o, degrees);
    Paint paint = pen.stroked(pen.t.danger, 3 * scale);
    paint.round = true;
    pen.list.line(polar(c.x, c.y, 9 * scale, degrees + 72),
                  polar(c.x, c.y, -9 * scale, degrees + 72), paint);
  }
}

void draw_warning(const Pen& pen, float x, float y, float k, Color color, bool solid) {
  Paint paint{.stroke = color, .width = 1.6f * k};
  if (solid) paint.fill = color;
  pen.list.path({{x, y - 8 * k}, {x + 8 * k, y + 6 * k}, {x - 8 * k, y + 6 * k}}, true, paint);
  const Color c = solid ? pen.t.canvas : color;
  pen.list.line({x, y - 2.6f * k}, {x, y + 1.4f * k}, {.stroke = c, .width = 1.8f * k});
  pen.list.circle(x, y + 3.8f * k, 1.05f * k, {.fill = c});
}

void draw_not_equal(const Pen& pen, float x, float y, float r, bool filled) {
  pen.list.circle(
      x, y, r,
      filled ? Paint{.fill = pen.t.accent}
             : Paint{.fill = pen.t.canvas, .stroke = pen.t.accent, .width = 1.5f * pen.t.line});
  Paint bar = pen.stroked(filled ? pen.t.on_accent : pen.t.accent, std::max(1.4f, r * 0.2f));
  const float w = r * 0.5f, d = r * 0.22f;
  pen.list.line({x - w, y - d}, {x + w, y - d}, bar);
  pen.list.line({x - w, y + d}, {x + w, y + d}, bar);
  pen.list.line({x - w * 0.6f, y + r * 0.6f}, {x + w * 0.6f, y - r * 0.6f}, bar);
}

void draw_icon(const Pen& pen, Icon icon, float x, float y, Color c, float k) {
  DisplayList& list = pen.list;
  const Paint fill{.fill = c};
  const auto stroke = [&](float width) {
    return Paint{.stroke = c, .width = width * k, .round = true};
  };
  const auto at = [&](float dx, float dy) { return Point{x + dx * k, y + dy * k}; };
  const auto box = [&](float dx, float dy, float w, float h) {
    return Box{x + dx * k, y + dy * k, w * k, h * k};
  };
  switch (icon) {
    case Icon::kPlay:
      list.path({at(-5, -7), at(7, 0), at(-5, 7)}, true, fill);
      break;
    case Icon::kPause:
      list.rect(box(-6, -7, 4.5f, 14), 1, fill);
      list.rect(box(1.5f, -7, 4.5f, 14), 1, fill);
      break;
    case Icon::kStep:
      list.path({at(-6, -6), at(2, 0), at(-6, 6)}, true, fill);
      list.rect(box(3.5f, -6, 3, 12), 1, fill);
      break;
    case Icon::kStepBack:
      list.path({at(6, -6), at(-2, 0), at(6, 6)}, true, fill);
      list.rect(box(-6.5f, -6, 3, 12), 1, fill);
      break;
    case Icon::kTick:
      list.circle(x, y, 7 * k, stroke(1.8f));
      list.line(at(0, 0), at(0, -4.5f), stroke(1.8f));
      list.line(at(0, 0), at(3.2f, 0), stroke(1.8f));
      break;
    case Icon::kBook:
      list.rect(box(-9, -9, 18, 18), 3 * k, stroke(1.8f));
      list.line(at(-3.5f, -9), at(-3.5f, 9), stroke(1.8f));
      list.line(at(0.5f, -4), at(5.5f, -4), stroke(1.8f));
      list.line(at(0.5f, 0), at(5.5f, 0), stroke(1.8f));
      break;
    case Icon::kFault:
      list.line(at(-10, 0), at(-4.5f, 0), stroke(2));
      list.line(at(4.5f, 0), at(10, 0), stroke(2));
      for (const float o : {-3.0f, 3.0f}) list.line(at(o + 2, -7), at(o - 2, 7), stroke(2));
      break;
    case Icon::kCheck:
      list.path({at(-5, 0), at(-1.5f, 4), at(5.5f, -4.5f)}, false, stroke(2.2f));
      break;
    case Icon::kCross:
      list.line(at(-4.5f, -4.5f), at(4.5f, 4.5f), stroke(2.2f));
      list.line(at(-4.5f, 4.5f), at(4.5f, -4.5f), stroke(2.2f));
      break;
    case Icon::kRing:
      list.circle(x, y, 8.5f * k, stroke(2.2f));
      for (int a = 0; a < 360; a += 72) {
        const Point p = polar(x, y, 8.5f * k, static_cast<float>(a));
        list.circle(p.x, p.y, 2.6f * k, fill);
      }
      break;
    case Icon::kHand:
      list.path({at(-5, -9), at(8, 3), at(1.4f, 3.6f), at(4.6f, 9.4f), at(1.8f, 10.8f),
                 at(-1.2f, 4.8f), at(-5, 8.6f)},
                true, stroke(1.8f));
      break;
    case Icon::kOpen:
      list.path({at(-10, 8), at(-10, -7), at(-3.5f, -7), at(-1, -4), at(8, -4), at(8, 0)}, false,
                stroke(1.8f));
      list.path({at(-10, 8), at(-6, 0), at(11, 0), at(7.5f, 8)}, true, stroke(1.8f));
      break;
    case Icon::kChevronDown:
      list.path({at(-4, -2), at(0, 2), at(4, -2)}, false, stroke(1.8f));
      break;
    case Icon::kRestart:
      list.path({at(-4, 4), at(0, -5), at(4, 4)}, true, fill);
      break;
    case Icon::kHeal:
      list.line(at(-5.5f, 0), at(5.5f, 0), stroke(2.2f));
      list.line(at(-2.5f, -4), at(-2.5f, 4), stroke(2.2f));
      list.line(at(2.5f, -4), at(2.5f, 4), stroke(2.2f));
      break;
    case Icon::kLog:
      for (const float o : {-4.0f, 0.0f, 4.0f}) list.line(at(-5, o), at(5, o), stroke(2));
      break;
  }
}

}  // namespace scene
