import { expect, test } from 'vitest';
import { conversion, Misfit } from '../../../../actions/lib/tabular/column-type.ts';

test.each<['date' | 'timestamp' | 'time', string, string]>([
  ['date', '2026-02-30', 'there is no such day in that month'],
  ['date', '2023-02-29', 'there is no such day in that month'],
  ['date', '1900-02-29', 'there is no such day in that month'],
  ['date', '2024-04-31', 'there is no such day in that month'],
  ['date', '2024-01-00', 'there is no such day in that month'],
  ['date', '2024-13-01', 'there is no such month'],
  ['date', '2024-00-10', 'there is no such month'],
  ['date', '0000-01-01', 'years begin with 0001'],
  ['date', ' 2024-01-01', 'white space around the value'],
  ['date', '2024-W05-1', 'dates by week are not read'],
  ['date', '2024-031', 'dates by the day of the year are not read'],
  ['date', '20240131', 'year, month and day are written with hyphens between them'],
  ['date', '2024/01/31', 'year, month and day are written with hyphens between them'],
  ['date', '1706745600', 'a number, maybe of seconds since 1970'],
  ['timestamp', '1706745600000', 'a number, maybe of milliseconds since 1970'],
  ['date', '2024-1-2', 'months and days have two digits'],
  ['date', '2024-01-2', 'months and days have two digits'],
  ['date', '31.12.2024', 'the year comes first; another order needs a format in the contract'],
  ['timestamp', '01/02/2024 10:00', 'the year comes first; another order needs a format in the contract'],
  ['date', '2024-01-31T00:00:00Z', 'there is a time of day beside the date'],
  ['timestamp', '2024-01-31', 'there is no time of day beside the date'],
  ['timestamp', '2024-02-30T10:00:00', 'there is no such day in that month'],
  ['timestamp', '2024-01-01T24:00:00', 'the day ends at 23:59; write 00:00 of the next day'],
  ['timestamp', '2024-01-01 25:00:00Z', 'hours end at 23'],
  ['timestamp', '2024-01-01T10:60:00Z', 'minutes and seconds end at 59'],
  ['timestamp', '2016-12-31T23:59:60Z', 'minutes and seconds end at 59'],
  ['timestamp', '2024-01-01T10:00:00+25:00', 'offsets end at 18 hours'],
  ['time', '24:00:00', 'the day ends at 23:59; write 00:00 of the next day'],
  ['time', '10:75', 'minutes and seconds end at 59'],
  ['date', 'yesterday', ''],
])('%s "%s" is none: %s', (type, text, hint) => {
  const value = conversion(type, true)(text);
  expect(value).toBeInstanceOf(Misfit);
  expect(value).toEqual(new Misfit(hint));
});
