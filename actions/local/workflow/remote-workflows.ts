import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BareRepository } from '../services/github/bare-repository.ts';

const FOLDER = '.github/workflows';

/**
 * Copies the workflow files of a commit to a folder, so that they are read as GitHub reads them: from the commit,
 * not from what happens to lie in a working tree.
 *
 * @returns their paths in the file system
 */
export async function copyWorkflows(
  remote: BareRepository,
  commit: string,
  folder: string,
): Promise<readonly string[]> {
  const tree = await remote.resolve(`${commit}:${FOLDER}`);
  if (tree === undefined) return [];
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (const { path, sha, type } of await remote.entries(tree, false)) {
    if (type !== 'blob' || !/\.ya?ml$/.test(path)) continue;
    const file = join(folder, basename(path));
    writeFileSync(file, await remote.read(sha, 'blob'));
    files.push(file);
  }
  return files;
}
