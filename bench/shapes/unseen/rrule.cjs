// Rules of recurrence made, written, read, told in words and enumerated.
const { RRule, RRuleSet, rrulestr } = require('./dist/es5/rrule.js');

let n = 0;
for (let i = 0; i < 12; i++) {
  const start = new Date(Date.UTC(2012, i % 12, 1 + i, 10, 30));
  const rules = [
    { freq: RRule.WEEKLY, interval: 1 + i % 3, byweekday: [RRule.MO, RRule.FR], dtstart: start, count: 20 },
    { freq: RRule.MONTHLY, bymonthday: [1, -1], dtstart: start, until: new Date(Date.UTC(2014, 1, 1)) },
    { freq: RRule.YEARLY, bymonth: [1, 6], byweekday: [RRule.TU.nth(2)], dtstart: start, count: 8 },
    { freq: RRule.DAILY, byhour: [9, 17], byminute: 15, dtstart: start, count: 15 },
    { freq: RRule.YEARLY, byeaster: 0, dtstart: start, count: 3 },
    { freq: RRule.YEARLY, byweekno: 20, wkst: RRule.SU, dtstart: start, count: 3 },
    { freq: RRule.HOURLY, bysetpos: [1], byhour: [3], dtstart: start, count: 4 },
  ].map((o) => new RRule(o));
  for (const rule of rules) {
    n += rule.all().length + rule.toString().length + rule.toText().length;
    n += rrulestr(rule.toString()).between(start, new Date(Date.UTC(2013, 1, 1))).length;
    n += rule.after(start) ? 1 : 0;
  }
  const set = new RRuleSet();
  set.rrule(rules[0]);
  set.exrule(rules[3]);
  set.rdate(start);
  set.exdate(new Date(+start + 864e5));
  n += set.all().length + set.valueOf().join().length;
  n += RRule.fromText('every 2 weeks on Tuesday').toString().length;
}
console.log(n);
