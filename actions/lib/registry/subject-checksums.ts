import { createHash } from 'node:crypto';
import type { Digest } from '../digest.ts';
import { ActionError } from '../errors.ts';
import type { ManifestFile } from '../manifest.ts';

const byPath = (files: readonly ManifestFile[]): readonly ManifestFile[] =>
  [...files].sort((a, b) => (a.path < b.path ? -1 : 1));

const hexOf = (digest: Digest): string => digest.slice('sha256:'.length);

/** How many subjects actions/attest takes. */
const SUBJECTS = 1_024;

/**
 * `subject.checksums.txt` for the input `subject-checksums` of actions/attest: a line `<hex>  <name>` for each file
 * of a model, sorted by path, as `sha256sum` writes it.
 *
 * @throws ActionError invalid-file for a path with a line break, limit-exceeded for more than 1,024 files
 */
export function subjectChecksums(files: readonly ManifestFile[]): string {
  if (files.length > SUBJECTS)
    throw new ActionError(
      'limit-exceeded',
      `the model has ${files.length} files, actions/attest takes ${SUBJECTS} subjects; pack the model into fewer files`,
    );
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
  const hash = createHash('sha256');
  const inOrder = files.map((file) => ({
    ...file,
    parts: file.path.split('/').map((part) => Buffer.from(part)),
  }));
  for (const { sha256 } of inOrder.sort((a, b) => compareParts(a.parts, b.parts)))
    hash.update(Buffer.from(hexOf(sha256), 'hex'));
  return `sha256:${hash.digest('hex')}`;
}

/** The bytes of UTF-8 sort as code points do. */
function compareParts(a: readonly Buffer[], b: readonly Buffer[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    const order = other === undefined ? 1 : Buffer.compare(part, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
