#include "analyzer/facts/regex_matches.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "analyzer/base/parallel.h"
#include "analyzer/base/strings.h"
#include "analyzer/facts/constant_path.h"
#include "analyzer/project/definition.h"
#include "analyzer/regex/parser.h"

namespace looplint {
namespace {

constexpr int kDepth = 12;
constexpr size_t kMostElements = 64;  // of a collection of patterns

struct Program {
  const Project& project;
  const Calls& calls;
  const Outside& outside;
};

// Bytes of the first `units` UTF-16 units of `text`.
uint32_t BytesOf(std::string_view text, uint32_t units) {
  size_t at = 0;
  for (uint32_t seen = 0; at < text.size() && seen < units;) {
    const auto lead = static_cast<uint8_t>(text[at]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    seen += length == 4 ? 2 : 1;
    at += length;
  }
  return static_cast<uint32_t>(std::min(at, text.size()));
}

// A value of a file, or a part of a JSON file that the program loads.
struct Located {
  FileId file;
  ValueId value;
  DocValue data = {};
};

// What a value was made of.
Located Resolve(const Program& view, FileId file, ValueId value) {
  const Definition d = DefinitionOf(view.project, file, value);
  return {d.file, d.value};
}

std::optional<std::string> TextOf(const Program& view, FileId file, ValueId value, int depth = 0);
std::optional<RegexPattern> PatternOf(const Program& view, FileId file, ValueId value);

void ResolveEach(const Program& view, FileId file, ValueId value, std::vector<Located>& out, int depth = 0);

bool IsCollection(const Program& view, const Located& at) {
  if (at.data) return at.data.IsObject() || at.data.IsArray();
  const FileModel& m = view.project[at.file].model;
  const Value& v = m[at.value];
  if (v.kind == ValueKind::kBinding) return m.bindings[static_cast<BindingId>(v.a)].kind == BindingKind::kEnum;
  if (v.kind != ValueKind::kCall) return v.kind == ValueKind::kArray || v.kind == ValueKind::kObject;
  // list.map(f): the elements are what f returns.
  const Call& call = m.calls[static_cast<CallId>(v.a)];
  if (!Some(call.callee) || m[call.callee].kind != ValueKind::kMember) return false;
  const Api* row = view.project.knowledge().FindMember("unknown", m.names[static_cast<NameId>(m[call.callee].b)]);
  return row != nullptr && std::ranges::any_of(row->passes, [](const Passage& p) { return p.as == "mapped"; });
}

// The elements of a collection; of one alone where its index or key is known.
void Elements(const Program& view, const Located& of, const std::optional<std::string>& key, std::vector<Located>& out,
              int depth) {
  const size_t index = key && !key->empty() && key->size() < 4 && key->find_first_not_of("0123456789") == key->npos
                           ? static_cast<size_t>(std::atoi(key->c_str()))
                           : kMostElements;
  if (of.data) {
    size_t i = 0;
    for (const DocValue element : of.data) {
      const bool wanted = of.data.IsArray() ? index == kMostElements || index == i : !key || element.key() == *key;
      if (wanted && out.size() < kMostElements) out.push_back({of.file, of.value, element});
      ++i;
    }
    return;
  }
  const FileModel& m = view.project[of.file].model;
  const Value& v = m[of.value];
  if (v.kind == ValueKind::kArray) {
    size_t i = 0;
    for (const NodeId c : m.syntax.ChildrenOf(static_cast<NodeId>(v.a))) {
      if (m.syntax.KindOf(c) == Kind::kSpreadElement) {
        std::vector<Located> lists;
        ResolveEach(view, of.file, m.ValueOf(m.syntax.FirstChild(c)), lists, depth + 1);
        for (const Located& list : lists) Elements(view, list, std::nullopt, out, depth + 1);
      } else if (index == kMostElements || index == i) {
        ResolveEach(view, of.file, m.ValueOf(c), out, depth + 1);
      }
      ++i;
    }
  } else if (v.kind == ValueKind::kObject) {
    const Object& o = m.objects[static_cast<ObjectId>(v.a)];
    for (uint32_t k = 0; k < o.member_count; ++k) {
      const struct Member& member = m.members[o.first_member + k];
      if (member.kind == FunctionKind::kExpression && (!key || (Some(member.name) && m.names[member.name] == *key)))
        ResolveEach(view, of.file, member.value, out, depth + 1);
    }
  } else if (v.kind == ValueKind::kBinding) {  // an enum
    const NodeId at = m.syntax.Parent(m.bindings[static_cast<BindingId>(v.a)].node);
    for (const NodeId c : m.syntax.ChildrenOf(at)) {
      if (m.syntax.KindOf(c) != Kind::kTSEnumMember) continue;
      const Node& name = m.syntax[m.syntax.FirstChild(c)];
      const NodeId is = m.syntax.Child(c, Role::kValue);
      if (Some(is) && (!key || view.project[of.file].text.substr(name.start, name.end - name.start) == *key))
        ResolveEach(view, of.file, m.ValueOf(is), out, depth + 1);
    }
  } else if (v.kind == ValueKind::kCall) {  // list.map(f)
    const Argument* callback = m.Arg(m.calls[static_cast<CallId>(v.a)], 0);
    if (callback == nullptr || callback->spread) return;
    const Located f = Resolve(view, of.file, callback->value);
    if (!Some(f.value) || view.project[f.file].model[f.value].kind != ValueKind::kFunction) return;
    const auto function = static_cast<FunctionId>(view.project[f.file].model[f.value].a);
    ResolveEach(view, f.file, view.project.ReturnOf({f.file, function}), out, depth + 1);
  }
}

// What a callback gets: an element of what it is called for. Known from what knowledge says of the method by name.
void Given(const Program& view, FileId file, const Value& param, std::vector<Located>& out, int depth) {
  const FileModel& m = view.project[file].model;
  const ValueId called = m.ValueOf(m.syntax.Parent(m.functions[static_cast<FunctionId>(param.a)].node));
  if (!Some(called) || m[called].kind != ValueKind::kCall) return;
  const auto id = static_cast<CallId>(m[called].a);
  const Call& call = m.calls[id];
  if (!Some(call.callee) || m[call.callee].kind != ValueKind::kMember) return;
  const Api* row = view.calls.TargetOf(file, id).api;
  if (row == nullptr || row->passes.empty())
    row = view.project.knowledge().FindMember("unknown", m.names[static_cast<NameId>(m[call.callee].b)]);
  if (row == nullptr) return;
  for (const Passage& p : row->passes) {
    if (p.callback != static_cast<int>(param.b) || p.as != "element") continue;
    const Argument* list = p.receiver ? nullptr : m.Arg(call, static_cast<uint32_t>(std::max(p.first, 0)));
    if (!p.receiver && (list == nullptr || list->spread)) continue;
    std::vector<Located> lists;
    ResolveEach(view, file, p.receiver ? static_cast<ValueId>(m[call.callee].a) : list->value, lists, depth + 1);
    for (const Located& l : lists) Elements(view, l, std::nullopt, out, depth + 1);
  }
}

// The text of what ResolveEach() gives.
std::optional<std::string> TextIn(const Program& view, const Located& at, int depth) {
  if (at.data) return at.data.IsString() ? std::optional(std::string(at.data.str())) : std::nullopt;
  if (auto text = TextOf(view, at.file, at.value, depth)) return text;
  if (view.project[at.file].model[at.value].kind != ValueKind::kRegExp) return std::nullopt;
  const auto pattern = PatternOf(view, at.file, at.value);
  return pattern ? std::optional(regex::ToUtf8(pattern->source)) : std::nullopt;
}

// What a call hands on of constants: Object.values(table), list.filter(f), JSON.parse(readFileSync(path)).
bool HandedOn(const Program& view, FileId file, CallId id, std::vector<Located>& out, int depth) {
  const FileModel& m = view.project[file].model;
  const Call& call = m.calls[id];
  const Api* api = view.calls.TargetOf(file, id).api;
  const Argument* first = m.Arg(call, 0);
  if (api != nullptr && first != nullptr && !first->spread) {
    for (const std::string_view same :
         {"global.Object.values", "global.Object.entries", "global.Object.freeze", "global.Array.from", "global.Set"}) {
      if (api->name == same) return ResolveEach(view, file, first->value, out, depth + 1), true;
    }
    if (api->name == "global.JSON.parse") {
      ValueId from = first->value;
      for (int i = 0; i < kDepth && Some(from); ++i) {
        const Value& v = m[from];
        if (v.kind == ValueKind::kBinding) {
          const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
          from = b.writes == 0 ? b.value : kNone<ValueId>;
        } else if (v.kind == ValueKind::kAwait) {
          from = static_cast<ValueId>(v.a);
        } else {
          break;
        }
      }
      if (!Some(from) || m[from].kind != ValueKind::kCall) return true;
      const auto read = static_cast<CallId>(m[from].a);
      const Api* reader = view.calls.TargetOf(file, read).api;
      const Argument* path = m.Arg(m.calls[read], 0);
      if (reader == nullptr || path == nullptr || path->spread ||
          (reader->name != "fs.readFileSync" && reader->name != "fs.promises.readFile"))
        return true;
      const auto at = PathOf(view.project[file], path->value);
      // A path from where the process was started is looked for at the root.
      if (at && view.outside.resolver() != nullptr) {
        if (const DocValue data = view.outside.JsonAt(view.outside.Absolute(NormalizePath(at->path))))
          out.push_back({file, from, data});
      }
      return true;
    }
  }
  if (!Some(call.callee) || m[call.callee].kind != ValueKind::kMember) return false;
  const Api* row = view.project.knowledge().FindMember("unknown", m.names[static_cast<NameId>(m[call.callee].b)]);
  if (row == nullptr) return false;
  std::vector<Located> lists;
  bool any = false;
  for (const Passage& p : row->passes) {
    if (!p.receiver || p.callback >= 0 || (!p.as.empty() && p.as != "element")) continue;
    lists.clear();
    ResolveEach(view, file, static_cast<ValueId>(m[call.callee].a), lists, depth + 1);
    for (const Located& l : lists) {
      if (!IsCollection(view, l)) continue;
      any = true;
      if (p.as.empty()) {
        out.push_back(l);
      } else {
        Elements(view, l, std::nullopt, out, depth + 1);
      }
    }
  }
  return any;
}

// The same for values that are one of several: the elements of constant collections and of JSON, as loops, callbacks
// and patterns take them.
void ResolveEach(const Program& view, FileId file, ValueId value, std::vector<Located>& out, int depth) {
  if (!Some(value) || depth > kDepth || out.size() > kMostElements) return;
  const FileModel& m = view.project[file].model;
  const Value& v = m[value];
  switch (v.kind) {
    case ValueKind::kBinding: {
      const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
      if (b.kind == BindingKind::kEnum) {
        out.push_back({file, value});
      } else if (b.writes == 0 && Some(b.value)) {
        ResolveEach(view, file, b.value, out, depth + 1);
      }
      return;
    }
    case ValueKind::kEither:
      ResolveEach(view, file, static_cast<ValueId>(v.a), out, depth + 1);
      ResolveEach(view, file, static_cast<ValueId>(v.b), out, depth + 1);
      return;
    case ValueKind::kAwait:
      return ResolveEach(view, file, static_cast<ValueId>(v.a), out, depth + 1);
    case ValueKind::kParam:
      return Given(view, file, v, out, depth);
    case ValueKind::kImport:
    case ValueKind::kPromisedImport: {
      const auto import = static_cast<ImportId>(v.a);
      if (Some(view.project[file].imports[Index(import)])) break;
      if (const DocValue data = view.outside.JsonOf(view.project[file], import)) out.push_back({file, value, data});
      return;
    }
    case ValueKind::kElement: {
      std::vector<Located> bases;
      ResolveEach(view, file, static_cast<ValueId>(v.a), bases, depth + 1);
      std::optional<std::string> key;
      if (const auto at = static_cast<NodeId>(v.b); Some(at)) {
        key = TextOf(view, file, m.ValueOf(at), depth + 1);
        const Node& n = m.syntax[at];
        if (!key && m.syntax.KindOf(at) == Kind::kNumericLiteral)
          key = view.project[file].text.substr(n.start, n.end - n.start);
      }
      for (const Located& base : bases) {
        if (IsCollection(view, base)) {
          Elements(view, base, key, out, depth);
        } else if (!Some(static_cast<NodeId>(v.b))) {
          out.push_back(base);  // of an entry: see Object.entries() above
        }
      }
      return;
    }
    case ValueKind::kMember: {
      std::vector<Located> bases;
      ResolveEach(view, file, static_cast<ValueId>(v.a), bases, depth + 1);
      const std::string name(m.names[static_cast<NameId>(v.b)]);
      const size_t before = out.size();
      for (const Located& base : bases) {
        if (base.data && base.data.IsObject()) {
          if (const DocValue member = base.data[name]) {
            out.push_back({base.file, base.value, member});
          } else if (name == "default") {
            out.push_back(base);
          }
          continue;
        }
        if (base.data) continue;
        const FileModel& bm = view.project[base.file].model;
        const Value& of = bm[base.value];
        if (of.kind == ValueKind::kImport) {
          const FileId target = view.project[base.file].imports[of.a];
          if (!Some(target)) continue;
          const Project::Exported e = view.project.FindExport(target, name);
          if (!e.is_namespace && Some(e.file)) ResolveEach(view, e.file, e.value, out, depth + 1);
        } else if (of.kind == ValueKind::kObject || of.kind == ValueKind::kBinding) {
          Elements(view, base, name, out, depth);
        } else if (of.kind == ValueKind::kRegExp && name == "source") {
          out.push_back(base);  // for its text: see TextIn()
        }
      }
      if (out.size() > before) return;
      break;
    }
    case ValueKind::kCall:
      if (HandedOn(view, file, static_cast<CallId>(v.a), out, depth)) return;
      break;
    default:
      break;
  }
  const Located at = Resolve(view, file, value);
  if (Some(at.value)) out.push_back(at);
}

// Constant text, with the sources of patterns where a program joins them.
std::optional<std::string> TextOf(const Program& view, FileId file, ValueId value, int depth) {
  if (!Some(value) || depth > kDepth) return std::nullopt;
  const FileModel& m = view.project[file].model;
  const Value& v = m[value];
  const auto text_at = [&](NodeId n) {
    const Node& x = m.syntax[n];
    return std::string_view(view.project[file].text).substr(x.start, x.end - x.start);
  };
  switch (v.kind) {
    case ValueKind::kString:
      return std::string(m.names[static_cast<NameId>(v.a)]);
    case ValueKind::kTemplate:
    case ValueKind::kConcat: {
      std::string out;
      for (const NodeId c : m.syntax.ChildrenOf(static_cast<NodeId>(v.a))) {
        if (m.syntax.KindOf(c) == Kind::kTemplateElement) {
          const auto cooked = Cook(text_at(c));
          if (!cooked) return std::nullopt;
          out += *cooked;
          continue;
        }
        const auto part = TextOf(view, file, m.ValueOf(c), depth + 1);
        if (!part) return std::nullopt;
        out += *part;
        if (out.size() > 20000) return std::nullopt;
      }
      return out;
    }
    case ValueKind::kMember:
      if (m.names[static_cast<NameId>(v.b)] == "source") {
        if (const auto pattern = PatternOf(view, file, static_cast<ValueId>(v.a))) {
          return regex::ToUtf8(pattern->source);
        }
      }
      break;
    case ValueKind::kCall: {
      const Call& call = m.calls[static_cast<CallId>(v.a)];
      // ['a', 'b'].join('|')
      if (call.kind == CallKind::kCall && Some(call.callee) && m[call.callee].kind == ValueKind::kMember &&
          m.names[static_cast<NameId>(m[call.callee].b)] == "join" && call.arg_count == 1) {
        const auto between = TextOf(view, file, m.args[call.first_arg].value, depth + 1);
        std::vector<Located> lists, parts;
        if (between) ResolveEach(view, file, static_cast<ValueId>(m[call.callee].a), lists, depth + 1);
        if (lists.size() != 1 || !IsCollection(view, lists[0])) return std::nullopt;
        Elements(view, lists[0], std::nullopt, parts, depth + 1);
        if (parts.empty() || parts.size() >= kMostElements) return std::nullopt;
        std::string out;
        bool first = true;
        for (const Located& p : parts) {
          const auto part = TextIn(view, p, depth + 1);
          if (!part) return std::nullopt;
          if (!std::exchange(first, false)) out += *between;
          out += *part;
          if (out.size() > 20000) return std::nullopt;
        }
        return out;
      }
      // String.raw`...`
      if (call.kind != CallKind::kTagged || text_at(m.syntax.FirstChild(call.node)) != "String.raw")
        return std::nullopt;
      std::string out;
      for (const NodeId c : m.syntax.ChildrenOf(call.node)) {
        if (m.syntax.KindOf(c) != Kind::kTemplateLiteral) continue;
        for (const NodeId part : m.syntax.ChildrenOf(c)) {
          if (m.syntax.KindOf(part) != Kind::kTemplateElement) return std::nullopt;
          out += text_at(part);
        }
      }
      return out;
    }
    default:
      break;
  }
  const Located at = Resolve(view, file, value);
  if (Some(at.value) && !(at.file == file && at.value == value)) {
    const ValueKind kind = view.project[at.file].model[at.value].kind;
    if (kind != ValueKind::kMember && kind != ValueKind::kElement) return TextOf(view, at.file, at.value, depth + 1);
  }
  if (v.kind != ValueKind::kBinding && v.kind != ValueKind::kMember && v.kind != ValueKind::kElement)
    return std::nullopt;
  // A string of a JSON file.
  std::vector<Located> each;
  ResolveEach(view, file, value, each, depth + 1);
  if (each.size() != 1) return std::nullopt;
  if (each[0].data) return TextIn(view, each[0], depth + 1);
  const bool same = each[0].file == file && each[0].value == value;
  return same ? std::nullopt : TextOf(view, each[0].file, each[0].value, depth + 1);
}

bool IsRegExpCall(const Program& program, FileId file, const Call& call, CallId id) {
  if (call.kind != CallKind::kNew && call.kind != CallKind::kCall) return false;
  const Api* api = program.calls.TargetOf(file, id).api;
  return api != nullptr && api->name == "global.RegExp";
}

// Object.prototype.toString.call(value): "[object Array]", whatever the value.
bool IsTypeTag(const FileModel& m, ValueId value) {
  if (!Some(value) || m[value].kind != ValueKind::kCall) return false;
  const Call& call = m.calls[static_cast<CallId>(m[value].a)];
  if (!Some(call.callee) || m[call.callee].kind != ValueKind::kMember) return false;
  const Value& of = m[static_cast<ValueId>(m[call.callee].a)];
  const auto named = [&](const Value& v, std::string_view name) { return m.names[static_cast<NameId>(v.b)] == name; };
  return named(m[call.callee], "call") && (of.kind != ValueKind::kMember || named(of, "toString"));
}

// A pattern in a schema that requests are validated by, wherever it is written.
struct RequestSchema {
  FileId file;
  NodeId object;
  double limit;
};

// What Node admits in the head of a request, --max-http-header-size, and Fastify in a body.
constexpr double kHead = 16384, kBody = 1048576;

const struct Member* MemberOf(const FileModel& m, const Object& o, std::string_view name) {
  for (uint32_t k = 0; k < o.member_count; ++k) {
    const struct Member& member = m.members[o.first_member + k];
    if (Some(member.name) && m.names[member.name] == name && member.kind == FunctionKind::kExpression) return &member;
  }
  return nullptr;
}

void WalkSchema(const Program& program, FileId file, ValueId value, double limit, int depth,
                std::vector<RequestSchema>& out) {
  const Located at = Resolve(program, file, value);
  if (!Some(at.value) || depth > kDepth || out.size() > 400) return;
  const FileModel& m = program.project[at.file].model;
  const Value& v = m[at.value];
  if (v.kind == ValueKind::kArray) {
    for (const NodeId c : m.syntax.ChildrenOf(static_cast<NodeId>(v.a)))
      WalkSchema(program, at.file, m.ValueOf(c), limit, depth + 1, out);
  }
  if (v.kind != ValueKind::kObject) return;
  const Object& o = m.objects[static_cast<ObjectId>(v.a)];
  out.push_back({at.file, o.node, limit});
  for (uint32_t k = 0; k < o.member_count; ++k) {
    const struct Member& member = m.members[o.first_member + k];
    if (!Some(member.value) || member.kind != FunctionKind::kExpression) continue;
    const std::string_view name = Some(member.name) ? m.names[member.name] : std::string_view();
    if (name == "response") continue;
    const bool head = name == "querystring" || name == "query" || name == "params" || name == "headers";
    WalkSchema(program, at.file, member.value, depth == 0 ? head ? kHead : kBody : limit, depth + 1, out);
  }
}

// Members of JSON Schemas, { type: 'string', pattern: '^a+$' }: validators compile them with the flag u.
void FindInSchemas(const Program& program, FileId file, std::vector<RegexMatch>& out) {
  const FileModel& m = program.project[file].model;
  for (const ObjectId id : Ids(m.objects)) {
    const Object& o = m.objects[id];
    const struct Member *pattern = MemberOf(m, o, "pattern"), *type = MemberOf(m, o, "type");
    if (pattern == nullptr || type == nullptr || TextOf(program, file, type->value) != "string") continue;
    const auto text = TextOf(program, file, pattern->value);
    if (!text) continue;
    const NodeId written = m.syntax.Child(pattern->node, Role::kValue);
    const Node& at = m.syntax[Some(written) ? written : pattern->node];
    RegexMatch match;
    match.by = RegexMatch::By::kValidator;
    match.pattern.source = regex::ToUtf16(*text);
    match.pattern.flags.assign(1, 'u');
    match.pattern.at = {file, {at.start, at.end}};
    match.subject = o.node;
    match.use = regex::Use::kOnce;
    // Checked first, unless all errors are asked for.
    if (const struct Member* most = MemberOf(m, o, "maxLength"); most != nullptr && Some(most->value)) {
      const Located number = Resolve(program, file, most->value);
      if (Some(number.value) && program.project[number.file].model[number.value].kind == ValueKind::kNumber) {
        const FileModel& nm = program.project[number.file].model;
        const Node& n = nm.syntax[static_cast<NodeId>(nm[number.value].a)];
        match.limit = std::strtod(
            std::string(std::string_view(program.project[number.file].text).substr(n.start, n.end - n.start)).c_str(),
            nullptr);
      } else {
        match.limit = 0;
      }
    }
    out.push_back(std::move(match));
  }
}

// Patterns and schemas handed to what knowledge says tests others' text by them.
void FindGiven(const Program& program, FileId file, CallId id, std::vector<RegexMatch>& out,
               std::vector<RequestSchema>& schemas) {
  const FileModel& m = program.project[file].model;
  const Api* api = program.calls.TargetOf(file, id).api;
  if (api == nullptr) return;
  for (const Sink& sink : api->sinks) {
    const Call& call = m.calls[id];
    if (sink.kind == "request-schema") {
      for (uint32_t i = 0; i < call.arg_count; ++i) {
        const Located options = Resolve(program, file, m.args[call.first_arg + i].value);
        if (!Some(options.value)) continue;
        const FileModel& om = program.project[options.file].model;
        if (om[options.value].kind != ValueKind::kObject) continue;
        const Object& o = om.objects[static_cast<ObjectId>(om[options.value].a)];
        if (const struct Member* schema = MemberOf(om, o, sink.option))
          WalkSchema(program, options.file, schema->value, kBody, 0, schemas);
      }
    }
    const bool request = sink.kind == "request-pattern";
    if ((!request && sink.kind != "pattern") || sink.first_arg < 0) continue;
    const Argument* given = m.Arg(call, static_cast<uint32_t>(sink.first_arg));
    if (given == nullptr || given->spread) continue;
    auto pattern = PatternOf(program, file, given->value);
    if (!pattern) continue;
    RegexMatch match;
    match.by = request ? RegexMatch::By::kRequest : RegexMatch::By::kValidator;
    match.call = id;
    match.pattern = *std::move(pattern);
    match.use = regex::Use::kOnce;
    if (api->name.starts_with("express.")) match.limit = kHead;  // a path
    out.push_back(std::move(match));
  }
}

std::optional<RegexPattern> PatternOf(const Program& view, FileId file, ValueId value) {
  const Located at = Resolve(view, file, value);
  if (!Some(at.value)) return std::nullopt;
  const FileModel& m = view.project[at.file].model;
  const Value& v = m[at.value];
  RegexPattern out;
  if (v.kind == ValueKind::kRegExp) {
    const Node& n = m.syntax[static_cast<NodeId>(v.a)];
    const std::string_view text = std::string_view(view.project[at.file].text).substr(n.start, n.end - n.start);
    const size_t slash = text.rfind('/');
    if (slash == std::string_view::npos || slash == 0) return std::nullopt;
    out.source = regex::ToUtf16(text.substr(1, slash - 1));
    out.flags = std::string(text.substr(slash + 1));
    out.at = {at.file, {n.start, n.end}};
    out.literal = true;
    return out;
  }
  if (v.kind != ValueKind::kCall) return std::nullopt;
  const CallId id = static_cast<CallId>(v.a);
  const Call& call = m.calls[id];
  if (!IsRegExpCall(view, at.file, call, id) || call.arg_count == 0 || call.arg_count > 2) return std::nullopt;
  const Node& n = m.syntax[call.node];
  out.at = {at.file, {n.start, n.end}};
  const Argument& first = m.args[call.first_arg];
  if (first.spread) return std::nullopt;
  if (const auto text = TextOf(view, at.file, first.value)) {
    out.source = regex::ToUtf16(*text);
  } else {
    // RegExp(/a/, 'g')
    const Located inner = Resolve(view, at.file, first.value);
    if (inner.value == at.value && inner.file == at.file) return std::nullopt;
    const auto pattern = Some(inner.value) && view.project[inner.file].model[inner.value].kind == ValueKind::kRegExp
                             ? PatternOf(view, at.file, first.value)
                             : std::nullopt;
    if (!pattern) return std::nullopt;
    out.source = pattern->source;
    out.flags = pattern->flags;
  }
  if (const Argument* flags = m.Arg(call, 1)) {
    const auto text = TextOf(view, at.file, flags->value);
    if (!text) return std::nullopt;
    out.flags = *text;
  }
  return out;
}

// The patterns a value is one of.
std::vector<RegexPattern> PatternsOf(const Program& program, FileId file, ValueId value) {
  std::vector<RegexPattern> out;
  if (auto one = PatternOf(program, file, value)) {
    out.push_back(*std::move(one));
    return out;
  }
  std::vector<Located> each;
  ResolveEach(program, file, value, each);
  for (const Located& at : each) {
    if (at.data) continue;
    if (auto one = PatternOf(program, at.file, at.value)) {
      out.push_back(*std::move(one));
      continue;
    }
    const FileModel& m = program.project[at.file].model;
    if (m[at.value].kind != ValueKind::kCall) continue;
    const auto id = static_cast<CallId>(m[at.value].a);
    const Call& call = m.calls[id];
    if (!IsRegExpCall(program, at.file, call, id) || call.arg_count == 0 || m.args[call.first_arg].spread) continue;
    std::vector<Located> texts, flags;
    ResolveEach(program, at.file, m.args[call.first_arg].value, texts);
    if (const Argument* given = m.Arg(call, 1); given != nullptr && !given->spread)
      ResolveEach(program, at.file, given->value, flags);
    const Node& n = m.syntax[call.node];
    for (size_t i = 0; i < texts.size(); ++i) {
      const auto text = TextIn(program, texts[i], 0);
      if (!text) continue;
      RegexPattern pattern;
      pattern.source = regex::ToUtf16(*text);
      if (call.arg_count < 2) {
        const auto literal = texts[i].data ? std::nullopt : PatternOf(program, texts[i].file, texts[i].value);
        if (literal) pattern.flags = literal->flags;
      } else if (flags.empty() && !texts[i].data) {
        continue;
      } else if (flags.size() == texts.size() || flags.size() == 1) {
        // Both run over the same list, or all have the same.
        pattern.flags = TextIn(program, flags[flags.size() == 1 ? 0 : i], 0).value_or("");
      }
      pattern.at = {at.file, {n.start, n.end}};
      out.push_back(std::move(pattern));
    }
  }
  return out;
}

// All that the repeats at fault can read.
regex::CharSet HotSet(const RegexPattern& pattern, const regex::Analysis& analysis) {
  regex::CharSet out;
  regex::Flags flags;
  regex::Tree tree;
  if (!regex::Flags::Parse(pattern.flags, flags) || regex::Parse(pattern.source, flags, tree).message != nullptr)
    return {{0, regex::kMaxCodePoint}};
  for (const regex::Node& n : tree.nodes) {
    const bool hot = std::ranges::any_of(analysis.hotspots,
                                         [&](const regex::Range& r) { return r.start <= n.start && n.end <= r.end; });
    if (!hot) continue;
    if (n.kind == regex::NodeKind::kBackreference || n.strings != regex::kInfinite) return {{0, regex::kMaxCodePoint}};
    if (n.kind == regex::NodeKind::kChar || n.kind == regex::NodeKind::kSet) out.Add(tree.sets[n.set]);
  }
  out.Normalize();
  return out;
}

// Of /[set]+/g and /[set]/g: the set, and whether runs of it are replaced as one.
std::optional<std::pair<regex::CharSet, bool>> RunsOf(const RegexPattern& pattern) {
  regex::Flags flags;
  regex::Tree tree;
  if (!regex::Flags::Parse(pattern.flags, flags) || !flags.g || flags.y ||
      regex::Parse(pattern.source, flags, tree).message != nullptr || tree.opaque)
    return std::nullopt;
  const auto child = [&](const regex::Node& n) -> const regex::Node& { return tree.nodes[tree.children[n.first]]; };
  const regex::Node& root = tree.nodes[tree.root()];
  if (root.count != 1 || child(root).count != 1) return std::nullopt;
  const regex::Node* only = &child(child(root));
  const bool runs =
      only->kind == regex::NodeKind::kQuantifier && only->greedy && only->min <= 2 && only->max == regex::kInfinite;
  if (runs) only = &child(*only);
  if ((only->kind != regex::NodeKind::kChar && only->kind != regex::NodeKind::kSet) ||
      only->strings != regex::kInfinite)
    return std::nullopt;
  return std::pair(tree.sets[only->set], runs);
}

// What a call of test(), replace() and the like matches against its pattern.
ValueId Subject(const FileModel& m, CallId id) {
  const Call& call = m.calls[id];
  const std::string_view method = m.names[static_cast<NameId>(m[call.callee].b)];
  return method == "test" || method == "exec" ? m.args[call.first_arg].value : static_cast<ValueId>(m[call.callee].a);
}

// text = text.replace(...): what `match` looks at, when it is the one thing that changes the variable and that once: what
// the variable was made with. kNone otherwise.
ValueId MadeWith(const FileModel& m, BindingId variable, CallId match) {
  const NodeId node = m.calls[match].node;
  ValueId made = kNone<ValueId>;
  if (Some(EnclosingLoop(m, node)) || m.FunctionOf(m.bindings[variable].node) != m.calls[match].function) return made;
  for (const Assignment& a : m.assignments) {
    if (a.binding != variable || a.value == m.ValueOf(node)) continue;
    if (Some(made) || Index(a.node) > Index(node)) return kNone<ValueId>;
    made = a.value;
  }
  return made;
}

// Text that was made so that no attack fits in: digits of a number, base64, what the replace() before took the runs out
// of. `hot` is what the repeats at fault read.
bool CannotHold(const Program& program, FileId file, CallId match, const regex::CharSet& hot) {
  const FileModel& m = program.project[file].model;
  ValueId value = Subject(m, match);
  regex::CharSet added;
  bool whole = true;  // since then at most its ends were cut
  for (int depth = 0; depth < kDepth && Some(value); ++depth) {
    const Value& v = m[value];
    if (v.kind == ValueKind::kBinding) {
      const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
      if (b.writes != 0 && depth > 0) return false;
      value = b.writes == 0 ? b.value : MadeWith(m, static_cast<BindingId>(v.a), match);
      continue;
    }
    if (v.kind != ValueKind::kCall) return false;
    const Call& call = m.calls[static_cast<CallId>(v.a)];
    if (call.kind != CallKind::kCall || !Some(call.callee)) return false;
    const Value& callee = m[call.callee];
    const bool encodes = callee.kind == ValueKind::kGlobal && m.names[static_cast<NameId>(callee.a)] == "btoa";
    if (callee.kind != ValueKind::kMember && !encodes) return false;
    const std::string_view name = encodes ? "btoa" : m.names[static_cast<NameId>(callee.b)];
    const Argument* first = m.Arg(call, 0);
    if (first != nullptr && first->spread) return false;
    if (name == "toFixed" || name == "toPrecision" || name == "toExponential") return true;
    if (name == "toString" && first != nullptr && Some(first->value) && m[first->value].kind == ValueKind::kNumber)
      return true;
    if (name == "toString" || name == "digest" || encodes) {
      const auto encoding = encodes            ? std::optional<std::string>("base64")
                            : first != nullptr ? TextOf(program, file, first->value)
                                               : std::nullopt;
      if (!encoding) return false;
      if (*encoding == "hex") {
        added.Add(regex::CharSet{{'0', '9'}, {'a', 'f'}});
      } else if (*encoding == "base64") {
        added.Add(regex::CharSet{{'0', '9'}, {'a', 'z'}, {'A', 'Z'}, {'+', '+'}, {'/', '/'}});  // and two '=' at most
      } else if (*encoding == "base64url") {
        added.Add(regex::CharSet{{'0', '9'}, {'a', 'z'}, {'A', 'Z'}, {'-', '-'}, {'_', '_'}});
      } else {
        return false;
      }
      added.Normalize();
      return hot.Intersect(added).empty();
    }
    if (name == "replace" || name == "replaceAll") {
      const Argument* second = m.Arg(call, 1);
      const auto by = second == nullptr || second->spread ? std::nullopt : TextOf(program, file, second->value);
      if (!by || first == nullptr || by->find('$') != std::string::npos) return false;
      const auto pattern = PatternOf(program, file, first->value);
      const auto runs = whole && pattern && by->size() <= 1 ? RunsOf(*pattern) : std::nullopt;
      if (runs && hot.Minus(runs->first).empty()) {
        const auto put = by->empty() ? 0u : static_cast<uint8_t>((*by)[0]);
        if (by->empty() || runs->second || !runs->first.Contains(put)) return true;
      }
      whole = false;
      for (const char16_t c : regex::ToUtf16(*by)) added.Add(c, c);
    } else if (name != "trim" && name != "trimStart" && name != "trimEnd" && name != "slice" && name != "substring") {
      return false;
    }
    value = static_cast<ValueId>(callee.a);
  }
  return false;
}

// text.trim ? text.trim() : text.replace(...): what every Node has, so the rest never runs.
bool NeverRuns(const Program& program, FileId file, NodeId node) {
  const FileModel& m = program.project[file].model;
  const Syntax& s = m.syntax;
  const auto text_at = [&](NodeId n) {
    return std::string_view(program.project[file].text).substr(s[n].start, s[n].end - s[n].start);
  };
  for (NodeId n = node; Index(n) != 0 && !IsFunction(s.KindOf(n)); n = s.Parent(n)) {
    const NodeId p = s.Parent(n);
    if (s.KindOf(p) != Kind::kConditionalExpression || s.Child(p, Role::kAlternate) != n) continue;
    const NodeId test = s.Child(p, Role::kTest);
    if (s.KindOf(test) != Kind::kMemberExpression) continue;
    for (const std::string_view method :
         {"trim", "trimStart", "trimEnd", "trimLeft", "trimRight", "padStart", "replaceAll"}) {
      if (text_at(s.Child(test, Role::kProperty)) == method) return true;
    }
  }
  return false;
}

std::vector<RegexMatch> Find(const Program& program, FileId file, std::vector<RequestSchema>& schemas) {
  std::vector<RegexMatch> out;
  const FileModel& m = program.project[file].model;
  for (const CallId id : Ids(m.calls)) {
    const Call& call = m.calls[id];
    if (call.kind != CallKind::kCall || call.arg_count == 0 || !Some(call.callee)) continue;
    FindGiven(program, file, id, out, schemas);
    if (m[call.callee].kind != ValueKind::kMember) continue;
    const std::string_view method = m.names[static_cast<NameId>(m[call.callee].b)];
    const bool of_pattern = method == "test" || method == "exec",
               searches = method == "match" || method == "search" || method == "matchAll";
    if (!of_pattern && !searches && method != "replace" && method != "replaceAll" && method != "split") continue;
    const Argument& first = m.args[call.first_arg];
    const ValueId receiver = static_cast<ValueId>(m[call.callee].a);
    if (!Some(receiver) || first.spread || NeverRuns(program, file, call.node)) continue;
    RegexMatch match;
    match.call = id;
    std::vector<RegexPattern> patterns = PatternsOf(program, file, of_pattern ? receiver : first.value);
    if (patterns.empty() && searches) {
      // Text becomes a pattern here; that the receiver is a string is not known, so only what looks like one counts.
      std::vector<Located> texts;
      ResolveEach(program, file, first.value, texts);
      for (const Located& at : texts) {
        const auto text = TextIn(program, at, 0);
        if (!text || text->find_first_of("*+{") == std::string::npos) continue;
        const Node& n = m.syntax[first.node];
        RegexPattern& pattern = patterns.emplace_back();
        pattern.source = regex::ToUtf16(*text);
        if (method == "matchAll") pattern.flags.assign(1, 'g');
        pattern.at = {file, {n.start, n.end}};
      }
    }
    match.subject = of_pattern ? first.node : m.syntax.FirstChild(m.syntax.FirstChild(call.node));
    match.constant = TextOf(program, file, of_pattern ? first.value : receiver).has_value() ||
                     IsTypeTag(m, of_pattern ? first.value : receiver);
    for (RegexPattern& pattern : patterns) {
      match.pattern = std::move(pattern);
      const bool all = match.pattern.flags.find('g') != std::string::npos;
      match.use = method == "split"                          ? regex::Use::kSplit
                  : of_pattern || method == "search" || !all ? regex::Use::kOnce
                                                             : regex::Use::kAll;
      out.push_back(match);
    }
  }
  FindInSchemas(program, file, out);
  std::stable_sort(out.begin(), out.end(), [](const RegexMatch& a, const RegexMatch& b) {
    return Index(a.call) < Index(b.call);  // those of schemas last
  });
  return out;
}

}  // namespace

Span RegexPattern::SpanOf(regex::Range range) const {
  if (!literal) return at.span;
  const std::string utf8 = regex::ToUtf8(source);
  return {at.span.start + 1 + BytesOf(utf8, range.start), at.span.start + 1 + BytesOf(utf8, range.end)};
}

std::string RegexPattern::Text(regex::Range range) const {
  const std::u16string_view part = std::u16string_view(source).substr(range.start, range.end - range.start);
  if (part.size() <= 40) return regex::ToUtf8(part);
  return Cat(regex::ToUtf8(part.substr(0, 24)), "...", regex::ToUtf8(part.substr(part.size() - 10)));
}

std::optional<RegexPattern> PatternOf(const Project& project, const Calls& calls, const Outside& outside, FileId file,
                                      ValueId value) {
  return PatternOf(Program{project, calls, outside}, file, value);
}

void RegexMatches::Infer(const Project& project, const Calls& calls, const Outside& outside, int threads,
                         const StopToken& stop) {
  matches_.assign(project.size(), {});
  const Program program{project, calls, outside};
  std::vector<std::vector<RequestSchema>> schemas(project.size());
  ParallelFor(threads, project.size(), stop, [&](size_t i) {
    const auto file = static_cast<FileId>(i);
    if (project[file].role == FileRole::kSource) matches_[i] = Find(program, file, schemas[i]);
  });
  for (const std::vector<RequestSchema>& some : schemas) {
    for (const RequestSchema& s : some) {
      for (RegexMatch& m : matches_[Index(s.file)]) {
        if (m.by != RegexMatch::By::kValidator || m.subject != s.object) continue;
        m.by = RegexMatch::By::kRequest;
        if (m.limit < 0 || s.limit < m.limit) m.limit = s.limit;
      }
    }
  }
  // Many files copy the same few patterns.
  absl::flat_hash_map<std::string, size_t> known;
  std::vector<const RegexMatch*> distinct;
  std::vector<std::vector<size_t>> ids(matches_.size());
  for (size_t i = 0; i < matches_.size(); ++i) {
    for (const RegexMatch& m : matches_[i]) {
      const auto [it, fresh] = known.try_emplace(
          Cat(std::to_string(static_cast<int>(m.use)), m.pattern.flags, "/", regex::ToUtf8(m.pattern.source)),
          distinct.size());
      if (fresh) distinct.push_back(&m);
      ids[i].push_back(it->second);
    }
  }
  std::vector<std::shared_ptr<const regex::Analysis>> analyses(distinct.size());
  ParallelFor(threads, distinct.size(), stop, [&](size_t i) {
    const RegexMatch& m = *distinct[i];
    regex::Analysis a = regex::Analyze(m.pattern.source, m.pattern.flags, {.use = m.use});
    if (a.verdict == regex::Verdict::kPolynomial || a.verdict == regex::Verdict::kExponential)
      analyses[i] = std::make_shared<const regex::Analysis>(std::move(a));
  });
  for (size_t i = 0; i < matches_.size(); ++i) {
    for (size_t k = 0; k < matches_[i].size(); ++k) matches_[i][k].analysis = analyses[ids[i][k]];
    const auto file = static_cast<FileId>(i);
    std::erase_if(matches_[i], [&](const RegexMatch& m) {
      return m.analysis == nullptr ||
             (m.by == RegexMatch::By::kCall &&
              CannotHold(program, file, m.call, HotSet(m.pattern, *m.analysis)));
    });
  }
}

}  // namespace looplint
