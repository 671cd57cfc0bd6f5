import type { ColumnDraft } from '../convert/contract-draft.ts';
import type { ColumnProfile } from '../documents/profile.ts';
import { categories } from './categories.ts';
import { missingLimits } from './completeness.ts';
import { nameHints } from './name-hints.ts';
import { numberLimits } from './number-limits.ts';
import { counted, type Suggestion, together } from './suggestion.ts';
import { textLimits } from './text-limits.ts';
import { uniqueness } from './uniqueness.ts';

/** Fewer values do not tell whole numbers from numbers, or codes from dates. */
const MIN_VALUES = 30;

/**
 * What a column of later data must be, as far as its profile tells.
 *
 * @param verified - all its values were found to differ
 */
export function suggestColumn(column: ColumnProfile, verified: boolean): ColumnDraft {
  const values = column.rows - column.missing - column.invalid;
  const completeness = missingLimits(column);
  const key = column.redacted ? {} : uniqueness(column, verified);
  const parts: readonly Suggestion[] = [typeOf(column, values), completeness, key, valueLimits(column)];
  const { options, notes, rules, hints } = together(parts);
  const type = writtenType(column, values);
  const all = [...hints, ...nameHints(column.name)];
  return {
    name: column.name,
    ...(type && { type }),
    ...('required' in completeness && { required: true }),
    ...('unique' in key && { unique: true }),
    ...(column.redacted && { classification: 'restricted' }),
    options,
    rules,
    notes,
    ...(all.length > 0 && { note: all.join('\n') }),
  };
}

const valueLimits = (column: ColumnProfile): Suggestion =>
  column.redacted ? {} : (categories(column) ?? together([textLimits(column), numberLimits(column)]));

function writtenType({ type }: ColumnProfile, values: number): ColumnDraft['type'] {
  if (type === 'empty') return undefined;
  if (values >= MIN_VALUES || type === 'string') return type;
  return type === 'integer' || type === 'number' ? 'number' : undefined;
}

function typeOf({ type, redacted }: ColumnProfile, values: number): Suggestion {
  if (type === 'empty') return { hints: ['no value at all: neither type nor limits can be said'] };
  if (values < MIN_VALUES && type !== 'string')
    return {
      notes: { logicalType: `only ${counted(values, 'value')}, too few to say more` },
      hints: [`${counted(values, 'value')} of type ${type}: too few for limits`],
    };
  const kept = redacted ? '; classified: its values are not in the profile' : '';
  return { notes: { logicalType: `all ${counted(values, 'value')}${kept}` } };
}
