// A scanner that knows strings, templates, comments, regular expressions and brackets, and tries a pattern wherever a
// word starts that one begins with. When the pattern does not hold, scanning goes on behind that word.
//
// Node's scanner has habits that decide about real files (what it skips after a match, which spaces it allows); they
// are kept on purpose, and the differential test holds every one of them against Node.
#include "analyzer/model/cjs_exports.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>

#include "absl/container/flat_hash_set.h"
#include "analyzer/model/model.h"

namespace looplint {
namespace {

bool IsOneOf(char c, std::string_view set) { return c != '\0' && set.find(c) != std::string_view::npos; }
bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool IsPunctuator(char c) { return IsOneOf(c, "!%&()*+,-./:;<=>?[]^{}|~"); }

// What a string literal (with its quotes) or an identifier stands for. Names with half a surrogate pair cannot be
// imported.
std::optional<std::string> NameOf(std::string_view raw) {
  if (raw.empty() || (raw[0] != '"' && raw[0] != '\'')) return std::string(raw);
  std::optional<std::string> cooked = Cook(raw.substr(1, raw.size() - 2));
  if (!cooked) return std::nullopt;
  for (size_t i = 0; i + 1 < cooked->size(); ++i) {
    if (static_cast<unsigned char>((*cooked)[i]) == 0xED && static_cast<unsigned char>((*cooked)[i + 1]) >= 0xA0)
      return std::nullopt;
  }
  return cooked;
}

class Scanner {
 public:
  Scanner(std::string_view text, CjsLexer lexer) : text_(text), merve_(lexer == CjsLexer::kMerve) {}

  CjsExports Run() {
    if (text_.starts_with("#!")) at_ = std::min(text_.find_first_of("\r\n"), text_.size());
    for (; at_ < text_.size() && !broken_; ++at_) Step();
    CjsExports out;
    if (broken_ || template_depth_ >= 0 || depth_ != 0) {
      out.gave_up = true;
      return out;
    }
    for (std::string& name : names_) {
      // Left out once, left out for good: `doubtful_` doubles as what was seen.
      if (doubtful_.insert(name).second) out.names.push_back(std::move(name));
    }
    out.reexports = std::move(reexports_);
    return out;
  }

 private:
  // ---- the text

  char Peek(size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
  char Peek() const { return Peek(at_); }
  bool Ahead(std::string_view word) const { return text_.substr(std::min(at_, text_.size())).starts_with(word); }
  bool NoBreakSpace(size_t at) const { return Peek(at) == '\xC2' && Peek(at + 1) == '\xA0'; }

  // Past spaces and comments.
  void Space() {
    while (at_ < text_.size()) {
      if (IsSpace(Peek())) {
        ++at_;
      } else if (NoBreakSpace(at_)) {
        at_ += 2;
      } else if (Peek() == '/' && Peek(at_ + 1) == '/') {
        LineComment();
      } else if (Peek() == '/' && Peek(at_ + 1) == '*') {
        BlockComment();
        ++at_;
      } else {
        return;
      }
    }
  }
  // To the line's end.
  void LineComment() { at_ = std::min(text_.find_first_of("\r\n", at_), text_.size()); }
  // To the last character of the comment.
  void BlockComment() {
    const size_t end = text_.find("*/", at_ + 2);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
  }

  // From the opening quote to the closing one.
  bool String() {
    const char quote = Peek();
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = Peek();
      if (c == quote) return true;
      if (c == '\\') {
        ++at_;
        if (Peek() == '\r' && Peek(at_ + 1) == '\n') ++at_;
      } else if (c == '\r' || c == '\n') {
        break;
      }
    }
    broken_ = true;
    return false;
  }
  // From the backtick, or the brace that ends a substitution, to the end or the next `${`.
  void Template() {
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = Peek();
      if (c == '$' && Peek(at_ + 1) == '{') {
        ++at_;
        outer_templates_.push_back(template_depth_);
        template_depth_ = ++depth_;
        return;
      }
      if (c == '`') return;
      if (c == '\\') ++at_;
    }
    broken_ = true;
  }
  void RegularExpression() {
    bool in_class = false;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = Peek();
      if (c == '/' && !in_class) return;
      if (c == '[') in_class = true;
      if (c == ']') in_class = false;
      if (c == '\\') ++at_;
      if (c == '\r' || c == '\n') break;
    }
    broken_ = true;
  }

  bool StartsWord(size_t at) const {
    if (at == 0) return true;
    const char before = text_[at - 1];
    return IsSpace(before) || (IsPunctuator(before) && before != '.') || (at >= 2 && NoBreakSpace(at - 2));
  }
  bool EndsWith(size_t last, std::string_view word) const {
    return last != kNowhere && last + 1 >= word.size() && text_.substr(last + 1 - word.size(), word.size()) == word;
  }

  // ---- patterns: each returns whether it holds, with at_ behind it

  bool Take(std::string_view token) {
    Space();
    if (!Ahead(token)) return false;
    at_ += token.size();
    return true;
  }
  bool TakeAll(std::initializer_list<std::string_view> tokens) {
    for (const std::string_view token : tokens) {
      if (!Take(token)) return false;
    }
    return true;
  }
  bool IdentifierHere(std::string_view* name = nullptr) {
    const size_t start = at_;
    const auto part = [&](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
             (c >= '0' && c <= '9' && at_ > start) || (static_cast<unsigned char>(c) >= 0x80 && !UnicodeSpace());
    };
    while (at_ < text_.size() && part(Peek())) ++at_;
    if (name != nullptr) *name = text_.substr(start, at_ - start);
    return at_ > start;
  }
  bool UnicodeSpace() const {
    return NoBreakSpace(at_) || Ahead("\xEF\xBB\xBF") || Ahead("\xE2\x80\xA8") || Ahead("\xE2\x80\xA9") ||
           Ahead("\xE3\x80\x80") || Ahead("\xE1\x9A\x80");
  }
  bool Identifier(std::string_view* name = nullptr) {
    Space();
    return IdentifierHere(name);
  }
  // A string literal with its quotes.
  bool Literal(std::string_view* raw = nullptr) {
    Space();
    const size_t start = at_;
    if ((Peek() != '"' && Peek() != '\'') || !String()) return false;
    ++at_;
    if (raw != nullptr) *raw = text_.substr(start, at_ - start);
    return true;
  }
  // exports | module.exports
  bool ExportsObject() {
    Space();
    const size_t start = at_;
    if (Ahead("module")) {
      at_ += 6;
      if (!Take(".")) return at_ = start, false;
      Space();
    }
    if (!Ahead("exports")) return at_ = start, false;
    at_ += 7;
    return true;
  }
  // require('x'), to the closing parenthesis, which stays ahead.
  bool Require(std::string_view* raw) {
    const size_t start = at_;
    if (Ahead("require")) {
      at_ += 7;
      if (Take("(") && Literal(raw)) {
        Space();
        if (Peek() == ')') return true;
      }
      if (broken_) return false;
    }
    at_ = start;
    return false;
  }
  bool ReexportOfRequire() {
    std::string_view raw;
    if (!Require(&raw)) return false;
    if (auto name = NameOf(raw)) AddReexport(*std::move(name));
    return true;
  }
  // [: function name?] () { return
  bool GetterHead() {
    if (Take(":")) {
      if (!Take("function")) return false;
      const size_t end = at_;
      Space();
      if (Peek() != '(' && (at_ == end || !IdentifierHere())) return false;
    }
    return TakeAll({"(", ")", "{", "return"});
  }
  // ;? } ,? })
  bool GetterTail() {
    Take(";");
    if (!Take("}")) return false;
    Take(",");
    if (!Take("}")) return false;
    Space();
    return Peek() == ')';
  }

  // Tries a pattern at the word that ends before `resume`; scanning goes on there when it does not hold, and at the
  // last character of the match when it does.
  template <typename Pattern>
  void Try(size_t resume, Pattern pattern) {
    at_ = resume;
    if (!pattern() && !broken_) at_ = resume - 1;
  }

  // ---- what the patterns collect

  void AddReexport(std::string specifier) {
    if (reexported_.insert(specifier).second) reexports_.push_back(std::move(specifier));
  }
  void AddName(std::string_view raw) {
    if (auto name = NameOf(raw)) names_.push_back(*std::move(name));
  }

  // ---- the patterns

  // .name = | ['name'] = | = {...} | = require('x')
  bool Assignment(bool of_module) {
    Space();
    std::string_view raw;
    if (Peek() == '.') {
      ++at_;
      if (!Identifier(&raw)) return false;
      Space();
      if (Peek() != '=') return false;
      AddName(raw);
      return true;
    }
    if (Peek() == '[') {
      ++at_;
      if (Literal(&raw) && Take("]") && Take("=")) AddName(raw);
      return false;  // what is inside the brackets is scanned again
    }
    if (Peek() == '=' && of_module) {
      reexports_.clear();
      reexported_.clear();
      ++at_;
      Space();
      if (Peek() == '{') {
        const size_t brace = at_;
        if (ObjectLiteral()) return true;
        if (!broken_) at_ = brace - 1;
        return true;
      }
      if (Peek() == 'r') ReexportOfRequire();
    }
    return false;
  }

  // { a, b: c, 'd': e, ...f, ...require('x') }, up to the first member that is anything else.
  bool ObjectLiteral() {
    const auto value = [&] {
      Space();
      return (merve_ && Peek() == 'r' && ReexportOfRequire()) || IdentifierHere();
    };
    while (++at_ < text_.size()) {
      Space();
      std::string_view raw;
      if (IdentifierHere(&raw)) {
        Space();
        if (merve_ && raw == "get" && IdentifierHere() && Take("(")) return false;
        if (Peek() == ':') {
          ++at_;
          if (!value()) return false;
        }
        AddName(raw);
      } else if (Ahead("...")) {
        at_ += 3;
        if (Peek() == 'r' && ReexportOfRequire()) {
          ++at_;
        } else if (!IdentifierHere()) {
          return false;
        }
        Space();
      } else if (Peek() == '"' || Peek() == '\'') {
        if (!Literal(&raw)) return false;
        Space();
        if (Peek() == ':') {
          ++at_;
          if (!value()) return false;
          AddName(raw);
        }
      } else {
        return false;
      }
      if (Peek() == '}') return true;
      if (Peek() != ',') return false;
    }
    return true;
  }

  // Object.defineProperty(exports, 'name', { enumerable: true, value: | get: function () { return a.b; } })
  bool Define() {
    std::string_view raw;
    if (!Take("(") || !ExportsObject() || !Take(",") || !Literal(&raw)) return false;
    const auto descriptor = [&]() -> std::optional<bool> {  // true: a getter; false: a value
      if (!Take(",") || !Take("{")) return std::nullopt;
      if (Take("enumerable") && !TakeAll({":", "true", ","})) return std::nullopt;
      if (Take("value")) return Take(":") ? std::optional(false) : std::nullopt;
      if (!Take("get") || !GetterHead() || !Identifier()) return std::nullopt;
      if (Take(".")) {
        if (!Identifier()) return std::nullopt;
      } else if (Take("[") && !(Literal() && Take("]"))) {
        return std::nullopt;
      }
      return GetterTail() ? std::optional(true) : std::nullopt;
    };
    const std::optional<bool> getter = descriptor();
    if (broken_) return false;
    if (getter) {
      AddName(raw);
    } else if (!merve_) {
      if (auto name = NameOf(raw)) doubtful_.insert(*std::move(name));  // a getter that may do anything
    }
    return getter.value_or(false);
  }

  // Object.prototype.hasOwnProperty.call(a, key)
  bool HasOwnCall(std::string_view key) {
    if (!TakeAll({"Object", "."})) return false;
    if (Take("prototype") && !Take(".")) return false;
    return TakeAll({"hasOwnProperty", ".", "call", "("}) && Identifier() && TakeAll({",", key, ")"});
  }
  bool Quoted(std::string_view word) {
    Space();
    const char quote = Peek();
    if (quote != '"' && quote != '\'') return false;
    ++at_;
    return Ahead(word) && (at_ += word.size(), true) && Take(std::string_view(&quote, 1));
  }

  // What compilers make of `export *`:
  //   Object.keys(module).forEach(function (key) { if (key is default or already there) return; exports[key] =
  //   module[key]; })
  bool CopyOfKeys() {
    std::string_view module, key;
    if (!Take("(") || !Identifier(&module) || !TakeAll({")", ".", "forEach", "(", "function", "("}) ||
        !Identifier(&key) || !TakeAll({")", "{", "if", "(", key})) {
      return false;
    }
    if (Take("===")) {
      if (!Quoted("default") || !TakeAll({"||", key, "==="}) || !Quoted("__esModule") || !TakeAll({")", "return"}))
        return false;
      Take(";");
      if (Take("if")) {
        if (!Take("(")) return false;
        bool another = true;
        const size_t inner = at_;
        if (HasOwnCall(key)) {
          if (!TakeAll({")", "return"})) return false;
          Take(";");
          another = Take("if");
          if (another && !Take("(")) return false;
        } else {
          at_ = inner;
        }
        if (another) {
          if (!TakeAll({key, "in "}) || !ExportsObject() || !Take("&&") || !ExportsObject() ||
              !TakeAll({"[", key, "]", "===", module, "[", key, "]", ")", "return"})) {
            return false;
          }
          Take(";");
        }
      }
    } else if (Take("!==")) {
      if (!Quoted("default")) return false;
      if (Take("&&")) {
        if (!Take("!")) return false;
        Space();
        if (Ahead("Object.")) {
          if (!HasOwnCall(key)) return false;
        } else if (IdentifierHere()) {
          if (!TakeAll({".", "hasOwnProperty", "(", key, ")"})) return false;
        } else if (!merve_) {
          return false;
        }
      }
      if (!Take(")")) return false;
    } else {
      return false;
    }
    if (ExportsObject()) {
      if (!TakeAll({"[", key, "]", "=", module, "[", key, "]"})) return false;
      Take(";");
    } else {
      if (!TakeAll({"Object", ".", "defineProperty", "("}) || !ExportsObject() ||
          !TakeAll({",", key, ",", "{", "enumerable", ":", "true", ",", "get"}) || !GetterHead() ||
          !TakeAll({module, "[", key, "]"}) || !GetterTail()) {
        return false;
      }
      ++at_;
      Take(";");
    }
    if (!Take("}")) return false;
    Space();
    if (Peek() != ')') return false;
    const auto it = modules_.find(module);
    if (it == modules_.end()) return true;
    AddReexport(it->second);
    return false;  // scanned again, like Node does
  }

  // var module = [before `end`, where a require starts]: remembers what `module` is.
  void RememberVariable(size_t end) {
    size_t at = end;
    const auto blanks = [&] {
      const size_t from = at;
      while (at > 0 && text_[at - 1] == ' ') --at;
      return from != at;
    };
    blanks();
    if (at == 0 || text_[at - 1] != '=') return;
    --at;
    blanks();
    const size_t last = at;
    const auto part = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
             static_cast<unsigned char>(c) >= 0x80;
    };
    while (at > 0 && part(text_[at - 1])) --at;
    const std::string_view name = text_.substr(at, last - at);
    if (name.empty() || (name[0] >= '0' && name[0] <= '9') || !blanks() || at == 0) return;
    if (EndsWith(at - 1, "var") || EndsWith(at - 1, "let") || EndsWith(at - 1, "const")) modules_[name] = required_;
  }
  bool PlainRequire() {
    std::string_view raw;
    if (!Require(&raw)) return false;
    required_ = NameOf(raw).value_or("");
    return true;
  }

  // ---- the scanner

  void Open() {
    if (opened_after_.size() <= depth_)
      opened_after_.resize(depth_ + 1, kNowhere), opens_class_.resize(depth_ + 1, false);
    opened_after_[depth_++] = last_;
  }
  bool Close() {
    if (depth_ == 0) return broken_ = true, false;
    --depth_;
    return true;
  }

  // Words that count outside all brackets only. True when the character is dealt with.
  bool TopLevelWord(char c) {
    const size_t start = at_;
    const bool word = StartsWord(start) || (start > 0 && text_[start - 1] == '.');
    switch (c) {
      case 'i':
        if (Ahead("import") && StartsWord(start)) Import();
        return true;
      case 'r':
        if (PlainRequire() && StartsWord(start)) RememberVariable(start);
        return true;
      case '_':
        if (Ahead("_interopRequireWildcard") && word) {
          at_ += 23;
          if (Peek() != '(') return true;
          ++at_;
          Open();
          if (PlainRequire() && StartsWord(start)) RememberVariable(start);
        } else if (Ahead("__export") && word) {
          at_ += 8;
          if (Ahead("Star")) at_ += 4;
          if (Peek() != '(') return true;
          Open();
          if (Peek(at_ + 1) == 'r') {
            ++at_;
            ReexportOfRequire();
          }
        }
        return true;
      default:
        return false;
    }
  }
  // A static import means the text is no CommonJS.
  void Import() {
    const size_t start = at_;
    at_ += 6;
    const size_t end = at_;
    Space();
    if (Peek() == '(') {
      last_ = start;
      Open();
    } else if (Peek() == '.' || at_ != end || IsOneOf(Peek(), "\"'{*")) {
      broken_ = true;
    }
  }
  void Export() {
    at_ += 6;
    const size_t end = at_;
    Space();
    if (at_ != end || IsPunctuator(Peek())) broken_ = true;
  }

  bool SlashStartsExpression() const {
    const char last = last_ == kNowhere ? '\0' : Peek(last_);
    if (last == '\0') return true;
    const char before = last_ > 0 ? text_[last_ - 1] : '\0';
    if (IsOneOf(last, "!%&(*+,-.:;<=>?[^{|~")) {
      if (last == '.') return !(before >= '0' && before <= '9');
      return !((last == '+' || last == '-') && before == last);
    }
    const size_t opened = depth_ < opened_after_.size() ? opened_after_[depth_] : kNowhere;
    if (last == ')') return EndsWith(opened, "while") || EndsWith(opened, "for") || EndsWith(opened, "if");
    if (last == '}') {
      // The brace of a block, not of an object.
      const bool block = EndsWith(opened, "=>") || EndsWith(opened, ";") || EndsWith(opened, ")") ||
                         EndsWith(opened, "catch") || EndsWith(opened, "finally") || EndsWith(opened, "else");
      return block || (depth_ < opens_class_.size() && opens_class_[depth_]);
    }
    if (last == '/') return last_slash_divides_;
    for (const std::string_view word : {"void", "yield", "else", "case", "delete", "instanceof", "typeof", "in",
                                        "return", "do", "debugger", "await", "new", "throw"}) {
      if (EndsWith(last_, word)) return StartsWord(last_ + 1 - word.size());
    }
    return false;
  }

  void Step() {
    const char c = Peek();
    if (IsSpace(c)) return;
    if (depth_ == 0 && TopLevelWord(c)) {
      last_ = at_;
      return;
    }
    const bool word = StartsWord(at_);
    switch (c) {
      case 'e':
        if (!word || !Ahead("export")) break;
        if (Peek(at_ + 6) == 's') {
          Try(at_ + 7, [&] { return Assignment(false); });
        } else if (depth_ == 0) {
          Export();
        }
        break;
      case 'm':
        if (word && Ahead("module")) {
          Try(at_ + 6, [&] {
            if (!Take(".")) return false;
            Space();
            if (!Ahead("exports")) return false;
            Try(at_ + 7, [&] { return Assignment(true); });
            return true;
          });
        }
        break;
      case 'O':
        if (word && Ahead("Object")) {
          Try(at_ + 6, [&] {
            if (!Take(".")) return false;
            Space();
            if (Ahead("defineProperty")) return at_ += 14, Define();
            return depth_ == 0 && Ahead("keys") && (at_ += 4, CopyOfKeys());
          });
        }
        break;
      case 'c':
        if (word && Ahead("class") && (IsSpace(Peek(at_ + 5)) || NoBreakSpace(at_ + 5))) next_brace_is_class_ = true;
        break;
      case '(':
        Open();
        break;
      case ')':
        Close();
        break;
      case '{':
        Open();
        opens_class_[depth_ - 1] = next_brace_is_class_;
        next_brace_is_class_ = false;
        break;
      case '}':
        if (!Close()) break;
        if (static_cast<int64_t>(depth_) + 1 == template_depth_) {
          template_depth_ = outer_templates_.back();
          outer_templates_.pop_back();
          Template();
        } else if (static_cast<int64_t>(depth_) < template_depth_) {
          broken_ = true;
        }
        break;
      case '"':
      case '\'':
        String();
        break;
      case '`':
        Template();
        break;
      case '/':
        if (Peek(at_ + 1) == '/') return LineComment();
        if (Peek(at_ + 1) == '*') return BlockComment();
        last_slash_divides_ = !SlashStartsExpression();
        if (!last_slash_divides_) RegularExpression();
        break;
      default:
        break;
    }
    last_ = at_;
  }

  static constexpr size_t kNowhere = static_cast<size_t>(-1);

  std::string_view text_;
  const bool merve_;
  size_t at_ = 0;
  bool broken_ = false;
  size_t last_ = kNowhere;  // last character of the token before
  bool last_slash_divides_ = false, next_brace_is_class_ = false;
  // By depth of brackets: the token before the one that opened it. Entries outlive their bracket; the one that just
  // closed is asked for.
  size_t depth_ = 0;
  std::vector<size_t> opened_after_;
  std::vector<bool> opens_class_;
  int64_t template_depth_ = -1;  // depth inside the innermost open `${`, -1 outside
  std::vector<int64_t> outer_templates_;

  std::vector<std::string> names_, reexports_;
  absl::flat_hash_set<std::string> reexported_;      // the same as a set
  absl::flat_hash_set<std::string> doubtful_;        // defined by a getter that may do anything
  std::string required_;                             // by the last require() met
  std::map<std::string_view, std::string> modules_;  // variable -> what it requires
};

}  // namespace

CjsExports LexCjsExports(std::string_view text, CjsLexer lexer) { return Scanner(text, lexer).Run(); }

}  // namespace looplint
