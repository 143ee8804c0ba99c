#include "analyzer/base/strings.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Text of a script, as opposed to a program in machine code.
bool IsText(std::string_view head) { return head.find('\0') == std::string_view::npos; }

bool IsScript(std::string_view path) {
  const size_t dot = path.rfind('.'), slash = path.rfind('/');
  if (dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash)) return true;  // no extension
  const std::string_view extension = path.substr(dot);
  return extension == ".js" || extension == ".mjs" || extension == ".cjs";
}

// A compiler writes it, with modes of its own choosing, and no checkout has it.
bool IsBuilt(const PackageManifest& manifest, std::string_view path) {
  const std::string_view folder = path.substr(0, path.find('/'));
  if (folder == "dist" || folder == "build" || folder == "out") return true;
  if (!folder.starts_with("lib") && !folder.starts_with("es") && folder != "cjs") return false;
  for (const DocValue script : manifest.root()["scripts"]) {
    const std::string_view name = script.key();
    if (name.starts_with("build") || name.starts_with("compile") || name == "prepack" || name == "prepublishOnly" ||
        name == "prepare")
      return true;
  }
  return false;
}

void Check(const PackagesView& packages, Report& report) {
  const auto manifests = packages.workspace.Manifests();
  for (size_t i = 0; i < manifests.size(); ++i) {
    const PackageFile& m = *manifests[i];
    for (const CommandFile& c : packages.commands[i]) {
      if (!c.exists || !IsText(c.head)) continue;
      const Place at{m.file, c.at};
      if (!c.head.starts_with("#!")) {
        if (!IsScript(c.path)) continue;
        report
            .At(at, Cat("the command ", c.name, " is ", c.path,
                        ", which does not begin with \"#!\": a shell would run the JavaScript as its own"))
            .Help("Begin the file with: #!/usr/bin/env node");
        continue;
      }
      const std::string_view line = std::string_view(c.head).substr(0, c.head.find('\n'));
      if (line.ends_with('\r')) {
        report.At(at, Cat(c.path, " ends its first line with CR LF: \"node\\r\" is what the system looks for"))
            .As(Severity::kWarn)
            .Help(
                "Save the file with LF, and keep git from changing it: \"*.js text eol=lf\" in .gitattributes. npm "
                "mends it at install; Yarn 1 and running from a checkout do not.");
        continue;
      }
      if (!c.executable && !IsBuilt(*m.manifest, c.path)) {
        report.At(at, Cat(c.path, " is not executable: it runs where npm linked it, and not from a checkout"))
            .As(Severity::kInfo)
            .Help("git update-index --chmod=+x makes it so for everybody.");
      }
    }
  }
}

}  // namespace

RULE = {.summary = "a command of the package cannot be run as it is",
        .why =
            "npm links the files that \"bin\" names into a folder of the PATH, and the system runs them by their first "
            "line. Without \"#!/usr/bin/env node\" a POSIX shell takes the JavaScript for shell: \"import: command not "
            "found\", and on some systems worse. On Windows it works, so authors there do not notice.",
        .fix = "Begin the file with \"#!/usr/bin/env node\", end its lines with LF, and make it executable.",
        .severity = Severity::kError,
        .confidence = Confidence::kVeryHigh,
        .check_packages = Check};

}  // namespace looplint
