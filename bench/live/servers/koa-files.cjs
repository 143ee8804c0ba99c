// Static files and one page by Koa.
const Koa = require('koa');
const send = require('koa-send');
const files = require('koa-static');

const app = new Koa();
app.use(async (ctx, next) => {
  if (ctx.path !== '/page') return next();
  await send(ctx, 'index.html', { root: process.cwd() });
});
app.use(files('.'));
app.listen(Number(process.argv[2]));
