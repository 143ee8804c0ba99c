#include "analyzer/facts/origins.h"

#include <algorithm>
#include <cstring>

#include "analyzer/base/parallel.h"
#include "analyzer/base/strings.h"

namespace looplint {
namespace {

// Lies a file of the project in `folder`, which ends with a slash?
bool Holds(const Project& project, std::string_view folder) {
  size_t first = 0, count = project.size();
  while (count > 0) {  // files are sorted by path
    const size_t half = count / 2;
    if (project[static_cast<FileId>(first + half)].path < folder) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first < project.size() && std::string_view(project[static_cast<FileId>(first)].path).starts_with(folder);
}

constexpr uint64_t kSteps = 6000;  // for one sink
// For those of one file, and one more for every so many nodes of it; then kLeft for each: where walks do not end, those
// of many sinks go.
constexpr uint64_t kFileSteps = 12000, kNodesAStep = 4, kLeft = 300;
constexpr int kDepth = 80;         // of one walk
constexpr uint8_t kTries = 4;      // walks of a value that is part of a cycle
constexpr size_t kOrigins = 24;    // kept of one value
constexpr size_t kCallees = 12;    // of a call that may enter several functions; of more, nothing is said
constexpr size_t kBefore = 80;     // bytes of constant text kept
constexpr size_t kCarriers = 12;   // that put something into requests under one name; of more, nothing is said

// Counts the elements of a list or pattern, asked in order. Holes, as in [, second], are no nodes.
class Positions {
 public:
  Positions(const Syntax& s, std::string_view text, NodeId list) : s_(s), text_(text), from_(s[list].start + 1) {}
  // Of the next child; -1 once something that is no comma stood between two, or a list was spread.
  int Of(NodeId child) {
    const std::string_view gap = text_.substr(from_, s_[child].start - from_);
    known_ = known_ && gap.find('/') == std::string_view::npos;
    at_ += static_cast<int>(std::count(gap.begin(), gap.end(), ','));
    from_ = s_[child].end;
    if (s_.KindOf(child) == Kind::kSpreadElement) known_ = false;
    return known_ ? at_ : -1;
  }

 private:
  const Syntax& s_;
  std::string_view text_;
  uint32_t from_;
  int at_ = 0;
  bool known_ = true;
};

int PositionIn(const Syntax& s, std::string_view text, NodeId list, NodeId child) {
  Positions positions(s, text, list);
  for (const NodeId c : s.ChildrenOf(list)) {
    const int position = positions.Of(c);
    if (c == child) return position;
  }
  return -1;
}

// The step of a path for an element.
std::string_view ElementStep(int position) {
  static constexpr std::string_view kDigits = "0123456789";
  return position >= 0 && position < 10 ? kDigits.substr(static_cast<size_t>(position), 1) : "*";
}

// A source's dotted member path ("query.*") against members read. Values that have members of their own match deeper.
bool Matches(const Source& source, const AccessPath& path) {
  size_t i = 0;
  std::string_view rest = source.member;
  while (!rest.empty()) {
    const size_t dot = rest.find('.');
    const std::string_view step = rest.substr(0, dot);
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    if (i == path.size) return path.cut || (step == "*" && rest.empty());
    if (step != "*" && path.steps[i] != step) return false;  // req[name] may be anything of it
    ++i;
  }
  return i == path.size || source.value == "any" || path.cut;
}

// Nothing for kinds that nobody follows.
std::optional<Trust> TrustOf(std::string_view kind) {
  if (kind == "remote" || kind == "network" || kind == "upload" || kind == "archive") return Trust::kRemote;
  if (kind == "argv" || kind == "env" || kind == "stdin") return Trust::kProcess;
  if (kind == "file" || kind == "db" || kind == "ipc") return Trust::kStored;
  return std::nullopt;
}

// What a row says of values that begin here; false when nobody follows them.
bool Begin(const Source& s, Origin& o) {
  const std::optional<Trust> trust = TrustOf(s.kind);
  if (!trust) return false;
  o.kind = Origin::Kind::kSource;
  o.trust = *trust;
  o.value = s.value;
  for (const std::string& kind : s.harmless) o.cleaned |= KindBit(kind);
  return true;
}

constexpr std::string_view kKinds[] = {
    "shell",      "argv",      "program",     "code",        "path",          "path-write",       "sql",
    "nosql",      "url",       "url-host",    "redirect",    "header",        "cookie",           "html",
    "regex",      "pollution", "module-path", "deserialize", "template-name", "template-options", "template",
    "decompress", "sandbox",   "log"};

bool TextMethod(std::string_view name) {
  for (const std::string_view n : {"toString", "trim", "toLowerCase", "toUpperCase", "slice", "substr", "substring",
                                   "replace", "split", "padStart", "padEnd", "normalize", "trimStart", "trimEnd"}) {
    if (n == name) return true;
  }
  return false;
}

// Kinds of sinks that what a pattern's groups match does no harm to.
uint32_t Harmless(std::string_view regex) {
  const size_t end = regex.rfind('/');
  if (end == std::string_view::npos || end == 0) return 0;
  const std::string_view body = regex.substr(1, end - 1);
  bool in_class = false, slashes = false, others = false;
  for (size_t i = 0; i < body.size(); ++i) {
    const char ch = body[i];
    if (ch == '\\' && i + 1 < body.size()) {
      const char e = body[++i];
      if (e == 'S' || e == 'W' || e == 'D' || e == 'p' || e == 'P' || e == 'B') return 0;
      if (in_class || e == 's') {
        slashes |= e == '/' || e == '\\';
        others |= e != 'w' && e != 'd' && e != '-' && e != '.' && e != '/' && e != '_';
      }
      continue;
    }
    if (!in_class && ch == '.') return 0;
    if (ch == '[' && !in_class) {
      if (i + 1 < body.size() && body[i + 1] == '^') return 0;
      in_class = true;
    } else if (ch == ']') {
      in_class = false;
    } else if (in_class) {
      slashes |= ch == '/';
      const bool plain = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
                         ch == '-' || ch == '_' || ch == '.' || ch == '/' || ch == ':' || ch == '@' || ch == ',' ||
                         ch == '+';
      others |= !plain;
    }
  }
  uint32_t out = 0;
  if (!slashes) out |= KindBit("path") | KindBit("path-write");
  if (!others) out |= KindBit("shell") | KindBit("code") | KindBit("sql") | KindBit("html") | KindBit("header");
  return out;
}

// Of a function nobody sees: does it quote, or make something else than text of text?
bool LooksLikeCast(std::string_view text) {
  std::string lower(text.substr(0, 80));
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  for (const std::string_view part : {"escap", "quot", "encod", "sanit", "number", "parse", "boolean", "hash",
                                      "resolve", "valid", "safe", "basename"}) {
    if (lower.find(part) != std::string::npos) return true;
  }
  return false;
}

// Does a comment of one line begin in the text, and not end?
bool EndsInComment(std::string_view text) {
  const size_t line = text.rfind('\n') + 1, at = text.find("//", line);
  return at != std::string_view::npos && (at == line || text[at - 1] != ':');
}

// Does one of a pattern's character classes name `c`?
bool NamesInClass(std::string_view body, char c) {
  bool in_class = false;
  for (size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\\') {
      ++i;
    } else if (body[i] == '[') {
      in_class = true;
    } else if (body[i] == ']') {
      in_class = false;
    } else if (in_class && body[i] == c) {
      return true;
    }
  }
  return false;
}

// The step from a stream to what it yields, to for await or to who reads it whole.
constexpr std::string_view kRead = "@read";

// The value of sources that begin with a slash, whatever else is in them.
constexpr std::string_view kPathname = "pathname";
// Of what Node takes from a request as it is: GET */../../secret is let through, too, and "*" is a name like others.
constexpr std::string_view kTarget = "target";

// Is it what for await puts into its variable?
bool ForAwait(const FileModel& m, const FileIndex& x, ValueId element) {
  const Syntax& s = m.syntax;
  return std::ranges::any_of(x.holders.Of(Index(element)), [&](BindingId b) {
    const NodeId loop = s.Parent(m.bindings[b].node);
    return s.KindOf(loop) == Kind::kForOfStatement && (s[loop].flags & kAsync) != 0;
  });
}

// One more member of what a source or a parameter is told as: "options" becomes "options.name" or "options[...]".
void AddStep(std::string& what, std::string_view step) {
  if (IsElement(step)) {
    what += step == "*" ? std::string("[...]") : Cat("[", step, "]");
    return;
  }
  if (!what.empty()) what += '.';
  what += step;
}

bool IsRequestName(std::string_view n) { return n == "req" || n == "request" || n == "_req"; }
// What earlier functions put into a request, a response or a context comes out of it in later ones.
bool CarriesByName(std::string_view n) {
  return IsRequestName(n) || n == "res" || n == "response" || n == "ctx" || n == "context";
}
bool IsResponseName(std::string_view n) {
  return n == "res" || n == "response" || n == "resp" || n == "_res" || n == "rsp" || n == "_response";
}

}  // namespace

uint32_t KindBit(std::string_view kind) {
  for (size_t i = 0; i < std::size(kKinds); ++i) {
    if (kKinds[i] == kind) return 1u << i;
  }
  return 0;
}

AccessPath AccessPath::Under(std::string_view step) const {
  AccessPath out;
  out.steps[0] = step;
  out.cut = cut;
  out.size = 1;
  for (uint8_t i = 0; i < size; ++i) {
    if (out.size == kPathLength) {
      out.cut = true;
      break;
    }
    out.steps[out.size++] = steps[i];
  }
  return out;
}

AccessPath AccessPath::Rest() const {
  AccessPath out;
  out.cut = cut;
  for (uint8_t i = 1; i < size; ++i) out.steps[out.size++] = steps[i];
  return out;
}

bool AccessPath::operator==(const AccessPath& o) const {
  return size == o.size && cut == o.cut && std::equal(steps.begin(), steps.begin() + size, o.steps.begin());
}

uint64_t AccessPath::Hash() const {
  uint64_t h = 1469598103934665603u + size + (cut ? 16 : 0);
  const auto mix = [&](uint64_t bytes) {
    h = (h ^ bytes) * 0x9e3779b97f4a7c15u;
    h ^= h >> 32;
  };
  for (uint8_t i = 0; i < size; ++i) {
    std::string_view step = steps[i];
    mix(step.size());
    for (; step.size() > 8; step.remove_prefix(8)) {
      uint64_t bytes;
      std::memcpy(&bytes, step.data(), 8);
      mix(bytes);
    }
    uint64_t bytes = 0;
    std::memcpy(&bytes, step.data(), step.size());
    mix(bytes);
  }
  return h;
}

Walker::Walker(const Project& project, const Calls& calls, int threads)
    : p_(project), calls_(calls), k_(project.knowledge()), denoters_(project.size()), limit_(kSteps) {
  // Each is asked for several times, and some by every thread: made once, and kept.
  around_->index.resize(project.size());
  ParallelFor(threads, project.size(), StopToken(), [&](size_t i) {
    around_->index[i] = std::make_unique<FileIndex>(p_[static_cast<FileId>(i)].model);
  });
  FindCallers();
  FindPublic();
  FindCarried();
  for (const Api* api : k_.all()) {
    const std::string_view name = api->name;
    if (api->is_property && !api->sinks.empty()) around_->sink_properties.insert(name.substr(name.rfind('#') + 1));
  }
}

Walker::Walker(const Walker& first)
    : p_(first.p_),
      calls_(first.calls_),
      k_(first.k_),
      around_(first.around_),
      denoters_(first.denoters_.size()),
      limit_(kSteps) {}

Denoter& Walker::DenoterOf(FileId file) {
  auto& d = denoters_[Index(file)];
  if (d == nullptr) {
    d = std::make_unique<Denoter>(p_, file);
    live_denoters_.push_back(file);
  }
  return *d;
}

std::string_view Walker::Text(FileId file, NodeId node) const {
  const Node& n = p_[file].model.syntax[node];
  return std::string_view(p_[file].text).substr(n.start, n.end - n.start);
}

ValueId Walker::Resolve(FileId file, ValueId value) const { return looplint::Resolve(p_[file].model, value); }

void Walker::ForgetDenoters() {
  if (live_denoters_.size() < 48) return;
  for (const FileId file : live_denoters_) denoters_[Index(file)].reset();
  live_denoters_.clear();
}

void Walker::NewFile(FileId file) {
  Forget();
  steps_ = spent_ = 0;
  limit_ = kSteps;
  allowance_ = kFileSteps + p_[file].model.syntax.size() / kNodesAStep;
}

void Walker::NewBudget() {
  spent_ += steps_;
  steps_ = 0;
  limit_ = spent_ < allowance_ ? kSteps : kLeft;
}

void Walker::NextSink() {
  NewBudget();
  if (links_.size() > kRemembered || memo_.size() > kRemembered) Forget();
}

void Walker::Forget() {
  memo_.clear();
  entries_.clear();
  free_.clear();
  partial_.clear();
  links_.clear();
  text_ids_.clear();
  texts_.clear();
  ForgetDenoters();
}

// ---- callers, and who may call from outside

// What compilers make of async functions: function read(_x) { return _read.apply(this, arguments); }, where _read is
// _asyncToGenerator(regeneratorRuntime.mark(function _callee(name) {...})). Who calls the one calls the other.
absl::flat_hash_map<FunctionRef, FunctionRef> Walker::FunctionsBehind() const {
  absl::flat_hash_map<FunctionRef, FunctionRef> behind;
  for (uint32_t i = 0; i < p_.size(); ++i) {
    const FileId file = static_cast<FileId>(i);
    const FileModel& m = p_[file].model;
    const Syntax& s = m.syntax;
    // The function in wrap(function () {}), wrap(mark(function () {})).
    const auto wrapped = [&](ValueId v) {
      for (int depth = 0; depth < 3 && Some(v) && m.values[v].kind == ValueKind::kCall; ++depth) {
        const Call& c = m.calls[static_cast<CallId>(m.values[v].a)];
        if (c.arg_count == 0) break;
        v = m.args[c.first_arg].value;
        if (Some(v) && m.values[v].kind == ValueKind::kFunction) return static_cast<FunctionId>(m.values[v].a);
      }
      return kNone<FunctionId>;
    };
    for (const CallId id : Ids(m.calls)) {
      const Call& c = m.calls[id];
      const Value& callee = m.values[c.callee];
      if (c.arg_count != 2 || callee.kind != ValueKind::kMember || s.KindOf(s.Parent(c.node)) != Kind::kReturnStatement ||
          m.names[static_cast<NameId>(callee.b)] != "apply" || Text(file, m.args[c.first_arg].node) != "this" ||
          Text(file, m.args[c.first_arg + 1].node) != "arguments")
        continue;
      const Value& of = m.values[static_cast<ValueId>(callee.a)];
      if (of.kind != ValueKind::kBinding) continue;
      const BindingId b = static_cast<BindingId>(of.a);
      FunctionId inner = wrapped(m.bindings[b].value);
      for (const Assignment& a : m.AssignmentsOf(b)) {
        if (!Some(inner)) inner = wrapped(a.value);
      }
      if (Some(inner)) behind.try_emplace({file, m.FunctionOf(c.node)}, FunctionRef{file, inner});
    }
  }
  return behind;
}

void Walker::FindCallers() {
  uint32_t functions = 0;
  for (uint32_t i = 0; i < p_.size(); ++i) {
    around_->function_base.push_back(functions);
    functions += static_cast<uint32_t>(p_[static_cast<FileId>(i)].model.functions.size());
  }
  std::vector<std::pair<uint32_t, Site>> found;  // callee, by its number
  const absl::flat_hash_map<FunctionRef, FunctionRef> behind = FunctionsBehind();
  const auto add = [&](FunctionRef callee, Site site) {
    found.emplace_back(around_->function_base[Index(callee.file)] + Index(callee.function), site);
    if (const auto it = behind.find(callee); it != behind.end())
      found.emplace_back(around_->function_base[Index(it->second.file)] + Index(it->second.function), site);
  };
  for (uint32_t i = 0; i < p_.size(); ++i) {
    const FileId file = static_cast<FileId>(i);
    const FileModel& m = p_[file].model;
    for (const CallId c : Ids(m.calls)) {
      const Callees callees = calls_.CalleesOf(file, c);
      if (callees.functions.size() > kCallees) continue;
      for (const FunctionRef& f : callees.functions) add(f, {file, c});
    }
  }
  for (uint32_t i = 0; i < p_.size(); ++i) {
    const FileId file = static_cast<FileId>(i);
    const FileModel& m = p_[file].model;
    for (const CallId c : Ids(m.calls)) {
      if (m.values[m.calls[c].callee].kind != ValueKind::kMember) continue;
      if (calls_.TargetOf(file, c).api != nullptr || !calls_.CalleesOf(file, c).functions.empty()) continue;
      const FunctionRef f = TargetOf(file, c);
      if (Some(f.function)) add(f, {file, c});
    }
    ForgetDenoters();
  }
  // function each(list, f) { if (!f) f = list; ... f(item) }: what f is called for is also what callers hand over. Only
  // those of the same file: what a helper of the whole program is given for one caller goes to that one's function.
  absl::flat_hash_map<uint32_t, std::vector<std::pair<Site, uint32_t>>> called;  // by function: calls of parameters
  for (uint32_t i = 0; i < p_.size(); ++i) {
    const FileId file = static_cast<FileId>(i);
    const FileModel& m = p_[file].model;
    for (const CallId c : Ids(m.calls)) {
      const Value* v = &m.values[m.calls[c].callee];
      if (v->kind == ValueKind::kMember) {
        const std::string_view name = m.names[static_cast<NameId>(v->b)];
        if (name == "call" || name == "apply") v = &m.values[static_cast<ValueId>(v->a)];
      }
      if (v->kind != ValueKind::kBinding) continue;
      const BindingId b = static_cast<BindingId>(v->a);
      if (m.bindings[b].kind != BindingKind::kParam || m.bindings[b].writes == 0) continue;
      for (const Assignment& a : m.AssignmentsOf(b)) {
        if (!Some(a.value)) continue;
        const Value& param = m.values[a.value];
        if (param.kind == ValueKind::kParam && m.syntax.KindOf(m.syntax.Parent(a.node)) == Kind::kParameter)
          called[around_->function_base[i] + param.a].emplace_back(Site{file, c}, param.b);
      }
    }
  }
  for (size_t i = 0, direct = found.size(); i < direct; ++i) {
    const auto it = called.find(found[i].first);
    if (it == called.end()) continue;
    const Site by = found[i].second;
    const FileModel& m = p_[by.file].model;
    for (const auto& [site, index] : it->second) {
      if (site.file != by.file) continue;
      const NodeId a = ArgumentOf(by.file, m.calls[by.call], index);
      const ValueId f = Some(a) ? Resolve(by.file, m.ValueOf(a)) : kNone<ValueId>;
      if (!Some(f) || m.values[f].kind != ValueKind::kFunction) continue;
      const FunctionRef callee{by.file, static_cast<FunctionId>(m.values[f].a)};
      const auto known = calls_.CalleesOf(site.file, site.call).functions;
      if (std::find(known.begin(), known.end(), callee) == known.end()) add(callee, site);
    }
  }
  around_->first_site.assign(functions + 2, 0);
  for (const auto& [callee, site] : found) ++around_->first_site[callee + 2];
  for (uint32_t f = 2; f < around_->first_site.size(); ++f) around_->first_site[f] += around_->first_site[f - 1];
  around_->sites.resize(found.size());
  for (const auto& [callee, site] : found) around_->sites[around_->first_site[callee + 1]++] = site;
}

std::span<const std::pair<CallId, uint32_t>> Walker::HandedTo(FunctionRef f) const {
  const auto all = IndexOf(f.file).handed.Of(Index(f.function));
  return all.first(std::min<size_t>(all.size(), 4));
}

std::span<const Walker::Site> Walker::CallersOf(FunctionRef f) const {
  const uint32_t n = around_->function_base[Index(f.file)] + Index(f.function);
  return std::span(around_->sites).subspan(around_->first_site[n], around_->first_site[n + 1] - around_->first_site[n]);
}

FunctionRef Walker::TargetOf(FileId file, CallId call) {
  const Target& t = calls_.TargetOf(file, call);
  if (t.api != nullptr || Some(t.function.function)) return t.function;
  const FileModel& m = p_[file].model;
  const Value& callee = m.values[m.calls[call].callee];
  if (callee.kind != ValueKind::kMember) return {};
  const ValueId base = Resolve(file, static_cast<ValueId>(callee.a));
  if (!Some(base)) return {};
  const Value& b = m.values[base];
  std::string_view name = m.names[static_cast<NameId>(callee.b)];
  NameId id = static_cast<NameId>(callee.b);
  bool own = b.kind == ValueKind::kThis || b.kind == ValueKind::kObject || b.kind == ValueKind::kFunction ||
             b.kind == ValueKind::kClass;
  if (b.kind == ValueKind::kGlobal) own = m.names[static_cast<NameId>(b.a)] == "exports";
  if (b.kind == ValueKind::kMember) {
    const std::string_view inner = m.names[static_cast<NameId>(b.b)];
    const ValueId below = Resolve(file, static_cast<ValueId>(b.a));
    const ValueKind k = Some(below) ? m.values[below].kind : ValueKind::kUnknown;
    own = inner == "exports" || inner == "prototype" || k == ValueKind::kThis;
    if ((name == "call" || name == "apply") && (k == ValueKind::kThis || k == ValueKind::kMember)) {
      name = inner;
      id = static_cast<NameId>(b.b);
      own = true;
    }
  }
  if (!own) return {};
  const FunctionId only = IndexOf(file).MethodOf(id);
  return Some(only) ? FunctionRef{file, only} : FunctionRef{};
}

const Api* Walker::ApiOf(FileId file, CallId call) {
  // Where it is not known what a package's function makes of its arguments, it counts as any unknown function.
  if (const Api* api = calls_.TargetOf(file, call).api)
    return api->from.empty() || !api->passes.empty() ? api : nullptr;
  if (Some(calls_.TargetOf(file, call).function.function)) return nullptr;
  const FileModel& m = p_[file].model;
  Denoter& d = DenoterOf(file);
  // promisify, util.promisify, the package's name of (0, _pify.default), where _pify is
  // _interopRequireDefault(require(...))
  const auto name_of = [&](const Call& inner) -> std::string_view {
    ValueId f = inner.callee;
    for (int i = 0; i < 4; ++i) {
      f = Resolve(file, f);
      if (!Some(f)) break;
      const Value& x = m.values[f];
      if (x.kind == ValueKind::kImport) return m.names[m.module.imports[static_cast<ImportId>(x.a)].specifier];
      if (x.kind == ValueKind::kMember) {
        const std::string_view name = m.names[static_cast<NameId>(x.b)];
        if (name != "default") return name;
        f = static_cast<ValueId>(x.a);
        continue;
      }
      if (x.kind != ValueKind::kCall) break;
      const Call& c = m.calls[static_cast<CallId>(x.a)];
      const Api* row = k_.Find(Cat("unknown.", Text(file, m.syntax.FirstChild(c.node))));
      if (row == nullptr || row->wraps < 0 || static_cast<uint32_t>(row->wraps) >= c.arg_count) break;
      f = m.args[c.first_arg + static_cast<uint32_t>(row->wraps)].value;
    }
    return {};
  };
  // promisify(exec)(...), __importStar(require('fs')).readFile(...), one of several assigned.
  const auto wrapped = [&](ValueId v) -> Denoted {
    for (int i = 0; i < 6 && Some(v); ++i) {
      v = Resolve(file, v);
      if (!Some(v)) return {};
      const Value& x = m.values[v];
      if (x.kind == ValueKind::kAwait) {
        v = static_cast<ValueId>(x.a);
        continue;
      }
      if (x.kind == ValueKind::kEither) {
        const Denoted a = d.Of(static_cast<ValueId>(x.a));
        if (!a.Is(Denoted::Kind::kUnknown)) return a;
        v = static_cast<ValueId>(x.b);
        continue;
      }
      if (x.kind != ValueKind::kCall) return d.Of(v);
      const CallId c = static_cast<CallId>(x.a);
      const Call& inner = m.calls[c];
      if (inner.arg_count == 0) return {};
      const Api* row = k_.Find(Cat("unknown.", name_of(inner)));
      if (row == nullptr) row = k_.Find(Cat("unknown.", Text(file, m.syntax.FirstChild(inner.node))));
      if (row == nullptr || row->wraps < 0) return d.Of(v);
      if (static_cast<uint32_t>(row->wraps) >= inner.arg_count) return {};
      v = m.args[inner.first_arg + static_cast<uint32_t>(row->wraps)].value;
    }
    return {};
  };
  const auto member_of = [&](const Denoted& base, std::string_view name) -> const Api* {
    if (base.Is(Denoted::Kind::kModule)) {
      if (name == "default") return k_.Find(base.type);
      return k_.Find(Cat(base.type, ".", name));
    }
    if (base.Is(Denoted::Kind::kApi) && base.api != nullptr) return k_.Find(Cat(base.api->name, ".", name));
    if (base.Is(Denoted::Kind::kInstance)) return k_.FindMember(base.type, name);
    return nullptr;
  };
  ValueId callee = Resolve(file, m.calls[call].callee);
  if (!Some(callee)) {
    // A variable given one thing or another, each of which may be an API.
    const Value& v = m.values[m.calls[call].callee];
    if (v.kind != ValueKind::kBinding) return nullptr;
    for (const Assignment& a : m.AssignmentsOf(static_cast<BindingId>(v.a))) {
      const Denoted x = wrapped(a.value);
      if (x.Is(Denoted::Kind::kApi)) return x.api;
      if (x.Is(Denoted::Kind::kModule)) {
        if (const Api* api = k_.Find(x.type)) return api;
      }
    }
    return nullptr;
  }
  const Value& c = m.values[callee];
  if (c.kind == ValueKind::kCall || c.kind == ValueKind::kEither) {
    const Denoted x = wrapped(callee);
    if (x.Is(Denoted::Kind::kApi)) return x.api;
    if (x.Is(Denoted::Kind::kModule)) return k_.Find(x.type);
    const Denoted made = d.Of(callee);  // const line = generate(); line('text')
    return made.Is(Denoted::Kind::kInstance) ? k_.FindMember(made.type, "()") : nullptr;
  }
  if (c.kind == ValueKind::kGlobal) {  // require('shelljs/global'); exec(...)
    for (const Import& import : m.module.imports) {
      const std::string_view specifier = m.names[import.specifier];
      if (!specifier.ends_with("/global")) continue;
      if (const Api* api =
              k_.Find(Cat(specifier.substr(0, specifier.size() - 7), ".", m.names[static_cast<NameId>(c.a)])))
        return api;
    }
    return nullptr;
  }
  if (c.kind != ValueKind::kMember) return nullptr;
  const std::string_view name = m.names[static_cast<NameId>(c.b)];
  ValueId base = Resolve(file, static_cast<ValueId>(c.a));
  std::vector<ValueId> bases;
  if (Some(base)) {
    if (m.values[base].kind == ValueKind::kMember && m.names[static_cast<NameId>(m.values[base].b)] == "default") {
      base = Resolve(file, static_cast<ValueId>(m.values[base].a));
    }
    if (Some(base)) bases.push_back(base);
  } else if (m.values[static_cast<ValueId>(c.a)].kind == ValueKind::kBinding) {
    for (const Assignment& a : m.AssignmentsOf(static_cast<BindingId>(m.values[static_cast<ValueId>(c.a)].a)))
      bases.push_back(a.value);
  }
  for (const ValueId b : bases) {
    std::string_view n = name;
    if (m.values[b].kind == ValueKind::kParam) {
      const std::string_view type = TypeOfParam(file, static_cast<FunctionId>(m.values[b].a), m.values[b].b);
      if (!type.empty()) return k_.FindMember(type, n);
      continue;
    }
    if (const Api* api = member_of(wrapped(b), n)) return api;
    if (n.ends_with("Async")) {  // promisifyAll
      if (const Api* api = member_of(wrapped(b), n.substr(0, n.size() - 5))) return api;
    }
  }
  return nullptr;
}

const Api* Walker::PropertyOf(FileId file, ValueId member) {
  const FileModel& m = p_[file].model;
  const std::string_view name = m.names[static_cast<NameId>(m.values[member].b)];
  if (!around_->sink_properties.contains(name)) return nullptr;
  const ValueId of = static_cast<ValueId>(m.values[member].a);
  const ValueId base = Resolve(file, of);
  std::string_view type;
  if (Some(base) && m.values[base].kind == ValueKind::kParam)
    type = TypeOfParam(file, static_cast<FunctionId>(m.values[base].a), m.values[base].b);
  if (Some(base) && m.values[base].kind == ValueKind::kThis && m.values[base].a < m.functions.size())
    type = ContextOf(file, static_cast<FunctionId>(m.values[base].a));
  if (type.empty()) type = DenoterOf(file).TypeOf(of);
  return type.empty() ? nullptr : k_.FindMember(type, name);
}

// What is known of functions by the name they are called by or imported from: each(), _each(), lodash/each.
const Api* Walker::RowByName(FileId file, CallId call) const {
  const FileModel& m = p_[file].model;
  const Call& c = m.calls[call];
  if (!Some(m.syntax.FirstChild(c.node)) || m.syntax.KindOf(m.syntax.FirstChild(c.node)) == Kind::kMemberExpression)
    return nullptr;
  ValueId f = Resolve(file, c.callee);
  if (Some(f) && m.values[f].kind == ValueKind::kMember && m.names[static_cast<NameId>(m.values[f].b)] == "default")
    f = Resolve(file, static_cast<ValueId>(m.values[f].a));
  std::string_view name = Text(file, m.syntax.FirstChild(c.node));
  if (Some(f) && m.values[f].kind == ValueKind::kImport)
    name = m.names[m.module.imports[static_cast<ImportId>(m.values[f].a)].specifier];
  if (name.empty() || name.size() > 40) return nullptr;
  if (const Api* row = k_.Find(Cat("unknown.", name))) return row;
  if (const size_t slash = name.rfind('/'); slash != std::string_view::npos) name = name.substr(slash + 1);
  while (name.starts_with("_")) name.remove_prefix(1);
  return name.empty() ? nullptr : k_.Find(Cat("unknown.", name));
}

// What compilers write for language features: _extends({}, a), __assign(...). Their bodies are loops over arguments
// that say less than their names.
const Api* Walker::HelperOf(FileId file, CallId call) const {
  const Syntax& s = p_[file].model.syntax;
  const NodeId callee = s.FirstChild(p_[file].model.calls[call].node);
  if (s.KindOf(callee) != Kind::kIdentifier && s.KindOf(callee) != Kind::kMemberExpression) return nullptr;
  std::string_view name = Text(file, callee);
  if (const size_t dot = name.rfind('.'); dot != std::string_view::npos) name = name.substr(dot + 1);
  if (name.size() < 4 || name.size() > 32 || name[0] != '_') return nullptr;
  const Api* row = k_.Find(Cat("unknown.", name));
  return row == nullptr || row->passes.empty() ? nullptr : row;
}

NodeId Walker::ArgumentOf(FileId file, const Call& call, uint32_t index) const {
  const FileModel& m = p_[file].model;
  const Value& callee = m.values[call.callee];
  if (callee.kind == ValueKind::kMember) {
    const std::string_view name = m.names[static_cast<NameId>(callee.b)];
    if (name == "call") ++index;
    if (name == "apply") {
      const Argument* list = m.Arg(call, 1);
      if (list == nullptr) return kNone<NodeId>;
      const ValueId v = Resolve(file, list->value);
      if (!Some(v) || m.values[v].kind != ValueKind::kArray) return kNone<NodeId>;
      uint32_t i = 0;
      for (const NodeId c : m.syntax.ChildrenOf(static_cast<NodeId>(m.values[v].a))) {
        if (i++ == index) return c;
      }
      return kNone<NodeId>;
    }
  }
  const Argument* a = m.Arg(call, index);
  return a == nullptr ? kNone<NodeId> : a->node;
}

std::pair<const Call*, uint32_t> Walker::GivenBy(FileId file, const Call& call, FunctionRef f, uint32_t index) const {
  const FileModel& m = p_[file].model;
  std::array<ValueId, 4> work = {call.callee};
  size_t left = 1;
  for (int steps = 0; left > 0 && steps < 8; ++steps) {  // a variable may be one of two things, of which it is one
    const ValueId v = Resolve(file, work[--left]);
    if (!Some(v)) continue;
    const Value& x = m.values[v];
    if (x.kind == ValueKind::kEither && left + 2 <= work.size()) {
      work[left++] = static_cast<ValueId>(x.a);
      work[left++] = static_cast<ValueId>(x.b);
    }
    if (x.kind != ValueKind::kCall) continue;
    const Call& bind = m.calls[static_cast<CallId>(x.a)];
    const Value& callee = m.values[bind.callee];
    if (bind.arg_count < 2 || callee.kind != ValueKind::kMember ||
        m.names[static_cast<NameId>(callee.b)] != "bind")
      continue;
    const ValueId bound = Resolve(file, static_cast<ValueId>(callee.a));
    if (!Some(bound) || m.values[bound].kind != ValueKind::kFunction || f.file != file ||
        static_cast<FunctionId>(m.values[bound].a) != f.function)
      continue;
    if (index + 1 < bind.arg_count) return {&bind, index + 1};
    return {&call, index + 1 - bind.arg_count};
  }
  return {&call, index};
}

Origins Walker::OfArgument(FileId file, const Call& call, uint32_t index, const AccessPath& path, NodeId* at) {
  const FileModel& m = p_[file].model;
  const NodeId given = *at = ArgumentOf(file, call, index);
  if (Some(given) && m.syntax.KindOf(given) != Kind::kSpreadElement) return Of(file, given, path);
  const Value& callee = m.values[call.callee];
  const std::string_view name =
      callee.kind == ValueKind::kMember ? m.names[static_cast<NameId>(callee.b)] : std::string_view();
  NodeId list = kNone<NodeId>;
  uint32_t skip = index;
  if (name == "apply") {
    if (call.arg_count == 2) list = m.args[call.first_arg + 1].node;
  } else {
    if (name == "call") ++skip;
    for (uint32_t i = 0; i <= skip && i < call.arg_count && !Some(list); ++i) {
      const NodeId a = m.args[call.first_arg + i].node;
      if (m.syntax.KindOf(a) != Kind::kSpreadElement) continue;
      list = m.syntax.FirstChild(a);
      skip -= i;
    }
  }
  if (!Some(list)) return {};
  *at = list;
  // Arguments of the function around it, handed on as they came: arguments, [].slice.call(arguments, 1), ...rest
  NodeId from = list;
  for (int i = 0; i < 4 && Some(from); ++i) {
    const ValueId v = Some(m.ValueOf(from)) ? Resolve(file, m.ValueOf(from)) : kNone<ValueId>;
    if (!Some(v)) break;
    const Value& x = m.values[v];
    if (x.kind == ValueKind::kRest) return OfParam(file, static_cast<FunctionId>(x.a), x.b + skip, false, path);
    if (x.kind == ValueKind::kGlobal && m.names[static_cast<NameId>(x.a)] == "arguments") {
      FunctionId f = m.FunctionOf(from);
      while (Some(f) && m.functions[f].kind == FunctionKind::kArrow) f = m.functions[f].parent;
      if (!Some(f) || f == kModuleFunction) return {};
      return OfParam(file, f, skip, false, path);
    }
    if (x.kind != ValueKind::kCall) break;
    const Call& made = m.calls[static_cast<CallId>(x.a)];
    const Value& by = m.values[made.callee];
    if (by.kind != ValueKind::kMember) break;
    std::string_view how = m.names[static_cast<NameId>(by.b)];
    uint32_t first = 0;  // argument that says how many are left out
    from = m.syntax.FirstChild(m.syntax.FirstChild(made.node));
    if ((how == "call" || how == "apply") && made.arg_count > 0) {
      const ValueId method = Resolve(file, static_cast<ValueId>(by.a));
      if (!Some(method) || m.values[method].kind != ValueKind::kMember) break;
      how = m.names[static_cast<NameId>(m.values[method].b)];
      from = m.args[made.first_arg].node;
      first = 1;
    } else if (how == "from" && made.arg_count == 1) {
      how = "slice";
      from = m.args[made.first_arg].node;
      first = 1;
    }
    if (how != "slice") break;
    if (first < made.arg_count) {
      const std::string_view left_out = Text(file, m.args[made.first_arg + first].node);
      if (left_out.size() != 1 || left_out[0] < '0' || left_out[0] > '9') break;
      skip += static_cast<uint32_t>(left_out[0] - '0');
    }
  }
  // Which of a list made in another way it is, is not known.
  return Some(given) ? Of(file, given, path) : Origins{};
}

void Walker::FindPublic() {
  for (const Manifest& manifest : p_.resolver().manifests()) {
    // What is never published has no callers but those in the program.
    if (manifest.is_private) continue;
    const std::string dir = manifest.directory.empty() ? "" : manifest.directory + "/";
    if (manifest.directory != "." && !Holds(p_, dir)) continue;
    std::vector<std::string> entries;
    const auto add = [&](std::string_view target) {
      std::string at(target);
      if (at.starts_with("./")) at = at.substr(2);
      entries.push_back(at);
    };
    if (!manifest.main.empty()) add(manifest.main);
    if (!manifest.module.empty()) add(manifest.module);
    for (const std::string& e : manifest.exports) add(e);
    for (const auto& [name, targets] : manifest.subpaths) {
      for (const std::string& t : targets) add(t);
    }
    if (entries.empty()) add("index.js");
    size_t before = around_->is_public.size();
    for (const std::string& e : entries) {
      const std::string path = p_.resolver().Resolve(dir + "package.json", "./" + e);
      const FileId file = path.empty() ? kNone<FileId> : p_.Find(path);
      if (Some(file)) around_->entries.insert(file);
      if (Some(file)) PublishFile(file, 0);
      ForgetDenoters();
    }
    if (around_->is_public.size() > before) continue;
    // Nothing to see from the entry: whatever its files export may be.
    for (uint32_t i = 0; i < p_.size(); ++i) {
      const FileId file = static_cast<FileId>(i);
      if (p_[file].manifest == nullptr || p_[file].manifest->directory != manifest.directory) continue;
      if (p_[file].role == FileRole::kSource) PublishFile(file, 0);
    }
  }
  // Packages that look at the names in archives themselves have a row for entries, and no source in it.
  around_->checks_entries.assign(p_.size(), false);
  for (uint32_t i = 0; i < p_.size(); ++i) {
    const File& f = p_[static_cast<FileId>(i)];
    for (const Import& import : f.model.module.imports) {
      const Type* entry = k_.FindType(Cat(k_.Module(f.model.names[import.specifier]), ".Entry"));
      if (entry == nullptr || !entry->sources.empty()) continue;
      around_->checks_entries[i] = true;
      for (const FileId target : f.imports)  // which are handed the entries
        if (Some(target)) around_->checks_entries[Index(target)] = true;
      break;
    }
  }
  // What the entries load belongs to the package. Sources they do not load are entries, too: what was compiled, and
  // files asked for by path; first those that nothing loads.
  around_->reachable.assign(p_.size(), false);
  std::vector<bool> loaded(p_.size());
  for (uint32_t i = 0; i < p_.size(); ++i) {
    for (const FileId target : p_[static_cast<FileId>(i)].imports) {
      if (Some(target) && Index(target) != i) loaded[Index(target)] = true;
    }
  }
  const auto reach = [&](uint32_t from) {
    std::vector<uint32_t> work = {from};
    while (!work.empty()) {
      const uint32_t i = work.back();
      work.pop_back();
      if (around_->reachable[i]) continue;
      around_->reachable[i] = true;
      for (const FileId target : p_[static_cast<FileId>(i)].imports) {
        if (Some(target)) work.push_back(Index(target));
      }
    }
  };
  for (uint32_t i = 0; i < p_.size(); ++i) {
    if (around_->published.contains(uint64_t{i} << 32 | 0xffffffffu)) reach(i);
  }
  if (!p_.resolver().manifests().empty()) {
    for (const bool only_roots : {true, false}) {
      for (uint32_t i = 0; i < p_.size(); ++i) {
        const FileId file = static_cast<FileId>(i);
        if (around_->reachable[i] || (only_roots && loaded[i]) || p_[file].role != FileRole::kSource) continue;
        PublishFile(file, 0);
        reach(i);
        ForgetDenoters();
      }
    }
  }
  PublishStored();
  std::swap(around_->is_public, around_->exported);
  around_->is_public = around_->exported;
  for (uint32_t i = 0; i < p_.size(); ++i) {
    const FileId file = static_cast<FileId>(i);
    if (p_[file].role != FileRole::kTest) PublishFile(file, 0);
    ForgetDenoters();
  }
  std::swap(around_->is_public, around_->exported);
}

// Functions put into objects that nobody in the program is seen to call: looked up by name, or by whoever gets the
// object.
void Walker::PublishStored() {
  const auto called = [&](FunctionRef f) {  // by more than its tests
    const std::span<const Site> sites = CallersOf(f);
    return std::any_of(sites.begin(), sites.end(),
                       [&](const Site& site) { return p_[site.file].role != FileRole::kTest; });
  };
  for (uint32_t i = 0; i < p_.size(); ++i) {
    const FileId file = static_cast<FileId>(i);
    if (!IsPublished(file)) continue;
    const FileModel& m = p_[file].model;
    for (const FunctionId f : Ids(m.functions)) {
      const Function& fn = m.functions[f];
      if (fn.kind != FunctionKind::kExpression && fn.kind != FunctionKind::kArrow && fn.kind != FunctionKind::kMethod)
        continue;
      if (Some(fn.owner) || around_->is_public.contains({file, f}) || called({file, f})) continue;
      const NodeId parent = m.syntax.Parent(fn.node);
      const Kind k = m.syntax.KindOf(parent);
      const bool stored = k == Kind::kProperty || (k == Kind::kObjectExpression && fn.kind == FunctionKind::kMethod) ||
                          (k == Kind::kAssignmentExpression &&
                           m.syntax.KindOf(m.syntax.Child(parent, Role::kLeft)) == Kind::kMemberExpression);
      if (stored) around_->is_public.insert({file, f});
    }
    // { run: run }
    const auto by_name = [&](ValueId value) {
      value = Resolve(file, value);
      if (!Some(value) || m.values[value].kind != ValueKind::kFunction) return;
      const FunctionId f = static_cast<FunctionId>(m.values[value].a);
      if (m.functions[f].kind == FunctionKind::kDeclaration && !called({file, f})) around_->is_public.insert({file, f});
    };
    for (const Member& member : m.members) by_name(member.value);
    for (const Write& write : m.writes) by_name(write.value);
  }
}

void Walker::PublishFile(FileId file, int depth) {
  if (!Some(file) || depth > 30) return;
  if (!around_->published.insert(uint64_t{Index(file)} << 32 | 0xffffffffu).second) return;
  const File& f = p_[file];
  for (const Export& x : f.model.module.exports) {
    if (x.type_only) continue;
    switch (x.kind) {
      case ExportKind::kLocal:
      case ExportKind::kAssign:
        Publish(file, x.value, depth + 1);
        break;
      case ExportKind::kFrom: {
        const FileId target = Some(x.import) ? f.imports[Index(x.import)] : kNone<FileId>;
        if (!Some(target)) break;
        const Project::Exported e = p_.FindExport(target, f.model.names[x.imported]);
        if (e.is_namespace) {
          PublishFile(e.file, depth + 1);
        } else if (Some(e.file)) {
          Publish(e.file, e.value, depth + 1);
        }
        break;
      }
      case ExportKind::kStar:
      case ExportKind::kNamespace:
        if (Some(x.import) && Some(f.imports[Index(x.import)])) PublishFile(f.imports[Index(x.import)], depth + 1);
        break;
    }
  }
  // A script that exports nothing but puts functions on a global or `this`.
  if (!f.model.module.exports.empty()) return;
  const FileModel& m = f.model;
  for (const Write& w : m.writes) {
    const Value& t = m.values[w.target];
    if (t.kind == ValueKind::kMember) Publish(file, w.value, depth + 1);
  }
}

void Walker::PublishFunction(FunctionRef f, int depth) {
  if (depth > 30 || !around_->is_public.insert(f).second) return;
  const FileModel& m = p_[f.file].model;
  const FileIndex& x = IndexOf(f.file);
  for (const NodeId node : x.returns.Of(Index(f.function))) Publish(f.file, m.ValueOf(node), depth + 1);
  for (const WriteId w : x.by_self.Of(Index(f.function))) Publish(f.file, m.writes[w].value, depth + 1);
}

void Walker::Publish(FileId file, ValueId value, int depth) {
  if (!Some(value) || Index(value) == 0 || depth > 30) return;
  if (!around_->published.insert(uint64_t{Index(file)} << 32 | Index(value)).second) return;
  const FileModel& m = p_[file].model;
  const FileIndex& x = IndexOf(file);
  const Value& v = m.values[value];
  // By convention nobody else calls method._name(), where the program does.
  const auto internal = [&](NameId name, ValueId method) {
    if (!m.names[name].starts_with('_') && !m.names[name].starts_with('#')) return false;
    return Some(method) && m.values[method].kind == ValueKind::kFunction &&
           !CallersOf({file, static_cast<FunctionId>(m.values[method].a)}).empty();
  };
  const auto members_of = [&](BindingId b) {
    for (const WriteId w : x.by_binding.Of(Index(b))) {
      const Write& write = m.writes[w];
      const Value& t = m.values[write.target];
      const bool of_prototype =
          t.kind == ValueKind::kMember && m.values[static_cast<ValueId>(t.a)].kind == ValueKind::kMember;
      if (of_prototype && internal(static_cast<NameId>(t.b), write.value)) continue;
      Publish(file, write.value, depth + 1);
    }
  };
  // Whatever else is put on the same thing under another name.
  if (v.kind == ValueKind::kFunction || v.kind == ValueKind::kObject || v.kind == ValueKind::kClass ||
      v.kind == ValueKind::kCall) {
    for (const BindingId b : x.holders.Of(Index(value))) members_of(b);
  }
  switch (v.kind) {
    case ValueKind::kBinding: {
      const BindingId b = static_cast<BindingId>(v.a);
      if (m.bindings[b].writes > 0) {
        for (const Assignment& a : m.AssignmentsOf(b)) Publish(file, a.value, depth + 1);
      }
      Publish(file, m.bindings[b].value, depth + 1);
      members_of(b);
      break;
    }
    case ValueKind::kFunction:
      PublishFunction({file, static_cast<FunctionId>(v.a)}, depth + 1);
      break;
    case ValueKind::kClass: {
      const Class& cls = m.classes[static_cast<ClassId>(v.a)];
      for (uint32_t i = 0; i < cls.member_count; ++i) {
        const Member& member = m.members[cls.first_member + i];
        const FunctionId f = m.FunctionAt(member.node);
        if (internal(member.name, member.value)) continue;
        if (Some(f) && member.kind != FunctionKind::kExpression) PublishFunction({file, f}, depth + 1);
        if (member.kind == FunctionKind::kExpression) Publish(file, member.value, depth + 1);
      }
      if (Some(cls.super)) {
        const Denoted d = DenoterOf(file).Of(cls.super);
        if (d.Is(Denoted::Kind::kClass)) {
          const FileModel& other = p_[d.file].model;
          Publish(d.file, other.ValueOf(other.classes[static_cast<ClassId>(d.id)].node), depth + 1);
        }
      }
      break;
    }
    case ValueKind::kObject: {
      const Object& o = m.objects[static_cast<ObjectId>(v.a)];
      for (uint32_t i = 0; i < o.member_count; ++i) Publish(file, m.members[o.first_member + i].value, depth + 1);
      break;
    }
    case ValueKind::kCall: {
      const CallId c = static_cast<CallId>(v.a);
      const Call& call = m.calls[c];
      const Denoted d = DenoterOf(file).Of(value);
      if (d.Is(Denoted::Kind::kInstanceOf)) {
        const FileModel& other = p_[d.file].model;
        Publish(d.file, other.ValueOf(other.classes[static_cast<ClassId>(d.id)].node), depth + 1);
        break;
      }
      const FunctionRef target = TargetOf(file, c);
      if (Some(target.function)) {
        for (const NodeId node : IndexOf(target.file).returns.Of(Index(target.function)))
          Publish(target.file, p_[target.file].model.ValueOf(node), depth + 1);
        if (call.kind == CallKind::kNew) {
          // What the constructor's prototype holds is reached through its own binding.
          Publish(file, call.callee, depth + 1);
        }
      }
      for (uint32_t i = 0; i < call.arg_count; ++i) {
        const ValueId a = Resolve(file, m.args[call.first_arg + i].value);
        if (!Some(a)) continue;
        const ValueKind k = m.values[a].kind;
        if (k == ValueKind::kFunction || k == ValueKind::kObject || k == ValueKind::kClass) {
          Publish(file, m.args[call.first_arg + i].value, depth + 1);
        }
      }
      // factory(), where the factory is an argument of the function around it.
      const ValueId callee = Resolve(file, call.callee);
      if (Some(callee) && m.values[callee].kind == ValueKind::kParam) {
        for (const Site& site : CallersOf({file, static_cast<FunctionId>(m.values[callee].a)})) {
          const FileModel& cm = p_[site.file].model;
          const NodeId a = ArgumentOf(site.file, cm.calls[site.call], m.values[callee].b);
          if (Some(a)) Publish(site.file, cm.ValueOf(a), depth + 1);
        }
      }
      break;
    }
    case ValueKind::kEither:
      Publish(file, static_cast<ValueId>(v.a), depth + 1);
      Publish(file, static_cast<ValueId>(v.b), depth + 1);
      break;
    case ValueKind::kAwait:
      Publish(file, static_cast<ValueId>(v.a), depth + 1);
      break;
    case ValueKind::kImport:
      PublishFile(p_[file].imports[v.a], depth + 1);
      break;
    case ValueKind::kArray:
      for (const NodeId c : m.syntax.ChildrenOf(static_cast<NodeId>(v.a))) Publish(file, m.ValueOf(c), depth + 1);
      break;
    case ValueKind::kMember: {
      const Denoted d = DenoterOf(file).Of(value);
      if (d.Is(Denoted::Kind::kFunction)) PublishFunction(d.function(), depth + 1);
      if (d.Is(Denoted::Kind::kNamespace)) PublishFile(d.file, depth + 1);
      if (d.Is(Denoted::Kind::kClass) || d.Is(Denoted::Kind::kObject)) {
        const FileModel& other = p_[d.file].model;
        const NodeId node = d.Is(Denoted::Kind::kClass) ? other.classes[static_cast<ClassId>(d.id)].node
                                                        : other.objects[static_cast<ObjectId>(d.id)].node;
        Publish(d.file, other.ValueOf(node), depth + 1);
      }
      // exports.list = os.list, where os is one module or another.
      if (!d.Is(Denoted::Kind::kUnknown)) break;
      std::vector<ValueId> bases = {static_cast<ValueId>(v.a)};
      for (size_t i = 0; i < bases.size() && i < 12; ++i) {
        if (!Some(bases[i])) continue;
        const ValueId resolved = Resolve(file, bases[i]);
        const Value& base = m.values[Some(resolved) ? resolved : bases[i]];
        if (base.kind == ValueKind::kEither) {
          bases.push_back(static_cast<ValueId>(base.a));
          bases.push_back(static_cast<ValueId>(base.b));
        } else if (base.kind == ValueKind::kBinding) {
          for (const Assignment& a : m.AssignmentsOf(static_cast<BindingId>(base.a))) bases.push_back(a.value);
        } else if (base.kind == ValueKind::kImport && i > 0 && Some(p_[file].imports[base.a])) {
          const Project::Exported e = p_.FindExport(p_[file].imports[base.a], m.names[static_cast<NameId>(v.b)]);
          if (e.is_namespace) {
            PublishFile(e.file, depth + 1);
          } else if (Some(e.file)) {
            Publish(e.file, e.value, depth + 1);
          }
        }
      }
      break;
    }
    default:
      break;
  }
}

// ---- the walk

uint32_t Walker::AddLink(uint32_t before, FileId file, NodeId node, Link::Kind kind, BindingId b) {
  links_.push_back({before, kNoneIndex, file, node, Index(b), kind});
  return static_cast<uint32_t>(links_.size() - 1);
}

std::vector<Link> Walker::Way(uint32_t newest) const {
  std::vector<Link> way;
  std::vector<uint32_t> outside;  // arguments whose callees the way is in
  uint32_t at = newest;
  while (way.size() < 64) {
    if (at == kNoneIndex) {
      if (outside.empty()) break;
      at = outside.back();
      outside.pop_back();
    } else if (links_[at].inside != kNoneIndex) {
      outside.push_back(at);
      at = links_[at].inside;
      continue;
    }
    way.push_back(links_[at]);
    at = links_[at].before;
  }
  return way;
}

uint32_t Walker::TextId(std::string_view text) {
  auto known = text_ids_.find(text);
  if (known == text_ids_.end()) {
    texts_.emplace_back(text);
    known = text_ids_.emplace(texts_.back(), static_cast<uint32_t>(texts_.size() - 1)).first;
  }
  return known->second;
}

bool Walker::Append(Origins& out, const Origin& o) {
  if (out.size() >= kOrigins) {
    ++cut_off_;
    return false;
  }
  if (std::ranges::none_of(out, [&](const Origin& x) { return x.SameAs(o); })) out.push_back(o);
  return true;
}

void Walker::Append(Origins& out, const Origins& more) {
  out.reserve(std::min(out.size() + more.size(), kOrigins));
  for (const Origin& o : more) {
    if (!Append(out, o)) return;
  }
}

Origins Walker::Of(FileId file, NodeId node, const AccessPath& path) {
  const FileModel& m = p_[file].model;
  if (!Some(node)) return {};
  const Kind kind = m.syntax.KindOf(node);
  if (kind == Kind::kSpreadElement) return Of(file, m.syntax.FirstChild(node), path.Under("*"));
  if (kind == Kind::kAssignmentExpression && m.syntax[node].op == Op::kAssign)  // a = b[key] = value
    return Of(file, m.syntax.Child(node, Role::kRight), path);
  if (kind == Kind::kConditionalExpression || kind == Kind::kLogicalExpression) {
    // Each side with the condition it is chosen under.
    if (++steps_ > limit_ || depth_ > kDepth) return {};
    ++depth_;
    Origins out;
    for (const NodeId c : m.syntax.ChildrenOf(node)) {
      if (m.syntax[c].role == Role::kTest) continue;
      if (m.syntax[node].op == Op::kAnd && c == m.syntax.FirstChild(node)) continue;
      Origins more = Of(file, c, path);
      for (Origin& o : more) o.link = AddLink(o.link, file, c, Link::Kind::kChoice);
      Append(out, std::move(more));
    }
    --depth_;
    return out;
  }
  return OfValue(file, m.ValueOf(node), path, node);
}

Walker::Entry* Walker::NewEntry() {
  if (free_.empty()) return &entries_.emplace_back();
  Entry* const entry = free_.back();
  free_.pop_back();
  entry->origins.clear();
  entry->open = entry->partial = false;
  entry->tries = 0;
  return entry;
}

Origins Walker::OfValue(FileId file, ValueId value, const AccessPath& path, NodeId at) {
  if (!Some(value) || Index(value) == 0) return {};
  if (++steps_ > limit_ || depth_ > kDepth) {
    ++cut_off_;
    // What is too deep stays so; remembering the rest keeps long chains of a += b from being walked over and over.
    if (steps_ > limit_) touched_ = std::min(touched_, 0);
    return {};
  }
  const ValueKind kind = p_[file].model.values[value].kind;
  if (kind == ValueKind::kString || kind == ValueKind::kNumber || kind == ValueKind::kBoolean ||
      kind == ValueKind::kFunction || kind == ValueKind::kNull || kind == ValueKind::kUndefined ||
      kind == ValueKind::kRegExp || kind == ValueKind::kClass) {
    return {};
  }
  const Key key{Index(file), Index(value), Index(at), path.Hash()};
  const auto [it, fresh] = memo_.try_emplace(key, nullptr);
  if (fresh) {
    it->second = NewEntry();
  } else {
    const Entry& known = *it->second;
    const bool again = !known.open && known.partial && known.tries < kTries;
    if (known.open || (known.partial && !again)) touched_ = std::min(touched_, known.depth);
    if (!again) return known.open ? Origins{} : known.origins;
  }
  Entry* const entry = it->second;
  const bool listed = entry->partial;  // in partial_ already
  ++entry->tries;
  entry->open = true;
  entry->partial = false;
  entry->depth = depth_;
  const int outer = touched_;
  const size_t first = partial_.size();
  touched_ = 1 << 30;
  ++depth_;
  Origins out = Work(file, value, path, at);
  --depth_;
  entry->open = false;
  Append(out, entry->origins);
  entry->origins = out;
  if (touched_ >= depth_) {
    for (; partial_.size() > first; partial_.pop_back()) {
      // None of them is open: those under way were listed before this walk began, or are its own.
      const auto p = memo_.find(partial_.back());
      if (p == memo_.end() || p->second == entry) continue;
      free_.push_back(p->second);
      memo_.erase(p);
    }
  } else {
    // Depends on a walk still under way: good for that one, which adds what is missing here, and for no later one.
    entry->partial = true;
    entry->depth = touched_;
    if (!listed) partial_.push_back(key);
  }
  touched_ = std::min(outer, touched_ >= depth_ ? 1 << 30 : touched_);
  return out;
}

Origins Walker::Work(FileId file, ValueId value, const AccessPath& path, NodeId at) {
  const FileModel& m = p_[file].model;
  const Value v = m.values[value];
  switch (v.kind) {
    case ValueKind::kBinding:
      return OfBinding(file, static_cast<BindingId>(v.a), path, at);
    case ValueKind::kParam:
      return OfParam(file, static_cast<FunctionId>(v.a), v.b, false, path);
    case ValueKind::kRest:
      if (const int n = Digit(path.first()); n >= 0)  // rest[1]
        return OfParam(file, static_cast<FunctionId>(v.a), v.b + static_cast<uint32_t>(n), false, path.Rest());
      return OfParam(file, static_cast<FunctionId>(v.a), v.b, true, path.size > 0 ? path.Rest() : path);
    case ValueKind::kMember:
    case ValueKind::kElement:
      return OfMember(file, value, path, at);
    case ValueKind::kKeyOf: {
      Origins out = OfValue(file, static_cast<ValueId>(v.a), AccessPath().Under("*"), at);
      for (Origin& o : out) o.key = true;
      return out;
    }
    case ValueKind::kTemplate:
    case ValueKind::kConcat:
      return OfText(file, static_cast<NodeId>(v.a), path);
    case ValueKind::kEither: {
      Origins out = OfValue(file, static_cast<ValueId>(v.a), path, at);
      Append(out, OfValue(file, static_cast<ValueId>(v.b), path, at));
      return out;
    }
    case ValueKind::kAwait:
      return OfValue(file, static_cast<ValueId>(v.a), path, at);
    case ValueKind::kArray: {
      Origins out;
      if (path.size == 0) return out;
      const int wanted = Digit(path.first());
      Positions positions(m.syntax, p_[file].text, static_cast<NodeId>(v.a));
      for (const NodeId c : m.syntax.ChildrenOf(static_cast<NodeId>(v.a))) {
        const int position = positions.Of(c);
        if (m.syntax.KindOf(c) == Kind::kSpreadElement) {
          Append(out, Of(file, m.syntax.FirstChild(c), wanted < 0 ? path : path.Rest().Under("*")));
        } else if (wanted < 0 || position < 0 || position == wanted) {
          Append(out, Of(file, c, path.Rest()));
        }
      }
      return out;
    }
    case ValueKind::kObject: {
      Origins out;
      if (path.size == 0) return out;
      const Object& o = m.objects[static_cast<ObjectId>(v.a)];
      bool found = false;
      uint32_t last = 0;
      for (uint32_t i = o.member_count; i-- > 0;) {
        const Member& member = m.members[o.first_member + i];
        if (path.first() != "*" && Some(member.name) && m.names[member.name] != path.first()) continue;
        found |= Some(member.name);
        last = std::max(last, Index(member.node));
        Append(out, OfValue(file, member.value, path.Rest(), member.node));
        if (path.first() != "*" && Some(member.name)) break;
      }
      if (o.has_spread) {
        for (const NodeId c : m.syntax.ChildrenOf(o.node)) {
          // { dir: '.', ...options }
          const bool counts = !found || path.first() == "*" || Index(c) > last;
          if (counts && m.syntax.KindOf(c) == Kind::kSpreadElement) Append(out, Of(file, m.syntax.FirstChild(c), path));
        }
      }
      return out;
    }
    case ValueKind::kCall:
      return OfCall(file, static_cast<CallId>(v.a), path, at);
    case ValueKind::kThis:
      if (path.size == 0) return {};
      // Koa 1: the context is what `this` is of a middleware, which is a generator.
      if (const FunctionId f = static_cast<FunctionId>(v.a); Some(f) && m.functions[f].is_generator) {
        Origins out;
        SourceAt(file, f, kNoneIndex, ContextOf(file, f), path, out);
        for (Origin& o : out) o.what = Keep(Cat("this", o.what.substr(std::min(o.what.find('.'), o.what.size()))));
        if (!out.empty()) return out;
      }
      return OfFields(file, static_cast<FunctionId>(v.a), path.first(), path.Rest());
    case ValueKind::kImport:
      return OfModule(p_[file].imports[v.a], path, file);
    case ValueKind::kGlobal: {
      const std::string_view name = m.names[static_cast<NameId>(v.a)];
      if (name != "arguments") return OfUndeclared(file, v.a, path);
      if (path.size == 0) return {};
      FunctionId f = m.FunctionOf(at);
      while (Some(f) && m.functions[f].kind == FunctionKind::kArrow) f = m.functions[f].parent;
      if (!Some(f) || f == kModuleFunction) return {};
      if (const int n = Digit(path.first()); n >= 0)
        return OfParam(file, f, static_cast<uint32_t>(n), false, path.Rest());
      return OfParam(file, f, 0, true, path.Rest());
    }
    default:
      return {};
  }
}

// name = value, where nobody declares name: what this file puts there.
Origins Walker::OfUndeclared(FileId file, uint32_t name, const AccessPath& path) {
  Origins out;
  const FileModel& m = p_[file].model;
  for (const WriteId w : IndexOf(file).by_global.Of(name)) {
    const Write& write = m.writes[w];
    Origins more = OfValue(file, write.value, path, write.node);
    for (Origin& o : more) o.link = AddLink(o.link, file, write.node, Link::Kind::kField);
    Append(out, std::move(more));
  }
  return out;
}

// The type of the context a generator runs in: that of the first parameter the same middleware would have as a
// function, by the row of what it is handed to; Koa's where it is handed `next`.
std::string_view Walker::ContextOf(FileId file, FunctionId f) {
  const FileModel& m = p_[file].model;
  const NodeId node = m.functions[f].node;
  const CallId c = m.syntax[node].role == Role::kArgument ? m.CallAt(m.syntax.Parent(node)) : kNone<CallId>;
  const Api* api = Some(c) ? ApiOf(file, c) : nullptr;
  if (api == nullptr) return ParamName({file, f}, 0) == "next" ? "koa.Context" : std::string_view();
  for (const Handler& handler : api->handlers) {
    if (!handler.params.empty() && handler.params[0].ends_with(".Context")) return handler.params[0];
  }
  return {};
}

// The assignments that may be the last before `at`.
// Are they on two ways of which one run of `f` takes one: branches of an if, cases of a switch?
static bool EitherOr(const FileModel& m, FunctionId f, NodeId a, NodeId b) {
  const Syntax& s = m.syntax;
  NodeId way = a, fork = s.Parent(a);
  while (Index(fork) != 0 && !s.Contains(fork, b)) {
    way = fork;
    fork = s.Parent(fork);
  }
  if (m.FunctionOf(fork) != f || Some(EnclosingLoop(m, fork))) return false;
  switch (s.KindOf(fork)) {
    case Kind::kIfStatement:
    case Kind::kConditionalExpression:
      return s[way].role != Role::kTest && !s.Contains(s.Child(fork, Role::kTest), b);
    case Kind::kSwitchStatement: {
      if (s.KindOf(way) != Kind::kSwitchCase || s.Contains(s.FirstChild(fork), b)) return false;
      NodeId first = way, last = kNone<NodeId>;
      if (Index(b) < Index(a)) {
        for (const NodeId c : s.ChildrenOf(fork)) {
          if (s.Contains(c, b)) first = c;
        }
      }
      for (const NodeId c : s.ChildrenOf(first)) last = c;
      if (s.KindOf(last) == Kind::kBlockStatement) {
        for (const NodeId c : s.ChildrenOf(last)) last = c;
      }
      const Kind k = s.KindOf(last);
      return k == Kind::kBreakStatement || k == Kind::kReturnStatement || k == Kind::kThrowStatement;
    }
    default:
      return false;
  }
}

std::vector<ValueId> Walker::Reaching(FileId file, BindingId b, NodeId at, std::vector<NodeId>& nodes) {
  const FileModel& m = p_[file].model;
  const Syntax& s = m.syntax;
  std::vector<ValueId> out;
  const auto all = m.AssignmentsOf(b);
  if (all.empty()) {
    out.push_back(m.bindings[b].value);
    nodes.push_back(m.bindings[b].node);
    return out;
  }
  steps_ += all.size();
  const auto within = [&](FunctionId f) {  // the node of `f` that `at` lies in
    NodeId n = at;
    for (int i = 0; i < 40; ++i) {
      const FunctionId g = m.FunctionOf(n);
      if (g == f) return n;
      if (!Some(g) || g == kModuleFunction) return kNone<NodeId>;
      n = m.functions[g].node;
    }
    return kNone<NodeId>;
  };
  size_t first = 0;     // assignments before it are overwritten
  bool always = false;  // it is made each time before coming here
  std::vector<uint8_t> keep(all.size(), 0);
  for (size_t i = 0; i < all.size(); ++i) {
    const NodeId a = all[i].node;
    if (Index(a) != Index(at) && EitherOr(m, m.FunctionOf(m.bindings[b].node), a, at)) continue;
    const FunctionId f = m.FunctionOf(a);
    const NodeId position = within(f);
    if (!Some(position)) {
      keep[i] = 1;
      continue;
    }
    NodeId statement = a;
    bool sure = true, before = false, met = false;
    for (NodeId p = s.Parent(a); Index(p) != 0; p = s.Parent(p)) {
      const Kind k = s.KindOf(p);
      // (_a = req.query) === null || _a === void 0 ? void 0 : _a.name: what stands first in an expression runs first.
      if (!met && Index(a) < Index(position) && s.Contains(p, position)) {
        met = true;
        before = k == Kind::kLogicalExpression || k == Kind::kSequenceExpression || k == Kind::kBinaryExpression ||
                 (k == Kind::kConditionalExpression && s[statement].role == Role::kTest);
        if (before) break;
      }
      if (k == Kind::kLogicalExpression && s[statement].role == Role::kRight) sure = false;
      if (k == Kind::kConditionalExpression && s[statement].role != Role::kTest) sure = false;
      if (k == Kind::kForInStatement || k == Kind::kForOfStatement || k == Kind::kForStatement) {
        // The variable of a loop holds inside of it.
        if (s[statement].role != Role::kInit) sure = sure && s.Contains(p, position);
      }
      statement = p;
      if (k == Kind::kExpressionStatement || k == Kind::kVariableDeclaration || k == Kind::kIfStatement ||
          k == Kind::kReturnStatement || k == Kind::kForInStatement || k == Kind::kForOfStatement ||
          k == Kind::kForStatement || k == Kind::kWhileStatement || k == Kind::kSwitchStatement ||
          k == Kind::kThrowStatement || k == Kind::kParameter || k == Kind::kFunctionDeclaration ||
          k == Kind::kDoWhileStatement || k == Kind::kBlockStatement) {
        break;
      }
    }
    const bool around = s.Contains(statement, position) && s.KindOf(statement) != Kind::kIfStatement &&
                        !IsLoop(s.KindOf(statement)) && s.KindOf(statement) != Kind::kParameter &&
                        s.KindOf(statement) != Kind::kSwitchStatement;
    const bool closure = m.FunctionOf(at) != f;
    if (before) {
      keep[i] = 1;
      if (sure) first = i;
    } else if (Index(a) < Index(position) && !around) {
      keep[i] = 1;
      NodeId block = s.Parent(statement);
      if (s.KindOf(statement) == Kind::kVariableDeclaration && s.KindOf(block) == Kind::kForStatement)
        block = s.Parent(block);
      const bool in_case = s.KindOf(block) == Kind::kSwitchCase;
      const size_t earlier = first;
      const bool each_time = always;
      if (sure && (s.Contains(block, position) || s.KindOf(statement) == Kind::kParameter) && !in_case) {
        first = i;
        always = s.Contains(block, position) && !closure;
      }
      // if (a) { x = 1; } else { x = 2; }: what it was before is gone.
      if (sure && i > 0 && s.KindOf(block) == Kind::kBlockStatement && s[block].role == Role::kAlternate) {
        const NodeId whole = s.Parent(block);
        const NodeId assigns = s.Parent(s.Parent(all[i - 1].node)), other = s.Parent(assigns);
        if (s.KindOf(assigns) == Kind::kExpressionStatement && s.KindOf(other) == Kind::kBlockStatement &&
            s[other].role == Role::kConsequent && s.Parent(other) == whole && !s.Contains(whole, position) &&
            s.Contains(s.Parent(whole), position))
          first = i - 1;
      }
      // if (a) {...} else {...} without braces
      if (s.KindOf(block) == Kind::kIfStatement && !s.Contains(statement, position) && first == i) {
        first = earlier;
        always = each_time;
      }
    } else {
      const NodeId loop = EnclosingLoop(m, a);
      // What a function keeps outside of itself, it finds there when it runs again.
      keep[i] = closure || (Some(loop) && s.Contains(loop, position)) || m.FunctionOf(m.bindings[b].node) != f;
    }
  }
  for (size_t i = 0; i < all.size(); ++i) {
    if (!keep[i] || (i < first && Some(within(m.FunctionOf(all[i].node))) && Index(all[i].node) < Index(at))) continue;
    // What a round of a loop leaves for the next one, where that begins with node = { ...node }.
    const NodeId a = all[i].node;
    if (always && i > first && Index(a) > Index(at) && m.FunctionOf(a) == m.FunctionOf(at)) {
      const NodeId loop = EnclosingLoop(m, a);
      if (Some(loop) && s.Contains(loop, all[first].node) && s.Contains(loop, at)) continue;
    }
    out.push_back(all[i].value);
    nodes.push_back(all[i].node);
  }
  return out;
}

// The object whose entries a pair is one of, in for (const [key, value] of Object.entries(object)) and in callbacks of
// methods of the list; kNone when it is something else.
NodeId Walker::EntriesOf(FileId file, ValueId pair) {
  const FileModel& m = p_[file].model;
  const auto argument = [&](ValueId v, std::string_view of) {
    v = Resolve(file, v);
    if (!Some(v) || m.values[v].kind != ValueKind::kCall) return kNone<NodeId>;
    const Call& c = m.calls[static_cast<CallId>(m.values[v].a)];
    const Api* api = ApiOf(file, static_cast<CallId>(m.values[v].a));
    return api != nullptr && api->name == of && c.arg_count > 0 ? m.args[c.first_arg].node : kNone<NodeId>;
  };
  const auto object = [&](ValueId v) {
    // [...Object.entries(one), ...others]
    if (const ValueId list = Resolve(file, v); Some(list) && m.values[list].kind == ValueKind::kArray) {
      const NodeId first = m.syntax.FirstChild(static_cast<NodeId>(m.values[list].a));
      if (!Some(first) || m.syntax.KindOf(first) != Kind::kSpreadElement) return kNone<NodeId>;
      v = m.ValueOf(m.syntax.FirstChild(first));
    }
    const NodeId of = argument(v, "global.Object.entries");
    if (!Some(of)) return of;
    // Of the same names: Object.entries(Object.getOwnPropertyDescriptors(object))
    const NodeId described = argument(m.ValueOf(of), "global.Object.getOwnPropertyDescriptors");
    return Some(described) ? described : of;
  };
  ValueId v = pair;
  for (int i = 0; i < 2 && Some(v); ++i) {
    const Value& x = m.values[v];
    if (x.kind != ValueKind::kElement) break;
    v = Resolve(file, static_cast<ValueId>(x.a));
  }
  if (!Some(v)) return kNone<NodeId>;
  if (m.values[v].kind != ValueKind::kParam) return object(v);
  const NodeId function = m.functions[static_cast<FunctionId>(m.values[v].a)].node;
  const CallId c = m.syntax[function].role == Role::kArgument ? m.CallAt(m.syntax.Parent(function)) : kNone<CallId>;
  if (!Some(c) || m.values[v].b != 0 || m.values[m.calls[c].callee].kind != ValueKind::kMember) return kNone<NodeId>;
  return object(static_cast<ValueId>(m.values[m.calls[c].callee].a));
}

Origins Walker::OfBinding(FileId file, BindingId b, const AccessPath& path, NodeId at) {
  const FileModel& m = p_[file].model;
  Origins out;
  std::vector<NodeId> nodes;
  const std::vector<ValueId> values = Reaching(file, b, at, nodes);
  for (size_t i = 0; i < values.size(); ++i) {
    // The expression it is given, where that is written as a whole.
    NodeId expression = kNone<NodeId>;
    const NodeId holder = m.syntax.Parent(nodes[i]);
    if (m.syntax.KindOf(holder) == Kind::kVariableDeclarator) expression = m.syntax.Child(holder, Role::kValue);
    if (m.syntax.KindOf(holder) == Kind::kAssignmentExpression && m.syntax[holder].op == Op::kAssign) {
      expression = m.syntax.Child(holder, Role::kRight);
    }
    const bool chain = Some(expression) && m.syntax.KindOf(expression) == Kind::kAssignmentExpression;
    // const [key, value] of Object.entries(object)
    const NodeId pair = m.syntax.KindOf(holder) == Kind::kArrayPattern ? EntriesOf(file, values[i]) : kNone<NodeId>;
    if (Some(pair)) {
      const bool first = m.syntax.FirstChild(holder) == nodes[i];
      Origins more = first ? Of(file, pair, {}) : Of(file, pair, path.Under("*"));
      for (Origin& o : more) {
        if (first) o.key = true;
        o.link = AddLink(o.link, file, nodes[i], Link::Kind::kBinding, b);
      }
      Append(out, std::move(more));
      continue;
    }
    // [first, ...rest] = list: rest[0] is list[1]. Of parameters (first, ...rest) the value knows where it begins.
    AccessPath below = path;
    const NodeId list = m.syntax.Parent(holder);
    if (const int n = Digit(path.first());
        n >= 0 && m.syntax.KindOf(holder) == Kind::kRestElement && m.syntax.KindOf(list) == Kind::kArrayPattern) {
      const int skipped = PositionIn(m.syntax, p_[file].text, list, holder);
      below = path.Rest().Under(skipped < 0 ? "*" : ElementStep(n + skipped));
    }
    Origins more = Some(expression) && (chain || m.ValueOf(expression) == values[i])
                       ? Of(file, expression, path)
                       : OfValue(file, values[i], below, nodes[i]);
    for (Origin& o : more) {
      const bool itself = path.size == 0 || IsElement(path.first());
      o.link = AddLink(o.link, file, nodes[i], Link::Kind::kBinding, itself ? b : kNone<BindingId>);
    }
    Append(out, std::move(more));
  }
  if (path.size == 0) return out;
  const FileIndex& x = IndexOf(file);
  for (const WriteId w : x.by_binding.Of(Index(b))) {
    const Write& write = m.writes[w];
    const Value& t = m.values[write.target];
    if (t.kind == ValueKind::kMember && path.first() != "*" && m.names[static_cast<NameId>(t.b)] != path.first())
      continue;
    // x[key] = from[key] is not how x.name becomes from.__proto__.
    if (dynamic_ && t.kind == ValueKind::kElement && !IsElement(path.first())) continue;
    Origins more = OfValue(file, write.value, path.Rest(), write.node);
    for (Origin& o : more) o.link = AddLink(o.link, file, write.node, Link::Kind::kField, b);
    Append(out, std::move(more));
  }
  if (!dynamic_) {
    for (const CallId c : x.fills.Of(Index(b))) {
      Origins more = OfFill(file, c, path);
      for (Origin& o : more) o.link = AddLink(o.link, file, m.calls[c].node, Link::Kind::kField, b);
      Append(out, std::move(more));
    }
  }
  if (!IsElement(path.first())) return out;
  for (const CallId c : x.pushes.Of(Index(b))) {
    const Call& call = m.calls[c];
    // map.set(key, value): get() returns values.
    const bool of_map = call.arg_count == 2 && m.names[static_cast<NameId>(m.values[call.callee].b)] == "set";
    for (uint32_t i = of_map ? 1 : 0; i < call.arg_count; ++i) {
      const Argument& a = m.args[call.first_arg + i];
      Origins more = Of(file, a.node, a.spread ? path : path.Rest());
      for (Origin& o : more) o.link = AddLink(o.link, file, a.node, Link::Kind::kField, b);
      Append(out, std::move(more));
    }
  }
  return out;
}

std::string_view Walker::ParamName(FunctionRef f, uint32_t index) const {
  const FileModel& m = p_[f.file].model;
  const Function& fn = m.functions[f.function];
  if (index >= fn.param_count) return "arguments";
  const NodeId node = m.params[fn.first_param + index].node;
  for (const NodeId c : m.syntax.ChildrenOf(node)) {
    const Kind k = m.syntax.KindOf(c);
    if (k == Kind::kIdentifier && m.syntax[c].role != Role::kValue) return Text(f.file, c);
    if (k == Kind::kRestElement && Some(m.syntax.FirstChild(c)))
      return Text(f.file, m.syntax.FirstChild(c));
  }
  return {};
}

// { '/files/`path...`': function (req, res, found) {} }, router.get('/files/:name', (req, res, found) => {}): what a
// router nobody knows took out of the address comes third.
bool Walker::IsRoute(FileId file, NodeId function) const {
  const FileModel& m = p_[file].model;
  const Syntax& s = m.syntax;
  const NodeId p = s.Parent(function);
  const auto path = [&](NodeId node) {
    const std::string_view text = Text(file, node);
    return s.KindOf(node) == Kind::kStringLiteral && text.size() > 2 && text[1] == '/';
  };
  if (s.KindOf(p) == Kind::kProperty) return path(s.FirstChild(p));
  const CallId c = s[function].role == Role::kArgument ? m.CallAt(p) : kNone<CallId>;
  if (!Some(c) || calls_.TargetOf(file, c).api != nullptr || Some(calls_.TargetOf(file, c).function.function))
    return false;
  return path(m.args[m.calls[c].first_arg].node);
}

std::string_view Walker::TypeOfParam(FileId file, FunctionId f, uint32_t index) {
  const std::string_view known = p_.ParamType({file, f}, index);
  const FileModel& m = p_[file].model;
  const Function& fn = m.functions[f];
  // serve.bind(null, root): what it is bound to comes before what a server hands it.
  const bool bound = known == "http.ServerResponse" && IsRequestName(ParamName({file, f}, index)) &&
                     IsResponseName(ParamName({file, f}, index + 1));
  if (!known.empty() && known != "http.IncomingMessage" && !bound) return known;
  if (known.empty() && index < fn.param_count && Some(m.params[fn.first_param + index].type)) {
    const ValueId v = m.ValueOf(m.params[fn.first_param + index].node);
    if (Some(v)) {
      const std::string_view t = DenoterOf(file).TypeOf(v);
      if (!t.empty()) return t;
    }
  }
  // Connect's convention, which every framework's middleware follows: (req, res), (req, res, next).
  for (uint32_t i = 0; i + 1 < fn.param_count; ++i) {
    if (!IsRequestName(ParamName({file, f}, i)) || !IsResponseName(ParamName({file, f}, i + 1))) continue;
    if (i == index) return "express.Request";
    if (i + 1 == index) return "express.Response";
    if (i + 2 == index && (ParamName({file, f}, index) == "params" || IsRoute(file, fn.node))) return "unknown.Params";
  }
  if (!known.empty()) return "express.Request";
  // serve(url, req, res) { if (typeof url !== 'string') { res = req; req = url; } ... }
  for (uint32_t i = 0; i + 1 < fn.param_count; ++i) {
    if (i == index || index >= fn.param_count || !IsRequestName(ParamName({file, f}, i)) ||
        !IsResponseName(ParamName({file, f}, i + 1)))
      continue;
    const NodeId node = m.params[fn.first_param + i].node;
    const BindingId b = m.BindingAt(m.syntax.FirstChild(node));
    if (!Some(b)) continue;
    for (const Assignment& a : m.AssignmentsOf(b)) {
      // A parameter that is assigned later stands for itself.
      const Value* v = Some(a.value) ? &m.values[a.value] : nullptr;
      const BindingId other =
          v != nullptr && v->kind == ValueKind::kBinding ? static_cast<BindingId>(v->a) : kNone<BindingId>;
      const NodeId param = m.params[fn.first_param + index].node;
      if (Some(other) && m.bindings[other].kind == BindingKind::kParam &&
          m.syntax.Contains(param, m.bindings[other].node))
        return "express.Request";
    }
  }
  // By what is done with them: (q, s) => { s.setHeader(...); serve(q.url) }. Who makes requests has url and headers,
  // too, so something must be answered.
  if (fn.param_count >= 2) {
    const auto use = [&](uint32_t i) {
      uint8_t all = 0;
      for (const uint8_t one : IndexOf(file).used_as.Of(Index(f) << 8 | i)) all |= one;
      return all;
    };
    const auto pair = [&](uint32_t i) {
      if (i + 1 >= fn.param_count) return false;
      const uint8_t asked = use(i), answered = use(i + 1);
      if (!(asked & kUrl) || (asked & (kEnds | kAnswers)) || (answered & (kUrl | kMethod))) return false;
      return (answered & kAnswers) != 0 || ((answered & kEnds) && (asked & (kMethod | kHeaders)));
    };
    if (pair(index)) return "express.Request";
    if (index > 0 && pair(index - 1)) return "express.Response";
  }
  if (index == 0 && fn.param_count == 2 && ParamName({file, f}, 0) == "ctx" && ParamName({file, f}, 1) == "next")
    return "koa.Context";
  // Methods of a gRPC service: (call, callback) => callback(null, answer(call.request))
  if (index == 0 && fn.param_count == 2 && ParamName({file, f}, 0) == "call" &&
      (ParamName({file, f}, 1) == "callback" || ParamName({file, f}, 1) == "cb"))
    return "grpc.ServerCall";
  // GraphQL resolvers: { Query: { user: (parent, args) => ... } }
  if (index == 1) {
    const Syntax& s = m.syntax;
    NodeId fields = s.Parent(fn.node);
    if (s.KindOf(fields) == Kind::kProperty) fields = s.Parent(fields);
    const NodeId type = s.KindOf(fields) == Kind::kObjectExpression ? s.Parent(fields) : kNone<NodeId>;
    if (Some(type) && s.KindOf(type) == Kind::kProperty) {
      const std::string_view name = Text(file, s.FirstChild(type));
      if (name == "Query" || name == "Mutation" || name == "Subscription") return "graphql.Arguments";
    }
  }
  return {};
}

// What somebody else's messages arrive at, told by its use: in io.on('connection', (s) => s.on('read', ...)) that is s,
// in a function that is handed one, `socket`.
std::string_view Walker::PeerByUse(FileId file, ValueId receiver) {
  const FileModel& m = p_[file].model;
  const ValueId v = Resolve(file, receiver);
  if (!Some(v)) return {};
  if (m.values[v].kind == ValueKind::kMember)
    return m.names[static_cast<NameId>(m.values[v].b)] == "socket" ? "unknown.Socket" : std::string_view();
  if (m.values[v].kind != ValueKind::kParam) return {};
  const FunctionId f = static_cast<FunctionId>(m.values[v].a);
  const auto connects = [&](CallId c, uint32_t at) {
    const Call& call = m.calls[c];
    const Value& callee = m.values[call.callee];
    if (at != 1 || callee.kind != ValueKind::kMember || call.arg_count < 2) return false;
    const Value& event = m.values[m.args[call.first_arg].value];
    if (event.kind != ValueKind::kString) return false;
    const std::string_view name = m.names[static_cast<NameId>(event.a)];
    return (name == "connection" || name == "connect") &&
           DenoterOf(file).TypeOf(static_cast<ValueId>(callee.a)).empty();
  };
  if (m.values[v].b == 0) {
    const NodeId node = m.functions[f].node, parent = m.syntax.Parent(node);
    if (const CallId c = m.syntax[node].role == Role::kArgument ? m.CallAt(parent) : kNone<CallId>; Some(c)) {
      const Call& call = m.calls[c];
      if (call.arg_count > 1 && m.args[call.first_arg + 1].node == node && connects(c, 1)) return "unknown.Peer";
    }
    for (const auto& [c, at] : HandedTo({file, f})) {
      if (connects(c, at)) return "unknown.Peer";
    }
  }
  return ParamName({file, f}, m.values[v].b) == "socket" ? "unknown.Socket" : std::string_view();
}

// Things that mean the same wherever they are called so: entry.fileName, this.req.url.
void Walker::NamedSource(FileId file, ValueId base, std::string_view member, NodeId at, Origins& out) {
  const FileModel& m = p_[file].model;
  const Value& b = m.values[base];
  std::string_view thing;
  if (b.kind == ValueKind::kBinding) thing = m.names[m.bindings[static_cast<BindingId>(b.a)].name];
  if (b.kind == ValueKind::kParam) thing = ParamName({file, static_cast<FunctionId>(b.a)}, b.b);
  if (b.kind == ValueKind::kMember) thing = m.names[static_cast<NameId>(b.b)];
  if (thing.empty()) return;
  const Type* unknown = k_.FindType("unknown");
  if (unknown == nullptr) return;
  for (const Source& s : unknown->sources) {
    if (s.member.size() != thing.size() + 1 + member.size() || !s.member.starts_with(thing) ||
        !s.member.ends_with(member) || s.member[thing.size()] != '.')
      continue;
    Origin o;
    if ((s.kind == "archive" && around_->checks_entries[Index(file)]) || !Begin(s, o)) continue;
    o.function = {file, m.FunctionOf(at)};
    o.node = at;
    o.what = s.member;
    Append(out, o);
  }
}

// path.sep
bool Walker::IsSeparator(FileId file, ValueId value) {
  const Value& v = p_[file].model.values[value];
  if (v.kind != ValueKind::kMember || p_[file].model.names[static_cast<NameId>(v.b)] != "sep") return false;
  const Denoted d = DenoterOf(file).Of(value);
  return d.Is(Denoted::Kind::kApi) && d.api != nullptr &&
         (d.api->name == "path.sep" || d.api->name == "path.posix.sep");
}

// Text that the program itself writes, in one file: 'a', A + 'b', `${A}b`.
std::optional<std::string> Walker::ConstantText(FileId file, ValueId value, int depth) const {
  const FileModel& m = p_[file].model;
  value = Resolve(file, value);
  if (!Some(value) || depth > 4) return std::nullopt;
  const Value& v = m.values[value];
  if (v.kind == ValueKind::kString) return std::string(m.names[static_cast<NameId>(v.a)]);
  if (v.kind != ValueKind::kConcat && v.kind != ValueKind::kTemplate) return std::nullopt;
  std::string whole;
  for (const NodeId c : m.syntax.ChildrenOf(static_cast<NodeId>(v.a))) {
    if (m.syntax.KindOf(c) != Kind::kTemplateElement) {
      const auto part = ConstantText(file, m.ValueOf(c), depth + 1);
      if (!part) return std::nullopt;
      whole += *part;
      continue;
    }
    const std::string_view raw = Text(file, c);
    for (size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] == '\\' && (++i == raw.size() || raw[i] != '\\')) return std::nullopt;  // \n, \u0041
      whole += raw[i];
    }
  }
  return whole;
}

// What the routes a handler is registered for let a parameter be: kinds of sinks that can do no harm to. Of
// app.get('/file/:id([0-9a-f]+)', handler) that is hexadecimal digits.
uint32_t Walker::AllowedByRoutes(FunctionRef handler, std::string_view name) const {
  const auto harmless = [&](const looplint::Entry& entry) -> uint32_t {
    const FileId file = entry.by.file;
    if (!Some(file) || !Some(entry.by.call) || entry.api == nullptr) return 0;
    const FileModel& m = p_[file].model;
    CallId call = entry.by.call;
    // app.route('/file/:id').get(handler): the route is what the method is called on.
    for (int i = 0; i < 8; ++i) {
      const Call& c = m.calls[call];
      const ValueId first = c.arg_count == 0 ? kNone<ValueId> : Resolve(file, m.args[c.first_arg].value);
      if (Some(first) && m.values[first].kind == ValueKind::kRegExp) {
        const std::string_view regex = Text(file, static_cast<NodeId>(m.values[first].a));
        return regex.find('%') != std::string_view::npos ? 0 : Harmless(regex);
      }
      const std::optional<std::string> route = ConstantText(file, first);
      if (!route) {
        const Value& callee = m.values[c.callee];
        const ValueId on =
            callee.kind == ValueKind::kMember ? Resolve(file, static_cast<ValueId>(callee.a)) : kNone<ValueId>;
        if (!Some(on) || m.values[on].kind != ValueKind::kCall) return 0;
        call = static_cast<CallId>(m.values[on].a);
        continue;
      }
      const std::string parameter = Cat(":", name, "(");
      const size_t at = route->find(parameter);
      if (at == std::string::npos) return 0;
      const size_t begin = at + parameter.size(), end = route->find(')', begin);
      if (end == std::string::npos || end == begin) return 0;
      std::string_view body = std::string_view(*route).substr(begin, end - begin);
      // Express 4 takes a star for (.*), also inside of a group. Names are decoded after they were matched.
      if (body.find_first_of("(*%.") != std::string_view::npos) return 0;
      // Fastify 3 looked for the pattern anywhere in the parameter, the others match all of it.
      const bool whole = body.starts_with('^') && body.ends_with('$') && body.find('|') == std::string_view::npos;
      if (entry.api->name.starts_with("fastify") && !whole) return 0;
      return Harmless(Cat("/", body, "/"));
    }
    return 0;
  };
  return OfAllEntries(handler, harmless);
}

// What every registration of a handler makes harmless.
uint32_t Walker::OfAllEntries(FunctionRef handler,
                              const std::function<uint32_t(const looplint::Entry&)>& harmless) const {
  const std::span<const looplint::Entry> entries = calls_.EntriesOf(handler);
  for (const Site& site : CallersOf(handler)) {  // who calls it by itself hands it what others let through
    if (std::ranges::none_of(entries, [&](const looplint::Entry& e) { return e.by == CallRef{site.file, site.call}; }))
      return 0;
  }
  uint32_t kinds = entries.empty() ? 0 : ~0u;
  for (const looplint::Entry& entry : entries) kinds &= harmless(entry);
  return kinds;
}

// server.tool('log', { how: z.enum(['a', 'b']) }, handler): the schema of arguments that is handed over with it, by
// itself, as an option of that name or within z.object(). Numbers, names that are listed and what a pattern was held
// against can do no harm.
uint32_t Walker::AllowedBySchema(FunctionRef handler, std::string_view name) const {
  return OfAllEntries(handler, [&](const looplint::Entry& entry) -> uint32_t {
    const FileId file = entry.by.file;
    if (!Some(file) || !Some(entry.by.call)) return 0;
    const FileModel& m = p_[file].model;
    const Call& call = m.calls[entry.by.call];
    std::vector<ValueId> work;
    for (uint32_t i = 0; i < call.arg_count; ++i) work.push_back(m.args[call.first_arg + i].value);
    for (size_t k = 0; k < work.size() && k < 16; ++k) {
      const ValueId v = Resolve(file, work[k]);
      if (!Some(v)) continue;
      if (m.values[v].kind == ValueKind::kCall && k >= call.arg_count) {
        const Call& object = m.calls[static_cast<CallId>(m.values[v].a)];
        if (object.arg_count > 0) work.push_back(m.args[object.first_arg].value);
      }
      if (m.values[v].kind != ValueKind::kObject) continue;
      const Object& o = m.objects[static_cast<ObjectId>(m.values[v].a)];
      for (uint32_t i = 0; i < o.member_count; ++i) {
        const Member& member = m.members[o.first_member + i];
        if (!Some(member.name) || !Some(member.value)) continue;
        const std::string_view key = m.names[member.name];
        if (key == "inputSchema" || key == "argsSchema") work.push_back(member.value);
        if (key != name) continue;
        const std::string_view text = Text(file, member.node);
        const auto any = [&](std::initializer_list<std::string_view> parts) {
          return std::ranges::any_of(parts, [&](std::string_view p) { return text.find(p) != std::string_view::npos; });
        };
        if (any({".regex(", ".uuid("})) return ~0u;
        return any({".number(", ".boolean(", ".enum(", ".nativeEnum(", ".literal(", ".int(", ".bigint(", ".date("}) &&
                       !any({".string(", ".any(", ".unknown(", ".record("})
                   ? ~0u
                   : 0;
      }
    }
    return 0;
  });
}

bool Walker::SourceAt(FileId file, FunctionId f, uint32_t index, std::string_view type, const AccessPath& path,
                      Origins& out) {
  const auto tell = [&](const Source& s) {
    Origin o;
    if (!Begin(s, o)) return false;
    o.function = {file, f};
    o.node = p_[file].model.functions[f].node;
    o.index = index;
    std::string what(ParamName({file, f}, index));
    if (s.member == "params.*" && path.size > 1) o.cleaned |= AllowedByRoutes({file, f}, path.steps[1]);
    if (s.member == "*" && path.size > 0) o.cleaned |= AllowedBySchema({file, f}, path.steps[0]);
    for (uint8_t k = 0; k < path.size; ++k) {
      if (path.steps[k] != kRead) AddStep(what, path.steps[k]);
    }
    o.what = Keep(what);
    out.push_back(o);
    return true;
  };
  if (path.size == 1 && path.first() == kRead) {
    const Event* data = k_.FindEvent(type, "data");
    return data != nullptr && !data->sources.empty() && tell(data->sources[0]);
  }
  bool has_sources = false;
  std::vector<std::string_view> work = {type};
  for (int i = 0; i < 12 && !work.empty(); ++i) {
    const Type* t = k_.FindType(work.back());
    work.pop_back();
    if (t == nullptr) continue;
    if (!t->extends.empty()) work.push_back(t->extends);
    for (const std::string& also : t->also) work.push_back(also);
    for (const Source& s : t->sources) {
      if (!TrustOf(s.kind)) continue;
      has_sources = true;
      if ((path.size == 0 && !s.member.empty()) || !Matches(s, path)) continue;
      return tell(s);
    }
  }
  return has_sources;
}

Origins Walker::OfParam(FileId file, FunctionId f, uint32_t index, bool rest, const AccessPath& path) {
  const FileModel& m = p_[file].model;
  const Function& fn = m.functions[f];
  Origins out;
  bool inside = false;
  if (!rest) {
    const std::string_view type = TypeOfParam(file, f, index);
    const bool holds = !type.empty() && SourceAt(file, f, index, type, path, out);
    if (out.empty() && path.size > 0 && !dynamic_ && CarriesByName(ParamName({file, f}, index)))
      out = OfCarried(file, path);
    // What is no part of a request was put there by who hands it on: an object of the program's own called `request`.
    const bool source = std::ranges::any_of(out, [](const Origin& o) { return o.kind == Origin::Kind::kSource; });
    if (source || ((holds || !out.empty()) && (path.size == 0 || dynamic_ || CallersOf({file, f}).empty()))) return out;
    inside = holds;
    // handler(@Query('name') name)
    if (index < fn.param_count) {
      for (const NodeId c : m.syntax.ChildrenOf(m.params[fn.first_param + index].node)) {
        if (m.syntax.KindOf(c) != Kind::kDecorator || !Some(m.syntax.FirstChild(c))) continue;
        const CallId call = m.CallAt(m.syntax.FirstChild(c));
        const Api* api = Some(call) ? calls_.TargetOf(file, call).api : nullptr;
        if (api == nullptr || api->decorates != "parameter") continue;
        for (const Source& s : api->sources) {
          Origin o;
          if (!Begin(s, o)) continue;
          o.function = {file, f};
          o.node = fn.node;
          o.index = index;
          o.what = ParamName({file, f}, index);
          out.push_back(o);
        }
        if (!out.empty()) return out;
      }
    }
    // A function written as an argument: what does the callee hand to it?
    NodeId node = fn.node;
    NodeId parent = m.syntax.Parent(node);
    if (m.syntax.KindOf(parent) == Kind::kMemberExpression &&
        m.syntax.KindOf(m.syntax.Parent(parent)) == Kind::kCallExpression && m.syntax[parent].role != Role::kArgument) {
      node = m.syntax.Parent(parent);  // function () {}.bind(this)
      parent = m.syntax.Parent(node);
    }
    const CallId c = m.syntax[node].role == Role::kArgument ? m.CallAt(parent) : kNone<CallId>;
    std::vector<std::pair<CallId, uint32_t>> places;
    if (Some(c)) {
      const Call& call = m.calls[c];
      uint32_t at = 0;
      while (at < call.arg_count && m.args[call.first_arg + at].node != node) ++at;
      places.push_back({c, at});
    } else if (const auto handed = HandedTo({file, f}); !handed.empty()) {
      places.assign(handed.begin(), handed.end());  // by its name: list.forEach(handle)
    } else if (m.syntax.KindOf(parent) == Kind::kReturnStatement ||
               m.syntax.KindOf(parent) == Kind::kArrowFunctionExpression) {
      // By the function that makes it: list.forEach(handlerFor(x))
      const bool arrow = m.syntax.KindOf(parent) == Kind::kArrowFunctionExpression;
      for (const Site& site : CallersOf({file, arrow ? m.FunctionAt(parent) : m.FunctionOf(parent)})) {
        if (site.file != file || places.size() >= kCallees) continue;
        const NodeId made = m.calls[site.call].node;
        const CallId taker = m.syntax[made].role == Role::kArgument ? m.CallAt(m.syntax.Parent(made)) : kNone<CallId>;
        if (!Some(taker)) continue;
        uint32_t at = 0;
        while (at < m.calls[taker].arg_count && m.args[m.calls[taker].first_arg + at].node != made) ++at;
        places.push_back({taker, at});
      }
    }
    for (const auto& place : places) {
      const CallId c = place.first;
      const uint32_t at = place.second;
      const Call& call = m.calls[c];
      const Api* api = ApiOf(file, c);
      const Value& callee = m.values[call.callee];
      const ValueId receiver = callee.kind == ValueKind::kMember ? static_cast<ValueId>(callee.a) : kNone<ValueId>;
      const Api* flows = api;
      if (callee.kind == ValueKind::kMember && (api == nullptr || api->passes.empty())) {
        flows = k_.FindMember("unknown", m.names[static_cast<NameId>(callee.b)]);
      }
      if (flows == nullptr) flows = RowByName(file, c);
      // What a function of the program hands to the callback it is given.
      const auto handed = [&](FunctionRef target) {
        for (const CallId inner : IndexOf(target.file).by_param.Of(Index(target.function) << 8 | at)) {
          const NodeId a = ArgumentOf(target.file, p_[target.file].model.calls[inner], index);
          if (!Some(a)) continue;
          Origins more = Of(target.file, a, path);
          for (Origin& o : more) o.link = AddLink(o.link, target.file, a, Link::Kind::kReturn);
          Append(out, Map(more, file, c, target));
        }
      };
      if (const FunctionRef target = TargetOf(file, c); Some(target.function)) {
        handed(target);
        // What does not call it keeps it for others to call: get(pattern, handler) of a router.
        const bool kept = out.empty() && !CallersOf({file, f}).empty();
        if (places.size() == 1 && Some(m.CallAt(parent)) && !kept) return out;
        continue;
      }
      if (api == nullptr) {
        const Callees callees = calls_.CalleesOf(file, c);
        if (callees.functions.size() <= kCallees) {
          for (const FunctionRef& target : callees.functions) handed(target);
          if (!out.empty()) return out;
        }
      }
      if (api != nullptr) {
        for (const Source& s : api->sources) {
          Origin o;
          if (api->style != CallStyle::kErrorFirst || index != 1 || !Begin(s, o)) continue;
          o.function = {file, f};
          o.node = call.node;
          o.what = ParamName({file, f}, index);
          out.push_back(std::move(o));
        }
      }
      // on('message', listener)
      if (callee.kind == ValueKind::kMember && call.arg_count > 0) {
        const Value& event = m.values[m.args[call.first_arg].value];
        if (event.kind == ValueKind::kString && at == 1) {
          std::string_view type = DenoterOf(file).TypeOf(receiver);
          if (type.empty()) type = PeerByUse(file, receiver);
          // Of emitters nobody knows, events that mean one thing wherever they come from: 'entry' of an archive.
          const std::string_view name = m.names[static_cast<NameId>(event.a)];
          const Event* e = type.empty() ? nullptr : k_.FindEvent(type, name);
          if (e == nullptr && !type.empty()) e = k_.FindEvent(type, "*");
          if (e == nullptr) e = k_.FindEvent("unknown", name);
          if (e != nullptr && (index == 0 || e->name == "*")) {
            for (const Source& s : e->sources) {
              Origin o;
              if (type.empty() && s.kind == "archive" && around_->checks_entries[Index(file)]) continue;
              if ((!s.member.empty() && (path.size == 0 || !Matches(s, path))) || !Begin(s, o)) continue;
              o.function = {file, f};
              o.node = call.node;
              std::string what(ParamName({file, f}, index));
              for (uint8_t k = 0; !s.member.empty() && k < path.size; ++k)
                what += IsElement(path.steps[k]) ? std::string("[...]") : Cat(".", path.steps[k]);
              o.what = Keep(what);
              out.push_back(o);
            }
          }
          // Emitters of the file's own: what emit() of the same object and event is given.
          if (out.empty()) {
            const auto object = [&](ValueId v) {
              v = Resolve(file, v);
              return Some(v) && m.values[v].kind == ValueKind::kThis ? kNone<ValueId> : v;
            };
            for (const CallId emit : IndexOf(file).emits.Of(event.a)) {
              const Call& given = m.calls[emit];
              if (object(static_cast<ValueId>(m.values[given.callee].a)) != object(receiver)) continue;
              const NodeId a = ArgumentOf(file, given, index + 1);
              if (Some(a)) Append(out, Of(file, a, path));
            }
          }
        }
      }
      if (flows != nullptr) {
        for (const Passage& flow : flows->passes) {
          if (flow.callback != static_cast<int>(index)) continue;
          const AccessPath below = flow.as == "element" ? path.Under("*")
                                   : flow.as == "read"  ? AccessPath().Under(kRead)
                                                        : path;
          if (flow.as == "accumulator") {
            for (const NodeId r : IndexOf(file).returns.Of(Index(f))) Append(out, Of(file, r, path));
          } else if (flow.receiver && Some(receiver)) {
            Append(out, OfValue(file, receiver, below, call.node));
          } else if (flow.first >= 0 && static_cast<uint32_t>(flow.first) < call.arg_count) {
            Append(out, Of(file, m.args[call.first_arg + static_cast<uint32_t>(flow.first)].node, below));
          }
          for (Origin& o : out) {
            if (flow.as == "key") o.key = true;
          }
        }
      }
      if (!out.empty()) return out;
    }
    // function outer() { return function inner(req) {} } and the like stay parameters.
    // serve(name, file = path.join(root, name))
    if (const NodeId otherwise = index < fn.param_count
                                     ? m.syntax.Child(m.params[fn.first_param + index].node, Role::kValue)
                                     : kNone<NodeId>;
        Some(otherwise))
      Append(out, Of(file, otherwise, path));
  }
  Origin o;
  o.kind = Origin::Kind::kParam;
  o.function = {file, f};
  o.index = index;
  o.rest = rest;
  o.inside = inside;
  o.path = path;
  o.what = ParamName({file, f}, index);
  if (path.size > 0) {
    std::string what(o.what);
    for (uint8_t k = 0; k < path.size; ++k) AddStep(what, path.steps[k]);
    o.what = Keep(what);
  }
  out.push_back(o);
  return out;
}

// req.file = name in one function, req.file in another.
Origins Walker::OfCarried(FileId file, const AccessPath& path) {
  Origins out;
  if (const auto it = around_->merged.find(path.first());
      it != around_->merged.end() && it->second.size() <= kCarriers && path.size > 1) {
    for (const CallRef& at : it->second) {
      if (around_->component[Index(at.file)] != around_->component[Index(file)]) continue;
      const FileModel& m = p_[at.file].model;
      const Call& c = m.calls[at.call];
      for (uint32_t i = 1; i < c.arg_count; ++i) {
        Origins more = Of(at.file, m.args[c.first_arg + i].node, path.Rest());
        for (Origin& o : more) o.link = AddLink(o.link, at.file, c.node, Link::Kind::kField);
        Append(out, std::move(more));
      }
    }
  }
  const auto it = around_->carried.find(path.first());
  if (it == around_->carried.end() || it->second.size() > kCarriers) return out;
  for (const Carried& c : it->second) {
    if (around_->component[Index(c.file)] != around_->component[Index(file)]) continue;
    AccessPath below = path.Rest();
    if (!c.second.empty()) {
      if (below.first() != c.second) continue;
      below = below.Rest();
    }
    const Write& write = p_[c.file].model.writes[c.write];
    Origins more = OfValue(c.file, write.value, below, write.node);
    for (Origin& o : more) o.link = AddLink(o.link, c.file, write.node, Link::Kind::kField);
    Append(out, std::move(more));
  }
  return out;
}

void Walker::FindCarried() {
  // Files that load each other, directly or not, are one program: what others carry under that name is theirs.
  std::vector<uint32_t>& component = around_->component;
  for (uint32_t i = 0; i < p_.size(); ++i) component.push_back(i);
  const auto root = [&](uint32_t i) {
    while (component[i] != i) i = component[i] = component[component[i]];
    return i;
  };
  for (uint32_t i = 0; i < p_.size(); ++i) {
    const File& f = p_[static_cast<FileId>(i)];
    if (f.role == FileRole::kTest) continue;
    for (const FileId target : f.imports) {
      if (Some(target)) component[root(Index(target))] = root(i);
    }
  }
  for (uint32_t i = 0; i < p_.size(); ++i) component[i] = root(i);
  for (uint32_t i = 0; i < p_.size(); ++i) {
    const FileId file = static_cast<FileId>(i);
    const FileModel& m = p_[file].model;
    if (p_[file].role == FileRole::kTest || p_[file].role == FileRole::kBrowser) continue;
    const auto carrier = [&](ValueId v) {
      v = Resolve(file, v);
      return Some(v) && m.values[v].kind == ValueKind::kParam &&
             CarriesByName(ParamName({file, static_cast<FunctionId>(m.values[v].a)}, m.values[v].b));
    };
    for (const WriteId id : Ids(m.writes)) {
      const Value& t = m.values[m.writes[id].target];
      if (t.kind != ValueKind::kMember) continue;
      const std::string_view name = m.names[static_cast<NameId>(t.b)];
      const Value& base = m.values[static_cast<ValueId>(t.a)];
      if (carrier(static_cast<ValueId>(t.a))) {
        around_->carried[name].push_back({file, id, {}});
      } else if (base.kind == ValueKind::kMember && carrier(static_cast<ValueId>(base.a))) {
        around_->carried[m.names[static_cast<NameId>(base.b)]].push_back({file, id, name});
      }
    }
    for (const CallId id : Ids(m.calls)) {
      const Call& c = m.calls[id];
      if (c.arg_count < 2 || m.values[c.callee].kind != ValueKind::kMember) continue;
      const std::string_view how = m.names[static_cast<NameId>(m.values[c.callee].b)];
      const Value& into = m.values[m.args[c.first_arg].value];
      if ((how == "assign" || how == "extend") && into.kind == ValueKind::kMember &&
          carrier(static_cast<ValueId>(into.a)))
        around_->merged[m.names[static_cast<NameId>(into.b)]].push_back({file, id});
    }
  }
}

// What a call puts below `path` into its first argument: Object.assign(options, given), or a function of the program
// that writes into its first parameter what it finds in the others.
Origins Walker::OfFill(FileId file, CallId id, const AccessPath& path) {
  const FileModel& m = p_[file].model;
  const Call& c = m.calls[id];
  Origins out;
  const FunctionRef target = TargetOf(file, id);
  if (Some(target.function)) {
    const FileModel& tm = p_[target.file].model;
    Origins written;
    for (const WriteId w : IndexOf(target.file).into_first.Of(Index(target.function))) {
      const Write& write = tm.writes[w];
      const Value& t = tm.values[write.target];
      if (t.kind == ValueKind::kMember && path.first() != "*" && tm.names[static_cast<NameId>(t.b)] != path.first())
        continue;
      Append(written, OfValue(target.file, write.value, path.Rest(), write.node));
    }
    std::erase_if(written, [&](const Origin& o) {
      return o.kind != Origin::Kind::kParam || o.function != target || o.index == 0;
    });
    return Map(written, file, id, target);
  }
  const Api* api = ApiOf(file, id);
  if (api == nullptr) api = RowByName(file, id);
  const Value& callee = m.values[c.callee];
  if (api == nullptr && callee.kind == ValueKind::kMember)
    api = k_.FindMember("unknown", m.names[static_cast<NameId>(callee.b)]);
  if (api == nullptr || std::ranges::none_of(api->flows, [](const std::string& f) { return f == "1 => 0"; }))
    return out;
  for (uint32_t i = 1; i < c.arg_count; ++i) {
    const Argument& a = m.args[c.first_arg + i];
    Append(out, Of(file, a.node, a.spread ? path.Under("*") : path));
  }
  return out;
}

Origins Walker::OfFields(FileId file, FunctionId self, std::string_view name, const AccessPath& path) {
  const FileModel& m = p_[file].model;
  const FileIndex& x = IndexOf(file);
  const NameId id = m.names.Find(name);
  Origins out;
  if (name == "*" || !Some(id)) return out;
  const std::span<const WriteId> writes = x.by_field.Of(Index(id));
  const ClassId owner = Some(self) ? m.functions[self].owner : kNone<ClassId>;
  for (const WriteId w : writes) {
    const Write& write = m.writes[w];
    const ClassId other = Some(write.function) ? m.functions[write.function].owner : kNone<ClassId>;
    if (Some(owner) && Some(other) && owner != other) continue;
    Origins more = OfValue(file, write.value, path, write.node);
    for (Origin& o : more) o.link = AddLink(o.link, file, write.node, Link::Kind::kField);
    Append(out, std::move(more));
  }
  const auto add = [&](Origins more, NodeId at) {
    for (Origin& o : more) o.link = AddLink(o.link, file, at, Link::Kind::kField);
    Append(out, std::move(more));
  };
  const auto same_class = [&](FunctionId f) {
    const ClassId other = Some(f) ? m.functions[f].owner : kNone<ClassId>;
    return !Some(owner) || !Some(other) || owner == other;
  };
  // What was put in under some name or none: this.options[key] = value, this.list.push(value). Where names are what
  // is asked for, computed ones lead anywhere.
  if (!dynamic_) {
    if (path.size > 0) {
      for (const WriteId w : x.field_elements.Of(Index(id))) {
        const Write& write = m.writes[w];
        if (same_class(write.function)) add(OfValue(file, write.value, path.Rest(), write.node), write.node);
      }
      for (const CallId c : x.field_fills.Of(Index(id))) {
        if (same_class(m.calls[c].function)) add(OfFill(file, c, path), m.calls[c].node);
      }
    }
    if (IsElement(path.first())) {
      for (const CallId c : x.field_pushes.Of(Index(id))) {
        const Call& call = m.calls[c];
        const bool of_map = call.arg_count == 2 && m.names[static_cast<NameId>(m.values[call.callee].b)] == "set";
        for (uint32_t i = of_map ? 1 : 0; same_class(call.function) && i < call.arg_count; ++i) {
          const Argument& a = m.args[call.first_arg + i];
          add(Of(file, a.node, a.spread ? path : path.Rest()), a.node);
        }
      }
    }
    // for (const key in options) this[key] = options[key]; Object.assign(this, options)
    for (const WriteId w : x.self_elements) {
      const Write& write = m.writes[w];
      if (same_class(write.function)) add(OfValue(file, write.value, path, write.node), write.node);
    }
    for (const CallId c : x.self_copies) {
      const Call& call = m.calls[c];
      for (uint32_t i = 1; same_class(call.function) && i < call.arg_count; ++i) {
        const Argument& a = m.args[call.first_arg + i];
        add(Of(file, a.node, path.Under(name)), a.node);
      }
    }
  }
  if (Some(owner) && writes.empty()) {  // get name() { return ... }
    const Class& cls = m.classes[owner];
    for (uint32_t i = 0; i < cls.member_count; ++i) {
      const Member& member = m.members[cls.first_member + i];
      const FunctionId f =
          member.kind == FunctionKind::kGetter && member.name == id ? m.FunctionAt(member.node) : kNone<FunctionId>;
      if (!Some(f)) continue;
      for (const NodeId r : x.returns.Of(Index(f))) Append(out, Of(file, r, path));
    }
  }
  if (Some(owner)) {
    const ValueId field = p_.FieldOf(file, owner, id);
    if (Some(field) && writes.empty()) {
      Origins more = OfValue(file, field, path, m.classes[owner].node);
      for (Origin& o : more) o.link = AddLink(o.link, file, m.classes[owner].node, Link::Kind::kField);
      Append(out, std::move(more));
    }
  }
  return out;
}

Origins Walker::OfModule(FileId target, const AccessPath& path, FileId) {
  if (!Some(target) || path.size == 0) return {};
  const Project::Exported e = p_.FindExport(target, path.first());
  if (Some(e.file) && !e.is_namespace) {
    const FileModel& m = p_[e.file].model;
    return OfValue(e.file, e.value, path.Rest(), static_cast<NodeId>(m.syntax.size() - 1));
  }
  const ValueId whole = p_.ModuleExports(target);
  if (!Some(whole)) return {};
  return OfValue(target, whole, path, static_cast<NodeId>(p_[target].model.syntax.size() - 1));
}

// text.split('/'): parts have no separators.
bool Walker::IsParts(FileId file, ValueId list) {
  const FileModel& m = p_[file].model;
  list = Resolve(file, list);
  if (!Some(list) || m.values[list].kind != ValueKind::kCall) return false;
  const Call& c = m.calls[static_cast<CallId>(m.values[list].a)];
  const Value& callee = m.values[c.callee];
  if (callee.kind != ValueKind::kMember || m.names[static_cast<NameId>(callee.b)] != "split" || c.arg_count == 0)
    return false;
  static constexpr std::string_view kSeparators[] = {"'/'",       "\"/\"",     "`/`",  "path.sep",
                                                     "/[\\\\/]/", "/[/\\\\]/", "/\\//"};
  return std::ranges::find(kSeparators, Text(file, m.args[c.first_arg].node)) != std::end(kSeparators);
}

// text.split('/').pop(), text.slice(text.lastIndexOf('/') + 1): at most a "..", which is no file. Of several parts each
// may be one, so others than the last tell nothing.
bool Walker::IsLastPart(FileId file, CallId call) {
  const FileModel& m = p_[file].model;
  const Call& c = m.calls[call];
  const Value& callee = m.values[c.callee];
  if (callee.kind != ValueKind::kMember) return false;
  const std::string_view name = m.names[static_cast<NameId>(callee.b)];
  const std::string_view by = c.arg_count == 0 ? std::string_view() : Text(file, m.args[c.first_arg].node);
  if (name == "pop" || (name == "at" && by == "-1")) return IsParts(file, static_cast<ValueId>(callee.a));
  if (name != "slice" && name != "substring" && name != "substr") return false;
  return c.arg_count == 1 && (by.find(".lastIndexOf('/')") != std::string_view::npos ||
                              by.find(".lastIndexOf(\"/\")") != std::string_view::npos) &&
         (by.ends_with("+ 1") || by.ends_with("+1"));
}

namespace {
// Which element of a list: "2" of list[2] and of the third in [a, b, c] = list, else "*". `at`: where it is written;
// `pattern`: set to the pattern it stands in.
std::string_view PositionOf(const FileModel& m, std::string_view text, const Value& element, NodeId at,
                            NodeId& pattern) {
  const Syntax& s = m.syntax;
  if (element.b != kNoneIndex) {
    const NodeId key = s.Child(static_cast<NodeId>(element.b), Role::kProperty);
    if (!Some(key) || s.KindOf(key) != Kind::kNumericLiteral || s[key].end - s[key].start != 1) return "*";
    return text.substr(s[key].start, 1);
  }
  if (Some(at) && s.KindOf(s.Parent(at)) == Kind::kAssignmentPattern) at = s.Parent(at);
  if (!Some(at) || s.KindOf(s.Parent(at)) != Kind::kArrayPattern) return "*";
  pattern = s.Parent(at);
  return ElementStep(PositionIn(s, text, pattern, at));
}
}  // namespace

Origins Walker::OfMember(FileId file, ValueId value, const AccessPath& path, NodeId at) {
  const FileModel& m = p_[file].model;
  const Value& v = m.values[value];
  const ValueId base = static_cast<ValueId>(v.a);
  NodeId position = kNone<NodeId>;  // of [a, b] = list, the pattern
  const std::string_view name =
      v.kind == ValueKind::kMember ? m.names[static_cast<NameId>(v.b)] : PositionOf(m, p_[file].text, v, at, position);
  if (name == "length" || name == "size" || name == "constructor") return {};
  Origins out;
  // process.argv[2], process.env.NAME
  const Denoted d = DenoterOf(file).Of(base);
  const Denoted own = DenoterOf(file).Of(value);
  for (const Denoted* x : {&d, &own}) {
    if (!x->Is(Denoted::Kind::kApi) || x->api == nullptr || !x->api->is_property) continue;
    for (const Source& s : x->api->sources) {
      Origin o;
      if ((x == &own && path.size == 0 && !s.member.empty()) || !Begin(s, o)) continue;
      o.node = at;
      o.function = {file, m.FunctionOf(at)};
      std::string what = x->api->name.starts_with("global.") ? x->api->name.substr(7) : x->api->name;
      const std::string_view below = x == &d ? name : path.first();
      what += IsElement(below) ? std::string("[...]") : Cat(".", below);
      o.what = Keep(what);
      out.push_back(o);
    }
    if (!out.empty()) return out;
  }
  // for await (const chunk of request)
  if (v.kind == ValueKind::kElement && v.b == kNoneIndex && path.size == 0 && ForAwait(m, IndexOf(file), value)) {
    Origins read = OfValue(file, base, AccessPath().Under(kRead), at);
    if (!read.empty()) return read;
  }
  // A value of a type that holds request data: what of it?
  const std::string_view type = DenoterOf(file).TypeOf(d);
  const ValueId object = Resolve(file, base);
  if (!type.empty() && Some(object) && m.values[object].kind != ValueKind::kParam) {
    const FunctionId f = m.FunctionOf(at);
    Origins found;
    const Type* t = k_.FindType(type);
    if (t != nullptr && !t->sources.empty()) {
      SourceAt(file, Some(f) ? f : kModuleFunction, kNoneIndex, type, path.Under(name), found);
      if (!found.empty()) {
        for (Origin& o : found) {
          o.what = Text(file, at);
          if (o.what.size() > 60) o.what = name;
        }
        return found;
      }
    }
  }
  // new URL(text).pathname
  if (Some(object) && m.values[object].kind == ValueKind::kCall && v.kind == ValueKind::kMember) {
    const CallId c = static_cast<CallId>(m.values[object].a);
    const Api* api = ApiOf(file, c);
    if (api != nullptr && api->returns == "URL" && m.calls[c].arg_count > 0) {
      if (name != "searchParams" && name != "pathname" && name != "search" && name != "href" && name != "hash" &&
          name != "hostname" && name != "host" && name != "username" && name != "password") {
        return out;
      }
      Origins more = Of(file, m.args[m.calls[c].first_arg].node, {});
      for (Origin& o : more) {
        if (name != "searchParams") o.encoded = true;
        o.rooted = name == "pathname";
        if (o.rooted) o.value = kPathname;
        o.decoded |= name == "searchParams";
        o.embedded = false;
        o.leading = true;
        o.before = {};
      }
      return more;
    }
  }
  // Object.prototype has no members such as x[key].full; the way through constructor and prototype it has.
  const auto leads = [&] {
    for (uint8_t i = 0; i < path.size; ++i) {
      if (!IsElement(path.steps[i]) && path.steps[i] != "prototype" && path.steps[i] != "constructor" &&
          path.steps[i] != "__proto__")
        return false;
    }
    return true;
  };
  if (dynamic_ && v.kind == ValueKind::kElement && v.b != kNoneIndex && leads()) {
    const NodeId member = static_cast<NodeId>(v.b);
    const NodeId key = m.syntax.Child(member, Role::kProperty);
    if (Some(key) && !IsNumeric(file, key) && !IsOwnName(file, key)) {
      Origin o;
      o.kind = Origin::Kind::kDynamicRead;
      o.function = {file, m.FunctionOf(member)};
      o.node = member;
      out.push_back(std::move(o));
    }
  }
  Origins below = OfValue(file, base, path.Under(name), Some(position) ? position : at);
  if (!dynamic_ && path.size == 0 && v.kind == ValueKind::kMember && m.syntax.KindOf(at) == Kind::kMemberExpression &&
      m.ValueOf(at) == value) {
    for (Origin& o : below) o.link = AddLink(o.link, file, at, Link::Kind::kRead);
  }
  if (v.kind == ValueKind::kElement && v.b != kNoneIndex && IsParts(file, base)) {  // parts[parts.length - 1]
    const NodeId key = m.syntax.Child(static_cast<NodeId>(v.b), Role::kProperty);
    const bool last = Some(key) && (Text(file, key).ends_with(".length - 1") || Text(file, key).ends_with(".length-1"));
    for (Origin& o : below) o.rooted |= last;
  }
  Append(out, std::move(below));
  if (path.size == 0 && v.kind == ValueKind::kMember && !dynamic_ &&
      (name.ends_with("ame") || name == "path" || name == "linkpath" ||
       (name == "url" && m.values[base].kind == ValueKind::kMember &&
        std::ranges::none_of(out, [](const Origin& o) { return o.kind == Origin::Kind::kSource; })))) {
    NamedSource(file, base, name, at, out);
    // What has a linkname is an entry of a tar archive, what has a method of compression one of a zip archive, and what
    // else it is called comes from there, too.
    if (!around_->checks_entries[Index(file)] &&
        std::ranges::binary_search(IndexOf(file).entries, HolderOf(m, base))) {
      Origin o;
      o.kind = Origin::Kind::kSource;
      o.value = "archive";
      o.function = {file, m.FunctionOf(at)};
      o.node = at;
      o.what = Text(file, at);
      if (o.what.size() > 40 || o.what.find('\n') != std::string_view::npos) o.what = name;
      Append(out, o);
    }
  }
  return out;
}

// a + b, `a${b}`, a += b
Origins Walker::OfText(FileId file, NodeId node, const AccessPath& path) {
  const FileModel& m = p_[file].model;
  Origins out;
  if (path.size > 0 && !IsElement(path.first())) return out;
  // Left to right, without recursion into the long left spine of a + b + c.
  std::vector<NodeId> parts, work = {node};
  while (!work.empty() && parts.size() < 200) {
    const NodeId n = work.back();
    work.pop_back();
    const Value* v = Some(m.ValueOf(n)) ? &m.values[m.ValueOf(n)] : nullptr;
    const bool text = v != nullptr && (v->kind == ValueKind::kConcat || v->kind == ValueKind::kTemplate) &&
                      static_cast<NodeId>(v->a) == n;
    if (!text) {
      parts.push_back(n);
      continue;
    }
    std::vector<NodeId> children;
    for (const NodeId c : m.syntax.ChildrenOf(n)) children.push_back(c);
    std::reverse(children.begin(), children.end());
    work.insert(work.end(), children.begin(), children.end());
  }
  std::string before;
  bool open_double = false, open_single = false;
  bool known = true;  // all of the text in front is constant
  const auto constant = [&](NodeId n, std::string* text) {
    if (m.syntax.KindOf(n) == Kind::kTemplateElement) {
      *text = Text(file, n);
      return true;
    }
    const ValueId v = Some(m.ValueOf(n)) ? Resolve(file, m.ValueOf(n)) : kNone<ValueId>;
    if (!Some(v)) return false;
    if (m.values[v].kind == ValueKind::kString) {
      *text = m.names[static_cast<NameId>(m.values[v].a)];
      return true;
    }
    if (IsSeparator(file, v)) {
      *text = "/";
      return true;
    }
    return m.values[v].kind == ValueKind::kNumber;
  };
  const bool alone = parts.size() == 1;
  for (size_t i = 0; i < parts.size(); ++i) {
    std::string text;
    if (constant(parts[i], &text)) {
      if (before.size() + text.size() <= kBefore) before += text;
      for (const char c : text) {
        if (c == '"') open_double = !open_double;
        if (c == '\'') open_single = !open_single;
      }
      continue;
    }
    const bool leads = before.empty() && i == 0;
    Origins more = IsNumeric(file, parts[i]) ? Origins{} : Of(file, parts[i], {});
    for (Origin& o : more) {
      o.embedded |= !alone;
      o.leading = o.leading && (leads || (before.empty() && known));
      // Escaping a quote keeps text inside of a pair of them.
      if (o.quoted != 0 && !alone) {
        if (o.quoted == '"' ? open_double : open_single) o.cleaned |= KindBit("code") | KindBit("sql");
        o.quoted = 0;
      }
      // What has no line breaks stays in the comment it is put into.
      if ((o.cleaned & KindBit("header")) != 0 && EndsInComment(before)) o.cleaned |= KindBit("code");
      // JSON inside of a template literal is not only data: ${} is run.
      if (!before.empty() && before.back() == '`') o.cleaned &= ~KindBit("code");
      if (known && !before.empty()) o.before = Keep(Cat(before, o.before).substr(0, kBefore));
    }
    Append(out, std::move(more));
    known = false;
    if (m.syntax.KindOf(parts[i]) != Kind::kTemplateElement && before.empty()) before = "\x01";
  }
  for (Origin& o : out) {
    if (!o.before.empty() && o.before[0] == '\x01') o.before = {};
  }
  return out;
}

Origin Walker::Join(const Origin& outer, const Origin& inner, FileId file, NodeId argument) {
  Origin x = outer;
  x.embedded |= inner.embedded;
  x.leading &= inner.leading;
  x.encoded = inner.encoded || (x.encoded && !inner.decoded);
  x.rooted = inner.rooted || (x.rooted && !inner.decoded);
  x.decoded |= inner.decoded;
  x.cut |= inner.cut;
  if (inner.value == kPathname || inner.value == kTarget) x.value = inner.value;
  x.stripped |= inner.stripped;
  if (!inner.before.empty() && inner.before.back() == '`') x.cleaned &= ~KindBit("code");
  x.cleaned |= inner.cleaned;
  if (inner.quoted != 0) x.quoted = inner.quoted;
  x.backslashes |= inner.backslashes;
  x.key |= inner.key;
  if (!inner.before.empty()) x.before = Keep(Cat(inner.before, x.before).substr(0, kBefore));
  links_.push_back({outer.link, inner.link, file, argument, TextId(inner.what), Link::Kind::kArgument});
  x.link = static_cast<uint32_t>(links_.size() - 1);
  return x;
}

// A summary's origins, in terms of the callee's parameters, as seen from one call of it.
Origins Walker::Map(const Origins& inner, FileId file, CallId call, FunctionRef target) {
  const FileModel& m = p_[file].model;
  const Call& c = m.calls[call];
  Origins out;
  for (const Origin& o : inner) {
    if (o.kind != Origin::Kind::kParam || o.function != target) {
      Origin x = o;
      x.link = AddLink(o.link, file, c.node, Link::Kind::kReturn);
      Append(out, x);
      continue;
    }
    if (o.path.vague()) continue;
    const uint32_t last = o.rest ? std::min(c.arg_count, o.index + 8) : o.index + 1;
    for (uint32_t i = o.index; i < last; ++i) {
      NodeId a;
      const auto [by, at] = GivenBy(file, c, target, i);
      Origins more = OfArgument(file, *by, at, o.path, &a);
      for (Origin& x : more) {
        x = Join(x, o, file, a);
        x.link = AddLink(x.link, file, c.node, Link::Kind::kReturn);
      }
      Append(out, std::move(more));
    }
  }
  return out;
}

// What (text, quoted = true) => quoted ? quote(text) : text gives for one call, where that says so.
NodeId Walker::Chosen(FunctionRef target, NodeId returned, FileId file, CallId call) const {
  const FileModel& tm = p_[target.file].model;
  const Syntax& ts = tm.syntax;
  const Function& f = tm.functions[target.function];
  for (int i = 0; i < 4 && ts.KindOf(returned) == Kind::kConditionalExpression; ++i) {
    NodeId test = ts.Child(returned, Role::kTest);
    bool wanted = true;
    for (; ts.KindOf(test) == Kind::kUnaryExpression && ts[test].op == Op::kNot; test = ts.FirstChild(test))
      wanted = !wanted;
    const BindingId flag = ts.KindOf(test) == Kind::kIdentifier ? tm.BindingAt(test) : kNone<BindingId>;
    if (!Some(flag) || tm.bindings[flag].kind != BindingKind::kParam || tm.bindings[flag].writes > 0) break;
    uint32_t index = 0;
    const NodeId declared = tm.bindings[flag].node;
    while (index < f.param_count && !ts.Contains(tm.params[f.first_param + index].node, declared)) ++index;
    const NodeId holder = ts.Parent(declared);
    if (index == f.param_count || tm.params[f.first_param + index].rest ||
        (ts.KindOf(holder) != Kind::kParameter && ts.KindOf(holder) != Kind::kAssignmentPattern))
      break;
    const FileModel& m = p_[file].model;
    const Call& c = m.calls[call];
    std::string_view given;
    const auto args = std::span(m.args).subspan(c.first_arg, std::min(c.arg_count, index + 1));
    if (std::ranges::any_of(args, [](const Argument& a) { return a.spread; })) break;
    if (const Argument* a = m.Arg(c, index)) {
      given = Text(file, a->node);
    } else {
      const NodeId initial = ts.Child(holder, ts.KindOf(holder) == Kind::kParameter ? Role::kValue : Role::kRight);
      given = Some(initial) ? Text(target.file, initial) : std::string_view("undefined");
    }
    const bool yes = given == "true", no = given == "false" || given == "undefined" || given == "null";
    if (!yes && !no) break;
    returned = ts.Child(returned, yes == wanted ? Role::kConsequent : Role::kAlternate);
  }
  return returned;
}

Origins Walker::OfFunctionResult(FileId file, CallId call, FunctionRef target, const AccessPath& path, NodeId) {
  const FileModel& m = p_[file].model;
  Origins out;
  if (m.calls[call].kind == CallKind::kNew) {
    if (path.size == 0) return out;
    return Map(OfFields(target.file, target.function, path.first(), path.Rest()), file, call, target);
  }
  for (const NodeId node : IndexOf(target.file).returns.Of(Index(target.function))) {
    const NodeId chosen = Chosen(target, node, file, call);
    Origins more = Of(target.file, chosen, path);
    for (Origin& o : more) o.link = AddLink(o.link, target.file, chosen, Link::Kind::kReturn);
    Append(out, Map(more, file, call, target));
  }
  if (!out.empty() && DropsShellCharacters(target)) {
    for (Origin& o : out) o.cleaned |= KindBit("shell");
  }
  return out;
}

// JSON.stringify, named anywhere in the expression.
const Api* Walker::Serializer(FileId file, NodeId expression) {
  const FileModel& m = p_[file].model;
  for (uint32_t i = Index(expression); i < m.syntax[expression].next && i < Index(expression) + 40; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (m.syntax.KindOf(n) != Kind::kIdentifier && m.syntax.KindOf(n) != Kind::kMemberExpression) continue;
    const ValueId v = m.ValueOf(n);
    const Denoted d = Some(v) ? DenoterOf(file).Of(v) : Denoted();
    if (d.Is(Denoted::Kind::kApi) && d.api != nullptr && d.api->name == "global.JSON.stringify") return d.api;
  }
  return nullptr;
}

// A function that looks at text character by character and knows those a shell acts on leaves none of them.
bool Walker::DropsShellCharacters(FunctionRef f) {
  const auto [it, fresh] = drops_.try_emplace(f, false);
  if (!fresh) return it->second;
  const FileModel& m = p_[f.file].model;
  const Syntax& s = m.syntax;
  const NodeId whole = m.functions[f.function].node;
  if (s[whole].next - Index(whole) > 2000) return false;
  std::string seen;
  for (uint32_t i = Index(whole); i < s[whole].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) != Kind::kStringLiteral) continue;
    const Kind around = s.KindOf(s.Parent(n));
    if (around != Kind::kBinaryExpression && around != Kind::kSwitchCase) continue;
    const std::string_view text = Text(f.file, n);
    if (text.size() != 3 || std::string_view(";|&$`<>").find(text[1]) == std::string_view::npos) continue;
    if (seen.find(text[1]) == std::string::npos) seen += text[1];
  }
  // With a dollar sign and a backtick, and most of the rest.
  return it->second = seen.size() >= 5 && seen.find('$') != std::string::npos && seen.find('`') != std::string::npos;
}

// TypeScript's generators are tables of steps: return [4 /*yield*/, value] waits for a value, return [2, value] is the end.
NodeId Walker::StepOf(FileId file, NodeId returned, std::string_view does) const {
  const Syntax& s = p_[file].model.syntax;
  if (s.KindOf(returned) != Kind::kArrayExpression) return kNone<NodeId>;
  const NodeId first = s.FirstChild(returned);
  if (!Some(first) || Text(file, first) != does) return kNone<NodeId>;
  for (const NodeId c : s.ChildrenOf(returned)) {
    if (c != first) return c;
  }
  return kNone<NodeId>;
}

// What _a.sent() gives there is what the step before it waited for.
NodeId Walker::SentTo(FileId file, const Call& c) const {
  const FileModel& m = p_[file].model;
  const Value& callee = m.values[c.callee];
  if (callee.kind != ValueKind::kMember || c.arg_count != 0 || m.names[static_cast<NameId>(callee.b)] != "sent")
    return kNone<NodeId>;
  const ValueId state = Resolve(file, static_cast<ValueId>(callee.a));
  if (!Some(state) || m.values[state].kind != ValueKind::kParam) return kNone<NodeId>;
  NodeId waited = kNone<NodeId>;
  for (const NodeId r : IndexOf(file).returns.Of(m.values[state].a)) {
    if (const NodeId value = StepOf(file, r, "4"); Index(r) < Index(c.node) && Some(value)) waited = value;
  }
  return waited;
}

Origins Walker::OfCall(FileId file, CallId id, const AccessPath& path, NodeId at) {
  const FileModel& m = p_[file].model;
  const Call& c = m.calls[id];
  const Value& callee = m.values[c.callee];
  if (const NodeId waited = SentTo(file, c); Some(waited)) return Of(file, waited, path);
  const Api* api = ApiOf(file, id);
  Origins out;
  if (api != nullptr) {
    for (const Source& s : api->sources) {
      if (api->style == CallStyle::kErrorFirst) continue;
      if (!s.member.empty() && (path.size == 0 || !Matches(s, path))) continue;
      if (s.member.empty() && s.value == "archive" && path.size > 0) continue;
      Origin o;
      if (!Begin(s, o)) continue;
      o.node = c.node;
      o.function = {file, c.function};
      o.what = Text(file, c.node);
      if (o.what.size() > 60 || o.what.find('\n') != std::string_view::npos)
        o.what = Text(file, m.syntax.FirstChild(c.node));
      out.push_back(std::move(o));
      return out;
    }
  }
  // It returns its first argument; what is asked here is which object that is, not what else it holds.
  if (dynamic_ && path.size == 0 && api != nullptr && api->name == "global.Object.assign") {
    return c.arg_count == 0 ? out : Of(file, m.args[c.first_arg].node, path);
  }
  ValueId receiver = callee.kind == ValueKind::kMember ? static_cast<ValueId>(callee.a) : kNone<ValueId>;
  std::string_view name =
      callee.kind == ValueKind::kMember ? m.names[static_cast<NameId>(callee.b)] : std::string_view();
  const Api* helper = api == nullptr ? HelperOf(file, id) : nullptr;
  const FunctionRef target = helper == nullptr ? TargetOf(file, id) : FunctionRef{};
  if (Some(target.function)) return OfFunctionResult(file, id, target, path, at);
  if (api == nullptr && helper == nullptr) {
    const Callees callees = calls_.CalleesOf(file, id);
    if (!callees.functions.empty() && callees.functions.size() <= kCallees) {
      for (const FunctionRef& f : callees.functions) Append(out, OfFunctionResult(file, id, f, path, at));
      return out;
    }
  }
  // new Promise((resolve) => resolve(value))
  if (c.kind == CallKind::kNew && c.arg_count > 0) {
    const FunctionId executor = m.FunctionAt(m.args[c.first_arg].node);
    if (Some(executor)) {
      for (const CallId inner : IndexOf(file).by_param.Of(Index(executor) << 8)) {
        const NodeId a = ArgumentOf(file, m.calls[inner], 0);
        if (!Some(a)) continue;
        Origins more = Of(file, a, path);
        for (Origin& o : more) o.link = AddLink(o.link, file, a, Link::Kind::kReturn);
        Append(out, std::move(more));
      }
      return out;
    }
  }
  // [].slice.call(arguments, 1), toString.call(x): the method of another, on the first argument.
  uint32_t shift = 0;
  NodeId subject = kNone<NodeId>;
  if (helper == nullptr && (api == nullptr || api->passes.empty()) && name == "call" && c.arg_count > 0) {
    const ValueId method = Resolve(file, receiver);
    if (Some(method) && m.values[method].kind == ValueKind::kMember) {
      subject = m.args[c.first_arg].node;
      receiver = m.ValueOf(subject);
      name = m.names[static_cast<NameId>(m.values[method].b)];
      shift = 1;
      api = nullptr;
    }
  }
  // path.join.apply(path, parts): the elements are the arguments.
  if (api == nullptr && name == "apply" && c.arg_count == 2) {
    const Denoted method = DenoterOf(file).Of(receiver);
    const bool text =
        method.Is(Denoted::Kind::kApi) && method.api != nullptr && path.size == 0 &&
        std::ranges::any_of(method.api->passes, [](const Passage& p) { return p.first >= 0 && p.as == "text"; });
    if (text) {
      Origins more = Of(file, m.args[c.first_arg + 1].node, AccessPath().Under("*"));
      for (Origin& o : more) {
        o.embedded = true;
        o.leading = false;
        for (const std::string& kind : method.api->cleans) o.cleaned |= KindBit(kind);
      }
      return more;
    }
  }
  const auto argument = [&](uint32_t i) { return m.Arg(c, i + shift); };
  const Api* flows = helper != nullptr ? helper : api;
  if (flows == nullptr || flows->passes.empty()) {
    flows = nullptr;
    if (c.kind == CallKind::kCall || c.kind == CallKind::kNew) {
      if (!name.empty()) flows = k_.FindMember("unknown", name);
      if (flows == nullptr || flows->passes.empty()) {
        flows = name.empty() ? RowByName(file, id) : k_.Find(Cat("unknown.", name.substr(0, 40)));
      }
    }
  }
  if (flows == nullptr) {
    // Nothing is known of it. Code made by a function of code (a template compiler, a printer of syntax trees) is code.
    if (api == nullptr && c.kind == CallKind::kCall && path.size == 0) {
      for (uint32_t i = 0; i < c.arg_count && i < 3; ++i) {
        Origins more = Of(file, m.args[c.first_arg + i].node, {});
        for (Origin& o : more) {
          o.cleaned |= ~KindBit("code");
          o.embedded = true;
        }
        Append(out, std::move(more));
      }
    }
    return out;
  }
  // text.replace(...): what it leaves of what was there.
  uint32_t cleaned = 0;
  char quoted = 0, backslash_quoted = 0;
  bool stripped = false, backslashes = false;
  const bool replaces = name == "replace" || name == "replaceAll";  // the text, and not what is put into it
  if (replaces) {
    const Argument* what = argument(0);
    if (what == nullptr) return out;
    const ValueId w = Resolve(file, what->value);
    if (Some(w) && m.values[w].kind == ValueKind::kString) {
      const std::string_view text = m.names[static_cast<NameId>(m.values[w].a)];
      stripped = text.find("..") != std::string_view::npos;
      if (name == "replaceAll" && stripped) cleaned |= KindBit("path");
    } else {
      std::string_view pattern = Some(w) && m.values[w].kind == ValueKind::kRegExp
                                     ? Text(file, static_cast<NodeId>(m.values[w].a))
                                     : std::string_view();
      const size_t slash = pattern.rfind('/');
      const bool global = !pattern.empty() && slash != std::string_view::npos &&
                          pattern.substr(slash).find('g') != std::string_view::npos;
      std::string_view body = pattern.empty() ? pattern : pattern.substr(1, slash - 1);
      // What takes its place: nothing, or the same with a backslash in front.
      const Argument* by = argument(1);
      const ValueId put = by == nullptr ? kNone<ValueId> : Resolve(file, by->value);
      const std::string_view with = Some(put) && m.values[put].kind == ValueKind::kString
                                        ? m.names[static_cast<NameId>(m.values[put].a)]
                                        : std::string_view();
      const bool keeps = with.find('$') != std::string_view::npos && with.find('\\') == std::string_view::npos;
      const bool dots = body.find("\\.\\.") != std::string_view::npos || body.find("\\.{2") != std::string_view::npos ||
                        body.find("[.]{2") != std::string_view::npos || body.find("\\.+") != std::string_view::npos;
      // A first "../" removed once, unless from the beginning on as often as it stands there.
      // Once is not enough for "../", since "..././" becomes "../"; two dots alone cannot come back.
      const bool slashed = body.find("/\\]") != std::string_view::npos || body.ends_with("\\/") ||
                           body.find("\\/\\\\]") != std::string_view::npos ||
                           body.find("\\.\\.\\/") != std::string_view::npos;
      if (dots && (body.starts_with("^") || (global && !slashed))) cleaned |= KindBit("path") | KindBit("path-write");
      if (dots && !body.starts_with("^") && (!global || slashed)) stripped = true;
      // /[^a-z]/g leaves nothing else; /:([^:]+)/g is a pattern like any other.
      const bool negated = body.starts_with("[^") || body.starts_with("([^") || body.starts_with("(?:[^") ||
                           body.find("|[^") != std::string_view::npos;
      if (global && negated && body.find("[^.") == std::string_view::npos) {
        cleaned |= KindBit("shell") | KindBit("code") | KindBit("sql") | KindBit("html") | KindBit("regex") |
                   KindBit("header");
        if (body.find('/') == std::string_view::npos) cleaned |= KindBit("path") | KindBit("path-write");
      }
      if (global && !negated && !keeps) {
        const auto has = [&](std::string_view s) { return body.find(s) != std::string_view::npos; };
        const bool escapes = !has("\\s*$") && body != "\\\\" && body.size() > 0 && body != "^";
        const bool dollar = has("\\$") || NamesInClass(body, '$');  // not the end of the text
        // Between double quotes a shell still looks for $() and backticks.
        if (escapes && (has("'") || has(";") || has("\\W") || (dollar && has("`")))) cleaned |= KindBit("shell");
        backslashes = body == "\\\\";
        const std::string_view plain = body.starts_with('\\') ? body.substr(1) : body;
        if (plain == "\"" || plain == "'") {
          // Where a backslash passes, \' becomes \\', and the quote ends the text after all.
          (with.find('\\') == std::string_view::npos ? quoted : backslash_quoted) = plain[0];
        } else if (escapes && (has("\"") || has("'") || has("`") || dollar || has(";") || has("\\W"))) {
          cleaned |= KindBit("code") | KindBit("sql");
        }
        if (has("<") || has("&")) cleaned |= KindBit("html");
        if (has("[") && (has("*") || dollar)) cleaned |= KindBit("regex");
        if (has("\\r") || has("\\n") || body == "\\s" || body == "\\s+") cleaned |= KindBit("header");
      }
    }
  }
  // parts.filter((part) => part !== '..')
  if (name == "filter") {
    const Argument* by = argument(0);
    std::string_view text = by == nullptr ? std::string_view() : Text(file, by->node);
    const ValueId given = by == nullptr ? kNone<ValueId> : Resolve(file, by->value);
    if (Some(given) && m.values[given].kind == ValueKind::kFunction)  // parts.filter(isSafe)
      text = Text(file, m.functions[static_cast<FunctionId>(m.values[given].a)].node);
    if (text.find("'..'") != std::string_view::npos || text.find("\"..\"") != std::string_view::npos ||
        text.find("\\.\\.") != std::string_view::npos)
      cleaned |= KindBit("path") | KindBit("path-write");
    bool names = text.find("__proto__") != std::string_view::npos;
    // parts.filter((part) => !REFUSED.has(part))
    for (uint32_t i = by == nullptr ? 0 : Index(by->node); by != nullptr && !names && i < m.syntax[by->node].next;
         ++i) {
      const BindingId b = m.BindingAt(static_cast<NodeId>(i));
      const NodeId holder = Some(b) && m.bindings[b].writes == 0 ? m.syntax.Parent(m.bindings[b].node) : kNone<NodeId>;
      if (Some(holder) && m.syntax.KindOf(holder) == Kind::kVariableDeclarator &&
          Some(m.syntax.Child(holder, Role::kValue)))
        names = Text(file, m.syntax.Child(holder, Role::kValue)).substr(0, 200).find("'__proto__'") !=
                std::string_view::npos;
    }
    if (names) cleaned |= KindBit("pollution");
    // parts.filter((part) => /^\d+$/.test(part))
    const FunctionId f = by == nullptr ? kNone<FunctionId> : m.FunctionAt(by->node);
    NodeId body = Some(f) ? m.syntax.Child(by->node, Role::kBody) : kNone<NodeId>;
    if (Some(body) && m.syntax.KindOf(body) == Kind::kBlockStatement && Some(m.syntax.FirstChild(body)) &&
        m.syntax.KindOf(m.syntax.FirstChild(body)) == Kind::kReturnStatement)
      body = m.syntax.FirstChild(m.syntax.FirstChild(body));
    if (Some(body) && m.syntax.KindOf(body) == Kind::kCallExpression &&
        m.syntax.KindOf(m.syntax.FirstChild(body)) == Kind::kMemberExpression) {
      const NodeId test = m.syntax.FirstChild(body);
      const ValueId w = Resolve(file, m.ValueOf(m.syntax.FirstChild(test)));
      const std::string_view regex =
          Some(w) && m.values[w].kind == ValueKind::kRegExp && Text(file, test).ends_with(".test")
              ? Text(file, static_cast<NodeId>(m.values[w].a))
              : std::string_view();
      const size_t end = regex.rfind('/');
      if (regex.starts_with("/^") && end != std::string_view::npos && end > 0 && regex[end - 1] == '$')
        cleaned |= Harmless(regex);
    }
  }
  // bytes.toString('hex')
  if (name == "toString") {
    const Argument* by = argument(0);
    const ValueId w = by == nullptr ? kNone<ValueId> : Resolve(file, by->value);
    const std::string_view encoding = Some(w) && m.values[w].kind == ValueKind::kString
                                          ? m.names[static_cast<NameId>(m.values[w].a)]
                                          : std::string_view();
    if (encoding == "hex" || encoding.starts_with("base64")) {
      cleaned |= ~0u;
      if (encoding == "base64") cleaned &= ~(KindBit("path") | KindBit("path-write"));
    }
  }
  // What the groups of a pattern without wildcards can hold: /^\/(\w+)\.png$/.exec(text)[1]
  if (name == "match" || name == "exec" || name == "matchAll") {
    const Argument* by = argument(0);
    const ValueId w = name == "exec"  ? Resolve(file, receiver)
                      : by == nullptr ? kNone<ValueId>
                                      : Resolve(file, by->value);
    if (Some(w) && m.values[w].kind == ValueKind::kRegExp)
      cleaned |= Harmless(Text(file, static_cast<NodeId>(m.values[w].a)));
  }
  // Methods that only text has; an object in its place throws.
  if (callee.kind == ValueKind::kMember && TextMethod(name)) cleaned |= KindBit("nosql");
  // path.parse(text).base has no directories left.
  if (api != nullptr && api->name.starts_with("path.") && api->name.ends_with(".parse") && path.size > 0 &&
      (path.first() == "base" || path.first() == "name" || path.first() == "ext"))
    cleaned |= KindBit("path") | KindBit("path-write");
  // path.normalize('/' + text), path.join('/', text): nothing above the root is left of it.
  const bool normalises =
      api != nullptr && api->name.starts_with("path.") &&
      (api->name.ends_with(".normalize") || api->name.ends_with(".join") || api->name.ends_with(".resolve"));
  const auto slash = [&](uint32_t i) {
    const Argument* a = argument(i);
    const ValueId w = a == nullptr ? kNone<ValueId> : Resolve(file, a->value);
    if (!Some(w) || m.values[w].kind != ValueKind::kString) return Some(w) && IsSeparator(file, w);
    const std::string_view text = m.names[static_cast<NameId>(m.values[w].a)];
    return text == "/" || text == "\\";
  };
  const bool from_root = normalises && c.arg_count > 1 && slash(0);
  const bool cuts = name == "slice" || name.starts_with("substr") || name == "split" || replaces;
  const bool last_part = IsLastPart(file, id);
  for (const Passage& flow : flows->passes) {
    if (flow.callback >= 0) continue;
    // Text has no members of its own.
    if ((flow.as == "text" || replaces) && path.size > 0 && !IsElement(path.first())) continue;
    AccessPath below = path;
    // list.slice(1), lists.concat(more): what stands where is not known any more. Promise.all(list) keeps the order.
    if (IsElement(path.first()) && (api == nullptr || api->returns != "Promise")) below = path.Rest().Under("*");
    if (flow.as == "element") below = below.Under("*");
    if (flow.as == "container") below = path.size > 0 ? path.Rest() : path;
    if (flow.as == "text" || flow.as == "decoded" || flow.as == "part" || flow.as == "key" || flow.as == "parsed")
      below = {};
    if (flow.as == "joined") below = AccessPath().Under("*");
    if (flow.as == "read") below = AccessPath().Under(kRead);
    const auto take = [&](Origins more, bool later) {
      for (Origin& o : more) {
        if (flow.as == "text" || flow.as == "joined") o.embedded = true;
        if (flow.as == "text" && later) o.leading = false;
        // url.parse() decodes the query only.
        const bool address = api != nullptr && api->name == "url.parse" && (path.size == 0 || path.first() != "query");
        if (flow.as == "decoded" || (flow.as == "parsed" && !address)) o.decoded = true;
        if (flow.as == "decoded") {
          o.encoded = o.rooted = false;
          o.cleaned &= ~(KindBit("path") | KindBit("path-write"));  // of text as it came: "%2e%2e%2f" passed
          o.link = AddLink(o.link, file, c.node, Link::Kind::kDecode);
        }
        if (flow.as == "encoded") o.encoded = true;
        // url.parse(text).pathname
        if (address && flow.as == "parsed" && path.first() == kPathname) {
          o.value = kTarget;
          o.cut = false;
        }
        o.cut |= cuts && flow.receiver;
        const bool slashed =
            o.embedded ? !o.before.empty() && o.before[0] == '/' && o.before.find("..") == std::string_view::npos
                       : o.value == kPathname && !o.cut;
        if (normalises && (from_root ? later : c.arg_count == 1 && slashed)) {
          o.rooted = true;
          o.embedded = false;
          o.leading = true;
          o.before = {};
        }
        if (last_part) o.rooted = true;
        if (flow.as == "key") o.key = true;
        if (flow.receiver || !replaces) {
          o.stripped |= stripped;
          o.cleaned |= cleaned;
          o.backslashes |= backslashes;
          if (quoted != 0) o.quoted = quoted;
          if (backslash_quoted != 0 && o.backslashes) o.quoted = backslash_quoted;
        }
        for (const std::string& kind : flows->cleans) o.cleaned |= KindBit(kind);
      }
      Append(out, std::move(more));
    };
    if (flow.as == "returned" || flow.as == "mapped" || flow.as == "step") {
      if (flow.as == "mapped") below = path.size > 0 ? path.Rest() : path;
      for (uint32_t i = 0; i < c.arg_count; ++i) {
        FunctionId f = m.FunctionAt(m.args[c.first_arg + i].node);
        if (!Some(f)) {  // list.map(quote)
          const ValueId given = Resolve(file, m.args[c.first_arg + i].value);
          if (!Some(given) || m.values[given].kind != ValueKind::kFunction) {
            // list.map(compose(f, g)): what it makes of them is not known, but it is made of them.
            if (flow.as == "mapped" && i == 0 && Some(receiver)) {
              // list.map(compose(escape)(String)), where escape is JSON.stringify: that quotes for JavaScript only.
              const Api* serializes = Serializer(file, m.args[c.first_arg].node);
              if (serializes == nullptr && LooksLikeCast(Text(file, m.args[c.first_arg].node))) continue;
              Origins more = OfValue(file, receiver, below.Under("*"), c.node);
              for (Origin& o : more) {
                if (serializes == nullptr) continue;
                o.embedded = true;
                for (const std::string& kind : serializes->cleans) o.cleaned |= KindBit(kind);
              }
              take(std::move(more), false);
            }
            continue;
          }
          f = static_cast<FunctionId>(m.values[given].a);
        }
        for (const NodeId r : IndexOf(file).returns.Of(Index(f))) {
          const NodeId value = flow.as == "step" ? StepOf(file, r, "2") : r;
          if (Some(value)) take(Of(file, value, below), false);
        }
      }
      continue;
    }
    if (flow.receiver) {
      if (!Some(receiver)) continue;
      take(Some(subject) ? Of(file, subject, below) : OfValue(file, receiver, below, c.node), false);
      continue;
    }
    const uint32_t last = flow.last < 0 ? static_cast<uint32_t>(flow.first) : static_cast<uint32_t>(flow.last);
    for (uint32_t i = static_cast<uint32_t>(flow.first); i <= last && i + shift < c.arg_count; ++i) {
      const Argument& a = m.args[c.first_arg + i + shift];
      Origins more = Of(file, a.node, a.spread ? below.Under("*") : below);
      // path.resolve(root, '/absolute') starts anew, but constant folders in front stay in front of what is relative.
      take(std::move(more), i > static_cast<uint32_t>(flow.first));
    }
  }
  return out;
}

namespace {
bool IsIndexName(std::string_view name) {
  return name == "index" || name == "idx" || name.ends_with("Index") || name.ends_with("Idx");
}
}  // namespace

bool Walker::IsOwnName(FileId file, NodeId node, int depth) const {
  const FileModel& m = p_[file].model;
  if (!Some(node) || depth > 4) return false;
  const auto foreign = [](std::string_view text) {
    for (const std::string_view name : {"__proto__", "constructor", "prototype"}) {
      if (name.find(text) != std::string_view::npos) return false;
    }
    return true;
  };
  if (m.syntax.KindOf(node) == Kind::kTemplateElement) return foreign(Text(file, node));
  const ValueId v = Some(m.ValueOf(node)) ? Resolve(file, m.ValueOf(node)) : kNone<ValueId>;
  if (!Some(v)) return false;
  const Value& x = m.values[v];
  if (x.kind == ValueKind::kString) return depth > 0 && foreign(m.names[static_cast<NameId>(x.a)]);
  if (x.kind != ValueKind::kConcat && x.kind != ValueKind::kTemplate) return false;
  for (const NodeId part : m.syntax.ChildrenOf(static_cast<NodeId>(x.a))) {
    if (IsOwnName(file, part, depth + 1)) return true;
  }
  return false;
}

bool Walker::IsNumeric(FileId file, NodeId node, int depth) {
  const FileModel& m = p_[file].model;
  const Syntax& s = m.syntax;
  if (!Some(node) || depth > 6) return false;
  switch (s.KindOf(node)) {
    case Kind::kNumericLiteral:
    case Kind::kUpdateExpression:
      return true;
    case Kind::kUnaryExpression:
      return s[node].op == Op::kSub || s[node].op == Op::kBitNot || s[node].op == Op::kAdd;
    case Kind::kBinaryExpression: {
      const Op op = s[node].op;
      if (op == Op::kAdd) {  // one number in it: mostly an index
        for (const NodeId c : s.ChildrenOf(node)) {
          if (IsNumeric(file, c, depth + 1)) return true;
        }
        return false;
      }
      return op == Op::kSub || op == Op::kMul || op == Op::kDiv || op == Op::kMod || op == Op::kExp ||
             op == Op::kBitAnd || op == Op::kBitOr || op == Op::kBitXor || op == Op::kShl || op == Op::kShr ||
             op == Op::kUshr;
    }
    case Kind::kAssignmentExpression:
      return s[node].op == Op::kAssign && IsNumeric(file, s.Child(node, Role::kRight), depth + 1);
    case Kind::kConditionalExpression:
      return IsNumeric(file, s.Child(node, Role::kConsequent), depth + 1) &&
             IsNumeric(file, s.Child(node, Role::kAlternate), depth + 1);
    default:
      break;
  }
  const ValueId v = m.ValueOf(node);
  if (!Some(v)) return false;
  const Value& x = m.values[v];
  if (x.kind == ValueKind::kNumber) return true;
  if (x.kind == ValueKind::kMember) {
    const std::string_view name = m.names[static_cast<NameId>(x.b)];
    for (const std::string_view n : {"length", "size", "byteLength", "lastIndexOf", "hashCode", "uniqueId", "index",
                                     "position", "offset", "count"}) {
      if (n == name) return true;
    }
    return false;
  }
  if (x.kind == ValueKind::kCall) {
    const Call& c = m.calls[static_cast<CallId>(x.a)];
    const Value& callee = m.values[c.callee];
    std::string_view name;
    if (callee.kind == ValueKind::kMember) name = m.names[static_cast<NameId>(callee.b)];
    if (callee.kind == ValueKind::kGlobal) name = m.names[static_cast<NameId>(callee.a)];
    for (const std::string_view n :
         {"Number", "parseInt", "parseFloat", "indexOf", "lastIndexOf", "charCodeAt", "findIndex", "floor", "ceil",
          "round", "min", "max", "abs", "random", "now", "getTime", "push", "search"}) {
      if (n == name) return true;
    }
    return false;
  }
  if (x.kind == ValueKind::kBinding) {
    const BindingId b = static_cast<BindingId>(x.a);
    const Binding& binding = m.bindings[b];
    // code & 0xff, code >> 8: nobody does that to names.
    int most = 1000;
    for (ReferenceId r = binding.first; Some(r) && most-- > 0; r = m.Next(r)) {
      const NodeId use = s.Parent(m.references[r].node);
      const Op op = s.KindOf(use) == Kind::kBinaryExpression ? s[use].op : Op::kNoOp;
      if (op == Op::kBitAnd || op == Op::kBitXor || op == Op::kShl || op == Op::kShr || op == Op::kUshr) return true;
    }
    if (binding.writes == 0) {
      const NodeId init = s.Child(s.Parent(binding.node), Role::kValue);
      if (s.KindOf(s.Parent(binding.node)) == Kind::kVariableDeclarator && Some(init))
        return IsNumeric(file, init, depth + 1);
      return IsIndexName(m.names[binding.name]);  // a parameter is what it is called
    }
    // for (let i = from; i < to; i += step)
    if (const NodeId loop = s.Parent(s.Parent(s.Parent(binding.node))); s.KindOf(loop) == Kind::kForStatement) {
      const NodeId update = s.Child(loop, Role::kUpdate), test = s.Child(loop, Role::kTest);
      const bool counts = s.KindOf(update) == Kind::kUpdateExpression ||
                          (s.KindOf(update) == Kind::kAssignmentExpression &&
                           (s[update].op == Op::kAddAssign || s[update].op == Op::kSubAssign) &&
                           IsNumeric(file, s.Child(update, Role::kRight), depth + 1));
      const Op op = s.KindOf(test) == Kind::kBinaryExpression ? s[test].op : Op::kNoOp;
      if (counts && (op == Op::kLt || op == Op::kLe || op == Op::kGt || op == Op::kGe)) return true;
    }
    bool any = false;
    for (const Assignment& a : m.AssignmentsOf(b)) {
      const NodeId p = s.Parent(a.node);
      if (s.KindOf(p) == Kind::kUpdateExpression) {
        any = true;
        continue;
      }
      if (s.KindOf(p) == Kind::kAssignmentExpression) {
        const Op op = s[p].op;
        if (op == Op::kAssign ? IsNumeric(file, s.Child(p, Role::kRight), depth + 1)
                              : op != Op::kAddAssign || IsNumeric(file, s.Child(p, Role::kRight), depth + 1)) {
          any = true;
          continue;
        }
        return IsIndexName(m.names[binding.name]);
      }
      if (s.KindOf(p) == Kind::kVariableDeclarator) {
        const NodeId init = s.Child(p, Role::kValue);
        if (Some(init) && IsNumeric(file, init, depth + 1)) {
          any = true;
          continue;
        }
      }
      return IsIndexName(m.names[binding.name]);
    }
    return any;
  }
  return false;
}

}  // namespace looplint
