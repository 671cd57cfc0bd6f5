import type { RuleDraft } from '../convert/contract-draft.ts';
import { contractText } from '../convert/write-contract.ts';
import type { ColumnProfile } from '../documents/profile.ts';
import { suggestColumn } from './suggest-column.ts';
import { counted } from './suggestion.ts';

/** What was seen of the data. */
export interface ProfiledTable {
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
}

export interface SuggestOptions {
  /** Name of the contract and of its object. */
  readonly name: string;
  /** The files that were read, for the heading. */
  readonly source?: string;
  /** Columns whose values were compared and found to differ all, where the profile only has an estimate. */
  readonly unique?: ReadonlySet<string>;
}

/**
 * Writes a contract for data like those profiled, in the Open Data Contract Standard v3.1. Limits are not the extremes
 * seen but what as many rows of the same kind will keep; each has a comment that says on what it rests.
 */
export function suggestContract(profile: ProfiledTable, options: SuggestOptions): string {
  const columns = profile.columns.map((column) =>
    suggestColumn(column, options.unique?.has(column.name) ?? false),
  );
  return contractText(
    {
      name: options.name,
      tables: [{ name: options.name, columns, rules: profile.rows > 0 ? [rowCount(profile.rows)] : [] }],
    },
    heading(profile, options),
  );
}

const rowCount = (rows: number): RuleDraft => ({
  metric: 'rowCount',
  limit: { mustBeGreaterOrEqualTo: Math.ceil(rows / 2) },
  dimension: 'coverage',
  severity: 'error',
  note: `half of the ${counted(rows, 'row')} seen; one data set does not tell how their number varies: set what you expect`,
});

const heading = ({ rows, columns }: ProfiledTable, { source }: SuggestOptions): string =>
  [
    `Suggested from ${counted(rows, 'row')} of ${counted(columns.length, 'column')}${source === undefined ? '' : ` in ${source}`}.`,
    'Each limit is meant to hold for as many rows of the same kind; its comment says on what it rests.',
    'Read it, mend what you know better, and set status to active. A profile does not tell which column is',
    'the label, which splits there are, how columns depend on each other, and which rows must not be repeated.',
  ].join('\n');
