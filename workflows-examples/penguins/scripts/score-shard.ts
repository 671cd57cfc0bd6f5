// Scores every n-th row of data/test.csv with models/penguins.onnx:
//
//   node scripts/score-shard.ts --shard 1/3 --output predictions/shard-1.csv
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { openModel } from '../serve/onnx-model.ts';

const CLASSES = ['Adelie', 'Chinstrap', 'Gentoo'];
const KEPT = ['penguin_id', 'island', 'species'];

const { values: flags } = parseArgs({
  options: {
    shard: { type: 'string', default: '1/1' },
    output: { type: 'string', default: 'predictions.csv' },
  },
});
const [shard = 0, shards = 0] = flags.shard.split('/').map(Number);
if (!(shard >= 1 && shard <= shards))
  throw new RangeError(`--shard: expected 1/3 or the like, found ${flags.shard}`);

const project = join(import.meta.dirname, '..');
const model = await openModel(readFileSync(join(project, 'models', 'penguins.onnx')));
const [header = '', ...lines] = readFileSync(join(project, 'data', 'test.csv'), 'utf8')
  .trimEnd()
  .split('\n');
const columns = header.split(',');

const scored: string[] = [[...KEPT, 'prediction', ...CLASSES.map((name) => `proba_${name}`)].join(',')];
for (const line of lines.filter((_, index) => index % shards === shard - 1)) {
  const cells = new Map(line.split(',').map((cell, index) => [columns[index] ?? '', cell]));
  const features = Object.fromEntries(model.features.map((name) => [name, Number(cells.get(name))]));
  const { label, probabilities } = await model.predict(features);
  scored.push([...KEPT.map((name) => cells.get(name) ?? ''), label, ...probabilities].join(','));
}
mkdirSync(dirname(flags.output), { recursive: true });
writeFileSync(flags.output, `${scored.join('\n')}\n`);
