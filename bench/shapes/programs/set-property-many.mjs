// A writer that meets six classes.
class A { constructor() { this.seen = 0; } }
class B { constructor() { this.b = 0; this.seen = 0; } }
class C { constructor() { this.c = 0; this.seen = 0; } }
class D { constructor() { this.d = 0; this.seen = 0; } }
class E { constructor() { this.e = 0; this.seen = 0; } }
class F { constructor() { this.f = 0; this.seen = 0; } }
function touch(o, n) { o.seen = n; }
const all = [new A(), new B(), new C(), new D(), new E(), new F()];
for (let i = 0; i < 1000; i++) for (const o of all) touch(o, i);
console.log(all[0].seen);
