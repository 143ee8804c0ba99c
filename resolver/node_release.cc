#include "resolver/node_release.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "analyzer/base/strings.h"
#include "resolver/json.h"

namespace looplint {
namespace {

// The releases this table was checked against.
constexpr NodeRelease kReleases[] = {{18, 20, 8}, {20, 20, 2}, {22, 23, 3}, {24, 21, 0}, {26, 10, 0}};

// module.builtinModules, and what only "node:" reaches. `until`: first major without it; 0: still there.
struct Builtin {
  std::string_view name;
  bool scheme_only = false;
  int since = 0, until = 0;
};
constexpr Builtin kBuiltins[] = {
    {"_http_agent"}, {"_http_client"}, {"_http_common"}, {"_http_incoming"}, {"_http_outgoing"}, {"_http_server"},
    {"_stream_duplex", false, 0, 26}, {"_stream_passthrough", false, 0, 26}, {"_stream_readable", false, 0, 26},
    {"_stream_transform", false, 0, 26}, {"_stream_wrap", false, 0, 26}, {"_stream_writable", false, 0, 26},
    {"_tls_common"}, {"_tls_wrap"}, {"assert"}, {"assert/strict"}, {"async_hooks"}, {"buffer"}, {"child_process"},
    {"cluster"}, {"console"}, {"constants"}, {"crypto"}, {"dgram"}, {"diagnostics_channel"}, {"dns"}, {"dns/promises"},
    {"domain"}, {"events"}, {"ffi", true, 26}, {"fs"}, {"fs/promises"}, {"http"}, {"http2"}, {"https"}, {"inspector"},
    {"inspector/promises", false, 20}, {"module"}, {"net"}, {"os"}, {"path"}, {"path/posix"}, {"path/win32"},
    {"perf_hooks"}, {"process"}, {"punycode"}, {"querystring"}, {"readline"}, {"readline/promises"}, {"repl"},
    {"sea", true, 20}, {"sqlite", true, 22}, {"stream"}, {"stream/consumers"}, {"stream/promises"}, {"stream/web"},
    {"string_decoder"}, {"sys"}, {"test", true}, {"test/reporters", true}, {"timers"}, {"timers/promises"}, {"tls"},
    {"trace_events"}, {"tty"}, {"url"}, {"util"}, {"util/types"}, {"v8"}, {"vm"}, {"wasi"}, {"worker_threads"}, {"zlib"},
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// A version with holes: -1 for what is missing or a wildcard.
struct Partial {
  int part[3] = {-1, -1, -1};
};

std::optional<Partial> ParsePartial(std::string_view& s) {
  Partial p;
  if (s.starts_with('v') || s.starts_with('=')) s.remove_prefix(1);
  if (s.starts_with('v')) s.remove_prefix(1);
  for (int k = 0; k < 3; ++k) {
    if (k > 0) {
      if (!s.starts_with('.')) break;
      s.remove_prefix(1);
    }
    if (s.starts_with('x') || s.starts_with('X') || s.starts_with('*')) {
      s.remove_prefix(1);
      continue;
    }
    if (s.empty() || !IsDigit(s[0])) {
      if (k == 0) return std::nullopt;
      break;
    }
    int value = 0;
    while (!s.empty() && IsDigit(s[0])) {
      value = std::min(value * 10 + (s[0] - '0'), 1000000);
      s.remove_prefix(1);
    }
    p.part[k] = value;
  }
  // A prerelease or build tag changes nothing for the releases asked about.
  if (s.starts_with('-') || s.starts_with('+')) {
    while (!s.empty() && s[0] != ' ' && s[0] != '|' && s[0] != ',') s.remove_prefix(1);
  }
  return p;
}

int Compare(const NodeRelease& a, const int (&b)[3]) {
  const int x[3] = {a.major, a.minor, a.patch};
  for (int k = 0; k < 3; ++k) {
    if (x[k] != b[k]) return x[k] < b[k] ? -1 : 1;
  }
  return 0;
}

// lowest <= r < beyond
struct Bounds {
  int lowest[3] = {0, 0, 0};
  int beyond[3] = {1 << 30, 0, 0};
  bool Has(const NodeRelease& r) const { return Compare(r, lowest) >= 0 && Compare(r, beyond) < 0; }
  void AtLeast(int a, int b, int c) {
    const int v[3] = {a, b, c};
    if (std::lexicographical_compare(lowest, lowest + 3, v, v + 3)) std::copy(v, v + 3, lowest);
  }
  void Below(int a, int b, int c) {
    const int v[3] = {a, b, c};
    if (std::lexicographical_compare(v, v + 3, beyond, beyond + 3)) std::copy(v, v + 3, beyond);
  }
};

// The bounds a comparator such as "^18.2" adds. False when it is none.
bool Comparator(std::string_view& s, Bounds& bounds) {
  std::string_view op;
  for (const std::string_view candidate : {">=", "<=", "~>", ">", "<", "^", "~", "="}) {
    if (s.starts_with(candidate)) {
      op = candidate;
      break;
    }
  }
  s.remove_prefix(op.size());
  while (s.starts_with(' ')) s.remove_prefix(1);
  const std::optional<Partial> p = ParsePartial(s);
  if (!p) return false;
  const int a = p->part[0], b = p->part[1], c = p->part[2];
  const int b0 = std::max(b, 0), c0 = std::max(c, 0);
  if (a < 0) return true;  // any
  const auto below_next = [&](int level) {
    if (level == 0) bounds.Below(a + 1, 0, 0);
    if (level == 1) bounds.Below(a, b0 + 1, 0);
    if (level == 2) bounds.Below(a, b0, c0 + 1);
  };
  const int precision = b < 0 ? 0 : c < 0 ? 1 : 2;
  if (op == ">=") {
    bounds.AtLeast(a, b0, c0);
  } else if (op == ">") {
    if (precision == 0) bounds.AtLeast(a + 1, 0, 0);
    if (precision == 1) bounds.AtLeast(a, b0 + 1, 0);
    if (precision == 2) bounds.AtLeast(a, b0, c0 + 1);
  } else if (op == "<") {
    bounds.Below(a, b0, c0);
  } else if (op == "<=") {
    below_next(precision);
  } else if (op == "^") {
    bounds.AtLeast(a, b0, c0);
    below_next(a > 0 || precision == 0 ? 0 : b0 > 0 || precision == 1 ? 1 : 2);
  } else if (op == "~" || op == "~>") {
    bounds.AtLeast(a, b0, c0);
    below_next(std::min(precision, 1));
  } else {
    bounds.AtLeast(a, b0, c0);
    below_next(precision);
  }
  return true;
}

std::string_view Trim(std::string_view s) {
  while (!s.empty() && static_cast<unsigned char>(s.front()) <= ' ') s.remove_prefix(1);
  while (!s.empty() && static_cast<unsigned char>(s.back()) <= ' ') s.remove_suffix(1);
  return s;
}

}  // namespace

NodeRelease NodeRelease::Of(int major) {
  NodeRelease best = kReleases[0];
  for (const NodeRelease& r : kReleases) {
    if (r.major <= major) best = r;
  }
  return best;
}

bool NodeRelease::require_module() const { return major >= 23 || (major == 22 && minor >= 12) || (major == 20 && minor >= 19); }
bool NodeRelease::detects_module_syntax() const { return require_module() || (major == 22 && minor >= 7); }
bool NodeRelease::strips_types() const { return AtLeast(23, 6) || (major == 22 && minor >= 18); }
bool NodeRelease::imports_wasm() const { return AtLeast(24, 5) || (major == 22 && minor >= 19); }
bool NodeRelease::imports_addons() const { return AtLeast(24); }
bool NodeRelease::slash_imports() const { return AtLeast(25, 4) || (major == 24 && minor >= 14); }
bool NodeRelease::native_package_reader() const { return AtLeast(21, 3); }
bool NodeRelease::attribute_codes() const { return AtLeast(21); }
bool NodeRelease::module_exports_name() const { return AtLeast(23); }

bool NodeRelease::IsBuiltin(std::string_view specifier) const {
  const bool scheme = specifier.starts_with("node:");
  if (scheme) specifier.remove_prefix(5);
  const auto it = std::lower_bound(std::begin(kBuiltins), std::end(kBuiltins), specifier,
                                   [](const Builtin& b, std::string_view name) { return b.name < name; });
  if (it == std::end(kBuiltins) || it->name != specifier || (it->scheme_only && !scheme)) return false;
  return major >= it->since && (it->until == 0 || major < it->until);
}

bool ReleasesOf(std::string_view range, NodeRelease& oldest, NodeRelease& newest) {
  bool any = false;
  std::string_view rest = range;
  for (;;) {
    const size_t bar = rest.find("||");
    std::string_view s = Trim(rest.substr(0, bar));
    Bounds bounds;
    bool sound = true;
    if (const size_t dash = s.find(" - "); dash != std::string_view::npos) {
      std::string_view low = Trim(s.substr(0, dash)), high = Trim(s.substr(dash + 3));
      const std::string from = Cat(">=", low), to = Cat("<=", high);
      std::string_view a = from, b = to;
      sound = Comparator(a, bounds) && Comparator(b, bounds);
    } else {
      while (sound && !s.empty()) {
        sound = Comparator(s, bounds);
        while (!s.empty() && (s[0] == ' ' || s[0] == ',')) s.remove_prefix(1);
      }
    }
    if (sound) {
      for (const NodeRelease& r : kReleases) {
        // A range that ends below a checked release but within its major still means that major.
        bool has = bounds.Has(r);
        for (int minor = 0; !has && minor <= r.minor; ++minor) has = bounds.Has({r.major, minor, 0}) || bounds.Has({r.major, minor, 99});
        if (!has) continue;
        if (!any || r.major < oldest.major) oldest = r;
        if (!any || r.major > newest.major) newest = r;
        any = true;
      }
    }
    if (bar == std::string_view::npos) return any;
    rest = rest.substr(bar + 2);
  }
}

NodeTarget FindNodeTarget(const FileSystem& fs, const std::string& directory) {
  constexpr uint64_t kLimit = 16u << 20;
  NodeTarget target;
  target.oldest = target.newest = NodeRelease::Of(24);
  bool has_range = false, has_version = false;
  std::string folder = directory;
  for (;;) {
    const auto version = [&](std::string_view text, std::string source) {
      if (has_version) return;
      text = Trim(text.substr(0, text.find('\n')));
      NodeRelease r = NodeRelease::Of(24), unused;
      if (text == "lts/*" || text == "lts" || text == "node" || text == "stable" || text == "current") {
        r = NodeRelease::Of(text == "node" || text == "stable" || text == "current" ? 26 : 24);
      } else if (text.starts_with("lts/")) {
        const std::string_view name = text.substr(4);
        const int major = name == "hydrogen" ? 18 : name == "iron" ? 20 : name == "jod" ? 22 : name == "krypton" ? 24 : 0;
        if (major == 0) return;
        r = NodeRelease::Of(major);
      } else if (!ReleasesOf(text, r, unused)) {
        // A version older or newer than all, or between two of them.
        std::string_view s = text;
        const std::optional<Partial> p = ParsePartial(s);
        if (!p || p->part[0] < 0) return;
        r = NodeRelease::Of(p->part[0]);
      }
      has_version = true;
      target.newest = r;
      if (!has_range) target.oldest = r;
      target.stated = true;
      target.source = Cat(target.source.empty() ? "" : Cat(target.source, ", "), source);
      if (target.text.empty()) target.text = std::string(text);
    };
    if (const auto text = fs.Read(JoinPath(folder, ".nvmrc"), kLimit); text.ok()) version(*text, ".nvmrc");
    if (const auto text = fs.Read(JoinPath(folder, ".node-version"), kLimit); text.ok()) version(*text, ".node-version");
    if (const auto text = fs.Read(JoinPath(folder, "package.json"), kLimit); text.ok()) {
      JsonDocument json;
      if (json.Parse(*text)) {
        if (const JsonValue volta = json.root()["volta"]["node"]; volta.IsString()) version(volta.text(), "volta.node of package.json");
        NodeRelease oldest, newest;
        if (const JsonValue engines = json.root()["engines"]["node"];
            !has_range && engines.IsString() && ReleasesOf(engines.text(), oldest, newest)) {
          has_range = true;
          target.oldest = oldest;
          if (!has_version) target.newest = newest;
          target.stated = true;
          target.source = Cat("engines.node of package.json", target.source.empty() ? "" : ", ", target.source);
          target.text = std::string(engines.text());
        }
      }
    }
    if (folder == "/" || folder == "." || fs.Type(JoinPath(folder, ".git")) != FileType::kNone) break;
    folder = DirName(folder);
  }
  if (target.oldest.major > target.newest.major) target.newest = target.oldest;
  return target;
}

}  // namespace looplint
