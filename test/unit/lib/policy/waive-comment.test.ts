import { expect, test } from 'vitest';
import { waiveLines } from '../../../../actions/lib/policy/waive-comment.ts';

test.each([
  ['/waive recall-young because the labels changed', [['recall-young', 'the labels changed']]],
  ['  /waive f1 because yes  ', [['f1', 'yes']]],
  ['Looks fine.\r\n/waive f1 because known\r\nThanks', [['f1', 'known']]],
  [
    '/waive a because x\n/waive b because y',
    [
      ['a', 'x'],
      ['b', 'y'],
    ],
  ],
  ['/waive "f1 >= 0.9" because small set', [['f1 >= 0.9', 'small set']]],
  ['/waive `recall[age=18-25]` because #412', [['recall[age=18-25]', '#412']]],
  ['/waive f1 because because of that because', [['f1', 'because of that because']]],
  ['/waive f1', []],
  ['/waive f1 because', []],
  ['/waive f1 because   ', []],
  ['/waive because x', []],
  ['> /waive f1 because quoted', []],
  ['please /waive f1 because x', []],
  ['/waiver f1 because x', []],
  ['', []],
])('%j gives %j', (body, expected) => {
  expect(waiveLines(body).map(({ gate, reason }) => [gate, reason])).toEqual(expected);
});

test('a comment of the greatest length is read at once', () => {
  const start = performance.now();
  expect(waiveLines(`/waive ${' '.repeat(32_000)} because ${' '.repeat(32_000)}`)).toEqual([]);
  expect(waiveLines(`/waive f1 because ${'x'.repeat(60_000)}`)[0]?.reason).toHaveLength(500);
  expect(performance.now() - start).toBeLessThan(500);
});
