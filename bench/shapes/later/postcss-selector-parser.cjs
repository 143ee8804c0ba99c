// Selectors parsed, walked, changed and written again.
const parser = require('./dist/index.js');

const list = ['.a > .b ~ c + #d::before', 'a[href^="http" i]:not(.x, .y):hover', ':is(h1, h2):nth-child(2n + 1) *', '/* c */ svg|circle.big , ul li:first-of-type', '@media, .u-\\31 0', '& .nested &:focus-within', 'input[type=text]:checked >>> .deep', 'x|*[y|z~="w"]'];
let n = 0;
const count = parser((root) => {
  root.walk((node) => { n += node.type.length + String(node).length + (node.parent ? node.parent.index(node) : 0); });
  root.walkClasses((node) => { node.value = `${node.value}-x`; });
  root.walkAttributes((node) => { n += node.attribute.length + (node.quoted ? 1 : 0); if (node.operator) node.setValue('v', { quoteMark: "'" }); });
  root.walkPseudos((node) => { n += node.nodes.length; });
  root.walkTags((node) => { if (node.value === 'a') node.replaceWith(parser.className({ value: 'link' })); });
  root.walkCombinators((node) => { node.spaces.before = ' '; node.spaces.after = ' '; });
  root.each((selector) => { selector.append(parser.pseudo({ value: ':visited' })); n += selector.first.source ? 1 : 0; });
  root.first.prepend(parser.comment({ value: '/* first */' }), parser.id({ value: 'i' }));
  n += root.clone().toString().length + root.filter((s) => s.length > 1).length + root.atPosition(1, 2).type.length;
});
for (let i = 0; i < 60; i++) {
  for (const text of list) {
    try { n += count.processSync(`${text}`).length; } catch (error) { n += error.message.length; }
  }
}
console.log(n);
