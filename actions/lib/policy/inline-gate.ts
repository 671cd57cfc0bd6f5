import type { GateOutcome } from '../documents/gate.ts';
import {
  DEFAULT_BASELINE,
  GATE_OUTCOMES,
  type Gate,
  type Rule,
  SEVERITIES,
  type Severity,
  type Target,
  type Use,
} from './policy.ts';
import { plain, type Quantity, readQuantity } from './quantity.ts';
import { Scanner } from './scanner.ts';

const METRIC = /[^\s[\]{}<>=!]+/;
const OPERATOR = />=|<=|>|</;

/**
 * Reads a gate of one line:
 *
 * ```text
 * <metric> [rows] [ci-lower|ci-upper] <op> <number>                         [! <weight>]
 * <metric> [rows]                     <op> baseline [+|- <number|percent>]  [! <weight>]
 * ```
 *
 * - rows: `[age=18-25]`, `[age=18-25,region=NW]` for a slice; `[*]`, `[age=*]` for every slice, each judged by
 *   itself; `{gender}` for a gap between the groups of a column, such as `equalized_odds_difference{gender}`.
 * - op: `>=`, `<=`, `>`, `<`.
 * - `ci-lower` and `ci-upper` hold an end of the metric's confidence interval against the number.
 * - weight: a severity (`error`, `warning`, `info`), an outcome (`block`, `rollback`, `retrain`), or both. Without a
 *   severity a gate is an error, and a warning where it asks every slice.
 *
 * @throws LineError with the column and what was expected there
 */
export function parseInlineGate(line: string): Gate {
  const scanner = new Scanner(line);
  const metric = scanner.take(METRIC) ?? scanner.fail('the name of a metric');
  const target = readTarget(scanner);
  const use = readUse(scanner);
  if (/^(==?|!=)/.test(scanner.rest))
    scanner.fail('>=, <=, > or < (a measured number is never exactly equal)');
  const operator = scanner.take(OPERATOR) ?? scanner.fail('>=, <=, > or <');
  const rule = readRule(scanner, operator, use);
  const id = scanner.read.trim().replace(/\s+/g, ' ');
  const { severity, outcome } = readWeight(scanner);
  if (scanner.rest !== '')
    scanner.fail('the end of the gate, or ! and a severity or outcome such as ! warning');
  return {
    id,
    metric,
    target,
    rule,
    severity: severity ?? (target.kind === 'every-slice' ? 'warning' : 'error'),
    outcome: outcome ?? 'block',
    exploratory: target.kind === 'every-slice',
    versus: rule.kind === 'limit' ? undefined : { kind: 'baseline', name: DEFAULT_BASELINE },
    minRows: 1,
    minPositives: 0,
    line: undefined,
  };
}

function readTarget(scanner: Scanner): Target {
  const { column } = scanner;
  if (scanner.rest.startsWith('{')) {
    const braces = scanner.take(/\{[^}]*\}/) ?? scanner.problem('expected } at the end of the column');
    const by = braces.slice(1, -1).trim();
    if (!/^[^=,*]+$/.test(by))
      scanner.problem(`expected a column of groups such as {gender}, found ${braces}`, column);
    return { kind: 'groups', by };
  }
  if (!scanner.rest.startsWith('[')) return { kind: 'all' };
  const bracket = scanner.take(/\[[^\]]*\]/) ?? scanner.problem('expected ] at the end of the slice');
  return (
    sliceTarget(bracket.slice(1, -1).trim()) ??
    scanner.problem(`expected a slice such as [age=18-25] or [*], found ${bracket}`, column)
  );
}

/** What a slice's text asks for: `age=18-25`, `age=18-25,region=NW`, `*` or `age=*`; `undefined` if malformed. */
export function sliceTarget(slice: string): Target | undefined {
  if (slice === '*') return { kind: 'every-slice', column: undefined };
  const column = /^([^=,]+)=\*$/.exec(slice)?.[1];
  if (column !== undefined) return { kind: 'every-slice', column: column.trim() };
  return /^[^=]+=/.test(slice) ? { kind: 'slice', slice } : undefined;
}

const readUse = (scanner: Scanner): Use => {
  const word = scanner.take(/ci-(lower|upper)(?![\w-])/);
  return word === undefined ? 'value' : word === 'ci-lower' ? 'ci-lower' : 'ci-upper';
};

function readRule(scanner: Scanner, operator: string, use: Use): Rule {
  const exclusive = operator.length === 1;
  const atLeast = operator.startsWith('>');
  if (/^baseline(?![\w.])/.test(scanner.rest)) {
    if (use !== 'value')
      scanner.problem(`${use} is held against a number; how sure a change is, non-inferior says in a policy`);
    scanner.advance('baseline'.length);
    return {
      kind: 'versus',
      side: atLeast ? 'at-least' : 'at-most',
      offset: readOffset(scanner),
      exclusive,
    };
  }
  if (!/^[-+.\d]/.test(scanner.rest))
    scanner.fail('a number such as 0.85, 90% or 25MB, or the word baseline');
  const bound = { quantity: takeQuantity(scanner), exclusive };
  if (/^[+-]/.test(scanner.rest)) scanner.problem('a plus or minus may only follow the word baseline');
  return {
    kind: 'limit',
    min: atLeast ? bound : undefined,
    max: atLeast ? undefined : bound,
    use,
  };
}

function readOffset(scanner: Scanner): Quantity {
  const sign = scanner.take(/[+-]/);
  if (sign === undefined) {
    if (/^\d/.test(scanner.rest)) scanner.fail('+ or - before the number');
    return plain(0);
  }
  if (!/^[.\d]/.test(scanner.rest)) scanner.fail('a number such as 0.01 or 2% after the sign');
  const quantity = takeQuantity(scanner);
  return sign === '+' ? quantity : { ...quantity, value: -quantity.value, text: `-${quantity.text}` };
}

function takeQuantity(scanner: Scanner): Quantity {
  const read = readQuantity(scanner.rest);
  if ('problem' in read) return scanner.problem(read.problem);
  scanner.advance(read.length);
  return read.quantity;
}

/** What follows the exclamation mark: a severity, an outcome or both, in either order. */
function readWeight(scanner: Scanner): {
  readonly severity: Severity | undefined;
  readonly outcome: GateOutcome | undefined;
} {
  let severity: Severity | undefined;
  let outcome: GateOutcome | undefined;
  if (scanner.take(/!/) === undefined) return { severity, outcome };
  do {
    const word = /^\w*/.exec(scanner.rest)?.[0];
    const asSeverity = severity === undefined ? SEVERITIES.find((name) => name === word) : undefined;
    const asOutcome = outcome === undefined ? GATE_OUTCOMES.find((name) => name === word) : undefined;
    if (asSeverity === undefined && asOutcome === undefined)
      scanner.fail(expectedWeight(severity === undefined, outcome === undefined));
    severity ??= asSeverity;
    outcome ??= asOutcome;
    scanner.advance(word?.length ?? 0);
  } while (scanner.rest !== '');
  return { severity, outcome };
}

function expectedWeight(severity: boolean, outcome: boolean): string {
  if (severity && outcome)
    return 'error, warning or info, or block, rollback or retrain, after the exclamation mark';
  if (severity) return 'error, warning or info, or the end of the gate';
  return outcome ? 'block, rollback or retrain, or the end of the gate' : 'the end of the gate';
}
