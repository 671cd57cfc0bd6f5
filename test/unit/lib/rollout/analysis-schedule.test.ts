import { describe, expect, test } from 'vitest';
import {
  inlineProblem,
  measurementTimes,
  nextMeasurement,
  rolloutLengthMs,
  stepLengthMs,
} from '../../../../actions/lib/rollout/analysis-schedule.ts';
import { EMPTY_TALLY, type MetricTally } from '../../../../actions/lib/rollout/metric-tally.ts';
import { parseRollout } from '../../../../actions/lib/rollout/parse-rollout.ts';

const spec = { name: 'a', intervalMs: 10, count: undefined, metrics: [] };

test('measurements follow the interval, and the last one is taken at the end of the bake', () => {
  expect(measurementTimes(spec, 35)).toEqual([10, 20, 35]);
  expect(measurementTimes(spec, 5)).toEqual([5]);
  expect(measurementTimes({ ...spec, count: 2 }, 0)).toEqual([10, 20]);
});

describe('lengths', () => {
  const rollout = parseRollout(
    `version: 1
steps:
  - { weight: 10, bake: 4h, analysis: [long] }
  - approve: { environment: production }
  - { weight: 100, bake: 3h }
analysis:
  long:
    interval: 1h
    count: 5
    metrics: [{ name: m, type: http-json, url: "https://x.example/", pointer: "", fail-if: "> 1" }]`,
    'r.yml',
  );

  test('a step lasts as long as its measurements, an approval nothing by itself', () => {
    expect(rollout.steps.map((step) => stepLengthMs(step) / 3_600_000)).toEqual([5, 0, 3]);
    expect(rolloutLengthMs(rollout)).toBe(8 * 3_600_000);
  });

  test('what does not fit into a job is told of with both lengths', () => {
    expect(inlineProblem(rollout, 6 * 3_600_000)).toMatch(/8 h in all.*6 h at most.*checkpoint/);
    expect(inlineProblem(rollout, 8 * 3_600_000)).toBeUndefined();
  });
});

describe('the next measurement', () => {
  const metric = parseRollout(
    `version: 1
steps: [{ weight: 100 }]
analysis: { a: { metrics: [{ name: m, type: command, command: [x], value: "", samples: "", min-samples: 1, max-bake: 60s, fail-if: "> 1" }] } }`,
    'r.yml',
  ).analysis[0]?.metrics[0];
  if (metric === undefined) throw new Error('no metric');
  const seconds = { ...spec, intervalMs: 10_000 };
  const bake = { since: 1_000_000, bakeMs: 30_000 };
  const next = (tally: Partial<MetricTally>) => {
    const at = nextMeasurement(seconds, metric, bake, { ...EMPTY_TALLY, ...tally });
    return at === undefined ? undefined : (at - bake.since) / 1_000;
  };
  const at = (second: number) => bake.since + second * 1_000;

  test.each([
    ['the first is after one interval', {}, 10],
    ['the next one follows', { at: at(10), says: 'pass' }, 20],
    ['a late one makes up for those before', { at: at(25), says: 'pass' }, 30],
    ['a bake ends on a pass', { at: at(30), says: 'pass' }, undefined],
    ['and not on a failure that is tolerated', { at: at(30), says: 'fail' }, 40],
    ['nor on one that said nothing', { at: at(31), says: 'inconclusive' }, 41],
    ['an error is measured again soon', { at: at(30), says: 'error' }, 40],
    ['and before the next planned one', { at: at(11), says: 'error' }, 20],
    ['samples are waited for', { at: at(30), says: 'wait' }, 40],
    ['up to max-bake, which is looked at once', { at: at(55), says: 'wait' }, 60],
    ['and no longer', { at: at(60), says: 'wait' }, undefined],
  ] as const)('%s', (_, tally, expected) => {
    expect(next(tally)).toBe(expected);
  });
});
