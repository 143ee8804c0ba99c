// Algorithms and parameters that no longer hold for what they are used for.
#include <algorithm>
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

bool Secret(std::string_view lower) {
  for (const std::string_view part : {"password", "passwd", "passphrase", "pwd", "passwort"}) {
    if (lower.find(part) != std::string_view::npos) return true;
  }
  return false;
}

// The last name of an expression: of user.password.trim(), "trim" is skipped.
std::string_view NameAt(const View& file, NodeId node) {
  const Syntax& s = file.syntax;
  for (int i = 0; i < 6 && Some(node); ++i) {
    if (s.KindOf(node) == Kind::kIdentifier) return file.Text(node);
    if (s.KindOf(node) == Kind::kMemberExpression) {
      const NodeId property = s.Child(node, Role::kProperty);
      return Some(property) ? file.Text(property) : std::string_view();
    }
    if (s.KindOf(node) != Kind::kCallExpression) return {};
    const NodeId callee = s.FirstChild(node);
    if (s.KindOf(callee) != Kind::kMemberExpression) return {};
    node = s.FirstChild(callee);
  }
  return {};
}

// Is any operand of the text at `node` named like a password?
bool OfPassword(const View& file, NodeId node) {
  const Syntax& s = file.syntax;
  if (s.KindOf(node) == Kind::kBinaryExpression || s.KindOf(node) == Kind::kTemplateLiteral) {
    for (const NodeId c : s.ChildrenOf(node)) {
      if (OfPassword(file, c)) return true;
    }
    return false;
  }
  return Secret(Lower(NameAt(file, node)));
}

// crypto.createHash('md5').update(password)
void Hash(const View& file, CallId id, Report& report) {
  const FileModel& m = file.model;
  const Call& call = m.calls[id];
  const Argument* what = m.Arg(call, 0);
  if (what == nullptr || !OfPassword(file, what->node)) return;
  ValueId v = file.Receiver(call);
  std::string algorithm;
  for (int i = 0; i < 8 && Some(v); ++i) {
    while (Some(v) && m[v].kind == ValueKind::kBinding) v = m.bindings[static_cast<BindingId>(m[v].a)].value;
    if (!Some(v) || m[v].kind != ValueKind::kCall) break;
    const CallId inner = static_cast<CallId>(m[v].a);
    const Api* api = file.ApiOf(inner);
    if (api != nullptr && api->name == "crypto.createHash") {
      if (const Argument* a = m.Arg(m.calls[inner], 0)) algorithm = Lower(file.ConstantString(a->value).value_or(""));
      break;
    }
    v = file.Receiver(m.calls[inner]);
  }
  if (algorithm.empty()) return;
  // Before a slow hash, or to look it up among those that leaked.
  const std::string around = Lower(std::string_view(file.file.text).substr(0, 20000));
  for (const std::string_view part : {"bcrypt", "argon", "pwned", "haveibeen"}) {
    if (around.find(part) != std::string::npos) return;
  }
  // The last ones are protocols that ask for it.
  const std::string here = Lower(file.Text(m.functions[call.function].node).substr(0, 4000));
  for (const std::string_view part : {"scrypt", "pbkdf2", "scram", "realm", "ntlm", ":mongo:"}) {
    if (here.find(part) != std::string::npos) return;
  }
  for (const std::string_view fast : {"md4", "md5", "sha1", "sha-1", "ripemd", "sha224", "sha256", "sha-256", "sha384",
                                      "sha512", "sha-512", "rmd160"}) {
    if (!algorithm.starts_with(fast)) continue;
    report
        .At(what->node, Cat(algorithm,
                            " of a password: a graphics card tries billions a second, so a stolen table is "
                            "read within hours"))
        .Help("crypto.scrypt(password, salt, 64), or argon2 or bcrypt");
    return;
  }
}

void Cipher(const View& file, CallId id, Report& report) {
  const Argument* a = file.model.Arg(file.model.calls[id], 0);
  if (a == nullptr) return;
  const std::string name = Lower(file.ConstantString(a->value).value_or(""));
  const auto starts = [&](std::string_view s) { return name.starts_with(s); };
  std::string why;
  if (name.ends_with("-ecb")) {
    why = "equal blocks of text give equal blocks of cipher text, so the pattern of the text stays visible";
  } else if (starts("des") || starts("rc4") || starts("rc2") || starts("bf") || starts("blowfish") || starts("cast5") ||
             starts("idea") || starts("seed")) {
    why = starts("rc4") ? "its key stream leaks the text" : "keys or blocks are too short: text can be recovered";
  }
  if (why.empty() || file.file.path.find("ntlm") != std::string::npos) return;  // a protocol that asks for DES
  report.At(a->node, Cat("'", name, "': ", why))
      .Help("aes-256-gcm with a fresh 12-byte IV from crypto.randomBytes() and setAuthTag()");
}

void Derived(const View& file, CallId id, std::string_view name, Report& report) {
  const FileModel& m = file.model;
  const Call& call = m.calls[id];
  const Argument* rounds = m.Arg(call, 2);
  const Argument* secret = m.Arg(call, 0);
  if (rounds == nullptr || secret == nullptr || !OfPassword(file, secret->node)) return;
  const std::optional<double> n = file.ConstantNumber(rounds->node);
  if (n && *n < 10000) {
    report
        .At(rounds->node,
            Cat("so few rounds of ", name, "() slow nobody down: a stolen table of passwords is read by trying"))
        .Help("600000 rounds with sha256, or crypto.scrypt()");
  }
}

void Pair(const View& file, CallId id, Report& report) {
  const FileModel& m = file.model;
  const Call& call = m.calls[id];
  const Argument* type = m.Arg(call, 0);
  const Argument* options = m.Arg(call, 1);
  if (type == nullptr || options == nullptr) return;
  const std::string name = file.ConstantString(type->value).value_or("");
  if (name != "rsa" && name != "rsa-pss" && name != "dsa") return;
  const auto length = file.OptionOf(*options, "modulusLength");
  if (!length) return;
  const Value& v = m[*length];
  if (v.kind != ValueKind::kNumber) return;
  const NodeId node = static_cast<NodeId>(v.a);
  const std::optional<double> bits = file.ConstantNumber(node);
  if (bits && *bits < 2048)
    report.At(node, "a key of fewer than 2048 bits can be factored").Help("2048 or more; or 'ed25519'");
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  for (const CallId id : file.KnownCalls()) {
    const std::string_view name = file.ApiOf(id)->name;
    if (!name.starts_with("crypto.")) continue;
    if (name == "crypto.Hash#update") Hash(file, id, report);
    if (name == "crypto.createCipheriv") Cipher(file, id, report);
    if (name == "crypto.createCipher") {
      report
          .At(file.CalleeNode(file.model.calls[id]),
              "createCipher() makes key and IV of the password by MD5, the same ones each time; Node 22 has it no more")
          .Help("createCipheriv() with a key from scrypt() and an IV from randomBytes()");
    }
    if (name == "crypto.pbkdf2" || name == "crypto.pbkdf2Sync") Derived(file, id, name.substr(7), report);
    if (name == "crypto.generateKeyPair" || name == "crypto.generateKeyPairSync") Pair(file, id, report);
  }
}

}  // namespace

RULE = {
    .summary = "an algorithm or a parameter that no longer protects what it is used for",
    .why =
        "Fast hashes of passwords are reversed by trying. ECB shows where a text repeats itself, DES, RC4 and short "
        "RSA "
        "keys are broken outright. Hashes for caches, ETags and checksums are another matter and not reported.",
    .fix = "scrypt, argon2 or bcrypt for passwords; aes-256-gcm with a random IV; RSA from 2048 bits or ed25519.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 327,
    .check = Check,
};

}  // namespace looplint
