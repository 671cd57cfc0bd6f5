import type { ColumnDraft } from '../convert/contract-draft.ts';
import type { ColumnProfile } from '../documents/profile.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import { categories } from './categories.ts';
import { missingLimits } from './completeness.ts';
import { nameHints } from './name-hints.ts';
import { numberLimits } from './number-limits.ts';
import { ENOUGH_ROWS } from './risk.ts';
import { counted, type Suggestion, together } from './suggestion.ts';
import { textLimits } from './text-limits.ts';
import { uniqueness } from './uniqueness.ts';

/** Fewer values do not tell whole numbers from numbers, or codes from dates. */
const MIN_VALUES = 30;
/** Times each different whole number was seen, on the average, that make whole numbers codes or counts. */
const FEW_EACH = 10;

/**
 * What a column of later data must be, as far as its profile tells.
 *
 * @param verified - all its values were found to differ
 */
export function suggestColumn(column: ColumnProfile, verified: boolean): ColumnDraft {
  const values = column.rows - column.missing - column.invalid;
  const completeness = missingLimits(column);
  const key = column.redacted ? {} : uniqueness(column, verified);
  const type = typeOf(column, values);
  const parts: readonly Suggestion[] = [type, completeness, key, valueLimits(column)];
  const { options, notes, rules, hints } = together(parts);
  const all = [...hints, ...nameHints(column.name)];
  return {
    name: column.name,
    ...('type' in type && { type: type.type }),
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

/** Numbers that were all whole may yet have fractions; only many of them, or few different ones, say no. */
const isWhole = ({ distinct }: ColumnProfile, values: number): boolean =>
  values >= ENOUGH_ROWS || (distinct.exact && distinct.count * FEW_EACH <= values);

function typeOf(column: ColumnProfile, values: number): Suggestion & { readonly type?: ColumnType } {
  const { type, redacted } = column;
  if (type === 'empty') return { hints: ['no value at all: neither type nor limits can be said'] };
  const kept = redacted ? '; classified: its values are not in the profile' : '';
  const notes = { logicalType: `all ${counted(values, 'value')}${kept}` };
  if (values < MIN_VALUES && type !== 'string') {
    const hints = [`only ${counted(values, 'value')} of type ${type}: too few for a type and limits`];
    return type === 'integer' || type === 'number' ? { type: 'number', notes, hints } : { hints };
  }
  if (type !== 'integer' || redacted || isWhole(column, values)) return { type, notes };
  const note = `all ${counted(values, 'value')} are whole, too few to demand it: "integer" if they must be`;
  return { type: 'number', notes: { logicalType: note } };
}
