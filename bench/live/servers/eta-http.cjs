// A page by Eta, whose templates are read again while nothing is cached.
const http = require('node:http');
const path = require('node:path');
const { Eta } = require('eta');

const eta = new Eta({ views: path.resolve('views') });
http
  .createServer((req, res) => res.end(eta.render('./home', { name: 'you' })))
  .listen(Number(process.argv[2]));
