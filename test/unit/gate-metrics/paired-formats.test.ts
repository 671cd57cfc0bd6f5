import { expect, test } from 'vitest';
import { loadMetrics } from '../../../actions/gate-metrics/metrics/load-metrics.ts';
import { decide } from '../../../actions/lib/policy/decide.ts';
import { parsePolicy } from '../../../actions/lib/policy/parse-policy.ts';
import { seededRandom } from '../../../actions/lib/stats/random.ts';
import { memoryRuntime } from '../../support/memory-runtime.ts';

const N = 400;

/** Whether each of the cases passes: a share of them fails, drawn anew for each seed. */
function outcomes(failing: number, seed: number): readonly boolean[] {
  const random = seededRandom(seed);
  return Array.from({ length: N }, () => random.next() >= failing);
}

const junit = (passed: readonly boolean[]): string =>
  `<testsuite name="s" tests="${N}">${passed
    .map((ok, index) => `<testcase name="t${index}">${ok ? '' : '<failure/>'}</testcase>`)
    .join('')}</testsuite>`;

const promptfoo = (passed: readonly boolean[]): string =>
  JSON.stringify({
    results: {
      version: 3,
      results: passed.map((success, index) => ({
        success,
        score: success ? 1 : 0,
        namedScores: {},
        failureReason: success ? 0 : 1,
        vars: { index },
        testCase: { vars: { index } },
        provider: { id: 'p' },
        promptIdx: 0,
      })),
      stats: {
        successes: passed.filter(Boolean).length,
        failures: passed.filter((ok) => !ok).length,
        errors: 0,
      },
    },
  });

async function gated(metric: string, candidate: string, baseline: string) {
  await using runtime = await memoryRuntime({ files: { candidate, baseline } });
  return decide({
    policy: parsePolicy(
      `version: 1\ngates:\n  - { id: kept, metric: ${metric}, non-inferior: { margin: 0.02 } }\n`,
      'gates.yml',
    ),
    candidate: await loadMetrics(runtime, 'candidate'),
    baseline: await loadMetrics(runtime, 'baseline'),
    baselines: new Map(),
    history: undefined,
    waivers: [],
    onNoBaseline: 'fail',
    now: Date.parse('2026-01-15T12:00:00Z'),
    resampling: { resamples: 400, seed: 12345 },
  });
}

test.each([
  ['junit', 'tests.pass_rate', junit],
  ['promptfoo', 'pass_rate', promptfoo],
])('%s: cases of two runs are paired, and a loss beyond the margin is certain', async (_, metric, write) => {
  const before = outcomes(0.1, 1);
  const broken = before.map((ok, index) => ok && index % 10 !== 0);
  const worse = await gated(metric, write(broken), write(before));
  expect(worse.basis).toContain('the same 400 test rows');
  expect(worse.gates[0]).toMatchObject({ id: 'kept', verdict: 'fail' });
  const same = await gated(metric, write(before), write(before));
  expect(same.gates[0]?.verdict).toBe('pass');
});
