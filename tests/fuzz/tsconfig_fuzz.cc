// Any bytes as tsconfig.json and as what it extends, any specifier under it, as three compilers read it.
#include "resolver/tsconfig_problems.h"
#include "resolver/typescript_resolver.h"
#include "tests/fuzz/resolve_twice.h"

using namespace looplint;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Split input(data, size);
  MemoryFileSystem fs;
  fs.Add("/p/tsconfig.json", input.rest);
  fs.Add("/p/base.json", input.rest);
  fs.Add(
      "/p/package.json",
      R"({"name":"p","exports":{".":"./lib/index.js","./*":{"types@>=5":"./lib/*.d.ts"}},"imports":{"#*":"./lib/*"}})");
  fs.Add("/p/lib/index.ts", "");
  fs.Add("/p/lib/x.d.ts", "");
  fs.Add("/p/lib/tsconfig.json", input.rest);
  fs.Add("/p/node_modules/q/tsconfig.json", input.rest);
  fs.Add("/p/node_modules/q/package.json", R"({"main":"a.js","typesVersions":{"*":{"*":["t/*"]}}})");
  fs.Add("/p/node_modules/q/t/index.d.ts", "");
  for (const char* version : {"5.9.3", "6.0.3", "7.0.2"}) {
    ModuleResolver node(fs, ProfileOf(24));
    TypeScriptResolver typescript(node, TypeScriptRelease::Parse(version));
    const TsConfig& config = typescript.Load("/p/tsconfig.json");
    typescript.ConfigOf("/p/lib/index.ts");
    typescript.ConfigOf("/p/lib/x.d.ts");
    for (const std::string_view s : {std::string_view(input.line), std::string_view("q"), std::string_view("./lib"),
                                     std::string_view("#x"), std::string_view("p/x")}) {
      for (const TsUsage usage : {TsUsage::kImport, TsUsage::kImportEquals}) {
        const TsResolution& first = typescript.Resolve("/p/a.ts", s, usage, config);
        std::vector<Probe> probes;
        const TsResolution again = typescript.Explain("/p/a.ts", s, usage, config, TsMode::kDefault, probes);
        if (first.resolved != again.resolved || first.path != again.path || first.extension != again.extension)
          std::abort();
      }
    }
    for (const TsConfigProblem& problem : TsConfigProblems(node, "/p/tsconfig.json")) {
      if (problem.kind != TsConfigProblem::Kind::kUnreadable && problem.at > input.rest.size()) std::abort();
    }
  }
  return 0;
}
