// Scripts of edits to three files that import one another: after any of them the workspace says what a cold run says.
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "analyzer/base/strings.h"
#include "analyzer/engine/workspace.h"

namespace looplint {
namespace {

constexpr std::array<const char*, 3> kNames = {"a.mjs", "b.js", "c.ts"};
constexpr std::array<std::string_view, 16> kPieces = {
    "import { g } from './b.js';\n", "export async function g(x) { await x; throw new Error(); }\n", "g(1);\n", "await ", "async ",
    "import http from 'node:http';\nhttp.createServer((q, s) => { s.end(h(q.url)); });\n", "function h(x) { return fs.readFileSync(x); }\n",
    "import fs from 'node:fs';\n", "// looplint-disable-next-line promises/floating -- so\n", "{", "}", "`", "'", "\n", "export * from './c.ts';\n", "(x: T) => "};

const std::string& Folder() {
  static const std::string& folder = *new std::string([] {
    std::string name = (std::filesystem::temp_directory_path() / "looplint-edits-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    std::filesystem::create_directory(name + "/.git");
    std::atexit([] { std::filesystem::remove_all(Folder()); });
    return name;
  }());
  return folder;
}

std::string Print(const Project& project, const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& f : findings) {
    out += Cat(project[f.at.file].path, ":", f.at.span.start, "-", f.at.span.end, " ", f.rule->id, " ", f.message, "\n");
    for (const Step& s : f.via) out += Cat("  ", project[s.at.file].path, ":", s.at.span.start, " ", s.note, "\n");
  }
  return out;
}

void Script(const uint8_t* data, size_t size) {
  Workspace::Options options;
  options.threads = 1;
  Workspace workspace(Folder(), options);
  std::array<std::string, kNames.size()> texts;
  const StopToken never;
  for (size_t i = 0; i + 2 < size && i < 3 * 40; i += 3) {
    const size_t file = data[i] % kNames.size();
    std::string& text = texts[file];
    const size_t at = text.empty() ? 0 : data[i + 1] * text.size() / 255;
    if (data[i] & 0x80) {
      text.erase(at, data[i + 2]);
    } else {
      text.insert(at, kPieces[data[i + 2] % kPieces.size()]);
    }
    workspace.Lay(kNames[file], text);
    if (data[i] & 0x40) workspace.Glance(kNames[file]);
    if (data[i] & 0x20) workspace.Look(never);
  }
  const auto warm = workspace.Look(never);
  if (warm == nullptr) std::abort();
  Workspace fresh(Folder(), options);
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (workspace.Laid(kNames[i])) fresh.Lay(kNames[i], texts[i]);
  }
  const auto cold = fresh.Look(never);
  const std::string a = Print(warm->program.project, warm->findings), b = Print(cold->program.project, cold->findings);
  if (a == b) return;
  std::fprintf(stderr, "-- warm\n%s-- cold\n%s", a.c_str(), b.c_str());
  std::abort();
}

}  // namespace
}  // namespace looplint

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  looplint::Script(data, size);
  return 0;
}
