// A list: one class, read a lot.
class Cell { constructor(value, next) { this.value = value; this.next = next; } }
let head = null;
for (let i = 0; i < 3000; i++) head = new Cell(i, head);
let sum = 0;
for (let cell = head; cell !== null; cell = cell.next) sum += cell.value;
console.log(sum);
