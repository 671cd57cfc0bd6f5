import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRollout } from '../../actions/lib/rollout/parse-rollout.ts';
import { observe } from '../../actions/runtime/analysis/observe.ts';
import { runAnalysis } from '../../actions/runtime/analysis/run-analysis.ts';
import { watchedMetrics } from '../../actions/runtime/analysis/watched-metrics.ts';
import { systemClock } from '../../actions/runtime/clock.ts';
import { describeWith } from '../support/debian.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';
import { type ModelServer, startServer } from '../support/model-servers.ts';
import { startPrometheus, type TestPrometheus } from '../support/prometheus.ts';

/** Requests a second and the share of errors among them, by version. */
const TRAFFIC = {
  '1.0.0': [4_000, 0.01],
  '2.0.0': [500, 0.12],
  '2.0.1': [500, 0.01],
  '2.0.2': [3, 0.34],
} as const;

/** Versions that a careless regular expression takes for each other. */
const BUILDS = ['1.2.3', '1x2x3', '1.2.3-rc.1', '1.2.3+b', '1.2.33'] as const;

/** What a model server shows: counters that grow with time, a histogram, and values that are no numbers. */
function exposition(seconds: number): string {
  const counters = Object.entries(TRAFFIC).flatMap(([version, [rate, share]]) => {
    const line = (status: number, part: number) =>
      `http_requests_total{model="churn",revision="${version}",status="${status}"} ${Math.round(seconds * rate * part)}`;
    const slow = version === '2.0.0' ? 0.5 : 0.05;
    const count = Math.round(seconds * rate);
    return [
      line(200, 1 - share),
      line(500, share),
      `infer_seconds_bucket{revision="${version}",le="0.1"} ${Math.round(count * (1 - slow))}`,
      `infer_seconds_bucket{revision="${version}",le="1"} ${count}`,
      `infer_seconds_bucket{revision="${version}",le="+Inf"} ${count}`,
    ];
  });
  return [
    '# TYPE http_requests_total counter',
    ...counters,
    'limit_reached NaN',
    'queue_length +Inf',
    'zero 0',
    ...BUILDS.map((version) => `build_info{version="${version}"} 1`),
    '',
  ].join('\n');
}

describeWith('prometheus', (program) => {
  let target: ModelServer;
  let prometheus: TestPrometheus;
  let runtime: MemoryRuntime;
  const start = Date.now();

  beforeAll(async () => {
    runtime = await memoryRuntime();
    target = await startServer(({ path }) =>
      path === '/metrics'
        ? {
            headers: { 'content-type': 'text/plain; version=0.0.4' },
            body: exposition((Date.now() - start) / 1_000),
          }
        : undefined,
    );
    prometheus = await startPrometheus(program, new URL(target.origin).host);
    await prometheus.until('count_over_time(http_requests_total{revision="1.0.0",status="500"}[1m]) >= 3');
  }, 60_000);

  afterAll(async () => {
    await prometheus?.[Symbol.asyncDispose]();
    await target?.[Symbol.asyncDispose]();
    await runtime?.dispose();
  });

  const analysisOf = (metric: string, settings = 'interval: 500ms') =>
    parseRollout(
      `version: 1
steps: [{ weight: 100 }]
providers: { prom: { type: prometheus, url: "${prometheus.origin}", allow-private-network: true } }
analysis:
  health:
    ${settings}
    metrics:
      - ${metric.trim().replaceAll('\n', '\n        ')}`,
      'r.yml',
    ).analysis;

  const clock = systemClock(new AbortController().signal);
  const step = (since: number) => ({
    stable: { version: '1.0.0', digest: 'sha256:1' },
    model: 'churn',
    environment: 'production',
    weight: 10,
    since,
  });

  async function ask(query: string, more = '') {
    const spec = analysisOf(
      `{ name: m, provider: prom, query: ${JSON.stringify(query)}, fail-if: "> 1"${more} }`,
    )[0]?.metrics[0];
    if (spec === undefined) throw new Error('no metric');
    const { candidate } = await observe({ ...runtime, clock }, spec, step(Date.now() - 5_000), {
      version: '2.0.1',
      digest: 'sha256:2',
    });
    return candidate;
  }

  // A busy machine misses a scrape now and then, after which plain selectors give nothing; ranges reach over that.
  test.each([
    [
      'a value',
      'sum(last_over_time(http_requests_total{revision="${canary.revision}"}[1m])) > bool 0',
      { kind: 'value', value: 1 },
    ],
    ['a scalar', 'scalar(last_over_time(zero[1m])) + 0.25', { kind: 'value', value: 0.25 }],
    ['a number', '1 / 3', { kind: 'value', value: 1 / 3 }],
    [
      'the window since the weight was applied',
      'count(count_over_time(http_requests_total{revision="${version}"}[${window}]) > 0)',
      { kind: 'value', value: 2 },
    ],
    [
      'no series',
      'http_requests_total{revision="9.9.9"}',
      { kind: 'no-data', message: expect.stringContaining('no series') },
    ],
    [
      'no series, said to be 0',
      'sum(http_requests_total{revision="9.9.9"}) or vector(0)',
      { kind: 'value', value: 0 },
    ],
    ['0 / 0', 'last_over_time(zero[1m]) / 0', { kind: 'no-data', message: 'the query gave NaN' }],
    ['1 / 0', '1 / last_over_time(zero[1m])', { kind: 'no-data', message: 'the query gave +Inf' }],
    [
      'a NaN that was scraped',
      'last_over_time(limit_reached[1m])',
      { kind: 'no-data', message: 'the query gave NaN' },
    ],
    [
      'an infinity that was scraped',
      '-last_over_time(queue_length[1m])',
      { kind: 'no-data', message: 'the query gave -Inf' },
    ],
    [
      'several series',
      'last_over_time(http_requests_total[1m])',
      { kind: 'misconfigured', message: expect.stringMatching(/found 8; .*sum/) },
    ],
    ['a range', 'zero[1m]', { kind: 'misconfigured', message: expect.stringContaining('matrix') }],
    ['a text', '"ok"', { kind: 'misconfigured', message: expect.stringContaining('string') }],
    [
      'a query that does not parse',
      'sum(http_requests_total',
      { kind: 'misconfigured', message: expect.stringMatching(/bad_data: .*parse error/) },
    ],
    [
      'a function that does not exist',
      'median(zero)',
      { kind: 'misconfigured', message: expect.stringContaining('bad_data') },
    ],
    [
      'a query that cannot be executed',
      'last_over_time(http_requests_total[1m]) * on(model) last_over_time(http_requests_total[1m])',
      { kind: 'misconfigured', message: expect.stringContaining('execution: ') },
    ],
  ])('%s', async (_, query, expected) => {
    expect(await ask(query)).toMatchObject(expected);
  });

  test('a share of a total, with its number of samples', async () => {
    const errors =
      'sum(increase(http_requests_total{revision="${canary.revision}",status=~"5.."}[${window}]))';
    const all = 'sum(increase(http_requests_total{revision="${canary.revision}"}[${window}]))';
    const measured = await ask(errors, `, total-query: ${JSON.stringify(all)}`);
    if (measured.kind !== 'value') throw new Error(JSON.stringify(measured));
    expect(measured.value).toBeCloseTo(0.01, 3);
    expect(measured.samples).toBeGreaterThan(500);
    expect(await ask(errors, ', total-query: "last_over_time(zero[1m])"')).toMatchObject({ kind: 'no-data' });
    expect(await ask(errors, ', total-query: "last_over_time(http_requests_total[1m])"')).toMatchObject({
      kind: 'misconfigured',
    });
  });

  test('what stands in a value cannot change the query', async () => {
    const spec = analysisOf(
      `{ name: m, provider: prom, query: 'count(http_requests_total{revision="\${version}"}) or vector(0)', fail-if: "> 1" }`,
    )[0]?.metrics[0];
    if (spec === undefined) throw new Error('no metric');
    for (const version of ['"} or vector(7) or x{a="', "'`\\", 'a\nb', '1.0.0"}', '${digest}']) {
      const { candidate } = await observe({ ...runtime, clock }, spec, step(Date.now()), {
        version,
        digest: 'd',
      });
      expect(candidate).toMatchObject({ kind: 'value', value: 0 });
    }
  });

  test.each([
    ['=~', 'count(last_over_time(build_info{version=~"${version}"}[1m]))', 1],
    ['=~ in other quotes', "count(last_over_time(build_info{version =~ '${version}'}[1m]))", 1],
    ['=~ in a raw string', 'count(last_over_time(build_info{version=~`${version}`}[1m]))', 1],
    ['!~', 'count(last_over_time(build_info{version!~"${version}"}[1m]))', 4],
    ['a part of =~', 'count(last_over_time(build_info{version=~"(9|${version}|8)"}[1m]))', 1],
    ['=', 'count(last_over_time(build_info{version="${version}"}[1m]))', 1],
    ['= in a raw string', 'count(last_over_time(build_info{version=`${version}`}[1m]))', 1],
    [
      'the regular expression of label_replace',
      'count(count by (version) (label_replace(last_over_time(build_info{job=~".*"}[1m]), "version", "same", "version", "${version}")))',
      5,
    ],
    ['a comment', '# it\'s "${version}\ncount(last_over_time(build_info{version=~"${version}"}[1m]))', 1],
  ])('a version stands for itself in %s', async (_, query, count) => {
    const spec = analysisOf(`{ name: m, provider: prom, query: ${JSON.stringify(query)}, fail-if: "> 9" }`)[0]
      ?.metrics[0];
    if (spec === undefined) throw new Error('no metric');
    for (const version of ['1.2.3', '1.2.3+b']) {
      const { candidate } = await observe({ ...runtime, clock }, spec, step(Date.now()), {
        version,
        digest: 'd',
      });
      expect(candidate).toMatchObject({ kind: 'value', value: count });
    }
  });

  test('a wrong base address is told of', async () => {
    const spec = parseRollout(
      `version: 1
steps: [{ weight: 100 }]
providers: { prom: { type: prometheus, url: "${prometheus.origin}/prom", allow-private-network: true } }
analysis: { a: { metrics: [{ name: m, provider: prom, query: up, fail-if: "> 1" }] } }`,
      'r.yml',
    ).analysis[0]?.metrics[0];
    if (spec === undefined) throw new Error('no metric');
    const { candidate } = await observe({ ...runtime, clock }, spec, step(Date.now()), {
      version: '1',
      digest: 'd',
    });
    expect(candidate).toMatchObject({ kind: 'misconfigured', message: expect.stringContaining('404') });
  });

  const ERRORS = `name: error-rate
provider: prom
query: sum(increase(http_requests_total{model="\${model}",revision="\${canary.revision}",status=~"5.."}[\${window}]))
total-query: sum(increase(http_requests_total{model="\${model}",revision="\${canary.revision}"}[\${window}]))
compare: { to: stable, test: two-proportion, confidence: 0.95, max-increase: 0.005 }
min-samples: 500`;
  const LATENCY = `name: p99
provider: prom
query: histogram_quantile(0.9, sum by (le) (rate(infer_seconds_bucket{revision="\${version}"}[1m])))
compare: { to: stable, max-ratio: 1.25 }`;

  test.each([
    ['a version with more errors', ERRORS, '2.0.0', 'fail', 'higher than'],
    ['a version as good as the stable one', ERRORS, '2.0.1', 'pass', ''],
    [
      'a version with one error in three requests a second',
      ERRORS,
      '2.0.2',
      'inconclusive',
      'samples, 500 are needed',
    ],
    ['a version that gets no requests', ERRORS, '9.9.9', 'inconclusive', 'no series'],
    ['a slower version', LATENCY, '2.0.0', 'fail', 'more than 1.25 times'],
    ['a version as fast as the stable one', LATENCY, '2.0.1', 'pass', ''],
  ])('%s', async (_, metric, version, verdict, reason) => {
    const since = Date.now();
    const { finding, kind } = await runAnalysis(
      { ...runtime, clock },
      {
        ...step(since),
        analysis: analysisOf(metric),
        bakeMs: 1_000,
        tallies: {},
        patienceMs: Number.POSITIVE_INFINITY,
        candidate: { version, digest: 'sha256:2' },
        onProgress: async () => undefined,
      },
    );
    expect(kind).toBe('decided');
    expect(finding.verdict).toBe(verdict);
    expect(finding.reason).toContain(reason);
    const [watched] = watchedMetrics(finding);
    if (verdict === 'fail') expect(Date.now() - since).toBeLessThan(20_000);
    if (metric === ERRORS && verdict === 'fail') {
      expect(watched?.last).toBeCloseTo(0.12, 2);
      expect(watched?.stable).toBeCloseTo(0.01, 2);
    }
  });
});
