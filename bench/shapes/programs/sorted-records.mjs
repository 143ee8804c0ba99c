// A comparator over two kinds of records.
const small = (n) => ({ n });
const large = (n) => ({ n, extra: 'x' });
const list = [];
for (let i = 0; i < 2000; i++) list.push(i % 3 ? small((i * 7919) % 2000) : large((i * 7919) % 2000));
list.sort((a, b) => a.n - b.n);
console.log(list[0].n);
