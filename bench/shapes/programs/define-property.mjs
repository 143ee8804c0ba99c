// Accessors and hidden properties defined one by one.
function plain(i) { const o = { id: i }; return o; }
function hidden(i) { const o = { id: i }; Object.defineProperty(o, 'secret', { value: i, enumerable: false }); return o; }
function locked(i) { const o = { id: i }; Object.defineProperty(o, 'fixed', { value: i, writable: false }); return o; }
function computed(i) { const o = { id: i }; Object.defineProperty(o, 'double', { get() { return i * 2; } }); return o; }
function frozen(i) { const o = { id: i }; Object.freeze(o); return o; }
const all = [];
for (let i = 0; i < 600; i++) all.push(plain(i), hidden(i), locked(i), computed(i), frozen(i));
let sum = 0;
for (const o of all) sum += o.id;
console.log(sum);
