// Boxes and circles fall onto a floor; two are tied together.
const { Engine, Bodies, Body, Composite, Constraint, Events, Query } = require('./src/module/main.js');

const engine = Engine.create();
const bodies = [Bodies.rectangle(400, 600, 800, 40, { isStatic: true })];
for (let i = 0; i < 25; i++) bodies.push(i % 3 ? Bodies.rectangle(100 + i * 20, 50 + (i % 5) * 40, 30, 30) : i % 2 ? Bodies.polygon(100 + i * 20, 20, 5, 18) : Bodies.circle(100 + i * 20, 20, 15, { restitution: 0.8 }));
Composite.add(engine.world, bodies);
Composite.add(engine.world, Constraint.create({ bodyA: bodies[1], bodyB: bodies[2], length: 50 }));
let n = 0;
Events.on(engine, 'collisionStart', (e) => { n += e.pairs.length; });
for (let i = 0; i < 200; i++) {
  Engine.update(engine, 16);
  if (i % 50 === 0) Body.applyForce(bodies[3], bodies[3].position, { x: 0.01, y: 0 });
}
console.log(n > 0, Query.point(bodies, { x: 400, y: 600 }).length);
