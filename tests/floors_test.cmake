# A floor includes its own and lower floors only. cmake -D ROOT=... -P floors_test.cmake
set(floors
  analyzer/base
  analyzer/git
  analyzer/regex
  resolver
  analyzer/packages
  analyzer/syntax
  analyzer/knowledge
  analyzer/model
  analyzer/project
  analyzer/facts
  analyzer/profile
  rules
  analyzer/engine
  sarif
  lsp
  analyzer/cli)
# `rules` is one floor: no rule includes another. The tree-sitter headers belong to `syntax` alone.
set(bad "")
set(checked 0)
list(LENGTH floors count)
math(EXPR last "${count} - 1")
foreach(i RANGE ${last})
  list(GET floors ${i} floor)
  file(GLOB_RECURSE sources ${ROOT}/${floor}/*.cc ${ROOT}/${floor}/*.h ${ROOT}/${floor}/*.c)
  foreach(source ${sources})
    math(EXPR checked "${checked} + 1")
    file(STRINGS ${source} includes REGEX "^#include \"")
    foreach(line ${includes})
      string(REGEX REPLACE "^#include \"([^\"]+)\".*" "\\1" header "${line}")
      set(level -1)
      foreach(j RANGE ${last})
        list(GET floors ${j} other)
        if(header MATCHES "^${other}/")
          set(level ${j})
        endif()
      endforeach()
      if(level GREATER i)
        list(APPEND bad "${source}: includes ${header}, a floor above")
      endif()
      if(header MATCHES "^tree_sitter/" AND NOT floor STREQUAL "analyzer/syntax")
        list(APPEND bad "${source}: includes ${header}, which only analyzer/syntax may")
      endif()
      if(floor STREQUAL "rules" AND header MATCHES "^rules/.+/")
        list(APPEND bad "${source}: a rule includes another")
      endif()
    endforeach()
  endforeach()
endforeach()
if(checked LESS 20)
  message(FATAL_ERROR "only ${checked} files looked at: ROOT is wrong")
endif()
if(bad)
  list(JOIN bad "\n" text)
  message(FATAL_ERROR "${text}")
endif()
message(STATUS "${checked} files keep to their floors")
