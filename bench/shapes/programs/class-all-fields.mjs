// All fields, always: one hidden class.
class User {
  constructor(row) {
    this.id = row.id;
    this.name = row.name ?? null;
    this.mail = row.mail ?? null;
    this.age = row.age ?? null;
  }
}
const users = [];
for (let i = 0; i < 4000; i++) users.push(new User({ id: i, name: 'n', mail: 'm', age: 3 }));
let sum = 0;
for (const user of users) sum += user.id;
console.log(sum);
