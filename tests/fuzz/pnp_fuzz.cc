// Any bytes as the data of Yarn's Plug'n'Play, as a file of its own and inside .pnp.cjs; any specifier asked of it.
#include "resolver/pnp.h"
#include "tests/fuzz/resolve_twice.h"

using namespace looplint;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Split input(data, size);
  MemoryFileSystem fs;
  fs.Add("/y/.pnp.data.json", input.rest);
  fs.Add("/z/.pnp.cjs", "const RAW_RUNTIME_STATE =\n'" + input.rest + "';\n");
  for (const char* root : {"/y", "/z"}) {
    const std::string r = root;
    fs.Add(r + "/a.js", "");
    fs.Add(r + "/q/index.js", "");
    fs.Add(r + "/q/package.json", "{}");
    fs.Add(r + "/.yarn/cache/q.zip/node_modules/q/index.js", "");
    std::string error;
    if (const auto pnp = Pnp::Load(fs, r, &error)) {
      for (const std::string& importer : {r + "/a.js", r + "/q/index.js", r + "/__virtual__/x/0/q/index.js"}) {
        pnp->Find(input.line, importer);
        pnp->Find("q", importer);
        pnp->OwnerOf(importer);
      }
    }
    for (const int major : {20, 24}) {
      ModuleResolver resolver(fs, ProfileOf(major));
      for (const std::string& importer : {r + "/a.js", r + "/q/index.js", r + "/__virtual__/x/0/q/index.js"}) {
        for (const RequestKind kind : {RequestKind::kRequire, RequestKind::kImport}) {
          ResolveTwice(resolver, importer, input.line, kind);
          ResolveTwice(resolver, importer, "q", kind);
        }
      }
    }
  }
  return 0;
}
