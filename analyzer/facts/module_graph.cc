#include "analyzer/facts/module_graph.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <tuple>

#include "analyzer/base/path_pattern.h"
#include "analyzer/base/strings.h"
#include "analyzer/facts/constant_path.h"
#include "analyzer/facts/start_commands.h"

namespace looplint {
namespace {

// import('x').catch(...), import('x').then(a, b)
bool IsHandled(const Syntax& s, NodeId call) {
  for (NodeId at = call;;) {
    const NodeId member = s.Parent(at);
    if (s.KindOf(member) != Kind::kMemberExpression || s.FirstChild(member) != at) return false;
    const NodeId outer = s.Parent(member);
    if (s.KindOf(outer) != Kind::kCallExpression || s.FirstChild(outer) != member) return false;
    int arguments = 0;
    for (const NodeId c : s.ChildrenOf(outer)) arguments += s[c].role == Role::kArgument;
    const Node& property = s[s.Child(member, Role::kProperty)];
    // catch(...) is five letters, then(a, b) has two arguments; `finally` handles nothing.
    if (property.end - property.start == 5 || arguments >= 2) return true;
    at = outer;
  }
}

// In TypeScript an import of which nothing is used as a value is not there at run time.
bool IsErased(const File& f, const Import& import) {
  if (import.type_only) return true;
  if (f.language == Language::kJavaScript) return false;
  const FileModel& m = f.model;
  const NodeId declaration = m.syntax.Parent(import.node);
  if (m.syntax.KindOf(declaration) != Kind::kImportDeclaration &&
      m.syntax.KindOf(declaration) != Kind::kTSImportEqualsDeclaration) {
    return false;
  }
  bool any = false;
  for (NodeId n = declaration; Index(n) < m.syntax[declaration].next; n = static_cast<NodeId>(Index(n) + 1)) {
    if (m.syntax.KindOf(n) != Kind::kIdentifier) continue;
    const BindingId b = m.BindingAt(n);
    if (!Some(b) || m.bindings[b].node != n) continue;
    any = true;
    if (!m.bindings[b].type_only && Some(m.bindings[b].first)) return false;
  }
  // JSX needs React in scope without a reference to it.
  return any && f.language != Language::kTsx;
}

bool TakesNothing(const FileModel& m, const Import& import) {
  const NodeId parent = m.syntax.Parent(import.node);
  if (import.kind == ImportKind::kImport) {
    for (const NodeId c : m.syntax.ChildrenOf(parent)) {
      if (c != import.node && m.syntax.KindOf(c) != Kind::kImportAttributes) return false;
    }
    return true;
  }
  return import.kind == ImportKind::kRequire && UseOf(m.syntax, parent) == Use::kDropped;
}

bool IsSourcePath(std::string_view word) {
  const size_t dot = word.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view extension = word.substr(dot + 1);
  return extension == "js" || extension == "mjs" || extension == "cjs" || extension == "ts" || extension == "mts" ||
         extension == "cts" || extension == "jsx" || extension == "tsx";
}

// Words of a command line, quotes removed; what separates commands is ";".
std::vector<std::string> Words(std::string_view command) {
  std::vector<std::string> out;
  std::string word;
  char quote = '\0';
  const auto end = [&] {
    if (!word.empty()) out.push_back(word);
    word.clear();
  };
  for (const char c : command) {
    if (quote != '\0') {
      if (c == quote)
        quote = '\0';
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == ' ' || c == '\t') {
      end();
    } else if (c == ';' || c == '&' || c == '|' || c == '(' || c == ')') {
      end();
      out.emplace_back(1, ';');
    } else {
      word += c;
    }
  }
  end();
  return out;
}

}  // namespace

std::string_view EdgeKindName(EdgeKind kind) {
  constexpr std::string_view kNames[] = {"static", "side-effect", "dynamic", "type-only", "resolve", "worker"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view EntryReasonName(EntryReason reason) {
  constexpr std::string_view kNames[] = {"main", "bin", "script", "worker", "route", "test", "config"};
  return kNames[static_cast<size_t>(reason)];
}

LoadedAs HowLoaded(const File& file) {
  if (file.language != Language::kJavaScript) return LoadedAs::kUnknown;
  if (file.path.ends_with(".mjs")) return LoadedAs::kEsm;
  if (file.path.ends_with(".cjs")) return LoadedAs::kCommonJs;
  if (!file.path.ends_with(".js")) return LoadedAs::kUnknown;
  if (file.manifest != nullptr && file.manifest->type_module) return LoadedAs::kEsm;
  if (file.manifest != nullptr && file.manifest->type_commonjs) return LoadedAs::kCommonJs;
  return file.model.module.has_esm_syntax ? LoadedAs::kEsm : LoadedAs::kCommonJs;
}

namespace {

template <typename Test>
bool AnyDependency(const Project& project, const File& file, Test test) {
  for (std::string_view d = DirName(file.path);; d = DirName(d)) {
    const Manifest* m = project.resolver().ManifestOf(JoinPath(d, "x"));
    if (m == nullptr) return false;
    for (const auto& [name, range] : m->dependencies) {
      if (test(name)) return true;
    }
    d = m->directory;
    if (d == "." || d == "/") return false;
  }
}

}  // namespace

bool ResolvedByTools(const Project& project, const File& file) {
  return AnyDependency(project, file,
                       [&](const std::string& name) { return project.knowledge().ResolvesModules(name); });
}

bool BundledByTools(const Project& project, const File& file) {
  return AnyDependency(project, file,
                       [&](const std::string& name) { return project.knowledge().BundlesModules(name); });
}

bool RunsAtLoad(const FileModel& m, FunctionId function) {
  while (function != kModuleFunction) {
    const Function& f = m.functions[function];
    if (f.is_async || f.is_generator) return false;
    const bool of_class =
        f.kind == FunctionKind::kStaticBlock || (f.kind == FunctionKind::kFieldInitializer && f.is_static);
    if (!of_class) {
      if (f.kind != FunctionKind::kExpression && f.kind != FunctionKind::kArrow) return false;
      const NodeId parent = m.syntax.Parent(f.node);
      const Kind kind = m.syntax.KindOf(parent);
      const bool called = kind == Kind::kCallExpression && m.syntax.FirstChild(parent) == f.node;
      // (function () {}).call(this)
      const NodeId outer = m.syntax.Parent(parent);
      const bool call_method = kind == Kind::kMemberExpression && m.syntax.FirstChild(parent) == f.node &&
                               m.syntax.KindOf(outer) == Kind::kCallExpression && m.syntax.FirstChild(outer) == parent;
      if (!called && !call_method) return false;
    }
    function = f.parent;
  }
  return true;
}

bool IsConditional(const Syntax& s, NodeId node) {
  NodeId child = node;
  for (NodeId p = s.Parent(node); Index(p) != 0; child = p, p = s.Parent(p)) {
    if (IsFunction(s.KindOf(p))) return false;
    switch (s.KindOf(p)) {
      case Kind::kIfStatement:
      case Kind::kConditionalExpression:
        if (s[child].role != Role::kTest) return true;
        break;
      case Kind::kLogicalExpression:
        if (s.FirstChild(p) != child) return true;
        break;
      case Kind::kSwitchCase:
      case Kind::kCatchClause:
      case Kind::kWhileStatement:
      case Kind::kForStatement:
      case Kind::kForInStatement:
      case Kind::kForOfStatement:
        return true;
      default:
        break;
    }
  }
  return false;
}

bool HasTopLevelAwait(const FileModel& model) {
  return std::any_of(model.flow.begin(), model.flow.end(), [](const Flow& e) {
    return e.function == kModuleFunction && (e.kind == FlowKind::kAwait || e.kind == FlowKind::kForAwait);
  });
}

void ModuleGraph::Infer(const Project& project, const Calls& calls, const std::vector<EntryPoint>* known) {
  edges_.assign(project.size(), {});
  for (uint32_t i = 0; i < project.size(); ++i) {
    const FileId file = static_cast<FileId>(i);
    const File& f = project[file];
    const FileModel& m = f.model;
    for (const ImportId id : Ids(m.module.imports)) {
      const Import& import = m.module.imports[id];
      ModuleEdge e;
      e.to = f.imports[Index(id)];
      e.import = id;
      e.node = import.node;
      e.esm = import.kind == ImportKind::kImport || import.kind == ImportKind::kReExport ||
              import.kind == ImportKind::kDynamic;
      const bool statement = import.kind == ImportKind::kImport || import.kind == ImportKind::kReExport;
      e.kind = import.kind == ImportKind::kDynamic          ? EdgeKind::kDynamic
               : import.kind == ImportKind::kRequireResolve ? EdgeKind::kResolve
               : IsErased(f, import)                        ? EdgeKind::kTypeOnly
               : TakesNothing(m, import)                    ? EdgeKind::kSideEffect
                                                            : EdgeKind::kStatic;
      const NodeId tried = EnclosingTry(m, import.node);
      const bool caught = Some(tried) && Some(m.syntax.Child(tried, Role::kHandler));
      const bool conditional = !statement && IsConditional(m.syntax, import.node);
      e.guarded =
          !statement && (caught || conditional ||
                         (import.kind == ImportKind::kDynamic && IsHandled(m.syntax, m.syntax.Parent(import.node))));
      e.at_load = statement || (import.kind != ImportKind::kDynamic && !conditional && RunsAtLoad(m, import.function));
      edges_[i].push_back(e);
    }
    for (const CallId id : Ids(m.calls)) {
      const Api* api = calls.TargetOf(file, id).api;
      if (api == nullptr || api->sinks.empty()) continue;
      const Call& call = m.calls[id];
      for (const Sink& sink : api->sinks) {
        if (sink.kind != "module-path" || sink.first_arg < 0) continue;
        const Argument* argument = m.Arg(call, static_cast<uint32_t>(sink.first_arg));
        if (argument == nullptr || argument->spread) continue;
        const auto path = PathOf(f, argument->value);
        if (!path) continue;
        std::string target;
        if (path->from_file) {
          target = project.resolver().Resolve(Cat(DirName(path->path), "/x"),
                                              Cat("./", path->path.substr(path->path.rfind('/') + 1)));
        } else {
          // Relative to where the process starts: the package's folder as a rule.
          const std::string base = f.manifest == nullptr ? "." : f.manifest->directory;
          target = project.resolver().Resolve(JoinPath(base, "x"), Cat("./", path->path));
        }
        const FileId to = target.empty() ? kNone<FileId> : project.Find(target);
        if (!Some(to)) continue;
        ModuleEdge e;
        e.to = to;
        e.node = argument->node;
        e.kind = EdgeKind::kWorker;
        edges_[i].push_back(e);
        break;
      }
    }
    std::stable_sort(edges_[i].begin(), edges_[i].end(),
                     [](const ModuleEdge& a, const ModuleEdge& b) { return Index(a.node) < Index(b.node); });
  }
  FindEntries(project, known);
  FindCycles(project);
  FindProduction(project);
}

void ModuleGraph::FindEntries(const Project& project, const std::vector<EntryPoint>* known) {
  entries_.clear();
  const Resolver& resolver = project.resolver();
  std::set<std::tuple<FileId, EntryReason, std::string>> seen;
  const auto add = [&](FileId file, EntryReason reason, std::string what, bool production,
                       FileId starter = kNone<FileId>) {
    if (!Some(file) || !seen.insert({file, reason, what}).second) return;
    entries_.push_back({file, reason, std::move(what), production, starter});
  };
  // A path in a package, or the source of a build output that is not there.
  const auto locate = [&](const Manifest& m, std::string_view path) {
    while (path.starts_with("./")) path.remove_prefix(2);
    const std::string importer = JoinPath(m.directory, "x");
    FileId found = project.Find(resolver.Resolve(importer, Cat("./", path)));
    for (const std::string_view folder : {"dist/", "lib/", "build/", "out/", "esm/", "cjs/"}) {
      if (Some(found) || !path.starts_with(folder)) continue;
      std::string_view rest = path.substr(folder.size());
      for (const std::string_view format : {"esm/", "cjs/", "src/"}) {
        if (rest.starts_with(format)) rest.remove_prefix(format.size());
      }
      found = project.Find(resolver.Resolve(importer, Cat("./src/", rest)));
    }
    return found;
  };
  std::span<const Manifest> manifests = resolver.manifests();
  if (known != nullptr) {
    for (const EntryPoint& e : *known) add(e.file, e.reason, e.what, e.production, e.starter);
    manifests = {};
  }
  for (const Manifest& m : manifests) {
    for (const std::string& path : {m.main, m.module}) {
      if (!path.empty()) add(locate(m, path), EntryReason::kMain, "main of package.json", true);
    }
    if (m.main.empty() && m.exports.empty()) {
      add(locate(m, "index.js"), EntryReason::kMain, "index.js is the default main", !m.is_private || m.has_bin);
    }
    for (const std::string& path : m.exports) add(locate(m, path), EntryReason::kMain, "exports of package.json", true);
    for (const auto& [key, targets] : m.subpaths) {
      for (const std::string& path : targets) {
        const size_t star = path.find('*');
        if (star == std::string::npos) {
          add(locate(m, path), EntryReason::kMain, "exports of package.json", true);
          continue;
        }
        const std::string before = JoinPath(m.directory, path.substr(0, star));
        const std::string prefix = star > 0 && path[star - 1] == '/' ? Cat(before, "/") : before;
        // Files are in order of their paths.
        uint32_t first = 0;
        for (uint32_t end = static_cast<uint32_t>(project.size()); first < end;) {
          const uint32_t middle = first + (end - first) / 2;
          if (project[static_cast<FileId>(middle)].path < prefix) {
            first = middle + 1;
          } else {
            end = middle;
          }
        }
        for (uint32_t i = first; i < project.size(); ++i) {
          const std::string& candidate = project[static_cast<FileId>(i)].path;
          if (!candidate.starts_with(prefix)) break;
          if (candidate.ends_with(std::string_view(path).substr(star + 1)))
            add(static_cast<FileId>(i), EntryReason::kMain, "exports of package.json", true);
        }
      }
    }
    for (const std::string& path : m.bin) add(locate(m, path), EntryReason::kBin, "bin of package.json", true);
    const auto runs = [&](const std::string& command, const std::string& what, bool starts) {
      // Options of runners and watchers that take patterns of files which are not run.
      static constexpr std::string_view kOtherFiles[] = {"--watch-files", "--watch-ignore", "--watch-path",
                                                         "--ignore",      "--exclude",      "--coverage-include"};
      std::string program;
      bool other_files = false;  // the words up to the next option are such an option's
      for (const std::string& word : Words(command)) {
        if (word == ";") {
          program.clear();
          other_files = false;
          continue;
        }
        if (word[0] == '-')
          other_files = std::find(std::begin(kOtherFiles), std::end(kOtherFiles), word) != std::end(kOtherFiles);
        if (other_files) continue;
        if (word[0] == '-' || (program.empty() && word.find('=') != std::string::npos)) continue;
        if (program.empty()) {
          if (project.knowledge().RunsPrograms(word)) continue;
          program = word;
          if (!word.starts_with("./") || !IsSourcePath(word)) continue;  // a file may itself be the program
        } else if (!project.knowledge().RunsFiles(program)) {
          continue;
        }
        if (word.find('*') != std::string::npos) {
          const PathPattern pattern(word.starts_with("./") ? std::string_view(word).substr(2) : word);
          for (uint32_t i = 0; i < project.size(); ++i) {
            const File& f = project[static_cast<FileId>(i)];
            if (f.manifest != &m) continue;
            const std::string_view inside =
                m.directory == "." ? std::string_view(f.path) : std::string_view(f.path).substr(m.directory.size() + 1);
            if (pattern.Matches(inside)) add(static_cast<FileId>(i), EntryReason::kScript, what, false);
          }
        } else if (IsSourcePath(word) || program == "node" || program == "nodemon") {
          add(locate(m, word), EntryReason::kScript, what, (program == "node" || program == word) && starts);
          if (program == "node") program = "node's arguments";  // what follows is for the file
        }
      }
    };
    for (const auto& [name, command] : m.scripts) {
      runs(command, Cat("scripts.", name), name == "start" || name == "serve" || name.starts_with("start:prod"));
    }
    if (resolver.node() == nullptr) continue;
    const Resolution* own =
        resolver.Ask(JoinPath(m.directory, "x"), "./package.json", RequestKind::kRequireResolve).node;
    for (const StartCommand& start : StartCommandsIn(resolver.node()->file_system(), std::string(DirName(own->path)))) {
      if (start.handler.empty()) {
        runs(start.command, start.what, true);
      } else {
        add(locate(m, start.handler), EntryReason::kScript, start.what, true);
      }
    }
  }
  struct Row {
    std::vector<PathPattern> patterns;
    const EntryFiles* row;
  };
  std::vector<Row> rows;
  for (const EntryFiles& row : project.knowledge().entry_files()) {
    rows.push_back({{}, &row});
    for (const std::string& glob : row.files) rows.back().patterns.emplace_back(glob);
  }
  for (uint32_t i = 0; i < project.size(); ++i) {
    const File& f = project[static_cast<FileId>(i)];
    std::string_view inside = f.path;
    if (f.manifest != nullptr && f.manifest->directory != ".") inside.remove_prefix(f.manifest->directory.size() + 1);
    for (const Row& row : rows) {
      const std::string& package = row.row->package;
      if (!package.empty() && (f.manifest == nullptr || !f.manifest->dependencies.contains(package))) continue;
      for (size_t k = 0; k < row.patterns.size(); ++k) {
        if (!row.patterns[k].Matches(inside)) continue;
        add(static_cast<FileId>(i), row.row->reason,
            package.empty() ? row.row->files[k] : Cat(row.row->files[k], " of ", package), false);
        break;
      }
    }
    for (const ModuleEdge& e : edges_[i]) {
      if (e.kind == EdgeKind::kWorker)
        add(e.to, EntryReason::kWorker, Cat("started by ", f.path), false, static_cast<FileId>(i));
    }
  }
  std::sort(entries_.begin(), entries_.end(), [](const EntryPoint& a, const EntryPoint& b) {
    return std::tie(a.file, a.reason, a.what) < std::tie(b.file, b.reason, b.what);
  });
}

// Tarjan, "Depth-first search and linear graph algorithms" (1972), with the recursion on a stack of our own. Also
// tells what static graphs wait for: components are complete before those that load them.
void ModuleGraph::FindCycles(const Project& project) {
  const size_t n = project.size();
  cycles_.clear();
  cycle_of_.assign(n, -1);
  awaits_.assign(n, kNone<FileId>);
  std::vector<uint32_t> index(n, 0), low(n, 0);
  std::vector<bool> on_stack(n, false);
  std::vector<uint32_t> stack;
  uint32_t next = 1;
  struct Frame {
    uint32_t node;
    size_t edge;
  };
  std::vector<Frame> work;
  for (uint32_t root = 0; root < n; ++root) {
    if (index[root] != 0) continue;
    work.push_back({root, 0});
    while (!work.empty()) {
      Frame& frame = work.back();
      const uint32_t v = frame.node;
      if (frame.edge == 0) {
        index[v] = low[v] = next++;
        stack.push_back(v);
        on_stack[v] = true;
      }
      bool descended = false;
      while (frame.edge < edges_[v].size()) {
        const ModuleEdge& e = edges_[v][frame.edge++];
        if (!Some(e.to) || !LoadsEagerly(e)) continue;
        const uint32_t w = Index(e.to);
        if (index[w] == 0) {
          work.push_back({w, 0});
          descended = true;
          break;
        }
        if (on_stack[w]) low[v] = std::min(low[v], index[w]);
      }
      if (descended) continue;
      work.pop_back();
      if (!work.empty()) low[work.back().node] = std::min(low[work.back().node], low[v]);
      if (low[v] != index[v]) continue;
      std::vector<FileId> component;
      for (;;) {
        const uint32_t w = stack.back();
        stack.pop_back();
        on_stack[w] = false;
        component.push_back(static_cast<FileId>(w));
        if (w == v) break;
      }
      std::sort(component.begin(), component.end());
      // Only `import` waits for what it loads; require() of such a graph fails instead.
      FileId awaits = kNone<FileId>;
      bool itself = false;
      for (const FileId file : component) {
        if (!Some(awaits) && HasTopLevelAwait(project[file].model)) awaits = file;
      }
      for (const FileId file : component) {
        for (const ModuleEdge& e : edges_[Index(file)]) {
          if (!Some(e.to) || !LoadsEagerly(e)) continue;
          itself |= e.to == file;
          if (!Some(awaits) && e.esm) awaits = awaits_[Index(e.to)];
        }
      }
      for (const FileId file : component) awaits_[Index(file)] = awaits;
      if (component.size() > 1 || itself) cycles_.push_back(std::move(component));
    }
  }
  std::sort(cycles_.begin(), cycles_.end());
  for (size_t c = 0; c < cycles_.size(); ++c) {
    for (const FileId file : cycles_[c]) cycle_of_[Index(file)] = static_cast<int>(c);
  }
}

std::vector<FileId> ModuleGraph::ShortestCycle(FileId file) const {
  const int component = CycleOf(file);
  if (component < 0) return {};
  // Breadth first; edges are in source order, so equals are told apart the same way every time.
  std::vector<FileId> from(edges_.size(), kNone<FileId>), queue = {file};
  for (size_t head = 0; head < queue.size(); ++head) {
    const FileId at = queue[head];
    for (const ModuleEdge& e : edges_[Index(at)]) {
      if (!Some(e.to) || !LoadsEagerly(e) || CycleOf(e.to) != component) continue;
      if (e.to == file) {
        std::vector<FileId> path;
        for (FileId f = at; f != file; f = from[Index(f)]) path.push_back(f);
        path.push_back(file);
        std::reverse(path.begin(), path.end());
        return path;
      }
      if (Some(from[Index(e.to)])) continue;
      from[Index(e.to)] = at;
      queue.push_back(e.to);
    }
  }
  return {};
}

std::vector<FileId> ModuleGraph::ShortestCycle(const std::vector<FileId>& component) const {
  std::vector<FileId> best;
  // Two files that load one another are what most cycles come down to; beyond some size any short one will do.
  const size_t tries = std::min<size_t>(component.size(), 500);
  for (size_t i = 0; i < tries && best.size() != 1 && best.size() != 2; ++i) {
    std::vector<FileId> cycle = ShortestCycle(component[i]);
    if (best.empty() || (!cycle.empty() && cycle.size() < best.size())) best = std::move(cycle);
  }
  return best;
}

void ModuleGraph::FindProduction(const Project& project) {
  production_from_.assign(project.size(), kNone<FileId>);
  production_root_.assign(project.size(), false);
  std::vector<FileId> queue;
  for (const EntryPoint& e : entries_) {
    if (!e.production || production_root_[Index(e.file)] || project[e.file].role == FileRole::kTest) continue;
    production_root_[Index(e.file)] = true;
    queue.push_back(e.file);
  }
  for (size_t head = 0; head < queue.size(); ++head) {
    for (const ModuleEdge& e : edges_[Index(queue[head])]) {
      if (!Some(e.to) || e.kind == EdgeKind::kTypeOnly || InProduction(e.to)) continue;
      production_from_[Index(e.to)] = queue[head];
      queue.push_back(e.to);
    }
  }
}

std::vector<FileId> ModuleGraph::ProductionPath(FileId file) const {
  if (!InProduction(file)) return {};
  std::vector<FileId> path = {file};
  while (!production_root_[Index(path.back())]) path.push_back(production_from_[Index(path.back())]);
  std::reverse(path.begin(), path.end());
  return path;
}

const EntryPoint* ModuleGraph::EntryOf(FileId file) const {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), file,
                                   [](const EntryPoint& e, FileId f) { return e.file < f; });
  const EntryPoint* first = at != entries_.end() && at->file == file ? &*at : nullptr;
  for (auto it = at; it != entries_.end() && it->file == file; ++it) {
    if (it->production) return &*it;
  }
  return first;
}

}  // namespace looplint
