// Turns the Palmer penguins of the npm package vega-datasets (CC0) into the files of this project:
//
//   data/train.csv          what the model learns from
//   data/test.csv           what it is judged on
//   data/live.csv           what production will be asked, with the labels that arrive later
//   data/excluded.csv       every row that is in none of the three, and why
//   data/train-damaged.csv  train.csv as a careless hand-over would leave it
//   data/live-drifted.csv   live.csv after the field team changed how it measures
//
// The same input gives the same bytes: `node scripts/prepare-data.ts` and `git diff` shows nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const COLUMNS = [
  ['island', 'Island'],
  ['beak_length_mm', 'Beak Length (mm)'],
  ['beak_depth_mm', 'Beak Depth (mm)'],
  ['flipper_length_mm', 'Flipper Length (mm)'],
  ['body_mass_g', 'Body Mass (g)'],
  ['sex', 'Sex'],
  ['species', 'Species'],
] as const;
const HEADER = ['penguin_id', ...COLUMNS.map(([name]) => name)];

/** Deals 20 consecutive penguins out: 9 to train, 7 to test, 4 to live, evenly mixed. */
const DEAL =
  'train test train live train test train test train live test train test train live train test live test train'.split(
    ' ',
  );

type Row = Readonly<Record<string, string>>;
type Damage = readonly [every: string, change: (row: Row) => Row];

const number = (row: Row, column: string): number => Number(row[column]);
const { values: flags } = parseArgs({
  options: { output: { type: 'string', default: join(import.meta.dirname, '..', 'data') } },
});
const source = new URL('../data/penguins.json', import.meta.resolve('vega-datasets'));

/** The source's records, with an id that says where a row came from, and short column names. */
function readPenguins(): readonly Row[] {
  const records: readonly Readonly<Record<string, string | number | null>>[] = JSON.parse(
    readFileSync(source, 'utf8'),
  );
  return records.map((record, index) => ({
    penguin_id: `P${String(index + 1).padStart(3, '0')}`,
    ...Object.fromEntries(COLUMNS.map(([name, original]) => [name, String(record[original] ?? '')])),
  }));
}

/** Within each species, in order of body mass, so that the three parts have the same mix of small and large birds. */
function split(penguins: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const order = [...penguins].sort(
    (a, b) =>
      compare(a['species'], b['species']) ||
      number(a, 'body_mass_g') - number(b, 'body_mass_g') ||
      number(a, 'flipper_length_mm') - number(b, 'flipper_length_mm') ||
      compare(a['penguin_id'], b['penguin_id']),
  );
  const parts = Map.groupBy(order, (row) => {
    const rank = order.filter((other) => other['species'] === row['species']).indexOf(row);
    return DEAL[rank % DEAL.length] ?? 'train';
  });
  for (const rows of parts.values()) rows.sort((a, b) => compare(a['penguin_id'], b['penguin_id']));
  return parts;
}

const compare = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);

function writeCsv(name: string, header: readonly string[], rows: readonly Row[]): void {
  const field = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [header, ...rows.map((row) => header.map((column) => field(row[column] ?? '')))];
  writeFileSync(join(flags.output, name), `${lines.map((line) => line.join(',')).join('\n')}\n`);
  console.log(`${name}: ${rows.length} rows`);
}

/** What goes wrong in real hand-overs, on chosen rows of the training file. */
const DAMAGES: readonly Damage[] = [
  [
    'kilograms instead of grams',
    (row) => ({ ...row, body_mass_g: String(number(row, 'body_mass_g') / 1000) }),
  ],
  ['a species with a typing error', (row) => ({ ...row, species: 'Adele' })],
  ['a species nobody agreed on', (row) => ({ ...row, species: 'Rockhopper' })],
  ['no id', (row) => ({ ...row, penguin_id: '' })],
  ['a decimal comma', (row) => ({ ...row, beak_length_mm: (row['beak_length_mm'] ?? '').replace('.', ',') })],
  ['a remark in a number', (row) => ({ ...row, flipper_length_mm: `ca. ${row['flipper_length_mm']}` })],
  ['no measurement', (row) => ({ ...row, beak_depth_mm: '' })],
  ['an island misspelt', (row) => ({ ...row, island: 'Torgerson' })],
];

/** Every ninth row is damaged, the kinds in turn; the last five rows are pasted twice. */
function damage(rows: readonly Row[]): readonly Row[] {
  const damaged = rows.map((row, index) => {
    const kind = DAMAGES[Math.floor(index / 9) % DAMAGES.length];
    return index % 9 === 4 && kind ? kind[1](row) : row;
  });
  return [...damaged, ...rows.slice(-5)];
}

/** The new calipers are read at the tip of the beak, where it is 30 % thinner than at its base. */
const measureAtTheTip = (row: Row): Row => ({
  ...row,
  beak_depth_mm: (number(row, 'beak_depth_mm') * 0.7).toFixed(1),
});

// The source has one penguin of sex "."; it means the same as no value.
const penguins = readPenguins().map((row) => (row['sex'] === '.' ? { ...row, sex: '' } : row));
const measured = (row: Row): boolean => row['beak_length_mm'] !== '';
const parts = split(penguins.filter(measured));
const rowsOf = (part: string): readonly Row[] => parts.get(part) ?? [];

for (const part of ['train', 'test', 'live']) writeCsv(`${part}.csv`, HEADER, rowsOf(part));
writeCsv(
  'excluded.csv',
  [...HEADER, 'reason'],
  penguins.filter((row) => !measured(row)).map((row) => ({ ...row, reason: 'no measurement was taken' })),
);
writeCsv('train-damaged.csv', HEADER, damage(rowsOf('train')));
writeCsv('live-drifted.csv', HEADER, rowsOf('live').map(measureAtTheTip));
