// Pages of a list, compiled each time and cached.
const ejs = require('./lib/ejs.js');

let n = 0;
for (let i = 0; i < 60; i++) {
  n += ejs.render(`<h1><%= title %> ${i}</h1><% for (const x of items) { %><li><%- x.name %> <%# c %><%= x.n %></li><% } -%>\n<%% raw %>`, { title: '<t>', items: Array.from({ length: 20 }, (_, k) => ({ name: `n${k}`, n: k })) }, { cache: i % 2 === 0, filename: `f${i % 4}`, rmWhitespace: i % 3 === 0 }).length;
}
console.log(n);
