import type { Digest } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import type { FilePlan } from '../../lib/scan/file-plan.ts';
import { fileDigest } from '../file-digest.ts';
import type { Runtime } from '../runtime.ts';
import { planFile } from './plan-file.ts';
import type { TableRequest } from './read-part.ts';

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
  let index = 0;
  const planned: PlannedPart[] = [];
  for (const { split, files } of parts) {
    const plans: { readonly plan: FilePlan; readonly digest: Digest }[] = [];
    for (const file of files) {
      const path = await runtime.files.resolve(file.path);
      const plan = await planFile({ index, name: file.name, path }, read, kernels);
      const source = await runtime.files.open(file.path);
      plans.push({ plan, digest: await fileDigest(source.stream()) });
      index += 1;
    }
    planned.push({ split, files: plans });
  }
  return planned;
}
