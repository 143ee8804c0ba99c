// Preloaded into a test run (NODE_OPTIONS=--require): records which function of a package really calls which.
//
// Every function of the files under OBSERVE_ROOT (not tests, not node_modules) reports that it was entered; the stack then
// tells who called: frames of Node itself are looked through, so that list.map(f) in g counts as g calling f, and what
// another package or a test calls has no caller. Behind an await or in a callback from the event loop there is none either.
// At exit the pairs go to OBSERVE_OUT/<pid>.json as [callee file, callee start, caller file, position of the call].
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const Module = require('node:module');
const { isMainThread } = require('node:worker_threads');
const { instrument, prefixOf, wanted } = require('./instrument.cjs');

const files = new Map(); // path -> { toOriginal }
const functions = []; // id -> [path, start]
const pairs = new Set();
const counts = [];
const failures = [];

const capture = (target, below) => {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = 14;
  Error.prepareStackTrace = (_, frames) => frames;
  const frames = (Error.captureStackTrace(target, below), target.stack);
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return frames;
};

const fileOf = (frame) => {
  const name = frame.getFileName() ?? frame.getEvalOrigin?.();
  if (!name) return null;
  return name.startsWith('file://') ? require('node:url').fileURLToPath(name) : name;
};

const entered = (id, below) => {
  const n = (counts[id] = (counts[id] ?? 0) + 1);
  if (n > 400 && n % 97) return; // the thousandth call of a function rarely has a new caller
  const frames = capture({}, below);
  if (!Array.isArray(frames)) return;
  const [file, start] = functions[id];
  for (let i = 1; i < frames.length; i++) {
    const frame = frames[i];
    if (frame.isAsync()) return;
    const name = fileOf(frame);
    if (name === null || name.startsWith('node:')) continue;
    const known = files.get(name);
    if (!known) return;
    pairs.add(JSON.stringify([file, start, name, known.toOriginal(frame.getLineNumber(), frame.getColumnNumber())]));
    return;
  }
};
globalThis.__entered = function report(id) {
  entered(id, report);
};

globalThis.__instrument = (source, file, module) => {
  try {
    const { code, starts, toOriginal } = instrument(source, functions.length, module);
    for (const start of starts) functions.push([file, start]);
    files.set(file, { toOriginal });
    return code;
  } catch (error) {
    failures.push([file, String(error)]);
    return source;
  }
};

// ES modules are changed on the loader's thread, which numbers functions from 0 in each file; here the same is done again
// for the positions, and the file's own numbers are moved up.
globalThis.__module = (file) => {
  const first = functions.length;
  const { starts, toOriginal } = instrument(fs.readFileSync(file, 'utf8'), 0, true, '__here', prefixOf(file));
  for (const start of starts) functions.push([file, start]);
  files.set(file, { toOriginal });
  return function report(id) {
    entered(first + id, report);
  };
};
if (isMainThread) Module.register(require('node:url').pathToFileURL(path.join(__dirname, 'observe-esm.mjs')));

const compile = Module.prototype._compile;
Module.prototype._compile = function (content, filename, ...rest) {
  return compile.call(this, wanted(filename) ? globalThis.__instrument(content, filename, false) : content, filename, ...rest);
};

process.on('exit', () => {
  if (functions.length === 0) return;
  const out = path.join(process.env.OBSERVE_OUT, `${process.pid}-${Date.now()}.json`);
  fs.writeFileSync(out, JSON.stringify({ pairs: [...pairs].map((p) => JSON.parse(p)), failures }));
});
