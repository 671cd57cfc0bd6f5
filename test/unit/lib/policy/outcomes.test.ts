import { expect, test } from 'vitest';
import type { GateOutcome } from '../../../../actions/lib/documents/gate.ts';
import { outcomesOf } from '../../../../actions/lib/policy/outcomes.ts';
import type { Verdict } from '../../../../actions/lib/verdict.ts';
import { decideBy, judgedGate } from '../../../support/decisions.ts';

const broken = { id: 'no-downgrade-rows', verdict: 'fail', reason: 'fewer' } as const;

test.each<[Verdict, GateOutcome[], boolean, GateOutcome[]]>([
  ['fail', ['block', 'retrain', 'rollback', 'retrain'], false, ['rollback', 'retrain', 'block']],
  ['fail', ['retrain'], false, ['retrain']],
  ['fail', ['retrain'], true, ['retrain', 'block']],
  ['fail', [], true, ['block']],
  ['fail', [], false, ['block']],
  ['warn', ['rollback'], false, []],
  ['pass', [], false, []],
])(
  'a verdict of %s with gates that ask for %j, guards failing %s, asks for %j',
  (verdict, asked, guarded, outcomes) => {
    const blocking = asked.map((outcome) => judgedGate('fail', { gate: { outcome } }));
    expect(outcomesOf(verdict, blocking, guarded ? [broken] : [])).toEqual(outcomes);
  },
);

test('a gate that only warns asks for nothing beside one that fails', () => {
  const gates = [
    '  - { id: a, metric: accuracy, min: 0.99, outcome: retrain }',
    '  - { id: b, metric: accuracy, min: 0.98, outcome: rollback, severity: warning }',
  ].join('\n');
  expect(decideBy(gates).outcomes).toEqual(['retrain']);
});
