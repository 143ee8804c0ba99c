// Queries and pipelines over records.
const mingo = require('./dist/cjs/index.js');
require('./dist/cjs/init/system.js');
const { updateObject } = require('./dist/cjs/updater.js');

const people = Array.from({ length: 120 }, (_, i) => ({ _id: i, name: `n${i}`, age: i % 70, city: ['a', 'b', 'c'][i % 3], tags: ['x', `t${i % 5}`], at: new Date(2024, i % 12, 1 + (i % 28)), home: { zip: `${1000 + i}`, geo: i % 4 ? [i, i + 1] : null }, scores: [{ k: 'm', v: i }, { k: 'p', v: i * 2 }] }));
const queries = [{ age: { $gt: 20, $lte: 60 } }, { $or: [{ city: 'a' }, { tags: { $in: ['t1', /^t2/] } }] }, { 'home.zip': { $regex: '^10' }, scores: { $elemMatch: { k: 'm', v: { $gte: 10 } } } }, { tags: { $all: ['x', 't3'], $size: 2 } }, { $nor: [{ age: { $mod: [7, 0] } }, { 'home.geo': { $type: 'null' } }] }, { $expr: { $gt: ['$age', { $strLenCP: '$name' }] } }, { at: { $exists: true, $not: { $lt: new Date(2024, 5, 1) } } }];
const pipelines = [
  [{ $match: { age: { $gte: 10 } } }, { $group: { _id: '$city', n: { $sum: 1 }, mean: { $avg: '$age' }, all: { $push: '$name' }, top: { $max: '$age' }, first: { $first: '$at' } } }, { $sort: { n: -1 } }],
  [{ $unwind: '$scores' }, { $addFields: { double: { $multiply: ['$scores.v', 2] }, kind: { $cond: [{ $eq: ['$scores.k', 'm'] }, 'math', { $toUpper: '$scores.k' }] }, day: { $dayOfMonth: '$at' } } }, { $project: { name: 1, double: 1, kind: 1, day: 1, left: { $substrCP: ['$name', 0, 2] } } }, { $limit: 50 }],
  [{ $bucket: { groupBy: '$age', boundaries: [0, 20, 40, 80], default: 'other', output: { n: { $sum: 1 } } } }],
  [{ $facet: { cities: [{ $sortByCount: '$city' }], ages: [{ $group: { _id: null, dev: { $stdDevPop: '$age' } } }] } }],
  [{ $set: { list: { $map: { input: '$scores', as: 's', in: { $add: ['$$s.v', 1] } } }, some: { $filter: { input: '$tags', as: 't', cond: { $ne: ['$$t', 'x'] } } }, sum: { $reduce: { input: '$scores', initialValue: 0, in: { $add: ['$$value', '$$this.v'] } } }, when: { $dateToString: { date: '$at', format: '%Y-%m' } } } }, { $replaceRoot: { newRoot: { $mergeObjects: ['$home', { sum: '$sum', when: '$when' }] } } }, { $skip: 5 }],
  [{ $lookup: { from: people.slice(0, 20), localField: 'age', foreignField: '_id', as: 'same' } }, { $count: 'all' }],
  [{ $setWindowFields: { partitionBy: '$city', sortBy: { age: 1 }, output: { running: { $sum: '$age', window: { documents: ['unbounded', 'current'] } }, rank: { $rank: {} } } } }],
];
let n = 0;
for (let i = 0; i < 6; i++) {
  for (const query of queries) {
    const q = new mingo.Query(query);
    n += q.find(people, { name: 1, age: 1, tags: { $slice: 1 } }).sort({ age: i % 2 ? 1 : -1 }).skip(i).limit(30).all().length + people.filter((p) => q.test(p)).length;
  }
  for (const pipeline of pipelines) n += JSON.stringify(new mingo.Aggregator(pipeline).run(people)).length;
  const copy = structuredClone(people.slice(0, 30));
  for (const one of copy) n += updateObject(one, { $set: { 'home.zip': 'z' } }).length + updateObject(one, { $inc: { age: 1 } }).length + updateObject(one, { $push: { tags: "n" } }).length + updateObject(one, { $pull: { scores: { k: "m" } } }).length + updateObject(one, { $unset: { city: 1 } }).length;
}
console.log(n);
