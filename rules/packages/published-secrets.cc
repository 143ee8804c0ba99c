#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// Files that hold keys or passwords by their very name.
std::string_view Secret(std::string_view path) {
  const std::string_view name = BaseName(path);
  if (name.starts_with(".env")) {
    for (const std::string_view sample : {"example", "sample", "template", "dist", "default", "schema"}) {
      if (name.find(sample) != std::string_view::npos) return "";
    }
    if (name == ".env" || name.starts_with(".env.")) return "environment variables";
    return "";
  }
  if (name == "id_rsa" || name == "id_dsa" || name == "id_ecdsa" || name == "id_ed25519") return "a private SSH key";
  if (name.ends_with(".p12") || name.ends_with(".pfx") || name.ends_with(".jks") || name.ends_with(".keystore"))
    return "a key store";
  if (name == ".netrc" || name == ".git-credentials" || name == ".htpasswd") return "passwords";
  if (name == "credentials.json" || name.starts_with("service-account") || name.starts_with("serviceAccount"))
    return name.ends_with(".json") ? "credentials" : "";
  if (path == ".aws/credentials" || path.ends_with("/.aws/credentials") || path.ends_with(".docker/config.json"))
    return "credentials";
  return "";
}

void Check(const PackagesView& packages, Report& report) {
  const auto manifests = packages.workspace.Manifests();
  for (size_t i = 0; i < manifests.size(); ++i) {
    const PackedFiles& packed = packages.packed[i];
    if (!packed.computed) continue;
    const DocValue root = manifests[i]->manifest->root();
    // A member of a monorepo without a sign of being published is an application nobody marked private.
    if (manifests[i] != packages.workspace.root && !root["publishConfig"] && !root["files"]) continue;
    const Place at{manifests[i]->file, root["files"] ? root["files"].key_at() : root["name"].at()};
    for (const std::string& path : packed.files) {
      const std::string_view what = Secret(path);
      const bool in_tests = Cat("/", path).find("/test") != std::string::npos ||
                            Cat("/", path).find("/fixture") != std::string::npos ||
                            Cat("/", path).find("/example") != std::string::npos;
      if (!what.empty()) {
        report.At(at, Cat("npm publish would publish ", path, ", which holds ", what))
            .As(in_tests ? Severity::kInfo : Severity::kError)
            .Help(root["files"] ? "Take it out of \"files\"."
                                : "List what is meant for others in \"files\": then nothing else is published.");
      }
    }
  }
}

}  // namespace

RULE = {.summary = "publishing the package would publish keys or passwords",
        .why =
            "Without a \"files\" list npm packs the whole folder but for what .npmignore, or else .gitignore, names. A "
            ".npmignore "
            "replaces .gitignore: what only the latter excluded is published. A version cannot be taken back once "
            "others have it.",
        .fix = "List what is meant for others in \"files\", and look at npm pack --dry-run.",
        .severity = Severity::kError,
        .cwe = 538,
        .check_packages = Check};

}  // namespace looplint
