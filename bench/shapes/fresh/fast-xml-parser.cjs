// Documents parsed with and without order, built again and validated.
const { XMLParser, XMLBuilder, XMLValidator } = require('./src/fxp.js');

const text = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "text">]><root xmlns:n="u">${Array.from({ length: 60 }, (_, i) => `<item id="${i}" on='true' n:x="&lt;${i}"><name>N &amp; ${i} &e;</name><price cur="EUR">${i}.50</price><!-- c --><![CDATA[<raw ${i}>]]><tags><t>1</t><t>2</t></tags><empty/>${i % 3 ? '<extra>yes</extra>' : ''}</item>`).join('')}</root>`;
let n = 0;
for (let i = 0; i < 10; i++) {
  for (const options of [{}, { ignoreAttributes: false, parseAttributeValue: true, allowBooleanAttributes: true }, { preserveOrder: true, commentPropName: '#c', cdataPropName: '#d', ignoreAttributes: false }, { removeNSPrefix: true, ignoreAttributes: false, isArray: (name) => name === 't', tagValueProcessor: (name, value) => `${value}`.trim(), stopNodes: ['*.tags'] }]) {
    const tree = new XMLParser(options).parse(text);
    n += new XMLBuilder({ ...options, format: i % 2 === 0, isArray: undefined, stopNodes: [], tagValueProcessor: (name, value) => value }).build(tree).length;
  }
  n += XMLValidator.validate(text) === true ? 1 : 0;
  n += XMLValidator.validate('<a><b></a>').err.msg.length;
}
console.log(n);
