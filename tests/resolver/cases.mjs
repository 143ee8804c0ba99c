// What the writer and the checker of cases share.
import cp from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

// Every string in `value`, `from` replaced by `to`.
export function substitute(value, to, from = '{{ROOT}}') {
  if (typeof value === 'string') return value.split(from).join(to);
  if (Array.isArray(value)) return value.map((v) => substitute(v, to, from));
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, substitute(v, to, from)]));
  return value;
}

// A new folder for trees, and what to remove afterwards. Questions lead up to ten folders out of their trees
// (`../../x`): they must meet folders of ours there, not what others left in the folder for temporary files.
export function workFolder() {
  const top = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'resolver-cases-')));
  const work = path.join(top, ...'123456789');
  fs.mkdirSync(work, { recursive: true });
  return { top, work };
}

export function build(root, files) {
  fs.mkdirSync(root, { recursive: true });
  for (const [name, value] of Object.entries(files)) {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (value.$dir) fs.mkdirSync(file, { recursive: true });
    else if (value.$link !== undefined) fs.symlinkSync(value.$link, file);
    else fs.writeFileSync(file, value);
  }
}

// A path out of all trees is told from the top of the file system, so that answers do not depend on where the trees are.
export function settled(answer, root) {
  if (!answer.path?.startsWith('../')) return answer;
  const at = path.resolve(root, answer.path);
  return at.startsWith(`${path.dirname(root)}/`) ? answer : { ...answer, path: at };
}

// Answers by id. `subject`: node24 or ts5.9.3.
export function ask(command, list, subject, rootOf) {
  const settings = subject.startsWith('ts') ? { ts: subject.slice(2), node: '24' } : { node: subject.slice(4) };
  const input = list.map((c) => {
    const { answers, group, ...question } = c;
    return JSON.stringify(substitute({ ...question, root: rootOf(c.group), ...settings }, rootOf(c.group)));
  }).join('\n') + '\n';
  const run = cp.spawnSync(command[0], command.slice(1), { input, maxBuffer: 1 << 29 });
  if (run.status !== 0) throw new Error(`${command.join(' ')}: exit ${run.status} ${run.signal ?? ''} ${run.stderr}`);
  const roots = new Map(list.map((c) => [c.id, rootOf(c.group)]));
  return new Map(String(run.stdout).trim().split('\n').map((line) => JSON.parse(line)).map((a) => [a.id, settled(a, roots.get(a.id))]));
}

export function keyOf(a, kind) {
  if (!a) return 'no answer';
  let key = a.error ? a.error : a.path !== undefined ? a.path + (a.search ?? '') + (a.hash ?? '') : a.builtin ?? a.url;
  if (kind.startsWith('ts-')) {
    for (const k of ['mode', 'ext', 'original']) if (a[k]) key += ` ${k}:${a[k]}`;
    for (const k of ['external', 'usingTsExtension']) if (a[k]) key += ` ${k}`;
  } else if (kind === 'import' && a.path !== undefined) {
    if (a.format) key += ` ${a.format}`;
    // Raised when the source is read, which the oracle does not do.
    if (a.load && a.load.error !== 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') key += ` load:${a.load.error}`;
  }
  return key;
}

export function differences(list, subject, got, rootOf, expected = (c) => c.answers[subject]) {
  const out = [];
  for (const c of list) {
    const want = keyOf(expected(c), c.kind);
    const is = substitute(keyOf(got.get(c.id), c.kind), '{{ROOT}}', rootOf(c.group));
    if (is !== substitute(want, '{{ROOT}}', rootOf(c.group))) out.push(`${c.id} ${c.kind} ${JSON.stringify(c.specifier)} in ${c.from}${c.flags ? ' ' + c.flags : ''}: want ${want}, got ${is}`);
  }
  return out;
}
