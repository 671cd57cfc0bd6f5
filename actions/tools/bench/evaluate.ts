import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../lib/stats/random.ts';
import { bundle, compile } from '../bundle.ts';
import { buildFirstPrediction } from './evaluate-first-prediction.ts';
import { benchMetrics } from './evaluate-metrics.ts';
import { benchTrees } from './evaluate-trees.ts';
import { type Contestant, measureProcesses, median, type Sample } from './measure-processes.ts';
import { known } from './targets.ts';

const MEBIBYTES = 1024;

/**
 * `npm run bench -- evaluate`: evaluate-model beside scikit-learn, side by side in one run.
 *
 * Flags: `--rounds=N` (5), `--data=FOLDER`, `--only=PART[,PART]` (metrics, whole, start, trees, huge),
 * `--large` (adds 10,000,000 predictions), `--bundle=FOLDER` (a bundle that is there already).
 */
export async function benchEvaluate(flags: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      rounds: { type: 'string', default: '5' },
      data: { type: 'string', default: join(tmpdir(), 'bench-evaluate') },
      only: { type: 'string' },
      large: { type: 'boolean', default: false },
      bundle: { type: 'string' },
    },
  });
  const folder = values.data;
  mkdirSync(folder, { recursive: true });
  const python = findPython();
  const wanted = (part: string): boolean => values.only?.split(',').includes(part) ?? true;
  const rounds = Number(values.rounds);
  if (python !== undefined && wanted('metrics')) benchMetrics(folder, python);
  const needsBundle = wanted('whole') || (values.large && wanted('huge'));
  const entry = needsBundle ? await entryOf(values.bundle, folder) : '';
  if (wanted('whole')) benchWhole(folder, entry, python, rounds);
  if (wanted('start')) benchFirstPrediction(folder, rounds);
  if (python !== undefined && wanted('trees')) await benchTrees(folder, python, rounds);
  if (values.large && wanted('huge')) benchHuge(folder, entry);
}

/** Python with what a script would use; `undefined`, with a line, where there is none. */
function findPython(): string | undefined {
  const { status } = spawnSync('python3', ['-c', 'import numpy, pandas, sklearn'], { stdio: 'ignore' });
  if (status === 0) return 'python3';
  console.log(
    'Skipped: scikit-learn; `pip install scikit-learn pandas` brings what this benchmark compares with',
  );
  return undefined;
}

/** The action as it is shipped, built into a folder of the benchmark's own. */
async function entryOf(given: string | undefined, folder: string): Promise<string> {
  if (given !== undefined) return join(given, 'index.js');
  const target = join(folder, 'evaluate-model');
  await compile();
  await bundle('evaluate-model', target);
  return join(target, 'index.js');
}

/** Predictions as a file: label, score with six decimals, prediction. */
function predictionsFile(folder: string, rows: number): string {
  const path = join(folder, `predictions-${rows}.csv`);
  const random = seededRandom(3);
  writeFileSync(path, 'label,score,prediction\n');
  for (let from = 0; from < rows; from += 100_000) {
    const lines = Array.from({ length: Math.min(100_000, rows - from) }, () => {
      const label = random.next() < 0.2 ? 1 : 0;
      const score = 1 / (1 + Math.exp(1.5 - random.normal() - 1.2 * label));
      return `${label},${score.toFixed(6)},${score >= 0.5 ? 1 : 0}\n`;
    });
    writeFileSync(path, lines.join(''), { flag: 'a' });
  }
  return path;
}

/** The action on a workspace, with inputs as a runner gives them. */
function action(
  name: string,
  entry: string,
  workspace: string,
  inputs: Readonly<Record<string, string>>,
): Contestant {
  const output = join(workspace, 'output.txt');
  writeFileSync(output, '');
  const given = { upload: 'false', summary: 'false', ...inputs };
  return {
    name,
    command: [process.execPath, entry],
    env: {
      ...Object.fromEntries(
        Object.entries(given).map(([input, value]) => [`INPUT_${input.toUpperCase()}`, value]),
      ),
      GITHUB_OUTPUT: output,
      GITHUB_WORKSPACE: workspace,
      RUNNER_TEMP: workspace,
    },
  };
}

type Samples = ReadonlyMap<string, readonly Sample[]>;

const middle = (samples: Samples, name: string, read: (sample: Sample) => number | undefined): number =>
  median(known((samples.get(name) ?? []).map(read)));

function print(title: string, samples: Samples): void {
  console.log(`\n${title}\n\n| process | wall s | processor s | MiB |\n|---|---|---|---|`);
  for (const name of samples.keys()) {
    const [wall, cpu, memory] = [
      middle(samples, name, ({ seconds }) => seconds),
      middle(samples, name, (sample) => sample.cpu),
      middle(samples, name, ({ mebibytes }) => mebibytes),
    ];
    console.log(`| ${name} | ${wall.toFixed(2)} | ${cpu.toFixed(2)} | ${memory.toFixed(0)} |`);
  }
}

/** Ours to the peer's, round by round, so that both met the same weather. */
function ratio(
  samples: Samples,
  ours: string,
  peer: string,
  read: (sample: Sample) => number | undefined,
): number {
  const theirs = samples.get(peer) ?? [];
  return median(
    known(
      (samples.get(ours) ?? []).map((sample, round) => {
        const other = theirs[round];
        const [mine, its] = [read(sample), other && read(other)];
        return mine === undefined || its === undefined ? undefined : mine / its;
      }),
    ),
  );
}

function benchWhole(folder: string, entry: string, python: string | undefined, rounds: number): void {
  const file = predictionsFile(folder, 1_000_000);
  const ours = 'evaluate-model: intervals, curves, plots, rows';
  const bare = 'evaluate-model, without rows';
  const peer = 'pandas and scikit-learn: points';
  const inputs = { predictions: basename(file), score: 'score' };
  const script = join(import.meta.dirname, 'peers', 'evaluate.py');
  const limits = join(import.meta.dirname, 'peers', 'limits.mjs');
  const samples = measureProcesses(
    [
      action(ours, entry, folder, inputs),
      action(bare, entry, folder, { ...inputs, rows: 'none' }),
      ...(python === undefined ? [] : [{ name: peer, command: [python, script, 'whole', file] }]),
      { name: 'limit: newlines, Buffer.indexOf', command: [process.execPath, limits, 'newline-scan', file] },
      { name: 'limit: node -e 0', command: [process.execPath, '-e', '0'] },
    ],
    rounds,
  );
  print('the whole action on 1,000,000 predictions (CSV)', samples);
  if (python === undefined) return;
  const wall = ratio(samples, ours, peer, ({ seconds }) => seconds);
  const cpu = ratio(samples, ours, peer, (sample) => sample.cpu);
  console.log(
    `\nOurs to the peer's: ${wall.toFixed(2)}× wall, ${cpu.toFixed(2)}× processor time; limit 0.5×: ${wall <= 0.5 ? 'met' : '**not met**'}`,
  );
}

/** From the start of the process to an ONNX model's first prediction, by the library the action runs models with. */
function benchFirstPrediction(folder: string, rounds: number): void {
  const programs = buildFirstPrediction(join(folder, 'first-prediction'));
  const samples = measureProcesses(
    [
      { name: 'first prediction of a model', command: [process.execPath, programs.ours] },
      { name: 'limit: the engine alone', command: [process.execPath, programs.engine] },
      { name: 'limit: node -e 0', command: [process.execPath, '-e', '0'] },
    ],
    2 * rounds,
  );
  print('from process start to the first ONNX prediction (limit 0.4 s)', samples);
}

function benchHuge(folder: string, entry: string): void {
  const file = predictionsFile(folder, 10_000_000);
  const name = '10,000,000 predictions';
  const samples = measureProcesses(
    [action(name, entry, folder, { predictions: basename(file), score: 'score' })],
    1,
  );
  print('memory', samples);
  const mebibytes = middle(samples, name, (sample) => sample.mebibytes);
  console.log(`\nLimit ${MEBIBYTES} MiB: ${mebibytes <= MEBIBYTES ? 'met' : '**not met**'}`);
  rmSync(file);
}
