import { metricByName } from '../metrics/catalog.ts';
import type { Question } from './judgement.ts';
import type { Gate, Policy } from './policy.ts';

/** Rules for which it must be known which way is better. */
const DIRECTED: ReadonlySet<Gate['rule']['kind']> = new Set([
  'max-regression',
  'max-improvement',
  'non-inferior',
]);

/**
 * What keeps a gate from being understood: a metric whose better direction nobody knows, or that two sources know
 * differently. A guess here would turn the gate around.
 */
export function directionProblem({ gate, entry, direction }: Question, policy: Policy): string | undefined {
  const { metric } = gate;
  const declared = policy.metrics.get(metric)?.direction;
  const measured = entry.direction ?? metricByName(entry.name)?.direction;
  if (declared !== undefined && measured !== undefined && declared !== measured)
    return `metrics.${metric}: the policy says ${declared} is better, the metric's definition says ${measured}; take one of them away`;
  if (direction === undefined && DIRECTED.has(gate.rule.kind))
    return `whether a higher or a lower ${metric} is better is not known; add "metrics: { ${metric}: { direction: higher } }" or lower to the policy`;
  return undefined;
}
