// Streams of numbers through the usual operators.
const { of, from, range, merge, concat, zip, combineLatest, Subject, BehaviorSubject, ReplaySubject, interval, defer, throwError, EMPTY } = require('./dist/cjs/index.js');
const o = require('./dist/cjs/operators/index.js');

let n = 0;
const add = (x) => { n += typeof x === 'number' ? x : 1; };
for (let i = 0; i < 40; i++) {
  range(0, 50).pipe(o.map((x) => x * 2), o.filter((x) => x % 3), o.scan((a, b) => a + b, 0), o.take(20)).subscribe(add);
  from([1, 2, 3]).pipe(o.mergeMap((x) => of(x, x + 1)), o.distinctUntilChanged(), o.reduce((a, b) => a + b)).subscribe(add);
  merge(of(1), range(5, 5)).pipe(o.bufferCount(2), o.concatMap((xs) => from(xs)), o.tap(add)).subscribe({ next: add, complete() { n++; } });
  concat(of(1, 2), EMPTY, defer(() => of(3))).pipe(o.switchMap((x) => range(0, x)), o.toArray()).subscribe(add);
  zip(range(0, 10), range(10, 10)).pipe(o.map(([a, b]) => a + b), o.pairwise(), o.skip(1), o.startWith(0)).subscribe(add);
  throwError(() => new Error('x')).pipe(o.catchError(() => of(1)), o.finalize(() => { n++; }), o.defaultIfEmpty(0)).subscribe(add);
  const s = new Subject(), b = new BehaviorSubject(1), r = new ReplaySubject(2);
  combineLatest([s, b]).pipe(o.withLatestFrom(b), o.share()).subscribe(add);
  s.subscribe(r);
  for (let k = 0; k < 10; k++) s.next(k), b.next(k);
  r.pipe(o.takeWhile((x) => x < 9), o.last(null, 0)).subscribe(add);
  s.complete();
}
interval(1).pipe(o.take(30), o.debounceTime(0), o.groupBy((x) => x % 3), o.mergeMap((g) => g.pipe(o.count()))).subscribe({ next: add, complete() { console.log(n); } });
