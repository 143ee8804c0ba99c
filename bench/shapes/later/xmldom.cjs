// Documents read, walked, changed and written.
const { DOMParser, XMLSerializer, DOMImplementation } = require('./lib/index.js');

const text = `<?xml version="1.0"?><!DOCTYPE shop [<!ENTITY c "&#169;">]><shop xmlns="urn:a" xmlns:x="urn:b"><!-- c --><?pi data?>${
  Array.from({ length: 30 }, (_, i) => `<item id="i${i}" x:kind="k${i % 3}"><name>N${i} &amp; &lt;</name><x:price cur="EUR">${i}</x:price><![CDATA[raw ${i}]]><!-- ${i} --></item>`).join('')}</shop>`;
let n = 0;
for (let i = 0; i < 12; i++) {
  const doc = new DOMParser().parseFromString(text, 'text/xml');
  const walk = (node) => {
    n += node.nodeType + node.nodeName.length + (node.nodeValue ? node.nodeValue.length : 0) + (node.attributes ? node.attributes.length : 0);
    for (let child = node.firstChild; child; child = child.nextSibling) walk(child);
  };
  walk(doc);
  for (const item of Array.from(doc.getElementsByTagName('item'))) {
    item.setAttribute('seen', `${i}`);
    n += item.getAttribute('id').length + item.textContent.length + item.getElementsByTagNameNS('urn:b', 'price').length;
    const copy = item.cloneNode(true);
    item.parentNode.insertBefore(copy, item);
    if (i % 2) item.parentNode.removeChild(item);
    copy.appendChild(doc.createTextNode('t')), copy.appendChild(doc.createComment('c')), copy.appendChild(doc.createCDATASection('d')), copy.appendChild(doc.createElementNS('urn:c', 'y:z'));
    copy.normalize();
  }
  n += doc.getElementById('i3') ? 1 : 0;
  const fragment = doc.createDocumentFragment();
  for (let k = 0; k < 5; k++) fragment.appendChild(doc.createElement(`e${k}`));
  doc.documentElement.appendChild(fragment);
  n += new XMLSerializer().serializeToString(doc).length;
  const html = new DOMParser({ onError() {} }).parseFromString('<html><body><p class="a">x<br/>y</p><script>1 < 2</script></body></html>', 'text/html');
  n += new XMLSerializer().serializeToString(html).length + new DOMImplementation().createDocument('urn:d', 'd:root', null).documentElement.nodeName.length;
}
console.log(n);
