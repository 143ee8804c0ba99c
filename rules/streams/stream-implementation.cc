// A stream of one's own whose method does not call its callback on some way, or calls it twice on one.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/facts/paths.h"
#include "rules/callbacks.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// The hook of a type, or of what it extends, by the name a subclass or the options give it.
const Hook* HookOf(const View& file, std::string_view type, std::string_view name, std::string Hook::*by) {
  std::vector<const Type*> work = {file.knowledge.FindType(type)};
  for (int i = 0; i < 24 && !work.empty(); ++i) {
    const Type* t = work.front();
    work.erase(work.begin());
    if (t == nullptr) continue;
    for (const Hook& h : t->hooks) {
      if (h.*by == name) return &h;
    }
    for (const std::string& also : t->also) work.push_back(file.knowledge.FindType(also));
    if (!t->extends.empty()) work.push_back(file.knowledge.FindType(t->extends));
  }
  return nullptr;
}

// Ends by throwing, whatever happens: `throw new Error('not implemented')`.
bool OnlyThrows(const Syntax& s, NodeId function) {
  const NodeId body = s.Child(function, Role::kBody);
  return s.KindOf(body) == Kind::kBlockStatement && s.KindOf(s.FirstChild(body)) == Kind::kThrowStatement;
}

// if (this.stopped) return; the stream was ended in another way, and nobody waits any more.
bool AskedItself(const View& file, const Path& path) {
  if (path.decisions.empty()) return false;
  NodeId test = path.decisions.back().test;
  const Syntax& s = file.syntax;
  if (s.KindOf(test) == Kind::kBinaryExpression) test = s.FirstChild(test);
  if (s.KindOf(test) == Kind::kUnaryExpression) test = s.FirstChild(test);
  while (s.KindOf(test) == Kind::kMemberExpression) test = s.Child(test, Role::kObject);
  return s.KindOf(test) == Kind::kThisExpression;
}

void Method(const View& file, FunctionId function, const Hook& hook, std::string_view name, Report& report) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  const Function& f = m.functions[function];
  if (f.is_generator || OnlyThrows(s, f.node)) return;
  const NodeId body = s.Child(f.node, Role::kBody);
  // Where the method is told from: its name, or the function.
  NodeId at = s.Child(f.node, Role::kKey);
  if (!Some(at))
    at = s.KindOf(s.Parent(f.node)) == Kind::kProperty ? s.Child(s.Parent(f.node), Role::kKey) : kNone<NodeId>;
  const Span head = Some(at) ? file.SpanOf(at) : Span{s[f.node].start, Some(body) ? s[body].start : s[f.node].end};
  bool rest = false;
  for (uint32_t i = 0; i < f.param_count; ++i) rest |= m.params[f.first_param + i].rest;
  if (f.param_count <= static_cast<uint32_t>(hook.callback)) {
    if (rest || !Some(body)) return;
    // arguments[2], or super's method with all of them.
    for (uint32_t i = Index(body); i < s[body].next; ++i) {
      const NodeId n = static_cast<NodeId>(i);
      if (s.KindOf(n) == Kind::kSuper || (s.KindOf(n) == Kind::kIdentifier && file.Text(n) == "arguments")) return;
    }
    report
        .At(head,
            Cat(name,
                "() does not take the callback that tells the stream it is done; the stream waits for it for ever"))
        .Help("take the callback and call it once");
    return;
  }
  const BindingId callback = ParamOf(m, function, static_cast<uint32_t>(hook.callback));
  if (!Some(callback) || m.bindings[callback].writes != 0) return;
  const CallbackCalls calls(m, file.file.text, {callback});
  const std::string cb(file.Name(m.bindings[callback].name));
  const auto paths =
      PathsThrough(m, file.file.text, function,
                   [&](NodeId n) {
                     if (const CallId c = s.KindOf(n) == Kind::kCallExpression ? m.CallAt(n) : kNone<CallId>; Some(c)) {
                       const Api* api = file.ApiOf(c);
                       if (api != nullptr && api->ends_process) return Act::kLeaves;
                       // this.destroy() ends the stream, and so may this.emit('error'); nobody waits for the callback
                       // then.
                       const std::string_view method = file.Method(m.calls[c]);
                       const NodeId object = s.Child(file.CalleeNode(m.calls[c]), Role::kObject);
                       if ((method == "destroy" || method == "emit") && s.KindOf(object) == Kind::kThisExpression)
                         return Act::kMay;
                     }
                     return calls(n);
                   },
                   {cb});
  if (!paths) return;
  for (const Path& p : *paths) {
    if (p.times < 2) continue;
    report.At(p.second, Cat(cb, "() was called already on this way; the second time is ERR_MULTIPLE_CALLBACK"))
        .Via({{{file.id, file.SpanOf(p.first)}, "called here, and the method goes on"}}, "the first time")
        .Help(Cat("return after ", cb, "()"));
    return;
  }
  if (calls.named().empty()) {
    report.At(head, Cat(name, "() never calls ", cb, "; the stream takes one chunk and waits for ever"));
    return;
  }
  for (const Path& p : *paths) {
    if (p.times > 0 || p.may || p.end == Path::End::kThrows) continue;
    if (AskedItself(file, p)) continue;
    if (p.end == Path::End::kReturns && s.KindOf(p.at) == Kind::kReturnStatement) {
      report.At(p.at, Cat("this return leaves ", name, "() without calling ", cb, "; the stream waits for it for ever"))
          .Help(Cat("call ", cb, "() first"));
    } else if (!p.decisions.empty()) {
      const Path::Decision& d = p.decisions.back();
      std::string_view test = file.Text(d.test);
      const bool is_long = test.size() > 40 || test.find('\n') != std::string_view::npos;
      report.At(d.test, Cat("when ", is_long ? std::string("this") : Cat("`", test, "`"),
                            d.held ? " holds, " : " does not hold, ", name, "() does not call ", cb,
                            "; the stream waits for it for ever"));
    } else {
      report.At(head, Cat(name, "() does not call ", cb, " on every way; the stream waits for it for ever"));
    }
    return;
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  for (const ClassId id : Ids(m.classes)) {
    const Class& c = m.classes[id];
    if (!Some(c.super)) continue;
    const Denoted base = file.Denote(c.super);
    std::string_view type;
    if (base.Is(Denoted::Kind::kApi) && base.api != nullptr && base.api->is_class) {
      type = base.api->returns.empty() ? std::string_view(base.api->name) : std::string_view(base.api->returns);
    }
    // Below a class of the program, whose methods may do what these leave out.
    if (type.empty()) continue;
    for (uint32_t i = 0; i < c.member_count; ++i) {
      const Member& member = m.members[c.first_member + i];
      if (member.is_static || !Some(member.name) || !Some(member.value) || m[member.value].kind != ValueKind::kFunction)
        continue;
      const std::string_view name = file.Name(member.name);
      const Hook* hook = HookOf(file, type, name, &Hook::method);
      if (hook != nullptr) Method(file, static_cast<FunctionId>(m[member.value].a), *hook, name, report);
    }
  }
  for (const CallId id : file.KnownCalls()) {
    const Api* api = file.ApiOf(id);
    const Call& call = m.calls[id];
    if (!api->is_class || call.arg_count == 0) continue;
    const std::string_view type = api->returns.empty() ? std::string_view(api->name) : std::string_view(api->returns);
    if (!file.knowledge.Is(type, "stream.Stream")) continue;
    const Denoted d = file.Denote(m.args[call.first_arg].value);
    if (!d.Is(Denoted::Kind::kObject) || d.file != file.id) continue;
    const Object& o = m.objects[static_cast<ObjectId>(d.id)];
    for (uint32_t i = 0; i < o.member_count; ++i) {
      const Member& member = m.members[o.first_member + i];
      if (!Some(member.name) || !Some(member.value) || m[member.value].kind != ValueKind::kFunction) continue;
      const std::string_view name = file.Name(member.name);
      const Hook* hook = HookOf(file, type, name, &Hook::option);
      if (hook != nullptr) Method(file, static_cast<FunctionId>(m[member.value].a), *hook, name, report);
    }
  }
}

}  // namespace

RULE = {
    .summary = "a stream's own method does not call its callback exactly once",
    .why = "A stream hands the next chunk to _write() or _transform() only after the callback for the last one was "
           "called. On a way that forgets it the stream stops without an error: what was piped into it stays in "
           "memory, 'finish' and 'end' never come, and whoever waits for them hangs. Called twice, the stream is "
           "destroyed with ERR_MULTIPLE_CALLBACK, or a chunk is counted twice.",
    .fix = "Call the callback once on every way, with the error if there is one, and return after it.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 833,
    .check = Check,
};

}  // namespace looplint
