// The static specifiers of a Plug'n'Play tree, its packages in zip archives included; Yarn's own file system reads them:
//   node -r ROOT/.pnp.cjs pnp_questions.cjs ROOT OUT ACORN
const fs = require('fs');
const path = require('path');
const [root, out, acornFolder] = process.argv.slice(2);
const acorn = require(acornFolder);

const manifest = JSON.parse(fs.readFileSync(path.join(root, '.pnp.data.json'), 'utf8'));
const locations = new Set();
for (const [, packages] of manifest.packageRegistryData) {
  // A package with peer dependencies is reached through its virtual instances only.
  const virtual = new Set(packages.map(([reference]) => reference).filter((r) => r?.startsWith('virtual:')).map((r) => r.slice(r.indexOf('#') + 1)));
  for (const [reference, info] of packages) if (!virtual.has(reference)) locations.add(path.resolve(root, info.packageLocation));
}
const questions = [];
const literal = (n) => (n?.type === 'Literal' && typeof n.value === 'string' ? n.value : undefined);

function read(file) {
  const text = fs.readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  let tree;
  for (const sourceType of ['script', 'module']) {
    try { tree = acorn.parse(text, { ecmaVersion: 'latest', sourceType, allowHashBang: true, allowReturnOutsideFunction: true }); break; } catch { /* the other */ }
  }
  const seen = new Set(), stack = tree ? [tree] : [];
  const add = (kind, specifier) => {
    if (seen.has(kind + specifier)) return;
    seen.add(kind + specifier);
    questions.push({ id: questions.length, root, kind, specifier, from: path.relative(root, file) });
  };
  while (stack.length > 0) {
    const n = stack.pop();
    if (/^(Import|ExportNamed|ExportAll)Declaration$/.test(n.type) && n.source) add('import', n.source.value);
    else if (n.type === 'ImportExpression' && literal(n.source) !== undefined) add('import', literal(n.source));
    else if (n.type === 'CallExpression' && n.callee.name === 'require' && literal(n.arguments[0]) !== undefined) add('require', literal(n.arguments[0]));
    for (const v of Object.values(n)) {
      for (const x of Array.isArray(v) ? v : [v]) if (x && typeof x.type === 'string') stack.push(x);
    }
  }
}

function walk(folder) {
  let entries = [];
  try { entries = fs.readdirSync(folder, { withFileTypes: true }); } catch { /* of another platform: not installed */ }
  for (const entry of entries) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== '.yarn' && !locations.has(at)) walk(at);
    } else if (/\.[cm]?js$/.test(entry.name) && !entry.name.startsWith('.pnp')) {
      read(at);
    }
  }
}
for (const location of locations) walk(location);
fs.writeFileSync(out, questions.map((q) => JSON.stringify(q)).join('\n') + '\n');
