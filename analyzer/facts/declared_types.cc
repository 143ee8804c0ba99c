#include "analyzer/facts/declared_types.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/base/strings.h"
#include "analyzer/facts/type_files.h"

namespace looplint {
namespace {

constexpr int kDepth = 96;        // aliases, bases, members and calls followed: chains of calls are long
constexpr int kQuestions = 3000;  // for one call

// Where the names of a text mean something: a file of the program, or the declarations of a package.
struct Home {
  FileId file{kNoneIndex};
  const TypeFile* outside = nullptr;
};
struct Written;
// What the type parameters of a declaration stand for where it is used.
using Arguments = std::vector<std::pair<std::string_view, Written>>;
// A type as it is written.
struct Written {
  Home home;
  std::string_view text;
  std::shared_ptr<const Arguments> with{};
};
// An interface, a class or a type alias.
struct Declared {
  Home home;
  std::string_view text;
  ClassId owner{kNoneIndex};  // a class of the program
  bool alias = false;
  std::vector<std::string_view> merged{};  // further declarations of the same name
  std::shared_ptr<const Arguments> with{};
  bool expression = false;  // { a: A } & B, of no name
  explicit operator bool() const { return !text.empty(); }
};

std::string_view Trim(std::string_view text) { return TrimSpace(text); }

using Answer = DeclaredTypes::Answer;

// Where one of a list ends: at `end` outside of all brackets.
size_t PastOne(std::string_view t, size_t i, char end) {
  while (i < t.size() && t[i] != end) {
    switch (t[i]) {
      case '(':
      case '[':
      case '{':
      case '<':
        i = PastBrackets(t, i);
        break;
      case '/':
      case '\'':
      case '"':
      case '`':
        i = std::max(PastText(t, i), i + 1);
        break;
      case '=':
        i += t.substr(i, 2) == "=>" ? 2 : 1;
        break;
      default:
        ++i;
    }
  }
  return std::min(i, t.size());
}
std::vector<std::string_view> Split(std::string_view t, char by) {
  std::vector<std::string_view> out;
  for (size_t i = 0; i < t.size();) {
    const size_t end = PastOne(t, i, by);
    if (const std::string_view one = Trim(t.substr(i, end - i)); !one.empty()) out.push_back(one);
    i = end + 1;
  }
  return out;
}

// Names of the parameters of `interface A<T, U extends V = W>`, and what they are by default.
std::vector<std::pair<std::string_view, std::string_view>> ParametersOf(std::string_view declaration) {
  std::vector<std::pair<std::string_view, std::string_view>> out;
  size_t i = 0;
  while (i < declaration.size() && (IsWord(declaration[i]) || IsSpace(declaration[i]))) {
    if (declaration.substr(i, 8) == "extends ") return out;
    ++i;
  }
  if (i >= declaration.size() || declaration[i] != '<') return out;
  const size_t end = PastBrackets(declaration, i);
  for (const std::string_view one : Split(declaration.substr(i + 1, end - i - 2), ',')) {
    size_t word = 0;
    while (word < one.size() && IsWord(one[word])) ++word;
    const size_t equals = PastOne(one, word, '=');
    out.push_back({one.substr(0, word), equals < one.size() ? Trim(one.substr(equals + 1)) : std::string_view()});
  }
  return out;
}

// What (a: A) => B returns; empty when the type is none of a function.
std::string_view ResultOf(std::string_view type) {
  type = Trim(type);
  size_t i = 0;
  if (!type.empty() && type[0] == '<') i = PastSpace(type, PastBrackets(type, 0));
  if (i >= type.size() || type[i] != '(') return {};
  i = PastSpace(type, PastBrackets(type, i));
  return type.substr(i, 2) == "=>" ? Trim(type.substr(i + 2)) : std::string_view();
}

}  // namespace

struct DeclaredTypes::Impl {
 public:
  Impl(const Project& project, const Outside& outside, FileId of) : p_(project), outside_(outside), file(of) {}

  Answer OfCall(FileId at, CallId id) {
    Answer all = Answer::kPromise;
    questions_ = 0;
    const std::vector<Written> results = ResultsOf(at, id, 0);
    for (const Written& w : results) all = std::min(all, IsPromise(w, 0));
    return results.empty() ? Answer::kNo : all;
  }

 private:
  const Project& p_;
  const Outside& outside_;
  std::unique_ptr<TypeFiles> packages_;
  int questions_ = 0;
  // By value of one file; what was cut short for its depth is asked again.
  absl::flat_hash_map<uint64_t, Declared> resolved_;
  // By where the text is and what its parameters stand for.
  absl::flat_hash_map<std::pair<const char*, const void*>, Answer> other_names_;

 public:
  const FileId file;

 private:
  std::string_view Text(FileId at, NodeId node) const {
    const Node& n = p_[at].model.syntax[node];
    return std::string_view(p_[at].text).substr(n.start, n.end - n.start);
  }
  Written Annotation(FileId at, NodeId annotated) const {
    if (!Some(annotated)) return {};
    const NodeId type = p_[at].model.syntax.Child(annotated, Role::kType);
    if (!Some(type)) return {};
    std::string_view text = Text(at, type);
    while (!text.empty() && (text[0] == ':' || IsSpace(text[0]))) text.remove_prefix(1);
    return {{at, nullptr}, Trim(text)};
  }
  Declared OfClass(FileId at, ClassId id) const {
    return {{at, nullptr}, Text(at, p_[at].model.classes[id].node), id, false, {}};
  }

  // Promise<T>; T | Promise<T>, which may be something else; what by another name is one.
  Answer IsPromise(const Written& written, int depth) {
    if (depth > 12) return Answer::kNo;
    bool other = false, promise = false;
    for (std::string_view type = Trim(written.text); !type.empty();) {
      if (type[0] == '|') {
        type = Trim(type.substr(1));
        continue;
      }
      size_t end = 0;
      while (end < type.size() && (IsWord(type[end]) || (type[end] == '.' && end > 0))) ++end;
      const std::string_view name = type.substr(0, end);
      if (end < type.size() &&
          (type[end] == '<' || (end == 0 && (type[end] == '{' || type[end] == '[' || type[end] == '(')))) {
        end = type[end] == '{' ? PastBraces(type, end) : PastBrackets(type, end);
      }
      if (end == 0) return Answer::kNo;
      // any | Promise<any> is any.
      if (name == "any" || name == "unknown") return Answer::kNo;
      if (name == "Promise" && end > 7 && !HasPromiseOfItsOwn(written.home)) {
        promise = true;
      } else {
        const Answer inner = name.empty() || IsPlain(name)
                                 ? Answer::kNo
                                 : ByAnotherName({written.home, type.substr(0, end), written.with}, depth);
        promise |= inner != Answer::kNo;
        other |= inner != Answer::kPromise;
      }
      type = Trim(type.substr(end));
      while (type.starts_with("[]")) type = Trim(type.substr(2)), promise = false, other = true;
      if (!type.empty() && type[0] != '|') return Answer::kNo;
    }
    return !promise ? Answer::kNo : other ? Answer::kOrNothing : Answer::kPromise;
  }
  // import Promise from 'bluebird'
  bool HasPromiseOfItsOwn(const Home& home) const {
    if (home.outside != nullptr) return home.outside->imports.contains("Promise");
    const FileModel& m = p_[home.file].model;
    const NameId name = m.names.Find("Promise");
    return Some(name) && std::ranges::any_of(m.bindings.rows(),
                                             [&](const Binding& b) { return b.name == name && Index(b.scope) == 0; });
  }
  static bool IsPlain(std::string_view name) {
    return name == "void" || name == "undefined" || name == "null" || name == "string" || name == "number" ||
           name == "boolean" || name == "this" || name == "never" || name == "object";
  }
  // type Later<T> = Promise<T>; a parameter that stands for one; interface Query extends Promise<Row>.
  Answer ByAnotherName(const Written& written, int depth) {
    if (const Written* argument = ArgumentFor(written)) return IsPromise(*argument, depth + 1);
    const auto [it, fresh] = other_names_.try_emplace({written.text.data(), written.with.get()}, Answer::kNo);
    if (!fresh) return it->second;
    const Answer answer = Look(written, depth);
    return other_names_[{written.text.data(), written.with.get()}] = answer;
  }
  Answer Look(const Written& written, int depth) {
    const Declared found = Resolve(written, depth + 1);
    if (!found || found.expression) return Answer::kNo;
    if (found.alias) return IsPromise(TargetOf(found), depth + 1);
    const Body& body = BodyOf(found.text);
    for (const std::string_view base : Split(body.bases, ',')) {
      if (IsPromise({found.home, base, found.with}, depth + 1) == Answer::kPromise) return Answer::kPromise;
    }
    return Answer::kNo;
  }
  // Of T, what it stands for; null when it is no parameter.
  static const Written* ArgumentFor(const Written& written) {
    if (written.with == nullptr) return nullptr;
    for (const auto& [name, argument] : *written.with) {
      if (name == written.text) return &argument;
    }
    return nullptr;
  }

  // ---- packages
  TypeFiles* Packages() {
    if (packages_ == nullptr) {
      if (outside_.resolver() == nullptr) return nullptr;
      packages_ = std::make_unique<TypeFiles>(*outside_.resolver());
    }
    return packages_.get();
  }
  // A file that declares its own types.
  bool IsTypeScript(FileId at) const { return Some(at) && p_[at].language != Language::kJavaScript; }
  const TypeFile* PackageOf(FileId importer, ImportId import) {
    const Import& i = p_[importer].model.module.imports[import];
    TypeFiles* packages = Packages();
    if (packages == nullptr || !Some(i.specifier)) return nullptr;
    const std::string_view specifier = p_[importer].model.names[i.specifier];
    if (specifier.starts_with(".") || specifier.starts_with("node:") || p_.knowledge().IsNodeBuiltin(specifier))
      return nullptr;
    return packages->Find(outside_.Absolute(p_[importer].path), specifier);
  }
  // What an imported value means there: `import { Client } from 'pkg'`, `pkg.Client`.
  TypeFiles::Meaning OutsideMeaning(FileId at, ValueId value, int depth) {
    const FileModel& m = p_[at].model;
    if (!Some(value) || depth > kDepth) return {};
    const Value& v = m.values[value];
    if (v.kind == ValueKind::kBinding) {
      const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
      return b.kind == BindingKind::kImport ? OutsideMeaning(at, b.value, depth + 1) : TypeFiles::Meaning{};
    }
    if (v.kind == ValueKind::kImport) {
      if (IsTypeScript(p_[at].imports[v.a])) return {};
      const TypeFile* there = PackageOf(at, static_cast<ImportId>(v.a));
      if (there == nullptr) return {};
      // import x = require(...), or a namespace.
      if (there->exports.contains("export=")) return Packages()->Exported(*there, "default");
      return {there, {}, true};
    }
    if (v.kind == ValueKind::kGlobal) {
      const std::string_view global = m.names[static_cast<NameId>(v.a)];
      return p_.knowledge().Find(Cat("global.", global)) != nullptr ? TypeFiles::Meaning{} : GlobalMeaning(at, global);
    }
    if (v.kind != ValueKind::kMember) return {};
    const std::string_view name = m.names[static_cast<NameId>(v.b)];
    const ValueId base = static_cast<ValueId>(v.a);
    if (m.values[base].kind == ValueKind::kImport) {
      if (IsTypeScript(p_[at].imports[m.values[base].a])) return {};
      const TypeFile* there = PackageOf(at, static_cast<ImportId>(m.values[base].a));
      if (there == nullptr) return {};
      return Packages()->Exported(*there, name);
    }
    const TypeFiles::Meaning whole = OutsideMeaning(at, base, depth + 1);
    return whole.whole ? Packages()->Exported(*whole.file, name) : TypeFiles::Meaning{};
  }
  // What a name means that nothing in the file declares: a global of a test runner, say.
  TypeFiles::Meaning GlobalMeaning(FileId at, std::string_view name) {
    TypeFiles* packages = Packages();
    if (packages == nullptr || !IsTypeScript(at)) return {};
    const std::string importer = outside_.Absolute(p_[at].path);
    const std::string package = outside_.TypesOfGlobal(importer, name);
    const TypeFile* file = package.empty() ? nullptr : packages->Find(importer, package);
    return file == nullptr ? TypeFiles::Meaning{} : packages->Global(*file, name);
  }
  static Declared TypeIn(const TypeFiles::Meaning& meaning) {
    Declared out;
    for (const TypeFile::Named* n : meaning.named) {
      if (n->kind != TypeFile::Named::Kind::kType && n->kind != TypeFile::Named::Kind::kAlias) continue;
      if (!out) {
        out = {{FileId{kNoneIndex}, meaning.file},
               n->text,
               ClassId{kNoneIndex},
               n->kind == TypeFile::Named::Kind::kAlias,
               {},
               nullptr,
               false};
      } else if (!out.alias && n->kind == TypeFile::Named::Kind::kType) {
        out.merged.push_back(n->text);
      }
    }
    return out;
  }
  // What calling it gives, by overload.
  std::vector<Written> ResultsIn(const TypeFiles::Meaning& meaning) {
    std::vector<Written> out;
    for (const TypeFile::Named* n : meaning.named) {
      const Home home{FileId{kNoneIndex}, meaning.file};
      if (n->kind == TypeFile::Named::Kind::kFunction) {
        out.push_back({home, ResultOfSignature(n->text)});
      } else if (n->kind == TypeFile::Named::Kind::kValue) {
        for (const Written& w : ResultsOfType({home, n->text}, 1)) out.push_back(w);
      }
    }
    return out;
  }
  // Of (a: A): B
  static std::string_view ResultOfSignature(std::string_view text) {
    size_t i = 0;
    if (!text.empty() && text[0] == '<') i = PastSpace(text, PastBrackets(text, 0));
    if (i >= text.size() || text[i] != '(') return {};
    i = PastSpace(text, PastBrackets(text, i));
    return i < text.size() && text[i] == ':' ? Trim(text.substr(i + 1)) : std::string_view();
  }

  // ---- values
  // constructor(private name: Type)
  Written ParameterProperty(FileId at, ClassId id, std::string_view name) const {
    if (!Some(id)) return {};
    const FileModel& m = p_[at].model;
    const Class& c = m.classes[id];
    for (uint32_t i = 0; i < c.member_count; ++i) {
      const Member& member = m.members[c.first_member + i];
      const FunctionId f = member.kind == FunctionKind::kConstructor ? m.FunctionAt(member.node) : kNone<FunctionId>;
      if (!Some(f)) continue;
      for (uint32_t p = 0; p < m.functions[f].param_count; ++p) {
        const NodeId n = m.params[m.functions[f].first_param + p].node;
        const NodeId left = m.syntax.Child(n, Role::kLeft);
        if ((m.syntax[n].flags & kParameterProperty) && Some(left) && Text(at, left) == name) return Annotation(at, n);
      }
    }
    return {};
  }

  // What calling it is declared to give, by overload; empty when nothing is known.
  std::vector<Written> ResultsOf(FileId at, CallId id, int depth) {
    if (depth > kDepth) return {};
    const FileModel& m = p_[at].model;
    const Call& call = m.calls[id];
    if (call.kind != CallKind::kCall) return {};
    const Value& callee = m.values[call.callee];
    if (callee.kind == ValueKind::kMember) {
      if (const Declared of = Resolve(at, static_cast<ValueId>(callee.a), depth + 1)) {
        std::vector<Written> results = ResultsOfMember(of, m.names[static_cast<NameId>(callee.b)], depth + 1);
        if (!results.empty()) return results;
      }
    }
    if (const TypeFiles::Meaning meaning = OutsideMeaning(at, call.callee, 0); meaning.file != nullptr)
      return ResultsIn(meaning);
    if (const Written type = TypeOf(at, call.callee, depth + 1); !type.text.empty())
      return ResultsOfType(type, depth + 1);
    // A function of the program that says what it returns.
    Denoter denoter(p_, at);
    const FunctionRef f = denoter.TargetOf(id);
    if (!Some(f.function)) return {};
    const FileModel& there = p_[f.file].model;
    const Written result = Annotation(f.file, there.functions[f.function].node);
    return result.text.empty() ? std::vector<Written>() : std::vector<Written>{result};
  }

  // How `value` is annotated where it is declared, or what made it.
  Written TypeOf(FileId at, ValueId value, int depth) {
    if (!Some(value) || depth > kDepth || ++questions_ > kQuestions) return {};
    const FileModel& m = p_[at].model;
    const Value& v = m.values[value];
    switch (v.kind) {
      case ValueKind::kParam: {
        const Function& f = m.functions[static_cast<FunctionId>(v.a)];
        if (v.b >= f.param_count || m.params[f.first_param + v.b].rest) return {};
        return Annotation(at, m.params[f.first_param + v.b].node);
      }
      case ValueKind::kBinding: {
        const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
        if (Some(b.value) && m.values[b.value].kind == ValueKind::kParam) return TypeOf(at, b.value, depth + 1);
        if (b.kind == BindingKind::kVar || b.kind == BindingKind::kLet || b.kind == BindingKind::kConst) {
          const NodeId declarator = m.syntax.Parent(b.node);
          if (m.syntax.Child(declarator, Role::kName) == b.node) {
            const Written written = Annotation(at, declarator);
            if (!written.text.empty()) return written;
          }
        }
        if (b.kind == BindingKind::kImport) {
          for (const TypeFile::Named* n : OutsideMeaning(at, b.value, 0).named) {
            if (n->kind == TypeFile::Named::Kind::kValue)
              return {{FileId{kNoneIndex}, OutsideMeaning(at, b.value, 0).file}, n->text};
          }
          return {};
        }
        return TypeOf(at, b.value, depth + 1);
      }
      case ValueKind::kGlobal: {
        const TypeFiles::Meaning meaning = OutsideMeaning(at, value, 0);
        for (const TypeFile::Named* n : meaning.named) {
          if (n->kind == TypeFile::Named::Kind::kValue) return {{FileId{kNoneIndex}, meaning.file}, n->text};
        }
        return {};
      }
      case ValueKind::kMember: {
        const std::string_view name = m.names[static_cast<NameId>(v.b)];
        if (const Value& base = m.values[static_cast<ValueId>(v.a)]; base.kind == ValueKind::kThis) {
          const Written property = ParameterProperty(at, m.functions[static_cast<FunctionId>(base.a)].owner, name);
          if (!property.text.empty()) return property;
        }
        const Declared of = Resolve(at, static_cast<ValueId>(v.a), depth + 1);
        if (!of) return {};
        if (Some(of.owner)) {
          const Written property = ParameterProperty(of.home.file, of.owner, name);
          if (!property.text.empty()) return property;
        }
        const std::vector<Found> found = Members(of, name, depth + 1);
        return found.size() == 1 && !found[0].method ? Written{found[0].home, found[0].type, found[0].with} : Written{};
      }
      case ValueKind::kCall: {
        const Call& call = m.calls[static_cast<CallId>(v.a)];
        if (call.kind == CallKind::kNew) {
          // let Type: typeof TheType; ... new Type()
          if (const Written made = TypeOf(at, call.callee, depth + 1); made.text.starts_with("typeof "))
            return {made.home, Trim(made.text.substr(7))};
          const std::string_view name = Text(at, m.syntax.FirstChild(call.node));
          return {{at, nullptr}, name};
        }
        const std::vector<Written> results = ResultsOf(at, static_cast<CallId>(v.a), depth + 1);
        // Overloads that give the same but for type arguments.
        for (const Written& r : results) {
          if (r.text.substr(0, r.text.find('<')) != results[0].text.substr(0, results[0].text.find('<'))) return {};
        }
        return results.empty() ? Written{} : results[0];
      }
      case ValueKind::kElement:
        return ElementOf(at, static_cast<ValueId>(v.a), depth + 1);
      case ValueKind::kAwait: {
        Written of = TypeOf(at, static_cast<ValueId>(v.a), depth + 1);
        if (of.text.starts_with("Promise<") && of.text.ends_with(">")) {
          of.text = Trim(of.text.substr(8, of.text.size() - 9));
        }
        return of;
      }
      default:
        return {};
    }
  }

  // Of one of the things in a list, a set, or the values of a map.
  Written ElementOf(FileId at, ValueId value, int depth) {
    const FileModel& m = p_[at].model;
    if (!Some(value) || depth > kDepth) return {};
    const Value& v = m.values[value];
    Written list;
    if (v.kind == ValueKind::kCall) {
      const Value& callee = m.values[m.calls[static_cast<CallId>(v.a)].callee];
      if (callee.kind == ValueKind::kMember && m.names[static_cast<NameId>(callee.b)] == "values") {
        list = TypeOf(at, static_cast<ValueId>(callee.a), depth + 1);
        if (!list.text.starts_with("Map<") && !list.text.starts_with("Set<")) return {};
      }
    }
    if (list.text.empty()) list = TypeOf(at, value, depth + 1);
    std::string_view& t = list.text;
    if (t.ends_with("[]")) {
      t = Trim(t.substr(0, t.size() - 2));
      if (t.starts_with("(") && t.ends_with(")")) t = Trim(t.substr(1, t.size() - 2));
      return list;
    }
    for (const std::string_view of : {"Array<", "ReadonlyArray<", "Set<", "Iterable<", "Map<"}) {
      if (!t.starts_with(of) || !t.ends_with(">")) continue;
      t = Trim(t.substr(of.size(), t.size() - of.size() - 1));
      if (of == "Map<") {
        const size_t comma = t.find(',');
        t = comma == std::string_view::npos ? std::string_view() : Trim(t.substr(comma + 1));
      }
      return list;
    }
    return {};
  }

  // The declaration of the type `value` has.
  Declared Resolve(FileId at, ValueId value, int depth) {
    const FileModel& m = p_[at].model;
    if (!Some(value) || depth > kDepth) return {};
    const Value& v = m.values[value];
    if (v.kind == ValueKind::kThis) {
      const Function& f = m.functions[static_cast<FunctionId>(v.a)];
      return Some(f.owner) && !f.is_static ? OfClass(at, f.owner) : Declared{};
    }
    const uint64_t key = uint64_t{Index(at)} << 32 | Index(value);
    if (const auto it = resolved_.find(key); it != resolved_.end()) return it->second;
    const Declared found = Resolve(TypeOf(at, value, depth + 1), depth + 1);
    if (questions_ <= kQuestions && depth < kDepth / 2) resolved_.emplace(key, found);
    return found;
  }

  // Of a plain name, with type arguments and null beside it or not.
  Declared Resolve(const Written& written, int depth) {
    if (written.text.empty() || depth > kDepth) return {};
    if (const Written* argument = ArgumentFor(written)) return Resolve(*argument, depth + 1);
    std::string_view text = written.text;
    if (text[0] == '{' || PastOne(text, 0, '&') < text.size()) {
      if (PastOne(text, 0, '|') < text.size()) return {};
      return {written.home, text, ClassId{kNoneIndex}, false, {}, written.with, true};
    }
    size_t end = 0;
    while (end < text.size() && (IsWord(text[end]) || (text[end] == '.' && end > 0))) ++end;
    const std::string_view name = text.substr(0, end);
    std::string_view given;
    if (end < text.size() && text[end] == '<') {
      const size_t past = PastBrackets(text, end);
      given = text.substr(end + 1, past - end - 2);
      end = past;
    }
    std::string_view rest = Trim(text.substr(end));
    while (!rest.empty()) {
      if (rest[0] != '|') return {};
      rest = Trim(rest.substr(1));
      const size_t word = std::min(rest.find_first_of(" |\n"), rest.size());
      if (rest.substr(0, word) != "null" && rest.substr(0, word) != "undefined") return {};
      rest = Trim(rest.substr(word));
    }
    if (name.empty()) return {};
    Declared found = Named(written.home, name, depth + 1);
    if (found && !found.expression) found.with = Bind(found, given, written);
    // type A = B
    if (found && found.alias) {
      const Written target = TargetOf(found);
      if (!target.text.empty() && (IsWord(target.text[0]) || PastOne(target.text, 0, '&') < target.text.size())) {
        if (const Declared there = Resolve(target, depth + 1)) return there;
      }
    }
    return found;
  }
  // The parameters of what was found, by what is given for them.
  static std::shared_ptr<const Arguments> Bind(const Declared& found, std::string_view given, const Written& at) {
    const auto parameters = ParametersOf(found.text);
    if (parameters.empty()) return nullptr;
    const std::vector<std::string_view> arguments = Split(given, ',');
    auto out = std::make_shared<Arguments>();
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (i < arguments.size()) {
        // T for T: as it stands for there.
        const Written argument{at.home, arguments[i], at.with};
        const Written* inner = ArgumentFor(argument);
        out->push_back({parameters[i].first, inner != nullptr ? *inner : argument});
      } else if (!parameters[i].second.empty()) {
        out->push_back({parameters[i].first, {found.home, parameters[i].second, nullptr}});
      }
    }
    return out;
  }
  static Written TargetOf(const Declared& alias) {
    if (alias.expression) return {alias.home, alias.text, alias.with};
    size_t equals = 0;
    while (equals < alias.text.size() && alias.text[equals] != '=')
      equals = alias.text[equals] == '<' ? PastBrackets(alias.text, equals) : equals + 1;
    if (equals >= alias.text.size()) return {};
    std::string_view text = Trim(alias.text.substr(equals + 1));
    while (!text.empty() && text.back() == ';') text = Trim(text.substr(0, text.size() - 1));
    while (!text.empty() && (text[0] == '|' || text[0] == '&')) text = Trim(text.substr(1));
    return {alias.home, text, alias.with};
  }

  // What stands in a namespace of declarations is kept with the names of its file.
  Declared InNamespace(const TypeFiles::Meaning& of, std::string_view name) {
    if (of.file == nullptr) return {};
    return TypeIn(of.whole ? Packages()->Exported(*of.file, name) : Packages()->InFile(*of.file, name));
  }
  Declared Named(const Home& home, std::string_view name, int depth) {
    if (depth > kDepth) return {};
    const size_t dot = name.find('.');
    if (home.outside != nullptr) {
      const TypeFiles::Meaning meaning = Packages()->InFile(*home.outside, name.substr(0, dot));
      if (dot == std::string_view::npos) return TypeIn(meaning);
      if (meaning.file == nullptr && home.outside->namespaces.contains(name.substr(0, dot)))
        return TypeIn(Packages()->InFile(*home.outside, name.substr(name.rfind('.') + 1)));
      return InNamespace(meaning, name.substr(dot + 1));
    }
    const FileModel& m = p_[home.file].model;
    const NameId id = m.names.Find(name.substr(0, dot));
    for (const Binding& b : m.bindings) {
      if (!Some(id)) break;
      if (b.name != id || Index(b.scope) != 0) continue;
      if (dot == std::string_view::npos) return Of(home.file, b, depth);
      if (b.kind != BindingKind::kImport) return {};
      return InNamespace(OutsideMeaning(home.file, b.value, 0), name.substr(dot + 1));
    }
    // jest.Mock
    if (dot == std::string_view::npos) return {};
    const TypeFiles::Meaning global = GlobalMeaning(home.file, name.substr(0, dot));
    return global.file == nullptr ? Declared{}
                                  : TypeIn(Packages()->InFile(*global.file, name.substr(name.rfind('.') + 1)));
  }
  Declared Of(FileId at, const Binding& b, int depth) {
    const FileModel& m = p_[at].model;
    if (b.kind == BindingKind::kType) {
      const NodeId node = m.syntax.Parent(b.node);
      return {{at, nullptr},
              Text(at, node),
              ClassId{kNoneIndex},
              m.syntax.KindOf(node) == Kind::kTSTypeAliasDeclaration,
              {},
              nullptr,
              false};
    }
    if (!Some(b.value)) return {};
    const Value& v = m.values[b.value];
    if (v.kind == ValueKind::kClass) return OfClass(at, static_cast<ClassId>(v.a));
    if (b.kind != BindingKind::kImport) return {};
    if (v.kind == ValueKind::kImport) return TypeIn(OutsideMeaning(at, b.value, 0));
    if (v.kind != ValueKind::kMember) return {};
    const Value& module = m.values[static_cast<ValueId>(v.a)];
    if (module.kind != ValueKind::kImport) return {};
    const FileId target = p_[at].imports[module.a];
    if (!IsTypeScript(target)) return TypeIn(OutsideMeaning(at, b.value, 0));
    const std::string name(m.names[static_cast<NameId>(v.b)]);
    const Project::Exported e = p_.FindExport(target, name);
    if (!Some(e.file) || e.is_namespace) return {};
    const FileModel& there = p_[e.file].model;
    if (Some(e.value)) {
      const Value& exported = there.values[e.value];
      if (exported.kind == ValueKind::kBinding)
        return Of(e.file, there.bindings[static_cast<BindingId>(exported.a)], depth + 1);
      if (exported.kind == ValueKind::kClass) return OfClass(e.file, static_cast<ClassId>(exported.a));
    }
    return Named({e.file, nullptr}, name, depth + 1);
  }

  struct Found {
    Home home;
    bool method;
    std::string_view type;  // of a method what it returns
    std::shared_ptr<const Arguments> with;
  };

  // What the braces of a type hold, read once.
  struct BodyMember {
    std::string_view name;  // "()" of what can be called itself
    bool method;
    std::string_view type;
  };
  struct Body {
    std::vector<BodyMember> members;
    std::string_view bases;  // behind extends
  };
  std::map<const char*, Body> bodies_;  // references stay
  const Body& BodyOf(std::string_view text) {
    const auto [it, fresh] = bodies_.try_emplace(text.data());
    if (fresh) it->second = ReadBody(text);
    return it->second;
  }
  static Body ReadBody(std::string_view text) {
    Body found;
    // Past type arguments, which may hold braces of their own.
    size_t body = 0, bases = 0;
    while (body < text.size() && text[body] != '{') {
      if (text[body] == '<') {
        body = PastBrackets(text, body);
      } else if (IsWord(text[body])) {
        const size_t begin = body;
        while (body < text.size() && IsWord(text[body])) ++body;
        const std::string_view word = text.substr(begin, body - begin);
        if (word == "extends") bases = body;
        if (word == "implements" && bases > 0) found.bases = text.substr(bases, begin - bases);
      } else {
        body = std::max(PastText(text, body), body + 1);
      }
    }
    if (body >= text.size()) return found;
    if (bases > 0 && found.bases.empty()) found.bases = text.substr(bases, body - bases);
    const size_t end = PastBraces(text, body);
    for (size_t at = body + 1; at < end;) {
      at = PastSpace(text, at);
      if (at >= end || text[at] == '}') break;
      if (!IsWord(text[at])) {
        if (text[at] == '(' || text[at] == '<') {
          size_t after = PastSpace(text, PastBrackets(text, at));
          if (text[at] == '<' && after < end && text[after] == '(') after = PastSpace(text, PastBrackets(text, after));
          if (after < end && text[after] == ':') {
            const size_t from = PastSpace(text, after + 1), until = PastType(text, from);
            found.members.push_back({"()", true, Trim(text.substr(from, until - from))});
            at = until;
            continue;
          }
        }
        at = text[at] == '[' || text[at] == '(' || text[at] == '<' ? PastBrackets(text, at)
             : text[at] == '{'                                     ? PastBraces(text, at)
                                                                   : std::max(PastText(text, at), at + 1);
        continue;
      }
      size_t stop = at;
      while (stop < end && IsWord(text[stop])) ++stop;
      const std::string_view word = text.substr(at, stop - at);
      size_t next = PastSpace(text, stop);
      if (next < end && (text[next] == '?' || text[next] == '!')) next = PastSpace(text, next + 1);
      if (next >= end) break;
      const bool method = text[next] == '(' || text[next] == '<';
      if (method) {
        if (text[next] == '<') next = PastSpace(text, PastBrackets(text, next));
        if (next >= end || text[next] != '(') {
          at = next + 1;
          continue;
        }
        next = PastSpace(text, PastBrackets(text, next));
      }
      if (next < end && text[next] == ':') {
        const size_t from = PastSpace(text, next + 1), until = PastType(text, from);
        found.members.push_back({word, method, Trim(text.substr(from, until - from))});
        at = until;
      } else {
        if (method) found.members.push_back({word, method, {}});
        at = next;
        if (next < end && !method && text[next] == '=') {
          // name = new Type(...)
          const size_t value = PastSpace(text, next + 1);
          if (text.substr(value, 4) == "new ") {
            size_t stop_at = value + 4;
            while (stop_at < end && (IsWord(text[stop_at]) || text[stop_at] == '.')) ++stop_at;
            found.members.push_back({word, false, text.substr(value + 4, stop_at - value - 4)});
          }
          at = PastInitializer(text, next, end);
        }
      }
      if (at < end && text[at] == '{') at = PastBraces(text, at);
      if (at < end && text[at] == '=') at = PastInitializer(text, at, end);
    }
    return found;
  }

  // Members of that name, overloads apart; of bases when there is none.
  std::vector<Found> Members(const Declared& of, std::string_view name, int depth) {
    std::vector<Found> found;
    if (depth > kDepth || ++questions_ > kQuestions) return found;
    // { a: A } & B, also behind a name
    if (of.expression || of.alias) {
      const Written target = TargetOf(of);
      for (const std::string_view part : Split(target.text, '&')) {
        if (part[0] == '{') {
          for (const BodyMember& m : BodyOf(part).members) {
            if (m.name == name) found.push_back({of.home, m.method, m.type, of.with});
          }
        } else if (PastOne(target.text, 0, '&') < target.text.size()) {
          const Declared one = Resolve(Written{of.home, part, of.with}, depth + 1);
          if (one && one.text.data() != of.text.data()) found = Members(one, name, depth + 1);
        }
        if (!found.empty()) return found;
      }
      return found;
    }
    const Body& body = BodyOf(of.text);
    for (const BodyMember& m : body.members) {
      if (m.name == name) found.push_back({of.home, m.method, m.type, of.with});
    }
    for (const std::string_view more : of.merged) {
      for (const BodyMember& m : BodyOf(more).members) {
        if (m.name == name) found.push_back({of.home, m.method, m.type, of.with});
      }
    }
    if (!found.empty()) return found;
    // interface A extends B, C; class A extends B
    for (const std::string_view bases : Split(body.bases, ',')) {
      const Declared base = Resolve(Written{of.home, bases, of.with}, depth + 1);
      if (base && base.text.data() != of.text.data()) found = Members(base, name, depth + 1);
      if (!found.empty()) break;
    }
    return found;
  }

  // x = () => {...}: to the end of its line or the semicolon.
  static size_t PastInitializer(std::string_view t, size_t i, size_t end) {
    while (i < end) {
      if (const size_t next = PastText(t, i); next != i) {
        i = next;
      } else if (t[i] == '{') {
        i = PastBraces(t, i);
      } else if (t[i] == '(' || t[i] == '[') {
        i = PastBrackets(t, i);
      } else if (t[i] == ';' || t[i] == '\n' || t[i] == '}') {
        return i;
      } else {
        ++i;
      }
    }
    return end;
  }

  std::vector<Written> ResultsOfMember(const Declared& of, std::string_view name, int depth) {
    std::vector<Written> out;
    for (const Found& f : Members(of, name, depth)) {
      if (f.method) {
        out.push_back({f.home, f.type, f.with});
        continue;
      }
      const std::vector<Written> inner = ResultsOfType({f.home, f.type, f.with}, depth + 1);
      if (inner.empty()) return {};
      out.insert(out.end(), inner.begin(), inner.end());
    }
    return out;
  }

  // What calling something of that type gives.
  std::vector<Written> ResultsOfType(const Written& type, int depth) {
    if (type.text.empty() || depth > kDepth) return {};
    const std::string_view result = ResultOf(type.text);
    if (!result.empty()) return {{type.home, result, type.with}};
    const Declared alias = Resolve(type, depth + 1);
    if (!alias) return {};
    if (alias.alias) return ResultsOfType(TargetOf(alias), depth + 1);
    // interface A { (b: B): C }
    std::vector<Written> out;
    for (const Found& f : Members(alias, "()", depth + 1)) out.push_back({f.home, f.type, f.with});
    return out;
  }
};

DeclaredTypes::DeclaredTypes(const Project& project, const Outside& outside, FileId file)
    : impl_(std::make_unique<Impl>(project, outside, file)) {}
DeclaredTypes::~DeclaredTypes() = default;

DeclaredTypes::Answer DeclaredTypes::ReturnsPromise(CallId call) { return impl_->OfCall(impl_->file, call); }

}  // namespace looplint
