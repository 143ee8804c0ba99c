#include "analyzer/facts/load_order.h"

#include <algorithm>
#include <map>

namespace looplint {
namespace {

// Entry points are many in large repositories (every test is one); past this many, more of them rarely add an order.
constexpr size_t kMaxStarts = 400;

bool IsEsm(const FileModel& m) { return m.module.has_esm_syntax; }

}  // namespace

LoadOrder::Order LoadOrder::Play(const Project& project, const ModuleGraph& graph, FileId start) const {
  Order order;
  const int cycle = graph.CycleOf(start);
  enum class State : uint8_t { kNew, kRunning, kDone };
  std::map<FileId, State> states;
  struct Frame {
    FileId file;
    size_t edge;
    uint32_t progress;
  };
  std::vector<Frame> stack = {{start, 0, 0}};
  states[start] = State::kRunning;
  while (!stack.empty()) {
    Frame& frame = stack.back();
    const std::vector<ModuleEdge>& edges = graph.EdgesOf(frame.file);
    if (frame.edge == edges.size()) {
      states[frame.file] = State::kDone;
      order.done.push_back(frame.file);
      stack.pop_back();
      continue;
    }
    const ModuleEdge& e = edges[frame.edge++];
    if (!Some(e.to) || !LoadsEagerly(e) || graph.CycleOf(e.to) != cycle || e.to == frame.file) continue;
    const FileModel& m = project[frame.file].model;
    frame.progress = e.esm || IsEsm(m) ? 0 : m.syntax[e.node].start;
    State& state = states[e.to];
    if (state == State::kNew) {
      state = State::kRunning;
      stack.push_back({e.to, 0, 0});
    } else if (state == State::kRunning) {
      EarlyLoad early{frame.file, e.to, e.node, 0, start, {}};
      for (const Frame& f : stack) {
        early.way.push_back(f.file);
        if (f.file == e.to) early.progress = f.progress;
      }
      order.early.push_back(std::move(early));
    }
  }
  return order;
}

void LoadOrder::Infer(const Project& project, const ModuleGraph& graph) {
  early_.assign(project.size(), {});
  orders_.assign(graph.cycles().size(), {});
  cycle_of_.assign(project.size(), -1);
  for (uint32_t i = 0; i < project.size(); ++i) cycle_of_[i] = graph.CycleOf(static_cast<FileId>(i));
  if (graph.cycles().empty()) return;

  // Where loading starts: programs, else files that nothing loads, else tests. What only a test does first, in an order
  // no program has, is the test's affair.
  std::vector<std::vector<FileId>> tiers(3);
  std::vector<bool> known(project.size(), false), loaded(project.size(), false);
  const auto add = [&](size_t tier, FileId file) {
    if (!known[Index(file)] && tiers[tier].size() < kMaxStarts) tiers[tier].push_back(file);
    known[Index(file)] = true;
  };
  const auto is_test = [&](FileId file) { return project[file].role == FileRole::kTest; };
  for (const EntryPoint& e : graph.entries()) {
    if (e.reason != EntryReason::kConfig && e.reason != EntryReason::kTest && !is_test(e.file)) add(0, e.file);
  }
  for (uint32_t i = 0; i < project.size(); ++i) {
    for (const ModuleEdge& e : graph.EdgesOf(static_cast<FileId>(i))) {
      if (Some(e.to) && e.kind != EdgeKind::kTypeOnly && Index(e.to) != i) loaded[Index(e.to)] = true;
    }
  }
  for (uint32_t i = 0; i < project.size(); ++i) {
    const FileId file = static_cast<FileId>(i);
    if (!loaded[i] && !is_test(file)) add(1, file);
    if (is_test(file)) add(2, file);
  }

  // The module by which each of them first comes into each cycle.
  std::vector<std::vector<FileId>> first(graph.cycles().size());
  for (const std::vector<FileId>& starts : tiers) {
    std::vector<bool> open(first.size());
    for (size_t c = 0; c < first.size(); ++c) open[c] = first[c].empty();
    if (std::none_of(open.begin(), open.end(), [](bool o) { return o; })) break;
    for (const FileId start : starts) {
      std::vector<bool> seen(project.size(), false);
      std::vector<bool> entered(first.size(), false);
      struct Frame {
        FileId file;
        size_t edge;
      };
      std::vector<Frame> stack = {{start, 0}};
      seen[Index(start)] = true;
      const auto enter = [&](FileId file) {
        const int cycle = graph.CycleOf(file);
        if (cycle < 0 || entered[static_cast<size_t>(cycle)]) return;
        entered[static_cast<size_t>(cycle)] = true;
        if (!open[static_cast<size_t>(cycle)]) return;
        std::vector<FileId>& list = first[static_cast<size_t>(cycle)];
        if (std::find(list.begin(), list.end(), file) == list.end()) list.push_back(file);
      };
      enter(start);
      while (!stack.empty()) {
        Frame& frame = stack.back();
        const std::vector<ModuleEdge>& edges = graph.EdgesOf(frame.file);
        if (frame.edge == edges.size()) {
          stack.pop_back();
          continue;
        }
        // What is loaded later than its importer (a require() in a function, import()) comes after all that is loaded
        // at once; in which order is not known.
        const ModuleEdge& e = edges[frame.edge++];
        if (!Some(e.to) || !LoadsEagerly(e) || seen[Index(e.to)]) continue;
        seen[Index(e.to)] = true;
        enter(e.to);
        stack.push_back({e.to, 0});
      }
    }
  }
  for (size_t c = 0; c < first.size(); ++c) {
    for (const FileId file : first[c]) {
      Order order = Play(project, graph, file);
      for (const EarlyLoad& load : order.early) {
        std::vector<EarlyLoad>& list = early_[Index(load.from)];
        if (std::none_of(list.begin(), list.end(), [&](const EarlyLoad& o) { return o.at == load.at; }))
          list.push_back(load);
      }
      orders_[c].push_back(std::move(order));
    }
  }
  for (std::vector<EarlyLoad>& list : early_) {
    std::sort(list.begin(), list.end(),
              [](const EarlyLoad& a, const EarlyLoad& b) { return Index(a.at) < Index(b.at); });
  }
}

const EarlyLoad* LoadOrder::EvaluatedTooEarly(FileId user, FileId owner) const {
  const int cycle = cycle_of_[Index(user)];
  if (cycle < 0 || cycle_of_[Index(owner)] != cycle) return nullptr;
  for (const Order& order : orders_[static_cast<size_t>(cycle)]) {
    const auto a = std::find(order.done.begin(), order.done.end(), user),
               b = std::find(order.done.begin(), order.done.end(), owner);
    if (a >= b || a == order.done.end()) continue;
    // The load that was cut short: by the user itself, or by what stands between it and the owner.
    const EarlyLoad* found = nullptr;
    for (const EarlyLoad& load : order.early) {
      if (load.to != owner) continue;
      if (load.from == user) return &load;
      if (found == nullptr) found = &load;
    }
    if (found != nullptr) return found;
    if (!order.early.empty()) return &order.early.front();
  }
  return nullptr;
}

}  // namespace looplint
