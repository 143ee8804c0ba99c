// Two subclasses: polymorphic.
class Animal { constructor(name) { this.name = name; } speak() { return this.name.length; } }
class Dog extends Animal { constructor() { super('dog'); this.tail = true; } }
class Cat extends Animal { constructor() { super('cat'); this.lives = 9; } }
let sum = 0;
for (let i = 0; i < 3000; i++) sum += (i % 2 ? new Dog() : new Cat()).speak();
console.log(sum);
