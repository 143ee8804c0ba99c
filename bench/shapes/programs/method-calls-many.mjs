// One call, seven classes.
class Get { run(x) { return x + 1; } }
class Put { constructor() { this.n = 0; } run(x) { return x + this.n; } }
class Post { constructor() { this.body = ''; } run(x) { return x + this.body.length; } }
class Patch { constructor() { this.diff = 1; } run(x) { return x - this.diff; } }
class Remove { constructor() { this.gone = true; } run(x) { return this.gone ? x : 0; } }
class Head { constructor() { this.bare = 1; } run(x) { return x * this.bare; } }
class Options { constructor() { this.list = []; } run(x) { return x + this.list.length; } }
const commands = [new Get(), new Put(), new Post(), new Patch(), new Remove(), new Head(), new Options()];
let sum = 0;
for (let i = 0; i < 1000; i++) for (const command of commands) sum = command.run(sum) & 0xffff;
console.log(sum);
