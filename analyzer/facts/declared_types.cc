#include "analyzer/facts/declared_types.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace looplint {
namespace {

constexpr int kDepth = 6;  // aliases, bases and members followed

// A type as it is written, and the file whose names it uses.
struct Written {
  FileId file{kNoneIndex};
  std::string_view text;
};
// An interface, a class or a type alias.
struct Declared {
  FileId file{kNoneIndex};
  NodeId node{kNoneIndex};
};

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c == '#';
}
std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

// Past a comment or a string that begins at `i`, or `i`.
size_t PastText(std::string_view t, size_t i) {
  if (t.substr(i, 2) == "//") return std::min(t.find('\n', i), t.size());
  if (t.substr(i, 2) == "/*") {
    const size_t end = t.find("*/", i + 2);
    return end == std::string_view::npos ? t.size() : end + 2;
  }
  const char quote = t[i];
  if (quote != '\'' && quote != '"' && quote != '`') return i;
  for (++i; i < t.size() && t[i] != quote; ++i) {
    if (t[i] == '\\') ++i;
  }
  return std::min(i + 1, t.size());
}

// Past the bracket that closes the one at `i`.
size_t PastBrackets(std::string_view t, size_t i) {
  int depth = 0;
  while (i < t.size()) {
    if (const size_t next = PastText(t, i); next != i) {
      i = next;
      continue;
    }
    const char c = t[i];
    if (t.substr(i, 2) == "=>") {
      i += 2;
      continue;
    }
    if (c == '(' || c == '[' || c == '{' || c == '<') ++depth;
    if ((c == ')' || c == ']' || c == '}' || c == '>') && --depth == 0) return i + 1;
    ++i;
  }
  return t.size();
}

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
  while (i < t.size()) {
    if (const size_t next = PastText(t, i); next != i) {
      i = next;
      continue;
    }
    const char c = t[i];
    if (t.substr(i, 2) == "=>") {
      i += 2;
      continue;
    }
    const std::string_view so_far = Trim(t.substr(begin, i - begin));
    const bool open = so_far.empty() || so_far.back() == '|' || so_far.back() == '&' || so_far.ends_with("=>");
    if (c == '{' && !open) return i;
    if (c == '(' || c == '[' || c == '{' || c == '<') {
      i = PastBrackets(t, i);
      continue;
    }
    if (c == ';' || c == ',' || c == '=' || c == '}' || c == ')') return i;
    if (c == '\n' && !open) {
      const size_t next = PastSpace(t, i);
      if (next >= t.size() || (t[next] != '|' && t[next] != '&')) return i;
    }
    ++i;
  }
  return t.size();
}

// Promise<T>, with nothing beside it.
bool IsPromise(std::string_view type) {
  type = Trim(type);
  if (!type.starts_with("Promise<")) return false;
  return PastBrackets(type, 7) == type.size();
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

class Types {
 public:
  explicit Types(const Project& project) : p_(project) {}

  bool ReturnsPromise(FileId file, CallId id) {
    const FileModel& m = p_[file].model;
    const Value& callee = m.values[m.calls[id].callee];
    if (callee.kind == ValueKind::kMember) {
      const Declared of = Resolve(file, static_cast<ValueId>(callee.a), 0);
      return Some(of.node) && MemberReturnsPromise(of, m.names[static_cast<NameId>(callee.b)], 0);
    }
    return CallGivesPromise(TypeOf(file, m.calls[id].callee, 0), 0);
  }

 private:
  std::string_view Text(FileId file, NodeId node) const {
    const Node& n = p_[file].model.syntax[node];
    return std::string_view(p_[file].text).substr(n.start, n.end - n.start);
  }
  Written Annotation(FileId file, NodeId annotated) const {
    if (!Some(annotated)) return {};
    const NodeId type = p_[file].model.syntax.Child(annotated, Role::kType);
    if (!Some(type)) return {};
    std::string_view text = Text(file, type);
    while (!text.empty() && (text[0] == ':' || IsSpace(text[0]))) text.remove_prefix(1);
    return {file, Trim(text)};
  }

  // constructor(private name: Type)
  Written ParameterProperty(FileId file, ClassId id, std::string_view name) const {
    if (!Some(id)) return {};
    const FileModel& m = p_[file].model;
    const Class& c = m.classes[id];
    for (uint32_t i = 0; i < c.member_count; ++i) {
      const Member& member = m.members[c.first_member + i];
      const FunctionId f = member.kind == FunctionKind::kConstructor ? m.FunctionAt(member.node) : kNone<FunctionId>;
      if (!Some(f)) continue;
      for (uint32_t p = 0; p < m.functions[f].param_count; ++p) {
        const NodeId n = m.params[m.functions[f].first_param + p].node;
        const NodeId left = m.syntax.Child(n, Role::kLeft);
        if ((m.syntax[n].flags & kParameterProperty) && Some(left) && Text(file, left) == name) return Annotation(file, n);
      }
    }
    return {};
  }

  // How `value` is annotated where it is declared.
  Written TypeOf(FileId file, ValueId value, int depth) {
    if (!Some(value) || depth > kDepth) return {};
    const FileModel& m = p_[file].model;
    const Value& v = m.values[value];
    switch (v.kind) {
      case ValueKind::kParam: {
        const Function& f = m.functions[static_cast<FunctionId>(v.a)];
        if (v.b >= f.param_count || m.params[f.first_param + v.b].rest) return {};
        return Annotation(file, m.params[f.first_param + v.b].node);
      }
      case ValueKind::kBinding: {
        const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
        if (Some(b.value) && m.values[b.value].kind == ValueKind::kParam) return TypeOf(file, b.value, depth + 1);
        if (b.kind == BindingKind::kVar || b.kind == BindingKind::kLet || b.kind == BindingKind::kConst) {
          const NodeId declarator = m.syntax.Parent(b.node);
          if (m.syntax.Child(declarator, Role::kName) == b.node) {
            const Written written = Annotation(file, declarator);
            if (!written.text.empty()) return written;
          }
        }
        return TypeOf(file, b.value, depth + 1);
      }
      case ValueKind::kMember: {
        const std::string_view name = m.names[static_cast<NameId>(v.b)];
        if (const Value& base = m.values[static_cast<ValueId>(v.a)]; base.kind == ValueKind::kThis) {
          const Written property = ParameterProperty(file, m.functions[static_cast<FunctionId>(base.a)].owner, name);
          if (!property.text.empty()) return property;
        }
        const Declared of = Resolve(file, static_cast<ValueId>(v.a), depth + 1);
        if (!Some(of.node)) return {};
        const std::vector<Found> found = Members(of, name, depth + 1);
        return found.size() == 1 && !found[0].method ? Written{found[0].file, found[0].type} : Written{};
      }
      default:
        return {};
    }
  }

  // The declaration of the type `value` has.
  Declared Resolve(FileId file, ValueId value, int depth) {
    const FileModel& m = p_[file].model;
    if (!Some(value) || depth > kDepth) return {};
    const Value& v = m.values[value];
    if (v.kind == ValueKind::kThis) {
      const Function& f = m.functions[static_cast<FunctionId>(v.a)];
      return Some(f.owner) && !f.is_static ? Declared{file, m.classes[f.owner].node} : Declared{};
    }
    return Resolve(TypeOf(file, value, depth + 1), depth + 1);
  }

  // Of a plain name, with type arguments and null beside it or not.
  Declared Resolve(const Written& written, int depth) {
    if (written.text.empty() || depth > kDepth) return {};
    std::string_view text = written.text;
    size_t end = 0;
    while (end < text.size() && IsWord(text[end])) ++end;
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
    return name.empty() ? Declared{} : Named(written.file, name, depth + 1);
  }

  Declared Named(FileId file, std::string_view name, int depth) {
    const FileModel& m = p_[file].model;
    const NameId id = m.names.Find(name);
    if (!Some(id) || depth > kDepth) return {};
    for (const Binding& b : m.bindings) {
      if (b.name == id && Index(b.scope) == 0) return Of(file, b, depth);
    }
    return {};
  }
  Declared Of(FileId file, const Binding& b, int depth) {
    const FileModel& m = p_[file].model;
    if (b.kind == BindingKind::kType) return {file, m.syntax.Parent(b.node)};
    if (!Some(b.value)) return {};
    const Value& v = m.values[b.value];
    if (v.kind == ValueKind::kClass) return {file, m.classes[static_cast<ClassId>(v.a)].node};
    if (b.kind != BindingKind::kImport || v.kind != ValueKind::kMember) return {};
    const Value& module = m.values[static_cast<ValueId>(v.a)];
    if (module.kind != ValueKind::kImport) return {};
    const FileId target = p_[file].imports[module.a];
    if (!Some(target)) return {};
    const std::string name(m.names[static_cast<NameId>(v.b)]);
    const Project::Exported e = p_.FindExport(target, name);
    if (!Some(e.file) || e.is_namespace) return {};
    const FileModel& there = p_[e.file].model;
    if (Some(e.value)) {
      const Value& exported = there.values[e.value];
      if (exported.kind == ValueKind::kBinding)
        return Of(e.file, there.bindings[static_cast<BindingId>(exported.a)], depth + 1);
      if (exported.kind == ValueKind::kClass) return {e.file, there.classes[static_cast<ClassId>(exported.a)].node};
    }
    return Named(e.file, name, depth + 1);
  }

  struct Found {
    FileId file;
    bool method;
    std::string_view type;  // of a method what it returns
  };

  // Members of that name, overloads apart; of bases when there is none.
  std::vector<Found> Members(const Declared& of, std::string_view name, int depth) {
    std::vector<Found> found;
    if (depth > kDepth) return found;
    const std::string_view text = Text(of.file, of.node);
    const bool alias = p_[of.file].model.syntax.KindOf(of.node) == Kind::kTSTypeAliasDeclaration;
    size_t i = 0;
    if (alias) {
      i = text.find('=');
      if (i == std::string_view::npos) return found;
      i = PastSpace(text, i + 1);
      if (i >= text.size() || text[i] != '{') return found;
    }
    const size_t body = text.find('{', i);
    if (body == std::string_view::npos) return found;
    const size_t end = PastBraces(text, body);
    for (size_t at = body + 1; at < end;) {
      at = PastSpace(text, at);
      if (at >= end || text[at] == '}') break;
      if (!IsWord(text[at])) {
        at = text[at] == '[' || text[at] == '(' || text[at] == '<' ? PastBrackets(text, at)
             : text[at] == '{'                                   ? PastBraces(text, at)
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
        if (word == name) found.push_back({of.file, method, Trim(text.substr(from, until - from))});
        at = until;
      } else {
        if (method && word == name) found.push_back({of.file, method, {}});
        at = next;
        if (next < end && !method && text[next] == '=') at = PastInitializer(text, next, end);
      }
      if (at < end && text[at] == '{') at = PastBraces(text, at);
      if (at < end && text[at] == '=') at = PastInitializer(text, at, end);
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
      const Declared base = Named(of.file, bases.substr(0, stop), depth + 1);
      if (Some(base.node) && base.node != of.node) found = Members(base, name, depth + 1);
      if (!found.empty()) break;
      if (stop < bases.size() && bases[stop] == '<') stop = PastBrackets(bases, stop);
      const size_t comma = bases.find(',', stop);
      if (comma == std::string_view::npos) break;
      bases.remove_prefix(comma + 1);
    }
    return found;
  }

  // Code, where < and > compare.
  static size_t PastBraces(std::string_view t, size_t i) {
    int depth = 0;
    while (i < t.size()) {
      if (const size_t next = PastText(t, i); next != i) {
        i = next;
        continue;
      }
      if (t[i] == '{') ++depth;
      if (t[i] == '}' && --depth == 0) return i + 1;
      ++i;
    }
    return t.size();
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

  bool MemberReturnsPromise(const Declared& of, std::string_view name, int depth) {
    const std::vector<Found> found = Members(of, name, depth);
    for (const Found& f : found) {
      const bool promise = f.method ? IsPromise(f.type) : CallGivesPromise({f.file, f.type}, depth + 1);
      if (!promise) return false;
    }
    return !found.empty();
  }

  // Does calling something of that type give a promise?
  bool CallGivesPromise(const Written& type, int depth) {
    if (type.text.empty() || depth > kDepth) return false;
    const std::string_view result = ResultOf(type.text);
    if (!result.empty()) return IsPromise(result);
    const Declared alias = Resolve(type, depth + 1);
    if (!Some(alias.node) || p_[alias.file].model.syntax.KindOf(alias.node) != Kind::kTSTypeAliasDeclaration) return false;
    std::string_view text = Text(alias.file, alias.node);
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) return false;
    text = Trim(text.substr(equals + 1));
    while (!text.empty() && text.back() == ';') text = Trim(text.substr(0, text.size() - 1));
    return CallGivesPromise({alias.file, text}, depth + 1);
  }

  const Project& p_;
};

}  // namespace

bool DeclaredToReturnPromise(const Project& project, FileId file, CallId call) {
  if (project[file].language == Language::kJavaScript) return false;
  return Types(project).ReturnsPromise(file, call);
}

}  // namespace looplint
