// pug under plain http.
const http = require('node:http');
const pug = require('pug');

http
  .createServer((req, res) => {
    res.setHeader('content-type', 'text/html');
    res.end(pug.renderFile('views/home.pug', { name: 'you' }));
  })
  .listen(Number(process.argv[2]));
