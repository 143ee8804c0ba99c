// A world of bodies of all shapes, joined in all ways, stepped and asked.
const { World, Vec2, Edge, Box, Circle, Polygon, Chain, RevoluteJoint, DistanceJoint, PrismaticJoint, WeldJoint, RopeJoint, MouseJoint, AABB } = require('./dist/planck.js');

const world = new World({ gravity: Vec2(0, -10) });
const ground = world.createBody();
ground.createFixture(new Edge(Vec2(-40, 0), Vec2(40, 0)));
ground.createFixture(new Chain([Vec2(-40, 0), Vec2(-42, 5), Vec2(-44, 9)], false));
const bodies = [];
for (let i = 0; i < 30; i++) {
  const body = world.createBody({ type: i % 10 === 9 ? 'kinematic' : 'dynamic', position: Vec2(i % 7 - 3, 2 + i), angle: i / 3, bullet: i % 5 === 0 });
  body.createFixture([new Circle(0.5), new Box(0.5, 0.4), new Polygon([Vec2(0, 0), Vec2(1, 0), Vec2(0.5, 1)])][i % 3], { density: 1, friction: 0.3, restitution: i / 60, isSensor: i === 7 });
  bodies.push(body);
}
world.createJoint(new RevoluteJoint({ enableMotor: true, motorSpeed: 1, maxMotorTorque: 10 }, ground, bodies[0], Vec2(0, 2)));
world.createJoint(new DistanceJoint({ frequencyHz: 4, dampingRatio: 0.5 }, bodies[1], bodies[2], Vec2(0, 1), Vec2(1, 1)));
world.createJoint(new PrismaticJoint({ lowerTranslation: -1, upperTranslation: 1, enableLimit: true }, ground, bodies[3], Vec2(0, 0), Vec2(1, 0)));
world.createJoint(new WeldJoint({}, bodies[4], bodies[5], Vec2(0, 0)));
world.createJoint(new RopeJoint({ maxLength: 4 }, bodies[6], bodies[8], Vec2(0, 0)));
world.createJoint(new MouseJoint({ maxForce: 100 }, ground, bodies[11], Vec2(1, 4)));
let n = 0;
world.on('begin-contact', (contact) => { n += contact.getFixtureA().getType().length; });
world.on('post-solve', (contact, impulse) => { n += impulse.normalImpulses.length; });
for (let i = 0; i < 240; i++) {
  world.step(1 / 60);
  if (i % 10 === 0) {
    world.rayCast(Vec2(-10, 3), Vec2(10, 3), (fixture, point, normal, fraction) => { n++; return fraction; });
    world.queryAABB(new AABB(Vec2(-3, 0), Vec2(3, 4)), () => { n++; return true; });
    bodies[i % 30].applyLinearImpulse(Vec2(1, 2), bodies[i % 30].getWorldCenter(), true);
  }
}
for (let b = world.getBodyList(); b; b = b.getNext()) for (let f = b.getFixtureList(); f; f = f.getNext()) n += f.getShape().getRadius() + f.testPoint(Vec2(0, 1));
console.log(n > 0);
