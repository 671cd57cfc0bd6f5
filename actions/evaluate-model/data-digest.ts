import { canonicalJson, type Digest, sha256Of } from '../lib/digest.ts';
import type { Task } from '../lib/documents/metrics.ts';
import { columnsWith, labelsOf, numbersOf } from './columns.ts';
import type { Evaluation } from './evaluate.ts';
import type { Columns } from './inputs.ts';

/** Rows whose ids are hashed at a time. */
const PIECE = 1 << 16;

/** Tasks whose labels are quantities. */
const OF_NUMBERS: ReadonlySet<Task> = new Set(['regression', 'ranking', 'forecast']);

/**
 * The digest that says whether two evaluations used the same test rows: over the id, label and weight of every row
 * that has a label, whatever a model made of it and in whatever format they were read.
 *
 * Hashed are, one after the other: a head (canonical JSON), the labels (doubles, or the different ones in order and
 * for each row the place of its own in that list), the weights (doubles) and the ids (JSON).
 */
export function dataDigest({ predictions, ids, weights, task }: Evaluation, columns: Columns): Digest {
  const { table } = predictions;
  const labels = targetColumns(columns, table.columns).flatMap((name) => {
    const column = table.column(name);
    return column ? [labelBytes(name, column)] : [];
  });
  const [first] = labels;
  const kept = rowsWith(first?.has, table.rowCount);

  function labelBytes(name: string, column: Parameters<typeof labelsOf>[0]) {
    if (OF_NUMBERS.has(task.task)) {
      const values = numbersOf(table, name, column);
      return { list: [] as readonly string[], of: values, has: (row: number) => !Number.isNaN(values[row]) };
    }
    const { codes, labels: texts } = labelsOf(column);
    const sorted = [...texts].sort();
    const at = new Map(sorted.map((label, index) => [label, index]));
    const place = texts.map((label) => at.get(label) ?? -1);
    const of = codes.map((code) => (code < 0 ? -1 : (place[code] ?? -1)));
    return { list: sorted, of, has: (row: number) => (of[row] ?? -1) >= 0 };
  }

  function* pieces(): Generator<string | Uint8Array> {
    yield canonicalJson([
      task.task,
      labels.map(({ list }) => list),
      ids.named,
      weights !== undefined,
      kept.length,
    ]);
    for (const { of } of labels) yield bytesOf(of, kept);
    if (weights) yield bytesOf(weights, kept);
    if (!ids.named) return;
    for (let from = 0; from < kept.length; from += PIECE)
      yield JSON.stringify(Array.from(kept.subarray(from, from + PIECE), (row) => ids.of(row)));
  }
  return sha256Of(pieces());
}

const targetColumns = ({ target }: Columns, columns: readonly string[]): readonly string[] =>
  target.endsWith('*') && !columns.includes(target) ? columnsWith({ columns }, target) : [target];

function rowsWith(has: ((row: number) => boolean) | undefined, count: number): Uint32Array {
  const rows = new Uint32Array(count);
  let kept = 0;
  // Without labels, as for scores, every row counts.
  for (let row = 0; row < count; row++) if (!has || has(row)) rows[kept++] = row;
  return rows.subarray(0, kept);
}

/** The bytes of the wanted rows' values; little-endian, as all machines are that run this. */
function bytesOf(values: Float64Array | Int32Array, rows: Uint32Array): Uint8Array {
  if (rows.length === values.length)
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const picked =
    values instanceof Float64Array
      ? Float64Array.from(rows, (row) => values[row] ?? 0)
      : Int32Array.from(rows, (row) => values[row] ?? 0);
  return new Uint8Array(picked.buffer);
}
