import { expect, test } from 'vitest';
import { errorType, errorTypes } from '../../../../actions/lib/findings/error-type.ts';
import { findingsLines } from '../../../../actions/lib/findings/findings-lines.ts';
import { failed, finding } from './sample-report.ts';

// Names of frictionless-py 5.19: https://framework.frictionlessdata.io/docs/errors/overview.html
test.each([
  ['dataType', 'an integer', 'type-error'],
  ['invalidValues', 'at least 18', 'constraint-error'],
  ['nullValues', 'a value', 'constraint-error'],
  ['duplicateValues', 'a value that no other row has', 'unique-error'],
  ['duplicateRows', 'a row like no other', 'duplicate-row'],
  ['csvStructure', 'no more cells than columns', 'extra-cell'],
  ['csvStructure', 'a cell for each column', 'missing-cell'],
  ['csvStructure', 'no blank line', 'blank-row'],
  ['csvStructure', 'a name of its own for each column', 'duplicate-label'],
  ['csvStructure', 'a name for each column', 'blank-label'],
  ['fileIntegrity', `sha256 ${'0'.repeat(64)}`, 'hash-count'],
  ['fileIntegrity', '123 bytes', 'byte-count'],
  ['schemaMatch', 'a column "age"', 'missing-label'],
  ['schemaMatch', 'only columns of the contract', 'extra-label'],
  ['schemaMatch', '"age" as column 2', 'incorrect-label'],
  ['referentialIntegrity', 'a value of plans.plan_id', 'foreign-key'],
  ['rowCondition', 'a >= b', 'row-constraint'],
  ['rowCount', 'at least 5', 'row-count'],
  ['encoding', 'UTF-8', 'encoding-error'],
  ['outliers', 'within 3 standard deviations', 'deviated-value'],
  ['splitLeakage', '0', 'split-leakage'],
  ['piiValues', '0', 'pii-values'],
])('%s, "%s" is %s', (check, expected, type) => {
  expect(errorType({ check, expected })).toBe(type);
});

test('a primary key is known by the title of its rule, unless another rule of the kind failed too', () => {
  const duplicate = finding({ check: 'duplicateValues', field: 'id', expected: 'unique id' });
  const key = failed({ check: 'duplicateValues', field: 'id', title: 'primary key' });
  expect(errorTypes([key])(duplicate)).toBe('primary-key');
  expect(errorTypes([key, { ...key, title: 'unique' }])(duplicate)).toBe('unique-error');
  expect(errorTypes([{ ...key, status: 'pass' }])(duplicate)).toBe('unique-error');
  expect(findingsLines([duplicate], undefined, [key])).toContain('"type":"primary-key"');
});

test('one finding a line, with type, fingerprint and, against a base report, whether it is new', () => {
  const findings = [finding(), finding({ line: 5, value: 'a\nb' })];
  const lines = findingsLines(findings, new Set(findings.slice(1))).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines.slice(0, 2).map((line) => JSON.parse(line))).toEqual([
    {
      type: 'constraint-error',
      ...findings[0],
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}:1$/),
      new: false,
    },
    {
      type: 'constraint-error',
      ...findings[1],
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}:1$/),
      new: true,
    },
  ]);
  expect(findingsLines([])).toBe('');
  expect(findingsLines(findings)).not.toContain('"new"');
});
