#include "analyzer/base/path_pattern.h"

namespace looplint {
namespace {

// "a{b,c}d" -> "abd", "acd".
void Expand(std::string_view pattern, std::vector<std::string>& out) {
  const size_t open = pattern.find('{');
  if (open == std::string_view::npos) {
    out.emplace_back(pattern);
    return;
  }
  int depth = 0;
  size_t close = open;
  std::vector<size_t> cuts = {open};
  for (size_t i = open; i < pattern.size(); ++i) {
    if (pattern[i] == '{') ++depth;
    if (pattern[i] == ',' && depth == 1) cuts.push_back(i);
    if (pattern[i] == '}' && --depth == 0) {
      close = i;
      break;
    }
  }
  cuts.push_back(close);
  for (size_t k = 0; k + 1 < cuts.size(); ++k) {
    std::string one(pattern.substr(0, open));
    one += pattern.substr(cuts[k] + 1, cuts[k + 1] - cuts[k] - 1);
    one += pattern.substr(close + 1);
    Expand(one, out);
  }
}

bool Match(std::string_view pattern, std::string_view path) {
  while (!pattern.empty()) {
    if (pattern.starts_with("**/")) {
      pattern.remove_prefix(3);
      for (;;) {
        if (Match(pattern, path)) return true;
        const size_t slash = path.find('/');
        if (slash == std::string_view::npos) return false;
        path.remove_prefix(slash + 1);
      }
    }
    if (pattern == "**") return true;
    if (pattern[0] == '*') {
      pattern.remove_prefix(1);
      for (;;) {
        if (Match(pattern, path)) return true;
        if (path.empty() || path[0] == '/') return false;
        path.remove_prefix(1);
      }
    }
    if (path.empty()) return false;
    if (pattern[0] == '[') {
      const size_t close = pattern.find(']');
      if (pattern.substr(1, close - 1).find(path[0]) == std::string_view::npos) return false;
      pattern.remove_prefix(close);
    } else if (pattern[0] != path[0]) {
      return false;
    }
    pattern.remove_prefix(1);
    path.remove_prefix(1);
  }
  return path.empty();
}

}  // namespace

PathPattern::PathPattern(std::string_view pattern) {
  std::vector<std::string> texts;
  Expand(pattern, texts);
  for (std::string& text : texts) {
    const size_t last = text.find_last_of("*]");
    std::string ending = last == std::string::npos ? text : text.substr(last + 1);
    if (ending.starts_with('/')) ending.erase(0, 1);  // `**/x` also matches x itself
    alternatives_.push_back({std::move(text), std::move(ending)});
  }
}

bool PathPattern::Matches(std::string_view path) const {
  for (const Alternative& a : alternatives_) {
    if (path.ends_with(a.ending) && Match(a.text, path)) return true;
  }
  return false;
}

}  // namespace looplint
