// Spheres, boxes, cylinders and particles fall onto a plane.
const CANNON = require('./dist/cannon-es.cjs.js');

const world = new CANNON.World({ gravity: new CANNON.Vec3(0, -9.8, 0) });
world.addBody(new CANNON.Body({ mass: 0, shape: new CANNON.Plane(), quaternion: new CANNON.Quaternion().setFromEuler(-Math.PI / 2, 0, 0) }));
const shapes = [new CANNON.Sphere(0.5), new CANNON.Box(new CANNON.Vec3(0.5, 0.5, 0.5)), new CANNON.Cylinder(0.5, 0.5, 1, 8), new CANNON.Particle()];
const bodies = [];
for (let i = 0; i < 16; i++) {
  const body = new CANNON.Body({ mass: 1, shape: shapes[i % 4], position: new CANNON.Vec3((i % 4) * 0.9, 1 + i, Math.floor(i / 4) * 0.9) });
  bodies.push(body);
  world.addBody(body);
}
world.addConstraint(new CANNON.DistanceConstraint(bodies[0], bodies[1], 2));
world.addConstraint(new CANNON.PointToPointConstraint(bodies[2], new CANNON.Vec3(), bodies[3], new CANNON.Vec3(0, 1, 0)));
const spring = new CANNON.Spring(bodies[4], bodies[5], { restLength: 1 });
for (let i = 0; i < 120; i++) {
  spring.applyForce();
  world.step(1 / 60);
}
console.log(bodies.every((b) => b.position.y > -2));
