# Everything we did not write, one function each. Nothing is vendored: Debian packages are found, npm
# packages come from `npm ci --ignore-scripts` with the integrity hashes of package-lock.json.

find_package(absl REQUIRED)
find_package(re2 QUIET)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
# By name rather than by path, so that a static link takes their static forms.
function(by_name target)
  add_library(${target} INTERFACE)
  target_link_libraries(${target} INTERFACE ${ARGN})
endfunction()
if(NOT TARGET re2::re2)
  pkg_check_modules(RE2 REQUIRED re2)
  by_name(looplint_re2 ${RE2_LIBRARIES})
  add_library(re2::re2 ALIAS looplint_re2)
endif()
pkg_check_modules(GIT2 REQUIRED libgit2)
by_name(looplint_libgit2 ${GIT2_LIBRARIES})
by_name(looplint_zlib z)

set(LOOPLINT_NODE_MODULES "${CMAKE_SOURCE_DIR}/node_modules" CACHE PATH "output of npm ci --ignore-scripts")
if(NOT EXISTS "${LOOPLINT_NODE_MODULES}/tree-sitter/vendor/tree-sitter/lib/src/lib.c")
  message(FATAL_ERROR "node_modules is missing: run `npm ci --ignore-scripts` (scripts/lint and scripts/test do it).")
endif()

function(third_party_c target)
  set_target_properties(${target} PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
  target_compile_definitions(${target} PRIVATE _POSIX_C_SOURCE=200112L _DEFAULT_SOURCE NDEBUG)
  target_compile_options(${target} PRIVATE -w)
  if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_options(${target} PRIVATE -O1)
  endif()
endfunction()

# The tree-sitter runtime. Our runtime.c includes the upstream sources unchanged, see there.
function(add_tree_sitter_runtime)
  set(lib "${LOOPLINT_NODE_MODULES}/tree-sitter/vendor/tree-sitter/lib")
  add_library(tree_sitter_runtime STATIC ${CMAKE_SOURCE_DIR}/analyzer/syntax/runtime.c)
  target_include_directories(tree_sitter_runtime PUBLIC "${lib}/include" PRIVATE "${lib}/src" ${CMAKE_SOURCE_DIR})
  third_party_c(tree_sitter_runtime)
endfunction()

# The javascript grammar; each grammar ships its own tree_sitter/parser.h, so include paths stay private.
function(add_tree_sitter_javascript)
  set(src "${LOOPLINT_NODE_MODULES}/tree-sitter-javascript/src")
  add_library(tree_sitter_javascript STATIC "${src}/parser.c" "${src}/scanner.c")
  target_include_directories(tree_sitter_javascript PRIVATE "${src}")
  third_party_c(tree_sitter_javascript)
endfunction()

# The typescript and tsx grammars.
function(add_tree_sitter_typescript)
  foreach(grammar typescript tsx)
    set(src "${LOOPLINT_NODE_MODULES}/tree-sitter-typescript/${grammar}/src")
    add_library(tree_sitter_${grammar} STATIC "${src}/parser.c" "${src}/scanner.c")
    target_include_directories(tree_sitter_${grammar} PRIVATE "${src}")
    third_party_c(tree_sitter_${grammar})
  endforeach()
endfunction()

add_tree_sitter_runtime()
add_tree_sitter_javascript()
add_tree_sitter_typescript()
