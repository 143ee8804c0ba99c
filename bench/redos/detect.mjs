// One detector over patterns: reads {"id","pattern","flags"} lines, writes {"id","flagged","attack","ms"} lines.
//   node detect.mjs recheck|recheck-js|redos-detector|safe-regex2|eslint-plugin-regexp < in > out
import fs from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const tool = process.argv[2];

// An attack as prefix, pump, suffix; those of several pumps are kept as a list.
const detectors = {
  recheck: recheckBy('native'),
  'recheck-js': recheckBy('pure'),
  'redos-detector': async () => {
    const { isSafe } = await import('redos-detector');
    return (pattern, flags) => ({ flagged: !isSafe(new RegExp(pattern, flags), { timeout: 5000 }).safe });
  },
  'safe-regex2': async () => {
    const safe = require('safe-regex2');
    return (pattern) => ({ flagged: !safe(pattern) });
  },
  'eslint-plugin-regexp': async () => {
    const { Linter } = require('eslint');
    const plugin = require('eslint-plugin-regexp');
    const linter = new Linter();
    const config = [{
      plugins: { regexp: plugin.default ?? plugin },
      rules: { 'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }], 'regexp/no-super-linear-move': ['error', { report: 'potential' }] },
    }];
    return (pattern, flags) => ({ flagged: linter.verify(`/${pattern}/${flags}`, config).some((m) => m.ruleId?.startsWith('regexp/')) });
  },
};
function recheckBy(backend) {
  return async () => {
    process.env.RECHECK_BACKEND = backend;
    const { check } = require('recheck');
    return async (pattern, flags) => {
      const answer = await check(pattern, flags, { timeout: 5000 });
      const pumps = answer.attack?.pumps;
      return { flagged: answer.status === 'vulnerable', attack: pumps && { pumps: pumps.map(({ prefix, pump }) => ({ prefix, pump })), suffix: answer.attack.suffix } };
    };
  };
}

const detect = await detectors[tool]();
for (const line of fs.readFileSync(0, 'utf8').trim().split('\n')) {
  const { id, pattern, flags } = JSON.parse(line);
  const start = performance.now();
  let answer;
  try {
    answer = await detect(pattern, flags);
  } catch (error) {
    answer = { flagged: false, error: String(error.message).slice(0, 200) };
  }
  fs.writeSync(1, `${JSON.stringify({ id, ...answer, ms: performance.now() - start })}\n`);
}
process.exit(0);
