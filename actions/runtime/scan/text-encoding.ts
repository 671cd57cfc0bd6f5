import { ActionError } from '../../lib/errors.ts';
import type { Encoding } from '../../lib/scan/file-plan.ts';

const MARKS: readonly (readonly [bytes: readonly number[], encoding: Encoding])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * The encoding of a text and the bytes of its byte order mark, by its first bytes where it is not told.
 *
 * @throws ActionError invalid-file for UTF-16 without a mark
 */
export function encodingOf(
  name: string,
  head: Uint8Array,
  wanted: Encoding | 'auto',
): { readonly encoding: Encoding; readonly mark: number } {
  const found = MARKS.find(([bytes]) => bytes.every((byte, index) => head[index] === byte));
  const mark = found?.[0].length ?? 0;
  if (wanted !== 'auto') return { encoding: wanted, mark: found?.[1] === wanted ? mark : 0 };
  if (found) return { encoding: found[1], mark };
  const guess = utf16Guess(head);
  if (guess !== undefined)
    throw new ActionError(
      'invalid-file',
      `${name}: every second byte is NUL and there is no byte order mark: this looks like ${guess.toUpperCase()}; set encoding to ${guess}, or convert it to UTF-8`,
    );
  return { encoding: 'utf-8' as const, mark: 0 };
}

/** Texts of western languages in UTF-16 have a NUL in every second byte. */
function utf16Guess(head: Uint8Array): Encoding | undefined {
  if (head.length < 4) return undefined;
  const half = Math.floor(head.length / 2);
  const nuls = [0, 1].map((phase) => head.filter((byte, index) => byte === 0 && index % 2 === phase).length);
  const [even = 0, odd = 0] = nuls;
  if (odd > half * 0.7 && even < half * 0.1) return 'utf-16le';
  return even > half * 0.7 && odd < half * 0.1 ? 'utf-16be' : undefined;
}

/** The beginning of a text in UTF-8, as far as telling formats apart takes it. */
export function asUtf8(head: Uint8Array, encoding: Encoding, mark: number): Uint8Array {
  if (encoding === 'utf-8' || encoding === 'latin1' || encoding === 'windows-1252') return head;
  return new TextEncoder().encode(new TextDecoder(encoding).decode(head.subarray(mark)));
}
