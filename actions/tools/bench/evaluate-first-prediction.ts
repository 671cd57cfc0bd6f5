import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { root } from '../repository.ts';

const ENGINE = 'ort-wasm-simd-threaded.wasm';

const PROGRAM = `
import { readFileSync } from 'node:fs';
import { readModelShape } from ${JSON.stringify(join(root, 'actions/lib/onnx/model-shape.ts'))};
import { openModel } from ${JSON.stringify(join(root, 'actions/lib/onnx/session.ts'))};
const at = (name) => readFileSync(new URL(name, import.meta.url));
const bytes = at('model.onnx');
const shape = readModelShape('model.onnx', bytes);
const model = await openModel('model.onnx', bytes, shape, at('${ENGINE}'));
const [input] = shape.inputs;
const width = input.shape.at(-1);
const bound = { name: input.name, type: input.type, columns: Array.from({ length: width }, String), flat: false };
const outputs = await model.session.run({ [input.name]: model.makeTensor(bound, new Float32Array(width), 1) }, model.outputs);
console.log(model.outputs.map((name) => String(outputs[name].data)).join(' '));
`;

/** The same with nothing but the engine: what no code of ours can be faster than. */
const ENGINE_ALONE = `
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web/wasm';
const at = (name) => readFileSync(new URL(name, import.meta.url));
Object.assign(ort.env.wasm, { numThreads: 1, wasmBinary: at('${ENGINE}') });
const session = await ort.InferenceSession.create(at('model.onnx'));
const outputs = await session.run({ X: new ort.Tensor('float32', new Float32Array(3), [1, 3]) });
console.log(session.outputNames.map((name) => String(outputs[name].data)).join(' '));
`;

/** Bundles programs that open a model and predict one row into a folder, with the engine beside them. */
export function buildFirstPrediction(folder: string): { readonly ours: string; readonly engine: string } {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, 'node_modules/onnxruntime-web/dist', ENGINE), join(folder, ENGINE));
  copyFileSync(join(root, 'test/fixtures/onnx/classifier.onnx'), join(folder, 'model.onnx'));
  return { ours: bundled(folder, 'ours', PROGRAM), engine: bundled(folder, 'engine', ENGINE_ALONE) };
}

function bundled(folder: string, name: string, program: string): string {
  const entry = join(folder, `${name}.ts`);
  const outfile = join(folder, `${name}.mjs`);
  writeFileSync(entry, program);
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minifyWhitespace: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    conditions: ['import'],
    nodePaths: [join(root, 'node_modules')],
  });
  return outfile;
}
