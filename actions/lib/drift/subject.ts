import type { ColumnProfile } from '../documents/profile.ts';
import { type Cells, cellsOfProfiles } from './cells.ts';
import { type NumberPair, pairOfProfiles } from './number-pair.ts';

/** Up to so many distinct values, numbers are compared as categories. */
export const FEW_VALUES = 20;

/** Two columns in the form in which they are compared. */
export type Subject =
  | { readonly kind: 'numbers'; readonly pair: NumberPair }
  | { readonly kind: 'cells'; readonly cells: Cells };

/** Why columns are not compared. `inconclusive` where a reader should know that nothing is known. */
export interface Untested {
  readonly kind: 'not-tested' | 'inconclusive';
  readonly reason: string;
}

/** Values of a column that were counted. */
export const counted = ({ rows, missing, invalid }: ColumnProfile): number => rows - missing - invalid;

/** What makes two columns comparable, in the order in which it is asked. */
const OBSTACLES: readonly ((reference: ColumnProfile, current: ColumnProfile) => Untested | undefined)[] = [
  (a, b) => (counted(a) === 0 && counted(b) === 0 ? notTested('no values') : undefined),
  (a, b) =>
    a.redacted || b.redacted
      ? inconclusive('the profile holds no values of this classified column')
      : undefined,
  (a, b) => {
    if (a.type === 'empty' || b.type === 'empty' || family(a) === family(b)) return undefined;
    return inconclusive(`the type was ${a.type} and is ${b.type}`);
  },
  (a, b) =>
    [a, b].some(({ type }) => type === 'object' || type === 'array')
      ? notTested('objects and lists are not compared')
      : undefined,
  (a, b) =>
    isFreeText(a) || isFreeText(b)
      ? notTested('free text or identifiers: most values occur once')
      : undefined,
  (a, b) => tooManyTexts(a, b),
];

const notTested = (reason: string): Untested => ({ kind: 'not-tested', reason });
const inconclusive = (reason: string): Untested => ({ kind: 'inconclusive', reason });

/** Types whose values can be compared with each other. */
function family({ type }: ColumnProfile): string {
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'date' || type === 'timestamp' ? 'date' : type;
}

/** Texts of which more than half the values are different are names or prose, not categories. */
const isFreeText = (profile: ColumnProfile): boolean =>
  profile.type === 'string' &&
  profile.distinct.count > FEW_VALUES &&
  profile.distinct.count > counted(profile) / 2;

function tooManyTexts(reference: ColumnProfile, current: ColumnProfile): Untested | undefined {
  const lacks = (profile: ColumnProfile): boolean => counted(profile) > 0 && !profile.distribution;
  if (lacks(reference) && lacks(current)) return notTested('too many different texts to be categories');
  if (!lacks(reference) && !lacks(current)) return undefined;
  const [a, b] = [reference.distinct.count, current.distinct.count];
  return inconclusive(`${a} different texts became ${b}: too many to compare one by one`);
}

/** Brings two columns into a form in which they can be compared. @param minSample - values each side needs */
export function subjectOf(
  reference: ColumnProfile,
  current: ColumnProfile,
  minSample: number,
): Subject | Untested {
  for (const obstacle of OBSTACLES) {
    const found = obstacle(reference, current);
    if (found) return found;
  }
  const needed = Math.max(1, minSample);
  if (Math.min(counted(reference), counted(current)) < needed)
    return inconclusive(needed === 1 ? 'no values on one side' : `fewer than ${needed} values on one side`);
  const many = Math.max(reference.distinct.count, current.distinct.count) > FEW_VALUES;
  const pair = reference.numeric && many ? pairOfProfiles(reference, current) : undefined;
  if (pair) return { kind: 'numbers', pair };
  const cells = cellsOfProfiles(reference, current);
  return cells ? { kind: 'cells', cells } : inconclusive('the profile holds no distribution of this column');
}
