import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bakeLengthMs, measurementTimes } from '../../../../actions/lib/rollout/analysis-schedule.ts';
import { readTallies, type Tallies } from '../../../../actions/lib/rollout/metric-tally.ts';
import { parseRollout } from '../../../../actions/lib/rollout/parse-rollout.ts';
import type { AnalysisSpec } from '../../../../actions/lib/rollout/rollout.ts';
import {
  type AnalysisRequest,
  type AnalysisResult,
  runAnalysis,
} from '../../../../actions/runtime/analysis/run-analysis.ts';
import { watchedMetrics } from '../../../../actions/runtime/analysis/watched-metrics.ts';
import type { HttpReply, HttpRequest, Runtime } from '../../../../actions/runtime/runtime.ts';
import { type MemoryRuntime, memoryRuntime } from '../../../support/memory-runtime.ts';

const SINCE = Date.parse('2026-01-15T12:00:00Z');
const MINUTE = 60_000;

/** What a source answers, by the minutes since the weight was applied; `null`: it has no number; `undefined`: it is down. */
type Source = (minutes: number, request: HttpRequest) => number | null | undefined;

let base: MemoryRuntime;
beforeAll(async () => {
  base = await memoryRuntime();
});
afterAll(() => base.dispose());

/** A runtime at a time of its own, in front of a source. */
function runtimeAt(start: number, source: Source): Runtime {
  let now = start;
  return {
    ...base,
    clock: {
      now: () => now,
      iso: () => new Date(now).toISOString(),
      async sleep(ms) {
        now += ms;
      },
    },
    http: {
      async send(request): Promise<HttpReply> {
        const value = source((now - SINCE) / MINUTE, request);
        return value === undefined
          ? { kind: 'answer', status: 503, headers: new Map(), body: '' }
          : {
              kind: 'answer',
              status: 200,
              headers: new Map(),
              body: JSON.stringify({ value, samples: Math.floor((now - SINCE) / 1_000) }),
            };
      },
    },
  };
}

const analysisOf = (settings: string, metric: string): readonly AnalysisSpec[] =>
  parseRollout(
    `version: 1
steps: [{ weight: 100 }]
analysis:
  health:
    ${settings}
    metrics: [{ name: m, type: http-json, url: "https://x.example/?v=\${version}", pointer: /value, samples: /samples, ${metric} }]`,
    'r.yml',
  ).analysis;

const request = (
  analysis: readonly AnalysisSpec[],
  change: Partial<AnalysisRequest> = {},
): AnalysisRequest => ({
  analysis,
  bakeMs: 60 * MINUTE,
  since: SINCE,
  tallies: {},
  patienceMs: Number.POSITIVE_INFINITY,
  candidate: { version: '2.0.0', digest: 'sha256:2' },
  stable: { version: '1.0.0', digest: 'sha256:1' },
  model: 'churn',
  environment: 'production',
  weight: 10,
  onProgress: async () => undefined,
  ...change,
});

interface Ended {
  readonly result: AnalysisResult;
  readonly verdict: string;
  /** Minutes since the weight was applied. */
  readonly minutes: number;
}

async function inOneRun(source: Source, what: AnalysisRequest): Promise<Ended> {
  const runtime = runtimeAt(SINCE, source);
  const result = await runAnalysis(runtime, what);
  return { result, verdict: result.finding.verdict, minutes: (runtime.clock.now() - SINCE) / MINUTE };
}

/** The same bake in runs that start at these minutes and have so much patience; later ones follow each quarter of an hour. */
async function inTicks(
  source: Source,
  what: AnalysisRequest,
  ticks: readonly number[],
  patience: number,
): Promise<Ended> {
  const starts = [...ticks].sort((a, b) => a - b);
  let tallies: Tallies = {};
  let free = 0;
  for (let index = 0; index < 2_000; index++) {
    const last = starts.at(-1) ?? 0;
    const start = Math.max(free, starts[index] ?? last + (index - starts.length + 1) * 15);
    const runtime = runtimeAt(SINCE + start * MINUTE, source);
    const result = await runAnalysis(runtime, { ...what, tallies, patienceMs: patience * MINUTE });
    free = (runtime.clock.now() - SINCE) / MINUTE;
    expect(free - start).toBeLessThanOrEqual(patience);
    if (result.kind === 'decided') return { result, verdict: result.finding.verdict, minutes: free };
    expect(result.resumeAfter).toBeGreaterThan(runtime.clock.now());
    tallies = readTallies(JSON.parse(JSON.stringify(result.tallies)));
  }
  throw new Error('the bake does not end');
}

const FIVE = 'interval: 5m';

describe('a bake in one run', () => {
  test('measures each interval and passes at its end', async () => {
    const asked: number[] = [];
    const { verdict, minutes, result } = await inOneRun(
      (at) => {
        asked.push(at);
        return 0.01;
      },
      request(analysisOf(FIVE, 'fail-if: "> 0.05"')),
    );
    expect(verdict).toBe('pass');
    expect(minutes).toBe(60);
    expect(asked).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]);
    expect(watchedMetrics(result.finding)).toMatchObject([
      { name: 'm', severity: 'error', verdict: 'pass', measured: 12, last: 0.01, worst: 0.01, compare: null },
    ]);
  });

  test('ends at the first failure beyond the tolerated ones', async () => {
    const ended = await inOneRun(
      (at) => (at < 20 ? 0 : 1),
      request(analysisOf(FIVE, 'fail-if: "> 0.05", failure-limit: 2')),
    );
    expect([ended.verdict, ended.minutes]).toEqual(['fail', 30]);
    expect(ended.result.finding.reason).toBe('health / m: 1 is > 0.05 (3 failed, 2 tolerated)');
  });

  test('does not end on a failure that is tolerated', async () => {
    const what = request(analysisOf(FIVE, 'fail-if: "> 0.05", failure-limit: 2'));
    const sick = await inOneRun((at) => (at < 60 ? 0 : 1), what);
    expect([sick.verdict, sick.minutes]).toEqual(['fail', 70]);
    const blip = await inOneRun((at) => (at === 60 ? 1 : 0), what);
    expect([blip.verdict, blip.minutes]).toEqual(['pass', 65]);
  });

  test('measures again after an error, and stops at one too many', async () => {
    const what = request(analysisOf(FIVE, 'fail-if: "> 0.05", consecutive-error-limit: 2'));
    const blip = await inOneRun((at) => (at > 9.9 && at < 10.3 ? undefined : 0), what);
    expect([blip.verdict, blip.minutes]).toEqual(['pass', 60]);
    expect(blip.result.tallies['health/m']).toMatchObject({ errors: 2, consecutiveErrors: 0, passed: 12 });
    const down = await inOneRun((at) => (at > 9.9 ? undefined : 0), what);
    expect(down.verdict).toBe('error');
    expect(down.minutes).toBeCloseTo(10 + 20 / 60, 6);
  });

  test('waits for samples up to max-bake', async () => {
    const enough = await inOneRun(
      () => 0,
      request(analysisOf(FIVE, 'fail-if: "> 1", min-samples: 5000, max-bake: 2h')),
    );
    expect([enough.verdict, enough.minutes]).toEqual(['pass', 85]);
    const never = await inOneRun(
      () => 0,
      request(analysisOf(FIVE, 'fail-if: "> 1", min-samples: 9000, max-bake: 122m')),
    );
    expect([never.verdict, never.minutes]).toEqual(['inconclusive', 122]);
    expect(never.result.finding.reason).toContain('7320 samples, 9000 are needed');
    const no = await inOneRun(() => 0, request(analysisOf(FIVE, 'fail-if: "> 1", min-samples: 5000')));
    expect([no.verdict, no.minutes]).toEqual(['inconclusive', 60]);
  });

  const inARow = (more = '') =>
    request(analysisOf(FIVE, `fail-if: "> 0.05", failure-limit: 20, consecutive-success: 3${more}`));

  test.each([
    ['is not shortened by the passes in a row that a metric wants', '', () => 0, 'pass', 60, 12],
    ['passes where the last three did', '', (at: number) => (at < 46 ? 1 : 0), 'pass', 60, 12],
    [
      'says nothing where only two of them did',
      '',
      (at: number) => (at < 51 ? 1 : 0),
      'inconclusive',
      60,
      12,
    ],
    [
      'is extended for them up to max-bake',
      ', max-bake: 2h',
      (at: number) => (at < 51 ? 1 : 0),
      'pass',
      65,
      13,
    ],
    ['and no longer', ', max-bake: 122m', (at: number) => (at % 3 === 0 ? 1 : 0), 'inconclusive', 122, 25],
    [
      'begins the row anew after an error',
      ', max-bake: 2h',
      (at: number) => (at > 54.9 && at < 55.1 ? undefined : 0),
      'pass',
      65,
      14,
    ],
  ])('%s', async (_, more, source, verdict, minutes, measured) => {
    const ended = await inOneRun(source, inARow(more));
    expect([ended.verdict, ended.minutes, ended.result.tallies['health/m']?.measured]).toEqual([
      verdict,
      minutes,
      measured,
    ]);
    expect(ended.result.finding.metrics[0]?.reason).toMatch(
      verdict === 'pass' ? /the last \d+ in a row$/ : /\([12] passed in a row at the end, 3 are needed\)$/,
    );
  });

  test('a metric that only warns shows and never blocks', async () => {
    const analysis = analysisOf(FIVE, 'fail-if: "> 0.05", severity: warn');
    for (const source of [() => 1, () => null, () => undefined]) {
      const ended = await inOneRun(source, request(analysis));
      expect([ended.verdict, ended.minutes]).toEqual(['pass', 60]);
      expect(watchedMetrics(ended.result.finding)[0]?.verdict).not.toBe('pass');
      expect(watchedMetrics(ended.result.finding)[0]?.severity).toBe('warn');
    }
  });

  test('compares with the stable version, asked the same question', async () => {
    const analysis = analysisOf(FIVE, 'compare: { to: stable, max-ratio: 1.5 }');
    const urls = new Set<string>();
    const slow: Source = (_, { url }) => {
      urls.add(url);
      return url.endsWith('2.0.0') ? 200 : 100;
    };
    const ended = await inOneRun(slow, request(analysis));
    expect([ended.verdict, ended.minutes]).toEqual(['fail', 5]);
    expect([...urls]).toEqual(['https://x.example/?v=2.0.0', 'https://x.example/?v=1.0.0']);
    expect(watchedMetrics(ended.result.finding)).toMatchObject([
      { last: 200, stable: 100, compare: "more than 1.5 times the stable version's" },
    ]);
    const both = await inOneRun(() => 9_000, request(analysis));
    expect(both.verdict).toBe('pass');
  });

  test('has nothing to compare with where no stable version answers requests', async () => {
    const analysis = analysisOf(FIVE, 'compare: { to: stable, max-ratio: 1.5 }');
    for (const change of [{ weight: 100 }, { stable: undefined }]) {
      const ended = await inOneRun(
        (_, { url }) => (url.endsWith('2.0.0') ? 200 : 100),
        request(analysis, change),
      );
      expect(ended.verdict).toBe('pass');
      expect(ended.result.finding.metrics[0]?.reason).toContain('no stable version');
    }
    const silent = await inOneRun(() => null, request(analysis, { weight: 100 }));
    expect(silent.verdict).toBe('inconclusive');
  });

  test('shows a sign of life at least once a minute', async () => {
    const seen: number[] = [];
    const runtime = runtimeAt(SINCE, () => 0);
    await runAnalysis(
      runtime,
      request(analysisOf(FIVE, 'fail-if: "> 1"'), {
        onProgress: async () => void seen.push(runtime.clock.now()),
      }),
    );
    for (const [index, at] of seen.entries())
      expect(at - (seen[index - 1] ?? SINCE)).toBeLessThanOrEqual(MINUTE);
    expect(seen.at(-1)).toBe(SINCE + 60 * MINUTE);
  });

  test('without any analysis it is the bake alone', async () => {
    const ended = await inOneRun(() => 0, request([]));
    expect([ended.verdict, ended.minutes]).toEqual(['pass', 60]);
  });
});

describe('a bake in several runs', () => {
  const analysis = analysisOf(FIVE, 'fail-if: "> 0.05"');

  test('waits for what its patience allows, and says when to come back', async () => {
    const result = await runAnalysis(
      runtimeAt(SINCE, () => 0),
      request(analysis, { patienceMs: 12 * MINUTE }),
    );
    expect(result).toMatchObject({
      kind: 'waiting',
      resumeAfter: SINCE + 15 * MINUTE,
      measured: true,
      tallies: { 'health/m': { measured: 2, passed: 2, at: SINCE + 10 * MINUTE } },
    });
  });

  test('without patience it only looks at what is due', async () => {
    const early = await runAnalysis(
      runtimeAt(SINCE + MINUTE, () => 0),
      request(analysis, { patienceMs: 0 }),
    );
    expect(early).toMatchObject({ kind: 'waiting', resumeAfter: SINCE + 5 * MINUTE, measured: false });
  });

  test('a tick that is nine hours late measures once and decides by that', async () => {
    for (const [value, verdict] of [
      [0, 'pass'],
      [1, 'fail'],
      [null, 'inconclusive'],
    ] as const) {
      let asked = 0;
      const late = await runAnalysis(
        runtimeAt(SINCE + 540 * MINUTE, () => {
          asked++;
          return value;
        }),
        request(analysis, { patienceMs: 0 }),
      );
      expect([late.kind, late.finding.verdict, asked]).toEqual(['decided', verdict, 1]);
    }
  });

  test('a tick that is late makes up for what is wanted in a row, as far as it was missed', async () => {
    const wanting = (wanted: number, interval = FIVE) =>
      request(analysisOf(interval, `fail-if: "> 0.05", failure-limit: 20, consecutive-success: ${wanted}`));
    const sick: Source = (at) => (at < 200 ? 1 : 0);
    const late = await inTicks(sick, wanting(3), [30, 190, 540], 0);
    expect([late.verdict, late.minutes]).toEqual(['pass', 570]);
    expect(late.result.tallies['health/m']).toMatchObject({ measured: 5, failed: 2, consecutivePasses: 3 });
    // Nothing was missed: what the bake measured decides.
    const whole = await inTicks(sick, wanting(2, 'interval: 30m'), [30, 540], 0);
    expect([whole.verdict, whole.minutes]).toEqual(['inconclusive', 540]);
    expect(whole.result.finding.reason).toContain('(1 passed in a row at the end, 2 are needed)');
  });

  test('a row goes on where another version of the action has not counted it', async () => {
    const what = request(analysisOf(FIVE, 'fail-if: "> 0.05", consecutive-success: 12'));
    const first = await runAnalysis(
      runtimeAt(SINCE, () => 0),
      { ...what, patienceMs: 50 * MINUTE },
    );
    const stored = JSON.parse(JSON.stringify(first.tallies));
    delete stored['health/m'].consecutivePasses;
    const second = await runAnalysis(
      runtimeAt(SINCE + 54 * MINUTE, () => 0),
      { ...what, tallies: readTallies(stored) },
    );
    expect(second).toMatchObject({ kind: 'decided', finding: { verdict: 'pass' } });
  });

  test('a tick that is late finds the source down and does not decide', async () => {
    const late = await runAnalysis(
      runtimeAt(SINCE + 540 * MINUTE, () => undefined),
      request(analysis, { patienceMs: 0 }),
    );
    expect(late).toMatchObject({
      kind: 'waiting',
      measured: true,
      resumeAfter: SINCE + 540 * MINUTE + 10_000,
    });
  });

  const [template] = analysisOf('interval: 5m', 'pass-if: "<= 0.01", fail-if: "> 0.05"');
  const specOf = fc
    .record({
      failureLimit: fc.integer({ min: 0, max: 3 }),
      inconclusiveLimit: fc.integer({ min: 0, max: 3 }),
      consecutiveErrorLimit: fc.integer({ min: 0, max: 3 }),
      minSamples: fc.constantFrom(0, 3_000),
      maxBakeMs: fc.constantFrom(undefined, 100 * MINUTE),
      onNoData: fc.constantFrom('inconclusive', 'wait', 'fail'),
      intervalMs: fc.constantFrom(0.5, 5, 7, 45).map((minutes) => minutes * MINUTE),
    })
    .map(({ intervalMs, ...change }): readonly AnalysisSpec[] =>
      template === undefined
        ? []
        : [
            {
              ...template,
              intervalMs,
              metrics: template.metrics.map((metric) => ({ ...metric, ...change })),
            },
          ],
    );
  const ticks = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 12 });
  const patience = fc.constantFrom(0, 0.5, 10, 33);
  /** Good, between the limits, bad, without data, down. */
  const answer = fc.constantFrom(0, 0.03, 1, null, undefined);

  test('never passes earlier than in one run, nor before the bake is over, whatever the source does', async () => {
    await fc.assert(
      fc.asyncProperty(
        specOf,
        ticks,
        patience,
        fc.array(answer, { minLength: 1, maxLength: 40 }),
        async (analysis, at, patience, answers) => {
          const source: Source = (minutes) => answers[Math.floor(minutes / 5) % answers.length];
          const what = request(analysis);
          const split = await inTicks(source, what, at, patience);
          if (split.verdict === 'pass') {
            expect(split.minutes * MINUTE).toBeGreaterThanOrEqual(bakeLengthMs(what.analysis, what.bakeMs));
            // It looked at the end, and liked what it saw.
            const { says, at } = split.result.tallies['health/m'] ?? {};
            expect(says).toBe('pass');
            const lastPlanned =
              analysis.flatMap((one) => measurementTimes(one, what.bakeMs)).at(-1) ?? Number.NaN;
            expect((at ?? 0) - SINCE).toBeGreaterThanOrEqual(lastPlanned);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test('never passes without as many measurements in a row as are wanted, and always ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        specOf,
        fc.integer({ min: 1, max: 5 }),
        ticks,
        patience,
        fc.array(answer, { minLength: 1, maxLength: 40 }),
        async (plain, wanted, at, patience, answers) => {
          const analysis = plain.map((one) => ({
            ...one,
            metrics: one.metrics.map((metric) => ({ ...metric, consecutiveSuccess: wanted })),
          }));
          const seen: unknown[] = [];
          const source: Source = (minutes) => {
            const value = answers[Math.floor(minutes / 5) % answers.length];
            seen.push(value);
            return value;
          };
          const what = request(analysis);
          const split = await inTicks(source, what, at, patience);
          if (split.verdict === 'pass') {
            expect(split.minutes * MINUTE).toBeGreaterThanOrEqual(bakeLengthMs(what.analysis, what.bakeMs));
            expect(seen.slice(-wanted)).toEqual(Array.from({ length: wanted }, () => 0));
          }
          const whole = await inOneRun(() => 0, request(analysis, { bakeMs: 1_000 * MINUTE }));
          expect([whole.verdict, whole.minutes]).toEqual(['pass', 1_000]);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('gives the verdict of one run, and no pass sooner, when the source goes bad for good', async () => {
    await fc.assert(
      fc.asyncProperty(
        specOf,
        ticks,
        patience,
        fc.integer({ min: 0, max: 70 }),
        fc.constantFrom(1, 0.03, null),
        async (analysis, at, patience, from, bad) => {
          const source: Source = (minutes) => (minutes < from ? 0 : bad);
          const what = request(analysis);
          const whole = await inOneRun(source, what);
          const split = await inTicks(source, what, at, patience);
          // A late look may see sooner what goes wrong between two looks; a pass is never sooner.
          if (split.verdict === 'pass') expect(split.minutes).toBeGreaterThanOrEqual(whole.minutes - 1e-9);
          if (whole.verdict !== 'pass') expect(split.verdict).toBe(whole.verdict);
          else expect(['pass', bad === 1 ? 'fail' : 'inconclusive', 'fail']).toContain(split.verdict);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('gives the verdict of one run when the source is always the same', async () => {
    await fc.assert(
      fc.asyncProperty(specOf, ticks, patience, answer, async (analysis, at, patience, value) => {
        const what = request(analysis);
        const whole = await inOneRun(() => value, what);
        const split = await inTicks(() => value, what, at, patience);
        expect(split.verdict).toBe(whole.verdict);
        if (value !== 0) expect(split.verdict).not.toBe('pass');
      }),
      { numRuns: 100 },
    );
  });
});
