import { describe, expect, test } from 'vitest';
import {
  inlineProblem,
  longestRow,
  looksOf,
  measurementTimes,
  nextMeasurement,
  rolloutLengthMs,
  stepLengthMs,
} from '../../../../actions/lib/rollout/analysis-schedule.ts';
import { EMPTY_TALLY, type MetricTally } from '../../../../actions/lib/rollout/metric-tally.ts';
import { parseRollout } from '../../../../actions/lib/rollout/parse-rollout.ts';
import type { MetricSpec } from '../../../../actions/lib/rollout/rollout.ts';

const spec = { name: 'a', intervalMs: 10, count: undefined, metrics: [] };

const ANY: MetricSpec = {
  name: 'm',
  source: { type: 'command', argv: ['x'], pointer: '', samplesPointer: '', timeoutMs: 1_000 },
  failIf: { operator: '>', limit: 1 },
  passIf: undefined,
  compare: undefined,
  severity: 'error',
  minSamples: 0,
  maxBakeMs: undefined,
  failureLimit: 0,
  consecutiveErrorLimit: 4,
  inconclusiveLimit: 0,
  consecutiveSuccess: 1,
  onNoData: 'inconclusive',
};

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
  const metric = { ...ANY, minSamples: 1, maxBakeMs: 60_000 };
  const seconds = { ...spec, intervalMs: 10_000 };
  const bake = { since: 1_000_000, bakeMs: 30_000 };
  const next = (tally: Partial<MetricTally>, change: Partial<MetricSpec> = {}) => {
    const at = nextMeasurement(seconds, { ...metric, ...change }, bake, { ...EMPTY_TALLY, ...tally });
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
    expect(next({ consecutivePasses: 'says' in tally && tally.says === 'pass' ? 1 : 0, ...tally })).toBe(
      expected,
    );
  });

  test.each([
    ['does not end the bake sooner', { at: at(20), measured: 2, consecutivePasses: 2 }, 30],
    ['ends it at its end', { at: at(30), measured: 3, consecutivePasses: 2 }, undefined],
    ['is waited for up to max-bake', { at: at(30), measured: 3, consecutivePasses: 1 }, 40],
    ['which is looked at once', { at: at(55), measured: 5, consecutivePasses: 1 }, 60],
    ['and no longer', { at: at(60), measured: 6, consecutivePasses: 1 }, undefined],
    ['nor where the last one failed', { at: at(60), says: 'fail', measured: 6 }, undefined],
    ['but for what late runs missed', { at: at(90), measured: 1, consecutivePasses: 1 }, 100],
    ['errors aside', { at: at(90), measured: 4, errors: 2, consecutivePasses: 1 }, 100],
    ['and then no longer', { at: at(100), measured: 3, consecutivePasses: 1 }, undefined],
  ] as const)('a row of two passes %s', (_, tally, expected) => {
    expect(next({ says: 'pass', ...tally }, { consecutiveSuccess: 2 })).toBe(expected);
  });
});

test.each([
  [{ intervalMs: 10 }, {}, 35, 3, 3],
  [{ intervalMs: 10 }, { maxBakeMs: 50 }, 35, 5, 5],
  [{ intervalMs: 10 }, { maxBakeMs: 20 }, 35, 3, 3],
  [{ intervalMs: 10, count: 2 }, {}, 35, 4, 2],
  [{ intervalMs: 10, count: 2 }, {}, 0, 2, 2],
])(
  '%j with %j has room in %d ms for a row of %d, and is looked at %d times without one',
  (change, wish, bakeMs, row, looks) => {
    const metric = { ...ANY, ...wish };
    expect(longestRow({ ...spec, ...change }, metric, bakeMs)).toBe(row);
    // The chance of a wrong comparison is shared out over all looks that there may be.
    expect(looksOf({ ...spec, ...change }, { ...metric, consecutiveSuccess: 2 }, bakeMs)).toBe(row);
    expect(looksOf({ ...spec, ...change }, metric, bakeMs)).toBe(looks);
  },
);
