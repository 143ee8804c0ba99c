// Command lines with each kind of option.
import parse from './build/lib/index.js';

let n = 0;
for (let i = 0; i < 200; i++) {
  const argv = parse(['--name', `x${i}`, '-abc', '--no-color', '--size=3', '--list', '1', '2', '--deep.a.b', '4', '-n', String(i), '--', 'rest'], { boolean: ['a', 'b'], array: ['list'], number: ['n', 'size'], alias: { name: ['nick'], c: 'count' }, default: { other: 1 }, coerce: { size: (x) => x * 2 }, configuration: { 'camel-case-expansion': i % 2 === 0 } });
  n += argv.size + argv._.length + argv.list.length;
}
console.log(n, parse('-x "a b" --foo-bar=1 c').fooBar);
