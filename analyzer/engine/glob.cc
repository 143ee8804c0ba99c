#include "analyzer/engine/glob.h"

#include <algorithm>
#include <string>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {

// Patterns and paths are matched as bytes: file names need not be UTF-8.
RE2::Options ByteOptions() {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  options.set_dot_nl(true);
  options.set_never_capture(true);
  return options;
}

void AppendLiteral(std::string& out, char c) {
  const unsigned char u = static_cast<unsigned char>(c);
  if (u == 0) {
    out += "\\x00";
  } else {
    if (u < 0x80 && !std::isalnum(u) && u != '_') out += '\\';
    out += c;
  }
}

// One character that is not a slash; all bytes of it, when it is UTF-8.
constexpr const char* kAnyCharacter = "(?:[^/\\x80-\\xff]|[\\xc0-\\xff][\\x80-\\xbf]*|[\\x80-\\xbf])";

// "[...]" beginning at p[i]; leaves i on the closing bracket. False when there is none.
bool TranslateClass(std::string_view p, size_t& i, std::string& out) {
  size_t j = i + 1;
  const bool negated = j < p.size() && (p[j] == '!' || p[j] == '^');
  if (negated) ++j;
  std::string body;
  const size_t first = j;
  for (;; ++j) {
    if (j >= p.size()) return false;
    if (p[j] == ']' && j > first) break;
    if (p[j] == '[' && j + 1 < p.size() && p[j + 1] == ':') {
      const size_t close = p.find(":]", j + 2);
      if (close != std::string_view::npos) {
        body += p.substr(j, close + 2 - j);
        j = close + 1;
        continue;
      }
    }
    if (p[j] == '\\' && ++j >= p.size()) return false;
    if (p[j] == '-' && p[j - 1] != '\\') {
      body += '-';
    } else {
      AppendLiteral(body, p[j]);
    }
  }
  out += negated ? "[^/" : "[";
  out += body;
  out += ']';
  i = j;
  return true;
}

// The regular expression of a pattern, unanchored: of a glob with `braces`, else of a line of an ignore file. False
// when the pattern is malformed.
bool Translate(std::string_view p, bool braces, std::string& out) {
  int depth = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    switch (p[i]) {
      case '*': {
        size_t end = i;
        while (end < p.size() && p[end] == '*') ++end;
        const bool segment = end - i >= 2 && (i == 0 || p[i - 1] == '/') && (end == p.size() || p[end] == '/');
        if (!segment) {
          out += "[^/]*";
          i = end - 1;
        } else if (end == p.size()) {
          out += ".+";
          i = end - 1;
        } else {
          out += "(?:.*/)?";
          i = end;  // the slash is part of it
        }
        break;
      }
      case '?':
        out += braces ? kAnyCharacter : "[^/]";  // git counts bytes
        break;
      case '[':
        if (!TranslateClass(p, i, out)) return false;
        break;
      case '\\':
        if (++i >= p.size()) return false;
        AppendLiteral(out, p[i]);
        break;
      case '{':
        if (braces) {
          out += "(?:";
          ++depth;
        } else {
          out += "\\{";
        }
        break;
      case '}':
        if (depth > 0) {
          out += ')';
          --depth;
        } else {
          out += "\\}";
        }
        break;
      case ',':
        out += depth > 0 ? "|" : ",";
        break;
      default:
        AppendLiteral(out, p[i]);
    }
  }
  return depth == 0;
}

}  // namespace

absl::StatusOr<Glob> Glob::Parse(std::string_view pattern) {
  std::string_view p = pattern;
  if (p.starts_with("./")) p.remove_prefix(2);
  std::string expression = p.find('/') == std::string_view::npos ? "(?:.*/)?" : "";
  if (p.starts_with('/')) p.remove_prefix(1);
  std::string folder;  // "scripts/" means what is in it
  if (p.ends_with('/')) p = folder = Cat(p, "**");
  if (!Translate(p, true, expression)) {
    return absl::InvalidArgumentError(Cat("malformed glob \"", pattern, "\": a bracket, brace or escape is left open"));
  }
  Glob glob;
  glob.pattern_ = std::make_shared<const RE2>(expression, ByteOptions());
  if (!glob.pattern_->ok()) {
    return absl::InvalidArgumentError(Cat("malformed glob \"", pattern, "\": ", glob.pattern_->error()));
  }
  return glob;
}

bool Glob::Matches(std::string_view path) const {
  return RE2::FullMatch(re2::StringPiece(path.data(), path.size()), *pattern_);
}

IgnoreList::IgnoreList(std::string_view text) {
  std::vector<std::string> expressions;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('#')) continue;
    while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
    Line parsed = {.keep = line.starts_with('!'), .directory_only = false, .pattern = nullptr};
    if (parsed.keep) line.remove_prefix(1);
    if (line.ends_with('/')) {
      parsed.directory_only = true;
      line.remove_suffix(1);
    }
    if (line.empty()) continue;
    // A slash before the end ties the pattern to the folder of the file.
    std::string expression = line.find('/') == std::string_view::npos ? "(?:.*/)?" : "";
    if (line.starts_with('/')) line.remove_prefix(1);
    if (!Translate(line, false, expression)) continue;
    parsed.pattern = std::make_unique<RE2>(expression, ByteOptions());
    if (!parsed.pattern->ok()) continue;
    lines_.push_back(std::move(parsed));
    expressions.push_back(std::move(expression));
  }
  if (lines_.size() < 2) return;
  all_ = std::make_unique<RE2::Set>(ByteOptions(), RE2::ANCHOR_BOTH);
  for (const std::string& expression : expressions) all_->Add(expression, nullptr);
  if (!all_->Compile()) all_ = nullptr;
}

std::optional<bool> IgnoreList::Ignores(std::string_view path, bool directory) const {
  const re2::StringPiece piece(path.data(), path.size());
  if (all_ != nullptr) {
    std::vector<int> matches;
    RE2::Set::ErrorInfo error;
    if (all_->Match(piece, &matches, &error)) {
      int last = -1;
      for (const int i : matches) {
        if (directory || !lines_[static_cast<size_t>(i)].directory_only) last = std::max(last, i);
      }
      if (last < 0) return std::nullopt;
      return !lines_[static_cast<size_t>(last)].keep;
    }
    if (error.kind == RE2::Set::kNoError) return std::nullopt;
    // The automaton of all lines outgrew its budget: one by one, then.
  }
  for (size_t i = lines_.size(); i-- > 0;) {
    const Line& line = lines_[i];
    if ((directory || !line.directory_only) && RE2::FullMatch(piece, *line.pattern)) return !line.keep;
  }
  return std::nullopt;
}

}  // namespace looplint
