#include "analyzer/packages/popular.h"

#include <algorithm>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "analyzer/base/strings.h"

namespace looplint {

extern const std::string_view kPopularPackages;  // the text of popular_packages.txt

namespace {

constexpr size_t kShortest = 5;          // of a popular name that can be mistyped at all
constexpr size_t kShortestReplaced = 7;  // in which one letter for another is no name of its own

struct Names {
  std::vector<std::string_view> popular;  // the first part of the list
  absl::flat_hash_set<std::string_view> all;
};

const Names& List() {
  static const Names& names = *[] {
    auto* out = new Names;
    std::string_view rest = kPopularPackages;
    bool popular = true;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.empty()) continue;
      if (line[0] == '#') {
        if (!out->popular.empty()) popular = false;  // the remark before the second part
        continue;
      }
      out->all.insert(line);
      if (popular) out->popular.push_back(line);
    }
    return out;
  }();
  return names;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool OneSlip(std::string_view name, std::string_view popular) {
  const size_t shorter = std::min(name.size(), popular.size());
  if (std::max(name.size(), popular.size()) - shorter > 1) return false;
  size_t i = 0;
  while (i < shorter && name[i] == popular[i]) ++i;
  if (i == 0) return false;
  const std::string_view a = name.substr(i), b = popular.substr(i);
  if (a.size() == b.size()) {
    if (a.size() > 1 && a[0] == b[1] && a[1] == b[0] && a.substr(2) == b.substr(2)) return true;
    if (a.empty() || a.substr(1) != b.substr(1)) return false;
    if (IsDigit(a[0])) return IsLetter(b[0]) && b.size() > 1;  // "l0dash"; at the end it counts versions
    return popular.size() >= kShortestReplaced && !IsDigit(b[0]);
  }
  if (a.size() > b.size()) return a.substr(1) == b && !IsDigit(a[0]);
  return a == b.substr(1) && !IsDigit(b[0]);
}

std::string WithoutSeparators(std::string_view name) {
  std::string out(name);
  std::erase_if(out, [](char c) { return c == '-' || c == '_' || c == '.'; });
  return out;
}

bool SameButSeparators(std::string_view a, std::string_view b) {
  // Most pairs differ in a letter early on; nothing is allocated for them.
  if (a.empty() || b.empty() || a[0] != b[0]) return false;
  const size_t longer = std::max(a.size(), b.size()), shorter = std::min(a.size(), b.size());
  return longer - shorter <= 3 && WithoutSeparators(a) == WithoutSeparators(b);
}

// "types-node" and "typesnode" for "@types/node". Those of @babel and @rollup had such names themselves once.
bool ScopeAsPrefix(std::string_view name, std::string_view popular) {
  if (name.starts_with('@') || !popular.starts_with('@') || popular.starts_with("@babel/") ||
      popular.starts_with("@rollup/"))
    return false;
  const size_t slash = popular.find('/');
  const std::string_view scope = popular.substr(1, slash - 1), rest = popular.substr(slash + 1);
  return name == Cat(scope, "-", rest) || name == Cat(scope, rest);
}

}  // namespace

bool IsKnownPackage(std::string_view name) { return List().all.contains(name); }

std::string_view LookalikeOf(std::string_view name) {
  // Types are published by a tool under the names of what they describe.
  if (IsKnownPackage(name) || name.starts_with("@types/")) return "";
  for (const std::string_view popular : List().popular) {
    if (popular.size() < kShortest) continue;
    if (OneSlip(name, popular) || SameButSeparators(name, popular) || ScopeAsPrefix(name, popular)) return popular;
  }
  return "";
}

}  // namespace looplint
