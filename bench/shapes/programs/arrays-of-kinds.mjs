// .length and .push over arrays of three elements kinds.
const ints = [1, 2, 3], doubles = [1.5, 2.5, 3.5], texts = ['a', 'b', 'c'];
function size(list) { return list.length; }
let sum = 0;
for (let i = 0; i < 1000; i++) sum += size(ints) + size(doubles) + size(texts);
console.log(sum);
