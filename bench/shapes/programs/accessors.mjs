// Getters of five classes behind one name.
class A { get size() { return 1; } }
class B { constructor() { this.b = 1; } get size() { return this.b; } }
class C { constructor() { this.c = 2; } get size() { return this.c; } }
class D { constructor() { this.d = 3; } get size() { return this.d; } }
class E { constructor() { this.e = 4; } get size() { return this.e; } }
const all = [];
for (let i = 0; i < 600; i++) all.push(new A(), new B(), new C(), new D(), new E());
let sum = 0;
for (const o of all) sum += o.size;
console.log(sum);
