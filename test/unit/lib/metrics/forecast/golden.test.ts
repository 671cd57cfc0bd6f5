import { describe, expect, test } from 'vitest';
import { computedValue } from '../../../../../actions/lib/metrics/computed-value.ts';
import { forecastMetrics } from '../../../../../actions/lib/metrics/forecast/catalog.ts';
import { levelMetrics } from '../../../../../actions/lib/metrics/forecast/level-metrics.ts';
import { seriesWithoutScale } from '../../../../../actions/lib/metrics/forecast/scaled-errors.ts';
import type { ForecastMetric } from '../../../../../actions/lib/metrics/metric.ts';
import type { ForecastRows } from '../../../../../actions/lib/metrics/rows.ts';
import { forecastRows, golden } from './forecast-rows.ts';

/** The metrics that some rows have, those of their levels included. */
const metricsOf = ({ quantiles }: ForecastRows): readonly ForecastMetric[] => [
  ...forecastMetrics,
  ...levelMetrics(quantiles.map(({ level }) => level)),
];

const named = (name: string): ForecastRows => {
  const found = golden.find((one) => one.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return forecastRows(found);
};

const measured = (id: string, rows: ForecastRows): unknown => {
  const metric = metricsOf(rows).find((one) => one.id === id);
  return metric && computedValue(metric, rows);
};

describe('metrics of forecasts equal scikit-learn 1.9.1 and the formulas of utilsforecast', () => {
  for (const each of golden)
    test.each(Object.entries(each.expected))(`${each.name}: %s`, (id, expected) => {
      const value = measured(id, forecastRows(each));
      if (expected === null) expect(value).toMatch(/\w/);
      else expect(Math.abs(Number(value) - expected)).toBeLessThan(1e-9 * Math.max(1e-3, Math.abs(expected)));
    });

  test('every metric is compared, more than 400 times in all', () => {
    for (const each of golden) {
      const ids = metricsOf(forecastRows(each)).filter(
        ({ needs }) => each.quantiles.length > 0 || needs === 'labels',
      );
      expect(new Set(Object.keys(each.expected)), each.name).toEqual(new Set(ids.map(({ id }) => id)));
    }
    expect(golden.flatMap(({ expected }) => Object.keys(expected)).length).toBeGreaterThan(400);
  });
});

describe('what has no value says why', () => {
  test.each([
    ['mape', 'all actual values zero', 'all actual values are 0'],
    ['wape', 'all actual values zero', 'all actual values are 0'],
    ['scaled_crps', 'all actual values zero', 'all actual values are 0'],
    [
      'mase',
      'no training parts',
      'no training part was given, by whose seasonal naive forecast errors are scaled',
    ],
    ['rmsse', 'no series with a scale', 'no series has a training part that varies from season to season'],
    ['interval_coverage', 'one level', 'an interval needs quantiles of two levels'],
    ['interval_coverage_error', 'one level', 'an interval needs quantiles of two levels'],
    ['scaled_crps', 'no training parts', 'no quantiles were given'],
  ])('%s of %s', (id, name, reason) => {
    expect(measured(id, named(name))).toBe(reason);
  });

  test('no metric has a value for no points', () => {
    const none = forecastRows({ y: [], p: [], w: null, series: [], quantiles: [], scales: null });
    const rows = { ...none, quantiles: [0.1, 0.9].map((level) => ({ level, values: new Float64Array() })) };
    for (const metric of metricsOf(rows)) expect(computedValue(metric, rows), metric.id).toMatch(/\w/);
  });

  test('metrics of levels that rows do not have', () => {
    const rows = named('one level');
    for (const metric of levelMetrics([0.1, 0.9]))
      expect(computedValue(metric, rows), metric.id).toMatch(/0\.1|0\.9/);
  });
});

describe('levels of quantiles', () => {
  test.each([
    [[0.9, 0.5, 0.1], ['quantile_loss_at_0.1', 'quantile_loss_at_0.5', 'quantile_loss_at_0.9'], ['_at_80']],
    [[0.025, 0.975], ['quantile_loss_at_0.025', 'quantile_loss_at_0.975'], ['_at_95']],
    [[0.05, 0.9], ['quantile_loss_at_0.05', 'quantile_loss_at_0.9'], []],
    [[0.5], ['quantile_loss_at_0.5'], []],
    [[], [], []],
  ])('%j', (levels, losses, intervals) => {
    expect(levelMetrics(levels).map(({ id }) => id)).toEqual([
      ...losses,
      ...intervals.flatMap((end) => [
        `interval_coverage${end}`,
        `interval_coverage_error${end}`,
        `interval_width${end}`,
      ]),
    ]);
  });
});

test('series without a scale are named, if they have points', () => {
  const rows = named('series without a scale');
  expect(seriesWithoutScale(rows)).toEqual(['s1', 's2', 's3']);
  expect(seriesWithoutScale({ ...rows, count: 18 })).toEqual(['s1']);
  expect(seriesWithoutScale(named('no training parts'))).toEqual(['s0', 's1', 's2', 's3', 's4']);
});
