// Chains, collections, timeouts, resources, cancellation and errors by type.
const Promise = require('./js/release/bluebird.js');

Promise.config({ cancellation: true, longStackTraces: false });
const later = (v) => new Promise((resolve) => setImmediate(resolve, v));
const read = Promise.promisify((a, b, done) => setImmediate(() => (a === 13 ? done(new TypeError('thirteen')) : done(null, a + b))));
(async () => {
  let n = 0;
  for (let i = 0; i < 40; i++) {
    n += await Promise.map([1, 2, 3, 4], (x) => later(x * i), { concurrency: 2 }).filter((x) => x % 2 === 0).reduce((a, b) => a + b, 0);
    n += await Promise.props({ a: later(1), b: 2, c: read(i, 1).catch(TypeError, () => 5) }).then(({ a, b, c }) => a + b + c);
    n += await Promise.all([1, later(2), Promise.resolve(3)]).spread((a, b, c) => a + b + c).tap(() => n++).finally(() => n++);
    n += (await Promise.mapSeries(['a', 'b'], (x) => later(x))).length + (await Promise.each([1, 2], (x) => later(x))).length;
    n += await Promise.any([later(1), Promise.reject(new Error('no'))]) + await Promise.race([later(2), Promise.delay(1, 3)]);
    n += (await Promise.some([later(1), later(2), later(3)], 2)).length;
    n += await Promise.using(Promise.resolve({ close() {}, v: i }).disposer((r) => r.close()), (r) => later(r.v));
    n += await later(1).timeout(1000).return(4) + await Promise.try(() => { throw new RangeError('r'); }).catch((e) => e instanceof RangeError, () => 2);
    n += await Promise.join(later(1), later(2), (a, b) => a + b);
    const stopped = new Promise((resolve, reject, onCancel) => { onCancel(() => n++); });
    stopped.then(() => n++);
    stopped.cancel();
    n += (await Promise.all([later(1).reflect(), Promise.reject(new Error('x')).reflect()])).filter((r) => r.isFulfilled()).length;
    n += await Promise.coroutine(function* () { const a = yield later(1); const b = yield Promise.delay(0, 2); return a + b; })();
  }
  console.log(n);
})();
