// A document parsed, walked and rendered as HTML and XML.
const commonmark = require('./dist/commonmark.js');

const text = Array.from({ length: 60 }, (_, i) => `# T ${i}\n\nSome *emphasis*, **strong \`code\`** [link](https://example.org "t") ![i](a.png)\n\n> quote\n\n1. one\n2. two\n   - nested\n\n    code\n\n\`\`\`js\nx\n\`\`\`\n\n<div>html</div>\n\n***\n\n<b>inline</b> &amp; \\*  \nbreak [ref]\n\n[ref]: /u${i}\n`).join('\n');
let n = 0;
const root = new commonmark.Parser({ smart: true }).parse(text);
for (let walker = root.walker(), e = walker.next(); e; e = walker.next()) if (e.entering && e.node.type === 'text') n += e.node.literal.length;
console.log(n, new commonmark.HtmlRenderer().render(root).length, new commonmark.XmlRenderer().render(root).length);
