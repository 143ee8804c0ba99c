// Compiles and renders templates with helpers, partials and blocks.
const Handlebars = require('./dist/cjs/handlebars.js').default;

Handlebars.registerHelper('upper', (s) => String(s).toUpperCase());
Handlebars.registerHelper('list', (items, options) => items.map((x) => options.fn(x)).join(''));
Handlebars.registerPartial('row', '<p>{{name}} {{#if tags}}{{tags.length}}{{/if}}</p>');
let n = 0;
for (let i = 0; i < 60; i++) {
  const template = Handlebars.compile(`<h1>{{upper title}} ${i}</h1>{{#each items as |item k|}}{{item.name}}{{#unless @last}}, {{/unless}}{{> row item}}{{else}}empty{{/each}}{{#with owner}}{{first}} {{../title}}{{/with}}{{{raw}}}{{!-- c --}}{{#list items}}{{name}} {{lookup . "name"}}{{/list}}{{upper "a"}}{{upper 1}}`);
  n += template({ title: 't', owner: { first: 'f' }, raw: '<b>', items: [{ name: 'a', tags: ['x'] }, { name: 'b' }] }, {}).length;
}
console.log(n);
