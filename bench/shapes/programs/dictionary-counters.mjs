// A dictionary by computed keys, and a record beside it.
const counts = Object.create(null);
const stats = { words: 0, distinct: 0 };
for (let i = 0; i < 3000; i++) {
  const word = 'w' + (i % 97);
  if (counts[word] === undefined) { counts[word] = 0; stats.distinct++; }
  counts[word]++;
  stats.words++;
}
console.log(stats.words, stats.distinct);
