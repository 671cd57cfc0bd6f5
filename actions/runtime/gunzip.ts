import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Unpacks a gzip stream of one or more members; throws on anything that is not gzip. */
type Gunzip = (packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** Unpacks gzip of one or more members; throws on bytes after the last member that are not padding. */
export const gunzip: Gunzip = async function* (packed) {
  const input = Readable.from(packed);
  const output = createGunzip({ chunkSize: 256 * 1024 });
  input.on('error', (error) => output.destroy(error));
  input.pipe(output);
  try {
    yield* output;
  } finally {
    input.destroy();
    output.destroy();
  }
};
