import type { BatchSetup, ColumnBatch, ColumnView, TextRuleHandle } from '../../columns/column-batch.ts';
import type { Discoveries, RowsWork } from '../check.ts';
import type { SensitiveKind } from './sensitive-kind.ts';

/** What to look for, and where. */
export interface SensitiveQuestion {
  readonly kinds: readonly SensitiveKind[];
  /** Whether a column is looked at. */
  readonly regards: (column: string) => boolean;
  readonly expected: string;
  /** Regular expressions of which a text that holds anything breaks one; the engine matches them fast. */
  readonly harmless: readonly string[];
  /** A faster look at a text before each kind has its own; absent where there is none. */
  worthALook?(text: string): boolean;
}

/** Numbers below have too few digits for anything that is looked for in columns of numbers. */
const TWELVE_DIGITS = 1e12;

/** Counts the rows that hold something sensitive. Values are never part of a finding. */
export const sensitiveRows = (question: SensitiveQuestion): RowsWork => ({
  kind: 'rows',
  start(setup, discoveries) {
    const handles = new Map<string, readonly TextRuleHandle[]>();
    const looks = looksOf(question);
    let [count, rows] = [0, 0];
    return {
      openFile(file) {
        for (const name of file.columns)
          if (question.regards(name) && !handles.has(name)) handles.set(name, ask(setup, name, question));
      },
      batch(batch) {
        rows += batch.rows;
        const found = foundIn(batch, handles, looks);
        count += found.size;
        report(found, batch, question.expected, looks, discoveries);
      },
      counted: () => ({ count, of: rows }),
    };
  },
});

const ask = (setup: BatchSetup, column: string, { harmless }: SensitiveQuestion): readonly TextRuleHandle[] =>
  harmless.map((source) => setup.textRule(column, { kind: 'pattern', source }));

type Look = (text: string) => SensitiveKind | undefined;

/** What texts hold, and what numbers do. */
interface Looks {
  readonly texts: Look;
  /** Absent where nothing that is looked for may be a number. */
  readonly numbers: Look | undefined;
}

function looksOf({ kinds, worthALook = () => true }: SensitiveQuestion): Looks {
  const numeric = kinds.filter((kind) => kind.numeric);
  return {
    texts: (text) => (worthALook(text) ? kinds.find((kind) => kind.holds(text)) : undefined),
    numbers: numeric.length === 0 ? undefined : (text) => numeric.find((kind) => kind.holds(text)),
  };
}

/** The first column of each row that holds something. */
function foundIn(
  batch: ColumnBatch,
  handles: ReadonlyMap<string, readonly TextRuleHandle[]>,
  looks: Looks,
): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const [column, rules] of handles) {
    const view = batch.column(column);
    if (view === undefined) continue;
    for (const row of rowsOf(view, batch.rows, rules, looks)) if (!found.has(row)) found.set(row, column);
  }
  return found;
}

function* rowsOf(
  view: ColumnView,
  rows: number,
  rules: readonly TextRuleHandle[],
  { texts, numbers }: Looks,
): Generator<number> {
  for (const row of view.misfits) if (holds(view, row, texts)) yield row;
  if (view.numbers === undefined) yield* suspicious(view, rules, texts);
  else if (numbers !== undefined && view.type === 'integer') yield* longNumbers(view, rows, numbers);
}

const holds = (view: ColumnView, row: number, look: Look): boolean =>
  look(view.text(row) ?? '') !== undefined;

function* suspicious(view: ColumnView, rules: readonly TextRuleHandle[], look: Look): Generator<number> {
  for (const rule of rules) {
    const broken = view.broken(rule);
    if (broken.count > 0) for (const row of broken.rows()) if (holds(view, row, look)) yield row;
  }
}

function* longNumbers(view: ColumnView, rows: number, look: Look): Generator<number> {
  if (view.countOutside({ exclusiveMaximum: TWELVE_DIGITS }) === 0) return;
  for (let row = 0; row < rows; row += 1)
    if ((view.numbers?.[row] ?? 0) >= TWELVE_DIGITS && holds(view, row, look)) yield row;
}

function report(
  found: ReadonlyMap<number, string>,
  batch: ColumnBatch,
  expected: string,
  { texts }: Looks,
  discoveries: Discoveries,
): void {
  if (!discoveries.wanted) {
    discoveries.count(found.size);
    return;
  }
  for (const row of [...found.keys()].sort((a, b) => a - b)) {
    const field = found.get(row) ?? '';
    discoveries.add(() => ({
      file: batch.file.name,
      place: batch.place(row, field),
      field,
      expected,
      hint: `this looks like ${texts(batch.column(field)?.text(row) ?? '')?.words ?? 'one'}`,
    }));
  }
}
