// One long-lived object whose fields come late, one after the other: its sites see few hidden classes.
class Server {
  constructor() { this.port = 0; this.hits = 0; }
  open() { this.port = 80; this.socket = { fd: 3 }; }
  limit(n) { this.max = n; }
  log(fn) { this.logger = fn; }
  watch() { this.watcher = true; }
  trust() { this.proxy = true; }
  hit() { this.hits++; return this.hits; }
}
const server = new Server();
server.open();
server.limit(10);
server.log(() => {});
server.watch();
server.trust();
for (let i = 0; i < 3000; i++) server.hit();
console.log(server.hits);
