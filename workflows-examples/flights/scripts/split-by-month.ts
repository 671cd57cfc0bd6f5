// Deals the three million flights of the npm package vega-datasets out to one CSV file a month:
//
//   data/month=2001-01/flights.csv … data/month=2001-06/flights.csv
//
// Six flights of midnight at the end of June carry the date of July 1; they belong to June's last night.
//
//   node scripts/split-by-month.ts [--input flights-3m.parquet] [--output data]
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const HEADER = 'date,delay,distance,origin,destination\n';
const LAST_MONTH = '2001-06';

interface Flight {
  readonly date: Date;
  readonly delay: bigint;
  readonly distance: bigint;
  readonly origin: string;
  readonly destination: string;
}

const { values: flags } = parseArgs({
  options: {
    input: { type: 'string' },
    output: { type: 'string', default: join(import.meta.dirname, '..', 'data') },
  },
});
// Only where the package is installed: in a workflow the file is fetched by itself.
const published = (): string =>
  new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets')).pathname;
const file = await asyncBufferFromFile(flags.input ?? published());
const metadata = await parquetMetadataAsync(file);

const months = new Map<string, { readonly descriptor: number; rows: number }>();

/** The file of a month, made when its first flight comes. */
function fileOf(month: string): { readonly descriptor: number; rows: number } {
  const known = months.get(month);
  if (known) return known;
  const folder = join(flags.output, `month=${month}`);
  mkdirSync(folder, { recursive: true });
  const made = { descriptor: openSync(join(folder, 'flights.csv'), 'w'), rows: 0 };
  writeSync(made.descriptor, HEADER);
  months.set(month, made);
  return made;
}

const line = ({ date, delay, distance, origin, destination }: Flight): string =>
  `${date.toISOString().slice(0, 19)},${delay},${distance},${origin},${destination}\n`;
const monthOf = ({ date }: Flight): string => {
  const month = date.toISOString().slice(0, 7);
  return month > LAST_MONTH ? LAST_MONTH : month;
};

// One row group at a time: the whole file as objects would take gigabytes.
let rowStart = 0;
for (const group of metadata.row_groups) {
  const rowEnd = rowStart + Number(group.num_rows);
  const flights = await parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd });
  for (const [month, rows] of Map.groupBy(flights as unknown as readonly Flight[], monthOf)) {
    const target = fileOf(month);
    writeSync(target.descriptor, rows.map(line).join(''));
    target.rows += rows.length;
  }
  rowStart = rowEnd;
}
for (const [month, { descriptor, rows }] of months) {
  closeSync(descriptor);
  console.log(`${month}: ${rows} flights`);
}
