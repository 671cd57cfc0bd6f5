import { fieldsOf, isFields } from '../schema/fields.ts';
import type { EntryFacts } from './entry.ts';
import { fileFormat, type Measured } from './format.ts';
import type { TreeSource } from './source.ts';
import { numbersOf } from './values.ts';

const SHARES = ['precision', 'recall', 'f1-score'] as const;
/** The catalog's names for the averages over classes. */
const AVERAGES: ReadonlyMap<string, string> = new Map([
  ['micro avg', 'micro'],
  ['macro avg', 'macro'],
  ['weighted avg', 'weighted'],
  ['samples avg', 'samples'],
]);

const isScores = (value: unknown): boolean =>
  isFields(value) && [...SHARES, 'support'].every((key) => key in value);

function scoresOf({ parsed }: TreeSource, key: string, value: unknown): readonly Measured[] {
  const scores = fieldsOf(value);
  const support = Number(scores['support']);
  const average = AVERAGES.get(key);
  const facts: EntryFacts = {
    direction: 'higher',
    ...(Number.isSafeInteger(support) && { n: support }),
    ...(average === undefined && { slice: { class: key } }),
  };
  return numbersOf(parsed, [key], scores, (share) => {
    if (share === 'support') return undefined;
    const name = share === 'f1-score' ? 'f1' : share;
    return { ...facts, name: average === undefined ? name : `${name}_${average}` };
  });
}

function read(source: TreeSource): readonly Measured[] {
  const { parsed } = source;
  const root = fieldsOf(parsed.value);
  const rows = Number(fieldsOf(root['weighted avg'])['support']);
  return Object.entries(root).flatMap(([key, value]) =>
    isFields(value)
      ? scoresOf(source, key, value)
      : numbersOf(parsed, [], { [key]: value }, () => ({
          direction: 'higher',
          ...(Number.isSafeInteger(rows) && { n: rows }),
        })),
  );
}

/** `classification_report(…, output_dict=True)` of scikit-learn, saved as JSON. */
export const sklearnReport = fileFormat({
  name: 'sklearn-report',
  title: 'classification_report(output_dict=True) of scikit-learn',
  naming: '`f1[class=setosa]`, `f1_macro`, `accuracy`; n is the support',
  source: 'tree',
  fits: ({ parsed: { value } }) => {
    if (!isFields(value) || !isScores(value['macro avg'])) return false;
    return Object.entries(value).every(([key, member]) => key === 'accuracy' || isScores(member));
  },
  read: (source) => ({ metrics: read(source) }),
});
