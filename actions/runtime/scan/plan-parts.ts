import { type Digest, sha256 } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import type { FilePlan } from '../../lib/scan/file-plan.ts';
import { fileDigest } from '../file-digest.ts';
import type { Runtime } from '../runtime.ts';
import { openDisk } from './disk-file.ts';
import { planFile } from './plan-file.ts';
import type { TableRequest } from './read-part.ts';
import { someAtOnce } from './some-at-once.ts';

/** Files that are read together, and how. */
export interface PlannedPart {
  readonly split: string | undefined;
  readonly files: readonly { readonly plan: FilePlan; readonly digest: Digest }[];
}

/** The number of a file takes 16 bits of the position of a row. */
export const MOST_FILES = 65_536;

/**
 * Finds out what the files of a table are.
 *
 * @throws ActionError as `planFile`; limit-exceeded
 */
export async function planParts(
  runtime: Runtime,
  { parts, read }: TableRequest,
  kernels: WebAssembly.Module,
): Promise<readonly PlannedPart[]> {
  const count = parts.reduce((sum, { files }) => sum + files.length, 0);
  if (count > MOST_FILES)
    throw new ActionError(
      'limit-exceeded',
      `${parts[0]?.files[0]?.name ?? 'data'} and others: ${count} files of one table, at most ${MOST_FILES} are read; join small files`,
    );
  const all = parts.flatMap(({ files }) => files);
  const planned = await someAtOnce(all, async ({ name, path: asked }, index) => {
    const path = await runtime.files.resolve(asked);
    const plan = await planFile({ index, name, path }, read, kernels);
    return { plan, digest: await digestOf(runtime, plan, asked) };
  });
  let from = 0;
  return parts.map(({ split, files }) => {
    from += files.length;
    return { split, files: planned.slice(from - files.length, from) };
  });
}

/** Of files that are read at once, as they are no larger than the buffer of a stream. */
const SMALL = 1 << 18;

async function digestOf(runtime: Runtime, { path, name, size }: FilePlan, asked: string): Promise<Digest> {
  if (size > SMALL) return fileDigest((await runtime.files.open(asked)).stream());
  const disk = openDisk(path, name);
  try {
    const bytes = new Uint8Array(disk.size);
    return sha256(bytes.subarray(0, disk.read(bytes, 0)));
  } finally {
    disk.close();
  }
}
