// facts.json (collected by machine) + ../overlay/*.json (written by hand) -> ../node/*.json. Needs nothing but
// Node; the result depends on the two inputs only. Usage: node analyzer/knowledge/generate/build.mjs
import fs from 'node:fs';

const root = new URL('../', import.meta.url);
const read = (p) => JSON.parse(fs.readFileSync(new URL(p, root), 'utf8'));
const facts = read('generate/facts.json');

const overlay = { patterns: [], rows: {}, types: {} };
const home = new Map(); // rows only the overlay has go to the file of their module
for (const f of fs.readdirSync(new URL('overlay/', root)).sort()) {
  const o = read(`overlay/${f}`);
  for (const k of Object.keys(o)) if (!['about', 'patterns', 'rows', 'types'].includes(k)) throw new Error(`overlay/${f}: ${k}`);
  overlay.patterns.push(...(o.patterns ?? []));
  for (const part of ['rows', 'types']) {
    for (const [name, row] of Object.entries(o[part] ?? {})) {
      if (overlay[part][name]) throw new Error(`overlay/${f}: ${name} is given twice`);
      overlay[part][name] = row;
      home.set(name, f);
    }
  }
}

// Fields in the order of the struct, so that rows read alike.
const ROW = ['in', 'is_class', 'is_namespace', 'is_property', 'style', 'callback_at', 'callback_required', 'callback_when',
  'block', 'cost', 'metadata', 'twin', 'throws', 'returns', 'resolves', 'may_reject', 'must_check', 'lazy_thenable', 'acquires',
  'handles_errors_of', 'handles_errors_of_all', 'error_in_callback', 'once', 'outlives', 'threadpool', 'ends_process', 'undone_by', 'handlers', 'sinks', 'sources', 'options',
  'delay_at', 'long_delay', 'deprecated', 'removed', 'replacement', 'decorates', 'flows'];
const TYPE = ['extends', 'also', 'events', 'sources', 'byte_stream', 'ends', 'writes', 'consumes', 'hooks'];
const ordered = (o, order, name) => {
  for (const k of Object.keys(o)) if (!order.includes(k)) throw new Error(`${name}: no field ${k}`);
  return Object.fromEntries(order.filter((k) => o[k] !== undefined && o[k] !== null && o[k] !== '').map((k) => [k, o[k]]));
};

const types = new Map();
const setType = (name, t) => types.set(name, { ...types.get(name), ...t });
for (const [name, f] of Object.entries(facts.names)) {
  if (name.startsWith('type:')) setType(name.slice(5), f.extends ? { extends: f.extends } : {});
  if (f.events) setType(name.replace(/^global\./, ''), { events: Object.fromEntries(Object.entries(f.events).map(([e, args]) => [e, args.some(Boolean) ? { args } : {}])) });
  if (f.kind === 'type' || name.includes('#')) setType(name.split('#')[0], {});
}
for (const [name, t] of Object.entries(overlay.types)) {
  const events = { ...types.get(name)?.events };
  for (const [e, v] of Object.entries(t.events ?? {})) events[e] = { ...events[e], ...v };
  setType(name, { ...t, ...(Object.keys(events).length ? { events } : {}) });
}
for (const [name, t] of types) if (t.extends && !types.has(t.extends)) setType(t.extends, {});

// FindEvent stops at the first type that names the event, so a declared event repeats what its base says of it.
const eventOf = (type, event) => {
  const t = types.get(type);
  if (!t) return {};
  const from = [...(t.also ?? []), t.extends].filter(Boolean).reduce((acc, b) => ({ ...acc, ...eventOf(b, event) }), {});
  return { ...from, ...t.events?.[event] };
};
for (const [name, t] of types) {
  if (t.events) t.events = Object.fromEntries(Object.keys(t.events).map((e) => [e, eventOf(name, e)]));
}

const inherited = (type, member, seen = new Set()) => {
  const t = types.get(type);
  if (!t || seen.has(type)) return false;
  seen.add(type);
  return [t.extends, ...(t.also ?? [])].filter(Boolean).some((b) => facts.names[`${b}#${member}`] || overlay.rows[`${b}#${member}`] || inherited(b, member, seen));
};

const rows = new Map();
for (const [name, f] of Object.entries(facts.names)) {
  if (name.startsWith('type:') || f.kind === 'type') continue;
  const [type, member] = name.split('#');
  // An override that we know nothing more of must not hide what is said about the inherited member.
  if (member && !overlay.rows[name] && inherited(type, member)) continue;
  const row = {};
  if (f.in) row.in = f.in;
  if (f.kind === 'class') row.is_class = true;
  if (f.kind === 'namespace') row.is_namespace = true;
  if (f.kind === 'value') row.is_property = true;
  if (f.same && f.same !== name) row.returns = f.same;
  else if (f.kind === 'class' && name.startsWith('global.') && types.has(name.slice(7))) row.returns = name.slice(7);
  if (f.kind === 'value' && f.type && types.has(f.type)) row.returns = f.type;
  const c = f.call ?? {};
  if (f.kind === 'function') {
    if (c.style) row.style = c.style;
    else if (f.async) row.style = 'promise';
    else if (/Sync$/.test(name)) row.style = 'sync';
    if (c.style === 'error-first') {
      row.callback_at = c.callback_at;
      if (c.callback_required) row.callback_required = true;
      else if (c.dual) row.style = 'promise'; // a promise when the callback is left out
      row.callback_when = 'later';
    }
    if (row.style === 'promise') row.returns = 'Promise';
    else if (c.returns && (c.returns === 'this' || types.has(c.returns))) row.returns = c.returns;
    if (row.style === 'promise' && c.resolves && types.has(c.resolves)) row.resolves = c.resolves;
  }
  rows.set(name, row);
}
for (const [name, row] of Object.entries(overlay.rows)) rows.set(name, { ...rows.get(name) });

for (const [name, row] of rows) {
  for (const p of overlay.patterns) {
    if (!new RegExp(p.match).test(name) || (p.not && new RegExp(p.not).test(name)) || (row.is_property && !p.properties)) continue;
    for (const [k, v] of Object.entries(p.set)) {
      if (Array.isArray(v) && row[k]) row[k] = [...row[k], ...v];
      else row[k] = structuredClone(v);
    }
  }
  if (row.block && !row.twin && /Sync$/.test(name)) {
    const async = name.slice(0, -4);
    const promises = async.replace(/^(\w+)\./, '$1.promises.');
    if (rows.get(promises)?.style === 'promise') row.twin = promises;
    else if (rows.has(async)) row.twin = async;
  }
  Object.assign(row, overlay.rows[name]);
  if (row.style === 'promise' && !row.returns) row.returns = 'Promise';
}

const moduleOf = (name) => {
  const first = name.split(/[.#]/)[0];
  const known = facts.builtins.includes(first) || facts.prefix_only.includes(first);
  return name.startsWith('global.') || !known || (!name.includes('.') && name.includes('#')) ? 'globals' : first;
};
const files = new Map();
const fileOf = (name) => files.get(moduleOf(name)) ?? files.set(moduleOf(name), { rows: [], types: [] }).get(moduleOf(name));
const sorted = (m) => [...m].sort(([a], [b]) => (a < b ? -1 : 1));
for (const [name, row] of sorted(rows)) fileOf(name).rows.push(`  ${JSON.stringify(name)}: ${JSON.stringify(ordered(row, ROW, name))}`);
for (const [name, t] of sorted(types)) (types.get(name), files.get(facts.names[name] || name.includes('.') ? moduleOf(name) : 'globals') ?? fileOf(name)).types.push(`  ${JSON.stringify(name)}: ${JSON.stringify(ordered(t, TYPE, name))}`);

const out = new URL('node/', root);
fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out);
const about = `Written by generate/build.mjs from ${facts.about}; and overlay/. Do not edit.`;
fs.writeFileSync(new URL('modules.json', out), `{\n "about": ${JSON.stringify(about)},\n "builtins": ${JSON.stringify(facts.builtins)},\n "prefix_only": ${JSON.stringify(facts.prefix_only)},\n "modules": {\n  "process": "global.process",\n  "console": "global.console",\n  "sys": "util"\n }\n}\n`);
for (const [module, f] of sorted(files)) {
  const parts = [` "about": ${JSON.stringify(about)}`];
  if (f.types.length) parts.push(` "types": {\n${f.types.join(',\n')}\n }`);
  if (f.rows.length) parts.push(` "rows": {\n${f.rows.join(',\n')}\n }`);
  fs.writeFileSync(new URL(`${module}.json`, out), `{\n${parts.join(',\n')}\n}\n`);
}
console.log(`${rows.size} rows, ${types.size} types in ${files.size} files`);
