import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../actions/lib/stats/random.ts';
import type { FoundRows } from '../support/found-rows.ts';
import { mutate } from '../support/mutate.ts';
import { readPlainCsv } from '../support/plain-csv.ts';

/** What became of reading one damaged file. */
type Outcome =
  | { readonly found: FoundRows }
  | { readonly rows: number }
  | { readonly refused: string }
  | { readonly crashed: string }
  | { readonly hung: true };

/** Far more than any of these small files takes (10 ms), even on a machine that has other things to do. */
const LIMIT_MS = 5_000;

/** Reads files in a thread of its own, so that one that never ends can be ended. */
class WatchedReader {
  #worker: Worker | undefined;

  async read(name: string, bytes: Uint8Array): Promise<Outcome> {
    this.#worker ??= await startWorker();
    const worker = this.#worker;
    const outcome = await new Promise<Outcome>((resolve) => {
      const failed = (error: unknown): void => done({ crashed: String(error) });
      const timer = setTimeout(() => done({ hung: true }), LIMIT_MS);
      const done = (result: Outcome): void => {
        clearTimeout(timer);
        worker.off('message', done).off('error', failed);
        resolve(result);
      };
      worker.on('message', done).on('error', failed);
      worker.postMessage({ name, bytes });
    });
    if ('hung' in outcome || 'crashed' in outcome) await this.close();
    return outcome;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'mlops-damaged-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A thread that says that it is ready: what it takes to start is no file's fault. */
async function startWorker(): Promise<Worker> {
  const worker = new Worker(join(import.meta.dirname, 'read-mutated-worker.ts'), {
    execArgv: [],
    workerData: folder,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  await once(worker, 'message');
  return worker;
}

/** Written by make-parquet.py there: 300 rows each. */
const PARQUET = join(import.meta.dirname, '../fixtures/tabular-cases/mutate');
const encoder = new TextEncoder();

/** A table of many kinds of cells, as CSV or JSON Lines. */
const records = Array.from({ length: 60 }, (_, row) => ({
  id: row,
  name: row % 7 === 0 ? null : `name ${row}`,
  note: ['plain', 'with, comma', 'said "yes"', 'two\nlines', 'café 😀'][row % 5] ?? '',
  score: row % 4 === 0 ? null : row * 1.25 - 3,
  day: `2024-0${1 + (row % 9)}-15`,
  active: row % 2 === 0,
}));
const csvCell = (value: unknown): string =>
  /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? '');
const csvBase = encoder.encode(
  ['id,name,note,score,day,active', ...records.map((row) => Object.values(row).map(csvCell).join(','))].join(
    '\n',
  ),
);
const jsonBase = encoder.encode(`${records.map((row) => JSON.stringify(row)).join('\n')}\n`);

/** Damages files one after the other and gathers what is wrong with the answers; `[]` is what a test expects. */
async function faults(
  files: number,
  seed: number,
  bases: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  judge: (outcome: Outcome, bytes: Uint8Array, base: string) => string | undefined,
): Promise<readonly string[]> {
  const found: string[] = [];
  const reader = new WatchedReader();
  for (let index = 0; index < files; index += 1) {
    const base = bases[index % bases.length];
    if (base === undefined) throw new Error('no files to damage');
    const { how, bytes } = mutate(base.bytes, seededRandom(seed + index));
    const outcome = await reader.read(base.name, bytes);
    const fault = commonFault(outcome, base.name) ?? judge(outcome, bytes, base.name);
    if (fault !== undefined) found.push(`seed ${seed + index}, ${base.name}, ${how}: ${fault}`);
  }
  await reader.close();
  return found;
}

/** What no reader may do to any file. */
function commonFault(outcome: Outcome, name: string): string | undefined {
  if ('hung' in outcome) return `still at it after ${LIMIT_MS} ms`;
  if ('crashed' in outcome) return `crashed: ${outcome.crashed}`;
  if ('refused' in outcome && !outcome.refused.includes(name)) return `says not where: ${outcome.refused}`;
  return undefined;
}

const attempt = <T>(run: () => T): T | undefined => {
  try {
    return run();
  } catch {
    return undefined;
  }
};

/** What begins like another format is refused, whatever it is called. */
const MAY_REFUSE = /the content is|Git LFS|is gzip|HTML|looks like UTF-16/;

/** The rows and refusals of CSV are those of the plain reader. */
function csvFault(outcome: Outcome, bytes: Uint8Array, name: string): string | undefined {
  const expected = attempt(() => readPlainCsv(name, bytes, { delimiter: ',' }));
  if ('refused' in outcome)
    return expected === undefined || MAY_REFUSE.test(outcome.refused) ? undefined : outcome.refused;
  if (expected === undefined) return 'read what is no CSV';
  const told = (rows: Pick<FoundRows, 'columns' | 'rows' | 'lines' | 'malformed'>): string =>
    JSON.stringify([rows.columns, rows.rows, rows.lines, rows.malformed.length]);
  return 'found' in outcome && told(outcome.found) === told(expected) ? undefined : 'reads otherwise';
}

describe('2,000 damaged files neither hang nor crash nor lose rows in silence', () => {
  test('CSV: rows and refusals are those of the plain reader', { timeout: 300_000 }, async () => {
    expect(await faults(700, 10_000, [{ name: 'damaged.csv', bytes: csvBase }], csvFault)).toEqual([]);
  });

  test('JSON Lines: every line is a row, or the file is refused', { timeout: 300_000 }, async () => {
    let refusedWithoutNeed = 0;
    const wrong = await faults(
      600,
      20_000,
      [{ name: 'damaged.jsonl', bytes: jsonBase }],
      (outcome, bytes) => {
        const rows = countJsonLines(bytes);
        if ('refused' in outcome && rows !== undefined) refusedWithoutNeed += 1;
        if (!('rows' in outcome)) return undefined;
        if (rows === undefined) return 'read what are no JSON objects';
        return outcome.rows === rows ? undefined : `found ${outcome.rows} of ${rows} rows`;
      },
    );
    expect(wrong).toEqual([]);
    // Keys that come twice, numbers beyond all bounds and other things that JSON.parse lets pass are refused.
    expect(refusedWithoutNeed).toBeLessThan(30);
  });

  test('Parquet: all declared rows are read, or the file is refused', { timeout: 300_000 }, async () => {
    const bases = ['checksums', 'plain', 'snappy-v2', 'delta'].map((name) => ({
      name: `${name}.parquet`,
      bytes: readFileSync(join(PARQUET, `${name}.parquet`)),
    }));
    let read = 0;
    const wrong = await faults(700, 30_000, bases, (outcome) => {
      if (!('rows' in outcome)) return undefined;
      read += 1;
      return outcome.rows === 300 ? undefined : `found ${outcome.rows} of 300 rows`;
    });
    expect(wrong).toEqual([]);
    // A change may hit what nobody needs; a reader that refused all files would pass otherwise.
    expect(read).toBeGreaterThan(50);
  });
});

/** Lines of JSON objects in a text; `undefined` when one of them is something else. */
function countJsonLines(bytes: Uint8Array): number | undefined {
  const text = attempt(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  const lines = text?.split('\n').filter((line) => line.trim() !== '');
  const objects = lines?.map((line) => attempt((): unknown => JSON.parse(line)));
  const whole = objects?.every(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  return whole === true && objects !== undefined && objects.length > 0 ? objects.length : undefined;
}
