// Puts a report at the start of every function of a source text, without adding lines.
'use strict';
const path = require('node:path');
const acorn = require('acorn');

const root = process.env.OBSERVE_ROOT;

exports.wanted = (file) => {
  const inside = path.relative(root, file);
  return !inside.startsWith('..') && !/(^|[\\/])(node_modules|tests?|__tests__|spec|examples?|benchmarks?|support|test-helpers)[\\/]/.test(inside) &&
    !/\.(test|spec)\.[cm]?js$/.test(inside) && /\.[cm]?js$/.test(inside);
};

exports.prefixOf = (file) => `const __here = __module(${JSON.stringify(file)});`;

const parse = (source, module) =>
  acorn.parse(source, { ecmaVersion: 'latest', sourceType: module ? 'module' : 'script', allowHashBang: true, allowReturnOutsideFunction: true });
exports.parse = (source) => {
  try {
    return parse(source, true);
  } catch {
    return parse(source, false);
  }
};

// Calls f for every node, parents first.
exports.walk = (node, f) => {
  const work = [[node, null]];
  while (work.length) {
    const [n, parent] = work.pop();
    f(n, parent);
    for (const value of Object.values(n)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (child && typeof child.type === 'string') work.push([child, n]);
      }
    }
  }
};

// `start` of a method is that of its definition, as analyzers see it.
exports.startOf = (node, parent) =>
  (parent?.type === 'MethodDefinition' || (parent?.type === 'Property' && (parent.method || parent.kind !== 'init'))) && parent.value === node
    ? parent.start
    : node.start;

// `prefix` goes before everything; reports are calls of `report`.
exports.instrument = (source, firstId, module, report = '__entered', prefix = '') => {
  const inserts = [];
  const starts = [];
  exports.walk(parse(source, module), (node, parent) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return;
    const id = firstId + starts.length;
    starts.push(exports.startOf(node, parent));
    if (node.body.type === 'BlockStatement') {
      let at = node.body.start + 1;
      for (const s of node.body.body) {
        if (!s.directive) break;
        at = s.end;
      }
      inserts.push([at, `;${report}(${id});`]);
    } else {
      inserts.push([node.body.start, `(${report}(${id}),`], [node.body.end, ')']);
    }
  });
  if (prefix) inserts.push([0, prefix]);
  inserts.sort((a, b) => a[0] - b[0]);
  let code = '', last = 0;
  const shifts = [[0, 0]]; // offset in the new text -> how far it is ahead of the old
  for (const [at, text] of inserts) {
    code += source.slice(last, at) + text;
    last = at;
    shifts.push([code.length, code.length - at]);
  }
  code += source.slice(last);
  const lines = [0];
  for (let i = 0; i < code.length; i++) if (code[i] === '\n') lines.push(i + 1);
  const toOriginal = (line, column) => {
    const offset = lines[line - 1] + column - 1;
    let low = 0, high = shifts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (shifts[middle][0] <= offset) low = middle;
      else high = middle - 1;
    }
    return offset - shifts[low][1];
  };
  return { code, starts, toOriginal };
};
