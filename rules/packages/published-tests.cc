#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "analyzer/base/strings.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// What a map or a declaration file was made with: index.js of index.js.map and index.d.ts.
std::string MadeWith(std::string path) {
  if (path.ends_with(".map")) path.resize(path.size() - 4);
  if (path.ends_with(".d.ts")) path.replace(path.size() - 5, 5, ".js");
  return path;
}

// npm has commands install-test.js and install-ci-test.js. What is a test calls something to say what it expects.
bool SaysWhatItExpects(const Project& project, const std::string& path) {
  const FileId file = project.Find(path);
  if (!Some(file)) return true;
  for (const std::string_view name :
       {"describe", "it", "test", "suite", "tape", "tap", "assert", "expect", "deepEqual"})
    if (Some(project[file].model.names.Find(name))) return true;
  return false;
}

// Folders and files that only serve those who work on the package, the one in `directory`. `files`: sorted.
bool ForDevelopment(const Project& project, const std::string& directory, std::string_view path,
                    const std::vector<std::string>& files) {
  static constexpr std::string_view kFolders[] = {"test",      "tests",         "__tests__", "spec",        "specs",
                                                  "__mocks__", "__snapshots__", "coverage",  ".nyc_output", ".github",
                                                  ".circleci", ".vscode",       ".idea",     ".husky"};
  const std::string rooted = Cat("/", path);
  for (const std::string_view folder : kFolders) {
    const size_t at = rooted.find(Cat("/", folder, "/"));
    if (at == std::string::npos) continue;
    // tests.js beside tests/: what the package calls so are no tests of its own.
    const std::string module = Cat(rooted.substr(1, at + folder.size()), ".");
    const auto beside = std::ranges::lower_bound(files, module);
    if (beside == files.end() || !beside->starts_with(module)) return true;
  }
  const std::string_view name = path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1);
  for (const std::string_view part : {".test.", ".spec.", "_test.", "-test."}) {
    const size_t at = name.find(part);
    if (at == std::string_view::npos) continue;
    if (name.find("js", at) == std::string_view::npos && name.find("ts", at) == std::string_view::npos) continue;
    return part[0] == '.' || SaysWhatItExpects(project, JoinPath(directory, MadeWith(std::string(path))));
  }
  return false;
}

// Files of the program that others of it load which are no tests: they are part of it, whatever they are called.
absl::flat_hash_set<std::string_view> Loaded(const Project& project, const std::string& directory,
                                             const PackedFiles& packed) {
  absl::flat_hash_set<std::string_view> out;
  for (const std::string& path : packed.files) {
    const FileId file = project.Find(JoinPath(directory, path));
    if (!Some(file) || Index(file) >= project.size()) continue;
    if (project[file].role == FileRole::kTest || ForDevelopment(project, directory, path, packed.files)) continue;
    for (const FileId target : project[file].imports) {
      if (Some(target)) out.insert(project[target].path);
    }
  }
  return out;
}

void Check(const PackagesView& packages, Report& report) {
  const auto manifests = packages.workspace.Manifests();
  for (size_t i = 0; i < manifests.size(); ++i) {
    const PackedFiles& packed = packages.packed[i];
    if (!packed.computed) continue;
    const DocValue root = manifests[i]->manifest->root();
    // A member of a monorepo without a sign of being published is an application nobody marked private.
    if (manifests[i] != packages.workspace.root && !root["publishConfig"] && !root["files"]) continue;
    const std::string& directory = manifests[i]->directory;
    std::vector<std::string> found;
    for (const std::string& path : packed.files) {
      if (!path.starts_with("node_modules/") && ForDevelopment(packages.project, directory, path, packed.files))
        found.push_back(path);
    }
    if (!found.empty()) {
      const auto loaded = Loaded(packages.project, directory, packed);
      std::erase_if(found,
                    [&](const std::string& path) { return loaded.contains(JoinPath(directory, MadeWith(path))); });
    }
    if (found.empty()) continue;
    // A package of test tools publishes nothing else.
    if (found.size() * 2 > packed.files.size() && packed.files.size() > 20) continue;
    report
        .At({manifests[i]->file, root["files"] ? root["files"].key_at() : root["name"].at()},
            Cat("npm publish would publish ", found.size(), " of ", packed.files.size(),
                " files that only serve development: ", Enumerated(found, 3)))
        .Help(root["files"] ? "Add \"!**/*.test.*\" or the like to \"files\"."
                            : "List what is meant for others in \"files\": then nothing else is published.");
  }
}

}  // namespace

RULE = {
    .summary = "publishing the package would publish its tests",
    .why =
        "Without a \"files\" list npm packs the whole folder but for what .npmignore, or else .gitignore, names. "
        "Everyone who installs the package downloads and stores tests, fixtures and CI files; scanners find the keys "
        "and the vulnerable versions in them.",
    .fix = "List what is meant for others in \"files\", and look at npm pack --dry-run.",
    .severity = Severity::kInfo,
    .confidence = Confidence::kVeryHigh,
    .check_packages = Check};

}  // namespace looplint
