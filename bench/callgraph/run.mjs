// Call graphs against what really happens: the test suites of packages run under an observer, and the calls seen are
// compared with those that looplint and Jelly (Nielsen, Torp, Moller) predict.
//
//   node bench/callgraph/run.mjs WORK [--looplint BINARY] [--jelly MAIN.js] [NAME...]
//
// WORK holds src/<name>, a checkout of each package of packages.json, and node_modules with what their tests need
// (README.md says how to make it). Observations are kept in WORK/observed; delete them to run the tests again.
//
// Recall: of the pairs of functions seen calling each other, those predicted. Precision: of the calls predicted at call sites
// where a call of a function of the package was seen, those seen there. Tests never run everything, so what is counted as
// wrong may only not have happened.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const option = (name) => {
  const i = args.indexOf(name);
  return i < 0 ? null : args.splice(i, 2)[1];
};
const looplint = path.resolve(option('--looplint'));
const jelly = option('--jelly');
const misses = option('--misses');
const work = path.resolve(args.shift());
process.env.NODE_PATH = path.join(work, 'node_modules');
createRequire(import.meta.url)('node:module').Module._initPaths();
const { parse, startOf, walk, wanted } = (() => {
  process.env.OBSERVE_ROOT = '/';
  return createRequire(import.meta.url)('./instrument.cjs');
})();

const packages = JSON.parse(fs.readFileSync(path.join(here, 'packages.json'), 'utf8')).filter((p) => !args.length || args.includes(p.name));

function observe(pkg, root) {
  const out = path.join(work, 'observed', pkg.name);
  if (!fs.existsSync(out)) {
    fs.mkdirSync(out, { recursive: true });
    const [command, ...rest] = pkg.test.split(' ');
    const bin = command === 'node' ? process.execPath : path.join(work, 'node_modules/.bin', command);
    const run = spawnSync('sh', ['-c', `"${bin}" ${rest.join(' ')}`], {
      cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, timeout: 600_000,
      env: { ...process.env, NODE_ENV: 'test', OBSERVE_ROOT: root, OBSERVE_OUT: out, NODE_OPTIONS: `--require=${path.join(here, 'observe.cjs')}` },
    });
    fs.writeFileSync(path.join(out, 'log.txt'), run.stdout + run.stderr);
  }
  const pairs = new Map();
  for (const f of fs.readdirSync(out).filter((f) => f.endsWith('.json'))) {
    for (const p of JSON.parse(fs.readFileSync(path.join(out, f), 'utf8')).pairs) pairs.set(p.join('|'), p);
  }
  return [...pairs.values()];
}

// Functions and calls of a file by position.
const shapes = new Map();
function shape(file) {
  if (shapes.has(file)) return shapes.get(file);
  const functions = [], calls = [];
  const source = fs.readFileSync(file, 'utf8');
  walk(parse(source), (node, parent) => {
    if (/Function/.test(node.type) && node.body) functions.push({ start: startOf(node, parent), inner: node.start, end: node.end });
    if (/^(CallExpression|NewExpression|TaggedTemplateExpression)$/.test(node.type)) calls.push({ start: node.start, end: node.end });
  });
  const innermost = (list, at) => list.reduce((best, x) => (x.start <= at && at < x.end && (!best || x.end - x.start < best.end - best.start) ? x : best), null);
  const lines = [0];
  for (let i = 0; i < source.length; i++) if (source[i] === '\n') lines.push(i + 1);
  const s = {
    functionAt: (at) => innermost(functions, at)?.start ?? 0,
    // Analyzers disagree where a function begins: async, the name of a method.
    functionFrom: (start, end) => functions.find((f) => f.start === start)?.start ?? functions.find((f) => f.inner === start)?.start ??
      functions.find((f) => f.end === end)?.start ?? 0,
    callAt: (at) => innermost(calls, at),
    offset: (line, column) => lines[line - 1] + column - 1,
  };
  shapes.set(file, s);
  return s;
}

const key = (file, start) => `${file}:${start}`;

function ofLooplint(root) {
  const run = spawnSync('bash', ['-c', `TIMEFORMAT='%U %S'; cd "${root}" && time "${looplint}" graph --calls --format json .`], { encoding: 'utf8', maxBuffer: 1 << 30 });
  const cpu = run.stderr.trim().split('\n').at(-1).split(' ').reduce((a, b) => a + Number(b), 0);
  const graph = JSON.parse(run.stdout);
  const bytes = new Map(); // byte offsets to UTF-16
  const text = (file) => {
    if (!bytes.has(file)) {
      const buffer = fs.readFileSync(path.join(root, file));
      bytes.set(file, buffer.length === buffer.toString('utf8').length ? (x) => x : (x) => buffer.subarray(0, x).toString('utf8').length);
    }
    return bytes.get(file);
  };
  const place = graph.functions.map(({ file, start, end }) => {
    const absolute = path.join(root, file);
    if (!wanted(absolute) || /(^|\/)(tests?|examples?|benchmarks?|support|test-helpers)\//.test(file)) return null;
    try {
      const at = text(file);
      return [absolute, shape(absolute).functionFrom(at(start), at(end)), at];
    } catch {
      return null;
    }
  });
  const edges = [];
  for (const { from, to, kind, start, end } of graph.edges) {
    if (kind === 'later' || !place[from] || !place[to]) continue;
    const [file, , at] = place[from];
    edges.push({ file, from: key(file, place[from][1]), to: key(place[to][0], place[to][1]), site: key(file, `${at(start)}-${at(end)}`), kind });
  }
  return { edges, cpu };
}

function ofJelly(root) {
  const out = path.join(work, 'jelly.json');
  fs.rmSync(out, { force: true });
  const run = spawnSync('bash', ['-c', `TIMEFORMAT='%U %S'; time "${process.env.JELLY_NODE ?? process.execPath}" --max-old-space-size=4096 "${jelly}" --ignore-dependencies --library -j "${out}" -b "${root}" "${root}"`], { encoding: 'utf8', maxBuffer: 1 << 30, timeout: 600_000 });
  const cpu = run.stderr.trim().split('\n').at(-1).split(' ').reduce((a, b) => a + Number(b), 0);
  const graph = JSON.parse(fs.readFileSync(out, 'utf8'));
  const at = (loc) => {
    const [file, l1, c1, l2, c2] = loc.split(':').map(Number);
    const absolute = path.resolve(root, graph.files[file]);
    if (/(^|\/)(tests?|examples?|benchmarks?|support|test-helpers)\//.test(path.relative(root, absolute))) return null;
    const s = shape(absolute);
    return { file: absolute, start: s.offset(l1, c1), end: s.offset(l2, c2), s };
  };
  const functions = Object.fromEntries(Object.entries(graph.functions).map(([id, loc]) => {
    const x = at(loc);
    return [id, x && key(x.file, x.s.functionFrom(x.start, x.end))];
  }));
  const edges = [];
  for (const [call, to] of graph.call2fun) {
    const x = at(graph.calls[call]);
    if (x && functions[to]) edges.push({ file: x.file, from: key(x.file, x.s.functionAt(x.start)), to: functions[to], site: key(x.file, `${x.start}-${x.end}`), kind: 'call' });
  }
  for (const [from, to] of graph.fun2fun) {
    if (functions[from] && functions[to]) edges.push({ from: functions[from], to: functions[to], site: null, kind: 'fun' });
  }
  return { edges, cpu };
}

const percent = (a, b) => (b === 0 ? '   -  ' : (a / b).toFixed(3).padStart(6));
const rows = [];
for (const pkg of packages) {
  const root = path.join(work, 'src', pkg.name);
  const seen = observe(pkg, root).map(([file, start, from, at]) => {
    const call = shape(from).callAt(at);
    return { from: key(from, shape(from).functionAt(at)), to: key(file, start), site: call && key(from, `${call.start}-${call.end}`) };
  });
  const pairs = new Set(seen.map((p) => `${p.from} ${p.to}`));
  const sites = new Set(seen.filter((p) => p.site).map((p) => p.site));
  const atSites = new Set(seen.filter((p) => p.site).map((p) => `${p.site} ${p.to}`));
  const judge = ({ edges, cpu }) => {
    const predicted = new Set(edges.map((e) => `${e.from} ${e.to}`));
    const found = [...pairs].filter((p) => predicted.has(p)).length;
    const there = new Set(edges.filter((e) => e.site && sites.has(e.site)).map((e) => `${e.site} ${e.to}`));
    const right = [...there].filter((p) => atSites.has(p)).length;
    return { recall: found / pairs.size, precision: right / there.size, cpu, found, there: there.size, predicted, edges };
  };
  const row = { name: pkg.name, seen: pairs.size };
  if (looplint) {
    row.ours = judge(ofLooplint(root));
    if (misses) {
      const where = (k) => {
        const [file, start] = [k.slice(0, k.lastIndexOf(':')), parseInt(k.slice(k.lastIndexOf(':') + 1), 10)];
        const text = fs.readFileSync(file, 'utf8');
        return `${path.relative(root, file)}:${text.slice(0, start).split('\n').length} ${text.slice(start, start + 50).replace(/\s+/g, ' ')}`;
      };
      const wrong = [...new Set(row.ours.edges.filter((e) => e.site && sites.has(e.site) && !atSites.has(`${e.site} ${e.to}`)).map((e) => `${e.kind}: ${where(e.site)}  ->  ${where(e.to)}`))];
      fs.writeFileSync(misses, `${[...pairs].filter((p) => !row.ours.predicted.has(p)).map((p) => {
        const [a, b] = p.split(' ');
        const site = seen.find((s) => s.from === a && s.to === b).site;
        return `${where(a)}  =>  ${where(b)}   [at ${site ? where(site) : '-'}]`;
      }).join('\n')}\n\nWRONG\n${wrong.join('\n')}\n`);
    }
  }
  if (jelly) {
    try {
      row.jelly = judge(ofJelly(root));
    } catch (error) {
      console.error(`${pkg.name}: jelly: ${error.message}`);
    }
  }
  rows.push(row);
  const show = (j) => (j ? `${percent(j.recall, 1)} ${percent(j.precision, 1)} ${j.cpu.toFixed(2).padStart(7)}` : '     -      -       -');
  console.log(`${pkg.name.padEnd(12)} ${String(row.seen).padStart(5)}   ${show(row.ours)}   ${show(row.jelly)}`);
}
const mean = (pick) => rows.filter((r) => pick(r) !== undefined).reduce((a, r, _, all) => a + pick(r) / all.length, 0);
for (const who of ['ours', 'jelly']) {
  if (!rows.some((r) => r[who])) continue;
  console.log(`${who}: recall ${mean((r) => r[who]?.recall).toFixed(3)} precision ${mean((r) => r[who]?.precision).toFixed(3)} CPU ${rows.reduce((a, r) => a + (r[who]?.cpu ?? 0), 0).toFixed(2)} s`);
}
