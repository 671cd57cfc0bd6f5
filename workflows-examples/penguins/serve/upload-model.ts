// Hands a model's bytes to the model server, so that an order can name them by digest:
//
//   node serve/upload-model.ts models/penguins.onnx
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ask } from './client.ts';

const file = process.argv[2];
if (!file) throw new Error('usage: node serve/upload-model.ts <model file>');
console.log(
  await ask('PUT', `/models/${encodeURIComponent(basename(file))}`, new Uint8Array(readFileSync(file))),
);
