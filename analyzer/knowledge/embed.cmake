# cmake -DDIR=<analyzer/knowledge> -DOUT=<file.cc> -P embed.cmake
# Writes every JSON document into OUT as raw string literals. Literals are cut into pieces because compilers
# may refuse longer ones; adjacent pieces are one string to the language.
file(GLOB documents RELATIVE ${DIR} ${DIR}/node/*.json ${DIR}/files/*.json ${DIR}/frameworks/*.json ${DIR}/packages/*.json
     ${DIR}/taint/*.json)
list(SORT documents)
set(out "// Written by embed.cmake.\n#include \"analyzer/knowledge/embedded.h\"\n\nnamespace looplint::internal {\n\nconst EmbeddedDocument kEmbedded[] = {\n")
set(count 0)
foreach(document IN LISTS documents)
  file(READ "${DIR}/${document}" text)
  string(LENGTH "${text}" length)
  string(APPEND out "    {\"${document}\",")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 12000 piece)
    string(APPEND out "\nR\"looplint(${piece})looplint\"")
    math(EXPR at "${at} + 12000")
  endwhile()
  string(APPEND out "},\n")
  math(EXPR count "${count} + 1")
endforeach()
string(APPEND out "};\n\nconst size_t kEmbeddedCount = ${count};\n\n}  // namespace looplint::internal\n")
file(WRITE "${OUT}" "${out}")
