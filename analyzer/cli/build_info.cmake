# cmake -D ROOT=... -D VERSION=... -D MODULES=node_modules -D OUT=build_info.cc -P build_info.cmake
# Writes what --version tells; leaves the file alone when nothing changed.
set(commit "")
find_program(GIT git)
# A source archive may lie inside someone else's repository.
if(GIT AND EXISTS "${ROOT}/.git")
  execute_process(COMMAND ${GIT} -C "${ROOT}" rev-parse --short=12 HEAD OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()

set(grammars "")
foreach(name tree-sitter tree-sitter-javascript tree-sitter-typescript)
  file(READ "${MODULES}/${name}/package.json" manifest)
  string(JSON version GET "${manifest}" version)
  list(APPEND grammars "${name} ${version}")
endforeach()
list(JOIN grammars ", " grammars)

# The rows, by what they say; and the versions of Node they were made from.
file(GLOB documents ${ROOT}/analyzer/knowledge/node/*.json ${ROOT}/analyzer/knowledge/overlay/*.json
     ${ROOT}/analyzer/knowledge/frameworks/*.json ${ROOT}/analyzer/knowledge/packages/*.json)
list(SORT documents)
set(all "")
foreach(document ${documents})
  file(SHA256 ${document} hash)
  string(APPEND all ${hash})
endforeach()
string(SHA256 rows "${all}")
string(SUBSTRING ${rows} 0 12 rows)
file(READ "${ROOT}/analyzer/knowledge/generate/versions.json" versions)
string(JSON count LENGTH "${versions}" node)
set(nodes "")
foreach(i RANGE 1 ${count})
  math(EXPR at "${count} - ${i}")
  string(JSON version GET "${versions}" node ${at})
  string(REGEX REPLACE "\\..*" "" major ${version})
  list(APPEND nodes ${major})
endforeach()
list(JOIN nodes ", " nodes)

set(text "// Written by build_info.cmake.\n#include \"analyzer/cli/version.h\"\n\nnamespace looplint::internal {\n
const char kVersion[] = \"${VERSION}\";
const char kCommit[] = \"${commit}\";
const char kGrammars[] = \"${grammars}\";
const char kKnowledge[] = \"${rows}, from the types of Node ${nodes}\";
\n}  // namespace looplint::internal\n")
set(old "")
if(EXISTS "${OUT}")
  file(READ "${OUT}" old)
endif()
if(NOT old STREQUAL text)
  file(WRITE "${OUT}" "${text}")
endif()
