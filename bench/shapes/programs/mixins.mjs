// Class factories: each application of a mixin is a class.
const Timed = (Base) => class extends Base { constructor() { super(); this.time = 1; } };
const Named = (Base) => class extends Base { constructor() { super(); this.name = 'n'; } };
class Root { constructor() { this.id = 1; } }
class TimedRoot extends Timed(Root) {}
class NamedRoot extends Named(Root) {}
class Both extends Timed(Named(Root)) {}
class Other extends Named(Timed(Root)) {}
const all = [];
for (let i = 0; i < 600; i++) all.push(new Root(), new TimedRoot(), new NamedRoot(), new Both(), new Other());
let sum = 0;
for (const o of all) sum += o.id;
console.log(sum);
