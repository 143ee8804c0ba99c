// A parser's way: a bare node, and what each kind needs is put in later.
class Node {
  constructor(start) {
    this.type = '';
    this.start = start;
    this.end = 0;
  }
}
function start(at) { return new Node(at); }
function finish(node, type, end) {
  node.type = type;
  node.end = end;
  return node;
}
function number(i) { const node = start(i); node.value = i; return finish(node, 'Number', i + 1); }
function string(i) { const node = start(i); node.text = 's'; return finish(node, 'String', i + 1); }
function binary(i) { const node = start(i); node.left = number(i); node.op = '+'; node.right = number(i + 1); return finish(node, 'Binary', i + 2); }
function unary(i) { const node = start(i); node.op = '-'; node.argument = number(i); return finish(node, 'Unary', i + 2); }
function call(i) { const node = start(i); node.callee = string(i); node.args = [number(i)]; return finish(node, 'Call', i + 3); }
function member(i) { const node = start(i); node.object = string(i); node.property = 'p'; return finish(node, 'Member', i + 3); }
const nodes = [];
for (let i = 0; i < 500; i++) nodes.push(number(i), string(i), binary(i), unary(i), call(i), member(i));
let total = 0;
for (const node of nodes) total += node.end - node.start + node.type.length;
console.log(total);
