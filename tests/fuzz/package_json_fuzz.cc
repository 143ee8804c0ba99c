// Any bytes as package.json (exports, imports, main) of the importer's package and of a dependency, any specifier asked
// of them, under every reader. Nothing may crash, hang, or answer differently when asked again.
#include "tests/fuzz/resolve_twice.h"

using namespace looplint;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Split input(data, size);
  MemoryFileSystem fs;
  fs.Add("/p/package.json", input.rest);
  fs.Add("/p/a.js", "");
  fs.Add("/p/lib/index.js", "");
  fs.Add("/p/node_modules/q/package.json", input.rest);
  fs.Add("/p/node_modules/q/lib/a.js", "");
  fs.AddLink("/p/node_modules/r", "../node_modules/q");
  fs.AddLink("/p/node_modules/loop", "loop");
  for (const int major : {18, 22, 26}) {
    ModuleResolver resolver(fs, ProfileOf(major));
    for (const RequestKind kind : kKinds) {
      for (const char* importer : {"/p/a.js", "/p/node_modules/q/lib/a.js", "data:text/javascript,1"}) {
        if (kind != RequestKind::kImport && importer[0] == 'd') continue;
        ResolveTwice(resolver, importer, input.line, kind);
        for (const std::string_view fixed : {"q", "q/lib/a.js", "r/x", "#a/b", "p", "loop"})
          ResolveTwice(resolver, importer, fixed, kind);
      }
    }
    DidYouMean(resolver, "/p/a.js", input.line);
  }
  NodeTarget target = FindNodeTarget(fs, "/p");
  if (target.oldest.major > target.newest.major) std::abort();
  (void)ParseManifest(input.rest, "/p");
  return 0;
}
