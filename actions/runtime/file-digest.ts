import { createHash } from 'node:crypto';
import type { Digest } from '../lib/digest.ts';
import type { ByteSource } from '../lib/tabular/table.ts';

/** The sha256 of a file's bytes as stored, read as a stream. */
export async function fileDigest(source: ByteSource): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const bytes of source.stream()) hash.update(bytes);
  return `sha256:${hash.digest('hex')}`;
}
