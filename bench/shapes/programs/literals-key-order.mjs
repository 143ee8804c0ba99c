// The same three keys in five orders.
const makers = [
  (a, b, c) => ({ a, b, c }),
  (a, b, c) => ({ a, c, b }),
  (a, b, c) => ({ b, a, c }),
  (a, b, c) => ({ b, c, a }),
  (a, b, c) => ({ c, a, b }),
];
const rows = [];
for (let i = 0; i < 3000; i++) {
  if (i % 5 === 0) rows.push(makers[0](i, 1, 2));
  else if (i % 5 === 1) rows.push(makers[1](i, 1, 2));
  else if (i % 5 === 2) rows.push(makers[2](i, 1, 2));
  else if (i % 5 === 3) rows.push(makers[3](i, 1, 2));
  else rows.push(makers[4](i, 1, 2));
}
let sum = 0;
for (const row of rows) sum += row.a + row.b + row.c;
console.log(sum);
