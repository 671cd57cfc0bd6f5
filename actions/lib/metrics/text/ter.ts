import type { Computed, SumsMetric, Terms } from '../metric.ts';
import type { TextRows } from '../rows.ts';
import { shiftedEdits } from './shifted-edits.ts';
import { wordNumbers } from './symbols.ts';
import { splitWords } from './words.ts';

/** Per row the fewest edits that any reference asks for, and the mean length of the references. */
function terms({ count, predicted, references }: TextRows): Terms {
  const unitsOf = wordNumbers((text) => splitWords(text.toLowerCase()));
  const values = new Float64Array(count * 2);
  for (let row = 0; row < count; row++) {
    const said = unitsOf(predicted[row] ?? '');
    const wanted = (references[row] ?? []).map(unitsOf);
    if (wanted.length === 0) continue;
    const length = wanted.reduce((sum, words) => sum + words.length, 0) / wanted.length;
    values.set([Math.min(...wanted.map((words) => shiftedEdits(said, words))), length], row * 2);
  }
  return { cells: 1, width: 2, values };
}

/** Edits per word, per cent; where all references are empty 100 for texts that are not, as in sacrebleu. */
function fromSums([edits = 0, length = 0]: Float64Array, { count }: TextRows): Computed {
  if (count === 0) return 'no rows';
  if (length > 0) return (100 * edits) / length;
  return edits > 0 ? 100 : 0;
}

/** Translation edit rate as sacrebleu computes it for a corpus. */
export const ter: SumsMetric<TextRows> = {
  id: 'ter',
  aliases: ['translation_edit_rate'],
  title: 'Translation edit rate',
  direction: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  tasks: ['text'],
  needs: 'labels',
  kind: 'sums',
  params: { signature: 'case:lc|tok:tercom|norm:no|punct:yes|asian:no' },
  definition:
    'Words inserted, deleted, replaced and runs of words moved, per 100 words of the references, summed over all rows; can exceed 100 (Snover 2006; sacrebleu TER with its defaults). Case does not count; of several references the one that needs the fewest edits, at their mean length.',
  terms,
  fromSums,
};
