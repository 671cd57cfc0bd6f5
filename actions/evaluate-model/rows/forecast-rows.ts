import { ActionError } from '../../lib/errors.ts';
import { levelMetrics } from '../../lib/metrics/forecast/level-metrics.ts';
import type { ForecastRows } from '../../lib/metrics/rows.ts';
import type { DataTable } from '../../lib/tabular/data-table.ts';
import { columnOf, type LabelColumn, labelsOf, numbersOf } from '../columns.ts';
import { type GivenScores, type Predictions, predictionOf, scoresOf } from '../predictions.ts';
import { type Assembled, type AssembleOptions, assembled, drawnRows } from './assembled.ts';
import { KeptRows } from './kept-rows.ts';

/** What forecasts are measured against besides the truth: the part of the series that they were made from. */
export interface Training {
  readonly table: DataTable;
  /** Rows after which a series repeats; 1 for none. */
  readonly season: number;
}

/**
 * Points of time series with their forecasts; columns of quantiles are named by their level, as `q_0.1`.
 *
 * @throws ActionError invalid-input for quantile columns without a level
 */
export function forecastRows(
  predictions: Predictions,
  options: AssembleOptions,
  training: Training | undefined,
): Assembled {
  const { table } = predictions;
  const { target, prediction, score, series } = options.columns;
  const actual = numbersOf(table, target, columnOf(table, target, 'target'));
  const column = predictionOf(predictions, prediction) ?? columnOf(table, prediction, 'prediction');
  const predicted = numbersOf(table, prediction, column);
  const names = series === undefined ? undefined : labelsOf(columnOf(table, series, 'series'));
  const quantiles = quantilesOf(scoresOf(predictions, score), table.rowCount);
  const needed: readonly Needed[] = [
    { column: target, problem: 'no actual value', isMissing: (row) => Number.isNaN(actual[row]) },
    { column: prediction, problem: 'no forecast', isMissing: (row) => Number.isNaN(predicted[row]) },
    { column: series ?? '', problem: 'no series', isMissing: (row) => names?.codes[row] === -1 },
    ...quantiles.map(({ values }) => ({
      column: score ?? '',
      problem: 'no quantile',
      isMissing: (row: number) => Number.isNaN(values[row]),
    })),
  ];
  const kept = new KeptRows(table.rowCount);
  for (let row = 0; row < table.rowCount; row++) {
    const lacking = needed.find(({ isMissing }) => isMissing(row));
    if (lacking) kept.refuse(row, lacking.column, lacking.problem);
    else kept.accept(row);
  }
  const seriesNames = names?.labels ?? ['all'];
  const rows: ForecastRows = {
    task: 'forecast',
    ...drawnRows(kept, options),
    actual: kept.numbers(actual),
    predicted: kept.numbers(predicted),
    seriesNames,
    series: names ? kept.codes(names.codes) : new Int32Array(kept.source.length),
    quantiles: quantiles.map(({ level, values }) => ({ level, values: kept.numbers(values) })),
    ...(training && { scales: scalesOf(training, target, series, seriesNames) }),
  };
  // Metrics of single levels come with the levels.
  const levels = levelMetrics(quantiles.map(({ level }) => level));
  return assembled(rows, kept, { ownMetrics: levels });
}

/** What a row cannot do without. */
interface Needed {
  readonly column: string;
  readonly problem: string;
  readonly isMissing: (row: number) => boolean;
}

function quantilesOf(scores: GivenScores | undefined, rows: number): ForecastRows['quantiles'] {
  if (!scores) return [];
  return scores.columns
    .map((column, at) => ({ level: levelOf(column), values: everyNth(scores, at, rows) }))
    .sort((a, b) => a.level - b.level);
}

function levelOf(column: string): number {
  const digits = /(0?\.\d+|\d+)$/.exec(column)?.[1];
  const number = Number(digits ?? Number.NaN);
  const level = number >= 1 ? number / 100 : number;
  if (level > 0 && level < 1) return level;
  throw new ActionError(
    'invalid-input',
    `score: the column "${column}" does not end in the level of a quantile, such as q_0.1 or p10`,
  );
}

function everyNth({ values, width }: GivenScores, at: number, rows: number): Float64Array {
  const picked = new Float64Array(rows);
  for (let row = 0; row < rows; row++) picked[row] = values[row * width + at] ?? Number.NaN;
  return picked;
}

/** For each series the mean absolute and squared error of "as one season before" on its training part. */
function scalesOf(
  { table, season }: Training,
  target: string,
  series: string | undefined,
  seriesNames: readonly string[],
): NonNullable<ForecastRows['scales']> {
  const values = numbersOf(table, target, columnOf(table, target, 'target'));
  const own: LabelColumn =
    series === undefined
      ? { codes: new Int32Array(table.rowCount), labels: ['all'] }
      : labelsOf(columnOf(table, series, 'series'));
  const history = own.labels.map((): number[] => []);
  for (const [row, code] of own.codes.entries()) {
    // A gap keeps its place, so that it shifts no season.
    if (code >= 0) history[code]?.push(values[row] ?? Number.NaN);
  }
  const naive = (power: number) =>
    Float64Array.from(seriesNames, (name) =>
      meanSeasonalChange(history[own.labels.indexOf(name)] ?? [], season, power),
    );
  return { absolute: naive(1), squared: naive(2) };
}

/** The mean of |value − value one season before| to a power; NaN where no two values are a season apart. */
function meanSeasonalChange(values: readonly number[], season: number, power: number): number {
  let sum = 0;
  let known = 0;
  for (let at = season; at < values.length; at++) {
    const change = Math.abs((values[at] ?? Number.NaN) - (values[at - season] ?? Number.NaN));
    if (Number.isNaN(change)) continue;
    sum += change ** power;
    known++;
  }
  return sum / known;
}
