// Six subclasses share a base: its constructor and its methods meet them all.
class Shape {
  constructor(name) {
    this.name = name;
    this.calls = 0;
  }
  describe() {
    this.calls++;
    return this.name.length + this.area();
  }
}
class Circle extends Shape { constructor(r) { super('circle'); this.r = r; } area() { return 3 * this.r; } }
class Square extends Shape { constructor(a) { super('square'); this.a = a; } area() { return this.a * this.a; } }
class Rect extends Shape { constructor(a, b) { super('rect'); this.a = a; this.b = b; } area() { return this.a * this.b; } }
class Dot extends Shape { constructor() { super('dot'); } area() { return 0; } }
class Line extends Shape { constructor(l) { super('line'); this.l = l; } area() { return this.l; } }
class Star extends Shape { constructor(n) { super('star'); this.n = n; } area() { return this.n; } }
const all = [];
for (let i = 0; i < 500; i++) all.push(new Circle(i), new Square(i), new Rect(i, 2), new Dot(), new Line(i), new Star(i));
let sum = 0;
for (let k = 0; k < 3; k++) for (const shape of all) sum += shape.describe();
console.log(sum);
