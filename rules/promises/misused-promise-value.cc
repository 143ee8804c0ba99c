// A promise where its value is meant: tested, printed, compared, spread, or asked for a member it does not have.
#include <algorithm>
#include <array>
#include <optional>

#include "analyzer/base/strings.h"
#include "analyzer/project/values.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Certainly a promise of the language, with no members added: what an async function of the program or a function of
// Node returns, called on the spot.
bool IsNative(const View& file, CallId id) {
  const Api* api = file.ApiOf(id);
  if (api != nullptr) {
    const std::string_view module = file.PackageOf(*api);
    if (api->lazy_thenable || api->is_class) return false;
    return module == "global" || file.knowledge.IsNodeBuiltin(module);
  }
  const FunctionRef f = file.TargetOf(id);
  if (!Some(f.function)) return false;
  const Function& fn = file.project[f.file].model.functions[f.function];
  return fn.is_async && !fn.is_generator;
}

// Is it sure which function is called, and that there is a promise each time? A field may still be empty, and what
// several callers hand over is told apart by the methods it has.
bool Always(const View& file, CallId id) {
  const FileModel& m = file.model;
  const FunctionRef f = file.TargetOf(id);
  if (!Some(f.function) || file.ApiOf(id) != nullptr) return true;
  const FileModel& other = file.project[f.file].model;
  const ValueId result = file.project.ReturnOf(f);
  const bool member = Some(result) && other.values[result].kind == ValueKind::kMember;
  if (member && !other.functions[f.function].is_async) return false;
  const Value& callee = m.values[m.calls[id].callee];
  if (callee.kind != ValueKind::kMember || file.project.values() == nullptr) return true;
  return file.project.values()->Of(file.id, static_cast<ValueId>(callee.a)).size() <= 1;
}

bool OnPromises(std::string_view member) {
  static constexpr std::array<std::string_view, 8> kOwn = {"then",     "catch",   "finally",        "constructor",
                                                           "toString", "valueOf", "hasOwnProperty", "isPrototypeOf"};
  return std::find(kOwn.begin(), kOwn.end(), member) != kOwn.end();
}

// JSON.stringify(x) and response.json(x), directly or as a member of an object literal.
std::string_view Serializer(const View& file, NodeId node) {
  const Syntax& s = file.syntax;
  NodeId p = s.Parent(node);
  if (s.KindOf(p) == Kind::kProperty && s[node].role == Role::kValue) {
    node = s.Parent(p);
    if (s.KindOf(node) != Kind::kObjectExpression) return {};
    p = s.Parent(node);
  }
  if (s.KindOf(p) != Kind::kCallExpression || s[node].role != Role::kArgument || s.Child(p, Role::kArgument) != node)
    return {};
  const CallId id = file.model.CallAt(p);
  if (!Some(id)) return {};
  const Api* api = file.ApiOf(id);
  if (api == nullptr) return {};
  if (api->name == "global.JSON.stringify") return "JSON.stringify";
  const size_t hash = api->name.find('#');
  if (hash == std::string::npos) return {};
  const std::string_view type = std::string_view(api->name).substr(0, hash),
                         method = std::string_view(api->name).substr(hash + 1);
  if (method != "json" && method != "send" && method != "end" && method != "jsonp") return {};
  return file.knowledge.Is(type, "http.ServerResponse") ? method : std::string_view();
}

// How the promise is misused, as a clause about it; "" when it is not.
std::string Misuse(const View& file, NodeId node, bool direct) {
  const Syntax& s = file.syntax;
  // Through parentheses, `as` and the results of ?: and ||.
  NodeId c = node, p = s.Parent(node);
  while (s.KindOf(p) == Kind::kTSAsExpression || s.KindOf(p) == Kind::kTSNonNullExpression) c = p, p = s.Parent(p);
  const Role role = s[c].role;
  switch (s.KindOf(p)) {
    case Kind::kIfStatement:
    case Kind::kWhileStatement:
    case Kind::kDoWhileStatement:
    case Kind::kConditionalExpression:
    case Kind::kForStatement:
      if (role == Role::kTest) return "is tested, and always true";
      return {};
    case Kind::kLogicalExpression:
      if (role != Role::kLeft) return {};
      if (s[p].op == Op::kNullish) return direct ? "is never null or undefined, so the right side is never used" : "";
      if (s[p].op == Op::kOr) return direct ? "is always true, so the right side is never used" : "";
      return UseOf(s, p) == Use::kTested || direct ? "is tested, and always true" : "";
    case Kind::kUnaryExpression:
      if (s[p].op == Op::kNot) return "is negated, which always gives false";
      if (s[p].op == Op::kAdd || s[p].op == Op::kSub) return "is used as a number, which gives NaN";
      return {};
    case Kind::kBinaryExpression:
      switch (s[p].op) {
        case Op::kEq:
        case Op::kNe:
        case Op::kStrictEq:
        case Op::kStrictNe: {
          if (!direct) return {};
          const NodeId other = s.Child(p, role == Role::kLeft ? Role::kRight : Role::kLeft);
          const ValueId v = file.model.ValueOf(other);
          const ValueKind kind = Some(v) ? file.model[v].kind : ValueKind::kUnknown;
          // Comparing two promises for identity may be meant.
          if (kind == ValueKind::kUnknown || kind == ValueKind::kBinding || kind == ValueKind::kMember ||
              kind == ValueKind::kCall)
            return {};
          return s[p].op == Op::kEq || s[p].op == Op::kStrictEq ? "is compared, and never equal"
                                                                : "is compared, and always different";
        }
        case Op::kLt:
        case Op::kGt:
        case Op::kLe:
        case Op::kGe:
        case Op::kSub:
        case Op::kMul:
        case Op::kDiv:
        case Op::kMod:
        case Op::kExp:
          return "is used as a number, which gives NaN";
        case Op::kAdd:
          return "is added as a string, \"[object Promise]\"";
        default:
          return {};
      }
    case Kind::kTemplateLiteral:
      if (s.KindOf(s.Parent(p)) == Kind::kTaggedTemplateExpression) return {};
      return "is printed as \"[object Promise]\"";
    case Kind::kSpreadElement:
      return s.KindOf(s.Parent(p)) == Kind::kObjectExpression ? "is spread, which copies nothing"
                                                              : "is spread as a list, which throws a TypeError";
    case Kind::kForOfStatement:
      return role == Role::kRight ? "is iterated over, which throws a TypeError" : "";
    case Kind::kSwitchStatement:
      return role == Role::kValue || role == Role::kTest ? "is switched on, and matches no case" : "";
    case Kind::kMemberExpression: {
      if (role != Role::kObject || !direct) return {};
      if (s[p].flags & kComputed)
        return s.KindOf(s.Child(p, Role::kProperty)) == Kind::kNumericLiteral ? "has no elements" : "";
      const std::string_view member = file.Text(s.Child(p, Role::kProperty));
      if (OnPromises(member) || member.empty()) return {};
      const bool called = s.KindOf(s.Parent(p)) == Kind::kCallExpression && s[p].role == Role::kCallee;
      if (called && (s[p].flags & kOptional) == 0) return Cat("has no method ", member, ", which throws a TypeError");
      return Cat("has no ", member, ", which gives undefined");
    }
    default:
      break;
  }
  const std::string_view serializer = Serializer(file, node);
  if (!serializer.empty()) return Cat("is given to ", serializer, " and comes out as {}");
  return {};
}

// The declaration of a field that is a promise from the start by what it says: no ?, no value, nothing beside the
// promise.
std::optional<Place> PromiseField(const Project& project, FileId at, ClassId id, std::string_view name, int depth) {
  const File& file = project[at];
  const FileModel& m = file.model;
  const Class& c = m.classes[id];
  for (uint32_t i = 0; i < c.member_count; ++i) {
    const Member& field = m.members[c.first_member + i];
    if (!Some(field.name) || m.names[field.name] != name || field.is_static) continue;
    const Node& node = m.syntax[field.node];
    const NodeId type = m.syntax.Child(field.node, Role::kType);
    if (node.kind != Kind::kPropertyDefinition || !DeclaredPromise(file, field.node) ||
        Some(m.syntax.Child(field.node, Role::kValue)))
      return std::nullopt;
    const std::string_view head = std::string_view(file.text).substr(node.start, m.syntax[type].start - node.start);
    return head.find('?') == std::string_view::npos ? std::optional(Place{at, {node.start, node.end}}) : std::nullopt;
  }
  if (!Some(c.super) || depth > 8) return std::nullopt;
  const Denoted base = Denoter(project, at).Of(c.super);
  return base.Is(Denoted::Kind::kClass)
             ? PromiseField(project, base.file, static_cast<ClassId>(base.id), name, depth + 1)
             : std::nullopt;
}

// if (this.connecting) with `connecting: Promise<void>`.
void DeclaredFields(const View& file, Report& report) {
  if (file.file.language == Language::kJavaScript) return;
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  for (uint32_t i = 1; i < s.size(); ++i) {
    const NodeId around = static_cast<NodeId>(i);
    if (s.KindOf(around) != Kind::kIfStatement && s.KindOf(around) != Kind::kConditionalExpression) continue;
    const NodeId member = s.Child(around, Role::kTest);
    if (s.KindOf(member) != Kind::kMemberExpression || (s[member].flags & kComputed) ||
        s.KindOf(s.FirstChild(member)) != Kind::kThisExpression)
      continue;
    const ValueId self = m.ValueOf(s.FirstChild(member));
    if (!Some(self) || m[self].kind != ValueKind::kThis) continue;
    const ClassId owner = m.functions[static_cast<FunctionId>(m[self].a)].owner;
    if (!Some(owner)) continue;
    const std::string_view name = file.Text(s.Child(member, Role::kProperty));
    const std::optional<Place> declared = PromiseField(file.project, file.id, owner, name, 0);
    if (!declared) continue;
    report
        .At(member,
            Cat("this.", name, " is declared as a promise that is always there, and tested as if it might not be"))
        .As(Severity::kInfo)
        .Via({{*declared, "declared here"}}, "declared")
        .Help("add `| undefined` to its declaration; await it, if its result is meant");
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role == FileRole::kTest) return;
  DeclaredFields(file, report);
  const FileModel& m = file.model;
  const auto describe = [&](const Call& call) {
    const std::string text = file.CalleeText(call);
    return text == "this call" ? std::string("the promise of this call ") : Cat("the promise of ", text, "() ");
  };
  const auto say = [&](NodeId node, NodeId promise, const std::string& what, const std::string& misuse) {
    auto finding = report.At(node, Cat(what, misuse));
    finding.Help("await it first");
    if (auto fix = AwaitFix(file, promise, "await the promise")) finding.FixWith(*std::move(fix));
  };
  for (const CallId id : Ids(m.calls)) {
    const Call& call = m.calls[id];
    if (call.use == Use::kDropped || call.use == Use::kAwaited || call.use == Use::kReturned ||
        call.use == Use::kVoided)
      continue;
    if (file.ApiOf(id) == nullptr && !Some(file.TargetOf(id).function)) continue;  // nobody knows what it returns
    const Outcome outcome = file.PromiseAt(call.node);
    if (outcome.returns != Returns::kPromise) continue;
    if (call.use == Use::kMember && !IsNative(file, id)) continue;
    if (!Always(file, id)) continue;
    const std::string misuse = Misuse(file, call.node, true);
    if (!misuse.empty()) say(file.CalleeNode(call), call.node, describe(call), misuse);
  }
  // A constant that holds one. Somebody who awaits it elsewhere knows what it is.
  for (const BindingId variable : Ids(m.bindings)) {
    const Binding& binding = m.bindings[variable];
    if (binding.kind != BindingKind::kConst || !Some(binding.value) || !Some(binding.first)) continue;
    if (m[binding.value].kind != ValueKind::kCall) continue;
    const CallId id = static_cast<CallId>(m[binding.value].a);
    const NodeId declarator = file.syntax.Parent(binding.node);
    if (file.syntax.KindOf(declarator) != Kind::kVariableDeclarator ||
        file.syntax.Child(declarator, Role::kValue) != m.calls[id].node)
      continue;
    if (file.OutcomeOf(id).returns != Returns::kPromise || !IsNative(file, id)) continue;
    if (file.PromiseAt(m.calls[id].node).returns != Returns::kPromise) continue;
    std::vector<std::pair<NodeId, std::string>> found;
    bool known = false;
    for (const NodeId r : file.References(variable)) {
      const Use use = UseOf(file.syntax, r);
      if (use == Use::kAwaited || use == Use::kReturned || use == Use::kYielded || use == Use::kArgument) {
        known |= Serializer(file, r).empty();
      }
      if (use == Use::kMember) {
        known |= OnPromises(file.Text(file.syntax.Child(file.syntax.Parent(r), Role::kProperty)));
      }
      if (use == Use::kStored && Serializer(file, r).empty()) known = true;
      if (std::string misuse = Misuse(file, r, false); !misuse.empty()) found.push_back({r, std::move(misuse)});
    }
    if (known) continue;
    for (const auto& [node, misuse] : found)
      say(node, node, Cat(file.Name(binding.name), " is a promise that "), misuse);
  }
}

}  // namespace

RULE = {
    .summary = "a promise is used where its value is meant",
    .why =
        "A promise is an object: always true in a test, \"[object Promise]\" in a string, NaN in a sum, {} in JSON, "
        "and without the members of what it will settle with. An access check that forgets await lets everybody in.",
    .fix = "Await the promise, and use its value.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 253,
    .eslint = "@typescript-eslint/no-misused-promises",
    .check = Check,
};

}  // namespace looplint
