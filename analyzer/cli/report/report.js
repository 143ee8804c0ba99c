'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const $ = (id) => document.getElementById(id);
  const make = (name, attributes = {}, ...children) => {
    const e = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined) e.setAttribute(key, value);
    e.append(...children.filter((c) => c !== null && c !== undefined));
    return e;
  };
  const svg = (name, attributes = {}, ...children) => {
    const e = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
    e.append(...children);
    return e;
  };
  const plural = (n, noun) => `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;
  const place = ([file, line, column]) => `${data.files[file]}:${line}:${column}`;
  const filesWithFindings = new Map();
  for (const f of data.findings) filesWithFindings.set(f.at[0], (filesWithFindings.get(f.at[0]) ?? 0) + 1);

  const s = data.summary;
  $('summary').textContent = [
    plural(s.errors, 'error'), plural(s.warnings, 'warning'), ...(s.infos ? [plural(s.infos, 'note')] : []),
    `${plural(s.files, 'file')}, ${plural(s.lines, 'line')}`, ...(s.suppressed ? [`${s.suppressed} suppressed`] : []),
    ...(s.baselined ? [`${s.baselined} in the baseline`] : []), ...(s.unchanged ? [`${s.unchanged} not of this change`] : []), data.tool,
  ].join(' · ');

  // ---- code frames
  const frame = ([file, line, column, endLine, endColumn], around) => {
    const pre = make('pre');
    const source = data.sources[file] ?? {};
    // What all lines are indented by says nothing.
    let indent = Infinity;
    for (let i = line - around; i <= line + around; i++) {
      if (source[i]?.trim()) indent = Math.min(indent, /^[ \t]*/.exec(source[i])[0].length);
    }
    indent = Math.min(indent, column - 1);
    for (let i = Math.max(1, line - around); i <= line + around; i++) {
      const text = source[i]?.slice(i === line || source[i].trim() ? indent : 0);
      if (text === undefined || (text === '' && source[i + 1] === undefined && i > line)) continue;
      const row = make('span', { 'data-line': i });
      if (i === line) {
        const from = column - 1 - indent;
        const end = Math.max(endLine === line ? endColumn - 1 - indent : text.length, from + 1);
        row.append(text.slice(0, from), make('mark', {}, text.slice(from, end)), text.slice(end));
      } else {
        row.append(text || ' ');
      }
      pre.append(row);
    }
    return pre;
  };

  // ---- the module graph: the path of one finding, its neighbours, the rest by folder
  const graph = (f) => {
    const path = [];
    for (const step of [...(f.via?.steps ?? []), { at: f.at }]) if (path.at(-1) !== step.at[0]) path.push(step.at[0]);
    const columns = [...new Set(path)];
    const inPath = new Set(columns);
    const near = columns.map((file) => {
      const around = new Map();
      for (const [from, to] of data.imports) {
        const other = from === file ? to : to === file ? from : -1;
        if (other >= 0 && !inPath.has(other)) around.set(other, from === file ? 'imports' : 'is imported by');
      }
      return [...around];
    });
    const shownAt = new Map();
    const boxes = [];
    const edges = [];
    const width = 170, height = 28, gapX = 70, gapY = 10, most = 5;
    columns.forEach((file, i) => {
      shownAt.set(file, boxes.length);
      boxes.push({ file, column: i, row: 0, on: true });
    });
    near.forEach((list, i) => {
      const fresh = list.filter(([other]) => !shownAt.has(other));
      fresh.sort((a, b) => (filesWithFindings.has(b[0]) - filesWithFindings.has(a[0])) || (data.files[a[0]] < data.files[b[0]] ? -1 : 1));
      fresh.slice(0, most).forEach(([other], k) => {
        shownAt.set(other, boxes.length);
        boxes.push({ file: other, column: i, row: k + 1 });
      });
      const folders = new Map();
      for (const [other] of fresh.slice(most)) {
        const folder = data.files[other].split('/').slice(0, -1).join('/') || '.';
        folders.set(folder, (folders.get(folder) ?? 0) + 1);
      }
      [...folders].slice(0, 3).forEach(([folder, n], k) => boxes.push({ text: `${folder}/ (${n} more)`, column: i, row: Math.min(fresh.length, most) + k + 1, near: columns[i] }));
    });
    // Of the way, and between it and its neighbours; those among neighbours would only be a tangle.
    for (const [from, to] of data.imports) {
      if (shownAt.has(from) && shownAt.has(to) && (inPath.has(from) || inPath.has(to)))
        edges.push({from: shownAt.get(from), to: shownAt.get(to)});
    }
    for (let i = 0; i + 1 < path.length; i++) edges.push({ from: shownAt.get(path[i]), to: shownAt.get(path[i + 1]), on: true });
    const rows = Math.max(...boxes.map((b) => b.row)) + 1;
    const total = { x: columns.length * (width + gapX) - gapX + 40, y: rows * (height + gapY) + 40 };
    const at = (b) => ({ x: 20 + b.column * (width + gapX), y: 24 + b.row * (height + gapY) + (b.row ? 8 : 0) });
    const picture = svg('svg', {
      width: total.x,
      height: total.y,
      viewBox: `0 0 ${total.x} ${total.y}`,
      role: 'img',
      'aria-label': `modules on the way to ${data.files[f.at[0]]}`
    });
    const marker = svg('marker', { id: 'tip', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 6, markerHeight: 6, orient: 'auto' }, svg('path', { d: 'M0,0 L8,4 L0,8 z', class: 'arrow' }));
    picture.append(svg('defs', {}, marker));
    edges.sort((a, b) => (a.on ? 1 : 0) - (b.on ? 1 : 0));
    for (const e of edges) {
      const a = boxes[e.from], b = boxes[e.to], p = at(a), q = at(b);
      let d;
      if (a.column < b.column) d = `M${p.x + width},${p.y + height / 2} C${p.x + width + 40},${p.y + height / 2} ${q.x - 40},${q.y + height / 2} ${q.x},${q.y + height / 2}`;
      else if (a.column > b.column) d = `M${p.x + width / 2},${p.y} C${p.x + width / 2},${p.y - 26} ${q.x + width / 2},${q.y - 26} ${q.x + width / 2},${q.y}`;
      else d = `M${p.x + 12},${p.y + (a.row < b.row ? height : 0)} C${p.x - 16},${p.y + height / 2} ${q.x - 16},${q.y + height / 2} ${q.x + 12},${q.y + (a.row < b.row ? 0 : height)}`;
      picture.append(svg('path', { class: e.on ? 'edge on' : 'edge', d, ...(e.on ? { 'marker-end': 'url(#tip)' } : {}) }));
    }
    for (const b of boxes) {
      const { x, y } = at(b);
      const found = b.file !== undefined ? filesWithFindings.get(b.file) : undefined;
      const full = b.text ?? data.files[b.file];
      let name = b.text ?? full.split('/').slice(-2).join('/') + (found ? ` (${found})` : '');
      if (name.length > 27) name = '…' + name.slice(-26);
      const text = svg('text', { x: x + 8, y: y + height / 2 + 4, ...(b.text ? { class: 'more' } : {}) });
      text.textContent = name;
      const title = svg('title');
      title.textContent = full;
      const node = svg('g', { class: `node${b.on ? ' on' : ''}${found ? ' found' : ''}` });
      if (!b.text) node.append(svg('rect', { x, y, width, height, rx: 5 }));
      node.append(text, title);
      picture.append(node);
    }
    return make('div', {class: 'graph', tabindex: 0}, picture);
  };

  // ---- one finding
  const section = (f) => {
    const rule = data.rules[f.rule];
    const out = make('section', { id: `f-${f.id}` },
      make('h2', {}, f.message),
      make('p', { class: 'soft' }, make('span', { class: `level ${f.level}` }, f.level), ' ', make('span', { class: 'rule' }, rule.id), ` · ${rule.summary}`),
      make('p', { class: 'place' }, place(f.at) + (f.scope ? ` in ${f.scope}` : '')),
      frame(f.at, 3));
    if (f.via) {
      const steps = make('ol', { class: 'steps' });
      for (const step of f.via.steps) {
        steps.append(make('li', { tabindex: 0 }, make('strong', {}, step.note || f.via.title), make('div', { class: 'place' }, place(step.at)), frame(step.at, 1)));
      }
      steps.append(make(
          'li', {tabindex: 0}, make('strong', {}, 'the finding'), make('div', {class: 'place'}, place(f.at)),
          frame(f.at, 1)));
      out.append(make('h3', {}, f.via.title[0].toUpperCase() + f.via.title.slice(1)), steps);
    }
    if (f.help) out.append(make('h3', {}, 'What to do'), make('p', {}, f.help));
    for (const fix of f.fixes ?? []) out.append(make('p', {}, make('code', {}, fix.safe ? 'looplint --fix' : 'looplint --fix-suggestions'), `: ${fix.text}`));
    if (rule.why) out.append(make('h3', {}, 'Why it matters'), make('p', {}, rule.why));
    out.append(make('h3', {}, 'Modules'), graph(f), make('p', { class: 'soft' }, 'The way to this finding is drawn strong; modules with findings are shaded, with their number.'));
    out.append(make('p', { class: 'soft' }, 'To accept it: ', make('code', {}, `// looplint-disable-next-line ${rule.id} -- why`), ` · fingerprint ${f.id}`));
    return out;
  };

  // ---- the list
  const most = 500;  // of one filter; what is beyond is counted, and found by a narrower one
  const perRule = data.rules.map(() => 0);
  for (const f of data.findings) perRule[f.rule]++;
  $('rule').append(
      make('option', {value: ''}, `all ${plural(data.rules.length, 'rule')}`),
      ...data.rules.map((r, i) => make('option', {value: i}, `${r.id} (${perRule[i]})`))
          .sort((a, b) => perRule[b.value] - perRule[a.value] || (a.text < b.text ? -1 : 1)));
  let shown = [], current = -1;
  const search = data.findings.map((f) => [data.rules[f.rule].id, f.message, data.files[f.at[0]], f.scope, ...(f.via?.steps ?? []).map((x) => data.files[x.at[0]])].join('\n').toLowerCase());
  const list = () => {
    const words = $('filter').value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = data.findings.map((_, i) => i)
                .filter(
                    (i) => $(data.findings[i].level).checked &&
                        ($('rule').value === '' || data.findings[i].rule === Number($('rule').value)) &&
                        words.every((w) => search[i].includes(w)));
    const rows = shown.slice(0, most).map((i) => {
      const f = data.findings[i];
      const a = make('a', { href: `#${f.id}-${i}`, 'data-index': i, 'aria-current': i === current ? 'true' : 'false' },
        make('div', {}, make('span', { class: `level ${f.level}` }, f.level), ' ', make('span', { class: 'rule' }, data.rules[f.rule].id)),
        make('div', {}, f.message), make('div', { class: 'place' }, place(f.at)));
      return make('li', {}, a);
    });
    $('list').replaceChildren(...rows);
    $('count').textContent = `${plural(shown.length, 'finding')}${shown.length > most ? `, the first ${most} listed` : ''}${shown.length < data.findings.length ? ` of ${data.findings.length}` : ''}`;
  };
  // Long lines are moved so that what they are shown for can be seen.
  const reveal = () => {
    for (const pre of $('detail').querySelectorAll('pre')) {
      const mark = pre.querySelector('mark');
      if (mark && mark.offsetLeft + Math.min(mark.offsetWidth, 80) > pre.clientWidth) pre.scrollLeft = mark.offsetLeft - 60;
    }
  };
  const show = (i) => {
    current = i;
    $('detail').replaceChildren(i >= 0 ? section(data.findings[i]) : make('p', {}, data.findings.length ? 'Choose a finding.' : 'No findings.'));
    reveal();
    $('detail').scrollTop = 0;
    for (const a of $('list').querySelectorAll('a')) a.setAttribute('aria-current', String(Number(a.dataset.index) === i));
    $('list').querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' });
  };
  const go = (i) => {
    if (i < 0) return;
    history.replaceState(null, '', `#${data.findings[i].id}-${i}`);
    show(i);
  };
  const fromAddress = () => {
    const i = Number(location.hash.split('-').at(-1));
    return location.hash && Number.isInteger(i) && i < data.findings.length ? i : shown[0] ?? -1;
  };

  $('filters').addEventListener('submit', (e) => e.preventDefault());
  $('filters').addEventListener('input', () => {
    list();
    if (!shown.includes(current)) show(shown[0] ?? -1);
  });
  $('list').addEventListener('click', (e) => {
    const a = e.target.closest('a');
    if (!a) return;
    e.preventDefault();
    go(Number(a.dataset.index));
  });
  addEventListener('hashchange', () => show(fromAddress()));
  addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const typing = e.target === $('filter') || e.target === $('rule');
    if (e.key === 'Escape' && typing) {
      $('filter').value = $('rule').value = '';
      $('filters').dispatchEvent(new Event('input'));
      e.target.blur();
    }
    if (typing) return;
    if (e.key === '/') {
      e.preventDefault();
      $('filter').focus();
    } else if (e.key === 'j' || e.key === 'k') {
      const next = shown[shown.indexOf(current) + (e.key === 'j' ? 1 : -1)];
      if (next !== undefined) go(next);
    } else if (e.key === 'n' || e.key === 'p') {
      const steps = [...document.querySelectorAll('.steps li')];
      const at = steps.findIndex((x) => x.classList.contains('on'));
      const next = steps[e.key === 'n' ? at + 1 : at - 1];
      if (!next) return;
      for (const x of steps) x.classList.toggle('on', x === next);
      next.focus();
    }
  });
  // On paper there is no list to choose from: all of it, at most as many as a reader can leaf through.
  let before = null;
  addEventListener('beforeprint', () => {
    before = current;
    $('detail').replaceChildren(...shown.slice(0, 200).map((i) => section(data.findings[i])));
  });
  addEventListener('afterprint', () => show(before));

  list();
  show(fromAddress());
})();
