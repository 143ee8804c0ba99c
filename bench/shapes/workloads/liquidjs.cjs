// Templates of a shop: loops, conditions, filters, captures.
const { Liquid } = require('./dist/liquid.node.js');

const engine = new Liquid();
const template = engine.parse('{% assign t = items | map: "name" | join: ", " %}{% for x in items limit: 20 offset: 1 reversed %}{{ forloop.index }} {{ x.name | upcase | append: "!" }} {% if x.n > 3 and x.off != true %}{{ x.n | times: 2 | plus: 1 }}{% elsif x.n == 0 %}zero{% else %}-{% endif %}{% unless x.off %}on{% endunless %}{% case x.kind %}{% when "a", "b" %}ab{% else %}other{% endcase %}{% cycle "one", "two" %}{% break %}{% endfor %}{% capture c %}<b>{{ title }}</b>{% endcapture %}{{ c | escape }}{% comment %}x{% endcomment %}{% raw %}{{ y }}{% endraw %}{% tablerow r in (1..6) cols: 2 %}{{ r }}{% endtablerow %}{% increment k %}{% echo "z" | prepend: t %}{{ items | where: "kind", "a" | size }}{{ "2020-01-01" | date: "%Y" }}{% liquid assign q = 1\n echo q %}');
let n = 0;
const items = Array.from({ length: 30 }, (_, k) => ({ name: `n${k}`, n: k, kind: 'abc'[k % 3], off: k % 5 === 0 }));
for (let i = 0; i < 60; i++) n += engine.renderSync(template, { title: 'T', items }).length;
for (let i = 0; i < 20; i++) n += engine.parse('{% if a %}{{ b | plus: 1 }}{% else %}{% for i in (1..3) %}{{ i }}{% endfor %}{% endif %}').length;
console.log(n);
