// Dates parsed, moved, compared and written in many ways.
const moment = require('./moment.js');

let n = 0;
for (let i = 0; i < 300; i++) {
  const m = moment.utc(Date.UTC(2000, 0, 1) + i * 1e9);
  const some = [m, m.clone().local(), moment(m.toISOString()), moment(`${i % 28 + 1}-03-2011 10:11`, 'D-MM-YYYY HH:mm', true), moment([2010, i % 12, 5]), moment({ year: 2011, month: i % 12 }), moment(new Date(2012, 1, i)), moment('Mon, 25 Dec 1995 13:30:00 GMT', moment.RFC_2822), moment('bad', 'YYYY'), moment().locale('en-gb'), m.clone().utcOffset(120)];
  for (const x of some) {
    n += x.format('dddd, MMMM Do YYYY, h:mm:ss a Z [x] gg ww').length + (x.clone().add(i, 'days').subtract(1, 'month').endOf('week').valueOf() % 7 || 0);
    n += x.isValid() && x.isBefore(moment('2012-01-01')) ? 1 : 0;
    n += x.diff(m, 'hours', true) > 3 ? 1 : 0;
    n += x.from(m).length + x.calendar(m).length;
  }
  const d = moment.duration(i * 1e6).add(moment.duration({ hours: i, days: 2 })).subtract(moment.duration('PT1H2M'));
  n += d.humanize().length + d.toISOString().length + Math.floor(d.as('minutes'));
}
console.log(n);
