// Any bytes as package.json (exports, imports), as tsconfig.json and as a Plug'n'Play manifest, under every reader; any
// specifier asked of them. Nothing may crash, hang, or answer differently when asked again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "resolver/module_resolver.h"
#include "resolver/typescript_resolver.h"

using namespace looplint;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // The first line is the specifier, the rest the file.
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = std::min(input.find('\n'), input.size());
  const std::string specifier(input.substr(0, line));
  const std::string text(input.substr(std::min(line + 1, input.size())));
  MemoryFileSystem fs;
  fs.Add("/p/package.json", text);
  fs.Add("/p/tsconfig.json", text);
  fs.Add("/p/a.js", "");
  fs.Add("/p/lib/index.ts", "");
  fs.Add("/p/node_modules/q/package.json", text);
  fs.Add("/p/node_modules/q/lib/a.js", "");
  fs.AddLink("/p/node_modules/r", "../node_modules/q");
  fs.AddLink("/p/node_modules/loop", "loop");
  fs.Add("/y/.pnp.data.json", text);
  fs.Add("/y/a.js", "");
  for (const int major : {18, 20, 24}) {
    Profile profile;
    profile.node = NodeRelease::Of(major);
    ModuleResolver resolver(fs, profile);
    for (const RequestKind kind : {RequestKind::kRequire, RequestKind::kImport, RequestKind::kImportMetaResolve, RequestKind::kNewUrl, RequestKind::kFork}) {
      for (const char* importer : {"/p/a.js", "/p/node_modules/q/lib/a.js", "/y/a.js", "data:text/javascript,1"}) {
        if (kind != RequestKind::kImport && importer[0] == 'd') continue;
        const Resolution& first = resolver.Resolve(importer, specifier, kind);
        std::vector<Probe> probes;
        const Resolution again = resolver.Explain(importer, specifier, kind, probes);
        if (first.path != again.path || first.code != again.code || first.format != again.format) std::abort();
        for (const std::string_view fixed : {"q", "q/lib/a.js", "r/x", "#a/b", "p", "loop"}) resolver.Resolve(importer, fixed, kind);
      }
    }
    TypeScriptResolver typescript(resolver);
    const TsConfig& config = typescript.Load("/p/tsconfig.json");
    typescript.ConfigOf("/p/lib/index.ts");
    for (const std::string_view s : {std::string_view(specifier), std::string_view("q"), std::string_view("./lib"), std::string_view("#a")}) {
      typescript.Resolve("/p/a.ts", s, TsUsage::kImport, config);
    }
  }
  return 0;
}
