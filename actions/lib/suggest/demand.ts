import type { OptionsDraft, RuleDraft } from '../convert/contract-draft.ts';
import { ENOUGH_ROWS, percentToAllow } from './risk.ts';
import { counted, type Suggestion } from './suggestion.ts';

/** A share above this allows too much to be an error. */
const MOST_PERCENT = 50;

/** What values were seen to satisfy without an exception. */
export interface Seen {
  /** Values that were seen. */
  readonly values: number;
  /** Rows of the table. */
  readonly rows: number;
}

/** Options that all values satisfied: an option of the type, or (after fewer rows) rules with some tolerance. */
export function demandOptions(options: OptionsDraft, notes: Suggestion['notes'], seen: Seen): Suggestion {
  const names = Object.keys(options);
  if (names.length === 0) return {};
  if (seen.values >= ENOUGH_ROWS) return { options, ...(notes && { notes }) };
  const note = names.map((name) => `${name}: ${notes?.[name] ?? ''}`).join('\n');
  return {
    rules: tolerant(
      { metric: 'invalidValues', arguments: { ...options }, dimension: 'conformity', note },
      seen,
    ),
  };
}

/** A rule without exception: an error, or (after fewer rows) an error with some tolerance and a warning without. */
export function demandRule(rule: RuleDraft, seen: Seen): readonly RuleDraft[] {
  return seen.values >= ENOUGH_ROWS
    ? [{ ...rule, limit: { mustBe: 0 }, severity: 'error' }]
    : tolerant(rule, seen);
}

function tolerant(rule: RuleDraft, { values, rows }: Seen): readonly RuleDraft[] {
  const percent = percentToAllow(0, rows);
  const why = `${counted(values, 'value')} do not rule out exceptions: the first is a warning, a share that chance does not explain an error`;
  const warning: RuleDraft = {
    ...rule,
    limit: { mustBe: 0 },
    severity: 'warning',
    note: 'the same, without exception',
  };
  if (percent > MOST_PERCENT) return [{ ...warning, note: withWords(rule.note, why) }];
  return [
    {
      ...rule,
      limit: { mustBeLessOrEqualTo: percent },
      unit: 'percent',
      severity: 'error',
      note: withWords(rule.note, why),
    },
    warning,
  ];
}

const withWords = (note: string | undefined, words: string): string =>
  note === undefined ? words : `${note}\n${words}`;
