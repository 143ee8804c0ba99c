#include "rules/patterns.h"

#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/facts/local_flow.h"
#include "analyzer/regex/repair.h"

namespace looplint {
namespace {

constexpr int kDepth = 12;

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

struct Located {
  FileId file;
  ValueId value;
};

// Follows a value to what it was made of: constants, members of object literals, other modules.
Located Resolve(const View& view, FileId file, ValueId value, int depth = 0) {
  for (; depth < kDepth && Some(value); ++depth) {
    const FileModel& m = view.project[file].model;
    const Value& v = m[value];
    if (v.kind == ValueKind::kBinding) {
      const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
      if (b.writes != 0) return {file, kNone<ValueId>};
      value = b.value;
      continue;
    }
    if (v.kind == ValueKind::kImport) {
      const FileId target = view.project[file].imports[v.a];
      if (!Some(target)) return {file, value};
      const ValueId whole = view.project.ModuleExports(target);
      if (!Some(whole)) return {file, value};
      file = target;
      value = whole;
      continue;
    }
    if (v.kind != ValueKind::kMember) return {file, value};
    const std::string_view name = m.names[static_cast<NameId>(v.b)];
    // A member of a module, or of an object literal.
    ValueId base = static_cast<ValueId>(v.a);
    for (int i = 0; i < kDepth && Some(base) && m[base].kind == ValueKind::kBinding; ++i) {
      const Binding& b = m.bindings[static_cast<BindingId>(m[base].a)];
      base = b.writes == 0 ? b.value : kNone<ValueId>;
    }
    if (!Some(base)) return {file, kNone<ValueId>};
    if (m[base].kind == ValueKind::kImport) {
      const FileId target = view.project[file].imports[m[base].a];
      if (!Some(target)) return {file, value};
      const Project::Exported e = view.project.FindExport(target, name);
      if (e.is_namespace || !Some(e.file) || !Some(e.value)) return {file, kNone<ValueId>};
      file = e.file;
      value = e.value;
      continue;
    }
    const Located object = Resolve(view, file, base, depth + 1);
    if (!Some(object.value)) return {file, kNone<ValueId>};
    const FileModel& om = view.project[object.file].model;
    if (om[object.value].kind != ValueKind::kObject) return {file, value};
    const Object& o = om.objects[static_cast<ObjectId>(om[object.value].a)];
    ValueId found = kNone<ValueId>;
    for (uint32_t k = 0; k < o.member_count; ++k) {
      const struct Member& member = om.members[o.first_member + k];
      if (Some(member.name) && om.names[member.name] == name && member.kind == FunctionKind::kExpression)
        found = member.value;
    }
    file = object.file;
    value = found;
  }
  return {file, value};
}

// Constant text, with the sources of patterns where a program joins them.
std::optional<std::string> TextOf(const View& view, FileId file, ValueId value, int depth = 0) {
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
        const View other(view.project, view.facts, file);
        if (const auto pattern = PatternOf(other, static_cast<ValueId>(v.a)); pattern && pattern->problem.empty()) {
          return regex::ToUtf8(pattern->source);
        }
      }
      break;
    case ValueKind::kCall: {
      // String.raw`...`
      const Call& call = m.calls[static_cast<CallId>(v.a)];
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
  if (!Some(at.value) || (at.file == file && at.value == value)) return std::nullopt;
  return TextOf(view, at.file, at.value, depth + 1);
}

bool IsRegExpCall(const View& view, FileId file, const Call& call, CallId id) {
  if (call.kind != CallKind::kNew && call.kind != CallKind::kCall) return false;
  const Api* api = view.facts.calls.TargetOf(file, id).api;
  return api != nullptr && api->name == "global.RegExp";
}

std::string_view MethodOf(const FileModel& m, const Call& call) {
  if (!Some(call.callee) || m[call.callee].kind != ValueKind::kMember) return {};
  return m.names[static_cast<NameId>(m[call.callee].b)];
}

// Is the function a value of what its file exports: itself, a member of an exported object, a method of an exported
// class?
bool IsExported(const FileModel& m, FunctionId f) {
  const Function& function = m.functions[f];
  const auto resolve = [&](ValueId v) {
    for (int i = 0; i < 4 && Some(v) && m[v].kind == ValueKind::kBinding; ++i)
      v = m.bindings[static_cast<BindingId>(m[v].a)].value;
    return v;
  };
  for (const Export& e : m.module.exports) {
    const ValueId v = resolve(e.value);
    if (!Some(v)) continue;
    const Value& x = m[v];
    if (x.kind == ValueKind::kFunction && x.a == Index(f)) return true;
    if (x.kind == ValueKind::kClass && Some(function.owner) && x.a == Index(function.owner)) return true;
    if (x.kind != ValueKind::kObject) continue;
    const Object& o = m.objects[static_cast<ObjectId>(x.a)];
    for (uint32_t k = 0; k < o.member_count; ++k) {
      const ValueId member = resolve(m.members[o.first_member + k].value);
      if (Some(member) && m[member].kind == ValueKind::kFunction && m[member].a == Index(f)) return true;
    }
  }
  return false;
}

// The longest text a value can be when it was cut: text.slice(0, 100).
double CutTo(const View& file, ValueId value) {
  const FileModel& m = file.model;
  for (int i = 0; i < kDepth && Some(value); ++i) {
    const Value& v = m[value];
    if (v.kind == ValueKind::kBinding) {
      value = m.bindings[static_cast<BindingId>(v.a)].value;
      continue;
    }
    if (v.kind != ValueKind::kCall) return -1;
    const Call& call = m.calls[static_cast<CallId>(v.a)];
    const std::string_view method = MethodOf(m, call);
    if ((method == "slice" || method == "substring" || method == "substr") && call.arg_count == 2) {
      const auto from = file.ConstantNumber(m.args[call.first_arg].node),
                 to = file.ConstantNumber(m.args[call.first_arg + 1].node);
      if (from && *from >= 0) return !to ? 0 : *to < 0 ? -1 : method == "substr" ? *to : std::max(0.0, *to - *from);
    }
    if (method.empty()) return -1;
    value = file.Receiver(call);
  }
  return -1;
}

// What arrives in the head of a request is no longer than Node lets heads be: --max-http-header-size, 16 KiB.
constexpr double kHead = 16384;
bool FromHead(std::string_view what) {
  for (const std::string_view part : {".query", ".params", ".headers", ".url", ".originalUrl", ".path", ".hostname",
                                      ".cookies", ".get(", ".header(", ".searchParams", ".param("}) {
    if (what.find(part) != std::string_view::npos) return true;
  }
  return false;
}

// A comparison of the text's length before it is matched.
double ComparedTo(const View& file, const LocalOrigin& origin, NodeId subject, NodeId before) {
  const Syntax& s = file.syntax;
  NodeId outer = NodeId{0};
  for (NodeId p = s.Parent(before); Index(p) != 0; p = s.Parent(p)) {
    if (IsFunction(s.KindOf(p))) outer = p;
  }
  const std::string_view written = file.Text(subject);
  double limit = -1;
  for (uint32_t i = Index(outer) + 1; i < Index(before) + 1 && i < s.size(); ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) != Kind::kBinaryExpression) continue;
    const Op op = s[n].op;
    if (op != Op::kLt && op != Op::kLe && op != Op::kGt && op != Op::kGe && op != Op::kStrictEq && op != Op::kEq)
      continue;
    const NodeId left = s.Child(n, Role::kLeft), right = s.Child(n, Role::kRight);
    for (const bool swapped : {false, true}) {
      const NodeId length = swapped ? right : left, other = swapped ? left : right;
      if (!Some(length) || s.KindOf(length) != Kind::kMemberExpression) continue;
      const NodeId property = s.Child(length, Role::kProperty);
      if (!Some(property) || file.Text(property) != "length") continue;
      const NodeId object = s.FirstChild(length);
      const BindingId b = file.model.BindingAt(object);
      const bool same = file.Text(object) == written || file.Text(object) == origin.what ||
                        (Some(b) && std::ranges::find(origin.through, b) != origin.through.end());
      if (!same) continue;
      const auto number = file.ConstantNumber(other);
      // length > 0 and the like keep nothing out.
      if (number && *number < 8) continue;
      limit = number ? std::max(limit, *number) : std::max(limit, 0.0);
    }
  }
  return limit;
}

}  // namespace

Span Pattern::SpanOf(regex::Range range) const {
  if (!literal) return at.span;
  const std::string utf8 = regex::ToUtf8(source);
  return {at.span.start + 1 + BytesOf(utf8, range.start), at.span.start + 1 + BytesOf(utf8, range.end)};
}

std::string Pattern::Text(regex::Range range) const {
  const std::u16string_view part = std::u16string_view(source).substr(range.start, range.end - range.start);
  if (part.size() <= 40) return regex::ToUtf8(part);
  return Cat(regex::ToUtf8(part.substr(0, 24)), "...", regex::ToUtf8(part.substr(part.size() - 10)));
}

std::optional<Pattern> PatternOf(const View& view, ValueId value) {
  const Located at = Resolve(view, view.id, value);
  if (!Some(at.value)) return std::nullopt;
  const FileModel& m = view.project[at.file].model;
  const Value& v = m[at.value];
  Pattern out;
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
    const View other(view.project, view.facts, at.file);
    const Located inner = Resolve(view, at.file, first.value);
    if (inner.value == at.value && inner.file == at.file) return std::nullopt;
    const auto pattern = Some(inner.value) && view.project[inner.file].model[inner.value].kind == ValueKind::kRegExp
                             ? PatternOf(other, first.value)
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

std::vector<Match> MatchesIn(const View& file) {
  std::vector<Match> out;
  const FileModel& m = file.model;
  for (const CallId id :
       file.MethodCalls({"test", "exec", "match", "matchAll", "replace", "replaceAll", "search", "split"})) {
    const Call& call = m.calls[id];
    if (call.kind != CallKind::kCall || call.arg_count == 0) continue;
    const std::string_view method = file.Method(call);
    const Argument& first = m.args[call.first_arg];
    const ValueId receiver = file.Receiver(call);
    if (!Some(receiver) || first.spread) continue;
    Match match;
    match.call = id;
    if (method == "test" || method == "exec") {
      auto pattern = PatternOf(file, receiver);
      if (!pattern) continue;
      match.pattern = std::move(*pattern);
      match.subject = first.value;
      match.subject_node = first.node;
      match.use = regex::Use::kOnce;
    } else {
      auto pattern = PatternOf(file, first.value);
      if (!pattern && (method == "match" || method == "matchAll" || method == "search")) {
        // Text becomes a pattern here; that the receiver is a string is not known, so only what looks like one counts.
        const auto text = file.ConstantString(first.value);
        if (text && text->find_first_of("*+{") != std::string::npos) {
          pattern.emplace();
          pattern->source = regex::ToUtf16(*text);
          if (method == "matchAll") pattern->flags.assign(1, 'g');
          pattern->at = {file.id, file.SpanOf(first.node)};
        }
      }
      if (!pattern) continue;
      match.pattern = std::move(*pattern);
      match.subject = receiver;
      match.subject_node = file.syntax.FirstChild(file.CalleeNode(call));
      const bool all = match.pattern.flags.find('g') != std::string::npos;
      match.use = method == "split"            ? regex::Use::kSplit
                  : method == "search" || !all ? regex::Use::kOnce
                                               : regex::Use::kAll;
    }
    out.push_back(std::move(match));
  }
  return out;
}

Subject SubjectOf(const View& file, const Match& match) {
  return SubjectOf(file, match.subject, match.subject_node, file.model.calls[match.call].node);
}

Subject SubjectOf(const View& file, ValueId value, NodeId node, NodeId before) {
  Subject out;
  if (!Some(value)) return out;
  if (file.ConstantString(value)) {
    out.kind = Subject::Kind::kConstant;
    return out;
  }
  LocalFlow flow(file.project, file.facts.calls, file.id);
  const LocalOrigin origin = flow.Of(value);
  double head = -1;
  if (origin.kind == LocalOrigin::Kind::kRequest) {
    out.kind = Subject::Kind::kRequest;
    if (FromHead(origin.what)) head = kHead;
  } else if (origin.kind == LocalOrigin::Kind::kParam) {
    out.function = origin.function;
    out.param = origin.param;
    const bool library = origin.function.file == file.id && file.project.KindOf(file.id) == ProgramKind::kLibrary &&
                         IsExported(file.model, origin.function.function);
    out.kind = library ? Subject::Kind::kCaller : Subject::Kind::kParam;
  }
  out.what = origin.what;
  out.limit = std::max(CutTo(file, value), ComparedTo(file, origin, node, before));
  out.checked = out.limit >= 0;
  if (head >= 0 && (out.limit < 0 || out.limit > head)) out.limit = head;
  return out;
}

bool Harmless(const Subject& subject, const regex::Analysis& analysis) {
  if (subject.limit < 0) return false;
  return analysis.length_100ms == 0 || subject.limit < static_cast<double>(analysis.length_100ms);
}

std::string CostSentence(const regex::Analysis& analysis, double limit) {
  const bool second = analysis.length_1s != 0 && analysis.length_1s <= 10000000 &&
                      (limit <= 0 || static_cast<double>(analysis.length_1s) <= limit);
  const uint64_t length = second ? analysis.length_1s : analysis.length_100ms;
  return Cat(AttackText(analysis.attack, length), " (", Thousands(length), " characters) takes about ",
             second ? "a second" : "100 ms", analysis.only_all ? " when every match is taken" : "");
}

void SuggestRepair(const View& file, const Pattern& pattern, const regex::Analysis& analysis, regex::Use use,
                   Report::Draft& draft) {
  if (!pattern.literal || pattern.at.file != file.id) return;
  const auto repair = regex::FindRepair(pattern.source, pattern.flags, analysis, {.use = use});
  if (!repair) return;
  const std::string cost = repair->verdict == regex::Verdict::kLinear ? "in linear time" : "in less time";
  draft.FixWith({.description = Cat("match the same ", cost, ": /", regex::ToUtf8(repair->pattern), "/", pattern.flags,
                                    repair->captures ? " (its groups capture other parts)" : ""),
                 .edits = {{.at = pattern.SpanOf(repair->replaced), .text = regex::ToUtf8(repair->by)}}});
  draft.Help(Cat("match the same ", cost, ": /", regex::ToUtf8(repair->pattern), "/", pattern.flags));
}

std::string Advice(const Pattern& pattern, const regex::Analysis& analysis) {
  const uint64_t limit = analysis.length_100ms;
  switch (analysis.cause) {
    case regex::Cause::kLoopOverLoop:
      return "let only one of the nested repeats match a given text: separate them by something they cannot match, or "
             "drop one";
    case regex::Cause::kTwoLoops:
      return Cat("let the two repeats match different characters",
                 limit > 200 ? Cat(", or refuse text longer than ", Thousands(limit), " characters first") : "");
    case regex::Cause::kEveryStart:
      return Cat("anchor the pattern, keep it from starting inside what it repeats, as in (?<!x)x+, or ",
                 pattern.source.ends_with(u'$') ? "use trimEnd() or a loop from the end" : "use indexOf()",
                 limit > 200 ? Cat("; or refuse text longer than ", Thousands(limit), " characters first") : "");
    default:
      return limit > 200 ? Cat("refuse text longer than ", Thousands(limit), " characters first") : "";
  }
}

std::string AttackText(const regex::Attack& attack, uint64_t length) {
  const size_t fixed = attack.prefix.size() + attack.suffix.size();
  const uint64_t n = length > fixed ? (length - fixed) / std::max<size_t>(1, attack.pump.size()) : 1;
  return attack.Expression(std::to_string(n));
}

std::string Thousands(uint64_t n) {
  const std::string digits = std::to_string(n);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out.push_back(',');
    out.push_back(digits[i]);
  }
  return out;
}

}  // namespace looplint
