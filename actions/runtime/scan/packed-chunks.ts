import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createZstdDecompress } from 'node:zlib';
import { ActionError, errorMessage } from '../../lib/errors.ts';
import type { FilePlan, Packing } from '../../lib/scan/file-plan.ts';
import { LIMITS } from '../../lib/tabular/limits.ts';
import { mostUnpacked } from './unpacked-size.ts';

const CHUNK = 1 << 20;

/** Unpacking goes on in another thread while a chunk is worked on, as far as this many bytes ahead. */
const AHEAD = 4 << 20;

const UNPACK: Readonly<Record<Exclude<Packing, 'none'>, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: () => createGunzip({ chunkSize: CHUNK, readableHighWaterMark: AHEAD } as object),
  zstd: () => createZstdDecompress({ chunkSize: CHUNK, readableHighWaterMark: AHEAD } as object),
  brotli: () => createBrotliDecompress({ chunkSize: CHUNK, readableHighWaterMark: AHEAD } as object),
};

/**
 * The bytes that a packed file holds.
 *
 * @throws ActionError invalid-file for a damaged archive, limit-exceeded for one that unpacks to absurd size
 */
export async function* packedChunks(
  file: Pick<FilePlan, 'path' | 'name' | 'size'>,
  packing: Exclude<Packing, 'none'>,
): AsyncIterable<Uint8Array> {
  const stored = createReadStream(file.path, { highWaterMark: 1 << 18 });
  const unpacked = UNPACK[packing]();
  pipeline(stored, unpacked, () => {});
  const ceiling = mostUnpacked(file.size);
  let size = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > ceiling)
        throw new ActionError(
          'limit-exceeded',
          `${file.name}: unpacks to more than ${LIMITS.gzipRatio} times its size; this looks like a ${packing} bomb`,
        );
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ActionError) throw error;
    throw new ActionError(
      'invalid-file',
      `${file.name}: damaged ${packing} file (${errorMessage(error)}); write it again`,
      { cause: error },
    );
  } finally {
    stored.destroy();
    unpacked.destroy();
  }
}
