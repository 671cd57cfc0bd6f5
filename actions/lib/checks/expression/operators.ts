import { parseNumber } from '../../tabular/number-text.ts';
import type { Rows } from './columns.ts';
import type { Compiled, Scope } from './scope.ts';
import type { Expression } from './syntax.ts';
import { TYPE_WORDS, type ValueType } from './value-type.ts';
import {
  calculate,
  compareNumbers,
  compareTexts,
  compareTruths,
  type NumberVector,
  numbers,
  type TruthVector,
  truths,
  UNKNOWN,
  type Vector,
} from './vectors.ts';

type Node<Kind> = Extract<Expression, { kind: Kind }>;

const DAY_MS = 86_400_000;

/** Both sides of a comparison are read as one type: the one that is known. */
export function compileComparison({ operator, left, right }: Node<'compare'>, scope: Scope): Compiled {
  const type = scope.sharedType([left, right]);
  const [a, b] = [scope.compile(left, type), scope.compile(right, type)];
  return {
    type: 'truth',
    evaluate(rows) {
      const [x, y] = alike(a.evaluate(rows), b.evaluate(rows));
      if (x.kind === 'texts' && y.kind === 'texts') return compareTexts(operator, x.values, y.values);
      if (x.kind === 'numbers' && y.kind === 'numbers') return compareNumbers(operator, x.values, y.values);
      if (x.kind === 'truths' && y.kind === 'truths') return compareTruths(operator, x.values, y.values);
      return truths(new Uint8Array(rows.batch.rows).fill(UNKNOWN));
    },
  };
}

/** Columns of unknown types may turn out as a number and a text: then the text is read as a number. */
function alike(a: Vector, b: Vector): readonly [Vector, Vector] {
  if (a.kind === 'numbers' && b.kind === 'texts') return [a, readNumbers(b)];
  if (a.kind === 'texts' && b.kind === 'numbers') return [readNumbers(a), b];
  return [a, b];
}

const readNumbers = (vector: Vector): NumberVector =>
  numbers(
    vector.kind === 'texts'
      ? Float64Array.from(
          vector.values,
          (text) => (text === null ? undefined : parseNumber(text)) ?? Number.NaN,
        )
      : Float64Array.from(vector.values),
  );

/**
 * Calculations with numbers. Of dates and timestamps, the difference is a number of days, and a number of days may
 * be added or taken away.
 */
export function compileArithmetic(node: Node<'arithmetic'>, scope: Scope, wanted: ValueType): Compiled {
  const { operator, at } = node;
  const types = [node.left, node.right].map((part) => scope.compile(part, 'unknown').type);
  if (!types.includes('instant')) {
    const [left, right] = [scope.compile(node.left, 'number'), scope.compile(node.right, 'number')];
    return {
      type: 'number',
      evaluate: (rows) => calculate(operator, values(left, rows), values(right, rows)),
    };
  }
  const [a, b] = types;
  if (operator === '-' && a === 'instant' && b !== 'number' && wanted !== 'instant')
    return days(scope.compile(node.left, 'instant'), scope.compile(node.right, 'instant'));
  if (operator === '-' && b === 'instant')
    return days(scope.compile(node.left, 'instant'), scope.compile(node.right, 'instant'));
  if (operator !== '+' && operator !== '-')
    throw scope.error(at, `"${operator}" does not work on ${TYPE_WORDS.instant}; only + and - do`);
  const [base, shift] = a === 'instant' ? [node.left, node.right] : [node.right, node.left];
  const [instants, amount] = [scope.compile(base, 'instant'), scope.compile(shift, 'number')];
  return {
    type: 'instant',
    evaluate: (rows) =>
      calculate(
        operator,
        values(instants, rows),
        values(amount, rows).map((value) => value * DAY_MS),
      ),
  };
}

const days = (left: Compiled, right: Compiled): Compiled => ({
  type: 'number',
  evaluate: (rows) =>
    numbers(calculate('-', values(left, rows), values(right, rows)).values.map((value) => value / DAY_MS)),
});

function values(part: Compiled, rows: Rows): Float64Array {
  const vector = part.evaluate(rows);
  return vector.kind === 'numbers' ? vector.values : readNumbers(vector).values;
}

/** Membership of a list. As in SQL, a `null` in the list makes "not in it" unknown. */
export function compileIn({ operand, items }: Node<'in'>, scope: Scope): Compiled {
  const type = scope.sharedType([operand, ...items]);
  const compiled = scope.compile(operand, type);
  for (const item of items) scope.compile(item, type);
  const members = new Set<number | string>();
  for (const item of items) {
    const value = literalValue(item, scope, type);
    if (value !== undefined) members.add(value);
  }
  const absent = items.some(({ kind }) => kind === 'null') ? UNKNOWN : 0;
  return {
    type: 'truth',
    evaluate: (rows) => membership(compiled.evaluate(rows), members, absent),
  };
}

function membership(vector: Vector, members: ReadonlySet<number | string>, absent: number): TruthVector {
  const result = new Uint8Array(vector.values.length);
  for (let row = 0; row < result.length; row += 1) {
    const value = vector.values[row] ?? null;
    const none = value === null || Number.isNaN(value) || (vector.kind === 'truths' && value === UNKNOWN);
    result[row] = none ? UNKNOWN : members.has(value) ? 1 : absent;
  }
  return truths(result);
}

function literalValue(item: Expression, scope: Scope, type: ValueType): number | string | undefined {
  switch (item.kind) {
    case 'number':
    case 'instant':
      return item.value;
    case 'truth':
      return item.value ? 1 : 0;
    case 'text':
      return type === 'instant' || type === 'time' ? instantValue(item, scope, type) : item.value;
    default:
      return undefined;
  }
}

/** A text literal as the number it was compiled to. */
function instantValue(item: Node<'text'>, scope: Scope, type: ValueType): number | undefined {
  const vector = scope.compile(item, type).evaluate(ONE_ROW);
  return vector.kind === 'numbers' ? vector.values[0] : undefined;
}

/** Constants need no data but a number of rows. */
const ONE_ROW: Rows = { batch: { rows: 1, column: () => undefined }, vectors: new Map() };
