import { expect, test } from 'vitest';
import type { ColumnProfile } from '../../../../actions/lib/documents/profile.ts';
import { type CompatName, isCompatName } from '../../../../actions/lib/drift/compat/preset.ts';
import type { MeasureName } from '../../../../actions/lib/drift/measure.ts';
import { measureDrift } from '../../../../actions/lib/drift/measure-drift.ts';
import { summarizeColumn } from '../../../../actions/lib/profile/summarize.ts';
import golden from '../../../fixtures/drift/golden.json' with { type: 'json' };
import { columnState } from '../../../support/column-states.ts';

// Golden values follow the tools' published formulas (make-golden.py): Evidently 0.7, TFDV 1.x, deepchecks 0.19,
// whylogs 1.x with exact values in place of its random sketches.
const TOOLS = ['evidently', 'tfdv', 'deepchecks', 'whylogs'] as const;

const numbers = (values: readonly number[]): ColumnProfile =>
  summarizeColumn(columnState('x', 'number', values));
const categories = (counts: readonly number[]): ColumnProfile =>
  summarizeColumn(
    columnState(
      'x',
      'string',
      counts.flatMap((count, index) => new Array<string>(count).fill(`c${index}`)),
    ),
  );

function expectNumbers(
  reference: ColumnProfile,
  current: ColumnProfile,
  compat: CompatName,
  expected: Readonly<Record<string, number>>,
): void {
  for (const [method, value] of Object.entries(expected)) {
    const result = measureDrift(reference, current, { compat, method: method as MeasureName });
    const found = result.effect ?? result.pValue ?? Number.NaN;
    expect(Math.abs(found - value), `${compat} ${method}: ${found}, expected ${value}`).toBeLessThanOrEqual(
      (compat === 'whylogs' ? 1e-6 : 1e-9) * Math.max(1, Math.abs(value)), // whylogs' p: a series, see kolmogorov-tail.ts
    );
  }
}

test.each(golden.compatNumeric)('numbers of other tools: $name', (row) => {
  for (const tool of TOOLS) expectNumbers(numbers(row.a), numbers(row.b), tool, row[tool]);
});

test.each(golden.compatCategorical)('categories of other tools: $name', (row) => {
  for (const tool of TOOLS)
    expectNumbers(categories(row.a), categories(row.b), tool, row[tool] as Record<string, number>);
});

const [shifted, same] = golden.compatNumeric;
const [, three, rare, added, large] = golden.compatCategorical;

test.each([
  // Up to 1000 rows of reference p-values decide, beyond that distances.
  ['evidently', shifted, { measure: 'ks', status: 'drifted', alpha: 0.05 }],
  ['evidently', same, { measure: 'wasserstein', status: 'stable', threshold: 0.1 }],
  ['tfdv', same, { measure: 'jensenShannon', status: 'drifted', threshold: 0.01 }],
  ['deepchecks', shifted, { measure: 'ks', status: 'stable', threshold: 0.2 }],
  ['whylogs', shifted, { measure: 'ks', alpha: 0.05 }],
] as const)('%s chooses and judges numbers as it does', (compat, row, expected) => {
  if (!row) throw new Error('the golden file has it');
  expect(measureDrift(numbers(row.a), numbers(row.b), { compat })).toMatchObject({ ...expected, compat });
});

test.each([
  ['evidently', three, { measure: 'chiSquare' }],
  ['evidently', added, { measure: 'chiSquare', status: 'drifted', pValue: 0 }],
  ['evidently', large, { measure: 'jensenShannon', threshold: 0.1 }],
  ['tfdv', rare, { measure: 'lInfinity', status: 'drifted' }],
  ['deepchecks', three, { measure: 'cramersV', threshold: 0.2 }],
  ['whylogs', added, { measure: 'chiSquare', status: 'drifted', pValue: 0 }],
] as const)('%s chooses and judges categories as it does', (compat, row, expected) => {
  if (!row) throw new Error('the golden file has it');
  expect(measureDrift(categories(row.a), categories(row.b), { compat })).toMatchObject({
    ...expected,
    compat,
  });
});

test('two values of a small reference get the z test from Evidently', () => {
  const [two] = golden.compatCategorical;
  if (!two) throw new Error('the golden file has it');
  expect(measureDrift(categories(two.a), categories(two.b), { compat: 'evidently' })).toMatchObject({
    measure: 'twoProportions',
    pValue: expect.closeTo(two.evidently.twoProportions ?? Number.NaN, 9),
  });
});

test('what whylogs calls possible drift is a warning', () => {
  const at = (second: readonly number[]) =>
    measureDrift(categories([500, 500]), categories(second), { compat: 'whylogs', severity: 'error' });
  expect(at([100, 100])).toMatchObject({ status: 'stable' });
  expect(at([113, 87])).toMatchObject({ status: 'drifted', severity: 'warning' });
  expect(at([130, 70])).toMatchObject({ status: 'drifted', severity: 'error' });
});

test('deepchecks asks for ten values', () => {
  const few = numbers([1, 2, 3]);
  expect(measureDrift(few, few, { compat: 'deepchecks' })).toMatchObject({ status: 'not-tested' });
});

test('a method that a tool does not have is inconclusive', () => {
  const column = categories([5, 5]);
  expect(measureDrift(column, column, { compat: 'tfdv', method: 'psi' })).toMatchObject({
    status: 'inconclusive',
    reason: 'the preset for TFDV has no psi for this kind of column',
  });
});

test('presets are known by name', () => {
  expect(TOOLS.every(isCompatName)).toBe(true);
  expect(isCompatName('toString')).toBe(false);
});
