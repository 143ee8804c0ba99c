#include "analyzer/facts/unhandled.h"

#include <algorithm>

namespace looplint {
namespace {

// Does loading the importer load the other file into the same process?
bool Loads(const ModuleEdge& e) {
  return Some(e.to) && e.kind != EdgeKind::kTypeOnly && e.kind != EdgeKind::kResolve && e.kind != EdgeKind::kWorker;
}

using Neighbours = std::vector<std::vector<FileId>>;

std::vector<bool> Closure(const Neighbours& next, std::vector<FileId> queue) {
  std::vector<bool> reached(next.size());
  for (const FileId f : queue) reached[Index(f)] = true;
  for (size_t head = 0; head < queue.size(); ++head) {
    for (const FileId f : next[Index(queue[head])]) {
      if (reached[Index(f)]) continue;
      reached[Index(f)] = true;
      queue.push_back(f);
    }
  }
  return reached;
}

}  // namespace

void Unhandled::Infer(const Project& project, const Calls& calls, const ModuleGraph& graph) {
  std::vector<FileId> on_rejection, on_error;  // where listeners are added
  for (const Entry& e : calls.entries()) {
    if (!Some(e.by.file) || project[e.by.file].role != FileRole::kSource) continue;
    if (e.event == "unhandledRejection") on_rejection.push_back(e.by.file);
    if (e.event == "uncaughtException") on_error.push_back(e.by.file);
  }
  rejections_.clear();
  errors_.clear();
  if (on_rejection.empty() && on_error.empty()) return;

  Neighbours loads(project.size()), loaded_by(project.size());
  for (uint32_t i = 0; i < project.size(); ++i) {
    for (const ModuleEdge& e : graph.EdgesOf(static_cast<FileId>(i))) {
      if (!Loads(e)) continue;
      loads[i].push_back(e.to);
      loaded_by[Index(e.to)].push_back(static_cast<FileId>(i));
    }
  }
  std::vector<FileId> starts;
  for (const EntryPoint& e : graph.entries()) {
    if (project[e.file].role != FileRole::kTest) starts.push_back(e.file);
  }
  const std::vector<bool> started = Closure(loads, starts);

  const auto heard = [&](const std::vector<FileId>& listeners) {
    if (listeners.empty()) return std::vector<bool>();
    // What no entry point is seen to load may be loaded by any, under a name that is put together.
    if (std::ranges::any_of(listeners, [&](FileId f) { return !started[Index(f)]; }))
      return std::vector<bool>(project.size(), true);
    const std::vector<bool> towards = Closure(loaded_by, listeners);
    std::vector<FileId> listening = starts;
    std::erase_if(listening, [&](FileId f) { return !towards[Index(f)]; });
    std::vector<bool> result = Closure(loads, listening);
    for (size_t i = 0; i < result.size(); ++i) result[i] = result[i] || !started[i];
    return result;
  };
  rejections_ = heard(on_rejection);
  errors_ = heard(on_error);
}

}  // namespace looplint
