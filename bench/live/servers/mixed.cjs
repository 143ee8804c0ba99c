// What an application does by itself: at start, at the first request, on each of them and beside them.
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const zlib = require('node:zlib');
const { page } = require('./pages.cjs');

const home = fs.readFileSync('index.html', 'utf8');
const hash = (password) => crypto.pbkdf2Sync(password, 'salt', 1000, 32, 'sha256').toString('hex');
hash('once, at start');

const routes = {
  '/': () => home,
  '/page': () => page('page.md'),
  '/login': () => hash('each time'),
  '/packed': () => zlib.gzipSync(home).toString('base64'),
};

setInterval(() => fs.writeFileSync('heartbeat', String(Date.now())), 50).unref();

http
  .createServer((req, res) => {
    const route = routes[req.url];
    res.statusCode = route ? 200 : 404;
    res.end(route ? route() : undefined);
  })
  .listen(Number(process.argv[2]));
