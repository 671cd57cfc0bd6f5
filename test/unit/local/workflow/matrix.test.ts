import { expect, test } from 'vitest';
import type { ValueMap } from '../../../../actions/local/workflow/expression.ts';
import { expandMatrix, matrixLabel } from '../../../../actions/local/workflow/matrix.ts';

// The first case with `include` is the example of GitHub's documentation ("Expanding or adding matrix configurations").
const CASES: readonly { name: string; matrix: ValueMap; jobs: readonly ValueMap[] }[] = [
  {
    name: 'two lists give every combination, the last varying fastest',
    matrix: { os: ['a', 'b'], node: [1, 2] },
    jobs: [
      { os: 'a', node: 1 },
      { os: 'a', node: 2 },
      { os: 'b', node: 1 },
      { os: 'b', node: 2 },
    ],
  },
  {
    name: 'include adds to combinations whose original values it leaves, and else stands alone',
    matrix: {
      fruit: ['apple', 'pear'],
      animal: ['cat', 'dog'],
      include: [
        { color: 'green' },
        { color: 'pink', animal: 'cat' },
        { fruit: 'apple', shape: 'circle' },
        { fruit: 'banana' },
        { fruit: 'banana', animal: 'cat' },
      ],
    },
    jobs: [
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ],
  },
  {
    name: 'exclude takes away what matches all its values, before include',
    matrix: {
      os: ['a', 'b'],
      node: [1, 2],
      exclude: [{ os: 'a', node: 2 }],
      include: [{ os: 'a', node: 2, x: 1 }],
    },
    jobs: [
      { os: 'a', node: 1 },
      { os: 'b', node: 1 },
      { os: 'b', node: 2 },
      { os: 'a', node: 2, x: 1 },
    ],
  },
  {
    name: 'include alone is the list of jobs',
    matrix: { include: [{ site: 'x' }, { site: 'y' }] },
    jobs: [{ site: 'x' }, { site: 'y' }],
  },
];

test.each(CASES)('$name', ({ matrix, jobs }) => {
  expect(expandMatrix(matrix)).toEqual(jobs);
});

test('what GitHub refuses is refused', () => {
  expect(() => expandMatrix({ os: 'linux' })).toThrow(/strategy.matrix.os: expected a list/);
  expect(() => expandMatrix({ include: ['x'] })).toThrow(/expected mappings/);
  expect(() => expandMatrix({ n: Array.from({ length: 257 }, (_, index) => index) })).toThrow(/257 jobs/);
});

test('the label of a job lists its values', () => {
  expect(matrixLabel({ os: 'linux', node: 24, deep: { a: 1 } })).toBe('(linux, 24, {"a":1})');
});
