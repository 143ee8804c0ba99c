// Dates parsed, moved, compared and printed in several zones.
import { DateTime, Duration, Interval, Settings } from './src/luxon.js';

Settings.defaultLocale = 'en';
let n = 0;
for (let i = 0; i < 60; i++) {
  const a = DateTime.fromISO(`2020-01-${String((i % 28) + 1).padStart(2, '0')}T10:0${i % 10}:00`, { zone: ['utc', 'Europe/Berlin', 'UTC+3', 'local', 'America/New_York'][i % 5] });
  const b = a.plus({ months: i, hours: 3 }).startOf('week').setZone('Asia/Tokyo');
  n += b.toFormat('yyyy LLL dd HH:mm ZZ').length + b.toISO().length + a.weekNumber + a.diff(b, ['days', 'hours']).days;
  n += Duration.fromISO('P1Y2M3DT4H').plus({ days: i }).shiftTo('hours', 'minutes').hours;
  n += Interval.fromDateTimes(a, a.plus({ days: 10 })).splitBy({ days: 3 }).length + DateTime.fromFormat(`0${(i % 9) + 1}/05/2021`, 'MM/dd/yyyy').ordinal;
  n += DateTime.fromObject({ year: 2021, month: 5, day: 1 }).toLocaleString(DateTime.DATE_MED).length + (DateTime.fromISO('nonsense').isValid ? 1 : 0);
}
console.log(Math.round(n));
