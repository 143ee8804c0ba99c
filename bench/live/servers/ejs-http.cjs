// ejs under plain http.
const http = require('node:http');
const ejs = require('ejs');

http
  .createServer((req, res) => {
    ejs.renderFile('views/home.ejs', { name: 'you' }, (err, html) => {
      if (err) res.writeHead(500);
      res.end(html);
    });
  })
  .listen(Number(process.argv[2]));
