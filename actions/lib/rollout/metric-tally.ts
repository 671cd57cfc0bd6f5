import { type Fields, fieldsOf } from '../schema/fields.ts';
import { judge } from './judge.ts';
import type { Judgement, Observation } from './measurement.ts';
import type { MetricSpec } from './rollout.ts';

/**
 * The measurements of one metric in one step, added up: all that a later run needs to go on with the bake. Plain JSON,
 * as the ledger keeps it.
 */
export interface MetricTally {
  readonly measured: number;
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly errors: number;
  readonly consecutiveErrors: number;
  /** How many of the newest measurements passed in a row; whatever else one says ends the row. */
  readonly consecutivePasses: number;
  readonly misconfigured: boolean;
  /** What the newest measurement said; `null` before the first. */
  readonly says: Judgement | null;
  readonly last: number | null;
  /** The value nearest to failing, or furthest into it. */
  readonly worst: number | null;
  /** The stable version's newest value. */
  readonly stable: number | null;
  readonly samples: number | null;
  /** When it was measured last, in milliseconds since 1970. */
  readonly at: number | null;
  /** What the newest measurement that was not a pass said. */
  readonly message: string;
}

/** Whether a bake may end with this: the newest measurement passed, and before it as many as the metric wants. */
export const passedEnough = (
  { consecutiveSuccess }: Pick<MetricSpec, 'consecutiveSuccess'>,
  { consecutivePasses }: Pick<MetricTally, 'consecutivePasses'>,
): boolean => consecutivePasses >= consecutiveSuccess;

/** By `<analysis>/<metric>`. */
export type Tallies = Readonly<Record<string, MetricTally>>;

export const tallyKey = (analysis: string, metric: string): string => `${analysis}/${metric}`;

export const EMPTY_TALLY: MetricTally = {
  measured: 0,
  passed: 0,
  failed: 0,
  inconclusive: 0,
  errors: 0,
  consecutiveErrors: 0,
  consecutivePasses: 0,
  misconfigured: false,
  says: null,
  last: null,
  worst: null,
  stable: null,
  samples: null,
  at: null,
  message: '',
};

/** Messages in the ledger are short: the log of the run has them whole. */
const LONGEST_MESSAGE = 300;

/**
 * The tally with one more measurement.
 *
 * @param at - when it was made, in milliseconds since 1970
 * @param looks - how many measurements the bake has; see `judge`
 */
export function tally(
  spec: MetricSpec,
  before: MetricTally,
  observation: Observation,
  at: number,
  looks: number,
): MetricTally {
  const { says, why } = judge(spec, observation, looks);
  const { candidate, stable } = observation;
  const value = candidate.kind === 'value' && Number.isFinite(candidate.value) ? candidate.value : null;
  const add = (counted: Judgement): number => (says === counted ? 1 : 0);
  return {
    measured: before.measured + 1,
    passed: before.passed + add('pass'),
    failed: before.failed + add('fail'),
    inconclusive: before.inconclusive + add('inconclusive'),
    errors: before.errors + add('error'),
    consecutiveErrors: says === 'error' ? before.consecutiveErrors + 1 : 0,
    consecutivePasses: says === 'pass' ? before.consecutivePasses + 1 : 0,
    misconfigured: before.misconfigured || [candidate, stable].some((one) => one?.kind === 'misconfigured'),
    says,
    last: value ?? before.last,
    worst: worse(spec, before.worst, value),
    stable: stable?.kind === 'value' ? stable.value : before.stable,
    samples: candidate.kind === 'value' ? (candidate.samples ?? null) : before.samples,
    at,
    message: says === 'pass' ? before.message : why.slice(0, LONGEST_MESSAGE),
  };
}

/** The worse of two values: the smaller one where small values are bad, else the larger. */
function worse(spec: MetricSpec, a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  const small = spec.failIf?.operator.startsWith('<') ?? spec.passIf?.operator.startsWith('>') ?? false;
  return small ? Math.min(a, b) : Math.max(a, b);
}

const JUDGEMENTS: readonly unknown[] = ['pass', 'fail', 'inconclusive', 'error', 'wait', null];
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isNumber = (value: unknown): boolean => value === null || Number.isFinite(value);

const FIELDS: Readonly<Record<keyof MetricTally, (value: unknown) => boolean>> = {
  measured: isCount,
  passed: isCount,
  failed: isCount,
  inconclusive: isCount,
  errors: isCount,
  consecutiveErrors: isCount,
  consecutivePasses: isCount,
  misconfigured: (value) => typeof value === 'boolean',
  says: (value) => JUDGEMENTS.includes(value),
  last: isNumber,
  worst: isNumber,
  stable: isNumber,
  samples: isNumber,
  at: isNumber,
  message: (value) => typeof value === 'string',
};

const isTally = (value: Fields): value is Fields & MetricTally =>
  Object.entries(FIELDS).every(([name, holds]) => holds(Object.getOwnPropertyDescriptor(value, name)?.value));

/** What is certain about the row of passes where it was not counted yet. */
function leastPasses({ says, passed, measured }: Fields): unknown {
  if (says !== 'pass') return 0;
  return passed === measured ? passed : 1;
}

/** The tallies in a state of the ledger. One that another version wrote differently is left out, and measured anew. */
export const readTallies = (state: Fields): Tallies =>
  Object.fromEntries(
    Object.entries(state).flatMap(([key, value]) => {
      const fields = fieldsOf(value);
      const one = { ...fields, consecutivePasses: fields['consecutivePasses'] ?? leastPasses(fields) };
      return isTally(one) ? [[key, one]] : [];
    }),
  );
