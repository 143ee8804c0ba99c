// State objects, a class each, behind one field.
class Idle { step(m) { m.state = m.running; return 1; } }
class Running { constructor() { this.ticks = 0; } step(m) { this.ticks++; m.state = m.waiting; return 2; } }
class Waiting { constructor() { this.for = 'x'; } step(m) { m.state = m.closing; return 3; } }
class Closing { constructor() { this.soon = true; } step(m) { m.state = m.broken; return 4; } }
class Broken { constructor() { this.why = null; } step(m) { m.state = m.idle; return 5; } }
class Machine {
  constructor() {
    this.idle = new Idle();
    this.running = new Running();
    this.waiting = new Waiting();
    this.closing = new Closing();
    this.broken = new Broken();
    this.state = this.idle;
  }
  tick() { return this.state.step(this); }
}
const machine = new Machine();
let sum = 0;
for (let i = 0; i < 3000; i++) sum += machine.tick();
console.log(sum);
