import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GateOutcome } from '../../../../actions/lib/documents/gate.ts';
import { applyWaivers, type GrantedWaiver } from '../../../../actions/lib/policy/apply-waivers.ts';
import {
  DEFAULT_BASELINE,
  DEFAULT_POLICY,
  type Gate,
  type Policy,
  type Rule,
  SEVERITIES,
  type Target,
} from '../../../../actions/lib/policy/policy.ts';
import { plain } from '../../../../actions/lib/policy/quantity.ts';
import { type Verdict, worstVerdict } from '../../../../actions/lib/verdict.ts';
import {
  BAD,
  decideOn,
  GOOD,
  gateOf,
  goodRows,
  judgedGate,
  NOW,
  twinRows,
  view,
} from '../../../support/decisions.ts';

const least = (value: number): Rule => ({
  kind: 'limit',
  min: { quantity: plain(value), exclusive: false },
  max: undefined,
  use: 'value',
});
const noLoss = (value: number): Rule => ({
  kind: 'max-regression',
  absolute: plain(value),
  relative: undefined,
  combine: 'all',
});
const rules = fc.constantFrom<Rule>(
  ...[0.5, 0.89, 0.99].map(least),
  ...[0, 0.05].map(noLoss),
  ...[0.001, 0.2].map((margin): Rule => ({ kind: 'non-inferior', margin: plain(margin) })),
);
const targets = fc.constantFrom<Target>(
  { kind: 'all' },
  { kind: 'slice', slice: 'region=North' },
  { kind: 'slice', slice: 'region=East' },
);
const gates = fc
  .array(
    fc.record({
      metric: fc.constantFrom('accuracy', 'f1', 'recall', 'nothing'),
      rule: rules,
      target: targets,
      severity: fc.constantFrom(...SEVERITIES),
      outcome: fc.constantFrom<GateOutcome>('block', 'retrain', 'rollback'),
      exploratory: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((list) => list.map((one, index) => comparing({ ...one, id: `g${index}` })));

const comparing = (change: Partial<Gate>): Gate => {
  const versus =
    change.rule?.kind === 'limit' ? undefined : ({ kind: 'baseline', name: DEFAULT_BASELINE } as const);
  return { ...gateOf(change), versus };
};

/** Small test sets, so that many policies can be decided. */
const few = {
  candidate: view(twinRows.slice(0, 200)),
  baseline: view(goodRows.slice(0, 200)),
  resampling: { resamples: 50, seed: 1 },
};
const policyOf = (list: readonly Gate[]): Policy => ({ ...DEFAULT_POLICY, gates: list });
const uncorrected = (list: readonly Gate[]): Policy => ({
  ...policyOf(list),
  multiplicity: { required: 'none', exploratory: 'none' },
});

test('the order of gates changes nothing about any of them', () => {
  fc.assert(
    fc.property(gates, (list) => {
      const forward = decideOn(policyOf(list), few);
      const backward = decideOn(policyOf(list.toReversed()), few);
      expect({ ...backward, gates: backward.gates.toReversed(), notes: [] }).toEqual({
        ...forward,
        notes: [],
      });
    }),
    { numRuns: 50 },
  );
});

test('the verdict is the worst of its gates and guards', () => {
  fc.assert(
    fc.property(gates, (list) => {
      const { verdict, gates: judgedGates, guards } = decideOn(policyOf(list), few);
      expect(verdict).toBe(worstVerdict([...judgedGates, ...guards].map((one) => one.verdict)));
    }),
    { numRuns: 50 },
  );
});

test('a gate that holds, added to others, changes no verdict where nothing is corrected', () => {
  fc.assert(
    fc.property(gates, (list) => {
      const more = comparing({ id: 'more', metric: 'accuracy', rule: least(0) });
      const before = decideOn(uncorrected(list), few);
      expect(decideOn(uncorrected([...list, more]), few).verdict).toBe(before.verdict);
    }),
    { numRuns: 50 },
  );
});

const judged = fc
  .record({
    stands: fc.constantFrom<Verdict>('pass', 'warn', 'inconclusive', 'fail'),
    severity: fc.constantFrom(...SEVERITIES),
    loss: fc.option(fc.double({ min: -1, max: 1, noNaN: true }), { nil: undefined }),
  })
  .map(({ stands, severity, loss }) =>
    judgedGate(stands, { gate: { severity }, ...(loss !== undefined && { loss }) }),
  );

const granted: fc.Arbitrary<GrantedWaiver> = fc.record({
  gate: fc.constantFrom('g', 'h'),
  source: fc.constantFrom<'file' | 'label'>('file', 'label'),
  owner: fc.string(),
  reason: fc.string(),
  expires: fc.constantFrom(NOW - 1, NOW, NOW + 1),
  maxValueLoss: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  refused: fc.constantFrom(undefined, 'not by somebody who may'),
  line: fc.constant(undefined),
});

test('waivers only ever turn what does not hold into waived, and nothing without one that counts', () => {
  fc.assert(
    fc.property(judged, fc.array(granted, { maxLength: 3 }), (one, waivers) => {
      const after = applyWaivers(waivers, [one], [], NOW).gates[0]?.result;
      const before = one.result.verdict;
      const counts = waivers.some(
        ({ gate: id, expires, maxValueLoss, refused }) =>
          id === 'g' &&
          refused === undefined &&
          expires >= NOW &&
          (maxValueLoss === undefined || (one.loss !== undefined && one.loss <= maxValueLoss)),
      );
      expect(after?.verdict).toBe(before !== 'pass' && counts ? 'waived' : before);
      expect(after?.status).toBe(one.result.status);
    }),
  );
});

test('a worse model never gets a milder verdict than a good one', () => {
  fc.assert(
    fc.property(rules, (rule) => {
      const policy = policyOf([comparing({ metric: 'accuracy', rule })]);
      const verdicts = [GOOD, BAD].map((candidate) => decideOn(policy, { candidate }).verdict);
      expect(worstVerdict(verdicts)).toBe(verdicts[1]);
    }),
    { numRuns: 10 },
  );
});
