#include "analyzer/packages/recipe.h"

#include <algorithm>
#include <array>

namespace looplint {
namespace {

class Reader {
 public:
  explicit Reader(const PackageFile& file) : text_(file.text) {}

  Recipe Dockerfile() {
    size_t at = 0;
    while (at < text_.size()) {
      size_t end = std::min(text_.find('\n', at), text_.size());
      std::string_view line = text_.substr(at, end - at);
      const size_t first = line.find_first_not_of(" \t");
      if (first == std::string_view::npos || line[first] == '#') {
        at = end + 1;
        continue;
      }
      // Continued lines belong together; comment lines between do not end them.
      const size_t start = at + first;
      while (end < text_.size()) {
        std::string_view l = text_.substr(at, end - at);
        while (!l.empty() && (l.back() == '\r' || l.back() == ' ' || l.back() == '\t')) l.remove_suffix(1);
        const size_t f = l.find_first_not_of(" \t");
        const bool comment = f != std::string_view::npos && l[f] == '#' && at != start - first;
        if (!comment && !l.ends_with('\\') && !(l.empty() && at != start - first)) break;
        at = end + 1;
        end = std::min(text_.find('\n', at), text_.size());
      }
      Instruction(start, end);
      at = end + 1;
    }
    recipe_.last_stage = stage_;
    return std::move(recipe_);
  }

  Recipe Ci() {
    const Document doc = Document::Yaml(text_);
    Walk(doc.root(), 0);
    return std::move(recipe_);
  }

 private:
  void Instruction(size_t start, size_t end) {
    const std::string_view whole = text_.substr(start, end - start);
    const size_t blank = std::min(whole.find_first_of(" \t"), whole.size());
    std::string word;
    for (const char c : whole.substr(0, blank)) word += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    if (word == "FROM") ++stage_;
    if (word != "RUN") return;
    size_t at = start + blank;
    // --mount=..., --network=... are the instruction's own.
    for (;;) {
      while (at < end &&
             (text_[at] == ' ' || text_[at] == '\t' || text_[at] == '\\' || text_[at] == '\n' || text_[at] == '\r'))
        ++at;
      if (text_.substr(at, 2) != "--") break;
      while (at < end && text_[at] != ' ' && text_[at] != '\n') ++at;
    }
    if (at < end && text_[at] == '[') return Exec(at, end);
    Add(text_.substr(at, end - at), at);
  }

  // RUN ["npm", "install"].
  void Exec(size_t at, size_t end) {
    const Document doc = Document::Json(text_.substr(at, end - at));
    RecipeCommand c;
    for (const DocValue v : doc.root()) {
      if (!v.IsString()) return;
      c.command.words.push_back({std::string(v.str()), v.at()});
      c.word_at.push_back({static_cast<uint32_t>(at + v.at().start), static_cast<uint32_t>(at + v.at().end)});
    }
    if (c.word_at.empty()) return;
    c.at = {c.word_at.front().start, c.word_at.back().end};
    c.stage = stage_;
    recipe_.commands.push_back(std::move(c));
  }

  void Add(std::string_view shell, size_t offset) {
    for (ShellCommand& command : ReadShell(shell)) {
      RecipeCommand c;
      for (const ShellWord& w : command.words) {
        c.word_at.push_back({static_cast<uint32_t>(offset + w.at.start), static_cast<uint32_t>(offset + w.at.end)});
      }
      if (c.word_at.empty()) continue;
      c.at = {c.word_at.front().start, c.word_at.back().end};
      c.command = std::move(command);
      c.stage = stage_;
      recipe_.commands.push_back(std::move(c));
    }
  }

  void Walk(const DocValue& v, int depth) {
    if (depth > 30) return;
    static constexpr std::array<std::string_view, 9> kShell = {
        "run", "script", "before_script", "after_script", "command", "bash", "install", "before_install", "pwsh"};
    for (const DocValue c : v) {
      if (v.IsObject() && std::ranges::find(kShell, c.key()) != kShell.end()) {
        if (c.IsArray()) {
          for (const DocValue line : c) {
            if (line.IsString()) Scalar(line);
          }
        } else if (c.IsString()) {
          Scalar(c);
        }
      }
      if (c.IsObject() || c.IsArray()) Walk(c, depth + 1);
    }
  }

  // The text of a scalar is found again line by line in what stands in the file, whatever its style.
  void Scalar(const DocValue& v) {
    const Span at = v.at();
    const std::string_view raw = text_.substr(at.start, at.end - at.start);
    if (raw.find(v.text()) != std::string_view::npos) return Add(v.text(), at.start + raw.find(v.text()));
    // A block: its lines are in the file, with more blanks before them. Read as it stands there.
    const size_t body = raw.find('\n');
    if (!raw.empty() && (raw[0] == '|' || raw[0] == '>') && body != std::string_view::npos)
      return Add(raw.substr(body + 1), at.start + body + 1);
    Add(raw, at.start);
  }

  std::string_view text_;
  Recipe recipe_;
  uint32_t stage_ = 0;
};

}  // namespace

Recipe ReadRecipe(const PackageFile& file) {
  return file.kind == PackageFileKind::kDockerfile ? Reader(file).Dockerfile()
         : file.kind == PackageFileKind::kCi       ? Reader(file).Ci()
                                                   : Recipe();
}

}  // namespace looplint
