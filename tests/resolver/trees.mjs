// Project trees and questions about them, made from a seed: packages with odd exports and imports, symlinks, nested
// folders, malformed files, specifiers of every kind. Equal seeds give equal trees.

export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  return {
    below: (n) => Math.floor(next() * n),
    pick: (list) => list[Math.floor(next() * list.length)],
    chance: (p) => next() < p,
  };
}

const NAMES = ['a', 'b', '@s/c', 'd.js', 'e'];
const FILES = ['index.js', 'main.js', 'x.js', 'x.mjs', 'x.cjs', 'lib/index.js', 'lib/a.js', 'lib/b/index.js', 'lib/a.json', 'x.json',
  'x.node', 'y', 'z.ts', 'lib/b.js', 'sub/m.js', 'sub/index.mjs', 'we ird.js', 'a%b.js', 'x.wasm', 'lib.js', 'index.json'];
const CONDITIONS = ['import', 'require', 'node', 'default', 'types', 'module-sync', 'node-addons', 'browser', 'development'];
const EXPORT_KEYS = ['.', './x', './x.js', './lib/*', './lib/*.js', './*', './lib/a', './l*', './*b*', './lib/', './lib/b*', './sub/*',
  './package.json', '.', './lib/*/x', './*.json'];
const IMPORT_KEYS = ['#x', '#a/*', '#a/*.js', '#b', '#', '#/x', '#/*', '#lib/', '#c*d', 'x'];
const MAINS = ['./x.js', 'x', 'lib', './lib/', 'nope', '', '../b', './lib/b', 'we%20ird.js', 'we ird.js', '/x.js', '.', './', 'sub',
  'lib/a', 5, 'x.json', '../../x', 'x.js/', './a%b', 'y', 'x.js?q', 'x.js#h', '%78.js', 'lib\\a.js'];
const MALFORMED = ['{', '[]', 'null', '"x"', '{"name":5}', '{"main":"./x.js","a":tru}', '{"type":5}', '', '{"exports":{"." "x"}}',
  '{"imports":[}', '{"name":"a"} x', '{"exports":{".":"./x.js",}}', '{"main":"x.js","main":4}'];
const SUBPATHS = ['/x', '/x.js', '/lib/a', '/lib', '/lib/', '/lib/a.js', '/package.json', '/lib/b', '/', '/sub', '/..', '/lib/b/', '/./x',
  '/nope', '/lib//a', '//x', '/lib/../x', '/we%20ird.js', '/we ird.js', '/x.js?q', '/%2e', '/lib/%2e%2e/x.js', '/*', '/lib/*', '/lib/b/x',
  '/node_modules/x', '/a%b.js', '/lib%2fa', '/x.json', '/y', '/x\\a', '/.x'];
const RELATIVE = ['.', '..', './', '../', './x', './x.js', '../x', '../x.js', './lib', '../lib', './lib/', './sub', '../sub/', './index',
  './main', './z.ts', './x.json', './y', './x.wasm', './x.node', './ln.js', './lnd/a', './we ird', './we%20ird.js', './a%b', './a%25b.js',
  './x?q', './x.js?q=1#h', './lib/../x.js', './lib//a.js', '././x', './x/', './x.js/', '../..', '../../x', './.', './..', './lib/.',
  './lib/..', './nope/../x.js', './%78.js', './x%2e.js', './lib%2fa.js', './lib%5Ca.js', './lib\\a.js', '.\\x.js', ' ./x.js', './x.js ',
  './x\t.js', './X.js', './sub/index', '.x', '..x', '..odd', '.hid', '...', '..//x.js', '/..', './%2e%2e/x.js', './%2e', './lib/a.json'];
const INTERNAL = ['#x', '#a/x', '#a/lib/a', '#a/x.js', '#b', '#', '#/x', '#/lib/a', '#lib/x', '#nope', '#c1d', '#a/../x', '#a/', '#x?', '#x/y'];
const BUILTIN = ['fs', 'node:fs', 'node:nope', 'test', 'node:test', 'sqlite', 'node:sqlite', 'sys', '_stream_wrap', 'node:sea',
  'fs/promises', 'fs/', 'fs/nope', 'node:', 'node:test/reporters', 'punycode/', 'inspector/promises'];
const OTHER = ['', ' ', 'f', 'f.js', 'loop', 'nope', '@s', '@s/', '@/x', '@s/nope', '@', 'a%b', 'a\\b', '%61', 'root', 'root/x',
  'root/lib/a', 'src', 'sub', 'node_modules/a', './node_modules/a', 'data:text/javascript,1', 'https://x.example/a', 'http:x', 'foo:bar',
  'c:/x', 'file:x.js', 'file:///nope.js', 'FILE:///nope', 'file://host/x', 'file:', 'a:', '1:x', 'a b', 'a?b', 'a#b', 'a\n', '@s/c\n',
  'constructor', '__proto__', 'toString', '@s/.c', 'a/../b', 'a/./x', '~', '*', 'https://', 'http://[x', 'blob:x', 'x-y+z.1:q/../w', 'file:../x', 'file:%2fx'];

// { files, questions: [{ kind, specifier, from, attrs?, flags?, env? }] }; "{{ROOT}}" stands for the root.
export function nodeTree(seed, count) {
  const { below, pick, chance } = random(seed);
  const target = (depth = 0) => {
    const k = below(24);
    if (k < 11) {
      return pick(['./x.js', './lib/a.js', './lib/*.js', './lib/*', './x.mjs', './nope.js', './lib/b', './*', './*.js', './lib/../x.js',
        './sub/m.js', './x.js?q', './x.js#h', './we%20ird.js', './lib//a.js', './lib\\a.js', './node_modules/x.js', './%6eode_modules/x',
        './lib/%2e%2e/x.js', './lib/%2fa.js', './a%b.js', './']);
    }
    if (k < 13) return pick(['x.js', '../x.js', '/x.js', 'b', 'b/lib/a.js', 'node:fs', 'fs', '@s/c', '', 'file:///x', 'b/*', '#x', 'http://x/y', '..', '@s', '.']);
    if (k < 15) return null;
    if (k < 16) return pick([false, 5, true]);
    if (depth > 2) return './x.js';
    if (k < 19) return Array.from({ length: below(4) }, () => target(depth + 1));
    const out = {};
    for (let n = below(4); n > 0; n--) out[chance(0.04) ? pick(['0', '1.5', '01']) : pick(CONDITIONS)] = target(depth + 1);
    return out;
  };
  const exportsField = () => {
    const k = below(12);
    if (k < 2) return target();
    if (k < 3) return pick([null, false, 3, '']);
    const out = {};
    for (let n = below(6); n >= 0; n--) out[chance(0.03) ? pick(CONDITIONS) : pick(EXPORT_KEYS)] = target();
    return out;
  };
  const importsField = () => {
    if (chance(0.08)) return pick([null, 5, 'x', [], true]);
    const out = {};
    for (let n = below(5); n >= 0; n--) out[pick(IMPORT_KEYS)] = target();
    return out;
  };
  const manifest = (name) => {
    if (chance(0.03)) return pick(MALFORMED);
    const out = {};
    if (chance(0.8)) out.name = chance(0.9) ? name : pick(NAMES);
    if (chance(0.4)) out.type = pick(['module', 'commonjs', 'module', 'esm']);
    if (chance(0.45)) out.main = pick(MAINS);
    if (chance(0.45)) out.exports = exportsField();
    if (chance(0.35)) out.imports = importsField();
    return (chance(0.05) ? '\ufeff' : '') + JSON.stringify(out);
  };
  const files = {};
  // What a path has become a folder or file for, it stays.
  const put = (at, value) => {
    const parts = at.split('/');
    for (let i = 1; i < parts.length; i++) {
      const above = files[parts.slice(0, i).join('/')];
      if (above !== undefined && !above.$dir) return;
    }
    if (files[at] === undefined && !Object.keys(files).some((f) => f.startsWith(at + '/'))) files[at] = value;
  };
  const makePackage = (folder, name) => {
    const at = (f) => (folder === '.' ? f : `${folder}/${f}`);
    if (chance(0.1)) put(at(pick(['index.js', 'x', 'main', 'x.js', 'package.json'])), { $dir: true });
    if (chance(0.85)) put(at('package.json'), manifest(name));
    if (chance(0.3)) put(at('sub/package.json'), manifest('sub'));
    for (const f of FILES) if (chance(0.45)) put(at(f), f === 'y' && chance(0.2) ? '\0asm' : '');
  };
  makePackage('.', 'root');
  if (chance(0.4)) makePackage('src', 'src');
  else put('src/x.js', '');
  for (const name of NAMES) {
    const stored = name.replace('/', '+');
    if (chance(0.6)) {
      makePackage(`node_modules/${name}`, name);
    } else if (chance(0.5)) {
      makePackage(`store/${stored}`, name);
      put(`node_modules/${name}`, { $link: `${name.includes('/') ? '../../' : '../'}store/${stored}` });
    }
    if (chance(0.15)) makePackage(`src/node_modules/${name}`, name);
    if (chance(0.05)) makePackage(`node_modules/node_modules/${name}`, name);
  }
  if (chance(0.2)) put('node_modules/f.js', '');
  if (chance(0.1)) put('node_modules/.hid', '');
  if (chance(0.1)) put('src/..odd', '');
  if (chance(0.1)) put('node_modules/loop', { $link: 'loop' });
  if (chance(0.1)) put('src/ln.js', { $link: '../x.js' });
  if (chance(0.1)) put('src/lnd', { $link: '../lib' });
  if (chance(0.05)) put('node_modules/package.json', manifest('nm'));
  if (chance(0.05)) put('node_modules/index.js', '');
  if (chance(0.3)) makePackage('global/g', 'g');
  const froms = ['x.js', 'src/x.js', 'node_modules/a/x.js', 'src/deep/er.js', 'node_modules/@s/c/lib/a.js', 'lib/a.js', 'sub/m.js', 'store/b/x.js'];
  const specifier = () => [
    () => pick(NAMES), () => pick(NAMES) + pick(SUBPATHS), () => pick(RELATIVE), () => pick(INTERNAL), () => pick(BUILTIN), () => pick(OTHER),
    () => '{{ROOT}}' + pick(['/x', '/x.js', '/lib', '/', '//x.js', '/lib/../x.js', '/src/x.js', '/x.js?q']),
    () => 'file://{{ROOT}}' + pick(['/x.js', '/x', '/lib', '/lib/', '/we%20ird.js', '/x.js?a#b', '/%2fx', '/a%b.js']),
    () => pick(['g', 'g/x', 'g/lib/a']),
  ][below(9)]();
  // One set of flags for a tree, so that one process answers for it.
  const start = {};
  if (chance(0.15)) start.flags = ['--preserve-symlinks'];
  else if (chance(0.1)) start.flags = ['--no-addons'];
  else if (chance(0.1)) start.flags = ['--conditions=development'];
  else if (chance(0.08)) start.env = { NODE_PATH: '{{ROOT}}/global:{{ROOT}}/nope' };
  const questions = [];
  for (let i = 0; i < count; i++) {
    const kind = pick(['require', 'import', 'import', 'require', 'require.resolve', 'import.meta.resolve']);
    const attrs = kind === 'import' && chance(0.1) ? pick([{ type: 'json' }, { type: 'css' }, { x: 'y' }, {}]) : undefined;
    questions.push({ kind, specifier: specifier(), from: pick(froms), ...start, ...(attrs && { attrs }) });
  }
  return { files, questions };
}

const TS_FILES = ['index.ts', 'x.ts', 'x.tsx', 'x.d.ts', 'x.js', 'x.mts', 'x.cts', 'x.d.mts', 'y.jsx', 'y.js', 'lib/index.ts', 'lib/index.d.ts',
  'lib/a.ts', 'lib/a.d.cts', 'data.json', 'data.d.json.ts', 'style.css', 'style.d.css.ts', 'z.ios.ts', 'z.ts', 'dist/index.d.ts', 'dist/x.js',
  'index.d.ts', 'index.js', 'types/index.d.ts', 'types/x.d.ts', 'x.cjs', 'x.mjs', 'lib/b.tsx'];

export function typescriptTree(seed, count) {
  const { below, pick, chance } = random(seed);
  const files = {};
  const put = (at, value) => {
    files[at] ??= value;
  };
  const target = (depth = 0) => {
    const k = below(14);
    if (k < 8) return pick(['./x.js', './dist/x.js', './lib/*.js', './lib/*', './x.d.ts', './x.ts', './dist/*.js', './index.js', './lib/a.js', './nope.js', './x.mjs', './x.cjs', './data.json', './types/*.d.ts']);
    if (k < 9) return null;
    if (k < 10) return pick(['b', 'b/x', '@s/c', '../x.js', 'x']);
    if (depth > 2) return './x.js';
    if (k < 11) return [target(depth + 1), target(depth + 1)];
    const out = {};
    for (let n = below(4); n >= 0; n--) out[pick(['types', 'import', 'require', 'default', 'node', 'custom', 'types@>=5', 'types@<4', 'browser'])] = target(depth + 1);
    return out;
  };
  const manifest = (name) => {
    if (chance(0.03)) return pick(['{', '{"name":"a",}', '/* c */ {"main":"./x.js"}', '[]', '']);
    const out = { name, version: '1.0.0' };
    if (chance(0.4)) out.type = pick(['module', 'commonjs']);
    if (chance(0.4)) out.main = pick(['./x.js', 'dist/x', 'lib', './lib/', './nope.js', 'x', './x.cjs', 'data.json']);
    if (chance(0.3)) out.types = pick(['./x.d.ts', './types/index.d.ts', 'types', './nope.d.ts', './x.ts', './lib/a.ts', 'index']);
    if (chance(0.1)) out.typings = pick(['./x.d.ts', './types/index.d.ts']);
    if (chance(0.2)) out.typesVersions = pick([{ '>=4': { '*': ['types/*'] } }, { '<4': { '*': ['lib/*'] }, '*': { x: ['lib/a.d.cts'], '*': ['types/*', 'lib/*'] } }, { '>=99': { '*': ['nope/*'] } }]);
    if (chance(0.4)) {
      if (chance(0.3)) out.exports = target();
      else { out.exports = {}; for (let n = below(4); n >= 0; n--) out.exports[pick(['.', './x', './lib/*', './*', './x.js', './lib/*.js', './package.json', './types/*'])] = target(); }
    }
    if (chance(0.3)) { out.imports = {}; for (let n = below(3); n >= 0; n--) out.imports[pick(['#x', '#lib/*', '#b', '#/x'])] = target(); }
    return JSON.stringify(out);
  };
  const makePackage = (folder, name) => {
    const at = (f) => (folder === '.' ? f : `${folder}/${f}`);
    if (chance(0.85)) put(at('package.json'), manifest(name));
    if (chance(0.15)) put(at('lib/package.json'), manifest('lib'));
    for (const f of TS_FILES) if (chance(0.35)) put(at(f), '');
  };
  makePackage('.', 'root');
  for (const f of TS_FILES) if (chance(0.35)) put(`src/${f}`, '');
  for (const name of ['a', 'b', '@s/c']) {
    if (chance(0.6)) makePackage(`node_modules/${name}`, name);
    else if (chance(0.5)) {
      makePackage(`store/${name.replace('/', '+')}`, name);
      put(`node_modules/${name}`, { $link: `${name.includes('/') ? '../../' : '../'}store/${name.replace('/', '+')}` });
    }
    if (chance(0.3)) makePackage(`node_modules/@types/${name.replace('@', '').replace('/', '__')}`, name);
    if (chance(0.1)) makePackage(`src/node_modules/${name}`, name);
  }
  const options = {};
  const shape = pick([['nodenext'], ['node16'], ['esnext', 'bundler'], ['commonjs', 'node10'], ['preserve'], ['commonjs'], ['nodenext'], ['es2022', 'bundler'], ['node20'], ['esnext', 'classic']]);
  options.module = shape[0];
  if (shape[1]) options.moduleResolution = shape[1];
  if (chance(0.25)) options.baseUrl = pick(['.', './src']);
  if (chance(0.35)) options.paths = pick([{ '@/*': ['./src/*'] }, { '@/*': ['./nope/*', './lib/*'], '@x': ['./x.d.ts'] }, { '*': ['./src/*', './types/*'] }, { 'b': ['./src/x'] }, { 'a/*': ['./lib/*.ts'], '@/*.js': ['./src/*.ts'] }]);
  if (chance(0.15)) options.rootDirs = ['./src', './lib'];
  if (chance(0.2)) options.resolveJsonModule = chance(0.7);
  if (chance(0.2)) options.allowJs = true;
  if (chance(0.15)) options.moduleSuffixes = ['.ios', ''];
  if (chance(0.2) && /node|preserve|next|es20/.test(options.module)) options.customConditions = ['custom'];
  if (chance(0.2)) { options.outDir = './dist'; if (chance(0.7)) options.rootDir = pick(['./src', '.']); if (chance(0.3)) options.declarationDir = './types'; if (chance(0.2)) options.composite = true; }
  if (chance(0.1)) options.preserveSymlinks = true;
  if (chance(0.1)) options.typeRoots = ['./types', './node_modules/@types'];
  if (chance(0.1)) options.allowImportingTsExtensions = true;
  if (chance(0.05)) options.resolvePackageJsonExports = false;
  if (chance(0.3)) {
    // The same through files that are extended.
    const keys = Object.keys(options), half = {};
    for (const k of keys) if (chance(0.5)) { half[k] = options[k]; delete options[k]; }
    put('config/base.json', JSON.stringify({ compilerOptions: rebase(half) }));
    put('tsconfig.json', '// here\n' + JSON.stringify({ extends: chance(0.5) ? './config/base.json' : ['./config/base'], compilerOptions: options }).replace(/}$/, ',}'));
  } else {
    put('tsconfig.json', JSON.stringify({ compilerOptions: options }));
  }
  function rebase(o) {
    const up = (p) => '../' + p.replace(/^\.\//, '');
    const out = { ...o };
    for (const k of ['baseUrl', 'rootDir', 'outDir', 'declarationDir']) if (out[k]) out[k] = up(out[k]);
    for (const k of ['rootDirs', 'typeRoots']) if (out[k]) out[k] = out[k].map(up);
    // `paths` count from baseUrl where there is one.
    if (out.paths && !o.baseUrl && !options.baseUrl) out.paths = Object.fromEntries(Object.entries(out.paths).map(([k, v]) => [k, v.map(up)]));
    return out;
  }
  const froms = ['src/main.ts', 'x.ts', 'src/m.mts', 'src/c.cts', 'lib/a.ts', 'src/j.js', 'node_modules/a/index.d.ts', 'src/deep/x.tsx'];
  const specifier = () => [
    () => pick(['a', 'b', '@s/c']), () => pick(['a', 'b', '@s/c', 'root']) + pick(['/x', '/x.js', '/lib/a', '/lib', '/lib/a.js', '/package.json', '/', '/data.json', '/nope', '/types/x', '/x.mjs', '/lib/']),
    () => pick(['.', '..', './', '../', './x', './x.js', './x.ts', './x.tsx', './x.d.ts', './x.mjs', './x.cjs', './x.mts', './x.d.mts', './y', './y.jsx', './lib', '../lib', './lib/', './lib/index.js', './lib/a', '../lib/a.js', './data.json', './data', './style.css', './z', './z.js', './index', './dist', '../x', '../src/x.js', './../x', './nope', './lib/b', './lib/b.jsx', './x.']),
    () => pick(['#x', '#lib/a', '#lib/a.js', '#b', '#/x', '#nope', '#']), () => pick(['@/x', '@/x.js', '@/lib', '@/lib/a', '@x', '@/nope', 'x', 'lib/a', 'src/x', 'style.css', 'fs', 'node:fs', 'nope', 'root', 'a:b', '/x', '{{ROOT}}/x', '{{ROOT}}/lib/a.js', '']),
  ][below(5)]();
  const questions = [];
  for (let i = 0; i < count; i++) {
    questions.push({ kind: pick(['ts-import', 'ts-import', 'ts-import-equals', 'ts-dynamic-import']), specifier: specifier(), from: pick(froms), tsconfig: 'tsconfig.json' });
  }
  return { files, questions };
}
