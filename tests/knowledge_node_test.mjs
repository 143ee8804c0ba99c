// Holds analyzer/knowledge/node/*.json against the Node that runs this file (20 or later).
import { spawnSync } from 'node:child_process';
import events from 'node:events';
import fs from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import stream from 'node:stream';

const require = createRequire(import.meta.url);
const dir = new URL('../analyzer/knowledge/node/', import.meta.url);
const major = Number(process.versions.node.split('.')[0]);
process.removeAllListeners('warning');
process.on('warning', () => {}); // deprecated names are touched on purpose
process.on('unhandledRejection', () => {});

let passed = 0;
const failures = [];
function check(ok, message) {
  if (ok) passed++;
  else failures.push(message);
}

const rows = new Map();
const types = new Map();
for (const f of fs.readdirSync(dir)) {
  const document = JSON.parse(fs.readFileSync(new URL(f, dir), 'utf8'));
  for (const [name, row] of Object.entries(document.rows ?? {})) {
    check(!rows.has(name), `${name}: given twice`);
    rows.set(name, row);
  }
  for (const [name, type] of Object.entries(document.types ?? {})) {
    check(!types.has(name), `${name}: type given twice`);
    types.set(name, type);
  }
  for (const b of document.builtins ?? []) {
    // A module may have come or gone since; every one this Node lists has to be known.
    check(typeof b === 'string', `builtin ${b}`);
  }
  if (document.builtins) {
    const known = new Set([...document.builtins, ...document.prefix_only]);
    for (const b of builtinModules) check(known.has(b.replace(/^node:/, '')), `builtin ${b} is not known`);
  }
}

// "14.." may begin with a later release of that line, so the first major proves nothing about presence.
function present(range) {
  if (!range) return false;
  if (range === '*') return true;
  const [from, to] = range.split('..');
  return (from === '' || major > Number(from)) && (to === '' || major <= Number(to));
}

const MISSING = Symbol('missing');
function resolve(name) {
  const parts = name.split('.');
  if (parts[0] === 'global') return parts.slice(1).reduce((o, k) => (o !== null && o !== undefined && o !== MISSING && (typeof o === 'object' || typeof o === 'function') && k in o ? o[k] : MISSING), globalThis);
  for (let n = Math.min(parts.length, 2); n > 0; n--) {
    let m;
    try { m = require(`node:${parts.slice(0, n).join('/')}`); } catch { continue; }
    const v = parts.slice(n).reduce((o, k) => (o !== null && o !== undefined && o !== MISSING && (typeof o === 'object' || typeof o === 'function') && k in o ? o[k] : MISSING), m);
    if (v !== MISSING) return v;
  }
  return MISSING;
}

const constructors = new Map(); // type -> constructor
for (const [name, row] of rows) {
  if (!row.is_class) continue;
  const C = resolve(name);
  if (typeof C === 'function') constructors.set(row.returns ?? name, C);
}
const timeout = setTimeout(() => {}, 0);
constructors.set('timers.Timeout', timeout.constructor);
clearTimeout(timeout);
const immediate = setImmediate(() => {});
constructors.set('timers.Immediate', immediate.constructor);
clearImmediate(immediate);

// Not there in every program: the main module of ES modules, a reporter that one line exports as an instance.
const EXCEPTIONS = new Set(['global.process.mainModule', 'test.reporters.lcov']);

for (const [name, row] of rows) {
  if (!present(row.in) || EXCEPTIONS.has(name)) continue;
  const [path, member] = name.split('#');
  if (member) {
    const C = constructors.get(path);
    if (!C?.prototype) continue;
    check(member in C.prototype, `${name}: not on the prototype`);
    if (!(member in C.prototype)) continue;
    let p = C.prototype;
    while (!Object.hasOwn(p, member)) p = Object.getPrototypeOf(p);
    const d = Object.getOwnPropertyDescriptor(p, member);
    if (row.is_property) check(typeof d.value !== 'function', `${name}: is a function`);
    else check(typeof d.value === 'function' || 'get' in d, `${name}: is not a function`);
    continue;
  }
  const value = resolve(name);
  check(value !== MISSING, `${name}: missing in ${process.version}`);
  if (value === MISSING) continue;
  if (row.is_class) check(typeof value === 'function' && value.prototype !== undefined, `${name}: not a class`);
  else if (row.is_namespace) check((typeof value === 'object' && value !== null) || typeof value === 'function', `${name}: not a namespace`);
  else if (!row.is_property) check(typeof value === 'function', `${name}: is ${typeof value}, not a function`);
  if (typeof value !== 'function') continue;

  if (row.style === 'error-first' && row.callback_required && !/^stream\.pipeline$/.test(name)) {
    let thrown;
    try { value(); } catch (e) { thrown = e; }
    check(thrown instanceof TypeError || /^ERR_/.test(thrown?.code ?? ''), `${name}(): a missing callback does not throw`);
  }
  if (row.style === 'promise' && row.callback_at === undefined) {
    // Called without arguments these fail on validation or settle at once; the rest must be async functions.
    if (value.constructor.name === 'AsyncFunction') check(true);
    else if (/^(fs\.promises|dns\.promises|timers\.promises|stream\.promises|stream\.consumers|readline\.promises|events)\./.test(name) || /^global\.Promise\./.test(name)) {
      let result;
      try { result = value.call(/^global\.Promise/.test(name) ? Promise : undefined); } catch (e) { result = e instanceof TypeError || /^ERR_/.test(e.code ?? '') ? Promise.resolve() : e; }
      check(typeof result?.then === 'function', `${name}() does not return a promise`);
      result?.catch?.(() => {});
    }
  }
  if (row.style === 'sync') check(value.constructor.name !== 'AsyncFunction', `${name}: is an async function`);
  if (row.twin && !row.twin.includes('#') && present(rows.get(row.twin)?.in)) {
    const twin = resolve(row.twin);
    check(typeof twin === 'function', `${name}: twin ${row.twin} is not a function`);
    check(!/Sync$/.test(row.twin), `${name}: twin ${row.twin} is synchronous`);
  }
}

for (const [name, type] of types) {
  const C = constructors.get(name);
  if (!C?.prototype || name === 'global.process') continue;
  for (const base of [type.extends, ...(type.also ?? [])].filter(Boolean)) {
    const B = constructors.get(base);
    if (!B) continue;
    if (base === type.extends) check(B.prototype.isPrototypeOf(C.prototype), `${name} does not extend ${base}`);
    else check(typeof C.prototype.write === 'function' && typeof C.prototype.end === 'function', `${name} does not write like ${base}`);
  }
}

// Whether callbacks run during the call.
const samples = { Array: ['b', 'a'], Map: new Map([[1, 2]]), Set: new Set([1]), Uint8Array: new Uint8Array(2), URLSearchParams: new URLSearchParams('a=1'), Headers: new Headers({ a: 'b' }), String: 'a' };
for (const [name, row] of rows) {
  const [type, member] = name.split('#');
  if (!member || row.handlers?.[0]?.when !== 'now' || !Object.hasOwn(samples, type) || typeof samples[type][member] !== 'function') continue;
  let called = false;
  const f = () => { called = true; return 0; };
  samples[type][member](...(row.handlers[0].first === 1 ? ['a', f] : [f]));
  check(called, `${name}: the callback does not run during the call`);
}
for (const [name, call] of Object.entries({
  'global.Promise': (f) => new Promise(f), 'global.Array.from': (f) => Array.from([1], f), 'global.JSON.parse': (f) => JSON.parse('[1]', f),
  'global.JSON.stringify': (f) => JSON.stringify([1], f), 'global.setTimeout': (f) => setTimeout(f, 0), 'global.setImmediate': setImmediate,
  'global.process.nextTick': process.nextTick, 'global.queueMicrotask': queueMicrotask, 'Promise#then': (f) => { Promise.resolve().then(f); },
  'events.EventEmitter#on': (f) => { new events().on('x', f); },
})) {
  let called = false;
  call(() => { called = true; });
  check(called === (rows.get(name).handlers[0].when === 'now'), `${name}: when is wrong`);
}

// Fatal error events, and the exceptions from them.
const throws = (emitter) => { try { emitter.emit('error', new Error('x')); return false; } catch { return true; } };
check(throws(new stream.Readable()), 'stream.Readable: error is not fatal');
check(throws(new stream.Writable()), 'stream.Writable: error is not fatal');
check(types.get('stream.Readable').events.error.fatal === true, 'stream.Readable: error');
check(types.get('stream.Writable').events.error.fatal === true, 'stream.Writable: error');
{
  const { IncomingMessage } = require('node:http');
  const message = new IncomingMessage(null);
  message.destroy(new Error('x')); // would end this process if it were fatal
  check(types.get('http.IncomingMessage').events.error.fatal === false, 'http.IncomingMessage: error');
}
// Programs that do nothing about an error event: it ends those where it is fatal, and no others.
for (const [type, program] of Object.entries({
  'fs.ReadStream': "fs.createReadStream('/nonexistent/x')",
  'fs.WriteStream': "fs.createWriteStream('/nonexistent/x')",
  'child_process.ChildProcess': "child_process.spawn('/nonexistent/x')",
  'net.Socket': "net.connect(1, '127.0.0.1')",
  'net.Server': "net.createServer().listen(0, '203.0.113.1')",
  'http.ClientRequest': "http.get('http://127.0.0.1:1')",
  'http2.ClientHttp2Session': "http2.connect('http://127.0.0.1:1')",
  'worker_threads.Worker': "new worker_threads.Worker('throw new Error(1)', { eval: true })",
  'dgram.Socket': "dgram.createSocket('udp4').bind(1, '255.0.0.1')",
  'zlib.Gunzip': "zlib.createGunzip().end('not gzip')",
  'stream.PassThrough': "new stream.PassThrough().end('x')",
  'crypto.Hash': "crypto.createHash('sha1').end('x')",
  'http.IncomingMessage': "new http.IncomingMessage(null).destroy(new Error('x'))",
})) {
  let t = type;
  while (t && types.get(t)?.events?.error?.fatal === undefined) t = types.get(t)?.extends;
  const { status } = spawnSync(process.execPath, ['-e', program], { stdio: 'ignore' });
  check((status !== 0) === types.get(t)?.events.error.fatal, `${type}: error is ${status !== 0 ? '' : 'not '}fatal`);
}
// Backpressure: write tells by its result.
check(new stream.PassThrough().write(Buffer.alloc(1 << 20)) === false, 'write returns true with a full buffer');
check(rows.get('stream.Writable#write').must_check === true, 'stream.Writable#write: must_check');

setImmediate(() => {
  for (const f of failures) console.log(`FAILED ${f}`);
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exit(failures.length ? 1 : 0);
});
