import type { ColumnProfile, Distribution } from '../documents/profile.ts';
import { demandOptions } from './demand.ts';
import { counted, type Suggestion } from './suggestion.ts';
import { mirrored, tailOfCounts } from './tail.ts';
import { upperLimit } from './tail-limit.ts';
import { commonShape, isCode, shapePattern } from './text-shape.ts';

/** Different texts of one shape that make the shape a demand. */
const MIN_DIFFERENT = 50;
/** Where single texts are not known: how many times the longest text the next ones may have. */
const ROOM = 5;
/** Where single texts are not known: fewer do not tell how long they may be. */
const MIN_TEXTS = 1_000;

/** Lengths and the pattern of texts that are no closed list of values. */
export function textLimits(column: ColumnProfile): Suggestion {
  const { length, distribution } = column;
  if (column.type !== 'string' || length === undefined) return {};
  const pattern = distribution?.kind === 'values' ? codePattern(distribution, column) : undefined;
  return (
    pattern ?? (distribution?.kind === 'values' ? lengthLimits(distribution, column) : roughLengths(column))
  );
}

type Values = Extract<Distribution, { kind: 'values' }>;

function codePattern({ values, counts }: Values, column: ColumnProfile): Suggestion | undefined {
  if (values.length < MIN_DIFFERENT) return undefined;
  const shape = commonShape(values.map(String));
  if (shape === undefined || !isCode(shape)) return undefined;
  const rows = sum(counts);
  return demandOptions(
    { pattern: shapePattern(shape) },
    { pattern: `all ${values.length} different texts in ${counted(rows, 'row')} have this shape` },
    { values: rows, rows: column.rows },
  );
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Lengths count code points, as the profile does. */
function lengthLimits({ values, counts }: Values, column: ColumnProfile): Suggestion {
  const seen = new Map<number, number>();
  for (const [index, value] of values.entries()) {
    const length = [...String(value)].length;
    seen.set(length, (seen.get(length) ?? 0) + (counts[index] ?? 0));
  }
  const lengths = tailOfCounts(seen);
  const most = upperLimit(lengths);
  const least = upperLimit(mirrored(lengths));
  const rows = counted(lengths.rows, 'text');
  const minLength = least && Math.floor(-least.limit);
  const longest = lengths.high[lengths.high.length - 1];
  return demandOptions(
    {
      ...(minLength !== undefined && minLength > 1 && { minLength }),
      ...(most && { maxLength: Math.ceil(most.limit) }),
    },
    {
      minLength: `the shortest of ${rows} has ${counted(lengths.low[0] ?? 0, 'character')}`,
      maxLength: `the longest of ${rows} has ${counted(longest ?? 0, 'character')}; ${most?.kind === 'end' ? 'the lengths end there' : 'extrapolated from the spacing of the longest'}`,
    },
    { values: lengths.rows, rows: column.rows },
  );
}

function roughLengths({ length, rows, missing }: ColumnProfile): Suggestion {
  const texts = rows - missing;
  if (length === undefined || texts < MIN_TEXTS) return {};
  const { min, max } = length;
  const seen = `the ${counted(texts, 'text')} have ${min === max ? min : `${min} to ${max}`} characters`;
  return demandOptions(
    min === max ? { minLength: min, maxLength: max } : { maxLength: ROOM * max },
    {
      minLength: seen,
      maxLength: min === max ? seen : `${seen}; ${ROOM} times the longest, as single texts are not kept`,
    },
    { values: texts, rows },
  );
}
