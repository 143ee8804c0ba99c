// A blocking call on a path from a request handler.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Runs once although a handler can reach it: if (!cache) cache = readFileSync(); cache ??= readFileSync();
bool FillsCache(const View& file, NodeId node) {
  const Syntax& s = file.syntax;
  for (NodeId c = node, p = s.Parent(node); Index(p) != 0; c = p, p = s.Parent(p)) {
    const Kind k = s.KindOf(p);
    if (IsFunction(k)) return false;
    if (k == Kind::kAssignmentExpression && (s[p].op == Op::kOrAssign || s[p].op == Op::kNullishAssign)) return true;
    if (k == Kind::kIfStatement && s[c].role == Role::kConsequent) {
      const NodeId test = s.Child(p, Role::kTest);
      const std::string_view text = file.Text(test);
      const bool negated = text.starts_with('!') || text.find("== null") != std::string_view::npos ||
                           text.find("=== null") != std::string_view::npos ||
                           text.find("=== undefined") != std::string_view::npos;
      // ... and something is stored inside.
      if (!negated) continue;
      for (uint32_t i = Index(c); i < s[c].next; ++i) {
        if (s.KindOf(static_cast<NodeId>(i)) == Kind::kAssignmentExpression) return true;
      }
    }
  }
  return false;
}

// if (!fs.existsSync(folder)) fs.mkdirSync(folder): does its work once.
bool CreatesMissingFolder(const View& file, NodeId node, const Api& api) {
  if (api.name.find("mkdir") == std::string::npos) return false;
  const Syntax& s = file.syntax;
  for (NodeId c = node, p = s.Parent(node); Index(p) != 0 && !IsFunction(s.KindOf(p)); c = p, p = s.Parent(p)) {
    if (s.KindOf(p) != Kind::kIfStatement || s[c].role != Role::kConsequent) continue;
    const NodeId test = s.Child(p, Role::kTest);
    if (s.KindOf(test) != Kind::kUnaryExpression || s[test].op != Op::kNot) continue;
    const CallId asked = file.model.CallAt(s.FirstChild(test));
    const Api* asks = Some(asked) ? file.ApiOf(asked) : nullptr;
    if (asks != nullptr && asks->metadata) return true;
  }
  return false;
}

// In a branch that production does not take.
bool OnlyInDevelopment(const View& file, NodeId node) {
  const Syntax& s = file.syntax;
  for (NodeId c = node, p = s.Parent(node); Index(p) != 0; c = p, p = s.Parent(p)) {
    if (s.KindOf(p) != Kind::kIfStatement && s.KindOf(p) != Kind::kConditionalExpression) continue;
    if (s[c].role == Role::kTest) continue;
    if (file.Text(s.Child(p, Role::kTest)).find("NODE_ENV") != std::string_view::npos) return true;
  }
  return false;
}

// The path goes through a call that fills a cache: instance ??= new Settings();
bool OnceOnTheWay(const View& file, const HotPath& hot) {
  for (const Step& step : hot.steps) {
    const FileModel& m = file.project[step.at.file].model;
    for (const Call& c : m.calls) {
      if (m.syntax[c.node].start != step.at.span.start || m.syntax[c.node].end != step.at.span.end) continue;
      if (FillsCache(View(file.project, file.facts, step.at.file), c.node)) return true;
    }
  }
  return false;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  for (const CallId id : Ids(file.model.calls)) {
    const Call& call = file.model.calls[id];
    const Api* api = file.ApiOf(id);
    if (api == nullptr || api->block == Block::kNone) continue;
    if (!file.HotIn(call.function)) continue;
    if (OnlyInDevelopment(file, call.node)) continue;
    const HotPath hot = file.HotPathTo(call.function);
    if (hot.entry == nullptr) continue;
    const bool once = FillsCache(file, call.node) || CreatesMissingFolder(file, call.node, *api) || OnceOnTheWay(file, hot);
    auto finding = report.At(file.CalleeNode(call),
                             once ? Cat(api->name, " blocks the event loop on the first request")
                                  : Cat(api->name, " blocks the event loop on every request"));
    finding.Via(hot.steps);
    if (once) {
      finding.As(Severity::kInfo);
    } else if (api->metadata) {
      finding.As(Severity::kWarn);
    }
    if (!api->twin.empty()) {
      const Api* twin = file.knowledge.Find(api->twin);
      const bool promise = twin != nullptr && twin->style == CallStyle::kPromise && twin->callback_at < 0;
      finding.Help(Cat(promise ? "await " : "use ", api->twin, ", or do it once at start-up"));
      // In a function that can wait already; others would have to become async, and so would their callers.
      const auto edit = promise ? PromiseFormEdit(file, call, api->twin) : std::nullopt;
      if (auto fix = edit ? AwaitFix(file, call.node, Cat("await ", api->twin)) : std::nullopt; fix) {
        fix->edits.insert(fix->edits.begin() + 1, *edit);
        finding.FixWith(*std::move(fix));
      }
    }
  }
}

}  // namespace

RULE = {
    .summary = "a blocking call runs while a request waits",
    .why = "JavaScript has one thread: until the call returns, no other request is read, answered or timed out.",
    .fix = "Await the promise form, do the work once at start-up, or move it to a worker thread.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 1322,
    .eslint = "n/no-sync node/no-sync",
    .performance = true,
    .check = Check,
};

}  // namespace looplint
