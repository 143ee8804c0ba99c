#include <algorithm>
#include <set>

#include "analyzer/base/strings.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Loaded without being named: by a compiler's output, by the command line, by a framework that looks what is there.
constexpr std::string_view kImplicit[] = {"tslib",
                                          "@babel/runtime",
                                          "@babel/runtime-corejs3",
                                          "@babel/polyfill",
                                          "core-js",
                                          "core-js-pure",
                                          "regenerator-runtime",
                                          "@swc/helpers",
                                          "source-map-support",
                                          "typescript",
                                          "react",
                                          "react-dom",
                                          "preact",
                                          "vue",
                                          "svelte",
                                          "solid-js",
                                          "sharp",
                                          "sass",
                                          "sass-embedded",
                                          "node-sass",
                                          "less",
                                          "stylus",
                                          "autoprefixer",
                                          "encoding",
                                          "bufferutil",
                                          "utf-8-validate",
                                          "pg-native",
                                          "node-gyp",
                                          "node-gyp-build",
                                          "prebuild-install",
                                          "node-addon-api",
                                          "nan",
                                          "bindings",
                                          "npm",
                                          "yarn",
                                          "pnpm",
                                          "pino-pretty",
                                          "reflect-metadata"};

// Database drivers and the like, which the package before them loads by a name of the configuration.
struct Loads {
  std::string_view loader, loaded;
};
constexpr Loads kLoads[] = {{"knex", "pg"},
                            {"knex", "mysql"},
                            {"knex", "mysql2"},
                            {"knex", "sqlite3"},
                            {"knex", "tedious"},
                            {"knex", "oracledb"},
                            {"knex", "better-sqlite3"},
                            {"sequelize", "pg"},
                            {"sequelize", "mysql2"},
                            {"sequelize", "mariadb"},
                            {"sequelize", "sqlite3"},
                            {"sequelize", "tedious"},
                            {"sequelize", "pg-hstore"},
                            {"typeorm", "pg"},
                            {"typeorm", "mysql"},
                            {"typeorm", "mysql2"},
                            {"typeorm", "sqlite3"},
                            {"typeorm", "mongodb"},
                            {"typeorm", "better-sqlite3"},
                            {"express", "ejs"},
                            {"express", "pug"},
                            {"express", "hbs"},
                            {"express", "jade"},
                            {"loopback", "strong-error-handler"},
                            {"mikro-orm", "pg"},
                            {"waterline", "sails-disk"},
                            {"next", "sharp"},
                            {"@nestjs/swagger", "swagger-ui-express"},
                            {"@nestjs/common", "class-transformer"},
                            {"@nestjs/common", "class-validator"},
                            {"@nestjs/microservices", "amqplib"},
                            {"@nestjs/microservices", "kafkajs"},
                            {"@nestjs/microservices", "mqtt"},
                            {"@nestjs/microservices", "nats"},
                            {"@nestjs/microservices", "ioredis"},
                            {"nodemailer", "smtp-server"},
                            {"@angular/core", "rxjs"},
                            {"@angular/core", "zone.js"},
                            {"consolidate", "handlebars"}};

bool LikeAPlugin(std::string_view name) {
  for (const std::string_view word : {"plugin", "preset",   "config",    "loader",   "adapter", "theme",    "transport",
                                      "driver", "reporter", "connector", "provider", "types",   "polyfill", "renderer",
                                      "engine", "register", "hook",      "template", "locale",  "font",     "icons"}) {
    if (name.find(word) != std::string_view::npos) return true;
  }
  return false;
}

void Check(const PackagesView& packages, Report& report) {
  const InstallRoot& w = packages.workspace;
  if (std::ranges::all_of(packages.unmentioned, [](const auto& of) { return of.empty(); })) return;
  const PackageFile* main = w.MainLockfile();
  std::set<std::string_view> peers, brought;
  if (main != nullptr) {
    for (const LockPackage& p : main->lockfile->packages) {
      if (p.importer) continue;
      for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
        const LockEdge& edge = main->lockfile->edges[e];
        (edge.kind == DependencyField::kPeer ? peers : brought).insert(edge.name);
      }
    }
  }
  const auto manifests = w.Manifests();
  for (size_t i = 0; i < manifests.size(); ++i) {
    const std::vector<Dependency>& all = manifests[i]->manifest->dependencies;
    if (packages.IsTemplate(*manifests[i])) continue;
    std::set<std::string_view> names;
    for (const Dependency& d : all) names.insert(d.name);
    for (const uint32_t index : packages.unmentioned[i]) {
      const Dependency& d = all[index];
      if (peers.contains(d.name) || d.name.starts_with("@types/") || LikeAPlugin(d.name)) continue;
      if (std::ranges::find(kImplicit, d.name) != std::end(kImplicit)) continue;
      if (std::ranges::any_of(kLoads, [&](const Loads& l) { return l.loaded == d.name && names.contains(l.loader); }))
        continue;
      // Those of a family find each other: express-async-errors beside express, @nestjs/x beside @nestjs/core.
      const std::string_view scope = ScopeOf(d.name);
      const std::string_view bare = scope.empty() ? d.name : d.name.substr(scope.size() + 1);
      const bool family = std::ranges::any_of(all, [&](const Dependency& o) {
        if (o.name == d.name) return false;
        if (!scope.empty() && ScopeOf(o.name) == scope) return true;
        const std::string_view other = ScopeOf(o.name).empty() ? o.name : ScopeOf(o.name).substr(1);
        return bare.starts_with(Cat(other, "-")) || bare.starts_with(Cat(other, ".")) || scope == Cat("@", other);
      });
      if (family) continue;
      const bool pin = brought.contains(d.name);
      auto draft = report.At({manifests[i]->file, d.name_at},
                             Cat(d.name, " is a dependency, and no file of the package names it"));
      draft.Help(Cat("npm uninstall ", d.name,
                     " removes it. What a tool loads in a way that leaves no trace here is "
                     "accepted in the configuration."));
      if (pin) draft.As(Severity::kInfo);
    }
  }
}

}  // namespace

RULE = {
    .summary = "a dependency that nothing in the package uses",
    .why =
        "Everyone who installs the package downloads it with all it depends on, runs its install scripts, and hears of "
        "its vulnerabilities. Each one is a name somebody may take over; this one is there for nothing.",
    .fix = "Remove it from package.json, or move it to devDependencies when only tools use it.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kMedium,
    .cwe = 1164,
    .check_packages = Check};

}  // namespace looplint
