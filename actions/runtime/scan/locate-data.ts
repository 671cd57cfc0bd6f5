import { ActionError } from '../../lib/errors.ts';
import { filesBelow, type LocatedFile, locate } from '../locations.ts';
import type { Runtime } from '../runtime.ts';
import { type UnzipLimits, unzip } from '../unzip.ts';

/** More than of other archives: data is large, and what is unpacked goes to disk, not to memory. */
const LIMITS: UnzipLimits = { entries: 10_000, bytes: 8 * 1024 ** 3, ratio: 200 };
/** What archivers add for themselves. */
const OF_THE_ARCHIVER = /^__MACOSX\/|(^|\/)(Thumbs\.db|desktop\.ini)$/i;

/**
 * The files a location leads to, zip archives replaced by what is in them: `train.zip/2024.csv`.
 *
 * @throws ActionError not-found; invalid-file and limit-exceeded as `unzip`
 */
export async function locateData(runtime: Runtime, text: string): Promise<readonly LocatedFile[]> {
  const found: LocatedFile[] = [];
  for (const file of await locate(runtime, text))
    found.push(...(file.name.toLowerCase().endsWith('.zip') ? await unpacked(runtime, file) : [file]));
  return found;
}

async function unpacked(runtime: Runtime, archive: LocatedFile): Promise<readonly LocatedFile[]> {
  const folder = await runtime.files.temporaryFolder('zip');
  await unzip(await runtime.files.resolve(archive.path), folder, archive.name, LIMITS);
  const files = (await filesBelow(runtime, archive.location, folder))
    .filter(({ name }) => !OF_THE_ARCHIVER.test(name))
    .map((file) => ({ ...file, name: `${archive.name}/${file.name}` }));
  if (files.length === 0)
    throw new ActionError(
      'invalid-file',
      `${archive.name}: no data in the archive; expected at least a file`,
    );
  return files;
}
