# Writes the player's files as arrays of bytes into OUT, each with the SHA-256 by which the page's
# Content-Security-Policy knows it. Called with -DFOLDER, -DOUT.
set(text "// Made by app/export/embed.cmake.\n#include \"app/export/player.h\"\n\nnamespace exporter {\n")
foreach(pair "html;kPageFile" "css;kStyleFile" "js;kScriptFile")
  list(GET pair 0 ending)
  list(GET pair 1 name)
  file(READ ${FOLDER}/page.${ending} hex HEX)
  file(SHA256 ${FOLDER}/page.${ending} hash)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND text "namespace {\nconst unsigned char ${name}Bytes[] = {${bytes}};\n}\n"
    "const PlayerFile ${name} = {{reinterpret_cast<const char*>(${name}Bytes), sizeof ${name}Bytes}, \"${hash}\"};\n")
endforeach()
string(APPEND text "}  // namespace exporter\n")
file(WRITE ${OUT} "${text}")
