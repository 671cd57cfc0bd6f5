import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { averagePrecision } from '../../lib/metrics/average-precision.ts';
import { metricByName } from '../../lib/metrics/catalog.ts';
import { measure } from '../../lib/metrics/measure.ts';
import { binnedArea, rankBinCounts } from '../../lib/metrics/rank-bins.ts';
import type { ClassRows } from '../../lib/metrics/rows.ts';
import { countsDraws } from '../../lib/metrics/sums-estimate.ts';
import { delongArea } from '../../lib/stats/delong.ts';
import { median } from './measure-processes.ts';

const ROWS = 1_000_000;
const ROUNDS = 7;
const SETTINGS = { confidence: 0.95, resamples: 1000, seed: 1 };

type Peer = Readonly<Record<string, { readonly ms: number; readonly value: number }>>;

/** One line: ours in milliseconds, and what it is held to. */
interface Line {
  readonly claim: string;
  readonly ours: number;
  readonly peer?: { readonly name: string; readonly ms: number };
  /** A share of the peer's time, or milliseconds. */
  readonly limit: number;
}

/** Metrics of a million predictions in this process, beside scikit-learn's in its own: imports would drown both. */
export function benchMetrics(folder: string, python: string): void {
  const script = join(import.meta.dirname, 'peers', 'evaluate.py');
  const { status, stdout, stderr } = spawnSync(python, [script, 'metrics', folder, String(ROWS)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${script} ended with status ${status}: ${stderr}`);
  const peer: Peer = JSON.parse(stdout);
  const rows = readRows(folder);
  console.log('\nmetrics of 1,000,000 predictions, in process, medians\n');
  console.log('| target | ours ms | scikit-learn ms | measured | limit | met |');
  console.log('|---|---|---|---|---|---|');
  for (const line of linesOf(rows, peer)) console.log(`| ${cells(line).join(' | ')} |`);
  console.log(`\nLargest difference to scikit-learn: ${difference(rows, peer).toExponential(1)}`);
}

function readRows(folder: string): ClassRows {
  const bytes = readFileSync(join(folder, 'p.f64'));
  const scores = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const actual = Int32Array.from(readFileSync(join(folder, 'y.u8')));
  const predicted = Int32Array.from(scores, (score) => (score >= 0.5 ? 1 : 0));
  return { task: 'binary', count: scores.length, labels: ['0', '1'], actual, predicted, scores };
}

/** Scores that no round before has sorted: what was sorted is kept with them. */
const fresh = (rows: ClassRows): ClassRows & { readonly scores: Float64Array } => ({
  ...rows,
  scores: (rows.scores ?? new Float64Array()).slice(),
});

function timed(
  prepare: () => ClassRows & { readonly scores: Float64Array },
  run: (rows: ReturnType<typeof prepare>) => unknown,
): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const rows = prepare();
    const started = performance.now();
    run(rows);
    return performance.now() - started;
  });
  return median(times);
}

function linesOf(rows: ClassRows, peer: Peer): readonly Line[] {
  const msOf = (...names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (peer[name]?.ms ?? Number.NaN), 0);
  const cellMetrics = ['accuracy', 'f1']
    .map((id) => metricByName(id, 'binary'))
    .filter((metric) => metric !== undefined);
  return [
    {
      claim: 'AUC, average precision and the interval of DeLong, to both points',
      ours: timed(
        () => fresh(rows),
        (own) => [delongArea(own.scores, own.actual), averagePrecision.compute?.(own)],
      ),
      peer: { name: 'scikit-learn', ms: msOf('roc_auc', 'average_precision') },
      limit: 0.2,
    },
    {
      claim: 'an AUC interval of 1,000 resamples, to one point',
      ours: timed(
        () => fresh(rows),
        (own) => countsDraws(rankBinCounts(own.scores, own.actual), [binnedArea], SETTINGS),
      ),
      peer: { name: 'scikit-learn', ms: msOf('roc_auc') },
      limit: 0.5,
    },
    {
      claim: 'accuracy and F1 with intervals of 1,000 resamples',
      ours: timed(
        () => fresh(rows),
        (own) => measure(cellMetrics, own, SETTINGS),
      ),
      limit: 5,
    },
  ];
}

function cells({ claim, ours, peer, limit }: Line): readonly string[] {
  const share = peer && ours / peer.ms;
  return [
    claim,
    ours.toFixed(1),
    peer ? peer.ms.toFixed(0) : '',
    share === undefined ? '' : `${share.toFixed(2)}×`,
    share === undefined ? `≤ ${limit} ms` : `≤ ${limit}×`,
    (share ?? ours) <= limit ? 'yes' : '**no**',
  ];
}

function difference(rows: ClassRows, peer: Peer): number {
  const metrics = Object.keys(peer)
    .map((id) => metricByName(id, 'binary'))
    .filter((metric) => metric !== undefined);
  const differences = measure(metrics, rows, SETTINGS).map(({ name, value }) =>
    Math.abs((value ?? Number.NaN) / (peer[name]?.value ?? Number.NaN) - 1),
  );
  return Math.max(...differences);
}
