import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ColumnProfile } from '../../../../actions/lib/documents/profile.ts';
import type { DriftResult } from '../../../../actions/lib/documents/validation.ts';
import type { MeasureName } from '../../../../actions/lib/drift/measure.ts';
import { measureDrift } from '../../../../actions/lib/drift/measure-drift.ts';
import { mergeColumnProfiles } from '../../../../actions/lib/profile/merge-profiles.ts';
import { summarizeColumn } from '../../../../actions/lib/profile/summarize.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';
import { columnState, type PlainCell } from '../../../support/column-states.ts';

const random = seededRandom(23);
const CAPACITY = 200;

const stored = (cells: readonly PlainCell[], type: ColumnProfile['type']): ColumnProfile =>
  JSON.parse(JSON.stringify(summarizeColumn(columnState('x', type, cells, CAPACITY))));

/** The profiles of parts, merged in a random order. */
function mergedProfile(cells: readonly PlainCell[], type: ColumnProfile['type'], choices: readonly number[]) {
  const parts: PlainCell[][] = [[], [], []];
  for (const [index, cell] of cells.entries()) parts[(choices[index % choices.length] ?? 0) % 3]?.push(cell);
  const profiles = parts
    .filter((part) => part.length > 0)
    .map((part) => stored(part, type))
    .sort(() => random.next() - 0.5);
  return profiles.reduce((merged, profile) => {
    const next = mergeColumnProfiles(merged, profile);
    if ('conflict' in next) throw new Error('types agree');
    return next;
  });
}

const numbersOf = ({ effect = 0, pValue = 0, noiseFloor = 0, effectError = 0 }: DriftResult) =>
  [effect, pValue, noiseFloor, effectError] as const;

const KINDS: readonly (readonly [
  name: string,
  type: ColumnProfile['type'],
  draw: () => PlainCell,
  methods: readonly (MeasureName | undefined)[],
])[] = [
  ['numbers in bins', 'number', () => random.normal(), [undefined, 'ks', 'psi', 'andersonDarling']],
  ['few numbers', 'integer', () => random.integer(6), [undefined, 'ks', 'chiSquare']],
  ['categories', 'string', () => `c${random.integer(5)}`, [undefined, 'psi', 'lInfinity']],
];

test.each(KINDS)('merged profiles decide as the profile of all rows does: %s', (_, type, draw, methods) => {
  const reference = stored(Array.from({ length: 600 }, draw), type);
  const choices = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(choices, fc.integer({ min: 30, max: 500 }), (order, size) => {
      const cells = Array.from({ length: size }, draw);
      const [merged, whole] = [mergedProfile(cells, type, order), stored(cells, type)];
      for (const method of methods) {
        const request = method === undefined ? {} : { method };
        const [a, b] = [measureDrift(reference, merged, request), measureDrift(reference, whole, request)];
        expect(a.status).toBe(b.status);
        for (const [index, number] of numbersOf(a).entries())
          expect(Math.abs(number - (numbersOf(b)[index] ?? 0))).toBeLessThan(1e-12);
      }
    }),
    { numRuns: 15 },
  );
});
