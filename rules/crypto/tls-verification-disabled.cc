// Certificates are not checked.
#include <algorithm>
#include <string>

#include "rules/rule.h"

namespace looplint {
namespace {

// Inside of a test that says so: if (process.env.NODE_ENV === 'development'), if (options.insecure),
// case 'no-verify':
bool OnPurpose(const View& file, NodeId node) {
  const Syntax& s = file.syntax;
  for (NodeId p = s.Parent(node); Index(p) != 0; p = s.Parent(p)) {
    const Kind k = s.KindOf(p);
    if (k != Kind::kIfStatement && k != Kind::kConditionalExpression && k != Kind::kLogicalExpression &&
        k != Kind::kSwitchCase)
      continue;
    if (k == Kind::kSwitchCase && s[p].op == Op::kDefault) continue;
    const NodeId test =
        k == Kind::kLogicalExpression || k == Kind::kSwitchCase ? s.FirstChild(p) : s.Child(p, Role::kTest);
    if (!Some(test) || s.Contains(test, node)) continue;
    std::string text(file.Text(test));
    for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    for (const std::string_view part : {"env", "dev", "test", "local", "insecure", "selfsigned", "self_signed",
                                        "unsafe", "strict", "verify", "reject"}) {
      if (text.find(part) != std::string::npos) return true;
    }
  }
  return false;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  const auto says = [&](std::string_view name) { return Some(m.names.Find(name)); };
  if (!says("rejectUnauthorized") && !says("strictSSL") && !says("NODE_TLS_REJECT_UNAUTHORIZED")) return;
  for (const ObjectId id : Ids(m.objects)) {
    const Object& o = m.objects[id];
    const Member* off = nullptr;
    bool asks = false;  // a server that wants certificates of its clients and looks at them itself
    for (uint32_t i = 0; i < o.member_count; ++i) {
      const Member& member = m.members[o.first_member + i];
      if (!Some(member.name)) continue;
      const std::string_view name = m.names[member.name];
      asks |= name == "requestCert";
      if (name != "rejectUnauthorized" && name != "strictSSL") continue;
      const Value& v = m.values[Some(member.value) ? member.value : ValueId{0}];
      if (v.kind == ValueKind::kBoolean && v.a == 0) off = &member;
    }
    if (off == nullptr || asks || OnPurpose(file, off->node)) continue;
    auto finding = report.At(
        off->node,
        "the certificate of the other side is not checked: anyone on the way can read and change what is sent");
    const NodeId value = file.syntax.Child(off->node, Role::kValue);
    if (Some(value) && file.Text(value) == "false") {
      finding.FixWith({.description = "check certificates", .edits = {{file.SpanOf(value), "true"}}, .safe = false});
    }
  }
  for (const Write& w : m.writes) {
    const Value& target = m.values[w.target];
    if (target.kind != ValueKind::kMember || m.names[static_cast<NameId>(target.b)] != "NODE_TLS_REJECT_UNAUTHORIZED")
      continue;
    const std::string_view value =
        Some(w.value) ? file.Text(file.syntax.Child(w.node, Role::kRight)) : std::string_view();
    if ((value != "'0'" && value != "\"0\"" && value != "0") || OnPurpose(file, w.node)) continue;
    report.At(w.node, "no certificate is checked any more, by any connection of this process")
        .FixWith({.description = "check certificates",
                  .edits = {{file.SpanOf(file.syntax.Child(w.node, Role::kRight)), "'1'"}},
                  .safe = false});
  }
}

}  // namespace

RULE = {
    .summary = "certificates are not checked",
    .why =
        "Encryption without knowing to whom: whoever stands between the two (a router, a name server, a neighbour in "
        "the same cloud) "
        "answers with a certificate of his own, reads passwords and tokens, and changes the answers. "
        "NODE_TLS_REJECT_UNAUTHORIZED=0 does it to every connection of the process.",
    .fix = "Leave the check on. For a private authority pass its certificate, { ca }, or set NODE_EXTRA_CA_CERTS.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .cwe = 295,
    .check = Check,
};

}  // namespace looplint
