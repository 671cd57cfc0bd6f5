import type { MalformedRow } from '../../../../../actions/lib/columns/column-batch.ts';
import { atMost, casesOf, csv } from './check-case.ts';

const bad = (kind: MalformedRow['kind'], line: number): MalformedRow => ({
  kind,
  place: { line },
  cells: kind === 'extra-cell' ? 3 : kind === 'blank-row' ? 0 : 1,
  expected: 2,
});
const malformed = (...rows: readonly MalformedRow[]) => ({ files: [{ ...csv('x,y 1,a'), malformed: rows }] });
const facts = (more: object) => ({ files: [csv('x 1')], facts: { 'f1.csv': more } });

const DIGEST = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);

export const STRUCTURE = [
  ...casesOf('fileIntegrity', { with: { sha256: DIGEST, byteCount: 100 } }, [
    ['pass', facts({ sha256: DIGEST }), 'pass', 0],
    ['fail', facts({ sha256: OTHER }), 'fail', 1, { places: ['f1.csv'], message: `found "${OTHER}"` }],
    [
      'boundary',
      facts({ sha256: DIGEST, bytes: 101 }),
      'fail',
      1,
      { places: ['f1.csv'], message: '101 bytes' },
    ],
    ['boundary', facts({}), 'undefined', null],
    [
      'fail',
      facts({ sha256: DIGEST }),
      'fail',
      1,
      {
        with: { file: 'other.csv' },
        places: ['-'],
        message: 'expected a file "other.csv" (it was not read)',
      },
    ],
    ['empty', { files: [] }, 'pass', 0],
    ['all-null', { files: [csv('x  ')], facts: { 'f1.csv': { sha256: DIGEST } } }, 'pass', 0],
  ]),
  ...casesOf('encoding', { with: { allowed: ['utf-8'] } }, [
    ['pass', 'x 1', 'pass', 0],
    [
      'fail',
      facts({ encoding: 'utf-16le' }),
      'fail',
      1,
      { places: ['f1.csv'], message: 'the file is in utf-16le' },
    ],
    [
      'fail',
      facts({ notes: [{ level: 'suspicious', message: '3 lines end with CR' }] }),
      'fail',
      1,
      { with: {}, places: ['f1.csv'], message: '(3 lines end with CR)' },
    ],
    ['boundary', facts({ notes: [{ level: 'census', message: 'has a BOM' }] }), 'pass', 0],
    ['empty', { files: [] }, 'pass', 0],
    ['all-null', 'x  ', 'pass', 0],
  ]),
  ...casesOf('csvStructure', {}, [
    ['pass', 'x,y 1,a', 'pass', 0],
    [
      'fail',
      malformed(bad('extra-cell', 3), bad('blank-row', 4), bad('missing-cell', 5)),
      'fail',
      3,
      { places: ['3', '4', '5'], message: 'expected no more cells than columns (3 cells, 2 columns)' },
    ],
    [
      'fail',
      malformed(bad('extra-cell', 3), bad('blank-row', 4)),
      'fail',
      1,
      { with: { kinds: ['blank-row'] }, places: ['4'] },
    ],
    [
      'fail',
      facts({ labels: ['a', ' ', 'a'] }),
      'fail',
      2,
      { places: ['1', '1'], message: 'a name for each column (column 2 has none)' },
    ],
    [
      'fail',
      { files: [{ ...csv('x 1'), controls: [{ line: 2, column: 3 }] }] },
      'fail',
      1,
      { places: ['2:3'] },
    ],
    ['boundary', malformed(bad('blank-row', 3)), 'pass', 50, { unit: 'percent', limit: atMost(50) }],
    ['empty', 'x,y', 'pass', 0],
    ['all-null', 'x,y , ,', 'pass', 0],
  ]),
  ...casesOf(
    'schemaMatch',
    { with: { fieldsMatch: 'exact' }, table: { columns: [{ name: 'id' }, { name: 'amount' }] } },
    [
      ['pass', 'id,amount 1,2', 'pass', 0],
      [
        'fail',
        'id,amuont 1,2',
        'fail',
        3,
        {
          places: ['1', '1', '1'],
          message: 'amount: expected a column "amount" (there is a column "amuont")',
        },
      ],
      [
        'boundary',
        'amount,id 1,2',
        'fail',
        1,
        { places: ['1'], message: '"id" as column 1 ("amount" there)' },
      ],
      ['boundary', 'amount,id 1,2', 'pass', 0, { with: { fieldsMatch: 'equal' } }],
      ['boundary', 'id,amount,more 1,2,3', 'pass', 0, { with: { fieldsMatch: 'subset' } }],
      ['boundary', 'id 1', 'pass', 0, { with: { fieldsMatch: 'superset' } }],
      ['fail', 'a,b 1,2', 'fail', 1, { with: { fieldsMatch: 'partial' }, places: ['1'] }],
      [
        'fail',
        'id,more 1,2',
        'fail',
        1,
        { with: { aspects: ['extra'] }, places: ['1'], message: 'more: expected' },
      ],
      ['empty', { files: [] }, 'pass', 0],
      ['all-null', 'id,amount ,', 'pass', 0],
    ],
  ),
  ...casesOf(
    'dataType',
    { column: 'x', table: { columns: [{ name: 'x', type: 'integer' }, { name: 'y' }] } },
    [
      ['pass', 'x,y 1,a +5,b 5.0,c', 'pass', 0],
      [
        'fail',
        'x,y 1,a zz,b 1.5,c',
        'fail',
        2,
        { places: ['3:1', '4:1'], message: 'x: expected an integer, found "zz"' },
      ],
      ['fail', 'x,y 0x10,a', 'fail', 1, { places: ['2:1'], message: '(hexadecimal is not read)' }],
      ['boundary', 'x,y 1,a zz,b', 'pass', 50, { unit: 'percent', limit: atMost(50) }],
      ['boundary', 'y,z 1,2', 'undefined', null],
      ['empty', 'x,y', 'pass', 0],
      ['all-null', 'x,y ,a ,b', 'pass', 0],
    ],
  ),
  ...casesOf(
    'rowSchema',
    {
      with: {
        schema: {
          required: ['x'],
          properties: { x: { type: 'integer', minimum: 1 }, y: { enum: ['a', 'b'] } },
        },
      },
    },
    [
      ['pass', 'x,y 1,a 2,b 3,', 'pass', 0],
      [
        'fail',
        'x,y 0,a 2,c 1.5,a ,b',
        'fail',
        4,
        { places: ['2:1', '3:3', '4:1', '5'], message: 'x: expected a number of at least 1, found "0"' },
      ],
      ['boundary', 'x,y 1,a 0,a', 'pass', 50, { unit: 'percent', limit: atMost(50) }],
      ['boundary', 'x 1.0', 'pass', 0],
      ['empty', 'x,y', 'pass', 0],
      ['all-null', 'x,y , ,', 'fail', 2, { places: ['2', '3'], message: 'the key "x" is missing' }],
    ],
  ),
];
