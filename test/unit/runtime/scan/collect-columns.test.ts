import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DataTable, placeText, textAt } from '../../../../actions/lib/tabular/data-table.ts';
import { collectColumns } from '../../../../actions/runtime/scan/collect-columns.ts';
import { locateData } from '../../../../actions/runtime/scan/locate-data.ts';
import { memoryRuntime } from '../../../support/memory-runtime.ts';
import { readPlainCsv } from '../../../support/plain-csv.ts';
import { zipOf } from '../../../support/zip.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

/** Reads all columns of the files of a location, and gives them with the places of rows as texts. */
async function collected(files: Files, location: string, texts: readonly string[] = []) {
  await using runtime = await memoryRuntime({ files });
  const table = await collectColumns(runtime, {
    name: location,
    files: await locateData(runtime, location),
    wanted: (columns) => columns,
    texts,
  });
  const places = Array.from({ length: table.rowCount }, (_, row) => placeText(table, row));
  return { table, places };
}

const cellsOf = (table: DataTable, name: string): (string | undefined)[] => {
  const column = table.column(name);
  return Array.from({ length: table.rowCount }, (_, row) => column && textAt(column, row));
};

/** What a cell is in a column of numbers where all cells are numbers, and else as it is written. */
function expectedCells(cells: readonly (string | null)[]): (string | undefined)[] {
  const given = cells.filter((cell) => cell !== null);
  const decimal = given.every(
    (cell) => /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(cell) && !/^[+-]?0\d/.test(cell),
  );
  const rounded =
    given.every((cell) => /^[+-]?\d+$/.test(cell)) &&
    given.some((cell) => !Number.isSafeInteger(Number(cell)));
  if (decimal && !rounded) return cells.map((cell) => (cell === null ? undefined : String(Number(cell))));
  return cells.map((cell) => cell ?? undefined);
}

const number = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }).map(String),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => String(Math.round(value * 1000) / 1000)),
);
const name = fc.stringMatching(/^[a-z][a-z ,"\n;]{0,6}$/);
const column = fc.oneof(
  fc.constant(fc.integer({ min: 0, max: 9 }).map(String)),
  fc.constant(number),
  fc.constant(name),
  fc.constant(fc.constantFrom('9007199254740992', '9007199254740993', '12', '-9007199254740993')),
  fc.constant(fc.oneof({ weight: 20, arbitrary: number }, { weight: 1, arbitrary: name })),
);
const tables = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 }))
  .chain(([width, rows]) =>
    fc.tuple(
      ...Array.from({ length: width }, () =>
        column.chain((cell) =>
          fc.array(fc.oneof({ weight: 5, arbitrary: cell }, { weight: 1, arbitrary: fc.constant('') }), {
            minLength: rows,
            maxLength: rows,
          }),
        ),
      ),
    ),
  );

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** CSV of columns, with an id that makes no line blank; line ends within cells stay as they are. */
function csvOf(columns: readonly (readonly string[])[], from: number, to: number, end: string): string {
  const header = ['row', ...columns.map((_, at) => `c${at}`)].join(',');
  const lines = Array.from({ length: to - from }, (_, at) =>
    [`r${from + at}`, ...columns.map((cells) => quoted(cells[from + at] ?? ''))].join(','),
  );
  return [header, ...lines, ''].join(end);
}

describe('random tables are what the plain reader reads', () => {
  const packings: Readonly<Record<string, (name: string, csv: string) => Files>> = {
    plain: (file, csv) => ({ [`d/${file}.csv`]: csv }),
    gz: (file, csv) => ({ [`d/${file}.csv.gz`]: gzipSync(csv) }),
    zip: (file, csv) => ({ [`d/${file}.zip`]: zipOf([{ name: 'own.csv', content: csv }]) }),
  };

  test.each(Object.keys(packings))('%s, one file or two', async (packing) => {
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.constantFrom('\n', '\r\n'),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (columns, end, share) => {
          const rows = columns[0]?.length ?? 0;
          const cut = Math.floor(rows * share);
          const parts = [csvOf(columns, 0, cut, end), csvOf(columns, cut, rows, end)].filter((_, at) =>
            at === 1 ? cut < rows : cut > 0,
          );
          const files = Object.assign({}, ...parts.map((csv, at) => packings[packing]?.(`p${at}`, csv)));
          const { table, places } = await collected(files, 'd/*');
          const plain = parts.map((csv) =>
            readPlainCsv('p', new TextEncoder().encode(csv), { delimiter: ',' }),
          );
          expect(table.rowCount).toBe(rows);
          expect(places.map((place) => Number(place.slice(place.lastIndexOf(':') + 1)))).toEqual(
            plain.flatMap(({ lines }) => lines),
          );
          for (const [at, own] of ['row', ...columns.map((_, index) => `c${index}`)].entries()) {
            const cells = plain.flatMap((part) => part.rows.map((row) => row[at] ?? null));
            expect(cellsOf(table, own)).toEqual(expectedCells(cells));
          }
        },
      ),
      { numRuns: packing === 'plain' ? 60 : 15, seed: 7 },
    );
  });
});

describe('types', () => {
  test('widen late: a text after 30,000 whole numbers', async () => {
    const rows = Array.from({ length: 30_000 }, (_, at) => String(at));
    const { table, places } = await collected({ 'a.csv': `x\n${rows.join('\n')}\nlast\n` }, 'a.csv');
    expect(cellsOf(table, 'x').slice(-2)).toEqual(['29999', 'last']);
    expect(places.at(-1)).toBe('a.csv:30002');
  });

  test('of several files are one: whole numbers here, fractions and texts there, a column that one lacks', async () => {
    const files = { 'a.csv': 'x,y\n1,1\n', 'b.csv': 'x\n0.5\n', 'c.csv': 'y,x\nno,2\n' };
    const { table } = await collected(files, '*.csv');
    expect(table.column('x')).toEqual({ kind: 'numbers', values: Float64Array.of(1, 0.5, 2) });
    expect(cellsOf(table, 'y')).toEqual(['1', undefined, 'no']);
  });

  test('booleans are what is written, and only those that occur', async () => {
    const { table } = await collected({ 'a.csv': 'x,y\nTrue,True\nFalse,True\n,True\n' }, 'a.csv');
    expect(cellsOf(table, 'x')).toEqual(['True', 'False', undefined]);
    expect(table.column('y')).toMatchObject({ texts: ['True'] });
  });

  test('digits of a column of names stay as they are', async () => {
    const { table } = await collected({ 'a.csv': 'id,n\n007,7\n1.0,1\n' }, 'a.csv', ['id']);
    expect(cellsOf(table, 'id')).toEqual(['007', '1.0']);
  });
});

describe('JSON', () => {
  test('keeps ids that are numbers, lists, late columns and mixed values', async () => {
    const lines = [
      { id: 1, labels: ['a', 'b'] },
      { id: 2, labels: [], mixed: 1 },
      { id: 2, labels: ['a', 'b'], mixed: 'x', late: true },
    ];
    const big = '{"id":9007199254740993,"labels":["c"],"mixed":null,"late":false}';
    const { table, places } = await collected(
      { 'a.jsonl': `${lines.map((line) => JSON.stringify(line)).join('\n')}\n${big}\n` },
      'a.jsonl',
      ['id'],
    );
    expect(cellsOf(table, 'id')).toEqual(['1', '2', '2', '9007199254740993']);
    expect(cellsOf(table, 'labels')).toEqual(['["a","b"]', '[]', '["a","b"]', '["c"]']);
    expect(cellsOf(table, 'mixed')).toEqual([undefined, '1', 'x', undefined]);
    expect(cellsOf(table, 'late')).toEqual([undefined, undefined, 'true', 'false']);
    expect(places).toEqual(['a.jsonl:1', 'a.jsonl:2', 'a.jsonl:3', 'a.jsonl:4']);
  });

  test('has 5,000 different ids that are numbers', async () => {
    const lines = Array.from({ length: 5000 }, (_, at) =>
      at % 2 === 0 ? `{"id":${at}}` : `{"id":"n${at}"}`,
    );
    const { table } = await collected({ 'a.jsonl': lines.join('\n') }, 'a.jsonl', ['id']);
    expect(cellsOf(table, 'id')).toEqual(
      Array.from({ length: 5000 }, (_, at) => (at % 2 === 0 ? `${at}` : `n${at}`)),
    );
  });
});

describe('Parquet and Arrow as pyarrow writes them', () => {
  test.each(['columns.parquet', 'columns.arrow'])('%s', async (file) => {
    const bytes = readFileSync(new URL(`../../../fixtures/evaluate-model/columns/${file}`, import.meta.url));
    const { table, places } = await collected({ [file]: bytes }, file, ['id']);
    expect(cellsOf(table, 'id')).toEqual(['1', '2', '9007199254740993', undefined]);
    expect(cellsOf(table, 'small')).toEqual(['3', undefined, '-1', '0']);
    expect(cellsOf(table, 'flag').map((cell) => cell?.toLowerCase())).toEqual([
      'true',
      undefined,
      'false',
      'true',
    ]);
    expect(cellsOf(table, 'score')).toEqual(['1.5', undefined, undefined, '0.1']);
    expect(cellsOf(table, 'name')[3]).toBe('b,c');
    expect(cellsOf(table, 'labels')).toEqual(['["a"]', '[]', undefined, '["b","c"]']);
    expect(places[3]).toBe(`${file}, row 4`);
  });
});

describe('what is refused', () => {
  test.each([
    {
      what: 'a row with another number of cells, behind quoted line ends',
      files: { 'a.csv': 'x,y\n"a\nb",1\n1,2,3\n' },
      says: 'a.csv:4: 3 cells in a row, but the header has 2 columns',
    },
    { what: 'no rows', files: { 'a.csv': 'x,y\n' }, says: 'a.csv: it holds no rows' },
    { what: 'a quote that is never closed', files: { 'a.csv': 'x,y\n"a,1\n' }, says: 'a.csv:2' },
  ])('$what', async ({ files, says }) => {
    await expect(collected(files, 'a.csv')).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringContaining(says),
    });
  });
});
