import type { ColumnProfile, Distribution } from '../documents/profile.ts';
import { ENOUGH_ROWS, percentToAllow } from './risk.ts';
import { counted, type Suggestion } from './suggestion.ts';
import { mirrored, tailOfCounts } from './tail.ts';
import { upperLimit } from './tail-limit.ts';
import { commonShape, isCode, shapePattern } from './text-shape.ts';

/** Different texts of one shape that make the shape a demand. */
const MIN_DIFFERENT = 50;
/** Where single texts are not known: how many times the longest text the next ones may have. */
const ROOM = 5;

/** Lengths and the pattern of texts that are no closed list of values. */
export function textLimits(column: ColumnProfile): Suggestion {
  const { length, distribution } = column;
  if (column.type !== 'string' || length === undefined) return {};
  const pattern = distribution?.kind === 'values' ? codePattern(distribution, column) : undefined;
  return pattern ?? (distribution?.kind === 'values' ? lengthLimits(distribution) : roughLengths(column));
}

type Values = Extract<Distribution, { kind: 'values' }>;

function codePattern({ values, counts }: Values, column: ColumnProfile): Suggestion | undefined {
  if (values.length < MIN_DIFFERENT) return undefined;
  const shape = commonShape(values.map(String));
  if (shape === undefined || !isCode(shape)) return undefined;
  const rows = sum(counts);
  const pattern = shapePattern(shape);
  const seen = `all ${values.length} different texts in ${counted(rows, 'row')} have this shape`;
  if (rows >= ENOUGH_ROWS) return { options: { pattern }, notes: { pattern: seen } };
  return {
    rules: [
      {
        metric: 'invalidValues',
        arguments: { pattern },
        limit: { mustBeLessOrEqualTo: Math.min(100, percentToAllow(0, column.rows)) },
        unit: 'percent',
        dimension: 'conformity',
        severity: 'error',
        note: `${seen}; too few to allow no other (${ENOUGH_ROWS} are enough)`,
      },
    ],
  };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** Lengths count code points, as the profile does. */
function lengthLimits({ values, counts }: Values): Suggestion {
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
  return {
    options: {
      ...(minLength !== undefined && minLength > 1 && { minLength }),
      ...(most && { maxLength: Math.ceil(most.limit) }),
    },
    notes: {
      minLength: `the shortest of ${rows} has ${counted(lengths.low[0] ?? 0, 'character')}`,
      maxLength: `the longest of ${rows} has ${counted(longest ?? 0, 'character')}; ${most?.kind === 'end' ? 'the lengths end there' : 'extrapolated from the spacing of the longest'}`,
    },
  };
}

function roughLengths({ length, rows, missing }: ColumnProfile): Suggestion {
  const texts = rows - missing;
  if (length === undefined || texts < ENOUGH_ROWS) return {};
  const { min, max } = length;
  const note = `the ${counted(texts, 'text')} have ${min === max ? min : `${min} to ${max}`} characters`;
  return {
    options: min === max ? { minLength: min, maxLength: max } : { maxLength: ROOM * max },
    notes: {
      minLength: note,
      maxLength: min === max ? note : `${note}; ${ROOM} times the longest, as single texts are not kept`,
    },
  };
}
