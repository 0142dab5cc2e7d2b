#include "app/export/page_shapes.h"

#include <algorithm>
#include <cmath>

#include "app/session/state_json.h"

namespace exporter {
namespace {

using scene::DisplayList;
using scene::Shape;
using scene::ShapeKind;

// Tenths of a unit: nobody sees less.
std::string tenths(float value) { return std::to_string(std::lround(value * 10)); }

std::string color_text(scene::Color c) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"#";
  for (const std::uint8_t part : {c.r, c.g, c.b, c.a}) {
    if (out.size() == 8 && part == 255) break;
    out += kHex[part >> 4];
    out += kHex[part & 15];
  }
  return out + "\"";
}

bool same_color(const scene::Paint& a, const scene::Paint& b) {
  return a.fill == b.fill && a.stroke == b.stroke && a.width == b.width && a.dash_on == b.dash_on &&
         a.dash_off == b.dash_off && a.round == b.round;
}

}  // namespace

bool same_shape(const DisplayList& a, std::size_t i, const DisplayList& b, std::size_t j) {
  const Shape &x = a.shapes()[i], &y = b.shapes()[j];
  if (x.kind != y.kind || x.count != y.count) return false;
  const bool placed = x.box.x == y.box.x && x.box.y == y.box.y && x.box.w == y.box.w &&
                      x.box.h == y.box.h && x.radius == y.radius;
  switch (x.kind) {
    case ShapeKind::kUnclip:
      return true;
    case ShapeKind::kClip:
      return placed;
    case ShapeKind::kRect:
    case ShapeKind::kCircle:
      return placed && same_color(x.paint, y.paint);
    case ShapeKind::kPath: {
      if (x.closed != y.closed || !same_color(x.paint, y.paint)) return false;
      const scene::Point *p = a.points(x), *q = b.points(y);
      return std::equal(p, p + x.count, q,
                        [](scene::Point m, scene::Point n) { return m.x == n.x && m.y == n.y; });
    }
    case ShapeKind::kText:
      return placed && x.style.color == y.style.color && x.style.size == y.style.size &&
             x.style.face == y.style.face && x.style.weight == y.style.weight &&
             a.text_of(x) == b.text_of(y);
  }
  return false;
}

// ---------------------------------------------------------------- dictionaries

std::size_t Dictionary::number(const std::string& json) {
  const auto [place, fresh] = numbers_.try_emplace(json, order_.size());
  if (fresh) order_.push_back(&place->first);
  return place->second;
}

std::string Dictionary::json() const {
  std::string out = "[";
  for (const std::string* item : order_) out += (out.size() > 1 ? "," : "") + *item;
  return out + "]";
}

std::string list_json(const Ids& ids) {
  std::string out = "[";
  for (const std::size_t id : ids) out += (out.size() > 1 ? "," : "") + std::to_string(id);
  return out + "]";
}

// ---------------------------------------------------------------- shapes

std::string ShapeBook::paint_json(const Shape& shape) {
  if (shape.kind == ShapeKind::kText)
    return "[" + std::to_string(colors_.number(color_text(shape.style.color))) + "]";
  const scene::Paint& p = shape.paint;
  const auto color = [&](scene::Color c) {
    return c.visible() ? std::to_string(colors_.number(color_text(c))) : std::string("-1");
  };
  std::string out = "[" + color(p.fill);
  if (p.stroke.visible()) {
    out += "," + color(p.stroke) + "," + tenths(p.width);
    if (p.dash_on > 0)
      out += "," + tenths(std::max(p.dash_on, 0.1f)) + "," + tenths(p.dash_off) +
             (p.round ? ",1" : ",0");
    else if (p.round)
      out += ",0,0,1";
  }
  return out + "]";
}

std::size_t ShapeBook::id(const DisplayList& main, const std::vector<DisplayList>& others,
                          std::size_t i) {
  const Shape& shape = main.shapes()[i];
  const scene::Box& b = shape.box;
  std::string geom = "[" + std::to_string(static_cast<int>(shape.kind));
  const auto add = [&](const std::string& text) { geom += "," + text; };
  switch (shape.kind) {
    case ShapeKind::kRect:
      for (const float value : {b.x, b.y, b.w, b.h, shape.radius}) add(tenths(value));
      break;
    case ShapeKind::kCircle:
      for (const float value : {b.x, b.y, b.w}) add(tenths(value));
      break;
    case ShapeKind::kPath: {
      add(shape.closed ? "1" : "0");
      const scene::Point* points = main.points(shape);
      long x = 0, y = 0;
      for (std::uint32_t k = 0; k < shape.count; ++k) {
        // Steps from point to point are short numbers.
        const long px = std::lround(points[k].x * 10), py = std::lround(points[k].y * 10);
        add(std::to_string(px - x));
        add(std::to_string(py - y));
        x = px;
        y = py;
      }
      break;
    }
    case ShapeKind::kText:
      add(std::to_string(texts_.number(session::json_string(main.text_of(shape)))));
      add(tenths(shape.style.size));
      add(std::to_string(shape.style.weight + (shape.style.face == scene::Face::kMono ? 1 : 0)));
      for (const float value : {b.x, b.y, b.w}) add(tenths(value));
      break;
    case ShapeKind::kClip:
      for (const float value : {b.x, b.y, b.w, b.h}) add(tenths(value));
      break;
    case ShapeKind::kUnclip:
      break;
  }
  std::string paint;
  if (shape.kind != ShapeKind::kClip && shape.kind != ShapeKind::kUnclip) {
    paint = paint_json(shape);
    for (const DisplayList& other : others) {
      // Themes draw the same shapes; where one did not, the first stands for it.
      const bool twin =
          other.shapes().size() == main.shapes().size() && other.shapes()[i].kind == shape.kind;
      paint += "," + paint_json(twin ? other.shapes()[i] : shape);
    }
    paint = std::to_string(paints_.number("[" + paint + "]"));
  } else {
    paint = "-1";
  }
  const std::size_t form = geoms_.number(geom + "]");
  const std::size_t number = shapes_.number(std::to_string(form) + "," + paint);
  if (number == forms_.size()) {
    forms_.push_back(form);
    looks_ += (looks_.empty() ? "" : ",") + paint;
  }
  return number;
}

std::vector<DisplayList> ShapeBook::others(const Build& build) const {
  std::vector<DisplayList> out;
  for (std::size_t i = 1; i < themes_.size(); ++i) {
    out.emplace_back(*measure_);
    build(*themes_[i], out.back());
  }
  return out;
}

void ShapeBook::append_ids(const DisplayList& main, std::size_t first, std::size_t end,
                           const Build& build, Ids& out) {
  const std::vector<DisplayList> rest = others(build);
  for (std::size_t i = first; i < end; ++i) out.push_back(id(main, rest, i));
}

Ids ShapeBook::ids(const Build& build) {
  DisplayList main(*measure_);
  build(*themes_.front(), main);
  Ids out;
  append_ids(main, 0, main.shapes().size(), build, out);
  return out;
}

std::string ShapeBook::json() const {
  std::string steps;
  std::size_t before = 0;
  for (const std::size_t form : forms_) {
    const auto step = static_cast<std::int64_t>(form) - static_cast<std::int64_t>(before);
    steps += (steps.empty() ? "" : ",") + std::to_string(step);
    before = form;
  }
  return "\"geoms\":" + geoms_.json() + ",\"paints\":" + paints_.json() + ",\"forms\":[" + steps +
         "],\"looks\":[" + looks_ + "],\"texts\":" + texts_.json() +
         ",\"colors\":" + colors_.json();
}

// ---------------------------------------------------------------- layers

void Layer::add(std::size_t moment, const Build& build) {
  DisplayList now(book_->measure());
  build(*book_->themes().front(), now);
  const std::size_t size = now.shapes().size(), before = shown_.shapes().size();
  std::string change;
  if (begun_ && size == before) {
    std::vector<std::size_t> slots;
    for (std::size_t i = 0; i < size; ++i) {
      if (!same_shape(now, i, shown_, i)) slots.push_back(i);
    }
    if (slots.empty()) return;
    const std::vector<std::size_t>& changed = slots;
    Ids fresh;
    // The other themes are built once for all slots.
    book_->append_ids(now, changed.front(), changed.back() + 1, build, fresh);
    for (const std::size_t slot : changed) {
      const std::size_t id = fresh[slot - changed.front()];
      if (ids_[slot] == id) continue;  // less than anybody sees
      change += "," + std::to_string(slot) + "," + std::to_string(id);
      ids_[slot] = id;
    }
    if (!change.empty()) change = "0" + change;
  } else {
    std::size_t head = 0, tail = 0;
    const std::size_t least = std::min(size, before);
    while (begun_ && head < least && same_shape(now, head, shown_, head)) ++head;
    while (begun_ && tail < least - head &&
           same_shape(now, size - 1 - tail, shown_, before - 1 - tail))
      ++tail;
    Ids middle;
    book_->append_ids(now, head, size - tail, build, middle);
    change = "1," + std::to_string(head) + "," + std::to_string(tail);
    for (const std::size_t id : middle) change += "," + std::to_string(id);
    Ids ids(ids_.begin(), ids_.begin() + static_cast<std::ptrdiff_t>(head));
    ids.insert(ids.end(), middle.begin(), middle.end());
    ids.insert(ids.end(), ids_.end() - static_cast<std::ptrdiff_t>(tail), ids_.end());
    ids_ = std::move(ids);
  }
  begun_ = true;
  shown_ = std::move(now);
  if (change.empty()) return;
  changes_ += (changes_.empty() ? "[" : ",[") + std::to_string(moment - last_) + "," + change + "]";
  last_ = moment;
}

std::string Layer::json() const {
  return "{\"name\":\"" + name_ + "\",\"w\":" + tenths(w_) + ",\"h\":" + tenths(h_) +
         ",\"changes\":[" + changes_ + "]}";
}

}  // namespace exporter
