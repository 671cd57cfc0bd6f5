import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseComposite } from '../../../../actions/lib/policy/composite.ts';
import { compose } from '../../../../actions/lib/policy/evaluate-composite.ts';
import type { JudgedGate } from '../../../../actions/lib/policy/judgement.ts';
import { DEFAULT_POLICY, SEVERITIES, type Severity } from '../../../../actions/lib/policy/policy.ts';
import type { Verdict } from '../../../../actions/lib/verdict.ts';
import { decideBy, judgedGate } from '../../../support/decisions.ts';

const gate = (id: string, stands: Verdict, severity: Severity = 'error') =>
  judgedGate(stands, { gate: { id, severity } });

const composeBy = (text: string, gates: readonly JudgedGate[]) =>
  compose(
    {
      ...DEFAULT_POLICY,
      composite: { text, condition: parseComposite(text, new Set(gates.map((one) => one.gate.id))) },
    },
    gates,
  );

const LETTERS: Readonly<Record<string, Verdict>> = {
  p: 'pass',
  f: 'fail',
  i: 'inconclusive',
  w: 'waived',
  m: 'warn',
};
const lettered = (word: string) =>
  [...word].map((letter, index) => gate('abc'[index] ?? '', LETTERS[letter] ?? 'fail'));

test.each([
  ['a and (b or c)', 'ppf', true, 'pass'],
  ['a and (b or c)', 'pff', false, 'fail'],
  ['a and (b or c)', 'fpp', false, 'fail'],
  ['a and (b or c)', 'pif', null, 'inconclusive'],
  ['a and (b or c)', 'pip', true, 'pass'],
  ['a and (b or c)', 'fii', false, 'fail'],
  ['a and (b or c)', 'pmf', null, 'warn'],
  ['a and (b or c)', 'pwf', true, 'waived'],
  ['a or b', 'ff', false, 'fail'],
  ['a or b', 'if', null, 'inconclusive'],
  ['a or b', 'mi', null, 'inconclusive'],
  ['not a', 'f', true, 'pass'],
  ['not a', 'p', false, 'fail'],
  ['not a', 'w', false, 'fail'],
  ['not a', 'i', null, 'inconclusive'],
  ['all', 'ppp', true, 'pass'],
  ['all(error)', 'pfp', false, 'fail'],
  ['any(error)', 'ffp', true, 'pass'],
  ['any', 'fff', false, 'fail'],
  ['all(warning)', 'p', true, 'pass'],
])('%s over %s is %s, and the verdict %s', (text, word, holds, verdict) => {
  const composed = composeBy(text, lettered(word));
  expect(composed.composite).toEqual({ expression: text, holds });
  expect(composed.verdict).toBe(verdict);
});

test('a gate that the condition tolerates weighs nothing and says why; its status stays', () => {
  const [, b] = composeBy('a or b', lettered('pf')).gates;
  expect(b?.result).toMatchObject({ verdict: 'pass', status: 'fail' });
  expect(b?.result.reason).toBe('because; the composite condition decides without it');
});

test('a required gate that the condition does not name still warns', () => {
  const composed = composeBy('a', lettered('pf'));
  expect(composed.verdict).toBe('warn');
});

test('a gate that warns counts by whether it holds, and keeps warning', () => {
  const gates = [gate('a', 'fail'), gate('b', 'fail', 'warning')];
  expect(composeBy('a or b', gates).verdict).toBe('fail');
  expect(composeBy('not b', [gate('b', 'fail', 'warning')]).verdict).toBe('warn');
});

test('a gate holds when all of its slices do', () => {
  const slices = (['pass', 'fail'] as const).map((stands) =>
    judgedGate(stands, { gate: { id: 'a' }, id: `a[s=${stands}]` }),
  );
  expect(composeBy('a', slices).composite?.holds).toBe(false);
});

test('a gate that is not there is an error with the nearest', () => {
  const policy = {
    ...DEFAULT_POLICY,
    composite: { text: 'acuracy', condition: { kind: 'gate', id: 'acuracy' } as const },
  };
  expect(() => compose(policy, [gate('accuracy', 'pass')])).toThrow(
    'there is no gate "acuracy"; did you mean "accuracy"?',
  );
});

const gates = fc
  .array(
    fc.tuple(
      fc.constantFrom<Verdict>('pass', 'waived', 'warn', 'inconclusive', 'fail'),
      fc.constantFrom(...SEVERITIES),
    ),
    { maxLength: 8 },
  )
  .map((list) =>
    list.map(([stands, severity], index) => waivedKept(gate(`g${index}`, stands, severity), stands)),
  );

/** A waived gate is waived whatever its severity. */
const waivedKept = (judged: JudgedGate, stands: Verdict): JudgedGate =>
  stands === 'waived' ? { ...judged, result: { ...judged.result, verdict: 'waived' } } : judged;

test('all(error) decides what a policy without a condition does', () => {
  fc.assert(
    fc.property(gates, (list) => {
      const plain = compose(DEFAULT_POLICY, list);
      expect(composeBy('all(error)', list).verdict).toBe(plain.verdict);
    }),
  );
});

test('a condition and its double negation decide the same', () => {
  fc.assert(
    fc.property(gates, (list) => {
      expect(composeBy('not not all', list).composite?.holds).toBe(composeBy('all', list).composite?.holds);
    }),
  );
});

const policyOf = (composite: string) =>
  decideBy(
    [
      '  - { id: floor, metric: accuracy, min: 0.5 }',
      '  - { id: high, metric: f1, min: 0.99, outcome: retrain }',
      '  - { id: calibration, metric: log_loss, max: 100 }',
    ].join('\n'),
    {},
    `composite: "${composite}"\n`,
  );

test('a policy decides by its condition, and a failing one asks for what its gates do', () => {
  expect(policyOf('floor and (high or calibration)')).toMatchObject({ verdict: 'pass', outcomes: [] });
  expect(policyOf('floor and high and calibration')).toMatchObject({
    verdict: 'fail',
    outcomes: ['retrain'],
  });
  expect(policyOf('floor and calibration and not (not high)')).toMatchObject({
    verdict: 'fail',
    outcomes: ['retrain'],
  });
  expect(policyOf('not floor or (high and calibration)')).toMatchObject({
    verdict: 'fail',
    outcomes: ['retrain'],
  });
});
