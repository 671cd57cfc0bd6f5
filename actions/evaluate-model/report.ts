import type { MetricsDocument, MetricValue } from '../lib/documents/metrics.ts';
import { metricByName } from '../lib/metrics/catalog.ts';
import { confusionOf } from '../lib/metrics/confusion.ts';
import type { Metric } from '../lib/metrics/metric.ts';
import { isClassRows } from '../lib/metrics/rows.ts';
import {
  formatBytes,
  formatCount,
  formatInterval,
  formatNumber,
  formatPercent,
  formatQuantity,
} from '../lib/report/format-number.ts';
import { bulletList, code, details, markdownText, sections, table } from '../lib/report/markdown.ts';
import { textAt } from '../lib/tabular/data-table.ts';
import type { Annotation } from '../runtime/runtime.ts';
import type { Evaluation } from './evaluate.ts';
import type { Inputs } from './inputs.ts';
import { comparisonSection, fairnessSection, modelFilesSection } from './report-sections.ts';

/** Slices beyond this fill the report without being read; metrics.json holds all of them. */
const MAX_SLICES = 50;
/** Classes beyond this do not fit a table. */
const MAX_CLASSES = 12;
/** Annotations the runner shows of one step. */
const MAX_ANNOTATIONS = 10;

const HEADLINES = { pass: 'measured', inconclusive: 'undecided', fail: 'failed' } as const;

const headline = (verdict: Evaluation['verdict']): string =>
  verdict === 'fail' || verdict === 'inconclusive' ? HEADLINES[verdict] : HEADLINES.pass;

/** The verdict and the primary metric as one line of plain text. */
export function verdictLine({ verdict, reasons, metrics, assembled }: Evaluation): string {
  const { rows } = assembled;
  const [primary] = metrics;
  const value = primary ? `${primary.name} ${valueText(primary)}` : 'no metric';
  const line = `Model ${headline(verdict)}: ${value} on ${formatQuantity(rows.count, rows.task === 'ranking' ? 'query' : 'row', rows.task === 'ranking' ? 'queries' : 'rows')}`;
  return reasons.length > 0 ? `${line}; ${reasons[0]}` : line;
}

/** What a metric of the evaluation says of itself: the catalog's entry, or that of a column of scores. */
export const descriptionOf = ({ chosen, assembled }: Evaluation, name: string): Metric | undefined =>
  chosen.find(({ id }) => id === name) ?? metricByName(name, assembled.rows.task);

/** A value with its interval: `0.912 [0.871, 0.941]`. */
function valueText({ value, ci, unit, undefined: why }: MetricValue): string {
  if (value === null) return `undefined (${why ?? 'no value'})`;
  const shown = unit === 'byte' ? formatBytes(value) : `${formatNumber(value)}${unit ? ` ${unit}` : ''}`;
  return ci ? `${shown} ${formatInterval(ci)}` : shown;
}

/** The report as Markdown, for the job summary and `report.md`. Labels and names of users stand in it as texts. */
export function renderReport(document: MetricsDocument, evaluation: Evaluation): string {
  const overall = document.metrics.filter(({ slice }) => slice === undefined);
  return sections(
    `### ${markdownText(verdictLine(evaluation))}`,
    facts(document),
    evaluation.reasons.length > 0
      ? bulletList(evaluation.reasons.map((reason) => `❌ ${markdownText(reason)}`))
      : undefined,
    metricsTable(overall, document.settings.confidence),
    evaluation.notes.length > 0
      ? bulletList(evaluation.notes.map((note) => `ℹ️ ${markdownText(note)}`))
      : undefined,
    comparisonSection(document),
    confusionTable(evaluation),
    slicesTable(document),
    excluded(document),
    fairnessSection(document),
    modelFilesSection(document),
    details('How this was measured', methods(document, overall, evaluation)),
  );
}

function facts({ model, dataset, task, settings }: MetricsDocument): string {
  const parts = [
    model &&
      `model ${code(model.name)} (${formatBytes(model.sizeBytes)}, ${code(model.digest.slice(0, 19))})`,
    `data ${code(dataset.path)} (${formatQuantity(dataset.rows, 'row')}${dataset.invalidRows > 0 ? `, ${formatCount(dataset.invalidRows)} invalid` : ''})`,
    `task ${task}${settings.taskReason === undefined ? '' : ` (${markdownText(settings.taskReason)})`}`,
    settings.cluster !== undefined && `clusters of ${code(settings.cluster)}`,
    settings.positiveLabel !== undefined && `positive class ${code(settings.positiveLabel)}`,
  ];
  return parts.filter((part) => part).join(' · ');
}

/** A value alone, as Markdown: numbers are ours, reasons may quote labels of users. */
const valueCell = ({ ci: _, ...value }: MetricValue): string =>
  value.value === null ? `*${markdownText(valueText(value))}*` : valueText(value);

const ARROWS = { higher: '↑', lower: '↓' } as const;

function metricsTable(values: readonly MetricValue[], confidence: number): string {
  return table(
    ['metric', '', 'value', `${formatNumber(confidence * 100)} % interval`, 'method'],
    values.map((value) => [
      code(value.name),
      ARROWS[value.direction],
      valueCell(value),
      value.ci ? formatInterval(value.ci) : '',
      value.ci?.method ?? '',
    ]),
    ['left', 'center', 'right', 'right', 'left'],
  );
}

function confusionTable({ assembled: { rows } }: Evaluation): string | undefined {
  if (!isClassRows(rows) || rows.labels.length > MAX_CLASSES) return undefined;
  const { cells, size } = confusionOf(rows);
  const labels = rows.labels.map((label) => markdownText(label));
  const body = labels.map((label, actual) => {
    const counts = [...cells.subarray(actual * size, (actual + 1) * size)];
    const total = counts.reduce((sum, count) => sum + count, 0);
    const shown = counts.map((count, predicted) => {
      const text = formatNumber(count);
      return actual === predicted ? `**${text}**` : text;
    });
    return [`**${label}**`, ...shown, total > 0 ? formatPercent((counts[actual] ?? 0) / total) : ''];
  });
  const header = ['actual ↓ predicted →', ...labels, 'recall'];
  return details(
    `Confusion matrix`,
    table(header, body, ['left', ...header.slice(1).map(() => 'right' as const)]),
  );
}

/** A slice as people read it: `species = Adelie`, `age >= 30`. */
export const sliceName = (slice: Readonly<Record<string, string>>): string =>
  Object.entries(slice)
    .map(([column, value]) => (/^(>=|<=|!=|>|<)/.test(value) ? `${column} ${value}` : `${column} = ${value}`))
    .join(', ');

/** The primary metric on each slice, the worst first. */
function slicesTable({ metrics, settings }: MetricsDocument): string | undefined {
  const [primary] = metrics;
  if (!primary) return undefined;
  const sign = primary.direction === 'higher' ? 1 : -1;
  const values = metrics
    .flatMap((value) =>
      value.slice && value.name === primary.name ? [{ ...value, slice: value.slice }] : [],
    )
    .sort((a, b) => sign * ((a.value ?? Number.NEGATIVE_INFINITY) - (b.value ?? Number.NEGATIVE_INFINITY)));
  if (values.length === 0) return undefined;
  const shown = values.slice(0, MAX_SLICES);
  const more =
    values.length > shown.length
      ? `\n\n${formatCount(values.length - shown.length)} more slices are in metrics.json.`
      : '';
  const rows = shown.map((value) => [
    markdownText(sliceName(value.slice)),
    formatCount(value.n),
    valueCell(value),
    value.ci ? formatInterval(value.ci) : '',
  ]);
  const header = [
    'slice, worst first',
    'rows',
    primary.name,
    `${formatNumber(settings.confidence * 100)} % interval`,
  ];
  return `${table(header, rows, ['left', 'right', 'right', 'right'])}${more}`;
}

function excluded({ excludedGroups }: MetricsDocument): string | undefined {
  if (excludedGroups.length === 0) return undefined;
  const groups = excludedGroups
    .slice(0, MAX_SLICES)
    .map(({ slice, n }) => `${markdownText(sliceName(slice))} (${formatQuantity(n, 'row')})`);
  const [first] = excludedGroups;
  return `Not measured, ${markdownText(first?.reason ?? '')}: ${groups.join(', ')}`;
}

function methods(
  { settings, dataset }: MetricsDocument,
  overall: readonly MetricValue[],
  evaluation: Evaluation,
): string {
  return sections(
    bulletList(
      overall.flatMap(({ name }) => {
        const metric = descriptionOf(evaluation, name);
        return metric ? [`${code(name)}: ${markdownText(metric.definition)}`] : [];
      }),
    ),
    `Intervals cover ${formatNumber(settings.confidence * 100)} % of repetitions of the test set; ${formatCount(settings.resamples)} resamples, seed ${settings.seed}. Data digest ${code(dataset.digest)}.`,
  );
}

/** The first invalid rows on their lines, for the changed-files view. */
export function annotateInvalidRows(
  { assembled, predictions }: Evaluation,
  inputs: Inputs,
): readonly Annotation[] {
  const { invalid, invalidCount } = assembled;
  const { table } = predictions;
  const level = invalidCount > inputs.maxInvalidRows ? 'error' : 'warning';
  return invalid.slice(0, MAX_ANNOTATIONS).map(({ row, column, problem }) => {
    const { file, line } = table.placeOf(row);
    const path = table.files[file]?.path;
    const cell = table.column(column);
    // A value is there, but NaN, infinity or a word for "none".
    const found = cell && textAt(cell, row);
    const about = found === undefined || found.trim() === '' ? '' : `, found "${found.slice(0, 80)}"`;
    return {
      level,
      title: 'Row cannot be scored',
      message: `column "${column}": ${problem}${about}${invalidCount > MAX_ANNOTATIONS ? ` (one of ${invalidCount} such rows)` : ''}`,
      ...(path !== undefined && { file: path }),
      ...(line !== undefined && { line }),
    };
  });
}
