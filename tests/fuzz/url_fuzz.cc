// Any text as a URL, alone and against a base. What was parsed is parsed again to the same, and a path survives being
// made a file URL.
#include "resolver/url.h"
#include "tests/fuzz/resolve_twice.h"

using namespace looplint;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Split input(data, size);
  const Url file = FileUrl("/p/lib/a.js");
  const std::optional<Url> base = ParseUrl(input.rest, &file);
  for (const Url* from : {static_cast<const Url*>(nullptr), &file, base ? &*base : nullptr}) {
    const std::optional<Url> url = ParseUrl(input.line, from);
    if (!url) continue;
    const std::optional<Url> again = ParseUrl(url->href());
    if (!again || again->href() != url->href()) std::abort();
    std::string path;
    if (PathOfFileUrl(*url, path) == FileUrlError::kNone && (path.empty() || path[0] != '/')) std::abort();
  }
  std::string path = NormalizePath("/" + input.line), back;
  if (path.find('\0') == std::string::npos) {
    const FileUrlError error = PathOfFileUrl(FileUrl(path), back);
    // Bytes that are no UTF-8 are in no path that Node knows.
    const bool ascii =
        std::all_of(path.begin(), path.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (error != FileUrlError::kNone ? ascii || error != FileUrlError::kMalformed : back != path) std::abort();
  }
  MemoryFileSystem fs;
  fs.Add("/p/lib/a.js", "");
  ModuleResolver resolver(fs, ProfileOf(24));
  for (const RequestKind kind : kKinds) ResolveTwice(resolver, "/p/lib/a.js", input.line, kind);
  return 0;
}
