#include "analyzer/cli/dump.h"

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"
#include "analyzer/cli/terminal.h"

namespace looplint {
namespace {

std::string Excerpt(std::string_view text, uint32_t start, uint32_t end) {
  return Shorten(Plain(text.substr(start, end - start)), 60);
}
std::string Excerpt(std::string_view text, const Syntax& syntax, NodeId node) {
  return Some(node) ? Excerpt(text, syntax[node].start, syntax[node].end) : "-";
}
template <typename Id>
std::string Ref(char letter, Id id) {
  return Some(id) ? Cat(letter, Index(id)) : "-";
}
std::string NameOf(const FileModel& model, NameId name) {
  return Some(name) ? Plain(model.names[name]) : "-";
}

constexpr const char* kScopeKinds[] = {"module", "function", "block", "class"};
constexpr const char* kBindingKinds[] = {"var",   "let",   "const",  "using", "function",  "class",         "param",
                                         "catch", "import", "enum", "namespace", "function-name", "type"};
constexpr const char* kFunctionKinds[] = {"module", "declaration", "expression",  "arrow",             "method",
                                          "getter", "setter",      "constructor", "field-initializer", "static-block"};
constexpr const char* kCallKinds[] = {"call", "new", "tagged", "import"};
constexpr const char* kUses[] = {"dropped", "voided", "awaited", "returned", "yielded", "member", "called",
                                 "argument", "stored", "tested", "spread", "thrown", "iterated", "other"};
constexpr const char* kFlowKinds[] = {"return", "throw", "await", "yield", "for-await"};
constexpr const char* kImportKinds[] = {"import", "re-export", "require", "dynamic", "import-equals", "require-resolve"};
constexpr const char* kExportKinds[] = {"local", "from", "star", "namespace", "assign"};
constexpr const char* kContexts[] = {"none", "load", "request", "stream", "timer", "job", "exit", "callback", "test"};

template <typename Enum, size_t n>
const char* Word(const char* const (&words)[n], Enum value) {
  return static_cast<size_t>(value) < n ? words[static_cast<size_t>(value)] : "?";
}

// A value as a term, some levels deep: member(import 'fs', readFile).
std::string Term(std::string_view text, const FileModel& model, ValueId id, int depth = 6) {
  if (!Some(id)) return "-";
  if (depth == 0) return "…";
  const Value& v = model[id];
  const auto sub = [&](uint32_t x) { return Term(text, model, static_cast<ValueId>(x), depth - 1); };
  const auto name = [&](uint32_t x) { return NameOf(model, static_cast<NameId>(x)); };
  const auto node = [&](uint32_t x) { return Excerpt(text, model.syntax, static_cast<NodeId>(x)); };
  switch (v.kind) {
    case ValueKind::kUnknown: return "unknown";
    case ValueKind::kUndefined: return "undefined";
    case ValueKind::kNull: return "null";
    case ValueKind::kBoolean: return v.a != 0 ? "true" : "false";
    case ValueKind::kNumber: return Cat("number ", node(v.a));
    case ValueKind::kString: return Cat("'", Shorten(name(v.a), 40), "'");
    case ValueKind::kTemplate: return Cat("template ", node(v.a));
    case ValueKind::kRegExp: return Cat("regexp ", node(v.a));
    case ValueKind::kConcat: return Cat("concat ", node(v.a));
    case ValueKind::kArray: return Cat("array ", node(v.a));
    case ValueKind::kBinding: return Cat("binding ", NameOf(model, model.bindings[static_cast<BindingId>(v.a)].name));
    case ValueKind::kGlobal: return Cat("global ", name(v.a));
    case ValueKind::kThis: return Cat("this(f", v.a, ")");
    case ValueKind::kSuper: return "super";
    case ValueKind::kParam: return Cat("param(f", v.a, ", ", v.b, ")");
    case ValueKind::kFunction: return Cat("f", v.a);
    case ValueKind::kClass: return Cat("class k", v.a);
    case ValueKind::kObject: return Cat("object o", v.a);
    case ValueKind::kImport:
      return Cat("import '", NameOf(model, model.module.imports[static_cast<ImportId>(v.a)].specifier), "'");
    case ValueKind::kPromisedImport:
      return Cat("import('", NameOf(model, model.module.imports[static_cast<ImportId>(v.a)].specifier), "')");
    case ValueKind::kMember: return Cat("member(", sub(v.a), ", ", name(v.b), ")");
    case ValueKind::kElement: return Cat("element(", sub(v.a), ")");
    case ValueKind::kKeyOf: return Cat("key(", sub(v.a), ")");
    case ValueKind::kRest: return Cat("rest(", v.a, ", ", v.b, ")");
    case ValueKind::kCall:
      return Cat("call(", Term(text, model, model.calls[static_cast<CallId>(v.a)].callee, depth - 1), ")");
    case ValueKind::kAwait: return Cat("await(", sub(v.a), ")");
    case ValueKind::kEither: return Cat("either(", sub(v.a), ", ", sub(v.b), ")");
    case ValueKind::kMeta: return "import.meta";
  }
  return "?";
}

std::string FunctionName(const FileModel& model, FunctionId id) {
  if (!Some(id)) return "-";
  if (id == kModuleFunction) return "<module>";
  const Function& f = model.functions[id];
  return Some(f.name) ? NameOf(model, f.name) : Cat("<", Word(kFunctionKinds, f.kind), ">");
}

}  // namespace

std::string DumpTokens(std::string_view text, const Syntax& syntax) {
  std::string out;
  std::vector<uint32_t> ends;  // `next` of the nodes around; their number is the depth
  for (uint32_t i = 0; i < syntax.size(); ++i) {
    const Node& n = syntax.nodes[i];
    while (!ends.empty() && i >= ends.back()) ends.pop_back();
    // Deep nesting is capped in the margin only.
    out += Cat(std::string(std::min<size_t>(ends.size(), 60) * 2, ' '), KindName(n.kind));
    if (n.role != Role::kNoRole) out += Cat(" .", RoleName(n.role));
    if (n.op != Op::kNoOp) out += Cat(" op=", OpName(n.op));
    if (n.flags != 0) out += Cat(" flags=", static_cast<int>(n.flags));
    out += Cat(" ", n.start, "..", n.end);
    if (n.next == i + 1) out += Cat("  ", Excerpt(text, n.start, n.end));
    out += '\n';
    ends.push_back(n.next);
  }
  for (const Span& c : syntax.comments) out += Cat("comment ", c.start, "..", c.end, "  ", Excerpt(text, c.start, c.end), "\n");
  for (const SyntaxError& e : syntax.errors) {
    out += Cat(e.missing ? "missing " : "error ", e.at.start, "..", e.at.end, "  ", Excerpt(text, e.at.start, e.at.end), "\n");
  }
  return out;
}

std::string DumpModel(std::string_view text, const FileModel& model) {
  std::string out;
  const auto excerpt = [&](NodeId node) { return Excerpt(text, model.syntax, node); };
  const auto term = [&](ValueId value) { return Term(text, model, value); };
  out += "scopes\n";
  for (const ScopeId s : Ids(model.scopes)) {
    const Scope& row = model.scopes[s];
    out += Cat("  s", Index(s), " ", Word(kScopeKinds, row.kind), " in ", Ref('s', row.parent), " of ", Ref('f', row.function),
               row.dynamic ? " dynamic" : "", "\n");
  }
  out += "bindings\n";
  for (const BindingId b : Ids(model.bindings)) {
    const Binding& row = model.bindings[b];
    size_t uses = 0;
    for (ReferenceId r = row.first; Some(r); r = model.Next(r)) ++uses;
    out += Cat("  b", Index(b), " ", Word(kBindingKinds, row.kind), " ", NameOf(model, row.name), " in ", Ref('s', row.scope),
               " = ", term(row.value), ", ", uses, " uses, ", row.writes, " writes\n");
  }
  out += "functions\n";
  for (const FunctionId f : Ids(model.functions)) {
    const Function& row = model.functions[f];
    out += Cat("  f", Index(f), " ", row.is_async ? "async " : "", row.is_generator ? "generator " : "",
               Word(kFunctionKinds, row.kind), " ", NameOf(model, row.name), "/", row.param_count, " in ",
               Ref('f', row.parent), Some(row.owner) ? Cat(" of k", Index(row.owner)) : "", "\n");
  }
  out += "classes\n";
  for (const ClassId c : Ids(model.classes)) {
    const Class& row = model.classes[c];
    out += Cat("  k", Index(c), " ", NameOf(model, row.name), " extends ", term(row.super), ", ", row.member_count, " members\n");
  }
  out += "objects\n";
  for (const ObjectId o : Ids(model.objects)) {
    const Object& row = model.objects[o];
    out += Cat("  o", Index(o), row.has_spread ? " spread" : "");
    for (uint32_t i = 0; i < row.member_count; ++i) {
      const Member& m = model.members[row.first_member + i];
      out += Cat(i == 0 ? " " : ", ", NameOf(model, m.name), ": ", Term(text, model, m.value, 2));
    }
    out += '\n';
  }
  out += "calls\n";
  for (const CallId c : Ids(model.calls)) {
    const Call& row = model.calls[c];
    out += Cat("  c", Index(c), " ", Word(kCallKinds, row.kind), " ", term(row.callee), " with ", row.arg_count, " in ",
               Ref('f', row.function), " ", Word(kUses, row.use), "  ", excerpt(row.node), "\n");
  }
  out += "flow\n";
  for (const FlowId e : Ids(model.flow)) {
    const Flow& row = model.flow[e];
    out += Cat("  ", Word(kFlowKinds, row.kind), " ", term(row.value), " in ", Ref('f', row.function), "\n");
  }
  out += "writes\n";
  for (const WriteId w : Ids(model.writes)) {
    const Write& row = model.writes[w];
    out += Cat("  ", term(row.target), " = ", term(row.value), " in ", Ref('f', row.function), "\n");
  }
  return Cat(out, DumpModule(text, model));
}

std::string DumpModule(std::string_view text, const FileModel& model) {
  const ModuleRecord& m = model.module;
  std::string out = Cat("module", m.has_esm_syntax ? " esm" : "", m.has_cjs_syntax ? " cjs" : "", m.strict ? " strict" : "", "\n");
  for (const ImportId i : Ids(m.imports)) {
    const Import& row = m.imports[i];
    out += Cat("  import i", Index(i), " ", Word(kImportKinds, row.kind), " '", NameOf(model, row.specifier), "' in ",
               Ref('f', row.function), row.type_only ? " type" : "", "\n");
  }
  for (const Export& e : m.exports) {
    out += Cat("  export ", Word(kExportKinds, e.kind), " ", NameOf(model, e.name));
    if (Some(e.import)) out += Cat(" from i", Index(e.import), " ", NameOf(model, e.imported));
    out += Cat(" = ", Term(text, model, e.value), e.type_only ? " type" : "", e.cjs ? " cjs" : "", "\n");
  }
  return out;
}

std::string DumpSummary(std::string_view text, const FileModel& model) {
  std::string out;
  for (const FunctionId f : Ids(model.functions)) {
    const Function& row = model.functions[f];
    out += Cat(row.is_async ? "async " : "", Word(kFunctionKinds, row.kind), " ", FunctionName(model, f), "/", row.param_count, "\n");
    for (const Call& call : model.calls) {
      if (call.function != f) continue;
      out += Cat("  ", Word(kCallKinds, call.kind), " ", Term(text, model, call.callee), "(");
      for (uint32_t i = 0; i < call.arg_count; ++i) {
        out += Cat(i == 0 ? "" : ", ", Term(text, model, model.args[call.first_arg + i].value, 3));
      }
      out += Cat(") ", Word(kUses, call.use), "\n");
    }
    for (const Flow& event : model.flow) {
      if (event.function == f) out += Cat("  ", Word(kFlowKinds, event.kind), " ", Term(text, model, event.value), "\n");
    }
  }
  return out;
}

std::string DumpProject(const Project& project) {
  constexpr const char* kProgramKinds[] = {"unknown", "server", "cli", "library"};
  constexpr const char* kRoles[] = {"source", "test", "build", "browser"};
  std::string out;
  for (const Manifest& m : project.resolver().manifests()) {
    out += Cat("package ", m.name.empty() ? "?" : m.name, " in ", m.directory, "\n");
  }
  for (uint32_t i = 0; i < project.size(); ++i) {
    const File& file = project[static_cast<FileId>(i)];
    out += Cat(file.path, " ", Word(kRoles, file.role), " ", Word(kProgramKinds, project.KindOf(static_cast<FileId>(i))), "\n");
    for (const ImportId k : Ids(file.model.module.imports)) {
      const FileId to = file.imports[Index(k)];
      out += Cat("  ", NameOf(file.model, file.model.module.imports[k].specifier), " -> ",
                 Some(to) ? project[to].path : "external", "\n");
    }
  }
  return out;
}

std::string DumpFacts(const Result& result, FileId id) {
  const Project& project = result.project;
  const Facts& facts = result.facts;
  const File& file = project[id];
  const LineIndex lines(file.text);
  constexpr const char* kReturns[] = {"no promise", "maybe a promise", "a promise or nothing", "a promise"};
  constexpr const char* kFails[] = {"cannot fail", "hardly fails", "may fail", "throws"};
  std::string out;
  for (const FunctionId f : Ids(file.model.functions)) {
    const FunctionRef ref{id, f};
    const Outcome& outcome = facts.promises.Of(ref);
    const NodeId node = file.model.functions[f].node;
    out += Cat(lines.At(file.model.syntax[node].start, ColumnUnit::kUtf16).line, " ", FunctionName(file.model, f), ": returns ",
               Word(kReturns, outcome.returns), ", ", Word(kFails, outcome.fails), "\n");
    for (const Entry& e : facts.calls.entries()) {
      if (e.function == ref) {
        out += Cat("  entry: ", Word(kContexts, e.context), e.event.empty() ? "" : Cat(" on ", e.event),
                   e.api == nullptr ? "" : Cat(" by ", e.api->name), e.wrapped ? " wrapped" : "", "\n");
      }
    }
    const HotPath path = facts.heat.To(project, ref);
    constexpr const char* kWhen[] = {"", "first request", "call", "event", "request"};
    for (const Step& step : path.steps) {
      const File& at = project[step.at.file];
      out += Cat("  per ", kWhen[static_cast<size_t>(path.heat)], path.per_item ? ", per item: " : ": ", at.path, ":", LineIndex(at.text).At(step.at.span.start, ColumnUnit::kUtf16).line, " ",
                 step.note, "\n");
    }
    for (const CallId c : Ids(file.model.calls)) {
      const Call& call = file.model.calls[c];
      if (call.function != f) continue;
      const Target& target = facts.calls.TargetOf(id, c);
      if (target.api == nullptr && !Some(target.function.function)) continue;
      out += Cat("  ", Excerpt(file.text, file.model.syntax, file.model.syntax.FirstChild(call.node)), " -> ");
      out += target.api != nullptr ? target.api->name
                                   : Cat(project[target.function.file].path, " ",
                                         FunctionName(project[target.function.file].model, target.function.function));
      out += '\n';
    }
  }
  return out;
}

}  // namespace looplint
