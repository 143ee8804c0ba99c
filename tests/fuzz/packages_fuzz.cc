// Any bytes in every manifest and lockfile format: no crash, and places that lie within the text. The first byte picks
// the format, unless LOOPLINT_FUZZ_FORMAT does: the number of one of kPaths.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "analyzer/packages/lockfile.h"
#include "analyzer/packages/manifest.h"
#include "analyzer/packages/minimatch.h"
#include "analyzer/packages/popular.h"
#include "analyzer/packages/recipe.h"
#include "analyzer/packages/semver.h"
#include "analyzer/packages/settings.h"
#include "analyzer/packages/shell.h"
#include "analyzer/packages/workspace.h"

namespace {

void Within(looplint::Span span, std::string_view text) {
  if (span.start > span.end || span.end > text.size()) std::abort();
}

void Walk(const looplint::DocValue& value, std::string_view text, int& budget) {
  if (--budget < 0) return;
  Within(value.at(), text);
  Within(value.key_at(), text);
  for (const looplint::DocValue v : value) Walk(v, text, budget);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  static constexpr const char* kPaths[] = {"package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "package.json", ".npmrc",
                                           ".yarnrc.yml", ".yarnrc", "bunfig.toml", "pnpm-workspace.yaml", "Dockerfile", ".github/workflows/a.yml"};
  const size_t n = sizeof kPaths / sizeof *kPaths;
  static const char* const fixed = std::getenv("LOOPLINT_FUZZ_FORMAT");
  const size_t which = fixed != nullptr ? static_cast<size_t>(std::atoi(fixed)) % (n + 3) : data[0] % (n + 3);
  if (which < n) {
    const auto file = looplint::ReadPackageFile(static_cast<looplint::FileId>(0), kPaths[which], text);
    if (file->lockfile != nullptr) {
      for (const auto& p : file->lockfile->packages) {
        Within(p.at, text);
        Within(p.version_at, text);
        Within(p.resolved_at, text);
        Within(p.integrity_at, text);
        if (p.first_edge + p.edges > file->lockfile->edges.size()) std::abort();
      }
      for (const auto& e : file->lockfile->edges) {
        Within(e.at, text);
        if (e.to != looplint::kNoneIndex && e.to >= file->lockfile->packages.size()) std::abort();
      }
      if (file->lockfile->error && file->lockfile->error->at > text.size()) std::abort();
    }
    if (file->settings != nullptr) {
      for (const auto& s : file->settings->all) {
        Within(s.at, text);
        Within(s.value_at, text);
      }
    }
    for (const auto& c : looplint::ReadRecipe(*file).commands) Within(c.at, text);
  } else if (which == n) {
    int budget = 100000;
    const auto doc = looplint::Document::Json(text, {.comments = true, .trailing_commas = true});
    Walk(doc.root(), text, budget);
  } else if (which == n + 1) {
    int budget = 100000;
    const auto doc = looplint::Document::Yaml(text);
    Walk(doc.root(), text, budget);
  } else {
    for (const auto& c : looplint::ReadShell(text)) {
      for (const auto& w : c.words) Within(w.at, text);
    }
    looplint::SemRange::Parse(text, looplint::SemverMode::kLoose);
    looplint::SemVersion::Parse(text, looplint::SemverMode::kLoose);
    looplint::ReadSpec(text);
    looplint::LookalikeOf(text.substr(0, 200));
    static constexpr std::string_view kPath[] = {"", "lib", "a.js", ""};
    for (const looplint::Minimatch& pattern : looplint::ReadPatterns(text.substr(0, 2000))) {
      pattern.Matches(kPath);
      pattern.Matches(std::span(kPath).subspan(1, 2), true);
    }
  }
  return 0;
}
