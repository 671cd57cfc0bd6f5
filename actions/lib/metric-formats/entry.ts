import { ActionError } from '../errors.ts';
import type { MetricEntry } from '../policy/metrics-view.ts';
import { sliceName } from '../policy/slice-name.ts';
import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import { parseNumber } from '../tabular/number-text.ts';
import type { Measured, Place } from './format.ts';

/** What a format may say of a number besides its name and value. */
export type EntryFacts = Partial<
  Omit<MetricEntry, 'name' | 'slice' | 'value' | 'problem' | 'ci'> & {
    /** Column and value, as `{ class: 'setosa' }`. */
    readonly slice: Readonly<Record<string, string>>;
    readonly ci: MetricEntry['ci'];
  }
>;

/**
 * A number with where it stands. NaN and infinities are metrics without a value, so that exactly their gates fail.
 *
 * @param value - as it was written: never scaled
 */
export function measured(name: string, value: number, place: Place, facts: EntryFacts = {}): Measured {
  const finite = Number.isFinite(value);
  const problem = finite
    ? undefined
    : `it is ${value} at ${place()}; find out where the evaluation divides by zero or overflows`;
  return withEntry(name, finite ? value : null, problem, place, facts);
}

/** A metric that a file names and has no value for. */
export const unmeasured = (name: string, problem: string, place: Place, facts: EntryFacts = {}): Measured =>
  withEntry(name, null, problem, place, facts);

function withEntry(
  name: string,
  value: number | null,
  problem: string | undefined,
  place: Place,
  facts: EntryFacts,
): Measured {
  const { slice, ...rest } = facts;
  return {
    place,
    entry: {
      direction: undefined,
      kind: undefined,
      unit: undefined,
      n: undefined,
      ci: undefined,
      params: {},
      ...rest,
      name: name.normalize('NFC'),
      slice: slice === undefined || Object.keys(slice).length === 0 ? undefined : sliceName(slice),
      value,
      problem,
    },
  };
}

/** What keeps values of a document from being numbers, collected so that all of it is said at once. */
export class Problems {
  readonly #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line);
  }

  /** @throws ActionError invalid-file with every problem */
  throwAny(): void {
    const shown = this.#lines.slice(0, 50);
    const more = this.#lines.length - shown.length;
    if (shown.length > 0)
      throw new ActionError('invalid-file', [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'));
  }
}

/** The number at a path of a document. A text is never taken for one. @throws ActionError invalid-file */
export function numberAt(parsed: ParsedText, path: ValuePath, value: unknown): number {
  if (typeof value === 'number') return value;
  throw new ActionError('invalid-file', `${parsed.at(path)}: ${path.join('.')}: ${adviceOn(value)}`);
}

/** What stands where a number was expected, in words, and what to write instead. */
export function adviceOn(value: unknown): string {
  if (typeof value !== 'string') return `expected a number, found ${describe(value)}`;
  const shown = `expected a number, found the text ${JSON.stringify(value.slice(0, 40))}`;
  if (/^\s*\d+(\.\d+)?\s*%\s*$/.test(value))
    return `${shown}; write the fraction, ${Number((Number.parseFloat(value) / 100).toPrecision(12))}`;
  if (/^[+-]?\d+,\d+$/.test(value.trim()))
    return `${shown}; write it without quotes and with a point, ${value.trim().replace(',', '.')}`;
  return value.trim() !== '' && Number.isFinite(Number(value)) ? `${shown}; write it without quotes` : shown;
}

/** What a value is, for messages. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
}

const NON_FINITE: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
]);

/**
 * The number that a cell or line of a text format stands for, NaN and infinities as Python writes them included.
 *
 * @returns `undefined` for what is no number
 */
export function numberOfText(text: string): number | undefined {
  const plain = parseNumber(text);
  if (plain !== undefined) return plain;
  const word = NON_FINITE.get(text.toLowerCase().replace(/^[+-]/, ''));
  if (word !== undefined) return text.startsWith('-') ? -word : word;
  // Too large for a double: the infinity it stands for.
  return /^[+-]?\d+(\.\d+)?[eE]\+?\d+$/.test(text) ? Number(text) : undefined;
}
