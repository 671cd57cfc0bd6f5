import { createHash } from 'node:crypto';
import type { Digest } from '../lib/digest.ts';

/** The sha256 of a file of any size, from its bytes in pieces: a read stream, or the stream of a `ByteSource`. */
export async function fileDigest(pieces: AsyncIterable<Uint8Array>): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const bytes of pieces) hash.update(bytes);
  return `sha256:${hash.digest('hex')}`;
}
