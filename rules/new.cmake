# cmake -D RULE=streams/ignored-write -P rules/new.cmake
# Writes what a new rule needs: the rule, a bad and a good example, and their proof.
if(NOT RULE MATCHES "^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$")
  message(FATAL_ERROR "Say which rule: cmake -D RULE=family/name -P rules/new.cmake (kebab-case; name the pattern it flags).")
endif()
get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
set(source ${root}/rules/${RULE}.cc)
set(fixtures ${root}/fixtures/${RULE})
if(EXISTS ${source} OR EXISTS ${fixtures})
  message(FATAL_ERROR "${RULE} is there already.")
endif()
file(WRITE ${source} [=[
// What this rule looks for, in one or two sentences.
#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  for (const CallId id : Ids(file.model.calls)) {
    const Call& call = file.model.calls[id];
    const Api* api = file.ApiOf(id);
    if (api == nullptr) continue;
    (void)call, (void)report;
  }
}

}  // namespace

RULE = {
    .summary = "what is wrong, as a clause",
    .why = "Why it matters under Node.",
    .fix = "What to do instead.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .on_by_default = false,
    .check = Check,
};

}  // namespace looplint
]=])
file(WRITE ${fixtures}/bad/example.mjs "// The smallest program that goes wrong. Put carets and the rule id under what is reported.\n")
file(WRITE ${fixtures}/good/example.mjs "// The same job without the harm.\n")
file(WRITE ${fixtures}/proof.mjs [=[
import { check, finish, run } from '../../harness.mjs';

const bad = await run(import.meta.url, 'bad/example.mjs');
const good = await run(import.meta.url, 'good/example.mjs');
check('bad: ends with an error', bad.code !== 0, bad);
check('good: ends well', good.code === 0, good);
finish();
]=])
message(STATUS "wrote rules/${RULE}.cc and fixtures/${RULE}/; next: scripts/test -R ${RULE}")
