// The same input gives the same bytes, whatever the number of threads and whoever runs first.
//   node determinism_test.mjs --tool build/release/looplint
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
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
for (const folder of folders.filter((f) => fs.existsSync(f))) {
  const outputs = ['1', '1', '2', '5'].map((threads) => {
    const run = spawnSync(tool, ['-f', 'jsonl', '--no-config', '--no-progress', '--no-ignore', '-W', 'all', '--threads', threads, folder],
      { encoding: 'buffer', maxBuffer: 1 << 28, cwd: folder });
    if (run.status !== 0 && run.status !== 1) console.log(`${folder}: exit ${run.status} ${run.signal ?? ''} ${run.stderr}`);
    return run.status === 0 || run.status === 1 ? run.stdout : null;
  });
  const same = outputs.every((o) => o !== null && o.equals(outputs[0]));
  if (same) passed++;
  else failed++;
  console.log(`${same ? 'ok  ' : 'FAIL'} ${path.relative(here, folder)} ${outputs[0]?.length ?? 0} bytes`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
