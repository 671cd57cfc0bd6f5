import { atLeast, atMost, below, between, casesOf, csv } from './check-case.ts';

const rows = (count: number) => ({ files: [csv(`x${' 1'.repeat(count)}`)] });
const baseline = (count: number) => ({ baseline: rows(count) });
const DAY = 86_400_000;
const JUNE_FIRST = Date.UTC(2024, 5, 1);

export const VOLUME = [
  ...casesOf('rowCount', { limit: between(2, 3) }, [
    ['pass', rows(2), 'pass', 2],
    ['fail', rows(1), 'fail', 1, { places: ['-'], message: 'rowCount: expected 2 to 3, found 1' }],
    ['boundary', rows(3), 'pass', 3],
    [
      'boundary',
      {
        files: [
          {
            ...csv('x,y 1,a'),
            malformed: [{ kind: 'extra-cell', place: { line: 3 }, cells: 3, expected: 2 }],
          },
        ],
      },
      'pass',
      2,
    ],
    ['boundary', { splits: { a: [csv('x 1 2')], b: [csv('x 1')] } }, 'pass', 2, { with: { split: 'a' } }],
    ['empty', rows(0), 'fail', 0, { places: ['-'] }],
    ['all-null', 'x,y , ,', 'pass', 2],
  ]),
  ...casesOf('rowCountChange', { limit: between(0.8, 1.5) }, [
    ['pass', rows(10), 'pass', 1, { options: baseline(10) }],
    [
      'fail',
      rows(7),
      'fail',
      0.7,
      {
        options: baseline(10),
        places: ['-'],
        message: 'expected 0.8 to 1.5, found 0.7 (7 rows, 10 in the baseline)',
      },
    ],
    ['boundary', rows(15), 'pass', 1.5, { options: baseline(10) }],
    ['boundary', rows(15), 'undefined', null],
    ['empty', rows(0), 'fail', 0, { options: baseline(10), places: ['-'] }],
    ['empty', rows(1), 'undefined', null, { options: baseline(0) }],
    ['all-null', 'x,y , ,', 'pass', 1, { options: baseline(2) }],
  ]),
  ...casesOf('freshness', { column: 'd', with: { maxAge: '7d' }, options: { now: JUNE_FIRST } }, [
    ['pass', 'd,x 2024-05-01,1 2024-05-31,2', 'pass', 1],
    [
      'fail',
      'd,x 2024-05-01,1',
      'fail',
      31,
      { places: ['-'], message: 'd: expected at most 7 d old, found "2024-05-01" (the latest value)' },
    ],
    ['boundary', 'd,x 2024-05-25,1', 'pass', 7],
    ['boundary', 'd,x 2024-05-24T23:59:59.999Z,1', 'fail', 7 + 1 / DAY, { places: ['-'] }],
    ['boundary', 'd,x 2024-06-10,1', 'inconclusive', -9],
    ['empty', 'd,x', 'undefined', null],
    ['all-null', 'd,x ,1 ,2', 'undefined', null],
  ]),
  ...casesOf('retention', { column: 'd', with: { maxAge: '30d' }, options: { now: JUNE_FIRST } }, [
    ['pass', 'd,x 2024-05-20,1', 'pass', 12],
    [
      'fail',
      'd,x 2024-05-20,1 2024-04-01,2 2024-04-02,3',
      'fail',
      61,
      { places: ['3:1', '4:1'], message: 'd: expected at least 2024-05-02T00:00:00Z, found "2024-04-01"' },
    ],
    ['boundary', 'd,x 2024-05-02,1', 'pass', 30],
    ['empty', 'd,x', 'undefined', null],
    ['all-null', 'd,x ,1', 'undefined', null],
  ]),
  ...casesOf('nullValues', { column: 'x', table: { nullTexts: ['NA'] } }, [
    ['pass', 'x,y 1,a 2,b', 'pass', 0],
    [
      'fail',
      'x,y 1,a ,b NA,c',
      'fail',
      2,
      { places: ['3:1', '4:1'], message: 'x: expected a value, found none' },
    ],
    ['boundary', 'x,y 1,a ,b 3,c 4,d', 'pass', 25, { unit: 'percent', limit: atMost(25) }],
    ['boundary', 'x,y 1,a ,b 3,c 4,d', 'fail', 25, { unit: 'percent', limit: below(25), places: ['3:1'] }],
    ['empty', 'x,y', 'pass', 0],
    ['empty', 'x,y', 'undefined', null, { unit: 'percent' }],
    ['all-null', 'x,y ,a ,b', 'fail', 100, { unit: 'percent', places: ['2:1', '3:1'] }],
  ]),
  ...casesOf('missingValues', { column: 'x', with: { missingValues: [null, 'N/A', -1] } }, [
    ['pass', 'x,y 1,a 2,b', 'pass', 0],
    [
      'fail',
      'x,y N/A,a ,b -1,c 5,d',
      'fail',
      3,
      { places: ['2:1', '3:1', '4:1'], message: 'x: expected none of null, "N/A", -1, found "N/A"' },
    ],
    ['fail', 'x,y -1.0,a 5,b', 'fail', 1, { places: ['2:1'] }],
    ['boundary', 'x,y -1,a 5,b', 'pass', 1, { limit: atMost(1) }],
    ['boundary', 'x,y ,a -1,b', 'fail', 1, { with: { missingValues: [-1] }, places: ['3:1'] }],
    ['empty', 'x,y', 'pass', 0],
    ['all-null', 'x,y ,a ,b', 'fail', 2, { places: ['2:1', '3:1'] }],
  ]),
  ...casesOf('completenessChange', { column: 'x', limit: atMost(5) }, [
    ['pass', nulls(100, 10), 'pass', 0, { options: { baseline: nulls(100, 10) } }],
    [
      'fail',
      nulls(200, 60),
      'fail',
      20,
      { options: { baseline: nulls(200, 20) }, places: ['-'], message: '30 % missing, 10 % in the baseline' },
    ],
    ['boundary', nulls(100, 15), 'pass', 5, { options: { baseline: nulls(100, 10) } }],
    ['boundary', nulls(20, 4), 'inconclusive', 10, { options: { baseline: nulls(20, 2) } }],
    ['boundary', nulls(20, 4), 'undefined', null],
    ['empty', 'x,y', 'undefined', null, { options: { baseline: nulls(20, 2) } }],
    ['all-null', nulls(50, 50), 'fail', 90, { options: { baseline: nulls(50, 5) }, places: ['-'] }],
  ]),
  ...casesOf('splitRatio', { with: { split: 'test' }, unit: 'percent', limit: between(20, 40) }, [
    ['pass', { splits: { train: [csv('x 1 2 3')], test: [csv('x 4')] } }, 'pass', 25],
    [
      'fail',
      { splits: { train: [csv('x 1')], test: [csv('x 4')] } },
      'fail',
      50,
      { places: ['-'], message: 'found 50 percent' },
    ],
    ['boundary', { splits: { train: [csv('x 1 2 3 4')], test: [csv('x 4')] } }, 'pass', 20],
    ['empty', { splits: { train: [csv('x')], test: [csv('x')] } }, 'undefined', null],
    [
      'empty',
      { splits: { train: [csv('x 1')], test: [csv('x')] } },
      'fail',
      0,
      { limit: atLeast(1), places: ['-'] },
    ],
    ['all-null', { splits: { train: [csv('x,y , , ,')], test: [csv('x,y ,')] } }, 'pass', 25],
  ]),
];

function nulls(rows: number, missing: number) {
  const cells = Array.from({ length: rows }, (_, row) => (row < missing ? '' : '1'));
  return { files: [{ columns: { x: cells, y: cells.map(() => 'a') } }] };
}
