#include "analyzer/facts/taint.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "analyzer/base/strings.h"
#include "analyzer/facts/evaluated.h"
#include "analyzer/facts/guards.h"
#include "analyzer/facts/hot_paths.h"
#include "analyzer/facts/length_limits.h"
#include "analyzer/facts/origins.h"
#include "analyzer/facts/pollution.h"

namespace looplint {
namespace {

constexpr int kLifts = 8;           // callers of callers
constexpr size_t kCandidates = 24;  // of one sink

// Kinds whose sinks a library's parameters count for. A library that opens the file it is asked to open, or queries
// what it is asked to query, does its job; one that hands a parameter to a shell or to eval() seldom says so.
bool ForLibraries(std::string_view kind) {
  return kind == "shell" || kind == "code" || kind == "argv" || kind == "deserialize" || kind == "sandbox" ||
         kind == "template" || kind == "match";
}

// What another server answers is data; it matters where data becomes code.
bool RunsCode(std::string_view kind) {
  return kind == "code" || kind == "shell" || kind == "deserialize" || kind == "template" || kind == "sandbox";
}

bool Followed(std::string_view kind) {
  for (const std::string_view k :
       {"shell",      "argv",        "program",     "code",     "path",          "sql",
        "nosql",      "url",         "url-host",    "redirect", "header",        "html",
        "regex",      "module-path", "deserialize", "template", "template-name", "template-options",
        "decompress", "sandbox",     "header-name", "pollutes"}) {
    if (k == kind) return true;
  }
  return false;
}

class Finder {
 public:
  Finder(const Project& project, const Calls& calls, const RegexMatches& matches, int threads, bool logs)
      : p_(project), calls_(calls), matches_(matches), w_(project, calls, threads), guards_(w_), logs_(logs) {}
  // Another, for another thread.
  explicit Finder(const Finder& first)
      : p_(first.p_), calls_(first.calls_), matches_(first.matches_), w_(first.w_), guards_(w_), logs_(first.logs_) {}

  // `opened`: sources of paths that are opened in this file.
  void Run(FileId file, std::vector<TaintFlow>& out, absl::flat_hash_set<uint64_t>& opened) {
    w_.NewFile(file);
    guards_.NewFile();
    opened_.clear();
    handed_.clear();
    const File& f = p_[file];
    if (f.role == FileRole::kTest) return;
    if (f.role == FileRole::kBuild && !w_.IsPublished(file)) return;
    if (Looked(file)) {
      const FileModel& m = f.model;
      for (const CallId id : Ids(m.calls)) {
        const Api* api = w_.ApiOf(file, id);
        Applied(file, id, out);
        if (api == nullptr) api = Lent(file, id);
        if (api == nullptr) {
          DynamicImport(file, id, out);
          Constructor(file, id, out);
          Unknown(file, id, out);
          Command(file, id, out);
          continue;
        }
        for (const Sink& sink : api->sinks) {
          if (Followed(sink.kind) || (logs_ && sink.kind == "log")) AtSink(file, id, *api, sink, out);
        }
        Interpreter(file, id, *api, out);
      }
      for (const WriteId id : Ids(m.writes)) Assigned(file, m.writes[id], out);
    }
    opened = std::move(opened_);
    Collapse(out);
    ToldWhereHanded(file, out);
    for (const RegexMatch& match : matches_.In(file)) {
      static const Sink& sink = *[] {
        auto* s = new Sink;
        s->kind = "match";
        return s;
      }();
      if (match.by == RegexMatch::By::kCall && !match.constant)
        Argument(file, match.call, nullptr, sink, match.subject, {}, out);
    }
    Sort(out);
  }

  // existsSync(file), where nothing in the program opens it: handed on to what is not seen.
  void RunProbes(FileId file, std::vector<TaintFlow>& out, const absl::flat_hash_set<uint64_t>& opened) {
    static const Sink& sink = *[] {
      auto* s = new Sink;
      s->kind = "path";
      return s;
    }();
    if (!Looked(file)) return;
    w_.NewFile(file);
    guards_.NewFile();
    const FileModel& m = p_[file].model;
    // Of several probes of one source the one nearest to it.
    absl::flat_hash_map<uint64_t, size_t> told;
    std::vector<TaintFlow> kept;
    std::vector<size_t> functions;  // that the value went through on its way to each
    for (const CallId id : Ids(m.calls)) {
      const Api* api = w_.ApiOf(file, id);
      if (m.calls[id].arg_count == 0) continue;
      if (const Value& callee = m.values[m.calls[id].callee];
          api == nullptr && callee.kind == ValueKind::kMember && !Some(w_.TargetOf(file, id).function))
        api = p_.knowledge().FindMember("unknown", m.names[static_cast<NameId>(callee.b)]);
      if (api == nullptr) continue;
      for (const Sink& probe : api->sinks) {
        if (probe.kind != "path-probe" || probe.first_arg < 0) continue;
        const NodeId node = w_.ArgumentOf(file, m.calls[id], static_cast<uint32_t>(probe.first_arg));
        if (!Some(node)) continue;
        std::vector<TaintFlow> found;
        opened_.clear();
        Argument(file, id, api, sink, node, {}, found);
        if (found.empty() || found[0].trust != Trust::kRemote || found[0].value == "archive") continue;
        // A server's own path that one other file looks for. An identifier in the name of a file is looked up there.
        const std::string_view what = found[0].what;
        const bool page = what.ends_with(".url") || what.ends_with(".path") || what.ends_with(".originalUrl");
        if (!here_ && (outside_.size() != 1 || !page)) continue;
        if (std::any_of(opened_.begin(), opened_.end(), [&](uint64_t source) { return opened.contains(source); }))
          continue;
        found[0].kind = "path-probe";
        if (!here_) {
          const auto [from, argument] = outside_[0];
          ToldAt(from, argument, "looked for", {file, Range(file, node)}, found[0]);
        }
        size_t at = kept.size();
        for (const uint64_t source : opened_) at = std::min(at, told.try_emplace(source, kept.size()).first->second);
        if (at == kept.size()) {
          kept.push_back(std::move(found[0]));
          functions.push_back(frames_);
        } else if (frames_ < functions[at]) {
          kept[at] = std::move(found[0]);
          functions[at] = frames_;
        }
      }
    }
    out.insert(out.end(), std::make_move_iterator(kept.begin()), std::make_move_iterator(kept.end()));
  }

  // Needs walks of another kind, so all files' come last.
  void RunPollution(FileId file, std::vector<TaintFlow>& out) {
    const FileRole role = p_[file].role;
    if (role == FileRole::kTest || (role == FileRole::kBuild && !w_.IsPublished(file))) return;
    w_.set_dynamic_reads(true);
    w_.NewFile(file);
    guards_.NewFile();
    FindPollution(w_, guards_, file, out);
    if (w_.IsPublished(file)) FindEvaluated(w_, guards_, file, out);
    Sort(out);
  }
  // By place. Some are told in another file than the one they were found in.
  void Sort(std::vector<TaintFlow>& out) const {
    const auto place = [&](const TaintFlow& f) {
      return std::pair(Index(f.file), p_[f.file].model.syntax[f.node].start);
    };
    std::stable_sort(out.begin(), out.end(), [&](const TaintFlow& a, const TaintFlow& b) { return place(a) < place(b); });
  }
  uint64_t cut_off() const { return w_.cut_off(); }
  uint64_t guards_cut_off() const { return guards_.cut_off(); }

 private:
  // Does what the file calls run in Node, and not for its tests?
  bool Looked(FileId file) const {
    const File& f = p_[file];
    if (f.role == FileRole::kTest || (f.role == FileRole::kBuild && !w_.IsPublished(file))) return false;
    // What runs in browsers, too, may be required all the same.
    return f.role != FileRole::kBrowser || w_.IsEntry(file) ||
           (w_.IsPublished(file) && !f.model.module.exports.empty());
  }
  // How many functions handed the value on.
  ptrdiff_t Handovers(const Origin& o) const {
    const std::vector<Link> way = w_.Way(o.link);
    return std::ranges::count(way, Link::Kind::kArgument, &Link::kind);
  }

  // One call is one sink: what several of its arguments are made of by one kind of source is told once.
  static void Collapse(std::vector<TaintFlow>& out) {
    std::vector<TaintFlow> kept;
    for (TaintFlow& f : out) {
      const bool known = Some(f.call) && std::any_of(kept.begin(), kept.end(), [&](const TaintFlow& k) {
                           return k.call == f.call && k.kind == f.kind && k.trust == f.trust;
                         });
      if (!known) kept.push_back(std::move(f));
    }
    out = std::move(kept);
  }

  // spawn('sh', ['-c', text]), execFile('cmd.exe', ['/c', text]): a shell without { shell: true }. And what Node is
  // given after -e runs, spawn(process.execPath, ['-e', text]).
  void Interpreter(FileId file, CallId id, const Api& api, std::vector<TaintFlow>& out) {
    const auto program =
        std::find_if(api.sinks.begin(), api.sinks.end(), [](const Sink& s) { return s.kind == "program"; });
    if (program == api.sinks.end() || program->first_arg < 0) return;
    const FileModel& m = p_[file].model;
    const Call& call = m.calls[id];
    const uint32_t at = static_cast<uint32_t>(program->first_arg);
    if (call.arg_count < at + 2) return;
    // isWindows ? 'cmd' : 'sh'; let flag = '-c'; if (isWindows) flag = '/c';
    const auto each = [&](ValueId value) {
      std::vector<ValueId> all = {value}, out;
      for (size_t i = 0; i < all.size() && i < 12; ++i) {
        if (!Some(all[i])) continue;
        const ValueId v = w_.Resolve(file, all[i]);
        const Value& x = m.values[Some(v) ? v : all[i]];
        if (x.kind == ValueKind::kEither) {
          all.push_back(static_cast<ValueId>(x.a));
          all.push_back(static_cast<ValueId>(x.b));
        } else if (x.kind == ValueKind::kBinding) {
          for (const Assignment& a : m.AssignmentsOf(static_cast<BindingId>(x.a))) all.push_back(a.value);
        } else if (Some(v)) {
          out.push_back(v);
        }
      }
      return out;
    };
    // Is it one of these, or may be?
    const auto among = [&](ValueId value, std::initializer_list<std::string_view> names) {
      for (const ValueId v : each(value)) {
        if (m.values[v].kind != ValueKind::kString) continue;
        const std::string_view text = m.names[static_cast<NameId>(m.values[v].a)];
        const std::string_view last = text.substr(text.find_last_of("/\\") + 1);
        const auto is = [&](std::string_view n) { return n == text || n == last; };
        if (std::any_of(names.begin(), names.end(), is)) return true;
      }
      return false;
    };
    const ValueId name = m.args[call.first_arg + at].value;
    const bool windows = among(name, {"cmd", "cmd.exe", "powershell", "powershell.exe", "pwsh"});
    const bool shell = windows || among(name, {"sh", "bash", "zsh", "dash", "ksh"});
    const std::string_view text = w_.Text(file, m.args[call.first_arg + at].node);
    const bool node = among(name, {"node", "node.exe"}) || text == "process.execPath" || text == "process.argv[0]" ||
                      text == "process.argv0";
    if (!shell && !node) return;
    static const std::array<Sink, 2>& sinks = *[] {
      auto* s = new std::array<Sink, 2>;
      (*s)[0].kind = "shell";
      (*s)[1].kind = "code";
      return s;
    }();
    for (const ValueId list : each(m.args[call.first_arg + at + 1].value)) {
      if (m.values[list].kind != ValueKind::kArray) continue;
      bool command = false, more = false;  // more: the command has begun
      for (const NodeId c : m.syntax.ChildrenOf(static_cast<NodeId>(m.values[list].a))) {
        if (!command) {
          command = node ? among(m.ValueOf(c), {"-e", "--eval", "-p", "--print", "-pe"})
                         : among(m.ValueOf(c), {"-c", "/c", "/C", "-Command", "-lc", "-ic", "/d /s /c"});
          continue;
        }
        const size_t before = out.size();
        Argument(file, id, &api, sinks[node], c, {}, out);
        if (more && out.size() > before) out.back().embedded = true;
        more = true;
        // It is no option either.
        if (node && out.size() > before)
          std::erase_if(out, [&](const TaintFlow& f) { return f.call == id && f.kind == "argv"; });
        // cmd.exe and PowerShell read all that follows as one line; sh and Node take the rest as parameters.
        if (!windows || out.size() > before) return;
      }
    }
  }

  // Object.getPrototypeOf(async function () {}).constructor is another name for Function.
  void Constructor(FileId file, CallId id, std::vector<TaintFlow>& out) {
    const FileModel& m = p_[file].model;
    const Call& call = m.calls[id];
    const ValueId callee = w_.Resolve(file, call.callee);
    if (!Some(callee) || call.arg_count == 0 || m.values[callee].kind != ValueKind::kMember ||
        m.names[static_cast<NameId>(m.values[callee].b)] != "constructor")
      return;
    ValueId of = w_.Resolve(file, static_cast<ValueId>(m.values[callee].a));
    if (Some(of) && m.values[of].kind == ValueKind::kCall) {
      const Call& inner = m.calls[static_cast<CallId>(m.values[of].a)];
      const std::string_view name = w_.Text(file, m.syntax.FirstChild(inner.node));
      if ((name != "Object.getPrototypeOf" && name != "Reflect.getPrototypeOf") || inner.arg_count == 0) return;
      of = w_.Resolve(file, m.args[inner.first_arg].value);
    }
    if (!Some(of) || m.values[of].kind != ValueKind::kFunction) return;
    const Api* function = p_.knowledge().Find("global.Function");
    if (function == nullptr) return;
    for (const Sink& sink : function->sinks) {
      if (sink.kind == "code") AtSink(file, id, *function, sink, out);
    }
  }

  // exec.call(null, command), exec.apply(child_process, [command])
  const Api* Lent(FileId file, CallId id) {
    const FileModel& m = p_[file].model;
    const Value& callee = m.values[m.calls[id].callee];
    if (callee.kind != ValueKind::kMember) return nullptr;
    const std::string_view name = m.names[static_cast<NameId>(callee.b)];
    if (name != "call" && name != "apply") return nullptr;
    const Denoted of = w_.DenoterOf(file).Of(static_cast<ValueId>(callee.a));
    return of.Is(Denoted::Kind::kApi) ? of.api : nullptr;
  }

  // Function.apply(null, [name, text])
  void Applied(FileId file, CallId id, std::vector<TaintFlow>& out) {
    const FileModel& m = p_[file].model;
    const Call& call = m.calls[id];
    const Value& callee = m.values[call.callee];
    if (callee.kind != ValueKind::kMember || call.arg_count < 2) return;
    const std::string_view name = m.names[static_cast<NameId>(callee.b)];
    const Value& of = m.values[static_cast<ValueId>(callee.a)];
    if ((name != "apply" && name != "call") || of.kind != ValueKind::kGlobal) return;
    const std::string_view global = m.names[static_cast<NameId>(of.a)];
    const Api* api = global == "Function" ? p_.knowledge().Find("global.Function") : nullptr;
    if (api == nullptr) return;
    for (const Sink& sink : api->sinks) {
      if (sink.kind != "code") continue;
      AccessPath path;
      if (name == "apply") path = path.Under("*");
      for (uint32_t i = 1; i < call.arg_count; ++i)
        Argument(file, id, api, sink, m.args[call.first_arg + i].node, path, out);
      return;
    }
  }

  // ctx.body = text: properties that do something with what they are given.
  void Assigned(FileId file, const Write& write, std::vector<TaintFlow>& out) {
    const FileModel& m = p_[file].model;
    const Value& target = m.values[write.target];
    if (target.kind != ValueKind::kMember || m.syntax.KindOf(write.node) != Kind::kAssignmentExpression) return;
    const Api* api = w_.PropertyOf(file, write.target);
    if (api == nullptr || !api->is_property) return;
    for (const Sink& sink : api->sinks) {
      if (Followed(sink.kind))
        Argument(file, kNone<CallId>, api, sink, m.syntax.Child(write.node, Role::kRight), {}, out, write.node);
    }
  }

  // Methods that mean one thing by their name, whatever they are called on.
  void Unknown(FileId file, CallId id, std::vector<TaintFlow>& out) {
    const FileModel& m = p_[file].model;
    const Value& callee = m.values[m.calls[id].callee];
    if (callee.kind != ValueKind::kMember || Some(w_.TargetOf(file, id).function)) return;
    const std::string_view name = m.names[static_cast<NameId>(callee.b)];
    const Api* api = p_.knowledge().FindMember("unknown", name);
    // options.fs.readFile(...): a file system that was handed in has the methods of Node's.
    const std::string_view on = w_.Text(file, m.syntax.FirstChild(m.syntax.FirstChild(m.calls[id].node)));
    if (on == "fs" || on.ends_with(".fs") || on.ends_with("_fs")) api = p_.knowledge().Find(Cat("fs.", name));
    if (api == nullptr) return;
    for (const Sink& sink : api->sinks) {
      if (Followed(sink.kind)) AtSink(file, id, *api, sink, out);
    }
  }

  // exec('git clone ' + url), where a package that runs commands by its name has it: what begins with a program and a
  // blank is one.
  void Command(FileId file, CallId id, std::vector<TaintFlow>& out) {
    const FileModel& m = p_[file].model;
    const Call& c = m.calls[id];
    const ValueId callee = w_.Resolve(file, c.callee);
    if (c.arg_count == 0 || !Some(callee)) return;
    const bool method = m.values[callee].kind == ValueKind::kMember;
    const ValueId of = method ? w_.Resolve(file, static_cast<ValueId>(m.values[callee].a)) : callee;
    if (!Some(of) || m.values[of].kind != ValueKind::kImport || Some(p_[file].imports[m.values[of].a])) return;
    const std::string_view package = m.names[m.module.imports[static_cast<ImportId>(m.values[of].a)].specifier];
    const auto says = [&](std::initializer_list<std::string_view> words) {
      for (std::string_view rest = package; !rest.empty();) {
        const size_t end = std::min(rest.find_first_of("@/-_."), rest.size());
        if (std::find(words.begin(), words.end(), rest.substr(0, end)) != words.end()) return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      return false;
    };
    const Api* api = p_.knowledge().Find(
        Cat("unknown.", method ? m.names[static_cast<NameId>(m.values[callee].b)] : std::string_view("exec")));
    // A query is begun by a word and a blank, too.
    if (api == nullptr || says({"sql", "query", "db", "mysql", "pg", "postgres", "sqlite", "mongo", "redis"})) return;
    if (!says({"exec", "execute", "shell", "cmd"}) && !(method && says({"command", "commands", "process", "spawn"})))
      return;
    for (const Sink& sink : api->sinks) {
      if (sink.kind != "shell") continue;
      const size_t before = out.size();
      Argument(file, id, api, sink, m.args[c.first_arg].node, {}, out);
      for (const std::string_view name : {"cmd", "command"}) {
        if (out.size() == before && m.syntax.KindOf(m.args[c.first_arg].node) == Kind::kObjectExpression)
          Argument(file, id, api, sink, m.args[c.first_arg].node, AccessPath().Under(name), out);
      }
      const auto plain = [](const TaintFlow& f) {
        const size_t blank = f.before.find(' ');
        return !f.embedded || blank == std::string::npos || blank == 0 ||
               !std::all_of(f.before.begin(), f.before.begin() + static_cast<ptrdiff_t>(blank),
                            [](unsigned char x) { return absl::ascii_isalnum(x) || x == '-' || x == '_'; });
      };
      out.erase(std::remove_if(out.begin() + static_cast<ptrdiff_t>(before), out.end(), plain), out.end());
    }
  }

  // require(name), import(name)
  void DynamicImport(FileId file, CallId id, std::vector<TaintFlow>& out) {
    const FileModel& m = p_[file].model;
    const Call& c = m.calls[id];
    if (c.arg_count == 0) return;
    const Value& callee = m.values[c.callee];
    const bool required = callee.kind == ValueKind::kGlobal && m.names[static_cast<NameId>(callee.a)] == "require";
    if (!required && c.kind != CallKind::kImport) return;
    static const Sink& sink = *[] {
      auto* s = new Sink;
      s->kind = "module-path";
      s->first_arg = s->last_arg = 0;
      return s;
    }();
    Argument(file, id, nullptr, sink, m.args[c.first_arg].node, {}, out);
  }

  std::optional<ValueId> Option(FileId file, const Call& call, std::string_view name) {
    const FileModel& m = p_[file].model;
    const Syntax& s = m.syntax;
    std::vector<ValueId> options;
    for (uint32_t i = 0; i < call.arg_count; ++i) options.push_back(m.args[call.first_arg + i].value);
    for (size_t i = 0; i < options.size() && i < 12; ++i) {
      if (!Some(options[i])) continue;
      const ValueId v = w_.Resolve(file, options[i]);
      if (Some(v) && m.values[v].kind == ValueKind::kObject) {
        const Object& o = m.objects[static_cast<ObjectId>(m.values[v].a)];
        for (uint32_t k = 0; k < o.member_count; ++k) {
          const Member& member = m.members[o.first_member + k];
          if (Some(member.name) && m.names[member.name] == name) return member.value;
        }
      }
      // Object.assign({ shell: true }, options): the last that has it counts
      if (Some(v) && m.values[v].kind == ValueKind::kCall) {
        const Call& merge = m.calls[static_cast<CallId>(m.values[v].a)];
        const std::string_view callee = w_.Text(file, s.FirstChild(merge.node));
        if (callee.ends_with("assign") || callee.ends_with("extend") || callee.ends_with("_extends")) {
          for (uint32_t k = merge.arg_count; k-- > 0;) options.push_back(m.args[merge.first_arg + k].value);
        }
      }
      // options = Object.assign(...), options.shell = true, just before
      const Value& of = m.values[options[i]];
      if (of.kind != ValueKind::kBinding || i >= call.arg_count) continue;
      const auto just_before = [&](NodeId assignment) {
        const NodeId block = s.Parent(s.Parent(assignment));
        return Index(assignment) < Index(call.node) && s.KindOf(block) == Kind::kBlockStatement &&
               s.Contains(block, call.node);
      };
      for (const Assignment& a : m.AssignmentsOf(static_cast<BindingId>(of.a))) {
        if (just_before(s.Parent(a.node))) options.push_back(a.value);
      }
      for (const Write& write : m.writes) {
        const Value& target = m.values[write.target];
        if (target.kind != ValueKind::kMember || m.names[static_cast<NameId>(target.b)] != name) continue;
        const Value& base = m.values[static_cast<ValueId>(target.a)];
        if (base.kind == ValueKind::kBinding && base.a == of.a && just_before(write.node)) return write.value;
      }
    }
    return std::nullopt;
  }
  bool Truthy(FileId file, ValueId value) {
    const FileModel& m = p_[file].model;
    value = w_.Resolve(file, value);
    if (!Some(value)) return false;
    const Value& v = m.values[value];
    if (v.kind == ValueKind::kBoolean) return v.a != 0;
    return v.kind == ValueKind::kString && !m.names[static_cast<NameId>(v.a)].empty();
  }

  void AtSink(FileId file, CallId id, const Api& api, const Sink& sink, std::vector<TaintFlow>& out) {
    const FileModel& m = p_[file].model;
    const Call& call = m.calls[id];
    if (!sink.when_option.empty()) {
      // Only what is surely on: { shell: isWindows } is a matter of where it runs.
      const auto option = Option(file, call, sink.when_option);
      if (!option || !Truthy(file, *option)) return;
    }
    if (!sink.unless_option.empty()) {
      // sendFile(name, { root }): contained by the framework. Options that cannot be seen may hold it.
      for (uint32_t i = static_cast<uint32_t>(std::max(sink.first_arg, 0)) + 1; i < call.arg_count; ++i) {
        const ValueId v = w_.Resolve(file, m.args[call.first_arg + i].value);
        if (Some(v) && m.values[v].kind == ValueKind::kFunction) continue;
        if (!Some(v) || m.values[v].kind != ValueKind::kObject) {
          // A path that already begins with a directory is not given a root as well.
          std::vector<TaintFlow> found;
          Argument(file, id, &api, sink, m.args[call.first_arg + static_cast<uint32_t>(sink.first_arg)].node, {},
                   found);
          std::erase_if(found, [](const TaintFlow& f) { return f.leading; });
          out.insert(out.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
          return;
        }
        const Object& o = m.objects[static_cast<ObjectId>(m.values[v].a)];
        if (o.has_spread || Option(file, call, sink.unless_option)) {
          std::vector<TaintFlow> contained;  // it is opened all the same
          Argument(file, id, &api, sink, m.args[call.first_arg + static_cast<uint32_t>(sink.first_arg)].node, {},
                   contained);
          return;
        }
      }
    }
    if (!sink.option.empty()) {
      AccessPath path;
      path = path.Under(sink.option);
      for (uint32_t i = 0; i < call.arg_count; ++i) {
        if (sink.first_arg >= 0 && (std::cmp_less(i, sink.first_arg) || std::cmp_greater(i, sink.last_arg))) continue;
        const ValueId v = w_.Resolve(file, m.args[call.first_arg + i].value);
        if (Some(v) && (m.values[v].kind == ValueKind::kFunction || m.values[v].kind == ValueKind::kString ||
                        m.values[v].kind == ValueKind::kArray))
          continue;
        Argument(file, id, &api, sink, m.args[call.first_arg + i].node, path, out);
      }
      return;
    }
    if (sink.first_arg < 0) return;
    const uint32_t first = static_cast<uint32_t>(sink.first_arg),
                   last = static_cast<uint32_t>(std::max(sink.first_arg, sink.last_arg));
    for (uint32_t i = first; i <= last && i < call.arg_count; ++i) {
      const NodeId node = w_.ArgumentOf(file, call, i);
      if (!Some(node)) continue;
      AccessPath path;
      const bool list = sink.kind == "argv" || (sink.kind == "shell" && i > first);
      if (list) path = path.Under("*");
      const size_t before = out.size();
      Argument(file, id, &api, sink, node, path, out);
      // A shell is given the list as one text. Who hands over the whole list knows what it is.
      for (size_t k = before; list && sink.kind == "shell" && k < out.size(); ++k)
        out[k].embedded |= !out[k].what.ends_with("[...]");
      // A filter is an object: what its fields are.
      if (sink.kind == "nosql" || sink.kind == "header") Argument(file, id, &api, sink, node, path.Under("*"), out);
    }
  }

  // Did it pass through a field of a class or of an object that outlives the call?
  bool Kept(const Origin& o) const {
    const std::vector<Link> way = w_.Way(o.link);
    return std::ranges::any_of(way, [](const Link& l) { return l.kind == Link::Kind::kField && !Some(l.binding()); });
  }

  // May somebody outside call it? What a file of the package exports and the program never calls is for others.
  // Slow matches are not worth asking that for: there is text in all of them.
  bool OpenToCallers(FunctionRef f, std::string_view kind) const {
    if (w_.IsPublic(f)) return true;
    if (kind == "match" || !w_.IsExported(f) || !w_.IsPublished(f.file)) return false;
    const FileModel& m = p_[f.file].model;
    if (m.syntax[m.functions[f.function].node].role == Role::kArgument) return false;  // a callback
    const std::span<const Walker::Site> sites = w_.CallersOf(f);
    return std::all_of(sites.begin(), sites.end(), [&](const Walker::Site& site) {
      return p_[site.file].role == FileRole::kTest || LookedUp(site);
    });
  }

  // methods[name](...), methods[name].apply(...): one of many, which whoever has the name chooses.
  bool LookedUp(const Walker::Site& site) const {
    const FileModel& m = p_[site.file].model;
    ValueId callee = m.calls[site.call].callee;
    if (m.values[callee].kind == ValueKind::kMember) {
      const std::string_view name = m.names[static_cast<NameId>(m.values[callee].b)];
      if (name == "call" || name == "apply") callee = static_cast<ValueId>(m.values[callee].a);
    }
    return m.values[callee].kind == ValueKind::kElement;
  }

  void Lift(const Origin& o, std::string_view kind, int depth, absl::flat_hash_set<uint64_t>& seen,
            std::vector<Origin>& out) {
    if (out.size() >= kCandidates) return;
    if (o.cleaned & KindBit(kind)) return;
    if (o.quoted != 0 && (kind == "code" || kind == "sql")) return;
    if (o.kind == Origin::Kind::kSource) {
      out.push_back(o);
      return;
    }
    if (o.kind != Origin::Kind::kParam) return;
    const uint64_t key =
        (uint64_t{Index(o.function.file)} << 40 ^ uint64_t{Index(o.function.function)} << 8 ^ o.index) * 31 +
        o.path.Hash() + (o.key ? 7 : 0);
    if (depth > kLifts || !seen.insert(key).second) return;
    if (ForLibraries(kind) && !o.inside && OpenToCallers(o.function, kind)) {
      Origin x = o;
      x.kind = Origin::Kind::kSource;
      x.trust = Trust::kLibrary;
      x.node = p_[o.function.file].model.functions[o.function.function].node;
      out.push_back(std::move(x));
    }
    if (o.path.vague()) return;
    // What one caller puts into an object that many share, a cache or a store, is not what another gets out of it.
    // Who calls a constructor with `new` makes an object of their own, whose parts may all be code.
    constexpr size_t kSharers = 3, kMakers = 12;
    const std::span<const Walker::Site> callers = w_.CallersOf(o.function);
    const auto makers = static_cast<size_t>(std::ranges::count_if(callers, [&](const Walker::Site& site) {
      return kind == "code" && p_[site.file].model.calls[site.call].kind == CallKind::kNew;
    }));
    if ((callers.size() - makers > kSharers || makers > kMakers) && Kept(o)) return;
    size_t n = 0;
    for (const Walker::Site& site : callers) {
      if (++n > 24) break;
      if (p_[site.file].role == FileRole::kTest) continue;
      const FileModel& m = p_[site.file].model;
      const Call& call = m.calls[site.call];
      const uint32_t last = o.rest ? std::min(call.arg_count, o.index + 8) : o.index + 1;
      for (uint32_t i = o.index; i < last; ++i) {
        NodeId a;
        const auto [by, at] = w_.GivenBy(site.file, call, o.function, i);
        for (const Origin& x : w_.OfArgument(site.file, *by, at, o.path, &a))
          Lift(w_.Join(x, o, site.file, a), kind, depth + 1, seen, out);
      }
    }
  }

  // Where the value comes in: what reads it, or the parameter that is handed it.
  std::optional<Step> First(const Origin& o, Place sink) const {
    if (o.what.empty() || !Some(o.node)) return std::nullopt;
    const FileId file = o.function.file;
    const FileModel& m = p_[file].model;
    NodeId node = o.node;
    const FunctionId f = m.FunctionAt(node);
    if (Some(f)) {
      if (o.index >= m.functions[f].param_count) return std::nullopt;
      node = m.params[m.functions[f].first_param + o.index].node;
    }
    const Place at{file, {m.syntax[node].start, m.syntax[node].end}};
    if (at.file == sink.file && at.span.start >= sink.span.start && at.span.end <= sink.span.end) return std::nullopt;
    const bool whole = Some(f) && w_.Text(file, node) != o.what;
    return Step{at, whole ? Cat("comes in with it: ", o.what) : std::string("comes in")};
  }

  std::vector<Step> Steps(const Origin& o, Place sink) {
    std::vector<Step> steps;
    bool crossed = false;
    for (const Link& link : w_.Way(o.link)) {
      if (steps.size() >= 12) break;
      const Node& node = p_[link.file].model.syntax[link.node];
      const Span span{node.start, node.end};
      if (link.kind == Link::Kind::kArgument) {
        steps.push_back(
            {{link.file, span}, w_.TextOf(link).empty() ? "passed on" : Cat("passed on as ", w_.TextOf(link))});
        crossed = true;
      } else if (link.kind == Link::Kind::kField) {
        steps.push_back({{link.file, span}, "stored"});
      } else if (link.kind == Link::Kind::kBinding && (steps.empty() || steps.back().at.span.start != node.start)) {
        steps.push_back({{link.file, span}, ""});
      }
    }
    std::reverse(steps.begin(), steps.end());
    std::erase_if(steps, [](const Step& s) { return s.note.empty(); });
    if (!crossed && steps.size() < 2) steps.clear();
    if (std::optional<Step> first = First(o, sink)) steps.insert(steps.begin(), *std::move(first));
    return steps;
  }

  // A helper that writes to the file it is given does as it is told: a name out of an archive is told where it is put
  // behind a folder and handed to the helper, which is where a check belongs.
  void ToldWherePutTogether(const Origin& o, TaintFlow& flow) {
    const auto joined = [&](FileId file, NodeId node) {
      const Origins made = w_.Of(file, node);
      return std::ranges::any_of(made, [](const Origin& x) { return x.embedded; });
    };
    if (joined(flow.file, flow.node)) return;
    const Place sink{flow.file, Range(flow.file, flow.node)};
    for (const Link& link : w_.Way(o.link)) {
      if (link.kind == Link::Kind::kArgument && joined(link.file, link.node))
        return ToldAt(link.file, link.node, "opened", sink, flow);
    }
  }
  // const read = dev ? fromDisk : fromCache; read(file): one call that may enter several functions, each of which opens
  // what it is handed, is told once, where it is handed to them.
  void ToldWhereHanded(FileId file, std::vector<TaintFlow>& out) {
    std::vector<TaintFlow> kept;
    absl::flat_hash_map<std::pair<FileId, CallId>, std::pair<size_t, FunctionId>> told;
    for (TaintFlow& flow : out) {
      const auto handed = flow.kind == "path" && flow.file == file ? handed_.find(flow.node) : handed_.end();
      if (handed == handed_.end()) {
        kept.push_back(std::move(flow));
        continue;
      }
      const auto [from, argument] = handed->second;
      const FileModel& m = p_[from].model;
      const CallId call = m.CallAt(m.syntax.Parent(argument));
      FunctionId entered = kNone<FunctionId>;
      size_t others = 0;
      if (Some(call)) {
        for (const FunctionRef& f : calls_.CalleesOf(from, call).functions) {
          const Syntax& s = p_[f.file].model.syntax;
          const bool here = f.file == file && s.Contains(p_[f.file].model.functions[f.function].node, flow.node);
          if (here) entered = f.function;
          others += !here;
        }
      }
      if (!Some(entered) || others == 0) {
        kept.push_back(std::move(flow));
        continue;
      }
      const auto [it, fresh] = told.try_emplace({from, call}, std::pair(kept.size(), entered));
      if (fresh || it->second.second == entered) {
        kept.push_back(std::move(flow));
        continue;
      }
      TaintFlow& first = kept[it->second.first];
      if (Some(first.call)) {
        ToldAt(from, argument, "opened", {file, Range(file, first.node)}, first);
      }
      first.steps.push_back({{file, Range(file, flow.node)}, "opened"});
    }
    out = std::move(kept);
  }
  // The same of code: what a pattern finds in a text of another language is told where it is handed, as a whole, to
  // what runs it in a file of its own.
  bool ToldWhereTaken(const Origin& o, TaintFlow& flow) {
    for (const Link& link : w_.Way(o.link)) {
      if (link.kind != Link::Kind::kArgument || link.file == flow.file) continue;
      if (!IsGroup(link.file, link.node)) return false;
      ToldAt(link.file, link.node, "run", {flow.file, Range(flow.file, flow.node)}, flow);
      return true;
    }
    return false;
  }
  void ToldAt(FileId file, NodeId argument, std::string_view does, Place sink, TaintFlow& flow) const {
    flow.file = file;
    flow.node = argument;
    flow.call = kNone<CallId>;
    const Span here = Range(file, argument);
    std::erase_if(flow.steps, [&](const Step& s) { return s.at.file == file && s.at.span.start == here.start; });
    flow.steps.push_back({sink, std::string(does)});
  }
  // Is it what a regular expression found? match[1], and the parameters of a callback of replace().
  bool IsGroup(FileId file, NodeId node) const {
    const FileModel& m = p_[file].model;
    const Syntax& s = m.syntax;
    const auto finds = [&](ValueId v) {  // text.match(/a/), find(/a/)
      if (!Some(v) || m.values[v].kind != ValueKind::kCall) return false;
      const Call& call = m.calls[static_cast<CallId>(m.values[v].a)];
      const Value& callee = m.values[call.callee];
      const auto pattern = [&](ValueId x) { return Some(x) && m.values[x].kind == ValueKind::kRegExp; };
      return (callee.kind == ValueKind::kMember && pattern(w_.Resolve(file, static_cast<ValueId>(callee.a)))) ||
             (call.arg_count > 0 && pattern(w_.Resolve(file, m.args[call.first_arg].value)));
    };
    if (s.KindOf(node) == Kind::kMemberExpression) {
      const NodeId key = s.Child(node, Role::kProperty);
      const BindingId b = m.BindingAt(s.FirstChild(node));
      return Some(key) && Some(b) && s.KindOf(key) == Kind::kNumericLiteral &&
             std::ranges::any_of(m.AssignmentsOf(b), [&](const Assignment& a) { return finds(a.value); });
    }
    const BindingId b = m.BindingAt(node);
    if (!Some(b) || m.bindings[b].kind != BindingKind::kParam) return false;
    const NodeId call = s.Parent(m.functions[m.FunctionOf(m.bindings[b].node)].node);
    if (s.KindOf(call) != Kind::kCallExpression) return false;
    const NodeId callee = s.FirstChild(call);
    const NodeId method =
        s.KindOf(callee) == Kind::kMemberExpression ? s.Child(callee, Role::kProperty) : kNone<NodeId>;
    return Some(method) && w_.Text(file, method).starts_with("replace");
  }
  Span Range(FileId file, NodeId node) const {
    const Node& n = p_[file].model.syntax[node];
    return {n.start, n.end};
  }

  // `position`: where it counts what guards it; the call, if there is one.
  void Argument(FileId file, CallId id, const Api* api, const Sink& sink, NodeId node, const AccessPath& path,
                std::vector<TaintFlow>& out, NodeId position = kNone<NodeId>) {
    w_.NextSink();
    guards_.NewBudget();
    std::vector<Origin> candidates;
    absl::flat_hash_set<uint64_t> seen;
    for (const Origin& o : w_.Of(file, node, path)) Lift(o, sink.kind, 0, seen, candidates);
    std::stable_sort(candidates.begin(), candidates.end(), [&](const Origin& a, const Origin& b) {
      // Of commands, those that were put together say more than those handed on as they are.
      if (a.trust == b.trust && sink.kind == "shell") return a.embedded > b.embedded;
      return a.trust < b.trust;
    });
    if (Some(id)) position = p_[file].model.calls[id].node;
    constexpr int kWays = 6;
    int ways = kWays;
    std::vector<std::vector<Link>> told;  // of ways to a file: where each was handed on
    for (const Origin& o : candidates) {
      if (sink.kind == "path" && o.trust == Trust::kRemote)
        opened_.insert(uint64_t{Index(o.function.file)} << 32 ^ uint64_t{Index(o.node)} << 8 ^ absl::HashOf(o.what));
      if (o.trust == Trust::kStored || (o.key && o.trust == Trust::kLibrary && !RunsCode(sink.kind)) ||
          (o.value == "response" && !RunsCode(sink.kind)) || (o.value == "name" && sink.kind.starts_with("path")))
        continue;
      Guard worst = Guard::kNone;
      const std::vector<FlowFrame> frames = FramesOf(w_, o, file, position);
      for (FlowFrame frame : frames) {
        // A test of one member says nothing of the others: what held the text last counts, not what it came in.
        if (sink.kind == "match" && !frame.bindings.empty()) {
          frame.bindings.erase(frame.bindings.begin() + 1, frame.bindings.end());
          frame.texts.clear();
        }
        worst = std::max(worst, guards_.Of(sink.kind, frame));
        if (worst != Guard::kGuarded && guards_.PassesOnly(sink.kind, frame.file, frame.position))
          worst = Guard::kGuarded;
      }
      if (worst != Guard::kGuarded && sink.kind != "match" && guards_.BeforeHandler(sink.kind, o))
        worst = Guard::kGuarded;
      const bool begins = !o.cut && (o.value == "pathname" || o.value == "target");  // with a slash or a star
      if (worst == Guard::kGuarded || (worst == Guard::kNormal && begins)) continue;
      // Of further ways of a text the short ones: long ones mix what never meets.
      if (sink.kind == "match" && ways < kWays && o.trust != Trust::kRemote && Handovers(o) > 2) continue;
      // A function that hands on two paths has to look at both.
      std::vector<Link> handovers = w_.Way(o.link);
      std::erase_if(handovers, [](const Link& l) { return l.kind != Link::Kind::kArgument; });
      if (!told.empty()) {
        if (o.trust != Trust::kRemote || o.value == "archive" || worst != Guard::kNone) continue;
        const Link* const other = OtherPath(told, handovers);
        if (other == nullptr) continue;
        TaintFlow flow = Flow(o, id, api, sink, file, node, worst);
        ToldAt(other->file, other->node, "opened", {file, Range(file, node)}, flow);
        out.push_back(std::move(flow));
        told.push_back(std::move(handovers));
        if (--ways == 0) return;
        continue;
      }
      frames_ = frames.size();
      here_ = o.function.file == file;
      outside_.clear();
      for (const Link& link : handovers) {
        if (link.file != file) outside_.emplace_back(link.file, link.node);
      }
      TaintFlow flow = Flow(o, id, api, sink, file, node, worst);
      if (o.value == "archive") {
        ToldWherePutTogether(o, flow);
      } else if (sink.kind == "path" && !handovers.empty()) {
        handed_.try_emplace(node, handovers[0].file, handovers[0].node);
      }
      const bool taken = sink.kind == "code" && ToldWhereTaken(o, flow);
      if (sink.kind == "match") flow.limit = LengthLimit(w_, o, frames, file, node);
      out.push_back(std::move(flow));
      if (sink.kind == "path" && o.trust == Trust::kRemote && o.value != "archive" && worst == Guard::kNone &&
          !o.stripped && !handovers.empty()) {
        told.push_back(std::move(handovers));
        continue;
      }
      // What one way of a text limits, another may not; what is handed over deep in an object counts less than a text.
      // So does every place code is taken out of texts at.
      if ((sink.kind != "match" && !taken) || --ways == 0) return;
    }
  }
  // Where `way` leaves those told before, if that is where a function hands on something else to the same: read(file) and
  // read(index), not read(name) and read(name || 'index.html'). Other functions that call a helper are told as one.
  const Link* OtherPath(const std::vector<std::vector<Link>>& told, const std::vector<Link>& way) const {
    const Link* found = nullptr;
    for (const std::vector<Link>& before : told) {
      size_t same = 0;
      while (same < before.size() && same < way.size() && before[same].file == way[same].file && before[same].node == way[same].node)
        ++same;
      if (same == before.size() || same == way.size()) return nullptr;
      const Link &a = before[same], &b = way[same];
      const FileModel& m = p_[a.file].model;
      if (a.file != b.file || m.FunctionOf(a.node) != m.FunctionOf(b.node)) return nullptr;
      if (m.syntax.Parent(a.node) == m.syntax.Parent(b.node)) return nullptr;  // two parts of one path
      const std::string_view x = w_.Text(a.file, a.node), y = w_.Text(b.file, b.node);
      if (x.find(y) != std::string_view::npos || y.find(x) != std::string_view::npos) return nullptr;
      found = &b;
    }
    return found;
  }
  TaintFlow Flow(const Origin& o, CallId id, const Api* api, const Sink& sink, FileId file, NodeId node, Guard guard) {
    TaintFlow flow;
    flow.kind = sink.kind;
    flow.api = api;
    flow.sink = api == nullptr ? nullptr : &sink;
    flow.file = file;
    flow.call = id;
    flow.node = node;
    flow.trust = o.trust;
    flow.what = o.what;
    flow.value = o.value;
    flow.steps = Steps(o, {file, Range(file, node)});
    flow.embedded = o.embedded;
    flow.leading = o.leading;
    flow.encoded = o.encoded;
    flow.rooted = o.rooted;
    flow.decoded = o.decoded;
    flow.unresolved = guard == Guard::kUnresolved;
    flow.stripped = o.stripped;
    flow.before = o.before;
    flow.prefix_only = guard == Guard::kPrefix;
    return flow;
  }

  const Project& p_;
  const Calls& calls_;
  const RegexMatches& matches_;
  Walker w_;
  Guards guards_;
  bool logs_;
  bool here_ = false;  // the last flow found began in the file it ends in
  size_t frames_ = 0;  // of the last flow found
  std::vector<std::pair<FileId, NodeId>> outside_;  // where other files handed it on
  // Of arguments that flow into paths: what they were handed as, to the function they are used in.
  absl::flat_hash_map<NodeId, std::pair<FileId, NodeId>> handed_;
  absl::flat_hash_set<uint64_t> opened_;  // sources of paths that were looked at as sinks in this file
};

}  // namespace

std::string_view TrustName(Trust trust) {
  switch (trust) {
    case Trust::kRemote:
      return "remote";
    case Trust::kLibrary:
      return "library";
    case Trust::kProcess:
      return "process";
    case Trust::kStored:
      return "stored";
  }
  return "";
}

void Taint::Infer(const Project& project, const Calls& calls, const RegexMatches& matches, int threads,
                  const StopToken& stop, bool logs) {
  flows_.assign(project.size(), {});
  // What a finder remembers is let go with each file, so that which of them takes it makes no difference.
  std::vector<std::unique_ptr<Finder>> finders;
  finders.push_back(std::make_unique<Finder>(project, calls, matches, threads, logs));
  const Finder& first = *finders[0];
  std::mutex mutex;
  // Neighbours have much in common: a finder takes some files in a row.
  constexpr size_t kInARow = 32;
  const auto each = [&](const auto& run) {
    ParallelFor(threads, (project.size() + kInARow - 1) / kInARow, stop, [&](size_t row) {
      std::unique_ptr<Finder> finder;
      {
        const std::lock_guard<std::mutex> lock(mutex);
        if (!finders.empty()) {
          finder = std::move(finders.back());
          finders.pop_back();
        }
      }
      if (finder == nullptr) finder = std::make_unique<Finder>(first);
      for (size_t i = row * kInARow; i < std::min(project.size(), (row + 1) * kInARow) && !stop.stopped(); ++i)
        run(*finder, static_cast<FileId>(i), flows_[i]);
      const std::lock_guard<std::mutex> lock(mutex);
      finders.push_back(std::move(finder));
    });
  };
  std::vector<absl::flat_hash_set<uint64_t>> opened(project.size());
  each([&](Finder& finder, FileId file, std::vector<TaintFlow>& out) { finder.Run(file, out, opened[Index(file)]); });
  absl::flat_hash_set<uint64_t> all;
  for (const auto& some : opened) all.insert(some.begin(), some.end());
  each([&](Finder& finder, FileId file, std::vector<TaintFlow>& out) { finder.RunProbes(file, out, all); });
  // What is told in another file than that of the sink.
  for (size_t i = 0; i < flows_.size(); ++i) {
    std::vector<TaintFlow> kept;
    for (TaintFlow& flow : std::exchange(flows_[i], {})) {
      std::vector<TaintFlow>& to = Index(flow.file) == i ? kept : flows_[Index(flow.file)];
      const auto same = [&](const TaintFlow& f) { return f.node == flow.node && f.kind == flow.kind; };
      if (Some(flow.call) || std::ranges::none_of(to, same)) to.push_back(std::move(flow));
    }
    std::move(flows_[i].begin(), flows_[i].end(), std::back_inserter(kept));
    flows_[i] = std::move(kept);
  }
  for (size_t i = 0; i < flows_.size(); ++i) first.Sort(flows_[i]);
  each([](Finder& finder, FileId file, std::vector<TaintFlow>& out) { finder.RunPollution(file, out); });
  for (const auto& finder : finders) {
    cut_off_ += finder->cut_off();
    guards_cut_off_ += finder->guards_cut_off();
  }
}

std::span<const TaintFlow> Taint::In(FileId file) const { return flows_[Index(file)]; }

}  // namespace looplint
