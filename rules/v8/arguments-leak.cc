// `arguments` leaves a hot function: handed to a call, stored or returned. f.apply(this, arguments), arguments.length
// and arguments[i] cost nothing since V8 4.x and are left alone.
#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Where `arguments` goes; "" when nowhere.
std::string WhereTo(const View& file, NodeId node) {
  const Syntax& s = file.syntax;
  const NodeId parent = s.Parent(node);
  switch (s.KindOf(parent)) {
    case Kind::kCallExpression:
    case Kind::kNewExpression: {
      if (s.FirstChild(parent) == node) return "";
      const NodeId callee = s.FirstChild(parent);
      if (s.KindOf(callee) == Kind::kMemberExpression) {
        const std::string_view method = file.Text(s.Child(callee, Role::kProperty));
        // Compiled without making the object.
        if (method == "apply") return "";
        if (method == "call") {
          const std::string_view what = file.Text(s.FirstChild(callee));
          if (what.ends_with("slice") || what.ends_with("hasOwnProperty") || what.ends_with("toString")) return "";
        }
      }
      const CallId id = file.model.CallAt(parent);
      const Api* api = Some(id) ? file.ApiOf(id) : nullptr;
      if (api != nullptr) return "";  // Array.from(arguments), util.format.apply
      return Cat("is handed to ", file.Text(callee), "()");
    }
    case Kind::kReturnStatement:
      return "is returned";
    case Kind::kAssignmentExpression:
      return s.FirstChild(parent) == node ? "" : "is stored";
    case Kind::kArrayExpression:
    case Kind::kProperty:
      return "is stored";
    default:
      return "";
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  for (uint32_t i = 0; i < s.size(); ++i) {
    const NodeId node = static_cast<NodeId>(i);
    if (s.KindOf(node) != Kind::kIdentifier || file.Text(node) != "arguments" || Some(m.BindingAt(node))) continue;
    const NodeId parent = s.Parent(node);
    if (s.KindOf(parent) == Kind::kMemberExpression && s.FirstChild(parent) != node) continue;  // o.arguments
    FunctionId function = m.FunctionOf(node);
    while (function != kModuleFunction && m.functions[function].kind == FunctionKind::kArrow)
      function = m.functions[function].parent;
    if (function == kModuleFunction) continue;
    const Function& f = m.functions[function];
    if (!file.facts.heat.InHotLoop(file.project, file.id, node)) continue;
    const std::string where = WhereTo(file, node);
    if (where.empty()) continue;
    const bool named = f.param_count > 0;
    report
        .At(node, Cat("arguments ", where, ": V8 makes an object of them on every call",
                      named && !m.module.strict ? ", tied to the parameters" : ""))
        .Help("take them as a rest parameter, (...args): an array, made without the ties");
  }
}

}  // namespace

RULE = {
    .summary = "arguments leaves a hot function",
    .why =
        "Calls of f.apply(this, arguments), arguments.length and arguments[i] are compiled without making the "
        "arguments "
        "object. Handed to another function, stored or returned, it has to be made on every call and is slower to read "
        "than an array: up to twice the time of a rest parameter with V8 12.4 and 13.6 (Node 22 and 24), and nothing "
        "to speak of with 11.3 (Node 20).",
    .fix = "Declare a rest parameter and hand on that array.",
    .severity = Severity::kInfo,
    .confidence = Confidence::kMedium,
    .eslint = "prefer-rest-params",
    .on_by_default = false,
    .performance = true,
    .check = Check,
};

}  // namespace looplint
