// A request chooses a part of a file path and nothing keeps it inside a directory.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  NodeId last = kNone<NodeId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    const bool probe = flow.kind == "path-probe";
    if ((flow.kind != "path" && !probe) || flow.node == last) continue;
    // Without ".." in it a path stays below the directory in front of it, if there is one.
    const bool alone = flow.leading && !flow.embedded && flow.before.empty();
    if ((flow.encoded || flow.rooted) && !(flow.rooted && alone)) continue;
    // Names in archives matter where they are written to, below a folder ("zip slip").
    if (flow.value == "archive" &&
        (!flow.embedded || std::none_of(flow.api->sinks.begin(), flow.api->sinks.end(),
                                        [](const Sink& s) { return s.kind == "path-write"; })))
      continue;
    last = flow.node;
    if (probe) {
      if (auto draft = ReportFlow(flow,
                                  Cat("chooses the file ", flow.api->name,
                                      "() asks for; what is there is told, and used by whatever gets the name next"),
                                  "", report))
        draft->As(Severity::kWarn);
    } else if (flow.prefix_only) {
      report
          .At(flow.node, Cat(flow.what,
                             " can leave the directory: startsWith() also accepts its siblings, such as "
                             "public-private beside public"))
          .Via(flow.steps, "the way of the value")
          .From(TrustName(flow.trust))
          .Help("compare with the directory followed by path.sep, or look at path.relative(root, file)");
    } else if (flow.unresolved) {
      report
          .At(flow.node, Cat(flow.what,
                             " can leave the directory: the prefix is looked at while \"..\" still stands in the text, "
                             "and /public/../secret begins with /public"))
          .Via(flow.steps, "the way of the value")
          .From(TrustName(flow.trust))
          .Help("path.resolve() first, then compare with the directory followed by path.sep");
    } else if (flow.stripped) {
      report
          .At(flow.node, Cat(flow.what,
                             " can leave the directory: one replace() is not enough: with a string it removes only the "
                             "first \"../\", "
                             "and \"....//\" without \"../\" is \"../\""))
          .Via(flow.steps, "the way of the value")
          .From(TrustName(flow.trust))
          .Help("resolve the path and check that path.relative(root, file) does not begin with \"..\"");
    } else {
      ReportFlow(flow, Cat("chooses the file of ", flow.api->name, "()"), "", report);
    }
  }
}

}  // namespace

RULE = {
    .summary = "a request chooses a file path that is not kept inside a directory",
    .why =
        "\"../\" in a request (also as %2e%2e%2f, which frameworks decode) walks out of the directory that was meant: "
        "path.join() and path.normalize() resolve it, they do not refuse it. Configuration, keys and source can be "
        "read, or files overwritten.",
    .fix =
        "Resolve first, then check: const file = path.resolve(root, name); refuse when path.relative(root, file) "
        "begins "
        "with \"..\" or is absolute. Or use path.basename(name), sendFile(name, { root }), or look the name up in a "
        "list.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 22,
    .eslint = "security/detect-non-literal-fs-filename",
    .check = Check,
};

}  // namespace looplint
