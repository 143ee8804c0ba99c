// A value that others choose stands where a program looks for options.
#include <algorithm>
#include <array>

#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

// Programs with options that write files, run commands or send data.
constexpr std::array<std::string_view, 22> kPrograms = {
    "git", "hg",  "svn", "tar",  "find", "sort", "ssh", "scp",   "rsync", "curl", "wget",
    "zip", "npm", "npx", "node", "yarn", "pnpm", "sed", "xargs", "env",   "7z",   "ffmpeg"};

void Check(const View& file, Report& report) {
  const FileModel& m = file.model;
  CallId last = kNone<CallId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.kind != "argv" || flow.embedded || flow.call == last) continue;
    const Call& call = m.calls[flow.call];
    if (call.arg_count < 2) continue;
    // A name, or the default of one: options.git || 'git'
    const Value* v = &m[m.args[call.first_arg].value];
    for (int i = 0; i < 6 && v->kind == ValueKind::kBinding && Some(m.bindings[static_cast<BindingId>(v->a)].value);
         ++i) {
      v = &m[m.bindings[static_cast<BindingId>(v->a)].value];
    }
    const auto program =
        file.ConstantString(v->kind == ValueKind::kEither ? static_cast<ValueId>(v->b) : m.args[call.first_arg].value);
    if (!program) continue;
    const std::string_view name = std::string_view(*program).substr(program->rfind('/') + 1);
    if (std::find(kPrograms.begin(), kPrograms.end(), name) == kPrograms.end()) continue;
    // ['log', '--', file]
    const std::string_view text = file.Text(flow.node);
    if (text.find("'--'") != std::string_view::npos || text.find("\"--\"") != std::string_view::npos) continue;
    // A caller who passes the whole list knows what it is.
    if (flow.what.ends_with("[...]") && flow.trust != Trust::kRemote) continue;
    last = flow.call;
    ReportFlow(flow, Cat("is an argument of ", name, ", which takes it for an option when it begins with a dash"), "",
               report);
  }
}

}  // namespace

RULE = {
    .summary = "a value others choose stands where a program looks for options",
    .why =
        "Without a shell nothing is interpreted, but programs look for options themselves: git takes "
        "--upload-pack=command, tar "
        "--checkpoint-action, sort -o file, curl -o. What was meant as a name runs commands or overwrites files.",
    .fix =
        "Put '--' in front of it where the program knows that, begin paths with './', or refuse values that begin with "
        "a dash.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 88,
    .check = Check,
};

}  // namespace looplint
