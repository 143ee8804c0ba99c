// A message authentication code is compared with === or ==.
#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// crypto.createHmac(...).update(...).digest('hex'), directly or by name
bool IsCode(const View& file, NodeId node) {
  ValueId v = file.model.ValueOf(node);
  for (int i = 0; i < 8 && Some(v) && file.model[v].kind == ValueKind::kBinding; ++i) {
    v = file.model.bindings[static_cast<BindingId>(file.model[v].a)].value;
  }
  if (!Some(v)) return false;
  const Value& x = file.model[v];
  if (x.kind == ValueKind::kTemplate || x.kind == ValueKind::kConcat) {  // 'sha256=' + digest
    for (const NodeId c : file.syntax.ChildrenOf(static_cast<NodeId>(x.a))) {
      if (IsCode(file, c)) return true;
    }
    return false;
  }
  if (x.kind != ValueKind::kCall) return false;
  const Api* api = file.ApiOf(static_cast<CallId>(x.a));
  return api != nullptr && api->name == "crypto.Hmac#digest";
}

// What the module crypto is called in this file: of `crypto.createHmac(...)`; "" when its functions are imported by
// name.
std::string_view NameOfCrypto(const View& file) {
  for (const CallId id : file.MethodCalls({"createHmac"})) {
    const NodeId object = file.syntax.FirstChild(file.CalleeNode(file.model.calls[id]));
    if (Some(object) && file.syntax.KindOf(object) == Kind::kIdentifier) return file.Text(object);
  }
  return {};
}

// May it be written twice?
bool IsPlain(const Syntax& s, NodeId node) {
  while (s.KindOf(node) == Kind::kMemberExpression && !(s[node].flags & kComputed)) node = s.FirstChild(node);
  return s.KindOf(node) == Kind::kIdentifier || s.KindOf(node) == Kind::kThisExpression;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const Syntax& s = file.syntax;
  if (!Some(file.model.names.Find("createHmac"))) return;
  for (uint32_t i = 1; i < s.size(); ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) != Kind::kBinaryExpression) continue;
    const Op op = s[n].op;
    if (op != Op::kEq && op != Op::kStrictEq && op != Op::kNe && op != Op::kStrictNe) continue;
    const NodeId left = s.FirstChild(n);
    NodeId right = left;
    for (const NodeId c : s.ChildrenOf(n)) right = c;
    const bool l = IsCode(file, left), r = IsCode(file, right);
    if (l == r) continue;
    const NodeId other = l ? right : left;
    const ValueId v = file.model.ValueOf(other);
    const ValueKind k = Some(v) ? file.model[v].kind : ValueKind::kUnknown;
    if (k == ValueKind::kNull || k == ValueKind::kUndefined || k == ValueKind::kString || k == ValueKind::kBoolean)
      continue;
    auto finding = report.At(
        n, "comparing stops at the first wrong character, so the time it takes tells how much of the code is right");
    const std::string_view crypto = NameOfCrypto(file);
    if (crypto.empty() || !IsPlain(s, left) || !IsPlain(s, right)) continue;
    const std::string code(file.Text(l ? left : right)), given = Cat("String(", file.Text(other), ")");
    const std::string same = Cat("(Buffer.byteLength(", given, ") === Buffer.byteLength(", code, ") && ", crypto,
                                 ".timingSafeEqual(Buffer.from(", given, "), Buffer.from(", code, ")))");
    finding.FixWith({.description = "compare in constant time",
                     .edits = {{file.SpanOf(n), Cat(op == Op::kNe || op == Op::kStrictNe ? "!" : "", same)}},
                     .safe = false});
  }
}

}  // namespace

RULE = {
    .summary = "a message authentication code is compared with === or ==",
    .why =
        "Comparing strings ends at the first difference. Whoever may try often enough measures how long the answer "
        "takes and finds a "
        "valid signature character by character, without the key.",
    .fix = "crypto.timingSafeEqual(a, b) on two buffers of equal length; compare the lengths first.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .cwe = 208,
    .check = Check,
};

}  // namespace looplint
