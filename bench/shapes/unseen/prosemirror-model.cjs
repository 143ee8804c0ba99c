// Documents made, read from JSON, sliced, replaced, compared and walked.
const { Schema, Node, Slice, Fragment } = require('./dist/index.cjs');

const schema = new Schema({
  nodes: {
    doc: { content: 'block+' }, paragraph: { group: 'block', content: 'inline*' }, heading: { group: 'block', content: 'text*', attrs: { level: { default: 1 } } },
    quote: { group: 'block', content: 'block+', defining: true }, list: { group: 'block', content: 'item+' }, item: { content: 'paragraph block*' },
    image: { group: 'inline', inline: true, attrs: { src: {}, alt: { default: null } } }, text: { group: 'inline' }, br: { group: 'inline', inline: true },
  },
  marks: { em: {}, strong: {}, link: { attrs: { href: {}, title: { default: '' } }, inclusive: false } },
});
const p = (...content) => schema.node('paragraph', null, content.map((c) => (typeof c === 'string' ? schema.text(c) : c)));
let n = 0;
for (let i = 0; i < 30; i++) {
  const doc = schema.node('doc', null, [
    schema.node('heading', { level: i % 3 + 1 }, [schema.text(`t${i}`)]),
    p('some ', schema.text('em', [schema.mark('em')]), schema.node('image', { src: 'x' }), schema.text('link', [schema.mark('link', { href: 'h' }), schema.mark('strong')])),
    schema.node('quote', null, [p('quoted'), p('more')]),
    schema.node('list', null, [schema.node('item', null, [p('one')]), schema.node('item', null, [p('two', schema.node('br')), schema.node('quote', null, [p('x')])])]),
  ]);
  doc.check();
  const again = Node.fromJSON(schema, JSON.parse(JSON.stringify(doc)));
  n += again.eq(doc) ? 1 : 0;
  for (let at = 0; at < doc.content.size; at += 3) {
    const $at = doc.resolve(at);
    n += $at.depth + $at.marks().length + ($at.nodeAfter ? $at.nodeAfter.nodeSize : 0) + ($at.blockRange() ? 1 : 0);
  }
  const slice = doc.slice(6, 14);
  n += Slice.fromJSON(schema, slice.toJSON() ?? null).size;
  try { n += doc.replace(6, 14, Slice.empty).nodeSize; } catch { n++; }
  doc.descendants((node, pos, parent) => { n += pos + node.childCount + node.textContent.length + (node.isTextblock && parent ? 1 : 0); });
  doc.nodesBetween(3, 20, (node) => { n += node.marks.length; });
  n += (doc.content.findDiffStart(again.content) ?? 0) + doc.textBetween(0, doc.content.size, '-').length + doc.toString().length;
  n += Fragment.from([p('a'), p('b')]).append(doc.content).size;
}
console.log(n);
