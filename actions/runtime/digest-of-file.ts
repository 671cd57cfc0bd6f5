import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Digest } from '../lib/digest.ts';

/** The sha256 of a file of any size, read in pieces. */
export async function digestOfFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
}
