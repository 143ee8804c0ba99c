// The packages of bench/<name>, as its lockfile has them, in a cache folder outside the checkout.
'use strict';
const { spawnSync } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const os = require('os');
const path = require('path');

const CACHE = process.env.LOOPLINT_BENCH_CACHE || path.join(os.homedir(), '.cache/looplint-bench');

// No scripts of packages are run. The peer dependencies of a hundred unrelated packages contradict each other,
// which does not matter to those who only read them.
const NPM_FLAGS = ['--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', '--loglevel=error'];

// Runs a command with its output on stderr, and throws if it fails.
function must(command, args, options = {}) {
  const r = spawnSync(command, args, { stdio: ['ignore', 2, 2], ...options });
  if (r.status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}

// Installs once per state of the lockfile; the result names the folder and that state.
function install(name, cache) {
  const from = path.join(__dirname, name), to = path.join(cache, name);
  const lock = fs.readFileSync(path.join(from, 'package-lock.json'));
  const sha = crypto.createHash('sha256').update(lock).digest('hex');
  const stamp = path.join(to, 'node_modules/.looplint-stamp');
  fs.mkdirSync(to, { recursive: true });
  for (const f of fs.readdirSync(from)) fs.copyFileSync(path.join(from, f), path.join(to, f));
  if (!fs.existsSync(stamp) || fs.readFileSync(stamp, 'utf8') !== sha) {
    console.error(`installing bench/${name} into ${to}`);
    must('npm', ['ci', ...NPM_FLAGS], { cwd: to });
    fs.writeFileSync(stamp, sha);
  }
  return { dir: to, sha, packages: JSON.parse(lock).packages };
}

module.exports = { CACHE, NPM_FLAGS, install, must };
