import type { ColumnProfile } from '../documents/profile.ts';
import { counted, type Suggestion } from './suggestion.ts';
import { commonShape, isCode, isFixed, shapeSize } from './text-shape.ts';

const MIN_ROWS = 100;
/** Pairs of equal values expected by chance that, when there is none, show that values are given out once: e^-20. */
const EXPECTED_PAIRS = 20;
/** Names of columns that identify rows. */
const KEY_NAME =
  /(^|[_\s.-])(id|key|uuid|guid|pk|uid)$|^(id|uuid|guid)([_\s.-]|$)|[a-z](Id|ID|Key|Uuid|UUID)$/;
/** Numbers of different texts at which chance no longer repeats one. */
const VAST = 1e12;

/**
 * Whether every row has a value of its own by design: all values differ although, drawn at random from the same range,
 * some would be equal (the birthday problem); or the column is named as a key.
 *
 * @param verified - the values were compared with each other, all different
 */
export function uniqueness(
  column: ColumnProfile,
  verified: boolean,
): Suggestion & { readonly unique?: true } {
  const values = column.rows - column.missing - column.invalid;
  const { count, exact } = column.distinct;
  if (values < MIN_ROWS || !IDENTIFYING.includes(column.type)) return {};
  if (!exact && !verified)
    return aboutAllDistinct(column, values)
      ? {
          hints: [
            `about as many different values as rows (an estimate): add "unique: true" if each row has its own`,
          ],
        }
      : {};
  if (!verified && count !== values) return {};
  const reason = byDesign(column, values);
  const all = `all ${counted(values, 'value')} differ`;
  return reason === undefined
    ? { hints: [`${all}, perhaps by chance: add "unique: true" if each row has its own`] }
    : { unique: true, notes: { unique: `${all}; ${reason}` } };
}

const IDENTIFYING: readonly ColumnProfile['type'][] = ['integer', 'string'];

const aboutAllDistinct = ({ distinct }: ColumnProfile, values: number): boolean =>
  Math.abs(distinct.count / values - 1) <= 3 * (distinct.relativeError ?? 0);

function byDesign(column: ColumnProfile, values: number): string | undefined {
  const size = rangeSize(column);
  const pairs = size === undefined ? 0 : (values * (values - 1)) / (2 * size);
  if (pairs >= EXPECTED_PAIRS)
    return `by chance about ${Math.round(pairs)} pairs would be equal among ${Math.round(size ?? 0)} possible values`;
  if (size !== undefined && column.type === 'string' && size >= VAST) return 'codes too many to repeat';
  return KEY_NAME.test(column.name) ? 'its name is that of a key' : undefined;
}

/** How many values there could be: whole numbers in the range, codes of the shape. */
function rangeSize({ type, numeric, distribution }: ColumnProfile): number | undefined {
  if (type === 'integer') return numeric && numeric.max - numeric.min + 1;
  if (distribution?.kind !== 'values') return undefined;
  const shape = commonShape(distribution.values.map(String));
  return shape && isCode(shape) && isFixed(shape) ? shapeSize(shape) : undefined;
}
