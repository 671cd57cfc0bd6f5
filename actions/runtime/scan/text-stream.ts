import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createZstdDecompress } from 'node:zlib';
import { ActionError, errorMessage } from '../../lib/errors.ts';
import type { Encoding, FilePlan, Packing } from '../../lib/scan/file-plan.ts';
import { LIMITS } from '../../lib/tabular/limits.ts';

const CHUNK = 1 << 20;

/** Unpacking goes on in another thread while a chunk is worked on, as far as this many bytes ahead. */
const AHEAD = 4 << 20;

const UNPACK: Readonly<Record<Exclude<Packing, 'none'>, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: () => createGunzip({ chunkSize: CHUNK, readableHighWaterMark: AHEAD } as object),
  zstd: () => createZstdDecompress({ chunkSize: CHUNK, readableHighWaterMark: AHEAD } as object),
  brotli: () => createBrotliDecompress({ chunkSize: CHUNK, readableHighWaterMark: AHEAD } as object),
};

/** Bytes that a file of so many may unpack to. */
export const mostUnpacked = (size: number): number => Math.max(LIMITS.gzipFloor, size * LIMITS.gzipRatio);

/**
 * The bytes of a file as the program that wrote them saw them.
 *
 * @throws ActionError invalid-file for a damaged archive, limit-exceeded for one that unpacks to absurd size
 */
export async function* unpackedChunks(
  file: Pick<FilePlan, 'path' | 'name' | 'size' | 'packing'>,
): AsyncIterable<Uint8Array> {
  const stored = createReadStream(file.path, { highWaterMark: 1 << 18 });
  if (file.packing === 'none') {
    yield* stored;
    return;
  }
  const unpacked = UNPACK[file.packing]();
  pipeline(stored, unpacked, () => {});
  const ceiling = mostUnpacked(file.size);
  let size = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > ceiling)
        throw new ActionError(
          'limit-exceeded',
          `${file.name}: unpacks to more than ${LIMITS.gzipRatio} times its size; this looks like a ${file.packing} bomb`,
        );
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ActionError) throw error;
    throw new ActionError(
      'invalid-file',
      `${file.name}: damaged ${file.packing} file (${errorMessage(error)}); write it again`,
      { cause: error },
    );
  } finally {
    stored.destroy();
    unpacked.destroy();
  }
}

/** The text of a file as UTF-8 without a byte order mark. @throws ActionError also for text that is not in its encoding */
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
