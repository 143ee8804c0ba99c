// Templates by view engines of Express.
const express = require('express');

const app = express();
app.set('views', 'views');
app.engine('ejs', require('ejs').renderFile);
app.engine('pug', require('pug').renderFile);
app.engine('hbs', require('hbs').__express);
for (const kind of ['ejs', 'pug', 'hbs']) {
  app.get(`/${kind}`, (req, res) => res.render(`home.${kind}`, { name: req.query.name }));
}
app.listen(Number(process.argv[2]));
