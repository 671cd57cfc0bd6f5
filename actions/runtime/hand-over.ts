import { relative, sep } from 'node:path';
import { ActionError } from '../lib/errors.ts';
import type { InputReader } from './inputs.ts';
import type { Runtime } from './runtime.ts';

/** What the inputs `output-dir`, `artifact-name`, `retention-days` and `upload` say, and the files that were written. */
export interface HandOver {
  readonly outputDir: string;
  readonly artifactName: string;
  /** `undefined` for the repository's default. */
  readonly retentionDays: number | undefined;
  readonly upload: boolean;
  /** Paths below `outputDir`, relative to the workspace as they were written. */
  readonly files: readonly string[];
}

/** The input `retention-days`, from 1 to 400; `undefined` for the repository's default. */
export const readRetention = (read: InputReader): number | undefined =>
  read.optional('retention-days') === undefined
    ? undefined
    : read.integer('retention-days', { fallback: 90, min: 1, max: 400 });

/**
 * Uploads the files an action wrote as one artifact.
 *
 * @returns the id of the artifact; empty when nothing was uploaded
 */
export async function handOver(runtime: Runtime, request: HandOver): Promise<string> {
  if (!request.upload || request.files.length === 0) return '';
  const root = await runtime.files.resolve(request.outputDir);
  const files = await Promise.all(
    request.files.map(async (file) => {
      const path = relative(root, await runtime.files.resolve(file))
        .split(sep)
        .join('/');
      if (path.startsWith('..'))
        throw new ActionError('outside-workspace', `${file} does not lie in ${request.outputDir}`);
      return path;
    }),
  );
  const artifacts = await runtime.artifacts();
  const upload = await artifacts.upload({
    name: request.artifactName,
    root: request.outputDir,
    files,
    ...(request.retentionDays === undefined ? {} : { retentionDays: request.retentionDays }),
  });
  return upload.kind === 'uploaded' ? String(upload.id) : '';
}
