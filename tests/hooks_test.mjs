// The hooks and recipes of .pre-commit-hooks.yaml, action.yml and integrations/, in the tools they are for: Debian's
// pre-commit from a local git path without a network, husky with lint-staged, lefthook, bash for the action's steps.
//   node hooks_test.mjs --looplint path/to/looplint
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const top = path.join(here, '..');
const binary = path.resolve(process.argv[process.argv.indexOf('--looplint') + 1]);
const modules = path.join(here, 'formats/node_modules');
if (!fs.existsSync(path.join(modules, `lefthook-linux-${process.arch}`))) {
  console.log('SKIPPED: tests/formats/node_modules is missing');
  process.exit(77);
}
const yaml = createRequire(path.join(here, 'formats/package.json'))('js-yaml');
const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'looplint-hooks-'));
after(() => fs.rmSync(root, { recursive: true, force: true }));
fs.mkdirSync(path.join(root, 'bin'));
fs.symlinkSync(binary, path.join(root, 'bin/looplint'));
const env = {
  PATH: `${path.join(root, 'bin')}:${path.dirname(process.execPath)}:${process.env.PATH}`, HOME: root, LANG: 'C.UTF-8', PRE_COMMIT_HOME: path.join(root, 'cache'),
  GIT_CONFIG_SYSTEM: '/dev/null', GIT_CONFIG_GLOBAL: path.join(root, 'gitconfig'), GIT_AUTHOR_NAME: 't', GIT_AUTHOR_EMAIL: 't@example.org', GIT_COMMITTER_NAME: 't', GIT_COMMITTER_EMAIL: 't@example.org',
  PIP_NO_INDEX: '1', npm_config_offline: 'true',
};
fs.writeFileSync(path.join(root, 'gitconfig'), '[protocol "file"]\n\tallow = always\n[init]\n\tdefaultBranch = main\n');
const sh = (cwd, command, ...args) => spawnSync(command, args, { cwd, encoding: 'utf8', env });
function ok(cwd, command, ...args) {
  const r = sh(cwd, command, ...args);
  assert.equal(r.status, 0, `${command} ${args.join(' ')}: ${r.stdout}${r.stderr}`);
  return r.stdout;
}
const good = "require('http').createServer((req, res) => {\n  require('fs').readFile('a', (e, d) => res.end(d));\n}).listen(1);\n";
const bad = "require('http').createServer((req, res) => {\n  res.end(require('fs').readFileSync('a'));\n}).listen(1);\n";
function project(name, files = {}) {
  const folder = path.join(root, name);
  for (const [file, text] of Object.entries({ 'package.json': '{"name": "p"}\n', 'server.js': good, '.gitignore': 'node_modules\n', ...files })) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  ok(folder, 'git', 'init', '-q');
  return folder;
}
// A commit with a finding is refused, one without passes, and what counts is staged, whatever the files say.
function commits(folder) {
  const write = (text) => fs.writeFileSync(path.join(folder, 'server.js'), text);
  const count = () => Number(ok(folder, 'git', 'rev-list', '--count', 'HEAD'));
  write(good);
  ok(folder, 'git', 'add', '-A');
  ok(folder, 'git', 'commit', '-qm', 'good');
  const before = count();
  write(bad);
  ok(folder, 'git', 'add', '-A');
  write(good);
  const refused = sh(folder, 'git', 'commit', '-qm', 'bad is staged, good is on disk');
  assert.notEqual(refused.status, 0, 'a commit with a finding must be refused');
  assert.match(refused.stdout + refused.stderr, /sync-in-handler/);
  assert.equal(count(), before);
  ok(folder, 'git', 'add', '-A');
  write(`// more\n${good}`);
  ok(folder, 'git', 'add', '-A');
  write(bad);
  ok(folder, 'git', 'commit', '-qm', 'good is staged, bad is on disk');
  assert.equal(count(), before + 1);
}

test('pre-commit, offline, from a local git path', () => {
  assert.equal(spawnSync('pre-commit', ['--version']).error, undefined, 'pre-commit is missing: scripts/setup brings it');
  const hooks = project('hooks', { '.pre-commit-hooks.yaml': fs.readFileSync(path.join(top, '.pre-commit-hooks.yaml'), 'utf8') });
  ok(hooks, 'pre-commit', 'validate-manifest', '.pre-commit-hooks.yaml');
  ok(hooks, 'git', 'add', '-A');
  ok(hooks, 'git', 'commit', '-qm', 'hooks');
  ok(hooks, 'git', 'tag', 'v0.1.0');
  const config = yaml.load(fs.readFileSync(path.join(top, 'integrations/pre-commit-config.yaml'), 'utf8'));
  config.repos[0].repo = hooks;
  const folder = project('pre-commit', { '.pre-commit-config.yaml': yaml.dump(config) });
  ok(folder, 'pre-commit', 'validate-config');
  ok(folder, 'pre-commit', 'install');
  commits(folder);
});

test('husky and lint-staged', () => {
  const staged = JSON.parse(fs.readFileSync(path.join(top, 'integrations/lint-staged.json'), 'utf8'));
  const folder = project('husky', { 'package.json': JSON.stringify({ name: 'p', private: true, 'lint-staged': staged }) });
  fs.symlinkSync(modules, path.join(folder, 'node_modules'));
  fs.writeFileSync(path.join(folder, '.gitignore'), 'node_modules\n.husky/_\n');
  ok(folder, process.execPath, path.join(modules, 'husky/bin.js'));
  fs.writeFileSync(path.join(folder, '.husky/pre-commit'), 'node node_modules/lint-staged/bin/lint-staged.js\n');
  commits(folder);
});

test('lefthook', () => {
  const folder = project('lefthook', { 'lefthook.yml': fs.readFileSync(path.join(top, 'integrations/lefthook.yml'), 'utf8') });
  const lefthook = path.join(modules, `lefthook-linux-${process.arch}/bin/lefthook`);
  fs.chmodSync(lefthook, 0o755);
  fs.symlinkSync(lefthook, path.join(root, 'bin/lefthook'));
  ok(folder, lefthook, 'validate');
  ok(folder, lefthook, 'install');
  commits(folder);
});

test('the GitHub action keeps to its schema, and its steps do what they say', () => {
  const validator = path.join(modules, '@action-validator/cli/cli.mjs');
  ok(top, process.execPath, validator, 'action.yml');
  const workflows = path.join(root, 'repository/.github/workflows');
  fs.mkdirSync(workflows, { recursive: true });
  fs.copyFileSync(path.join(top, 'integrations/github-workflow.yml'), path.join(workflows, 'looplint.yml'));
  ok(path.join(root, 'repository'), process.execPath, validator, '.github/workflows/looplint.yml');

  const action = yaml.load(fs.readFileSync(path.join(top, 'action.yml'), 'utf8'));
  const step = action.runs.steps.find((s) => s.id === 'run');
  const folder = project('action', { 'server.js': bad });
  const output = path.join(root, 'output'), summary = path.join(root, 'summary');
  const runs = (args) => {
    fs.writeFileSync(output, '');
    fs.writeFileSync(summary, '');
    return spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
      cwd: folder, encoding: 'utf8',
      env: { ...env, GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, LOOPLINT_VERSION: 'path', LOOPLINT_ARGS: args, LOOPLINT_SARIF: 'out.sarif' },
    });
  };
  let r = runs('--quiet');
  assert.equal(r.status, 0, 'the job fails in the last step, after the upload');
  assert.match(r.stdout, /^::error file=action\/server.js|^::error file=server.js/m);
  assert.match(fs.readFileSync(output, 'utf8'), /^exit-code=1\nsarif=.*out.sarif\n$/);
  assert.match(fs.readFileSync(summary, 'utf8'), /^## looplint/);
  assert.equal(JSON.parse(fs.readFileSync(path.join(folder, 'out.sarif'), 'utf8')).runs[0].results.length, 1);
  fs.rmSync(path.join(folder, 'out.sarif'));
  r = runs('--only nothing-of-this-name; touch pwned');
  assert.match(fs.readFileSync(output, 'utf8'), /^exit-code=2\n$/);
  assert.ok(!fs.existsSync(path.join(folder, 'pwned')));
});

test('the other snippets are YAML that says what it should', () => {
  const read = (name) => yaml.load(fs.readFileSync(path.join(top, 'integrations', name), 'utf8'));
  const gitlab = read('gitlab-ci.yml').looplint;
  assert.ok(gitlab.script[0].includes(`gitlab:${gitlab.artifacts.reports.codequality}`));
  const azure = read('azure-pipelines.yml').steps;
  assert.equal(azure.at(-1).inputs.artifactName, 'CodeAnalysisLogs');
  assert.ok(azure[1].script.endsWith(`sarif:${azure.at(-1).inputs.pathToPublish}`));
});
