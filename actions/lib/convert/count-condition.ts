import type { LimitDraft } from './contract-draft.ts';

/** What a number must be when the opposite of each comparison is to be avoided. */
const OPPOSITES: Readonly<Record<string, (value: number) => LimitDraft>> = {
  '!=': (value) => ({ mustBe: value }),
  '<>': (value) => ({ mustBe: value }),
  '=': (value) => ({ mustNotBe: value }),
  '==': (value) => ({ mustNotBe: value }),
  '>': (value) => ({ mustBeLessOrEqualTo: value }),
  '>=': (value) => ({ mustBeLessThan: value }),
  '<': (value) => ({ mustBeGreaterOrEqualTo: value }),
  '<=': (value) => ({ mustBeGreaterThan: value }),
};

/**
 * The limit that is kept as long as a condition on the number of failing rows (`warn_if: "> 10"`) does not hold.
 *
 * @returns `undefined` when the condition is not understood
 */
export function limitAgainst(condition: string): LimitDraft | undefined {
  const range = /^\s*between\s+(\d+)\s+and\s+(\d+)\s*$/i.exec(condition);
  if (range) return { mustNotBeBetween: [Number(range[1]), Number(range[2])] };
  const [, operator = '', value = ''] = /^\s*(!=|<>|==?|>=?|<=?)\s*(\d+)\s*$/.exec(condition) ?? [];
  return OPPOSITES[operator]?.(Number(value));
}
