import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModelShape } from '../../lib/onnx/model-shape.ts';
import { type OnnxModel, openModel } from '../../lib/onnx/session.ts';
import { root } from '../repository.ts';
import { median } from './measure-processes.ts';

const FEATURES = 20;
const BATCH = 4096;
const PASSES = 3;
const LIMIT = 0.7;

/** Time of all rows, and the sum of their predictions. */
interface Pass {
  readonly ms: number;
  readonly sum: number;
}

/**
 * A tree ensemble in the engine of the action beside Python's onnxruntime, one thread each, by turns: rows in a second,
 * by processor time.
 */
export async function benchTrees(folder: string, python: string, rounds: number): Promise<void> {
  if (spawnSync(python, ['-c', 'import onnx, onnxruntime'], { stdio: 'ignore' }).status !== 0) {
    console.log('Skipped: onnxruntime; `pip install onnx onnxruntime` brings what trees are compared with');
    return;
  }
  ask(python, 'make', folder);
  const name = 'trees.onnx';
  const bytes = readFileSync(join(folder, name));
  const engine = readFileSync(join(root, 'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm'));
  const model = await openModel(name, bytes, readModelShape(name, bytes), engine);
  const x = readFileSync(join(folder, 'x.f32'));
  const values = new Float32Array(x.buffer.slice(x.byteOffset, x.byteOffset + x.byteLength));
  const pairs: { readonly ours: Pass; readonly native: Pass }[] = [];
  for (let round = 0; round < rounds; round++) {
    const native: Pass = JSON.parse(ask(python, 'run', folder));
    pairs.push({ native, ours: await bestPass(model, values) });
  }
  const rate = ({ ms }: Pass): number => values.length / FEATURES / ms;
  const speed = median(pairs.map(({ ours, native }) => rate(ours) / rate(native)));
  const shown = (one: 'ours' | 'native'): string =>
    (median(pairs.map((pair) => rate(pair[one]))) / 1000).toFixed(3);
  console.log('\n100 trees of 31 leaves, 20 features, batches of 4,096, one thread\n');
  console.log('| engine | million rows a second of processor time | of the native one |');
  console.log('|---|---|---|');
  console.log(`| WebAssembly, in the action | ${shown('ours')} | ${speed.toFixed(2)}× |`);
  console.log(`| native, Python's onnxruntime | ${shown('native')} | |`);
  console.log(
    `\nLimit ${LIMIT}×: ${speed >= LIMIT ? 'met' : '**not met**'}; sums differ by ${difference(pairs)}`,
  );
}

function ask(python: string, what: 'make' | 'run', folder: string): string {
  const script = join(import.meta.dirname, 'peers', 'trees.py');
  const { status, stdout, stderr } = spawnSync(python, [script, what, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} ended with status ${status}: ${stderr}`);
  return stdout;
}

async function bestPass(model: OnnxModel, values: Float32Array): Promise<Pass> {
  const passes: Pass[] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    const started = process.cpuUsage();
    const sum = await predictAll(model, values);
    const { user, system } = process.cpuUsage(started);
    passes.push({ ms: (user + system) / 1000, sum });
  }
  return passes.reduce((best, pass) => (pass.ms < best.ms ? pass : best));
}

async function predictAll(model: OnnxModel, values: Float32Array): Promise<number> {
  const input = { name: 'X', type: 'float32', columns: new Array(FEATURES).fill(''), flat: false } as const;
  let sum = 0;
  for (let at = 0; at < values.length; at += BATCH * FEATURES) {
    const batch = values.subarray(at, at + BATCH * FEATURES);
    const tensor = model.makeTensor({ ...input, fixedRows: undefined }, batch, batch.length / FEATURES);
    const { Y } = await model.session.run({ X: tensor }, ['Y']);
    for (const value of (Y?.data ?? []) as Float32Array) sum += value;
  }
  return sum;
}

const difference = (pairs: readonly { readonly ours: Pass; readonly native: Pass }[]): string =>
  Math.max(...pairs.map(({ ours, native }) => Math.abs(ours.sum / native.sum - 1))).toExponential(1);
