import { rm } from 'node:fs/promises';
import type { Runtime } from './runtime.ts';

/** Removes a file of the workspace, if it is there. @throws ActionError outside-workspace */
export async function removeFile({ files }: Runtime, path: string): Promise<void> {
  if (await files.exists(path)) await rm(await files.resolve(path), { force: true });
}
