#!/usr/bin/env bash
# tests/resolver/install.sh FOLDER: installs the projects that differential.mjs compares, one for each layout, with
# exact versions and without running anything of theirs (--ignore-scripts). Needs node 20 or newer, npm and the network.
set -euo pipefail
to="$(mkdir -p "${1:?usage: install.sh FOLDER}" && cd "$1" && pwd)"
tools="$to/.tools"
mkdir -p "$tools"
printf '{"private":true,"dependencies":{"acorn":"8.15.0","pnpm":"10.34.9","yarn":"1.22.22","@yarnpkg/cli-dist":"4.18.1","typescript":"5.9.3"}}\n' >"$tools/package.json"
(cd "$tools" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error)

# Packages with many files, both module formats, exports maps, scopes, self references, types.
dependencies='"express":"4.21.2","lodash":"4.17.21","lodash-es":"4.17.21","rxjs":"7.8.2","date-fns":"4.1.0","uuid":"11.1.0","chalk":"5.4.1","node-fetch":"3.3.2","axios":"1.9.0","react":"18.3.1","react-dom":"18.3.1","vue":"3.5.13","zod":"3.24.4","ws":"8.18.1","yargs":"17.7.2","graphql":"16.10.0","semver":"7.7.1","eslint":"9.26.0","webpack":"5.99.7","@babel/core":"7.27.1","@babel/preset-env":"7.27.1","fastify":"5.3.2","mongodb":"6.16.0","typeorm":"0.3.22","core-js":"3.41.0","mocha":"11.1.0","prettier":"3.5.3","undici":"7.8.0","hono":"4.7.7","jsdom":"26.1.0"'
sources() {
  mkdir -p "$1/src" "$1/packages/a" "$1/packages/b/src"
  printf '%s\n' 'require("express");require("@w/a");require("accepts");require("rxjs/operators");require("lodash/fp");require("nope");import("chalk");import("./x")' >"$1/src/index.js"
  printf '%s\n' 'import "lodash-es/map.js";import "@w/b";import "@w/b/x";import "node:fs";import "./index.js";import "#in"' >"$1/src/m.mjs"
  printf '{"name":"@w/a","version":"1.0.0","main":"index.js","dependencies":{"lodash":"4.17.21"}}\n' >"$1/packages/a/package.json"
  printf '%s\n' 'require("lodash");require("react");require("@w/a");require("../b/src/i.mjs");require("./nope")' >"$1/packages/a/index.js"
  printf '{"name":"@w/b","version":"1.0.0","exports":{".":{"require":"./src/i.cjs","import":"./src/i.mjs"}},"dependencies":{"chalk":"5.4.1"}}\n' >"$1/packages/b/package.json"
  printf '%s\n' 'require("chalk");require("@w/b")' >"$1/packages/b/src/i.cjs"
  printf '%s\n' 'import "chalk";import "@w/b";import "lodash";import "./i.cjs"' >"$1/packages/b/src/i.mjs"
}
manifest() { # NAME WORKSPACES LINKS
  printf '{"name":"%s","version":"1.0.0","private":true,%s"imports":{"#in":"./src/index.js"},"dependencies":{%s%s}}\n' "$1" "$2" "$3" "$dependencies"
}
project() { rm -rf "${to:?}/$1" && mkdir -p "$to/$1" && sources "$to/$1" && cd "$to/$1"; }

project npm && manifest npm '"workspaces":["packages/*"],' '"@w/a":"1.0.0","@w/b":"1.0.0",' >package.json
npm install --ignore-scripts --no-audit --no-fund --loglevel=error
project pnpm && manifest pnpm '' '"@w/a":"workspace:*","@w/b":"workspace:*",' >package.json
printf 'packages:\n  - packages/*\n' >pnpm-workspace.yaml
node "$tools/node_modules/pnpm/bin/pnpm.cjs" install --ignore-scripts --store-dir "$to/.pnpm-store" --reporter=silent
project yarn-classic && manifest yarn-classic '"workspaces":["packages/*"],' '' >package.json
node "$tools/node_modules/yarn/bin/yarn.js" install --ignore-scripts --ignore-engines --silent --non-interactive
for linker in node-modules pnp; do
  project "yarn-$linker" && manifest "yarn-$linker" '"workspaces":["packages/*"],' '"@w/a":"workspace:*","@w/b":"workspace:*",' >package.json
  printf 'nodeLinker: %s\nenableScripts: false\nenableTelemetry: false\nenableGlobalCache: false\npnpEnableEsmLoader: true\npnpEnableInlining: false\nenableImmutableInstalls: false\n' "$linker" >.yarnrc.yml
  : >yarn.lock
  node "$tools/node_modules/@yarnpkg/cli-dist/bin/yarn.js" install >/dev/null
done
echo "$to"
