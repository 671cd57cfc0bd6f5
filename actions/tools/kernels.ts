import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { main } from 'assemblyscript/asc';
import { root } from './repository.ts';

const sources = join(root, 'actions', 'kernels');
/** Where the compiled kernels lie for everything that runs from source. */
export const kernelsPath = join(root, 'build', 'kernels.wasm');

/**
 * Compiles actions/kernels to WebAssembly; the same bytes from the same sources.
 *
 * @param always - also when the compiled file is younger than all sources
 * @throws Error with the compiler's messages
 */
export async function buildKernels(always = false): Promise<void> {
  if (!always && isFresh()) return;
  mkdirSync(join(root, 'build'), { recursive: true });
  // Each growth of the memory costs a garbage collection; pages that are not touched cost nothing.
  const memory = ['--initialMemory', '640'];
  const options = ['-O3', '--noAssert', '--runtime', 'minimal', '--enable', 'simd', ...memory];
  const entry = 'actions/kernels/index.ts';
  const { error, stderr } = await main([entry, ...options, '--baseDir', root, '-o', 'build/kernels.wasm']);
  if (error) throw new Error(`The kernels do not compile: ${error.message}\n${stderr.toString()}`);
}

function isFresh(): boolean {
  if (!existsSync(kernelsPath)) return false;
  const built = statSync(kernelsPath).mtimeMs;
  return readdirSync(sources).every((file) => statSync(join(sources, file)).mtimeMs < built);
}

/** The bytes of the compiled kernels. */
export const readKernels = (): Uint8Array => readFileSync(kernelsPath);
