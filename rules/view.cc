#include "rules/view.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "analyzer/base/strings.h"
#include "analyzer/facts/ways.h"

namespace looplint {
namespace {

// Versions as numbers; a prerelease tag is dropped, for "<5.0.0-0" and "<5.0.0" admit the same releases.
struct Version {
  uint64_t value = 0;
  int parts = 0;  // how many of major.minor.patch were given
};
constexpr uint64_t kMaxPart = (1 << 20) - 1;
uint64_t Pack(uint64_t major, uint64_t minor, uint64_t patch) { return major << 40 | minor << 20 | patch; }

std::optional<Version> ReadVersion(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  text = text.substr(0, text.find_first_of("-+"));
  Version v;
  uint64_t part[3] = {0, 0, 0};
  while (!text.empty() && v.parts < 3) {
    const size_t dot = text.find('.');
    const std::string_view piece = text.substr(0, dot);
    if (piece == "x" || piece == "X" || piece == "*") break;
    if (piece.empty() || piece.size() > 6) return std::nullopt;
    for (const char c : piece) {
      if (c < '0' || c > '9') return std::nullopt;
      part[v.parts] = part[v.parts] * 10 + static_cast<uint64_t>(c - '0');
    }
    ++v.parts;
    text = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  }
  v.value = Pack(part[0], part[1], part[2]);
  return v;
}

struct Interval {
  uint64_t low = 0, high = ~uint64_t{0};  // half open
};

// First version past those `v` stands for when its last given part counts up.
uint64_t After(Version v, int part) {
  const uint64_t major = v.value >> 40, minor = v.value >> 20 & kMaxPart, patch = v.value & kMaxPart;
  if (part <= 0) return ~uint64_t{0};
  if (part == 1) return Pack(major + 1, 0, 0);
  if (part == 2) return Pack(major, minor + 1, 0);
  return Pack(major, minor, patch + 1);
}

// The smallest interval around all that a range admits.
std::optional<Interval> Hull(std::string_view range) {
  if (range.starts_with("npm:")) {
    const size_t at = range.rfind('@');
    if (at == std::string_view::npos || at < 5) return std::nullopt;
    range.remove_prefix(at + 1);
  }
  if (range.starts_with("workspace:")) return std::nullopt;
  std::optional<Interval> hull;
  while (true) {
    const size_t bar = range.find("||");
    std::string_view set = range.substr(0, bar);
    Interval all;
    bool any = false, hyphen = false;
    while (true) {
      const size_t start = set.find_first_not_of(' ');
      if (start == std::string_view::npos) break;
      set.remove_prefix(start);
      std::string op;
      while (!set.empty() && std::string_view("<>=^~").find(set[0]) != std::string_view::npos) {
        op += set[0];
        set.remove_prefix(1);
      }
      if (const size_t space = set.find_first_not_of(' '); space != std::string_view::npos) set.remove_prefix(space);
      const size_t end = std::min(set.find(' '), set.size());
      const std::string_view text = set.substr(0, end);
      set.remove_prefix(end);
      if (op.empty() && text == "-") {
        hyphen = true;
        continue;
      }
      const std::optional<Version> v = ReadVersion(text);
      if (!v) return std::nullopt;
      any = true;
      Interval one;
      if (hyphen) {
        one.high = After(*v, v->parts);
        all.high = one.high;  // the lower end was read as an exact version
        hyphen = false;
        continue;
      }
      if (op == "^") {
        const bool zero = v->value >> 40 == 0 && v->parts > 1;
        one = {v->value, zero ? After(*v, (v->value >> 20 & kMaxPart) == 0 && v->parts == 3 ? 3 : 2) : After(*v, std::min(v->parts, 1))};
      } else if (op == "~") {
        one = {v->value, After(*v, std::min(v->parts, 2))};
      } else if (op == ">=") {
        one.low = v->value;
      } else if (op == ">") {
        one.low = After(*v, v->parts);
      } else if (op == "<") {
        one.high = v->value;
      } else if (op == "<=") {
        one.high = After(*v, v->parts);
      } else if (op.empty() || op == "=") {
        one = {v->parts == 0 ? 0 : v->value, After(*v, v->parts)};
      } else {
        return std::nullopt;
      }
      all.low = std::max(all.low, one.low);
      all.high = std::min(all.high, one.high);
    }
    if (!any) return std::nullopt;
    if (!hull) {
      hull = all;
    } else {
      hull->low = std::min(hull->low, all.low);
      hull->high = std::max(hull->high, all.high);
    }
    if (bar == std::string_view::npos) return hull;
    range.remove_prefix(bar + 2);
  }
}

}  // namespace

bool RangeWithin(std::string_view range, std::string_view outer) {
  if (outer == "*") return true;
  const std::optional<Interval> a = Hull(range), b = Hull(outer);
  return a && b && a->low >= b->low && a->high <= b->high && a->low < a->high;
}

Outcome View::PromiseAt(NodeId node) const {
  Outcome none;
  none.fails = Fails::kNo;
  // Of the sides of ?:, || and ?? the best is no better than the worst.
  const auto either = [](const Outcome& a, const Outcome& b) {
    Outcome out = a.fails >= b.fails ? a : b;
    out.returns = a.returns == b.returns                                                       ? a.returns
                  : a.returns == Returns::kNoPromise && b.returns == Returns::kNoPromise ? Returns::kNoPromise
                                                                                         : Returns::kMayPromise;
    return out;
  };
  struct Eval {
    const View& view;
    const Outcome& none;
    decltype(either)& merge;
    Outcome Of(NodeId n, int depth) {
      if (!Some(n) || depth > 12) return none;
      const Syntax& s = view.syntax;
      switch (s.KindOf(n)) {
        case Kind::kTSAsExpression:
        case Kind::kTSNonNullExpression: return Of(s.FirstChild(n), depth + 1);
        case Kind::kConditionalExpression:
          return merge(Of(s.Child(n, Role::kConsequent), depth + 1), Of(s.Child(n, Role::kAlternate), depth + 1));
        case Kind::kLogicalExpression: {
          const Outcome right = Of(s.Child(n, Role::kRight), depth + 1);
          if (s[n].op == Op::kAnd) return merge(none, right);
          const Outcome left = Of(s.Child(n, Role::kLeft), depth + 1);
          return left.returns == Returns::kPromise ? left : merge(left, right);
        }
        case Kind::kCallExpression:
        case Kind::kNewExpression: {
          const CallId call = view.model.CallAt(n);
          if (!Some(call)) {  // import('x')
            Outcome out;
            const ValueId v = view.model.ValueOf(n);
            if (Some(v) && view.model[v].kind == ValueKind::kPromisedImport) out.returns = Returns::kPromise;
            return out;
          }
          Outcome out = view.OutcomeOf(call);
          // a?.f() may not be called at all.
          const NodeId callee = view.CalleeNode(view.model.calls[call]);
          if (out.returns == Returns::kPromise &&
              (view.model.calls[call].optional || view.Text(callee).find("?.") != std::string_view::npos)) {
            out.returns = Returns::kPromiseOrNothing;
          }
          return out;
        }
        case Kind::kIdentifier:
        case Kind::kShorthandProperty: {
          const BindingId b = view.model.BindingAt(n);
          if (!Some(b)) return none;
          const Binding& binding = view.model.bindings[b];
          const NodeId declarator = s.Parent(binding.node);
          if (s.KindOf(declarator) == Kind::kVariableDeclarator && s[binding.node].role == Role::kName &&
              Some(s.Child(declarator, Role::kValue))) {
            if (binding.writes != 0) return none;
            return Of(s.Child(declarator, Role::kValue), depth + 1);
          }
          break;
        }
        case Kind::kMemberExpression: break;
        default: return none;
      }
      Outcome out;
      if (IsDeclaredPromise(view.file, view.model.ValueOf(n))) {
        out.returns = Returns::kPromise;
      } else if (view.Denote(view.model.ValueOf(n)).Is(Denoted::Kind::kPromise)) {
        out.returns = Returns::kMayPromise;
      }
      return out;
    }
  };
  return Eval{*this, none, either}.Of(node, 0);
}

AsyncErrors View::AsyncErrorsOf(const Entry& entry) const {
  if (entry.handler == nullptr || entry.api == nullptr) return AsyncErrors::kUnknown;
  for (const VersionedAsyncErrors& row : entry.handler->async_errors) {
    if (row.range == "*") return row.errors;
    const std::string_view asked = DependencyRange(PackageOf(*entry.api));
    if (!asked.empty() && RangeWithin(asked, row.range)) return row.errors;
  }
  return AsyncErrors::kUnknown;
}

std::string_view View::PackageOf(const Api& api) const {
  const std::string_view name = api.name;
  size_t cut = name.find_first_of(".#");
  std::string_view package = name.substr(0, cut);
  while (cut != std::string_view::npos) {
    cut = name.find_first_of(".#", cut + 1);
    const std::string_view longer = name.substr(0, cut);
    if (knowledge.Module(longer) == longer) package = longer;
  }
  return package;
}

namespace {
constexpr std::string_view kEnds = "ends the process",
                           kHeard = "ends the process, unless the program's listener of 'unhandledRejection' keeps it",
                           kCaught = "ends the process, unless the program's listener of 'uncaughtException' keeps it";
}  // namespace

std::string_view View::ErrorEnds() const { return facts.unhandled.ErrorsHeard(id) ? kCaught : kEnds; }
std::string_view View::RejectionEnds() const { return facts.unhandled.RejectionsHeard(id) ? kHeard : ErrorEnds(); }

std::string_view View::Text(NodeId node) const { return Text(SpanOf(node)); }
std::string_view View::Text(Span span) const {
  return std::string_view(file.text).substr(span.start, span.end - span.start);
}
Span View::SpanOf(NodeId node) const { return {syntax[node].start, syntax[node].end}; }

std::string View::CalleeText(const Call& call) const {
  NodeId callee = CalleeNode(call);
  // (0, module.name)(): how compilers call without `this`.
  while (Some(callee) && syntax.KindOf(callee) == Kind::kSequenceExpression) {
    for (const NodeId c : syntax.ChildrenOf(NodeId{callee})) callee = c;
  }
  if (!Some(callee)) return "call";
  // `a().b().c` is told by its last part; so is anything long or broken over lines.
  std::string_view text = Text(callee);
  if (text.size() > 48 || text.find_first_of("\n({[") != std::string_view::npos) {
    const NodeId property =
        syntax.KindOf(callee) == Kind::kMemberExpression ? syntax.Child(callee, Role::kProperty) : kNone<NodeId>;
    if (!Some(property)) return "this call";
    text = Text(property);
    if (text.size() > 48) return "this call";
  }
  return std::string(text);
}

std::vector<CallId> View::MethodCalls(std::initializer_list<std::string_view> names) const {
  if (!has_method_calls_) {
    has_method_calls_ = true;
    for (const CallId id : Ids(model.calls)) {
      const Value& callee = model.values[model.calls[id].callee];
      if (callee.kind == ValueKind::kMember) {
        method_calls_.push_back({static_cast<NameId>(callee.b), id});
      } else if (const std::string_view method = Method(model.calls[id]); !method.empty()) {
        // What it is called on has no value of its own; or the callee is an alias of a member.
        method_calls_.push_back({model.names.Find(method), id});
      }
    }
    std::sort(method_calls_.begin(), method_calls_.end(), [](const MethodCall& a, const MethodCall& b) {
      return a.name != b.name ? a.name < b.name : a.call < b.call;
    });
  }
  std::vector<CallId> out;
  for (const std::string_view name : names) {
    const NameId id = model.names.Find(name);
    if (!Some(id)) continue;
    auto it = std::lower_bound(method_calls_.begin(), method_calls_.end(), id,
                               [](const MethodCall& m, NameId n) { return m.name < n; });
    for (; it != method_calls_.end() && it->name == id; ++it) out.push_back(it->call);
  }
  if (names.size() > 1) std::sort(out.begin(), out.end());
  return out;
}

const std::vector<CallId>& View::KnownCalls() const {
  if (!has_known_calls_) {
    has_known_calls_ = true;
    for (const CallId id : Ids(model.calls)) {
      if (ApiOf(id) != nullptr) known_calls_.push_back(id);
    }
  }
  return known_calls_;
}

ValueId View::Receiver(const Call& call) const {
  const Value& v = model.values[call.callee];
  if (v.kind != ValueKind::kMember && v.kind != ValueKind::kElement) return kNone<ValueId>;
  return static_cast<ValueId>(v.a);
}

std::string_view View::Method(const Call& call) const {
  const NodeId callee = CalleeNode(call);
  if (syntax.KindOf(callee) != Kind::kMemberExpression) return {};
  const NodeId property = syntax.Child(callee, Role::kProperty);
  if (syntax.KindOf(property) != Kind::kPropertyName) return {};
  return Text(property);
}

std::optional<ValueId> View::OptionOf(const Argument& argument, std::string_view name) const {
  const Denoted d = Denote(argument.value);
  if (!d.Is(Denoted::Kind::kObject) || d.file != id) return std::nullopt;
  const Object& o = model.objects[static_cast<ObjectId>(d.id)];
  for (uint32_t i = o.member_count; i-- > 0;) {
    const Member& m = model.members[o.first_member + i];
    if (Some(m.name) && model.names[m.name] == name) return m.value;
  }
  return std::nullopt;
}

std::optional<std::string> View::ConstantString(ValueId value) const {
  for (int depth = 0; depth < 16 && Some(value); ++depth) {
    const Value& v = model.values[value];
    switch (v.kind) {
      case ValueKind::kString: return std::string(model.names[static_cast<NameId>(v.a)]);
      case ValueKind::kBinding: value = model.bindings[static_cast<BindingId>(v.a)].value; continue;
      case ValueKind::kTemplate:
      case ValueKind::kConcat: {
        std::string out;
        const NodeId node = static_cast<NodeId>(v.a);
        for (const NodeId c : syntax.ChildrenOf(node)) {
          if (syntax.KindOf(c) == Kind::kTemplateElement) {
            const auto cooked = Cook(Text(c));
            if (!cooked) return std::nullopt;
            out += *cooked;
            continue;
          }
          // Nesting is bounded by the budget of the outer loop only for chains; concatenations are left-deep.
          const ValueId inner = model.ValueOf(c);
          if (!Some(inner) || syntax[node].end - syntax[node].start > 4096) return std::nullopt;
          const Value& iv = model.values[inner];
          if (iv.kind == ValueKind::kNumber) {
            out += Text(c);
            continue;
          }
          const auto part = ConstantString(inner);
          if (!part) return std::nullopt;
          out += *part;
        }
        return out;
      }
      default: return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<double> View::ConstantNumber(NodeId node) const {
  // Iterative over left-deep chains would be overkill: real constants are small, so depth is simply bounded.
  struct Eval {
    const View& view;
    std::optional<double> Of(NodeId n, int depth) {
      if (!Some(n) || depth > 24) return std::nullopt;
      const Syntax& s = view.syntax;
      switch (s.KindOf(n)) {
        case Kind::kNumericLiteral: {
          std::string text(view.Text(n));
          std::erase(text, '_');
          if (text.ends_with('n')) return std::nullopt;
          if (text.size() > 2 && text[0] == '0' && (text[1] == 'b' || text[1] == 'B')) {
            return static_cast<double>(std::strtoull(text.c_str() + 2, nullptr, 2));
          }
          if (text.size() > 2 && text[0] == '0' && (text[1] == 'o' || text[1] == 'O')) {
            return static_cast<double>(std::strtoull(text.c_str() + 2, nullptr, 8));
          }
          return std::strtod(text.c_str(), nullptr);
        }
        case Kind::kUnaryExpression: {
          const auto v = Of(s.FirstChild(n), depth + 1);
          if (!v) return v;
          if (s[n].op == Op::kSub) return -*v;
          if (s[n].op == Op::kAdd) return v;
          return std::nullopt;
        }
        case Kind::kBinaryExpression: {
          const auto a = Of(s.Child(n, Role::kLeft), depth + 1), b = Of(s.Child(n, Role::kRight), depth + 1);
          if (!a || !b) return std::nullopt;
          switch (s[n].op) {
            case Op::kAdd: return *a + *b;
            case Op::kSub: return *a - *b;
            case Op::kMul: return *a * *b;
            case Op::kDiv: return *a / *b;
            case Op::kMod: return std::fmod(*a, *b);
            case Op::kExp: return std::pow(*a, *b);
            default: return std::nullopt;
          }
        }
        case Kind::kIdentifier: {
          if (view.Text(n) == "Infinity") return HUGE_VAL;
          const BindingId b = view.model.BindingAt(n);
          if (!Some(b)) return std::nullopt;
          const Binding& binding = view.model.bindings[b];
          if (binding.kind == BindingKind::kImport && Some(binding.value)) return Imported(binding.value, depth);
          if (binding.writes != 0 || !Some(binding.value)) return std::nullopt;
          return OfBinding(view, binding, depth);
        }
        case Kind::kMemberExpression: {
          const std::string_view text = view.Text(n);
          if (text == "Number.MAX_SAFE_INTEGER") return 9007199254740991.0;
          if (text == "Number.MAX_VALUE") return 1.7976931348623157e308;
          if (text == "Number.POSITIVE_INFINITY") return HUGE_VAL;
          return std::nullopt;
        }
        case Kind::kTSAsExpression:
        case Kind::kTSNonNullExpression: return Of(s.FirstChild(n), depth + 1);
        default: return std::nullopt;
      }
    }
    static std::optional<double> OfBinding(const View& view, const Binding& binding, int depth) {
      const NodeId declarator = view.syntax.Parent(binding.node);
      if (view.syntax.KindOf(declarator) != Kind::kVariableDeclarator) return std::nullopt;
      Eval eval{view};
      return eval.Of(view.syntax.Child(declarator, Role::kValue), depth + 1);
    }
    std::optional<double> Imported(ValueId value, int depth) {
      if (depth > 8) return std::nullopt;
      const Value& v = view.model.values[value];
      if (v.kind != ValueKind::kMember) return std::nullopt;
      const Value& base = view.model.values[static_cast<ValueId>(v.a)];
      if (base.kind != ValueKind::kImport) return std::nullopt;
      const FileId target = view.file.imports[base.a];
      if (!Some(target)) return std::nullopt;
      const auto e = view.project.FindExport(target, view.model.names[static_cast<NameId>(v.b)]);
      if (!Some(e.file) || e.is_namespace || !Some(e.value)) return std::nullopt;
      const FileModel& m = view.project[e.file].model;
      const Value& ev = m.values[e.value];
      if (ev.kind != ValueKind::kBinding) return std::nullopt;
      const Binding& b = m.bindings[static_cast<BindingId>(ev.a)];
      if (b.writes != 0) return std::nullopt;
      const View other(view.project, view.facts, e.file);
      return OfBinding(other, b, depth + 1);
    }
  };
  return Eval{*this}.Of(node, 0);
}

std::optional<bool> View::Truthiness(ValueId value) const {
  for (int depth = 0; depth < 16 && Some(value); ++depth) {
    const Value& v = model.values[value];
    switch (v.kind) {
      case ValueKind::kBoolean: return v.a != 0;
      case ValueKind::kNull:
      case ValueKind::kUndefined: return false;
      case ValueKind::kString: return !model.names[static_cast<NameId>(v.a)].empty();
      case ValueKind::kFunction: case ValueKind::kClass: case ValueKind::kObject: case ValueKind::kArray: return true;
      case ValueKind::kBinding: value = model.bindings[static_cast<BindingId>(v.a)].value; continue;
      default: return std::nullopt;
    }
  }
  return std::nullopt;
}

std::string_view View::DependencyRange(std::string_view package) const {
  const Manifest* m = file.manifest;
  while (m != nullptr) {
    const auto it = m->dependencies.find(std::string(package));
    if (it != m->dependencies.end()) return it->second;
    if (m->directory == "." || m->directory == "/") break;
    const Manifest* up = project.resolver().ManifestOf(m->directory);
    if (up == m) break;
    m = up;
  }
  return {};
}

bool View::DependsOnAny(std::initializer_list<std::string_view> packages) const {
  for (const std::string_view p : packages) {
    if (!DependencyRange(p).empty()) return true;
  }
  return false;
}

std::vector<NodeId> View::References(BindingId binding) const {
  std::vector<NodeId> out;
  for (ReferenceId r = model.bindings[binding].first; Some(r); r = model.Next(r)) {
    out.push_back(model.references[r].node);
  }
  return out;
}

std::string View::ScopeOf(NodeId node) const {
  FunctionId f = model.FunctionAt(node);
  if (!Some(f)) f = model.FunctionOf(node);
  return Some(f) ? ScopeName(project, {id, f}) : "";
}

}  // namespace looplint
