import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The parts of the engine that lie beside a bundle, or where the build puts them for sources. */
const KERNELS = ['kernels.wasm', '../../build/kernels.wasm', '../../dist/validate-data/kernels.wasm'];
const WORKERS = ['index.js', '../runtime/scan/scan-worker.ts'];

/**
 * The compiled kernels of the action at work.
 *
 * @param folder - the folder of the bundle, or of the action's sources
 */
export function loadKernels(folder: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(find(folder, KERNELS)));
}

/** The program of a thread that reads data. */
export const workerProgram = (folder: string): string => find(folder, WORKERS);

function find(folder: string, candidates: readonly string[]): string {
  const found = candidates.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined)
    throw new Error(`${candidates[0]} is missing beside the action in ${folder}; run \`npm run build\``);
  return found;
}
