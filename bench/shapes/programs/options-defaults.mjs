// An option bag made whole before it is used: one hidden class.
function settings(given) {
  return { retries: given.retries ?? 3, timeout: given.timeout ?? 100, verbose: given.verbose ?? false };
}
let sum = 0;
for (let i = 0; i < 3000; i++) {
  const s = settings(i % 2 ? { retries: 1 } : { timeout: 5 });
  sum += s.retries + s.timeout;
}
console.log(sum);
