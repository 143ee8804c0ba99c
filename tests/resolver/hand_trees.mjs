// Trees written by hand, one for each corner that a rule of the resolver speaks of.
const both = (list, commonjs, module) => list.flatMap((specifier) => [{ kind: 'require', specifier, from: commonjs }, { kind: 'import', specifier, from: module }]);
const json = (value) => JSON.stringify(value);

export function handTrees() {
  return {
    'hand-workspace': {
      files: {
        'package.json': json({ name: 'w', workspaces: ['packages/*'] }),
        'node_modules/one': { $link: '../packages/one' },
        'node_modules/@w/two': { $link: '../../packages/two' },
        'packages/one/package.json': json({ name: 'one', type: 'module', exports: { '.': { import: './i.js', require: './i.cjs' }, './deep/*': './src/*.js', './deep/secret/*': null, './package.json': './package.json' }, imports: { '#self': 'one', '#two': '@w/two', '#file': { node: './i.js', default: './web.js' } } }),
        'packages/one/i.js': '', 'packages/one/i.cjs': '', 'packages/one/src/a.js': '', 'packages/one/src/secret/b.js': '',
        'packages/two/package.json': json({ name: '@w/two', main: 'lib' }), 'packages/two/lib/index.js': '', 'packages/two/lib/data.json': '{}',
        'packages/two/e.mjs': '', 'packages/two/c.cjs': '',
      },
      questions: [
        ...both(['one', 'one/deep/a', 'one/deep/secret/b', 'one/package.json', 'one/i.js', '@w/two', '@w/two/lib', '@w/two/lib/data', '@w/two/lib/data.json', '../one', '../one/i.js', 'w'], 'packages/two/c.cjs', 'packages/two/e.mjs'),
        ...both(['#self', '#two', '#file', '#nope', 'one', 'one/deep/a'], 'packages/one/i.cjs', 'packages/one/i.js'),
      ],
    },
    'hand-store': {
      files: {
        'package.json': json({ name: 'app', type: 'module' }), 'm.js': '', 'c.cjs': '',
        'node_modules/x': { $link: '.pnpm/x@1/node_modules/x' },
        'node_modules/.pnpm/x@1/node_modules/x/package.json': json({ name: 'x', main: '../y' }),
        'node_modules/.pnpm/x@1/node_modules/x/i.js': '',
        'node_modules/.pnpm/x@1/node_modules/y': { $link: '../../y@2/node_modules/y' },
        'node_modules/.pnpm/y@2/node_modules/y/index.js': '', 'node_modules/.pnpm/node_modules/z': { $link: '../z@3/node_modules/z' },
        'node_modules/.pnpm/z@3/node_modules/z/index.js': '',
      },
      questions: [...both(['x', 'y', 'z', 'x/i.js'], 'c.cjs', 'm.js'), ...both(['y', 'z', 'x'], 'node_modules/.pnpm/x@1/node_modules/x/i.js', 'node_modules/.pnpm/x@1/node_modules/x/i.js'),
        ...both(['x', 'y', 'x/i.js'], 'c.cjs', 'm.js').map((q) => ({ ...q, flags: ['--preserve-symlinks'] }))],
    },
    'hand-formats': {
      files: {
        'package.json': '{}', 'm.mjs': '', 'c.cjs': '', 'a.js': '', 'a.mjs': '', 'a.json': '{}', 'a.node': '', 'a.wasm': '', 'a.ts': '', 'a.mts': '', 'a.cts': '', 'a.tsx': '', 'a.css': '', bin: '',
        'esm/package.json': json({ type: 'module' }), 'esm/a.js': '', 'esm/a.ts': '', 'esm/bin': '', 'esm/wasm': '\0asm', 'esm/.hidden': '',
        'cjs/package.json': json({ type: 'commonjs' }), 'cjs/a.js': '', 'cjs/a.ts': '', 'cjs/bin': '', 'node_modules/t/index.ts': '', 'node_modules/t/a.js': '',
      },
      questions: [...both(['./a.js', './a.mjs', './a.json', './a.node', './a.wasm', './a.ts', './a.mts', './a.cts', './a.tsx', './a.css', './bin', './esm/a.js', './esm/a.ts', './esm/bin', './esm/wasm', './esm/.hidden', './cjs/a.js', './cjs/a.ts', './cjs/bin', 't/index.ts', 't/a.js'], 'c.cjs', 'm.mjs'),
        ...[{ type: 'json' }, { type: 'css' }, { lang: 'x' }, {}].flatMap((attrs) => ['./a.json', './a.js', './a.wasm', './esm/a.js'].map((specifier) => ({ kind: 'import', specifier, from: 'm.mjs', attrs })))],
    },
    'hand-data': {
      files: { 'package.json': '{}' },
      questions: ['fs', 'node:fs', 'node:nope', './x', '/x', 'x', '#x', 'data:text/javascript,2', 'https://x.example/y', 'x?y'].map((specifier) => ({ kind: 'import', specifier, from: 'data:text/javascript,1' })),
    },
    'hand-loops': {
      files: {
        'package.json': '{}', 'c.cjs': '', 'm.mjs': '', 'node_modules/loop': { $link: 'loop' }, 'node_modules/ping': { $link: 'pong' }, 'node_modules/pong': { $link: 'ping' }, 'dangling.js': { $link: 'nowhere' },
        'up': { $link: '.' }, 'node_modules/self/package.json': json({ name: 'self', main: '.', exports: undefined }), 'node_modules/round/package.json': json({ main: './round' }),
        'node_modules/circle/package.json': json({ name: 'circle', exports: { '.': './i.js' }, imports: { '#a': '#b', '#b': '#a', '#c': 'circle' } }), 'node_modules/circle/i.js': '',
      },
      questions: [...both(['loop', 'loop/x', 'ping', 'pong/x.js', './dangling', './dangling.js', './up/up/up/c.cjs', './up/up/m.mjs', 'self', 'round'], 'c.cjs', 'm.mjs'), ...both(['#a', '#b', '#c'], 'node_modules/circle/i.js', 'node_modules/circle/i.js')],
    },
    'hand-programs': {
      files: {
        'package.json': '{}', ...Object.fromEntries(['a.js', 'd/index.js', 'x.mjs', 'esm/m.js', 'esm/deep/i.js', 'sp ace.js', 'cjs/c.cjs', 'bin', 'pm/p.js', 'dot.d/x.js', 'é.js'].map((f) => [f, `process.stdout.write('LOADED:${f}')`])),
        'esm/package.json': json({ type: 'module' }), 'pm/package.json': json({ main: 'p' }), 'main/index.mjs': '', 'data.txt': '', 'link.js': { $link: 'd/index.js' }, 'ln': { $link: 'd' }, 'gone.js': { $link: 'nowhere' },
      },
      questions: ['a.js', 'esm/m.js'].flatMap((from) => ['./a.js', 'a.js', './a', './d', './d/', './d/index', './esm/m.js', './esm/m', '../esm/m', './m.js', './deep/i', '../a.js', '../a', './x.mjs', './x', './nope.js', './bin', './cjs/c.cjs', './cjs/c', './link.js', './link', './ln', './ln/index.js', './gone.js', '.', './', '..', '../', './a.js?x', './a.js#h', './sp ace.js', './sp%20ace.js',
        './main', './pm', './pm/', './dot.d/x', './é', './%C3%A9.js', 'fs', 'node:fs', '#x', 'pm', '{{ROOT}}/a.js', '{{ROOT}}/a', '{{ROOT}}/nope', 'file://{{ROOT}}/a.js', './data.txt', './a.js/', './d/../a.js', './/a.js', 'd/index.js'].flatMap((specifier) => ['worker', 'fork', 'new-url'].map((kind) => ({ kind, specifier, from }))))
        .filter((q) => !(q.kind !== 'new-url' && /data/.test(q.specifier))),
    },
    'hand-ts-references': {
      files: {
        'tsconfig.base.json': '// shared\n{"compilerOptions":{"module":"nodenext","composite":true,"outDir":"${configDir}/dist",},}',
        'node_modules/@cfg/strict/package.json': json({ name: '@cfg/strict', tsconfig: './strict.json' }), 'node_modules/@cfg/strict/strict.json': json({ compilerOptions: { customConditions: ['source'] } }),
        'packages/lib/package.json': json({ name: 'lib', type: 'module', exports: { '.': { source: './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' }, './*': './dist/src/*.js' } }),
        'packages/lib/tsconfig.json': json({ extends: ['../../tsconfig.base.json', '@cfg/strict'] }), 'packages/lib/src/index.ts': '', 'packages/lib/src/util.ts': '', 'packages/lib/dist/index.d.ts': '',
        'node_modules/lib': { $link: '../packages/lib' }, 'packages/app/package.json': json({ name: 'app', type: 'commonjs' }), 'packages/app/tsconfig.json': json({ extends: '../../tsconfig.base', references: [{ path: '../lib' }] }), 'packages/app/main.ts': '',
      },
      questions: [...['lib', 'lib/util', './util', './util.js'].flatMap((specifier) => [{ kind: 'ts-import', specifier, from: 'packages/lib/src/index.ts', tsconfig: 'packages/lib/tsconfig.json' }]),
        ...['lib', 'lib/util', 'app'].flatMap((specifier) => ['ts-import', 'ts-import-equals', 'ts-dynamic-import'].map((kind) => ({ kind, specifier, from: 'packages/app/main.ts', tsconfig: 'packages/app/tsconfig.json' })))],
    },
  };
}
