// A hot function calculates with a parameter that some calls give a number and others something else.
#include <algorithm>
#include <array>

#include "analyzer/base/strings.h"
#include "rules/plain_types.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Those that calculating with sets apart, by name.
constexpr std::array kTypes = {PlainType::kNumber, PlainType::kText, PlainType::kNothing};
constexpr std::array<std::string_view, kTypes.size()> kNames = {"a number", "a string", "undefined"};

// Where the function calculates with a parameter, unless it looks at its type first.
NodeId CalculatesWith(const View& file, BindingId parameter) {
  const Syntax& s = file.syntax;
  NodeId found = kNone<NodeId>;
  for (const NodeId use : file.References(parameter)) {
    const NodeId parent = s.Parent(use);
    const Kind kind = s.KindOf(parent);
    if (kind == Kind::kUnaryExpression && s[parent].op == Op::kTypeof) return kNone<NodeId>;
    if (kind == Kind::kIfStatement || kind == Kind::kConditionalExpression || kind == Kind::kLogicalExpression)
      return kNone<NodeId>;
    if (kind != Kind::kBinaryExpression) {
      // Number(x), x.length, f(x): who knows.
      if (kind == Kind::kCallExpression || kind == Kind::kMemberExpression) return kNone<NodeId>;
      continue;
    }
    switch (s[parent].op) {
      case Op::kAdd:
      case Op::kSub:
      case Op::kMul:
        if (!Some(found)) found = parent;
        break;
      case Op::kEq:
      case Op::kNe:
      case Op::kStrictEq:
      case Op::kStrictNe:
      case Op::kInstanceof:
        return kNone<NodeId>;
      default:
        break;
    }
  }
  return found;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  for (const FunctionId id : Ids(m.functions)) {
    const Function& f = m.functions[id];
    if (f.param_count == 0 || f.is_async || f.is_generator) continue;
    const std::span<const Caller> callers = file.facts.calls.CallersOf({file.id, id});
    if (callers.size() < 2 || callers.size() > 60) continue;
    for (uint32_t place = 0; place < f.param_count; ++place) {
      const Param& parameter = m.params[f.first_param + place];
      if (parameter.rest || parameter.has_default) continue;
      const NodeId inner = file.syntax.FirstChild(parameter.node);
      const BindingId binding = m.BindingAt(Some(inner) ? inner : parameter.node);
      if (!Some(binding) || m.bindings[binding].writes != 0) continue;
      std::array<Place, kTypes.size()> seen;
      seen.fill({kNone<FileId>, {}});
      bool hot = file.facts.heat.InHotLoop(file.project, file.id, f.node);
      for (const Caller& caller : callers) {
        if (caller.callback || file.project[caller.from.file].role != FileRole::kSource) continue;
        const FileModel& theirs = file.project[caller.from.file].model;
        const Call& call = theirs.calls[caller.at];
        if (file.facts.calls.TargetOf(caller.from.file, caller.at).function != FunctionRef{file.id, id}) continue;
        hot = hot || file.facts.heat.InHotLoop(file.project, caller.from.file, call.node);
        const Argument* given = theirs.Arg(call, place);
        bool spread = false;
        for (uint32_t i = 0; i < call.arg_count; ++i) spread = spread || theirs.Arg(call, i)->spread;
        if (spread) continue;
        const PlainType type = given == nullptr ? PlainType::kNothing : PlainTypeOf(theirs, given->node);
        const auto known = std::ranges::find(kTypes, type);
        if (known == kTypes.end()) continue;
        Place& at = seen[static_cast<size_t>(known - kTypes.begin())];
        if (!Some(at.file)) at = {caller.from.file, {theirs.syntax[call.node].start, theirs.syntax[call.node].end}};
      }
      // Numbers, and others beside them.
      if (!hot || !Some(seen[0].file)) continue;
      std::vector<Step> steps;
      std::string others;
      for (size_t i = 0; i < kTypes.size(); ++i) {
        if (!Some(seen[i].file)) continue;
        steps.push_back({seen[i], Cat("gives ", kNames[i])});
        if (i > 0) others += Cat(others.empty() ? "" : " and ", kNames[i]);
      }
      if (others.empty()) continue;
      const NodeId at = CalculatesWith(file, binding);
      if (!Some(at)) continue;
      report
          .At(at, Cat(file.Name(m.bindings[binding].name), " is a number in some calls and ", others,
                      " in others: code optimized for numbers is thrown away and made again for anything"))
          .Via(std::move(steps), "calls")
          .Help(Cat("give numbers only, Number(...) at the call, or treat the other kind in a function of its own"));
    }
  }
}

}  // namespace

RULE = {
    .summary = "a hot function calculates with arguments of different types",
    .why =
        "V8 compiles a + b for the types it has seen. When another one comes, the optimized code is discarded (a "
        "deoptimization), and what is made next handles any type, by a call instead of an instruction: twice the time "
        "with V8 11.3 and 13.6 (Node 20 and 24) and far more with 12.4 (Node 22). The other type also tends to be a "
        "mistake: 'x' + 1 joins texts, "
        "undefined + 1 is NaN.",
    .fix = "Convert before the call, or have one function for each kind of argument.",
    .severity = Severity::kInfo,
    .confidence = Confidence::kMedium,
    .on_by_default = false,
    .performance = true,
    .check = Check,
};

}  // namespace looplint
