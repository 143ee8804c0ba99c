// process.env.UV_THREADPOOL_SIZE is set by the program itself, after the pool was made or where it is; or to what is no
// size.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "absl/container/flat_hash_set.h"
#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// libuv takes a whole number from 1 to 1024.
constexpr double kMost = 1024;

bool IsModule(const View& file) {
  const std::string_view path = file.file.path;
  if (path.ends_with(".mjs")) return true;
  return path.ends_with(".js") && file.file.manifest != nullptr && file.file.manifest->type_module;
}

// The first call at the top level of `where`, before `end`, that waits for a thread of the pool.
std::optional<Place> PoolUse(const View& file, FileId where, uint32_t end) {
  const FileModel& m = file.project[where].model;
  for (const CallId id : Ids(m.calls)) {
    const Call& call = m.calls[id];
    if (call.function != kModuleFunction || Index(call.node) >= end) continue;
    const Api* api = file.facts.calls.TargetOf(where, id).api;
    if (api != nullptr && api->threadpool) {
      const Node& n = m.syntax[call.node];
      return Place{where, {n.start, n.end}};
    }
  }
  return std::nullopt;
}

// Of the file, and of all that it loads before `end`.
std::optional<Place> Before(const View& file, FileId where, uint32_t end, absl::flat_hash_set<uint32_t>& seen) {
  if (!seen.insert(Index(where)).second || seen.size() > 400) return std::nullopt;
  const FileModel& m = file.project[where].model;
  for (const ImportId i : Ids(m.module.imports)) {
    const Import& import = m.module.imports[i];
    if (import.type_only || import.function != kModuleFunction) continue;
    const bool hoisted = import.kind == ImportKind::kImport || import.kind == ImportKind::kReExport;
    if ((!hoisted && (Index(import.node) >= end || import.kind != ImportKind::kRequire))) continue;
    const FileId target = file.project[where].imports[Index(i)];
    if (!Some(target)) continue;
    if (auto use = Before(file, target, kNoneIndex, seen)) return use;
  }
  return PoolUse(file, where, end);
}

void Check(const View& file, Report& report) {
  const FileModel& m = file.model;
  for (const Write& w : m.writes) {
    const Value& target = m[w.target];
    if (target.kind != ValueKind::kMember || file.Name(static_cast<NameId>(target.b)) != "UV_THREADPOOL_SIZE") continue;
    const Value& env = m[static_cast<ValueId>(target.a)];
    if (env.kind != ValueKind::kMember || file.Name(static_cast<NameId>(env.b)) != "env") continue;
    const NodeId value = file.syntax.Child(w.node, Role::kRight);
    // What is no number is one thread, and more than libuv allows is as many as it does.
    if (Some(value)) {
      std::optional<double> size;
      const auto text = Some(w.value) ? file.ConstantString(w.value) : std::nullopt;
      if (text) {
        char* end = nullptr;
        const double number = std::strtod(text->c_str(), &end);
        size = end != text->c_str() && *end == '\0' ? number : 0;
      } else {
        size = file.ConstantNumber(value);
      }
      if (size && (!(*size >= 1) || *size > kMost || *size != std::floor(*size))) {
        const double threads = *size > kMost || *size < 0 ? kMost : std::max(1.0, std::floor(*size));
        report.At(value, Cat("UV_THREADPOOL_SIZE is a whole number from 1 to 1024; with this the pool has ",
                             static_cast<int>(threads), threads == 1 ? " thread" : " threads"));
        continue;
      }
    }
    const NodeId at = file.syntax.Child(w.node, Role::kLeft);
    if (w.function != kModuleFunction) {
      if (!file.HotIn(w.function)) continue;
      report
          .At(at, "the pool is made with its size at its first use; set while requests are served, this has no effect")
          .Via(file.HotPathTo(w.function).steps)
          .Help("set it in the environment of the process: UV_THREADPOOL_SIZE=16 node server.js");
      continue;
    }
    if (file.file.role != FileRole::kSource) continue;
    absl::flat_hash_set<uint32_t> seen;
    if (const auto use = Before(file, file.id, Index(w.node), seen)) {
      report.At(at, "the pool exists by now, with its size from before; this has no effect")
          .Via({{*use, "waits for a thread of the pool while modules are loaded"}}, "made by")
          .Help("set it in the environment of the process: UV_THREADPOOL_SIZE=16 node server.js");
      continue;
    }
    if (IsModule(file) && file.file.manifest != nullptr && !file.file.manifest->engines_node.empty() &&
        !RangeWithin(file.file.manifest->engines_node, ">=22.0.0")) {
      report
          .At(at, Cat("before Node 22, loading an ES module has used the pool already, and engines allows ",
                      file.file.manifest->engines_node, "; there this has no effect"))
          .Help("set it in the environment of the process: UV_THREADPOOL_SIZE=16 node server.js");
    }
  }
}

}  // namespace

RULE = {
    .summary = "UV_THREADPOOL_SIZE is set when it no longer counts",
    .why = "libuv reads UV_THREADPOOL_SIZE once, when the pool is first used: by a file that is read, a name that is "
           "looked up, a password that is hashed, and before Node 22 by the loader of ES modules. Set later, it "
           "changes nothing: the pool keeps its four threads, and the bottleneck that it was to remove stays, while "
           "the code says otherwise.",
    .fix = "Set it in the environment that starts the process: the unit file, the container, the start script.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .check = Check,
};

}  // namespace looplint
