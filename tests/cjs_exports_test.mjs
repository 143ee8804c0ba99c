// Holds our reading of CommonJS export names against the ones Node uses, over the JavaScript of the test corpus, the
// snippets of cjs_exports_snippets.json and texts made of pieces of the patterns at random.
//
//   node cjs_exports_test.mjs --tool PATH [--list FILE] [--min N] [--node24 PATH] [--write]
//
// Node up to 22 reads them with cjs-module-lexer, which npm has. Node 24 has a reader of its own, built in: it is
// asked when a binary is given (--node24, LOOPLINT_NODE24, or the Node that runs this); otherwise only the answers it
// once gave for the snippets are checked. --write asks both again and rewrites the snippets' answers.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: args } = parseArgs({
  options: { tool: { type: 'string' }, list: { type: 'string' }, min: { type: 'string', default: '0' }, node24: { type: 'string' }, write: { type: 'boolean', default: false } },
});
const modules = path.join(here, 'corpus', 'node_modules');
if (!fs.existsSync(path.join(modules, 'cjs-module-lexer'))) {
  console.log(`SKIPPED: no cjs-module-lexer in ${modules}`);
  process.exit(77);
}
const { parse } = createRequire(path.join(modules, 'x.js'))('cjs-module-lexer');
const node24 = args.node24 ?? process.env.LOOPLINT_NODE24 ?? (Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : undefined);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'looplint-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true }));

function corpus() {
  const files = [];
  const pending = [modules];
  while (pending.length > 0) {
    const dir = pending.pop();
    for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
      const full = path.join(dir, entry.name);
      if (entry.isDirectory()) pending.push(full);
      else if (entry.isFile() && /\.c?js$/.test(entry.name)) files.push(full);
    }
  }
  return files.sort();
}

// Texts of pieces, most of them no valid programs: what matters is that both readers stumble alike.
const pieces = ['exports', 'module', '.', 'exports.a=1;', 'module.exports=', '{', '}', '(', ')', 'a', ':', 'b', ',', 'require("x")', 'require',
  '...', '"q"', "'r'", 'Object', '.defineProperty(', 'exports,', '"n",', '{enumerable:true,', 'get', 'function', '(){return ', 'v.n', '}})',
  ';', '/', '*', '//c\n', '/*c*/', '`', '${', '[', ']', '=', '==', 'class X{', 'if(a)', '/re/g', '+', '++', 'import', 'import(', 'export',
  'exports["k"]=2;', 'Object.keys(', '_x', ').forEach(function(k){', 'if(k==="default"||k==="__esModule")return;', 'exports[k]=_x[k];', '});',
  'var _x=require("y");', 'var _x=_interopRequireWildcard(require("z"));', '__exportStar(require("w"),exports);', '__export(',
  '_interopRequireWildcard(', 'get x(){', '\n', ' ', 'value:1', 'if(k!=="default"&&!Object.prototype.hasOwnProperty.call(e,k))',
  'if(k!=="default"&&!', 'if(k!=="default")', 'if(Object.prototype.hasOwnProperty.call(_e,k))return;', 'if(k in exports&&exports[k]===_x[k])return;',
  'Object.defineProperty(exports,k,{enumerable:true,get:function(){return _x[k];}});', 'Object.keys(_x).forEach(function(k){', 'let ', 'const ',
  '\\', '\u00a0', 'é', 'Object.defineProperty(exports,"n",{', 'return', 'in', 'while(', 'async ', '=>', '<!--', '\r\n', '"\\u{1F310}"'];
function randomTexts(count) {
  let state = 0x9e3779b9;
  const random = (n) => {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    return (state >>> 0) % n;
  };
  const out = [];
  for (let i = 0; i < count; i++) {
    let text = '';
    for (let n = 1 + random(14); n > 0; n--) text += pieces[random(pieces.length)] + (random(4) === 0 ? ' ' : '');
    out.push(text);
  }
  return out;
}

const snippetsFile = path.join(here, 'cjs_exports_snippets.json');
const snippets = JSON.parse(fs.readFileSync(snippetsFile, 'utf8'));
const written = [...snippets.map((s) => s.text), ...randomTexts(20000)].map((text, i) => {
  const file = path.join(scratch, `${i}.js`);
  fs.writeFileSync(file, text);
  return file;
});
const real = args.list ? fs.readFileSync(args.list, 'utf8').split('\n').filter(Boolean) : corpus();
const files = [...written, ...real];
const list = path.join(scratch, 'files.txt');
fs.writeFileSync(list, `${files.join('\n')}\n`);

// The two readers of Node: path -> { exports, reexports }.
function classic(file) {
  try {
    return parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return { exports: [], reexports: [] };
  }
}
// Not the random texts: on what is no program its reader may run off the end and take the process with it (24.21.0).
function readWithNode24() {
  const wanted = files.map((file, i) => (i >= snippets.length && i < written.length ? '' : file));
  const list = path.join(scratch, 'programs.txt');
  fs.writeFileSync(list, wanted.join('\n'));
  const script = `
    const { internalBinding } = require('internal/test/binding');
    const { parse } = internalBinding('cjs_lexer');
    const fs = require('fs');
    for (const file of fs.readFileSync(process.argv[1], 'utf8').split('\\n')) {
      if (file === '') { console.log('null'); continue; }
      const [exports, reexports] = parse(fs.readFileSync(file, 'utf8'));
      console.log(JSON.stringify({ exports: [...exports], reexports: [...reexports] }));
    }`;
  const run = spawnSync(node24, ['--expose-internals', '-e', script, list], { maxBuffer: 1 << 30, env: { ...process.env, NODE_OPTIONS: '' } });
  if (run.status !== 0) throw new Error(`${node24}: ${run.signal ?? run.status} ${run.error ?? ""} ${run.stderr}`);
  return run.stdout.toString().split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

const answer = ({ exports, reexports }) => JSON.stringify([[...new Set(exports)].sort(), [...new Set(reexports)].sort()]);
let failures = 0;
function compare(what, generation, wanted, count) {
  const run = spawnSync(args.tool, [generation, list], { maxBuffer: 1 << 30 });
  const rows = run.stdout.toString().split('\n').filter(Boolean).map((line) => JSON.parse(line));
  if (run.status !== 0 || rows.length !== files.length) throw new Error(`${args.tool}: ${rows.length} rows, status ${run.status}`);
  let differ = 0;
  let names = 0;
  let compared = 0;
  for (let i = 0; i < count; i++) {
    const want = wanted(i);
    if (want === null) continue;
    compared++;
    const [got, expected] = [answer(rows[i]), answer(want)];
    names += want.exports.length;
    if (got === expected) continue;
    differ++;
    if (differ <= 10) console.log(`${files[i]}\n  ${fs.readFileSync(files[i], 'utf8').slice(0, 200)}\n  Node ${expected.slice(0, 300)}\n  we   ${got.slice(0, 300)}`);
  }
  console.log(`${what}: ${compared} texts, ${names} names, ${differ} differ`);
  failures += differ;
}

if (args.write) {
  const merve = readWithNode24();
  const sorted = ({ exports, reexports }) => ({ exports: [...new Set(exports)].sort(), reexports: [...new Set(reexports)].sort() });
  const rows = snippets.map(({ text }, i) => ({ text, classic: sorted(classic(files[i])), merve: sorted(merve[i]) }));
  fs.writeFileSync(snippetsFile, `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`);
  process.exit(0);
}
compare('cjs-module-lexer', 'classic', (i) => classic(files[i]), files.length);
compare('snippets, Node up to 22', 'classic', (i) => snippets[i].classic, snippets.length);
compare('snippets, Node 24', 'merve', (i) => snippets[i].merve, snippets.length);
if (node24) {
  const merve = readWithNode24();
  compare('Node 24', 'merve', (i) => merve[i], files.length);
} else {
  console.log('Node 24 itself was not asked: no binary');
}
if (real.length < Number(args.min)) {
  console.log(`only ${real.length} real files, wanted ${args.min}`);
  failures++;
}
process.exit(failures === 0 ? 0 : 1);
