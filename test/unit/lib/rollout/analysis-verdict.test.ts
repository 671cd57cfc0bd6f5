import { describe, expect, test } from 'vitest';
import { metricResult, worstAnalysis } from '../../../../actions/lib/rollout/analysis-verdict.ts';
import { parseCondition } from '../../../../actions/lib/rollout/condition.ts';
import type { Measurement, Observation } from '../../../../actions/lib/rollout/measurement.ts';
import {
  EMPTY_TALLY,
  type MetricTally,
  readTallies,
  tally,
} from '../../../../actions/lib/rollout/metric-tally.ts';
import { readNumber } from '../../../../actions/lib/rollout/read-number.ts';
import type { MetricSpec } from '../../../../actions/lib/rollout/rollout.ts';

const SPEC: MetricSpec = {
  name: 'errors',
  source: { type: 'command', argv: ['x'], pointer: '/v', samplesPointer: undefined, timeoutMs: 1_000 },
  failIf: parseCondition('> 0.05'),
  passIf: undefined,
  compare: undefined,
  severity: 'error',
  minSamples: 0,
  maxBakeMs: undefined,
  failureLimit: 0,
  consecutiveErrorLimit: 1,
  inconclusiveLimit: 0,
  consecutiveSuccess: 1,
  onNoData: 'inconclusive',
};
const value = (number: number, samples?: number): Measurement => ({ kind: 'value', value: number, samples });
const noData: Measurement = { kind: 'no-data', message: 'nothing' };
const error: Measurement = { kind: 'error', message: 'refused' };
const wrong: Measurement = { kind: 'misconfigured', message: '404' };
const said = (says: 'pass' | 'fail' | 'inconclusive'): Measurement => ({ kind: 'said', says, message: 'so' });

const total = (change: Partial<MetricSpec>, measured: readonly (Measurement | Observation)[]): MetricTally =>
  measured.reduce(
    (before, one, index) =>
      tally(
        { ...SPEC, ...change },
        before,
        'kind' in one ? { candidate: one, stable: undefined } : one,
        index,
        1,
      ),
    EMPTY_TALLY,
  );

const verdict = (
  change: Partial<MetricSpec>,
  measured: readonly (Measurement | Observation)[],
  ended = true,
) => metricResult({ ...SPEC, ...change }, total(change, measured), ended).verdict;

describe('the verdict on a metric', () => {
  test.each([
    ['values below the limit pass', {}, [value(0.01), value(0.05)], 'pass'],
    ['one failure more than is tolerated fails', { failureLimit: 1 }, [value(1), value(0), value(1)], 'fail'],
    ['as many failures as are tolerated pass', { failureLimit: 1 }, [value(1), value(0)], 'pass'],
    ['a last look that failed is no pass', { failureLimit: 1 }, [value(0), value(1)], 'inconclusive'],
    ['NaN is no data', {}, [value(Number.NaN)], 'inconclusive'],
    ['infinity is no data, not a failure', {}, [value(Number.POSITIVE_INFINITY)], 'inconclusive'],
    ['no data is inconclusive', {}, [value(0), noData], 'inconclusive'],
    ['no data may be tolerated', { inconclusiveLimit: 1 }, [noData, value(0)], 'pass'],
    ['a last look without data is no pass', { inconclusiveLimit: 1 }, [value(0), noData], 'inconclusive'],
    ['nothing but tolerated no data is no pass', { inconclusiveLimit: 1 }, [noData], 'inconclusive'],
    ['no data fails where the user says so', { onNoData: 'fail' as const }, [noData], 'fail'],
    ['no data passes where the user says so', { onNoData: 'pass' as const }, [noData], 'pass'],
    [
      'waiting for data that never comes is inconclusive',
      { onNoData: 'wait' as const },
      [noData, noData],
      'inconclusive',
    ],
    ['waiting for data that comes passes', { onNoData: 'wait' as const }, [noData, value(0)], 'pass'],
    [
      'data that stops coming is no pass',
      { onNoData: 'wait' as const },
      [value(0), value(0), noData],
      'inconclusive',
    ],
    ['too few samples are no verdict', { minSamples: 100 }, [value(1, 5)], 'inconclusive'],
    ['an unknown number of samples is too few', { minSamples: 100 }, [value(0)], 'inconclusive'],
    ['enough samples count', { minSamples: 100 }, [value(1, 5), value(0, 100)], 'pass'],
    [
      'between pass-if and fail-if is inconclusive',
      { passIf: parseCondition('<= 0.01') },
      [value(0.03)],
      'inconclusive',
    ],
    ['single errors are tolerated', {}, [error, value(0), error, value(0)], 'pass'],
    ['errors in a row are an error', {}, [value(0), error, error], 'error'],
    ['nothing but errors is an error', {}, [error], 'error'],
    ['a wrong question is an error at once', {}, [value(0), wrong], 'error'],
    ['a failure outweighs errors', {}, [value(1), error, error], 'fail'],
    ['nothing measured is inconclusive', {}, [], 'inconclusive'],
    ['a source that judges by itself is believed', { failIf: undefined }, [said('fail')], 'fail'],
    ['and so is one that cannot tell', { failIf: undefined }, [said('inconclusive')], 'inconclusive'],
  ])('%s', (_, change, measured, expected) => {
    expect(verdict(change, measured)).toBe(expected);
  });

  test.each([
    [
      'as many in a row as are wanted pass',
      {},
      [value(0), value(0), value(0)],
      'pass',
      '3 of 3 passed, the last 3 in a row',
    ],
    [
      'more of them too',
      {},
      [value(1), value(0), value(0), value(0), value(0)],
      'pass',
      '4 of 5 passed, the last 4 in a row',
    ],
    [
      'fewer do not',
      {},
      [value(0), value(0)],
      'inconclusive',
      '2 of 2 passed (2 passed in a row at the end, 3 are needed)',
    ],
    [
      'a failure ends the row',
      {},
      [value(0), value(0), value(1), value(0)],
      'inconclusive',
      '3 of 4 passed (1 passed in a row at the end, 3 are needed)',
    ],
    [
      'so does an error',
      {},
      [value(0), value(0), error, value(0)],
      'inconclusive',
      '3 of 4 passed (1 passed',
    ],
    [
      'and one without data',
      {},
      [value(0), value(0), noData, value(0)],
      'inconclusive',
      '3 of 4 passed (1 passed',
    ],
    [
      'that is waited for',
      { onNoData: 'wait' as const },
      [value(0), value(0), noData, value(0)],
      'inconclusive',
      '(1 passed',
    ],
    [
      'and one that rests on too few samples',
      { minSamples: 9 },
      [value(0, 9), value(0, 9), value(0, 8), value(0, 9)],
      'inconclusive',
      '(1 passed',
    ],
    [
      'no data that passes does not',
      { onNoData: 'pass' as const },
      [value(0), noData, value(0)],
      'pass',
      'the last 3 in a row',
    ],
    [
      'a last look that says nothing is no pass',
      {},
      [value(0), value(0), value(0), noData],
      'inconclusive',
      'no data: nothing (0 passed in a row at the end, 3 are needed)',
    ],
    [
      'an error at the end stays one',
      {},
      [value(0), value(0), value(0), error],
      'error',
      'refused (0 passed in a row',
    ],
    ['nothing measured is no row', {}, [], 'inconclusive', 'nothing was measured (0 passed in a row'],
    [
      'failures beyond the tolerated ones fail as ever',
      {},
      [value(1), value(1), value(0), value(0), value(0)],
      'fail',
      '2 failed, 1 tolerated',
    ],
  ])('three in a row: %s', (_, change, measured, expected, reason) => {
    const spec = { consecutiveSuccess: 3, failureLimit: 1, inconclusiveLimit: 1, ...change };
    const result = metricResult({ ...SPEC, ...spec }, total(spec, measured), true);
    expect(result).toEqual({ verdict: expected, reason: expect.stringContaining(reason) });
    expect(verdict(spec, measured, false)).toBe(expected === 'fail' ? 'fail' : 'open');
  });

  test('is open while it may still change, and a failure ends it', () => {
    expect(verdict({}, [value(0)], false)).toBe('open');
    expect(verdict({}, [value(1)], false)).toBe('fail');
  });
});

describe('a comparison with the stable version', () => {
  const ratio = { failIf: undefined, compare: { test: 'ratio', maxRatio: 1.25 } } as const;
  const rates = {
    failIf: undefined,
    minSamples: 100,
    compare: { test: 'two-proportion', confidence: 0.95, maxIncrease: 0.005 },
  } as const;
  const both = (candidate: Measurement, stable: Measurement | undefined): Observation => ({
    candidate,
    stable,
  });
  test.each([
    ['a little slower passes', ratio, both(value(120), value(100)), 'pass'],
    ['much slower fails', ratio, both(value(126), value(100)), 'fail'],
    ['both are sick: not the candidate', ratio, both(value(5_000), value(4_900)), 'pass'],
    ['a ratio to 0 says nothing', ratio, both(value(0.1), value(0)), 'inconclusive'],
    ['0 is not worse than 0', ratio, both(value(0), value(0)), 'pass'],
    ['negative values have no ratio', ratio, both(value(1), value(-1)), 'inconclusive'],
    ['nothing served before: nothing is worse', ratio, both(value(9), undefined), 'pass'],
    ['the stable version has no data', ratio, both(value(1), noData), 'inconclusive'],
    [
      'which cannot fail the candidate',
      { ...ratio, onNoData: 'fail' as const },
      both(value(1), noData),
      'inconclusive',
    ],
    ['the stable version cannot be asked', ratio, both(value(1), error), 'error'],
    ['the question about it is wrong', ratio, both(value(1), wrong), 'error'],
    [
      'one error in 20 requests is no verdict',
      rates,
      both(value(0.05, 20), value(0, 20_000)),
      'inconclusive',
    ],
    [
      'nor is it where few samples are enough',
      { ...rates, minSamples: 20 },
      both(value(0.05, 20), value(0.003, 1_000)),
      'pass',
    ],
    ['too few on the stable side', rates, both(value(0, 1_000), value(0, 99)), 'inconclusive'],
    ['clearly more errors fail', rates, both(value(0.09, 1_000), value(0.01, 5_000)), 'fail'],
    ['both are equally sick', rates, both(value(0.31, 1_000), value(0.3, 5_000)), 'pass'],
    ['a value that is no share is an error', rates, both(value(3, 1_000), value(0.01, 5_000)), 'error'],
    [
      'a limit of its own comes first',
      { ...rates, failIf: parseCondition('> 0.2') },
      both(value(0.31, 1_000), value(0.3, 5_000)),
      'fail',
    ],
  ])('%s', (_, change, observation, expected) => {
    expect(verdict(change, [observation])).toBe(expected);
  });

  test('is as sure of all looks at a bake together as of a single one', () => {
    const spec = { ...SPEC, ...rates, compare: { ...rates.compare, maxIncrease: 0 } };
    const observation = both(value(0.04, 1_000), value(0.023, 1_000));
    expect(tally(spec, EMPTY_TALLY, observation, 0, 1).says).toBe('fail');
    expect(tally(spec, EMPTY_TALLY, observation, 0, 48).says).toBe('pass');
  });

  test('says in its reason that there was nothing to compare with', () => {
    const { reason } = metricResult({ ...SPEC, ...ratio }, total(ratio, [value(1)]), true);
    expect(reason).toContain('no stable version');
  });

  test('keeps the worst value and the stable one', () => {
    expect(total(ratio, [both(value(3), value(4)), value(2)])).toMatchObject({
      last: 2,
      worst: 3,
      stable: 4,
    });
    expect(total({ failIf: parseCondition('< 0.8') }, [value(0.9), value(0.85), value(0.95)]).worst).toBe(
      0.85,
    );
  });
});

test('tallies survive the ledger as they are, and ones of another shape are measured anew', () => {
  const one = total({}, [value(0.01, 5), noData]);
  const stored = JSON.parse(
    JSON.stringify({ 'a/m': one, 'a/old': { ...one, says: 'perhaps' }, 'a/none': null }),
  );
  expect(readTallies(stored)).toEqual({ 'a/m': one });
  expect(JSON.stringify(one).length).toBeLessThan(500);
});

test.each([
  ['all passed', [value(0), value(0)], 2],
  ['only the newest one is known to have passed', [value(1), value(0), value(0)], 1],
  ['the newest one did not pass', [value(0), value(0), noData], 0],
  ['nothing was measured', [], 0],
])(
  'a tally that did not count the row of passes goes on with what is certain: %s',
  (_, measured, expected) => {
    const whole = total({}, measured);
    const { consecutivePasses: _counted, ...older } = whole;
    expect(readTallies(JSON.parse(JSON.stringify({ 'a/m': older })))).toEqual({
      'a/m': { ...whole, consecutivePasses: expected },
    });
  },
);

test('a row of passes that is no number is measured anew', () => {
  const one = total({}, [value(0)]);
  expect(
    readTallies({ a: { ...one, consecutivePasses: -1 }, b: { ...one, consecutivePasses: 'many' } }),
  ).toEqual({});
});

test.each([
  [[], 'pass'],
  [['pass', 'inconclusive'], 'inconclusive'],
  [['error', 'inconclusive'], 'error'],
  [['error', 'fail', 'pass'], 'fail'],
] as const)('the worst of %j is %s', (verdicts, expected) => {
  expect(worstAnalysis(verdicts)).toBe(expected);
});

test.each([
  ['{"v":0.5}', 'value'],
  ['{"v":"0.5"}', 'misconfigured'],
  ['{"v":"NaN"}', 'no-data'],
  ['{"v":"+Inf"}', 'no-data'],
  ['{"v":""}', 'no-data'],
  ['{"v":null}', 'no-data'],
  ['{"v":1e400}', 'no-data'],
  ['{"v":true}', 'misconfigured'],
  ['{"v":[0.5]}', 'misconfigured'],
  ['{}', 'no-data'],
  ['[]', 'no-data'],
  ['{"__proto__":{"v":1}}', 'no-data'],
])('the number in %s is %s', (text, kind) => {
  expect(readNumber(JSON.parse(text), '/v').kind).toBe(kind);
});

test.each([
  ['> 0.05', true],
  ['result <= 1e-3', true],
  ['>=.5', true],
  ['0.05', false],
  ['> 0x10', false],
  ['> NaN', false],
  ['> 1,5', false],
  ['> 1; rm', false],
])('%s is a condition: %s', (text, expected) => {
  expect(parseCondition(text) !== undefined).toBe(expected);
});
