import { sha256 } from '../../lib/digest.ts';

/** The list of a model's files, beside them. */
export const MANIFEST_ASSET = 'manifest.json';

/** GitHub alters other names: it turns odd characters into dots and trims dots. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/;
const LONGEST = 120;
const HASH_DIGITS = 12;

/**
 * The name of an asset for a file of a model: its path where GitHub keeps that as it is, else a readable form of it
 * with a part of the path's sha256. The same path always gives the same name, and another path another one.
 */
export function assetName(path: string): string {
  const isOurs = path.toLowerCase() === MANIFEST_ASSET;
  if (PLAIN.test(path) && path.length <= LONGEST && !isOurs) return path;
  const hash = sha256(path).slice('sha256:'.length, 'sha256:'.length + HASH_DIGITS);
  const extension = /\.[A-Za-z0-9]{1,12}$/.exec(path)?.[0] ?? '';
  const stem = path
    .slice(0, path.length - extension.length)
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST);
  return `${stem === '' ? 'file' : stem}-${hash}${extension}`;
}
