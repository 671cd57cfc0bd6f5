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

/** Bundles a program that opens a model and predicts one row into a folder, with the engine beside it. */
export function buildFirstPrediction(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const entry = join(folder, 'program.ts');
  writeFileSync(entry, PROGRAM);
  buildSync({
    entryPoints: [entry],
    outfile: join(folder, 'program.mjs'),
    bundle: true,
    minifyWhitespace: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    conditions: ['import'],
    nodePaths: [join(root, 'node_modules')],
  });
  copyFileSync(join(root, 'node_modules/onnxruntime-web/dist', ENGINE), join(folder, ENGINE));
  copyFileSync(join(root, 'test/fixtures/onnx/classifier.onnx'), join(folder, 'model.onnx'));
  return join(folder, 'program.mjs');
}
