// One file as the rules see it, with the whole program behind it.
#ifndef LOOPLINT_RULES_VIEW_H_
#define LOOPLINT_RULES_VIEW_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts/calls.h"
#include "analyzer/facts/hot_paths.h"
#include "analyzer/facts/load_order.h"
#include "analyzer/facts/regex_matches.h"
#include "analyzer/facts/module_graph.h"
#include "analyzer/facts/outside.h"
#include "analyzer/facts/promises.h"
#include "analyzer/facts/taint.h"
#include "analyzer/facts/unhandled.h"
#include "analyzer/project/project.h"

namespace looplint {

// What is known of the whole program.
struct Facts {
  Calls calls;
  HotPaths heat;
  Promises promises;
  RegexMatches matches;
  Taint taint;
  ModuleGraph modules;
  LoadOrder load_order;
  Outside outside;
  Unhandled unhandled;
};

// Does every version an npm range admits lie in another range? False when either is not a plain range (a tag, a URL).
bool RangeWithin(std::string_view range, std::string_view outer);

class View {
 public:
  View(const Project& project, const Facts& facts, FileId file)
      : project(project), facts(facts), id(file), file(project[file]), model(project[file].model),
        syntax(project[file].model.syntax), knowledge(project.knowledge()), denoter_(project, file) {}

  const Project& project;
  const Facts& facts;
  const FileId id;
  const File& file;
  const FileModel& model;
  const Syntax& syntax;
  const Knowledge& knowledge;

  std::string_view Text(NodeId node) const;
  std::string_view Text(Span span) const;
  std::string_view Name(NameId name) const { return model.names[name]; }
  Span SpanOf(NodeId node) const;
  // Callee of a call as written, for messages: "fs.readFileSync"; shortened when long.
  std::string CalleeText(const Call& call) const;
  NodeId CalleeNode(const Call& call) const { return syntax.FirstChild(call.node); }

  // ---- what things denote (see Denoter)
  const Api* ApiOf(CallId call) const { return facts.calls.TargetOf(id, call).api; }
  FunctionRef TargetOf(CallId call) const { return facts.calls.TargetOf(id, call).function; }
  Denoted Denote(ValueId value) const { return denoter_.Of(value); }
  std::string_view TypeOf(ValueId value) const { return denoter_.TypeOf(value); }
  bool Is(ValueId value, std::string_view type) const { return denoter_.Is(value, type); }
  FunctionRef FunctionOf(ValueId value) const { return denoter_.FunctionOf(value); }
  // Calls of methods by these names, whatever they are called on, in source order. For rules that start from a name:
  // most files have no such call, and asking costs next to nothing.
  std::vector<CallId> MethodCalls(std::initializer_list<std::string_view> names) const;
  // Calls of known APIs, in source order.
  const std::vector<CallId>& KnownCalls() const;
  // The object a method is called on: of a.b.c(), a.b; kNone when it is no method call.
  ValueId Receiver(const Call& call) const;
  // Name of the method called, "" when it is none.
  std::string_view Method(const Call& call) const;
  // Value of property `name` of an argument that is an object literal (directly or through a binding).
  std::optional<ValueId> OptionOf(const Argument& argument, std::string_view name) const;

  // ---- constants
  std::optional<std::string> ConstantString(ValueId value) const;
  std::optional<double> ConstantNumber(NodeId node) const;
  // False when `value` is known to be falsy; nullopt when unknown.
  std::optional<bool> Truthiness(ValueId value) const;

  // ---- facts
  Outcome OutcomeOf(CallId call) const { return facts.promises.OfCall(project, facts.calls, id, call); }
  Outcome OutcomeOf(FunctionRef f) const { return facts.promises.Of(f); }
  // What an expression is as a promise: a call, a constant that holds one, both sides of ?: or ??. kPromise only
  // when it is one on every path.
  Outcome PromiseAt(NodeId node) const;
  // What becomes of a rejection of the function that was registered, in the version the package.json asks for;
  // kUnknown when that is open.
  AsyncErrors AsyncErrorsOf(const Entry& entry) const;
  // The package, or module of Node, an API is of: "socket.io" of socket.io.Socket#on.
  std::string_view PackageOf(const Api& api) const;
  // What a rejection, and an error, that nobody handles does here: "ends the process", and what may keep it where the
  // program listens.
  std::string_view RejectionEnds() const;
  std::string_view ErrorEnds() const;
  bool HotIn(FunctionId function) const { return facts.heat.Reaches({id, function}); }
  Heat HeatOf(FunctionId function) const { return facts.heat.Of({id, function}); }
  HotPath HotPathTo(FunctionId function) const { return facts.heat.To(project, {id, function}); }
  std::vector<const Entry*> EntriesBy(CallId call) const { return facts.calls.EntriesBy({id, call}); }

  // ---- program
  // Version range of a package in the nearest package.json, or "".
  std::string_view DependencyRange(std::string_view package) const;

  // True when a package.json above asks for one of these packages.
  bool DependsOnAny(std::initializer_list<std::string_view> packages) const;

  // References to a binding, in source order.
  std::vector<NodeId> References(BindingId binding) const;
  // Names of the functions and classes around `node`, outermost first, joined by '.'.
  std::string ScopeOf(NodeId node) const;

 private:
  struct MethodCall {
    NameId name;
    CallId call;
  };
  mutable std::vector<MethodCall> method_calls_;  // by name, then call; made on first use
  mutable std::vector<CallId> known_calls_;
  mutable bool has_method_calls_ = false, has_known_calls_ = false;
  mutable Denoter denoter_;  // remembers; one view is used by one thread
};

}  // namespace looplint

#endif  // LOOPLINT_RULES_VIEW_H_
