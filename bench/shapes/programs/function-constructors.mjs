// Constructors before classes, with util.inherits-like prototypes and Base.call(this).
function Base(id) { this.id = id; this.on = true; }
Base.prototype.key = function () { return this.id; };
function One(id) { Base.call(this, id); this.one = 1; }
One.prototype = Object.create(Base.prototype);
function Two(id) { Base.call(this, id); this.two = 2; }
Two.prototype = Object.create(Base.prototype);
function Three(id) { Base.call(this, id); this.three = 3; }
Three.prototype = Object.create(Base.prototype);
function Four(id) { Base.call(this, id); this.four = 4; }
Four.prototype = Object.create(Base.prototype);
const all = [];
for (let i = 0; i < 600; i++) all.push(new Base(i), new One(i), new Two(i), new Three(i), new Four(i));
let sum = 0;
for (const o of all) sum += o.key();
console.log(sum);
