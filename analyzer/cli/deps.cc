#include "analyzer/cli/deps.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "analyzer/base/strings.h"
#include "analyzer/cli/printer.h"
#include "analyzer/packages/semver.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

using Json = nlohmann::ordered_json;

std::string Key(std::string_view name, std::string_view version) { return Cat(name, "@", version); }

std::string Dump(const Json& json, int indent) {
  return Cat(json.dump(indent, ' ', false, Json::error_handler_t::replace), "\n");
}

std::string_view SourceName(SourceKind kind) {
  switch (kind) {
    case SourceKind::kRegistry:
      return "registry";
    case SourceKind::kTarball:
      return "tarball";
    case SourceKind::kGit:
      return "git";
    case SourceKind::kFile:
      return "file";
    case SourceKind::kWorkspace:
      return "workspace";
  }
  return "";
}

std::string Size(uint64_t bytes) {
  if (bytes >= 10u << 20) return Cat(bytes >> 20, " MiB");
  return Cat((bytes + 1023) >> 10, " KiB");
}

std::string Padded(std::string_view text, size_t width) {
  const auto used = static_cast<size_t>(Width(text));
  return Cat(text, std::string(width > used ? width - used : 1, ' '));
}

// Bytes of a package's own files, without the packages in its node_modules.
uint64_t BytesBelow(const std::string& folder) {
  uint64_t bytes = 0;
  std::error_code error;
  for (auto it = std::filesystem::recursive_directory_iterator(
           folder, std::filesystem::directory_options::skip_permission_denied, error);
       !error && it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
    if (it->is_symlink(error)) continue;
    if (it->is_directory(error)) {
      if (it->path().filename() == "node_modules") it.disable_recursion_pending();
      continue;
    }
    if (it->is_regular_file(error)) bytes += it->file_size(error);
  }
  return bytes;
}

std::string PathText(const DependencyRow& row) {
  std::string out;
  for (const std::string& name : row.path) out += Cat(out.empty() ? "" : " > ", name);
  return out;
}

// The rows of several versions, by name.
std::map<std::string, std::vector<const DependencyRow*>> Versions(const DependencyReport& report) {
  std::map<std::string, std::vector<const DependencyRow*>> out;
  for (const DependencyRow& row : report.rows) out[row.name].push_back(&row);
  for (auto& [name, rows] : out) {
    std::ranges::stable_sort(rows, [](const DependencyRow* a, const DependencyRow* b) {
      const auto x = SemVersion::Parse(a->version, SemverMode::kLoose),
                 y = SemVersion::Parse(b->version, SemverMode::kLoose);
      return x && y ? *x < *y : y.has_value() < x.has_value();
    });
  }
  return out;
}

std::string Html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

// Text in a cell of a Markdown table.
std::string MarkdownCell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '`') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

std::string Percent(std::string_view text) {
  std::string out;
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if ((u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || (u >= '0' && u <= '9') || u == '.' || u == '-' ||
        u == '_' || u == '~') {
      out += c;
    } else {
      out += '%';
      out += kHex[u >> 4];
      out += kHex[u & 15];
    }
  }
  return out;
}

// pkg:npm/%40scope/name@1.0.0
std::string PackageUrl(std::string_view name, std::string_view version) {
  const size_t slash = name.find('/');
  std::string out = "pkg:npm/";
  if (name.starts_with('@') && slash != std::string_view::npos) {
    out += Cat(Percent(name.substr(0, slash)), "/", Percent(name.substr(slash + 1)));
  } else {
    out += Percent(name);
  }
  return version.empty() ? out : Cat(out, "@", Percent(version));
}

// The hash of an integrity string in hexadecimal; "" when it is none.
std::string Hexadecimal(std::string_view base64) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  uint32_t bits = 0;
  int n = 0;
  for (const char c : base64) {
    if (c == '=') break;
    const size_t v = kDigits.find(c);
    if (v == std::string_view::npos) return "";
    bits = bits << 6 | static_cast<uint32_t>(v);
    n += 6;
    if (n >= 8) {
      n -= 8;
      const uint32_t byte = bits >> n & 0xff;
      out += "0123456789abcdef"[byte >> 4];
      out += "0123456789abcdef"[byte & 15];
    }
  }
  return out;
}

// What the manifests of the project ask for, for lockfiles that do not list it.
struct Asked {
  std::string_view name, range;
  bool dev = false;
};

void Fill(DependencyReport& out, const Lockfile& lock, const std::vector<Asked>& direct) {
  out.manager = std::string(lock.manager());
  out.lockfile = lock.path.substr(lock.path.rfind('/') == std::string::npos ? 0 : lock.path.rfind('/') + 1);
  out.lock_version = std::string(lock.version);
  out.knows_scripts = lock.knows_install_scripts;
  // Ways from the project's packages outwards, shortest first.
  std::vector<uint32_t> from(lock.packages.size(), kNoneIndex);
  std::vector<bool> reached(lock.packages.size()), runtime(lock.packages.size());
  for (const bool prod : {true, false}) {
    std::vector<uint32_t> queue;
    const auto seed = [&](uint32_t i) {
      if (i == kNoneIndex || lock.packages[i].importer) return;
      if (prod) {
        if (runtime[i]) return;
        runtime[i] = true;
      } else if (reached[i]) {
        return;
      }
      if (!reached[i]) reached[i] = true;
      queue.push_back(i);
    };
    for (const LockPackage& p : lock.packages) {
      if (!p.importer) continue;
      for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
        if (!prod || lock.edges[e].kind != DependencyField::kDev) seed(lock.edges[e].to);
      }
    }
    // Formats whose lockfile does not list the project: by what package.json asks for.
    for (const Asked& asked : direct) {
      if (lock.format == LockFormat::kYarnClassic) {
        if (!prod || !asked.dev) seed(lock.Find(Cat(asked.name, "@", asked.range)));
      } else if (lock.format == LockFormat::kNpm && lock.version == "1") {
        const uint32_t i = lock.Find(Cat("node_modules/", asked.name));
        if (i != kNoneIndex && (!prod || !lock.packages[i].dev)) seed(i);
      }
    }
    for (size_t k = 0; k < queue.size(); ++k) {
      const LockPackage& p = lock.packages[queue[k]];
      for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
        const uint32_t to = lock.edges[e].to;
        if (to == kNoneIndex || lock.packages[to].importer) continue;
        const bool known = prod ? runtime[to] : static_cast<bool>(reached[to]);
        if (known) continue;
        if (prod) runtime[to] = true;
        if (!reached[to]) from[to] = queue[k];
        reached[to] = true;
        queue.push_back(to);
      }
    }
  }
  std::map<std::string, size_t> index;
  std::map<std::string, std::string> key_of;
  for (uint32_t i = 0; i < lock.packages.size(); ++i) {
    const LockPackage& p = lock.packages[i];
    if (p.importer || p.link || p.source == SourceKind::kWorkspace) continue;
    const std::string_view version = p.version.empty() ? p.resolved : p.version;
    const std::string key = Key(p.real_name, version);
    const auto [it, fresh] = index.try_emplace(key, out.rows.size());
    if (fresh) out.rows.emplace_back();
    DependencyRow& row = out.rows[it->second];
    if (fresh) {
      row.name = std::string(p.real_name);
      row.version = std::string(version);
      row.license = std::string(p.license);
      row.resolved = std::string(p.resolved);
      row.integrity = std::string(p.integrity);
      row.deprecated = std::string(p.deprecated);
      row.source = p.source;
      row.dev = !runtime[i];
      row.optional = p.optional;
      std::vector<std::string> path;
      for (uint32_t k = i; k != kNoneIndex && path.size() < 60; k = from[k]) path.emplace_back(lock.packages[k].name);
      std::ranges::reverse(path);
      row.path = std::move(path);
    }
    row.dev = row.dev && !runtime[i];
    row.direct = row.direct || (reached[i] && from[i] == kNoneIndex);
    row.install_script = row.install_script || p.install_script;
    for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
      if (lock.edges[e].to == kNoneIndex || lock.edges[e].kind == DependencyField::kPeer) continue;
      const LockPackage& t = lock.packages[lock.edges[e].to];
      if (t.importer || t.link || t.source == SourceKind::kWorkspace) continue;
      row.asks.push_back(Key(t.real_name, t.version.empty() ? t.resolved : t.version));
    }
  }
  for (DependencyRow& row : out.rows) {
    std::ranges::sort(row.asks);
    row.asks.erase(std::unique(row.asks.begin(), row.asks.end()), row.asks.end());
    if (row.direct) out.root_asks.push_back(Key(row.name, row.version));
  }
  std::ranges::sort(out.root_asks);
  std::ranges::sort(out.rows, [](const DependencyRow& a, const DependencyRow& b) {
    return std::tie(a.name, a.version) < std::tie(b.name, b.version);
  });
}

}  // namespace

DependencyReport ReportDependencies(const Lockfile& lockfile) {
  DependencyReport out;
  Fill(out, lockfile, {});
  return out;
}

DependencyReport ReportDependencies(const InstallRoot& w, const std::vector<InstallBehaviour>& behaviours,
                                    const std::string& root, bool sizes) {
  DependencyReport out;
  if (w.root != nullptr) {
    out.project = std::string(w.root->manifest->name);
    out.version = std::string(w.root->manifest->version);
  }
  if (const PackageFile* main = w.MainLockfile(); main != nullptr) {
    std::vector<Asked> direct;
    for (const PackageFile* m : w.Manifests()) {
      for (const Dependency& d : m->manifest->dependencies)
        direct.push_back({d.name, d.spec, d.kind == DependencyField::kDev});
    }
    Fill(out, *main->lockfile, direct);
  } else {
    for (const auto& p : w.installed) {
      DependencyRow row;
      row.name = p->name;
      row.version = p->version;
      out.rows.push_back(std::move(row));
    }
    std::ranges::sort(out.rows, [](const DependencyRow& a, const DependencyRow& b) {
      return std::tie(a.name, a.version) < std::tie(b.name, b.version);
    });
    const auto same = std::ranges::unique(out.rows, [](const DependencyRow& a, const DependencyRow& b) {
      return a.name == b.name && a.version == b.version;
    });
    out.rows.erase(same.begin(), same.end());
  }
  std::map<std::string, DependencyRow*> by_key;
  for (DependencyRow& row : out.rows) by_key[Key(row.name, row.version)] = &row;
  for (const auto& p : w.installed) {
    const auto it = by_key.find(Key(p->name, p->version));
    if (it == by_key.end()) continue;
    if (it->second->license.empty()) it->second->license = p->license;
    it->second->install_script = it->second->install_script || p->has_scripts;
    if (sizes) {
      out.sized = true;
      it->second->bytes += BytesBelow(JoinPath(root, p->directory));
    }
  }
  for (const InstallBehaviour& b : behaviours) {
    const auto it = by_key.find(Key(b.name, b.version));
    if (b.own || it == by_key.end() || b.verdict <= it->second->verdict) continue;
    it->second->verdict = b.verdict;
    it->second->command = Cat(b.script, ": ", b.command);
    it->second->because = b.because;
  }
  return out;
}

std::string DependencyTable(const DependencyReport& report, const Terminal& terminal) {
  const std::string_view strong = terminal.color ? "\x1b[1m" : "", reset = terminal.color ? "\x1b[0m" : "",
                         red = terminal.color ? "\x1b[1;31m" : "", dim = terminal.color ? "\x1b[2m" : "";
  std::string out;
  size_t direct = 0, dev = 0;
  uint64_t bytes = 0;
  for (const DependencyRow& row : report.rows) {
    direct += row.direct;
    dev += row.dev;
    bytes += row.bytes;
  }
  out += Cat(
      strong, report.project.empty() ? "dependencies" : report.project, reset, ": ",
      Count(report.rows.size(), "package"), ", ", Grouped(direct), " direct, ", Grouped(dev), " for development only",
      report.sized ? Cat(", ", Size(bytes), " on disk") : "",
      report.lockfile.empty()
          ? ""
          : Cat(" (", report.lockfile, report.lock_version.empty() ? "" : Cat(" version ", report.lock_version), ")"),
      "\n");
  std::vector<const DependencyRow*> scripts;
  for (const DependencyRow& row : report.rows) {
    if (row.install_script) scripts.push_back(&row);
  }
  std::ranges::stable_sort(scripts,
                           [](const DependencyRow* a, const DependencyRow* b) { return a->verdict > b->verdict; });
  out += Cat("\n", strong, "Install scripts", reset, " (", scripts.size(), ")\n");
  if (scripts.empty() && !report.knows_scripts)
    out += Cat("  ", dim, "this lockfile does not tell; install the packages to see", reset, "\n");
  size_t width = 12;
  const auto fit = [&](size_t size) { width = std::max(width, std::min<size_t>(size + 2, 44)); };
  for (const DependencyRow* row : scripts) fit(Key(row->name, row->version).size());
  for (const DependencyRow* row : scripts) {
    const bool bad = row->verdict >= InstallVerdict::kSuspicious;
    out += Cat("  ", bad ? red : "", Padded(Plain(Key(row->name, row->version)), width),
               Padded(row->verdict == InstallVerdict::kNothing ? "not installed" : NameOf(row->verdict), 15),
               bad ? reset : "", dim, "brought by ", reset, Plain(PathText(*row)), "\n");
    if (!row->command.empty())
      out += Cat("    ", dim, Shorten(Plain(row->command), std::max(terminal.columns - 6, 40)), reset, "\n");
    if (bad) out += Cat("    ", red, Plain(row->because), reset, "\n");
  }
  const auto versions = Versions(report);
  std::vector<const std::vector<const DependencyRow*>*> twice;
  for (const auto& [name, rows] : versions) {
    if (rows.size() > 1) twice.push_back(&rows);
  }
  std::ranges::stable_sort(twice, [](const auto* a, const auto* b) { return a->size() > b->size(); });
  for (size_t i = 0; i < twice.size() && i < 15; ++i) fit(twice[i]->front()->name.size());
  out += Cat("\n", strong, "In several versions", reset, " (", twice.size(), ")\n");
  for (size_t i = 0; i < twice.size() && i < 15; ++i) {
    std::string list;
    for (const DependencyRow* row : *twice[i]) list += Cat(list.empty() ? "" : ", ", row->version);
    out += Cat("  ", Padded(Plain(twice[i]->front()->name), width), Plain(list), "\n");
  }
  if (twice.size() > 15) out += Cat("  ", dim, twice.size() - 15, " more; --format json has all", reset, "\n");
  const auto tally = [&](std::string_view title, const std::map<std::string, size_t>& counts) {
    std::vector<std::pair<std::string, size_t>> sorted(counts.begin(), counts.end());
    std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return a.second > b.second; });
    out += Cat("\n", strong, title, reset, "\n");
    for (size_t i = 0; i < sorted.size() && i < 12; ++i)
      out += Cat("  ", Padded(Plain(sorted[i].first), width), Grouped(sorted[i].second), "\n");
  };
  std::map<std::string, size_t> licenses, sources;
  for (const DependencyRow& row : report.rows) {
    ++licenses[row.license.empty() ? "unknown" : row.license];
    const std::string_view host = HostOf(row.resolved);
    ++sources[row.source != SourceKind::kRegistry ? std::string(SourceName(row.source))
              : host.empty()                      ? "the configured registry"
                                                  : std::string(host)];
  }
  if (licenses.size() == 1 && licenses.contains("unknown")) {
    out += Cat("\n", strong, "Licences", reset, "\n  ", dim, "this lockfile does not tell; install the packages to see",
               reset, "\n");
  } else {
    tally("Licences", licenses);
  }
  tally("Sources", sources);
  if (report.sized) {
    std::vector<const DependencyRow*> large;
    for (const DependencyRow& row : report.rows) large.push_back(&row);
    std::ranges::stable_sort(large, [](const DependencyRow* a, const DependencyRow* b) { return a->bytes > b->bytes; });
    out += Cat("\n", strong, "Largest", reset, "\n");
    for (size_t i = 0; i < large.size() && i < 10 && large[i]->bytes > 0; ++i) {
      out += Cat("  ", Padded(Plain(Key(large[i]->name, large[i]->version)), width), Padded(Size(large[i]->bytes), 10),
                 dim, Plain(PathText(*large[i])), reset, "\n");
    }
  }
  return out;
}

std::string DependencyJson(const DependencyReport& report) {
  Json rows = Json::array();
  for (const DependencyRow& row : report.rows) {
    Json json = {{"name", row.name},
                 {"version", row.version},
                 {"source", std::string(SourceName(row.source))},
                 {"direct", row.direct},
                 {"dev", row.dev},
                 {"optional", row.optional},
                 {"installScript", row.install_script}};
    if (!row.resolved.empty()) json["resolved"] = row.resolved;
    if (!row.integrity.empty()) json["integrity"] = row.integrity;
    if (!row.license.empty()) json["license"] = row.license;
    if (!row.deprecated.empty()) json["deprecated"] = row.deprecated;
    if (row.verdict != InstallVerdict::kNothing) {
      json["script"] = {{"command", row.command}, {"verdict", std::string(NameOf(row.verdict))}};
      if (!row.because.empty()) json["script"]["because"] = row.because;
    }
    if (row.bytes > 0) json["bytes"] = row.bytes;
    json["path"] = row.path;
    json["dependsOn"] = row.asks;
    rows.push_back(std::move(json));
  }
  return Dump({{"version", 1},
               {"project", report.project},
               {"manager", report.manager},
               {"lockfile", report.lockfile},
               {"lockfileVersion", report.lock_version},
               {"packages", std::move(rows)}},
              2);
}

std::string DependencyHtml(const DependencyReport& report) {
  std::string out = Cat("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>",
                        Html(report.project.empty() ? "dependencies" : report.project),
                        "</title>\n<style>body{font:14px/1.5 "
                        "system-ui,sans-serif;margin:2rem;max-width:80rem}table{border-collapse:collapse;width:100%}"
                        "th,td{text-align:left;padding:.25rem .75rem;border-bottom:1px solid "
                        "#ddd;vertical-align:top}th{position:sticky;top:0;background:#fff}"
                        "code{font-size:12px}.size{text-align:right;white-space:nowrap}.bad{color:#b00020;font-weight:"
                        "600}.quiet{color:#666}</style>\n<h1>",
                        Html(report.project.empty() ? "Dependencies" : report.project), "</h1>\n<p>",
                        Count(report.rows.size(), "package"), ", ", Html(report.lockfile));
  uint64_t bytes = 0;
  std::map<std::string, size_t> licenses;
  for (const DependencyRow& row : report.rows) {
    bytes += row.bytes;
    ++licenses[row.license.empty() ? "unknown" : row.license];
  }
  if (bytes > 0) out += Cat(", ", Size(bytes), " on disk");
  std::vector<std::pair<std::string, size_t>> sorted(licenses.begin(), licenses.end());
  std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return a.second > b.second; });
  out += "</p>\n<p class=quiet>Licences: ";
  for (size_t i = 0; i < sorted.size(); ++i)
    out += Cat(i == 0 ? "" : ", ", Html(sorted[i].first), " ", sorted[i].second);
  out += "</p>\n";
  out += "<h2>Install scripts</h2>\n<table><tr><th>package<th>does<th>command<th>brought by</tr>\n";
  for (const DependencyRow& row : report.rows) {
    if (!row.install_script) continue;
    const bool bad = row.verdict >= InstallVerdict::kSuspicious;
    out += Cat("<tr><td>", Html(Key(row.name, row.version)), "<td", bad ? " class=bad" : "", ">",
               row.verdict == InstallVerdict::kNothing ? "not installed" : NameOf(row.verdict),
               row.because.empty() ? "" : Cat(": ", Html(row.because)), "<td><code>", Html(row.command),
               "</code><td class=quiet>", Html(PathText(row)), "</tr>\n");
  }
  out +=
      "</table>\n<h2>Packages</h2>\n<table><tr><th>package<th>version<th>licence<th>source<th "
      "class=size>size<th>brought "
      "by</tr>\n";
  const auto versions = Versions(report);
  for (const DependencyRow& row : report.rows) {
    out += Cat("<tr><td>", Html(row.name),
               versions.at(row.name).size() > 1 ? " <span class=quiet>(several versions)</span>" : "", "<td>",
               Html(row.version), "<td>", Html(row.license), "<td>", SourceName(row.source),
               row.source == SourceKind::kRegistry ? "" : Cat(" ", Html(row.resolved)), "<td class=size>",
               row.bytes > 0 ? Size(row.bytes) : "", "<td class=quiet>", Html(PathText(row)), "</tr>\n");
  }
  return Cat(out, "</table>\n</html>\n");
}

std::string DependencyCycloneDx(const DependencyReport& report) {
  Json components = Json::array(), dependencies = Json::array();
  std::set<std::string> refs;
  for (const DependencyRow& row : report.rows) refs.insert(PackageUrl(row.name, row.version));
  const auto ref_of = [](const std::string& key) {
    const auto [name, version] = SplitAtVersion(key);
    return PackageUrl(name, version);
  };
  const auto depends = [&](const std::string& ref, const std::vector<std::string>& asks) {
    Json list = Json::array();
    std::set<std::string> seen;
    for (const std::string& key : asks) {
      std::string to = ref_of(key);
      if (refs.contains(to) && seen.insert(to).second) list.push_back(std::move(to));
    }
    dependencies.push_back({{"ref", ref}, {"dependsOn", std::move(list)}});
  };
  const std::string own = Cat(PackageUrl(report.project.empty() ? "project" : report.project, report.version), "#root");
  depends(own, report.root_asks);
  for (const DependencyRow& row : report.rows) {
    const size_t slash = row.name.find('/');
    const bool scoped = row.name.starts_with('@') && slash != std::string::npos;
    const std::string ref = PackageUrl(row.name, row.version);
    Json c = {{"type", "library"}, {"bom-ref", ref}};
    if (scoped) c["group"] = row.name.substr(0, slash);
    c["name"] = scoped ? row.name.substr(slash + 1) : row.name;
    c["version"] = row.version;
    c["scope"] = row.dev ? "excluded" : row.optional ? "optional" : "required";
    Json hashes = Json::array();
    std::string_view rest = row.integrity;
    while (!rest.empty()) {
      const size_t blank = rest.find(' ');
      const std::string_view one = rest.substr(0, blank);
      rest = blank == std::string_view::npos ? std::string_view() : rest.substr(blank + 1);
      const size_t dash = one.find('-');
      if (dash == std::string_view::npos) continue;
      const std::string_view algorithm = one.substr(0, dash);
      const char* name = algorithm == "sha512"   ? "SHA-512"
                         : algorithm == "sha384" ? "SHA-384"
                         : algorithm == "sha256" ? "SHA-256"
                         : algorithm == "sha1"   ? "SHA-1"
                         : algorithm == "md5"    ? "MD5"
                                                 : nullptr;
      const std::string hex = Hexadecimal(one.substr(dash + 1));
      const size_t wanted = algorithm == "sha512"   ? 128
                            : algorithm == "sha384" ? 96
                            : algorithm == "sha256" ? 64
                            : algorithm == "sha1"   ? 40
                                                    : 32;
      if (name != nullptr && hex.size() == wanted) hashes.push_back({{"alg", name}, {"content", hex}});
    }
    if (!hashes.empty()) c["hashes"] = std::move(hashes);
    // An expression or a name; only identifiers of SPDX may stand as "id", and their list is long: a name says as much.
    if (!row.license.empty()) c["licenses"] = Json::array({{{"license", {{"name", row.license}}}}});
    c["purl"] = ref;
    Json references = Json::array();
    if (row.resolved.find("://") != std::string::npos)
      references.push_back({{"type", "distribution"}, {"url", row.resolved}});
    if (!references.empty()) c["externalReferences"] = std::move(references);
    Json properties = Json::array();
    if (row.dev) properties.push_back({{"name", "cdx:npm:package:development"}, {"value", "true"}});
    if (row.install_script)
      properties.push_back({{"name", "looplint:installScript"}, {"value", row.command.empty() ? "yes" : row.command}});
    if (row.verdict >= InstallVerdict::kSuspicious)
      properties.push_back({{"name", "looplint:installScript:because"}, {"value", row.because}});
    if (!properties.empty()) c["properties"] = std::move(properties);
    components.push_back(std::move(c));
    depends(ref, row.asks);
  }
  Json root = {
      {"type", "application"}, {"bom-ref", own}, {"name", report.project.empty() ? "project" : report.project}};
  if (!report.version.empty()) root["version"] = report.version;
  // No serial number and no time: the same lockfile gives the same document.
  return Dump({{"bomFormat", "CycloneDX"},
               {"specVersion", "1.5"},
               {"version", 1},
               {"metadata",
                {{"tools", {{"components", Json::array({{{"type", "application"}, {"name", "looplint"}}})}}},
                 {"component", std::move(root)}}},
               {"components", std::move(components)},
               {"dependencies", std::move(dependencies)}},
              2);
}

namespace {

struct Change {
  std::string name;
  std::vector<const DependencyRow*> before, after;
};

std::vector<Change> Changes(const DependencyReport& before, const DependencyReport& after) {
  std::map<std::string, Change> all;
  for (const DependencyRow& row : before.rows) all[row.name].before.push_back(&row);
  for (const DependencyRow& row : after.rows) all[row.name].after.push_back(&row);
  std::vector<Change> out;
  for (auto& [name, change] : all) {
    change.name = name;
    const auto same = [](const DependencyRow* a, const DependencyRow* b) {
      return a->version == b->version && a->resolved == b->resolved && a->integrity == b->integrity &&
             a->install_script == b->install_script;
    };
    if (change.before.size() == change.after.size() &&
        std::equal(change.before.begin(), change.before.end(), change.after.begin(), same))
      continue;
    out.push_back(std::move(change));
  }
  return out;
}

std::string VersionsOf(const std::vector<const DependencyRow*>& rows) {
  std::string out;
  for (const DependencyRow* row : rows) out += Cat(out.empty() ? "" : ", ", row->version);
  return out;
}

std::string_view HostName(const DependencyRow& row) {
  if (row.source != SourceKind::kRegistry)
    return row.resolved.empty() ? SourceName(row.source) : std::string_view(row.resolved);
  return HostOf(row.resolved);
}

// What a reviewer must not miss.
struct Alarm {
  std::string kind, text;
};
std::vector<Alarm> Alarms(const DependencyReport& before, const DependencyReport& after) {
  std::vector<Alarm> out;
  std::map<std::string, const DependencyRow*> old;
  std::set<std::string> hosts, scripted;
  for (const DependencyRow& row : before.rows) {
    old[Key(row.name, row.version)] = &row;
    hosts.emplace(HostName(row));
    if (row.install_script) scripted.insert(row.name);
  }
  for (const DependencyRow& row : after.rows) {
    const std::string key = Key(row.name, row.version);
    const auto it = old.find(key);
    if (it != old.end()) {
      const DependencyRow& was = *it->second;
      const auto algorithm = [](const std::string& s) { return s.substr(0, s.find('-')); };
      if (was.integrity != row.integrity && !was.integrity.empty()) {
        out.push_back({"integrity", row.integrity.empty() ? Cat(key, " lost its integrity hash")
                                    : algorithm(was.integrity) == algorithm(row.integrity)
                                        ? Cat(key, " has another integrity hash for the same version")
                                        : Cat(key, " changed its hash from ", algorithm(was.integrity), " to ",
                                              algorithm(row.integrity))});
      }
      if (was.resolved != row.resolved && !was.resolved.empty() && !row.resolved.empty()) {
        out.push_back({"source", Cat(key, " now comes from ", row.resolved)});
      }
      if (!was.install_script && row.install_script)
        out.push_back({"script", Cat(key, " runs a script at install, and did not for the same version")});
      continue;
    }
    if (row.install_script && !scripted.contains(row.name)) {
      out.push_back(
          {"script", Cat(key, " runs a script at install", row.command.empty() ? "" : Cat(" (", row.command, ")"),
                         ", brought by ", PathText(row))});
    }
    if (!HostName(row).empty() && !hosts.contains(std::string(HostName(row))) && !before.rows.empty()) {
      out.push_back({"source", Cat(key, " comes from ", HostName(row), ", from where nothing came before")});
    }
    if (row.integrity.empty() && row.source == SourceKind::kRegistry && !before.rows.empty() &&
        std::ranges::any_of(before.rows, [](const DependencyRow& r) { return !r.integrity.empty(); })) {
      out.push_back({"integrity", Cat(key, " has no integrity hash")});
    }
  }
  return out;
}

}  // namespace

std::string DependencyDiff(const DependencyReport& before, const DependencyReport& after) {
  const std::vector<Change> changes = Changes(before, after);
  const std::vector<Alarm> alarms = Alarms(before, after);
  size_t added = 0, removed = 0, moved = 0;
  for (const Change& c : changes) (c.before.empty() ? added : c.after.empty() ? removed : moved) += 1;
  std::string out = Cat("### Dependencies: ", added, " added, ", moved, " changed, ", removed, " removed\n");
  if (changes.empty()) return Cat(out, "\nThe lockfiles install the same packages.\n");
  if (!alarms.empty()) {
    out += "\n**Look at these first**\n\n";
    for (const Alarm& a : alarms) out += Cat("- ", a.kind, ": ", MarkdownCell(a.text), "\n");
  }
  const auto table = [&](std::string_view title, auto wanted, bool from, bool to) {
    std::string rows;
    size_t n = 0;
    for (const Change& c : changes) {
      if (!wanted(c)) continue;
      if (++n > 100) continue;
      const DependencyRow& row = c.after.empty() ? *c.before.front() : *c.after.front();
      rows += Cat("| ", MarkdownCell(c.name), from ? Cat(" | ", MarkdownCell(VersionsOf(c.before))) : "",
                  to ? Cat(" | ", MarkdownCell(VersionsOf(c.after))) : "", " | ",
                  row.direct ? "direct" : MarkdownCell(PathText(row)), row.dev ? " (dev)" : "", " |\n");
    }
    if (n == 0) return;
    out += Cat("\n**", title, "** (", n, ")\n\n| package", from ? " | from" : "", to ? " | to" : "",
               " | brought by |\n|---", from ? "|---" : "", to ? "|---" : "", "|---|\n", rows);
    if (n > 100) out += Cat("\n", n - 100, " more\n");
  };
  table(
      "Added", [](const Change& c) { return c.before.empty(); }, false, true);
  table(
      "Changed", [](const Change& c) { return !c.before.empty() && !c.after.empty(); }, true, true);
  table(
      "Removed", [](const Change& c) { return c.after.empty(); }, true, false);
  return Cat(out, "\nWho maintains the packages is not known offline.\n");
}

std::string DependencyDiffJson(const DependencyReport& before, const DependencyReport& after) {
  Json changes = Json::array(), alarms = Json::array();
  for (const Change& c : Changes(before, after)) {
    Json from = Json::array(), to = Json::array();
    for (const DependencyRow* row : c.before) from.push_back(row->version);
    for (const DependencyRow* row : c.after) to.push_back(row->version);
    changes.push_back({{"name", c.name}, {"from", std::move(from)}, {"to", std::move(to)}});
  }
  for (const Alarm& a : Alarms(before, after)) alarms.push_back({{"kind", a.kind}, {"text", a.text}});
  return Dump({{"version", 1}, {"alarms", std::move(alarms)}, {"changes", std::move(changes)}}, 2);
}

}  // namespace looplint
