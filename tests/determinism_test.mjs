// The same input gives the same bytes, whatever the number of threads, whoever runs first, and whatever the cache holds.
//   node determinism_test.mjs --tool build/release/looplint
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: args } = parseArgs({ options: { tool: { type: 'string' } } });
const tool = path.resolve(args.tool);
const here = path.dirname(fileURLToPath(import.meta.url));
const corpus = path.join(here, 'corpus', 'node_modules');
if (!fs.existsSync(corpus)) {
  console.log('SKIPPED: no corpus');
  process.exit(77);
}
let passed = 0;
let failed = 0;
const folders = ['express', 'fastify', 'webpack', 'eslint', 'viem', '@tanstack', 'rxjs', 'ajv'].map((name) => path.join(corpus, name));
folders.push(path.join(here, '..', 'fixtures'));
function lint(folder, ...flags) {
  const run = spawnSync(tool, ['-f', 'jsonl', '--no-config', '--no-progress', '--no-ignore', '-W', 'all', ...flags, folder],
    { encoding: 'buffer', maxBuffer: 1 << 28, cwd: folder });
  if (run.status !== 0 && run.status !== 1) console.log(`${folder}: exit ${run.status} ${run.signal ?? ''} ${run.stderr}`);
  return run.status === 0 || run.status === 1 ? run.stdout : null;
}
for (const folder of folders.filter((f) => fs.existsSync(f))) {
  const outputs = ['1', '1', '2', '5'].map((threads) => lint(folder, '--no-cache', '--threads', threads));
  const same = outputs.every((o) => o !== null && o.equals(outputs[0]));
  if (same) passed++;
  else failed++;
  console.log(`${same ? 'ok  ' : 'FAIL'} ${path.relative(here, folder)} ${outputs[0]?.length ?? 0} bytes`);
}

// Off, cold, warm and damaged; then edits, each run with what the runs before it left, beside one without.
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'looplint-determinism-'));
process.on('exit', () => fs.rmSync(temporary, { recursive: true, force: true }));
const cache = path.join(temporary, 'cache');
const packs = () => fs.readdirSync(path.join(cache, 'models'), { recursive: true, withFileTypes: true }).filter((e) => /\.(pack|run)$/.test(e.name))
  .map((e) => path.join(e.parentPath ?? e.path, e.name));
let seed = 1;
const random = (n) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
for (const folder of folders.filter((f) => fs.existsSync(f)).slice(0, 3)) {
  const copy = path.join(temporary, path.basename(folder));
  fs.cpSync(folder, copy, { recursive: true, filter: (f) => path.basename(f) !== 'node_modules' || f === folder });
  const sources = fs.readdirSync(copy, { recursive: true }).filter((f) => /\.[cm]?[jt]s$/.test(f)).map((f) => path.join(copy, f));
  const steps = [];
  const check = (name, ...flags) => {
    const off = lint(copy, '--no-cache');
    const on = lint(copy, '--cache', '--cache-dir', cache, ...flags);
    const same = off !== null && on !== null && off.equals(on);
    if (same) passed++;
    else failed++;
    steps.push(same ? name : `${name} DIFFERS`);
  };
  check('cold');
  check('warm');
  check('warm, one thread', '--threads', '1');
  for (let i = 0; i < 6; i++) {
    for (let k = 0; k < 3; k++) {
      const file = sources[random(sources.length)];
      const lines = fs.readFileSync(file, 'utf8').split('\n');
      const other = fs.readFileSync(sources[random(sources.length)], 'utf8').split('\n');
      const at = random(lines.length);
      if (random(2)) lines.splice(at, 0, other[random(other.length)], 'export async function made(x) { await x; }', 'made(1);');
      else lines.splice(at, 1);
      fs.writeFileSync(file, lines.join('\n'));
    }
    if (i === 2) fs.renameSync(sources[0], sources[0].replace(/(\.\w+)$/, '.moved$1')), (sources[0] = sources[0].replace(/(\.\w+)$/, '.moved$1'));
    check(`edits ${i}`);
  }
  for (const pack of packs()) fs.truncateSync(pack, fs.statSync(pack).size >> 1);
  check('cut');
  for (const pack of packs()) {
    const bytes = fs.readFileSync(pack);
    for (let at = 100; at < bytes.length; at += 5000) bytes[at] ^= 1;
    fs.writeFileSync(pack, bytes);
  }
  check('changed');
  check('mended');
  console.log(`     ${path.relative(here, folder)}, over the cache: ${steps.join(', ')}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
