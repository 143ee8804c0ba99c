// looplint why FILE:LINE: what is reported there, suppressed or not, and what is believed of the place: when it runs,
// what its calls enter, what becomes of its promises, which of its values are streams, servers and the like.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "CLI/CLI.hpp"
#include "analyzer/base/strings.h"
#include "analyzer/cli/commands.h"
#include "analyzer/cli/options.h"
#include "analyzer/cli/output.h"
#include "analyzer/cli/printer.h"
#include "analyzer/cli/run.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/facts/fates.h"
#include "rules/view.h"

namespace looplint {
namespace {

constexpr size_t kListed = 6;  // callees, entries of one list

class Teller {
 public:
  Teller(const Run& run, Places& places, FileId file, const Terminal& terminal)
      : run_(run), places_(places), view_(run.result.project, run.result.facts, file), terminal_(terminal) {}

  // When the function around the line runs, and for whom.
  std::string Heat(uint32_t line) {
    const FunctionId inner = Innermost(line);
    const FunctionRef ref{view_.id, inner};
    const HotPath path = view_.facts.heat.To(view_.project, ref);
    std::string out = inner == kModuleFunction ? std::string("this line runs when the module is loaded\n")
                                               : Cat("the function here is ", Describe(view_.project, ref), "\n");
    if (path.entry != nullptr) {
      constexpr const char* kWhen[] = {"", "the first request runs it, and what follows is kept",
                                       "it runs per call of what the package exports",
                                       "it runs again and again, while requests wait", "it runs per request"};
      out += Cat(kWhen[static_cast<size_t>(path.heat)], path.per_item ? ", for each item" : "", ":\n");
      for (const Step& step : path.steps) out += Cat("  ", At(step.at), "  ", Plain(step.note), "\n");
    } else if (inner != kModuleFunction) {
      out += "no request handler is known to reach it\n";
      const std::span<const Caller> callers = view_.facts.calls.CallersOf(ref);
      for (size_t i = 0; i < std::min(callers.size(), kListed); ++i) {
        const Step step = CallStep(view_.project, callers[i].from, callers[i].at, callers[i].callback, ref);
        out += Cat("  ", At(step.at), "  ", Plain(Describe(view_.project, callers[i].from)),
                   callers[i].callback ? " hands it on\n" : " calls it\n");
      }
      if (callers.size() > kListed) out += Cat("  and ", callers.size() - kListed, " more\n");
      if (callers.empty()) out += "no call of it is known\n";
    }
    return out;
  }

  std::string Calls(uint32_t line) {
    std::string out;
    for (const CallId id : Ids(view_.model.calls)) {
      const Call& call = view_.model.calls[id];
      // A chain of calls over several lines: each belongs to the line its method stands in.
      NodeId callee = view_.CalleeNode(call);
      if (!Some(callee)) callee = call.node;
      const Span at = view_.SpanOf(callee);
      const uint32_t last = at.end > at.start ? at.end - 1 : at.end;
      if (places_.Start({view_.id, {last, last}}).line != line && places_.Start({view_.id, at}).line != line) continue;
      out += OfCall(id);
    }
    return out.empty() ? out : Cat("\n", Strong("calls"), out);
  }

  std::string Values(uint32_t line) {
    std::string out;
    std::set<std::string> told;
    const Syntax& s = view_.syntax;
    for (uint32_t i = 1; i < s.size(); ++i) {
      const NodeId n = static_cast<NodeId>(i);
      const Kind k = s.KindOf(n);
      if (k != Kind::kIdentifier && k != Kind::kMemberExpression && k != Kind::kThisExpression) continue;
      if (places_.Start({view_.id, view_.SpanOf(n)}).line != line) continue;
      const ValueId v = view_.model.ValueOf(n);
      if (!Some(v)) continue;
      const std::string_view type = view_.TypeOf(v);
      if (type.empty()) continue;
      const std::string text = Shorten(Plain(view_.Text(n)), 40);
      if (!told.insert(text).second) continue;
      std::string what(type);
      const bool in = view_.Is(v, "stream.Readable"), to = view_.Is(v, "stream.Writable");
      if (in || to)
        what += in && to ? ": a stream to read and write" : in ? ": a stream to read" : ": a stream to write to";
      else if (view_.Is(v, "events.EventEmitter"))
        what += ": an emitter";
      out += Cat("  ", text, "  ", what, "\n");
    }
    return out.empty() ? out : Cat("\n", Strong("values"), out);
  }

 private:
  std::string Strong(std::string_view word) const {
    return terminal_.color ? Cat("\x1b[1m", word, "\x1b[0m\n") : Cat(word, "\n");
  }
  std::string At(const Place& at) {
    const LineColumn start = places_.Start(at);
    return Cat(Plain(run_.Display(view_.project[at.file].path)), ":", start.line, ":", start.column);
  }
  std::string Function(FunctionRef f) {
    const FileModel& m = view_.project[f.file].model;
    const Node& node = m.syntax[m.functions[f.function].node];
    return Cat(Plain(Describe(view_.project, f)), "  ", At({f.file, {node.start, node.end}}));
  }

  // The innermost function that holds the line's beginning; else one that begins on it.
  FunctionId Innermost(uint32_t line) {
    const Span at = places_.Lines(view_.id).Line(line);
    FunctionId inner = kModuleFunction;
    for (const FunctionId id : Ids(view_.model.functions)) {
      const Node& node = view_.syntax[view_.model.functions[id].node];
      const bool covers = node.start < std::max(at.end, at.start + 1) && at.start < node.end;
      const Node& best = view_.syntax[view_.model.functions[inner].node];
      if (covers && node.end - node.start < best.end - best.start &&
          (node.start <= at.start || inner == kModuleFunction)) {
        inner = id;
      }
    }
    return inner;
  }

  std::string OfCall(CallId id) {
    const Call& call = view_.model.calls[id];
    const std::string text = Plain(view_.CalleeText(call));
    std::string out = Cat("  ", call.kind == CallKind::kNew ? "new " : "", text, "()\n");
    const auto say = [&](const std::string& what) { out += Cat("    ", what, "\n"); };

    const Callees callees = view_.facts.calls.CalleesOf(view_.id, id);
    const Api* api = callees.api;
    if (api != nullptr) {
      std::string is = Cat("is ", api->from.empty() ? api->name : Cat(api->name, ", ", api->from));
      constexpr const char* kBlocks[] = {"", "blocks on files", "blocks on computing", "blocks on another process",
                                         "blocks on waiting"};
      if (api->block != Block::kNone) is += Cat("; ", kBlocks[static_cast<size_t>(api->block)]);
      if (!api->through.empty()) is += Cat(" by ", Plain(api->through));
      if (!api->twin.empty()) is += Cat("; ", api->twin, " does not");
      say(is);
    }
    for (size_t i = 0; i < std::min(callees.functions.size(), kListed); ++i)
      say(Cat(callees.functions.size() == 1 && !callees.unknown ? "enters " : "may enter ",
              Function(callees.functions[i])));
    if (callees.functions.size() > kListed) say(Cat("and ", callees.functions.size() - kListed, " more"));
    for (size_t i = 0; i < std::min(callees.guesses.size(), kListed); ++i)
      say(Cat("perhaps ", Function(callees.guesses[i]), ", by its name alone"));
    if (api == nullptr && callees.functions.empty() && callees.unknown)
      say("what it enters is not known");
    else if (callees.unknown)
      say("or something that is not known");

    const std::vector<const Entry*> entries = view_.EntriesBy(id);
    for (size_t i = 0; i < std::min(entries.size(), kListed); ++i) {
      constexpr const char* kContext[] = {"calls it",
                                          "runs it while loading",
                                          "runs it on requests",
                                          "runs it for what a stream or emitter delivers",
                                          "runs it when a timer fires",
                                          "runs it for jobs",
                                          "runs it when the process ends",
                                          "calls it back",
                                          "runs it as a test"};
      const Entry& e = *entries[i];
      say(Cat("takes ", Function(e.function), ": ", e.api != nullptr ? e.api->name : std::string("it"), " ",
              kContext[static_cast<size_t>(e.context)], e.event.empty() ? "" : Cat(", on '", Plain(e.event), "'")));
    }

    const Outcome outcome = view_.PromiseAt(call.node);
    if (outcome.returns != Returns::kNoPromise) {
      constexpr const char* kReturns[] = {"", "may give a promise", "gives a promise or nothing", "gives a promise"};
      std::string is = kReturns[static_cast<size_t>(outcome.returns)];
      switch (outcome.fails) {
        case Fails::kNo:
          is += " that never rejects";
          break;
        case Fails::kUnlikely:
          is += " that rejects only if something throws that is not known to";
          break;
        case Fails::kMaybe:
          is += " that may reject";
          break;
        case Fails::kSite:
          is += Some(outcome.site.file) ? Cat(" that rejects with what is thrown at ", At(outcome.site))
                                        : " that may reject";
          break;
      }
      const PromiseFate fate = FateOf(view_.project, view_.facts.calls, view_.id, id);
      say(Cat(is, "; it ", Plain(Describe(fate))));
      for (const Step& step : fate.steps) say(Cat("  ", At(step.at), "  ", step.note));
    }
    return out;
  }

  const Run& run_;
  Places& places_;
  const View view_;
  const Terminal& terminal_;
};

}  // namespace

int WhyCommand(std::vector<std::string> arguments) {
  Options options;
  std::string where;
  CLI::App app;
  app.name("looplint why");
  app.set_help_flag("-h,--help", "Print this")->group("Other");
  app.get_formatter()->column_width(34);
  app.add_option("FILE:LINE", where)->required();
  AddRunOptions(app, options);
  if (const auto code = ParseArguments(app, options, std::move(arguments))) return *code;
  const size_t colon = where.rfind(':');
  const int line = colon == std::string::npos ? 0 : std::atoi(where.c_str() + colon + 1);
  if (line <= 0) return Warn(Cat("why takes FILE:LINE, not ", Plain(where))), kTrouble;
  options.paths = {where.substr(0, colon)};
  options.no_skip = true;
  Run run;
  absl::Status status = Prepare(options, run);
  if (status.ok()) status = Lint(options, run);
  if (!status.ok()) return Warn(std::string(status.message())), kTrouble;
  const RunReport report = ReportOf(run);
  const Project& project = run.result.project;
  const FileId file = run.selection.report.empty() ? FileId{kNoneIndex} : project.Find(run.selection.report.front());
  if (!Some(file)) return Warn(Cat(Plain(options.paths.front()), " is not among the files read")), kTrouble;

  Places places(project);
  PrintOptions print;
  print.terminal = DescribeTerminal(STDOUT_FILENO, options.color);
  print.trace = Trace::kFull;
  const auto touches = [&](const Finding& f) {
    const auto on_line = [&](const Place& at) {
      return at.file == file && static_cast<int>(places.Start(at).line) <= line &&
             line <= static_cast<int>(places.End(at).line);
    };
    return on_line(f.at) || std::ranges::any_of(f.via, [&](const Step& s) { return on_line(s.at); });
  };
  std::string out;
  for (const Finding& f : run.settled.findings) {
    if (touches(f)) out += Cat(PrintFinding(report, f, places, print), "\n");
  }
  for (const Suppressed& s : run.settled.suppressed) {
    if (!touches(s.finding)) continue;
    out += Cat(PrintFinding(report, s.finding, places, print), "   suppressed by ",
               run.Display(project[s.comment.file].path), ":", places.Start(s.comment).line,
               s.at_finding ? "" : ", on the way there", s.reason.empty() ? "" : Cat(" -- ", Plain(s.reason)), "\n\n");
  }
  if (out.empty()) out = "no findings on this line\n\n";
  const uint32_t at = static_cast<uint32_t>(line);
  if (Index(file) < project.size() && at <= places.Lines(file).lines()) {
    Teller teller(run, places, file, print.terminal);
    out += Cat(teller.Heat(at), teller.Calls(at), teller.Values(at));
  }
  return WriteAll(STDOUT_FILENO, out) ? kClean : kTrouble;
}

}  // namespace looplint
