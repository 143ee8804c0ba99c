// Drawings made smaller.
const { optimize } = require('./lib/svgo-node.js');

const shapes = (i) => `<g id="g${i}" fill="#ff0000" style="stroke:none;opacity:.5" transform="translate(${i} 10) rotate(45)"><path d="M10 10 L 20 20 C 30 30 40 40 50 ${i} Z m 5 5 h 10 v 10"/><rect x="1" y="2" width="${i}0" height="20" class="a b"/><circle cx="5" cy="5" r="0"/><ellipse rx="2" ry="2" cx="1" cy="1"/><line x1="0" y1="0" x2="${i}" y2="9"/><polygon points="0,0 10,0 10,10"/><use xlink:href="#s${i}"/><text x="1">a <tspan>b</tspan></text></g>`;
const drawing = (k) => `<?xml version="1.0"?><!DOCTYPE svg><!-- made by hand --><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" viewBox="0 0 100 100" width="100px" inkscape:version="1"><metadata>m</metadata><title>t</title><defs><linearGradient id="l"><stop offset="0" stop-color="rgb(10,20,30)"/></linearGradient><symbol id="s${k}"><path d="M0 0h1v1z"/></symbol></defs><style>.a { fill: blue } .b > path { stroke: red } @media print { .a { fill: none } }</style>${Array.from({ length: 12 }, (_, i) => shapes(i + k)).join('')}<g><g></g></g></svg>`;
let n = 0;
for (let k = 0; k < 8; k++) {
  n += optimize(drawing(k), { multipass: true }).data.length;
  n += optimize(drawing(k), { js2svg: { pretty: true }, plugins: ['preset-default', 'prefixIds', 'sortAttrs', 'removeDimensions', 'convertStyleToAttrs', 'reusePaths', 'removeOffCanvasPaths', { name: 'addClassesToSVGElement', params: { className: 'x' } }, { name: 'own', fn: () => ({ element: { enter: (node) => { n += node.children.length; } } }) }] }).data.length;
}
console.log(n);
