// Texts of strangers within XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace exporter {

// Control characters and what is no UTF-8 stand as \xHH; & < > " ' as entities.
std::string escaped(std::string_view text);

}  // namespace exporter
