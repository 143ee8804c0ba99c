// Real editors on a small project: node editors_test.mjs --looplint path/to/looplint [--editor NAME]
// An editor that is not installed is skipped, with the reason printed; exit code 77 when all were.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { missing as vscodeMissing } from './vscode.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const value = (name) => (process.argv.indexOf(name) > 0 ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const binary = path.resolve(value('--looplint') ?? path.join(here, '../../build/release/looplint'));
const only = value('--editor');

const elisp = (name) => fs.existsSync('/usr/share/emacs/site-lisp/elpa') && fs.readdirSync('/usr/share/emacs/site-lisp/elpa').some((d) => d.startsWith(name));
const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
const editors = [
  {
    name: 'neovim',
    missing: () => !has('nvim') && 'nvim is not installed (apt: neovim)',
    command: ['nvim', '--headless', '-u', 'NONE', '-i', 'NONE', '-n', '-S', path.join(here, 'nvim.lua')],
    wants: [/^diagnostic 3:10 looplint event-loop\/sync-in-handler fs\.readFileSync blocks/, /^step server\.mjs .*1\. /, /^step server\.mjs 2\. calls render/,
      /^action Accept event-loop\/sync-in-handler on this line/, /^typed: clean/, /^restored: found/],
  },
  {
    name: 'emacs-eglot',
    missing: () => (!has('emacs') ? 'emacs is not installed (apt: emacs-nox)' : !elisp('eglot') && 'eglot is not installed (apt: elpa-eglot)'),
    command: ['emacs', '-Q', '--batch', '-l', path.join(here, 'eglot.el')],
    wants: [/^diagnostic 3:10 .*fs\.readFileSync blocks/, /^action Accept/, /^typed: clean/],
  },
  {
    name: 'emacs-lsp-mode',
    missing: () => (!has('emacs') ? 'emacs is not installed (apt: emacs-nox)' : !elisp('lsp-mode') && 'lsp-mode is not installed (apt: elpa-lsp-mode)'),
    command: ['emacs', '-Q', '--batch', '-l', path.join(here, 'lsp-mode.el')],
    wants: [/^diagnostic 3:10 event-loop\/sync-in-handler fs\.readFileSync blocks/, /^action Accept/, /^caller /],
  },
  {
    name: 'vim-ale',
    missing: () => (!has('vim') ? 'vim is not installed (apt: vim)' : !fs.existsSync('/usr/share/vim-ale') && !fs.existsSync('/usr/share/vim/vimfiles/pack/dist-bundle/opt/ale') && 'ALE is not installed (apt: vim-ale)'),
    command: ['vim', '-es', '-N', '-u', path.join(here, 'ale.vim')],
    wants: [/^diagnostic 3:10 .*fs\.readFileSync blocks/, /^typed: clean/],
  },
  {
    name: 'vscode',
    missing: vscodeMissing,
    command: [process.execPath, path.join(here, 'vscode.mjs')],
    seconds: 300,
    wants: [/^diagnostic 3:10 .*fs\.readFileSync blocks/, /^step .*server\.mjs/, /^squiggle: shown/, /^typed: clean/, /^restored: found/],
  },
];

let ran = 0, failed = 0;
for (const editor of editors) {
  if (only && editor.name !== only) continue;
  const missing = editor.missing();
  if (missing) {
    console.log(`skipped ${editor.name}: ${missing}`);
    continue;
  }
  ran++;
  const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'looplint-editor-'));
  fs.mkdirSync(path.join(root, '.git'));
  fs.writeFileSync(path.join(root, 'package.json'), '{"name": "p", "private": true}');
  fs.writeFileSync(path.join(root, 'server.mjs'), `import http from 'node:http';\nimport { render } from './render.js';\nhttp.createServer((req, res) => {\n  res.end(render(req.url));\n}).listen(0);\n`);
  fs.writeFileSync(path.join(root, 'render.js'), `import fs from 'node:fs';\nexport function render(name) {\n  return fs.readFileSync('page' + '.html');\n}\n`);
  const out = path.join(root, 'out.txt');
  const begun = Date.now();
  const run = spawnSync(editor.command[0], editor.command.slice(1), {
    cwd: root, encoding: 'utf8', timeout: (editor.seconds ?? 90) * 1000, input: '',
    env: { ...process.env, HOME: root, SCREENSHOT: value('--screenshot') ?? '', FILE: 'render.js', ROOT: root, OUT: out, SERVER: `${binary} lsp`, TERM: 'dumb' },
  });
  const text = fs.existsSync(out) ? fs.readFileSync(out, 'utf8') : '';
  const lines = text.split('\n').filter(Boolean);
  try {
    for (const want of editor.wants) assert.ok(lines.some((l) => want.test(l)), `no line like ${want}`);
    // Each finding once: a client that pushes and pulls would show it twice.
    assert.equal(lines.filter((l) => l.startsWith('diagnostic')).length, 1);
    console.log(`ok ${editor.name} (${Date.now() - begun} ms)`);
  } catch (e) {
    failed++;
    console.log(`FAILED ${editor.name}: ${e.message}\n${text}\n${run.stdout ?? ''}\n${run.stderr ?? ''} (exit ${run.status ?? run.signal})`);
  }
  fs.rmSync(root, { recursive: true, force: true });
}
process.exit(failed > 0 ? 1 : ran === 0 ? 77 : 0);
