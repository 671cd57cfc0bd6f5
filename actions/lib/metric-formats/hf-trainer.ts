import { type Fields, fieldsOf, isFields } from '../schema/fields.ts';
import type { EntryFacts } from './entry.ts';
import { fileFormat } from './format.ts';
import { countOf, numbersOf } from './values.ts';

const SPLIT = /^(train|eval|test|predict)_(.+)$/;
/** What `speed_metrics` of transformers adds to every split, and how it is meant. */
const TRAINER_FACTS: ReadonlyMap<string, EntryFacts> = new Map<string, EntryFacts>([
  ['loss', { direction: 'lower' }],
  ['runtime', { direction: 'lower', unit: 's', kind: 'resource' }],
  ['samples_per_second', { direction: 'higher', kind: 'resource' }],
  ['steps_per_second', { direction: 'higher', kind: 'resource' }],
]);

/** A key without the split it begins with, the split, and what is known of it. */
function factsOf(root: Fields, key: string): EntryFacts & { readonly name: string } {
  const [, split, name] = SPLIT.exec(key) ?? [];
  if (split === undefined || name === undefined) return { name: key };
  const n = countOf(root[`${split}_samples`]);
  return { name, slice: { split }, ...(n !== undefined && { n }), ...TRAINER_FACTS.get(name) };
}

/** `all_results.json`, `eval_results.json` and their like, which `Trainer.save_metrics` writes. */
export const hfTrainer = fileFormat({
  name: 'hf-trainer',
  title: 'all_results.json or eval_results.json of the Hugging Face Trainer',
  naming: '`accuracy[split=eval]`; n is `eval_samples`',
  source: 'tree',
  fits: ({ syntax, parsed: { value } }) =>
    syntax === 'json' &&
    isFields(value) &&
    !Object.values(value).some(isFields) &&
    Object.keys(value).some((key) => ['runtime', 'samples_per_second'].includes(SPLIT.exec(key)?.[2] ?? '')),
  read: ({ parsed }) => {
    const root = fieldsOf(parsed.value);
    return { metrics: numbersOf(parsed, [], root, (key) => factsOf(root, key)) };
  },
});
