// Templates with inheritance, macros, loops and filters.
const nunjucks = require('./index.js');

const sources = {
  base: '<html>{% block head %}h{% endblock %}{% block body %}{% endblock %}</html>',
  page: '{% extends "base" %}{% macro field(name, value="") %}<i>{{ name }}={{ value | upper }}</i>{% endmacro %}{% block body %}{% for x in items %}{{ loop.index }}: {{ x.name | escape }} {% if x.n > 3 and not x.off %}{{ x.n * 2 + 1 }}{% elif x.n == 0 %}zero{% else %}-{% endif %}{{ field(x.name, value=x.kind or "none") }}{% else %}empty{% endfor %}{% set t = items | length %}{{ t }} {{ "a" ~ "b" | replace("a", "c") }} {{ [1, 2, 3] | join(",") }} {{ {a: 1}.a }} {% include "part" %}{% call field("q") %}{% endcall %}{# c #}{% raw %}{{ x }}{% endraw %}{{ items[0].name if items else "no" }}{{ 5 // 2 ** 1 }}{% filter title %}abc def{% endfilter %}{% endblock %}',
  part: 'part {{ title | default("x") | truncate(10) }}',
};
class Loader extends nunjucks.Loader {
  getSource(name) {
    return { src: sources[name], path: name, noCache: true };
  }
}
let n = 0;
for (let i = 0; i < 25; i++) {
  const env = new nunjucks.Environment(new Loader(), { autoescape: i % 2 === 0 });
  n += env.render('page', { title: 'T', items: Array.from({ length: 8 }, (_, k) => ({ name: `n${k}<`, n: k, kind: k % 2 ? 'a' : '', off: k === 5 })) }).length;
}
console.log(n);
