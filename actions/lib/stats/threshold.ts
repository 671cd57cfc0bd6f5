/** A limit on a number, with the operators of the Open Data Contract Standard. */
export type Threshold =
  | { readonly kind: 'single'; readonly operator: SingleOperator; readonly value: number }
  | { readonly kind: 'range'; readonly operator: RangeOperator; readonly value: readonly [number, number] };

export type SingleOperator =
  | 'mustBe'
  | 'mustNotBe'
  | 'mustBeGreaterThan'
  | 'mustBeGreaterOrEqualTo'
  | 'mustBeLessThan'
  | 'mustBeLessOrEqualTo';
export type RangeOperator = 'mustBeBetween' | 'mustNotBeBetween';

interface Comparison<T> {
  readonly holds: (measured: number, limit: T) => boolean;
  readonly words: (limit: T) => string;
}

const single = (holds: (measured: number, limit: number) => boolean, words: string): Comparison<number> => ({
  holds,
  words: (limit) => `${words} ${limit}`.trim(),
});

const SINGLE: Readonly<Record<SingleOperator, Comparison<number>>> = {
  mustBe: single((measured, limit) => measured === limit, ''),
  mustNotBe: single((measured, limit) => measured !== limit, 'not'),
  mustBeGreaterThan: single((measured, limit) => measured > limit, 'more than'),
  mustBeGreaterOrEqualTo: single((measured, limit) => measured >= limit, 'at least'),
  mustBeLessThan: single((measured, limit) => measured < limit, 'less than'),
  mustBeLessOrEqualTo: single((measured, limit) => measured <= limit, 'at most'),
};

/** Both ends belong to the range: the standard's text leaves it open, its other implementations include them. */
const RANGE: Readonly<Record<RangeOperator, Comparison<readonly [number, number]>>> = {
  mustBeBetween: {
    holds: (measured, [low, high]) => measured >= low && measured <= high,
    words: ([low, high]) => `${low} to ${high}`,
  },
  mustNotBeBetween: {
    holds: (measured, [low, high]) => measured < low || measured > high,
    words: ([low, high]) => `less than ${low} or more than ${high}`,
  },
};

/** The names of all operators. */
export const OPERATORS: readonly string[] = [...Object.keys(SINGLE), ...Object.keys(RANGE)];

/** Whether a text names an operator that takes one number. */
export const isSingleOperator = (name: string): name is SingleOperator => Object.hasOwn(SINGLE, name);

/** Whether a text names an operator that takes two numbers. */
export const isRangeOperator = (name: string): name is RangeOperator => Object.hasOwn(RANGE, name);

/** Whether a measured number is within a limit. */
export const satisfies = (threshold: Threshold, measured: number): boolean =>
  threshold.kind === 'single'
    ? SINGLE[threshold.operator].holds(measured, threshold.value)
    : RANGE[threshold.operator].holds(measured, threshold.value);

/** A limit in words: `at most 2`, `5000 to 5000000`, `0`. */
export const thresholdText = (threshold: Threshold): string =>
  threshold.kind === 'single'
    ? SINGLE[threshold.operator].words(threshold.value)
    : RANGE[threshold.operator].words(threshold.value);

/** "None at all": what `required`, `unique` and the options of a type ask for. */
export const NONE: Threshold = { kind: 'single', operator: 'mustBe', value: 0 };
