import type { Rule, TableEvidence, TableSpec } from '../../lib/checks/check.ts';
import type { RunState } from '../../lib/checks/run-checks.ts';
import type { KeySpec } from '../../lib/columns/key-index.ts';
import type { Digest } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import type { ColumnState } from '../../lib/profile/column-state.ts';
import { conflictText } from '../../lib/profile/merge-state.ts';
import { mergeTables } from '../../lib/profile/merge-tables.ts';
import { summarizeColumn } from '../../lib/profile/summarize.ts';
import { type FilePlan, fileColumns } from '../../lib/scan/file-plan.ts';
import type { FileTally } from '../../lib/scan/part.ts';
import { fileNotes } from './file-notes.ts';
import type { Scanned } from './scan-table.ts';

/** A file that was read, with what became known of it. */
export interface ReadFile {
  readonly plan: FilePlan;
  readonly digest: Digest;
  readonly tally: FileTally;
}

/** One part of a table after reading. */
export interface ReadPart {
  readonly split: string | undefined;
  readonly rows: number;
  readonly columns: readonly ColumnState[];
  readonly files: readonly ReadFile[];
  readonly checks: RunState;
  /** What it takes to read rows again; of a part that another job read, only its keys are here. */
  readonly scanned?: Scanned;
  readonly elsewhere?: Scanned['parts'][number]['keys'];
  /** Reads a part from the cache after all, for its rows. */
  readonly again?: () => Promise<Scanned>;
}

/** A table after reading. */
export interface ReadTable {
  readonly spec: TableSpec;
  readonly rules: readonly Rule[];
  readonly keys: readonly KeySpec[];
  readonly parts: readonly ReadPart[];
}

/** Parts as one; an error where they show types that exclude each other. @throws ActionError invalid-file */
export function mergeColumns(
  parts: readonly {
    readonly name: string;
    readonly rows: number;
    readonly columns: readonly ColumnState[];
  }[],
): { readonly rows: number; readonly columns: readonly ColumnState[] } {
  const { rows, columns, conflicts } = mergeTables(parts);
  if (conflicts.length > 0)
    throw new ActionError(
      'invalid-file',
      conflicts.map(({ conflict, parts: names }) => conflictText(conflict, names)).join('\n'),
    );
  return { rows, columns };
}

/** The files of parts in the order that one job would read them in: parts of shards hold every n-th file. */
export const filesOf = (parts: readonly ReadPart[]): readonly ReadFile[] =>
  parts.flatMap(({ files }) => files).sort((a, b) => a.plan.index - b.plan.index);

/** What the checks are shown of some parts of a table. */
export function evidenceOf(parts: readonly ReadPart[]): TableEvidence {
  const { rows, columns } = mergeColumns(
    parts.map((part, at) => ({
      name: part.split ?? `part ${at + 1}`,
      rows: part.rows,
      columns: part.columns,
    })),
  );
  const files = filesOf(parts);
  return {
    rows,
    malformed: files.reduce((sum, { tally }) => sum + tally.malformed, 0),
    files: files.map(({ plan, digest, tally }) => ({
      name: plan.name,
      format: plan.format,
      bytes: plan.size,
      sha256: digest.replace('sha256:', ''),
      ...(plan.groups === undefined && { encoding: plan.encoding }),
      columns: fileColumns(plan),
      notes: fileNotes(plan, tally),
    })),
    columns: columns.map((state) => summarizeColumn(state)),
  };
}
