import type { ColumnProfile } from '../documents/profile.ts';
import { chiSquare } from './chi-square.ts';
import type { DriftTest } from './drift-test.ts';
import { jensenShannon } from './jensen-shannon.ts';
import { jensenShannonFloor } from './noise-floor.ts';
import { categories, counted, sum } from './sample.ts';

/** Texts of which more than half the values are different are names or prose, not categories. */
const isFreeText = (profile: ColumnProfile): boolean =>
  profile.type === 'string' && profile.distinct.count > 20 && profile.distinct.count > counted(profile) / 2;

/** Categories, booleans and numbers with few values: Jensen-Shannon distance. */
export const categoricalDrift: DriftTest = {
  fits: () => true,
  measure(reference, current) {
    if (isFreeText(reference) || isFreeText(current))
      return { kind: 'not-tested', reason: 'free text or identifiers: most values occur once' };
    if (!reference.distribution || !current.distribution)
      return reference.redacted || current.redacted
        ? { kind: 'inconclusive', reason: 'the profile holds no values of this classified column' }
        : { kind: 'not-tested', reason: 'too many different texts to be categories' };
    const a = categories(reference.distribution);
    const b = categories(current.distribution);
    const names = new Set([...a.keys(), ...b.keys()]).size;
    return {
      kind: 'measured',
      measure: 'jensen_shannon_distance',
      effect: jensenShannon(a, b),
      noiseFloor: jensenShannonFloor(sum(a.values()), sum(b.values()), names),
      significance: 'chi_square',
      p: chiSquare(a, b)?.p,
      exact: true,
    };
  },
};
