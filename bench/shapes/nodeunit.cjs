// Runs test files written for nodeunit: exports are tests or groups of tests, each is given an assertion object.
const assert = require('node:assert');
const Module = require('node:module');
const path = require('node:path');

// What some ask nodeunit itself for.
const load = Module._load;
Module._load = (name, ...rest) => (name === 'nodeunit' ? { assert } : load(name, ...rest));

const tests = [];
const gather = (name, what, setUp) => {
  if (typeof what === 'function') tests.push([name, what, setUp]);
  else if (what && typeof what === 'object') {
    for (const key of Object.keys(what)) if (key !== 'setUp' && key !== 'tearDown') gather(`${name} ${key}`, what[key], what.setUp ?? setUp);
  }
};
for (const file of process.argv.slice(2)) gather(file, require(path.resolve(file)));
let failed = 0;
const next = (i) => {
  if (i === tests.length) {
    console.log(`${tests.length} tests, ${failed} failed`);
    process.exitCode = failed ? 1 : 0;
    return;
  }
  const [name, run, setUp] = tests[i];
  let over = false;
  const done = (error) => {
    if (over) return;
    over = true;
    if (error) failed++, console.log(`${name}: ${error.message}`);
    setImmediate(next, i + 1);
  };
  const test = { ...assert, expect() {}, ok: assert.ok, done: () => done(), same: assert.deepEqual };
  const start = () => {
    try {
      run.call({}, test);
    } catch (error) {
      done(error);
    }
  };
  if (setUp) setUp.call({}, start);
  else start();
};
next(0);
