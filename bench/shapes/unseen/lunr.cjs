// An index built over documents, searched, written out and read back.
const lunr = require('./lunr.js');

const words = 'alpha beta gamma delta running runner nations national generously quick brown fox jumps over lazy dogs organization'.split(' ');
const documents = Array.from({ length: 150 }, (_, i) => ({ id: i, title: `${words[i % 17]} ${words[(i * 5) % 17]}`, body: Array.from({ length: 20 }, (_, k) => words[(i * k + k) % 17]).join(' ') }));
const index = lunr(function () {
  this.ref('id');
  this.field('title', { boost: 10 });
  this.field('body');
  this.metadataWhitelist = ['position'];
  for (const d of documents) this.add(d);
});
let n = 0;
for (const one of [index, lunr.Index.load(JSON.parse(JSON.stringify(index)))]) {
  for (const query of ['alpha', 'title:beta', 'run*', 'gama~1', '+fox -dogs', 'quick^5 brown', '*ation', 'lazy delta title:fox']) n += one.search(query).length;
  n += one.query((q) => { q.term('nation', { fields: ['body'], boost: 3 }); q.term('dog', { wildcard: lunr.Query.wildcard.TRAILING }); }).length;
}
console.log(n);
