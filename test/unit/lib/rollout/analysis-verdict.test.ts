import { describe, expect, test } from 'vitest';
import { measurementTimes } from '../../../../actions/lib/rollout/analysis-schedule.ts';
import {
  EMPTY_TALLY,
  type Measurement,
  metricResult,
  tally,
  worstAnalysis,
} from '../../../../actions/lib/rollout/analysis-verdict.ts';
import { parseCondition } from '../../../../actions/lib/rollout/condition.ts';
import { readNumber } from '../../../../actions/lib/rollout/read-number.ts';
import type { MetricSpec } from '../../../../actions/lib/rollout/rollout.ts';
import { fillTemplate } from '../../../../actions/lib/rollout/template.ts';

const SPEC: MetricSpec = {
  name: 'errors',
  type: 'http-json',
  url: 'https://x.example/',
  pointer: '/v',
  samplesPointer: undefined,
  minSamples: 0,
  allowPrivateNetwork: false,
  timeoutMs: 1_000,
  failIf: parseCondition('> 0.05'),
  passIf: undefined,
  failureLimit: 0,
  consecutiveErrorLimit: 1,
  inconclusiveLimit: 0,
  onNoData: 'inconclusive',
};
const value = (number: number, samples?: number): Measurement => ({ kind: 'value', value: number, samples });
const noData: Measurement = { kind: 'no-data', message: 'nothing' };
const error: Measurement = { kind: 'error', message: 'refused' };
const wrong: Measurement = { kind: 'misconfigured', message: '404' };

const verdict = (change: Partial<MetricSpec>, measured: readonly Measurement[], ended = true) => {
  const spec = { ...SPEC, ...change };
  return metricResult(
    spec,
    measured.reduce((before, one) => tally(spec, before, one), EMPTY_TALLY),
    ended,
  ).verdict;
};

describe('the verdict on a metric', () => {
  test.each([
    ['values below the limit pass', {}, [value(0.01), value(0.05)], 'pass'],
    ['one failure more than is tolerated fails', { failureLimit: 1 }, [value(1), value(0), value(1)], 'fail'],
    ['as many failures as are tolerated pass', { failureLimit: 1 }, [value(1), value(0)], 'pass'],
    ['NaN is no data', {}, [value(Number.NaN)], 'inconclusive'],
    ['infinity is no data, not a failure', {}, [value(Number.POSITIVE_INFINITY)], 'inconclusive'],
    ['no data is inconclusive', {}, [value(0), noData], 'inconclusive'],
    ['no data may be tolerated', { inconclusiveLimit: 1 }, [value(0), noData], 'pass'],
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
  ])('%s', (_, change, measured, expected) => {
    expect(verdict(change, measured)).toBe(expected);
  });

  test('is open while it may still change, and a failure ends it', () => {
    expect(verdict({}, [value(0)], false)).toBe('open');
    expect(verdict({}, [value(1)], false)).toBe('fail');
  });
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

test('measurements follow the interval, and a short bake gets one at its end', () => {
  const spec = { name: 'a', intervalMs: 10, count: undefined, metrics: [] };
  expect(measurementTimes(spec, 35)).toEqual([10, 20, 30]);
  expect(measurementTimes(spec, 5)).toEqual([5]);
  expect(measurementTimes({ ...spec, count: 2 }, 0)).toEqual([10, 20]);
});

test('a value cannot change the shape of an address', () => {
  const values = { version: '1.0.0+a&b=../c', digest: 'sha256:0', weight: '5', model: 'm', environment: 'e' };
  expect(fillTemplate('https://x.example/${model}?v=${version}', values)).toBe(
    'https://x.example/m?v=1.0.0%2Ba%26b%3D..%2Fc',
  );
});
