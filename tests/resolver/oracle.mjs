// Real Node's answers: node --expose-internals --experimental-import-meta-resolve oracle.mjs <questions.jsonl>
// Nothing of the trees is loaded. Run by generate_cases.mjs and differential.mjs under every major.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire, isBuiltin } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
const require = createRequire(import.meta.url);
Error.stackTraceLimit = 0;
process.removeAllListeners('warning');
process.on('warning', () => {});
const internal = (name) => {
  try { return require(name); } catch { return {}; }
};
// Through loader hooks (Plug'n'Play) only the public interface answers.
const hooked = process.argv.includes('--hooks');
const { defaultResolve } = internal('internal/modules/esm/resolve');
const { defaultGetFormat } = internal('internal/modules/esm/get_format');
const attributes = internal('internal/modules/esm/assert');
const validate = attributes.validateAttributes || attributes.validateAssertions;

const code = (e) => e.code || e.name;
const relative = (root, file) => path.relative(root, file);

async function answer(q) {
  const from = q.from.startsWith('data:') ? q.from : path.join(q.root, q.from);
  const parentURL = q.from.startsWith('data:') ? q.from : pathToFileURL(from).href;
  if (q.kind === 'require' || q.kind === 'require.resolve') {
    try {
      const found = createRequire(from).resolve(q.specifier);
      return path.isAbsolute(found) ? { path: relative(q.root, found) || '.' } : { builtin: 'node:' + found.replace(/^node:/, '') };
    } catch (e) { return { error: code(e), ...(e.pnpCode && { pnpCode: e.pnpCode }) }; }
  }
  let url, format;
  try {
    if (q.kind === 'import.meta.resolve' || hooked) {
      url = await import.meta.resolve(q.specifier, parentURL);
    } else {
      const r = await defaultResolve(q.specifier, { parentURL, importAttributes: q.attrs ?? {} });
      url = r.url;
      format = r.format;
    }
  } catch (e) { return { error: code(e) }; }
  if (url.startsWith('node:')) return { builtin: url, ...(!isBuiltin(url) && q.kind === 'import' && { load: { error: 'ERR_UNKNOWN_BUILTIN_MODULE' } }) };
  if (!url.startsWith('file:')) return { url };
  const u = new URL(url);
  const out = { path: relative(q.root, fileURLToPath(u)) || '.' };
  if (u.search) out.search = u.search;
  if (u.hash) out.hash = u.hash;
  if (q.kind === 'import' && !hooked) {
    if (format) out.format = format;
    try {
      const f = defaultGetFormat(u, { parentURL, importAttributes: q.attrs ?? {} });
      if (validate && (f === 'json' || q.attrs)) validate(url, f ?? 'module', Object.assign(Object.create(null), q.attrs));
    } catch (e) { out.load = { error: code(e) }; }
  }
  return out;
}

const out = [];
for (const line of fs.readFileSync(process.argv[2], 'utf8').split('\n')) {
  if (!line) continue;
  const q = JSON.parse(line);
  out.push(JSON.stringify({ id: q.id, ...(await answer(q)) }));
}
fs.writeFileSync(process.argv[3], out.join('\n') + '\n');
