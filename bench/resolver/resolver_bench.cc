// Our side of bench/resolver/run.mjs: answers the questions of a file twice with one resolver, on one thread.
#include <time.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "analyzer/base/strings.h"
#include "resolver/json.h"
#include "resolver/module_resolver.h"

using namespace looplint;

namespace {
double Cpu() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}
struct Question {
  std::string importer, specifier;
  RequestKind kind;
};
}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::vector<Question> questions;
  std::ifstream in(argv[1]);
  for (std::string line; std::getline(in, line);) {
    JsonDocument json;
    if (!json.Parse(line)) return 2;
    const JsonValue q = json.root();
    const std::string_view kind = q["kind"].text();
    if (kind != "require" && kind != "import") continue;
    questions.push_back({JoinPath(q["root"].text(), q["from"].text()), std::string(q["specifier"].text()),
                         kind == "require" ? RequestKind::kRequire : RequestKind::kImport});
  }
  const DiskFileSystem disk;
  size_t found = 0;
  double fresh = 0, warm = 0;
  for (int round = 0; round < 2; ++round) {  // the first brings the page cache
    ModuleResolver resolver(disk);
    const auto once = [&] {
      const double from = Cpu();
      for (const Question& q : questions) found += resolver.Resolve(q.importer, q.specifier, q.kind).ok();
      return Cpu() - from;
    };
    fresh = once();
    warm = once();
  }
  const double n = static_cast<double>(questions.size());
  std::printf("looplint           fresh %.0f k/s, warm %.0f k/s (%.1f %% resolved)\n", n / fresh / 1e3, n / warm / 1e3,
              100.0 * static_cast<double>(found) / (4 * n));
}
