// Style sheets that Stylus compiles when they are asked for.
const connect = require('connect');
const stylus = require('stylus');

const app = connect();
app.use(stylus.middleware({ src: process.cwd(), dest: require('node:fs').mkdtempSync('/tmp/stylus-'), force: true }));
app.use((req, res) => res.end('none'));
app.listen(Number(process.argv[2]));
