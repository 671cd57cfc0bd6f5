import type { ColumnProfile } from '../documents/profile.ts';
import { normalCdf } from '../stats/distributions.ts';
import { satisfies, type Threshold } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { noReference, profileOf, referenceOf, tableOf, unmeasured } from './evidence.ts';
import { columnOf, planned } from './planned.ts';

const FIVE_POINTS: Threshold = { kind: 'single', operator: 'mustBeLessOrEqualTo', value: 5 };
const ALPHA = 0.01;

/** By how many percentage points more values are missing than before. */
export const completenessChange: CheckDefinition = {
  name: 'completenessChange',
  about:
    'By how many percentage points more values are missing than in the baseline (negative: fewer). Fails when the ' +
    'change is beyond the limit and more than chance (two-proportion z-test, one-sided); beyond the limit by ' +
    'chance alone it is inconclusive',
  level: ['column'],
  aliases: [
    ['Evidently', 'ShareOfMissingValues with a reference'],
    ['TFDV', 'presence.min_fraction'],
  ],
  dimension: 'completeness',
  threshold: FIVE_POINTS,
  units: ['value'],
  parameters: [
    { name: 'against', kind: 'reference', about: '`baseline` (the default) or a split' },
    { name: 'split', kind: 'split', about: 'The split that is compared; the whole table when absent' },
    { name: 'alpha', kind: 'number', about: `Significance level; ${ALPHA} when absent` },
  ],
  example: `properties:
  - name: income
    quality:
      - type: custom
        engine: validateData
        implementation: { check: completenessChange, against: baseline, mustBeLessOrEqualTo: 2 }`,
  plan(rule, table) {
    const column = columnOf(rule);
    const given = readArguments(rule, completenessChange.parameters, table);
    const against = given.text('against') ?? 'baseline';
    const split = given.text('split');
    const alpha = given.number('alpha') ?? ALPHA;
    const head = planned(completenessChange, rule, `missing values against the ${against}`);
    return {
      ...head,
      work: {
        kind: 'profile',
        decide(evidence) {
          const reference = referenceOf(evidence, against);
          if (reference === undefined) return noReference(against);
          const [before, now] = [profileOf(reference, column), profileOf(tableOf(evidence, split), column)];
          if (before === undefined || now === undefined)
            return unmeasured(
              `${before === undefined ? `the ${against}` : 'the data'} has no column "${column}"`,
            );
          if (before.rows === 0 || now.rows === 0) return unmeasured('one side has no rows');
          const points = 100 * (share(now) - share(before));
          const p = pValue(before, now);
          const note = `${percent(now)} missing, ${percent(before)} in the ${against}; p = ${p.toPrecision(2)}`;
          const chance = !satisfies(head.threshold, points) && p >= alpha;
          return { count: points, note, ...(chance && { verdict: { status: 'inconclusive' as const } }) };
        },
      },
    };
  },
};

const share = ({ missing, rows }: ColumnProfile): number => missing / rows;
const percent = (profile: ColumnProfile): string => `${Number((100 * share(profile)).toPrecision(3))} %`;

/** One-sided two-proportion z-test with pooled variance, in the direction of the change. */
function pValue(before: ColumnProfile, now: ColumnProfile): number {
  const pooled = (before.missing + now.missing) / (before.rows + now.rows);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / before.rows + 1 / now.rows));
  return deviation === 0 ? 1 : normalCdf(-Math.abs(share(now) - share(before)) / deviation);
}
