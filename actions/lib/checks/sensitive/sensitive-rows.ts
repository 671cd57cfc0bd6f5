import type { BatchSetup, ColumnBatch, ColumnView, TextRuleHandle } from '../../columns/column-batch.ts';
import type { Discoveries, RowsWork } from '../check.ts';
import type { SensitiveKind } from './sensitive-kind.ts';

/** What to look for, and where. */
export interface SensitiveQuestion {
  readonly kinds: readonly SensitiveKind[];
  /** Whether a column is looked at. */
  readonly regards: (column: string) => boolean;
  readonly expected: string;
}

/** Most texts hold neither a digit nor a sign that these kinds are known by. */
const WORTH_A_LOOK = /[\d@:_-]/;

/** Numbers below have too few digits for anything that is looked for in columns of numbers. */
const TWELVE_DIGITS = 1e12;

/** Counts the rows that hold something sensitive. Values are never part of a finding. */
export const sensitiveRows = (question: SensitiveQuestion): RowsWork => ({
  kind: 'rows',
  start(setup, discoveries) {
    const handles = new Map<string, TextRuleHandle>();
    let [count, rows] = [0, 0];
    return {
      openFile(file) {
        for (const name of file.columns)
          if (question.regards(name) && !handles.has(name)) handles.set(name, ask(setup, name, question));
      },
      batch(batch) {
        rows += batch.rows;
        const found = foundIn(batch, handles, question.kinds);
        count += found.size;
        report(found, batch, question, discoveries);
      },
      counted: () => ({ count, of: rows }),
    };
  },
});

const ask = (setup: BatchSetup, column: string, { kinds }: SensitiveQuestion): TextRuleHandle =>
  setup.textRule(column, { kind: 'test', holds: (text) => kindOf(text, kinds) === undefined });

const kindOf = (text: string, kinds: readonly SensitiveKind[]): SensitiveKind | undefined =>
  WORTH_A_LOOK.test(text) ? kinds.find((kind) => kind.holds(text)) : undefined;

/** The first column of each row that holds something. */
function foundIn(
  batch: ColumnBatch,
  handles: ReadonlyMap<string, TextRuleHandle>,
  kinds: readonly SensitiveKind[],
): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const [column, handle] of handles) {
    const view = batch.column(column);
    if (view === undefined) continue;
    for (const row of rowsOf(view, batch.rows, handle, kinds)) if (!found.has(row)) found.set(row, column);
  }
  return found;
}

function* rowsOf(
  view: ColumnView,
  rows: number,
  handle: TextRuleHandle,
  kinds: readonly SensitiveKind[],
): Generator<number> {
  for (const row of view.misfits) if (kindOf(view.text(row) ?? '', kinds) !== undefined) yield row;
  if (view.numbers === undefined) yield* view.broken(handle).rows();
  else
    yield* longNumbers(
      view,
      rows,
      kinds.filter((kind) => kind.numeric),
    );
}

function* longNumbers(view: ColumnView, rows: number, kinds: readonly SensitiveKind[]): Generator<number> {
  if (view.type !== 'integer' || kinds.length === 0) return;
  if (view.countOutside({ exclusiveMaximum: TWELVE_DIGITS }) === 0) return;
  for (let row = 0; row < rows; row += 1) {
    const value = view.numbers?.[row] ?? 0;
    if (value >= TWELVE_DIGITS && kindOf(view.text(row) ?? '', kinds) !== undefined) yield row;
  }
}

function report(
  found: ReadonlyMap<number, string>,
  batch: ColumnBatch,
  { kinds, expected }: SensitiveQuestion,
  discoveries: Discoveries,
): void {
  for (const row of [...found.keys()].sort((a, b) => a - b)) {
    if (!discoveries.wanted) {
      discoveries.count(1);
      continue;
    }
    const field = found.get(row) ?? '';
    discoveries.add(() => ({
      file: batch.file.name,
      place: batch.place(row, field),
      field,
      expected,
      hint: `this looks like ${kindOf(batch.column(field)?.text(row) ?? '', kinds)?.words ?? 'one'}`,
    }));
  }
}
