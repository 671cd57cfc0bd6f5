import type { Finding } from '../documents/validation.ts';

/** Where a finding is, as people write it: `data/train.csv:1042:7`, `data/train.parquet row 17`; empty for a table. */
export function placeText({ file, line, column, row }: Finding): string {
  if (file === undefined) return '';
  if (line !== undefined) return `${file}:${line}${column === undefined ? '' : `:${column}`}`;
  return row === undefined ? file : `${file} row ${row}`;
}

/** What a check is about: `age`, `customers.age` or `customers` where several tables were read, empty for a table alone. */
export const subjectText = ({ table, field }: { readonly table?: string; readonly field?: string }): string =>
  [table, field].filter((part) => part !== undefined && part !== '').join('.');
