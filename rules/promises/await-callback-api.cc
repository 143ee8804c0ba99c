// The callback form of a Node API used as if it returned a promise, called without its callback, or the other way
// round: a callback given to the promise form.
#include "analyzer/base/strings.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

enum class May { kNo, kMaybe, kYes };

// Is this argument a function?
May IsFunctionValue(const View& file, const Argument& a) {
  if (a.spread) return May::kMaybe;
  if (Some(file.FunctionOf(a.value).function)) return May::kYes;
  switch (file.model[a.value].kind) {
    case ValueKind::kFunction:
    case ValueKind::kClass:
      return May::kYes;
    case ValueKind::kUndefined:
    case ValueKind::kNull:
    case ValueKind::kBoolean:
    case ValueKind::kNumber:
    case ValueKind::kString:
    case ValueKind::kTemplate:
    case ValueKind::kConcat:
    case ValueKind::kRegExp:
    case ValueKind::kArray:
    case ValueKind::kObject:
    case ValueKind::kAwait:
      return file.model[a.value].kind == ValueKind::kAwait ? May::kMaybe : May::kNo;
    default:
      break;
  }
  const Denoted d = file.Denote(a.value);
  if (d.Is(Denoted::Kind::kFunction)) return May::kYes;
  // A parameter is what some caller handed over; another may hand over a function.
  ValueId value = a.value;
  for (int step = 0; step < 8 && file.model[value].kind == ValueKind::kBinding; ++step) {
    const Binding& b = file.model.bindings[static_cast<BindingId>(file.model[value].a)];
    if (!Some(b.value)) {
      if (b.kind == BindingKind::kParam) return May::kMaybe;
      break;
    }
    value = b.value;
  }
  if (const Value& v = file.model[value]; v.kind == ValueKind::kParam) {
    const Function& f = file.model.functions[static_cast<FunctionId>(v.a)];
    if (v.b >= f.param_count || !Some(file.model.params[f.first_param + v.b].type)) return May::kMaybe;
  }
  switch (d.kind) {
    case Denoted::Kind::kApi:
      return d.api != nullptr && d.api->is_property ? May::kNo : May::kYes;
    case Denoted::Kind::kFunction:
    case Denoted::Kind::kClass:
      return May::kYes;
    case Denoted::Kind::kInstance:
    case Denoted::Kind::kPromise:
    case Denoted::Kind::kObject:
    case Denoted::Kind::kInstanceOf:
      return May::kNo;
    default:
      return May::kMaybe;
  }
}

// x instanceof Y ? ... : promisify(x.f): what x is was asked, and the answer stands in syntax only.
bool IsAsked(const View& file, NodeId node, std::string_view about) {
  const Syntax& s = file.syntax;
  for (NodeId child = node, n = s.Parent(node); Index(n) != 0; child = n, n = s.Parent(n)) {
    if (s.KindOf(n) != Kind::kIfStatement && s.KindOf(n) != Kind::kConditionalExpression) continue;
    const NodeId test = s.Child(n, Role::kTest);
    if (test == child || !Some(test)) continue;
    for (uint32_t i = Index(test); i < s[test].next; ++i) {
      const NodeId t = static_cast<NodeId>(i);
      if (s.KindOf(t) != Kind::kBinaryExpression || s[t].op != Op::kInstanceof) continue;
      const std::string_view asked = file.Text(s.FirstChild(t));
      if (about.starts_with(asked)) return true;
    }
  }
  return false;
}

bool TakesThen(const View& file, const Call& call) {
  if (call.use != Use::kMember) return false;
  const std::string_view name = file.Text(file.syntax.Child(file.syntax.Parent(call.node), Role::kProperty));
  return name == "then" || name == "catch" || name == "finally";
}

void Check(const View& file, Report& report) {
  for (const CallId id : file.KnownCalls()) {
    const Call& call = file.model.calls[id];
    const Api* api = file.ApiOf(id);
    if (call.kind != CallKind::kCall) continue;
    // Neither style, nor a timer, nor promisify: nothing to confuse.
    const bool styled = api->style == CallStyle::kPromise || api->style == CallStyle::kErrorFirst ||
                        api->style == CallStyle::kCallback || api->callback_at >= 0;
    if (!styled && api->name != "util.promisify") continue;
    const NodeId callee = file.CalleeNode(call);
    if (api->name == "util.promisify" && call.arg_count == 1) {
      const Argument& a = file.model.args[call.first_arg];
      const Denoted d = file.Denote(a.value);
      const FunctionRef f = file.FunctionOf(a.value);
      const bool promise = d.Is(Denoted::Kind::kApi) && d.api != nullptr
                               ? d.api->style == CallStyle::kPromise && d.api->callback_at < 0
                               : Some(f.function) && file.project[f.file].model.functions[f.function].is_async &&
                                     !file.project[f.file].model.functions[f.function].is_generator;
      if (promise && !IsAsked(file, call.node, file.Text(a.node))) {
        report.At(callee, Cat(file.Text(a.node).substr(0, 40), " returns a promise already; what promisify makes of it waits for a callback nobody calls"))
            .Help("call the function itself and await it");
      }
      continue;
    }
    bool spread = false;
    May last = May::kNo, any = May::kNo;
    for (uint32_t i = 0; i < call.arg_count; ++i) {
      const Argument& a = file.model.args[call.first_arg + i];
      spread |= a.spread;
      last = IsFunctionValue(file, a);
      if (i > 0 || api->callback_at == 0) any = std::max(any, last);
    }
    if (spread) continue;
    // A callback for the promise form, of an API that has a form with callbacks under the same name.
    if (api->style == CallStyle::kPromise) {
      const size_t at = api->name.find(".promises.");
      if (at == std::string::npos || call.arg_count < 2 || last != May::kYes) continue;
      const Api* twin = file.knowledge.Find(Cat(api->name.substr(0, at), ".", api->name.substr(at + 10)));
      if (twin == nullptr || twin->style != CallStyle::kErrorFirst || twin->callback_at < 0 || !api->handlers.empty()) continue;
      report.At(callee, Cat(file.CalleeText(call), " is the promise form: this callback is never called"))
          .Help(Cat("await it, or use ", twin->name));
      continue;
    }
    if (api->style != CallStyle::kErrorFirst && api->style != CallStyle::kCallback) {
      // await setTimeout(100): timers have no style, and need their callback all the same.
      const bool timer = api->callback_required && api->callback_at == 0 && api->callback_when == When::kLater;
      if (!timer || call.use != Use::kAwaited || last == May::kMaybe || call.arg_count == 0) continue;
      if (any == May::kYes) {
        report.At(callee, Cat("await does not wait for ", file.CalleeText(call), ": it returns a timer, not a promise"))
            .Help("import it from node:timers/promises");
      } else {
        report.At(callee, Cat(file.CalleeText(call), " throws ERR_INVALID_ARG_TYPE without its callback; it is not the promise form"))
            .Help("import it from node:timers/promises");
      }
      continue;
    }
    if (!api->callback_required || api->returns == "Promise") continue;
    const bool expects_promise = call.use == Use::kAwaited || TakesThen(file, call);
    const std::string help = api->twin.empty() || api->twin.find("Sync") != std::string::npos
                                 ? std::string("use the promise form, or wrap it with util.promisify")
                                 : Cat("use ", api->twin);
    std::string twin_help = help, promise_form;
    const size_t dot = api->name.find('.');
    if (dot != std::string::npos) {
      const std::string promised = Cat(api->name.substr(0, dot), ".promises", api->name.substr(dot));
      if (file.knowledge.Find(promised) != nullptr) {
        twin_help = Cat("use ", promised);
        promise_form = promised;
      }
    }
    if (expects_promise) {
      if (any == May::kYes) {
        report.At(callee, Cat(file.CalleeText(call), " takes a callback and returns no promise: nothing is waited for")).Help(twin_help);
      } else if (any == May::kNo) {
        auto finding = report.At(callee, Cat(file.CalleeText(call), " throws ERR_INVALID_ARG_TYPE without its callback; it is not the promise form"));
        finding.Help(twin_help);
        // What throws whenever it runs has no behaviour to keep.
        if (const auto edit = PromiseFormEdit(file, call, promise_form)) {
          finding.FixWith({.description = twin_help, .edits = {*edit}, .safe = true});
        }
      } else {
        report.At(callee, Cat(file.CalleeText(call), " takes a callback and returns no promise")).Help(twin_help);
      }
      continue;
    }
    // Called without its callback: certain only when the arguments leave no room for one.
    if (any != May::kNo || call.arg_count == 0) continue;
    if (last != May::kNo) continue;  // optional arguments before it may be left out
    if (api->callback_at == 0) continue;
    report.At(callee, Cat(file.CalleeText(call), " throws ERR_INVALID_ARG_TYPE without its callback")).Help(twin_help);
  }
}

}  // namespace

RULE = {
    .summary = "a callback API used as if it returned a promise",
    .why = "The callback form of a Node API throws ERR_INVALID_ARG_TYPE when the callback is missing, and with it "
           "returns undefined at once, so await waits for nothing. The promise form takes no callback and never "
           "calls one that it is given.",
    .fix = "Import the promise form (node:fs/promises, node:timers/promises, node:stream/promises), or wrap the "
           "function once with util.promisify.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .cwe = 628,
    .eslint = "@typescript-eslint/await-thenable",
    .check = Check,
};

}  // namespace looplint
