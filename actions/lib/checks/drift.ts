import type { DriftResult } from '../documents/validation.ts';
import { measureDrift } from '../drift/measure-drift.ts';
import type { Threshold } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, Measurement, Rule } from './check.ts';
import { DRIFT_PARAMETERS, driftRequest, driftWords } from './drift-arguments.ts';
import { noReference, profileOf, referenceOf, specOf, tableOf, unmeasured } from './evidence.ts';
import { columnOf, planned, refusal } from './planned.ts';

const BELOW_A_TENTH: Threshold = { kind: 'single', operator: 'mustBeLessThan', value: 0.1 };

/** How far the values of a column drifted from its reference. */
export const drift: CheckDefinition = {
  name: 'drift',
  about:
    'How far the values of a column drifted from the baseline (or another split). Fails when the effect reaches its ' +
    'threshold and is more than chance; a large effect that chance may explain is inconclusive. Missing values are ' +
    'left to completenessChange',
  level: ['column'],
  aliases: [
    ['Evidently', 'ValueDrift'],
    ['TFDV', 'drift_comparator, skew_comparator'],
    ['Soda', 'distribution_difference'],
    ['deepchecks', 'FeatureDrift, LabelDrift'],
    ['whylogs', 'drift scores'],
    ['Great Expectations', 'expect_column_kl_divergence_to_be_less_than'],
  ],
  dimension: 'consistency',
  threshold: BELOW_A_TENTH,
  units: ['value'],
  parameters: [
    ...DRIFT_PARAMETERS,
    { name: 'warnAt', kind: 'number', about: 'Effect from which on drift is a warning' },
    { name: 'alpha', kind: 'number', about: 'Significance level; 0.01 when absent' },
  ],
  example: `properties:
  - name: income
    quality:
      - { type: custom, engine: validateData, implementation: { check: drift, method: wasserstein, threshold: 0.1, minSample: 500 } }`,
  plan(rule, table) {
    const column = columnOf(rule);
    const given = readArguments(rule, drift.parameters, table);
    const against = given.text('against') ?? 'baseline';
    const request = { ...driftRequest(given), ...ownThreshold(rule, given.number('threshold')) };
    const hidden = specOf(table, column)?.classified === true;
    return {
      ...planned(drift, rule, `no drift of ${column} from the ${against}`),
      work: {
        kind: 'profile',
        decide(evidence) {
          const reference = referenceOf(evidence, against);
          if (reference === undefined) return noReference(against);
          const [before, now] = [
            profileOf(reference, column),
            profileOf(tableOf(evidence, given.text('split')), column),
          ];
          if (before === undefined || now === undefined)
            return unmeasured(
              `${before === undefined ? `the ${against}` : 'the data'} has no column "${column}"`,
            );
          return measurementOf(measureDrift(before, now, request), hidden);
        },
      },
    };
  },
};

/** A limit of the rule is the threshold of the effect. */
function ownThreshold(
  { threshold, ...rule }: Rule,
  given: number | undefined,
): { readonly threshold?: number } {
  if (threshold === undefined) return {};
  if (given !== undefined) throw refusal({ ...rule, threshold }, 'give threshold or an operator, not both');
  if (threshold.kind === 'single' && threshold.operator.startsWith('mustBeLess'))
    return { threshold: threshold.value };
  throw refusal(
    { ...rule, threshold },
    'drift has an upper limit: give mustBeLessThan, or the argument threshold',
  );
}

function measurementOf(result: DriftResult, hidden: boolean): Measurement {
  const { status, effect, threshold, warnAt, severity, reason, change: _, ...rest } = result;
  const note = driftWords(
    hidden
      ? { ...rest, status, ...(effect !== undefined && { effect }), ...(reason !== undefined && { reason }) }
      : result,
  );
  const limit = severity === 'warning' && warnAt !== undefined ? warnAt : threshold;
  const alone = limit === 0 && rest.alpha !== undefined;
  return {
    count: effect,
    note,
    ...(limit !== undefined && {
      expected: alone ? `a p-value of at least ${rest.alpha}` : `less than ${limit}`,
    }),
    ...(status !== 'not-tested' && {
      verdict: { status: STATUS[status], ...(severity !== undefined && { severity }) },
    }),
  };
}

const STATUS = { drifted: 'fail', stable: 'pass', inconclusive: 'inconclusive' } as const;
