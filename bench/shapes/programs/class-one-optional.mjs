// One optional field: two hidden classes.
class Job {
  constructor(id, delay) {
    this.id = id;
    if (delay > 0) this.delay = delay;
    this.done = false;
  }
  run() {
    this.done = true;
    return this.id;
  }
}
let sum = 0;
for (let i = 0; i < 4000; i++) sum += new Job(i, i % 2).run();
console.log(sum);
