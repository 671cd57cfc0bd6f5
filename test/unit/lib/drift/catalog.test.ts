import { expect, test } from 'vitest';
import {
  DRIFT_MEASURES,
  driftMeasure,
  knownMeasures,
  MEASURE_NAMES,
} from '../../../../actions/lib/drift/catalog.ts';
import { cellsOf } from '../../../../actions/lib/drift/cells.ts';
import { evaluate } from '../../../../actions/lib/drift/evaluate.ts';
import { measureDrift } from '../../../../actions/lib/drift/measure-drift.ts';
import { pairOfSorted } from '../../../../actions/lib/drift/number-pair.ts';
import { driftReference } from '../../../../actions/lib/drift/reference.ts';
import type { Subject } from '../../../../actions/lib/drift/subject.ts';
import { summarizeColumn } from '../../../../actions/lib/profile/summarize.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';
import { columnState } from '../../../support/column-states.ts';

test('every measure has a name of its own, and no alias stands for two', () => {
  expect(new Set(MEASURE_NAMES).size).toBe(MEASURE_NAMES.length);
  for (const { name, aliases } of DRIFT_MEASURES)
    for (const [, alias] of aliases) expect(driftMeasure(alias)?.name, alias).toBe(name);
});

test.each([
  ['ks', 'ks'],
  ['chi_square', 'chiSquare'],
  ['ChiSquare', 'chiSquare'],
  ['kl_div', 'kullbackLeibler'],
  ['infinity_norm', 'lInfinity'],
  ['nonsense', undefined],
])('%s is %s', (given, name) => {
  expect(driftMeasure(given)?.name).toBe(name);
});

test('an unknown method is refused with the nearest name', () => {
  const column = summarizeColumn(columnState('x', 'string', new Array(50).fill('a')));
  const wrong: { readonly method: never } = JSON.parse('{"method":"wassertein"}');
  expect(() => measureDrift(column, column, wrong)).toThrow(
    'there is no drift method "wassertein"; known: wasserstein',
  );
  expect(knownMeasures('zzz')).toContain('jensenShannon, psi');
});

const random = seededRandom(3);
const normal = (mean: number, count = 800) =>
  Float64Array.from({ length: count }, () => mean + random.normal()).sort();
const SUBJECTS: readonly (readonly [name: string, same: Subject, other: Subject])[] = [
  [
    'numbers',
    { kind: 'numbers', pair: pairOfSorted(normal(0), normal(0)) },
    { kind: 'numbers', pair: pairOfSorted(normal(0), normal(3)) },
  ],
  [
    'categories',
    { kind: 'cells', cells: cellsOf([400, 300], [390, 310]) },
    { kind: 'cells', cells: cellsOf([690, 10], [10, 690]) },
  ],
];

test.each(
  DRIFT_MEASURES.flatMap((measure) =>
    SUBJECTS.map(([kind, same, other]) => [measure.name, kind, measure, same, other] as const),
  ),
)('%s of %s: larger for more drift, within its range, above its floor', (_, kind, measure, same, other) => {
  const [small, large] = [evaluate(measure, same), evaluate(measure, other)];
  if (measure.needs !== undefined && (measure.needs === 'numbers') !== (kind === 'numbers')) {
    expect(small).toBeUndefined();
    return;
  }
  expect(small?.effect).toBeGreaterThanOrEqual(measure.range[0]);
  expect(small?.effect).toBeLessThan(small?.floor ?? 0);
  expect(large?.effect).toBeGreaterThan(Math.max(large?.floor ?? 1, measure.threshold));
  expect(large?.effect).toBeLessThanOrEqual(measure.range[1]);
  expect(small?.p).toBeGreaterThan(0.01);
  expect(large?.p).toBeLessThanOrEqual(0.001);
});

test.each(DRIFT_MEASURES.filter(({ cells }) => cells).map((measure) => [measure.name, measure] as const))(
  '%s: two samples without a difference stay below the floor, mostly',
  (_, measure) => {
    const weights = measure.needs === 'two different values' ? [5, 4] : [5, 4, 3, 2, 1];
    let above = 0;
    for (let round = 0; round < 400; round += 1) {
      const [first, second] = [new Float64Array(weights.length), new Float64Array(weights.length)];
      random.multinomial(900, weights, first);
      random.multinomial(120, weights, second);
      const found = evaluate(measure, { kind: 'cells', cells: cellsOf(first, second) });
      if ((found?.effect ?? 1) > (found?.floor ?? 0)) above += 1;
    }
    expect(above).toBeLessThanOrEqual(4); // 0.4 expected
  },
);

test('the documentation has a row for every measure', () => {
  const rows = driftReference().split('\n').slice(2);
  expect(rows).toHaveLength(DRIFT_MEASURES.length);
  for (const [index, { name }] of DRIFT_MEASURES.entries()) expect(rows[index]).toContain(`\`${name}\``);
});
