// Files and a page by hapi.
const Hapi = require('@hapi/hapi');

async function main() {
  const server = Hapi.server({ port: Number(process.argv[2]) });
  await server.register([require('@hapi/inert'), require('@hapi/vision')]);
  server.views({ engines: { ejs: require('ejs') }, relativeTo: process.cwd(), path: 'views', isCached: false });
  server.route({ method: 'GET', path: '/page/{name}', handler: (request, h) => h.view('home', { name: request.params.name }) });
  server.route({ method: 'GET', path: '/{file*}', handler: { directory: { path: process.cwd(), listing: true } } });
  await server.start();
}

main();
