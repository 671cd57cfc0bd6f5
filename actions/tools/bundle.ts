import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { transformSync } from 'esbuild';
import { buildKernels } from './kernels.ts';
import { root } from './repository.ts';

/** Most bytes of JavaScript in one bundle: what a runner downloads and a reviewer is asked to trust. */
const BUDGET_BYTES = 6_000_000;

/** WebAssembly that a bundle ships beside its code; ncc's own copies of it are left out. */
const WEBASSEMBLY: Readonly<Record<string, readonly string[]>> = {
  'evaluate-model': ['node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm', 'build/kernels.wasm'],
  'validate-data': ['build/kernels.wasm'],
};

/** The size of one bundle. */
export interface BundleSize {
  readonly name: string;
  readonly javascriptBytes: number;
  readonly webassemblyBytes: number;
}

/** Runs a tool of `node_modules` on this Node. @throws Error with its output when it fails */
export function runTool(script: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${script} failed\n${output}`))));
  });
}

/** Emits the JavaScript of the actions to `build/`, which ncc bundles without a TypeScript loader. */
export async function compile(): Promise<void> {
  rmSync(join(root, 'build'), { recursive: true, force: true });
  await runTool('typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
  await buildKernels(true);
}

/**
 * Bundles one compiled action into a folder: ESM chunks, `package.json`, `licenses.txt`, WebAssembly. White space is
 * stripped, names are kept: a bundle stays readable to a debugger and fits its budget.
 */
export async function bundle(name: string, target: string): Promise<BundleSize> {
  rmSync(target, { recursive: true, force: true });
  await bundleEntry(join('build', 'actions', name, 'index.js'), target);
  for (const webassembly of WEBASSEMBLY[name] ?? [])
    copyFileSync(join(root, webassembly), join(target, basename(webassembly)));
  return measure(name, target);
}

async function bundleEntry(entry: string, target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  const options = ['--license', 'licenses.txt', '--no-cache', '--quiet'];
  await runTool('@vercel/ncc/dist/ncc/cli.js', ['build', entry, '-o', target, ...options]);
  for (const file of readdirSync(target, { recursive: true, encoding: 'utf8' })) {
    const path = join(target, file);
    if (file.endsWith('.wasm')) rmSync(path);
    if (/\.m?js$/.test(file)) writeFileSync(path, stripWhitespace(readFileSync(path, 'utf8')));
  }
}

const stripWhitespace = (code: string): string =>
  transformSync(code, {
    minifyWhitespace: true,
    legalComments: 'none',
    format: 'esm',
    target: 'node24',
    // One character beyond Latin-1 has the engine hold and parse a file at two bytes a character.
    charset: 'ascii',
  }).code;

function measure(name: string, target: string): BundleSize {
  const sizes = (pattern: RegExp) =>
    readdirSync(target, { recursive: true, encoding: 'utf8' })
      .filter((file) => pattern.test(file))
      .reduce((sum, file) => sum + statSync(join(target, file)).size, 0);
  return { name, javascriptBytes: sizes(/\.m?js$/), webassemblyBytes: sizes(/\.wasm$/) };
}

/** The bundles over budget, as lines for people. */
export const overBudget = (sizes: readonly BundleSize[]): readonly string[] =>
  sizes
    .filter((size) => size.javascriptBytes > BUDGET_BYTES)
    .map((size) => `${size.name}: ${size.javascriptBytes} bytes of JavaScript, budget ${BUDGET_BYTES}`);

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

/** One line a bundle: its sizes beside the budget. */
export const describeSizes = (sizes: readonly BundleSize[]): string =>
  sizes
    .map((size) => {
      const extra = size.webassemblyBytes ? ` and ${megabytes(size.webassemblyBytes)} of WebAssembly` : '';
      return `  ${size.name.padEnd(16)} ${megabytes(size.javascriptBytes)} of ${megabytes(BUDGET_BYTES)} JavaScript${extra}`;
    })
    .join('\n');

/** Bundles all actions, two at a time: ncc is bound to one core and to memory. */
export async function bundleAll(
  names: readonly string[],
  target: (name: string) => string,
): Promise<readonly BundleSize[]> {
  const queue = [...names];
  const sizes: BundleSize[] = [];
  const worker = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift())
      sizes.push(await bundle(name, target(name)));
  };
  await Promise.all([worker(), worker()]);
  return sizes.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}
