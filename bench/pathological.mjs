#!/usr/bin/env node
// bench/pathological.mjs FOLDER [--functions N]: writes programs nobody would write, each a package in FOLDER, to see that
// no pass takes more than it should: bench/phases.mjs FOLDER/* tells what each takes.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: opt, positionals: [folder] } = parseArgs({
  allowPositionals: true, options: { functions: { type: 'string', default: '10000' } } });
const n = Number(opt.functions);
const each = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join('\n');
const exec = "const { exec } = require('node:child_process');\n";

const programs = {
  // One function of 60,000 statements, each of which copies from one of 500 variables to another.
  'huge-function': `${exec}module.exports = function big(input) {\n  let v0 = input, ${Array.from({ length: 499 }, (_, i) => `v${i + 1} = ''`)};\n` +
    `${each(6 * n, (i) => `  v${(i * 7919) % 500} = v${(i * 104729) % 500} + v${(i * 1299709) % 500};`)}\n${each(100, (i) => `  exec(v${i * 5});`)}\n};\n`,
  // Functions that call one another in circles, by calls and by callbacks.
  recursive: exec + each(n, (i) => `function f${i}(x, cb) {\n  if (x.length > ${i}) return f${(i + 1) % n}(x + '${i}', cb);\n` +
    `  if (cb) return f${(i * 7 + 3) % n}(x, cb);\n  return f${(i * 13 + 5) % n}(x.trim(), (y) => f${(i * 31 + 1) % n}(y, cb));\n}` +
    (i % 100 === 0 ? `\nmodule.exports.g${i} = (x) => exec(f${i}(x));` : '')),
  // Ten times as many callbacks, through a helper, an emitter, timers and a list.
  callbacks: `${exec}const http = require('node:http');\nconst e = new (require('node:events'))();\nconst run = (f) => f(process.argv[2]);\n` +
    `const list = [];\n${each(10 * n, (i) => [`run((x) => list.push(x + ${i}));`, `e.on('a${i % 50}', (x) => list.forEach((y) => y(x)));`,
      `setTimeout((x) => run((z) => e.emit('a${i % 50}', x)), ${i % 100});`, `list.push((x) => e.emit('a${i % 50}', x));`,
      `list.map((f) => f(() => list[${i}]));`][i % 5])}\n` +
    "http.createServer((req, res) => { exec(list.map((x) => x(req.url)).join(' ')); res.end(); }).listen(1);\n",
  switch: `${exec}module.exports = function (op, x) {\n  let r = x;\n  for (;;) {\n    switch (op) {\n` +
    `${each(5 * n, (i) => `      case ${i}: r = r + h${i % 2000}(r, op); op = ${(i * 7) % (5 * n)}; break;`)}\n    }\n    if (r.length > 9) exec(r);\n  }\n};\n` +
    each(2000, (i) => `function h${i}(a, b) { return a.slice(${i}) + b; }`),
  // A chain of else if, each with a sink.
  'else-if': `${exec}module.exports = function (x) {\n  if (x === 'a') exec(x);\n` +
    `${each(2 * n, (i) => `  else if (x.startsWith('${i}') && x.length > ${i}) exec(x + '${i}');`)}\n};\n`,
  // Functions in a table that call on by computed names.
  table: `${exec}const t = {};\n${each(2 * n, (i) => `t['k${i}'] = function (x, next) { return t[next](x + '${i}', 'k${(i * 7) % (2 * n)}'); };`)}\n` +
    'module.exports = (k, x) => exec(t[k](x, k));\n',
  // A chain of classes, each of which overrides and calls super.
  classes: `${exec}class C0 { constructor(x) { this.x = x; } run() { return this.x; } }\n` +
    `${each(n / 2, (i) => `class C${i + 1} extends C${i} {\n  m${i + 1}() { return super.run() + this.m${i || 1}(); }\n` +
      `  run() { return super.run() + this.y${i + 1}; }\n  set(v) { this.y${i + 1} = v; return this; }\n}`)}\n` +
    `module.exports = (v) => exec(new C${n / 2}(v).set(v).run());\n`,
};
for (const [name, text] of Object.entries(programs)) {
  fs.mkdirSync(path.join(folder, name), { recursive: true });
  fs.writeFileSync(path.join(folder, name, 'index.js'), text);
  fs.writeFileSync(path.join(folder, name, 'package.json'), JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
}
