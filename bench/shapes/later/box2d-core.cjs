// Bodies of several shapes, joined, falling and asked.
const B = require('./dist/index.js');

let n = 0;
const world = B.b2World.Create(new B.b2Vec2(0, -10));
const ground = world.CreateBody();
ground.CreateFixture({ shape: new B.b2EdgeShape().SetTwoSided(new B.b2Vec2(-40, 0), new B.b2Vec2(40, 0)) });
ground.CreateFixture({ shape: new B.b2ChainShape().CreateLoop([new B.b2Vec2(-20, 0), new B.b2Vec2(-20, 9), new B.b2Vec2(-21, 9), new B.b2Vec2(-21, 0)]) });
const bodies = [];
for (let i = 0; i < 40; i++) {
  const body = world.CreateBody({ type: B.b2BodyType.b2_dynamicBody, position: { x: (i % 10) - 5, y: 2 + i }, angle: i / 7, bullet: i % 9 === 0 });
  const circle = new B.b2CircleShape(0.4 + (i % 3) / 10);
  const polygon = new B.b2PolygonShape();
  if (i % 3 === 0) polygon.SetAsBox(0.5, 0.3); else polygon.Set([{ x: -0.5, y: 0 }, { x: 0.5, y: 0 }, { x: 0, y: 0.7 }]);
  body.CreateFixture({ shape: i % 2 ? circle : polygon, density: 1, friction: 0.3, restitution: i % 4 ? 0 : 0.5, isSensor: i % 13 === 0 });
  bodies.push(body);
}
const joint = (Def, set, a, b) => { const def = new Def(); set(def, bodies[a], bodies[b]); world.CreateJoint(def); };
const at = (body) => body.GetWorldCenter();
for (let i = 0; i < 20; i += 10) {
  joint(B.b2RevoluteJointDef, (d, a, b) => d.Initialize(a, b, at(a)), i, i + 1);
  joint(B.b2DistanceJointDef, (d, a, b) => d.Initialize(a, b, at(a), at(b)), i + 1, i + 2);
  joint(B.b2PrismaticJointDef, (d, a, b) => d.Initialize(a, b, at(a), new B.b2Vec2(1, 0)), i + 2, i + 3);
  joint(B.b2WeldJointDef, (d, a, b) => d.Initialize(a, b, at(a)), i + 3, i + 4);
  joint(B.b2WheelJointDef, (d, a, b) => d.Initialize(a, b, at(a), new B.b2Vec2(0, 1)), i + 4, i + 5);
  joint(B.b2FrictionJointDef, (d, a, b) => d.Initialize(a, b, at(a)), i + 5, i + 6);
  joint(B.b2PulleyJointDef, (d, a, b) => d.Initialize(a, b, { x: 0, y: 20 }, { x: 4, y: 20 }, at(a), at(b), 1), i + 6, i + 7);
  joint(B.b2MotorJointDef, (d, a, b) => d.Initialize(a, b), i + 7, i + 8);
}
world.SetContactListener({ BeginContact(contact) { n += contact.IsTouching() ? 1 : 0; }, EndContact() { n++; }, PreSolve() {}, PostSolve(contact, impulse) { n += impulse.count; } });
for (let step = 0; step < 200; step++) {
  world.Step(1 / 60, { velocityIterations: 8, positionIterations: 3 });
  if (step % 5 === 0) {
    world.RayCast(new B.b2Vec2(-10, 1), new B.b2Vec2(10, 1.5), (fixture, point, normal, fraction) => { n += fraction; return 1; });
    world.QueryAABB(Object.assign(new B.b2AABB(), {}), () => true);
    for (let body = world.GetBodyList(); body; body = body.GetNext()) {
      for (let fixture = body.GetFixtureList(); fixture; fixture = fixture.GetNext()) n += fixture.TestPoint(body.GetPosition()) ? 1 : 0;
      body.ApplyForceToCenter({ x: 1, y: 0 });
    }
  }
}
console.log(typeof n);
