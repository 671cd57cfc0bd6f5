import { expect, test } from 'vitest';
import { bar, sparkline } from '../../../../actions/lib/report/text-plots.ts';

test.each([
  [[], ''],
  [[0, 0], '  '],
  [[1, 2, 4, 8, 0], '▁▂▄█ '],
  [[1, 1000], '▁█'],
])('the counts %j are drawn as "%s"', (counts, expected) => {
  expect(sparkline(counts)).toBe(expected);
});

test.each([
  [0, '░░░░'],
  [0.5, '██░░'],
  [1, '████'],
  [2, '████'],
  [-1, '░░░░'],
])('the share %s is drawn as %s', (fraction, expected) => {
  expect(bar(fraction, 4)).toBe(expected);
});
