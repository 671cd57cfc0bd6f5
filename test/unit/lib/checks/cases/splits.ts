import type { PlainTable } from '../../../../support/plain-run.ts';
import { atLeast, atMost, below, casesOf, csv } from './check-case.ts';

const splits = (train: string, test: string): PlainTable => ({
  splits: { train: [csv(train, { name: 'train.csv' })], test: [csv(test, { name: 'test.csv' })] },
});
const between = { between: ['train', 'test'] };
const labelled = (rows: readonly (readonly [string, string])[]): PlainTable => ({
  files: [{ columns: { f: rows.map(([f]) => f), l: rows.map(([, l]) => l) } }],
});
const pairs = (count: number, pair: (at: number) => readonly [string, string]) =>
  labelled(Array.from({ length: count }, (_, at) => pair(at)));

export const SPLITS = [
  ...casesOf('splitLeakage', { with: between }, [
    ['pass', splits('x,y 1,a 2,b', 'x,y 1,b'), 'pass', 0],
    [
      'fail',
      splits('x,y 1,a 2,b', 'x,y 9,z 1.0,a 2,b'),
      'fail',
      2,
      { places: ['3', '4'], message: 'found "1.0, a" (train has it in line 2 of train.csv)' },
    ],
    ['fail', splits('id,y 1,a', 'id,y 2,a'), 'fail', 1, { with: { except: ['id'] }, places: ['2'] }],
    ['boundary', splits('x,y 1,a', 'x,y 1,a 2,b'), 'pass', 50, { unit: 'percent', limit: atMost(50) }],
    ['empty', splits('x,y', 'x,y'), 'pass', 0],
    ['all-null', splits('x,y ,', 'x,y ,'), 'fail', 1, { places: ['2'] }],
  ]),
  ...casesOf('groupLeakage', { with: { ...between, column: 'g' } }, [
    ['pass', splits('g,y 1,a 2,b', 'g,y 3,b'), 'pass', 0],
    [
      'fail',
      splits('g,y 1,a 2,b', 'g,y 3,z 2,a 2,b'),
      'fail',
      2,
      {
        places: ['3', '4'],
        message: 'g: expected a g of one split only, found "2" (train has it in line 3 of train.csv)',
      },
    ],
    ['boundary', splits('g,y 1,a', 'g,y 1,b 2,b'), 'pass', 50, { unit: 'percent', limit: atMost(50) }],
    ['boundary', splits('z,y 1,a', 'z,y 1,b'), 'undefined', null],
    ['empty', splits('g,y', 'g,y'), 'pass', 0],
    ['all-null', splits('g,y ,a', 'g,y ,a'), 'pass', 0],
  ]),
  ...casesOf('temporalLeakage', { with: { column: 'd', order: ['train', 'test'] } }, [
    ['pass', splits('d,y 2024-01-01,a 2024-01-31,a', 'd,y 2024-02-01,a'), 'pass', 0],
    [
      'fail',
      splits('d,y 2024-01-01,a 2024-01-31,a', 'd,y 2024-02-01,a 2024-01-15,a 2024-01-31,a'),
      'fail',
      2,
      { places: ['3:1', '4:1'], message: 'd: expected more than 2024-01-31, found "2024-01-15"' },
    ],
    ['boundary', splits('d,y 2024-01-31,a', 'd,y 2024-01-31,a'), 'fail', 1, { places: ['2:1'] }],
    ['boundary', splits('d,y 2024-01-31,a', 'd,y 2024-01-31,a'), 'pass', 0, { with: { allowEqual: true } }],
    ['boundary', splits('d,y 7,a', 'd,y 8,a'), 'undefined', null],
    ['empty', splits('d,y', 'd,y'), 'undefined', null],
    ['all-null', splits('d,y ,a', 'd,y ,a'), 'undefined', null],
  ]),
  ...casesOf('targetLeakage', { with: { label: 'l' } }, [
    ['pass', pairs(100, (at) => [String(at % 7), String(at % 2)]), 'pass', 0],
    [
      'fail',
      pairs(100, (at) => [`f${at % 4}`, String(at % 2)]),
      'fail',
      1,
      { places: ['-'], message: 'f: expected a column that does not tell l alone (it explains 100.0 %)' },
    ],
    // Each value once: an identifier explains nothing.
    ['boundary', pairs(100, (at) => [`id${at}`, String(at % 2)]), 'pass', 0],
    ['boundary', pairs(20, (at) => [`f${at % 2}`, String(at % 2)]), 'undefined', null],
    ['boundary', pairs(100, (at) => [`f${at % 4}`, 'one']), 'undefined', null],
    [
      'boundary',
      pairs(100, (at) => [at % 2 === 0 ? '' : 'x', String(at % 2)]),
      'fail',
      1,
      { limit: below(1), places: ['-'] },
    ],
    ['empty', 'f,l', 'undefined', null],
    ['all-null', 'f,l , ,', 'undefined', null],
  ]),
  ...casesOf('classBalance', { column: 'l' }, [
    ['pass', 'l,x 0,1 1,1', 'pass', 1],
    ['fail', pairs(22, (at) => ['1', at < 2 ? '1' : '0']), 'pass', 0.1],
    [
      'fail',
      pairs(23, (at) => ['1', at < 2 ? '1' : '0']),
      'fail',
      2 / 21,
      { places: ['-'], message: 'l: classBalance: expected at least 0.1' },
    ],
    [
      'boundary',
      'l,x 0,1 0,1',
      'fail',
      0,
      { limit: atLeast(0.1), places: ['-'], message: '(one class only)' },
    ],
    ['boundary', splits('l,x 0,1', 'l,x 0,1 1,1'), 'pass', 1, { with: { split: 'test' } }],
    ['empty', 'l,x', 'undefined', null],
    ['all-null', 'l,x ,1 ,2', 'undefined', null],
  ]),
];
