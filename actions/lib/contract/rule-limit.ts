import { didYouMean } from '../nearest-name.ts';
import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import { isRangeOperator, isSingleOperator, OPERATORS, type Threshold } from '../stats/threshold.ts';
import { keys, refusal, shown, valueAt } from './fields.ts';

/** Whether a key of a rule says what its number must be. */
export const isOperator = (key: string): boolean => isSingleOperator(key) || isRangeOperator(key);

/**
 * Reads the limit of a rule: `mustBe: 0`, `mustBeBetween: [1, 2]` (both ends included).
 *
 * @param path - where the operators stand
 * @returns `undefined` when there is none
 * @throws Refusal for two limits, a limit that is no number and a range the wrong way round
 */
export function readLimit(document: ParsedText, path: ValuePath): Threshold | undefined {
  const [first, second] = keys(document, path).filter(isOperator);
  if (first === undefined) return undefined;
  if (second !== undefined)
    throw refusal(
      document,
      path,
      `the rule has two limits, ${first} and ${second}; give one, or make two rules`,
    );
  const at = [...path, first];
  if (isRangeOperator(first)) return { kind: 'range', operator: first, value: readRange(document, at) };
  const value = valueAt(document, at);
  if (typeof value !== 'number') throw refusal(document, at, `expected a number, found ${shown(value)}`);
  return isSingleOperator(first) ? { kind: 'single', operator: first, value } : undefined;
}

function readRange(document: ParsedText, path: ValuePath): readonly [number, number] {
  const value = valueAt(document, path);
  const [low, high]: readonly unknown[] = Array.isArray(value) && value.length === 2 ? value : [];
  if (typeof low !== 'number' || typeof high !== 'number')
    throw refusal(document, path, `expected two numbers, found ${shown(value)}`);
  if (low > high) throw refusal(document, path, `the smaller number comes first, found [${low}, ${high}]`);
  return [low, high];
}

/** The end of a message about a key that was perhaps meant as an operator. */
export const operatorHint = (key: string, alsoKnown: readonly string[] = []): string =>
  didYouMean(key, [...OPERATORS, ...alsoKnown]) || `; known operators: ${OPERATORS.join(', ')}`;
