import { type Digest, sha256 } from '../lib/digest.ts';
import type { Subject } from '../lib/documents/envelope.ts';
import type { MetricsDocument } from '../lib/documents/metrics.ts';
import { curvesOf } from '../lib/metrics/curves.ts';
import { isClassRows } from '../lib/metrics/rows.ts';
import { envelope, saveDocument } from '../runtime/documents.ts';
import { gzipTexts } from '../runtime/gzip.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { dataDigest } from './data-digest.ts';
import type { Evaluation } from './evaluate.ts';
import type { Inputs } from './inputs.ts';
import { descriptionOf, renderReport, verdictLine } from './report.ts';
import { scoredRowLines } from './scored-rows.ts';
import type { Scored } from './sources/scored.ts';

/** What was written, and where. */
export interface Written {
  readonly document: MetricsDocument;
  readonly metricsPath: string;
  readonly reportPath: string;
  readonly htmlPath: string;
  readonly report: string;
  /** All files, relative to the workspace. */
  readonly files: readonly string[];
}

/** Names in the output folder, besides the plots. */
export const FILES = {
  rows: 'rows.ndjson.gz',
  curves: 'curves.json',
  report: 'report.md',
  html: 'report.html',
  metrics: 'metrics.json',
};

/** Writes everything an evaluation leaves behind into the output folder. */
export async function writeDocuments(
  runtime: Runtime,
  inputs: Inputs,
  evaluation: Evaluation,
  scored: Scored,
): Promise<Written> {
  const at = (file: string): string => `${inputs.outputDir}/${file}`;
  const written: string[] = [];
  const write = async (file: string, content: string | Uint8Array): Promise<void> => {
    await runtime.files.write(at(file), content);
    written.push(at(file));
  };
  // Rows are packed beside the drawing of plots.
  const packing = inputs.rows === 'none' ? undefined : packRows(runtime, evaluation, inputs.rows);
  const curves = curvesOf(evaluation.assembled.rows, curveOptions(evaluation, inputs, scored));
  const { drawPlots } = await import('../lib/plots/draw-plots.ts');
  const contents = contentsOf(evaluation, inputs);
  const plots = await drawPlots(curves, contents);
  await write(FILES.curves, `${JSON.stringify(curves)}\n`);
  for (const { file, svg } of plots) await write(`plots/${file}`, svg);
  const packed = await packing;
  if (packed) await write(FILES.rows, packed);

  const document: MetricsDocument = {
    ...envelope(runtime, 'metrics', subjectsOf(contents, scored, packed), evaluation.verdict),
    ...(scored.model && { model: scored.model }),
    ...contents,
    ...(evaluation.modelFiles.length > 0 && { modelFiles: evaluation.modelFiles }),
    files: {
      ...(packed && { rows: FILES.rows }),
      curves: FILES.curves,
      plots: plots.map(({ file }) => `plots/${file}`),
      report: FILES.report,
      html: FILES.html,
    },
  };
  const report = renderReport(document, evaluation);
  await write(FILES.report, report);
  const { renderHtml } = await import('./report-html/render-html.ts');
  await write(
    FILES.html,
    renderHtml(document, plots, {
      headline: verdictLine(evaluation),
      reasons: evaluation.reasons,
      warnings: evaluation.notes,
      describe: (name) => descriptionOf(evaluation, name),
    }),
  );
  await saveDocument(runtime, at(FILES.metrics), document);
  written.push(at(FILES.metrics));
  return {
    document,
    metricsPath: at(FILES.metrics),
    reportPath: at(FILES.report),
    htmlPath: at(FILES.html),
    report,
    files: written,
  };
}

/** Secrets are kept out before packing: what is packed cannot be redacted any more. */
const packRows = (runtime: Runtime, evaluation: Evaluation, keep: 'full' | 'hashed'): Promise<Uint8Array> =>
  gzipTexts(scoredRowLines(evaluation, keep, runtime.redact));

function curveOptions(
  { chosen, comparison, assembled }: Evaluation,
  { threshold, confidence, columns }: Inputs,
  { cost, predictions }: Scored,
): Parameters<typeof curvesOf>[1] {
  const decided = !predictions.predicted && !predictions.table.column(columns.prediction);
  return {
    threshold: decided && assembled.rows.task === 'binary' ? threshold : undefined,
    confidence,
    metrics: chosen,
    latencies: cost.latencies,
    baseline: comparison && { name: comparison.document.name, rows: comparison.pair.baseline },
  } satisfies { [Key in keyof NonNullable<Parameters<typeof curvesOf>[1]>]: unknown };
}

function subjectsOf(
  { dataset, baseline }: Pick<MetricsDocument, 'dataset' | 'baseline'>,
  { model }: Scored,
  packed: Uint8Array | undefined,
): Subject[] {
  const subjects: Subject[] = [];
  if (model) subjects.push({ role: 'model', name: model.name, digest: model.digest });
  subjects.push({ role: 'data', name: dataset.path, digest: dataset.digest });
  if (baseline?.digest) subjects.push({ role: 'baseline', name: baseline.name, digest: baseline.digest });
  if (packed) subjects.push({ role: 'rows', name: FILES.rows, digest: sha256(packed) });
  return subjects;
}

type Contents = Omit<
  MetricsDocument,
  'schema' | 'created' | 'source' | 'subjects' | 'verdict' | 'files' | 'model'
>;

function contentsOf(evaluation: Evaluation, inputs: Inputs): Contents {
  const { assembled, predictions, metrics, excludedGroups, comparison, fairness } = evaluation;
  const { rows, invalidCount } = assembled;
  const digest: Digest = dataDigest(evaluation, inputs.columns);
  return {
    dataset: { path: predictions.table.name, digest, rows: rows.count, invalidRows: invalidCount },
    task: rows.task,
    settings: settingsOf(evaluation, inputs),
    metrics,
    excludedGroups,
    ...(comparison && { baseline: comparison.document }),
    ...(fairness.length > 0 && { fairness }),
  };
}

function settingsOf({ assembled: { rows }, task }: Evaluation, inputs: Inputs): MetricsDocument['settings'] {
  return {
    ...(rows.task === 'binary' && { positiveLabel: rows.labels[1] ?? '', threshold: inputs.threshold }),
    ...((isClassRows(rows) || rows.task === 'multilabel') && { labels: rows.labels }),
    confidence: inputs.confidence,
    resamples: inputs.resamples,
    seed: inputs.seed,
    ...(inputs.columns.cluster !== undefined && { cluster: inputs.columns.cluster }),
    ...(task.reason !== '' && { taskReason: task.reason }),
  };
}
