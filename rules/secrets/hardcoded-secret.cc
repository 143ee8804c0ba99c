// A key, token or password stands in the source.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool Alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

bool HasAny(std::string_view lower, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view p) { return lower.find(p) != std::string_view::npos; });
}

// Bits a character, by the frequencies within the text (Shannon).
double Entropy(std::string_view text) {
  std::array<int, 256> n{};
  for (const char c : text) ++n[static_cast<uint8_t>(c)];
  double bits = 0;
  for (const int k : n) {
    if (k == 0) continue;
    const double p = static_cast<double>(k) / static_cast<double>(text.size());
    bits -= p * std::log2(p);
  }
  return bits;
}

// Written to be replaced, or to be read.
bool Placeholder(std::string_view text) {
  return HasAny(Lower(text), {"example", "changeme", "change-me", "change_me", "placeholder", "your", "xxxx", "dummy",
                              "sample",  "insert",   "replace",   "12345",     "abcdef",      "test", "fake", "mock",
                              "default", "secret",   "password",  "0000",      "todo",        "..."});
}

// Tokens of providers: what they begin with, and how many characters follow at least.
struct Format {
  std::string_view start, name;
  size_t more;
};
constexpr Format kFormats[] = {
    {"AKIA", "n access key of AWS", 16},   {"ASIA", "n access key of AWS", 16},
    {"ghp_", " token of GitHub", 36},      {"gho_", " token of GitHub", 36},
    {"ghs_", " token of GitHub", 36},      {"github_pat_", " token of GitHub", 60},
    {"glpat-", " token of GitLab", 20},    {"xoxb-", " token of Slack", 24},
    {"xoxp-", " token of Slack", 24},      {"sk_live_", " secret key of Stripe", 20},
    {"rk_live_", " key of Stripe", 20},    {"npm_", " token of npm", 36},
    {"AIza", "n API key of Google", 35},   {"SG.", " key of SendGrid", 60},
    {"hf_", " token of Hugging Face", 34},
};

std::string_view Provider(std::string_view text) {
  for (const Format& f : kFormats) {
    if (!text.starts_with(f.start)) continue;
    const std::string_view rest = text.substr(f.start.size());
    if (rest.size() < f.more || rest.size() > f.more + 160) continue;
    const bool upper = f.start == "AKIA" || f.start == "ASIA";
    const bool fits = std::all_of(rest.begin(), rest.end(), [&](char c) {
      return upper ? (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') : Alnum(c) || c == '_' || c == '-' || c == '.';
    });
    if (!fits || (upper && rest.size() != 16) || Entropy(rest) < 3.0 || Placeholder(rest)) continue;
    return f.name;
  }
  return {};
}

bool SecretName(std::string_view name) {
  const std::string lower = Lower(name);
  // What is about secrets without being one: passwordField, secretName, publicKey.
  if (lower.ends_with("id") ||
      HasAny(lower, {"public", "name",  "label",   "url",       "uri",     "path",  "field", "param",
                     "header", "regex", "pattern", "prefix",    "message", "error", "type",  "count",
                     "length", "hash",  "digest",  "integrity", "cache",   "csrf"})) {
    return false;
  }
  return HasAny(lower, {"secret", "apikey", "api_key", "privatekey", "private_key", "accesskey", "access_key",
                        "authtoken", "auth_token", "accesstoken", "access_token", "password", "passwd", "signingkey",
                        "signing_key", "encryptionkey", "encryption_key"});
}

// Letters and digits in no order a person would choose.
bool Random(std::string_view text) {
  if (text.size() < 16 || text.size() > 200) return false;
  bool digit = false, letter = false;
  for (const char c : text) {
    if (!Alnum(c) && std::string_view("+/=_-!@#$%^&*.").find(c) == std::string_view::npos) return false;
    digit |= c >= '0' && c <= '9';
    letter |= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
  if (!digit || !letter || text[0] == '/' || text[0] == '.') return false;
  // A UUID is a name, not a secret, most of the time.
  if (text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-') return false;
  return Entropy(text) >= (text.size() >= 24 ? 3.5 : 3.2) && !Placeholder(text);
}

class Finder {
 public:
  Finder(const View& file, Report& report) : file_(file), m_(file.model), report_(report) {}

  void Run() {
    Literals();
    const Syntax& s = file_.syntax;
    for (const Write& w : m_.writes) {
      const Value& t = m_.values[w.target];
      std::string_view name;
      if (t.kind == ValueKind::kMember) name = m_.names[static_cast<NameId>(t.b)];
      if (t.kind == ValueKind::kBinding) name = m_.names[m_.bindings[static_cast<BindingId>(t.a)].name];
      if (!name.empty() && s.KindOf(w.node) == Kind::kAssignmentExpression) Named(name, s.Child(w.node, Role::kRight));
    }
    for (const BindingId b : Ids(m_.bindings)) {
      const NodeId p = s.Parent(m_.bindings[b].node);
      if (s.KindOf(p) == Kind::kVariableDeclarator) Named(m_.names[m_.bindings[b].name], s.Child(p, Role::kValue));
    }
    for (const Member& member : m_.members) {
      if (Some(member.name)) Named(m_.names[member.name], s.Child(member.node, Role::kValue));
    }
    for (const CallId id : file_.KnownCalls()) {
      for (const Sink& sink : file_.ApiOf(id)->sinks) {
        if (sink.kind == "secret-arg" && sink.first_arg >= 0) Parameter(id, static_cast<uint32_t>(sink.first_arg));
      }
    }
  }

 private:
  // Every string, by its form alone.
  void Literals() {
    const Syntax& s = file_.syntax;
    for (uint32_t i = 1; i < s.size(); ++i) {
      const NodeId n = static_cast<NodeId>(i);
      const Kind kind = s.KindOf(n);
      if (kind != Kind::kStringLiteral && kind != Kind::kTemplateElement) continue;
      std::string_view text = file_.Text(n);
      if (text.size() < 20) continue;
      if (kind == Kind::kStringLiteral) text = text.substr(1, text.size() - 2);
      if (const std::string_view provider = Provider(text); !provider.empty()) {
        Tell(n, Cat("this is a", provider));
      } else if (text.starts_with("-----BEGIN") && text.size() > 200 && !Placeholder(text.substr(40, 100)) &&
                 text.substr(0, 60).find("PRIVATE KEY-----") != std::string_view::npos) {
        Tell(n, "this is a private key");
      }
    }
  }
  void Named(std::string_view name, NodeId value) {
    if (!Some(value) || file_.syntax.KindOf(value) != Kind::kStringLiteral || !SecretName(name)) return;
    const std::string_view text = file_.Text(value);
    if (text.size() < 18 || !Random(text.substr(1, text.size() - 2))) return;
    Tell(value, Cat("`", name, "` is given a value that looks like a real one"));
  }
  // createHmac('sha256', 'text'), jwt.sign(data, 'text')
  void Parameter(CallId id, uint32_t at) {
    const Argument* a = m_.Arg(m_.calls[id], at);
    if (a == nullptr) return;
    const std::optional<std::string> text = file_.ConstantString(a->value);
    if (!text || text->size() < 8 || HasAny(Lower(*text), {"test", "example", "dummy", "-----begin public"})) return;
    Tell(a->node, Cat("the key of ", file_.ApiOf(id)->name, "() is written here"));
  }
  void Tell(NodeId node, std::string_view what) {
    if (std::find(told_.begin(), told_.end(), node) != told_.end()) return;
    told_.push_back(node);
    report_.At(node, Cat(what, ": whoever reads the source, or the package, has it"));
  }

  const View& file_;
  const FileModel& m_;
  Report& report_;
  std::vector<NodeId> told_;
};

void Check(const View& file, Report& report) {
  if (file.file.role == FileRole::kSource) Finder(file, report).Run();
}

}  // namespace

RULE = {
    .summary = "a key, token or password is written in the source",
    .why =
        "Source is copied: to every clone, image, backup and, when published, to everyone. Who has a signing key makes "
        "tokens of his own; who has a provider's key acts in your name. Deleting the line later does not take it out "
        "of "
        "the history.",
    .fix = "Read it from the environment or a secret store, and replace the one that was written here.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 798,
    .eslint = "no-secrets/no-secrets sonarjs/no-hardcoded-secrets",
    .check = Check,
};

}  // namespace looplint
