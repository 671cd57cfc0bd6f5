import { canonicalJson, type Digest, sha256, sha256Of } from '../lib/digest.ts';
import type { ScoredRow } from '../lib/documents/metrics.ts';
import type { EvaluationRows } from '../lib/metrics/rows.ts';
import { documentLabel, type Evaluation } from './evaluate.ts';
import { sliceText } from './slices.ts';

/** Digits of a hashed id: 64 bits, so that a million rows share none but by a chance of 1 in 30 million. */
const HASHED_DIGITS = 16;

const hashed = (id: string): string => sha256(id).slice('sha256:'.length, 'sha256:'.length + HASHED_DIGITS);

/**
 * The digest that says whether two evaluations used the same test rows: over [id, label, weight] of every row
 * that has a label, whatever a model made of it.
 */
export function dataDigest(evaluation: Evaluation): Digest {
  function* pieces(): Generator<string> {
    let separator = '[';
    for (const [row, id] of evaluation.ids.entries()) {
      const label = documentLabel(evaluation, row);
      if (label === undefined) continue;
      yield separator + canonicalJson([id, label, evaluation.weights?.[row] ?? 1]);
      separator = ',';
    }
    yield separator === '[' ? '[]' : ']';
  }
  return sha256Of(pieces());
}

function predictedOf(rows: EvaluationRows, row: number): Pick<ScoredRow, 'p' | 's'> {
  if (rows.task === 'regression') return { p: rows.predicted[row] ?? 0 };
  const p = rows.labels[rows.predicted[row] ?? 0] ?? '';
  if (!rows.scores) return { p };
  if (rows.task === 'binary') return { p, s: rows.scores[row] ?? 0 };
  const width = rows.labels.length;
  return { p, s: [...rows.scores.subarray(row * width, (row + 1) * width)] };
}

/** The lines of `rows.ndjson`: one per row that was measured. */
export function* scoredRowLines(evaluation: Evaluation, ids: 'full' | 'hashed'): Generator<string> {
  const { rows, source, slices } = evaluation;
  const names: string[][] = Array.from(source, () => []);
  for (const slice of slices) for (const row of slice.rows) names[row]?.push(sliceText(slice));
  for (const [row, tableRow] of source.entries()) {
    const id = evaluation.ids[tableRow] ?? '';
    const own = names[row] ?? [];
    const line: ScoredRow = {
      id: ids === 'hashed' ? hashed(id) : id,
      y: documentLabel(evaluation, tableRow) ?? '',
      ...predictedOf(rows, row),
      ...(rows.weights && { w: rows.weights[row] ?? 1 }),
      ...(own.length > 0 && { k: own }),
    };
    yield `${JSON.stringify(line)}\n`;
  }
}

/** Lines that are packed at a time. */
const CHUNK_LINES = 10_000;

/**
 * Texts as one gzip file.
 *
 * @param redact - keeps secrets out; what is packed cannot be redacted any more
 */
export async function packLines(
  lines: Iterable<string>,
  redact: (text: string) => string,
): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const source = ReadableStream.from(
    (function* () {
      let chunk: string[] = [];
      for (const line of lines) {
        chunk.push(line);
        if (chunk.length < CHUNK_LINES) continue;
        yield encoder.encode(redact(chunk.join('')));
        chunk = [];
      }
      yield encoder.encode(redact(chunk.join('')));
    })(),
  );
  const packed = source.pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
