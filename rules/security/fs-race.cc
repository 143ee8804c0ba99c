// A file is looked at and then used by its name, or created in the shared temporary folder under a name others can
// guess.
#include <algorithm>
#include <string>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool Probes(std::string_view name) {
  for (const std::string_view n : {"fs.existsSync", "fs-extra.existsSync", "fs.exists", "fs-extra.pathExistsSync"}) {
    if (n == name) return true;
  }
  return false;
}

// What is created anew here, or replaced.
bool Creates(std::string_view name) {
  if (name.starts_with("fs-extra.")) name.remove_prefix(9);
  if (name.starts_with("fs.promises.")) name.remove_prefix(12);
  if (name.starts_with("fs.")) name.remove_prefix(3);
  for (const std::string_view n : {"writeFile", "writeFileSync", "createWriteStream", "outputFile", "outputFileSync"}) {
    if (n == name) return true;
  }
  return false;
}

// writeFile(path, data, { flag: 'wx' }) fails when somebody was faster.
bool Exclusive(const View& file, const Call& call) {
  for (uint32_t i = 1; i < call.arg_count; ++i) {
    const Argument& a = file.model.args[call.first_arg + i];
    for (const std::string_view option : {"flag", "flags"}) {
      const auto v = file.OptionOf(a, option);
      if (v && file.ConstantString(*v).value_or("x").find_first_of("xa") != std::string::npos) return true;
    }
  }
  return false;
}

bool OfTmpdir(const View& file, ValueId v, int depth = 0) {
  const FileModel& m = file.model;
  for (int i = 0; i < 8 && Some(v) && m[v].kind == ValueKind::kBinding; ++i)
    v = m.bindings[static_cast<BindingId>(m[v].a)].value;
  if (!Some(v) || depth > 3) return false;
  if (m[v].kind == ValueKind::kString) {
    const std::string_view text = file.Name(static_cast<NameId>(m[v].a));
    return text == "/tmp" || text.starts_with("/tmp/");
  }
  if (m[v].kind == ValueKind::kTemplate || m[v].kind == ValueKind::kConcat) {
    for (const NodeId c : file.syntax.ChildrenOf(static_cast<NodeId>(m[v].a))) {
      if (file.syntax.KindOf(c) == Kind::kTemplateElement && file.Text(c).empty()) continue;
      if (file.syntax.KindOf(c) == Kind::kTemplateElement) return file.Text(c).starts_with("/tmp/");
      return OfTmpdir(file, m.ValueOf(c), depth + 1);
    }
  }
  if (m[v].kind != ValueKind::kCall) return false;
  const CallId id = static_cast<CallId>(m[v].a);
  const Api* api = file.ApiOf(id);
  if (api == nullptr) return false;
  if (api->name == "os.tmpdir") return true;
  if (api->name != "path.join" && api->name != "path.resolve") return false;
  const Argument* first = m.Arg(m.calls[id], 0);
  return first != nullptr && OfTmpdir(file, first->value, depth + 1);
}

// Nothing in the name that others could not guess.
bool Guessable(const View& file, NodeId node, int depth = 0) {
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  for (uint32_t i = Index(node); i < s[node].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) == Kind::kCallExpression) {
      const CallId c = m.CallAt(n);
      const Api* api = Some(c) ? file.ApiOf(c) : nullptr;
      if (api == nullptr) return false;
      const std::string_view name = api->name;
      if (name != "path.join" && name != "path.resolve" && name != "os.tmpdir" && name != "global.Date.now" &&
          name != "global.String")
        return false;
    }
    if (s.KindOf(n) == Kind::kNewExpression) return false;
    if (s.KindOf(n) != Kind::kIdentifier) continue;
    const BindingId b = m.BindingAt(n);
    if (!Some(b) || m.bindings[b].kind == BindingKind::kImport) continue;
    const NodeId p = s.Parent(m.bindings[b].node);
    if (s.KindOf(p) != Kind::kVariableDeclarator || m.bindings[b].writes > 0 || depth > 3) return false;
    const NodeId init = s.Child(p, Role::kValue);
    const std::string_view text = Some(init) ? file.Text(init) : std::string_view();
    if (text.starts_with("require(") || text.starts_with("await import(")) continue;
    if (!Some(init) || s.Contains(init, node) || !Guessable(file, init, depth + 1)) return false;
  }
  return true;
}

// if (!fs.existsSync(p)) fs.writeFileSync(p, secret): between the two somebody else puts a link there.
void CheckThenCreate(const View& file, Report& report, std::vector<CallId>& told) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  std::vector<CallId> probes, creates;
  for (const CallId id : file.KnownCalls()) {
    const std::string_view name = file.ApiOf(id)->name;
    if (Probes(name)) probes.push_back(id);
    if (Creates(name)) creates.push_back(id);
  }
  for (const CallId create : creates) {
    const Call& c = m.calls[create];
    if (c.arg_count < 1 || Exclusive(file, c)) continue;
    // Where others can be faster: in a folder everybody may write to, or in another request.
    if (!file.HotIn(c.function) && !OfTmpdir(file, m.args[c.first_arg].value)) continue;
    const std::string_view path = file.Text(m.args[c.first_arg].node);
    if (path.empty() || path.size() > 200) continue;
    for (const CallId probe : probes) {
      const Call& p = m.calls[probe];
      if (p.arg_count < 1 || p.function != c.function || file.Text(m.args[p.first_arg].node) != path) continue;
      // Only where the creation depends on the file not being there.
      const NodeId parent = s.Parent(p.node);
      if (s.KindOf(parent) != Kind::kUnaryExpression || s[parent].op != Op::kNot) continue;
      NodeId condition = parent;
      while (s.KindOf(s.Parent(condition)) == Kind::kLogicalExpression) condition = s.Parent(condition);
      const NodeId statement = s.Parent(condition);
      if (s.KindOf(statement) != Kind::kIfStatement || s[condition].role != Role::kTest) continue;
      if (!s.Contains(s.Child(statement, Role::kConsequent), c.node)) continue;
      told.push_back(create);
      const Node& at = s[p.node];
      report
          .At(c.node, Cat("the file may be there by now: between the check and this call another process can create `",
                          path, "`, or put a link to another file there"))
          .Via({{{file.id, {at.start, at.end}}, "checked here"}}, "the check")
          .Help("pass { flag: 'wx' } and look for EEXIST: the check and the creation are then one step");
      break;
    }
  }
}

void Predictable(const View& file, Report& report, const std::vector<CallId>& told) {
  const FileModel& m = file.model;
  for (const CallId id : file.KnownCalls()) {
    if (!Creates(file.ApiOf(id)->name) || std::find(told.begin(), told.end(), id) != told.end()) continue;
    const Call& c = m.calls[id];
    const Argument* path = m.Arg(c, 0);
    if (path == nullptr || Exclusive(file, c) || !OfTmpdir(file, path->value) || !Guessable(file, path->node)) continue;
    report
        .At(path->node,
            "everybody may write to the temporary folder, and this name can be guessed: whoever puts a link there "
            "first "
            "chooses which file is overwritten, with the rights of this process")
        .Help("const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'name-')), or { flag: 'wx' }");
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  std::vector<CallId> told;
  CheckThenCreate(file, report, told);
  Predictable(file, report, told);
}

}  // namespace

RULE = {
    .summary = "a file is created after a check that may be out of date, or under a guessable temporary name",
    .why =
        "A name is looked up anew by every call. Between existsSync() and writeFile() another process can create the "
        "file, which is then overwritten, or a link to a file that this process may write and the other may not.",
    .fix =
        "Let one call do both: { flag: 'wx' } fails with EEXIST when the file is there; mkdtemp() makes a folder "
        "nobody else knows.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kMedium,
    .cwe = 367,
    .check = Check,
};

}  // namespace looplint
