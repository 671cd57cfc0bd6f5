import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { buildKernels, kernelsPath } from '../kernels.ts';
import { root } from '../repository.ts';

/** Bundles the engine as the action ships it into a folder: one program, one for its threads, and the kernels. */
export async function buildEngine(folder: string): Promise<string> {
  await buildKernels();
  mkdirSync(folder, { recursive: true });
  const banner = {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  };
  const entry = (path: string): string => join(root, 'actions', path);
  buildSync({
    entryPoints: {
      engine: entry('tools/bench/engine.ts'),
      index: entry('runtime/scan/scan-worker.ts'),
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    minifyWhitespace: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    banner,
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  copyFileSync(kernelsPath, join(folder, 'kernels.wasm'));
  copyFileSync(join(root, 'actions/tools/bench/data/contract.odcs.yaml'), join(folder, 'contract.odcs.yaml'));
  return join(folder, 'engine.js');
}
