import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { ActionError } from '../../../../actions/lib/errors.ts';
import type { Encoding } from '../../../../actions/lib/scan/file-plan.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';
import { type PlainCsv, type PlainCsvOptions, readPlainCsv } from '../../../support/plain-csv.ts';
import { engineReader } from '../../../support/read-with-engine.ts';

/** One file of the folder with what must be found in it; see make-cases.py there. */
interface Case {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly options: PlainCsvOptions;
  readonly expected: PlainCsv | { readonly error: string };
}

/** Which delimiter it took need not be known. */
type Found = Omit<PlainCsv, 'delimiter'> & Partial<Pick<PlainCsv, 'delimiter'>>;
type Reader = (name: string, bytes: Uint8Array, options: PlainCsvOptions) => Promise<Found>;

const engine = engineReader();
afterAll(() => engine.close());

/** The readers that must find the same; the engine's is the one that ships. */
const READERS: Readonly<Record<string, Reader>> = {
  'the engine': (name, bytes, { header, encoding, ...options }) =>
    engine.read(name, bytes, {
      ...options,
      ...(typeof header === 'boolean' && { header }),
      ...(encoding !== undefined && { encoding: encoding as Encoding }),
    }),
  'the plain reader': async (name, bytes, options) => readPlainCsv(name, bytes, options),
};

const folder = join(import.meta.dirname, '../../../fixtures/tabular-cases');

const cases: readonly Case[] = readdirSync(folder)
  .filter((file) => file.endsWith('.csv'))
  .map((file) => {
    const bytes = readFileSync(join(folder, file));
    const {
      why: _,
      options = {},
      ...expected
    } = JSON.parse(readFileSync(join(folder, file.replace('.csv', '.json')), 'utf8'));
    return { name: file, bytes, options, expected };
  });

test('the folder has its cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(80);
});

describe.each(Object.entries(READERS))('%s', (reader, read) => {
  const known = cases.filter((item) => reader !== 'the engine' || !Array.isArray(item.options.header));
  test.each(known)('$name', async ({ name, bytes, options, expected }) => {
    if (!('error' in expected)) {
      expect(expected).toMatchObject(await read(name, bytes, options));
      return;
    }
    const refusal = await read(name, bytes, options).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(ActionError);
    expect((refusal as ActionError).message).toContain(expected.error);
    expect((refusal as ActionError).message).toContain(name);
  });
});

const encoder = new TextEncoder();
const cell = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[a-z0-9. é😀-]{0,12}$/u) },
  { weight: 2, arbitrary: fc.stringMatching(/^[",;\r\nxé]{0,6}$/u) },
  // Long enough to carry quotes and line ends over the edges of the blocks that a reader works in.
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 40, max: 200 }), fc.constantFrom('x', '"', '\n', ','))
      .map(([n, c]) => c.repeat(n)),
  },
);

/** Quotes a cell where it must be, and now and then where it need not be. */
const written = (text: string, needlessly: boolean): string =>
  needlessly || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

const anyFile = fc
  .record({
    header: fc.integer({ min: 1, max: 6 }),
    rows: fc.array(fc.array(fc.tuple(cell, fc.boolean()), { minLength: 0, maxLength: 7 }), { maxLength: 40 }),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    atEnd: fc.boolean(),
    mark: fc.boolean(),
  })
  .map(({ header, rows, lineEnd, atEnd, mark }) => {
    const names = Array.from({ length: header }, (_, index) => `c${index}`).join(',');
    // Most rows fit the header; some keep the length they were drawn with.
    const lines = rows.map((cells, row) =>
      (row % 5 === 4
        ? cells
        : Array.from({ length: header }, (_, index) => cells[index] ?? (['', false] as const))
      )
        .map(([text, needlessly]) => written(text, needlessly))
        .join(','),
    );
    return `${mark ? '\ufeff' : ''}${[names, ...lines].join(lineEnd)}${atEnd ? lineEnd : ''}`;
  });

describe.each(Object.entries(READERS).filter(([name]) => name !== 'the plain reader'))(
  '%s, any file',
  (_reader, read) => {
    test('is read as the plain reader reads it', { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(anyFile, async (text) => {
          const bytes = encoder.encode(text);
          const options = { delimiter: ',' };
          expect(readPlainCsv('any.csv', bytes, options)).toMatchObject(
            await read('any.csv', bytes, options),
          );
        }),
        { numRuns: 150, seed: 3 },
      );
    });

    test('quotes and line ends may stand anywhere in 64 bytes', { timeout: 120_000 }, async () => {
      for (let pad = 0; pad <= 130; pad += 1) {
        const bytes = encoder.encode(
          `a,b\n${'x'.repeat(pad)},"p""q\r\nr"\n"",${'y'.repeat(pad)}\n"""",2\n\n1\n`,
        );
        expect(readPlainCsv('pad.csv', bytes)).toMatchObject(await read('pad.csv', bytes, {}));
      }
    });
  },
);

/** Quotes wherever they fall, among what may stand beside them. */
const strayText = fc
  .array(fc.constantFrom('"', '"', '""', ',', '\n', '\r\n', '\r', 'x', 'é', ' '), { maxLength: 120 })
  .map((parts) => `a,b\n${parts.join('')}`);

describe('relaxed quotes', () => {
  const relaxed = { delimiter: ',', relaxed: true };

  test.each([
    ['a quote inside of a cell is text', '5" pipe,1"x"\n', ['5" pipe', '1"x"']],
    ['a quote in a quoted cell that nothing ends is text', '"say "hi" now",2\n', ['say "hi" now', '2']],
    ['a delimiter after such a quote is text', '"a"x,b",2\n', ['a"x,b', '2']],
    ['two quotes in a quoted cell are one', '"a""b","""c"""\n', ['a"b', '"c"']],
    ['two quotes in another cell are two', 'a""b,""\n', ['a""b', null]],
    ['line ends in quoted cells are text', '"p\r\n,"q"r",s\r\n', ['p\r\n,"q"r', 's']],
  ])('%s', async (_why, row, cells) => {
    const bytes = encoder.encode(`a,b\n${row}`);
    const found = await engine.read('relaxed.csv', bytes, relaxed);
    expect(readPlainCsv('relaxed.csv', bytes, relaxed)).toMatchObject(found);
    expect(found.rows).toEqual([cells]);
  });

  test('are read as the plain reader reads them, or both refuse', { timeout: 120_000 }, async () => {
    const told = async (read: () => Found | Promise<Found>) => {
      try {
        return await read();
      } catch (error) {
        return error instanceof ActionError ? /\d+:\d+: [^;]*/.exec(error.message)?.[0] : error;
      }
    };
    await fc.assert(
      fc.asyncProperty(strayText, fc.boolean(), async (text, packed) => {
        const bytes = encoder.encode(text);
        const stored = packed ? gzipSync(bytes) : bytes;
        const name = packed ? 'stray.csv.gz' : 'stray.csv';
        const found = await told(() => engine.read(name, stored, { ...relaxed, threads: 2 }));
        const plain = await told(() => readPlainCsv('stray.csv', bytes, relaxed));
        if (typeof found === 'object' && found !== null) expect(plain).toMatchObject(found);
        else expect(found).toContain(plain);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  test('cells lie over the ends of windows as well', async () => {
    const rows = Array.from(
      { length: 120_000 },
      (_, at) => `${'x'.repeat(at % 37)}"y,"p"q${'\n'.repeat(at % 3)}"`,
    );
    const bytes = encoder.encode(`a,b\n${rows.join('\n')}\n`);
    const plain = readPlainCsv('long.csv', bytes, relaxed);
    const found = await engine.read('long.csv', bytes, { ...relaxed, lineEvery: 997 });
    expect(JSON.stringify(found.rows) === JSON.stringify(plain.rows)).toBe(true);
    expect(found.lines).toEqual(plain.lines.filter((_, row) => row % 997 === 0));
  });
});

/** Text of some 3.3 MiB whose blocks of 1 MiB end in quotes, in characters of several bytes, in line ends of all kinds. */
function longText(seed: number): string {
  const random = seededRandom(seed);
  const parts = ['"', '""', '\n', '\r\n', ',', 'é', '😀', 'x', '0123456789'.repeat(3)];
  const cells = Array.from({ length: 200_000 }, () => {
    const length = random.integer(5);
    return written(Array.from({ length }, () => parts[random.integer(parts.length)] ?? '').join(''), false);
  });
  const rows = Array.from(
    { length: cells.length / 2 },
    (_, row) => `${cells[row * 2]},${cells[row * 2 + 1]}`,
  );
  return `a,b\n${rows.join(seed % 2 === 0 ? '\n' : '\r\n')}\n`;
}

describe.each([1, 2])('blocks of a long file, seed %i', (seed) => {
  const bytes = encoder.encode(longText(seed));
  const lineEvery = 997;
  const whole = readPlainCsv('long.csv', bytes, { delimiter: ',' });
  const expected = { ...whole, lines: whole.lines.filter((_, row) => row % lineEvery === 0) };
  // Compared as texts: a difference of a hundred thousand rows would take minutes to show.
  const told = ({ columns, rows, lines, malformed }: Found): string =>
    JSON.stringify([columns, rows, lines, malformed]);

  test.each([
    ['one thread', 'long.csv', bytes, 1],
    ['two threads', 'long.csv', bytes, 2],
    ['the stream of the packed file', 'long.csv.gz', gzipSync(bytes), 1],
  ] as const)(
    '%s gives what the plain reader reads',
    { timeout: 120_000 },
    async (_way, name, stored, threads) => {
      const found = await engine.read(name, stored, { delimiter: ',', threads, lineEvery });
      expect(found.rows.length).toBe(expected.rows.length);
      expect(told(found) === told(expected)).toBe(true);
    },
  );
});
