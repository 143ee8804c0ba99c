// Hidden classes against V8's own word: programs run under Node with the log of inline caches, every transition is
// mapped to the property access it is of, and what V8 calls megamorphic is compared with what looplint predicts.
//
//   node bench/shapes/run.mjs --looplint BINARY [--node BINARY] [--work FOLDER] [--misses FILE] [--seen FOLDER]
//     [--held-out | --fresh | --unseen | --later] [--causes] [NAME...]
//
// Programs are those of programs/ and, with --work, packages installed there (README.md says how): those of
// packages.json by their own tests, those of workloads/ by a program of ours. --seen keeps what V8 said from run to run. A site counts when it ran at least 100 times, by V8's coverage of blocks of the same run.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const OFTEN = 100, MANY = 5;
const here = path.dirname(fileURLToPath(import.meta.url));
const { values: opt, positionals: names } = parseArgs({ allowPositionals: true, options: {
  looplint: { type: 'string', default: path.join(here, '../../build/release/looplint') },
  node: { type: 'string', default: process.execPath },
  work: { type: 'string' },
  misses: { type: 'string' },
  causes: { type: 'boolean' },
  seen: { type: 'string' },
  'held-out': { type: 'boolean' },
  fresh: { type: 'boolean' },
  unseen: { type: 'boolean' },
  later: { type: 'boolean' },
} });
for (const name of ['looplint', 'node']) opt[name] = path.resolve(opt[name]);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'shapes-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));

// ---- V8's log

// Where code lies, by page; newer code hides older.
class CodeMap {
  pages = new Map();
  starts = new Map();
  add(start, size, script) {
    const entry = { start, end: start + size, script };
    this.starts.set(start, entry);
    for (let p = Math.floor(start / 4096); p <= Math.floor((start + size) / 4096); p++) {
      if (!this.pages.has(p)) this.pages.set(p, []);
      this.pages.get(p).unshift(entry);
    }
  }
  move(from, to) {
    const entry = this.starts.get(from);
    if (!entry) return;
    this.starts.delete(from);
    for (let p = Math.floor(from / 4096); p <= Math.floor(entry.end / 4096); p++) {
      const list = this.pages.get(p);
      if (list?.includes(entry)) list.splice(list.indexOf(entry), 1);
    }
    this.add(to, entry.end - entry.start, entry.script);
  }
  find(address) {
    return this.pages.get(Math.floor(address / 4096))?.find((e) => e.start <= address && address <= e.end)?.script;
  }
}

function fileOf(name) {
  const match = /((?:file:\/\/)?\/.*?):\d+:\d+$/.exec(name);
  if (!match) return null;
  const plain = match[1].replace(/\\x2C/g, ',');
  return plain.startsWith('file://') ? fileURLToPath(plain) : plain;
}

// A hidden class, as --log-maps prints it: "JS_OBJECT|Point|prototype|x y".
function classIn(line) {
  const part = (pattern) => pattern.exec(line)?.[1] ?? '';
  const names = [...line.matchAll(/\]: (?:0x[0-9a-f]+: \[String\][^:]*: #(.*?)|0x[0-9a-f]+ <Symbol: (.*?)>) \(/g)].map((m) => m[1] ?? m[2]);
  // The class is what its prototype tells; where that is a plain object, the constructor.
  const prototype = part(/- prototype: 0x[0-9a-f]+ <([^ >[]*)/);
  const name = prototype && !prototype.includes('Object') ? prototype : part(/- constructor: 0x[0-9a-f]+ <JSFunction ([^ >]*)/);
  return [part(/- type: (\w+?)_TYPE/), name, part(/- prototype: (0x[0-9a-f]+)/), names.join(' ')].join('|');
}

// Of what kind are the hidden classes that met?
function causeOf(met) {
  const all = met.map((text) => text.split('|')).map(([type, name, prototype, properties]) => ({ type, name, prototype, properties }));
  const functions = all.filter((c) => /FUNCTION|CLASS_CONSTRUCTOR/.test(c.type));
  const objects = all.filter((c) => !/FUNCTION|CLASS_CONSTRUCTOR|STRING|NUMBER|ODDBALL|SYMBOL|BIGINT|ARRAY/.test(c.type));
  if (functions.length > 2) return 'functions as receivers';
  if (all.length - objects.length > 2) return 'strings, arrays and objects';
  const count = (of, key) => new Set(of.map((c) => c[key])).size;
  const plain = objects.filter((c) => c.name === 'Object'), own = objects.filter((c) => c.name !== 'Object');
  if (count(own, 'name') > 2) return 'objects of several classes';
  if (plain.length > own.length) return count(plain, 'prototype') > 2 ? 'prototypes made while the program runs' : 'literals of several kinds';
  return count(own, 'prototype') > 2 ? 'objects of several classes' : count(own, 'properties') > 2 ? 'one class, other properties or another order' : 'a mixture';
}

// Sites by file, line, name: [{ column, states }]. Of named loads and stores.
async function sitesOf(log) {
  const code = new CodeMap(), sites = new Map(), classes = new Map();
  for await (const line of readline.createInterface({ input: fs.createReadStream(log) })) {
    if (line.startsWith('code-creation,')) {
      const f = line.split(',');
      const file = fileOf(f[6]);
      code.add(Number(f[4]), Number(f[5]), file);
    } else if (line.startsWith('map-details,')) {
      classes.set(line.split(',', 3)[2], classIn(line));
    } else if (line.startsWith('code-move,')) {
      const f = line.split(',');
      code.move(Number(f[1]), Number(f[2]));
    } else if (line.startsWith('LoadIC,') || line.startsWith('StoreIC,')) {
      const f = line.split(',');
      const file = code.find(Number(f[1]));
      if (!file) continue;
      const key = `${file}|${f[3]}|${f[8]}|${f[0] === 'StoreIC' ? 'set' : 'get'}`;
      if (!sites.has(key)) sites.set(key, []);
      const at = sites.get(key);
      let site = at.find((s) => s.column === Number(f[4]));
      if (!site) at.push(site = { column: Number(f[4]), states: '', met: [] });
      if (!site.states.includes(f[6])) site.states += f[6];
      const met = classes.get(f[7]);
      if (met && !site.met.includes(met)) site.met.push(met);
    }
  }
  return sites;
}

// How often each place of each file ran.
function countsOf(folder) {
  const files = new Map();
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    for (const script of JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')).result) {
      if (!script.url.startsWith('file://')) continue;
      const file = fileURLToPath(script.url);
      if (!files.has(file)) files.set(file, []);
      files.get(file).push(script.functions.flatMap((f) => f.ranges));
    }
  }
  const count = (file, offset) => {
    let sum = 0;
    for (const ranges of files.get(file) ?? []) {
      let best = null;
      for (const r of ranges) {
        if (r.startOffset <= offset && offset < r.endOffset && (!best || r.endOffset - r.startOffset <= best.endOffset - best.startOffset)) best = r;
      }
      sum += best?.count ?? 0;
    }
    return sum;
  };
  count.files = files.keys();
  return count;
}

// ---- one program

// What V8 says: the files that were loaded, and the sites that ran often: { file, line, column, name, kind, states, ran }.
// Kept in --seen.
async function watch(program) {
  const kept = opt.seen && path.join(opt.seen, `${program.name}-${program.version ?? 0}.json`);
  if (kept && fs.existsSync(kept)) return JSON.parse(fs.readFileSync(kept, 'utf8'));
  const log = path.join(scratch, 'v8.log'), coverage = path.join(scratch, 'coverage');
  fs.rmSync(log, { force: true });
  fs.rmSync(coverage, { recursive: true, force: true });
  // One tier, so that each address belongs to one function and no cache is skipped.
  const run = spawnSync(opt.node, ['--no-opt', '--no-sparkplug', '--no-flush-bytecode', '--log-ic', '--log-code', '--log-maps', `--logfile=${log}`,
    '--no-logfile-per-isolate', ...program.command],
  { cwd: program.cwd, encoding: 'utf8', maxBuffer: 1 << 28, timeout: 600_000, env: { ...process.env, NODE_V8_COVERAGE: coverage, NODE_ENV: 'test' } });
  if (!fs.existsSync(log)) throw new Error(`${program.name}: no log: ${(run.stderr ?? run.error?.message ?? '').slice(-400)}`);
  if (run.status !== 0) console.error(`${program.name}: exit code ${run.status}: ${(run.stderr || run.stdout).trim().split('\n').at(-1)}`);
  const count = countsOf(coverage), texts = new Map(), out = [];
  for (const [key, list] of await sitesOf(log)) {
    const [file, line, name, kind] = key.split('|');
    if (!isMine(program, file) || !fs.existsSync(file)) continue;  // a test may have written and removed it
    if (!texts.has(file)) texts.set(file, linesOf(file));
    for (const { column, states, met } of list) {
      const ran = count(file, texts.get(file).starts[Number(line) - 1] + column - 1);
      if (ran >= OFTEN) out.push({ file: path.relative(program.cwd, file), line: Number(line), column, name, kind, states, ran, met: states.includes('N') ? met : undefined });
    }
  }
  const loaded = [...count.files].filter((file) => isMine(program, file) && fs.existsSync(file)).map((file) => path.relative(program.cwd, file)).sort();
  const result = { loaded, sites: out };
  if (kept) fs.mkdirSync(opt.seen, { recursive: true }), fs.writeFileSync(kept, JSON.stringify(result));
  return result;
}

const isMine = (program, file) => (program.file ? file === program.file
  : file.startsWith(program.cwd + path.sep) && !path.relative(program.cwd, file).includes('node_modules'));

function linesOf(file) {
  const t = fs.readFileSync(file, 'utf8'), starts = [0];
  for (let i = 0; i < t.length; i++) if (t[i] === '\n') starts.push(i + 1);
  return { t, starts };
}

async function judge(program) {
  const { loaded, sites: seen } = await watch(program);
  // The program is what was loaded: other builds of the same sources, and tests that were not run, make objects too.
  let { root, cwd } = program;
  if (!program.file) {
    root = cwd = path.join(scratch, 'program');
    fs.rmSync(root, { recursive: true, force: true });
    for (const file of [...loaded, 'package.json']) {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.copyFileSync(path.join(program.cwd, file), path.join(root, file));
    }
  }
  const graph = spawnSync(opt.looplint, ['graph', '--shapes', '--no-cache', '--no-skip', program.of], { cwd, encoding: 'utf8', maxBuffer: 1 << 30 });
  if (!graph.stdout) throw new Error(`${program.name}: ${graph.stderr}`);
  const predictions = new Map();
  for (const site of JSON.parse(graph.stdout).sites) {
    if (site.shapes.filter((s) => s.sure).length < MANY) continue;
    const file = path.join(program.root, site.file);
    const key = `${file}|${site.line}|${site.property}`;
    if (!predictions.has(key)) predictions.set(key, []);
    predictions.get(key).push({ column: site.column, shapes: site.shapes, stores: site.kind === 'set', taken: '' });
  }
  const lines = new Map();
  const result = { name: program.name, sites: seen.length, megamorphic: 0, predicted: 0, right: 0, missed: [], wrong: [], causes: {} };
  for (const { file, line, column, name, kind, states, ran, met } of seen) {
    const whole = path.join(program.cwd, file);
    if (!lines.has(whole)) lines.set(whole, linesOf(whole));
    const { t, starts } = lines.get(whole);
    // V8 names the column of the property; of stores, that of the assignment.
    const near = (predictions.get(`${whole}|${line}|${name}`) ?? []).filter((p) => !p.taken.includes(kind) && (p.stores || kind === 'get') && Math.abs(p.column - column) < 80)
      .sort((a, b) => Math.abs(a.column - column) - Math.abs(b.column - column))[0];
    const foreseen = near && (kind === 'set' || Math.abs(near.column - column) <= 1);
    if (foreseen) near.taken += kind;
    const mega = states.includes('N');
    const where = `${file}:${line}:${column} .${name} ${kind} x${ran}  ${t.slice(starts[line - 1], starts[line] ?? t.length).trim().slice(0, 90)}`;
    if (mega) result.megamorphic++;
    if (foreseen) result.predicted++;
    if (mega && foreseen) result.right++;
    if (mega && !foreseen) {
      result.missed.push(where);
      const cause = causeOf(met);
      result.causes[cause] = (result.causes[cause] ?? 0) + 1;
    }
    if (!mega && foreseen) result.wrong.push(`${where}  [${states}] ${near.shapes.map((s) => `${s.name}@${s.line ?? ''}`).join('; ')}`);
  }
  // Predicted sites that ran often without a transition V8 logged have met one hidden class at most.
  return result;
}

const sample = opt['held-out'] ? 'held-out' : opt.fresh ? 'fresh' : opt.unseen ? 'unseen' : opt.later ? 'later' : null;  // packages alone
const programs = (sample ? [] : fs.readdirSync(path.join(here, 'programs'))).sort().map((name) => {
  const cwd = path.join(here, 'programs'), file = path.join(cwd, name);
  return { name: name.replace(/\.mjs$/, ''), cwd, root: here, file, of: name, command: [name], group: 'programs' };
});
if (opt.work) {
  const work = path.resolve(opt.work);
  const add = (name, group, commandIn) => {
    const cwd = path.join(work, 'run', name);
    if (!fs.existsSync(cwd)) fs.cpSync(path.join(work, 'node_modules', name), cwd, { recursive: true });
    const { version } = JSON.parse(fs.readFileSync(path.join(cwd, 'package.json'), 'utf8'));
    programs.push({ name, version, cwd, root: cwd, of: '.', command: commandIn(cwd), group });
  };
  for (const p of sample ? [] : JSON.parse(fs.readFileSync(path.join(here, 'packages.json'), 'utf8'))) {
    add(p.name, 'own tests', (cwd) => p.command.flatMap((a) => (a === '{nodeunit}' ? [path.join(here, 'nodeunit.cjs')]
      : a.startsWith('{work}') ? [path.join(work, a.slice(6))]
        : a.endsWith('/*.js') ? fs.readdirSync(path.join(cwd, path.dirname(a))).filter((f) => f.endsWith('.js') && !p.without?.includes(f)).sort().map((f) => path.join(path.dirname(a), f)) : [a])));
  }
  const workloads = path.join(here, sample ?? 'workloads');
  for (const file of fs.readdirSync(workloads).filter((name) => /\.[cm]js$/.test(name)).sort()) {
    const [, name, type] = /^(.*)\.([cm]js)$/.exec(file);
    add(name, 'our workloads', (cwd) => {
      fs.copyFileSync(path.join(workloads, file), path.join(cwd, `workload.${type}`));
      return [`workload.${type}`];
    });
  }
}

const ratio = (a, b) => (b === 0 ? '-' : (a / b).toFixed(2));
const all = [];
console.log('| program | sites run often | megamorphic in V8 | predicted | right | precision | recall |\n|---|---|---|---|---|---|---|');
const row = (r) => console.log(`| ${r.name} | ${r.sites} | ${r.megamorphic} | ${r.predicted} | ${r.right} | ${ratio(r.right, r.predicted)} | ${ratio(r.right, r.megamorphic)} |`);
for (const program of programs.filter((p) => !names.length || names.includes(p.name))) {
  try {
    const result = await judge(program);
    if (program.version) result.name += ` ${program.version}`;
    all.push({ ...result, group: program.group });
    row(result);
  } catch (error) {
    console.error(error.message);
  }
}
for (const group of ['programs', 'own tests', 'our workloads', 'all']) {
  const of = all.filter((r) => group === 'all' || r.group === group);
  if (!of.length) continue;
  const sum = (pick) => of.reduce((a, r) => a + r[pick], 0);
  row({ name: `**${group} (${of.length})**`, sites: sum('sites'), megamorphic: sum('megamorphic'), predicted: sum('predicted'), right: sum('right') });
}
if (opt.causes) {
  const causes = new Map();
  for (const r of all) for (const [cause, n] of Object.entries(r.causes)) causes.set(cause, [...(causes.get(cause) ?? []), [n, r.name.split(' ')[0]]]);
  const total = (list) => list.reduce((sum, [n]) => sum + n, 0);
  console.log('\n| missed, by what met there | sites | most in |\n|---|---|---|');
  for (const [cause, list] of [...causes].sort((a, b) => total(b[1]) - total(a[1]))) {
    console.log(`| ${cause} | ${total(list)} | ${list.sort((a, b) => b[0] - a[0]).slice(0, 6).map(([n, name]) => `${name} ${n}`).join(', ')} |`);
  }
}
if (opt.misses) {
  fs.writeFileSync(opt.misses, all.map((r) => `== ${r.name}\nMISSED\n${r.missed.join('\n')}\nWRONG\n${r.wrong.join('\n')}\n`).join('\n'));
}
