// Which file `new Worker`, `fork` and `new URL(x, import.meta.url)` mean, by doing it:
//   node programs.mjs QUESTIONS.jsonl ANSWERS.jsonl
// The files of the trees are ours and say where they lie: LOADED:path. The process works in the folder of the asking
// file, which is what paths of workers and children are relative to.
import fs from 'node:fs';
import path from 'node:path';
import { fork } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

const loaded = (out) => (out.startsWith('LOADED:') ? { path: out.slice(7) } : undefined);
function worker(specifier) {
  return new Promise((resolve) => {
    let w, out = '', error;
    try { w = new Worker(specifier, { stdout: true, stderr: true }); } catch (e) { resolve({ error: e.code }); return; }
    w.stdout.on('data', (d) => { out += d; });
    w.stderr.resume();
    w.on('error', (e) => { error = e.code; });
    w.on('exit', () => setTimeout(() => resolve(loaded(out) ?? { error }), 10));
  });
}
function child(specifier) {
  return new Promise((resolve) => {
    let out = '', err = '';
    const c = fork(specifier, { silent: true, execArgv: [] });
    c.stdout.on('data', (d) => { out += d; });
    c.stderr.on('data', (d) => { err += d; });
    c.on('close', () => resolve(loaded(out) ?? { error: /code: '(\w+)'/.exec(err)?.[1] }));
  });
}
function url(specifier, from, root) {
  let u;
  try { u = new URL(specifier, pathToFileURL(from)); } catch (e) { return { error: e.code }; }
  if (u.protocol !== 'file:') return { url: u.href };
  // What the address is for is not known: a file or folder that is not there is no use for anything.
  const file = fileURLToPath(u);
  if (!fs.existsSync(file)) return { error: 'ERR_MODULE_NOT_FOUND' };
  return { path: path.relative(root, fs.realpathSync(file)) || '.', ...(u.search && { search: u.search }), ...(u.hash && { hash: u.hash }) };
}

const out = [];
for (const line of fs.readFileSync(process.argv[2], 'utf8').trim().split('\n')) {
  const q = JSON.parse(line);
  const from = path.join(q.root, q.from);
  process.chdir(path.dirname(from));
  const answer = q.kind === 'new-url' ? url(q.specifier, from, q.root) : q.kind === 'worker' ? await worker(q.specifier) : await child(q.specifier);
  out.push(JSON.stringify({ id: q.id, ...answer }));
}
fs.writeFileSync(process.argv[3], out.join('\n') + '\n');
