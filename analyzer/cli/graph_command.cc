// looplint graph: the modules of a project and what loads what, for programs (JSON) and for pictures (DOT, Mermaid).
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"
#include "analyzer/cli/call_graph.h"
#include "analyzer/cli/commands.h"
#include "analyzer/cli/options.h"
#include "analyzer/cli/output.h"
#include "analyzer/cli/run.h"
#include "analyzer/cli/shapes_graph.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

using Json = nlohmann::ordered_json;

struct GraphOptions {
  std::string format = "json", by = "file";
  std::vector<std::string> edges;
  int depth = 0;  // of folders; 0: as they are
  bool externals = false, cycles = false, calls = false, shapes = false;
};

struct Link {
  std::string from, to;
  EdgeKind kind;
  bool operator<(const Link& o) const { return std::tie(from, to, kind) < std::tie(o.from, o.to, o.kind); }
};
struct Sight {  // of a link
  size_t count = 0;
  std::string specifier, file;
  LineColumn at;
  bool at_load = false;
};

// A graph of names: files, packages or folders, with everything outside as "npm:name" and "node:name".
struct Picture {
  std::set<std::string> nodes;
  std::map<Link, Sight> links;
  std::vector<std::vector<std::string>> cycles;    // components
  std::vector<std::vector<std::string>> shortest;  // of each, the way round
};

std::string PackageOfSpecifier(std::string_view specifier) {
  size_t end = specifier.find('/');
  if (specifier.starts_with('@') && end != std::string_view::npos) end = specifier.find('/', end + 1);
  return std::string(specifier.substr(0, end));
}

std::string PackageOf(const File& f) {
  if (f.manifest == nullptr) return ".";
  return f.manifest->name.empty() ? f.manifest->directory : f.manifest->name;
}

std::string NameOf(const File& f, const GraphOptions& options) {
  if (options.by == "package") return PackageOf(f);
  if (options.by == "file") return f.path;
  std::string folder(DirName(f.path));
  size_t at = 0;
  for (int i = 0; i < options.depth && at != std::string::npos; ++i) at = folder.find('/', i == 0 ? 0 : at + 1);
  return options.depth > 0 && at != std::string::npos ? folder.substr(0, at) : folder;
}

// The strongly connected parts of a picture, with a shortest way round each: for collapsed graphs, where a cycle of
// packages need not be one of files.
void FindCycles(Picture& picture) {
  std::map<std::string, std::vector<std::string>> next;
  for (const auto& [link, sight] : picture.links) {
    const bool loads = link.kind == EdgeKind::kStatic || link.kind == EdgeKind::kSideEffect;
    if (loads && sight.at_load && link.from != link.to) next[link.from].push_back(link.to);
  }
  const auto reach = [&](const std::string& start) {  // by breadth: node -> the one before it
    std::map<std::string, std::string> from;
    std::vector<std::string> queue = {start};
    for (size_t head = 0; head < queue.size(); ++head) {
      const auto it = next.find(queue[head]);
      if (it == next.end()) continue;
      for (const std::string& to : it->second) {
        if (from.emplace(to, queue[head]).second) queue.push_back(to);
      }
    }
    return from;
  };
  std::set<std::string> done;
  std::map<std::string, std::map<std::string, std::string>> ways;
  for (const auto& [node, _] : next) {
    if (done.contains(node)) continue;
    const auto forward = reach(node);
    if (!forward.contains(node)) continue;
    std::vector<std::string> component;
    for (const auto& [other, _2] : forward) {
      if (other == node || reach(other).contains(node)) component.push_back(other);
    }
    std::vector<std::string> best;
    for (const std::string& start : component) {
      const auto from = reach(start);
      std::vector<std::string> way;
      for (std::string at = from.at(start); at != start; at = from.at(at)) way.push_back(at);
      way.push_back(start);
      std::reverse(way.begin(), way.end());
      if (best.empty() || way.size() < best.size()) best = std::move(way);
    }
    done.insert(component.begin(), component.end());
    picture.cycles.push_back(std::move(component));
    picture.shortest.push_back(std::move(best));
  }
}

Picture Draw(const Run& run, const GraphOptions& options) {
  const Project& project = run.result.project;
  const ModuleGraph& graph = run.result.facts.modules;
  Picture picture;
  const std::set<std::string> wanted(options.edges.begin(), options.edges.end());
  for (uint32_t i = 0; i < project.size(); ++i) {
    const FileId id = static_cast<FileId>(i);
    const File& f = project[id];
    const bool reported = run.selection.Reports(f.path);
    const std::string from = NameOf(f, options);
    if (reported) picture.nodes.insert(from);
    const LineIndex lines(f.text);
    for (const ModuleEdge& e : graph.EdgesOf(id)) {
      if (!wanted.empty() && !wanted.contains(std::string(EdgeKindName(e.kind)))) continue;
      const std::string specifier(Some(e.import) ? f.model.names[f.model.module.imports[e.import].specifier]
                                                 : std::string_view());
      std::string to;
      if (Some(e.to)) {
        if (!reported && !run.selection.Reports(project[e.to].path)) continue;
        to = NameOf(project[e.to], options);
        if (options.by != "file" && to == from) continue;
      } else {
        if (!options.externals || !reported || specifier.empty() || specifier[0] == '.' || specifier[0] == '/')
          continue;
        to = project.knowledge().IsNodeBuiltin(specifier)
                 ? Cat("node:", specifier.starts_with("node:") ? std::string_view(specifier).substr(5)
                                                               : std::string_view(specifier))
                 : Cat("npm:", PackageOfSpecifier(specifier));
      }
      picture.nodes.insert(from);
      picture.nodes.insert(to);
      Sight& sight = picture.links[{from, to, e.kind}];
      if (sight.count++ == 0) {
        sight.specifier = specifier;
        sight.file = f.path;
        sight.at = lines.At(f.model.syntax[e.node].start, ColumnUnit::kUtf16);
      }
      sight.at_load |= e.at_load;
    }
  }
  if (options.by != "file") {
    FindCycles(picture);
    return picture;
  }
  for (const std::vector<FileId>& component : graph.cycles()) {
    std::vector<std::string> names, way;
    bool reported = false;
    for (const FileId file : component) {
      names.push_back(project[file].path);
      reported |= run.selection.Reports(names.back());
    }
    if (!reported) continue;
    for (const FileId file : graph.ShortestCycle(component)) way.push_back(project[file].path);
    picture.cycles.push_back(std::move(names));
    picture.shortest.push_back(std::move(way));
  }
  return picture;
}

// Leaves what goes round in circles.
void KeepCycles(Picture& picture) {
  std::map<std::string, size_t> part;
  for (size_t i = 0; i < picture.cycles.size(); ++i) {
    for (const std::string& node : picture.cycles[i]) part[node] = i + 1;
  }
  std::erase_if(picture.nodes, [&](const std::string& node) { return !part.contains(node); });
  std::erase_if(picture.links, [&](const auto& entry) {
    const auto a = part.find(entry.first.from), b = part.find(entry.first.to);
    return a == part.end() || b == part.end() || a->second != b->second;
  });
}

std::string PrintJson(const Run& run, const GraphOptions& options, const Picture& picture) {
  const Project& project = run.result.project;
  const ModuleGraph& graph = run.result.facts.modules;
  Json out;
  out["version"] = 1;
  out["by"] = options.by;
  Json packages = Json::array();
  for (const Manifest& m : project.resolver().manifests()) {
    packages.push_back(
        {{"name", m.name}, {"version", m.version}, {"directory", m.directory}, {"private", m.is_private}});
  }
  out["packages"] = packages;
  std::map<std::string, int> cycle;
  for (size_t i = 0; i < picture.cycles.size(); ++i) {
    for (const std::string& node : picture.cycles[i]) cycle[node] = static_cast<int>(i);
  }
  constexpr const char* kRoles[] = {"source", "test", "build", "browser"};
  Json nodes = Json::array();
  for (const std::string& name : picture.nodes) {
    Json node = {{"id", name}};
    if (name.starts_with("npm:") || name.starts_with("node:")) {
      node["kind"] = name[1] == 'p' ? "package" : "builtin";
    } else if (options.by == "file") {
      const FileId id = project.Find(name);
      const File& f = project[id];
      node["kind"] = "file";
      node["package"] = PackageOf(f);
      node["role"] = kRoles[static_cast<size_t>(f.role)];
      Json entries = Json::array();
      for (const EntryPoint& e : graph.entries()) {
        if (e.file == id)
          entries.push_back({{"reason", EntryReasonName(e.reason)}, {"by", e.what}, {"production", e.production}});
      }
      if (!entries.empty()) node["entries"] = entries;
    } else {
      node["kind"] = options.by;
    }
    if (const auto it = cycle.find(name); it != cycle.end()) node["cycle"] = it->second;
    nodes.push_back(std::move(node));
  }
  out["nodes"] = nodes;
  Json edges = Json::array();
  for (const auto& [link, sight] : picture.links) {
    Json edge = {{"from", link.from}, {"to", link.to}, {"kind", EdgeKindName(link.kind)}};
    if (options.by == "file") {
      if (!sight.specifier.empty()) edge["specifier"] = sight.specifier;
      edge["line"] = sight.at.line;
      edge["column"] = sight.at.column;
    } else {
      edge["count"] = sight.count;
      edge["example"] = Cat(sight.file, ":", sight.at.line, ":", sight.at.column);
    }
    edge["atLoad"] = sight.at_load;
    edges.push_back(std::move(edge));
  }
  out["edges"] = edges;
  Json cycles = Json::array();
  for (size_t i = 0; i < picture.cycles.size(); ++i)
    cycles.push_back({{"nodes", picture.cycles[i]}, {"shortest", picture.shortest[i]}});
  out["cycles"] = cycles;
  return Cat(out.dump(2, ' ', false, Json::error_handler_t::replace), "\n");
}

// Links that belong to a shortest cycle are drawn so that they are seen.
std::set<std::pair<std::string, std::string>> OnCycles(const Picture& picture) {
  std::set<std::pair<std::string, std::string>> out;
  for (const std::vector<std::string>& way : picture.shortest) {
    for (size_t i = 0; i < way.size(); ++i) out.insert({way[i], way[(i + 1) % way.size()]});
  }
  return out;
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}

std::string PrintDot(const Picture& picture) {
  const auto hot = OnCycles(picture);
  std::string out = "digraph modules {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n";
  for (const std::string& node : picture.nodes) {
    const bool outside = node.starts_with("npm:") || node.starts_with("node:");
    out += Cat("  ", Quoted(node), outside ? " [style=dashed]" : "", ";\n");
  }
  for (const auto& [link, sight] : picture.links) {
    std::string style;
    const auto add = [&](std::string_view text) { style += Cat(style.empty() ? "" : ", ", text); };
    if (link.kind == EdgeKind::kDynamic || link.kind == EdgeKind::kResolve) add("style=dashed");
    if (link.kind == EdgeKind::kTypeOnly) add("style=dotted");
    if (link.kind == EdgeKind::kWorker) add("style=bold, label=\"worker\"");
    if (sight.at_load && hot.contains({link.from, link.to})) add("color=red");
    if (sight.count > 1) add(Cat("label=\"", sight.count, "\""));
    out += Cat("  ", Quoted(link.from), " -> ", Quoted(link.to), style.empty() ? "" : Cat(" [", style, "]"), ";\n");
  }
  return out + "}\n";
}

std::string PrintMermaid(const Picture& picture) {
  const auto hot = OnCycles(picture);
  std::map<std::string, size_t> number;
  std::string out = "flowchart LR\n";
  for (const std::string& node : picture.nodes) {
    std::string label;
    for (const char c : node) label += c == '"' ? std::string("#quot;") : std::string(1, c);
    const size_t id = number.size();
    number[node] = id;
    const bool outside = node.starts_with("npm:") || node.starts_with("node:");
    out += Cat("  n", id, outside ? "([\"" : "[\"", label, outside ? "\"])" : "\"]", "\n");
  }
  std::vector<size_t> red;
  size_t i = 0;
  for (const auto& [link, sight] : picture.links) {
    const bool faint =
        link.kind == EdgeKind::kDynamic || link.kind == EdgeKind::kTypeOnly || link.kind == EdgeKind::kResolve;
    const std::string arrow = link.kind == EdgeKind::kWorker ? "==>" : faint ? "-.->" : "-->";
    out += Cat("  n", number.at(link.from), " ", arrow, sight.count > 1 ? Cat("|", sight.count, "|") : "", " n",
               number.at(link.to), "\n");
    if (sight.at_load && hot.contains({link.from, link.to})) red.push_back(i);
    ++i;
  }
  if (!red.empty()) {
    out += "  linkStyle ";
    for (size_t k = 0; k < red.size(); ++k) out += Cat(k == 0 ? "" : ",", red[k]);
    out += " stroke:#d33\n";
  }
  return out;
}

}  // namespace

int GraphCommand(std::vector<std::string> arguments) {
  Options options;
  GraphOptions graph;
  CLI::App app("The modules of the project: what loads what, where loading starts, and what goes round in circles.");
  app.name("looplint graph");
  app.add_option("PATHS", options.paths, "Show these files and folders and what they touch (default: .)");
  app.add_option("-f,--format", graph.format, "json, dot or mermaid")->check(CLI::IsMember({"json", "dot", "mermaid"}));
  app.add_option("--by", graph.by, "One node for each file, package or folder")
      ->check(CLI::IsMember({"file", "package", "folder"}));
  app.add_option("--depth", graph.depth, "With --by folder: no deeper than this many folders")
      ->check(CLI::Range(1, 100));
  app.add_option("--edges", graph.edges, "Only these: static, side-effect, dynamic, type-only, resolve, worker")
      ->delimiter(',')
      ->check(CLI::IsMember({"static", "side-effect", "dynamic", "type-only", "resolve", "worker"}));
  app.add_flag("--externals", graph.externals, "Show npm packages and builtins of Node too");
  app.add_flag("--cycles", graph.cycles, "Show only what goes round in circles");
  app.add_flag("--calls", graph.calls, "Functions and who calls whom instead of modules (json, dot)");
  app.add_flag("--shapes", graph.shapes, "Hidden classes that can meet at property accesses instead of modules (json)");
  AddRunOptions(app, options);
  if (const auto code = ParseArguments(app, options, std::move(arguments))) return *code;
  if ((graph.calls && graph.format == "mermaid") || (graph.shapes && graph.format != "json" && !graph.format.empty()))
    return Warn(Cat(graph.calls ? "--calls is drawn as json or dot" : "--shapes is written as json", ", not as ",
                    graph.format)),
           kTrouble;
  options.settings.emplace_back("allow", "all");  // nothing is judged here
  options.guess_calls = graph.calls;
  options.shapes = graph.shapes;
  Run run;
  absl::Status status = Prepare(options, run);
  if (status.ok()) status = Lint(options, run);
  if (!status.ok()) return Warn(std::string(status.message())), kTrouble;
  if (graph.calls) {
    const auto reports = [&](const std::string& path) { return run.selection.Reports(path); };
    const Facts& facts = run.result.facts;
    WriteAll(STDOUT_FILENO, graph.format == "dot" ? CallGraphDot(run.result.project, facts.calls, facts.heat, reports)
                                                  : CallGraphJson(run.result.project, facts.calls, facts.heat, reports));
    return run.trouble ? kTrouble : kClean;
  }
  if (graph.shapes) {
    const auto reports = [&](const std::string& path) { return run.selection.Reports(path); };
    WriteAll(STDOUT_FILENO, ShapesJson(run.result.project, run.result.facts, reports));
    return run.trouble ? kTrouble : kClean;
  }
  Picture picture = Draw(run, graph);
  if (graph.cycles) KeepCycles(picture);
  WriteAll(STDOUT_FILENO, graph.format == "dot"       ? PrintDot(picture)
                          : graph.format == "mermaid" ? PrintMermaid(picture)
                                                      : PrintJson(run, graph, picture));
  return run.trouble ? kTrouble : kClean;
}

}  // namespace looplint
