#include "analyzer/facts/ways.h"

#include <algorithm>
#include <deque>

namespace looplint {

Ways::Ways(const Project& project, const Calls& calls, Context context) : project_(project) {
  for (uint32_t i = 0; i < project.size(); ++i) {
    const auto file = static_cast<FileId>(i);
    for (const FunctionId id : Ids(project[file].model.functions)) {
      const FunctionRef caller{file, id};
      for (const Edge& edge : calls.From(caller)) callers_[edge.to].push_back({caller, edge.at, edge.callback});
    }
  }
  for (const Entry& e : calls.entries()) {
    if (e.context == context && project[e.function.file].role == FileRole::kSource) entries_[e.function].push_back(&e);
  }
}

std::vector<HotPath> Ways::To(FunctionRef function, const std::function<bool(const Place&)>* closed) const {
  struct Next {
    FunctionRef to;  // none for `function` itself
    Caller from;
  };
  absl::flat_hash_map<FunctionRef, Next> next;
  std::deque<FunctionRef> queue = {function};
  next.emplace(function, Next{});
  std::vector<HotPath> ways;
  while (!queue.empty()) {
    const FunctionRef at = queue.front();
    queue.pop_front();
    if (const auto it = entries_.find(at); it != entries_.end()) {
      for (const Entry* entry : it->second) {
        HotPath way;
        way.entry = entry;
        way.steps = {EntryStep(project_, *entry)};
        if (closed != nullptr && (*closed)(way.steps.front().at)) continue;
        for (FunctionRef f = at; !(f == function);) {
          const Next& n = next.at(f);
          way.steps.push_back(CallStep(project_, n.from.function, n.from.at, n.from.callback, n.to));
          f = n.to;
        }
        ways.push_back(std::move(way));
      }
    }
    const auto it = callers_.find(at);
    if (it == callers_.end()) continue;
    for (const Caller& caller : it->second) {
      if (next.contains(caller.function)) continue;
      if (closed != nullptr) {
        const FileModel& m = project_[caller.function.file].model;
        const Node& call = m.syntax[m.calls[caller.at].node];
        if ((*closed)({caller.function.file, {call.start, call.end}})) continue;
      }
      next.emplace(caller.function, Next{at, caller});
      queue.push_back(caller.function);
    }
  }
  return ways;
}

bool IsWayOf(const Project& project, const HotPaths& paths, FunctionRef function, const std::vector<Step>& steps) {
  if (steps.empty() || !paths.Reaches(function)) return false;
  const HotPath way = paths.To(project, function);
  return std::ranges::equal(way.steps, steps, [](const Step& a, const Step& b) {
    return a.at.file == b.at.file && a.at.span.start == b.at.span.start && a.at.span.end == b.at.span.end;
  });
}

std::string ScopeName(const Project& project, FunctionRef function) {
  const FileModel& m = project[function.file].model;
  std::vector<std::string_view> names;
  for (FunctionId f = function.function; Some(f) && f != kModuleFunction; f = m.functions[f].parent) {
    const Function& fn = m.functions[f];
    names.push_back(Some(fn.name) ? m.names[fn.name] : "<anonymous>");
    if (Some(fn.owner) && Some(m.classes[fn.owner].name)) names.push_back(m.names[m.classes[fn.owner].name]);
  }
  std::string out;
  for (size_t i = names.size(); i-- > 0;) {
    if (!out.empty()) out += '.';
    out += names[i];
  }
  return out;
}

FunctionRef FunctionAround(const Project& project, const Place& place) {
  const FileModel& m = project[place.file].model;
  FunctionRef around{place.file, kModuleFunction};
  uint32_t best = kNoneIndex;
  for (const FunctionId id : Ids(m.functions)) {
    const Node& n = m.syntax[m.functions[id].node];
    if (n.start > place.span.start || n.end < place.span.end || static_cast<uint32_t>(n.end - n.start) >= best) continue;
    best = n.end - n.start;
    around.function = id;
  }
  return around;
}

}  // namespace looplint
