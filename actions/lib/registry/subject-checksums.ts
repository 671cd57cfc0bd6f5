import { type Digest, sha256Of } from '../digest.ts';
import { ActionError } from '../errors.ts';
import type { ManifestFile } from '../manifest.ts';

const byPath = (files: readonly ManifestFile[]): readonly ManifestFile[] =>
  [...files].sort((a, b) => (a.path < b.path ? -1 : 1));

const hexOf = (digest: Digest): string => digest.slice('sha256:'.length);

/**
 * `subject.checksums.txt` for the input `subject-checksums` of actions/attest, which takes up to 1,024 of them: a line
 * `<hex>  <name>` for each file of a model, sorted by path, as `sha256sum` writes it.
 *
 * @throws ActionError invalid-file for a path with a line break
 */
export function subjectChecksums(files: readonly ManifestFile[]): string {
  const odd = files.find(({ path }) => /[\r\n]/.test(path));
  if (odd !== undefined)
    throw new ActionError(
      'invalid-file',
      `${JSON.stringify(odd.path)}: a list of checksums holds no line breaks in names`,
    );
  return byPath(files)
    .map(({ path, sha256 }) => `${hexOf(sha256)}  ${path}\n`)
    .join('');
}

/**
 * The digest of the subject that OpenSSF Model Signing signs: sha256 over the raw digests of all files in the order of
 * their paths. It does not cover the names, so that it is no identity of a model. Source: model-transparency,
 * `_signing/signing.py` and `manifest.py`, which compares paths part by part, by code points.
 */
export function omsRoot(files: readonly ManifestFile[]): Digest {
  const inOrder = files
    .map(({ path, sha256 }) => ({ parts: path.split('/').map(utf8), digest: sha256 }))
    .sort((a, b) => compareParts(a.parts, b.parts));
  return sha256Of(inOrder.map(({ digest }) => Uint8Array.from(hexOf(digest).match(/../g) ?? [], fromHex)));
}

const encoder = new TextEncoder();
const utf8 = (text: string): Uint8Array => encoder.encode(text);
const fromHex = (pair: string): number => Number.parseInt(pair, 16);

/** Paths part by part; bytes of UTF-8 sort as code points do. */
function compareParts(a: readonly Uint8Array[], b: readonly Uint8Array[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    const order = other === undefined ? 1 : compareBytes(part, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (const [index, byte] of a.entries()) {
    const other = b[index];
    if (other === undefined || byte !== other) return other === undefined ? 1 : byte - other;
  }
  return a.length - b.length;
}
