import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { buildKernels, kernelsPath } from '../kernels.ts';
import { root } from '../repository.ts';

/** Bundles the engine as the action ships it into a folder: one program, one for its threads, and the kernels. */
export async function buildEngine(folder: string): Promise<string> {
  await buildKernels();
  mkdirSync(join(folder, 'scan-worker'), { recursive: true });
  const banner = {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  };
  const common = { bundle: true, platform: 'node', format: 'esm', target: 'node24', banner } as const;
  const bundle = (entry: string, outfile: string) =>
    buildSync({ ...common, entryPoints: [join(root, 'actions', entry)], outfile: join(folder, outfile) });
  bundle('tools/bench/engine.ts', 'engine.mjs');
  bundle('runtime/scan/scan-worker.ts', 'scan-worker/index.js');
  copyFileSync(kernelsPath, join(folder, 'kernels.wasm'));
  copyFileSync(join(root, 'actions/tools/bench/data/contract.odcs.yaml'), join(folder, 'contract.odcs.yaml'));
  return join(folder, 'engine.mjs');
}
