#include "resolver/node_release.h"

#include <algorithm>
#include <iterator>

#include "analyzer/base/strings.h"
#include "resolver/json.h"
#include "resolver/module_resolver_impl.h"
#include "resolver/version_range.h"

namespace looplint {
namespace {

// The releases this table was checked against.
constexpr NodeRelease kReleases[] = {{18, 20, 8}, {20, 20, 2}, {22, 23, 3}, {24, 21, 0}, {26, 10, 0}};

// module.builtinModules, and what only "node:" reaches, without a flag. `since`: major and minor; `until`: first major
// without it; 0: still there.
struct Builtin {
  std::string_view name;
  bool scheme_only = false;
  int since = 0, until = 0;
  int since_minor = 0;
};
constexpr Builtin kBuiltins[] = {
    {"_http_agent"}, {"_http_client"}, {"_http_common"}, {"_http_incoming"}, {"_http_outgoing"}, {"_http_server"},
    {"_stream_duplex", false, 0, 26}, {"_stream_passthrough", false, 0, 26}, {"_stream_readable", false, 0, 26},
    {"_stream_transform", false, 0, 26}, {"_stream_wrap", false, 0, 26}, {"_stream_writable", false, 0, 26},
    {"_tls_common"}, {"_tls_wrap"}, {"assert"}, {"assert/strict"}, {"async_hooks"}, {"buffer"}, {"child_process"},
    {"cluster"}, {"console"}, {"constants"}, {"crypto"}, {"dgram"}, {"diagnostics_channel"}, {"dns"}, {"dns/promises"},
    {"domain"}, {"events"}, {"ffi", true, 26, 0, 10}, {"fs"}, {"fs/promises"}, {"http"}, {"http2"}, {"https"}, {"inspector"},
    {"inspector/promises", false, 20}, {"module"}, {"net"}, {"os"}, {"path"}, {"path/posix"}, {"path/win32"},
    {"perf_hooks"}, {"process"}, {"punycode"}, {"querystring"}, {"readline"}, {"readline/promises"}, {"repl"},
    {"sea", true, 20, 0, 12}, {"sqlite", true, 22, 0, 13}, {"stream"}, {"stream/consumers"}, {"stream/promises"}, {"stream/web"},
    {"string_decoder"}, {"sys"}, {"test", true}, {"test/reporters", true}, {"timers"}, {"timers/promises"}, {"tls"},
    {"trace_events"}, {"tty"}, {"url"}, {"util"}, {"util/types"}, {"v8"}, {"vm"}, {"wasi"}, {"worker_threads"}, {"zlib"},
};

// The first release of a major that does something; majors after the last row do it, too. Each boundary lies between two
// releases that were asked; where some between them were not, the later one stands.
struct Since {
  int major, minor;
};
template <size_t n>
bool Does(const NodeRelease& r, const Since (&rows)[n]) {
  for (const Since& row : rows) {
    if (row.major == r.major) return r.minor >= row.minor;
  }
  return r.major > rows[n - 1].major;
}
constexpr Since kRequireModule[] = {{20, 19}, {22, 12}, {23, 0}};
constexpr Since kDetectsSyntax[] = {{20, 19}, {22, 7}, {23, 0}};
constexpr Since kStripsTypes[] = {{22, 18}, {23, 6}};
constexpr Since kImportsWasm[] = {{22, 19}, {24, 5}};
constexpr Since kImportsAddons[] = {{24, 19}, {26, 7}};
constexpr Since kSlashImports[] = {{24, 14}, {25, 4}};
constexpr Since kNativeReader[] = {{21, 3}};
constexpr Since kUnreadablePackageFails[] = {{24, 21}, {26, 10}};
constexpr Since kAttributeCodes[] = {{21, 0}};
constexpr Since kModuleExportsName[] = {{23, 0}};
// For a while the file system was asked about a path that ends in '/'.
constexpr Since kLooksBehindSlash[] = {{22, 10}, {23, 0}}, kTakesSlashForFolder[] = {{22, 23}, {24, 15}};

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

bool NodeRelease::require_module() const { return Does(*this, kRequireModule); }
bool NodeRelease::detects_module_syntax() const { return Does(*this, kDetectsSyntax); }
bool NodeRelease::strips_types() const { return Does(*this, kStripsTypes); }
bool NodeRelease::imports_wasm() const { return Does(*this, kImportsWasm); }
bool NodeRelease::imports_addons() const { return Does(*this, kImportsAddons); }
bool NodeRelease::slash_imports() const { return Does(*this, kSlashImports); }
bool NodeRelease::native_package_reader() const { return Does(*this, kNativeReader); }
bool NodeRelease::attribute_codes() const { return Does(*this, kAttributeCodes); }
bool NodeRelease::module_exports_name() const { return Does(*this, kModuleExportsName); }
bool UnreadablePackageFails(const NodeRelease& node) { return Does(node, kUnreadablePackageFails); }
bool LooksBehindSlash(const NodeRelease& node) { return Does(node, kLooksBehindSlash) && !Does(node, kTakesSlashForFolder); }

bool NodeRelease::IsBuiltin(std::string_view specifier) const {
  const bool scheme = specifier.starts_with("node:");
  if (scheme) specifier.remove_prefix(5);
  const auto it = std::lower_bound(std::begin(kBuiltins), std::end(kBuiltins), specifier,
                                   [](const Builtin& b, std::string_view name) { return b.name < name; });
  if (it == std::end(kBuiltins) || it->name != specifier || (it->scheme_only && !scheme)) return false;
  return (it->since == 0 || AtLeast(it->since, it->since_minor)) && (it->until == 0 || major < it->until);
}

bool ReleasesOf(std::string_view text, NodeRelease& oldest, NodeRelease& newest) {
  VersionRange range;
  if (!range.Parse(text)) return false;
  bool any = false;
  for (const NodeRelease& r : kReleases) {
    // A range that ends below a checked release but within its major still means that major.
    bool has = range.Has({r.major, r.minor, r.patch});
    for (int minor = 0; !has && minor <= r.minor; ++minor) has = range.Has({r.major, minor, 0}) || range.Has({r.major, minor, 99});
    if (!has) continue;
    if (!any || r.major < oldest.major) oldest = r;
    if (!any || r.major > newest.major) newest = r;
    any = true;
  }
  return any;
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
        Version v;
        if (!ParseVersion(s, v) || v[0] < 0) return;
        r = NodeRelease::Of(v[0]);
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
