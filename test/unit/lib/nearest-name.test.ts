import { expect, test } from 'vitest';
import { didYouMean, nearestName } from '../../../actions/lib/nearest-name.ts';

const METRICS = ['accuracy', 'f1', 'roc_auc', 'log_loss', 'precision'];

test.each([
  ['acuracy', 'accuracy'],
  ['accuarcy', 'accuracy'],
  ['Accuracy', 'accuracy'],
  ['roc_acu', 'roc_auc'],
  ['logloss', 'log_loss'],
  ['f2', 'f1'],
  ['rmse', undefined],
  ['', undefined],
  ['x'.repeat(10_000), undefined],
])('the name nearest to %j is %j', (name, expected) => {
  expect(nearestName(name, METRICS)).toBe(expected);
});

test('the hint is ready for the end of a message', () => {
  expect(didYouMean('acuracy', METRICS)).toBe('; did you mean "accuracy"?');
  expect(didYouMean('rmse', METRICS)).toBe('');
});

test('names that look the same in another Unicode form are near', () => {
  expect(nearestName('e\u0301tat', ['état', 'x'])).toBe('état');
});
