import { ActionError } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import { bencher } from './bencher.ts';
import { deepchecks } from './deepchecks.ts';
import { deepeval } from './deepeval.ts';
import { dvcDiff } from './dvc-diff.ts';
import { dvcMetrics } from './dvc-metrics.ts';
import { dvcPlots, dvcPlotsTable } from './dvc-plots.ts';
import { dvcShow } from './dvc-show.ts';
import { evidently } from './evidently.ts';
import { flat } from './flat.ts';
import type { FileFormat, FolderFormat, MetricFormat } from './format.ts';
import { githubActionBenchmark, githubActionBenchmarkHistory } from './github-action-benchmark.ts';
import { hfEvalResults } from './hf-eval-results.ts';
import { hfModelIndex } from './hf-model-index.ts';
import { hfTrainer } from './hf-trainer.ts';
import { junit } from './junit.ts';
import { kerasCsv } from './keras-csv.ts';
import { lightningCsv } from './lightning-csv.ts';
import { lmEval } from './lm-eval.ts';
import { mlflowEvaluation } from './mlflow-evaluation.ts';
import { mlflowRest } from './mlflow-rest.ts';
import { mlflowRun } from './mlflow-run.ts';
import { promptfoo } from './promptfoo.ts';
import { pytestBenchmark } from './pytest-benchmark.ts';
import { sklearnReport } from './sklearn-report.ts';
import { text } from './text.ts';

/** Every format of one file. A new one is a file here and a line. */
export const FILE_FORMATS: readonly FileFormat[] = [
  flat,
  dvcMetrics,
  dvcPlots,
  dvcPlotsTable,
  dvcDiff,
  dvcShow,
  mlflowRest,
  sklearnReport,
  evidently,
  deepchecks,
  hfTrainer,
  hfModelIndex,
  hfEvalResults,
  lmEval,
  promptfoo,
  deepeval,
  bencher,
  githubActionBenchmark,
  githubActionBenchmarkHistory,
  pytestBenchmark,
  kerasCsv,
  lightningCsv,
  junit,
  text,
];

/** Every format of a folder. */
export const FOLDER_FORMATS: readonly FolderFormat[] = [mlflowRun, mlflowEvaluation];

export const FORMATS: readonly MetricFormat[] = [...FILE_FORMATS, ...FOLDER_FORMATS];

/** The input `format`: nothing in particular, or a format and what follows its colon. */
export interface FormatRequest {
  /** `undefined` for `auto`. */
  readonly format: MetricFormat | undefined;
  readonly choice: string | undefined;
}

/** @throws ActionError invalid-input for a name that is none, or a choice where the format has none */
export function parseFormat(written: string): FormatRequest {
  const [name = '', ...rest] = written.split(':');
  const choice = rest.length === 0 ? undefined : rest.join(':');
  if (name === 'auto' && choice === undefined) return { format: undefined, choice };
  const format = FORMATS.find((known) => known.name === name);
  if (format === undefined) {
    const names = ['auto', ...FORMATS.map((known) => known.name)];
    throw new ActionError(
      'invalid-input',
      `format: expected ${names.join(', ')}; found "${written}"${didYouMean(name, names)}`,
    );
  }
  if (choice !== undefined && format.choices === undefined)
    throw new ActionError(
      'invalid-input',
      `format: nothing may follow ${name}; found "${written}". Use format: ${name}`,
    );
  return { format, choice };
}
