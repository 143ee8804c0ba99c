// Sums, products, roots, logarithms and bases at several precisions.
const Decimal = require('./decimal.js');

let n = 0;
for (const precision of [5, 20, 60]) {
  const D = Decimal.clone({ precision, rounding: precision % 8, toExpPos: 30 });
  for (let i = 1; i < 60; i++) {
    const a = new D(i).div(7), b = new D(`-1.${i}e${i % 9}`), c = D.sqrt(i);
    for (const x of [a.plus(b), a.times(c), b.minus(c), a.pow(3), c.ln(), a.exp(), a.sin(), c.cbrt(), b.mod(a), b.toDecimalPlaces(3), a.toSignificantDigits(4), a.atan(), D.max(a, b, c), D.hypot(a, c)]) n += x.toString().length + (x.gt(a) ? 1 : 0);
    n += a.toFraction(1000).toString().length + new D(i).toBinary().length + new D(`0x${i.toString(16)}`).toHexadecimal().length + a.toFixed(5).length + b.toExponential(3).length;
  }
}
console.log(n, new Decimal(NaN).isNaN(), Decimal.random(10) instanceof Decimal);
