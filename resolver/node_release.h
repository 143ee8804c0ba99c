// What a release of Node.js does differently from others when it resolves and loads modules.
#ifndef LOOPLINT_RESOLVER_NODE_RELEASE_H_
#define LOOPLINT_RESOLVER_NODE_RELEASE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "resolver/file_system.h"

namespace looplint {

struct NodeRelease {
  int major = 24, minor = 21, patch = 0;

  // The newest release of a major that this table was checked against; majors in between are rounded down, those below
  // 18 count as 18.
  static NodeRelease Of(int major);

  bool AtLeast(int a, int b = 0) const { return major > a || (major == a && minor >= b); }

  bool require_module() const;         // require() of an ES module; brings the condition "module-sync"
  bool detects_module_syntax() const;  // a .js file without a type is an ES module when only that parses
  bool strips_types() const;           // .ts, .mts, .cts without a flag
  bool imports_wasm() const;           // import of .wasm without a flag
  bool imports_addons() const;         // import of .node without a flag
  bool slash_imports() const;          // "#/x" is a valid import specifier
  bool native_package_reader() const;  // package.json is read by the runtime, with ERR_INVALID_PACKAGE_CONFIG for all
  bool attribute_codes() const;        // ERR_IMPORT_ATTRIBUTE_* instead of ERR_IMPORT_ASSERTION_*
  bool module_exports_name() const;    // the namespace of a CommonJS module has the name "module.exports"

  // "fs", "node:test": whether require and import take it for a builtin.
  bool IsBuiltin(std::string_view specifier) const;
};

// The release a project is written for, and where that is said.
struct NodeTarget {
  NodeRelease oldest;  // of the range
  NodeRelease newest;
  bool stated = false;
  std::string source;  // "engines.node of package.json", ".nvmrc" ...; "" when nothing says
  std::string text;    // as written: ">=18"
};

// Reads `volta.node` and `engines.node` of package.json, .nvmrc and .node-version in `directory`, then in the folders
// above it up to the one with .git. A range (engines) wins over a single version for `oldest`; a single version wins
// for `newest`. Without any: the default release, both.
NodeTarget FindNodeTarget(const FileSystem& fs, const std::string& directory);
// Of a range in npm's syntax: the oldest and newest of the releases 18, 20, 22, 24 and 26 it admits. False when it
// admits none or is not understood.
bool ReleasesOf(std::string_view range, NodeRelease& oldest, NodeRelease& newest);

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_NODE_RELEASE_H_
