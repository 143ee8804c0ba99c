// A document rendered with all features on.
import MarkdownIt from './index.mjs';

const text = Array.from({ length: 60 }, (_, i) => `# T ${i}\n\nSome *emphasis*, **strong \`code\`** ~~s~~ [link](https://example.org "t") ![i](a.png)\n\n> quote\n\n1. one\n2. two\n   - nested\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n\`\`\`js\nx\n\`\`\`\n\n<div>html</div>\n\n***\n\nhttp://example.org "quotes" -- (c) &amp;  \nbreak [ref]\n\n[ref]: /u${i}\n`).join('\n');
const md = new MarkdownIt({ html: true, linkify: true, typographer: true });
md.use((m) => { const was = m.renderer.rules.text; m.renderer.rules.text = (tokens, i) => was(tokens, i); });
console.log(md.render(text).length, md.parse(text, {}).filter((t) => t.nesting === 1).length);
