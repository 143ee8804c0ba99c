// node -r monitor.cjs server.js: writes each blocking call the server makes, with its stack and what it was made for.
//
// A call belongs to a request when it happens in the asynchronous context that begins where Node hands the request over
// (an AsyncLocalStorage around http.Server's 'request' event), so a timer or a watcher that ticks meanwhile is told
// apart, which a clock could not do. Rows go to the file LIVE_OUT, one JSON object a line.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const fs = require('node:fs');
const http = require('node:http');
const { syncBuiltinESMExports } = require('node:module');
const { fileURLToPath } = require('node:url');

const out = fs.openSync(process.env.LIVE_OUT, 'a');
const write = fs.writeSync.bind(fs);  // the real one
const requests = new AsyncLocalStorage();
let served = 0, listening = false;
let inside = false;  // a blocking call: those it makes itself are part of it

Error.stackTraceLimit = 60;
function stack() {
  const prepare = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, sites) => sites;
  const holder = {};
  Error.captureStackTrace(holder, blocked);
  const sites = holder.stack;
  Error.prepareStackTrace = prepare;
  return sites.map((s) => {
    let file = s.getFileName() ?? '';
    if (file.startsWith('file:')) file = fileURLToPath(file);
    return { file, line: s.getLineNumber(), column: s.getColumnNumber(), name: s.getFunctionName() ?? '' };
  });
}

function blocked(api) {
  const frames = stack();
  const isOwn = (f) => f.file.startsWith('/') && f.file !== __filename;
  // What Node reads to load a module is that module's loading, not a call of the program.
  const loading = frames.slice(0, frames.findIndex(isOwn)).some((f) => f.file.startsWith('node:internal/modules/'));
  const during = requests.getStore();
  const phase = during ? 'request' : listening ? 'background' : 'start';
  const own = frames.filter(isOwn);
  write(out, JSON.stringify({ phase, request: during?.number, url: during?.url, api, loading, frames: own }) + '\n');
}

function within(api, real, self, args) {
  if (inside) return Reflect.apply(real, self, args);
  inside = true;
  try {
    blocked(api);
    return Reflect.apply(real, self, args);
  } finally {
    inside = false;
  }
}

// What stops the loop until it is done, by the names Node gives it.
const more = { 'node:crypto': ['generateKeyPairSync'], 'node:v8': ['writeHeapSnapshot'] };
for (const name of ['node:fs', 'node:child_process', 'node:crypto', 'node:zlib', 'node:v8']) {
  const module = require(name);
  for (const key of Object.keys(module)) {
    if (!/Sync$/.test(key) && !more[name]?.includes(key)) continue;
    if (typeof module[key] !== 'function') continue;
    const real = module[key];
    const api = `${name.slice(5)}.${key}`;
    const wrapped = function (...args) {
      return within(api, real, this, args);
    };
    Object.assign(wrapped, real);
    try {
      module[key] = wrapped;
    } catch {
      // read-only
    }
  }
}
const { wait } = Atomics;
Atomics.wait = function (...args) {
  return within('Atomics.wait', wait, this, args);
};
syncBuiltinESMExports();

// Bodies arrive in the context of the connection, so what listens to them is put back.
const contexts = new WeakMap();
for (const { prototype } of [http.IncomingMessage, http.ServerResponse]) {
  const { emit } = prototype;
  prototype.emit = function (...args) {
    const context = requests.getStore() ? undefined : contexts.get(this);
    return context ? requests.run(context, () => Reflect.apply(emit, this, args)) : Reflect.apply(emit, this, args);
  };
}
const { emit } = http.Server.prototype;
http.Server.prototype.emit = function (event, ...args) {
  if (event === 'listening') listening = true;
  if (event !== 'request') return Reflect.apply(emit, this, [event, ...args]);
  const context = { number: ++served, url: `${args[0].method} ${args[0].url}` };
  for (const x of args) contexts.set(x, context);
  return requests.run(context, () => Reflect.apply(emit, this, [event, ...args]));
};
