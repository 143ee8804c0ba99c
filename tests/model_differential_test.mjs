// Compares what names refer to with eslint-scope, name by name, on the JavaScript of the test corpus.
//
//   node model_differential_test.mjs --tool PATH [--list FILE] [--min N] [--verbose]
//
// Conventions: `arguments` is a global to us; a name eslint-scope declares several times may be any of these
// declarations; files that acorn refuses as module and as script (JSX, Flow) are passed over.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: args } = parseArgs({
  options: { tool: { type: 'string' }, list: { type: 'string' }, min: { type: 'string', default: '0' }, verbose: { type: 'boolean', default: false } },
});
const modules = path.join(here, 'corpus', 'node_modules');
if (!fs.existsSync(path.join(modules, 'eslint-scope'))) {
  console.log(`SKIPPED: no corpus in ${modules}`);
  process.exit(77);
}
const require = createRequire(path.join(modules, 'x.js'));
const acorn = require('acorn');
const { analyze } = require('eslint-scope');

function corpus() {
  const files = [];
  const pending = [modules];
  while (pending.length > 0) {
    const dir = pending.pop();
    for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
      const full = path.join(dir, entry.name);
      if (entry.isDirectory()) pending.push(full);
      else if (entry.isFile() && /\.[mc]?js$/.test(entry.name) && fs.statSync(full).size < 512 << 10) files.push(full);
    }
  }
  return files.sort();
}

const files = args.list ? fs.readFileSync(args.list, 'utf8').split('\n').filter(Boolean) : corpus();
const list = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'looplint-')), 'files.txt');
fs.writeFileSync(list, files.join('\n') + '\n');

function parse(text) {
  for (const sourceType of ['module', 'script']) {
    try {
      const ast = acorn.parse(text, { ecmaVersion: 'latest', sourceType, ranges: true, allowHashBang: true, allowReturnOutsideFunction: true });
      return { ast, sourceType };
    } catch { /* the other one */ }
  }
  return null;
}

function resolve(text) {
  const parsed = parse(text);
  if (parsed === null) return null;
  const manager = analyze(parsed.ast, { ecmaVersion: 2022, sourceType: parsed.sourceType });
  const out = new Map();
  const declarations = new Set(manager.scopes.flatMap((s) => s.variables.flatMap((v) => v.defs.map((d) => d.name.range[0]))));
  for (const scope of manager.scopes) {
    for (const reference of scope.references) {
      const at = reference.identifier.range[0];
      const definitions = reference.resolved?.defs.map((d) => d.name.range[0]) ?? [];
      if (definitions.includes(at)) { // the initialiser of a declaration, perhaps of a second one
        declarations.add(at);
        continue;
      }
      // In a script eslint-scope resolves top-level names only within their scope's set.
      let found = definitions;
      if (found.length === 0) {
        const variable = manager.globalScope.set.get(reference.identifier.name);
        found = variable?.defs.map((d) => d.name.range[0]) ?? [];
        if (found.includes(at)) {
          declarations.add(at);
          continue;
        }
      }
      // Under `with` and direct eval a name may mean anything; such files are passed over.
      out.set(at, found);
    }
  }
  return { names: out, declarations };
}

const count = { files: 0, compared: 0, names: 0, rejected: 0 };
const differences = [];
const tool = spawn(args.tool, [list], { stdio: ['ignore', 'pipe', 'inherit'] });
const exited = new Promise((done) => tool.on('close', (code, signal) => done(code ?? signal)));
for await (const line of readline.createInterface({ input: tool.stdout, crlfDelay: 0 })) {
  const [file, ours] = line.split('\t');
  count.files++;
  const text = fs.readFileSync(file, 'latin1'); // offsets are bytes then; names beyond ASCII do not matter here
  if (/[^\x00-\x7f]/.test(text) || /\b(with|eval)\s*\(/.test(text)) continue;
  const theirs = resolve(text);
  if (theirs === null || ours === '') {
    count.rejected++;
    continue;
  }
  count.compared++;
  const have = new Map();
  const parts = ours.split(',');
  for (let i = 0; i + 1 < parts.length; i += 2) have.set(Number(parts[i]), parts[i + 1] === '-' ? -1 : Number(parts[i + 1]));
  const report = (what, at) => differences.push(`${what} ${file}:${text.slice(0, at).split('\n').length} ${text.slice(at, at + 60).replace(/\s+/g, ' ')}`);
  for (const [at, definitions] of theirs.names) {
    count.names++;
    const got = have.get(at);
    if (got === undefined) {
      if (!text.startsWith('undefined', at)) report('missing', at);
    } else if (got === -1 ? definitions.length > 0 : !definitions.includes(got)) {
      if (!(definitions.length === 0 && text.startsWith('arguments', at))) report(`ours ${got}, theirs ${definitions}`, at);
    }
  }
  for (const at of have.keys()) if (!theirs.names.has(at) && !theirs.declarations.has(at)) report('extra', at);
}
const status = await exited;
fs.rmSync(path.dirname(list), { recursive: true });
for (const d of differences.slice(0, args.verbose ? 5000 : 40)) console.log(d);
console.log(`${count.files} files: ${count.compared} compared, ${count.names} names, ${differences.length} differences, ${count.rejected} passed over`);
if (status !== 0 || differences.length > 0 || count.compared < Number(args.min)) process.exitCode = 1;
console.log(process.exitCode ? 'FAILED' : 'ok');
