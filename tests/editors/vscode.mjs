// The extension in real VS Code (code-server in Chromium), as a person would see it: env ROOT, FILE, OUT, SERVER.
// With SCREENSHOT, a picture of the first finding is left there.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const home = process.env.LOOPLINT_CODE_SERVER ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(os.userInfo().homedir, '.cache'), 'looplint-code-server');
const entry = path.join(home, 'node_modules/code-server/out/node/entry.js');
const extension = path.join(here, '../../editors/vscode');
const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((f) => fs.existsSync(f));
const puppeteerAt = path.join(here, '../formats/node_modules/puppeteer-core');

export function missing() {
  if (!fs.existsSync(path.join(home, '.done'))) return 'code-server is not installed (tests/editors/code-server.sh)';
  if (!chromium) return 'Chromium is not installed (apt: chromium)';
  if (!fs.existsSync(puppeteerAt)) return 'puppeteer-core is not installed (npm ci --ignore-scripts in tests/formats)';
  if (!fs.existsSync(path.join(extension, 'node_modules/.bin/vsce'))) return 'the extension cannot be packaged (npm ci --ignore-scripts in editors/vscode)';
  return false;
}

// Packaged without a network: vsce is a dependency of the extension.
function packaged(folder) {
  const file = path.join(folder, 'looplint.vsix');
  const run = spawnSync('npm', ['run', '--silent', 'package', '--', '--out', file], { cwd: extension, encoding: 'utf8' });
  if (!fs.existsSync(file)) throw new Error(`vsce: ${run.stdout}${run.stderr}`);
  return file;
}

async function main() {
  const { ROOT: root, FILE: file, OUT: out, SERVER: server, SCREENSHOT: shot } = process.env;
  const lines = [];
  const say = (line) => (lines.push(line), fs.writeFileSync(out, lines.join('\n') + '\n'));
  const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
  const data = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'looplint-vscode-'));
  process.env.HOME = data; // npm's, the browser's and the server's droppings
  fs.mkdirSync(path.join(data, 'user/User'), { recursive: true });
  fs.writeFileSync(path.join(data, 'user/User/settings.json'), JSON.stringify({
    'looplint.path': server.split(' ')[0], 'workbench.startupEditor': 'none', 'security.workspace.trust.enabled': false,
    'javascript.validate.enable': false, 'typescript.validate.enable': false, 'telemetry.telemetryLevel': 'off',
    'files.autoSave': 'off', 'editor.accessibilitySupport': 'off',
  }));
  const flags = ['--user-data-dir', path.join(data, 'user'), '--extensions-dir', path.join(data, 'extensions')];
  const install = spawnSync(process.execPath, [entry, ...flags, '--install-extension', packaged(data)], { encoding: 'utf8' });
  say(`install: ${install.stdout.trim().split('\n').at(-1)}`);
  const port = 18000 + (process.pid % 2000);
  const code = spawn(process.execPath, [entry, ...flags, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry',
    '--disable-update-check', '--disable-workspace-trust'], { detached: true, stdio: 'ignore' });
  const base = `http://127.0.0.1:${port}`;
  const puppeteer = createRequire(import.meta.url)(puppeteerAt);
  let browser;
  try {
    for (let i = 0; i < 240; i++) {
      if (await fetch(`${base}/healthz`).then((r) => r.ok, () => false)) break;
      await sleep(250);
    }
    browser = await puppeteer.launch({ executablePath: chromium, headless: true, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
      userDataDir: path.join(data, 'browser'), defaultViewport: { width: 1400, height: 850 } });
    const page = await browser.newPage();
    const payload = JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${port}${path.join(root, file)}`]]);
    await page.goto(`${base}/?folder=${encodeURIComponent(root)}&payload=${encodeURIComponent(payload)}`, { waitUntil: 'domcontentloaded', timeout: 120000 });
    await page.waitForSelector('.tabs-container .tab', { timeout: 120000 });
    await page.waitForSelector('.monaco-editor .view-line', { timeout: 60000 });
    const chord = async (...keys) => {
      for (const k of keys) await page.keyboard.down(k);
      for (const k of keys.reverse()) await page.keyboard.up(k);
    };
    const rows = () => page.$$eval('.markers-panel-container .monaco-list-row', (all) => all.map((r) => r.innerText.replace(/\s+/g, ' ').trim()));
    const until = async (what, condition, ms = 60000) => {
      for (const end = Date.now() + ms; Date.now() < end; await sleep(200)) {
        const value = await condition();
        if (value) return value;
      }
      throw new Error(`no ${what} in ${ms} ms; on screen: ${(await rows()).join(' / ')}`);
    };
    const found = (all) => all.find((r) => r.includes('event-loop/sync-in-handler'));
    await chord('Control', 'Shift', 'm');
    const row = await until('finding', async () => found(await rows()));
    const [, line, column] = /Ln (\d+), Col (\d+)/.exec(row);
    for (const r of (await rows()).filter((r) => r.includes('event-loop/sync-in-handler'))) say(`diagnostic ${line}:${column} ${r}`);
    // The way there, below the finding.
    const finding = (await page.$$('.markers-panel-container .monaco-list-row'))[1];
    await finding.click({ offset: { x: 90, y: 10 } }); // beside the link to the rule's page
    await page.keyboard.press('ArrowRight');
    const more = await until('trace', async () => {
      const all = await rows();
      return all.length > 2 && all;
    });
    for (const r of more.slice(2)) say(`step ${r}`);
    await until('squiggle', () => page.$('.monaco-editor .squiggly-error'));
    say('squiggle: shown');
    const lens = await until('lens', () => page.$$eval('.codelens-decoration', (all) => all.map((l) => l.innerText).find((t) => t.includes('request'))), 20000).catch(() => undefined);
    if (lens) say(`lens ${lens}`);
    if (shot) await page.screenshot({ path: shot });
    // An edit that is not saved, in the middle of the line.
    await page.click('.monaco-editor .view-lines');
    await chord('Control', 'g');
    await page.keyboard.type(':3');
    await page.keyboard.press('Enter');
    await sleep(500);
    await page.keyboard.press('Home');
    await page.keyboard.type('// ');
    await until('clean panel', async () => !found(await rows()));
    say('typed: clean');
    await chord('Control', 'z');
    await until('the finding again', async () => found(await rows()));
    say('restored: found');
  } catch (e) {
    if (shot) await (await browser?.pages())?.at(-1)?.screenshot({ path: shot });
    throw e;
  } finally {
    await browser?.close();
    try { process.kill(-code.pid, 'SIGTERM'); } catch { /* gone */ }
    await sleep(500);
    try { process.kill(-code.pid, 'SIGKILL'); } catch { /* gone */ }
    fs.rmSync(data, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
