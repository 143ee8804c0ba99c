#include "analyzer/facts/type_files.h"

#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/packages/document.h"

namespace looplint {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c == '#';
}
std::string_view TrimSpace(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

// Past a comment or a string that begins at `i`, or `i`.
size_t PastText(std::string_view t, size_t i) {
  const char quote = t[i];
  if (quote == '/') {
    const char next = i + 1 < t.size() ? t[i + 1] : '\0';
    if (next == '/') return std::min(t.find('\n', i), t.size());
    if (next != '*') return i;
    const size_t end = t.find("*/", i + 2);
    return end == std::string_view::npos ? t.size() : end + 2;
  }
  if (quote != '\'' && quote != '"' && quote != '`') return i;
  for (++i; i < t.size() && t[i] != quote; ++i) {
    if (t[i] == '\\') ++i;
  }
  return std::min(i + 1, t.size());
}

namespace {

// Past what closes the bracket at `i`; only braces count, or all brackets.
template <bool kAll>
size_t PastPair(std::string_view t, size_t i) {
  int depth = 0;
  while (i < t.size()) {
    switch (t[i]) {
      case '/':
      case '\'':
      case '"':
      case '`':
        if (const size_t next = PastText(t, i); next != i) {
          i = next;
          continue;
        }
        break;
      case '=':
        if (i + 1 < t.size() && t[i + 1] == '>') ++i;
        break;
      case '(':
      case '[':
      case '<':
        if (kAll) ++depth;
        break;
      case '{':
        ++depth;
        break;
      case ')':
      case ']':
      case '>':
        if (kAll && --depth == 0) return i + 1;
        break;
      case '}':
        if (--depth == 0) return i + 1;
        break;
      default:
        break;
    }
    ++i;
  }
  return t.size();
}

}  // namespace

size_t PastBrackets(std::string_view t, size_t i) { return PastPair<true>(t, i); }
size_t PastBraces(std::string_view t, size_t i) { return PastPair<false>(t, i); }

size_t PastSpace(std::string_view t, size_t i) {
  while (i < t.size()) {
    if (IsSpace(t[i])) {
      ++i;
    } else if (t[i] == '/' && PastText(t, i) != i) {
      i = PastText(t, i);
    } else {
      break;
    }
  }
  return i;
}

// Where a type that begins at `i` ends: at ; , = { } or the end of its line.
size_t PastType(std::string_view t, size_t i) {
  const size_t begin = i;
  // Does what was read so far ask for more?
  const auto open = [&] {
    const std::string_view so_far = TrimSpace(t.substr(begin, i - begin));
    return so_far.empty() || so_far.back() == '|' || so_far.back() == '&' || so_far.ends_with("=>");
  };
  while (i < t.size()) {
    switch (t[i]) {
      case '/':
      case '\'':
      case '"':
      case '`':
        i = std::max(PastText(t, i), i + 1);
        break;
      case '=':
        if (t.substr(i, 2) != "=>") return i;
        i += 2;
        break;
      case '{':
        if (!open()) return i;
        i = PastBrackets(t, i);
        break;
      case '(':
      case '[':
      case '<':
        i = PastBrackets(t, i);
        break;
      case ';':
      case ',':
      case '}':
      case ')':
        return i;
      case '\n':
        if (!open()) {
          const size_t next = PastSpace(t, i);
          if (next >= t.size() || (t[next] != '|' && t[next] != '&')) return i;
        }
        ++i;
        break;
      default:
        ++i;
    }
  }
  return t.size();
}

namespace {

constexpr uint64_t kMaxFile = 2u << 20;
constexpr size_t kMaxBytes = 24u << 20;  // of all files read
constexpr int kDepth = 8;                // re-exports followed

class Reader {
 public:
  explicit Reader(TypeFile& file) : file_(file), t_(file.text) {}

  void Read() {
    while (i_ < t_.size()) {
      i_ = PastSpace(t_, i_);
      if (i_ >= t_.size()) break;
      if (!IsWord(t_[i_])) {
        const char c = t_[i_];
        // The braces of namespaces are entered.
        i_ = c == '(' || c == '[' ? PastBrackets(t_, i_) : std::max(PastText(t_, i_), i_ + 1);
        continue;
      }
      const size_t begin = i_;
      const std::string_view word = Word();
      if (word == "class" || word == "interface") {
        Type(begin, word);
      } else if (word == "type") {
        Alias(begin);
      } else if (word == "function") {
        Function();
      } else if (word == "const" || word == "let" || word == "var") {
        Value();
      } else if (word == "enum") {
        i_ = std::min(t_.find('{', i_), t_.size());
        i_ = PastBraces(t_, i_);
      } else if (word == "import") {
        file_.module = true;
        Import();
      } else if (word == "export") {
        if (i_ >= inside_) file_.module = true;
        Export();
      } else if (word == "namespace" || word == "module") {
        // Its braces are entered. The names in those of a namespace are kept with the others.
        const size_t at = PastSpace(t_, i_);
        if (at < t_.size() && IsWord(t_[at])) {
          file_.namespaces.insert(NextWord());
          if (begin >= inside_) inside_ = PastBraces(t_, std::min(t_.find('{', i_), t_.size()));
        }
      } else if (word == "global") {
        const size_t at = PastSpace(t_, i_);
        if (at < t_.size() && t_[at] == '{') global_ = PastBraces(t_, at);
      } else if (word != "declare" && word != "abstract" && word != "default" && word != "async") {
        // Whatever it is, its braces hold no declarations.
        const size_t next = PastSpace(t_, i_);
        if (next < t_.size() && t_[next] == '=') i_ = PastType(t_, next + 1);
      }
    }
  }

 private:
  std::string_view Word() {
    const size_t begin = i_;
    while (i_ < t_.size() && IsWord(t_[i_])) ++i_;
    return t_.substr(begin, i_ - begin);
  }
  std::string_view NextWord() {
    i_ = PastSpace(t_, i_);
    return Word();
  }
  bool Next(char c) {
    const size_t at = PastSpace(t_, i_);
    if (at >= t_.size() || t_[at] != c) return false;
    i_ = at + 1;
    return true;
  }
  std::string_view String() {
    const size_t at = PastSpace(t_, i_);
    if (at >= t_.size() || (t_[at] != '\'' && t_[at] != '"')) return {};
    i_ = PastText(t_, at);
    return i_ > at + 1 ? t_.substr(at + 1, i_ - at - 2) : std::string_view();
  }
  void Add(std::string_view name, TypeFile::Named::Kind kind, std::string_view text) {
    if (name.empty()) return;
    file_.names.insert({name, {kind, text}});
    if (i_ <= global_) file_.global.insert(name);
  }

  void Type(size_t begin, std::string_view keyword) {
    const std::string_view name = NextWord();
    if (name.empty() || (keyword == "interface" && name == "extends")) return;
    // Type parameters and heritage, which may hold braces of their own.
    while (i_ < t_.size() && t_[i_] != '{') {
      i_ = t_[i_] == '<' || t_[i_] == '(' ? PastBrackets(t_, i_) : std::max(PastText(t_, i_), i_ + 1);
    }
    if (i_ >= t_.size()) return;
    i_ = PastBraces(t_, i_);
    Add(name, TypeFile::Named::Kind::kType, t_.substr(begin, i_ - begin));
  }
  void Alias(size_t begin) {
    const std::string_view name = NextWord();
    i_ = PastSpace(t_, i_);
    if (i_ < t_.size() && t_[i_] == '<') i_ = PastSpace(t_, PastBrackets(t_, i_));
    if (name.empty() || i_ >= t_.size() || t_[i_] != '=') return;
    i_ = PastType(t_, PastSpace(t_, i_ + 1));
    Add(name, TypeFile::Named::Kind::kAlias, t_.substr(begin, i_ - begin));
  }
  void Function() {
    const std::string_view name = NextWord();
    const size_t begin = i_ = PastSpace(t_, i_);
    if (begin < t_.size() && t_[begin] == '<') i_ = PastSpace(t_, PastBrackets(t_, begin));
    if (i_ >= t_.size() || t_[i_] != '(') return;
    i_ = PastSpace(t_, PastBrackets(t_, i_));
    if (i_ < t_.size() && t_[i_] == ':') i_ = PastType(t_, PastSpace(t_, i_ + 1));
    Add(name, TypeFile::Named::Kind::kFunction, t_.substr(begin, i_ - begin));
  }
  void Value() {
    const std::string_view name = NextWord();
    if (name == "enum" || !Next(':')) return;
    const size_t begin = i_ = PastSpace(t_, i_);
    i_ = PastType(t_, i_);
    Add(name, TypeFile::Named::Kind::kValue, t_.substr(begin, i_ - begin));
  }
  // { A, B as C }
  std::vector<std::pair<std::string_view, std::string_view>> List() {
    std::vector<std::pair<std::string_view, std::string_view>> out;
    while (i_ < t_.size() && !Next('}')) {
      std::string_view name = NextWord();
      if (name.empty()) {
        if (i_ < t_.size()) ++i_;
        continue;
      }
      if (name == "type") {
        i_ = PastSpace(t_, i_);
        if (i_ < t_.size() && IsWord(t_[i_])) name = Word();
      }
      std::string_view as = name;
      const size_t mark = i_;
      if (NextWord() == "as")
        as = NextWord();
      else
        i_ = mark;
      out.push_back({name, as});
      Next(',');
    }
    return out;
  }
  void Import() {
    if (String().size() > 0) return;
    std::vector<std::pair<std::string_view, TypeFile::From>> found;
    const size_t mark = PastSpace(t_, i_);
    if (NextWord() != "type") i_ = mark;
    i_ = PastSpace(t_, i_);
    if (i_ < t_.size() && IsWord(t_[i_])) {
      const std::string_view name = Word();
      if (Next('=')) {
        // import x = require('y')
        if (NextWord() == "require" && Next('(')) file_.imports[name] = {String(), "*"};
        return;
      }
      found.push_back({name, {{}, "default"}});
      Next(',');
    }
    if (Next('*')) {
      NextWord();  // as
      found.push_back({NextWord(), {{}, "*"}});
    } else if (Next('{')) {
      for (const auto& [name, as] : List()) found.push_back({as, {{}, name}});
    }
    if (NextWord() != "from") return;
    const std::string_view specifier = String();
    for (auto& [as, from] : found) {
      from.specifier = specifier;
      file_.imports[as] = from;
    }
  }
  void Export() {
    size_t mark = PastSpace(t_, i_);
    i_ = mark;
    if (Next('*')) {
      mark = i_;
      std::string_view as;
      if (NextWord() == "as")
        as = NextWord();
      else
        i_ = mark;
      if (NextWord() != "from") return;
      const std::string_view specifier = String();
      if (as.empty())
        file_.stars.push_back(specifier);
      else
        file_.exports[as] = {specifier, "*"};
      return;
    }
    if (Next('=')) {
      if (const std::string_view name = NextWord(); !name.empty()) file_.exports["export="] = {{}, name};
      return;
    }
    const std::string_view word = NextWord();
    if (word == "type") {
      const size_t at = PastSpace(t_, i_);
      if (at >= t_.size() || (t_[at] != '{' && t_[at] != '*')) {
        i_ = mark;  // export type A = ...
        return;
      }
      if (t_[at] == '*') return Export();
    } else if (word == "default") {
      const size_t after = i_;
      const std::string_view name = NextWord();
      if (name == "class" || name == "interface" || name == "function" || name == "abstract" || name == "async") {
        i_ = after;
        const size_t keyword = PastSpace(t_, i_);
        size_t at = keyword;
        i_ = at;
        std::string_view last = Word();
        if (last == "abstract" || last == "async") last = NextWord();
        file_.exports["default"] = {{}, NextWord()};
        i_ = keyword;
      } else if (!name.empty()) {
        file_.exports["default"] = {{}, name};
      }
      return;
    } else {
      i_ = mark;
    }
    if (!Next('{')) return;
    const auto list = List();
    mark = i_;
    std::string_view specifier;
    if (NextWord() == "from")
      specifier = String();
    else
      i_ = mark;
    for (const auto& [name, as] : list) file_.exports[as] = {specifier, name};
  }

  TypeFile& file_;
  const std::string_view t_;
  size_t i_ = 0;
  size_t inside_ = 0, global_ = 0;  // where the namespace, and the `declare global`, that was entered last ends
};

// "types" of what an entry of exports leads to, whichever condition comes first.
std::string_view TypesIn(DocValue entry, int depth) {
  if (depth > 4) return {};
  if (entry.IsString()) {
    const std::string_view path = entry.str();
    return path.ends_with(".d.ts") || path.ends_with(".d.mts") || path.ends_with(".d.cts") ? path : std::string_view();
  }
  if (!entry.IsObject()) return {};
  if (const std::string_view types = TypesIn(entry["types"], depth + 1); !types.empty()) return types;
  for (const DocValue inner : entry) {
    if (const std::string_view types = TypesIn(inner, depth + 1); !types.empty()) return types;
  }
  return {};
}

std::string_view WithoutExtension(std::string_view path) {
  for (const std::string_view ending : {".d.ts", ".d.mts", ".d.cts", ".js", ".mjs", ".cjs", ".ts"}) {
    if (path.ends_with(ending)) return path.substr(0, path.size() - ending.size());
  }
  return path;
}

}  // namespace

const TypeFile* TypeFiles::Read(const std::string& path) {
  const auto [it, fresh] = files_.try_emplace(path);
  if (!fresh) return it->second.get();
  if (bytes_ > kMaxBytes || resolver_.TypeOf(path) != FileType::kFile) return nullptr;
  absl::StatusOr<std::string> text = resolver_.file_system().Read(path, kMaxFile);
  if (!text.ok()) return nullptr;
  bytes_ += text->size();
  auto file = std::make_unique<TypeFile>();
  file->path = path;
  file->text = *std::move(text);
  Reader(*file).Read();
  return (files_[path] = std::move(file)).get();
}

const TypeFile* TypeFiles::ReadFirst(const std::string& base) {
  const std::string bare(WithoutExtension(base));
  for (const std::string_view ending : {".d.ts", ".d.mts", ".d.cts", "/index.d.ts"}) {
    if (const TypeFile* file = Read(Cat(bare, ending)); file != nullptr) return file;
  }
  return bare == base ? nullptr : Read(Cat(base, "/index.d.ts"));
}

const TypeFile* TypeFiles::OfPackage(const std::string& folder, std::string_view subpath) {
  const PackageJson* package = resolver_.PackageIn(folder);
  std::string text = package != nullptr ? package->text : std::string();
  const Document document = Document::Json(text);
  const DocValue root = document.root();
  const DocValue exports = root["exports"];
  const std::string key = subpath.empty() ? "." : Cat("./", subpath);
  std::string_view types = TypesIn(exports[key], 0);
  if (types.empty() && subpath.empty() && exports.IsObject() && !exports["."]) types = TypesIn(exports, 0);
  if (types.empty() && subpath.empty()) types = root["types"].str();
  if (types.empty() && subpath.empty()) types = root["typings"].str();
  if (!types.empty()) {
    const std::string path = JoinPath(folder, types);
    const TypeFile* file = Read(path);
    return file != nullptr ? file : ReadFirst(path);
  }
  if (!subpath.empty()) return ReadFirst(JoinPath(folder, subpath));
  if (const std::string_view main = root["main"].str(); !main.empty()) {
    if (const TypeFile* file = ReadFirst(JoinPath(folder, main)); file != nullptr) return file;
  }
  return Read(JoinPath(folder, "index.d.ts"));
}

const TypeFile* TypeFiles::Find(const std::string& importer, std::string_view specifier) {
  if (specifier.empty()) return nullptr;
  if (specifier[0] == '.') return ReadFirst(JoinPath(DirName(importer), specifier));
  const std::string_view name = PackageNameOf(specifier);
  if (name.empty()) return nullptr;
  const std::string_view subpath =
      specifier.size() > name.size() ? specifier.substr(name.size() + 1) : std::string_view();
  if (const std::string folder = resolver_.PackageFolder(importer, name); !folder.empty()) {
    if (const TypeFile* file = OfPackage(folder, subpath); file != nullptr) return file;
  }
  // @scope/name has its types in @types/scope__name.
  std::string mangled(name[0] == '@' ? name.substr(1) : name);
  if (const size_t slash = mangled.find('/'); slash != std::string::npos) mangled.replace(slash, 1, "__");
  const std::string folder = resolver_.PackageFolder(importer, Cat("@types/", mangled));
  return folder.empty() ? nullptr : OfPackage(folder, subpath);
}

TypeFiles::Meaning TypeFiles::Global(const TypeFile& file, std::string_view name) const {
  if (!file.DeclaresForAll(name)) return {};
  Meaning out{&file, {}, false};
  const auto [first, last] = file.names.equal_range(name);
  for (auto it = first; it != last; ++it) out.named.push_back(&it->second);
  return out;
}

TypeFiles::Meaning TypeFiles::Follow(const TypeFile& file, const TypeFile::From& from, int depth) {
  if (from.specifier.empty()) return InFile(file, from.name, depth + 1);
  const TypeFile* there = Find(file.path, from.specifier);
  if (there == nullptr) return {};
  if (from.name == "*") {
    return there->exports.contains("export=") ? Exported(*there, "default", depth + 1) : Meaning{there, {}, true};
  }
  return Exported(*there, from.name, depth + 1);
}

TypeFiles::Meaning TypeFiles::InFile(const TypeFile& file, std::string_view name, int depth) {
  if (depth > kDepth) return {};
  Meaning out{&file, {}, false};
  const auto [first, last] = file.names.equal_range(name);
  for (auto it = first; it != last; ++it) out.named.push_back(&it->second);
  if (!out.named.empty()) return out;
  if (const auto it = file.imports.find(name); it != file.imports.end()) return Follow(file, it->second, depth);
  return {};
}

TypeFiles::Meaning TypeFiles::Exported(const TypeFile& file, std::string_view name, int depth) {
  if (depth > kDepth) return {};
  if (const auto it = file.exports.find(name); it != file.exports.end()) {
    if (it->second.specifier.empty() && it->second.name == name) {
      if (Meaning here = InFile(file, name, depth + 1); here.file != nullptr) return here;
    } else if (Meaning there = Follow(file, it->second, depth); there.file != nullptr) {
      return there;
    }
  }
  if (name == "default") {
    const auto whole = file.exports.find("export=");
    return whole == file.exports.end() ? Meaning{} : Follow(file, whole->second, depth);
  }
  if (Meaning here = InFile(file, name, depth + 1); here.file != nullptr) return here;
  for (const std::string_view star : file.stars) {
    const TypeFile* there = Find(file.path, star);
    if (there == nullptr) continue;
    if (Meaning found = Exported(*there, name, depth + 1); found.file != nullptr) return found;
  }
  return {};
}

}  // namespace looplint
