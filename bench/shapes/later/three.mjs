// A scene of many kinds of things: moved, asked and hit, but not drawn.
import * as T from './build/three.module.js';

let n = 0;
const scene = new T.Scene();
const geometries = [new T.BoxGeometry(1, 2, 3), new T.SphereGeometry(1, 8, 6), new T.CylinderGeometry(1, 1, 2, 8), new T.TorusGeometry(1, 0.3, 6, 12), new T.PlaneGeometry(4, 4, 3, 3), new T.ConeGeometry(1, 2, 8), new T.IcosahedronGeometry(1), new T.RingGeometry(0.5, 1, 8)];
const materials = [new T.MeshBasicMaterial({ color: 'red' }), new T.MeshStandardMaterial({ roughness: 0.4 }), new T.MeshPhongMaterial(), new T.MeshLambertMaterial(), new T.MeshNormalMaterial(), new T.MeshToonMaterial()];
const cameras = [new T.PerspectiveCamera(60, 1.5, 0.1, 100), new T.OrthographicCamera(-4, 4, 3, -3)];
for (let i = 0; i < 60; i++) {
  const mesh = new T.Mesh(geometries[i % 8], materials[i % 6]);
  mesh.position.set(i % 5, (i % 7) - 3, i % 3);
  mesh.rotation.set(i, i / 2, 0);
  const group = new T.Group();
  group.add(mesh, new T.Line(geometries[(i + 1) % 8], new T.LineBasicMaterial()), new T.Points(geometries[(i + 2) % 8], new T.PointsMaterial()));
  scene.add(group, i % 2 ? new T.PointLight(0xffffff, 1) : new T.DirectionalLight(0x88ff00, 1), new T.Sprite(new T.SpriteMaterial()));
}
scene.add(new T.AmbientLight(), new T.HemisphereLight(), new T.SpotLight(), new T.GridHelper(4, 4), new T.AxesHelper(2), ...cameras, new T.InstancedMesh(geometries[1], materials[1], 4), new T.LOD(), new T.Bone());
const ray = new T.Raycaster();
for (let turn = 0; turn < 30; turn++) {
  for (const camera of cameras) {
    camera.position.set(0, turn % 5, 12);
    camera.lookAt(0, 0, 0);
    camera.updateMatrixWorld();
    camera.updateProjectionMatrix();
    ray.setFromCamera(new T.Vector2((turn % 7) / 7 - 0.5, 0.1), camera);
    n += ray.intersectObjects(scene.children, true).length;
    const frustum = new T.Frustum().setFromProjectionMatrix(new T.Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse));
    scene.traverse((o) => { if (o.isMesh) n += frustum.intersectsObject(o) ? 1 : 0; });
  }
  scene.traverse((o) => { o.rotateY(0.1); n += o.children.length; });
  scene.updateMatrixWorld(true);
  n += new T.Box3().setFromObject(scene).getSize(new T.Vector3()).x;
}
for (const material of materials) n += Object.keys(material.clone().toJSON()).length;
for (const geometry of geometries) { const g = geometry.clone(); g.computeBoundingSphere(); g.computeVertexNormals(); n += Object.keys(g.toJSON()).length + g.toNonIndexed().attributes.position.count; }
const curves = [new T.LineCurve3(new T.Vector3(), new T.Vector3(1, 2, 3)), new T.CatmullRomCurve3([new T.Vector3(), new T.Vector3(1, 0, 0), new T.Vector3(1, 1, 1)]), new T.QuadraticBezierCurve3(new T.Vector3(), new T.Vector3(1, 2, 0), new T.Vector3(3, 0, 0)), new T.CubicBezierCurve3(), new T.EllipseCurve(0, 0, 2, 1), new T.SplineCurve([new T.Vector2(), new T.Vector2(1, 1), new T.Vector2(2, 0)])];
for (let k = 0; k < 20; k++) for (const curve of curves) n += curve.getPointAt(k / 20).x + curve.getLength() + curve.getTangent(k / 20).y;
const track = [new T.NumberKeyframeTrack('.visible', [0, 1], [0, 1]), new T.VectorKeyframeTrack('.position', [0, 1, 2], [0, 0, 0, 1, 1, 1, 2, 0, 0]), new T.QuaternionKeyframeTrack('.quaternion', [0, 1], [0, 0, 0, 1, 0, 1, 0, 0]), new T.ColorKeyframeTrack('.color', [0, 1], [0, 0, 0, 1, 1, 1])];
const mixer = new T.AnimationMixer(scene);
mixer.clipAction(new T.AnimationClip('c', -1, track.slice(1, 3))).play();
for (let k = 0; k < 120; k++) mixer.update(0.01);
n += JSON.stringify(scene.toJSON()).length + JSON.stringify(scene.clone().toJSON()).length;
console.log(typeof n);
