'use strict';
// Run under any Node >= 12: writes the public surface of that binary to stdout as JSON. Only loads builtins.
// { version, builtins: [specifier], names: { canonical: { kind, async?, deprecated?, same?, extends? } } }
//   kind      class | function | namespace | value
//   same      canonical name of the class this export is identical with (buffer.Buffer is the global Buffer)
//   extends   canonical name of the parent class
process.removeAllListeners('warning');
process.on('warning', function () {});
var Module = require('module');
// Loadable only with the prefix, and not in builtinModules of older lines.
var PREFIX_ONLY = ['test', 'sqlite', 'sea', 'test/reporters'];
// Objects whose own properties are exports too; other objects are opaque values.
var NAMESPACES = /^(fs\.promises|dns\.promises|path\.(posix|win32)|assert\.strict|util\.types|crypto\.webcrypto|global\.(Math|JSON|Reflect|Atomics|Intl|console|crypto|performance|process))$/;
// Where several modules export one class, the first of these names it.
var ORDER = ['events', 'stream', 'net', 'tls', 'http', 'https', 'http2', 'fs', 'readline', 'worker_threads'];

var names = {};
var classes = new Map(); // constructor -> canonical type
var pending = [];
function source(f) { try { return Function.prototype.toString.call(f); } catch (e) { return ''; } }
function isClass(name, v) {
  if (typeof v !== 'function' || !v.prototype || typeof v.prototype !== 'object') return false;
  if (/^class\b/.test(source(v))) return true;
  if (Object.getOwnPropertyNames(v.prototype).some(function (k) { return k !== 'constructor'; })) return true;
  var parent = Object.getPrototypeOf(v.prototype);
  return parent !== null && parent !== Object.prototype;
}
function describe(v) {
  var f = { kind: typeof v === 'function' ? 'function' : 'value' };
  if (typeof v === 'function') {
    if (v.constructor && v.constructor.name === 'AsyncFunction') f.async = true;
    if (/^function deprecated\(/.test(source(v))) f.deprecated = true;
  }
  return f;
}
function canonicalOf(proto) {
  var C = Object.prototype.hasOwnProperty.call(proto, 'constructor') && proto.constructor;
  return C && C.prototype === proto ? classes.get(C) : undefined;
}
// Own members and those of unexported base classes (readline.Interface has one); returns the first exported base.
function members(type, C) {
  for (var q = C.prototype; q && q !== Object.prototype; q = Object.getPrototypeOf(q)) {
    var named = q === C.prototype ? undefined : canonicalOf(q);
    if (named && named !== type) return named;
    if (q !== C.prototype && /Array$/.test(type) && type !== 'Uint8Array') continue; // one row per typed array method is enough
    Object.getOwnPropertyNames(q).forEach(function (k) {
      var full = type + '#' + k;
      if (k === 'constructor' || k[0] === '_' || names[full]) return;
      var d = Object.getOwnPropertyDescriptor(q, k);
      names[full] = 'value' in d ? describe(d.value) : { kind: 'value' };
    });
  }
}
function add(name, v, type) {
  var f = describe(v);
  names[name] = f;
  if (isClass(name, v)) {
    f.kind = 'class';
    if (classes.has(v)) { f.same = classes.get(v); } else { classes.set(v, type); pending.push([type, v]); }
    if (!f.same || name === type) statics(name, v);
  } else if (v && typeof v === 'object' && NAMESPACES.test(name)) {
    f.kind = 'namespace';
    walk(name, v);
  }
}
function statics(name, C) {
  Object.getOwnPropertyNames(C).forEach(function (k) {
    if (/^(length|name|prototype|arguments|caller)$/.test(k) || k[0] === '_') return;
    var d = Object.getOwnPropertyDescriptor(C, k);
    var full = name + '.' + k;
    if (names[full]) return; // require('stream').Readable is a static of Stream, too
    if (!('value' in d)) { names[full] = { kind: 'value' }; return; }
    if (d.value === C || typeof d.value === 'symbol') { names[full] = { kind: d.value === C ? 'class' : 'value' }; if (d.value === C) names[full].same = classes.get(C); return; }
    add(full, d.value, full);
  });
}
function walk(base, m) {
  Object.getOwnPropertyNames(m).forEach(function (k) {
    if (/^(length|name|prototype|arguments|caller)$/.test(k) || k[0] === '_') return;
    var d = Object.getOwnPropertyDescriptor(m, k);
    var full = base + '.' + k;
    if (!('value' in d)) {
      if (!/^(promises|webcrypto|subtle)$/.test(k) && !/^perf_hooks|^crypto\.(fips)/.test(full)) { names[full] = { kind: 'value' }; }
      var v; try { v = m[k]; } catch (e) { names[full] = { kind: 'value' }; return; }
      if (typeof v === 'function' || NAMESPACES.test(full)) add(full, v, full); else names[full] = { kind: 'value' };
      return;
    }
    if (d.value === m) { names[full] = { kind: typeof m === 'function' ? 'function' : 'namespace' }; if (classes.has(m)) { names[full].kind = 'class'; names[full].same = classes.get(m); } return; }
    add(full, d.value, full);
  });
}

// Globals first: they own the bare type names.
Object.getOwnPropertyNames(globalThis).forEach(function (k) {
  if (/^(global|globalThis|GLOBAL|root|NaN|Infinity|undefined|require|module|exports|__filename|__dirname)$/.test(k)) return;
  var v; try { v = globalThis[k]; } catch (e) { return; }
  add('global.' + k, v, k);
});
var specifiers = Module.builtinModules.slice();
var builtins = specifiers.filter(function (s) { return !/^internal\//.test(s); });
PREFIX_ONLY.forEach(function (n) { if (specifiers.indexOf(n) < 0 && specifiers.indexOf('node:' + n) < 0) specifiers.push('node:' + n); });
var prefixOnly = [];
specifiers.sort(function (a, b) {
  function rank(s) { var i = ORDER.indexOf(s.replace(/^node:/, '')); return i < 0 ? ORDER.length : i; }
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}).forEach(function (s) {
  if (/^internal\//.test(s)) return;
  var bare = s.replace(/^node:/, '');
  var m; try { m = require(s); } catch (e) { return; }
  if (/^node:/.test(s)) prefixOnly.push(bare);
  if (bare[0] === '_' || /^(constants|punycode|sys|process|console)$/.test(bare)) return;
  var base = bare.replace(/\//g, '.');
  if (typeof m === 'function') {
    // require('events') is EventEmitter, require('stream') is Stream; name the class by its export.
    var own = Object.getOwnPropertyNames(m).filter(function (k) { return m[k] === m; })[0];
    if (isClass(base, m)) {
      var type = base + '.' + (own || m.name);
      if (!classes.has(m)) { classes.set(m, type); pending.push([type, m]); } names[base] = { kind: 'class', same: type };
    }
    else names[base] = describe(m);
  } else { names[base] = { kind: 'namespace' }; }
  walk(base, m);
});
// Instances of these come only from calls; none of the calls does more than build the object.
function instance(type, o) { var C = o && o.constructor; if (C && C !== Object && !classes.has(C)) { classes.set(C, type); pending.push([type, C]); names[type] = names[type] || { kind: 'type' }; } }
var t = setTimeout(function () {}, 0); clearTimeout(t); instance('timers.Timeout', t);
var i = setImmediate(function () {}); clearImmediate(i); instance('timers.Immediate', i);

// Only now every exported class is known.
pending.forEach(function (p) {
  var parent = members(p[0], p[1]);
  names['type:' + p[0]] = parent ? { extends: parent } : {};
});
process.stdout.write(JSON.stringify({ version: process.versions.node, builtins: builtins.map(function (s) { return s.replace(/^node:/, ''); }).filter(function (s) { return prefixOnly.indexOf(s) < 0; }), prefixOnly: prefixOnly, names: names }), function () { process.exit(0); });
