import { metricByName } from '../../lib/metrics/catalog.ts';
import { computedValue } from '../../lib/metrics/computed-value.ts';
import { pairedMetric, type RowPair } from '../../lib/metrics/paired-metric.ts';
import { judgeNonInferior } from '../../lib/policy/judge-non-inferior.ts';
import type { Draft, Question } from '../../lib/policy/judgement.ts';
import { DEFAULT_BASELINE, DEFAULT_POLICY, type Gate } from '../../lib/policy/policy.ts';
import { plain } from '../../lib/policy/quantity.ts';
import { overallVerdict, weigh } from '../../lib/policy/weigh.ts';
import type { Resampling } from '../../lib/stats/paired-bootstrap.ts';
import type { SimulatedMetric } from './decisions-law.ts';
import type { Observed } from './decisions-rules.ts';

/** A required non-inferiority gate, and what the baseline truly is. */
export interface SimulatedGate {
  readonly metric: SimulatedMetric;
  readonly margin: number;
  readonly truth: number;
}

/** A gate that was asked about one test set, ready to be weighed with others. */
export interface AskedGate {
  readonly draft: Draft;
  readonly observed: Observed;
}

/** How a set of gates ends, by the defaults: every set is exactly one of these. */
export const ENDINGS = ['blocked', 'inconclusive', 'passed on the estimate', 'shown'] as const;

export type Ending = (typeof ENDINGS)[number];

/**
 * Asks one gate about a test set: the paired comparison and the judgement are those of the action, which
 * `decide` puts around reading and matching rows.
 */
export function askGate(
  { metric: name, margin, truth }: SimulatedGate,
  pair: RowPair,
  resampling: Resampling,
  id: string = name,
): AskedGate {
  const metric = metricByName(name, 'binary');
  if (metric === undefined) throw new Error(`the catalog does not hold ${name}`);
  const candidate = numberOf(computedValue(metric, pair.candidate));
  const baseline = numberOf(computedValue(metric, pair.baseline));
  const difference = pairedMetric(metric, pair, resampling);
  const { direction } = metric;
  const rule = { kind: 'non-inferior', margin: plain(margin) } as const;
  const question: Question = {
    gate: gateOf(id, name, rule),
    id,
    slice: undefined,
    entry: {
      name,
      slice: undefined,
      value: candidate,
      problem: undefined,
      direction,
      kind: metric.kind,
      unit: metric.unit,
      n: pair.candidate.count,
      ci: undefined,
      params: {},
    },
    direction,
    unit: metric.unit,
  };
  const change = candidate - baseline;
  const n = pair.candidate.count;
  const { status, reason, test } = judgeNonInferior(
    question,
    rule,
    { candidate, baseline, change, difference, n, note: '', advisory: false },
    DEFAULT_POLICY.confidence,
  );
  const draft: Draft = {
    id,
    metric: name,
    severity: 'error',
    outcome: 'block',
    exploratory: false,
    candidate,
    baseline,
    allowed: '',
    advisory: false,
    status,
    reason,
    ...(test && { test }),
  };
  return {
    draft,
    observed: { direction, candidate, baseline, margin, truth, lossP: test?.lossP ?? 1 },
  };
}

function numberOf(computed: number | string): number {
  if (typeof computed === 'string') throw new Error(`the rows have no value: ${computed}`);
  return computed;
}

const gateOf = (id: string, metric: string, rule: Gate['rule']): Gate => ({
  id,
  metric,
  target: { kind: 'all' },
  rule,
  severity: 'error',
  outcome: 'block',
  exploratory: false,
  versus: { kind: 'baseline', name: DEFAULT_BASELINE },
  minRows: 1,
  minPositives: 0,
  line: undefined,
});

/** How gates that were asked together end under the defaults of a policy. */
export function endingOf(asked: readonly AskedGate[]): Ending {
  const { gates } = weigh(
    asked.map(({ draft }) => draft),
    DEFAULT_POLICY,
    'warn',
  );
  const verdict = overallVerdict(gates);
  if (verdict === 'fail') return 'blocked';
  if (verdict === 'inconclusive') return 'inconclusive';
  return gates.every(({ status }) => status === 'pass') ? 'shown' : 'passed on the estimate';
}
