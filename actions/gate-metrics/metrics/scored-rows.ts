import type { ScoredRow } from '../../lib/documents/metrics.ts';
import { ActionError, errorMessage } from '../../lib/errors.ts';
import { isGzip } from '../../lib/tabular/is-gzip.ts';
import { unpackStream } from '../../runtime/unpack-stream.ts';

/** Unpacked bytes beyond this are no evaluation but a bomb. */
const UNPACKED_LIMIT = 4 * 1024 ** 3;

/**
 * The rows of `rows.ndjson.gz` (or of the same without gzip).
 *
 * @throws ActionError invalid-file with the line, limit-exceeded
 */
export async function readScoredRows(bytes: Uint8Array, name: string): Promise<readonly ScoredRow[]> {
  const rows: ScoredRow[] = [];
  const read = (line: string): void => {
    if (line.trim() !== '') rows.push(readRow(line, `${name}:${rows.length + 1}`));
  };
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let size = 0;
  try {
    for await (const chunk of unpacked(bytes)) {
      size += chunk.length;
      if (size > UNPACKED_LIMIT)
        throw new ActionError('limit-exceeded', `${name}: unpacks to more than ${UNPACKED_LIMIT} bytes`);
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) read(line);
    }
    read(rest + decoder.decode());
  } catch (error) {
    if (error instanceof ActionError) throw error;
    throw new ActionError('invalid-file', `${name}: cannot be unpacked: ${errorMessage(error)}`, {
      cause: error,
    });
  }
  return rows;
}

async function* unpacked(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  if (isGzip(bytes)) yield* unpackStream('gzip', once(bytes));
  else yield bytes;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

function readRow(line: string, place: string): ScoredRow {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (error) {
    throw new ActionError('invalid-file', `${place}: not valid JSON: ${errorMessage(error)}`, {
      cause: error,
    });
  }
  if (isScoredRow(row)) return row;
  throw new ActionError(
    'invalid-file',
    `${place}: expected {"id": text, "y": label, "p": prediction, "s"?: score or scores, "w"?: weight, "c"?: cluster, "k"?: slices, "m"?: numbers}`,
  );
}

const isValue = (value: unknown): boolean => typeof value === 'string' || Number.isFinite(value);
const isScores = (value: unknown): boolean =>
  Number.isFinite(value) || (Array.isArray(value) && value.every(Number.isFinite));
const isWeight = (value: unknown): boolean =>
  typeof value === 'number' && value >= 0 && Number.isFinite(value);
const isCluster = (value: unknown): boolean => Number.isSafeInteger(value);
const isNumbers = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).every(Number.isFinite);
const isNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

/** Optional members and what they have to be. */
const OPTIONAL: readonly (readonly ['s' | 'w' | 'c' | 'k' | 'm', (value: unknown) => boolean])[] = [
  ['s', isScores],
  ['w', isWeight],
  ['c', isCluster],
  ['k', isNames],
  ['m', isNumbers],
];

function isScoredRow(row: unknown): row is ScoredRow {
  if (typeof row !== 'object' || row === null || !('id' in row) || !('y' in row) || !('p' in row))
    return false;
  if (typeof row.id !== 'string' || !isValue(row.y) || !isValue(row.p)) return false;
  const members: ReadonlyMap<string, unknown> = new Map(Object.entries(row));
  return OPTIONAL.every(([key, holds]) => !members.has(key) || holds(members.get(key)));
}
