// A page as events and as a document, and a feed.
import { Parser, parseDocument, parseFeed, DomUtils } from './dist/esm/index.js';

const html = `<!doctype html><html><head><title>t &amp; u</title><script>if (a < b) {}</script></head><body>${Array.from({ length: 150 }, (_, i) => `<div id=i${i} class="a b"><p>text ${i}<br><a href='#${i}'>l</a><!-- c --></p><ul><li>1<li>2</ul><svg><path d="M0"/></svg></div>`).join('')}</body></html>`;
let n = 0;
const parser = new Parser({ onopentag(name, attributes) { n += name.length + Object.keys(attributes).length; }, ontext(t) { n += t.length; }, oncomment() { n++; }, onclosetag() { n++; } });
for (let i = 0; i < html.length; i += 1000) parser.write(html.slice(i, i + 1000));
parser.end();
const document = parseDocument(html);
n += DomUtils.findAll((e) => e.name === 'a', document.children).length + DomUtils.textContent(document).length;
n += parseFeed(`<rss version="2.0"><channel><title>x</title>${'<item><title>a</title><link>b</link><pubDate>2001-01-01</pubDate></item>'.repeat(50)}</channel></rss>`).items.length;
console.log(n);
