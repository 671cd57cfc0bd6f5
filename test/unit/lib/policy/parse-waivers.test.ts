import { expect, test } from 'vitest';
import { parseInlineGate } from '../../../../actions/lib/policy/inline-gate.ts';
import { parseWaivers } from '../../../../actions/lib/policy/parse-waivers.ts';

const GATES = [
  { ...parseInlineGate('recall >= 0.5'), id: 'recall-young' },
  { ...parseInlineGate('f1[*] >= 0.5'), id: 'any-slice' },
];

const entry = (change: Readonly<Record<string, string | undefined>> = {}): string => {
  const keys = {
    gate: 'recall-young',
    reason: '"label definition changed, see #412"',
    owner: '"@kim"',
    expires: '2026-11-15',
    'max-value-loss': '0.05',
    ...change,
  };
  return Object.entries(keys)
    .filter(([, value]) => value !== undefined)
    .map(([key, value], index) => `${index === 0 ? '- ' : '  '}${key}: ${value}`)
    .join('\n');
};

test('the example of the documentation is read, its last day included', () => {
  const [waiver] = parseWaivers(`# why\n${entry()}`, 'waivers.yml', GATES);
  expect(waiver).toEqual({
    gate: 'recall-young',
    reason: 'label definition changed, see #412',
    owner: '@kim',
    expires: Date.parse('2026-11-15T23:59:59.999Z'),
    maxValueLoss: 0.05,
    line: 2,
  });
});

test.each([
  ['a list of nothing', '[]'],
  ['an empty file', ''],
  ['only comments', '# none at the moment\n'],
])('%s waives nothing', (_, text) => {
  expect(parseWaivers(text, 'waivers.yml', GATES)).toEqual([]);
});

test('any loss must be said in words', () => {
  expect(parseWaivers(entry({ 'max-value-loss': 'any' }), 'w.yml', GATES)[0]?.maxValueLoss).toBeUndefined();
});

test.each(['any-slice', '"any-slice[region=NW]"', 'no-downgrade-rows'])('%s may be waived', (gate) => {
  expect(parseWaivers(entry({ gate }), 'w.yml', GATES)).toHaveLength(1);
});

test.each([
  [
    'an unknown gate',
    entry({ gate: 'recall-yuong' }),
    'w.yml:1:9: there is no gate "recall-yuong"; did you mean "recall-young"?',
  ],
  [
    'a slice of a gate that has none',
    entry({ gate: '"recall-young[a=b]"' }),
    'w.yml:1:9: there is no gate "recall-young[a=b]"',
  ],
  ['an unknown guard', entry({ gate: 'no-downgrade-row' }), 'did you mean "no-downgrade-rows"?'],
  ['no reason', entry({ reason: undefined }), 'w.yml:1:3: [0]: the key "reason" is missing'],
  ['a blank reason', entry({ reason: '"  "' }), 'w.yml:2:11: [0].reason: expected a text that matches'],
  ['no owner', entry({ owner: undefined }), 'the key "owner" is missing'],
  ['no expiry', entry({ expires: undefined }), 'the key "expires" is missing'],
  ['no limit', entry({ 'max-value-loss': undefined }), 'the key "max-value-loss" is missing'],
  [
    'a negative limit',
    entry({ 'max-value-loss': '-0.1' }),
    'w.yml:5:19: [0].max-value-loss: expected a number of at least 0, found -0.1',
  ],
  ['a limit in words', entry({ 'max-value-loss': 'a lot' }), 'expected a text such as "any", found "a lot"'],
  [
    'a limit with a decimal comma',
    entry({ 'max-value-loss': '0,05' }),
    'expected a text such as "any", found "0,05"',
  ],
  ['a limit that is no number', entry({ 'max-value-loss': '.nan' }), '.nan is not a finite number'],
  [
    'a day that does not exist',
    entry({ expires: '2026-02-30' }),
    'w.yml:4:12: [0].expires: expected a text in the format date, found "2026-02-30"',
  ],
  ['a day in another notation', entry({ expires: '15.11.2026' }), 'expected a text in the format date'],
  ['a year alone', entry({ expires: '2026' }), '[0].expires: expected string, found 2026'],
  ['an unknown key', entry({ untill: '1' }), 'unknown key "untill"'],
  [
    'two for one gate',
    `${entry()}\n${entry()}`,
    'w.yml:6:9: entry 1 waives "recall-young" already; keep one',
  ],
  ['a mapping', 'gate: recall-young', 'w.yml:1:1: the document: expected array or null, found an object'],
  ['a duplicate key', `${entry()}\n  owner: "@me"`, 'w.yml:6:3: not valid YAML: Map keys must be unique'],
])('%s is refused with its place', (_, text, message) => {
  expect(() => parseWaivers(text, 'w.yml', GATES)).toThrow(message);
});
