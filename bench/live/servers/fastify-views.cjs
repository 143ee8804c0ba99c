// Static files and templates by Fastify.
const fastify = require('fastify')();

fastify.register(require('@fastify/static'), { root: process.cwd(), prefix: '/files/' });
fastify.register(require('@fastify/view'), { engine: { ejs: require('ejs') }, root: `${process.cwd()}/views` });
fastify.get('/', (req, reply) => reply.view('home.ejs', { name: 'you' }));
fastify.get('/json', async () => ({ fine: true }));
fastify.listen({ port: Number(process.argv[2]) }, (err) => {
  if (err) throw err;
});
