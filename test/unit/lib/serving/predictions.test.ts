import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPredictions } from '../../../../actions/lib/serving/prediction-list.ts';
import type { AnsweredRows, Output } from '../../../../actions/lib/serving/protocol.ts';
import { joinOutputs, scoresOf } from '../../../../actions/lib/serving/scores.ts';
import { servedData } from '../../../support/model-servers.ts';

const data = await servedData(`x\n${Array.from({ length: 12 }, (_, i) => i).join('\n')}\n`);
const rows = (count: number, from = 0): AnsweredRows => ({
  from,
  to: from + count,
  data,
  server: 'https://h/p',
  redact: (text) => text.replaceAll('hunter2', '***'),
});
/** Scores with plain lists, for comparing. */
const scores = (predictions: unknown, count: number) => {
  const { labels, numbers } = scoresOf(readPredictions(predictions, rows(count)), 'https://h/p');
  return {
    labels,
    numbers: numbers && [[...numbers.values], numbers.width, numbers.names],
  };
};

describe('predictions as servers write them', () => {
  test.each<[string, readonly unknown[] | object, number, object]>([
    ['numbers', [0.5, 1], 2, { labels: undefined, numbers: [[0.5, 1], 1, undefined] }],
    ['whole numbers, which may be labels', [2, 0], 2, { labels: [2, 0], numbers: [[2, 0], 1, undefined] }],
    ['texts', ['a', 'b'], 2, { labels: ['a', 'b'], numbers: undefined }],
    ['truth values', [true, false], 2, { labels: ['true', 'false'], numbers: undefined }],
    [
      'numbers in lists of one',
      [[0.5], [0.25]],
      2,
      { labels: undefined, numbers: [[0.5, 0.25], 1, undefined] },
    ],
    ['texts in lists of one', [['a'], ['b']], 2, { labels: ['a', 'b'], numbers: undefined }],
    [
      'probabilities',
      [
        [0.1, 0.9],
        [0.8, 0.2],
      ],
      2,
      { labels: undefined, numbers: [[0.1, 0.9, 0.8, 0.2], 2, undefined] },
    ],
    ['lists in lists', [[[0.1], [0.9]]], 1, { labels: undefined, numbers: [[0.1, 0.9], 2, undefined] }],
    [
      'label and score (Hugging Face)',
      [{ label: 'POSITIVE', score: 0.9 }],
      1,
      { labels: ['POSITIVE'], numbers: [[0.9], 1, undefined] },
    ],
    [
      'prediction and probability',
      [{ prediction: 1, probability: [0.2, 0.8] }],
      1,
      { labels: [1], numbers: [[0.2, 0.8], 2, undefined] },
    ],
    [
      'probabilities by class',
      [{ class: 'b', probabilities: { a: 0.2, b: 0.8 } }],
      1,
      { labels: ['b'], numbers: [[0.2, 0.8], 2, ['a', 'b']] },
    ],
    [
      'a data frame of one column',
      [{ '0': 0.5 }, { '0': 0.25 }],
      2,
      { labels: undefined, numbers: [[0.5, 0.25], 1, undefined] },
    ],
    [
      'a data frame of probabilities',
      [{ '0': 0.5, '1': 0.5 }],
      1,
      { labels: undefined, numbers: [[0.5, 0.5], 2, ['0', '1']] },
    ],
    [
      'a data frame by classes',
      [{ cat: 0.25, dog: 0.75 }],
      1,
      { labels: undefined, numbers: [[0.25, 0.75], 2, ['cat', 'dog']] },
    ],
    [
      'a value and its deviation',
      [{ prediction: 1.5, std: 0.1 }],
      1,
      { labels: undefined, numbers: [[1.5], 1, undefined] },
    ],
    [
      'outputs by name',
      {
        labels: ['a', 'b'],
        probabilities: [
          [1, 0],
          [0, 1],
        ],
      },
      2,
      { labels: ['a', 'b'], numbers: [[1, 0, 0, 1], 2, undefined] },
    ],
    [
      'probabilities beside other numbers',
      [{ probabilities: [0.5, 0.5], embedding: [1.5, 2, 3], margin: 0.5 }],
      1,
      { labels: undefined, numbers: [[0.5, 0.5], 2, undefined] },
    ],
    [
      'columns named like prototypes',
      [{ __proto__x: 0.5, constructor: 0.25 }],
      1,
      { labels: undefined, numbers: [[0.5, 0.25], 2, ['__proto__x', 'constructor']] },
    ],
  ])('%s', (_, predictions, count, expected) => {
    expect(scores(predictions, count)).toEqual(expected);
  });
});

describe('what is no prediction for each row is refused, with place and both sides', () => {
  test.each<[string, unknown, number, string]>([
    ['too few', [1], 2, 'holds 1 predictions, but 2 rows were sent'],
    ['too many in a named output', { p: [1, 2, 3] }, 2, 'holds 3 predictions in "p", but 2 rows were sent'],
    ['a number', 5, 2, 'has a number where a list'],
    ['null', null, 2, 'has null where a list'],
    ['an object of other things', { p: 1 }, 2, 'has an object with p where a list'],
    ['an empty list for a row', [[], []], 2, 'has for test.csv:2 an empty list'],
    [
      'lists of different length',
      [
        [1, 2],
        [1, 2, 3],
      ],
      2,
      'has for test.csv:3 3 numbers, but 2 for the rows before',
    ],
    ['a list after a number', [1, [1, 2]], 2, 'has for test.csv:3 a list of 2 where a number'],
    ['a number after a list', [[1, 2], 1], 2, 'has for test.csv:3 1 numbers, but 2'],
    ['a number after a text', ['a', 1], 2, 'has for test.csv:3 1, but a text for the rows before'],
    ['a text with a secret', [1, 'hunter2'], 2, 'has for test.csv:3 the text "***" where a number'],
    ['infinity', [1, Number.POSITIVE_INFINITY], 2, 'has for test.csv:3 Infinity where a number'],
    [
      'objects with other keys',
      [{ a: 1 }, { b: 1 }],
      2,
      'has for test.csv:3 an object with b, but an object with a for',
    ],
    ['a list after an object', [{ a: 1 }, [1]], 2, 'has for test.csv:3 a list of 1, but an object with a'],
    ['empty objects', [{}, {}], 2, 'has for test.csv:2 an empty object'],
    [
      'texts in an object of numbers',
      [{ p: { a: 'x' } }],
      1,
      'has for test.csv:2 in "p" an object whose "a" is not a number',
    ],
    [
      'a bad number in a named output',
      [{ p: 1 }, { p: null }],
      2,
      'has for test.csv:3 in "p" null where a number',
    ],
  ])('%s', (_, predictions, count, message) => {
    expect(() => readPredictions(predictions, rows(count))).toThrow(
      `endpoint https://h/p: the answer to ${count === 1 ? 'row 1' : `rows 1 to ${count}`} of test.csv ${message}`,
    );
  });

  test('rows are those of the whole table', () => {
    expect(() => readPredictions([1, null], rows(2, 7))).toThrow(
      'rows 8 to 9 of test.csv has for test.csv:10 null',
    );
  });

  test.each([
    [
      'two texts',
      [{ a: 'x', b: 'y' }],
      /2 outputs \(a: texts, b: texts\), and it is not clear which one is the label/,
    ],
    [
      'two lists of numbers',
      [{ a: [1, 2], b: [1, 2, 3] }],
      /a: 2 numbers a row, b: 3 numbers a row.*probabilities or scores/,
    ],
  ])('%s are too many', (_, predictions, message) => {
    expect(() => scores(predictions, 1)).toThrow(message);
  });
});

describe('answers are joined in order', () => {
  test('however the rows are cut, the whole is the same', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            label: fc.constantFrom('a', 'b'),
            p: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 }),
          }),
          { minLength: 1, maxLength: 12 },
        ),
        fc.integer({ min: 1, max: 12 }),
        (predictions, size) => {
          const parts: (readonly Output[])[] = [];
          for (let from = 0; from < predictions.length; from += size) {
            const part = predictions.slice(from, from + size);
            parts.push(readPredictions(part, rows(part.length, from)));
          }
          expect(scoresOf(joinOutputs(parts, 's'), 's')).toEqual(
            scoresOf(readPredictions(predictions, rows(predictions.length)), 's'),
          );
        },
      ),
    );
  });

  test('whether numbers are labels is decided by all of them', () => {
    const parts = [readPredictions([1, 2], rows(2)), readPredictions([0.5], rows(1, 2))];
    expect(scoresOf(joinOutputs(parts, 's'), 's')).toMatchObject({
      labels: undefined,
      numbers: { values: Float64Array.of(1, 2, 0.5) },
    });
  });

  test.each([
    ['texts after numbers', [1], ['a']],
    ['another width', [[1, 2]], [[1, 2, 3]]],
    ['another name', [{ a: 1 }], [{ b: 1 }]],
    ['other classes', [{ p: { a: 1, b: 2 } }], [{ p: { b: 1, a: 2 } }]],
    ['fewer outputs', [{ a: 1, b: 2 }], [{ a: 1 }]],
  ])('%s are refused', (_, first, second) => {
    const parts = [readPredictions(first, rows(1)), readPredictions(second, rows(1, 1))];
    expect(() => joinOutputs(parts, 'https://h/p')).toThrow(
      /endpoint https:\/\/h\/p: the answers differ in form: one has/,
    );
  });
});
