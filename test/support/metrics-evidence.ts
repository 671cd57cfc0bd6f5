import { gzipSync } from 'node:zlib';
import { canonicalJson, sha256 } from '../../actions/lib/digest.ts';
import type { MetricsDocument, MetricValue, ScoredRow } from '../../actions/lib/documents/metrics.ts';
import { metricByName } from '../../actions/lib/metrics/catalog.ts';
import { measure } from '../../actions/lib/metrics/measure.ts';
import { evaluationRows } from '../../actions/lib/policy/evaluation-rows.ts';
import { entriesOf, type MetricsView } from '../../actions/lib/policy/metrics-view.ts';
import { belongsTo } from '../../actions/lib/policy/slice-name.ts';
import { seededRandom } from '../../actions/lib/stats/random.ts';

/** Rows of a binary test: truth drawn from `seed`, predictions wrong on a share of them drawn from `model`. */
export function simulatedRows(options: {
  readonly n: number;
  readonly wrong: number;
  readonly seed?: number;
  readonly model: number;
}): ScoredRow[] {
  const truth = seededRandom(options.seed ?? 1);
  const noise = seededRandom(options.model);
  return Array.from({ length: options.n }, (_, index) => {
    const positive = truth.next() < 0.4;
    const region = ['North', 'South', 'West'][truth.integer(3)] ?? '';
    const right = noise.next() >= options.wrong;
    const predicted = positive === right;
    const distance = 0.5 * noise.next();
    return {
      id: `r${index}`,
      y: positive ? 'yes' : 'no',
      p: predicted ? 'yes' : 'no',
      s: Number((predicted ? 0.5 + distance : 0.5 - distance).toFixed(6)),
      k: [`region=${region}`],
    };
  });
}

const NAMES = ['accuracy', 'f1', 'recall', 'roc_auc', 'log_loss', 'average_precision'];

/** The metrics document of binary rows, measured by the catalog, with the slices that the rows name. */
export function metricsOf(
  rows: readonly ScoredRow[],
  change: Partial<MetricsDocument> = {},
): MetricsDocument {
  const frame: MetricsDocument = {
    schema: 'mlops-actions/metrics/v1',
    created: '2026-01-10T12:00:00.000Z',
    source: {
      repository: 'octo/models',
      commit: 'a'.repeat(40),
      ref: 'refs/heads/x',
      workflow: '',
      run: 1,
      attempt: 1,
      action: 'evaluate-model@0.1.0',
    },
    subjects: [{ role: 'model', name: 'model.onnx', digest: sha256(canonicalJson(rows)) }],
    verdict: 'pass',
    model: { name: 'churn', digest: sha256(canonicalJson(rows)), sizeBytes: 10 },
    dataset: {
      path: 'test.csv',
      digest: sha256(canonicalJson(rows.map(({ id, y }) => [id, y]))),
      rows: rows.length,
      invalidRows: 0,
    },
    task: 'binary',
    settings: {
      labels: ['no', 'yes'],
      positiveLabel: 'yes',
      threshold: 0.5,
      confidence: 0.95,
      resamples: 200,
      seed: 1,
    },
    metrics: [],
    excludedGroups: [],
    files: { rows: 'rows.ndjson.gz' },
  };
  const names = [...new Set(rows.flatMap(({ k }) => k ?? []))].sort();
  const metrics = [undefined, ...names].flatMap((name) => measured(rows, name, frame));
  return { ...frame, metrics, ...change };
}

function measured(
  rows: readonly ScoredRow[],
  name: string | undefined,
  frame: MetricsDocument,
): readonly MetricValue[] {
  const chosen = name === undefined ? rows : rows.filter(({ k }) => belongsTo(k, name));
  const evaluation = evaluationRows(chosen, frame);
  if ('problem' in evaluation) throw new Error(evaluation.problem);
  const catalog = NAMES.map((id) => metricByName(id)).filter((metric) => metric !== undefined);
  const values = measure(catalog, evaluation, frame.settings);
  const [column = '', value = ''] = name?.split('=') ?? [];
  return name === undefined ? values : values.map((one) => ({ ...one, slice: { [column]: value } }));
}

/** What gate-metrics makes of a document and its rows. */
export const viewOf = (document: MetricsDocument, rows: readonly ScoredRow[] | undefined): MetricsView => ({
  location: 'metrics.json',
  digest: sha256(canonicalJson(document)),
  entries: entriesOf(document),
  document,
  rows,
  rowsDigest: undefined,
});

/** The two files evaluate-model writes, below a folder. */
export const evidenceFiles = (
  folder: string,
  rows: readonly ScoredRow[],
  change: Partial<MetricsDocument> = {},
) => ({
  [`${folder}/metrics.json`]: JSON.stringify(metricsOf(rows, change)),
  [`${folder}/rows.ndjson.gz`]: gzipSync(rows.map((row) => JSON.stringify(row)).join('\n')),
});
