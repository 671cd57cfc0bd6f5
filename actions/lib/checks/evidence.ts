import type { ColumnProfile } from '../documents/profile.ts';
import { dateText, timestampText, timeText } from '../tabular/calendar.ts';
import type { ColumnSpec, Evidence, Measurement, TableEvidence, TableSpec } from './check.ts';

/** Nothing could be measured, and why. */
export const unmeasured = (note: string): Measurement => ({ count: undefined, note });

/** The table, or one of its splits. */
export const tableOf = (evidence: Evidence, split: string | undefined): TableEvidence | undefined =>
  split === undefined ? evidence.table : evidence.splits.get(split);

/** What the data is compared with: the baseline or a split. */
export const referenceOf = (evidence: Evidence, against: string): TableEvidence | undefined =>
  against === 'baseline' ? evidence.baseline : evidence.splits.get(against);

/** Why there is no reference. */
export const noReference = (against: string): Measurement =>
  unmeasured(
    against === 'baseline'
      ? 'there is no baseline to compare with'
      : `no files of the split "${against}" were read`,
  );

/** The profile of a column. */
export const profileOf = (table: TableEvidence | undefined, column: string): ColumnProfile | undefined =>
  table?.columns.find(({ name }) => name === column);

/** Rows with a value of the column's type. */
export const valuesIn = ({ rows, missing, invalid }: ColumnProfile): number => rows - missing - invalid;

/** Why nothing can be said of the values of a column that has some: another job read them and kept them to itself. */
export const keptBack = ({ distinct }: ColumnProfile): string | undefined =>
  distinct.count === 0 && !distinct.exact
    ? 'values of classified columns are not handed over between jobs: read all of the data in one job'
    : undefined;

/** What the contract says of a column. */
export const specOf = (table: TableSpec, column: string): ColumnSpec | undefined =>
  table.columns.find(({ name }) => name === column);

/** The column of a role. */
export const columnWithRole = (table: TableSpec, role: ColumnSpec['role']): string | undefined =>
  table.columns.find((column) => column.role === role)?.name;

/** Every distinct value of a column as text, with its count; `undefined` where there are too many to know them all. */
export function countedTexts(
  profile: ColumnProfile,
): readonly { readonly text: string; readonly count: number }[] | undefined {
  const { distribution } = profile;
  if (valuesIn(profile) === 0) return [];
  if (distribution?.kind !== 'values') return undefined;
  return distribution.values.map((value, index) => ({
    text: numberText(value, profile.type),
    count: distribution.counts[index] ?? 0,
  }));
}

/** A value of a profile as people write it. */
export function numberText(value: number | string, type: ColumnProfile['type']): string {
  if (typeof value === 'string') return value;
  if (type === 'date') return dateText(value);
  if (type === 'timestamp') return timestampText(value);
  return type === 'time' ? timeText(value) : String(value);
}

/** Whether the values of two types can be compared. */
export function family(type: ColumnProfile['type']): string {
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'date' || type === 'timestamp' ? 'instant' : type;
}
