// Renders a document with each kind of block and inline, many times over.
import { Marked } from './lib/marked.esm.js';

const part = (i) => `# Title ${i}\n\nSome *emphasis*, **strong \`code\`**, ~~gone~~ and [a link](https://example.org/${i} "t").\n\n> quoted\n> text\n\n- one\n- two\n  1. nested\n- [x] done\n\n| a | b |\n|---|:-:|\n| ${i} | **2** |\n\n\`\`\`js\nconst x = ${i};\n\`\`\`\n\n---\n\n![image](i.png) <b>html</b> https://example.org\n\nline  \nbreak &amp; \\* escaped\n`;
const text = Array.from({ length: 60 }, (_, i) => part(i)).join('\n');
const marked = new Marked({ gfm: true });
let links = 0;
marked.use({ walkTokens(token) { if (token.type === 'link') links += token.href.length; } });
console.log(marked.parse(text).length, links);
