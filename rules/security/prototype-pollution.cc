// target[a][b] = value, where others choose both names.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

// What a request holds is merged, or a path it gives followed, by a version of a package that goes wherever names lead.
void Handed(const View& file, const TaintFlow& flow, Report& report) {
  if (flow.trust != Trust::kRemote || flow.embedded || flow.sink == nullptr) return;
  const std::string_view package = file.PackageOf(*flow.api);
  const std::string_view asked = file.DependencyRange(package);
  if (asked.empty() || !RangeWithin(asked, flow.sink->versions)) return;
  // One text has no names in it; a path it can be.
  const bool merges = flow.sink->last_arg > flow.sink->first_arg;
  if (merges && flow.value != "any" && flow.value != "bytes") return;
  report
      .At(flow.node, Cat(flow.what, " comes from the request, and ", flow.api->name, "() of ", package, " ", asked,
                         merges ? " merges what is under __proto__ or constructor into Object.prototype"
                                : " follows __proto__ and constructor to Object.prototype"))
      .From(TrustName(flow.trust))
      .Via(flow.steps, "the way of the value")
      .Help(Cat("versions ", flow.sink->versions, " do so"));
}

void Check(const View& file, Report& report) {
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.kind == "pollutes") Handed(file, flow, report);
    if (flow.kind != "pollution") continue;
    // Object.assign(target, { [name]: value }) writes target[name].
    const bool call = file.syntax.KindOf(flow.node) == Kind::kCallExpression;
    const NodeId at = call ? flow.node : file.syntax.Child(flow.node, Role::kLeft);
    const bool library = flow.trust == Trust::kLibrary;
    const Call* written = call ? &file.model.calls[file.model.CallAt(flow.node)] : nullptr;
    std::string target = call ? Cat(file.Text(file.model.args[written->first_arg].node), "[", flow.value, "]")
                              : std::string(file.Text(at));
    target = target.substr(0, target.find('\n'));
    auto draft = report.At(
        at, Cat("`", target, "` can be a property of Object.prototype: ", library ? "a caller" : "the request",
                " chooses the names, and __proto__ or constructor.prototype leads there"));
    draft.From(TrustName(flow.trust)).Via(flow.steps, "the way there");
    // Whether a caller hands on names that others chose is for who knows the callers: in libraries three of four such
    // writes are only ever given names from code.
    if (library) draft.As(Severity::kInfo);
  }
}

}  // namespace

RULE = {
    .summary = "names that others choose lead a write to Object.prototype",
    .why =
        "obj[a][b] = value with a = \"__proto__\" (or the steps \"constructor\", \"prototype\") writes to the object "
        "that all others "
        "inherit from. A property put there appears in every object of the process: options are switched on, checks "
        "pass, "
        "commands get arguments, or everything throws. Object.keys() of parsed JSON does list \"__proto__\".",
    .fix =
        "Refuse the names __proto__, constructor and prototype before following them, enter own properties only "
        "(Object.hasOwn(target, key)), or keep such data in a Map or in objects made by Object.create(null).",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 1321,
    .check = Check,
};

}  // namespace looplint
