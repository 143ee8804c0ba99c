#!/usr/bin/env bash
# tests/resolver/install.sh FOLDER [TREE]: installs the trees that differential.mjs compares, one for each layout (or only
# the one named), from the lockfiles in projects/, without running anything of theirs. Needs npm and the network, some
# 4 GB and a few minutes.
set -euo pipefail
here="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)"
to="$(mkdir -p "${1:?usage: install.sh FOLDER}" && cd "$1" && pwd)"
# The tools, the five releases of Node, TypeScript.
[ -d "$here/node_modules/node26" ] || (cd "$here" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
tools="$here/node_modules"
export PATH="$tools/node24/bin:$PATH"
registry="$(npm config get registry)"

only="${2:-}"
wanted() { [ -z "$only" ] || [ "$only" = "$1" ]; }
project() { # TREE SOURCE
  echo "== $1" >&2
  rm -rf "${to:?}/$1"
  cp -r "$here/projects/$2" "$to/$1"
  cd "$to/$1"
}
for tree in npm workspaces; do
  if wanted $tree; then
    project $tree $tree
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
  fi
done
if wanted pnpm; then
  project pnpm pnpm
  node "$tools/pnpm/bin/pnpm.cjs" install --frozen-lockfile --ignore-scripts --store-dir "$to/.pnpm-store" --reporter=silent
fi
if wanted yarn-classic; then
  project yarn-classic yarn-classic
  sed -i "s#https://registry.example.org/#${registry%/}/#" yarn.lock
  node "$tools/yarn/bin/yarn.js" install --frozen-lockfile --ignore-scripts --ignore-engines --non-interactive --silent >/dev/null
fi
for linker in node-modules pnp; do
  if wanted "yarn-$linker"; then
    project "yarn-$linker" yarn
    sed -i "s/^nodeLinker: .*/nodeLinker: $linker/" .yarnrc.yml
    YARN_NPM_REGISTRY_SERVER="${registry%/}" node "$tools/@yarnpkg/cli-dist/bin/yarn.js" install --immutable >/dev/null
  fi
done
echo "$to"
