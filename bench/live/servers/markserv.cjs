// markserv without the browser it opens.
const server = require('markserv/lib/server');

server.init({ dir: process.cwd(), port: Number(process.argv[2]), address: '127.0.0.1', livereloadport: false, silent: true, $pathProvided: true });
