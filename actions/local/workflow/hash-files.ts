import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globFiles } from './glob-files.ts';

/** `hashFiles` of GitHub's expressions: sha256 over the sha256 of each file; empty when nothing matches. */
export function hashFiles(workspace: string, patterns: readonly string[]): string {
  const files = globFiles(workspace, patterns);
  if (files.length === 0) return '';
  const hash = createHash('sha256');
  for (const file of files)
    hash.update(
      createHash('sha256')
        .update(readFileSync(join(workspace, file)))
        .digest(),
    );
  return hash.digest('hex');
}
