// looplint resolve: what a specifier means where it stands, and why. One question on the command line, or many as JSON
// lines on standard input.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "analyzer/base/strings.h"
#include "analyzer/cli/commands.h"
#include "analyzer/cli/output.h"
#include "resolver/module_resolver.h"
#include "resolver/tsconfig_problems.h"
#include "resolver/typescript_resolver.h"

namespace looplint {
namespace {

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char buffer[8];
          std::snprintf(buffer, sizeof buffer, "\\u%04x", c);
          out += buffer;
        } else {
          out += c;
        }
    }
  }
  return out += '"';
}

// Yarn's own code, which begins the detail of errors it raises.
std::string_view PnpCode(const Resolution& r) {
  const std::string_view code = std::string_view(r.detail).substr(0, r.detail.find(':'));
  for (const std::string_view known : {"UNDECLARED_DEPENDENCY", "MISSING_PEER_DEPENDENCY", "MISSING_DEPENDENCY", "QUALIFIED_PATH_RESOLUTION_FAILED"}) {
    if (code == known) return known;
  }
  return {};
}

bool KindOf(std::string_view word, RequestKind& kind) {
  static const std::map<std::string_view, RequestKind> kKinds = {
      {"require", RequestKind::kRequire}, {"require.resolve", RequestKind::kRequireResolve},
      {"import", RequestKind::kImport}, {"export-from", RequestKind::kImport}, {"export", RequestKind::kImport},
      {"dynamic-import", RequestKind::kDynamicImport}, {"import()", RequestKind::kDynamicImport},
      {"import.meta.resolve", RequestKind::kImportMetaResolve}, {"import-meta-resolve", RequestKind::kImportMetaResolve},
      {"new-url", RequestKind::kNewUrl}, {"worker", RequestKind::kWorker}, {"fork", RequestKind::kFork}};
  const auto it = kKinds.find(word);
  if (it == kKinds.end()) return false;
  kind = it->second;
  return true;
}

TsUsage UsageOf(std::string_view word) {
  return word == "ts-import-equals" || word == "ts-require" ? TsUsage::kImportEquals
         : word == "ts-dynamic-import"                      ? TsUsage::kDynamicImport
                                                            : TsUsage::kImport;
}

// Resolvers are kept: questions usually share their settings, and then their caches.
class Resolvers {
 public:
  struct Pair {
    std::unique_ptr<ModuleResolver> node;
    std::map<std::string, std::unique_ptr<TypeScriptResolver>> typescript;  // by release
  };
  Pair& For(const Profile& profile) {
    std::string key = Cat(profile.node.major, ".", profile.node.minor, ".", profile.node.patch);
    for (const bool flag : {profile.preserve_symlinks, profile.addons, profile.require_module, profile.strip_types, profile.import_addons,
                            profile.import_text, profile.wasm_modules, profile.force_require_module, profile.force_strip_types,
                            profile.default_type_module}) {
      key += flag ? '1' : '0';
    }
    for (const std::string& c : profile.conditions) key += Cat("|c", c);
    for (const std::string& p : profile.node_path) key += Cat("|p", p);
    key += Cat("|m", profile.package_map, "|h", profile.home);
    Pair& pair = pairs_[key];
    if (pair.node == nullptr) pair.node = std::make_unique<ModuleResolver>(disk_, profile);
    return pair;
  }
  static TypeScriptResolver& TypeScript(Pair& pair, const std::string& release) {
    std::unique_ptr<TypeScriptResolver>& out = pair.typescript[release];
    if (out == nullptr) out = std::make_unique<TypeScriptResolver>(*pair.node, TypeScriptRelease::Parse(release));
    return *out;
  }
  const FileSystem& disk() const { return disk_; }

 private:
  DiskFileSystem disk_;
  std::map<std::string, Pair> pairs_;
};

NodeRelease ReleaseOf(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  NodeRelease release = NodeRelease::Of(24);
  int parts[3] = {0, -1, -1};
  size_t i = 0;
  for (int k = 0; k < 3 && i < text.size(); ++k) {
    parts[k] = 0;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') parts[k] = parts[k] * 10 + (text[i++] - '0');
    if (i < text.size() && text[i] == '.') ++i;
  }
  if (parts[0] == 0) return release;
  release = NodeRelease::Of(parts[0]);
  if (parts[1] >= 0) release = {parts[0], parts[1], std::max(parts[2], 0)};
  return release;
}

std::vector<std::string> Split(std::string_view text, char by) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find(by), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string AnswerLine(Resolvers& resolvers, std::string_view line) {
  JsonDocument json;
  if (!json.Parse(line) || !json.root().IsObject()) return Cat("{\"error\":\"malformed question\",\"detail\":", Quoted(json.error()), "}\n");
  const JsonValue q = json.root();
  std::string out = "{\"id\":";
  const JsonValue id = q["id"];
  out += id.IsString() ? Quoted(id.text()) : id.Is(JsonValue::Type::kNumber) ? std::string(id.text()) : "null";
  const auto trouble = [&](std::string_view what) { return Cat(out, ",\"error\":\"BAD_QUESTION\",\"detail\":", Quoted(what), "}\n"); };

  const std::string root = q["root"].IsString() ? NormalizePath(q["root"].text()) : WorkingDirectory();
  Profile profile;
  if (q["node"].type() == JsonValue::Type::kString || q["node"].type() == JsonValue::Type::kNumber) profile.node = ReleaseOf(q["node"].text());
  const JsonValue flags = q["flags"];
  for (JsonValue f = flags.first(); f; f = f.next()) {
    std::string flag(f.text());
    // "-C", "worker" as two words.
    if ((flag == "-C" || flag == "--conditions" || flag == "--experimental-package-map") && f.next()) {
      f = f.next();
      flag += Cat("=", f.text());
    }
    if (flag.starts_with("--experimental-package-map=")) flag = Cat("--experimental-package-map=", JoinPath(root, flag.substr(27)));
    profile.SetFlag(flag);
  }
  for (JsonValue c = q["conditions"].first(); c; c = c.next()) profile.conditions.emplace_back(c.text());
  if (const JsonValue env = q["env"]; env.IsObject()) {
    if (env["NODE_PATH"].IsString()) {
      for (const std::string& p : Split(env["NODE_PATH"].text(), ':')) profile.node_path.push_back(JoinPath(root, p));
    }
    if (env["HOME"].IsString()) profile.home = std::string(env["HOME"].text());
    for (const std::string& flag : Split(env["NODE_OPTIONS"].text(), ' ')) profile.SetFlag(flag);
  }
  const std::string_view from = q["from"].text();
  const std::string importer = from.starts_with("data:") ? std::string(from) : from.ends_with('/') ? JoinPath(root, from) + "/" : JoinPath(root, from);
  const std::string_view specifier = q["specifier"].text();
  const std::string_view word = q["kind"].text();
  Resolvers::Pair& pair = resolvers.For(profile);

  if (word.starts_with("ts-")) {
    TypeScriptResolver& typescript = Resolvers::TypeScript(pair, std::string(q["ts"].IsString() ? q["ts"].text() : ""));
    if (word == "ts-config") {  // which configuration governs the file; with one given, whether that one does
      const TsConfig* owner = typescript.ConfigOf(importer);
      if (q["tsconfig"].IsString()) {
        owner = &typescript.Load(JoinPath(root, q["tsconfig"].text()));
        if (!TsConfigIncludes(*pair.node, *owner, importer)) owner = nullptr;
      }
      if (q["tsconfig"].IsString()) {
        out += ",\"problems\":[";
        for (const TsConfig::Problem& p : typescript.Load(JoinPath(root, q["tsconfig"].text())).problems) {
          out += Cat(out.ends_with('[') ? "" : ",", Quoted(p.text));
        }
        out += "]";
      }
      return Cat(out, owner == nullptr ? std::string(",\"error\":\"NOT_INCLUDED\"") : Cat(",\"path\":", Quoted(RelativeTo(owner->path, root))), "}\n");
    }
    const TsUsage usage = UsageOf(word);
    const TsConfig* config = q["tsconfig"].IsString() ? &typescript.Load(JoinPath(root, q["tsconfig"].text())) : typescript.ConfigOf(importer);
    if (config == nullptr) config = &typescript.Load("");
    TsMode mode = TsMode::kDefault;
    std::string_view wanted = q["mode"].IsString() ? q["mode"].text() : q["attrs"]["resolution-mode"].text();
    if (wanted == "import") mode = TsMode::kImport;
    if (wanted == "require") mode = TsMode::kRequire;
    const TsResolution& answer = typescript.Resolve(importer, specifier, usage, *config, mode);
    const TsMode used = mode != TsMode::kDefault ? mode : typescript.ModeOf(importer, usage, *config);
    if (used != TsMode::kDefault) out += Cat(",\"mode\":\"", used == TsMode::kImport ? "import" : "require", "\"");
    if (!answer.resolved) return Cat(out, ",\"error\":\"NOT_RESOLVED\"}\n");
    out += Cat(",\"path\":", Quoted(RelativeTo(answer.path, root)), ",\"ext\":", Quoted(answer.extension));
    if (answer.external) out += ",\"external\":true";
    if (!answer.original.empty()) out += Cat(",\"original\":", Quoted(RelativeTo(answer.original, root)));
    if (answer.using_ts_extension) out += ",\"usingTsExtension\":true";
    return out + "}\n";
  }

  RequestKind kind;
  if (!KindOf(word, kind)) return trouble(Cat("there is no kind '", word, "'"));
  const Resolution& answer = pair.node->Resolve(importer, specifier, kind);
  switch (answer.outcome) {
    case Resolution::Outcome::kFile: out += Cat(",\"path\":", Quoted(RelativeTo(answer.path, root))); break;
    case Resolution::Outcome::kBuiltin: out += Cat(",\"builtin\":", Quoted(Cat("node:", answer.path))); break;
    case Resolution::Outcome::kUrl: out += Cat(",\"url\":", Quoted(answer.path)); break;
    case Resolution::Outcome::kError:
      out += Cat(",\"error\":\"", CodeName(answer.code), "\"");
      if (const std::string_view code = PnpCode(answer); !code.empty()) out += Cat(",\"pnpCode\":\"", code, "\"");
      break;
  }
  if (!answer.search.empty()) out += Cat(",\"search\":", Quoted(answer.search));
  if (!answer.hash.empty()) out += Cat(",\"hash\":", Quoted(answer.hash));
  if (answer.file() && answer.format != ModuleFormat::kUnknown && kind != RequestKind::kRequire && kind != RequestKind::kRequireResolve) {
    out += Cat(",\"format\":\"", FormatName(answer.format), "\"");
  }
  ResolveCode load = answer.load_code;
  if (kind == RequestKind::kImport || kind == RequestKind::kDynamicImport) {
    ImportAttributes attributes;
    for (JsonValue a = q["attrs"].first(); a; a = a.next()) attributes.emplace_back(a.key(), a.text());
    load = pair.node->AttributesCode(answer, attributes);
  }
  if (load != ResolveCode::kNone) out += Cat(",\"load\":{\"error\":\"", CodeName(load), "\"}");
  return out + "}\n";
}

int JsonLines(Resolvers& resolvers) {
  std::ios::sync_with_stdio(false);
  std::string line, out;
  while (std::getline(std::cin, line)) {
    if (line.empty()) continue;
    out += AnswerLine(resolvers, line);
    // Answers must not wait for the end when a program asks one by one.
    if (out.size() > 1 << 16 || std::cin.rdbuf()->in_avail() <= 0) {
      if (!WriteAll(STDOUT_FILENO, out)) return kTrouble;
      out.clear();
    }
  }
  return WriteAll(STDOUT_FILENO, out) ? kClean : kTrouble;
}

const char* TypeWord(FileType type) {
  switch (type) {
    case FileType::kNone: return "not there";
    case FileType::kFile: return "file";
    case FileType::kDirectory: return "directory";
    case FileType::kOther: return "other";
  }
  return "";
}

}  // namespace

int ResolveCommand(std::vector<std::string> arguments) {
  std::string specifier, from, kind_word, node, conditions, tsconfig, ts;
  std::vector<std::string> flags;
  bool explain = false, jsonl = false;
  CLI::App app("What a specifier means where it stands: the answer of Node.js (or, with --kind ts-import, of TypeScript).");
  app.name("looplint resolve");
  app.add_option("SPECIFIER", specifier, "as written in the source: lodash/fp, ./util.js, #dep, node:fs");
  app.add_option("--from", from, "the file it is written in");
  app.add_option("--kind", kind_word,
                 "require, require.resolve, import, dynamic-import, import.meta.resolve, new-url, worker, fork, ts-import or ts-import-equals; "
                 "the file's own kind by default");
  app.add_option("--node", node, "release of Node.js, 24 or 22.12.0; what the project states by default");
  app.add_option("--conditions", conditions, "further conditions of exports and imports: development,worker");
  app.add_option("--node-flag", flags, "a flag node is started with: --preserve-symlinks");
  app.add_option("--tsconfig", tsconfig, "for TypeScript: the configuration; the one that owns the file by default");
  app.add_option("--ts", ts, "for TypeScript: its release, 5.9.3");
  app.add_flag("--explain", explain, "also what matched and every path that was looked at");
  app.add_flag("--jsonl", jsonl, "answer one JSON question per line of standard input");
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return WriteAll(STDOUT_FILENO, app.help()), kClean;
    return Warn(e.what()), kTrouble;
  }
  Resolvers resolvers;
  if (jsonl) return JsonLines(resolvers);
  if (from.empty()) return Warn("say where the specifier stands: looplint resolve SPECIFIER --from FILE"), kTrouble;

  const std::string directory = WorkingDirectory();
  std::string importer = from.starts_with("data:") ? from : JoinPath(directory, from);
  Profile profile;
  for (const std::string& flag : flags) {
    if (!profile.SetFlag(flag)) return Warn(Cat("node's flag ", flag, " does not change how modules are found, or is not known here")), kTrouble;
  }
  for (std::string& c : Split(conditions, ',')) profile.conditions.push_back(std::move(c));
  std::string stated;
  if (node.empty()) {
    const NodeTarget target = FindNodeTarget(resolvers.disk(), std::string(DirName(importer)));
    profile.node = target.newest;
    stated = target.stated ? Cat(" (", target.source, ": ", target.text, ")") : " (nothing states another)";
  } else {
    profile.node = ReleaseOf(node);
  }
  Resolvers::Pair& pair = resolvers.For(profile);
  // Node knows a module by its real path.
  if (!profile.preserve_symlinks) {
    if (const std::string real = pair.node->RealPath(importer); !real.empty()) importer = real;
  }
  const auto show = [&](const std::string& path) { return RelativeTo(path, directory); };
  std::vector<Probe> probes;
  std::string out;

  if (kind_word.starts_with("ts-")) {
    TypeScriptResolver& typescript = Resolvers::TypeScript(pair, ts);
    const TsUsage usage = UsageOf(kind_word);
    const TsConfig* config = tsconfig.empty() ? typescript.ConfigOf(importer) : &typescript.Load(JoinPath(directory, tsconfig));
    if (config == nullptr) config = &typescript.Load("");
    const TsResolution answer = typescript.Explain(importer, specifier, usage, *config, TsMode::kDefault, probes);
    out = answer.resolved ? Cat(show(answer.path), "\n") : Cat("not resolved: ", answer.detail, "\n");
    if (explain) {
      out += Cat("  configuration  ", config->path.empty() ? "none" : show(config->path), "\n");
      for (const TsConfig::Problem& p : config->problems) out += Cat("  problem        ", show(p.path), ": ", p.text, "\n");
      const TsMode mode = typescript.ModeOf(importer, usage, *config);
      out += Cat("  mode           ", mode == TsMode::kImport ? "import" : mode == TsMode::kRequire ? "require" : "none", "\n");
      if (!answer.original.empty()) out += Cat("  found as       ", show(answer.original), "\n");
      for (const Probe& p : probes) out += Cat("  looked at      ", show(p.path), "  ", TypeWord(p.type), "\n");
    }
    return WriteAll(STDOUT_FILENO, out), answer.resolved ? kClean : kFindings;
  }

  RequestKind kind;
  if (kind_word.empty()) {
    const ModuleFormat format = pair.node->FormatOf(importer);
    const bool module = format == ModuleFormat::kModule || format == ModuleFormat::kModuleTypeScript || from.starts_with("data:");
    kind = module ? RequestKind::kImport : RequestKind::kRequire;
    kind_word = module ? "import" : "require";
  } else if (!KindOf(kind_word, kind)) {
    return Warn(Cat("there is no kind '", kind_word, "'; see looplint resolve --help")), kTrouble;
  }
  const Resolution answer = pair.node->Explain(importer, specifier, kind, probes);
  switch (answer.outcome) {
    case Resolution::Outcome::kFile: out = Cat(show(answer.path), answer.search, answer.hash, "\n"); break;
    case Resolution::Outcome::kBuiltin: out = Cat("node:", answer.path, "\n"); break;
    case Resolution::Outcome::kUrl: out = Cat(answer.path, "\n"); break;
    case Resolution::Outcome::kError: out = Cat(CodeName(answer.code), ": ", answer.detail, "\n"); break;
  }
  if (answer.load_code != ResolveCode::kNone) out += Cat("  loading it raises ", CodeName(answer.load_code), "\n");
  if (!answer.ok()) {
    if (const std::string near = DidYouMean(*pair.node, importer, specifier); !near.empty()) out += Cat("  did you mean '", near, "'?\n");
  }
  if (explain) {
    out += Cat("  asked          ", kind_word, " '", specifier, "' in ", show(importer), "\n");
    out += Cat("  node           ", profile.node.major, ".", profile.node.minor, ".", profile.node.patch, stated, "\n");
    if (answer.file()) out += Cat("  format         ", answer.format == ModuleFormat::kUnknown ? "by syntax" : FormatName(answer.format), "\n");
    if (answer.package != nullptr) out += Cat("  package.json   ", show(answer.package->path()), "\n");
    if (!answer.key.empty()) out += Cat("  key            ", answer.key, "\n");
    if (!answer.conditions.empty()) out += Cat("  conditions     ", answer.conditions, "\n");
    for (const Probe& p : probes) out += Cat("  looked at      ", show(p.path), "  ", TypeWord(p.type), "\n");
  }
  return WriteAll(STDOUT_FILENO, out), answer.ok() ? kClean : kFindings;
}

}  // namespace looplint
