// Rows from JSON: all alike, though nobody can know it from the code.
const text = JSON.stringify(Array.from({ length: 3000 }, (_, i) => ({ id: i, name: 'n' + i, tags: [] })));
let sum = 0;
for (const row of JSON.parse(text)) sum += row.id + row.tags.length;
console.log(sum);
