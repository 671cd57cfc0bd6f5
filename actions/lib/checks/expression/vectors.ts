import type { Arithmetic, Comparison } from './syntax.ts';

/** The values of an expression for the rows of a batch, in the shape that fits them. */
export type Vector = NumberVector | TextVector | TruthVector;

/** Numbers; dates and times in milliseconds. `NaN` is "no value". */
export interface NumberVector {
  readonly kind: 'numbers';
  readonly values: Float64Array;
}

export interface TextVector {
  readonly kind: 'texts';
  readonly values: readonly (string | null)[];
}

/** 0 is false, 1 is true, 2 is unknown. */
export interface TruthVector {
  readonly kind: 'truths';
  readonly values: Uint8Array;
}

export const UNKNOWN = 2;

export const numbers = (values: Float64Array): NumberVector => ({ kind: 'numbers', values });
export const truths = (values: Uint8Array): TruthVector => ({ kind: 'truths', values });
export const texts = (values: readonly (string | null)[]): TextVector => ({ kind: 'texts', values });

/** Whether a comparison holds for "less", "equal" and "more". */
const HOLDS: Readonly<Record<Comparison, readonly [less: 0 | 1, equal: 0 | 1, more: 0 | 1]>> = {
  '=': [0, 1, 0],
  '!=': [1, 0, 1],
  '<': [1, 0, 0],
  '<=': [1, 1, 0],
  '>': [0, 0, 1],
  '>=': [0, 1, 1],
};

/** Compares numbers row by row; unknown where either has none. */
export function compareNumbers(operator: Comparison, left: Float64Array, right: Float64Array): TruthVector {
  const [less, equal, more] = HOLDS[operator];
  const result = new Uint8Array(left.length);
  for (let row = 0; row < left.length; row += 1) {
    const a = left[row] ?? Number.NaN;
    const b = right[row] ?? Number.NaN;
    result[row] = a < b ? less : a > b ? more : a === b ? equal : UNKNOWN;
  }
  return truths(result);
}

/** Compares texts by their UTF-16 code units; unknown where either has none. */
export function compareTexts(
  operator: Comparison,
  left: TextVector['values'],
  right: TextVector['values'],
): TruthVector {
  const [less, equal, more] = HOLDS[operator];
  const result = new Uint8Array(left.length);
  for (let row = 0; row < left.length; row += 1) {
    const a = left[row] ?? null;
    const b = right[row] ?? null;
    result[row] = a === null || b === null ? UNKNOWN : a < b ? less : a > b ? more : equal;
  }
  return truths(result);
}

/** Compares truths: equal or not; unknown where either is. */
export function compareTruths(operator: Comparison, left: Uint8Array, right: Uint8Array): TruthVector {
  const [less, equal, more] = HOLDS[operator];
  const result = new Uint8Array(left.length);
  for (let row = 0; row < left.length; row += 1) {
    const a = left[row] ?? UNKNOWN;
    const b = right[row] ?? UNKNOWN;
    result[row] = a === UNKNOWN || b === UNKNOWN ? UNKNOWN : a < b ? less : a > b ? more : equal;
  }
  return truths(result);
}

const CALCULATE: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? Number.NaN : a / b),
  '%': (a, b) => (b === 0 ? Number.NaN : a % b),
};

/** Calculates row by row. Dividing by zero gives no value. */
export function calculate(operator: Arithmetic, left: Float64Array, right: Float64Array): NumberVector {
  const result = new Float64Array(left.length);
  const apply = CALCULATE[operator];
  for (let row = 0; row < left.length; row += 1)
    result[row] = apply(left[row] ?? Number.NaN, right[row] ?? Number.NaN);
  return numbers(result);
}

/** `and` of three-valued logic: false wins over unknown. */
export function both(left: Uint8Array, right: Uint8Array): TruthVector {
  const result = new Uint8Array(left.length);
  for (let row = 0; row < left.length; row += 1) {
    const a = left[row] ?? UNKNOWN;
    const b = right[row] ?? UNKNOWN;
    result[row] = a === 0 || b === 0 ? 0 : a === UNKNOWN || b === UNKNOWN ? UNKNOWN : 1;
  }
  return truths(result);
}

/** `or` of three-valued logic: true wins over unknown. */
export function eitherOf(left: Uint8Array, right: Uint8Array): TruthVector {
  const result = new Uint8Array(left.length);
  for (let row = 0; row < left.length; row += 1) {
    const a = left[row] ?? UNKNOWN;
    const b = right[row] ?? UNKNOWN;
    result[row] = a === 1 || b === 1 ? 1 : a === UNKNOWN || b === UNKNOWN ? UNKNOWN : 0;
  }
  return truths(result);
}

/** `not`: unknown stays unknown. */
export function opposite(values: Uint8Array): TruthVector {
  return truths(values.map((value) => (value === UNKNOWN ? UNKNOWN : 1 - value)));
}

/** Whether a row has no value. */
export function isNone(vector: Vector, row: number): boolean {
  if (vector.kind === 'texts') return (vector.values[row] ?? null) === null;
  const value = vector.values[row] ?? Number.NaN;
  return vector.kind === 'truths' ? value === UNKNOWN : Number.isNaN(value);
}

/** Takes each row from the vector whose number `choose` gives; all vectors are of one kind. */
export function pick(rows: number, vectors: readonly Vector[], choose: (row: number) => number): Vector {
  const [first] = vectors;
  if (first === undefined || first.kind === 'texts')
    return texts(
      Array.from({ length: rows }, (_, row) => {
        const from = vectors[choose(row)];
        return from?.kind === 'texts' ? (from.values[row] ?? null) : null;
      }),
    );
  const result = first.kind === 'numbers' ? new Float64Array(rows) : new Uint8Array(rows);
  const none = first.kind === 'numbers' ? Number.NaN : UNKNOWN;
  for (let row = 0; row < rows; row += 1) {
    const from = vectors[choose(row)];
    const value = from === undefined || from.kind === 'texts' ? none : from.values[row];
    result[row] = value ?? none;
  }
  return result instanceof Float64Array ? numbers(result) : truths(result);
}
