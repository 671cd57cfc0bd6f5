import { Readable } from 'node:stream';
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';

const UNPACKERS = { gzip: createGunzip, zlib: createInflate, 'deflate-raw': createInflateRaw } as const;

/**
 * Unpacks bytes as they come; gzip of one or more members. Throws on anything that is not packed so, and on bytes after
 * the last member of gzip that are not padding.
 */
export async function* unpackStream(
  packing: keyof typeof UNPACKERS,
  packed: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const input = Readable.from(packed);
  const output = UNPACKERS[packing]({ chunkSize: 256 * 1024 });
  input.on('error', (error) => output.destroy(error));
  input.pipe(output);
  try {
    yield* output;
  } finally {
    input.destroy();
    output.destroy();
  }
}
