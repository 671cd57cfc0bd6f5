import { expect, test } from 'vitest';
import { parseToml } from '../../../../actions/lib/metric-formats/toml-text.ts';

const TEXT = `# metrics
auc = 0.9
big = 9007199254740993
day = 2026-01-07
[train]
acc = 0.8
"f1 score" = 0.7
[train.per."a.b"]
cat = 1
x.y = 2
`;

test('values are plain, dates texts, and whole numbers beyond 2^53 the nearest', () => {
  expect(parseToml(TEXT, 'm.toml').value).toEqual({
    auc: 0.9,
    big: 9007199254740992,
    day: '2026-01-07',
    train: { acc: 0.8, 'f1 score': 0.7, per: { 'a.b': { cat: 1, x: { y: 2 } } } },
  });
});

test.each([
  [['auc'], 2],
  [['train', 'acc'], 6],
  [['train', 'f1 score'], 7],
  [['train', 'per', 'a.b', 'cat'], 9],
  [['train', 'per', 'a.b', 'x', 'y'], 10],
  [['train', 'nothing'], 5],
])('%j stands on line %i', (path, line) => {
  expect(parseToml(TEXT, 'm.toml').at(path)).toBe(`m.toml:${line}`);
});

test.each([
  ['a = ', 'm.toml:1:'],
  ['a = 1\na = 2\n', 'm.toml:2:'],
  [`${Array.from({ length: 100 }, () => 'a').join('.')} = 1`, 'nested deeper than 64'],
])('%j is refused with its place', (text, message) => {
  expect(() => parseToml(text, 'm.toml')).toThrow(message);
});
