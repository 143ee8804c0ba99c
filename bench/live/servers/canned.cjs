const http = require('node:http');
const canned = require('canned');

http.createServer(canned('canned', { logger: null })).listen(Number(process.argv[2]));
