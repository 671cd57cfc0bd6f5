import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Random, seededRandom } from '../../../../actions/lib/stats/random.ts';
import { bytesSource } from '../../../../actions/lib/tabular/bytes-source.ts';
import { readTable } from '../../../../actions/lib/tabular/read-table.ts';
import { gunzip } from '../../../../actions/runtime/gunzip.ts';

// Written by pyarrow: test/fixtures/tabular/make-parquet.py
const fixture = (name: string): Uint8Array =>
  readFileSync(join(import.meta.dirname, '../../../fixtures/tabular', name));

test.each(['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'])(
  'values of all types, packed with %s, are what pyarrow wrote',
  async (codec) => {
    const table = await readTable(bytesSource('a.parquet', fixture(`types-${codec}.parquet`)));
    const at = (iso: string) => new Date(iso);
    expect(Object.fromEntries(table.columns.map((name) => [name, table.column(name)]))).toEqual({
      id: [1, 2, 9007199254740993n, null],
      small: [1, -2, 3, 4],
      score: [0.5, null, Number.NaN, -1e300],
      name: ['Ann', 'Bü', null, ''],
      active: [true, false, null, true],
      day: [at('2024-02-29'), null, at('1969-12-31'), at('0001-01-01')],
      at: [
        at('2024-01-01T12:00:00.123Z'),
        at('2024-01-01T12:00:00.123Z'),
        at('2024-01-01T12:00:00.123Z'),
        null,
      ],
      price: [1.15, -0.07, null, 12345.67],
      tags: [['a', 'b'], [], null, ['c']],
      plan: ['free', 'pro', 'free', null],
    });
    expect(table.lineOf(0)).toBeUndefined();
  },
);

test('row groups follow each other', async () => {
  const table = await readTable(bytesSource('a.parquet', fixture('row-groups.parquet')));
  expect(table.column('n')).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
  expect(table.column('label')?.[999]).toBe('v5');
});

test('a file without rows has columns', async () => {
  const table = await readTable(bytesSource('a.parquet', fixture('no-rows.parquet')));
  expect([table.columns, table.rowCount]).toEqual([['n', 'label'], 0]);
});

test('Parquet inside gzip is unpacked', async () => {
  const packed = gzipSync(fixture('row-groups.parquet'));
  expect((await readTable(bytesSource('a.parquet.gz', packed), { gunzip })).rowCount).toBe(1_000);
});

describe('damaged files are typed errors', () => {
  const good = fixture('row-groups.parquet');
  const changed = (change: (bytes: Uint8Array) => Uint8Array | undefined): Uint8Array => {
    const copy = Uint8Array.from(good);
    return change(copy) ?? copy;
  };
  test.each<[string, Uint8Array, string]>([
    ['cut at the end', good.subarray(0, good.length - 20), 'must begin and end with PAR1'],
    ['cut at the beginning', good.subarray(10), 'must begin and end with PAR1'],
    ['empty', new Uint8Array(0), 'must begin and end with PAR1'],
    ['only the marks', new TextEncoder().encode('PAR1PAR1'), 'must begin and end with PAR1'],
    ['encrypted', changed((bytes) => void bytes.set([0x45], bytes.length - 1)), 'encrypted'],
    [
      'footer of no length',
      changed((bytes) => void bytes.fill(0, bytes.length - 8, bytes.length - 4)),
      'damaged or unsupported',
    ],
    [
      'footer longer than the file',
      changed((bytes) => void bytes.set([255, 255, 255, 127], bytes.length - 8)),
      'damaged or unsupported',
    ],
    [
      'CSV under the name',
      new TextEncoder().encode('a,b\n1,2\n3,4\n5,6\n'),
      'the content is text; is it CSV?',
    ],
  ])('%s', async (_name, bytes, message) => {
    await expect(readTable(bytesSource('a.parquet', bytes))).rejects.toMatchObject({
      name: 'ActionError',
      message: expect.stringContaining(message),
    });
  });

  test('in 300 mutated files: an ActionError, or all rows, or a decoder that has to be stopped', {
    timeout: 120_000,
  }, async () => {
    const random = seededRandom(42);
    const seen = { read: 0, refused: 0, stopped: 0 };
    let worker = startWorker();
    for (let round = 0; round < 300; round += 1) {
      const answer = await readIn(worker, mutated(good, random));
      if (answer === 'stopped') {
        seen.stopped += 1; // the watchdog of the runtime ends the step here
        await worker.terminate();
        worker = startWorker();
      } else if ('rows' in answer) {
        seen.read += 1;
        expect(answer.rows).toBe(1_000);
      } else {
        seen.refused += 1;
        expect(answer.error).toBe('ActionError');
      }
    }
    await worker.terminate();
    expect(seen.refused).toBeGreaterThan(50);
    expect(seen.read).toBeGreaterThan(50);
    expect(seen.stopped).toBeLessThan(10);
  });
});

type Answer = { readonly rows: number } | { readonly error: string } | 'stopped';

const startWorker = (): Worker =>
  new Worker(join(import.meta.dirname, 'read-parquet-worker.ts'), {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });

const readIn = (worker: Worker, bytes: Uint8Array): Promise<Answer> =>
  new Promise((resolve) => {
    const settle = (answer: Answer) => {
      clearTimeout(timer);
      worker.off('message', settle);
      worker.off('error', stop);
      resolve(answer);
    };
    const stop = () => settle('stopped');
    const timer = setTimeout(stop, 2_000);
    worker.on('message', settle);
    worker.on('error', stop); // out of memory
    worker.postMessage(bytes);
  });

function mutated(good: Uint8Array, random: Random): Uint8Array {
  const bytes = Uint8Array.from(good);
  for (let flips = 1 + random.integer(4); flips > 0; flips -= 1) {
    const inFooter = random.next() < 0.6;
    const at = inFooter ? bytes.length - 9 - random.integer(500) : random.integer(bytes.length);
    bytes[at] = random.integer(256);
  }
  return bytes;
}
