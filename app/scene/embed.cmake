# Writes the text of ${IN} as a C++ constant to ${OUT}.
file(READ ${IN} text)
file(WRITE ${OUT} "namespace scene {
extern const char* const kChineseTable;
const char* const kChineseTable = R\"table(${text})table\";
}  // namespace scene
")
