import type { OptionsDraft, RuleDraft } from '../convert/contract-draft.ts';

/** What one aspect of a column's values suggests; `notes` say on what each option rests, by its name. */
export interface Suggestion {
  readonly options?: OptionsDraft;
  readonly notes?: Readonly<Record<string, string>>;
  readonly rules?: readonly RuleDraft[];
  /** For the reader to decide: nothing of it is in force. */
  readonly hints?: readonly string[];
}

/** Several aspects together. */
export const together = (parts: readonly Suggestion[]): Required<Suggestion> => ({
  options: Object.assign({}, ...parts.map((part) => part.options ?? {})),
  notes: Object.assign({}, ...parts.map((part) => part.notes ?? {})),
  rules: parts.flatMap((part) => part.rules ?? []),
  hints: parts.flatMap((part) => part.hints ?? []),
});

const SHARE_DIGITS = 2;

/** A number for people, in comments. */
export const shownNumber = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));

/** A count with its noun: `1 row`, `20 rows`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A share in percent for people. */
export const shownPercent = (count: number, of: number): string =>
  `${Number(((100 * count) / of).toFixed(SHARE_DIGITS))} %`;
