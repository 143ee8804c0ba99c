// A request chooses a part of a file path and nothing keeps it inside a directory.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/facts/local_flow.h"
#include "rules/rule.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  LocalFlow flow(file.project, file.facts.calls, file.id);
  const FileModel& m = file.model;
  for (const CallId id : Ids(m.calls)) {
    const Api* api = file.ApiOf(id);
    if (api == nullptr || api->sinks.empty()) continue;
    const Call& call = m.calls[id];
    for (const Sink& sink : api->sinks) {
      if (sink.kind != "path" || sink.first_arg < 0) continue;
      const Argument* a = m.Arg(call, static_cast<uint32_t>(sink.first_arg));
      if (a == nullptr || a->spread) continue;
      if (!sink.unless_option.empty()) {
        // sendFile(name, { root }): contained by the framework. Options that cannot be seen may hold it.
        bool contained = false;
        for (uint32_t i = static_cast<uint32_t>(sink.first_arg) + 1; i < call.arg_count; ++i) {
          const Argument& o = m.args[call.first_arg + i];
          const Denoted d = file.Denote(o.value);
          if (d.Is(Denoted::Kind::kObject) && d.file == file.id) {
            contained |= file.OptionOf(o, sink.unless_option).has_value() ||
                         m.objects[static_cast<ObjectId>(d.id)].has_spread;
          } else if (!d.Is(Denoted::Kind::kFunction) && !d.Is(Denoted::Kind::kInstance)) {
            contained = true;
          }
        }
        if (contained) continue;
      }
      const Origin o = flow.Of(a->value);
      if (o.kind != Origin::Kind::kRequest || o.encoded) continue;
      const LocalFlow::Guard guard = flow.GuardOf(o, call.node);
      if (guard == LocalFlow::Guard::kGuarded) continue;
      if (guard == LocalFlow::Guard::kPrefix) {
        report.At(a->node, Cat(o.what, " can leave the directory: startsWith() also accepts its siblings, such as "
                               "public-private beside public"))
            .Help("compare with the directory followed by path.sep, or look at path.relative(root, file)");
      } else if (o.stripped) {
        report.At(a->node, Cat(o.what, " can leave the directory: replace() with a string removes only the first \"../\""))
            .Help("resolve the path and check that path.relative(root, file) does not begin with \"..\"");
      } else {
        report.At(a->node, Cat(o.what, " comes from the request and chooses the file of ", api->name, "()"));
      }
      break;
    }
  }
}

}  // namespace

RULE = {
    .summary = "a request chooses a file path that is not kept inside a directory",
    .why = "\"../\" in a request (also as %2e%2e%2f, which frameworks decode) walks out of the directory that was meant: "
           "path.join() and path.normalize() resolve it, they do not refuse it. Configuration, keys and source can be "
           "read, or files overwritten.",
    .fix = "Resolve first, then check: const file = path.resolve(root, name); refuse when path.relative(root, file) begins "
           "with \"..\" or is absolute. Or use path.basename(name), sendFile(name, { root }), or look the name up in a list.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 22,
    .eslint = "security/detect-non-literal-fs-filename",
    .check = Check,
};

}  // namespace looplint
