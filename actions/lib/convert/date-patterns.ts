import type { ColumnType } from '../tabular/column-type.ts';
import { compileDateFormat } from '../tabular/date-format.ts';

/** Directives of strptime with the letters of java.time that mean the same. */
const DIRECTIVES: ReadonlyMap<string, string> = new Map([
  ['Y', 'yyyy'],
  ['m', 'MM'],
  ['d', 'dd'],
  ['-m', 'M'],
  ['-d', 'd'],
  ['H', 'HH'],
  ['-H', 'H'],
  ['M', 'mm'],
  ['S', 'ss'],
  ['f', 'SSSSSS'],
  ['z', 'Z'],
  ['F', 'yyyy-MM-dd'],
  ['T', 'HH:mm:ss'],
  ['%', '%'],
]);
const ISO = ['yyyy-MM-dd', "yyyy-MM-dd'T'HH:mm:ss", 'yyyy-MM-dd HH:mm:ss', 'HH:mm:ss'];

/** A pattern of dates as contracts have it, and the type of what it reads. */
export interface DatePattern {
  /** Absent where the pattern is that of ISO 8601, which is read anyway. */
  readonly format?: string;
  readonly type: Extract<ColumnType, 'date' | 'timestamp' | 'time'>;
}

/** A pattern of strptime (`%d/%m/%Y`) for java.time; `undefined` for directives that have no counterpart. */
export function datePattern(strptime: string): DatePattern | undefined {
  const pieces = [...strptime.matchAll(/%(-?[A-Za-z%])|[A-Za-z]+|[^%A-Za-z]+|%/g)].map(
    ([piece, directive]) => (directive === undefined ? literal(piece) : DIRECTIVES.get(directive)),
  );
  if (pieces.includes(undefined)) return undefined;
  const format = pieces.join('');
  if (typeof compileDateFormat(format) !== 'function') return undefined;
  return ISO.includes(format) ? { type: typeOf(format) } : { type: typeOf(format), format };
}

const literal = (piece: string): string | undefined => {
  if (piece === '%') return undefined;
  return /^[A-Za-z]/.test(piece) ? `'${piece}'` : piece;
};

function typeOf(format: string): DatePattern['type'] {
  const letters = format.replaceAll(/'[^']*'/g, '');
  if (!/[yMd]/.test(letters)) return 'time';
  return /[Hms]/.test(letters) ? 'timestamp' : 'date';
}
