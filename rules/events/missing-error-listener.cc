// An emitter that can fail in ordinary operation is made, and nobody listens for 'error' on any alias that is in sight.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/facts/object_use.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool Fatal(const View& file, std::string_view type) {
  const Event* e = type.empty() ? nullptr : file.knowledge.FindEvent(type, "error");
  return e != nullptr && e->fatal;
}

// this.emit('error', ...) in a method of the class, and no listener of its own.
bool EmitsError(const View& file, FileId where, ClassId cls) {
  const FileModel& m = file.project[where].model;
  const NodeId node = m.classes[cls].node;
  bool emits = false;
  for (const Call& c : m.calls) {
    if (!m.syntax.Contains(node, c.node)) continue;
    const Value& callee = m[c.callee];
    if (callee.kind != ValueKind::kMember || m[static_cast<ValueId>(callee.a)].kind != ValueKind::kThis) continue;
    if (c.arg_count == 0) continue;
    const std::string_view name = m.names[static_cast<NameId>(callee.b)];
    const Value& event = m[m.args[c.first_arg].value];
    const bool error = event.kind == ValueKind::kString && m.names[static_cast<NameId>(event.a)] == "error";
    if (name == "emit" && error) emits = true;
    if ((name == "on" || name == "once" || name == "addListener") && (error || event.kind != ValueKind::kString))
      return false;
    // if (this.listenerCount('error') > 0) this.emit('error', ...)
    if (name == "listenerCount" || name == "listeners") return false;
  }
  return emits;
}

void Made(const View& file, CallId id, Report& report) {
  const FileModel& m = file.model;
  const Call& call = m.calls[id];
  const Api* api = file.ApiOf(id);
  if (api == nullptr && call.kind != CallKind::kNew) return;
  // What is handed out again and again has its listener where it was made.
  if (api != nullptr && api->acquires.empty() && !api->is_class) return;
  const ValueId value = m.ValueOf(call.node);
  if (!Some(value)) return;
  const Denoted d = file.Denote(value);
  std::string what;
  if (d.Is(Denoted::Kind::kInstanceOf)) {
    if (call.kind != CallKind::kNew || file.TypeOf(value) != "events.EventEmitter") return;
    if (!EmitsError(file, d.file, static_cast<ClassId>(d.id))) return;
    // new Resource(options).auth: made for one of its fields, and nobody has it.
    const NodeId around = m.syntax.Parent(call.node);
    if (m.syntax.KindOf(around) == Kind::kMemberExpression && m.syntax[around].role != Role::kCallee) return;
    const Class& cls = file.project[d.file].model.classes[static_cast<ClassId>(d.id)];
    if (!Some(cls.name)) return;
    what = std::string(file.project[d.file].model.names[cls.name]);
  } else {
    if (api == nullptr || api->returns == "this" || !d.Is(Denoted::Kind::kInstance) || !Fatal(file, d.type)) return;
    // A server that cannot listen should end the process.
    if (file.knowledge.FindEvent(d.type, "connection") != nullptr) return;
    // A bare stream or socket does nothing yet; what it is used for decides.
    if (api->is_class && file.knowledge.Is(d.type, "stream.Stream")) return;
    // exec() and execFile() listen themselves, and tell the callback if there is one.
    if (api->error_in_callback) return;
    // Node can start itself, and there always is a shell.
    for (uint32_t i = 1; i < call.arg_count; ++i) {
      const auto shell = file.OptionOf(m.args[call.first_arg + i], "shell");
      if (shell && file.Truthiness(*shell).value_or(false)) return;
    }
    if (call.arg_count > 0) {
      const std::string_view program = file.Text(m.args[call.first_arg].node);
      if (program == "process.execPath" || program == "process.argv[0]") return;
    }
    what = api->name.starts_with("global.") ? api->name.substr(7) : api->name;
  }
  const ObjectUse use = UsesOf(file.project, file.facts.calls, file.id, call.node);
  if (MayListen(file.project, file.facts.calls, use, "error")) return;
  // streams/pipe-without-error-handling says it better.
  if (use.Calls("pipe")) return;
  for (const ObjectUse::Handed& h : use.handed) {
    const Api* api = file.facts.calls.TargetOf(h.call.file, h.call.call).api;
    if (api->name == "stream.Stream#pipe") return;
    // Other APIs may look after what they are given.
    if (!api->name.starts_with("global.console.")) return;
  }
  auto finding = report.At(file.CalleeNode(call),
                           Cat(d.Is(Denoted::Kind::kInstanceOf) ? Cat("this ", what) : Cat("what ", what, "() returns"),
                               " emits 'error' when it fails and has no listener; that ", file.ErrorEnds()));
  // const child = spawn(...); in a list of statements: the listener comes next.
  const Syntax& s = file.syntax;
  const NodeId declarator = s.Parent(call.node), declaration = s.Parent(declarator);
  if (s.KindOf(declarator) != Kind::kVariableDeclarator || s.KindOf(declaration) != Kind::kVariableDeclaration) return;
  const NodeId name = s.Child(declarator, Role::kName);
  const Kind around = s.KindOf(s.Parent(declaration));
  if (!Some(name) || s.KindOf(name) != Kind::kIdentifier || s[declaration].next != s[declarator].next) return;
  if (around != Kind::kBlockStatement && around != Kind::kProgram) return;
  const uint32_t end = s[declaration].end;
  finding.FixWith({.description = "print the error where it happens",
                   .edits = {{{end, end},
                              Cat("\n", IndentationAt(file, s[declaration].start), file.Text(name),
                                  ".on('error', (error) => console.error(error));")}},
                   .safe = false});
}

// net.createServer((socket) => ...): a peer's reset arrives as 'error' on the socket.
void Sockets(const View& file, Report& report) {
  const FileModel& m = file.model;
  for (const Entry& e : file.facts.calls.EntriesIn(file.id)) {
    if (e.api == nullptr || e.wrapped || e.handler == nullptr) continue;
    if (e.api->name != "net.createServer" && e.api->name != "tls.createServer" && e.event != "connection" &&
        e.event != "secureConnection") {
      continue;
    }
    const Function& f = m.functions[e.function.function];
    if (f.param_count == 0) continue;
    const std::string_view type = file.project.ParamType(e.function, 0);
    if (!file.knowledge.Is(type, "net.Socket")) continue;
    // Sockets of an HTTP server are looked after by it.
    if (e.event == "connection" || e.event == "secureConnection") {
      if (e.by.file != file.id) continue;
      const std::string_view server = file.TypeOf(file.Receiver(m.calls[e.by.call]));
      if (server != "net.Server" && server != "tls.Server") continue;
    }
    const NodeId parameter = m.params[f.first_param].node;
    for (const NodeId c : file.syntax.ChildrenOf(parameter)) {
      if (file.syntax.KindOf(c) != Kind::kIdentifier) continue;
      const BindingId b = m.BindingAt(c);
      if (!Some(b)) continue;
      const ObjectUse use = UsesOf(file.project, file.facts.calls, file.id, b);
      if (use.methods.empty() || MayListen(file.project, file.facts.calls, use, "error")) continue;
      if (!use.handed.empty()) continue;
      report.At(
          c, Cat("`", file.Name(m.bindings[b].name),
                 "` emits 'error' when the peer resets the connection and has no listener; that ", file.ErrorEnds()));
    }
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  for (const CallId id : Ids(file.model.calls)) {
    if (file.model.calls[id].kind == CallKind::kCall || file.model.calls[id].kind == CallKind::kNew)
      Made(file, id, report);
  }
  Sockets(file, report);
}

}  // namespace

RULE = {
    .summary = "an emitter that can fail has no 'error' listener",
    .why = "An 'error' event without a listener is thrown, out of reach of any try around the call: a missing file, a "
           "refused connection or a command that is not installed ends the whole process.",
    .fix = "Add .on('error', ...) where the object is made; or hand it to something that takes its errors: pipeline() "
           "from node:stream/promises, or events.once().",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 248,
    .check = Check,
};

}  // namespace looplint
