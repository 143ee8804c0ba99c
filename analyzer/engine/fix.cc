#include "analyzer/engine/fix.h"

#include <algorithm>
#include <map>

#include "analyzer/engine/discover.h"
#include "nlohmann/json.hpp"
#include "rules/rule.h"

namespace looplint {
namespace {

bool Same(const Edit& a, const Edit& b) { return a.at.start == b.at.start && a.at.end == b.at.end && a.text == b.text; }

bool Overlaps(const Span& a, const Span& b) {
  // Two insertions at one place would depend on their order.
  if (a.start == a.end && b.start == b.end) return a.start == b.start;
  if (a.start == a.end) return b.start < a.start && a.start < b.end;
  if (b.start == b.end) return a.start < b.start && b.start < a.end;
  return a.start < b.end && b.start < a.end;
}

const Fix* Chosen(const Finding& f, const std::set<FixType>& wanted) {
  const bool directive = f.rule->family() == "suppression";
  for (const bool safe : {true, false}) {
    if (!wanted.contains(directive ? FixType::kDirective : safe ? FixType::kProblem : FixType::kSuggestion)) continue;
    for (const Fix& fix : f.fixes) {
      if (fix.safe == safe && !fix.edits.empty()) return &fix;
    }
  }
  return nullptr;
}

// What is wrong with a text as a program, or as JSON; other files are not looked into.
size_t Errors(const std::string& text, const File& file) {
  if (IsSourceName(file.path)) return Parse(text, file.language).errors.size();
  return file.path.ends_with(".json") && !nlohmann::json::accept(text, true) ? 1 : 0;
}

}  // namespace

std::string WithEdits(std::string_view text, std::vector<Edit> edits) {
  std::ranges::stable_sort(edits, {}, [](const Edit& e) { return std::pair(e.at.start, e.at.end); });
  const size_t line = text.find('\n');
  const bool crlf = line != std::string_view::npos && line > 0 && text[line - 1] == '\r';
  std::string out;
  size_t at = 0;
  for (const Edit& edit : edits) {
    out += text.substr(at, edit.at.start - at);
    for (const char c : edit.text) {
      if (c == '\n' && crlf) out += '\r';
      out += c;
    }
    at = edit.at.end;
  }
  return out += text.substr(at);
}

std::vector<FixedFile> ApplyFixes(const Project& project, std::span<const Finding> findings,
                                  const std::set<FixType>& wanted) {
  std::map<FileId, std::vector<const Fix*>> by_file;
  for (const Finding& f : findings) {
    if (const Fix* fix = Chosen(f, wanted)) by_file[f.at.file].push_back(fix);
  }
  std::vector<FixedFile> out;
  for (const auto& [id, fixes] : by_file) {
    const File& file = project[id];
    const size_t before = Errors(file.text, file);
    std::vector<Edit> taken;
    size_t count = 0;
    // With `check`, a fix that breaks the syntax is taken back; that costs a parse each, so it is the second try.
    const auto apply = [&, &fixes = fixes](bool check) {
      taken.clear();
      count = 0;
      for (const Fix* fix : fixes) {
        std::vector<Edit> fresh;
        bool clash = false;
        for (const Edit& edit : fix->edits) {
          if (edit.at.end > file.text.size() || edit.at.start > edit.at.end) clash = true;
          bool shared = false;
          for (const Edit& other : taken) {
            if (Same(edit, other)) {
              shared = true;
            } else if (Overlaps(edit.at, other.at)) {
              clash = true;
            }
          }
          if (!shared) fresh.push_back(edit);
        }
        if (clash) continue;
        if (check) {
          std::vector<Edit> with = taken;
          with.insert(with.end(), fresh.begin(), fresh.end());
          if (Errors(WithEdits(file.text, with), file) > before) continue;
        }
        taken.insert(taken.end(), fresh.begin(), fresh.end());
        ++count;
      }
      return WithEdits(file.text, taken);
    };
    std::string text = apply(false);
    if (Errors(text, file) > before) text = apply(true);
    if (count > 0 && text != file.text) out.push_back({id, std::move(text), count});
  }
  return out;
}

}  // namespace looplint
