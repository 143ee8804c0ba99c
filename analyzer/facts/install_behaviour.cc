#include "analyzer/facts/install_behaviour.h"

#include <algorithm>
#include <memory>
#include <set>

#include "analyzer/base/strings.h"
#include "analyzer/facts/install_rows.h"
#include "analyzer/model/lower.h"
#include "analyzer/packages/shell.h"

namespace looplint {
namespace {

using internal::kApiActs;
using internal::kTextActs;

constexpr size_t kMaxFiles = 40;         // of one package that are followed
constexpr size_t kMaxParsed = 1u << 20;  // bytes of one script
constexpr int kMaxDepth = 4;             // scripts that run scripts

template <typename List>
bool In(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != std::end(list);
}

std::string Short(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (out.size() > 60) return out + "...";
    out += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  }
  return out;
}

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

size_t CountOf(std::string_view text, std::string_view what) {
  size_t n = 0;
  for (size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

bool IsDense(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/' ||
           c == '=' || c == '-' || c == '_';
  });
}

// What makes text unreadable on purpose; minified code is none of it.
std::optional<std::pair<Span, std::string_view>> Obfuscation(std::string_view text) {
  size_t names = 0, first = std::string_view::npos;
  for (size_t at = text.find("_0x"); at != std::string_view::npos; at = text.find("_0x", at + 3)) {
    size_t end = at + 3;
    while (end < text.size() && ((text[end] >= '0' && text[end] <= '9') || (text[end] >= 'a' && text[end] <= 'f')))
      ++end;
    if (end - at >= 7) {
      first = std::min(first, at);
      if (++names >= 8)
        return std::pair{Span{static_cast<uint32_t>(first), static_cast<uint32_t>(first + 9)},
                         std::string_view("names made of hexadecimal digits")};
    }
  }
  const size_t escapes = CountOf(text, "\\x") + CountOf(text, "\\u00");
  if (escapes >= 40 && escapes * 4 > text.size() / 4) {
    const size_t at = std::min(text.find("\\x"), text.find("\\u00"));
    return std::pair{Span{static_cast<uint32_t>(at), static_cast<uint32_t>(at + 4)},
                     std::string_view("text in hexadecimal escapes")};
  }
  // Whitespace and invisible characters that carry data.
  const size_t invisible =
      CountOf(text, "\xf3\xa0\x84") + CountOf(text, "\xef\xb8\x80") + CountOf(text, "\xef\xb8\x8e");
  if (invisible >= 20) {
    const size_t at = std::min({text.find("\xf3\xa0\x84"), text.find("\xef\xb8\x80"), text.find("\xef\xb8\x8e")});
    return std::pair{Span{static_cast<uint32_t>(at), static_cast<uint32_t>(at + 3)},
                     std::string_view("characters nobody can see")};
  }
  return std::nullopt;
}

class Reading {
 public:
  Reading(const Knowledge& knowledge, const InstallReader::Open& open, std::string_view directory,
          InstallBehaviour& out)
      : knowledge_(knowledge), open_(open), directory_(directory), out_(out) {}

  // A script of package.json. `at` is the place of its text; exact when nothing in it is escaped.
  void Shell(std::string_view text, Place at, bool exact, int depth) {
    if (depth > kMaxDepth) return;
    const std::vector<ShellCommand> commands = ReadShell(text);
    std::string fetched;  // files downloaders write
    bool downloads = false;
    const auto place = [&](Span span) {
      return exact ? Place{at.file, {at.span.start + span.start, at.span.start + span.end}} : at;
    };
    for (size_t k = 0; k < commands.size(); ++k) {
      const ShellCommand& c = commands[k];
      for (const ShellWord& w : c.writes) Names(w.text, place(w.at));
      const size_t p = ProgramIndex(c);
      if (p >= c.words.size()) continue;
      const std::string_view program = BaseName(c.words[p].text);
      const Place here = place(c.at);
      const std::string shown = Short(text.substr(c.at.start, c.at.end - c.at.start));
      for (const ShellWord& w : c.words) Names(w.text, place(w.at));
      if (c.from_pipe && In(internal::kInterpreters, program) && k > 0) {
        const ShellCommand& source = commands[k - 1];
        const std::string_view from = source.program();
        if (In(internal::kDownloaders, from)) {
          Add(InstallAct::kRemoteCode, here, Cat(from, " ... | ", program));
        } else if (from == "base64" || from == "xxd" || from == "openssl" || from == "gunzip" || from == "rev") {
          Add(InstallAct::kDecodes, here, Cat(from, " ... | ", program));
          Add(InstallAct::kEvaluates, here, shown);
        }
        continue;
      }
      if (In(internal::kBeacons, program)) {
        // A name or address made of what the machine is called: data on its way out.
        bool sends = false;
        for (const ShellWord& w : c.words) {
          for (const std::string_view who : internal::kIdentityPrograms) {
            if (w.text.find(Cat("$(", who)) != std::string::npos || w.text.find(Cat("`", who)) != std::string::npos)
              sends = true;
          }
          if (w.text.find("$HOSTNAME") != std::string::npos || w.text.find("$USER") != std::string::npos) sends = true;
          for (const std::string_view secret : internal::kSecretVariables) {
            if (w.text.find(Cat("$", secret)) != std::string::npos ||
                w.text.find(Cat("${", secret)) != std::string::npos) {
              Add(InstallAct::kReadsSecrets, place(w.at), std::string(secret));
            }
          }
        }
        if (c.from_pipe && k > 0 && In(internal::kIdentityPrograms, commands[k - 1].program())) {
          Add(commands[k - 1].program() == "env" || commands[k - 1].program() == "printenv" ||
                      commands[k - 1].program() == "set"
                  ? InstallAct::kDumpsEnvironment
                  : InstallAct::kIdentifiesHost,
              here, shown);
        }
        if (sends) Add(InstallAct::kIdentifiesHost, here, shown);
        Add(InstallAct::kNetwork, here, shown);
        if (program == "nc" || program == "ncat" || program == "socat") {
          for (const ShellWord& w : c.words) {
            if (w.text == "-e" || w.text == "-c" || w.text.starts_with("EXEC:"))
              Add(InstallAct::kRemoteCode, here, shown);
          }
        }
      }
      if (In(internal::kDownloaders, program)) {
        downloads = true;
        Add(InstallAct::kNetwork, here, shown);
        for (size_t i = p + 1; i < c.words.size(); ++i) {
          if ((c.words[i].text == "-o" || c.words[i].text == "-O" || c.words[i].text == "--output") &&
              i + 1 < c.words.size())
            fetched += Cat(" ", BaseName(c.words[i + 1].text), " ");
          if (c.words[i].text.find("://") != std::string::npos) fetched += Cat(" ", BaseName(c.words[i].text), " ");
        }
        for (const ShellWord& w : c.writes) fetched += Cat(" ", BaseName(w.text), " ");
        continue;
      }
      if (text.find("/dev/tcp/") != std::string_view::npos)
        Add(InstallAct::kRemoteCode, here, "a shell on a socket (/dev/tcp)");
      const auto ran_fetched = [&](std::string_view word) {
        return downloads && !word.empty() && fetched.find(Cat(" ", BaseName(word), " ")) != std::string::npos;
      };
      if (program == "rm" || program == "rmdir" || program == "del") {
        for (size_t i = p + 1; i < c.words.size(); ++i) {
          const std::string& w = c.words[i].text;
          if (w == "/" || w == "/*" || w == "~" || w == "~/" || w.starts_with("~/") || w.starts_with("$HOME") ||
              w == "$HOME" || w.starts_with("${HOME}")) {
            Add(InstallAct::kDeletesOutside, here, shown);
          }
        }
        continue;
      }
      if (program == "npm" || program == "yarn" || program == "pnpm") {
        const std::string_view verb =
            p + 1 < c.words.size() ? std::string_view(c.words[p + 1].text) : std::string_view();
        if (verb == "publish" || verb == "token" || verb == "adduser") Add(InstallAct::kPublishes, here, shown);
        if (verb == "run" || verb == "run-script") {
          const std::string_view name =
              p + 2 < c.words.size() ? std::string_view(c.words[p + 2].text) : std::string_view();
          if (manifest != nullptr) Script(name, depth + 1);
        } else {
          Add(InstallAct::kRunsProgram, here, shown);
        }
        continue;
      }
      if (In(internal::kNativeTools, program)) {
        Add(InstallAct::kBuildsNative, here, shown);
        continue;
      }
      if (program == "powershell" || program == "powershell.exe" || program == "pwsh") {
        bool hidden = false;
        for (const ShellWord& w : c.words) {
          std::string lower;
          for (const char ch : w.text) lower += static_cast<char>(ch >= 'A' && ch <= 'Z' ? ch + 32 : ch);
          if (lower == "-enc" || lower == "-e" || lower == "-ec" || lower == "-encodedcommand") hidden = true;
          if (lower.find("downloadstring") != std::string::npos || lower.find("downloadfile") != std::string::npos ||
              lower.find("iex") != std::string::npos || lower.find("invoke-expression") != std::string::npos) {
            Add(InstallAct::kRemoteCode, here, shown);
          }
        }
        if (hidden) {
          Add(InstallAct::kDecodes, here, shown);
          Add(InstallAct::kEvaluates, here, shown);
        }
        continue;
      }
      if (program == "sh" || program == "bash" || program == "zsh" || program == "cmd" || program == "cmd.exe") {
        for (size_t i = p + 1; i < c.words.size(); ++i) {
          if (c.words[i].text == "-c" || c.words[i].text == "/c" || c.words[i].text == "/C") {
            if (i + 1 < c.words.size()) {
              if (c.words[i + 1].text.find("$(curl") != std::string::npos ||
                  c.words[i + 1].text.find("$(wget") != std::string::npos)
                Add(InstallAct::kRemoteCode, here, shown);
              Shell(c.words[i + 1].text, here, false, depth + 1);
            }
            break;
          }
          if (c.words[i].text.starts_with('-')) continue;
          if (ran_fetched(c.words[i].text)) Add(InstallAct::kRemoteCode, here, shown);
          File(c.words[i].text, here, depth + 1);
          break;
        }
        continue;
      }
      if (program == "node" || program == "node.exe" || program == "bun" || program == "tsx") {
        bool taken = false;
        for (size_t i = p + 1; i < c.words.size() && !taken; ++i) {
          const std::string& w = c.words[i].text;
          const bool inline_code = w == "-e" || w == "--eval" || w == "-p" || w == "--print" || w == "-pe";
          if (inline_code || w.starts_with("--eval=")) {
            if (inline_code && i + 1 < c.words.size()) Fragment(c.words[i + 1].text, here, depth + 1);
            taken = true;
          } else if (w == "-r" || w == "--require" || w == "--import") {
            if (i + 1 < c.words.size()) File(c.words[++i].text, here, depth + 1);
          } else if (!w.starts_with('-')) {
            if (ran_fetched(w)) Add(InstallAct::kRemoteCode, here, shown);
            File(w, here, depth + 1);
            taken = true;
          }
        }
        continue;
      }
      if (ran_fetched(c.words[p].text)) {
        Add(InstallAct::kRemoteCode, here, shown);
        continue;
      }
      if (program == "." || program == "source") {
        if (p + 1 < c.words.size()) File(c.words[p + 1].text, here, depth + 1);
        continue;
      }
      if (c.words[p].text.starts_with("./") || c.words[p].text.ends_with(".sh")) {
        File(c.words[p].text, here, depth + 1);
        continue;
      }
      if (program == "eval" || program == "atob") Add(InstallAct::kEvaluates, here, shown);
      if (program == "echo" || program == "exit" || program == "true" || program == "cd" || program == "test" ||
          program == "[" || program == "is-ci" || program == "chmod")
        continue;
      Add(InstallAct::kRunsProgram, here, shown);
    }
  }

  // Another script of the same package.json.
  void Script(std::string_view name, int depth) {
    const DocValue v = manifest->Script(name);
    if (!v.IsString() || depth > kMaxDepth) return;
    const bool exact = v.at().end - v.at().start == v.str().size() + 2;
    const Place at{manifest_file, exact ? Span{v.at().start + 1, v.at().end - 1} : v.at()};
    Shell(v.str(), at, exact, depth);
  }

  const PackageManifest* manifest = nullptr;
  FileId manifest_file{kNoneIndex};

  // A file of the package that is run or loaded.
  bool File(std::string_view name, Place from, int depth) {
    if (depth > kMaxDepth) return false;
    while (name.starts_with("./")) name.remove_prefix(2);
    const std::string path = JoinPath(directory_, name);
    if (directory_ != "." && !Inside(path)) {
      Add(InstallAct::kRunsProgram, from, Cat("a file outside the package: ", name));
      return false;
    }
    for (const std::string& candidate : {path, path + ".js", path + ".cjs", path + ".mjs", path + "/index.js"}) {
      if (seen_.contains(candidate)) return true;
      if (seen_.size() >= kMaxFiles) return false;
      const std::optional<InstallReader::Source> source = open_(candidate);
      if (!source) continue;
      seen_.insert(candidate);
      if (candidate.ends_with(".sh") || source->text.starts_with("#!/bin/sh") ||
          source->text.starts_with("#!/bin/bash") || source->text.starts_with("#!/usr/bin/env bash") ||
          source->text.starts_with("#!/usr/bin/env sh")) {
        Shell(source->text, {source->file, {0, 0}}, true, depth);
      } else if (candidate.ends_with(".json") || candidate.ends_with(".node") || candidate.ends_with(".py")) {
        return true;
      } else {
        JavaScript(source->text, {source->file, {0, static_cast<uint32_t>(source->text.size())}}, true, candidate,
                   depth);
      }
      return true;
    }
    return false;
  }

  void Fragment(std::string_view text, Place at, int depth) {
    JavaScript(text, at, false, JoinPath(directory_, "-"), depth);
  }

  void JavaScript(std::string_view text, Place at, bool exact, const std::string& path, int depth) {
    const auto place = [&](uint32_t start, uint32_t end) { return exact ? Place{at.file, {start, end}} : at; };
    if (const auto odd = Obfuscation(text))
      Add(InstallAct::kObfuscated, place(odd->first.start, odd->first.end), std::string(odd->second));
    if (text.size() > kMaxParsed) {
      // Nobody writes a script this large; what it is made of is told from its text alone.
      Add(InstallAct::kObfuscated, place(0, 1), Cat("a script of ", text.size() / 1024, " KiB"));
      return;
    }
    std::string copy(text);
    Syntax syntax = Parse(copy, LanguageOf(path));
    std::vector<std::unique_ptr<looplint::File>> files;
    files.push_back(
        std::make_unique<looplint::File>(MakeSourceFile(path, std::move(copy), std::move(syntax), knowledge_)));
    const looplint::File& f = *files.front();
    Project project;
    project.Link(std::move(files), std::make_shared<Resolver>(std::vector<std::string>{path}, std::vector<Manifest>{}),
                 nullptr, knowledge_);
    const FileModel& m = f.model;
    Denoter denoter(project, static_cast<FileId>(0));
    const auto node_place = [&](NodeId n) { return place(m.syntax[n].start, m.syntax[n].end); };
    const auto node_text = [&](NodeId n) {
      return std::string_view(f.text).substr(m.syntax[n].start, m.syntax[n].end - m.syntax[n].start);
    };

    bool runs = false;
    for (const Import& import : m.module.imports) {
      const std::string_view specifier = m.names[import.specifier];
      if (specifier.starts_with('.')) {
        const std::string target = JoinPath(DirName(path), specifier);
        std::string_view below = target;
        if (directory_ != ".") below = Inside(target) ? below.substr(directory_.size() + 1) : std::string_view();
        if (!below.empty()) File(below, node_place(import.node), depth + 1);
      } else if (In(internal::kHttpClients, specifier)) {
        Add(InstallAct::kNetwork, node_place(import.node), Cat("require('", specifier, "')"));
      } else if (specifier == "child_process" || specifier == "node:child_process") {
        runs = true;
      }
    }
    for (const CallId c : Ids(m.calls)) {
      const Call& call = m.calls[c];
      const NodeId callee = m.syntax.FirstChild(call.node);
      if (!Some(callee)) continue;
      const std::string_view callee_text = node_text(callee);
      const std::string shown = Short(node_text(call.node));
      const Api* api = denoter.ApiOf(c);
      const std::string_view name = api == nullptr ? std::string_view() : std::string_view(api->name);
      const Argument* first = m.Arg(call, 0);
      for (const auto& row : kApiActs) {
        if (name.empty() || !(row.api.ends_with('.') ? name.starts_with(row.api) : name == row.api)) continue;
        if (IsLocalSocket(name, m, call)) break;
        if (row.act == InstallAct::kRunsProgram) {
          Runs(m, call, f.text, node_place(call.node), shown, depth);
        } else {
          Add(row.act, node_place(call.node), shown);
        }
        break;
      }
      if (callee_text == "eval" || callee_text == "Function" || callee_text.ends_with("._compile") ||
          IsFunctionConstructor(callee_text)) {
        // new Function of constants is how polyfills look for the global object.
        const bool constant = callee_text != "eval" && first != nullptr && call.arg_count <= 1 &&
                              m.syntax.KindOf(first->node) == Kind::kStringLiteral;
        if (!constant && first != nullptr) Add(InstallAct::kEvaluates, node_place(call.node), shown);
      }
      if (call.kind == CallKind::kNew && callee_text == "WebSocket")
        Add(InstallAct::kNetwork, node_place(call.node), shown);
      if (callee_text.ends_with("Buffer.from") || callee_text.ends_with(".toString") ||
          callee_text.ends_with("Buffer")) {
        for (uint32_t i = 0; i < call.arg_count; ++i) {
          const std::string_view encoding = node_text(m.Arg(call, i)->node);
          if (callee_text.ends_with("Buffer.from") &&
              (encoding == "'base64'" || encoding == "\"base64\"" || encoding == "'hex'" || encoding == "\"hex\"")) {
            Add(InstallAct::kDecodes, node_place(call.node), shown);
          }
        }
      }
      if (callee_text == "String.fromCharCode" && (call.arg_count > 8 || (first != nullptr && first->spread)))
        Add(InstallAct::kDecodes, node_place(call.node), shown);
      if (callee_text.ends_with("createDecipheriv") || callee_text.ends_with("createDecipher"))
        Add(InstallAct::kDecodes, node_place(call.node), shown);
      if (callee_text == "JSON.stringify" || callee_text == "Object.keys" || callee_text == "Object.entries" ||
          callee_text == "Object.values" || callee_text.ends_with("querystring.stringify") ||
          callee_text.ends_with("util.inspect")) {
        if (first != nullptr && node_text(first->node) == "process.env")
          Add(InstallAct::kDumpsEnvironment, node_place(call.node), shown);
      }
      if (name.starts_with("fs.") && first != nullptr) {
        const bool deletes = name.find("rm") != std::string_view::npos || name.find("unlink") != std::string_view::npos;
        const bool writes = name.find("write") != std::string_view::npos ||
                            name.find("append") != std::string_view::npos ||
                            name.find("copyFile") != std::string_view::npos;
        if (deletes || writes) {
          const std::string_view target = node_text(first->node);
          const bool home =
              target.find("homedir") != std::string_view::npos || target.find("env.HOME") != std::string_view::npos ||
              target.find("USERPROFILE") != std::string_view::npos || Holds(denoter, m, first->value, "os.homedir");
          const bool root = target.starts_with("'/") || target.starts_with("\"/");
          if (home || (root && !target.starts_with("'/tmp") && !target.starts_with("\"/tmp") &&
                       !target.starts_with("'/dev/") && !target.starts_with("\"/dev/"))) {
            Add(deletes ? InstallAct::kDeletesOutside : InstallAct::kWritesOutside, node_place(call.node), shown);
          }
        }
      }
    }
    // Strings that name what a script is after; process.env.NAME likewise.
    for (size_t i = 0; i < m.syntax.nodes.size(); ++i) {
      const auto n = static_cast<NodeId>(i);
      const Kind kind = m.syntax.KindOf(n);
      if (kind == Kind::kStringLiteral || kind == Kind::kTemplateElement) {
        const std::string_view literal = node_text(n);
        // What it names is its own business as far as it is its own code; libraries name many things.
        if (depth <= 2) Names(literal, node_place(n));
        if (literal.size() > 600 && IsDense(literal.substr(1, literal.size() - 2))) {
          Add(InstallAct::kDecodes, place(m.syntax[n].start, m.syntax[n].start + 12),
              Cat("a string of ", literal.size(), " encoded characters"));
          long_string_ = true;
        }
      } else if (kind == Kind::kMemberExpression) {
        const std::string_view member = node_text(n);
        if (member.starts_with("process.env.") && In(internal::kSecretVariables, member.substr(12))) {
          Add(InstallAct::kReadsSecrets, node_place(n), std::string(member));
        }
      } else if (kind == Kind::kForInStatement) {
        if (node_text(n).substr(0, 80).find(" process.env)") != std::string_view::npos)
          Add(InstallAct::kDumpsEnvironment, node_place(n), "for (... in process.env)");
      }
    }
    if (text.find("detached: true") != std::string_view::npos || text.find("detached:true") != std::string_view::npos) {
      const size_t found = text.find("detached");
      if (runs)
        Add(InstallAct::kDetached, place(static_cast<uint32_t>(found), static_cast<uint32_t>(found + 8)),
            "a detached process");
    }
  }

  void Judge() {
    const auto has = [&](InstallAct act) { return out_.Has(act); };
    const auto say = [&](InstallVerdict verdict, std::string_view because) {
      if (out_.verdict >= InstallVerdict::kSuspicious && out_.verdict >= verdict) return;
      out_.verdict = verdict;
      out_.because = std::string(because);
    };
    out_.verdict = has(InstallAct::kBuildsNative) ? InstallVerdict::kNative
                   : has(InstallAct::kNetwork)    ? InstallVerdict::kDownloads
                                                  : InstallVerdict::kOrdinary;
    const bool network = has(InstallAct::kNetwork);
    if (has(InstallAct::kObfuscated)) say(InstallVerdict::kMalicious, "its code is made unreadable on purpose");
    if (has(InstallAct::kRemoteCode)) say(InstallVerdict::kMalicious, "it runs code that it downloads");
    if (network && has(InstallAct::kEvaluates))
      say(InstallVerdict::kMalicious, "it evaluates code and speaks over the network");
    if (has(InstallAct::kDecodes) && has(InstallAct::kEvaluates))
      say(InstallVerdict::kMalicious, "it decodes hidden code and runs it");
    if (network && has(InstallAct::kReadsSecrets))
      say(InstallVerdict::kMalicious, "it reads credentials and speaks over the network");
    if (network && has(InstallAct::kDumpsEnvironment))
      say(InstallVerdict::kMalicious, "it sends all environment variables away");
    if (has(InstallAct::kDeletesOutside)) say(InstallVerdict::kMalicious, "it deletes files outside its folder");
    if (has(InstallAct::kPublishes))
      say(InstallVerdict::kMalicious, "it publishes packages or makes tokens in the name of who installs it");
    if (has(InstallAct::kWritesOutside) && (network || has(InstallAct::kRunsProgram) || has(InstallAct::kDecodes))) {
      say(InstallVerdict::kMalicious, "it writes where programs are started from");
    }
    if (network && has(InstallAct::kIdentifiesHost))
      say(InstallVerdict::kSuspicious, "it tells others who and where the machine is");
    if (network && has(InstallAct::kDetached))
      say(InstallVerdict::kSuspicious, "it leaves a process behind that speaks over the network");
    if (has(InstallAct::kDecodes) && has(InstallAct::kRunsProgram) && long_string_)
      say(InstallVerdict::kSuspicious, "it decodes data and runs programs");
    if (has(InstallAct::kReadsSecrets)) say(InstallVerdict::kSuspicious, "it reads credentials");
    if (has(InstallAct::kWritesOutside)) say(InstallVerdict::kSuspicious, "it writes outside its folder");
    if (has(InstallAct::kEvaluates)) say(InstallVerdict::kSuspicious, "it evaluates text as code");
    if (has(InstallAct::kDumpsEnvironment)) say(InstallVerdict::kSuspicious, "it reads all environment variables");
  }

 private:
  // Other ways to Function: [].at.constructor, (() => {}).constructor. That of a value makes another of its kind.
  static bool IsFunctionConstructor(std::string_view callee) {
    if (!callee.ends_with(".constructor")) return false;
    callee.remove_suffix(12);
    return callee.ends_with(".constructor") || callee.ends_with("}") || callee.ends_with(")") || callee == "Function" ||
           callee.starts_with("[].") || callee.starts_with("''.") || callee.starts_with("\"\".");
  }

  // net.connect(path): a socket in the file system, by which processes of one machine speak to each other.
  static bool IsLocalSocket(std::string_view api, const FileModel& m, const Call& call) {
    if (api != "net.connect" && api != "net.createConnection") return false;
    const Argument* first = m.Arg(call, 0);
    if (first == nullptr ||
        (call.arg_count > 1 && m.syntax.KindOf(m.Arg(call, 1)->node) != Kind::kArrowFunctionExpression &&
         m.syntax.KindOf(m.Arg(call, 1)->node) != Kind::kFunctionExpression))
      return false;
    // Of options, and of what may be options, the worst is assumed.
    const Kind kind = m.syntax.KindOf(first->node);
    if (kind == Kind::kCallExpression || kind == Kind::kStringLiteral || kind == Kind::kTemplateLiteral) return true;
    return false;
  }

  // Whether a path leads into the folder of the package.
  bool Inside(std::string_view path) const {
    return path.size() > directory_.size() + 1 && path.starts_with(directory_) && path[directory_.size()] == '/';
  }

  void Add(InstallAct act, Place at, std::string what) {
    for (const InstallEvidence& e : out_.evidence) {
      if (e.act == act && e.at.file == at.file && e.at.span == at.span) return;
    }
    out_.evidence.push_back({act, at, std::move(what)});
  }

  void Names(std::string_view text, Place at) {
    for (const auto& row : kTextActs) {
      const size_t found = text.find(row.text);
      if (found == std::string_view::npos) continue;
      // The whole name: ".aws" is not ".awsome", ".ssh" no part of a longer word.
      const size_t end = found + row.text.size();
      const auto word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      };
      if (end < text.size() && word(text[end]) && word(row.text.back())) continue;
      if (found > 0 && word(text[found - 1])) continue;
      Add(row.act, at, std::string(row.what));
      return;
    }
  }

  // True when a value comes from a call of `api`, through bindings and path.join.
  bool Holds(Denoter& denoter, const FileModel& m, ValueId value, std::string_view api, int depth = 0) {
    if (!Some(value) || depth > 6) return false;
    const looplint::Value& v = m[value];
    if (v.kind == ValueKind::kBinding)
      return Holds(denoter, m, m.bindings[static_cast<BindingId>(v.a)].value, api, depth + 1);
    if (v.kind != ValueKind::kCall) return false;
    const auto c = static_cast<CallId>(v.a);
    const Api* of = denoter.ApiOf(c);
    if (of == nullptr) return false;
    if (of->name == api) return true;
    if (!of->name.starts_with("path.")) return false;
    for (uint32_t i = 0; i < m.calls[c].arg_count; ++i) {
      if (Holds(denoter, m, m.Arg(m.calls[c], i)->value, api, depth + 1)) return true;
    }
    return false;
  }

  // A call of child_process: what it runs, when that is written there.
  void Runs(const FileModel& m, const Call& call, std::string_view text, Place at, const std::string& shown,
            int depth) {
    const Argument* first = m.Arg(call, 0);
    const auto constant = [&](const Argument* a) -> std::optional<std::string> {
      if (a == nullptr) return std::nullopt;
      NodeId node = a->node;
      ValueId value = a->value;
      for (int i = 0; i < 4 && Some(value) && m[value].kind == ValueKind::kBinding; ++i)
        value = m.bindings[static_cast<BindingId>(m[value].a)].value;
      if (Some(value) && m[value].kind == ValueKind::kString)
        return std::string(m.names[static_cast<NameId>(m[value].a)]);
      if (Some(value) && (m[value].kind == ValueKind::kTemplate || m[value].kind == ValueKind::kConcat))
        node = static_cast<NodeId>(m[value].a);
      const Kind kind = m.syntax.KindOf(node);
      const std::string_view raw = text.substr(m.syntax[node].start, m.syntax[node].end - m.syntax[node].start);
      if (kind == Kind::kTemplateLiteral && raw.size() >= 2) return std::string(raw.substr(1, raw.size() - 2));
      return std::nullopt;
    };
    const std::optional<std::string> command = constant(first);
    if (!command) {
      Add(InstallAct::kRunsProgram, at, shown);
      return;
    }
    std::string line = *command;
    // spawn('sh', ['-c', '...']): the arguments belong to it.
    if (const Argument* list = m.Arg(call, 1);
        list != nullptr && m.syntax.KindOf(list->node) == Kind::kArrayExpression) {
      for (const NodeId element : m.syntax.ChildrenOf(list->node)) {
        const std::string_view raw =
            text.substr(m.syntax[element].start, m.syntax[element].end - m.syntax[element].start);
        if (m.syntax.KindOf(element) == Kind::kStringLiteral && raw.size() >= 2) {
          line += Cat(" '", Cook(raw.substr(1, raw.size() - 2)).value_or(std::string(raw)), "'");
        } else {
          line += " \"$argument\"";
        }
      }
    }
    Add(InstallAct::kRunsProgram, at, shown);
    Shell(line, at, false, depth + 1);
  }

  const Knowledge& knowledge_;
  const InstallReader::Open& open_;
  std::string directory_;
  InstallBehaviour& out_;
  std::set<std::string> seen_;
  bool long_string_ = false;
};

}  // namespace

std::string_view Describe(InstallAct act) {
  switch (act) {
    case InstallAct::kBuildsNative:
      return "builds or fetches an addon";
    case InstallAct::kRunsProgram:
      return "runs a program";
    case InstallAct::kNetwork:
      return "speaks over the network";
    case InstallAct::kRemoteCode:
      return "runs what it downloaded";
    case InstallAct::kEvaluates:
      return "evaluates text as code";
    case InstallAct::kDecodes:
      return "decodes hidden data";
    case InstallAct::kObfuscated:
      return "is made unreadable";
    case InstallAct::kReadsSecrets:
      return "names credentials";
    case InstallAct::kDumpsEnvironment:
      return "reads all environment variables";
    case InstallAct::kIdentifiesHost:
      return "asks who and where the machine is";
    case InstallAct::kDeletesOutside:
      return "deletes outside its folder";
    case InstallAct::kWritesOutside:
      return "writes outside its folder";
    case InstallAct::kPublishes:
      return "publishes packages";
    case InstallAct::kDetached:
      return "leaves a process behind";
    case InstallAct::kTemporary:
      return "works in the temporary folder";
  }
  return "";
}

std::string_view NameOf(InstallVerdict verdict) {
  switch (verdict) {
    case InstallVerdict::kNothing:
      return "nothing";
    case InstallVerdict::kOrdinary:
      return "ordinary";
    case InstallVerdict::kNative:
      return "native";
    case InstallVerdict::kDownloads:
      return "downloads";
    case InstallVerdict::kSuspicious:
      return "suspicious";
    case InstallVerdict::kMalicious:
      return "malicious";
  }
  return "";
}

bool InstallBehaviour::Has(InstallAct act) const {
  return std::ranges::any_of(evidence, [&](const InstallEvidence& e) { return e.act == act; });
}

bool LooksHidden(std::string_view text) {
  if (text.find("._compile(") != std::string_view::npos && text.find("createDecipher") != std::string_view::npos)
    return true;
  return Obfuscation(text).has_value();
}

InstallBehaviour InstallReader::Read(const PackageManifest& manifest, Source source, std::string_view directory,
                                     const std::vector<std::string_view>& scripts, bool implicit_build) {
  InstallBehaviour out;
  out.name = std::string(manifest.name);
  out.version = std::string(manifest.version);
  out.directory = std::string(directory);
  out.manifest = source.file;
  Reading reading(knowledge_, open_, directory, out);
  reading.manifest = &manifest;
  reading.manifest_file = source.file;
  for (const std::string_view name : scripts) {
    const DocValue v = manifest.Script(name);
    if (!v.IsString() || v.str().empty()) continue;
    if (out.script.empty()) {
      out.script = std::string(name);
      out.command = std::string(v.str());
      out.command_at = v.at();
    }
    reading.Script(name, 0);
  }
  if (out.script.empty() && !implicit_build) return out;
  if (out.script.empty()) {
    out.script = "install";
    out.command = "node-gyp rebuild";
    out.command_at = manifest.root()["name"].at();
    out.evidence.push_back(
        {InstallAct::kBuildsNative, {source.file, out.command_at}, "binding.gyp makes npm run node-gyp rebuild"});
  }
  reading.Judge();
  return out;
}

std::optional<InstallBehaviour> InstallReader::ReadEntry(const PackageManifest& manifest, Source source,
                                                         std::string_view directory) {
  std::string_view main = manifest.root()["main"].str();
  if (main.empty()) main = "index.js";
  while (main.starts_with("./")) main.remove_prefix(2);
  std::optional<Source> entry;
  for (const std::string& candidate : {std::string(main), Cat(main, ".js"), Cat(main, "/index.js")}) {
    entry = open_(JoinPath(directory, candidate));
    if (entry) break;
  }
  // Most are told apart by a look at their text; the rest is read.
  if (!entry) return std::nullopt;
  const auto odd = Obfuscation(entry->text);
  const bool compiles = entry->text.find("._compile(") != std::string_view::npos &&
                        entry->text.find("createDecipher") != std::string_view::npos;
  if (!odd && !compiles) return std::nullopt;
  InstallBehaviour out;
  out.name = std::string(manifest.name);
  out.version = std::string(manifest.version);
  out.directory = std::string(directory);
  out.manifest = source.file;
  out.command_at = manifest.root()["name"].at();
  if (odd) out.evidence.push_back({InstallAct::kObfuscated, {entry->file, odd->first}, std::string(odd->second)});
  if (compiles) {
    const auto at = static_cast<uint32_t>(entry->text.find("._compile("));
    out.evidence.push_back({InstallAct::kEvaluates, {entry->file, {at, at + 10}}, "decrypts code and compiles it"});
  }
  out.verdict = InstallVerdict::kMalicious;
  out.because =
      compiles ? "the module decrypts code and runs it when it is loaded" : "the module is made unreadable on purpose";
  return out;
}

}  // namespace looplint
