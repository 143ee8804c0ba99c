// node prune.mjs package-lock.json: takes out of an npm lockfile what must not or cannot be there: addresses of a
// registry, and optional packages of other platforms that were not found when it was written (npm ci asks for them).
import fs from 'node:fs';
const file = process.argv[2];
const lock = JSON.parse(fs.readFileSync(file, 'utf8'));
for (const [at, entry] of Object.entries(lock.packages)) {
  if (/^https?:/.test(entry.resolved ?? '')) delete entry.resolved;
  delete entry.funding;
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    // Where npm would look for it: next to the package, then above.
    const folders = [at];
    while (folders.at(-1) !== '') folders.push(folders.at(-1).slice(0, Math.max(0, folders.at(-1).lastIndexOf('node_modules/') - 1)));
    const found = folders.some((folder) => lock.packages[`${folder && folder + '/'}node_modules/${name}`]);
    if (!found) delete entry.optionalDependencies[name];
  }
}
fs.writeFileSync(file, JSON.stringify(lock, null, '\t') + '\n');
