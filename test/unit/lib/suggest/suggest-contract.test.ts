import { readFileSync } from 'node:fs';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHECKS } from '../../../../actions/lib/checks/catalog.ts';
import { readContract } from '../../../../actions/lib/contract/read-contract.ts';
import { summarizeColumn } from '../../../../actions/lib/profile/summarize.ts';
import { suggestContract } from '../../../../actions/lib/suggest/suggest-contract.ts';
import { columnState, type PlainCell } from '../../../support/column-states.ts';
import { holdToContract } from './hold-to-contract.ts';
import { halves, type PlainTable, profileTable, randomNumbers, rowsOf } from './plain-table.ts';

const suggest = (table: PlainTable, textual: boolean, unique?: ReadonlySet<string>): string =>
  suggestContract(
    { rows: rowsOf(table), columns: profileTable(table, textual) },
    { name: 'table', ...(unique && { unique }) },
  );

/** The table of a JSON file of flat rows, at most some of them. */
function jsonTable(path: string): PlainTable {
  const rows: readonly Readonly<Record<string, PlainCell>>[] = JSON.parse(readFileSync(path, 'utf8'));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return new Map(
    names.map((name) => [name, rows.map((row) => (row[name] === '' ? null : (row[name] ?? null)))]),
  );
}

/** The table of a CSV file without quotes in its cells. */
function csvTable(path: string): PlainTable {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/);
  const cells = lines.filter((line) => !line.includes('"')).map((line) => line.split(','));
  return new Map(
    header
      .split(',')
      .map((name, index) => [name, cells.map((row) => (row[index] === '' ? null : (row[index] ?? null)))]),
  );
}

/** Has the reader of contracts read one and plan all its rules; how many there are. */
function plannedRules(text: string): number {
  const contract = readContract(text, 'suggested.odcs.yaml', CHECKS);
  expect(contract.unchecked).toEqual([]);
  return contract.tables
    .flatMap(({ rules, spec }) => rules.map((rule) => CHECKS.get(rule.check)?.plan(rule, spec)))
    .filter((plan) => plan !== undefined).length;
}

const VEGA = 'node_modules/vega-datasets/data/';
const REAL: readonly (readonly [string, boolean])[] = [
  [`${VEGA}airports.csv`, true],
  [`${VEGA}seattle-weather.csv`, true],
  [`${VEGA}seattle-weather-hourly-normals.csv`, true],
  [`${VEGA}stocks.csv`, true],
  [`${VEGA}gapminder-health-income.csv`, true],
  [`${VEGA}us-employment.csv`, true],
  [`${VEGA}birdstrikes.csv`, true],
  [`${VEGA}cars.json`, false],
  [`${VEGA}movies.json`, false],
  [`${VEGA}penguins.json`, false],
  [`${VEGA}budget.json`, false],
  [`${VEGA}population.json`, false],
  [`${VEGA}flights-5k.json`, false],
  ['workflows-examples/penguins/data/train.csv', true],
];

describe('one half of a real data set keeps what the other half suggests', () => {
  it.each(REAL)('%s', (path, textual) => {
    const table = textual ? csvTable(path) : jsonTable(path);
    expect(rowsOf(table)).toBeGreaterThan(100);
    for (const seed of rowsOf(table) > 3_000 ? [1] : [1, 2, 3]) {
      const [seen, other] = halves(table, seed);
      const contract = suggest(seen, textual);
      expect(plannedRules(contract)).toBeGreaterThan(0);
      expect(holdToContract(contract, other).filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(holdToContract(contract, seen)).toEqual([]);
    }
  });

  it('flights-3m.parquet, 20,000 of its rows', async () => {
    const bytes = readFileSync(`${VEGA}flights-3m.parquet`);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const rows = await parquetReadObjects({ file, compressors, rowStart: 0, rowEnd: 20_000 });
    const cell = (value: unknown): PlainCell =>
      value instanceof Date
        ? value.toISOString()
        : typeof value === 'bigint'
          ? Number(value)
          : ((value as PlainCell | undefined) ?? null);
    const table: PlainTable = new Map(
      Object.keys(rows[0] ?? {}).map((name) => [name, rows.map((row) => cell(row[name]))]),
    );
    const [seen, other] = halves(table, 1);
    expect(holdToContract(suggest(seen, false), other)).toEqual([]);
  }, 60_000);
});

const random = randomNumbers(5);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Rows of every kind of column. */
const made = (rows: number): PlainTable => {
  const fill = (cell: (row: number) => PlainCell) => Array.from({ length: rows }, (_, row) => cell(row));
  return new Map([
    ['id', fill((row) => row + 1)],
    ['code', fill((row) => `C${String(row * 7919 + 10_000_000).slice(0, 8)}`)],
    ['plan', fill(() => (random() < 0.7 ? 'free' : random() < 0.7 ? 'pro' : 'team'))],
    ['label', fill(() => (random() < 0.3 ? 1 : 0))],
    ['income', fill(() => Math.round(Math.exp(10 + 0.5 * normal())))],
    ['height', fill(() => Math.round(1700 + 80 * normal()) / 10)],
    ['gap', fill(() => (random() < 0.1 ? null : random()))],
    [
      'day',
      fill(() => new Date(Date.UTC(2024, 0, 1 + Math.floor(random() * 300))).toISOString().slice(0, 10)),
    ],
    ['open', fill(() => random() < 0.5)],
    ['nothing', fill(() => null)],
  ]);
};

describe('what is suggested', () => {
  const text = suggest(made(12_000), false, new Set(['id']));
  const properties = new Map(
    parse(text).schema[0].properties.map((property: { name: string }) => [property.name, property]),
  );

  it('is a contract whose rules are planned', () => {
    expect(plannedRules(text)).toBeGreaterThan(20);
  });

  const isLimit = (line: string) =>
    /^ +(required|unique|minimum|maximum|minLength|maxLength|pattern|logicalType): (?!object)/.test(line);

  it('has a comment beside every limit', () => {
    const limits = text.split('\n').filter(isLimit);
    expect(limits.length).toBeGreaterThan(20);
    for (const line of limits) expect(line).toMatch(/ # .*\d/);
  });

  it('has a comment above every rule', () => {
    const above = text.split('\n').filter((_, index, lines) => /^ +- metric: /.test(lines[index + 1] ?? ''));
    expect(above.length).toBeGreaterThan(2);
    for (const line of above) expect(line).toMatch(/^ +# /);
  });

  it.each([
    ['id', { logicalType: 'integer', required: true, unique: true }],
    ['code', { logicalType: 'string', required: true }],
    ['label', { logicalType: 'integer', required: true, logicalTypeOptions: { minimum: 0, maximum: 1 } }],
    ['open', { name: 'open', logicalType: 'boolean', required: true }],
    ['nothing', { name: 'nothing' }],
    [
      'plan',
      {
        quality: [
          {
            metric: 'invalidValues',
            arguments: { validValues: ['free', 'pro', 'team'] },
            mustBe: 0,
            dimension: 'conformity',
            severity: 'error',
          },
        ],
      },
    ],
    ['day', { logicalType: 'date', logicalTypeOptions: { minimum: expect.stringMatching(/^2023-1[0-2]/) } }],
    ['gap', { logicalType: 'number', quality: [{ metric: 'nullValues', unit: 'percent' }] }],
  ])('%s', (name, expected) => {
    expect(properties.get(name)).toMatchObject(expected);
  });

  it('are no extremes of the data, and no last day', () => {
    const { minimum, maximum } = (properties.get('height') as { logicalTypeOptions: Record<string, number> })
      .logicalTypeOptions;
    const heights = (made(12_000).get('height') ?? []).filter((cell) => typeof cell === 'number');
    expect(minimum).toBeLessThan(Math.min(...heights) - 5);
    expect(minimum).toBeGreaterThan(50);
    expect(maximum).toBeGreaterThan(Math.max(...heights) + 5);
    expect(maximum).toBeLessThan(300);
    expect(properties.get('day')).not.toMatchObject({ logicalTypeOptions: { maximum: expect.anything() } });
  });

  it('tolerates what few rows cannot rule out', () => {
    const [object] = parse(suggest(made(500), false)).schema;
    const plan = object.properties.find(({ name }: { name: string }) => name === 'plan');
    expect(plan.required).toBeUndefined();
    expect(plan.quality).toMatchObject([
      { metric: 'nullValues', mustBeLessOrEqualTo: 2.6, unit: 'percent', severity: 'error' },
      { metric: 'nullValues', mustBe: 0, severity: 'warning' },
      { metric: 'invalidValues', mustBeLessOrEqualTo: 2.6, unit: 'percent', severity: 'error' },
      { metric: 'invalidValues', mustBe: 0, severity: 'warning' },
    ]);
  });

  it('finds what later data do wrong', () => {
    const contract = suggest(made(12_000), false, new Set(['id']));
    const worse = new Map(made(12_000));
    const change = (name: string, cell: (value: PlainCell, row: number) => PlainCell) =>
      worse.set(name, (worse.get(name) ?? []).map(cell));
    change('id', (value, row) => (row === 5 ? 1 : value));
    change('plan', (value, row) => (row === 5 ? 'fre' : value));
    change('label', (value, row) => (row === 5 ? 2 : value));
    change('height', (value, row) => (row === 5 ? -999 : value));
    change('gap', (value, row) => (row % 4 === 0 ? null : value));
    change('day', (value, row) => (row === 5 ? '1970-01-01' : value));
    change('open', (value, row) => (row === 5 ? null : value));
    expect(holdToContract(contract, worse).map(({ column, severity }) => `${column} ${severity}`)).toEqual([
      'id error',
      'plan error',
      'label error',
      'height error',
      'gap error',
      'day error',
      'open error',
    ]);
  });

  it('says of classified columns nothing but counts', () => {
    const secret = summarizeColumn(columnState('email', 'string', ['a@b.c', 'd@e.f', null]), true);
    const text = suggestContract({ rows: 3, columns: [secret] }, { name: 'people' });
    expect(text).not.toContain('@');
    expect(parse(text).schema[0].properties[0]).toMatchObject({
      name: 'email',
      classification: 'restricted',
    });
  });

  it('demands unique values where an estimate was verified, and hints at it where not', () => {
    const ids = columnState(
      'order_id',
      'string',
      Array.from({ length: 5_000 }, (_, row) => `o${row}x`),
      64,
    );
    const profile = { rows: 5_000, columns: [summarizeColumn(ids)] };
    expect(suggestContract(profile, { name: 'orders' })).toContain(
      '# about as many different values as rows',
    );
    const verified = suggestContract(profile, { name: 'orders', unique: new Set(['order_id']) });
    expect(parse(verified).schema[0].properties[0].unique).toBe(true);
  });

  it('holds for hostile names and values', () => {
    const name = 'a: [b]\n# c "d" \u202e';
    const table: PlainTable = new Map([
      [name, Array.from({ length: 200 }, (_, row) => (row % 2 ? 'no\n# x' : '2024-01-01'))],
    ]);
    const [object] = parse(suggest(table, false)).schema;
    expect(object.properties[0].name).toBe(name);
    expect(object.properties[0].quality[2].arguments.validValues).toEqual(['2024-01-01', 'no\n# x']);
  });

  it('of no rows and no columns is a contract that asks for nothing', () => {
    expect(parse(suggestContract({ rows: 0, columns: [] }, { name: 'x' })).schema).toEqual([
      { name: 'x', logicalType: 'object', physicalType: 'file' },
    ]);
  });
});
