// Makes a test set for the delay model of each month that was dealt out by split-by-month.ts:
//
//   data/month=2001-06/flights.csv → data/delays-2001-06.csv: hour,weekday,distance,origin,delayed
//
// A flight is delayed (1) when it arrives 15 minutes late or later, as the airlines report it.
//
//   node scripts/prepare-delays.ts [--data data] [--month 2001-06]

import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const LATE_MINUTES = 15;

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: join(import.meta.dirname, '..', 'data') },
    month: { type: 'string', default: '2001-06' },
  },
});
const input = createReadStream(join(flags.data, `month=${flags.month}`, 'flights.csv'));
const output = createWriteStream(join(flags.data, `delays-${flags.month}.csv`));
output.write('hour,weekday,distance,origin,delayed\n');
let rows = 0;
for await (const line of createInterface({ input })) {
  const [date = '', delay, distance, origin] = line.split(',');
  if (date === 'date') continue;
  const departure = new Date(`${date}Z`);
  const late = Number(delay) >= LATE_MINUTES ? 1 : 0;
  const text = `${departure.getUTCHours()},${departure.getUTCDay()},${distance},${origin},${late}\n`;
  if (!output.write(text)) await once(output, 'drain');
  rows += 1;
}
output.end();
await once(output, 'finish');
console.log(`${flags.month}: ${rows} flights`);
