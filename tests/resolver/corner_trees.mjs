// Trees for the corners that trees.mjs seldom reaches: nested packages that refer to themselves, maps whose patterns
// overlap, imports that lead out of the package, links to links, names that are not ASCII, formats by extension.
// Equal seeds give equal trees.
import { random } from './trees.mjs';

const KEYS = ['.', './f', './f.js', './f/*', './f/*.js', './f/*/i.js', './f/in/*', './f/in/x*', './f/in*', './*', './*.js', './*.m*', './*/i', './é', './é/*', './f*f*', './a%20b',
  './F.js', './f/', './f/in/', './package.json', './\u{1f600}', './d/*.ts', './w', './j.json', './*.json', './f/*.css', './__proto__', './toString', './f?*', './f#*'];
const INNER = ['#f', '#f/*', '#f/*.js', '#f/in/*', '#p', '#p/*', '#p/*.js', '#n', '#é', '#é/*', '#self', '#self/*', '#/r', '#/*', '#*', '#a*b', '#@s/*', '#__proto__', '#node:fs', '#up', '#..'];
const TARGETS = ['./f.js', './f', './f/i.js', './f/*.js', './f/*', './f/*/i.js', './d/*.js', './*', './*.js', './é.js', './%C3%A9.js', './é/*.js', './a b.js', './a%20b.js', './m.mjs', './c.cjs',
  './j.json', './w.wasm', './x.ts', './d/x.ts', './none.js', './f/in/x.js', './f/in/*', './*/*', './f/*/*.js', './F.js', './link.js', './ldir/i.js', './ldir/*', './out.js', './.hid.js', './f.js?v=1',
  './f.js#h', './f/../f.js', './f/./i.js', './node_modules/q/i.js', './f//i.js', './f/%2e/i.js', './f/%2E%2e/f.js', './f\\i.js', './f%5Ci.js', './f%2Fi.js', './f/i.js/', './f/', '.', './', './f*', './*f.js',
  './\u{1f600}.js', './f%00.js', './%zz.js', './f.js*', './f/*?q=*'];
const OUTSIDE = ['q', 'q/f', 'q/*', 'q/f/*', '@s/r', '@s/r/*', '@s/r/f.js', 'fs', 'node:fs', 'node:nope', 'node:test', 'test', 'self', 'self/f', 'self/*', '#f', '#p/*', 'data:text/javascript,1', 'https://host.example/*', 'file:///nowhere.js',
  '/abs.js', '../q/f.js', '..', 'q/', '@s', 'é', 'q/f?x', 'a b', 'q\\f', '%71', 'fs/*', 'node:fs/*', '', ' '];
const CONDITIONS = ['node', 'import', 'require', 'default', 'node-addons', 'module-sync', 'types', 'browser', 'worker', 'custom', 'import', 'require', 'default', '', '__proto__', 'toString', '-1', '00', '0'];
const FILES = ['f.js', 'f', 'f/i.js', 'f/index.js', 'f/x.js', 'f/in/x.js', 'f/in/i.js', 'f/in/index.js', 'd/x.ts', 'd/x.js', 'd/index.json', 'é.js', 'é/i.js', 'e\u0301.js', 'a b.js', 'a%20b.js', 'm.mjs', 'c.cjs', 'j.json', 'w.wasm',
  'x.ts', 'x.mts', 'x.cts', 'x.tsx', 'x.jsx', 'i.js', 'index.js', 'index.mjs', 'index.json', 'index.node', 'main.js', '.hid.js', '.js', '.json', 'f.test.js', 'f.', 'F.js', 'f.JS', '\u{1f600}.js', 'n.node', 'x.js.js', 'x.js', 'x.json', 'd.d.ts', 'f.js.json', '..f.js'];
const RELATIVE = ['./f', './f.js', './f/', './f/i', './f/i.js', '../f', '../f.js', './é.js', './é', './%C3%A9.js', './%c3%a9.js', './e\u0301.js', './a b.js', './a%20b.js', './a%2520b.js', './m.mjs', './c', './c.cjs', './j', './j.json', './w.wasm',
  './x.ts', './x', './x.mts', './x.cts', './x.tsx', './x.jsx', './d/x.ts', './d/x', './d', './f/in', './f/in/', './i.js', './index', '.', './', '..', '../', './.hid', './.hid.js', './.js', './.json', './.', './f.test', './f.', './f..js', './F.js', './F', './f.JS',
  './\u{1f600}.js', './%F0%9F%98%80.js', './%ff.js', './%E9.js', './n.node', './n', './x.js', './x.js.js', './link', './link.js', './ldir', './ldir/i', './ldir/i.js', './ldir/', './ldir/../f.js', './out.js', './out', './dangling', './dangling.js', './loop.js', './loop/x',
  './f.js?a=1', './f.js?', './f.js#', './f.js?a#b?c', './f?x', './f.js%3Fa', './f.js%23', './f/../f.js', './f/in/../../f.js', './/f.js', './f//i.js', './f/./i.js', './none', './none.js', './none/', './f.js/', './f.js/x', './f.js/.', './f.js/..', './f/in/x.js\0', './\0',
  './f\tx', '.\\f.js', './f\\i.js', './f%5ci.js', './f%2fi.js', './f%2Fi.js', './%2e/f.js', './%2E%2E/f.js', './f/%2e%2e/f.js', './..f.js', './..f', './...', '../../../../../../../../../../f.js', './package', './package.json', '../package.json', './j.json?x', './w.wasm#h', './main', './d/index', './f/index.js', './:x', './a:b', './f.js ', './ f.js', './f.js\n', './*', './f/*'];
const NAMES = ['q', '@s/r', 'self', 'é', 'q.js', 'con', '@s/q'];
const SUBPATHS = ['', '', '', '/', '/f', '/f.js', '/f/', '/f/i', '/f/i.js', '/f/x', '/f/x.js', '/f/in/x', '/f/in/x.js', '/f/in/xx', '/f/in', '/f/in/', '/é', '/é.js', '/é/i', '/%C3%A9.js', '/a b.js', '/a%20b', '/a%20b.js', '/m.mjs', '/m', '/c.cjs', '/j.json', '/j', '/package.json', '/package', '/w.wasm', '/w',
  '/x.ts', '/x', '/d/x.ts', '/d/x', '/d', '/F.js', '/F', '/\u{1f600}', '/\u{1f600}.js', '/__proto__', '/toString', '/f*f*', '/fxfy', '/ff', '/*', '/f/*', '/f/../f.js', '/../q/f.js', '/./f.js', '/f//i.js', '//f.js', '/f/%2e%2e/f.js', '/f%2fi.js', '/f\\i.js', '/node_modules/q/i.js', '/f/node_modules/x', '/f/Node_Modules/x', '/f/n%6fde_modules/x',
  '/f?x', '/f.js?x#y', '/f.js#h', '/f?', '/i', '/x/i', '/x.js/i.js', '/main', '/index', '/none', '/none.js', '/.hid.js', '/.', '/..', '/link.js', '/ldir/i.js', '/out.js', '/f.css', '/f/x.css', '/f.m', '/f.mjs', '/n.node', '/f/.', '/f/..', '/%', '/%zz', '/f/%zz.js', '/f\0', '/f/in/../x.js'];
const MAINS = ['f', './f', 'f.js', './f/', 'f/i', './f/in', 'd', './d', 'é.js', '%C3%A9.js', 'a b.js', 'a%20b.js', 'm.mjs', './m', 'c.cjs', 'j.json', 'x.ts', './x', 'w.wasm', 'none', './none.js', '.', './', '..', '../q', '../q/f.js', '', ' ', 'f.js?x', './f.js#h', 'link.js', 'ldir', 'ldir/i.js', 'out.js',
  'n.node', '.hid', '.js', './index', 'index.js', 'index', 'main', 'f.', 'F.js', 'package.json', '/f.js', './f/../f.js', 'f/./i.js', 'f//i.js', 'dangling', 'loop', 'f.js/', '\u{1f600}.js', 'f\\i.js', ['f.js'], { a: 1 }, true, null, 0];

export function cornerTree(seed, count) {
  const { below, pick, chance } = random(seed);
  const target = (inner, depth = 0) => {
    const k = below(20);
    if (k < 9) return pick(TARGETS);
    if (k < 12) return inner || chance(0.2) ? pick(OUTSIDE) : pick(TARGETS);
    if (k < 13) return null;
    if (k < 14 && chance(0.4)) return pick([false, true, 7, '', []]);
    if (depth > 3) return pick(TARGETS);
    if (k < 16) return Array.from({ length: 1 + below(3) }, () => target(inner, depth + 1));
    const out = Object.create(null);
    for (let n = below(4); n >= 0; n--) {
      let c = pick(CONDITIONS);
      if (/^(0|00|-1)$/.test(c) && chance(0.8)) c = 'default';
      Object.defineProperty(out, c, { value: target(inner, depth + 1), enumerable: true, configurable: true });
    }
    return out;
  };
  const map = (keys, inner, most) => {
    const out = Object.create(null);
    for (let n = 1 + below(most); n > 0; n--) Object.defineProperty(out, pick(keys), { value: target(inner), enumerable: true, configurable: true });
    return out;
  };
  const manifest = (name) => {
    const out = {};
    if (chance(0.9)) out.name = name;
    if (chance(0.4)) out.type = pick(['module', 'commonjs', 'module', 'Module', 'commonjs ', '', null]);
    if (chance(0.4)) out.main = pick(MAINS);
    if (chance(0.6)) out.exports = chance(0.15) ? target(false) : map(KEYS, false, 7);
    if (chance(0.5)) out.imports = map(INNER, true, 6);
    let text = JSON.stringify(out, null, chance(0.3) ? 2 : 0);
    if (chance(0.06)) text = text.replace('"exports"', '"\\u0065xports"');
    if (chance(0.06)) text = text.replaceAll('/', '\\/');
    if (chance(0.04)) text = text.replace(/\n/g, '\r\n');
    if (chance(0.04)) text = text.replace(/}$/, `,"exports":${JSON.stringify(target(false))},"main":"f.js"}`).replace('{,', '{');
    if (chance(0.02)) text = pick(['{"name":"q","exports":{"./f":"./f.js"}', '\ufeff' + text, text + '\n\n', ' \t\n' + text, text + '//', '{"name":"q","exports":"./\\ud800.js"}', '{"main":"f\\u0000.js"}', '{"type":"module"', "{'name':'q'}", '{"name":"self","exports":{"./f":}}', '{"a":1e999,"main":"f.js"}', '{"a":01}', '{"main":"f.js","b":"\t"}', '{"main":"f.js"}{}', '{"exports":[[[[["./f.js"]]]]]}', '{"name":"\\u0071","main":"f.js"}']);
    return text;
  };
  const files = {};
  const put = (at, value) => {
    const parts = at.split('/');
    for (let i = 1; i < parts.length; i++) {
      const above = files[parts.slice(0, i).join('/')];
      if (above !== undefined && !above.$dir) return;
    }
    if (files[at] === undefined && !Object.keys(files).some((f) => f.startsWith(at + '/'))) files[at] = value;
  };
  const makePackage = (folder, name, all = 0.9) => {
    const at = (f) => (folder === '.' ? f : `${folder}/${f}`);
    const up = folder === '.' ? '' : folder.split('/').map(() => '..').join('/') + '/';
    if (chance(all)) {
      if (chance(0.04)) put(at('package.json'), { $link: up + 'common.json' });
      else put(at('package.json'), manifest(name));
    }
    // A folder within with a package of its own: another format, other names, or a name it shares.
    for (const inner of ['f', 'd', 'f/in', 'é']) if (chance(0.18)) put(at(`${inner}/package.json`), chance(0.4) ? pick(['{"type":"module"}', '{"type":"commonjs"}', '{}', '{"main":"../f.js"}', '{"main":"i","type":"module"}', `{"name":"${name}"}`]) : manifest(pick([name, 'self', 'q', 'inner'])));
    for (const f of FILES) if (chance(0.5)) put(at(f), f === 'f' && chance(0.3) ? '\0asm' : '');
    if (chance(0.25)) put(at('link.js'), { $link: pick(['f.js', 'f/i.js', 'm.mjs', 'link2.js', './f', 'j.json', '../f.js']) });
    if (chance(0.1)) put(at('link2.js'), { $link: 'x.js' });
    if (chance(0.25)) put(at('ldir'), { $link: pick(['f', 'f/in', '.', '..', 'd', 'é']) });
    if (chance(0.2)) put(at('out.js'), { $link: up + pick(['f.js', 'node_modules/q/f.js', 'far/f.js', 'far/node_modules/q/i.js']) });
    if (chance(0.1)) put(at('dangling.js'), { $link: 'nowhere.js' });
    if (chance(0.1)) { put(at('loop.js'), { $link: 'loop.js' }); put(at('loop'), { $link: 'loop2' }); put(at('loop2'), { $link: 'loop' }); }
    if (chance(0.1)) put(at('main'), { $link: 'f' });
  };
  makePackage('.', 'self', 0.8);
  put('common.json', manifest('common'));
  makePackage('far', 'far', 0.6);
  for (const name of NAMES) {
    const stored = name.replace('/', '+');
    const up = name.includes('/') ? '../../' : '../';
    const k = below(10);
    if (k < 4) makePackage(`node_modules/${name}`, chance(0.9) ? name : pick(NAMES));
    else if (k < 6) {
      makePackage(`store/${stored}/node_modules/${name}`, name);
      put(`node_modules/${name}`, { $link: `${up}store/${stored}/node_modules/${name}` });
      if (chance(0.5)) put(`store/${stored}/node_modules/con`, { $link: '../../con/node_modules/con' });
    } else if (k < 7) put(`node_modules/${name}`, { $link: pick([`${up}`, `${up}far`, `${up}f`, `${up}store`]) });
    else if (k < 8) put(`node_modules/${name}`, '');
    if (chance(0.15)) makePackage(`f/node_modules/${name}`, name);
    if (chance(0.1)) makePackage(`far/node_modules/${name}`, name);
    if (chance(0.1)) makePackage(`node_modules/q/node_modules/${name}`, name);
  }
  if (chance(0.1)) put('d/node_modules', { $link: '../far/node_modules' });
  if (chance(0.1)) put('node_modules/q.js', '');
  if (chance(0.1)) put('node_modules/@s/index.js', '');
  if (chance(0.1)) put('node_modules/@s/package.json', manifest('@s'));
  if (chance(0.1)) put('node_modules/.bin/q', { $link: '../q/f.js' });
  const froms = ['f.js', 'f/i.js', 'f/in/x.js', 'd/x.ts', 'é/i.js', 'm.mjs', 'far/f.js', 'node_modules/q/f.js', 'node_modules/q/f/i.js', 'node_modules/@s/r/f.js', 'node_modules/self/f/in/x.js', 'store/q/node_modules/q/f.js', 'none/deep/x.js', 'node_modules/x.js', 'f/node_modules/q/i.js', 'ldir/i.js'];
  const specifier = () => [
    () => pick(RELATIVE), () => pick(RELATIVE), () => pick(NAMES) + pick(SUBPATHS), () => pick(NAMES) + pick(SUBPATHS), () => pick(NAMES) + pick(SUBPATHS), () => pick(INNER),
    () => pick(INNER).replace('*', pick(['f', 'f.js', 'i', 'in/x', 'x', 'é', '', '..', 'a%20b', '../f', 'node_modules/x', 'x.js', '%2e', 'fs', '*', 'f/', 'f?q', '.hid', 'F', 'x/y', 'Node_modules'])),
    () => pick(['data:text/javascript,export{}', 'data:application/json,{}', 'data:application/wasm;base64,AGFzbQ', 'data:text/css,a{}', 'data:,x', 'node:fs', 'node:FS', 'Node:fs', 'fs', 'node:fs/promises', 'node:node:fs', 'node:./fs', 'node:test', 'test', 'sqlite', 'node:sqlite', 'node:sea', 'wasi', 'http:x', 'https://host.example', 'blob:nodedata:1', 'wasm:x', 'javascript:1', 'file:f.js', 'file:./f.js', 'file:/f.js', 'file:////f.js', 'file://localhost/f.js',
      'file:///C:/x', '\\f.js', '@', '@s', '@s/', '@s//r', '@/r', '@s/r/', 'q ', ' q', 'q\t', 'q\n/f', 'Q', 'É', 'e\u0301', '%C3%A9', 'q%2ff', 'q%20', '.q', '..', '...', '.f.js', '~/x', '@/x', 'q:f', 'q:', ':q', 'a:b:c', '_q', 'q@1', 'q/f@2', '*', '?', '?x', '#', '##', '#?', '#f?x', '#f#x', '#f/', '#f/in/', '#constructor']),
    () => '{{ROOT}}' + pick(['/f.js', '/f', '/f/', '/none', '/é.js', '/%C3%A9.js', '/a b.js', '/f.js?x', '/../f.js', '/ldir/i.js', '/link.js', '/f/in', '/x.ts', '/m.mjs', '/.', '/j']),
    () => 'file://{{ROOT}}' + pick(['/f.js', '/f', '/f/', '/none', '/é.js', '/%C3%A9.js', '/a b.js', '/f.js?x#y', '/../f.js', '/ldir/i.js', '/link.js', '/f%2fi.js', '/x.ts', '/m.mjs', '/.', '/f\\i.js', '/%', '/f.js#', '/w.wasm']),
  ][below(10)]();
  const start = {};
  const k = below(20);
  if (k < 2) start.flags = ['--preserve-symlinks'];
  else if (k < 4) start.flags = ['--no-addons'];
  else if (k < 6) start.flags = ['--conditions=custom', '--conditions=worker'];
  else if (k < 7) start.flags = ['--conditions=types'];
  else if (k < 8) start.env = { NODE_PATH: '{{ROOT}}/far/node_modules:{{ROOT}}/far' };
  const questions = [];
  for (let i = 0; i < count; i++) {
    const kind = pick(['require', 'import', 'import', 'require', 'require.resolve', 'import.meta.resolve']);
    const attrs = kind === 'import' && chance(0.12) ? pick([{ type: 'json' }, { type: 'css' }, { type: 'wasm' }, { type: 'json', x: 'y' }, { type: '' }, { type: 'text' }]) : undefined;
    const from = kind.startsWith('import') && chance(0.03) ? pick(['data:text/javascript,1', 'data:application/json,1']) : pick(froms);
    // Some releases make a URL of a relative one with "#" and a data: one, against the standard.
    const text = specifier();
    if (from.startsWith('data:') && text.startsWith('.') && text.includes('#')) continue;
    questions.push({ kind, specifier: text, from, ...start, ...(attrs && { attrs }) });
  }
  return { files, questions };
}
