// Defaults laid under known options.
function widget(i) { const w = { id: i }; Object.assign(w, { width: 1, height: 2 }); return w; }
function button(i) { const w = widget(i); w.label = 'b'; return w; }
function slider(i) { const w = widget(i); w.min = 0; w.max = 9; return w; }
function input(i) { const w = widget(i); w.text = ''; return w; }
function image(i) { const w = widget(i); w.src = 'x'; return w; }
const all = [];
for (let i = 0; i < 600; i++) all.push(widget(i), button(i), slider(i), input(i), image(i));
let sum = 0;
for (const w of all) sum += w.id + w.width;
console.log(sum);
