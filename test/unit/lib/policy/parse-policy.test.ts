import { expect, test } from 'vitest';
import { parsePolicy } from '../../../../actions/lib/policy/parse-policy.ts';
import { DEFAULT_POLICY } from '../../../../actions/lib/policy/policy.ts';
import { allowedText } from '../../../../actions/lib/policy/words.ts';

const policy = (gates: string, head = ''): string => `version: 1\n${head}gates:\n${gates}\n`;

test('a policy that says little takes the documented defaults', () => {
  const { gates, ...rest } = parsePolicy(policy('  - metric: f1\n    min: 0.5'), 'gates.yml');
  const { gates: _, ...defaults } = DEFAULT_POLICY;
  expect(rest).toEqual(defaults);
  expect(gates).toMatchObject([
    { id: 'f1', severity: 'error', minRows: 1, line: 3, target: { kind: 'all' } },
  ]);
});

test('every key that a policy may hold is read', () => {
  const text = `version: 1
model: credit-default
defaults: { severity: warning, confidence: 0.9, on-inconclusive: warn, on-missing: warn, on-undefined: pass, min-rows: 200 }
evidence: { same-dataset: preferred, min-overlap: 0.8, max-age: 30d }
multiplicity: { required: none }
metrics:
  profit: { direction: higher, unit: EUR }
gates:
  - { id: floor, metric: roc_auc, min: 0.85, max: 0.99, use: ci-lower }
  - id: slices
    metric: f1
    slices: "region=*"
    non-inferior: { margin: 0.05 }
  - { id: young, metric: recall, slice: "age=18-25", max-regression: { absolute: 0.01, relative: 2%, combine: any }, severity: info, min-rows: 30 }
  - { id: leak, metric: roc_auc, max-improvement: { absolute: 0.05 } }
`;
  const read = parsePolicy(text, 'gates.yml');
  expect(read).toMatchObject({
    model: 'credit-default',
    confidence: 0.9,
    onInconclusive: 'warn',
    onMissing: 'warn',
    onUndefined: 'pass',
    evidence: { sameDataset: 'preferred', minOverlap: 0.8, maxAgeMs: 30 * 86_400_000 },
    multiplicity: { required: 'none', exploratory: 'benjamini-hochberg' },
  });
  expect(read.metrics.get('profit')).toEqual({ direction: 'higher', unit: 'EUR' });
  expect(
    read.gates.map(({ id, severity, minRows, line, rule }) => [
      id,
      severity,
      minRows,
      line,
      allowedText(rule, 'higher', undefined),
    ]),
  ).toEqual([
    ['floor', 'warning', 200, 9, 'lower end ≥ 0.85 and ≤ 0.99'],
    ['slices', 'warning', 200, 10, '-0.05'],
    ['young', 'info', 30, 14, '-0.01 or -2 %'],
    ['leak', 'warning', 200, 15, 'at most +0.05'],
  ]);
});

test.each([
  [
    'an empty file',
    '',
    'gates.yml:1:1: the file is empty; a gate policy has "version: 1" and a list "gates:"',
  ],
  ['no gates', 'version: 1\ngates: []', 'gates.yml:2:8: gates: expected at least 1 items, found 0'],
  ['gates left out', 'version: 1', 'the key "gates" is missing'],
  ['no version', 'gates: [{ metric: f1, min: 1 }]', 'the key "version" is missing'],
  [
    'another version',
    'version: 2\ngates: [{ metric: f1, min: 1 }]',
    'gates.yml:1:10: version: expected 1, found 2',
  ],
  ['a mistyped key', policy('  - { metrc: f1, min: 1 }'), 'unknown key "metrc"; did you mean "metric"?'],
  [
    'a mistyped part',
    policy('  - { metric: f1, max-regression: { absolut: 1 } }'),
    'unknown key "absolut"; did you mean "absolute"?',
  ],
  [
    'a key of a later version',
    policy('  - { metric: f1, min: 1, version-2: prod }'),
    'gates.yml:3:5: gates[0]: unknown key "version-2"',
  ],
  ['no metric', policy('  - { id: a, min: 1 }'), 'gates.yml:3:5: gates[0]: the key "metric" is missing'],
  [
    'nothing asked for',
    policy('  - { metric: f1 }'),
    'gates.yml:3:5: this gate asks for nothing; add one of min, max, max-regression',
  ],
  [
    'two things asked for',
    policy('  - { metric: f1, min: 1, non-inferior: { margin: 0.1 } }'),
    'make min and non-inferior gates of their own',
  ],
  [
    'use without a limit',
    policy('  - { metric: f1, use: ci-lower, non-inferior: { margin: 0.1 } }'),
    'gates.yml:3:24: use belongs to min and max',
  ],
  [
    'min above max',
    policy('  - { metric: f1, min: 0.9, max: 0.8 }'),
    'gates.yml:3:24: min 0.9 is above max 0.8: no value can hold',
  ],
  [
    'min .nan',
    policy('  - { metric: f1, min: .nan }'),
    'gates.yml:3:24: not valid YAML: .nan is not a finite number',
  ],
  ['min .inf', policy('  - { metric: f1, min: .inf }'), '.inf is not a finite number'],
  ['min 1e400', policy('  - { metric: f1, min: 1e400 }'), '1e400 is not a finite number'],
  [
    'a word for a number',
    policy('  - { metric: f1, min: high }'),
    'gates.yml:3:24: min: expected a number such as 0.85, 2% or 25MB',
  ],
  ['a decimal comma', policy('  - { metric: f1, min: "0,9" }'), 'min: expected a number'],
  [
    'a boolean',
    policy('  - { metric: f1, min: true }'),
    'gates[0].min: expected number or string, found true',
  ],
  [
    'duplicate ids',
    policy('  - { id: a, metric: f1, min: 1 }\n  - { id: a, metric: r2, min: 1 }'),
    'gates.yml:4:11: the id "a" belongs to gate 1 already',
  ],
  [
    'the same metric twice without ids',
    policy('  - { metric: f1, min: 0 }\n  - { metric: f1, max: 1 }'),
    'gates.yml:4:5: the id "f1" belongs to gate 1 already',
  ],
  [
    'a duplicate key',
    policy('  - metric: f1\n    min: 1\n    min: 2'),
    'gates.yml:5:5: not valid YAML: Map keys must be unique',
  ],
  [
    'an unknown severity',
    policy('  - { metric: f1, min: 1, severity: fatal }'),
    'gates[0].severity: expected one of "error", "warning", "info", found "fatal"',
  ],
  [
    'a negative tolerance',
    policy('  - { metric: f1, max-regression: { absolute: -0.1 } }'),
    'absolute: a tolerance is at least 0, found -0.1',
  ],
  [
    'a negative margin',
    policy('  - { metric: f1, non-inferior: { margin: -0.1 } }'),
    'margin: a tolerance is at least 0, found -0.1',
  ],
  [
    'a percentage as absolute',
    policy('  - { metric: f1, max-regression: { absolute: 2% } }'),
    'a share of the baseline such as 2% is relative',
  ],
  [
    'a size as relative',
    policy('  - { metric: f1, max-regression: { relative: 2MB } }'),
    'expected a share such as 2% or 0.02, found "2MB"',
  ],
  [
    'combine without two',
    policy('  - { metric: f1, max-regression: { absolute: 1, combine: any } }'),
    'combine joins absolute and relative; give both',
  ],
  [
    'only combine',
    policy('  - { metric: f1, max-regression: { combine: any } }'),
    'expected absolute, relative or both',
  ],
  [
    'slice and slices',
    policy('  - { metric: f1, min: 1, slice: a=b, slices: "*" }'),
    'a gate has slice or slices, not both',
  ],
  [
    'a slice that is none',
    policy('  - { metric: f1, min: 1, slice: young }'),
    'gates.yml:3:34: expected a slice such as age=18-25, found "young"',
  ],
  ['every slice as slice', policy('  - { metric: f1, min: 1, slice: a=* }'), 'every slice is slices: "*"'],
  ['one slice as slices', policy('  - { metric: f1, min: 1, slices: a=b }'), 'one slice is slice: a=b'],
  [
    'a confidence over 1',
    policy('  - { metric: f1, min: 1 }', 'defaults: { confidence: 95 }\n'),
    'defaults.confidence: expected a number of at most 0.9999, found 95',
  ],
  [
    'min-rows of 0',
    policy('  - { metric: f1, min: 1, min-rows: 0 }'),
    'expected a number of at least 1, found 0',
  ],
  [
    'an age without a unit',
    policy('  - { metric: f1, min: 1 }', 'evidence: { max-age: "30" }\n'),
    'gates.yml:2:22: evidence.max-age: expected a text such as "30d", found "30"',
  ],
  [
    'an unknown direction',
    policy('  - { metric: f1, min: 1 }', 'metrics: { x: { direction: up } }\n'),
    'expected one of "higher", "lower", found "up"',
  ],
  ['two documents', `${policy('  - { metric: f1, min: 1 }')}---\na: 1`, 'not valid YAML'],
  ['a tag', policy('  - { metric: !!js/function "f", min: 1 }'), 'Unresolved tag'],
  ['a tab', 'version: 1\ngates:\n\t- metric: f1', 'not valid YAML'],
])('%s is refused with its place', (_, text, message) => {
  expect(() => parsePolicy(text, 'gates.yml')).toThrow(message);
});

test('an alias bomb is refused', () => {
  const levels = Array.from(
    { length: 9 },
    (_, level) =>
      `l${level}: &l${level} [${Array(9)
        .fill(level === 0 ? '1' : `*l${level - 1}`)
        .join(', ')}]`,
  );
  expect(() => parsePolicy(levels.join('\n'), 'gates.yml')).toThrow('not valid YAML');
});

test('all problems arrive together', () => {
  const text = policy(
    '  - { metric: f1 }\n  - { metric: r2, min: 2, max: 1 }\n  - { metric: ece, slice: young, max: 1 }',
  );
  expect(() => parsePolicy(text, 'gates.yml')).toThrow(
    /gates\.yml:3:5.*\n.*gates\.yml:4:24.*\n.*gates\.yml:5:27/,
  );
});
