import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { unzip } from '../../runtime/unzip.ts';
import type { RunRecord } from '../workflow/run-record.ts';
import type { UnpackedArtifact } from './demo-record.ts';

/** Unpacks what the runs uploaded, beside the page, so that a browser can open every report. */
export async function unpackArtifacts(
  state: string,
  runs: readonly RunRecord[],
): Promise<readonly UnpackedArtifact[]> {
  const unpacked: UnpackedArtifact[] = [];
  for (const run of runs) {
    for (const { name, sizeBytes, digest, path } of run.artifacts) {
      const folder = join(state, 'reports', String(run.id), name);
      mkdirSync(folder, { recursive: true });
      await unzip(join(state, path), folder, `artifact ${name} of run ${run.id}`);
      unpacked.push({
        run: run.id,
        name,
        sizeBytes,
        digest,
        files: filesBelow(folder).map((file) => relative(state, file).replaceAll('\\', '/')),
      });
    }
  }
  return unpacked;
}

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
