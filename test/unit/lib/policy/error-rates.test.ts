import { expect, test } from 'vitest';
import { parseInlineGate } from '../../../../actions/lib/policy/inline-gate.ts';
import { judgeNonInferior } from '../../../../actions/lib/policy/judge-non-inferior.ts';
import type { Draft } from '../../../../actions/lib/policy/judgement.ts';
import { DEFAULT_POLICY } from '../../../../actions/lib/policy/policy.ts';
import { plain } from '../../../../actions/lib/policy/quantity.ts';
import { weigh } from '../../../../actions/lib/policy/weigh.ts';
import { pairedProportions } from '../../../../actions/lib/stats/paired-proportions.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';

const MARGIN = 0.01;
const DISCORDANT = 0.06;
const RUNS = 2000;
const random = seededRandom(2026);

/** One required non-inferiority gate on accuracy, as a draft that is weighed with others. */
function draft(id: string, n: number, loss: number): Draft {
  const cells = new Float64Array(3);
  random.multinomial(n, [(DISCORDANT - loss) / 2, (DISCORDANT + loss) / 2, 1 - DISCORDANT], cells);
  const difference = pairedProportions(cells[0] ?? 0, cells[1] ?? 0, n);
  if (difference === undefined) throw new Error('there are rows');
  const entry = {
    name: 'accuracy',
    slice: undefined,
    value: 0.9,
    problem: undefined,
    direction: 'higher' as const,
    kind: 'mean' as const,
    unit: undefined,
    n,
    ci: undefined,
    params: {},
  };
  const question = {
    gate: parseInlineGate('accuracy >= 0'),
    id,
    slice: undefined,
    entry,
    direction: 'higher' as const,
    unit: undefined,
  };
  const comparison = {
    candidate: 0.9,
    baseline: 0.9 - difference.change,
    change: difference.change,
    difference,
    n,
    note: '',
    advisory: false,
  };
  const answer = judgeNonInferior(
    question,
    { kind: 'non-inferior', margin: plain(MARGIN) },
    comparison,
    0.95,
  );
  return {
    id,
    metric: 'accuracy',
    severity: 'error',
    outcome: 'block',
    exploratory: false,
    candidate: 0.9,
    baseline: 0.9,
    allowed: '-0.01',
    advisory: false,
    status: answer.status,
    reason: answer.reason,
    ...(answer.test && { test: answer.test }),
  };
}

/** Share of runs in which a required gate fails under the documented defaults. */
function blocked(gates: number, n: number, loss: number): number {
  let count = 0;
  for (let run = 0; run < RUNS; run++) {
    const drafts = Array.from({ length: gates }, (_, gate) => draft(`g${gate}`, n, loss));
    if (weigh(drafts, DEFAULT_POLICY, 'warn').gates.some(({ verdict }) => verdict === 'fail')) count += 1;
  }
  return count / RUNS;
}

// 5 % plus three standard errors of 2000 runs.
const BOUND = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / RUNS);

test.each([
  { gates: 1, n: 200 },
  { gates: 1, n: 500 },
  { gates: 1, n: 2_000 },
  { gates: 1, n: 20_000 },
  { gates: 10, n: 500 },
])('$gates gates on $n rows block an equal model at most one time in twenty', ({ gates, n }) => {
  expect(blocked(gates, n, 0)).toBeLessThanOrEqual(BOUND);
});

test('a true loss of twice the margin on 20,000 rows is caught at least 19 times in 20', () => {
  expect(blocked(1, 20_000, 2 * MARGIN)).toBeGreaterThanOrEqual(0.95);
});

test('the same loss is caught with ten gates at once', () => {
  expect(blocked(10, 20_000, 2 * MARGIN)).toBeGreaterThanOrEqual(0.95);
});
