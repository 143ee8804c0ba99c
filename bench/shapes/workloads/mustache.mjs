// A page of a shop, from nested views.
import Mustache from './mustache.mjs';

const template = '<h1>{{title}}</h1>{{#items}}<li class="{{kind}}">{{name}}: {{{price}}} {{#tags}}<i>{{.}}</i>{{/tags}}{{^tags}}none{{/tags}}{{> row}}</li>{{/items}}{{! note }}{{#bold}}x{{/bold}}{{=<% %>=}}<% title %>';
const items = Array.from({ length: 200 }, (_, i) => ({ name: `n${i}`, kind: i % 2 ? 'a' : 'b', price: i * 2, tags: i % 3 ? ['x', 'y'] : [] }));
let n = 0;
for (let i = 0; i < 5; i++) n += Mustache.render(template, { title: 'Shop', items, bold: () => (text, render) => `<b>${render(text)}</b>` }, { row: '<p>{{name}}</p>' }).length;
console.log(n);
