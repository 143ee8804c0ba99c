// A tsconfig.json with a mistake in its text, or one that extends itself or what is not there.
#include "analyzer/base/strings.h"
#include "resolver/tsconfig_problems.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Some tools write the file that is extended when they first run, into a hidden folder.
bool IsMade(std::string_view name) {
  for (size_t i = 0; i < name.size();) {
    const size_t end = std::min(name.find('/', i), name.size());
    const std::string_view part = name.substr(i, end - i);
    if (part.starts_with('.') && part != "." && part != "..") return true;
    i = end + 1;
  }
  return false;
}

bool CanTell(const Outside& outside, const TsConfigProblem& problem) {
  const std::string_view name = problem.name;
  if (name.empty()) return false;
  if (name.starts_with('.'))
    return !IsMade(name) && !outside.Display(JoinPath(DirName(problem.path), name)).starts_with('/');
  if (name.starts_with('/')) return true;
  // Of a package that is not installed nothing is known.
  return !outside.resolver()->PackageFolder(problem.path, PackageNameOf(name)).empty();
}

bool Same(const TsConfigProblem& a, const TsConfigProblem& b) { return a.path == b.path && a.at == b.at; }

// A mistake in what several configurations extend is told of at the first of them.
bool ToldBefore(const View& file, const std::string& here, const TsConfigProblem& problem) {
  const Outside& outside = file.facts.outside;
  for (size_t i = file.project.size(); i < file.project.with_documents(); ++i) {
    const std::string& path = file.project[static_cast<FileId>(i)].path;
    if (!path.ends_with("sconfig.json") || path >= here) continue;
    for (const TsConfigProblem& p : TsConfigProblems(*outside.resolver(), outside.Absolute(path))) {
      if (Same(p, problem)) return true;
    }
  }
  return false;
}

// A configuration is told of in the first source below its folder.
void Check(const View& file, Report& report) {
  using Kind = TsConfigProblem::Kind;
  const Outside& outside = file.facts.outside;
  if (outside.resolver() == nullptr) return;
  const std::string_view before = file.id == FileId{0}
                                      ? std::string_view()
                                      : std::string_view(file.project[static_cast<FileId>(Index(file.id) - 1)].path);
  std::string_view folder = file.file.path;
  do {
    folder = DirName(folder);
    if (folder != "." ? before.starts_with(Cat(folder, "/")) : file.id != FileId{0}) break;
    for (const char* config : {"tsconfig.json", "jsconfig.json"}) {
      const std::string path = folder == "." ? config : Cat(folder, "/", config);
      const FileId document = file.project.Find(path);
      if (!Some(document)) continue;
      const std::string& text = file.project[document].text;
      const std::string here = outside.Absolute(path);
      for (const TsConfigProblem& p : TsConfigProblems(*outside.resolver(), here)) {
        if (p.kind == Kind::kValue || p.kind == Kind::kUnreadable || p.path.find("/node_modules/") != std::string::npos)
          continue;
        if (p.kind == Kind::kExtendsMissing && !CanTell(outside, p)) continue;
        if (p.path != here && ToldBefore(file, path, p)) continue;
        const std::string name = p.path.substr(p.path.rfind('/') + 1);
        // Of another file it extends: where that is named.
        const bool own = p.path == here;
        const size_t at = std::min(own ? p.at : std::min(text.find("\"extends\""), text.size()), text.size());
        size_t end = std::min(text.find_first_of("\r\n", at), text.size());
        if (!own) end = std::min(at + 9, end);
        if (own && p.kind != Kind::kSyntax) end = std::min(end, text.find('"', at + 1) + 1);
        std::string what = p.kind == Kind::kSyntax ? Cat(name, " cannot be read: ", p.text) : p.text;
        if (!own)
          what = p.kind == Kind::kSyntax ? Cat("what this extends, ", what) : Cat(name, ", which this extends: ", what);
        report.At(Place{document, {static_cast<uint32_t>(at), static_cast<uint32_t>(std::max(at, end))}},
                  std::move(what));
      }
    }
  } while (folder != ".");
}

}  // namespace

RULE = {
    .summary = "a tsconfig.json with a mistake in its text, or one that extends itself or what is not there",
    .why =
        "tsc stops at such a file. Tools that only read it (bundlers, tsx, test runners, editors) go on with the half "
        "they "
        "understood: other module formats, other paths, another strictness than everyone believes.",
    .fix = "Correct the place shown. tsc --showConfig prints what the compiler makes of the file.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .check = Check,
};

}  // namespace looplint
