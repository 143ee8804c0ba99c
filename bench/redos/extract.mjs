// The distinct regular expressions of JavaScript files, as ESLint's parser reads them: literals, and RegExp() of string
// literals. One {"pattern","flags"} a line, sorted, so that the same files give the same list.
//   node extract.mjs FOLDER... > patterns.jsonl
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const espree = createRequire(createRequire(import.meta.url).resolve('eslint'))('espree');
const found = new Set();

function visit(node) {
  if (node.type === 'Literal' && node.regex) add(node.regex.pattern, node.regex.flags);
  if ((node.type === 'NewExpression' || node.type === 'CallExpression') && node.callee.name === 'RegExp') {
    const [pattern, flags] = node.arguments;
    if (typeof pattern?.value === 'string' && (!flags || typeof flags.value === 'string')) add(pattern.value, flags?.value ?? '');
  }
  for (const key in node) {
    const child = node[key];
    if (Array.isArray(child)) {
      for (const c of child) if (c?.type) visit(c);
    } else if (child?.type) visit(child);
  }
}
function add(pattern, flags) {
  try {
    new RegExp(pattern, flags);
  } catch {
    return;
  }
  found.add(JSON.stringify({ pattern, flags }));
}
function walk(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) walk(file);
    if (!entry.isFile() || !/\.[cm]?js$/.test(entry.name)) continue;
    const text = fs.readFileSync(file, 'utf8');
    for (const sourceType of ['module', 'commonjs']) {
      try {
        visit(espree.parse(text, { ecmaVersion: 'latest', sourceType }));
        break;
      } catch {} // the other way, or not JavaScript of today
    }
  }
}
process.argv.slice(2).forEach(walk);
console.log([...found].sort().join('\n'));
