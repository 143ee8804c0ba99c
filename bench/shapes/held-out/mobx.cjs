// Observables of each kind, computed values and reactions.
const { makeAutoObservable, observable, computed, autorun, reaction, runInAction, configure } = require('./dist/mobx.cjs.development.js');

configure({ enforceActions: 'never' });
class Todo { title = ''; done = false; tags = ['a']; constructor(t) { this.title = t; makeAutoObservable(this); } get label() { return `${this.title}:${this.done}`; } toggle() { this.done = !this.done; } }
class Store { todos = []; filter = 'all'; byName = new Map(); marks = new Set(); constructor() { makeAutoObservable(this); } get open() { return this.todos.filter((t) => !t.done).length; } add(t) { const todo = new Todo(t); this.todos.push(todo); this.byName.set(t, todo); this.marks.add(t); } }
let n = 0;
const store = new Store(), box = observable.box(1), twice = computed(() => box.get() * 2 + store.open);
const stop = [autorun(() => { n += store.open + store.byName.size + store.marks.size; }), reaction(() => store.todos.map((t) => t.label).join(), (x) => { n += x.length; }), autorun(() => { n += twice.get(); })];
for (let i = 0; i < 60; i++) {
  store.add(`t${i}`);
  runInAction(() => { store.todos[store.todos.length - 1].toggle(); box.set(i); store.todos[store.todos.length - 1].tags.push('b'); });
  if (i % 7 === 0) store.todos.splice(0, 1);
}
stop.forEach((s) => s());
console.log(n);
