import { ActionError } from '../errors.ts';
import { isFields } from '../schema/fields.ts';
import type { ParsedText } from '../schema/parsed-text.ts';
import { describe } from './entry.ts';
import { fileFormat, type Measured } from './format.ts';
import { numbersOf } from './values.ts';

/**
 * The numbers of a flat JSON file, `{ "accuracy": 0.95, "model_size_bytes": 19084321 }`.
 *
 * @throws ActionError invalid-file with every member that is not a number, by line and column
 */
export function readFlatMetrics(parsed: ParsedText): readonly Measured[] {
  const { value: root, where } = parsed;
  if (!isFields(root))
    throw new ActionError(
      'invalid-file',
      `${parsed.at([])}: expected an object of names and numbers, found ${describe(root)}`,
    );
  const found = numbersOf(parsed, [], root, () => ({}));
  if (found.length === 0)
    throw new ActionError('invalid-file', `${where}: holds no metric; expected names and numbers`);
  return found;
}

/** One object of names and numbers. */
export const flat = fileFormat({
  name: 'flat',
  title: 'flat JSON, {"accuracy": 0.93}',
  naming: 'each key is a metric',
  source: 'tree',
  anyShape: true,
  general: true,
  fits: ({ syntax, parsed: { value } }) =>
    syntax === 'json' && isFields(value) && !Object.values(value).some((member) => isFields(member)),
  read: ({ parsed }) => ({ metrics: readFlatMetrics(parsed) }),
});
