import type { Gate, Severity } from '../policy/policy.ts';
import { type EntryFacts, measured, unmeasured } from './entry.ts';
import type { Measured, Place } from './format.ts';

/** What another tool found when it tested something. */
export interface ToolTest {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'not-run';
  readonly severity: Severity;
  /** What the tool says about it. */
  readonly reason: string;
  readonly place: Place;
}

/** The tests of a tool as metrics, 1 where one passed and 0 where it failed, and a gate of its own for each. */
export function readyGates(tests: readonly ToolTest[]): {
  readonly metrics: readonly Measured[];
  readonly gates: readonly Gate[];
} {
  const names = distinctNames(tests.map(({ name }) => name));
  return {
    metrics: tests.map((test, index) => metricOf(test, names[index] ?? test.name)),
    gates: tests.map(({ severity }, index) => gateOf(names[index] ?? '', severity)),
  };
}

const FACTS: EntryFacts = { direction: 'higher' };

function metricOf({ outcome, reason, place }: ToolTest, name: string): Measured {
  if (outcome === 'not-run') return unmeasured(name, `the test did not run: ${reason}`, place, FACTS);
  return measured(name, outcome === 'passed' ? 1 : 0, place, FACTS);
}

const gateOf = (name: string, severity: Severity): Gate => ({
  id: name,
  metric: name,
  target: { kind: 'all' },
  rule: {
    kind: 'limit',
    min: { quantity: { value: 1, dimension: 'plain', text: '1' }, exclusive: false },
    max: undefined,
    use: 'value',
  },
  severity,
  outcome: 'block',
  exploratory: false,
  versus: undefined,
  minRows: 0,
  minPositives: 0,
  line: undefined,
});

/** Names of letters, digits and `._-` that begin with `test.`; equal ones are numbered. */
function distinctNames(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const plain = `test.${name
      .normalize('NFC')
      .replace(/[^\p{L}\p{N}_.]+/gu, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 120)}`;
    const count = (seen.get(plain) ?? 0) + 1;
    seen.set(plain, count);
    return count === 1 ? plain : `${plain}-${count}`;
  });
}
