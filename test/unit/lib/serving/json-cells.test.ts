import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonColumn } from '../../../../actions/lib/serving/json-cells.ts';
import type { Cell, Table, TableFormat } from '../../../../actions/lib/tabular/table.ts';

const table = (format: TableFormat, cells: readonly Cell[]): Table => ({
  format,
  columns: ['c'],
  rowCount: cells.length,
  column: (name) => (name === 'c' ? cells : undefined),
  lineOf: () => undefined,
});
const written = (format: TableFormat, cells: readonly Cell[]) => {
  const column = jsonColumn(table(format, cells), 'c');
  return [column.kind, cells.map((_, row) => column.json(row))] as const;
};

describe('the texts of a CSV are what the whole column looks like', () => {
  test.each<[string, readonly Cell[], string, readonly string[]]>([
    ['integers', ['1', '-2', '+3', '007', null], 'integer', ['1', '-2', '3', '7', 'null']],
    [
      'integers beyond 2^53, with all digits',
      ['9007199254740993', '1'],
      'integer',
      ['9007199254740993', '1'],
    ],
    [
      'decimals, of which no batch looks like integers',
      ['1', '2.50', '1e-3', '.5', '5.'],
      'number',
      ['1.0', '2.50', '1e-3', '0.5', '5.0'],
    ],
    [
      'decimals with all their digits',
      ['0.1000000000000000055', '3'],
      'number',
      ['0.1000000000000000055', '3.0'],
    ],
    ['truth values', ['true', 'False', 'TRUE', null], 'boolean', ['true', 'false', 'true', 'null']],
    ['texts', ['a "b"', 'x\ny', null], 'text', ['"a \\"b\\""', '"x\\ny"', 'null']],
    ['numbers with a text among them', ['1', '2', 'n/a'], 'text', ['"1"', '"2"', '"n/a"']],
    ['truth values and numbers', ['true', '1'], 'text', ['"true"', '"1"']],
    ['nothing at all', [null, null], 'number', ['null', 'null']],
  ])('%s', (_, cells, kind, json) => {
    expect(written('csv', cells)).toEqual([kind, json]);
  });
});

describe('values of formats with types stay what they are', () => {
  test.each<[string, readonly Cell[], string, readonly string[]]>([
    ['texts that look like numbers', ['1', '2'], 'text', ['"1"', '"2"']],
    ['integers', [1, 2n, null], 'integer', ['1', '2', 'null']],
    ['decimals', [1, 0.5, Number.NaN], 'number', ['1.0', '0.5', 'null']],
    ['large and small', [1e300, 1e-7], 'number', ['1e+300', '1e-7']],
    ['truth values', [true, false], 'boolean', ['true', 'false']],
    ['dates', [new Date('2026-01-02T03:04:05Z')], 'text', ['"2026-01-02T03:04:05Z"']],
    ['lists', [[1, 2n], { a: 'b' }], 'mixed', ['[1,"2"]', '{"a":"b"}']],
    ['of all sorts', [1, 'a', true, null], 'mixed', ['1', '"a"', 'true', 'null']],
  ])('%s', (_, cells, kind, json) => {
    expect(written('jsonl', cells)).toEqual([kind, json]);
  });
});

test('whatever is written is JSON of the same value', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
      (numbers) => {
        const [, typed] = written('parquet', numbers);
        const [, textual] = written('csv', numbers.map(String));
        expect(typed.map((text) => JSON.parse(text) + 0)).toEqual(numbers.map((value) => value + 0));
        expect(textual.map((text) => JSON.parse(text) + 0)).toEqual(numbers.map((value) => value + 0));
      },
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (texts) => {
      const [, json] = written('jsonl', texts);
      expect(json.map((text) => JSON.parse(text))).toEqual(texts);
    }),
  );
});
