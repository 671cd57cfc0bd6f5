import type { GateOutcome, GuardResult } from '../documents/gate.ts';
import type { Verdict } from '../verdict.ts';
import type { JudgedGate } from './judgement.ts';

/** What failed gates may ask for, the one that does most first. */
const STRONGEST_FIRST: readonly GateOutcome[] = ['rollback', 'retrain', 'block'];

/**
 * What a failed verdict asks for, each once, the strongest first; nothing for any other verdict. Guards block, and so
 * does a failed condition that no single gate is to blame for.
 */
export function outcomesOf(
  verdict: Verdict,
  blocking: readonly JudgedGate[],
  guards: readonly GuardResult[],
): readonly GateOutcome[] {
  if (verdict !== 'fail') return [];
  const asked = new Set(blocking.map(({ gate }) => gate.outcome));
  if (asked.size === 0 || guards.some((guard) => guard.verdict === 'fail')) asked.add('block');
  return STRONGEST_FIRST.filter((outcome) => asked.has(outcome));
}
