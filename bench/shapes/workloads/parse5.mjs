// A page parsed with locations, changed and printed.
import { parse, parseFragment, serialize } from './dist/index.js';

const html = `<!doctype html><html><head><title>t &amp; u</title><script>if (a < b) {}</script><style>a{}</style></head><body>${Array.from({ length: 120 }, (_, i) => `<div id=i${i} class="a b"><p>text ${i}<b><i>x</b>y</i><a href='#${i}'>l</a><!-- c --><ul><li>1<li>2</ul><svg viewbox="0"><path d="M0"/></svg><math><mi>x</mi></math><select><option>1<option>2</select><template><td>t</template></div><table><tr><td>1<td>2<caption>c</table>`).join('')}</body></html>`;
let n = 0;
for (const sourceCodeLocationInfo of [false, true]) {
  const document = parse(html, { sourceCodeLocationInfo });
  const walk = (node) => {
    n += node.nodeName.length;
    for (const child of node.childNodes ?? []) walk(child);
  };
  walk(document);
  n += serialize(document).length;
}
n += serialize(parseFragment('<p>a<td>b')).length;
console.log(n);
