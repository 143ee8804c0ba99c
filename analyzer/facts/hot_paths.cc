#include "analyzer/facts/hot_paths.h"

#include <algorithm>
#include <deque>

#include "analyzer/base/strings.h"

namespace looplint {

std::string Describe(const Project& project, FunctionRef function) {
  const FileModel& m = project[function.file].model;
  const Function& f = m.functions[function.function];
  const std::string cls = Some(f.owner) && Some(m.classes[f.owner].name) ? Cat(m.names[m.classes[f.owner].name], ".") : "";
  if (f.kind == FunctionKind::kModule) return "the module";
  if (f.kind == FunctionKind::kConstructor) return Cat("new ", cls.empty() ? "" : cls.substr(0, cls.size() - 1), "()");
  if (!Some(f.name)) return "an anonymous function";
  return Cat(cls, m.names[f.name], "()");
}

void HotPaths::Infer(const Project& project, const Calls& calls, Context context) {
  std::deque<FunctionRef> queue;
  for (const Entry& e : calls.entries()) {
    if (e.context != context) continue;
    if (project[e.function.file].role != FileRole::kSource) continue;
    if (from_.try_emplace(e.function, From{{}, kNone<CallId>, false, &e}).second) queue.push_back(e.function);
  }
  while (!queue.empty()) {
    const FunctionRef f = queue.front();
    queue.pop_front();
    for (const Edge& edge : calls.From(f)) {
      if (from_.try_emplace(edge.to, From{f, edge.at, edge.callback, nullptr}).second) queue.push_back(edge.to);
    }
  }
}

Step EntryStep(const Project& project, const Entry& entry) {
  std::string note = entry.api != nullptr ? Cat("handler given to ", entry.api->name) : "handler";
  if (Some(entry.by.call) && entry.by.file == entry.function.file) {
    const FileModel& m = project[entry.by.file].model;
    const Node& call = m.syntax[m.calls[entry.by.call].node];
    const NodeId callee = m.syntax.FirstChild(m.calls[entry.by.call].node);
    return {{entry.by.file, {call.start, Some(callee) ? m.syntax[callee].end : call.end}}, std::move(note)};
  }
  const FileModel& m = project[entry.function.file].model;
  const Node& n = m.syntax[m.functions[entry.function.function].node];
  return {{entry.function.file, {n.start, std::min(n.end, n.start + 1)}}, std::move(note)};
}

Step CallStep(const Project& project, FunctionRef caller, CallId at, bool callback, FunctionRef to) {
  const FileModel& m = project[caller.file].model;
  const Node& call = m.syntax[m.calls[at].node];
  return {{caller.file, {call.start, call.end}}, Cat(callback ? "passes " : "calls ", Describe(project, to))};
}

HotPath HotPaths::To(const Project& project, FunctionRef function) const {
  HotPath path;
  FunctionRef at = function;
  for (int i = 0; i < 1000; ++i) {
    const auto it = from_.find(at);
    if (it == from_.end()) return {};
    const From& from = it->second;
    if (from.entry != nullptr) {
      path.entry = from.entry;
      path.steps.push_back(EntryStep(project, *from.entry));
      std::reverse(path.steps.begin(), path.steps.end());
      return path;
    }
    path.steps.push_back(CallStep(project, from.caller, from.at, from.callback, at));
    at = from.caller;
  }
  return {};
}

}  // namespace looplint
