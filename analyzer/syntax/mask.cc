#include "analyzer/syntax/mask.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace looplint {
namespace {

struct Token {
  enum class Kind : uint8_t { kName, kNumber, kString, kTemplate, kRegExp, kPunctuator, kEnd };
  uint32_t start, end;
  Kind kind;
  bool line_before;  // a line break stands between it and the token before
};

bool IsNameStart(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c >= 0x80 || c == '\\';
}
bool IsDigit(unsigned char c) { return c >= '0' && c <= '9'; }
bool IsNamePart(unsigned char c) { return IsNameStart(c) || IsDigit(c); }
bool IsBlank(unsigned char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }

bool OneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Enough of the lexical grammar to know tokens from comments, strings, templates and regular expressions. JSX text
// is read as tokens too; an apostrophe there hides no more than the rest of its line.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> Tokens() {
    for (;;) {
      const bool line = Trivia();
      if (at_ >= text_.size()) {
        tokens_.push_back({at_, at_, Token::Kind::kEnd, true});
        return std::move(tokens_);
      }
      const uint32_t start = at_;
      const Token::Kind kind = One();
      tokens_.push_back({start, at_, kind, line});
    }
  }
  std::vector<Span>& comments() { return comments_; }

 private:
  char Peek(uint32_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  bool Trivia() {
    bool line = at_ == 0;
    while (at_ < text_.size()) {
      const unsigned char c = static_cast<unsigned char>(Peek());
      if (c == '\n' || c == '\r') {
        line = true;
        ++at_;
      } else if (IsBlank(c)) {
        ++at_;
      } else if (c == '/' && Peek(1) == '/') {
        const uint32_t start = at_;
        while (at_ < text_.size() && Peek() != '\n' && Peek() != '\r') ++at_;
        comments_.push_back({start, at_});
      } else if (c == '/' && Peek(1) == '*') {
        const uint32_t start = at_;
        const size_t end = text_.find("*/", at_ + 2);
        at_ = static_cast<uint32_t>(end == text_.npos ? text_.size() : end + 2);
        line |= text_.substr(start, at_ - start).find('\n') != text_.npos;
        comments_.push_back({start, at_});
      } else if (c == '#' && at_ == 0 && Peek(1) == '!') {
        while (at_ < text_.size() && Peek() != '\n') ++at_;
      } else {
        break;
      }
    }
    return line;
  }

  Token::Kind One() {
    const unsigned char c = static_cast<unsigned char>(Peek());
    if (IsNameStart(c) || (c == '#' && IsNameStart(static_cast<unsigned char>(Peek(1))))) {
      ++at_;
      while (at_ < text_.size() && IsNamePart(static_cast<unsigned char>(Peek()))) ++at_;
      return Token::Kind::kName;
    }
    if (IsDigit(c) || (c == '.' && IsDigit(static_cast<unsigned char>(Peek(1))))) {
      ++at_;
      while (at_ < text_.size() && (IsNamePart(static_cast<unsigned char>(Peek())) || Peek() == '.')) ++at_;
      return Token::Kind::kNumber;
    }
    if (c == '"' || c == '\'') {
      ++at_;
      while (at_ < text_.size() && Peek() != static_cast<char>(c) && Peek() != '\n') at_ += Peek() == '\\' ? 2 : 1;
      at_ = std::min<uint32_t>(at_ + 1, static_cast<uint32_t>(text_.size()));
      return Token::Kind::kString;
    }
    if (c == '`') return Template();
    if (c == '}' && !braces_.empty() && braces_.back() == 0) {
      braces_.pop_back();
      return Template();
    }
    if (c == '/' && RegExpMayStart()) {
      uint32_t end = at_ + 1;
      for (bool in_class = false; end < text_.size(); ++end) {
        const char d = text_[end];
        if (d == '\n') break;
        if (d == '\\') ++end;
        else if (d == '[') in_class = true;
        else if (d == ']') in_class = false;
        else if (d == '/' && !in_class) break;
      }
      if (end < text_.size() && text_[end] == '/') {
        at_ = end + 1;
        while (at_ < text_.size() && IsNamePart(static_cast<unsigned char>(Peek()))) ++at_;
        return Token::Kind::kRegExp;
      }
    }
    if (c == '{' && !braces_.empty()) ++braces_.back();
    if (c == '}' && !braces_.empty()) --braces_.back();
    if (c == '=' && Peek(1) == '>') {
      at_ += 2;
    } else if (c == '?' && Peek(1) == '.') {
      at_ += 2;
    } else {
      ++at_;  // nothing here needs longer operators in one piece
    }
    return Token::Kind::kPunctuator;
  }

  // A piece of a template: up to its end or to `${`.
  Token::Kind Template() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (Peek() == '\\') {
        ++at_;
      } else if (Peek() == '`') {
        ++at_;
        break;
      } else if (Peek() == '$' && Peek(1) == '{') {
        at_ += 2;
        braces_.push_back(0);
        break;
      }
    }
    at_ = std::min<uint32_t>(at_, static_cast<uint32_t>(text_.size()));
    return Token::Kind::kTemplate;
  }

  bool RegExpMayStart() const {
    if (tokens_.empty()) return true;
    const Token& t = tokens_.back();
    const std::string_view word = text_.substr(t.start, t.end - t.start);
    switch (t.kind) {
      case Token::Kind::kName:
        return OneOf(word, {"return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do",
                            "instanceof", "await", "yield"});
      case Token::Kind::kPunctuator:
        return !OneOf(word, {")", "]", "}"});
      case Token::Kind::kTemplate:
        return word.back() == '{';
      default:
        return false;
    }
  }

  std::string_view text_;
  uint32_t at_ = 0;
  std::vector<Token> tokens_;
  std::vector<Span> comments_;
  std::vector<uint32_t> braces_;  // open braces within each `${`
};

constexpr uint32_t kLookAround = 2000;  // tokens to search for the other end of a form

class Masker {
 public:
  Masker(std::string_view text, Language language) : text_(text), language_(language) {
    Lexer lexer(text);
    tokens_ = lexer.Tokens();
    comments_ = std::move(lexer.comments());
    masked_.text = std::string(text);
  }

  Masked Run(const std::vector<SyntaxError>& errors, const std::vector<uint32_t>& values) {
    PairBraces();
    for (uint32_t i = 0; i + 1 < tokens_.size(); ++i) {
      switch (tokens_[i].kind) {
        case Token::Kind::kName: Name(i, values); break;
        case Token::Kind::kPunctuator: Punctuator(i); break;
        case Token::Kind::kTemplate: TemplateEscapes(i); [[fallthrough]];
        case Token::Kind::kString:
        case Token::Kind::kRegExp:
          for (uint32_t at = tokens_[i].start; at < tokens_[i].end; ++at) {
            if (text_[at] == '\0') Put(at, ' ');
          }
          break;
        default: break;
      }
    }
    if (language_ != Language::kTypeScript) JsxAmpersands(errors);
    return std::move(masked_);
  }

 private:
  using Kind = Token::Kind;

  std::string_view Word(uint32_t i) const {
    if (i >= tokens_.size()) return "";
    return text_.substr(tokens_[i].start, tokens_[i].end - tokens_[i].start);
  }
  std::string_view Before(uint32_t i, uint32_t back = 1) const { return i >= back ? Word(i - back) : ""; }
  bool IsName(uint32_t i) const { return i < tokens_.size() && tokens_[i].kind == Kind::kName; }
  bool SameLine(uint32_t i) const { return i < tokens_.size() && !tokens_[i].line_before; }
  bool Typed() const { return language_ != Language::kJavaScript; }

  void Put(uint32_t at, char c) {
    masked_.text[at] = c;
    masked_.changed = true;
  }
  void Blank(uint32_t start, uint32_t end) {
    for (uint32_t at = start; at < end; ++at) {
      if (text_[at] != '\n' && text_[at] != '\r') masked_.text[at] = ' ';
    }
    masked_.changed = true;
    auto c = std::lower_bound(comments_.begin(), comments_.end(), start,
                              [](const Span& s, uint32_t at) { return s.start < at; });
    for (; c != comments_.end() && c->end <= end; ++c) masked_.comments.push_back(*c);
  }
  void BlankTokens(uint32_t first, uint32_t last) { Blank(tokens_[first].start, tokens_[last].end); }
  // Another name of the same length: the last letter becomes `Z`, or `Y`.
  void Rename(uint32_t i) {
    const uint32_t at = tokens_[i].end - 1;
    Put(at, text_[at] == 'Z' ? 'Y' : 'Z');
  }
  void Write(uint32_t start, uint32_t end, std::string_view word) {
    Blank(start, end);
    word.copy(masked_.text.data() + start, word.size());
  }

  // ---- brackets ----

  void PairBraces() {
    pair_.assign(tokens_.size(), 0);
    body_.assign(tokens_.size(), Body::kOther);
    std::vector<uint32_t> open;
    bool header = false;
    Body next = Body::kOther;
    uint32_t depth_at_header = 0;
    for (uint32_t i = 0; i < tokens_.size(); ++i) {
      const std::string_view w = Word(i);
      if (tokens_[i].kind == Kind::kName) {
        const std::string_view before = Before(i);
        if ((w == "class" || (w == "interface" && IsName(i + 1) && SameLine(i + 1))) && before != "." &&
            before != "?." && Word(i + 1) != ":" && Word(i + 1) != "(" && Word(i + 1) != "=") {
          header = true;
          next = w == "class" ? Body::kClass : Body::kInterface;
          depth_at_header = static_cast<uint32_t>(open.size());
        }
        continue;
      }
      const bool template_open = tokens_[i].kind == Kind::kTemplate && w.size() >= 2 && w.ends_with("${");
      const bool template_close = tokens_[i].kind == Kind::kTemplate && w.front() == '}';
      if (template_close || w == "}" || w == ")" || w == "]") {
        if (!open.empty()) {
          pair_[open.back()] = i;
          pair_[i] = open.back();
          open.pop_back();
        }
      }
      if (template_open || w == "{" || w == "(" || w == "[") {
        if (tokens_[i].kind != Kind::kTemplate && tokens_[i].kind != Kind::kPunctuator) continue;
        if (w == "{") {
          const std::string_view before = Before(i);
          if (header && open.size() == depth_at_header &&
              !OneOf(before, {"extends", "&", "|", ",", "<", ":", "=", "=>"})) {
            body_[i] = next;
            header = false;
          } else if (OneOf(before, {":", "=", "|", "&", "<", ",", "=>", "as", "satisfies", "(", ">", "extends"}) &&
                     (Word(i + 1) == "<" || Word(i + 1) == "(" || Word(i + 1) == "new" || Word(i + 1) == "readonly")) {
            // Nothing but a type literal begins like that, blocks and parentheses aside: those want more proof.
            body_[i] = Word(i + 1) == "<" || before != "=>" ? Body::kInterface : Body::kOther;
          }
        }
        open.push_back(i);
      }
    }
    enclosing_.assign(tokens_.size(), kNoneIndex);
    open.clear();
    for (uint32_t i = 0; i < tokens_.size(); ++i) {
      if (pair_[i] != 0 && pair_[i] < i && !open.empty()) open.pop_back();
      enclosing_[i] = open.empty() ? kNoneIndex : open.back();
      if (pair_[i] > i) open.push_back(i);
    }
  }
  enum class Body : uint8_t { kOther, kClass, kInterface };
  Body BodyOf(uint32_t i) const { return enclosing_[i] == kNoneIndex ? Body::kOther : body_[enclosing_[i]]; }

  // The `<` that the `>` at `i` closes, or kNoneIndex. Types hold no semicolons outside braces.
  uint32_t OpenAngle(uint32_t i) const {
    uint32_t depth = 0;
    for (uint32_t k = i, steps = 0; steps < kLookAround; ++steps) {
      const std::string_view w = Word(k);
      if (w == ">") ++depth;
      else if (w == "<" && --depth == 0) return k;
      else if (pair_[k] != 0 && pair_[k] < k) k = pair_[k];
      else if (w == ";" || w == "{" || w == "(" || w == "[") return kNoneIndex;
      if (k == 0) return kNoneIndex;
      --k;
    }
    return kNoneIndex;
  }
  uint32_t CloseAngle(uint32_t i) const {
    uint32_t depth = 0;
    for (uint32_t k = i, steps = 0; steps < kLookAround && k + 1 < tokens_.size(); ++steps, ++k) {
      const std::string_view w = Word(k);
      if (w == "<") ++depth;
      else if (w == ">" && --depth == 0) return k;
      else if (pair_[k] > k) k = pair_[k];
      else if (w == ";" || w == "}" || w == ")" || w == "]") return kNoneIndex;
    }
    return kNoneIndex;
  }
  // Ends a type or an expression, so that a line break after it may end a member.
  bool EndsType(uint32_t i) const {
    const std::string_view w = Word(i);
    switch (tokens_[i].kind) {
      case Kind::kName:
        return !OneOf(w, {"extends", "keyof", "typeof", "readonly", "infer", "unique", "is", "asserts", "in", "new",
                          "abstract", "get", "set"});
      case Kind::kNumber:
      case Kind::kString: return true;
      case Kind::kTemplate: return w.ends_with('`');
      case Kind::kPunctuator: return w == ">" || w == ")" || w == "]" || w == "}";
      default: return false;
    }
  }
  // Makes a semicolon of the white space before token `i`.
  void EndMemberBefore(uint32_t i) {
    for (uint32_t at = tokens_[i - 1].end; at < tokens_[i].start; ++at) {
      const char c = text_[at];
      if (c == '\n' || c == '\r' || IsBlank(static_cast<unsigned char>(c))) return Put(at, ';');
      if (c == '/') return;  // a comment touches the token
    }
  }

  // ---- forms ----

  void Name(uint32_t i, const std::vector<uint32_t>& values) {
    const std::string_view w = Word(i), before = Before(i), after = Word(i + 1);
    if (before == "." || before == "?.") return;
    const bool name_follows = IsName(i + 1) && SameLine(i + 1);
    if (Typed() && OneOf(before, {"[", ","}) && OneOf(after, {":", "?"}) &&
        OneOf(w, {"symbol", "string", "number", "boolean", "any", "unknown", "never", "object", "new"})) {
      Rename(i);  // the name of a tuple's element
      return;
    }
    if (w == "new") {
      // `new`, line break, callee: the grammars see an identifier.
      if (tokens_[i + 1].line_before && (IsName(i + 1) || after == "(")) {
        for (uint32_t at = tokens_[i].end; at < tokens_[i + 1].start; ++at) {
          if (text_[at] == '\n' || text_[at] == '\r') Put(at, ' ');
        }
        auto c = std::lower_bound(comments_.begin(), comments_.end(), tokens_[i].end,
                                  [](const Span& s, uint32_t at) { return s.start < at; });
        for (; c != comments_.end() && c->end <= tokens_[i + 1].start; ++c) {
          const Span comment = *c;
          if (text_[comment.start + 1] == '/') Blank(comment.start, comment.end);
        }
      }
      return;
    }
    if (w == "from" && before == "}" && tokens_[i].line_before && i + 1 < tokens_.size() &&
        tokens_[i + 1].kind == Kind::kString) {
      // export { a }, line break, from "b": the grammars put a semicolon before `from`.
      for (uint32_t at = tokens_[i - 1].end; at < tokens_[i].start; ++at) {
        if (text_[at] == '\n' || text_[at] == '\r') Put(at, ' ');
      }
      return;
    }
    if (w == "type" && OneOf(before, {",", "{"}) && OneOf(after, {"}", ","})) {
      Rename(i);  // export { a, type } from: a name like any other
      return;
    }
    if (w == "override" && before == "abstract" && BodyOf(i) == Body::kClass && name_follows) {
      BlankTokens(i, i);
      return;
    }
    if (w == "type" && Before(i) == "export" && after == "*") {
      masked_.amendments.push_back({Amendment::What::kTypeOnly, tokens_[i - 1].start, 0});
      BlankTokens(i, i);
      return;
    }
    if (w == "with" && i > 0 && tokens_[i - 1].kind == Kind::kString && after == "{" && FromExport(i - 1)) {
      if (pair_[i + 1] > i) BlankTokens(i, pair_[i + 1]);
      return;
    }
    if (OneOf(w, {"defer", "source"}) && before == "import" && (name_follows || after == "*") && after != "from") {
      BlankTokens(i, i);
      return;
    }
    if (w == "using") return Using(i);
    if (w == "accessor" && BodyOf(i) == Body::kClass) {
      if (SameLine(i + 1) && (IsName(i + 1) || after == "[" || tokens_[i + 1].kind == Kind::kString)) {
        BlankTokens(i, i);
      } else {
        Rename(i);
      }
      return;
    }
    if (w == "static" && BodyOf(i) == Body::kClass && after == "[" && IsName(i + 2) && Word(i + 3) == ":") {
      BlankTokens(i, i);
      return;
    }
    if (BodyOf(i) == Body::kClass && OneOf(w, {"abstract", "override", "declare", "readonly"}) &&
        OneOf(after, {"=", ";", ":", "?", "!", "}"})) {
      Rename(i);
      return;
    }
    if (!Typed()) return;
    if (w == "import" && after == "(" && i + 3 < tokens_.size() && tokens_[i + 2].kind == Kind::kString) {
      ImportType(i, values);
      return;
    }
    if (OneOf(w, {"in", "out"}) && OneOf(before, {"<", ",", "in", "const"}) && name_follows &&
        (after == "out" || OneOf(Word(i + 2), {",", ">", "extends", "="}))) {
      BlankTokens(i, i);
      return;
    }
    if (w == "type" && OneOf(after, {"extends", ")", ">", ",", "?", ":", "[", "|", "&", ";", "}", "=", ".", "("}) &&
        !OneOf(before, {"import", "export"})) {
      Rename(i);
      return;
    }
    if (OneOf(w, {"abstract", "in", "override", "declare"}) && OneOf(after, {":", "?"}) &&
        (OneOf(before, {"{", ";", ","}) || tokens_[i].line_before)) {
      Rename(i);
      return;
    }
    if (OneOf(w, {"string", "number", "boolean", "any", "unknown", "never", "object", "symbol", "void"}) &&
        before == "(" && after == ")" && Word(i + 2) == "=>") {
      Rename(i);
      return;
    }
    if (w == "as" && i > 0 &&
        ((tokens_[i - 1].kind == Kind::kPunctuator && !OneOf(before, {")", "]", "}", ">", "!", "*"}) &&
          !(OneOf(before, {"+", "-"}) && Before(i, 2) == before)) ||
         OneOf(before, {"let", "const", "var", "return"}) || OneOf(after, {"=", ")", ",", ".", ";"}))) {
      Rename(i);
      return;
    }
    if (w == "global" && after == "{" && before != "declare") {
      Write(tokens_[i].start, tokens_[i].end, "if(1)");  // in a `declare module`: a block will do
      return;
    }
    if (w == "abstract" && BodyOf(i) == Body::kClass && OneOf(before, {"protected", "public", "private"})) {
      BlankTokens(i, i);
      return;
    }
    if (w == "function" && before == "default" && Before(i, 2) == "export" && after == "(") DefaultSignature(i);
  }

  void Punctuator(uint32_t i) {
    const std::string_view w = Word(i), after = Word(i + 1);
    const uint32_t start = tokens_[i].start;
    if (w == "?." && i + 1 < tokens_.size() && tokens_[i + 1].start == tokens_[i].end &&
        tokens_[i + 1].kind == Kind::kNumber) {
      Put(tokens_[i].end - 1, '0');  // `a ?.5 : 1` means `a ? .5 : 1`
      return;
    }
    if (w == "*" && i > 0 && tokens_[i].line_before && BodyOf(i) == Body::kClass && IsName(i - 1)) {
      return EndMemberBefore(i);
    }
    if ((w == "[" || w == "(") && i > 0 && tokens_[i].line_before && Before(i) == "}" && pair_[i - 1] != 0 &&
        Before(pair_[i - 1]) == "=>") {
      return EndMemberBefore(i);  // const f = () => {}, line break, [1].map(f): nothing else can follow the body
    }
    if (!Typed() || i == 0) return;
    if (w == "+" && Before(i) == "]" && after == "?" && Word(i + 2) == ":") {
      Blank(start, start + 1);
      return;
    }
    if (w == "?" && OneOf(after, {"]", ","}) && (IsName(i - 1) || OneOf(Before(i), {">", "]"}))) {
      Blank(start, start + 1);  // an optional element of a tuple type: no expression has `?` there
      return;
    }
    if (w == "?" && OneOf(Before(i), {"}", "]"}) && after == ":" && pair_[i - 1] != 0 &&
        OneOf(Before(pair_[i - 1]), {"(", ","})) {
      Blank(start, start + 1);
      return;
    }
    if ((w == "<" || w == "(" || w == "[") && tokens_[i].line_before && BodyOf(i) == Body::kInterface &&
        EndsType(i - 1)) {
      return EndMemberBefore(i);
    }
    if (w == "<" && after == "<" && tokens_[i + 1].start == start + 1 && IsName(i - 1) && IsName(i + 2)) {
      // f<<T>(x: T) => U>(y)
      const uint32_t close = CloseAngle(i);
      if (close != kNoneIndex && (Word(close + 1) == "(" || tokens_[close + 1].kind == Kind::kTemplate)) {
        BlankTokens(i, close);
      }
      return;
    }
    if (w == ">" && i + 1 < tokens_.size() && tokens_[i + 1].kind == Kind::kTemplate && Word(i + 1).front() == '`') {
      // tag<Types>`...`
      const uint32_t open = OpenAngle(i);
      if (open != kNoneIndex && open > 0 &&
          (IsName(open - 1) || OneOf(Word(open - 1), {")", "]", ">"}))) {
        BlankTokens(open, i);
      }
    }
  }

  // Is the string at `i` the source of an export declaration?
  bool FromExport(uint32_t i) const {
    if (i == 0 || Word(i - 1) != "from") return false;
    for (uint32_t k = i - 1, steps = 0; k-- > 0 && steps < kLookAround; ++steps) {
      if (Word(k) == "export") return true;
      if (Word(k) == ";" || Word(k) == "import") return false;
    }
    return false;
  }

  void Using(uint32_t i) {
    const std::string_view after = Word(i + 1), next = Word(i + 2);
    if (!IsName(i + 1) || !SameLine(i + 1) || OneOf(after, {"of", "in", "instanceof", "as", "satisfies"})) {
      const bool specifier = OneOf(Before(i), {"{", ","}) && OneOf(after, {",", "}", "as"});
      if (Before(i) != "import" && !specifier && after != ":") Rename(i);
      return;
    }
    const bool awaits = Before(i) == "await";
    if (!OneOf(next, {":", "=", ",", "!", ";", "of"})) return;
    const uint32_t first = awaits ? i - 1 : i;
    masked_.amendments.push_back({awaits ? Amendment::What::kAwaitUsing : Amendment::What::kUsing, tokens_[i].start,
                                  tokens_[first].start});
    Blank(tokens_[first].start, tokens_[i].end);
    Write(tokens_[i].start, tokens_[i].end, "const");
  }

  // `import("a")` where a type stands: an identifier will do. What tells it from a call that loads a module is what
  // surrounds it; should an identifier turn up among the values, the caller tries again without.
  void ImportType(uint32_t i, const std::vector<uint32_t>& values) {
    const uint32_t close = pair_[i + 1];
    if (close <= i || std::binary_search(values.begin(), values.end(), tokens_[i].start)) return;
    const std::string_view before = Before(i);
    if (!OneOf(before, {":", "|", "&", "<", ",", "=>", "=", "typeof", "keyof", "extends", "as", "(", "is", "?", "[",
                        "readonly", "satisfies", "unique", "infer", "implements"})) {
      return;
    }
    const uint32_t start = tokens_[i].start, end = tokens_[close].end;
    Blank(start, end);
    // All of it is one name, over line breaks if need be.
    for (uint32_t at = start; at < end; ++at) Put(at, 'i');
    masked_.amendments.push_back({Amendment::What::kIsType, start, end});
  }

  // `export default function (): T;`: a signature without a name.
  void DefaultSignature(uint32_t i) {
    const uint32_t open = i + 1, close = pair_[open];
    if (close <= open) return;
    uint32_t k = close + 1;
    if (Word(k) == "{") return;  // a body
    if (Word(k) == ":") {
      for (++k; k + 1 < tokens_.size(); ++k) {
        const std::string_view w = Word(k);
        if (w == "{" && !OneOf(Before(k), {":", "|", "&", "=>", "<", ",", "is", "keyof", "?"})) return;
        if (pair_[k] > k) {
          k = pair_[k];
          continue;
        }
        if (w == ";") break;
        if (tokens_[k].line_before && OneOf(w, {"export", "import", "declare", "type", "interface", "const", "let",
                                                "function", "class", "namespace"})) {
          break;
        }
      }
    }
    const uint32_t start = tokens_[i - 2].start, end = tokens_[open].start;
    std::string words = "declare function ";
    while (words.size() < end - start) words += 'z';
    Write(start, end, words);
  }

  // Escapes: in a type none is understood, and tags may have invalid ones. They belong to the text around them.
  void TemplateEscapes(uint32_t i) {
    const std::string_view w = Word(i);
    for (uint32_t k = 0; k + 1 < w.size(); ++k) {
      if (w[k] != '\\') continue;
      Put(tokens_[i].start + k, '_');
      if (w[k + 1] != '\n' && w[k + 1] != '\r') Put(tokens_[i].start + k + 1, '_');
      ++k;
    }
  }

  // `&` that starts no character reference, in JSX text or attributes: only where the parser stumbled.
  void JsxAmpersands(const std::vector<SyntaxError>& errors) {
    for (const SyntaxError& e : errors) {
      if (e.at.end - e.at.start > 400) continue;
      const uint32_t from = e.at.start > 2 ? e.at.start - 2 : 0;
      const uint32_t to = std::min<uint32_t>(e.at.end + 2, static_cast<uint32_t>(text_.size()));
      for (uint32_t at = from; at < to; ++at) {
        if (text_[at] == '&') Put(at, '_');
      }
    }
  }

  std::string_view text_;
  Language language_;
  std::vector<Token> tokens_;
  std::vector<Span> comments_;
  std::vector<uint32_t> pair_;       // of a bracket: the other one, else 0
  std::vector<uint32_t> enclosing_;  // the open bracket around a token
  std::vector<Body> body_;           // of an open brace
  Masked masked_;
};

// The first amendment at that offset or behind it; they are in text order.
std::vector<Amendment>::const_iterator FirstAt(const Masked& masked, uint32_t at) {
  return std::lower_bound(masked.amendments.begin(), masked.amendments.end(), at,
                          [](const Amendment& a, uint32_t offset) { return a.at < offset; });
}

}  // namespace

namespace {

// Is the brace at `close` the end of an arrow function, by the line it stands in, or by the one above that is indented
// like it? Only a hint: compiled code has many lines like (0, f.g)(x) behind blocks of other kinds.
bool MayEndArrow(std::string_view text, size_t close) {
  size_t start = text.rfind('\n', close) + 1;  // npos + 1 is 0
  const size_t indent = text.find_first_not_of(" \t", start) - start;
  if (start + indent != close) return text.substr(start, close - start).find("=>") != text.npos;
  while (start > 0) {
    const size_t end = start - 1;
    start = end == 0 ? 0 : text.rfind('\n', end - 1) + 1;
    const std::string_view line = text.substr(start, end - start);
    const size_t own = line.find_first_not_of(" \t\r");
    if (own == line.npos || own > indent) continue;
    return line.find("=>") != line.npos;
  }
  return true;
}

}  // namespace

bool WantsMask(std::string_view text, Language language) {
  // What begins a line behind the body of an arrow function may be taken for an element or a call of it.
  for (size_t line = 0; (line = text.find('\n', line)) != text.npos;) {
    const size_t first = text.find_first_not_of(" \t\r", ++line);
    if (first == text.npos || (text[first] != '[' && text[first] != '(')) continue;
    const size_t before = text.find_last_not_of(" \t\r\n", first - 1);
    if (before != text.npos && text[before] == '}' && MayEndArrow(text, before)) return true;
  }
  if (language != Language::kJavaScript && text.find(">`") != text.npos) return true;
  for (size_t at = 0; (at = text.find("new", at)) != text.npos; at += 3) {
    const size_t after = at + 3;
    if (after < text.size() && (text[after] == '\n' || text[after] == '\r') &&
        (at == 0 || !IsNamePart(static_cast<unsigned char>(text[at - 1])))) {
      return true;
    }
  }
  return false;
}

Masked Mask(std::string_view text, Language language, const std::vector<SyntaxError>& errors,
            const std::vector<uint32_t>& values) {
  return Masker(text, language).Run(errors, values);
}

std::vector<uint32_t> Values(const Masked& masked, const Syntax& syntax) {
  std::vector<uint32_t> values;
  for (const Node& n : syntax.nodes) {
    if (n.kind != Kind::kIdentifier) continue;
    const auto a = FirstAt(masked, n.start);
    if (a != masked.amendments.end() && a->what == Amendment::What::kIsType && a->at == n.start && n.end == a->start) {
      values.push_back(a->at);
    }
  }
  return values;
}

void Amend(const Masked& masked, Syntax& syntax) {
  std::vector<Node>& nodes = syntax.nodes;
  for (uint32_t i = 1; i < nodes.size() && !masked.amendments.empty(); ++i) {
    Node& n = nodes[i];
    const bool loop = (n.kind == Kind::kForOfStatement || n.kind == Kind::kForInStatement) && n.next > i + 1;
    for (auto a = FirstAt(masked, n.start); a != masked.amendments.end(); ++a) {
      if (loop ? a->at > nodes[i + 1].start : a->at != n.start) break;
      switch (a->what) {
        case Amendment::What::kTypeOnly:
          if (n.kind == Kind::kExportDeclaration) n.flags |= kTypeOnly;
          break;
        case Amendment::What::kUsing:
        case Amendment::What::kAwaitUsing: {
          if (n.kind != Kind::kVariableDeclaration && !loop) break;
          const bool awaits = a->what == Amendment::What::kAwaitUsing;
          n.op = awaits ? Op::kAwaitUsing : Op::kUsing;
          if (!loop) n.start = a->start;
          break;
        }
        case Amendment::What::kIsType:
          break;
      }
    }
  }
  if (masked.comments.empty()) return;
  std::vector<Span>& comments = syntax.comments;
  comments.insert(comments.end(), masked.comments.begin(), masked.comments.end());
  std::sort(comments.begin(), comments.end(), [](const Span& a, const Span& b) { return a.start < b.start; });
  comments.erase(std::unique(comments.begin(), comments.end()), comments.end());
}

}  // namespace looplint
