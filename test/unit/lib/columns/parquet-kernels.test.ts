import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type ParquetKernel, wordsAt } from '../../../../actions/lib/columns/parquet-kernel.ts';
import { type Random, seededRandom } from '../../../../actions/lib/stats/random.ts';
import { parquetKernel } from './parquet-kernel.ts';

const kernel = parquetKernel();
/** What a kernel may write behind its output. */
const SLACK = 64;
const GUARD = 4096;
const MARK = 0x5a;
const UNTOUCHED = Buffer.alloc(GUARD, MARK);

/** Memory for one call: the input, and the output between two guards. */
function arena(input: Uint8Array, output: number) {
  const source = kernel.alloc(input.length);
  const before = kernel.alloc(GUARD + output + SLACK + GUARD);
  const memory = new Uint8Array(kernel.memory.buffer);
  memory.set(input, source);
  memory.fill(MARK, before, before + GUARD + output + SLACK + GUARD);
  const out = before + GUARD;
  return {
    source,
    end: source + input.length,
    out,
    intact: () => {
      const now = Buffer.from(kernel.memory.buffer);
      const behind = out + output + SLACK;
      return (
        now.compare(UNTOUCHED, 0, GUARD, before, out) === 0 &&
        now.compare(UNTOUCHED, 0, GUARD, behind, behind + GUARD) === 0
      );
    },
    release: () => {
      kernel.release(source);
      kernel.release(before);
    },
  };
}

type Arena = ReturnType<typeof arena>;
interface Case {
  /** Input that fits `n` values, before it is damaged; without it, garbage. */
  readonly valid?: (random: Random) => { readonly bytes: number[]; readonly n: number };
  /** Bytes of output for `n` values. */
  readonly output: (n: number) => number;
  readonly run: (kernel: ParquetKernel, at: Arena, size: number, n: number, random: Random) => number;
}

const CASES: Readonly<Record<string, Case>> = {
  levelRuns: {
    output: (n) => n,
    run: (k, { source, end, out }, _size, n, random) =>
      k.levelRuns(source, end, 1 + random.integer(8), n, 200, out),
  },
  packedLevels: {
    output: (n) => n,
    run: (k, { source, end, out }, _size, n, random) =>
      k.packedLevels(source, end, 1 + random.integer(8), n, 200, out),
  },
  codeRuns: {
    output: (n) => n * 4,
    run: (k, { source, end, out }, _size, n, random) =>
      k.codeRuns(source, end, random.integer(34), n, 2 ** 31, out),
  },
  plainTexts: {
    valid: (random) => {
      const lengths = Array.from({ length: 1 + random.integer(12) }, () => random.integer(9));
      return {
        bytes: lengths.flatMap((length) => [length, 0, 0, 0, ...new Array(length).fill(65)]),
        n: lengths.length,
      };
    },
    output: (n) => n * 8,
    run: (k, { source, end, out }, _size, n) => k.plainTexts(source, end, n, out),
  },
  'deltas of 32 bits': {
    output: (n) => n * 4,
    run: (k, { source, end, out }, _size, n) => k.deltas(source, end, n, 4, out),
  },
  'deltas of 64 bits': {
    output: (n) => n * 8,
    run: (k, { source, end, out }, _size, n) => k.deltas(source, end, n, 8, out),
  },
  snappy: {
    valid: (random) => {
      const bytes: number[] = [];
      let n = 0;
      for (let left = 1 + random.integer(20); left > 0; left -= 1) {
        const length = 4 + random.integer(8);
        if (n < 4 || random.integer(3) === 0) bytes.push((length - 1) << 2, ...new Array(length).fill(66));
        else bytes.push(((length - 4) << 2) | 1, 1 + random.integer(Math.min(n, 255)));
        n += length;
      }
      return { bytes: [(n & 127) | 128, n >> 7, ...bytes], n };
    },
    output: (n) => n,
    run: (k, { source, out }, size, n) => k.snappy(source, size, out, n),
  },
  lz4: {
    output: (n) => n,
    run: (k, { source, out }, size, n) => k.lz4(source, size, out, n, 0),
  },
};

/** Bytes that look like something: runs, small numbers, and a header that fits now and then. */
function garbage(random: Random, n: number): Uint8Array {
  const bytes = new Uint8Array(random.integer(120));
  const top = [4, 16, 64, 256][random.integer(4)] ?? 256;
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = random.integer(top);
  const headers = [[(n & 127) | (n > 127 ? 128 : 0), n >> 7], [128, 1, 4, n & 127], []];
  const header = headers[random.integer(3)] ?? [];
  if (header.length <= bytes.length) bytes.set(header);
  return bytes;
}

test.each(Object.entries(CASES))(
  '%s writes nothing outside of its output, whatever it is given',
  (name, kind) => {
    const random = seededRandom(name.length * 31);
    let accepted = 0;
    for (let round = 0; round < 2_000; round += 1) {
      const { bytes, n } = round % 2 ? given(kind, random) : { bytes: garbage(random, 200), n: 200 };
      const at = arena(bytes, kind.output(n));
      if (kind.run(kernel, at, bytes.length, n, random) >= 0) accepted += 1;
      expect(at.intact(), `round ${round}`).toBe(true);
      at.release();
    }
    // Garbage that nobody accepts would not get far into the kernel.
    expect(accepted).toBeGreaterThan(20);
  },
);

/** Valid input with a byte changed, three times out of four. */
function given({ valid }: Case, random: Random): { bytes: Uint8Array; n: number } {
  if (valid === undefined) {
    const n = 1 + random.integer(300);
    return { bytes: garbage(random, n), n };
  }
  const { bytes, n } = valid(random);
  if (random.integer(4) > 0) bytes[random.integer(bytes.length)] = random.integer(256);
  return { bytes: Uint8Array.from(bytes), n };
}

test('front-coded texts are measured before they are written, and a prefix too long is refused', () => {
  const at = arena(new Uint8Array(64), 64);
  const words = wordsAt(kernel, at.out, 4);
  words.set([0, 5], 0); // prefixes
  words.set([3, 2], 2); // lengths of what follows
  expect(kernel.frontCodedSize(at.out, at.out + 8, 2)).toBe(-1);
  words.set([0, 2], 0);
  expect(kernel.frontCodedSize(at.out, at.out + 8, 2)).toBe(3 + 4);
  at.release();
});

test('a bomb of front-coded texts is measured in full', () => {
  // Each of 100,000 texts shares all of the one before: 100,000 × 1,000,000 bytes out of nothing.
  const n = 100_000;
  const prefixes = kernel.alloc(n * 4);
  const lengths = kernel.alloc(n * 4);
  wordsAt(kernel, prefixes, n).fill(1_000_000, 1);
  wordsAt(kernel, lengths, n).fill(1_000_000, 0, 1);
  expect(kernel.frontCodedSize(prefixes, lengths, n)).toBe(1e11);
  kernel.release(prefixes);
  kernel.release(lengths);
});

test('deflate is no Snappy', () => {
  const packed = deflateRawSync(Buffer.alloc(1000, 7));
  const at = arena(packed, 1000);
  expect(kernel.snappy(at.source, packed.length, at.out, 1000)).toBe(-1);
  at.release();
});
