#include "analyzer/cli/call_graph.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"
#include "analyzer/facts/hot_paths.h"
#include "analyzer/project/values.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

using Json = nlohmann::ordered_json;

struct CallEdge {
  FunctionRef from, to;
  Span at;
  std::string_view kind;
  bool operator<(const CallEdge& o) const {
    return std::tuple(from, at.start, at.end, to, kind) < std::tuple(o.from, o.at.start, o.at.end, o.to, o.kind);
  }
};

Span SpanOf(const FileModel& m, NodeId n) { return {m.syntax[n].start, m.syntax[n].end}; }

std::vector<CallEdge> EdgesOf(const Project& project, const Calls& calls,
                              const std::function<bool(const std::string&)>& reports, size_t* unknown) {
  // One edge for each place and callee: a call is a call, however else it was found.
  std::map<std::tuple<FunctionRef, uint32_t, uint32_t, FunctionRef>, std::string_view> kinds;
  const auto add = [&](FunctionRef from, Span at, FunctionRef to, std::string_view kind) {
    kinds.try_emplace({from, at.start, at.end, to}, kind);
  };
  const auto wanted = [&](FileId a, FileId b) { return reports(project[a].path) || reports(project[b].path); };
  for (uint32_t i = 0; i < project.size(); ++i) {
    const FileId file = static_cast<FileId>(i);
    const FileModel& m = project[file].model;
    for (const CallId c : Ids(m.calls)) {
      const Callees callees = calls.CalleesOf(file, c);
      const FunctionRef from{file, m.calls[c].function};
      const Span at = SpanOf(m, m.calls[c].node);
      if (callees.unknown && callees.guesses.empty() && reports(project[file].path)) ++*unknown;
      for (const FunctionRef& to : callees.functions) {
        if (wanted(file, to.file)) add(from, at, to, "call");
      }
      for (const FunctionRef& to : callees.guesses) {
        if (wanted(file, to.file)) add(from, at, to, "guess");
      }
    }
  }
  for (const FoundCall& f : project.values()->calls()) {
    if (f.kind == EnterKind::kCall || !wanted(f.at.file, f.to.file)) continue;
    const FileModel& m = project[f.at.file].model;
    const Call& c = m.calls[f.at.call];
    add({f.at.file, c.function}, SpanOf(m, c.node), f.to,
        f.kind == EnterKind::kLater ? "later"
        : f.guess                   ? "guess"
                                    : "now");
  }
  for (uint32_t i = 0; i < project.size(); ++i) {
    const FileId file = static_cast<FileId>(i);
    const FileModel& m = project[file].model;
    for (const FunctionId f : Ids(m.functions)) {
      for (const Edge& e : calls.From({file, f})) {
        if (e.callback && wanted(file, e.to.file)) add({file, f}, SpanOf(m, m.calls[e.at].node), e.to, "now");
      }
    }
  }
  // Values have no place of their own.
  FileId at{kNoneIndex};
  std::multimap<uint32_t, NodeId> places;
  for (const FoundAccess& a : project.values()->accesses()) {
    if (!wanted(a.file, a.to.file)) continue;
    const FileModel& m = project[a.file].model;
    if (at != a.file) {
      at = a.file;
      places.clear();
      for (uint32_t i = 0; i < m.syntax.size(); ++i) {
        const NodeId n = static_cast<NodeId>(i);
        if (m.syntax.KindOf(n) == Kind::kMemberExpression && Some(m.ValueOf(n))) places.emplace(Index(m.ValueOf(n)), n);
      }
    }
    const auto [first, last] = places.equal_range(Index(a.value));
    for (auto it = first; it != last; ++it) add({a.file, m.FunctionOf(it->second)}, SpanOf(m, it->second), a.to, "get");
  }
  std::vector<CallEdge> edges;
  edges.reserve(kinds.size());
  for (const auto& [key, kind] : kinds) {
    edges.push_back({std::get<0>(key), std::get<3>(key), {std::get<1>(key), std::get<2>(key)}, kind});
  }
  std::sort(edges.begin(), edges.end());
  return edges;
}

std::string_view HeatName(Heat heat) {
  constexpr std::string_view kNames[] = {"", "once", "call", "event", "request"};
  return kNames[static_cast<size_t>(heat)];
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}

}  // namespace

std::string CallGraphJson(const Project& project, const Calls& calls, const HotPaths& heat,
                          const std::function<bool(const std::string&)>& reports) {
  size_t unknown = 0;
  const std::vector<CallEdge> edges = EdgesOf(project, calls, reports, &unknown);
  std::map<FunctionRef, size_t> number;
  for (const CallEdge& e : edges) {
    number.try_emplace(e.from, 0);
    number.try_emplace(e.to, 0);
  }
  std::map<uint32_t, LineIndex> lines;
  const auto line = [&](FileId file, uint32_t offset) {
    const auto it = lines.try_emplace(Index(file), project[file].text).first;
    return it->second.At(offset, ColumnUnit::kUtf16).line;
  };
  Json out, functions = Json::array(), list = Json::array();
  size_t next = 0;
  for (auto& [f, id] : number) {
    id = next++;
    const FileModel& m = project[f.file].model;
    const Span at = SpanOf(m, m.functions[f.function].node);
    Json row = {{"file", project[f.file].path},
                {"name", Describe(project, f)},
                {"line", line(f.file, at.start)},
                {"start", at.start},
                {"end", at.end}};
    if (heat.Of(f) != Heat::kCold) {
      row["heat"] = HeatName(heat.Of(f));
      if (heat.To(project, f).per_item) row["item"] = true;
    }
    functions.push_back(std::move(row));
  }
  for (const CallEdge& e : edges) {
    list.push_back({{"from", number[e.from]},
                    {"to", number[e.to]},
                    {"kind", e.kind},
                    {"start", e.at.start},
                    {"end", e.at.end},
                    {"line", line(e.from.file, e.at.start)}});
  }
  out["version"] = 1;
  out["functions"] = std::move(functions);
  out["edges"] = std::move(list);
  out["unknown"] = unknown;
  return Cat(out.dump(-1, ' ', false, Json::error_handler_t::replace), "\n");
}

std::string CallGraphDot(const Project& project, const Calls& calls, const HotPaths& heat,
                         const std::function<bool(const std::string&)>& reports) {
  size_t unknown = 0;
  const std::vector<CallEdge> edges = EdgesOf(project, calls, reports, &unknown);
  std::map<uint32_t, LineIndex> lines;
  const auto name = [&](FunctionRef f) {
    const FileModel& m = project[f.file].model;
    const auto it = lines.try_emplace(Index(f.file), project[f.file].text).first;
    const uint32_t line = it->second.At(m.syntax[m.functions[f.function].node].start, ColumnUnit::kUtf16).line;
    return Cat(project[f.file].path, ":", line, " ", Describe(project, f));
  };
  std::string out = "digraph calls {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n";
  // What requests run is filled, what other things run again and again is framed.
  std::set<FunctionRef> functions;
  for (const CallEdge& e : edges) functions.insert(e.from), functions.insert(e.to);
  for (const FunctionRef& f : functions) {
    if (heat.Of(f) == Heat::kRequest) out += Cat("  ", Quoted(name(f)), " [style=filled, fillcolor=\"#ffd9cc\"];\n");
    if (heat.Of(f) == Heat::kEvent) out += Cat("  ", Quoted(name(f)), " [color=\"#cc5500\"];\n");
  }
  std::set<std::string> drawn;
  for (const CallEdge& e : edges) {
    const std::string style = e.kind == "guess"  ? " [style=dotted]"
                              : e.kind == "call" ? ""
                                                 : Cat(" [style=dashed, label=\"", e.kind, "\"]");
    std::string row = Cat("  ", Quoted(name(e.from)), " -> ", Quoted(name(e.to)), style, ";\n");
    if (drawn.insert(row).second) out += row;
  }
  return out + "}\n";
}

}  // namespace looplint
