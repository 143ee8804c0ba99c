// The HTML report in a real browser, Debian's Chromium without a network: it filters, opens a trace, walks by keyboard,
// and is looked at in light, dark and print. LOOPLINT_TEST_KEEP=folder keeps the screenshots.
//   node report_test.mjs --looplint path/to/looplint
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const binary = path.resolve(process.argv[process.argv.indexOf('--looplint') + 1]);
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!fs.existsSync(path.join(here, 'formats/node_modules/puppeteer-core')) || !fs.existsSync(chromium)) {
  console.log('SKIPPED: tests/formats/node_modules or chromium is missing');
  process.exit(77);
}
const puppeteer = createRequire(path.join(here, 'formats/package.json'))('puppeteer-core');
const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'looplint-report-'));
const shots = process.env.LOOPLINT_TEST_KEEP ?? root;
fs.mkdirSync(shots, { recursive: true });
const write = (name, text) => {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), text);
};
write('package.json', '{"name": "shop", "dependencies": {"express": "^4.0.0"}}');
write('src/server.js', "const express = require('express');\nconst views = require('./views/render');\nconst log = require('./log');\nconst app = express();\n"
  + "app.get('/', (req, res) => {\n  log.write(req.url);\n  res.send(views.render('home'));\n});\napp.listen(1);\n");
write('src/views/render.js', "const templates = require('../../lib/templates');\nconst helpers = require('./helpers');\nexports.render = (name) => helpers.wrap(templates.load(name));\n");
write('src/views/helpers.js', 'exports.wrap = (text) => `<main>${text}</main>`;\n');
write('src/log.js', "const fs = require('fs');\nexports.write = (line) => fs.appendFileSync('app.log', line);\n");
write('lib/templates.js', "const fs = require('fs');\n\nfunction readAll(name) {\n  // </script><img src=x onerror=alert(1)> stays text\n  return fs.readFileSync('./templates/' + name + '.html', 'utf8');\n}\nexports.load = (name) => readAll(name);\n");
write('lib/late.js', 'setTimeout(() => {}, 3000000000);\n');
for (let i = 0; i < 9; i++) write(`src/pages/page${i}.js`, "require('../../lib/templates');\n");
const page = path.join(root, 'report.html');
const json = path.join(root, 'report.json');
const run = spawnSync(binary, ['--no-config', '--no-progress', '-f', `html:${page}`, '-f', `json:${json}`, '-f', 'unix', '-o', '/dev/null'], { cwd: root, encoding: 'utf8' });
assert.equal(run.status, 1, run.stderr);
const findings = JSON.parse(fs.readFileSync(json, 'utf8')).findings;

let browser, tab;
const said = [], asked = [];
before(async () => {
  browser = await puppeteer.launch({ executablePath: chromium, headless: true, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'], userDataDir: path.join(root, 'profile') });
  tab = await browser.newPage();
  await tab.setViewport({ width: 1280, height: 900 });
  tab.on('console', (m) => said.push(m.text()));
  tab.on('pageerror', (e) => said.push(String(e)));
  tab.on('dialog', (d) => said.push(`dialog ${d.message()}`));
  tab.on('request', (r) => asked.push(r.url()));
  await tab.goto(pathToFileURL(page).href);
});
after(async () => {
  await browser?.close();
  fs.rmSync(root, { recursive: true, force: true });
});
const texts = (selector) => tab.$$eval(selector, (list) => list.map((e) => e.textContent));
const shot = async (name) => {
  const file = path.join(shots, `report-${name}.png`);
  await tab.screenshot({ path: file });
  assert.ok(fs.statSync(file).size > 10_000, name);
};

test('all findings are listed, nothing is loaded, nothing complains', async () => {
  assert.equal((await texts('#list li')).length, findings.length);
  assert.match((await texts('#summary'))[0], new RegExp(`^${findings.filter((f) => f.severity === 'error').length} errors`));
  assert.deepEqual(asked, [pathToFileURL(page).href]);
  assert.deepEqual(said, []);
});

test('the filter narrows the list, by words and by severity', async () => {
  await tab.keyboard.press('/');
  await tab.keyboard.type('templates readfile');
  assert.deepEqual((await texts('#list .place')), ['lib/templates.js:5:10']);
  assert.match((await texts('#count'))[0], new RegExp(`^1 finding of ${findings.length}$`));
  assert.match((await texts('#detail h2'))[0], /^fs.readFileSync blocks the event loop/, 'what is shown follows the filter');
});

test('one rule may be chosen, with how often it reports', async () => {
  await tab.focus('#filter');
  await tab.keyboard.press('Escape');
  const rules = await texts('#rule option');
  assert.equal(rules[0], `all ${new Set(findings.map((f) => f.rule)).size} rules`);
  const late = await tab.$$eval('#rule option', (list) => list.find((o) => o.textContent.startsWith('timers/delay-overflow')).value);
  await tab.select('#rule', late);
  assert.deepEqual(await texts('#list .place'), ['lib/late.js:1:22']);
  await tab.focus('#rule');
  await tab.keyboard.press('Escape');
  assert.equal((await texts('#list li')).length, findings.length);
  await tab.type('#filter', 'templates readfile');
});

test('a trace opens: frames, cards, and the path in the graph of modules', async () => {
  await tab.click('#list a');
  const steps = await texts('.steps li .place');
  assert.deepEqual(steps, ['src/server.js:5:1', 'src/server.js:7:12', 'src/views/render.js:3:41', 'lib/templates.js:7:26', 'lib/templates.js:5:10']);
  assert.deepEqual(await texts('#detail > section > pre mark'), ['fs.readFileSync']);
  assert.deepEqual(await texts('.steps li:last-child mark'), ['fs.readFileSync'], 'the last card shows the code, too');
  const size = await tab.$eval('#detail svg text', (e) => e.getBoundingClientRect().height);
  assert.ok(size > 9, `names in the graph can be read: ${size}`);
  assert.match((await texts('#detail > section > pre'))[0], /<\/script><img src=x/);
  assert.equal(await tab.$('#detail img'), null);
  const on = await tab.$$eval('svg .node.on title', (list) => list.map((e) => e.textContent));
  assert.deepEqual(on, ['src/server.js', 'src/views/render.js', 'lib/templates.js']);
  assert.equal((await tab.$$('svg .edge.on')).length, 2);
  assert.ok((await texts('svg .more')).some((t) => /src\/pages\/ \(\d more\)/.test(t)), 'neighbours beyond a few are one box for their folder');
  await shot('light');
  await tab.$eval('#detail svg', (e) => e.scrollIntoView({ block: 'end' }));
  await shot('graph');
});

test('the keyboard goes along the list and the trace', async () => {
  await tab.focus('#filter');
  await tab.keyboard.press('Escape');
  assert.equal((await texts('#list li')).length, findings.length);
  const current = () => tab.$eval('#list [aria-current=true]', (e) => Number(e.dataset.index));
  const first = await current();
  await tab.keyboard.press('k');
  assert.equal(await current(), first - 1);
  await tab.keyboard.press('j');
  assert.equal(await current(), first);
  await tab.keyboard.press('n');
  await tab.keyboard.press('n');
  assert.match(await tab.$eval('.steps li.on', (e) => e.textContent), /src\/server.js:7:12/);
  assert.ok(await tab.evaluate(() => document.activeElement.classList.contains('on')));
  assert.match(tab.url(), /#[0-9a-f]{16}-\d+$/, 'the address names the finding');
});

test('dark and print', async () => {
  const back = () => tab.$eval('body', (e) => getComputedStyle(e).backgroundColor);
  const light = await back();
  await tab.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  assert.notEqual(await back(), light);
  await shot('dark');
  await tab.emulateMediaFeatures([]);
  const pdf = await tab.pdf({ path: path.join(shots, 'report.pdf') });
  assert.ok(pdf.length > 10_000);
  await tab.emulateMediaType('print');
  assert.equal(await tab.$eval('nav', (e) => getComputedStyle(e).display), 'none');
  await tab.emulateMediaType('screen');
  assert.deepEqual(said, []);
});

test('an empty report says so', async () => {
  const empty = path.join(root, 'empty.html');
  spawnSync(binary, ['--no-config', '--no-progress', '-A', 'all', '-f', `html:${empty}`, '-f', 'unix', '-o', '/dev/null'], { cwd: root });
  const other = await browser.newPage();
  await other.goto(pathToFileURL(empty).href);
  assert.equal(await other.$eval('#detail', (e) => e.textContent), 'No findings.');
});
