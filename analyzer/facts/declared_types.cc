#include "analyzer/facts/declared_types.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/strings.h"
#include "analyzer/facts/type_files.h"

namespace looplint {
namespace {

constexpr int kDepth = 96;      // aliases, bases, members and calls followed: chains of calls are long
constexpr int kQuestions = 3000;  // for one call

// Where the names of a text mean something: a file of the program, or the declarations of a package.
struct Home {
  FileId file{kNoneIndex};
  const TypeFile* outside = nullptr;
};
// A type as it is written.
struct Written {
  Home home;
  std::string_view text;
};
// An interface, a class or a type alias.
struct Declared {
  Home home;
  std::string_view text;
  ClassId owner{kNoneIndex};  // a class of the program
  bool alias = false;
  std::vector<std::string_view> merged{};  // further declarations of the same name
  explicit operator bool() const { return !text.empty(); }
};

std::string_view Trim(std::string_view text) { return TrimSpace(text); }

using Answer = DeclaredTypes::Answer;

// Promise<T>; T | Promise<T>, which may be something else.
Answer IsPromise(std::string_view type) {
  bool other = false, promise = false;
  for (type = Trim(type); !type.empty();) {
    if (type[0] == '|') {
      type = Trim(type.substr(1));
      continue;
    }
    size_t end = 0;
    while (end < type.size() && IsWord(type[end])) ++end;
    const std::string_view name = type.substr(0, end);
    if (end < type.size() && (type[end] == '<' || (end == 0 && (type[end] == '{' || type[end] == '[' || type[end] == '(')))) {
      end = type[end] == '{' ? PastBraces(type, end) : PastBrackets(type, end);
    }
    if (end == 0) return Answer::kNo;
    // any | Promise<any> is any.
    if (name == "any" || name == "unknown") return Answer::kNo;
    if (name == "Promise" && end > 7) promise = true;
    else other = true;
    type = Trim(type.substr(end));
    while (type.starts_with("[]")) type = Trim(type.substr(2)), promise = false, other = true;
    if (!type.empty() && type[0] != '|') return Answer::kNo;
  }
  return !promise ? Answer::kNo : other ? Answer::kOrNothing : Answer::kPromise;
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
    for (const Written& w : results) all = std::min(all, IsPromise(w.text));
    return results.empty() ? Answer::kNo : all;
  }

 private:
  const Project& p_;
  const Outside& outside_;
  std::unique_ptr<TypeFiles> packages_;
  int questions_ = 0;

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
    if (specifier.starts_with(".") || specifier.starts_with("node:") || p_.knowledge().IsNodeBuiltin(specifier)) return nullptr;
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
  static Declared TypeIn(const TypeFiles::Meaning& meaning) {
    Declared out;
    for (const TypeFile::Named* n : meaning.named) {
      if (n->kind != TypeFile::Named::Kind::kType && n->kind != TypeFile::Named::Kind::kAlias) continue;
      if (!out) {
        out = {{FileId{kNoneIndex}, meaning.file}, n->text, ClassId{kNoneIndex}, n->kind == TypeFile::Named::Kind::kAlias, {}};
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
      if (const Declared of = Resolve(at, static_cast<ValueId>(callee.a), depth + 1))
        return ResultsOfMember(of, m.names[static_cast<NameId>(callee.b)], depth + 1);
    }
    if (const TypeFiles::Meaning meaning = OutsideMeaning(at, call.callee, 0); meaning.file != nullptr) return ResultsIn(meaning);
    if (const Written type = TypeOf(at, call.callee, depth + 1); !type.text.empty()) return ResultsOfType(type, depth + 1);
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
        return found.size() == 1 && !found[0].method ? Written{found[0].home, found[0].type} : Written{};
      }
      case ValueKind::kCall: {
        const Call& call = m.calls[static_cast<CallId>(v.a)];
        if (call.kind == CallKind::kNew) {
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
    return Resolve(TypeOf(at, value, depth + 1), depth + 1);
  }

  // Of a plain name, with type arguments and null beside it or not.
  Declared Resolve(const Written& written, int depth) {
    if (written.text.empty() || depth > kDepth) return {};
    std::string_view text = written.text;
    size_t end = 0;
    while (end < text.size() && (IsWord(text[end]) || (text[end] == '.' && end > 0))) ++end;
    const std::string_view name = text.substr(0, end);
    if (end < text.size() && text[end] == '<') end = PastBrackets(text, end);
    std::string_view rest = Trim(text.substr(end));
    while (!rest.empty()) {
      if (rest[0] != '|') return {};
      rest = Trim(rest.substr(1));
      const size_t word = std::min(rest.find_first_of(" |\n"), rest.size());
      if (rest.substr(0, word) != "null" && rest.substr(0, word) != "undefined") return {};
      rest = Trim(rest.substr(word));
    }
    if (name.empty()) return {};
    const Declared found = Named(written.home, name, depth + 1);
    // type A = B
    if (found && found.alias) {
      const Written target = TargetOf(found);
      if (!target.text.empty() && IsWord(target.text[0])) {
        if (const Declared there = Resolve(target, depth + 1)) return there;
      }
    }
    return found;
  }
  static Written TargetOf(const Declared& alias) {
    const size_t equals = alias.text.find('=');
    if (equals == std::string_view::npos) return {};
    std::string_view text = Trim(alias.text.substr(equals + 1));
    while (!text.empty() && text.back() == ';') text = Trim(text.substr(0, text.size() - 1));
    return {alias.home, text};
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
      return InNamespace(meaning, name.substr(dot + 1));
    }
    const FileModel& m = p_[home.file].model;
    const NameId id = m.names.Find(name.substr(0, dot));
    if (!Some(id)) return {};
    for (const Binding& b : m.bindings) {
      if (b.name != id || Index(b.scope) != 0) continue;
      if (dot == std::string_view::npos) return Of(home.file, b, depth);
      if (b.kind != BindingKind::kImport) return {};
      return InNamespace(OutsideMeaning(home.file, b.value, 0), name.substr(dot + 1));
    }
    return {};
  }
  Declared Of(FileId at, const Binding& b, int depth) {
    const FileModel& m = p_[at].model;
    if (b.kind == BindingKind::kType) {
      const NodeId node = m.syntax.Parent(b.node);
      return {{at, nullptr}, Text(at, node), ClassId{kNoneIndex}, m.syntax.KindOf(node) == Kind::kTSTypeAliasDeclaration, {}};
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
  };

  // Members of that name, overloads apart; of bases when there is none.
  std::vector<Found> Members(const Declared& of, std::string_view name, int depth) {
    std::vector<Found> found;
    if (depth > kDepth) return found;
    const std::string_view text = of.text;
    size_t i = 0;
    if (of.alias) {
      i = text.find('=');
      if (i == std::string_view::npos) return found;
      i = PastSpace(text, i + 1);
      if (i >= text.size() || text[i] != '{') return found;
    }
    // Past type arguments, which may hold braces of their own.
    size_t body = i;
    while (body < text.size() && text[body] != '{') body = text[body] == '<' ? PastBrackets(text, body) : std::max(PastText(text, body), body + 1);
    if (body >= text.size()) return found;
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
            if (name == "()") found.push_back({of.home, true, Trim(text.substr(from, until - from))});
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
        if (word == name) found.push_back({of.home, method, Trim(text.substr(from, until - from))});
        at = until;
      } else {
        if (method && word == name) found.push_back({of.home, method, {}});
        at = next;
        if (next < end && !method && text[next] == '=') {
          // name = new Type(...)
          const size_t value = PastSpace(text, next + 1);
          if (word == name && text.substr(value, 4) == "new ") {
            size_t stop_at = value + 4;
            while (stop_at < end && (IsWord(text[stop_at]) || text[stop_at] == '.')) ++stop_at;
            found.push_back({of.home, false, text.substr(value + 4, stop_at - value - 4)});
          }
          at = PastInitializer(text, next, end);
        }
      }
      if (at < end && text[at] == '{') at = PastBraces(text, at);
      if (at < end && text[at] == '=') at = PastInitializer(text, at, end);
    }
    for (const std::string_view more : of.merged) {
      for (const Found& f : Members({of.home, more, ClassId{kNoneIndex}, false, {}}, name, depth + 1)) found.push_back(f);
    }
    if (!found.empty()) return found;
    // interface A extends B, C; class A extends B
    const size_t extends = text.substr(0, body).find("extends ");
    if (extends == std::string_view::npos) return found;
    std::string_view bases = text.substr(extends + 8, body - extends - 8);
    bases = bases.substr(0, bases.find(" implements "));
    while (!bases.empty()) {
      size_t stop = 0;
      bases = Trim(bases);
      while (stop < bases.size() && IsWord(bases[stop])) ++stop;
      const Declared base = Named(of.home, bases.substr(0, stop), depth + 1);
      if (base && base.text.data() != of.text.data()) found = Members(base, name, depth + 1);
      if (!found.empty()) break;
      if (stop < bases.size() && bases[stop] == '<') stop = PastBrackets(bases, stop);
      const size_t comma = bases.find(',', stop);
      if (comma == std::string_view::npos) break;
      bases.remove_prefix(comma + 1);
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
        out.push_back({f.home, f.type});
        continue;
      }
      const std::vector<Written> inner = ResultsOfType({f.home, f.type}, depth + 1);
      if (inner.empty()) return {};
      out.insert(out.end(), inner.begin(), inner.end());
    }
    return out;
  }

  // What calling something of that type gives.
  std::vector<Written> ResultsOfType(const Written& type, int depth) {
    if (type.text.empty() || depth > kDepth) return {};
    const std::string_view result = ResultOf(type.text);
    if (!result.empty()) return {{type.home, result}};
    const Declared alias = Resolve(type, depth + 1);
    if (!alias) return {};
    if (alias.alias) return ResultsOfType(TargetOf(alias), depth + 1);
    // interface A { (b: B): C }
    std::vector<Written> out;
    for (const Found& f : Members(alias, "()", depth + 1)) out.push_back({f.home, f.type});
    return out;
  }
};

DeclaredTypes::DeclaredTypes(const Project& project, const Outside& outside, FileId file)
    : impl_(std::make_unique<Impl>(project, outside, file)) {}
DeclaredTypes::~DeclaredTypes() = default;

DeclaredTypes::Answer DeclaredTypes::ReturnsPromise(CallId call) {
  return impl_->OfCall(impl_->file, call);
}

}  // namespace looplint
