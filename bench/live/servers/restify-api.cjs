// An API and static files by restify.
const restify = require('restify');

const server = restify.createServer();
server.use(restify.plugins.queryParser());
server.get('/hello/:name', (req, res, next) => {
  res.send({ hello: req.params.name });
  next();
});
server.get('/*', restify.plugins.serveStatic({ directory: process.cwd(), default: 'index.html' }));
server.listen(Number(process.argv[2]));
