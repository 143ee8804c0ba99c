// Three optional fields: eight hidden classes, all of which come up.
class User {
  constructor(row) {
    this.id = row.id;
    if (row.name) this.name = row.name;
    if (row.mail) this.mail = row.mail;
    if (row.age) this.age = row.age;
  }
}
function load(i) {
  return new User({ id: i, name: i & 1 ? 'n' : '', mail: i & 2 ? 'm' : '', age: i & 4 ? 30 : 0 });
}
const users = [];
for (let i = 0; i < 4000; i++) users.push(load(i));
let sum = 0;
for (const user of users) sum += user.id;
console.log(sum);
