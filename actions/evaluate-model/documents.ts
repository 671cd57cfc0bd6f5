import { type Digest, sha256 } from '../lib/digest.ts';
import type { Subject } from '../lib/documents/envelope.ts';
import type { MetricsDocument } from '../lib/documents/metrics.ts';
import { curvesOf } from '../lib/metrics/curves.ts';
import type { PlotFile } from '../lib/plots/classification-plots.ts';
import { envelope, saveDocument } from '../runtime/documents.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Evaluation } from './evaluate.ts';
import type { Inputs } from './inputs.ts';
import type { Loaded } from './load.ts';
import { renderReport } from './report.ts';
import { dataDigest, packLines, scoredRowLines } from './scored-rows.ts';

/** What was written, and where. */
export interface Written {
  readonly document: MetricsDocument;
  readonly metricsPath: string;
  readonly reportPath: string;
  readonly report: string;
  /** All files, relative to the workspace. */
  readonly files: readonly string[];
}

const FILES = { rows: 'rows.ndjson.gz', curves: 'curves.json', report: 'report.md', metrics: 'metrics.json' };

/** Writes everything an evaluation leaves behind into the output folder. */
export async function writeDocuments(
  runtime: Runtime,
  inputs: Inputs,
  evaluation: Evaluation,
  model: Loaded['model'],
): Promise<Written> {
  const at = (file: string): string => `${inputs.outputDir}/${file}`;
  const subjects: Subject[] = [];
  if (model) subjects.push({ role: 'model', name: model.name, digest: model.digest });
  const digest = dataDigest(evaluation);
  subjects.push({ role: 'data', name: evaluation.predictions.name, digest });
  const written: string[] = [];
  const write = async (file: string, content: string | Uint8Array): Promise<void> => {
    await runtime.files.write(at(file), content);
    written.push(at(file));
  };

  if (inputs.rows !== 'none') {
    const packed = await packLines(scoredRowLines(evaluation, inputs.rows), runtime.redact);
    await write(FILES.rows, packed);
    subjects.push({ role: 'rows', name: FILES.rows, digest: sha256(packed) });
  }
  const curves = curvesOf(evaluation.rows);
  await write(FILES.curves, `${JSON.stringify(curves)}\n`);
  const plots = await drawPlots(evaluation, curves);
  for (const { file, svg } of plots) await write(`plots/${file}`, svg);

  const document: MetricsDocument = {
    ...envelope(runtime, 'metrics', subjects, evaluation.verdict),
    ...(model && { model }),
    ...contents(evaluation, inputs, digest),
    files: {
      ...(inputs.rows !== 'none' && { rows: FILES.rows }),
      curves: FILES.curves,
      plots: plots.map(({ file }) => `plots/${file}`),
      report: FILES.report,
    },
  };
  const report = renderReport(document, evaluation);
  await write(FILES.report, report);
  await saveDocument(runtime, at(FILES.metrics), document);
  written.push(at(FILES.metrics));
  return { document, metricsPath: at(FILES.metrics), reportPath: at(FILES.report), report, files: written };
}

function contents(
  { task, rows, invalid, predictions, metrics, excludedGroups }: Evaluation,
  inputs: Inputs,
  digest: Digest,
): Pick<MetricsDocument, 'dataset' | 'task' | 'settings' | 'metrics' | 'excludedGroups'> {
  const positiveLabel = rows.task === 'binary' ? rows.labels[1] : undefined;
  return {
    dataset: { path: predictions.name, digest, rows: rows.count, invalidRows: invalid.length },
    task,
    settings: {
      ...(positiveLabel !== undefined && { positiveLabel }),
      ...(rows.task !== 'regression' && { labels: rows.labels }),
      ...(rows.task === 'binary' && { threshold: inputs.threshold }),
      confidence: inputs.confidence,
      resamples: inputs.resamples,
      seed: inputs.seed,
    },
    metrics,
    excludedGroups,
  };
}

/** The plots of the curves, and of the primary metric by slice. Drawing is loaded only here. */
async function drawPlots(
  { metrics, slices }: Evaluation,
  curves: ReturnType<typeof curvesOf>,
): Promise<PlotFile[]> {
  const [{ openDrawing }, { classificationPlots }, { regressionPlots }, { slicesPlot }] = await Promise.all([
    import('../lib/plots/drawing.ts'),
    import('../lib/plots/classification-plots.ts'),
    import('../lib/plots/regression-plots.ts'),
    import('../lib/plots/slices-plot.ts'),
  ]);
  const drawing = await openDrawing();
  const plots =
    curves.task === 'regression' ? regressionPlots(drawing, curves) : classificationPlots(drawing, curves);
  const primary = metrics[0]?.name;
  const bySlice =
    slices.length > 0
      ? slicesPlot(
          drawing,
          metrics.filter(({ name }) => name === primary),
        )
      : undefined;
  return bySlice ? [...plots, bySlice] : plots;
}
