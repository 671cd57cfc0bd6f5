import type { Computed, SumsMetric, Terms } from '../metric.ts';
import type { TextRows } from '../rows.ts';
import { editDistance } from './edit-distance.ts';
import { codePoints, type UnitsOf, wordNumbers } from './symbols.ts';
import { joinSpaces, strip } from './words.ts';

/** Words as jiwer cuts them: at blanks alone, so that a single tab or line break within a text is part of a word. */
const jiwerWords = (text: string): readonly string[] =>
  strip(joinSpaces(text))
    .split(' ')
    .filter((word) => word !== '');

/** Edits, and units of the reference. */
type Errors = readonly [edits: number, length: number];

const rate = ([edits, length]: Errors): number => edits / Math.max(1, length);

/** Per row the errors against the reference that gives the lowest rate; of equal ones the first. */
function termsOf(makeUnits: () => UnitsOf): (rows: TextRows) => Terms {
  return ({ count, predicted, references }) => {
    const unitsOf = makeUnits();
    const values = new Float64Array(count * 2);
    for (let row = 0; row < count; row++) {
      const said = unitsOf(predicted[row] ?? '');
      const [first = [said.length, 0], ...others] = (references[row] ?? []).map((reference): Errors => {
        const wanted = unitsOf(reference);
        return [editDistance(wanted, said), wanted.length];
      });
      values.set(
        others.reduce((best, one) => (rate(one) < rate(best) ? one : best), first),
        row * 2,
      );
    }
    return { cells: 1, width: 2, values };
  };
}

/** Edits per unit; where all references are empty each insertion counts 1, as in jiwer. */
function fromSums([edits = 0, length = 0]: Float64Array, { count }: TextRows): Computed {
  if (count === 0) return 'no rows';
  return length === 0 ? edits : edits / length;
}

const common = {
  direction: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  tasks: ['text'],
  needs: 'labels',
  kind: 'sums',
  fromSums,
  params: { normalize: 'none', references: 'lowest rate' },
} as const;

/** Error rates of transcripts, as jiwer computes them for a corpus. */
export const errorRates: readonly SumsMetric<TextRows>[] = [
  {
    ...common,
    id: 'wer',
    aliases: ['word_error_rate'],
    title: 'Word error rate',
    definition:
      'Words inserted, deleted and replaced / words of the references, summed over all rows; can exceed 1 (jiwer.wer). Case and punctuation count.',
    terms: termsOf(() => wordNumbers(jiwerWords)),
  },
  {
    ...common,
    id: 'cer',
    aliases: ['character_error_rate', 'char_error_rate'],
    title: 'Character error rate',
    definition:
      'Characters, blanks among them, inserted, deleted and replaced / characters of the references, summed over all rows; can exceed 1 (jiwer.cer). Case and punctuation count.',
    terms: termsOf(() => (text) => codePoints(strip(text))),
  },
];
