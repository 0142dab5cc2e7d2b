// Display lists as data for the page: every shape once, a list as the numbers of its shapes, and
// from one moment to the next only what differs. In several themes at once: they share geometry.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/scene/display_list.h"
#include "app/scene/theme.h"

namespace exporter {

// Texts of a list of JSON values, each once.
class Dictionary {
 public:
  std::size_t number(const std::string& json);
  std::string json() const;  // "[…]"

 private:
  std::map<std::string, std::size_t> numbers_;
  std::vector<const std::string*> order_;
};

using Themes = std::vector<const scene::Theme*>;
// Builds one picture in one theme.
using Build = std::function<void(const scene::Theme&, scene::DisplayList&)>;
using Ids = std::vector<std::size_t>;

std::string list_json(const Ids& ids);

class ShapeBook {
 public:
  // `measure` must outlive the book.
  ShapeBook(const scene::TextMeasure& measure, Themes themes)
      : measure_(&measure), themes_(std::move(themes)) {}

  const Themes& themes() const { return themes_; }
  const scene::TextMeasure& measure() const { return *measure_; }
  // The picture, in all themes.
  Ids ids(const Build& build);
  // Of the shapes of the first theme's list from `first` to `end`. REQUIRES: `build` makes it.
  void append_ids(const scene::DisplayList& main, std::size_t first, std::size_t end,
                  const Build& build, Ids& out);
  // "geoms":…,"paints":…,"forms":…,"looks":…,"texts":…,"colors":…: of shape i the form is the sum
  // of `forms` up to i, the look (a paint, -1 for none) the i-th of `looks`.
  std::string json() const;

 private:
  std::vector<scene::DisplayList> others(const Build& build) const;
  std::size_t id(const scene::DisplayList& main, const std::vector<scene::DisplayList>& others,
                 std::size_t i);
  std::string paint_json(const scene::Shape& shape);

  const scene::TextMeasure* measure_;
  Themes themes_;  // not empty
  Dictionary geoms_, paints_, shapes_, texts_, colors_;
  Ids forms_;          // of each shape
  std::string looks_;  // the same, as JSON
};

// A picture that changes from moment to moment.
class Layer {
 public:
  Layer(ShapeBook& book, std::string name, float w, float h)
      : book_(&book), name_(std::move(name)), w_(w), h_(h), shown_(book.measure()) {}

  // Moments in order. `build` is called once per theme, but for the first only if it differs from
  // the moment before.
  void add(std::size_t moment, const Build& build);
  std::string json() const;

 private:
  ShapeBook* book_;
  std::string name_;
  float w_, h_;
  scene::DisplayList shown_;  // in the first theme
  Ids ids_;
  std::string changes_;   // each begins with the moments since the one before
  std::size_t last_ = 0;  // moment of the last one
  bool begun_ = false;
};

// Whether both are drawn alike.
bool same_shape(const scene::DisplayList& a, std::size_t i, const scene::DisplayList& b,
                std::size_t j);

}  // namespace exporter
