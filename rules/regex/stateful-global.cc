// test() or exec() on a regular expression with g or y that outlives the call: lastIndex carries over.
#include "analyzer/base/strings.h"
#include "analyzer/facts/regex_matches.h"
#include "rules/rule.h"

namespace looplint {
namespace {

struct Pattern {
  char flag = 0;
  Span flag_at;  // when it is a literal
};

// The pattern a binding holds: /.../g or new RegExp('...', 'g').
Pattern PatternOf(const View& file, ValueId value) {
  Pattern out;
  if (!Some(value)) return out;
  const Value& v = file.model[value];
  if (v.kind == ValueKind::kRegExp) {
    const Span at = file.SpanOf(static_cast<NodeId>(v.a));
    const std::string_view text = file.Text(at);
    const size_t slash = text.rfind('/');
    for (size_t i = slash + 1; i < text.size(); ++i) {
      if (text[i] != 'g' && text[i] != 'y') continue;
      out.flag = text[i];
      out.flag_at = {at.start + static_cast<uint32_t>(i), at.start + static_cast<uint32_t>(i) + 1};
      if (text[i] == 'y') break;
    }
  } else if (v.kind == ValueKind::kCall) {
    const CallId id = static_cast<CallId>(v.a);
    const Api* api = file.ApiOf(id);
    if (api == nullptr || api->name != "global.RegExp") return out;
    const Argument* flags = file.model.Arg(file.model.calls[id], 1);
    if (flags == nullptr) return out;
    const auto text = file.ConstantString(flags->value);
    if (!text) return out;
    if (text->find('g') != std::string::npos) out.flag = 'g';
    if (text->find('y') != std::string::npos) out.flag = 'y';
  }
  return out;
}

// How the rest of the file uses the pattern.
struct Others {
  bool resets = false;       // lastIndex is mentioned, or unknown code has it
  bool only_matches = true;  // nothing but test() and exec(): the flag serves nobody
};

Others OthersOf(const View& file, BindingId binding) {
  Others out;
  const Syntax& s = file.syntax;
  for (const NodeId n : file.References(binding)) {
    const NodeId p = s.Parent(n);
    if (s.KindOf(p) == Kind::kMemberExpression && s[n].role != Role::kProperty) {
      const NodeId property = s.Child(p, Role::kProperty);
      const std::string_view name = Some(property) ? file.Text(property) : std::string_view();
      if (name == "lastIndex") out.resets = true;
      if (name == "test" && !Some(EnclosingLoop(file.model, n))) continue;
      if (name == "source" || name == "flags") continue;
      out.only_matches = false;
      continue;
    }
    out.only_matches = false;
  }
  return out;
}

// In function `f` the pattern is also given to replace(), match() or split(), which set lastIndex back to 0:
// if (RE.test(s)) s = s.replace(RE, '').
bool ResetBy(const View& file, BindingId binding, FunctionId f) {
  const Syntax& s = file.syntax;
  for (const NodeId n : file.References(binding)) {
    if (s[n].role != Role::kArgument || file.model.FunctionOf(n) != f) continue;
    const CallId call = file.model.CallAt(s.Parent(n));
    if (!Some(call)) continue;
    const std::string_view method = file.Method(file.model.calls[call]);
    if (method == "replace" || method == "replaceAll" || method == "match" || method == "split" || method == "search") {
      return true;
    }
    // Handed to other code, which may do so.
    if (method != "matchAll") return true;
  }
  return false;
}

// Called for each element of a list: [..].filter(x => RE.test(x)).
bool ForEachElement(const View& file, FunctionId f) {
  const NodeId node = file.model.functions[f].node;
  if (file.syntax[node].role != Role::kArgument) return false;
  const CallId call = file.model.CallAt(file.syntax.Parent(node));
  if (!Some(call)) return false;
  const std::string_view m = file.Method(file.model.calls[call]);
  return m == "filter" || m == "map" || m == "some" || m == "every" || m == "find" || m == "findIndex" ||
         m == "forEach" || m == "flatMap" || m == "reduce";
}

// let m = RE.exec(s); while (m) { ... m = RE.exec(s); }: this call only opens a loop that runs to the end.
bool OpensLoop(const View& file, BindingId regex, FunctionId function) {
  for (const NodeId r : file.References(regex)) {
    const NodeId callee = file.syntax.Parent(r);
    const CallId call = file.model.CallAt(file.syntax.Parent(callee));
    if (!Some(call) || file.model.calls[call].function != function) continue;
    if (file.Method(file.model.calls[call]) == "exec" && Some(EnclosingLoop(file.model, callee))) return true;
  }
  return false;
}

// Does the file say more of the member `name` than test() and exec()? Then lastIndex may be seen to.
bool SeenTo(const View& file, std::string_view name, FunctionId function) {
  const Syntax& s = file.syntax;
  for (uint32_t i = 0; i < s.size(); ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) != Kind::kMemberExpression) continue;
    const NodeId property = s.Child(n, Role::kProperty);
    if (!Some(property) || file.Text(property) != name) continue;
    const NodeId p = s.Parent(n);
    if (s.KindOf(p) == Kind::kMemberExpression) {
      const NodeId use = s.Child(p, Role::kProperty);
      const std::string_view what = Some(use) ? file.Text(use) : std::string_view();
      const bool loops = what == "exec" && Some(EnclosingLoop(file.model, n));
      if (what == "lastIndex" || (loops && file.model.FunctionOf(n) == function)) return true;
      continue;
    }
    // Given to replace() or match() here, which set it back, or to what is not known.
    if (s[n].role == Role::kArgument && file.model.FunctionOf(n) != function) {
      const CallId call = file.model.CallAt(p);
      const std::string_view method = Some(call) ? file.Method(file.model.calls[call]) : std::string_view();
      if (method == "replace" || method == "match" || method == "split" || method == "matchAll") continue;
    }
    return true;
  }
  return false;
}

// Filter.WORD.test(line), PATTERNS.word.test(line): kept in a class or an object of the module.
void CheckMember(const View& file, const Call& call, std::string_view method, Report& report) {
  const Value& receiver = file.model[file.Receiver(call)];
  const Value& base = file.model[static_cast<ValueId>(receiver.a)];
  if (base.kind != ValueKind::kBinding || call.function == kModuleFunction) return;
  const Binding& holder = file.model.bindings[static_cast<BindingId>(base.a)];
  if (holder.writes != 0 || !Some(holder.value) || file.model.scopes[holder.scope].function != kModuleFunction) return;
  const ValueKind kind = file.model[holder.value].kind;
  if (kind != ValueKind::kClass && kind != ValueKind::kObject) return;
  const auto pattern = PatternOf(file.project, file.facts.calls, file.facts.outside, file.id, file.Receiver(call));
  if (!pattern || pattern->at.file != file.id) return;
  const char flag = pattern->flags.find('y') != std::string::npos   ? 'y'
                    : pattern->flags.find('g') != std::string::npos ? 'g'
                                                                    : 0;
  const NodeId loop = EnclosingLoop(file.model, call.node);
  if (flag == 0 || (Some(loop) && method == "exec")) return;
  const std::string_view name = file.Name(static_cast<NameId>(receiver.b));
  if (SeenTo(file, name, call.function)) return;
  report.At(file.CalleeNode(call),
            Cat("`", file.Name(holder.name), ".", name, "` has the flag ", flag, ", so ", method,
                "() starts where the last match ended; the same input matches and then does not"));
}

void Check(const View& file, Report& report) {
  if (file.file.role == FileRole::kTest) return;
  for (const CallId id : file.MethodCalls({"test", "exec"})) {
    const Call& call = file.model.calls[id];
    if (call.kind != CallKind::kCall || call.arg_count != 1) continue;
    const std::string_view method = file.Method(call);
    if (method != "test" && method != "exec") continue;
    const ValueId receiver = file.Receiver(call);
    if (!Some(receiver)) continue;
    if (file.model[receiver].kind == ValueKind::kMember) CheckMember(file, call, method, report);
    if (file.model[receiver].kind != ValueKind::kBinding) continue;
    const BindingId b = static_cast<BindingId>(file.model[receiver].a);
    const Binding& binding = file.model.bindings[b];
    if (binding.writes != 0) continue;
    const Pattern pattern = PatternOf(file, binding.value);
    if (pattern.flag == 0) continue;
    // Lives longer than one run of the function that uses it?
    const FunctionId home = file.model.scopes[binding.scope].function;
    const NodeId loop = EnclosingLoop(file.model, call.node);
    const bool iterates = Some(loop) && (file.syntax.KindOf(loop) == Kind::kForOfStatement ||
                                         file.syntax.KindOf(loop) == Kind::kForInStatement);
    const bool made_outside_loop = iterates && !file.syntax.Contains(loop, binding.node);
    if (home == call.function) {
      if (!made_outside_loop) continue;
    } else if (home != kModuleFunction && !ForEachElement(file, call.function)) {
      continue;
    }
    // while ((m = RE.exec(s))) runs to the end, where lastIndex is 0 again.
    if (Some(loop) && (method == "exec" || !iterates)) continue;
    if (method == "exec" && OpensLoop(file, b, call.function)) continue;
    const Others others = OthersOf(file, b);
    if (others.resets || ResetBy(file, b, call.function)) continue;
    auto finding = report.At(file.CalleeNode(call),
                             Cat("`", file.Name(binding.name), "` has the flag ", pattern.flag, ", so ", method,
                                 "() starts where the last match ended; the same input matches and then does not"));
    if (others.only_matches && pattern.flag == 'g' && pattern.flag_at.end != 0) {
      finding.FixWith({.description = "drop the flag g, which nothing else uses",
                       .edits = {{.at = pattern.flag_at, .text = ""}},
                       .safe = true});
    }
  }
}

}  // namespace

RULE = {
    .summary = "test() or exec() on a shared regular expression with the flag g or y",
    .why =
        "With g or y a regular expression keeps lastIndex between calls. After a match, the next test() begins in the "
        "middle of the next input, fails there and starts over: valid input is refused every other time, and between "
        "requests that share the pattern.",
    .fix =
        "Drop the flag, which test() does not need; or create the pattern where it is used, or set lastIndex = 0 "
        "before.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .check = Check,
};

}  // namespace looplint
