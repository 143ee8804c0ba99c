#include "analyzer/facts/install_behaviour.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "analyzer/base/strings.h"
#include "analyzer/facts/install_rows.h"
#include "analyzer/facts/live_code.h"
#include "analyzer/facts/script_text.h"
#include "analyzer/model/lower.h"
#include "analyzer/packages/shell.h"

namespace looplint {
namespace {

using internal::kApiActs;
using internal::kTextActs;

constexpr size_t kMaxFiles = 40;                // of one package that are followed
constexpr size_t kMaxParsed = 1u << 20;         // bytes of one script
constexpr size_t kMaxParsedEntry = 128u << 10;  // of a module that others load
constexpr size_t kMaxEntries = 4;               // modules of one package
constexpr size_t kMaxLoaded = 16;               // files each of them loads that are looked at
constexpr size_t kOutOfSight = 240;             // blanks in a row
constexpr int kMaxDepth = 4;                    // scripts that run scripts

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

// "node-gyp.cmd" is node-gyp on Windows.
std::string_view WithoutEnding(std::string_view program) {
  for (const std::string_view ending : {".cmd", ".exe"}) {
    if (program.ends_with(ending)) program.remove_suffix(ending.size());
  }
  return program;
}

// The package a specifier leads into: "@a/b/c" -> "@a/b", "d/e" -> "d"; @mapbox/node-pre-gyp goes by its old name.
std::string_view PackageOf(std::string_view specifier) {
  size_t slash = specifier.find('/');
  if (specifier.starts_with('@') && slash != std::string_view::npos) slash = specifier.find('/', slash + 1);
  const std::string_view name = specifier.substr(0, slash);
  return name == "@mapbox/node-pre-gyp" ? name.substr(8) : name;
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
  // Code far to the right of where editors show it.
  static const std::string kBlank(kOutOfSight, ' ');
  for (size_t at = text.find(kBlank); at != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_not_of(' ', at), text.size());
    const std::string_view rest = text.substr(end, std::min(text.find('\n', end), text.size()) - end);
    const char before = at > 0 ? text[at - 1] : '\n', after = rest.empty() ? '\n' : rest[0];
    if (rest.find('(') != std::string_view::npos && after != '\'' && after != '"' && after != '`' && after != '*' &&
        after != '/' && before != '\'' && before != '"' && before != '`') {
      return std::pair{Span{static_cast<uint32_t>(end), static_cast<uint32_t>(std::min(end + 12, text.size()))},
                       std::string_view("code out of sight, behind blanks")};
    }
    at = text.find(kBlank, end);
  }
  // Invisible characters that carry data stand side by side; one by one they belong to signs and pictures.
  for (size_t at = text.find_first_of("\xf3\xef\xe2\xe3"); at != std::string_view::npos;
       at = text.find_first_of("\xf3\xef\xe2\xe3", at + 1)) {
    size_t end = at, run = 0;
    for (;; ++run) {
      // Variation selectors and tags: U+E0000 to U+E0FFF, U+FE00 to U+FE0F; of no width: U+200B to U+200F, U+2060 to
      // U+206F, U+FEFF; blank letters: U+3164, U+FFA0.
      const std::string_view here = text.substr(end, 3);
      const auto last = here.size() == 3 ? static_cast<unsigned char>(here[2]) : 0;
      if (here.starts_with("\xf3\xa0") && end + 4 <= text.size()) {
        end += 4;
      } else if ((here.starts_with("\xef\xb8") && last <= 0x8f && last != 0) ||
                 (here.starts_with("\xe2\x80") && last >= 0x8b && last <= 0x8f) ||
                 (here.starts_with("\xe2\x81") && last >= 0xa0 && last <= 0xaf) || here == "\xef\xbb\xbf" ||
                 here == "\xe3\x85\xa4" || here == "\xef\xbe\xa0") {
        end += 3;
      } else {
        break;
      }
    }
    if (run >= 16) {
      return std::pair{Span{static_cast<uint32_t>(at), static_cast<uint32_t>(end)},
                       std::string_view("characters nobody can see")};
    }
    if (end > at) at = end - 1;
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
    std::string cloned;   // the folder of a repository that is fetched
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
      for (size_t i = 0; i < p; ++i) {
        if (c.words[i].text == "nohup" || c.words[i].text == "setsid") Add(InstallAct::kDetached, here, shown);
      }
      if (program == "nohup" || program == "setsid") Add(InstallAct::kDetached, here, shown);
      if (depth > 0 && In(internal::kIdentityCommands, program)) Add(InstallAct::kIdentifiesHost, here, shown);
      // What a message names is not read.
      if (program != "echo" && program != "printf") {
        for (const ShellWord& w : c.words) Names(w.text, place(w.at));
      }
      for (const auto& row : internal::kCommandActs) {
        if (program == row.command.substr(0, row.command.find(' ')) && Follows(c, p, row.command))
          Add(row.act, here, std::string(row.what));
      }
      if (In(internal::kScriptHosts, program) || In(internal::kPackageManagers, program)) {
        for (size_t i = p + 1; i < c.words.size(); ++i) {
          const std::string_view w = c.words[i].text;
          if (!w.starts_with("http://") && !w.starts_with("https://") && !w.starts_with("git+") &&
              !w.starts_with("git://") && !w.starts_with("\\\\"))
            continue;
          // An option's value says where from, not what.
          const std::string_view option = c.words[i - 1].text;
          if (option.starts_with('-') &&
              (option.find("registry") != std::string_view::npos || option.find("index") != std::string_view::npos ||
               option.find("proxy") != std::string_view::npos || option.find("url") != std::string_view::npos))
            continue;
          if (option == "registry") continue;
          Add(InstallAct::kRemoteCode, here, shown);
        }
      }
      if (In(internal::kInterpreters, program)) {
        for (const std::string_view from : internal::kDownloaders) {
          if (text.find(Cat("<(", from, " ")) != std::string_view::npos) Add(InstallAct::kRemoteCode, here, shown);
        }
      }
      if (c.from_pipe && In(internal::kInterpreters, program) && k > 0) {
        const ShellCommand& source = commands[k - 1];
        const std::string_view from = source.program();
        if (from.starts_with('$')) {
          Add(InstallAct::kObfuscated, here, Cat("a command nobody can read is piped into ", program));
        } else if (In(internal::kDownloaders, from)) {
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
        if (!cloned.empty() && word.starts_with(cloned) && word.size() > cloned.size()) return true;
        return downloads && !word.empty() && fetched.find(Cat(" ", BaseName(word), " ")) != std::string::npos;
      };
      if (program == "git" && p + 2 < c.words.size() && c.words[p + 1].text == "clone") {
        std::string_view target = c.words.back().text;
        if (target.find("://") != std::string_view::npos) target = BaseName(target);
        if (target.ends_with(".git")) target.remove_suffix(4);
        cloned = Cat(target, "/");
        Add(InstallAct::kNetwork, here, shown);
        continue;
      }
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
        if (verb == "adduser") Add(InstallAct::kPublishes, here, shown);
        if (verb == "run" || verb == "run-script") {
          const std::string_view name =
              p + 2 < c.words.size() ? std::string_view(c.words[p + 2].text) : std::string_view();
          if (manifest != nullptr) Script(name, depth + 1);
        } else {
          Add(InstallAct::kRunsProgram, here, shown);
        }
        continue;
      }
      if (In(internal::kNativeTools, WithoutEnding(program))) {
        Add(InstallAct::kBuildsNative, here, shown);
        continue;
      }
      if (program == "npx" || program == "bunx" || program == "pnpx") {
        size_t i = p + 1;
        while (i < c.words.size() && c.words[i].text.starts_with('-')) ++i;
        const std::string_view tool = i < c.words.size() ? PackageOf(c.words[i].text) : std::string_view();
        Add(In(internal::kNativeTools, tool) ? InstallAct::kBuildsNative : InstallAct::kRunsProgram, here, shown);
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
        for (const ShellWord& w : c.words) {
          if (w.text.ends_with(".ps1")) File(w.text, here, depth + 1);
        }
        continue;
      }
      if (program == "sh" || program == "bash" || program == "zsh" || program == "cmd" || program == "cmd.exe") {
        for (size_t i = p + 1; i < c.words.size(); ++i) {
          if (c.words[i].text == "-c" || c.words[i].text == "/c" || c.words[i].text == "/C") {
            if (i + 1 < c.words.size()) {
              for (const std::string_view from : internal::kBeacons) {
                if (c.words[i + 1].text.find(Cat("$(", from, " ")) != std::string::npos)
                  Add(InstallAct::kRemoteCode, here, shown);
              }
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
      if (program == "start") {
        // start /B program arguments
        for (size_t i = p + 1; i < c.words.size(); ++i) {
          if (c.words[i].text.starts_with('/') || c.words[i].text.empty()) continue;
          if (ran_fetched(c.words[i].text)) Add(InstallAct::kRemoteCode, here, shown);
          std::string rest;
          for (size_t j = i; j < c.words.size(); ++j) rest += Cat(j == i ? "" : " ", c.words[j].text);
          Shell(rest, here, false, depth + 1);
          break;
        }
        continue;
      }
      if (program.starts_with("python") || program == "py") {
        for (size_t i = p + 1; i < c.words.size(); ++i) {
          if (c.words[i].text == "-c" && i + 1 < c.words.size()) Python(c.words[i + 1].text, here, false);
          if (c.words[i].text.starts_with('-')) continue;
          if (ran_fetched(c.words[i].text)) Add(InstallAct::kRemoteCode, here, shown);
          File(c.words[i].text, here, depth + 1);
          break;
        }
        Add(InstallAct::kRunsProgram, here, shown);
        continue;
      }
      if (program == "node" || program == "node.exe" || program == "bun" || program == "tsx" || program == "deno") {
        bool taken = false;
        for (size_t i = p + 1; i < c.words.size() && !taken; ++i) {
          if (c.words[i].text == "run" && program != "node") continue;
          const std::string& w = c.words[i].text;
          const bool inline_code = w == "-e" || w == "--eval" || w == "-p" || w == "--print" || w == "-pe";
          if (inline_code || w.starts_with("--eval=")) {
            if (inline_code && i + 1 < c.words.size()) {
              if (c.words[i + 1].text == ScriptText::kUnknown) Add(InstallAct::kEvaluates, here, shown);
              Fragment(c.words[i + 1].text, here, depth + 1);
            }
            taken = true;
          } else if (w == "-r" || w == "--require" || w == "--import") {
            if (i + 1 < c.words.size()) File(c.words[++i].text, here, depth + 1);
          } else if (!w.starts_with('-')) {
            if (ran_fetched(w)) Add(InstallAct::kRemoteCode, here, shown);
            std::vector<std::string> rest;
            for (size_t j = i + 1; j < c.words.size(); ++j) rest.push_back(c.words[j].text);
            // What a variable or a pattern of the shell stands for is not known.
            const bool known = std::ranges::none_of(
                rest, [](const std::string& r) { return r.find_first_of("$`*") != std::string::npos; });
            File(w, here, depth + 1, std::set<std::string>(), known ? std::optional(std::move(rest)) : std::nullopt);
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
      if (c.words[p].text.starts_with("./") || c.words[p].text.ends_with(".sh") || c.words[p].text.ends_with(".bat") ||
          c.words[p].text.ends_with(".cmd")) {
        File(c.words[p].text, here, depth + 1);
        continue;
      }
      if (program == "eval" || program == "atob") Add(InstallAct::kEvaluates, here, shown);
      if (program == "echo" || program == "exit" || program == "true" || program == "cd" || program == "test" ||
          program == "[" || program == "[[" || program == "is-ci" || program == "chmod" || program == "export" ||
          program == "unset" || program == "set" || program == "dirname" || program == "pwd" || program == "printf")
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

  // A file of the package that is run or loaded: what of it is used, and with what arguments it is started.
  bool File(std::string_view name, Place from, int depth, const WantedNames& wanted = std::set<std::string>(),
            const std::optional<std::vector<std::string>>& arguments = std::nullopt) {
    if (depth > kMaxDepth) return false;
    while (name.starts_with("./")) name.remove_prefix(2);
    const std::string path = JoinPath(directory_, name);
    if (directory_ != "." && !Inside(path)) {
      Add(InstallAct::kRunsProgram, from, Cat("a file outside the package: ", name));
      return false;
    }
    for (const std::string& candidate : {path, path + ".js", path + ".cjs", path + ".mjs", path + "/index.js"}) {
      if (const auto it = seen_.find(candidate); it != seen_.end()) {
        // Read again when more of it is used than before.
        WantedNames& before = it->second;
        if (!before || (wanted && std::ranges::includes(*before, *wanted))) return true;
        if (wanted) {
          before->insert(wanted->begin(), wanted->end());
        } else {
          before = std::nullopt;
        }
        if (++rereads_ > kMaxFiles) before = std::nullopt;
      } else {
        if (seen_.size() >= kMaxFiles) return false;
        if (!open_(candidate)) continue;
        seen_.emplace(candidate, wanted);
      }
      const WantedNames names = seen_.find(candidate)->second;
      const InstallReader::Source source = *open_(candidate);
      const Place whole{source.file, {0, static_cast<uint32_t>(source.text.size())}};
      if (candidate.ends_with(".sh") || candidate.ends_with(".bat") || candidate.ends_with(".cmd") ||
          source.text.starts_with("#!/bin/sh") || source.text.starts_with("#!/bin/bash") ||
          source.text.starts_with("#!/usr/bin/env bash") || source.text.starts_with("#!/usr/bin/env sh")) {
        Shell(source.text, {source.file, {0, 0}}, true, depth);
      } else if (candidate.ends_with(".json") || candidate.ends_with(".node")) {
        return true;
      } else if (candidate.ends_with(".py")) {
        Python(source.text, whole, true);
      } else if (candidate.ends_with(".ps1")) {
        PowerShell(source.text, whole);
      } else {
        JavaScript(source.text, whole, true, candidate, depth, names, arguments);
      }
      return true;
    }
    return false;
  }

  void Fragment(std::string_view text, Place at, int depth) {
    JavaScript(text, at, false, JoinPath(directory_, "-"), depth, std::set<std::string>(), std::nullopt);
  }

  // Python is not parsed: what attacks have it do stands out in its text.
  void Python(std::string_view text, Place at, bool exact) {
    const auto found = [&](std::string_view what) {
      const size_t pos = text.find(what);
      if (pos == std::string_view::npos) return false;
      found_ = exact ? Place{at.file, {static_cast<uint32_t>(pos), static_cast<uint32_t>(pos + what.size())}} : at;
      return true;
    };
    if (found("b64decode(") || found("zlib.decompress(") || found("bytes.fromhex("))
      Add(InstallAct::kDecodes, found_, "Python that decodes data");
    if (found("urlopen(") || found("requests.get(") || found("requests.post(") || found("urlretrieve(") ||
        found("socket.socket("))
      Add(InstallAct::kNetwork, found_, "Python that opens a connection");
    if (found("exec(") || found("eval(")) {
      const size_t pos = found_.span.start;
      const char before = exact && pos > 0 ? text[pos - 1] : ' ';
      if (before == ' ' || before == '\n' || before == ';' || before == '(')
        Add(InstallAct::kEvaluates, found_, "Python that evaluates text");
    }
  }

  // Nor is PowerShell: whether a file it downloads is named again where programs are started.
  void PowerShell(std::string_view text, Place at) {
    const auto place = [&](size_t pos, size_t size) {
      return Place{at.file, {static_cast<uint32_t>(pos), static_cast<uint32_t>(pos + size)}};
    };
    for (const std::string_view fetches :
         {"Invoke-WebRequest", "DownloadFile(", "DownloadString(", "Start-BitsTransfer", "iwr "}) {
      const size_t pos = text.find(fetches);
      if (pos == std::string_view::npos) continue;
      Add(InstallAct::kNetwork, place(pos, fetches.size()), "PowerShell that downloads");
      const std::string_view rest = text.substr(pos, text.substr(pos).find('\n'));
      if (text.find("iex") != std::string_view::npos || text.find("Invoke-Expression") != std::string_view::npos)
        Add(InstallAct::kRemoteCode, place(pos, fetches.size()), "PowerShell that evaluates what it downloads");
      const size_t out = rest.find("-OutFile ");
      if (out == std::string_view::npos) continue;
      std::string_view file = rest.substr(out + 9);
      while (!file.empty() && (file.back() == '\r' || file.back() == ' ')) file.remove_suffix(1);
      for (const std::string_view starts : {"Start-Process ", "& ", "Invoke-Item "}) {
        if (!file.empty() && text.find(Cat(starts, file), pos) != std::string_view::npos)
          Add(InstallAct::kRemoteCode, place(pos, fetches.size()), Cat(starts, Short(file)));
      }
    }
  }

  // The module others load: whether it runs what it fetches.
  void Entry(std::string_view text, FileId file, const std::string& path) {
    entry_ = true;
    JavaScript(text, {file, {0, static_cast<uint32_t>(text.size())}}, true, path, kMaxDepth, std::nullopt,
               std::nullopt);
  }

  void JavaScript(std::string_view text, Place at, bool exact, const std::string& path, int depth,
                  const WantedNames& wanted, const std::optional<std::vector<std::string>>& arguments) {
    const auto place = [&](uint32_t start, uint32_t end) { return exact ? Place{at.file, {start, end}} : at; };
    if (const auto odd = Obfuscation(text))
      Add(InstallAct::kObfuscated, place(odd->first.start, odd->first.end), std::string(odd->second));
    if (const auto hidden = FindConcealed(text))
      Add(InstallAct::kObfuscated, place(hidden->at.start, hidden->at.end),
          Cat("in ", hidden->how, ": ", Short(hidden->text)));
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

    const LiveCode live(m, f.text, wanted, arguments);
    std::string folder = directory_ == "."
                             ? std::string(DirName(path))
                             : std::string(DirName(path).substr(std::min(directory_.size() + 1, DirName(path).size())));
    const ScriptText texts(m, f.text, folder.empty() || folder == "." ? "." : Cat("./", folder));
    bool runs = false;
    for (const ImportId i : Ids(m.module.imports)) {
      const Import& import = m.module.imports[i];
      const std::string_view specifier = m.names[import.specifier];
      if (import.type_only || !live.Has(import.node)) continue;
      if (specifier.starts_with('.')) {
        const std::string target = JoinPath(DirName(path), specifier);
        std::string_view below = target;
        if (directory_ != ".") below = Inside(target) ? below.substr(directory_.size() + 1) : std::string_view();
        if (!below.empty() && !entry_) File(below, node_place(import.node), depth + 1, live.Of(i));
      } else if (In(internal::kNativeTools, PackageOf(specifier))) {
        Add(InstallAct::kBuildsNative, node_place(import.node), Cat("require('", specifier, "')"));
      } else if (In(internal::kHttpClients, PackageOf(specifier))) {
        Add(InstallAct::kNetwork, node_place(import.node), Cat("require('", specifier, "')"));
      } else if (specifier == "child_process" || specifier == "node:child_process") {
        runs = true;
      }
    }
    const size_t before = out_.evidence.size();
    std::vector<std::pair<BindingId, NodeId>> loads;  // require(x)
    std::set<BindingId> written;                      // fs.writeFile(x)
    for (const CallId c : Ids(m.calls)) {
      const Call& call = m.calls[c];
      const NodeId callee = m.syntax.FirstChild(call.node);
      if (!Some(callee) || !live.Has(call.node)) continue;
      const std::string_view callee_text = node_text(callee);
      const std::string shown = Short(node_text(call.node));
      const Api* api = denoter.ApiOf(c);
      const std::string_view name = api == nullptr ? std::string_view() : std::string_view(api->name);
      const Argument* first = m.Arg(call, 0);
      for (const auto& row : kApiActs) {
        if (name.empty() || !(row.api.ends_with('.') ? name.starts_with(row.api) : name == row.api)) continue;
        if (IsLocalSocket(name, m, call)) break;
        if (row.act == InstallAct::kRunsProgram) {
          Runs(m, call, texts, name, node_text(call.node), node_place(call.node), shown, depth);
          if (first != nullptr && FromNetwork(denoter, m, first->value))
            Add(InstallAct::kRemoteCode, node_place(call.node), shown);
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
        if (!constant && first != nullptr) {
          Add(InstallAct::kEvaluates, node_place(call.node), shown);
          for (uint32_t i = 0; i < call.arg_count; ++i) {
            if (FromNetwork(denoter, m, m.Arg(call, i)->value))
              Add(InstallAct::kRemoteCode, node_place(call.node), shown);
          }
        }
      }
      if (name.starts_with("vm.") && first != nullptr && FromNetwork(denoter, m, first->value))
        Add(InstallAct::kRemoteCode, node_place(call.node), shown);
      // const run = promisify(exec)
      if (api == nullptr && first != nullptr && m.syntax.KindOf(callee) == Kind::kIdentifier && Some(call.callee) &&
          m[call.callee].kind == ValueKind::kBinding) {
        const ValueId held = m.bindings[static_cast<BindingId>(m[call.callee].a)].value;
        if (Some(held) && m[held].kind == ValueKind::kCall) {
          const std::string_view made = node_text(m.calls[static_cast<CallId>(m[held].a)].node);
          if (made.find("promisify(") != std::string_view::npos && made.find("exec") != std::string_view::npos) {
            Runs(m, call, texts, "child_process.exec", node_text(call.node), node_place(call.node), shown, depth);
            if (FromNetwork(denoter, m, first->value)) Add(InstallAct::kRemoteCode, node_place(call.node), shown);
          }
        }
      }
      // Handed on: .then(eval).
      for (uint32_t i = 0; i < call.arg_count; ++i) {
        const NodeId given = m.Arg(call, i)->node;
        if (m.syntax.KindOf(given) == Kind::kIdentifier && !Some(m.BindingAt(given)) && node_text(given) == "eval") {
          Add(InstallAct::kEvaluates, node_place(call.node), shown);
          if (FromNetwork(denoter, m, call.callee)) Add(InstallAct::kRemoteCode, node_place(call.node), shown);
        }
      }
      // import("data:...," + code); modules the script wrote itself.
      if (call.kind == CallKind::kImport || callee_text == "require") {
        const NodeId what = first != nullptr ? first->node : kNone<NodeId>;
        if (Some(what)) {
          const std::string module_text = texts.Of(what);
          if (module_text.starts_with("data:")) Add(InstallAct::kEvaluates, node_place(call.node), shown);
          const BindingId held = m.BindingAt(what);
          if (Some(held)) loads.emplace_back(held, call.node);
        }
      }
      if (callee_text.ends_with("_load") && callee_text.find("constructor") != std::string_view::npos)
        Add(InstallAct::kObfuscated, node_place(call.node), "a module loaded past require");
      if (callee_text.ends_with(".post") || callee_text.ends_with(".put") || callee_text.ends_with(".patch"))
        sends_ = true;
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
        // A module may look through the environment; what it sends is asked below.
        if (first != nullptr && !entry_ && IsEnvironment(m, f.text, first->node))
          Add(InstallAct::kDumpsEnvironment, node_place(call.node), shown);
      }
      if (name == "global.fetch" || name.starts_with("http.") || name.starts_with("https.") ||
          SendsData(denoter, m, callee, callee_text)) {
        for (uint32_t i = 0; i < call.arg_count; ++i) {
          if (IsEnvironment(m, f.text, m.Arg(call, i)->node))
            Add(InstallAct::kDumpsEnvironment, node_place(call.node), shown);
        }
      }
      if (name.starts_with("fs.") && first != nullptr) {
        const std::string where = texts.Of(first->node);
        if (name.find("read") != std::string_view::npos && (where == ".env" || where.ends_with("/.env")))
          Add(InstallAct::kReadsSecrets, node_place(call.node), "the project's .env");
        if (name.find("rite") != std::string_view::npos) {
          if (const BindingId held = m.BindingAt(first->node); Some(held)) written.insert(held);
          if (IsNeighbour(where)) Add(InstallAct::kNeighbour, node_place(call.node), shown);
        }
        if (name.find("rm") != std::string_view::npos && (where == "$INIT_CWD" || where == "~"))
          Add(InstallAct::kDeletesOutside, node_place(call.node), shown);
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
    // Libraries evaluate text for reasons of their own: parsers, loaders of settings.
    if (depth > 2 && exact) {
      const bool fetched = out_.Has(InstallAct::kNetwork) || text.find("base64") != std::string_view::npos ||
                           text.find("fromCharCode") != std::string_view::npos;
      if (!fetched) {
        const auto from = out_.evidence.begin() + static_cast<std::ptrdiff_t>(before);
        out_.evidence.erase(std::remove_if(from, out_.evidence.end(),
                                           [](const InstallEvidence& e) { return e.act == InstallAct::kEvaluates; }),
                            out_.evidence.end());
      }
    }
    // Strings that name what a script is after; process.env.NAME likewise.
    for (size_t i = 0; i < m.syntax.nodes.size(); ++i) {
      const auto n = static_cast<NodeId>(i);
      const Kind kind = m.syntax.KindOf(n);
      if (kind == Kind::kFunctionDeclaration && !live.Has(n)) {
        i = m.syntax[n].next - 1;
        continue;
      }
      if (const auto hidden = texts.HiddenIn(n); hidden && live.Has(n)) {
        Add(InstallAct::kObfuscated, node_place(n), Cat("in ", hidden->how, ": ", Short(hidden->text)));
      }
      if (kind == Kind::kCallExpression && node_text(n).find("join(") != std::string_view::npos && live.Has(n) &&
          depth <= 2 && !IsMessage(m, f.text, n) && !OnlyNamed(denoter, m, n)) {
        Names(texts.Of(n), node_place(n));
      }
      if (kind == Kind::kStringLiteral || kind == Kind::kTemplateElement) {
        if (!live.Has(n)) continue;
        const std::string_view literal = node_text(n);
        const std::string said = texts.Of(n);
        if (said == "POST" || said == "PUT" || said == "PATCH") sends_ = true;
        // What it names is its own business as far as it is its own code; libraries name many things.
        if (!IsMessage(m, f.text, n)) {
          Hosts(said);
          if (depth <= 2 && !OnlyNamed(denoter, m, n)) Names(said, node_place(n));
        }
        if (literal.size() > 600 && IsDense(literal.substr(1, literal.size() - 2))) {
          Add(InstallAct::kDecodes, place(m.syntax[n].start, m.syntax[n].start + 12),
              Cat("a string of ", literal.size(), " encoded characters"));
          long_string_ = true;
        }
      } else if (kind == Kind::kMemberExpression) {
        const std::string_view member = node_text(n);
        if (member.starts_with("process.env.") && In(internal::kSecretVariables, member.substr(12)) && live.Has(n)) {
          Add(In(internal::kGithubTokens, member.substr(12)) ? InstallAct::kUsesToken : InstallAct::kReadsSecrets,
              node_place(n), std::string(member));
        }
      } else if (kind == Kind::kObjectPattern) {
        // const { TOKEN } = process.env
        const NodeId parent = m.syntax.Parent(n);
        if (m.syntax.KindOf(parent) == Kind::kVariableDeclarator && node_text(parent).ends_with("process.env") &&
            live.Has(n)) {
          for (const NodeId part : m.syntax.ChildrenOf(n)) {
            const std::string_view key = node_text(part).substr(0, node_text(part).find_first_of(":= "));
            if (In(internal::kSecretVariables, key))
              Add(In(internal::kGithubTokens, key) ? InstallAct::kUsesToken : InstallAct::kReadsSecrets,
                  node_place(part), Cat("process.env.", key));
          }
        }
      } else if (kind == Kind::kForInStatement) {
        if (node_text(n).substr(0, 80).find(" process.env)") != std::string_view::npos)
          Add(InstallAct::kDumpsEnvironment, node_place(n), "for (... in process.env)");
      }
    }
    for (const auto& [held, call] : loads) {
      if (written.contains(held))
        Add(InstallAct::kRemoteCode, node_place(call), Cat("a module it wrote: ", Short(node_text(call))));
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
    // A token of GitHub's is for GitHub; with it, that one asks for downloads more often than strangers may.
    const bool given_away = has(InstallAct::kUsesToken) &&
                            (sends_ || hosts_.empty() || std::ranges::any_of(hosts_, [](const std::string& host) {
                               return !In(internal::kGithubHosts, host);
                             }));
    if (has(InstallAct::kObfuscated)) say(InstallVerdict::kMalicious, "its code is made unreadable on purpose");
    if (has(InstallAct::kRemoteCode)) say(InstallVerdict::kMalicious, "it runs code that it downloads");
    if (network && has(InstallAct::kEvaluates))
      say(InstallVerdict::kMalicious, "it evaluates code and speaks over the network");
    const auto same_file = [&](InstallAct one, InstallAct other) {
      return std::ranges::any_of(out_.evidence, [&](const InstallEvidence& a) {
        return a.act == one && std::ranges::any_of(out_.evidence, [&](const InstallEvidence& b) {
                 return b.act == other && b.at.file == a.at.file;
               });
      });
    };
    if (same_file(InstallAct::kDecodes, InstallAct::kEvaluates))
      say(InstallVerdict::kMalicious, "it decodes hidden code and runs it");
    if (has(InstallAct::kAssistant)) say(InstallVerdict::kMalicious, "it has a coding assistant act without asking");
    if (network && has(InstallAct::kShell)) say(InstallVerdict::kMalicious, "it hands a shell to the network");
    if (network && has(InstallAct::kNeighbour)) say(InstallVerdict::kMalicious, "it writes code into other packages");
    if (network && (has(InstallAct::kReadsSecrets) || given_away))
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

  // Whether the words of `row` stand in a command in this order, its program being word `p`.
  static bool Follows(const ShellCommand& c, size_t p, std::string_view row) {
    size_t at = p + 1;
    for (size_t blank = row.find(' '); blank != std::string_view::npos;) {
      row.remove_prefix(blank + 1);
      blank = row.find(' ');
      const std::string_view word = row.substr(0, blank);
      while (at < c.words.size() && c.words[at].text != word) ++at;
      if (at++ >= c.words.size()) return false;
    }
    return true;
  }

  // process.env as a whole, or a copy of it; not as the environment of a program.
  bool IsEnvironment(const FileModel& m, std::string_view text, NodeId node, int depth = 0) const {
    const Syntax& s = m.syntax;
    if (!Some(node) || depth > 6) return false;
    const auto of = [&](NodeId n) { return text.substr(s[n].start, s[n].end - s[n].start); };
    switch (s.KindOf(node)) {
      case Kind::kMemberExpression:
        return of(node) == "process.env";
      case Kind::kSpreadElement:
        return IsEnvironment(m, text, s.FirstChild(node), depth + 1);
      case Kind::kObjectExpression:
        for (const NodeId part : s.ChildrenOf(node)) {
          if (s.KindOf(part) == Kind::kSpreadElement && IsEnvironment(m, text, part, depth + 1)) return true;
          if (s.KindOf(part) == Kind::kProperty && IsEnvironment(m, text, s.Child(part, Role::kValue), depth + 1))
            return true;
        }
        return false;
      case Kind::kCallExpression:
        if (of(s.FirstChild(node)) != "Object.assign" && of(s.FirstChild(node)) != "JSON.stringify") return false;
        for (const NodeId part : s.ChildrenOf(node)) {
          if (s[part].role == Role::kArgument && IsEnvironment(m, text, part, depth + 1)) return true;
        }
        return false;
      case Kind::kIdentifier: {
        const BindingId b = m.BindingAt(node);
        if (!Some(b)) return false;
        const NodeId declarator = s.Parent(m.bindings[b].node);
        if (s.KindOf(declarator) != Kind::kVariableDeclarator || s.Child(declarator, Role::kName) != m.bindings[b].node)
          return false;
        return IsEnvironment(m, text, s.Child(declarator, Role::kValue), depth + 1);
      }
      default:
        return false;
    }
  }

  // A call of a package that speaks over the network, or of what writes into a request.
  bool SendsData(Denoter&, const FileModel& m, NodeId callee, std::string_view callee_text) const {
    const size_t dot = callee_text.rfind('.');
    const std::string_view method = dot == std::string_view::npos ? std::string_view() : callee_text.substr(dot + 1);
    if (out_.Has(InstallAct::kNetwork) && (method == "write" || method == "end" || method == "send"))
      return callee_text.find("std") == std::string_view::npos;
    NodeId root = callee;
    while (m.syntax.KindOf(root) == Kind::kMemberExpression) root = m.syntax.FirstChild(root);
    const BindingId b = m.BindingAt(root);
    if (!Some(b) || !Some(m.bindings[b].value)) return false;
    Value v = m[m.bindings[b].value];
    if (v.kind == ValueKind::kMember) v = m[static_cast<ValueId>(v.a)];
    return v.kind == ValueKind::kImport &&
           In(internal::kHttpClients, PackageOf(m.names[m.module.imports[static_cast<ImportId>(v.a)].specifier]));
  }

  // What a connection of the script brought: the result of a request, what is made of it, what its listeners are given.
  bool FromNetwork(Denoter& denoter, const FileModel& m, ValueId value, int depth = 0) {
    if (!Some(value) || depth > 12) return false;
    const looplint::Value& v = m[value];
    const auto next = [&](ValueId of) { return FromNetwork(denoter, m, of, depth + 1); };
    switch (v.kind) {
      case ValueKind::kBinding: {
        const auto b = static_cast<BindingId>(v.a);
        if (next(m.bindings[b].value)) return true;
        for (const Assignment& a : m.AssignmentsOf(b)) {
          if (next(a.value)) return true;
          // text += chunk
          const NodeId sum = m.syntax.Parent(a.node);
          if (m.syntax.KindOf(sum) == Kind::kAssignmentExpression && next(m.ValueOf(m.syntax.Child(sum, Role::kRight))))
            return true;
        }
        return false;
      }
      case ValueKind::kAwait:
      case ValueKind::kMember:
      case ValueKind::kElement:
        return next(static_cast<ValueId>(v.a));
      case ValueKind::kEither:
        return next(static_cast<ValueId>(v.a)) || next(static_cast<ValueId>(v.b));
      case ValueKind::kConcat:
      case ValueKind::kTemplate: {
        for (const NodeId part : m.syntax.ChildrenOf(static_cast<NodeId>(v.a))) {
          if (next(m.ValueOf(part))) return true;
        }
        return false;
      }
      case ValueKind::kParam: {
        // The parameter of a function that is handed to a request, or to then() or on() of what one gives.
        const NodeId function = m.functions[static_cast<FunctionId>(v.a)].node;
        const NodeId around = m.syntax.Parent(function);
        if (m.syntax[function].role != Role::kArgument) return false;
        const CallId call = m.CallAt(around);
        return Some(call) && (IsRequest(denoter, m, call) || ReceiverFromNetwork(denoter, m, call, depth));
      }
      case ValueKind::kCall: {
        const auto c = static_cast<CallId>(v.a);
        if (IsRequest(denoter, m, c) || ReceiverFromNetwork(denoter, m, c, depth)) return true;
        for (uint32_t i = 0; i < m.calls[c].arg_count; ++i) {
          if (next(m.Arg(m.calls[c], i)->value)) return true;
        }
        return false;
      }
      default:
        return false;
    }
  }
  bool IsRequest(Denoter& denoter, const FileModel& m, CallId c) {
    const Api* api = denoter.ApiOf(c);
    const std::string_view name = api == nullptr ? std::string_view() : std::string_view(api->name);
    if (name == "net.connect" || name == "net.createConnection" || name == "tls.connect" || name == "http.get" ||
        name == "https.get" || name == "http.request" || name == "https.request" || name == "global.fetch")
      return true;
    // A function of a package for requests, or one of its methods.
    ValueId callee = m.calls[c].callee;
    for (int i = 0; i < 6 && Some(callee); ++i) {
      const looplint::Value& v = m[callee];
      if (v.kind == ValueKind::kImport)
        return In(internal::kHttpClients, PackageOf(m.names[m.module.imports[static_cast<ImportId>(v.a)].specifier]));
      if (v.kind == ValueKind::kMember)
        callee = static_cast<ValueId>(v.a);
      else if (v.kind == ValueKind::kBinding)
        callee = m.bindings[static_cast<BindingId>(v.a)].value;
      else
        break;
    }
    return false;
  }
  bool ReceiverFromNetwork(Denoter& denoter, const FileModel& m, CallId c, int depth) {
    const ValueId callee = m.calls[c].callee;
    return Some(callee) && m[callee].kind == ValueKind::kMember &&
           FromNetwork(denoter, m, static_cast<ValueId>(m[callee].a), depth + 1);
  }

  // Part of what is printed or thrown: it names things and touches none.
  static bool IsMessage(const FileModel& m, std::string_view text, NodeId node) {
    const Syntax& s = m.syntax;
    for (NodeId n = s.Parent(node); Some(n); n = s.Parent(n)) {
      switch (s.KindOf(n)) {
        case Kind::kBinaryExpression:
        case Kind::kTemplateLiteral:
        case Kind::kConditionalExpression:
          continue;
        case Kind::kCallExpression:
        case Kind::kNewExpression: {
          const NodeId callee = s.FirstChild(n);
          const std::string_view name = text.substr(s[callee].start, s[callee].end - s[callee].start);
          return name.starts_with("console.") || name.ends_with("Error") || name.ends_with(".stdout.write") ||
                 name.ends_with(".stderr.write");
        }
        default:
          return false;
      }
    }
    return false;
  }

  // The name of a file that is looked for, linked or removed, but not read: fs.existsSync(path.join(x, '.npmrc')).
  bool OnlyNamed(Denoter& denoter, const FileModel& m, NodeId node, int depth = 0) {
    if (depth > 6) return false;
    const Syntax& s = m.syntax;
    const NodeId parent = s.Parent(node);
    if (s.KindOf(parent) == Kind::kVariableDeclarator) {
      const BindingId b = m.BindingAt(s.Child(parent, Role::kName));
      if (!Some(b) || !Some(m.bindings[b].first)) return false;
      for (ReferenceId r = m.bindings[b].first; Some(r); r = m.Next(r)) {
        if (!OnlyNamed(denoter, m, m.references[r].node, depth + 1)) return false;
      }
      return true;
    }
    const CallId c = m.CallAt(parent);
    if (!Some(c) || s[node].role != Role::kArgument) return false;
    const Api* api = denoter.ApiOf(c);
    if (api == nullptr) return false;
    const std::string_view name = api->name;
    if (name.starts_with("path.")) return OnlyNamed(denoter, m, parent, depth + 1);
    if (!name.starts_with("fs.")) return false;
    for (const std::string_view harmless : {"exists", "link", "stat", "access", "rm"}) {
      if (name.find(harmless) != std::string_view::npos) return true;
    }
    return false;
  }

  // "../other/lib.js": a file of another package beside this one.
  static bool IsNeighbour(std::string_view path) {
    size_t ups = 0;
    while (path.starts_with("./")) path.remove_prefix(2);
    while (path.starts_with("../")) {
      path.remove_prefix(3);
      ++ups;
    }
    if (path.starts_with("node_modules/")) {
      path.remove_prefix(13);
      ++ups;
    }
    return ups > 0 && !path.empty() && path[0] != '.' && path[0] != '$' && path.find('/') != std::string_view::npos &&
           (path.ends_with(".js") || path.ends_with(".cjs") || path.ends_with(".mjs") ||
            path.ends_with("package.json"));
  }

  // Addresses the script names.
  void Hosts(std::string_view text) {
    const size_t scheme = text.find("://");
    if (scheme == std::string_view::npos || !(text.starts_with("http") || text.starts_with("ws"))) return;
    const std::string_view rest = text.substr(scheme + 3);
    hosts_.emplace(rest.substr(0, rest.find_first_of("/:?#")));
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

  void Names(std::string_view said, Place at) {
    std::string text(said);
    std::ranges::replace(text, '\\', '/');
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
  void Runs(const FileModel& m, const Call& call, const ScriptText& texts, std::string_view api, std::string_view text,
            Place at, const std::string& shown, int depth) {
    Add(InstallAct::kRunsProgram, at, shown);
    const Argument* first = m.Arg(call, 0);
    if (first == nullptr) return;
    std::string line = texts.Of(first->node);
    // A command that is decoded on the way.
    if (text.find("atob(") != std::string_view::npos || text.find("'base64')") != std::string_view::npos ||
        text.find("\"base64\")") != std::string_view::npos || text.find("fromCharCode") != std::string_view::npos) {
      Add(InstallAct::kDecodes, at, shown);
      Add(InstallAct::kEvaluates, at, shown);
    }
    if (api.ends_with("fork")) line = Cat("node ", line);
    // spawn('sh', ['-c', '...']): the arguments belong to it.
    const Argument* list = m.Arg(call, 1);
    const bool arguments = list != nullptr && m.syntax.KindOf(list->node) == Kind::kArrayExpression;
    if (arguments) {
      for (const NodeId element : m.syntax.ChildrenOf(list->node)) {
        const std::string word = texts.Of(element);
        line += word.find('\'') == std::string::npos ? Cat(" '", word, "'") : Cat(" \"", ScriptText::kUnknown, "\"");
      }
    }
    // A shell that is told nothing waits to be told.
    const bool nothing = !arguments || m.syntax[list->node].next == Index(list->node) + 1;
    const std::string_view program = BaseName(line);
    if (nothing && api.find("spawn") != std::string_view::npos &&
        (program == "sh" || program == "bash" || program == "zsh" || program == "cmd" || program == "cmd.exe" ||
         program == "powershell" || program == "powershell.exe" || program == "/bin/sh")) {
      Add(InstallAct::kShell, at, shown);
    }
    for (const std::string_view ending :
         {".png", ".jpg", ".jpeg", ".gif", ".ico", ".svg", ".txt", ".md", ".css", ".woff", ".woff2"}) {
      if (line.substr(0, line.find(" '")).ends_with(ending))
        Add(InstallAct::kObfuscated, at, Cat("a program that goes by the name of something else: ", Short(line)));
    }
    // A builder by whatever name the platform has for it.
    for (uint32_t i = Index(call.node); i < m.syntax[call.node].next; ++i) {
      const auto n = static_cast<NodeId>(i);
      if (m.syntax.KindOf(n) == Kind::kStringLiteral &&
          In(internal::kNativeTools, WithoutEnding(BaseName(texts.Of(n)))))
        Add(InstallAct::kBuildsNative, at, shown);
    }
    if (line == ScriptText::kUnknown) return;
    Shell(line, at, false, depth + 1);
  }

  const Knowledge& knowledge_;
  const InstallReader::Open& open_;
  std::string directory_;
  InstallBehaviour& out_;
  std::map<std::string, WantedNames> seen_;
  std::set<std::string> hosts_;
  Place found_{};
  size_t rereads_ = 0;
  bool long_string_ = false;
  bool sends_ = false;  // something besides requests for files
  bool entry_ = false;
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
    case InstallAct::kShell:
      return "starts a shell that waits for commands";
    case InstallAct::kAssistant:
      return "has a coding assistant act";
    case InstallAct::kUsesToken:
      return "uses a token";
    case InstallAct::kNeighbour:
      return "writes into another package";
    case InstallAct::kTakesWallet:
      return "stands between a page and its wallet";
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

namespace {

bool DecryptsCode(std::string_view text) {
  return text.size() <= kMaxParsedEntry && text.find("createDecipher") != std::string_view::npos &&
         (text.find("._compile(") != std::string_view::npos || text.find(".runIn") != std::string_view::npos);
}

// window.ethereum.request = ...: where the assignment stands.
std::optional<Span> TakesWallet(std::string_view text) {
  for (size_t at = text.find("ethereum.request"); at != std::string_view::npos;
       at = text.find("ethereum.request", at + 1)) {
    size_t end = at + 16;
    while (end < text.size() && text[end] == ' ') ++end;
    if (end + 1 < text.size() && text[end] == '=' && text[end + 1] != '=')
      return Span{static_cast<uint32_t>(at), static_cast<uint32_t>(end + 1)};
  }
  return std::nullopt;
}

// The clipboard, and an address to put into it.
std::optional<Span> TakesClipboard(std::string_view text) {
  const bool reads = text.find("pbpaste") != std::string_view::npos || text.find("xclip") != std::string_view::npos ||
                     text.find("Get-Clipboard") != std::string_view::npos ||
                     text.find("clipboardy") != std::string_view::npos;
  if (!reads) return std::nullopt;
  for (size_t at = text.find("0x"); at != std::string_view::npos; at = text.find("0x", at + 2)) {
    size_t end = at + 2;
    while (end < text.size() &&
           ((text[end] >= '0' && text[end] <= '9') || ((text[end] | 32) >= 'a' && (text[end] | 32) <= 'f')))
      ++end;
    if (end - at == 42) return Span{static_cast<uint32_t>(at), static_cast<uint32_t>(end)};
  }
  return std::nullopt;
}

// Whether it may evaluate what it fetches; a look at the words.
bool MayRunWhatItFetches(std::string_view text) {
  if (text.size() > kMaxParsedEntry) return false;
  const auto has = [&](std::string_view word) { return text.find(word) != std::string_view::npos; };
  const auto any = [&](std::initializer_list<std::string_view> words) { return std::ranges::any_of(words, has); };
  return any({"eval(", "(eval)", "new Function(", "runInThisContext", "runInNewContext", "child_process",
              "(process.env)", "...process.env"}) &&
         any({"fetch(", "axios", "'https'", "\"https\"", "'http'", "\"http\"", "node:http", "node-fetch", "'request'"});
}

}  // namespace

std::vector<std::string> EntryFiles(const PackageManifest& manifest) {
  std::vector<std::string> out;
  const auto add = [&](std::string_view name) {
    while (name.starts_with("./")) name.remove_prefix(2);
    if (!name.empty() && out.size() < kMaxEntries && std::ranges::find(out, name) == out.end()) out.emplace_back(name);
  };
  const auto walk = [&](const auto& self, const DocValue& v, int depth) -> void {
    if (v.IsString()) {
      const std::string_view name = v.str();
      if (name.ends_with(".js") || name.ends_with(".cjs") || name.ends_with(".mjs")) add(name);
    } else if (v.IsObject() && depth < 4) {
      for (const DocValue c : v) self(self, c, depth + 1);
    }
  };
  const std::string_view main = manifest.root()["main"].str();
  add(main.empty() ? "index.js" : main);
  const DocValue exports = manifest.root()["exports"];
  walk(walk, exports.IsObject() && exports["."] ? exports["."] : exports, 0);
  walk(walk, manifest.root()["module"], 0);
  return out;
}

std::vector<std::string> LoadedFiles(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view before :
       {"require('.", "require(\".", "from '.", "from \".", "import '.", "import \"."}) {
    for (size_t at = text.find(before); at != std::string_view::npos; at = text.find(before, at + 1)) {
      const size_t start = at + before.size() - 1;
      const size_t end = text.find(text[start - 1], start);
      if (end == std::string_view::npos || end - start > 200) continue;
      out.emplace_back(text.substr(start, end - start));
      if (out.size() >= kMaxLoaded) return out;
    }
  }
  return out;
}

bool LooksHidden(std::string_view text) {
  return DecryptsCode(text) || TakesWallet(text) || TakesClipboard(text) || Obfuscation(text) || FindConcealed(text) ||
         MayRunWhatItFetches(text);
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
                                                         std::string_view directory, const std::string& path) {
  const std::optional<Source> entry = open_(path);
  if (!entry) return std::nullopt;
  InstallBehaviour out;
  out.name = std::string(manifest.name);
  out.version = std::string(manifest.version);
  out.directory = std::string(directory);
  out.manifest = source.file;
  out.command_at = manifest.root()["name"].at();
  const auto say = [&](InstallAct act, Span at, std::string what, std::string_view because) {
    out.evidence.push_back({act, {entry->file, at}, std::move(what)});
    out.verdict = InstallVerdict::kMalicious;
    if (out.because.empty()) out.because = std::string(because);
  };
  if (DecryptsCode(entry->text)) {
    const auto at = static_cast<uint32_t>(entry->text.find("createDecipher"));
    say(InstallAct::kEvaluates, {at, at + 14}, "decrypts code and compiles it",
        "the module decrypts code and runs it when it is loaded");
  }
  if (const auto odd = Obfuscation(entry->text))
    say(InstallAct::kObfuscated, odd->first, std::string(odd->second), "the module is made unreadable on purpose");
  if (const auto hidden = FindConcealed(entry->text))
    say(InstallAct::kObfuscated, hidden->at, Cat("in ", hidden->how, ": ", Short(hidden->text)),
        "the module hides what it says");
  if (const auto wallet = TakesWallet(entry->text))
    say(InstallAct::kTakesWallet, *wallet, "assigns ethereum.request",
        "the module puts itself between a page and its wallet");
  if (const auto clipboard = TakesClipboard(entry->text))
    say(InstallAct::kTakesWallet, *clipboard, "reads the clipboard and has an address for it",
        "the module exchanges addresses in the clipboard");
  if (MayRunWhatItFetches(entry->text)) {
    InstallBehaviour behaviour;
    Reading reading(knowledge_, open_, directory, behaviour);
    reading.Entry(entry->text, entry->file, path);
    for (const InstallEvidence& e : behaviour.evidence) {
      if (e.act == InstallAct::kRemoteCode)
        say(e.act, e.at.span, e.what, "the module runs code that it downloads when it is loaded");
      if (e.act == InstallAct::kDumpsEnvironment && behaviour.Has(InstallAct::kNetwork))
        say(e.act, e.at.span, e.what, "the module sends all environment variables away");
    }
  }
  if (out.verdict == InstallVerdict::kNothing) return std::nullopt;
  return out;
}

}  // namespace looplint
