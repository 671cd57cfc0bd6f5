import { createHash } from 'node:crypto';

/** A content address: `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = `sha256:${string}`;

/** The sha256 of bytes or of a text's UTF-8 bytes. */
export const sha256 = (content: Uint8Array | string): Digest =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** The sha256 of many pieces in order, without joining them in memory. */
export function sha256Of(pieces: Iterable<Uint8Array | string>): Digest {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return `sha256:${hash.digest('hex')}`;
}

/** Whether a text is a well-formed digest. */
export const isDigest = (text: string): text is Digest => /^sha256:[0-9a-f]{64}$/.test(text);

/**
 * JSON with the keys of every object in code-unit order and no white space: equal values give equal bytes,
 * so that they can be hashed. Follows RFC 8785 for the values our documents hold.
 *
 * @throws RangeError for a number that is not finite, which JSON cannot hold
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`JSON cannot hold ${value}`);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
