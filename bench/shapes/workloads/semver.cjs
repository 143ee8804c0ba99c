// Versions against ranges of each form.
const semver = require('./index.js');

const versions = [];
for (let a = 0; a < 4; a++) for (let b = 0; b < 5; b++) for (let c = 0; c < 4; c++) versions.push(`${a}.${b}.${c}`, `${a}.${b}.${c}-beta.${c}`);
const ranges = ['^1.2.0', '~2.3', '>=1.0.0 <3.0.0', '1.x || >=3.1.2-0', '*', '1.2.3 - 2.3.4', '<=2', '=1.0.0-beta.0'];
let n = 0;
for (const r of ranges) {
  n += versions.filter((v) => semver.satisfies(v, r)).length;
  n += semver.maxSatisfying(versions, r) === null ? 0 : 1;
  n += semver.minVersion(r).major;
  for (const other of ranges) n += semver.intersects(r, other) ? 1 : 0;
  for (const other of ranges) n += semver.subset(r, other) ? 1 : 0;
}
n += semver.sort([...versions]).length + versions.map((v) => semver.inc(v, 'minor')).length + versions.map((v) => semver.diff(v, '1.2.3')).length;
console.log(n, semver.coerce('v3.4 beta').version);
