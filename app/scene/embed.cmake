# Writes the text of ${IN} as a C++ constant to ${OUT}: byte by byte, since a literal may have 64 KiB at most.
file(READ ${IN} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
file(WRITE ${OUT} "#include <string_view>

namespace scene {
extern const std::string_view kChineseTable;
namespace {
constexpr char kBytes[] = {${bytes}};
}
constinit const std::string_view kChineseTable{kBytes, sizeof kBytes};
}  // namespace scene
")
