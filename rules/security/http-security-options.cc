// Options of servers and cookies that give protection away.
#include <string>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

// Cookies that are as good as a password.
bool SessionLike(std::string_view name) {
  const std::string lower = Lower(name);
  for (const std::string_view no : {"csrf", "xsrf", "lang", "theme", "consent"}) {
    if (lower.find(no) != std::string::npos) return false;
  }
  for (const std::string_view part : {"session", "sess", "sid", "token", "auth", "jwt"}) {
    if (part == "sid" ? lower == "sid" || lower.ends_with(".sid") || lower.ends_with("_sid") || lower.ends_with("-sid")
                      : lower.find(part) != std::string::npos)
      return true;
  }
  return false;
}

bool Off(const View& file, ValueId v) {
  const Value& x = file.model[v];
  return x.kind == ValueKind::kBoolean && x.a == 0;
}

// res.cookie('session', id, { ... }): what is missing.
void Cookie(const View& file, CallId id, Report& report) {
  const FileModel& m = file.model;
  const Call& call = m.calls[id];
  const Argument* name = m.Arg(call, 0);
  const Argument* options = m.Arg(call, 2);
  if (name == nullptr || call.arg_count < 2) return;
  const std::string text = file.ConstantString(name->value).value_or("");
  if (!SessionLike(text)) return;
  if (options == nullptr) {
    report
        .At(file.SpanOf(name->node), Cat("cookie '", text,
                                         "' is readable by every script of the page and sent over plain HTTP: it "
                                         "has neither httpOnly nor secure"))
        .Help("{ httpOnly: true, secure: true, sameSite: 'lax' }");
    return;
  }
  ValueId v = options->value;
  for (int i = 0; i < 8 && Some(v) && m[v].kind == ValueKind::kBinding; ++i)
    v = m.bindings[static_cast<BindingId>(m[v].a)].value;
  if (!Some(v) || m[v].kind != ValueKind::kObject || m.objects[static_cast<ObjectId>(m[v].a)].has_spread) return;
  const auto http_only = file.OptionOf(*options, "httpOnly"), secure = file.OptionOf(*options, "secure");
  const bool readable = !http_only || Off(file, *http_only), plain = !secure || Off(file, *secure);
  if (!readable && !plain) return;
  std::string what = readable ? "is readable by every script of the page (no httpOnly)" : "";
  if (plain) what += Cat(readable ? " and " : "", "is sent over plain HTTP (no secure)");
  report.At(file.SpanOf(name->node), Cat("cookie '", text, "' ", what))
      .Help("{ httpOnly: true, secure: true, sameSite: 'lax' }");
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  for (const CallId id : file.KnownCalls()) {
    const Api* api = file.ApiOf(id);
    for (const Sink& sink : api->sinks) {
      if (sink.kind == "cookie") {
        Cookie(file, id, report);
        break;
      }
    }
    const Call& call = m.calls[id];
    const std::string_view name = api->name;
    if (name == "http.createServer" || name == "https.createServer" || name == "http.request" ||
        name == "https.request") {
      for (uint32_t i = 0; i < call.arg_count; ++i) {
        const auto lax = file.OptionOf(m.args[call.first_arg + i], "insecureHTTPParser");
        if (lax && file.Truthiness(*lax).value_or(false)) {
          report.At(
              m.args[call.first_arg + i].node,
              "insecureHTTPParser accepts requests that proxies in front read in another way: one can be hidden in "
              "another (request smuggling)");
        }
      }
    }
  }
  // session({ cookie: { httpOnly: false } }): only what is switched off; the defaults of express-session are known.
  for (const ObjectId id : Ids(m.objects)) {
    const Object& o = m.objects[id];
    const NodeId parent = file.syntax.Parent(o.node);
    if (file.syntax.KindOf(parent) != Kind::kProperty) continue;
    const NodeId key = file.syntax.Child(parent, Role::kKey);
    if (!Some(key) || file.Text(key) != "cookie") continue;
    for (uint32_t i = 0; i < o.member_count; ++i) {
      const Member& member = m.members[o.first_member + i];
      if (!Some(member.name) || !Some(member.value) || m.names[member.name] != "httpOnly" || !Off(file, member.value))
        continue;
      report.At(member.node, "the session's cookie is readable by every script of the page")
          .Help("leave httpOnly out: it is the default");
    }
  }
}

}  // namespace

RULE = {
    .summary = "a session cookie without its flags, or a parser that accepts too much",
    .why =
        "A cookie that stands for a login is a password: without httpOnly a script injected anywhere on the site reads "
        "it, without secure whoever listens on the network does, on the first request to http://. A lax HTTP parser "
        "sees other requests than the proxy in front of it.",
    .fix = "res.cookie(name, value, { httpOnly: true, secure: true, sameSite: 'lax' }); leave insecureHTTPParser off.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .cwe = 1004,
    .check = Check,
};

}  // namespace looplint
