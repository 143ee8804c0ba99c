// Markdown of all kinds of blocks, rendered with several settings.
const { Remarkable } = require('./dist/cjs/index.js');

const text = '# Title\n\nsome *em* **strong** `code` [link](http://a.b "t") ![img](x.png) <b>html</b> &amp; http://auto.link ~~del~~ H~2~O\n\n- a\n- b\n  1. c\n  2. d\n\n> quote\n> more\n\n```js\nlet x = 1;\n```\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\n---\n\nSetext\n======\n\n    indented\n\n<div>\nblock\n</div>\n\n[ref]: http://x.y\n\n[ref] and footnote[^1]\n\n[^1]: the note\n\nTerm\n: definition\n\n\\* escaped  \nbreak\n';
let n = 0;
for (const [preset, options] of [['full', { html: true, linkify: true, typographer: true, breaks: true }], ['commonmark', {}], ['default', { xhtmlOut: true }], ['full', {}]]) {
  const md = new Remarkable(preset, options);
  for (let i = 0; i < 25; i++) n += md.render(text.repeat(2)).length + md.parseInline('a *b* `c`', {}).length;
}
console.log(n);
