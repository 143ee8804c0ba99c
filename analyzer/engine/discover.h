// From the paths a user names to the files of a run.
//
// Paths never limit what is analysed, only what is reported: a finding often spans files, and tools such as
// lint-staged pass single ones. So the project around the paths is found, and read as a whole.
#ifndef LOOPLINT_ANALYZER_ENGINE_DISCOVER_H_
#define LOOPLINT_ANALYZER_ENGINE_DISCOVER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "resolver/file_system.h"

namespace looplint {

class Config;

inline constexpr const char* kConfigNames[] = {"looplint.jsonc", "looplint.json"};

// What the paths of a command line mean.
struct Selection {
  std::string root;    // absolute folder; every other relative path of a run is relative to it
  std::string config;  // absolute path of the configuration that governs the run, or "": package.json counts when it
                       // has a "looplint" member
  std::vector<std::string> other_configs;  // of paths that belong to other projects; they do not take part
  std::vector<std::string> walks;   // files and folders to read, relative to root; "." for all of it
  std::vector<std::string> report;  // files and folders whose findings are wanted, likewise
  bool Reports(std::string_view path) const;
};

// The root is found upward from the paths: the folder of a configuration file, else of a workspace, else of the
// nearest package.json. The search ends at a repository's top and at a node_modules folder: what is beyond is
// another project. Where nothing is found, and for paths of another project, the path itself is read.
// NotFound names a path that does not exist; InvalidArgument two configurations in one folder.
absl::StatusOr<Selection> Locate(const std::vector<std::string>& paths, const std::string& working_directory);

struct DiscoverOptions {
  std::vector<std::string> ignore;  // lines as in .gitignore, relative to the root
  // Likewise, relative to `ignore_argument_base`, a folder relative to the root; these win over `ignore`.
  std::vector<std::string> ignore_arguments;
  std::string ignore_argument_base = ".";
  bool ignore_files = true;  // honour .gitignore, .looplintignore and `ignore`
};

// Something a user should know about, that does not stop the run.
struct Notice {
  std::string path;  // relative to the root
  std::string text;
};

struct Sources {
  std::vector<std::string> files;      // relative to the root, sorted, unique
  std::vector<std::string> manifests;  // package.json files, likewise
  std::vector<std::string> configs;    // looplint.jsonc and looplint.json files, likewise; that of the root among them
  std::vector<std::string> documents;  // what else the rules on packages read: lockfiles, settings, CI, Dockerfiles
  std::vector<Notice> notices;         // sorted
};

// Skips what is no source of the project: node_modules, .git, caches, coverage, *.min.js, declaration files, and
// whatever .gitignore and .looplintignore say. Links are followed only out of the project, and never twice.
Sources Discover(const Selection& selection, const DiscoverOptions& options);

// Configurations further down govern their folders: adds them to that of the root. `display` names a path in errors.
absl::Status AddNestedConfigs(const FileSystem& fs, const Selection& selection, const Sources& sources,
                              const std::function<std::string(const std::string& path)>& display, Config& config);

// Whether the name says JavaScript or TypeScript.
bool IsSourceName(std::string_view path);

// Why the text of a file is not analysed.
enum class SkipReason : uint8_t { kNo, kMinified, kGenerated, kBundled, kCount };
inline constexpr const char* kSkipNames[] = {"", "minified", "generated", "bundled"};
// Told from the text alone; nobody reads findings in what no person wrote.
SkipReason Classify(std::string_view path, std::string_view text);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_DISCOVER_H_
