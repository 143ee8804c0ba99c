// Documents parsed, queried, changed, walked and written.
const { parseHTML, DOMParser } = require('./cjs/index.js');

const text = `<!doctype html><html><head><title>t</title><style>a{}</style></head><body class="a b">${Array.from({ length: 30 }, (_, i) => `<div id="d${i}" data-x="${i}" class="c${i % 3} row"><p>text <b>bold</b> &amp; <i>it</i></p><!-- note --><ul><li>1</li><li class="on">2</li></ul><input type=checkbox checked><img src="x.png"><svg><path d="M0"/></svg></div>`).join('')}</body></html>`;
let n = 0;
for (let k = 0; k < 5; k++) {
  const { document, Event } = parseHTML(text);
  for (const div of document.querySelectorAll('div.row')) {
    div.addEventListener('x', () => n++);
    div.setAttribute('title', div.id);
    div.classList.toggle('seen');
    div.querySelector('li.on').textContent += '!';
    const span = document.createElement('span');
    span.innerHTML = `<em>${div.dataset.x}</em> and`;
    div.insertBefore(span, div.firstChild);
    div.append('tail', document.createComment('c'));
    div.dispatchEvent(new Event('x', { bubbles: true }));
    n += div.children.length + div.childNodes.length + (div.closest('body') ? 1 : 0) + (div.nextElementSibling?.id.length ?? 0);
    if (Number(div.dataset.x) % 4 === 0) div.remove();
  }
  const walker = document.createTreeWalker(document.body, 1);
  while (walker.nextNode()) n += walker.currentNode.tagName.length;
  n += document.toString().length + document.body.cloneNode(true).innerHTML.length + document.getElementsByClassName('on').length + document.body.textContent.length;
  n += new DOMParser().parseFromString('<a><b c="1">x</b><b/></a>', 'text/xml').querySelectorAll('b').length;
}
console.log(n);
