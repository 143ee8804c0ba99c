// For tests in JavaScript: what the packages floor makes of things, line by line on standard input.
//   semver:  loose|strict TAB version TAB range  ->  version or "-" TAB 1|0 (is a range) TAB 1|0 (satisfies)
//   lock:    path                                ->  summary of a lockfile as one JSON object
//   drift:   folder                              ->  "in sync" or the first drift
//   pack:    folder [TAB root of its workspace]  ->  what would be published, as a JSON list
#include <iostream>
#include <string>

#include "analyzer/base/strings.h"
#include "analyzer/engine/discover.h"
#include "analyzer/engine/packages.h"
#include "analyzer/packages/semver.h"
#include "analyzer/packages/sync.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

void Semver(const std::string& line) {
  const size_t a = line.find('\t'), b = line.find('\t', a + 1);
  const SemverMode mode = line[0] == 'l' ? SemverMode::kLoose : SemverMode::kStrict;
  const std::string version = line.substr(a + 1, b - a - 1), range = line.substr(b + 1);
  const auto v = SemVersion::Parse(version, mode);
  const auto r = SemRange::Parse(range, mode);
  std::cout << (v ? v->ToString() : "-") << '\t' << (r ? 1 : 0) << '\t' << (Satisfies(version, range, mode) ? 1 : 0) << '\n';
}

void Lock(const std::string& path) {
  const auto text = DiskFileSystem().Read(path, uint64_t{1} << 30);
  if (!text.ok()) {
    std::cout << "{}\n";
    return;
  }
  const auto lock = ReadLockfile(*text, path);
  nlohmann::ordered_json packages = nlohmann::ordered_json::array();
  for (const LockPackage& p : lock->packages) {
    if (p.importer || p.link) continue;
    nlohmann::ordered_json depends = nlohmann::ordered_json::array();
    for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
      const LockEdge& edge = lock->edges[e];
      if (edge.kind == DependencyField::kPeer) continue;
      depends.push_back(Cat(edge.name, " ", edge.to == kNoneIndex ? "-" : std::string(lock->packages[edge.to].key)));
    }
    packages.push_back({{"key", p.key}, {"name", p.real_name}, {"version", p.version}, {"script", p.install_script}, {"depends", std::move(depends)}});
  }
  std::cout << nlohmann::ordered_json({{"manager", lock->manager()}, {"version", lock->version}, {"error", lock->error ? lock->error->message : ""}, {"packages", std::move(packages)}}).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
            << '\n';
}

void DriftOf(const std::string& folder) {
  Project project;
  project.Link({}, std::make_shared<Resolver>(std::vector<std::string>{}, std::vector<Manifest>{}), nullptr, Knowledge::Builtin());
  Selection selection;
  selection.root = folder;
  selection.walks = {"."};
  DiscoverOptions options;
  options.ignore_files = false;
  const Sources sources = Discover(selection, options);
  std::vector<std::string> paths = sources.manifests;
  paths.insert(paths.end(), sources.documents.begin(), sources.documents.end());
  const StopToken stop;
  const PackageFacts facts = GatherPackages(DiskFileSystem(), folder, std::move(paths), 64u << 20, project, 1, stop);
  std::string out = "no workspace";
  for (const InstallRoot& w : facts.workspaces) {
    if (w.directory != "." || w.MainLockfile() == nullptr) continue;
    const std::vector<Drift> drifts = FindDrift(w, *w.MainLockfile());
    out = drifts.empty() ? "in sync" : drifts.front().message;
  }
  std::cout << out << '\n';
}

void Pack(const std::string& line) {
  const size_t tab = line.find('\t');
  const std::string folder = line.substr(0, tab);
  const DiskFileSystem fs;
  const auto text = fs.Read(Cat(folder, "/package.json"), 64u << 20);
  nlohmann::ordered_json out = nullptr;
  if (text.ok()) {
    const auto manifest = ReadPackageJson(*text, "package.json");
    const PackedFiles packed =
        PackFiles(fs, folder, *manifest,
                  tab == std::string::npos ? std::vector<std::string>() : OuterIgnoreFiles(fs, line.substr(tab + 1), folder));
    if (packed.computed) out = packed.files;
  }
  std::cout << out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
}

int Main(std::string_view what) {
  std::string line;
  while (std::getline(std::cin, line)) {
    if (what == "semver") Semver(line);
    if (what == "lock") Lock(line);
    if (what == "drift") DriftOf(line);
    if (what == "pack") Pack(line);
  }
  return 0;
}

}  // namespace
}  // namespace looplint

int main(int argc, char** argv) { return argc == 2 ? looplint::Main(argv[1]) : 2; }
