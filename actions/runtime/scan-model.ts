import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ActionError } from '../lib/errors.ts';
import { type ModelScan, verdictOf } from '../lib/model-files/model-scan.ts';
import type { SiblingState } from '../lib/model-files/scan-context.ts';
import { scanModelFile } from '../lib/model-files/scan-model-file.ts';
import type { LocatedFile } from './locations.ts';
import type { Runtime } from './runtime.ts';
import { unpackStream } from './unpack-stream.ts';

/** Weights that ONNX and TensorFlow keep in files of bare numbers, which have no format of their own. */
const BARE_WEIGHTS = /(^|\/)variables\.data-\d{5}-of-\d{5}$/;

/** What a path leads to that a model file names from its own folder. */
async function siblingOf(runtime: Runtime, file: LocatedFile, path: string): Promise<SiblingState> {
  const folder = dirname(file.path);
  const wanted = join(folder, path);
  try {
    if (!(await runtime.files.exists(wanted))) return 'missing';
    const real = await runtime.files.resolve(wanted);
    if (real !== join(await runtime.files.resolve(folder), path)) return 'linked';
    // A second name of the same bytes can lie anywhere.
    return (await stat(real)).nlink > 1 ? 'linked' : 'inside';
  } catch (error) {
    if (error instanceof ActionError && error.code === 'outside-workspace') return 'outside';
    if (error instanceof ActionError && error.code === 'invalid-file') return 'linked';
    throw error;
  }
}

/** The scan of a file of bare numbers, which another file of the model explains. */
function explained(scan: ModelScan): ModelScan {
  const problems = scan.problems.filter(({ kind }) => kind !== 'unknown-format');
  return {
    ...scan,
    format: 'bare-weights',
    verdict: verdictOf(problems),
    problems,
    details: [...scan.details, 'bare numbers, which another file of the model refers to'],
  };
}

/**
 * Scans the files of a model for what would run when they are loaded; nothing is deserialized, and memory does not
 * grow with the files.
 *
 * @param files - what `locate` found, all files of the model together: some explain others
 * @param allowGlobals - names of pickles that are trusted besides the known ones: `module.name` or `module.*`
 * @returns a scan for each file, in their order
 */
export async function scanModel(
  runtime: Runtime,
  files: readonly LocatedFile[],
  allowGlobals: readonly string[] = [],
): Promise<readonly ModelScan[]> {
  const referred = new Set<string>();
  const scans: ModelScan[] = [];
  for (const file of files) {
    const source = await runtime.files.open(file.path);
    const scan = await scanModelFile(
      { name: file.name, size: source.size, read: (start, end) => source.slice(start, end) },
      {
        unpack: unpackStream,
        allowGlobals,
        async sibling(path) {
          const state = await siblingOf(runtime, file, path);
          if (state === 'inside') referred.add(join(dirname(file.path), path));
          return state;
        },
      },
    );
    scans.push(scan);
  }
  const hasBundle = scans.some(({ format }) => format === 'tensor-bundle');
  return scans.map((scan, index) => {
    const path = files[index]?.path ?? '';
    const isExplained = referred.has(path) || (hasBundle && BARE_WEIGHTS.test(scan.name));
    return scan.format === 'unknown' && isExplained ? explained(scan) : scan;
  });
}
