// What was probably meant by a specifier that leads nowhere.
#include <algorithm>
#include <vector>

#include "analyzer/base/strings.h"
#include "resolver/module_resolver.h"

namespace looplint {
namespace {

// Damerau-Levenshtein (optimal string alignment) distance, at most `limit` + 1.
size_t Distance(std::string_view a, std::string_view b, size_t limit) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > limit || b.size() > 200) return limit + 1;
  std::vector<size_t> before(a.size() + 1), last(a.size() + 1), row(a.size() + 1);
  for (size_t i = 0; i <= a.size(); ++i) last[i] = i;
  for (size_t j = 1; j <= b.size(); ++j) {
    row[0] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
      row[i] = std::min({last[i] + 1, row[i - 1] + 1, last[i - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[i] = std::min(row[i], before[i - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[a.size()];
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool SameButCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return Lower(x) == Lower(y); });
}

// The name among `names` nearest to `name`, "" when none is near. An exact match of letters wins.
std::string Nearest(std::string_view name, const std::vector<std::string>& names) {
  std::string best;
  size_t distance = name.size() < 4 ? 1 : 2;
  for (const std::string& other : names) {
    if (other == name) continue;
    if (SameButCase(name, other)) return other;
    if (name.size() < 3) continue;
    const size_t d = Distance(name, other, distance);
    if (d < distance || (d == distance && best.empty())) {
      best = other;
      distance = d;
    }
  }
  return best;
}

constexpr std::string_view kEndings[] = {".js", ".mjs", ".cjs", ".json", ".ts", ".mts", ".cts", ".tsx", ".jsx", ".node"};

}  // namespace

std::string DidYouMean(ModuleResolver& resolver, std::string_view importer, std::string_view specifier) {
  const bool relative = specifier.starts_with("./") || specifier.starts_with("../") || specifier == "." || specifier == "..";
  if (relative || specifier.starts_with('/')) {
    const std::string path = specifier.starts_with('/') ? NormalizePath(specifier) : JoinPath(DirName(importer), specifier);
    std::string stem(specifier);
    while (stem.size() > 1 && stem.ends_with('/')) stem.pop_back();
    // Written too short.
    for (const std::string_view ending : kEndings) {
      if (resolver.TypeOf(Cat(path, ending)) == FileType::kFile) return Cat(stem, ending);
    }
    if (resolver.TypeOf(path) == FileType::kDirectory) {
      for (const std::string_view ending : kEndings) {
        if (resolver.TypeOf(Cat(path, "/index", ending)) == FileType::kFile) return Cat(stem, "/index", ending);
      }
      return "";
    }
    // Written with another extension, as for what it compiles to or from.
    const size_t dot = path.rfind('.'), slash = path.rfind('/');
    if (dot != std::string::npos && dot > slash + 1) {
      const std::string_view written = std::string_view(path).substr(dot);
      if (std::find(std::begin(kEndings), std::end(kEndings), written) != std::end(kEndings)) {
        for (const std::string_view ending : kEndings) {
          if (resolver.TypeOf(Cat(path.substr(0, dot), ending)) == FileType::kFile) return Cat(stem.substr(0, stem.size() - written.size()), ending);
        }
      }
    }
    // Misspelt: the last part, then the folder before it.
    const std::string name = path.substr(slash + 1);
    std::vector<std::string> names = resolver.List(DirName(path));
    std::vector<std::string> candidates;
    for (const std::string& n : names) {
      candidates.push_back(n);
      // Node's require adds these itself, so the name without them is a spelling too.
      for (const std::string_view ending : kEndings) {
        if (name.find('.') == std::string::npos && n.ends_with(ending)) candidates.push_back(n.substr(0, n.size() - ending.size()));
      }
    }
    if (std::string near = Nearest(name, candidates); !near.empty()) {
      return Cat(std::string_view(stem).substr(0, stem.size() - name.size()), near);
    }
    return "";
  }
  const std::string_view name = PackageNameOf(specifier);
  if (name.empty()) return "";
  const std::string_view rest = specifier.substr(name.size());
  const std::string folder = resolver.PackageFolder(importer, name);
  if (!folder.empty()) {
    if (rest.empty()) return "";
    const PackageJson* package = resolver.PackageIn(folder);
    const std::string subpath = Cat(".", rest);
    if (package != nullptr && package->exports.state() == PackageMap::State::kMap) {
      std::vector<std::string> keys;
      for (const std::string_view key : package->exports.Keys()) {
        if (key.find('*') == std::string_view::npos && key.starts_with("./")) keys.emplace_back(key);
      }
      for (const std::string_view ending : kEndings) {
        for (const std::string& key : keys) {
          if (key == Cat(subpath, ending) || Cat(key, ending) == subpath) return Cat(name, key.substr(1));
        }
      }
      const std::string near = Nearest(subpath, keys);
      return near.empty() ? "" : Cat(name, near.substr(1));
    }
    const std::string inner = DidYouMean(resolver, Cat(folder, "/x"), subpath);
    return inner.empty() ? "" : Cat(name, inner.substr(1));
  }
  // A builtin or an installed package with nearly that name.
  std::vector<std::string> names;
  for (std::string_view d = DirName(importer);; d = DirName(d)) {
    const std::string modules = d == "/" ? "/node_modules" : Cat(d, "/node_modules");
    for (const std::string& n : resolver.List(modules)) {
      if (n.starts_with('.')) continue;
      if (n.starts_with('@')) {
        for (const std::string& scoped : resolver.List(Cat(modules, "/", n))) names.push_back(Cat(n, "/", scoped));
      } else {
        names.push_back(n);
      }
    }
    if (d == "/" || d == ".") break;
  }
  const std::string near = Nearest(name, names);
  return near.empty() ? "" : Cat(near, rest);
}

}  // namespace looplint
