#!/bin/sh
# Installs VS Code as code-server into a cache folder, for editors_test.mjs; ten minutes on two cores. Prints what fails.
# LOOPLINT_CODE_SERVER names another folder.
#
# Its own scripts are not run, since some fetch binaries from elsewhere: what must be compiled is named below. One of its
# dependencies is locked to a git address and taken from the registry instead, in the same version.
set -eu
folder="${LOOPLINT_CODE_SERVER:-${XDG_CACHE_HOME:-$HOME/.cache}/looplint-code-server}"
server="$folder/node_modules/code-server"
[ -f "$folder/.done" ] && exit 0
# What is compiled needs the headers of this Node; without being told where they are, node-gyp would fetch them.
prefix="$(node -p 'require("path").resolve(process.execPath, "../..")')"
if [ ! -f "$prefix/include/node/node.h" ]; then
  echo "code-server.sh: no $prefix/include/node/node.h: the headers of $(node --version) are not installed" >&2
  exit 1
fi
export npm_config_nodedir="$prefix"
mkdir -p "$folder"
cd "$folder"
[ -f package.json ] || echo '{"private": true}' >package.json
npm install --ignore-scripts --no-audit --no-fund code-server@4.96.4
npm rebuild argon2 --build-from-source
cd "$server/lib/vscode"
node -e '
  const fs = require("fs");
  const lock = JSON.parse(fs.readFileSync("npm-shrinkwrap.json"));
  for (const entry of Object.values(lock.packages)) {
    if (!entry.resolved?.startsWith("git+")) continue;
    delete entry.resolved;
    delete entry.integrity;
  }
  fs.writeFileSync("npm-shrinkwrap.json", JSON.stringify(lock, null, 2));'
npm install --omit=dev --ignore-scripts --no-audit --no-fund
ln -sfn node_modules node_modules.asar
npm rebuild node-pty native-watchdog @vscode/spdlog @vscode/deviceid @parcel/watcher
node "$server/out/node/entry.js" --version
touch "$folder/.done"
