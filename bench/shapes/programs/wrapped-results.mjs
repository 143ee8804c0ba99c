// Results and errors: two shapes at every check.
const ok = (value) => ({ ok: true, value });
const fail = (reason) => ({ ok: false, reason });
function work(i) { return i % 10 ? ok(i) : fail('ten'); }
let sum = 0;
for (let i = 0; i < 3000; i++) {
  const result = work(i);
  if (result.ok) sum += result.value;
}
console.log(sum);
