import { ActionError } from '../../lib/errors.ts';
import type { Encoding, FilePlan } from '../../lib/scan/file-plan.ts';
import { openDisk } from './disk-file.ts';

/** Bytes of a file that are read at once. */
const CHUNK = 1 << 18;

/**
 * The bytes of a file as the program that wrote them saw them. A chunk is good until the next one is asked for.
 *
 * @throws ActionError invalid-file for a damaged archive, limit-exceeded for one that unpacks to absurd size
 */
export async function* unpackedChunks(
  file: Pick<FilePlan, 'path' | 'name' | 'size' | 'packing'>,
): AsyncIterable<Uint8Array> {
  if (file.packing === 'none') yield* storedChunks(file);
  else {
    const { packedChunks } = await import('./packed-chunks.ts');
    yield* packedChunks(file, file.packing);
  }
}

function* storedChunks({ path, name }: Pick<FilePlan, 'path' | 'name'>): Iterable<Uint8Array> {
  const disk = openDisk(path, name);
  try {
    const chunk = new Uint8Array(Math.min(CHUNK, disk.size));
    for (let offset = 0; offset < disk.size; ) {
      const count = disk.read(chunk, offset);
      if (count === 0) return;
      yield chunk.subarray(0, count);
      offset += count;
    }
  } finally {
    disk.close();
  }
}

/** The text of a file as UTF-8 without a byte order mark, in chunks as `unpackedChunks` gives them. @throws ActionError also for text that is not in its encoding */
export async function* textChunks(file: FilePlan): AsyncIterable<Uint8Array> {
  let skip = file.mark;
  const decode = decoderOf(file.encoding, file.name);
  for await (const chunk of unpackedChunks(file)) {
    const rest = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - rest.length;
    if (rest.length > 0) yield decode(rest, false);
  }
  const last = decode(new Uint8Array(0), true);
  if (last.length > 0) yield last;
}

type Decode = (bytes: Uint8Array, last: boolean) => Uint8Array;

function decoderOf(encoding: Encoding, name: string): Decode {
  if (encoding === 'utf-8') return (bytes) => bytes;
  if (encoding === 'latin1') return latin1ToUtf8;
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const encoder = new TextEncoder();
  return (bytes, last) => {
    try {
      return encoder.encode(decoder.decode(bytes, { stream: !last }));
    } catch (cause) {
      throw new ActionError(
        'invalid-file',
        `${name}: not valid ${encoding.toUpperCase()}; set encoding to what it is`,
        {
          cause,
        },
      );
    }
  };
}

/** Each byte is the code point of the same number; the decoder of the platform would read Windows-1252. */
function latin1ToUtf8(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'), 'utf8');
}
