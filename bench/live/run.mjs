// Blocking calls that real servers make while they serve real requests, against those looplint reports.
//
//   npm ci --ignore-scripts (in a copy of this folder's package.json and lockfile), then
//   node bench/live/run.mjs WORK --looplint BINARY [--all] [NAME...]
//
// WORK holds the node_modules of that install. Each server of servers.json runs there under monitor.cjs in a fresh copy of
// site/, is asked each of its requests three times, and stopped. Its code, and that of the packages named with it, is
// analyzed as one program. A site is the innermost line of the program's or a package's code on the stack of a blocking
// call. --all prints each site.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const looplint = path.resolve(args.splice(args.indexOf('--looplint'), 2)[1]);
const all = args.includes('--all') && args.splice(args.indexOf('--all'), 1).length > 0;
const work = fs.realpathSync(args.shift());
const servers = JSON.parse(fs.readFileSync(path.join(here, 'servers.json'), 'utf8')).filter((s) => !args.length || args.includes(s.name));
fs.cpSync(path.join(here, 'servers'), path.join(work, 'servers'), { recursive: true });

const free = () =>
  new Promise((resolve) => {
    const s = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => resolve(port));
    });
  });

function ask(port, request) {
  let [method, url] = request.includes(' ') ? request.split(' ') : ['GET', request];
  let body, headers = { connection: 'close' };
  if (method === 'POST') [body, headers] = ['{"title":"two"}', { ...headers, 'content-type': 'application/json' }];
  if (method === 'UPLOAD') {
    method = 'POST';
    headers = { ...headers, 'content-type': 'multipart/form-data; boundary=x' };
    body = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\ntext\r\n--x--\r\n';
  }
  return new Promise((resolve, reject) => {
    const req = http.request({ host: '127.0.0.1', port, method, path: url, headers, timeout: 5000 }, (res) => {
      res.resume().on('end', () => resolve(res.statusCode)).on('error', reject);
    });
    req.on('error', reject).on('timeout', () => req.destroy(new Error(`no answer to ${request}`)));
    req.end(body);
  });
}

async function observe(server) {
  const folder = path.join(work, 'run', server.name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.cpSync(path.join(here, 'site'), folder, { recursive: true });
  const out = `${folder}.jsonl`;
  fs.rmSync(out, { force: true });
  const port = await free();
  const given = (server.arguments ?? ['{port}']).map((a) => a.replace('{port}', port).replace('{port+1}', port + 1));
  const child = spawn(process.execPath, ['-r', path.join(here, 'monitor.cjs'), path.join(work, server.run), ...given], {
    cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: server.environment ?? 'production', LIVE_OUT: out },
  });
  let log = '';
  child.stdout.on('data', (c) => (log += c));
  child.stderr.on('data', (c) => (log += c));
  const statuses = {};
  try {
    for (let i = 0; ; i++) {
      if (child.exitCode !== null || i > 200) throw new Error(`did not start: ${log}`);
      const up = await new Promise((resolve) => {
        const s = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
        s.on('connect', () => s.destroy());
      });
      if (up) break;
      await sleep(100);
    }
    for (let round = 0; round < 3; round++) {
      for (const request of server.requests) statuses[request] = await ask(port, request).catch((e) => e.message);
    }
    await sleep(150);
  } finally {
    child.kill('SIGKILL');
  }
  const seen = new Map();
  for (const line of fs.readFileSync(out, 'utf8').split('\n').filter(Boolean)) {
    const call = JSON.parse(line);
    // What is not analyzed, dependencies of a package most of all, is a call of the line that asked for it.
    const site = call.frames.find((f) => analyzed(server, path.relative(work, f.file))) ?? call.frames[0];
    if (call.loading || !site) continue;
    const key = `${path.relative(work, site.file)}:${site.line} ${call.api}`;
    const row = seen.get(key) ?? { file: path.relative(work, site.file), line: site.line, api: call.api, phases: new Set(), requests: new Set(), frames: call.frames };
    row.phases.add(call.phase);
    if (call.phase === 'request') row.requests.add(call.request), (row.frames = call.frames);
    seen.set(key, row);
  }
  return { seen: [...seen.values()], statuses, requests: server.requests.length * 3 };
}

function analyzed(server, file) {
  return server.analyze.some((a) => file === a || (file.startsWith(`${a}/`) && !file.slice(a.length).includes('/node_modules/')));
}

function report(server) {
  const run = spawnSync(looplint, ['--no-config', '--no-ignore', '--only', 'event-loop/sync-in-handler', '--only', 'event-loop/sync-in-async-context', '-f', 'json', ...server.analyze],
    { cwd: work, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status > 1) throw new Error(run.stderr);
  return JSON.parse(run.stdout).findings;
}

const total = { sites: 0, found: 0, start: 0, hot: 0 };
const rows = [];
for (const server of servers) {
  const { seen, statuses, requests } = await observe(server);
  const findings = report(server);
  const at = new Set(findings.filter((f) => f.trace.length > 0).map((f) => `${f.file}:${f.end.line}`));
  for (const f of findings) if (f.trace.length > 0) at.add(`${f.file}:${f.start.line}`);
  const within = (s) => analyzed(server, s.file);
  const serving = seen.filter((s) => s.phases.has('request'));
  const own = serving.filter(within);
  const start = seen.filter((s) => within(s) && !s.phases.has('request') && !s.phases.has('background'));
  const found = own.filter((s) => at.has(`${s.file}:${s.line}`));
  // A line that also runs while serving is judged by that.
  const often = new Set(findings.filter((f) => f.severity !== 'info').map((f) => `${f.file}:${f.start.line}`));  // not: on the first request
  const hot = start.filter((s) => often.has(`${s.file}:${s.line}`) && !own.some((o) => o.file === s.file && o.line === s.line));
  total.sites += own.length, total.found += found.length, total.start += start.length, total.hot += hot.length;
  rows.push([server.name, requests, own.length, found.length, start.length, hot.length, findings.length]);
  for (const s of own) if (all || !found.includes(s)) console.log(`${found.includes(s) ? 'found ' : 'MISSED'} ${server.name}: ${s.file}:${s.line} ${s.api} (${s.requests.size} of ${requests} requests)${found.includes(s) ? '' : '\n' + s.frames.slice(0, 9).map((f) => `         ${path.relative(work, f.file)}:${f.line} ${f.name}`).join('\n')}`);
  for (const s of hot) console.log(`WRONG  ${server.name}: ${s.file}:${s.line} ${s.api} ran at start only`);
  if (all) {
    for (const s of serving.filter((s) => !within(s))) console.log(`beyond ${server.name}: ${s.file}:${s.line} ${s.api} (${s.requests.size} requests)`);
    for (const f of findings) if (!seen.some((s) => s.file === f.file && (s.line === f.start.line || s.line === f.end.line))) console.log(`unseen ${server.name}: ${f.file}:${f.start.line} ${f.message}`);
    console.log(server.name, JSON.stringify(statuses));
  }
}
console.log('| server | requests | sites seen serving | found | sites at start only | called hot | findings |\n|---|---|---|---|---|---|---|');
for (const r of rows) console.log(`| ${r.join(' | ')} |`);
console.log(`| all | | ${total.sites} | ${total.found} | ${total.start} | ${total.hot} | |`);
process.exitCode = total.found === total.sites && total.hot === 0 ? 0 : 1;
