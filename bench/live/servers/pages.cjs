const fs = require('node:fs');

let layout;

exports.page = (name) => {
  layout ??= fs.readFileSync('index.html', 'utf8');
  return layout.replace('Hello', fs.readFileSync(name, 'utf8'));
};
