import type { CheckState } from '../../lib/checks/run-checks.ts';
import { sha256 } from '../../lib/digest.ts';
import type { PartDocument, PartOfTable } from '../../lib/documents/part.ts';
import type { ColumnProfile } from '../../lib/documents/profile.ts';
import { ActionError } from '../../lib/errors.ts';
import type { ColumnState } from '../../lib/profile/column-state.ts';
import { stateOf } from '../../lib/profile/state-of.ts';
import { summarizeColumn } from '../../lib/profile/summarize.ts';
import { wholeRun } from './spill.ts';
import type { ReadPart, ReadTable } from './table-parts.ts';

const ENTRY_BYTES = 16;
const REDACTED = '[redacted]';

/**
 * What is known of a part of a table, as values that outlive the job. Of classified columns only counts are kept.
 *
 * @param bytes - gets the runs of keys, one behind the other
 */
export function savedPart(
  { spec, keys: specs }: Pick<ReadTable, 'spec' | 'keys'>,
  part: ReadPart,
  bytes: Uint8Array[],
): PartOfTable {
  const classified = new Set(spec.columns.filter((column) => column.classified).map(({ name }) => name));
  let offset = bytes.reduce((sum, { length }) => sum + length, 0);
  return {
    table: spec.name,
    split: part.split ?? null,
    rows: part.rows,
    columns: part.columns.map((state) => summarizeColumn(state, classified.has(state.name))),
    files: part.files.map(({ plan: { path: _, ...plan }, digest, tally }) => ({ plan, digest, tally })),
    checks: part.checks.map((check) => redacted(check, classified)),
    keys: specs.map((key, at) => {
      // A part that the cache gave has its keys from there; without them its rows would pass for different ones.
      const kept = part.elsewhere?.[at];
      const collected = [
        ...(part.scanned?.parts ?? []).flatMap(({ keys }) => keys[at] ?? []),
        ...(kept ? [kept] : []),
      ];
      const runs = collected
        .flatMap((found) => found.runs)
        .map((run) => {
          bytes.push(new Uint8Array(wholeRun(run)));
          const place = { offset, entries: run.entries };
          offset += run.entries * ENTRY_BYTES;
          return place;
        });
      return { spec: key, bijective: collected.every(({ bijective }) => bijective), runs };
    }),
  };
}

/** Findings wait with their values; those of classified columns must not. */
function redacted(check: CheckState, classified: ReadonlySet<string>): CheckState {
  if (check.kind !== 'rows') return check;
  const kept = check.kept.map(({ file, discovery }) => {
    const { field, columns = field === undefined ? [] : [field], value } = discovery;
    const secret = value !== undefined && columns.some((name) => classified.has(name));
    return { file, discovery: secret ? { ...discovery, value: REDACTED } : discovery };
  });
  return { ...check, kept };
}

/**
 * A part that was saved, as if it had just been read.
 *
 * @param keys - the bytes of its keys
 * @param name - for messages
 * @param numberOf - the number a file of the part has among all files, given its number among those it was read with
 * @throws ActionError invalid-document
 */
export function restoredPart(
  part: PartOfTable,
  keys: Uint8Array,
  name: string,
  numberOf: (file: number) => number,
): ReadPart {
  return {
    split: part.split ?? undefined,
    rows: part.rows,
    columns: part.columns.map((column) => stateOf(column) ?? countsOf(column)),
    files: part.files.map(({ plan, digest, tally }) => ({
      plan: { ...plan, index: numberOf(plan.index), path: '' },
      digest,
      tally: { ...tally, file: numberOf(tally.file) },
    })),
    checks: part.checks.map((check) =>
      check.kind === 'rows'
        ? { ...check, kept: check.kept.map((kept) => ({ ...kept, file: numberOf(kept.file) })) }
        : check,
    ),
    elsewhere: part.keys.map(({ bijective, runs }) => ({
      bijective,
      runs: runs.map(({ offset, entries }) => ({
        entries,
        bytes: renumbered(cut(keys, offset, entries, name), numberOf),
      })),
    })),
  };
}

/**
 * The bytes of the keys beside a part, which must be those it was saved with.
 *
 * @param name - for messages
 * @throws ActionError invalid-document
 */
export function ownKeys(document: PartDocument, keys: Uint8Array, name: string): Uint8Array {
  const found = sha256(keys);
  if (found === document.keysDigest) return keys;
  throw new ActionError(
    'invalid-document',
    `${name}: the ${document.keys} beside it is not the one it was saved with: expected ${document.keysDigest}, found ${found} (${keys.length} bytes); do the two come from different shards, or was one cut off?`,
  );
}

/** Of a classified column only counts are kept: what needs its values cannot be measured after merging. */
const countsOf = ({ name, type, declared, rows, missing, invalid }: ColumnProfile): ColumnState => ({
  name,
  type,
  declared: declared ?? false,
  rows,
  missing,
  invalid,
});

function cut(keys: Uint8Array, offset: number, entries: number, name: string): Uint8Array {
  const end = offset + entries * ENTRY_BYTES;
  if (end <= keys.length) return keys.slice(offset, end);
  throw new ActionError(
    'invalid-document',
    `${name}: its keys are cut off: ${keys.length} bytes, expected at least ${end}`,
  );
}

/** Positions hold the number of a file in their upper 16 bits. */
function renumbered(bytes: Uint8Array, numberOf: (file: number) => number): ArrayBuffer {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  for (let at = 3; at < words.length; at += 4) {
    const high = words[at] ?? 0;
    words[at] = ((numberOf(high >>> 16) << 16) | (high & 0xffff)) >>> 0;
  }
  return words.slice().buffer;
}

/** Bytes one behind the other. */
export function joinedBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
