import type { GateDocument } from '../documents/gate.ts';
import { ActionError } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import { type Verdict, worstVerdict } from '../verdict.ts';
import type { JudgedGate } from './judgement.ts';
import type { Composite, Gate, Policy, Severity } from './policy.ts';
import { mildestVerdict, overallVerdict } from './weigh.ts';

/** Whether something holds; `null` where nobody knows. */
type Truth = boolean | null;

/** The gates after a policy's own condition over them. */
export interface Composed {
  readonly composite: GateDocument['composite'];
  readonly gates: readonly JudgedGate[];
  /** Over all gates. */
  readonly verdict: Verdict;
  /** The gates that the verdict `fail` is due to; empty for any other. */
  readonly blocking: readonly JudgedGate[];
}

/**
 * Lets the policy's own condition decide in place of "every gate of severity error", in the three-valued logic of
 * Kleene: a gate holds when it passes or is waived, does not when it fails, and is open otherwise, before severity
 * caps what it may do. An open condition is as severe as the open gates it names.
 *
 * Where the condition does not fail, a required gate that it names weighs no more than the condition itself, and one
 * that it does not name warns, so that nothing goes unsaid. Other severities, and waived gates, weigh what they did.
 *
 * @throws ActionError invalid-input for a condition that names a gate which is not there
 */
export function compose(policy: Policy, gates: readonly JudgedGate[]): Composed {
  if (policy.composite === undefined) return withoutCondition(gates);
  const { text, condition } = policy.composite;
  const named = gates.filter((gate) => isNamedBy(condition, gate.gate));
  const holds = truthOf(condition, gates);
  const composite = { expression: text, holds };
  if (holds === false) {
    const weighed = gates.map((gate) => (named.includes(gate) ? gate : capped(gate, 'warn')));
    const failing = named.filter(({ stands }) => stands === 'fail');
    return { composite, gates: weighed, verdict: 'fail', blocking: failing };
  }
  const open = named.filter((gate) => holdsOf(gate) === null).map(({ stands }) => stands);
  const verdict = holds ? 'pass' : worstVerdict(open);
  const weighed = gates.map((gate) => capped(gate, named.includes(gate) ? verdict : 'warn'));
  return {
    composite,
    gates: weighed,
    verdict: worstVerdict([verdict, ...weighed.map(({ result }) => result.verdict)]),
    blocking: [],
  };
}

function withoutCondition(gates: readonly JudgedGate[]): Composed {
  return {
    composite: undefined,
    gates,
    verdict: overallVerdict(gates.map(({ result }) => result)),
    blocking: gates.filter(({ result }) => result.verdict === 'fail'),
  };
}

function capped(judged: JudgedGate, cap: Verdict): JudgedGate {
  const { result } = judged;
  const verdict = mildestVerdict(result.verdict, cap);
  if (result.severity !== 'error' || result.verdict === 'waived' || verdict === result.verdict) return judged;
  return {
    ...judged,
    result: { ...result, verdict, reason: `${result.reason}; the composite condition decides without it` },
  };
}

/** Whether a gate holds, before its severity: `null` while it is inconclusive or was left open by the policy. */
function holdsOf({ stands }: JudgedGate): Truth {
  if (stands === 'pass' || stands === 'waived') return true;
  return stands === 'fail' ? false : null;
}

function truthOf(condition: Composite, gates: readonly JudgedGate[]): Truth {
  switch (condition.kind) {
    case 'gate':
      return all(gatesOf(condition.id, gates).map(holdsOf));
    case 'every':
      return all(ofSeverity(condition.severity, gates).map(holdsOf));
    case 'some':
      return any(ofSeverity(condition.severity, gates).map(holdsOf));
    case 'and':
      return all(condition.terms.map((term) => truthOf(term, gates)));
    case 'or':
      return any(condition.terms.map((term) => truthOf(term, gates)));
    case 'not':
      return negated(truthOf(condition.term, gates));
    default:
      return condition satisfies never;
  }
}

const negated = (truth: Truth): Truth => (truth === null ? null : !truth);

const all = (truths: readonly Truth[]): Truth =>
  truths.includes(false) ? false : truths.includes(null) ? null : true;

const any = (truths: readonly Truth[]): Truth => negated(all(truths.map(negated)));

const ofSeverity = (severity: Severity | undefined, gates: readonly JudgedGate[]) =>
  gates.filter(({ gate }) => severity === undefined || gate.severity === severity);

/** The results of a gate, which are several where it asks for every slice. */
function gatesOf(id: string, gates: readonly JudgedGate[]): readonly JudgedGate[] {
  const found = gates.filter(({ gate }) => gate.id === id);
  if (found.length > 0) return found;
  const ids = new Set(gates.map(({ gate }) => gate.id));
  throw new ActionError(
    'invalid-input',
    `composite: there is no gate "${id}"${didYouMean(id, ids) || `; there are ${[...ids].join(', ')}`}`,
  );
}

function isNamedBy(condition: Composite, gate: Gate): boolean {
  switch (condition.kind) {
    case 'gate':
      return gate.id === condition.id;
    case 'every':
    case 'some':
      return condition.severity === undefined || gate.severity === condition.severity;
    case 'and':
    case 'or':
      return condition.terms.some((term) => isNamedBy(term, gate));
    case 'not':
      return isNamedBy(condition.term, gate);
    default:
      return condition satisfies never;
  }
}
