// The same findings in every format, and each format before a reader that someone else wrote: Microsoft's SARIF
// validator and schema, JSON Schemas, an XML parser, GitHub's own line hashes.
//   node formats_test.mjs --looplint path/to/looplint [FOLDER]
// LOOPLINT_TEST_KEEP=folder keeps what was written.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const at = process.argv.indexOf('--looplint');
const binary = path.resolve(process.argv[at + 1]);
const require = createRequire(path.join(here, 'formats/package.json'));
if (!fs.existsSync(path.join(here, 'formats/node_modules/ajv'))) {
  console.log('SKIPPED: tests/formats/node_modules is missing');
  process.exit(77);
}
const Ajv = require('ajv').default;
const Ajv2020 = require('ajv/dist/2020').default;
const Ajv4 = require('ajv-draft-04').default;
const addFormats = require('ajv-formats').default;

const out = process.env.LOOPLINT_TEST_KEEP ?? fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'looplint-formats-'));
fs.mkdirSync(out, { recursive: true });
after(() => process.env.LOOPLINT_TEST_KEEP || fs.rmSync(out, { recursive: true, force: true }));

// Every rule's examples, and real packages, as one project; or a folder of yours.
const folder = path.resolve(process.argv[at + 2] ?? path.join(out, 'project'));
if (!process.argv[at + 2]) {
  const copy = (from, to) => fs.cpSync(from, to, { recursive: true, filter: (f) => !path.relative(from, f).includes('node_modules') });
  for (const family of fs.readdirSync(path.join(here, '../fixtures'), { withFileTypes: true })) {
    if (family.isDirectory() && family.name !== 'node_modules') copy(path.join(here, '../fixtures', family.name), path.join(folder, 'rules', family.name));
  }
  for (const name of ['express', 'fastify', 'webpack', 'eslint', 'viem']) {
    const from = path.join(here, 'corpus/node_modules', name);
    if (fs.existsSync(from)) copy(from, path.join(folder, 'packages', name));
  }
  fs.writeFileSync(path.join(folder, 'package.json'), '{"name": "all", "version": "1.0.0"}\n');
  fs.writeFileSync(path.join(folder, "rules/it's [odd] & %41 é.js"), "// \u{1f600}\nconst \u00e9 = '\u{1f600}'; new Promise(async (r) => { r(\u00e9); });\nsetTimeout(() => {}, 3000000000); // \"<script>\" ]]> | `x`\n");
  fs.mkdirSync(path.join(folder, '.git'));
}
const paths = ['.'];
const formats = ['default', 'stylish', 'unix', 'agent', 'json', 'jsonl', 'sarif', 'github', 'gitlab', 'junit', 'checkstyle', 'rdjson', 'rdjsonl', 'markdown', 'html'];
const file = (format) => path.join(out, `report.${format}`);
const text = (format) => fs.readFileSync(file(format), 'utf8');
const run = spawnSync(binary, [...paths, '--no-config', '--no-ignore', '--no-progress', '-W', 'all', ...formats.flatMap((f) => ['-f', `${f}:${file(f)}`]), '-f', 'unix', '-o', '/dev/null'],
  { cwd: folder, encoding: 'utf8', env: { ...process.env, GITHUB_ACTIONS: '', LANG: 'C.UTF-8' } });
assert.ok(run.status === 0 || run.status === 1, `exit ${run.status}: ${run.stderr}`);
const findings = JSON.parse(text('json')).findings;
const count = findings.length;
console.log(`${count} findings`);
assert.ok(count > 50, 'too few findings to tell anything');

function valid(ajv, schema, data, what) {
  addFormats(ajv);
  const check = ajv.compile(schema);
  assert.ok(check(data), `${what}: ${JSON.stringify(check.errors?.slice(0, 3))}`);
}

test('the same number of findings in every format', () => {
  const lines = (format, pattern) => text(format).split('\n').filter((l) => pattern.test(l)).length;
  assert.equal(lines('default', /^(error|warning|info)\[/), count);
  assert.equal(lines('stylish', /^ {2,}\d+:\d+ {2,}(error|warning|info) /), count);
  assert.equal(lines('unix', /: (error|warning|info): .* \[[a-z0-9-]+\/[a-z0-9-]+\]$/), count);
  assert.equal(lines('agent', /^\S.*:\d+:\d+: (error|warning|info) [a-z0-9-]+\/[a-z0-9-]+: /), count);
  assert.equal(text('jsonl').trim().split('\n').map(JSON.parse).filter((o) => o.kind === 'finding').length, count);
  assert.equal(JSON.parse(text('sarif')).runs[0].results.length, count);
  assert.equal(lines('github', /^::(error|warning|notice) /) + lines('github', /: (error|warning|info): .* \[[a-z0-9-]+\/[a-z0-9-]+\]$/), count);
  assert.equal(JSON.parse(text('gitlab')).length, count);
  assert.equal(text('junit').split('<failure ').length - 1, count);
  assert.equal(text('checkstyle').split('<error ').length - 1, count);
  assert.equal(JSON.parse(text('rdjson')).diagnostics.length, count);
  assert.equal(text('rdjsonl').trim().split('\n').map(JSON.parse).length, count);
  assert.equal(lines('markdown', /^\| (error|warning|info) \|/), count);
  assert.equal(htmlData().findings.length, count);
});

const htmlData = () => JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(text('html'))[1]);

test('the same places and fingerprints', () => {
  const of = (list) => list.map(String).sort().join('\n');
  const wanted = of(findings.map((f) => [f.rule, f.start.line, f.start.column, f.fingerprint]));
  const sarif = JSON.parse(text('sarif')).runs[0].results;
  assert.equal(of(sarif.map((r) => {
    const { startLine, startColumn } = r.locations[0].physicalLocation.region;
    return [r.ruleId, startLine, startColumn, r.partialFingerprints['looplint/v1']];
  })), wanted);
  const html = htmlData();
  assert.equal(of(html.findings.map((f) => [html.rules[f.rule].id, f.at[1], f.at[2], f.id])), wanted);
  // Columns of rdformat are bytes.
  const sources = new Map();
  for (const d of JSON.parse(text('rdjson')).diagnostics) {
    const name = path.join(folder, d.location.path);
    if (!sources.has(name)) sources.set(name, fs.readFileSync(name).toString('latin1').split(/\r\n|\r|\n/));
    assert.ok(d.location.range.start.column <= sources.get(name)[d.location.range.start.line - 1].length + 1, `${name} ${JSON.stringify(d.location.range)}`);
  }
});

test('json and jsonl keep to the schema that is published', () => {
  const schema = JSON.parse(fs.readFileSync(path.join(here, '../analyzer/cli/json_schema.json'), 'utf8'));
  valid(new Ajv2020({ strict: false }), schema, JSON.parse(text('json')), 'json');
  const line = { $ref: '#/$defs/line', $defs: { ...schema.$defs, line: { oneOf: [{ $ref: '#/$defs/findingLine' }, { $ref: '#/$defs/summaryLine' }] } } };
  const ajv = new Ajv2020({ strict: false });
  const check = ajv.compile(line);
  for (const l of text('jsonl').trim().split('\n')) assert.ok(check(JSON.parse(l)), `${l.slice(0, 200)}: ${JSON.stringify(check.errors)}`);
});

test('SARIF: the schema, and Microsoft\'s validator with the rules of GitHub', () => {
  const tools = path.join(here, 'formats/node_modules/@microsoft/sarif-multitool-linux');
  const log = JSON.parse(text('sarif'));
  const schema = JSON.parse(fs.readFileSync(path.join(tools, 'sarif-2.1.0.json'), 'utf8'));
  valid(/draft-04/.test(schema.$schema) ? new Ajv4({ strict: false, validateSchema: false }) : new Ajv({ strict: false, validateSchema: false }), schema, log, 'sarif');
  const tool = path.join(tools, 'Sarif.Multitool');
  fs.chmodSync(tool, 0o755);
  const verdict = path.join(out, 'verdict.sarif');
  // It says nothing by its exit code.
  const r = spawnSync(tool, ['validate', file('sarif'), '--rule-kind', 'Sarif;Ghas', '--level', 'Error;Warning;Note', '--output', verdict, '--log', 'ForceOverwrite'],
    { encoding: 'utf8', env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1', DOTNET_BUNDLE_EXTRACT_BASE_DIR: out } });
  assert.ok(fs.existsSync(verdict), r.stdout + r.stderr);
  const said = JSON.parse(fs.readFileSync(verdict, 'utf8')).runs[0];
  const bad = said.results.filter((x) => x.level !== 'note').map((x) => `${x.level ?? 'warning'} ${x.ruleId} ${JSON.stringify(x.message.arguments)}`);
  assert.deepEqual(bad.slice(0, 5), [], `${bad.length} errors and warnings`);
  assert.ok(said.results.length > 0, 'it always has notes: else it did not look');
  assert.deepEqual((said.invocations?.[0]?.toolExecutionNotifications ?? []).filter((n) => n.level === 'error'), []);
});

test('SARIF: what its readers choke on is not there', () => {
  const run = JSON.parse(text('sarif')).runs[0];
  for (const rule of run.tool.driver.rules) {
    assert.ok(rule.name && rule.shortDescription.text && rule.fullDescription.text && rule.help.text && rule.help.markdown && rule.helpUri, rule.id);
    assert.ok(rule.shortDescription.text.length <= 1024 && rule.fullDescription.text.length <= 1024 && rule.properties.tags.length <= 10);
    assert.ok(['very-high', 'high', 'medium', 'low'].includes(rule.properties.precision));
    const security = rule.properties['security-severity'];
    assert.equal(security !== undefined, rule.properties.tags.includes('security'), rule.id);
    if (security !== undefined) assert.ok(Number(security) > 0 && Number(security) <= 10);
  }
  for (const r of run.results) {
    assert.equal(run.tool.driver.rules[r.ruleIndex].id, r.ruleId);
    assert.equal(r.locations.length, 1);
    const region = r.locations[0].physicalLocation.region;
    assert.equal(region.startLine, region.endLine, 'pull requests show one-line regions');
    assert.ok(!path.isAbsolute(r.locations[0].physicalLocation.artifactLocation.uri));
    assert.equal(r.rank, undefined);
    for (const key of Object.keys(r.partialFingerprints)) assert.ok(!key.includes('/') || /\/v\d+$/.test(key));
    for (const fix of r.fixes ?? []) assert.ok(fix.description.text);
    const steps = (r.codeFlows ?? []).map((f) => f.threadFlows[0].locations.length);
    assert.deepEqual(steps, [...steps].sort((a, b) => a - b), 'the shortest way first');
  }
});

// The published algorithm once more, as plainly as can be, over whole texts instead of a stream.
function lineHashes(text) {
  const units = [...text.replace(/\r\n?/g, '\n')].join('').split('').map((c) => c.charCodeAt(0)).filter((u) => u !== 32 && u !== 9);
  units.push(0xffff);
  const mask = (1n << 64n) - 1n;
  const seen = new Map();
  const hashes = [];
  let begins = true;
  for (let i = 0; i < units.length; i++) {
    if (begins) {
      let h = 0n;
      for (let k = 0; k < 100; k++) h = (h * 37n + BigInt(units[i + k] ?? 0)) & mask;
      const hex = h.toString(16);
      seen.set(hex, (seen.get(hex) ?? 0) + 1);
      hashes.push(`${hex}:${seen.get(hex)}`);
    }
    begins = units[i] === 10;
  }
  return hashes;
}

test('SARIF: line hashes are GitHub\'s', () => {
  const known = new Map();
  let checked = 0;
  for (const r of JSON.parse(text('sarif')).runs[0].results) {
    const { artifactLocation, region } = r.locations[0].physicalLocation;
    const name = path.join(folder, decodeURIComponent(artifactLocation.uri));
    if (!fs.existsSync(name) || fs.statSync(name).size > 100_000) continue;
    if (!known.has(name)) known.set(name, lineHashes(fs.readFileSync(name, 'utf8')));
    assert.equal(r.partialFingerprints.primaryLocationLineHash, known.get(name)[region.startLine - 1], `${name}:${region.startLine}`);
    checked++;
  }
  assert.ok(checked > 40);
});

// Written from GitLab's and reviewdog's documents: what they require, and the types of what we use.
const position = { type: 'object', required: ['line'], properties: { line: { type: 'integer', minimum: 1 }, column: { type: 'integer', minimum: 1 } }, additionalProperties: false };
const range = { type: 'object', required: ['start'], properties: { start: position, end: position }, additionalProperties: false };
const place = { type: 'object', required: ['path'], properties: { path: { type: 'string' }, range }, additionalProperties: false };
const diagnostic = {
  type: 'object', required: ['message', 'location'], additionalProperties: false,
  properties: {
    message: { type: 'string', minLength: 1 }, location: place, severity: { enum: ['ERROR', 'WARNING', 'INFO'] },
    source: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, url: { type: 'string', format: 'uri' } } },
    code: { type: 'object', required: ['value'], properties: { value: { type: 'string' }, url: { type: 'string', format: 'uri' } } },
    suggestions: { type: 'array', items: { type: 'object', required: ['range', 'text'], properties: { range, text: { type: 'string' } }, additionalProperties: false } },
    related_locations: { type: 'array', items: { type: 'object', required: ['location'], properties: { message: { type: 'string' }, location: place }, additionalProperties: false } },
  },
};

test('rdjson and rdjsonl', () => {
  const schema = { type: 'object', required: ['diagnostics'], additionalProperties: false, properties: { source: diagnostic.properties.source, diagnostics: { type: 'array', items: diagnostic } } };
  const document = JSON.parse(text('rdjson'));
  valid(new Ajv({ strict: false }), schema, document, 'rdjson');
  assert.deepEqual(text('rdjsonl').trim().split('\n').map(JSON.parse), document.diagnostics);
});

test('gitlab', () => {
  const list = JSON.parse(text('gitlab'));
  valid(new Ajv({ strict: false }), {
    type: 'array', items: {
      type: 'object', required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
      properties: {
        description: { type: 'string', minLength: 1 }, check_name: { type: 'string' }, fingerprint: { type: 'string', minLength: 1 }, severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
        location: { type: 'object', required: ['path', 'lines'], properties: { path: { type: 'string', pattern: '^(?!\\./|/)' }, lines: { type: 'object', required: ['begin'], properties: { begin: { type: 'integer', minimum: 1 } } } } },
      },
    },
  }, list, 'gitlab');
  assert.equal(new Set(list.map((x) => x.fingerprint)).size, list.length, 'GitLab takes issues of one fingerprint for one');
});

test('junit and checkstyle are XML', () => {
  for (const format of ['junit', 'checkstyle']) {
    const r = spawnSync('xmllint', ['--noout', '--nonet', file(format)], { encoding: 'utf8' });
    assert.equal(r.error, undefined, 'xmllint is missing: scripts/setup brings it');
    assert.equal(r.status, 0, r.stderr);
  }
  const xpath = (format, query) => spawnSync('xmllint', ['--xpath', query, file(format)], { encoding: 'utf8' }).stdout.trim();
  assert.equal(xpath('junit', 'sum(/testsuites/testsuite/@failures)'), String(count));
  assert.equal(xpath('junit', 'number(/testsuites/@failures)'), String(count));
  assert.equal(xpath('junit', 'count(//testcase[not(@name) or not(@classname)])'), '0');
  assert.equal(xpath('checkstyle', 'count(/checkstyle/file/error[@line and @column and @severity and @message and @source])'), String(count));
});

test('github: at most ten annotations of a kind, in the escapes of its runner', () => {
  const lines = text('github').trim().split('\n');
  for (const kind of ['error', 'warning', 'notice']) assert.ok(lines.filter((l) => l.startsWith(`::${kind} `)).length <= 10);
  for (const l of lines.filter((x) => x.startsWith('::'))) {
    // As the runner reads a command: properties up to "::", separated by commas, then data.
    const [, command, properties] = /^::([^ ]+) (.*?)::/.exec(l);
    assert.ok(['error', 'warning', 'notice'].includes(command));
    const read = Object.fromEntries(properties.split(',').map((p) => p.split('=')));
    assert.ok(read.file && Number(read.line) >= 1 && read.title, l);
  }
});

test('markdown: a table row for each finding, nothing of the code is markup', () => {
  for (const row of text('markdown').split('\n').filter((l) => l.startsWith('|'))) {
    const cells = row.replace(/\\./g, '').split('|').length - 2;
    assert.equal(cells, 4, row);
    assert.doesNotMatch(row.replaceAll('<br>', ''), /<[a-z]/i);
  }
});

test('html: nothing is loaded, and only what the policy names may run', () => {
  const page = text('html');
  assert.match(page, /default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; script-src 'sha256-[A-Za-z0-9+/]{43}='/);
  const without = page.replace(/<script type="application\/json".*?<\/script>/s, '');
  assert.doesNotMatch(without, /<(link|img|iframe|script src)|@import|url\(["']?http|fetch\(|XMLHttpRequest|unsafe-/);
});
