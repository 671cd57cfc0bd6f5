import { expect, test } from 'vitest';
import { joinMetrics } from '../../../../actions/lib/metric-formats/join-metrics.ts';
import { readSource } from '../../../../actions/lib/metric-formats/read-source.ts';
import { recognise } from '../../../../actions/lib/metric-formats/recognise.ts';
import { asLines, readAs } from '../../../support/metric-samples.ts';

/** What a text holds by its shape. */
async function automatic(text: string, where: string) {
  const source = await readSource(text, where);
  return joinMetrics(recognise(source, where).read(source, { choice: undefined, beside: [] }).metrics);
}

test.each([
  [
    'm.json',
    '{"acc": "0.95"}',
    'm.json:1:9: acc: expected a number, found the text "0.95"; write it without quotes',
  ],
  ['m.json', '{"acc": "95 %"}', 'found the text "95 %"; write the fraction, 0.95'],
  ['m.json', '{"acc": "0,95"}', 'write it without quotes and with a point, 0.95'],
  ['m.json', '{"a": 1, "acc": null}', 'm.json:1:17: acc: expected a number, found null'],
  ['m.json', '{"acc": [0.9]}', 'm.json:1:9: acc: expected a number, found a list'],
  ['m.json', '{"acc": true}', 'm.json:1:9: acc: expected a number, found a boolean'],
  [
    'm.json',
    '{"acc": 0.99,\n "acc": 0.10}',
    'm.json:2:2: not valid JSON: the key "acc" stands here again, first at m.json:1:2',
  ],
  ['m.json', '{"t": {"acc": "high"}}', 'm.json:1:15: t.acc: expected a number, found the text "high"'],
  ['m.yaml', 'train:\n  acc: "0.95"\n', 'm.yaml:2:8: train.acc: expected a number'],
  [
    'm.yaml',
    'acc: 0,95\n',
    'm.yaml:1:6: acc: expected a number, found the text "0,95"; write it without quotes and with a point, 0.95',
  ],
  ['m.yaml', 'acc: 0.9\nacc: 0.8\n', 'm.yaml:2:1: not valid YAML'],
  ['m.toml', '[train]\nacc = "0.95"\n', 'm.toml:2: train.acc: expected a number, found the text "0.95"'],
  ['m.toml', 'acc = 0.9\nacc = 0.8\n', 'm.toml:2:'],
  ['m.toml', 'acc = 0,95\n', 'm.toml:1:'],
  ['log.csv', 'epoch,acc\n0,high\n', 'log.csv:2, column acc: expected a number, found "high"'],
  [
    'log.csv',
    'epoch;acc\n0;0,95\n',
    'log.csv:2, column acc: expected a number, found "0,95": the decimal separator is a point',
  ],
  ['log.csv', 'epoch,acc\n0,0,95\n', 'log.csv:2: 3 cells under 2 column names'],
  ['log.csv', 'epoch,acc,acc\n0,1,1\n', 'log.csv:1: the column "acc" stands there twice'],
  ['log.csv', 'epoch,acc\n', 'log.csv: a header and no row'],
])('%s with %j is an error that says where', async (where, text, message) => {
  await expect(automatic(text, where)).rejects.toThrow(message);
});

test.each([
  ['m.json', '{"acc": NaN, "auc": 0.9}'],
  ['m.json', '{"acc": -Infinity, "auc": 0.9}'],
  ['m.json', '{"acc": 1e400, "auc": 0.9}'],
  ['m.yaml', 'acc: .nan\nauc: 0.9\n'],
  ['m.yaml', 'acc: 1e400\nauc: 0.9\n'],
  ['m.toml', 'acc = nan\nauc = 0.9\n'],
  ['m.toml', 'acc = inf\nauc = 0.9\n'],
  ['log.csv', 'epoch,acc,auc\n0,nan,0.9\n'],
  ['log.csv', 'epoch,acc,auc\n0,inf,0.9\n'],
  ['log.csv', 'epoch,acc,auc\n0,1e400,0.9\n'],
])('%s with %j has a metric without a value beside one with', async (where, text) => {
  const entries = await automatic(text, where);
  expect(asLines(entries)).toEqual(['acc = none', 'auc = 0.9']);
  expect(entries[0]?.problem).toContain(where);
});

test('names and values keep what JavaScript would lose: __proto__, constructor, NFC', async () => {
  const entries = await automatic('{"__proto__": 1, "constructor": 2, "e\u0301": 3}', 'm.json');
  expect(asLines(entries)).toEqual(['__proto__ = 1', 'constructor = 2', '\u00e9 = 3']);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test('a percent is not rescaled', async () => {
  expect(asLines(await automatic('{"acc": 95, "err": 0.05}', 'm.json'))).toEqual(['acc = 95', 'err = 0.05']);
});

test('the same number twice is one; two values for one metric name both places', async () => {
  const text = (second: string) =>
    `{"a.json": {"auc": {"new": 0.9, "old": 0.8}}, "b.json": {"auc": {"new": ${second}, "old": 0.8}}}`;
  expect(asLines(await automatic(text('0.9'), 'diff.json'))).toEqual(['auc = 0.9']);
  await expect(automatic(text('0.7'), 'diff.json')).rejects.toThrow(
    'diff.json:1:73: auc is 0.7 here and 0.9 at diff.json:1:28; keep one, or give the two names or slices of their own',
  );
});

test('NaN in one place and a number in another contradict each other', async () => {
  await expect(automatic('{"a": {"m": {"new": NaN}}, "b": {"m": {"new": 1}}}', 'd.json')).rejects.toThrow(
    'm is 1 here and no value at',
  );
});

test('lines of text are read when asked for, and only then', async () => {
  const lines = '# by hand\naccuracy=0.95\nval loss: 0.2\ngrad = nan\n';
  const { entries } = await readAs('text', lines, { where: 'm.txt' });
  expect(asLines(entries)).toEqual(['accuracy = 0.95', 'val loss = 0.2', 'grad = none']);
  await expect(automatic(lines, 'm.txt')).rejects.toThrow('are read with format: text');
});

test.each([
  ['accuracy', 'm.txt:1: expected name=number or name: number, found "accuracy"'],
  ['accuracy = 0,95', 'm.txt:1: accuracy: expected a number, found "0,95": the decimal separator is a point'],
  [
    'accuracy = 95%',
    'm.txt:1: accuracy: expected a number, found "95%": a percent sign is not part of a number',
  ],
  ['a=1\na=2', 'm.txt:2: a is 2 here and 1 at m.txt:1'],
])('the line %j is an error that says where', async (line, message) => {
  await expect(readAs('text', line, { where: 'm.txt' })).rejects.toThrow(message);
});
