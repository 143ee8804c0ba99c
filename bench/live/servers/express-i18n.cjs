// i18n adds keys it does not know to its catalogue on disk.
const express = require('express');
const i18n = require('i18n');

i18n.configure({ locales: ['en', 'de'], directory: `${process.cwd()}/locales`, updateFiles: true });
const app = express();
app.use(i18n.init);
app.get('/hello', (req, res) => res.send(res.__('greeting')));
app.get('/new/:key', (req, res) => res.send(res.__(req.params.key)));
app.listen(Number(process.argv[2]));
