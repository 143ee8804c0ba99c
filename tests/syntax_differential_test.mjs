// Compares our front end with TypeScript's parser, span by span and both ways, on every file of a corpus that both
// accept.
//
//   node syntax_differential_test.mjs --tool PATH [--list FILE | --corpus DIR] [--min N] [--verbose]
//
// The corpus is what `npm ci --ignore-scripts` brings into tests/corpus; it is installed there when it is missing.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { languageOf, reference } from './syntax_reference.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: args } = parseArgs({
  options: {
    tool: { type: 'string' }, list: { type: 'string' }, corpus: { type: 'string' },
    min: { type: 'string', default: '0' }, verbose: { type: 'boolean', default: false },
  },
});

function installedCorpus() {
  const root = args.corpus ?? path.join(here, 'corpus');
  const modules = path.join(root, 'node_modules');
  if (!fs.existsSync(path.join(modules, '.package-lock.json'))) {
    const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    if (npm.status !== 0) {
      console.log(`SKIPPED: no corpus in ${modules} and \`npm ci\` failed there`);
      process.exit(77);
    }
  }
  const files = [];
  const pending = [modules];
  while (pending.length > 0) {
    const dir = pending.pop();
    for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
      const full = path.join(dir, entry.name);
      if (entry.isDirectory()) pending.push(full);
      else if (entry.isFile() && /\.([mc]?js|jsx|[mc]?ts|tsx)$/.test(entry.name)) files.push(full);
    }
  }
  return files.sort();
}

const MAX_BYTES = 2 << 20; // one bundle is as good as the next
const files = (args.list ? fs.readFileSync(args.list, 'utf8').split('\n').filter(Boolean) : installedCorpus())
  .filter((f) => fs.statSync(f).size <= MAX_BYTES);
const list = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'looplint-')), 'files.txt');
fs.writeFileSync(list, files.join('\n') + '\n');

const count = { files: 0, compared: 0, flagged: 0, rejected: 0, notUtf8: 0, spans: 0 };
const flagged = new Map(); // by kind of file
const differences = [];
const began = Date.now();

const tool = spawn(args.tool, [list], { stdio: ['ignore', 'pipe', 'inherit'] });
const exited = new Promise((resolve) => tool.on('close', (code, signal) => resolve(code ?? signal)));
for await (const line of readline.createInterface({ input: tool.stdout, crlfDelay: 0 })) {
  const [file, errors, ours] = line.split('\t');
  count.files++;
  const bytes = fs.readFileSync(file);
  const text = bytes.toString('utf8');
  if (Buffer.byteLength(text) !== bytes.length) {
    count.notUtf8++;
    continue;
  }
  let theirs;
  try {
    theirs = reference(text, languageOf(file));
  } catch (e) {
    console.log(`${file}: TypeScript failed: ${e.message}`);
    process.exitCode = 1;
    continue;
  }
  if (theirs.errors > 0) {
    count.rejected++;
    continue;
  }
  const kind = file.endsWith('.d.ts') || file.endsWith('.d.mts') || file.endsWith('.d.cts') ? '.d.ts' : path.extname(file);
  const tally = flagged.get(kind) ?? { files: 0, flagged: 0 };
  flagged.set(kind, tally);
  tally.files++;
  if (errors !== '') {
    count.flagged++;
    tally.flagged++;
    if (args.verbose) {
      const at = Number(/\d+/.exec(errors)[0]);
      const lineNo = bytes.subarray(0, at).toString().split('\n').length;
      console.log(`FLAGGED ${file}:${lineNo} ${errors.slice(0, 40)} ${excerpt(bytes, at, at + 60)}`);
    }
    continue;
  }
  count.compared++;
  compare(file, bytes, ours, theirs.spans);
}

function excerpt(bytes, start, end) {
  return bytes.subarray(start, Math.min(end, start + 100)).toString('utf8').replace(/\s+/g, ' ');
}

function compare(file, bytes, ours, theirs) {
  const seen = new Map();
  if (ours !== '') {
    const parts = ours.split(' ');
    count.spans += parts.length / 3;
    for (let i = 0; i < parts.length; i += 3) {
      const key = Number(parts[i + 1]) * 0x4000000 + Number(parts[i + 2]);
      let set = seen.get(parts[i]);
      if (set === undefined) seen.set(parts[i], (set = new Set()));
      set.add(key);
    }
  }
  const report = (what, group, key) => {
    const start = Math.floor(key / 0x4000000);
    const end = key % 0x4000000;
    const lineNo = bytes.subarray(0, start).toString().split('\n').length;
    differences.push(`${what} ${group} ${file}:${lineNo} ${excerpt(bytes, start, end)}`);
  };
  for (const [group, keys] of theirs) {
    const have = seen.get(group);
    for (const key of keys) if (!have?.has(key)) report('missing', group, key);
  }
  for (const [group, keys] of seen) {
    const have = theirs.get(group);
    for (const key of keys) if (!have?.has(key)) report('extra', group, key);
  }
}

const status = await exited;
fs.rmSync(path.dirname(list), { recursive: true });
for (const d of differences.slice(0, args.verbose ? 2000 : 40)) console.log(d);
console.log(`${count.files} files in ${((Date.now() - began) / 1000).toFixed(1)} s: ${count.compared} compared ` +
  `(${count.spans} spans), ${differences.length} differences; ${count.flagged} flagged by us only, ` +
  `${count.rejected} rejected by TypeScript, ${count.notUtf8} not UTF-8`);
for (const [kind, t] of [...flagged].sort()) console.log(`  ${kind}: ${t.flagged} of ${t.files} flagged`);
if (status !== 0) {
  console.log(`FAILED: the tool ended with ${status}`);
  process.exitCode = 1;
}
if (differences.length > 0) {
  console.log(`FAILED: ${differences.length} differences`);
  process.exitCode = 1;
}
if (count.compared < Number(args.min)) {
  console.log(`FAILED: ${count.compared} files compared, ${args.min} wanted`);
  process.exitCode = 1;
}
