// Half lose a property and become dictionaries: two kinds of hidden classes.
const make = (i) => ({ id: i, token: 't' + i, name: 'n' });
const rows = [];
for (let i = 0; i < 3000; i++) {
  const row = make(i);
  if (i % 2) delete row.token;
  rows.push(row);
}
let sum = 0;
for (const row of rows) sum += row.id;
console.log(sum);
