// Scripts, styles and pages laid out anew.
const fs = require('fs');
const path = require('path');
const beautify = require('./js/index.js');

const script = fs.readFileSync(path.join(__dirname, 'js/lib/cli.js'), 'utf8').slice(0, 12000) + '\nlet a={b:1,c:[1,2,{d:`x${1+2}`}]};if(a)for(const x of a.c){switch(x){case 1:y();default:z()}}else do{x++}while(x<3);class A extends B{async *m(){yield* a?.b??c}}';
const style = '@import "x";a>b,c:hover{color:red;background:url(data:x)}@media (min-width:3px){.a{margin:0 1px}}/* c */@font-face{font-family:x}'.repeat(20);
const page = `<!doctype html><html><head><style>${style.slice(0, 200)}</style><script>let x={a:1}</script></head><body>${'<div class=a id="b"><p>text <b>bold</b><br>more</p><ul><li>1<li>2</ul><pre> x </pre><input checked></div>'.repeat(20)}</body></html>`;
let n = 0;
for (let i = 0; i < 4; i++) {
  for (const options of [{}, { indent_size: 2, brace_style: 'expand', wrap_line_length: 60 }, { indent_with_tabs: true, space_in_paren: true, end_with_newline: true }]) {
    n += beautify.js(script, options).length + beautify.css(style, options).length + beautify.html(page, options).length;
  }
}
console.log(n);
