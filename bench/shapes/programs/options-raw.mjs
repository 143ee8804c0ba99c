// Option bags of callers, read as they come.
function run(options) { return (options.retries ?? 3) + (options.timeout ?? 100); }
let sum = 0;
for (let i = 0; i < 600; i++) {
  sum += run({});
  sum += run({ retries: i });
  sum += run({ timeout: i });
  sum += run({ retries: i, timeout: i });
  sum += run({ timeout: i, retries: i });
  sum += run({ verbose: true, retries: i });
}
console.log(sum);
