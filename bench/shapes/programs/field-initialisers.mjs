// Field initialisers run in order before the body; subclasses add theirs.
class A { x = 1; y = 2; }
class B extends A { z = 3; }
class C extends B { #secret = 4; get secret() { return this.#secret; } }
class D extends A { w = 5; }
class E extends D { v = 6; }
class F extends E { u = 7; }
const all = [];
for (let i = 0; i < 500; i++) all.push(new A(), new B(), new C(), new D(), new E(), new F());
let sum = 0;
for (const o of all) sum += o.x + o.y;
console.log(sum);
