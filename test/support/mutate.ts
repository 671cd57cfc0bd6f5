import type { Random } from '../../actions/lib/stats/random.ts';

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

/** Values that break what takes a length at its word. */
const LENGTHS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
/** What means something to a reader of texts. */
const MARKS = [
  '"',
  '""',
  '\n',
  '\r\n',
  '\r',
  ',',
  '{',
  '}',
  '[',
  ']',
  ':',
  '\\',
  '\\u',
  '\0',
  '\ufeff',
  'null',
];

const encoder = new TextEncoder();
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);

/** Two positions in order, the stretch between them at most `most` bytes long. */
function stretch(bytes: Uint8Array, random: Random, most: number): readonly [number, number] {
  const from = random.integer(bytes.length + 1);
  return [from, Math.min(bytes.length, from + 1 + random.integer(most))];
}

/** The ways in which a file is damaged; each gives a file of its own and leaves the one it was given. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'bits flipped': (bytes, random) => {
    const changed = bytes.slice();
    for (let left = 1 + random.integer(8); left > 0; left -= 1) {
      const at = random.integer(bytes.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << random.integer(8));
    }
    return changed;
  },
  'cut off': (bytes, random) => bytes.slice(0, random.integer(bytes.length)),
  'beginning lost': (bytes, random) => bytes.slice(random.integer(Math.min(64, bytes.length))),
  'stretch lost': (bytes, random) => {
    const [from, to] = stretch(bytes, random, 200);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  'stretch repeated elsewhere': (bytes, random) => {
    const [from, to] = stretch(bytes, random, 200);
    const at = random.integer(bytes.length + 1);
    return joined(bytes.subarray(0, at), bytes.subarray(from, to), bytes.subarray(at));
  },
  'stretch overwritten': (bytes, random) => {
    const [from, to] = stretch(bytes, random, 32);
    return bytes.slice().fill([0, 0xff, 0x80, 0x22, 0x0a][random.integer(5)] ?? 0, from, to);
  },
  'mark put in': (bytes, random) => {
    const at = random.integer(bytes.length + 1);
    const mark = encoder.encode(MARKS[random.integer(MARKS.length)] ?? '');
    return joined(bytes.subarray(0, at), mark, bytes.subarray(at));
  },
  'length changed': (bytes, random) => {
    const changed = bytes.slice();
    const length = LENGTHS[random.integer(LENGTHS.length)] ?? 0;
    const at = random.integer(Math.max(1, bytes.length - 4));
    new DataView(changed.buffer, changed.byteOffset).setUint32(at, length, true);
    return changed;
  },
  // The footer of Parquet, its length and all that it says of sizes and counts, is at the end of the file.
  'byte near the end changed': (bytes, random) => {
    const changed = bytes.slice();
    for (let left = 1 + random.integer(3); left > 0; left -= 1)
      changed[bytes.length - 1 - random.integer(Math.min(1_500, bytes.length))] = random.integer(256);
    return changed;
  },
};

/** A damaged copy and how it was damaged. Needs at least five bytes. */
export function mutate(
  bytes: Uint8Array,
  random: Random,
): { readonly how: string; readonly bytes: Uint8Array } {
  const ways = Object.entries(MUTATIONS);
  const [how, change] = ways[random.integer(ways.length)] as [string, Mutation];
  // Not a Buffer, whose `slice` would share the memory of the original.
  return { how, bytes: Uint8Array.from(change(Uint8Array.from(bytes), random)) };
}
