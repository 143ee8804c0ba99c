// looplint deps [PATH], looplint deps diff BASE [HEAD]
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "CLI/CLI.hpp"
#include "analyzer/base/strings.h"
#include "analyzer/cli/commands.h"
#include "analyzer/cli/deps.h"
#include "analyzer/cli/options.h"
#include "analyzer/cli/output.h"
#include "analyzer/cli/run.h"
#include "analyzer/engine/packages.h"
#include "analyzer/git/repository.h"

namespace looplint {
namespace {

constexpr uint64_t kMaxFile = uint64_t{256} << 20;

struct LoadedWorkspace {
  Project project;
  PackageFacts facts;
  std::string root;
  const InstallRoot* workspace = nullptr;
  size_t index = 0;
};

// The workspace around `path`, read as lint reads it but for the sources.
std::unique_ptr<LoadedWorkspace> Load(const std::string& path) {
  const std::string working_directory = WorkingDirectory();
  const absl::StatusOr<Selection> selection = Locate({path}, working_directory);
  if (!selection.ok()) {
    Warn(std::string(selection.status().message()));
    return nullptr;
  }
  auto out = std::make_unique<LoadedWorkspace>();
  out->root = selection->root;
  DiscoverOptions discover;
  const Sources sources = Discover(*selection, discover);
  out->project.Link({}, std::make_shared<Resolver>(std::vector<std::string>{}, std::vector<Manifest>{}), nullptr,
                    Knowledge::Builtin());
  std::vector<std::string> paths = sources.manifests;
  paths.insert(paths.end(), sources.documents.begin(), sources.documents.end());
  out->facts =
      GatherPackages(DiskFileSystem(), out->root, std::move(paths), kMaxFile, out->project, DefaultThreads(), g_stop);
  const std::string wanted = RelativeTo(JoinPath(working_directory, path), out->root);
  for (size_t i = 0; i < out->facts.workspaces.size(); ++i) {
    const InstallRoot& w = out->facts.workspaces[i];
    const bool around = w.directory == "." || wanted == w.directory || wanted.starts_with(w.directory + "/");
    if (!around || (w.root == nullptr && w.lockfiles.empty())) continue;
    if (out->workspace == nullptr || w.directory.size() > out->workspace->directory.size() ||
        out->workspace->directory == ".") {
      out->workspace = &w;
      out->index = i;
    }
  }
  if (out->workspace == nullptr) {
    Warn(Cat("no package.json and no lockfile in ", path));
    return nullptr;
  }
  return out;
}

// The text of `path` (absolute) in the commit `revision` names.
absl::StatusOr<std::string> AtRevision(const std::string& revision, const std::string& path) {
  const absl::StatusOr<Repository> repository = Repository::Open(std::string(DirName(path)));
  if (!repository.ok()) return repository.status();
  return repository->ReadAt(revision, RelativeTo(path, repository->top()));
}

struct LockText {
  std::string text;
  std::unique_ptr<Lockfile> lockfile;
};

std::optional<LockText> ReadLock(const std::string& path) {
  auto text = DiskFileSystem().Read(path, kMaxFile);
  if (!text.ok()) {
    Warn(std::string(text.status().message()));
    return std::nullopt;
  }
  LockText out;
  out.text = *std::move(text);
  return out;
}

int Deliver(const std::string& text, const std::string& output) {
  if (!output.empty()) return WriteFile(output, text) ? kClean : kTrouble;
  if (WriteAll(STDOUT_FILENO, text)) return kClean;
  Warn(Cat("cannot write the report: ", std::strerror(errno)));
  return kTrouble;
}

int Diff(const std::vector<std::string>& words, const std::string& format, const std::string& output,
         const std::string& path) {
  // Two lockfiles, or a revision and the lockfile here.
  const auto is_file = [](const std::string& word) { return DiskFileSystem().Type(word) == FileType::kFile; };
  DependencyReport before, after;
  LockText a, b;
  if (is_file(words[0])) {
    const std::string second = words.size() > 1 ? words[1] : "";
    if (second.empty() || !is_file(second))
      return Warn("deps diff takes two lockfiles, or a revision: deps diff main"), kTrouble;
    auto one = ReadLock(words[0]), two = ReadLock(second);
    if (!one || !two) return kTrouble;
    a = *std::move(one);
    b = *std::move(two);
    // Copies go by other names: "old.json" is read as what the other one is.
    const auto name = [](const std::string& p, const std::string& other, const std::string& text) {
      if (LockFormatOf(p)) return p;
      if (LockFormatOf(other)) return other;
      if (text.find("lockfileVersion:") != std::string::npos && text.find("{\n") != 0)
        return std::string("pnpm-lock.yaml");
      return text.starts_with('{') ? std::string(text.find("\"workspaces\"") != std::string::npos &&
                                                         text.find("\"packages\": {\n    \"\"") == std::string::npos &&
                                                         text.find("node_modules/") == std::string::npos
                                                     ? "bun.lock"
                                                     : "package-lock.json")
                                   : std::string("yarn.lock");
    };
    a.lockfile = ReadLockfile(a.text, name(words[0], second, a.text));
    b.lockfile = ReadLockfile(b.text, name(second, words[0], b.text));
    for (const auto& [lock, of] : {std::pair{a.lockfile.get(), words[0]}, std::pair{b.lockfile.get(), second}}) {
      if (lock->error) return Warn(Cat(of, " cannot be read: ", lock->error->message)), kTrouble;
    }
    before = ReportDependencies(*a.lockfile);
    after = ReportDependencies(*b.lockfile);
  } else {
    const std::unique_ptr<LoadedWorkspace> loaded = Load(path);
    if (loaded == nullptr) return kTrouble;
    const PackageFile* main = loaded->workspace->MainLockfile();
    if (main == nullptr) return Warn("there is no lockfile to compare"), kTrouble;
    absl::StatusOr<std::string> text = AtRevision(words[0], JoinPath(loaded->root, main->path));
    if (!text.ok())
      return Warn(Cat(main->path, " at ", words[0], ": ", std::string(text.status().message()))), kTrouble;
    a.text = *std::move(text);
    a.lockfile = ReadLockfile(a.text, main->path);
    before = ReportDependencies(*a.lockfile);
    after = ReportDependencies(*loaded->workspace, loaded->facts.behaviours[loaded->index], loaded->root, false);
    // What is installed is what is here now; of the past only the lockfile tells.
    if (!after.knows_scripts) {
      for (DependencyRow& row : after.rows) row.install_script = row.verdict >= InstallVerdict::kSuspicious;
    }
  }
  return Deliver(format == "json" ? DependencyDiffJson(before, after) : DependencyDiff(before, after), output);
}

}  // namespace

int DepsCommand(std::vector<std::string> arguments) {
  CLI::App app(
      "What the dependencies of a project are and do: install scripts and who brings them, duplicates, licences, "
      "sizes.\n"
      "looplint deps diff BASE compares the lockfile with that of a git revision, or two lockfiles.");
  app.name("looplint deps");
  std::vector<std::string> words;
  std::string format = "table", output, color = "auto";
  bool no_sizes = false;
  app.add_option("PATH", words, "a project (default: here), or diff BASE [HEAD]");
  app.add_option("-f,--format", format, "table, json, html, cyclonedx; for diff: markdown, json")
      ->check(CLI::IsMember({"table", "json", "html", "cyclonedx", "markdown"}));
  app.add_option("-o,--output", output, "write to this file");
  app.add_option("--color", color, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_flag("--no-sizes", no_sizes, "do not look at sizes on disk");
  Options options;
  if (const auto code = ParseArguments(app, options, std::move(arguments))) return *code;
  if (!words.empty() && words[0] == "diff") {
    words.erase(words.begin());
    if (words.empty() || words.size() > 2) return Warn("deps diff takes a revision, or two lockfiles"), kTrouble;
    if (format == "html" || format == "cyclonedx")
      return Warn(Cat("deps diff writes markdown or json, not ", format)), kTrouble;
    return Diff(words, format, output, ".");
  }
  if (words.size() > 1) return Warn("deps takes one path"), kTrouble;
  const std::unique_ptr<LoadedWorkspace> loaded = Load(words.empty() ? "." : words[0]);
  if (loaded == nullptr) return kTrouble;
  const PackageFile* main = loaded->workspace->MainLockfile();
  if (main != nullptr && main->lockfile->error) {
    Warn(Cat(main->path, " cannot be read to its end: ", main->lockfile->error->message));
    if (main->lockfile->packages.empty()) return kTrouble;
  }
  if (main == nullptr && !loaded->workspace->is_installed) Warn("there is no lockfile, and nothing is installed");
  const DependencyReport report = ReportDependencies(*loaded->workspace, loaded->facts.behaviours[loaded->index],
                                                     loaded->root, !no_sizes && format != "cyclonedx");
  const std::string text =
      format == "json"   ? DependencyJson(report)
      : format == "html" ? DependencyHtml(report)
      : format == "cyclonedx"
          ? DependencyCycloneDx(report)
          : DependencyTable(report, DescribeTerminal(STDOUT_FILENO, output.empty() ? color : "never"));
  return Deliver(text, output);
}

}  // namespace looplint
