#include "lsp/insight.h"

#include <algorithm>
#include <deque>
#include <set>

#include "absl/container/flat_hash_set.h"
#include "analyzer/base/strings.h"
#include "analyzer/engine/baseline.h"
#include "analyzer/facts/hot_paths.h"

namespace looplint::lsp {
namespace {

constexpr size_t kMaxVisited = 20000;

// From the start of a function to its body: what a lens or a hover on it covers.
Span Head(const FileModel& m, FunctionId f) {
  const NodeId node = m.functions[f].node;
  const NodeId body = m.syntax.Child(node, Role::kBody);
  return {m.syntax[node].start, Some(body) ? m.syntax[body].start : m.syntax[node].end};
}

FunctionId InnermostAt(const FileModel& m, uint32_t offset) {
  FunctionId best = kModuleFunction;
  for (const FunctionId f : Ids(m.functions)) {
    const Node& node = m.syntax[m.functions[f].node];
    if (node.start <= offset && offset <= node.end) best = f;  // in source order: inner ones come later
  }
  return best;
}

// The smallest call around `offset` whose callee holds it.
CallId CallAtOffset(const FileModel& m, uint32_t offset) {
  CallId best = kNone<CallId>;
  uint32_t size = UINT32_MAX;
  for (const CallId c : Ids(m.calls)) {
    const NodeId callee = m.syntax.FirstChild(m.calls[c].node);
    if (!Some(callee)) continue;
    const Node& node = m.syntax[callee];
    if (node.start <= offset && offset <= node.end && static_cast<uint32_t>(node.end - node.start) < size) best = c, size = node.end - node.start;
  }
  return best;
}

std::string Link(const Subject& subject, const Place& at) {
  const LineColumn start = subject.lines.Of(at.file).At(at.span.start, ColumnUnit::kUtf16);
  const std::string& path = subject.snapshot.program.project[at.file].path;
  return Cat("[", path, ":", start.line, ":", start.column, "](", subject.uri(path), "#L", start.line, ",", start.column, ")");
}

std::string Steps(const Subject& subject, const std::vector<Step>& steps) {
  std::string out;
  size_t n = 0;
  for (const Step& step : steps) {
    const File& file = subject.snapshot.program.project[step.at.file];
    std::string_view text = std::string_view(file.text).substr(step.at.span.start, step.at.span.end - step.at.span.start);
    text = text.substr(0, text.find('\n'));
    out += Cat(++n, ". ", Link(subject, step.at), " `", text.substr(0, 60), "` ", step.note, "\n");
  }
  return out;
}

std::string Plain(const std::string& markdown) {
  std::string out;
  for (const char c : markdown) {
    if (c != '`') out += c;
  }
  return out;
}

std::string Plural(size_t n, std::string_view noun, bool more = false) {
  return Cat(n, more ? "+" : "", " ", noun, n == 1 && !more ? "" : "s");
}

bool HandlesRequests(const Snapshot& snapshot, FunctionRef f) {
  if (snapshot.program.project[f.file].role != FileRole::kSource) return false;
  return std::ranges::any_of(snapshot.program.facts.calls.EntriesOf(f),
                             [](const Entry& e) { return e.context == Context::kRequest; });
}

// A function as people speak of it; handlers without a name by what they are registered for.
std::string NameOf(const Snapshot& snapshot, FunctionRef f) {
  const Project& project = snapshot.program.project;
  if (f.function == kModuleFunction) return project[f.file].path;
  if (!Some(project[f.file].model.functions[f.function].name)) {
    for (const Entry& e : snapshot.program.facts.calls.EntriesOf(f)) {
      const std::string name = NameOfEntry(project, e);
      const std::string_view what = std::string_view(name).substr(name.find('#') + 1);
      if (what != "handler") return Cat("handler of ", what);
    }
  }
  return Describe(project, f);
}

// Text between the quotes of a Mermaid label.
std::string Label(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '<' || c == '>' || c == '#') {
      out += Cat("#", static_cast<int>(c), ";");
    } else {
      out += c == '\n' ? ' ' : c;
    }
  }
  return out;
}

struct Below {
  size_t blocking = 0;
  bool more = false;
};
// Blocking calls a function reaches, itself included.
Below BlockingBelow(const Snapshot& snapshot, FunctionRef function) {
  Below below;
  absl::flat_hash_set<FunctionRef> seen = {function};
  std::deque<FunctionRef> queue = {function};
  while (!queue.empty()) {
    const FunctionRef f = queue.front();
    queue.pop_front();
    const FileModel& m = snapshot.program.project[f.file].model;
    for (const CallId c : Ids(m.calls)) {
      if (m.calls[c].function != f.function) continue;
      const Api* api = snapshot.program.facts.calls.TargetOf(f.file, c).api;
      below.blocking += api != nullptr && api->block != Block::kNone;
    }
    if (seen.size() > 500) {
      below.more = true;
      return below;
    }
    for (const Edge& e : snapshot.program.facts.calls.From(f)) {
      if (seen.insert(e.to).second) queue.push_back(e.to);
    }
  }
  return below;
}

Json ItemOf(const Subject& subject, FunctionRef f) {
  const Project& project = subject.snapshot.program.project;
  const FileModel& m = project[f.file].model;
  const Node& node = m.syntax[m.functions[f.function].node];
  const std::string& path = project[f.file].path;
  const bool module = f.function == kModuleFunction;
  Span head = module ? Span{node.start, node.start} : Head(m, f.function);
  const LineIndex& lines = subject.lines.Of(f.file);
  if (!module) head.end = std::min(head.end, lines.Line(lines.At(head.start, ColumnUnit::kUtf8).line).end);
  std::string detail = path;
  if (subject.snapshot.program.facts.heat.Reaches(f)) detail += " (a request runs it)";
  return {{"name", NameOf(subject.snapshot, f)},
          {"kind", module ? 2 : m.functions[f.function].kind == FunctionKind::kConstructor ? 9 : Some(m.functions[f.function].owner) ? 6 : 12},
          {"detail", detail},
          {"uri", subject.uri(path)},
          {"range", subject.lines.Range(f.file, {node.start, node.end})},
          {"selectionRange", subject.lines.Range(f.file, {head.start, std::max(head.start, head.end)})},
          {"data", {{"path", path}, {"function", Index(f.function)}}}};
}

Span CalleeSpan(const FileModel& m, CallId call) {
  const NodeId callee = m.syntax.FirstChild(m.calls[call].node);
  const Node& node = m.syntax[Some(callee) ? callee : m.calls[call].node];
  return {node.start, node.end};
}

}  // namespace

Callers::Callers(const Snapshot& snapshot) {
  const Project& project = snapshot.program.project;
  for (uint32_t i = 0; i < project.size(); ++i) {
    const FileId file = static_cast<FileId>(i);
    for (const FunctionId f : Ids(project[file].model.functions)) {
      for (const Edge& e : snapshot.program.facts.calls.From({file, f})) in_[e.to].push_back({{file, f}, e.at, e.callback});
    }
  }
}

const std::vector<Callers::In>& Callers::Of(FunctionRef function) const {
  const auto it = in_.find(function);
  return it == in_.end() ? none_ : it->second;
}

size_t Callers::Handlers(const Snapshot& snapshot, FunctionRef function, size_t limit) const {
  size_t handlers = 0;
  absl::flat_hash_set<FunctionRef> seen = {function};
  std::deque<FunctionRef> queue = {function};
  while (!queue.empty() && handlers < limit && seen.size() < kMaxVisited) {
    const FunctionRef f = queue.front();
    queue.pop_front();
    handlers += HandlesRequests(snapshot, f);
    for (const In& in : Of(f)) {
      if (seen.insert(in.from).second) queue.push_back(in.from);
    }
  }
  return handlers;
}

Json Hover(const Subject& subject, uint32_t offset) {
  const Program& program = subject.snapshot.program;
  const FileModel& m = subject.source().model;
  std::string text;
  Span at{offset, offset};
  const auto section = [&](const std::string& more) { text += Cat(text.empty() ? "" : "\n---\n\n", more); };
  const auto explain = [&](const Finding& f, const std::string& lead) {
    at = f.at.span;
    std::string out = Cat("**", f.rule->id, "**: ", f.message, "\n\n", lead, f.rule->why, "\n\n**What to do**: ",
                          f.help.empty() ? f.rule->fix : std::string_view(f.help), "\n\n[", f.rule->id, "](", PageOf(*f.rule), ")\n");
    if (!f.via.empty()) {
      std::string title(f.via_title);
      out += Cat("\n**Why this line**: ", title, "\n\n", Steps(subject, f.via));
    }
    section(out);
  };
  for (const Finding& f : subject.snapshot.In(subject.file)) {
    if (f.at.span.start <= offset && offset <= f.at.span.end) explain(f, "");
  }
  for (const Suppressed& s : subject.snapshot.suppressed) {
    if (s.finding.at.file != subject.file || s.finding.at.span.start > offset || offset > s.finding.at.span.end) continue;
    explain(s.finding, Cat("*Accepted by a comment", s.reason.empty() ? "" : Cat(": ", s.reason), ".*\n\n"));
  }
  if (text.empty()) {
    // A function's head, or a call of what blocks: why is it hot?
    FunctionRef hot{subject.file, InnermostAt(m, offset)};
    std::string what;
    if (hot.function != kModuleFunction) {
      const Span head = Head(m, hot.function);
      if (offset <= head.end) {
        what = Cat("A request runs ", NameOf(subject.snapshot, hot));
        at = head;
      }
    }
    if (const CallId call = CallAtOffset(m, offset); what.empty() && Some(call)) {
      const Target& target = program.facts.calls.TargetOf(subject.file, call);
      if (target.api != nullptr && target.api->block != Block::kNone) {
        what = Cat("`", target.api->name, "` blocks the event loop, and a request runs this line");
      } else if (Some(target.function.function) && program.facts.heat.Reaches(target.function)) {
        hot = target.function;
        what = Cat("A request runs ", NameOf(subject.snapshot, hot));
      }
      at = CalleeSpan(m, call);
    }
    if (!what.empty()) {
      const HotPath path = program.facts.heat.To(program.project, hot);
      if (path.entry != nullptr) section(Cat(what, "\n\n", Steps(subject, path.steps)));
    }
  }
  if (text.empty()) return nullptr;
  const bool markdown = subject.client.markdown_hover;
  return {{"contents", {{"kind", markdown ? "markdown" : "plaintext"}, {"value", markdown ? text : Plain(text)}}},
          {"range", subject.lines.Range(subject.file, at)}};
}

Json CodeLenses(const Subject& subject, const Callers& callers) {
  Json lenses = Json::array();
  const File& file = subject.source();
  if (file.role != FileRole::kSource) return lenses;
  const Program& program = subject.snapshot.program;
  constexpr size_t kMany = 100;
  std::set<uint32_t> lines;
  for (const FunctionId f : Ids(file.model.functions)) {
    const FunctionRef ref{subject.file, f};
    if (f == kModuleFunction || !program.facts.heat.Reaches(ref)) continue;
    const Function& fn = file.model.functions[f];
    const bool handler = HandlesRequests(subject.snapshot, ref);
    if (!handler && !Some(fn.name)) continue;  // callbacks inside say nothing new
    const Span head = Head(file.model, f);
    if (!lines.insert(subject.lines.Of(subject.file).At(head.start, ColumnUnit::kUtf8).line).second) continue;
    const size_t handlers = callers.Handlers(subject.snapshot, ref, kMany);
    const Below below = BlockingBelow(subject.snapshot, ref);
    std::string title = handler ? "request handler" : Cat("on the request path of ", Plural(handlers, "handler", handlers >= kMany));
    if (below.blocking > 0) title += Cat(", ", Plural(below.blocking, "blocking call", below.more), " below");
    const Json range = subject.lines.Range(subject.file, {head.start, head.start});
    lenses.push_back({{"range", range},
                      {"command",
                       {{"title", title},
                        {"command", "looplint.showGraph"},
                        {"arguments", {{{"uri", subject.uri(file.path)}, {"position", range["start"]}}}}}}});
  }
  return lenses;
}

Json InlayHints(const Subject& subject, Span range) {
  Json hints = Json::array();
  const File& file = subject.source();
  const Program& program = subject.snapshot.program;
  for (const CallId c : Ids(file.model.calls)) {
    const Call& call = file.model.calls[c];
    const Node& node = file.model.syntax[call.node];
    if (node.end < range.start || node.start > range.end) continue;
    const Target& target = program.facts.calls.TargetOf(subject.file, c);
    std::string label;
    if (target.api != nullptr && target.api->block != Block::kNone && program.facts.heat.Reaches({subject.file, call.function})) {
      label = "blocks a request";
    } else if (Some(target.function.function) && call.use != Use::kAwaited && call.use != Use::kReturned &&
               program.facts.promises.Of(target.function).returns == Returns::kPromise) {
      label = "promise";
    }
    if (label.empty()) continue;
    hints.push_back({{"position", PositionOf(subject.lines.Of(subject.file), node.end, subject.client.unit)},
                     {"label", label},
                     {"paddingLeft", true}});
  }
  return hints;
}

Json PrepareCallHierarchy(const Subject& subject, uint32_t offset) {
  const FileModel& m = subject.source().model;
  if (const CallId call = CallAtOffset(m, offset); Some(call)) {
    const FunctionRef to = subject.snapshot.program.facts.calls.TargetOf(subject.file, call).function;
    if (Some(to.function)) return Json::array({ItemOf(subject, to)});
  }
  return Json::array({ItemOf(subject, {subject.file, InnermostAt(m, offset)})});
}

Json IncomingCalls(const Subject& subject, const Callers& callers, FunctionRef function) {
  const Project& project = subject.snapshot.program.project;
  std::map<FunctionRef, Json> from;
  for (const Callers::In& in : callers.Of(function)) {
    Json& ranges = from[in.from];
    if (ranges.is_null()) ranges = Json::array();
    ranges.push_back(subject.lines.Range(in.from.file, CalleeSpan(project[in.from.file].model, in.at)));
  }
  // Who registers a handler leads to it as well: the first step of a trace.
  for (const Entry& e : subject.snapshot.program.facts.calls.entries()) {
    if (e.function != function || !Some(e.by.call)) continue;
    const FunctionRef by{e.by.file, project[e.by.file].model.calls[e.by.call].function};
    if (by == function) continue;
    const Json range = subject.lines.Range(e.by.file, CalleeSpan(project[e.by.file].model, e.by.call));
    Json& ranges = from[by];
    if (ranges.is_null()) ranges = Json::array();
    if (std::find(ranges.begin(), ranges.end(), range) == ranges.end()) ranges.push_back(range);
  }
  Json out = Json::array();
  for (auto& [f, ranges] : from) out.push_back({{"from", ItemOf(subject, f)}, {"fromRanges", std::move(ranges)}});
  return out;
}

Json OutgoingCalls(const Subject& subject, FunctionRef function) {
  std::map<FunctionRef, Json> to;
  std::vector<FunctionRef> order;
  for (const Edge& e : subject.snapshot.program.facts.calls.From(function)) {
    Json& ranges = to[e.to];
    if (ranges.is_null()) {
      ranges = Json::array();
      order.push_back(e.to);
    }
    ranges.push_back(subject.lines.Range(function.file, CalleeSpan(subject.snapshot.program.project[function.file].model, e.at)));
  }
  Json out = Json::array();
  for (const FunctionRef f : order) out.push_back({{"to", ItemOf(subject, f)}, {"fromRanges", to[f]}});
  return out;
}

std::string Graph(const Subject& subject, const Callers& callers, uint32_t offset) {
  const Project& project = subject.snapshot.program.project;
  const FunctionRef target{subject.file, InnermostAt(subject.source().model, offset)};
  constexpr size_t kMaxNodes = 40;
  std::map<FunctionRef, size_t> ids = {{target, 0}};
  std::deque<FunctionRef> queue = {target};
  std::set<std::string> drawn;
  std::string edges;
  bool more = false;
  while (!queue.empty()) {
    const FunctionRef f = queue.front();
    queue.pop_front();
    for (const Callers::In& in : callers.Of(f)) {
      auto it = ids.find(in.from);
      if (it == ids.end()) {
        if (ids.size() >= kMaxNodes) {
          more = true;
          continue;
        }
        it = ids.emplace(in.from, ids.size()).first;
        queue.push_back(in.from);
      }
      std::string edge = Cat("  n", it->second, in.callback ? " -. passes .-> n" : " --> n", ids[f], "\n");
      if (drawn.insert(edge).second) edges += edge;
    }
  }
  std::string out = Cat("# Ways to ", NameOf(subject.snapshot, target), "\n\n```mermaid\nflowchart TD\n");
  for (const auto& [f, id] : ids) {
    const FileModel& m = project[f.file].model;
    const LineColumn at = subject.lines.Of(f.file).At(m.syntax[m.functions[f.function].node].start, ColumnUnit::kUtf16);
    const bool handler = HandlesRequests(subject.snapshot, f);
    out += Cat("  n", id, handler ? "([\"" : "[\"", Label(NameOf(subject.snapshot, f)), "<br>", Label(project[f.file].path), ":", at.line, handler ? "\"])" : "\"]", "\n");
  }
  out += Cat(edges, "```\n");
  if (more) out += Cat("\nOnly the nearest ", kMaxNodes, " functions are drawn.\n");
  const HotPath path = subject.snapshot.program.facts.heat.To(project, target);
  if (path.entry != nullptr) out += Cat("\nThe shortest way from a request:\n\n", Steps(subject, path.steps));
  return out;
}

}  // namespace looplint::lsp
