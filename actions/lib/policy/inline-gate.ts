import type { Gate, Rule, Severity, Target } from './policy.ts';
import { DEFAULT_BASELINE, SEVERITIES } from './policy.ts';
import { plain, type Quantity, readQuantity } from './quantity.ts';

/** What is wrong with an inline gate and where: `column` counts from 1. */
export class InlineGateError extends Error {
  readonly column: number;

  constructor(column: number, message: string) {
    super(message);
    this.name = 'InlineGateError';
    this.column = column;
  }
}

/** Reads one token after the other and remembers the column. */
class Scanner {
  #position = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.#skipSpace();
  }

  get rest(): string {
    return this.#text.slice(this.#position);
  }

  /** The token at the cursor, which moves behind it and the white space after it. */
  take(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.rest);
    if (found?.index !== 0) return undefined;
    this.advance(found[0].length);
    return found[0];
  }

  advance(length: number): void {
    this.#position += length;
    this.#skipSpace();
  }

  fail(expected: string): never {
    const found = this.rest === '' ? 'the end of the line' : `"${/^\S+/.exec(this.rest)?.[0] ?? this.rest}"`;
    throw new InlineGateError(this.#position + 1, `expected ${expected}, found ${found}`);
  }

  get column(): number {
    return this.#position + 1;
  }

  problem(message: string, column = this.column): never {
    throw new InlineGateError(column, message);
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#position] ?? '')) this.#position += 1;
  }
}

const METRIC = /[^\s[\]<>=!]+/;
const OPERATOR = />=|<=|>|</;

/**
 * Reads `<metric>[slice] <op> <number|baseline> [+|- <number|percent>] [! error|warning|info]`.
 * `>=`, `<=`, `>` and `<` compare the metric with a number, or with the baseline shifted by an offset; `[*]` and
 * `[column=*]` ask it of every slice.
 *
 * @throws InlineGateError with the column and what was expected there
 */
export function parseInlineGate(line: string): Gate {
  const scanner = new Scanner(line);
  const metric = scanner.take(METRIC) ?? scanner.fail('the name of a metric');
  const target = readTarget(scanner);
  if (/^(==?|!=)/.test(scanner.rest))
    scanner.fail('>=, <=, > or < (a measured number is never exactly equal)');
  const operator = scanner.take(OPERATOR) ?? scanner.fail('>=, <=, > or <');
  const rule = readRule(scanner, operator);
  const severity = readSeverity(scanner, target);
  if (scanner.rest !== '') scanner.fail('the end of the gate, or ! error, ! warning or ! info');
  return {
    id: line
      .replace(/!\s*\w+\s*$/, '')
      .trim()
      .replace(/\s+/g, ' '),
    metric,
    target,
    rule,
    severity,
    outcome: 'block',
    exploratory: false,
    versus: rule.kind === 'limit' ? undefined : { kind: 'baseline', name: DEFAULT_BASELINE },
    minRows: 1,
    minPositives: 0,
    line: undefined,
  };
}

function readTarget(scanner: Scanner): Target {
  if (!scanner.rest.startsWith('[')) return { kind: 'all' };
  const { column } = scanner;
  const bracket = scanner.take(/\[[^\]]*\]/) ?? scanner.problem('expected ] at the end of the slice');
  const slice = bracket.slice(1, -1).trim();
  return (
    sliceTarget(slice) ??
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

function readRule(scanner: Scanner, operator: string): Rule {
  const exclusive = operator.length === 1;
  const atLeast = operator.startsWith('>');
  if (scanner.take(/baseline(?![\w.])/)) {
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
    use: 'value',
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

function readSeverity(scanner: Scanner, target: Target): Severity {
  if (scanner.take(/!/) === undefined) return target.kind === 'every-slice' ? 'warning' : 'error';
  const word = /^\w*/.exec(scanner.rest)?.[0];
  const severity = SEVERITIES.find((name) => name === word) ?? scanner.fail('error, warning or info after !');
  scanner.advance(severity.length);
  return severity;
}
