import type { Json, Rule } from '../../../../../actions/lib/checks/check.ts';
import type { CheckResult } from '../../../../../actions/lib/documents/validation.ts';
import type { Threshold } from '../../../../../actions/lib/stats/threshold.ts';
import type { PlainFile } from '../../../../support/plain-batch.ts';
import type { PlainOptions, PlainTable } from '../../../../support/plain-run.ts';

/** What each check is tried with. */
export const CASE_KINDS = ['pass', 'fail', 'boundary', 'empty', 'all-null'] as const;

/** A rule, the data it is run on, and what must come of it. */
export interface CheckCase {
  readonly check: string;
  readonly kind: (typeof CASE_KINDS)[number];
  readonly rule: Rule;
  readonly table: PlainTable;
  readonly options: PlainOptions;
  readonly status: CheckResult['status'];
  readonly measured: number | null;
  /** Where the findings are: `line`, `line:column`, or a file without a line. */
  readonly places: readonly string[];
  /** Part of the first finding's sentence. */
  readonly message?: string;
}

/** What a case says besides what its check's cases have in common. */
export interface CaseParts {
  readonly with?: Readonly<Record<string, Json>>;
  readonly limit?: Threshold;
  readonly unit?: Rule['unit'];
  readonly column?: string;
  readonly options?: PlainOptions;
  /** Leave out the options that the cases have in common. */
  readonly bare?: true;
  readonly places?: readonly string[];
  readonly message?: string;
}

type Row = readonly [
  kind: CheckCase['kind'],
  data: string | PlainTable,
  status: CheckResult['status'],
  measured: number | null,
  more?: CaseParts,
];

/** The cases of one check. */
export const casesOf = (
  check: string,
  common: CaseParts & { readonly table?: Omit<PlainTable, 'files'> },
  rows: readonly Row[],
): readonly CheckCase[] =>
  rows.map(([kind, data, status, measured, more = {}]) => {
    const column = more.column ?? common.column;
    const limit = more.limit ?? common.limit;
    const unit = more.unit ?? common.unit;
    const message = more.message ?? common.message;
    return {
      check,
      kind,
      status,
      measured,
      rule: {
        check,
        severity: 'error',
        ...(column !== undefined && { column }),
        ...(limit !== undefined && { threshold: limit }),
        ...(unit !== undefined && { unit }),
        arguments: { ...common.with, ...more.with },
      },
      table: { ...common.table, ...(typeof data === 'string' ? { files: [csv(data)] } : data) },
      options: { ...(more.bare ? {} : common.options), ...more.options },
      places: more.places ?? [],
      ...(message !== undefined && { message }),
    };
  });

/** A file of rows separated by spaces, its first one the header: `'x,y 1,a 2,b'`. A `~` stands for a space. */
export function csv(text: string, more: Omit<PlainFile, 'columns'> = {}): PlainFile {
  const [header = [], ...rows] = text.split(' ').map((row) => row.split(','));
  const columns = header.map(
    (name, at) => [name, rows.map((row) => (row[at] ?? '').replaceAll('~', ' '))] as const,
  );
  return { ...more, columns: Object.fromEntries(columns) };
}

const single =
  (operator: Extract<Threshold, { kind: 'single' }>['operator']) =>
  (value: number): Threshold => ({ kind: 'single', operator, value });

export const atMost = single('mustBeLessOrEqualTo');
export const below = single('mustBeLessThan');
export const atLeast = single('mustBeGreaterOrEqualTo');
export const exactly = single('mustBe');
export const between = (low: number, high: number): Threshold => ({
  kind: 'range',
  operator: 'mustBeBetween',
  value: [low, high],
});
