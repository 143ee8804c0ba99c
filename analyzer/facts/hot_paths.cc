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

HotPath HotPaths::To(const Project& project, FunctionRef function) const {
  HotPath path;
  FunctionRef at = function;
  for (int i = 0; i < 1000; ++i) {
    const auto it = from_.find(at);
    if (it == from_.end()) return {};
    const From& from = it->second;
    const FileModel& m = project[at.file].model;
    if (from.entry != nullptr) {
      path.entry = from.entry;
      const Node& n = m.syntax[m.functions[at.function].node];
      Span span{n.start, std::min(n.end, n.start + 1)};
      std::string note = "handler";
      if (from.entry->api != nullptr) note = Cat("handler given to ", from.entry->api->name);
      if (Some(from.entry->by.call) && from.entry->by.file == at.file) {
        const FileModel& rm = project[from.entry->by.file].model;
        const Node& call = rm.syntax[rm.calls[from.entry->by.call].node];
        const NodeId callee = rm.syntax.FirstChild(rm.calls[from.entry->by.call].node);
        span = {call.start, Some(callee) ? rm.syntax[callee].end : call.end};
        path.steps.push_back({{from.entry->by.file, span}, std::move(note)});
      } else {
        path.steps.push_back({{at.file, span}, std::move(note)});
      }
      std::reverse(path.steps.begin(), path.steps.end());
      return path;
    }
    const FileModel& cm = project[from.caller.file].model;
    const Node& call = cm.syntax[cm.calls[from.at].node];
    path.steps.push_back({{from.caller.file, {call.start, call.end}},
                          Cat(from.callback ? "passes " : "calls ", Describe(project, at))});
    at = from.caller;
  }
  return {};
}

}  // namespace looplint
