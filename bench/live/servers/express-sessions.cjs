// Sessions in files, uploads on disk, folders listed.
const express = require('express');
const session = require('express-session');
const multer = require('multer');
const serveIndex = require('serve-index');
const FileStore = require('session-file-store')(session);

const app = express();
app.use(session({ store: new FileStore({ path: 'sessions', logFn() {} }), secret: 'for this bench only', resave: true, saveUninitialized: true }));
app.get('/count', (req, res) => {
  req.session.count = (req.session.count ?? 0) + 1;
  res.json(req.session.count);
});
app.post('/upload', multer({ dest: 'uploads' }).single('file'), (req, res) => res.json(req.file.size));
app.use('/', express.static('.'), serveIndex('.', { icons: true }));
app.listen(Number(process.argv[2]));
