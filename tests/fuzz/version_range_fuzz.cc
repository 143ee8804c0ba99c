// Any text as a range of versions and as what a project says of its Node.
#include "resolver/version_range.h"
#include "tests/fuzz/resolve_twice.h"

using namespace looplint;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  VersionRange range, again;
  if (range.Parse(text) != again.Parse(text)) std::abort();
  for (const Version& v : {Version{0, 0, 0}, Version{18, 20, 8}, Version{24, 0, 0}, Version{999999999, 1, 1}}) {
    if (range.Has(v) != again.Has(v)) std::abort();
  }
  std::string_view rest = text;
  Version version;
  if (ParseVersion(rest, version) && rest.size() >= text.size()) std::abort();
  NodeRelease oldest, newest;
  if (ReleasesOf(text, oldest, newest) && oldest.major > newest.major) std::abort();
  for (const char* name : {"/p/.nvmrc", "/p/.node-version"}) {
    MemoryFileSystem fs;
    fs.Add(name, text);
    const NodeTarget target = FindNodeTarget(fs, "/p");
    if (target.oldest.major > target.newest.major) std::abort();
  }
  return 0;
}
