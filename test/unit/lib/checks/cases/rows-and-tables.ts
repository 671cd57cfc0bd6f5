import type { PlainTable } from '../../../../support/plain-run.ts';
import { atMost, casesOf, csv } from './check-case.ts';

const plans = (text: string): { readonly tables: readonly PlainTable[] } => ({
  tables: [{ name: 'plans', files: [csv(text, { name: 'plans.csv' })] }],
});

export const ROWS_AND_TABLES = [
  ...casesOf('rowCondition', { with: { expression: 'y is null or y >= x' } }, [
    ['pass', 'x,y 1,1 2,3 3,', 'pass', 0],
    [
      'fail',
      'x,y 1,0 2,3 5,4',
      'fail',
      2,
      { places: ['2', '4'], message: 'y, x: expected y is null or y >= x, found "0, 1"' },
    ],
    ['boundary', 'x,y 1,0 2,3', 'pass', 50, { unit: 'percent', limit: atMost(50) }],
    ['boundary', 'x,z 1,0', 'undefined', null],
    ['empty', 'x,y', 'pass', 0],
    ['all-null', 'x,y , ,', 'pass', 0],
  ]),
  ...casesOf('conflictingLabels', { with: { label: 'l' } }, [
    ['pass', 'a,b,l 1,x,0 1,y,1 1,x,0', 'pass', 0],
    [
      'fail',
      'a,b,l 1,x,0 1,y,1 1.0,x,1 1,x,0',
      'fail',
      3,
      {
        places: ['2', '4', '5'],
        message: 'l: expected the same label as for equal features, found "0" (line 4 has another)',
      },
    ],
    ['boundary', 'a,b,l 1,x,0 1,x,', 'pass', 0],
    ['boundary', 'a,b,l 1,x,0 1,x,1', 'pass', 100, { unit: 'percent', limit: atMost(100) }],
    ['boundary', 'a,b 1,x', 'undefined', null],
    ['empty', 'a,b,l', 'pass', 0],
    ['all-null', 'a,b,l ,, ,,', 'pass', 0],
  ]),
  ...casesOf(
    'referentialIntegrity',
    { column: 'p', with: { table: 'plans', references: ['id'] }, options: plans('id,q a,1 b,2') },
    [
      ['pass', 'p,x a,1 b,2 ,3', 'pass', 0],
      [
        'fail',
        'p,x a,1 c,2 c,3',
        'fail',
        2,
        { places: ['3', '4'], message: 'p: expected a value of plans.id, found "c"' },
      ],
      ['boundary', 'p,x a,1 c,2', 'pass', 50, { unit: 'percent', limit: atMost(50) }],
      ['boundary', 'p,x 1,1', 'undefined', null],
      ['boundary', 'p,x a,1', 'undefined', null, { options: { tables: [] } }],
      ['empty', 'p,x', 'pass', 0],
      ['empty', 'p,x a,1', 'fail', 1, { options: plans('id,q'), places: ['2'] }],
      ['all-null', 'p,x ,1 ,2', 'pass', 0],
    ],
  ),
  ...casesOf('tableMatch', { with: { table: 'plans' }, options: plans('id,q a,1 b,2') }, [
    ['pass', 'q,id 2,b 1,a', 'pass', 0],
    [
      'fail',
      'q,id 2,b 3,a',
      'fail',
      2,
      { places: ['3', '2'], message: 'expected a row of plans, found "a, 3"' },
    ],
    ['fail', 'q,id 2,b 1,a 1,a', 'fail', 1, { places: ['-'] }],
    ['boundary', 'q,id 2,b 3,a', 'pass', 0, { with: { columns: ['id'] } }],
    ['boundary', 'q,name 2,b', 'fail', 2, { places: ['-'], message: 'only one table has it' }],
    ['empty', 'q,id', 'fail', 2, { places: ['2', '3'] }],
    ['all-null', 'q,id , ,', 'fail', 4, { places: ['2', '3', '2', '3'] }],
  ]),
  ...casesOf('rowCountMatch', { with: { table: 'plans' }, options: plans('id,q a,1 b,2') }, [
    ['pass', 'x 1 2', 'pass', 0],
    ['fail', 'x 1 2 3', 'fail', 1, { places: ['-'], message: 'found 1 (3 rows, 2 in plans)' }],
    ['boundary', 'x 1 2 3', 'pass', 50, { unit: 'percent', limit: atMost(50) }],
    ['boundary', 'x 1 2 3', 'undefined', null, { options: { tables: [] } }],
    ['empty', 'x', 'fail', 2, { places: ['-'] }],
    ['all-null', 'x,y , ,', 'pass', 0],
  ]),
];
