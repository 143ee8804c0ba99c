// Rows from JSON with whatever keys there are: megamorphic, and unknown to anybody who reads the code.
const rows = [];
for (let i = 0; i < 3000; i++) {
  const row = {};
  for (let k = 0; k < i % 8; k++) row['k' + k] = k;
  row.id = i;
  rows.push(row);
}
let sum = 0;
for (const row of JSON.parse(JSON.stringify(rows))) sum += row.id;
console.log(sum);
