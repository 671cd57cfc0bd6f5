import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseRollout } from '../../../../actions/lib/rollout/parse-rollout.ts';

const rollout = (steps: string, rest = '') => `version: 1\nsteps: ${steps}\n${rest}`;
const ONE = '[{ weight: 100 }]';
const command = 'traffic: { driver: command, command: { set: [a], read: [b] } }';
const metric = (extra: string) =>
  `analysis:\n  health:\n    metrics:\n      - { name: m, type: http-json, url: "https://x.example/m?v=\${version}", pointer: /m, ${extra} }`;
const other = (source: string, rest = '') =>
  `${rest}\nanalysis: { health: { metrics: [{ name: m, ${source} }] } }`;
const hook = (url: string, more = '') =>
  `traffic: { driver: webhook, webhook: { url: "${url}", read-url: "https://x.example/r", secret-env: S${more} } }`;
const prometheus = 'providers: { prom: { type: prometheus, url: "https://prom.example/base/" } }';
const watched = (bake: string, interval: string) =>
  rollout(
    `[{ weight: 100, bake: ${bake}, analysis: [health] }]`,
    `analysis: { health: { ${interval}, metrics: [{ name: m, type: command, command: [x], value: /v, fail-if: "> 1" }] } }`,
  );

const inARow = (bake: string, often: string, wanted: string) =>
  rollout(
    `[{ weight: 100, bake: ${bake}, analysis: [health] }]`,
    `analysis: { health: { ${often}, metrics: [{ name: m, type: command, command: [x], value: /v, fail-if: "> 1", ${wanted} }] } }`,
  );

describe('a valid rollout file', () => {
  test('gets every default', () => {
    const file = parseRollout(
      rollout(
        '[{ weight: 10, bake: 15m, analysis: [health] }, { weight: 100 }]',
        `${command}\n${metric('fail-if: "result > 0.05"')}`,
      ),
      'r.yml',
    );
    expect(file).toMatchObject({
      model: undefined,
      environment: undefined,
      deadlineMs: undefined,
      preflight: [],
      keepPreviousWarmMs: 0,
      traffic: {
        spec: { driver: 'command', set: ['a'], read: ['b'], timeoutMs: 60_000 },
        settleMs: 0,
        verifyTimeoutMs: 60_000,
      },
      steps: [
        { kind: 'traffic', weight: 10, shadow: 0, bakeMs: 900_000, analysis: [{ name: 'health' }] },
        { kind: 'traffic', weight: 100, shadow: 0, bakeMs: 0, analysis: [] },
      ],
      analysis: [
        {
          name: 'health',
          intervalMs: 30_000,
          count: undefined,
          metrics: [
            {
              source: {
                method: 'GET',
                headers: {},
                body: undefined,
                timeoutMs: 60_000,
                allowPrivateNetwork: false,
                samplesPointer: undefined,
              },
              failIf: { operator: '>', limit: 0.05 },
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
            },
          ],
        },
      ],
    });
  });

  test('may use everything there is', () => {
    const path = join(import.meta.dirname, '../../../fixtures/rollout/complete.yml');
    const file = parseRollout(readFileSync(path, 'utf8'), 'complete.yml');
    expect(file).toMatchObject({
      model: 'churn',
      environment: 'production',
      deadlineMs: 5 * 86_400_000,
      onFailure: 'rollback',
      onInconclusive: 'pause',
      keepPreviousWarmMs: 72 * 3_600_000,
      preflight: [
        { kind: 'command', timeoutMs: 300_000 },
        {
          kind: 'http',
          method: 'POST',
          bodyFile: 'tests/smoke/request.json',
          status: 200,
          maxLatencyMs: 800,
          pointer: '/outputs/0/data/0',
          between: [0, 1],
        },
      ],
    });
    expect(file.steps.map((step) => (step.kind === 'approval' ? step.environment : step.weight))).toEqual([
      1,
      10,
      'production-approval',
      50,
      100,
    ]);
    const metrics = file.analysis.flatMap((one) => one.metrics);
    expect(
      metrics.map(({ name, source: { type }, compare, severity }) => [name, type, compare?.test, severity]),
    ).toEqual([
      ['error-rate', 'prometheus', 'two-proportion', 'error'],
      ['p99-latency', 'prometheus', 'ratio', 'error'],
      ['score-psi', 'http-json', undefined, 'error'],
      ['null-feature-rate', 'http-json', undefined, 'warn'],
      ['auc-on-fresh-labels', 'command', undefined, 'error'],
    ]);
    expect(metrics[0]).toMatchObject({
      source: {
        url: 'https://prom.acme.dev',
        headers: { Authorization: 'Bearer ${env.PROM_TOKEN}' },
        timeoutMs: 20_000,
      },
      compare: { confidence: 0.95, maxIncrease: 0.005 },
      minSamples: 500,
      maxBakeMs: 12 * 3_600_000,
      failureLimit: 1,
    });
  });

  test.each([
    ['nothing but the method', 'method: POST', undefined],
    ['a value', 'body: { v: ["${version}", 5, null], "a b": { "${model}": true } }', true],
    ['a list', 'body: ["${version}"]', true],
    ['a text', `body: '{ "v": "\${version}", "w": \${weight}, "n": 12345678901234567890 }'`, true],
    ['the text of a text', `body: '"\${version}"'`, true],
  ])('may send %s', (_, extra, hasBody) => {
    const { source } =
      parseRollout(rollout(ONE, metric(`fail-if: "> 1", ${extra}`)), 'r.yml').analysis[0]?.metrics[0] ?? {};
    expect(source).toMatchObject({ method: 'POST' });
    const body = source?.type === 'http-json' ? source.body : '';
    expect(body?.includes('${version}')).toBe(hasBody);
    if (body !== undefined)
      expect(() =>
        JSON.parse(body.replaceAll('${version}', '1.0.0').replaceAll('${weight}', '7')),
      ).not.toThrow();
  });

  test('may ask about both versions by the body alone', () => {
    const source =
      'type: http-json, url: "https://x.example/", pointer: /v, compare: { to: stable, max-ratio: 2 }';
    expect(() =>
      parseRollout(rollout(ONE, other(`${source}, body: { v: "\${canary.version}" }`)), 'r.yml'),
    ).not.toThrow();
  });

  test.each([
    ['12', 'interval: 5m', ''],
    ['13', 'interval: 5m', ', max-bake: 61m'],
    ['20', 'count: 20, interval: 5m', ''],
    ['60', 'count: 20, interval: 1m', ''],
    ['1', 'count: 1', ''],
  ])('may want as many passes in a row as there is room for: %s of %s%s', (wanted, often, more) => {
    const file = parseRollout(inARow('1h', often, `consecutive-success: ${wanted}${more}`), 'r.yml');
    expect(file.analysis[0]?.metrics[0]?.consecutiveSuccess).toBe(Number(wanted));
  });

  test.each([
    ['an approval before anything', '[{ approve: { environment: p } }, { weight: 100 }]'],
    [
      'two approvals in a row',
      '[{ weight: 5 }, { approve: { environment: a } }, { approve: { environment: b } }, { weight: 100 }]',
    ],
    ['copies before answers', '[{ shadow: 10, bake: 1h }, { shadow: 100 }, { weight: 100 }]'],
  ])('%s', (_, steps) => {
    expect(() => parseRollout(rollout(steps, command), 'r.yml')).not.toThrow();
  });

  test('an analysis that does not say how often measures within a short bake', () => {
    expect(() => parseRollout(watched('1s', 'count: 1'), 'r.yml')).not.toThrow();
    expect(() => parseRollout(watched('1s', 'count: 1, interval: 1m'), 'r.yml')).not.toThrow();
  });
});

describe('is refused with its place:', () => {
  const refused = (text: string, message: string | RegExp) =>
    expect(() => parseRollout(text, 'r.yml')).toThrow(message);

  test.each([
    [
      'steps that do not grow',
      '[{ weight: 50 }, { weight: 10 }]',
      'r.yml:2:35: steps[1].weight: expected more than the 50',
    ],
    [
      'a last step below 100',
      '[{ weight: 50 }]',
      'r.yml:2:19: steps[0].weight: the last step must be weight: 100',
    ],
    ['a weight of 0', '[{ weight: 0 }, { weight: 100 }]', 'r.yml:2:19: steps[0].weight'],
    ['a weight of 101', '[{ weight: 101 }]', 'r.yml:2:19: steps[0].weight'],
    ['half a percent', '[{ weight: 0.5 }, { weight: 100 }]', 'r.yml:2:19: steps[0].weight: expected integer'],
    ['no steps', '[]', 'r.yml:2:8: steps'],
    [
      'an empty step',
      '[{}, { weight: 100 }]',
      'r.yml:2:9: steps[0]: expected one of the keys weight, shadow and approve, found none',
    ],
    ['two kinds of step', '[{ weight: 1, shadow: 5 }, { weight: 100 }]', 'found weight and shadow'],
    ['a negative bake', '[{ weight: 100, bake: -5m }]', 'steps[0].bake: expected a text such as "15m"'],
    ['a bake without unit', '[{ weight: 100, bake: 5 }]', 'steps[0].bake'],
    ['a bake of 1e9s', '[{ weight: 100, bake: 1e9s }]', 'steps[0].bake'],
    [
      'a bake of 31 years',
      '[{ weight: 100, bake: 1000000000s }]',
      'steps[0].bake: expected 0 ms to 90 d, found 1000000000s',
    ],
    [
      'an approval at the end',
      '[{ weight: 100 }, { approve: { environment: p } }]',
      'steps[1].approve: expected a step with weight after',
    ],
    [
      'an approval that bakes',
      '[{ approve: { environment: p }, bake: 1h }, { weight: 100 }]',
      'steps[0].bake: an approval is not watched',
    ],
    [
      'copies after answers',
      '[{ weight: 5 }, { shadow: 5 }, { weight: 100 }]',
      'steps[1].shadow: a version that answers',
    ],
    [
      'copies that shrink',
      '[{ shadow: 50 }, { shadow: 5 }]',
      'the last step must be weight: 100, found shadow: 5',
    ],
  ])('%s', (_, steps, message) => refused(rollout(steps, command), message));

  test.each([
    ['copies without a driver', '', 'without traffic: nothing mirror'],
    [
      'copies by a driver that cannot',
      'traffic: { driver: file, file: { path: t.json } }',
      'the driver file cannot mirror',
    ],
  ])('%s', (_, rest, message) =>
    refused(rollout('[{ shadow: 10 }, { weight: 100 }]', rest), `steps[0].shadow: ${message}`),
  );

  test.each([
    ['an unknown key', 'trafic: {}', 'did you mean "traffic"'],
    [
      'a deadline shorter than the bakes',
      'deadline: 1h',
      'deadline: expected at least the 2 h that the steps take, found 1h',
    ],
    ['a model that is no name', 'model: "Churn Model"', 'model: expected a text such as "churn"'],
    [
      'the other driver',
      'traffic: { driver: webhook, command: { set: [a], read: [b] } }',
      'the driver is webhook',
    ],
    ['a driver without its block', 'traffic: { driver: command }', 'needs the key command'],
    [
      'a check that checks nothing',
      'preflight: [{ name: a }]',
      'preflight[0]: expected either command or http, found neither',
    ],
    [
      'a check of two kinds',
      'preflight: [{ name: a, command: [x], http: { url: "https://x.example/" } }]',
      'found both',
    ],
    [
      'equal names of checks',
      'preflight: [{ name: a, command: [x] }, { name: a, command: [x] }]',
      'is there twice',
    ],
    [
      'a window before there is a step',
      'preflight: [{ name: a, command: ["${window}"] }]',
      'unknown variable ${window}',
    ],
    [
      'a GET with a body',
      'preflight: [{ name: a, http: { url: "https://x.example/", method: GET, body-file: x } }]',
      'a GET sends no body',
    ],
    [
      'a range upside down',
      'preflight: [{ name: a, http: { url: "https://x.example/", expect: { pointer: /a, between: [1, 0] } } }]',
      'the smaller number first',
    ],
    [
      'a range without a pointer',
      'preflight: [{ name: a, http: { url: "https://x.example/", expect: { between: [0, 1] } } }]',
      'the key "pointer" is missing',
    ],
    [
      'a provider of another kind',
      'providers: { p: { type: datadog, url: "https://x.example/" } }',
      'expected "prometheus", found "datadog"',
    ],
    [
      'a provider with a query',
      'providers: { p: { type: prometheus, url: "https://x.example/?a=b" } }',
      'the base address',
    ],
    [
      'a header with a line break',
      'providers: { p: { type: prometheus, url: "https://x.example/", headers: { A: "b\\nc" } } }',
      'providers.p.headers.A',
    ],
    [
      "the runner's own secrets",
      'providers: { p: { type: prometheus, url: "https://x.example/", headers: { A: "${env.ACTIONS_RUNTIME_TOKEN}" } } }',
      "the runner's own",
    ],
    [
      'a timeout of a day',
      'providers: { p: { type: prometheus, url: "https://x.example/", timeout: 24h } }',
      'expected 100 ms to 1 h',
    ],
    ['an alias bomb', 'model: &a [&b [*a, *a]]', 'r.yml'],
    ['a key that is there twice', 'on-failure: pause\non-failure: rollback', 'r.yml:4:1'],
    ['a tag', 'model: !!js/function x', 'r.yml:3'],
    ['a second document', '---\nversion: 1', 'r.yml'],
    ['a YAML 1.1 boolean', 'on-failure: no', 'on-failure: expected one of "rollback", "pause"'],
  ])('%s', (_, rest, message) => refused(rollout('[{ weight: 100, bake: 2h }]', rest), message));

  test('a version of the future', () =>
    refused('version: 2\nsteps: [{ weight: 100 }]', 'r.yml:1:10: version'));
  test('an empty file', () => refused('', 'expected object, found null'));

  test.each([
    [
      'unknown',
      metric('fail-if: "> 1"'),
      'steps[0].analysis[0]: no analysis is named "helth"; defined are: health; did you mean "health"?',
    ],
    ['none at all', '', 'defined are: none'],
  ])('an analysis that is %s', (_, rest, message) =>
    refused(rollout('[{ weight: 100, bake: 1h, analysis: [helth] }]', rest), message),
  );

  test.each([
    [
      '1h',
      'interval: 6h',
      'steps[0].analysis[0]: health measures every 6 h, which does not fit into a bake of 1 h',
    ],
    ['0s', 'interval: 10s', 'which does not fit into a step without bake'],
    ['1h', 'interval: 1ms', 'analysis.health.interval: expected 100 ms to 30 d'],
    ['1h', 'count: 0', 'analysis.health.count'],
  ])('a bake of %s with %s', (bake, interval, message) => refused(watched(bake, interval), message));

  test.each([
    [
      'a condition that is none',
      'fail-if: "about 1"',
      'r.yml:6:100: analysis.health.metrics[0].fail-if: expected a comparison',
    ],
    [
      'a metric without conditions',
      'failure-limit: 1',
      'analysis.health.metrics[0]: expected fail-if, pass-if or compare',
    ],
    [
      'min-samples without samples',
      'fail-if: "> 1", min-samples: 3',
      'metrics[0].min-samples: how many samples there are is not said: give samples',
    ],
    [
      'max-bake that waits for nothing',
      'fail-if: "> 1", max-bake: 3h',
      'metrics[0].max-bake: nothing is waited for',
    ],
    [
      'a comparison with anything else',
      'compare: { to: baseline, max-ratio: 2 }',
      'compare.to: expected "stable"',
    ],
    [
      'a comparison without a limit',
      'compare: { to: stable }',
      'metrics[0].compare: expected max-ratio, or test: two-proportion',
    ],
    ['a ratio without a limit', 'compare: { to: stable, test: ratio }', 'test: ratio needs max-ratio'],
    [
      'two tests',
      'compare: { to: stable, max-ratio: 2, max-increase: 0.1 }',
      'compare.max-increase: this goes with test: two-proportion, and the test is ratio',
    ],
    [
      'rates without counts',
      'compare: { to: stable, test: two-proportion }',
      'metrics[0].compare: test: two-proportion needs counts: give samples',
    ],
    ['certainty', 'samples: /n, compare: { to: stable, test: two-proportion, confidence: 1 }', 'less than 1'],
    [
      'a key of another type',
      'fail-if: "> 1", query: up',
      'metrics[0].query: this does not go with type: http-json',
    ],
  ])('%s', (_, extra, message) => refused(rollout(ONE, metric(extra)), message));

  test.each([
    ['1h', 'interval: 5m', '13', 'at most 12 times in a bake of 1 h, and m wants consecutive-success: 13'],
    ['1h', 'interval: 5m', '14, max-bake: 61m', 'at most 13 times in a bake of 1 h'],
    ['1h', 'count: 20, interval: 5m', '21', 'at most 20 times in a bake of 1 h'],
    ['0s', 'count: 1', '2', 'at most 1 time in a step without bake'],
  ])('a bake of %s with %s and %s in a row', (bake, often, wanted, message) =>
    refused(
      inARow(bake, often, `consecutive-success: ${wanted}`),
      `steps[0].analysis[0]: health measures ${message}`,
    ),
  );

  test.each([
    [
      'a body that is not filled in',
      'body: { a: ["x", "${wersion}"] }',
      'r.yml:6:124: analysis.health.metrics[0].body.a[1]: unknown variable ${wersion}',
    ],
    [
      'a key that is not filled in',
      'body: { "${wersion}": 1 }',
      'metrics[0].body["${wersion}"]: unknown variable ${wersion}',
    ],
    [
      'a text that is not filled in',
      `body: '{"a":"\${wersion}"}'`,
      'metrics[0].body: unknown variable ${wersion}',
    ],
    [
      'a secret in a body',
      'body: { a: "${env.TOKEN}" }',
      'metrics[0].body.a: ${env.TOKEN} may stand in headers only',
    ],
    ['a body that is no JSON', 'body: a=b', 'metrics[0].body: expected a JSON value or the text of one'],
    [
      'a value outside of a string',
      `body: '{"a": \${version}}'`,
      'the text:1:7: not valid JSON: expected a value, found "x"',
    ],
    ['two values', `body: '{} {}'`, 'unexpected text after the end of the value'],
    ['an empty body', 'body: ""', 'metrics[0].body: expected at least 1 character'],
    ['no body at all', 'body: null', 'metrics[0].body: expected object or array or string, found null'],
    [
      'a body of a novel',
      `body: { a: "${'x'.repeat(16_384)}" }`,
      'metrics[0].body: expected at most 16384 characters of JSON, found 16392',
    ],
    [
      'a GET with a body',
      'method: GET, body: {}',
      'metrics[0].body: a GET sends no body; remove this, or set method: POST',
    ],
    ['another method', 'method: PUT', 'metrics[0].method: expected one of "GET", "POST", found "PUT"'],
    [
      'no passes in a row',
      'consecutive-success: 0',
      'metrics[0].consecutive-success: expected a number of at least 1',
    ],
    ['half a pass', 'consecutive-success: 1.5', 'metrics[0].consecutive-success: expected integer'],
  ])('%s', (_, extra, message) => refused(rollout(ONE, metric(`fail-if: "> 1", ${extra}`)), message));

  test.each([
    [
      'a metric without type',
      'fail-if: "> 1"',
      'metrics[0]: expected type (http-json, command or artifact), or provider',
    ],
    ['an unknown type', 'type: datadog, fail-if: "> 1"', 'metrics[0].type: expected one of "prometheus"'],
    ['a command without value', 'type: command, command: [x], fail-if: "> 1"', 'type: command needs value'],
    [
      'an unknown provider',
      'provider: promm, query: up, fail-if: "> 1"',
      'no provider is named "promm"; defined are: prom; did you mean "prom"?',
    ],
    [
      'Prometheus without provider',
      'type: prometheus, query: up, fail-if: "> 1"',
      'type: prometheus needs provider',
    ],
    [
      'two numbers of samples',
      'provider: prom, query: up, total-query: up, sample-query: up, fail-if: "> 1"',
      'remove one of the two',
    ],
    [
      'rates without a total',
      'provider: prom, query: "up{v=\'${version}\'}", sample-query: up, compare: { to: stable, test: two-proportion }',
      'give total-query',
    ],
    [
      'the same question twice',
      'provider: prom, query: up, compare: { to: stable, max-ratio: 2 }',
      'name the version in query',
    ],
    [
      'half the same question',
      'provider: prom, query: "up{v=\'${version}\'}", total-query: up, compare: { to: stable, max-ratio: 2 }',
      'name the version in query and total-query',
    ],
    [
      'an unknown variable',
      'provider: prom, query: "up[${windov}]", fail-if: "> 1"',
      'metrics[0].query: unknown variable ${windov}',
    ],
    [
      'a secret in a query',
      'provider: prom, query: "up${env.TOKEN}", fail-if: "> 1"',
      '${env.TOKEN} may stand in headers only',
    ],
    [
      'a secret in an argument',
      'type: command, command: [x, "${env.TOKEN}"], value: /v, fail-if: "> 1"',
      'metrics[0].command[1]: ${env.TOKEN} may stand in headers only',
    ],
    [
      'a body for a program',
      'type: command, command: [x], value: /v, fail-if: "> 1", body: {}',
      'metrics[0].body: this does not go with type: command',
    ],
    [
      'the same body twice',
      'type: http-json, url: "https://x.example/", pointer: /v, compare: { to: stable, max-ratio: 2 }, body: { v: "${stable.version}" }',
      'name the version in url or body',
    ],
    [
      'a secret in an address',
      'type: http-json, url: "https://x.example/${env.TOKEN}", pointer: /v, fail-if: "> 1"',
      'metrics[0].url: ${env.TOKEN} may stand in headers only',
    ],
    [
      'a verdict with a limit',
      'type: artifact, location: gate.json, fail-if: "> 1"',
      "the document's own verdict decides",
    ],
    [
      'a document with samples',
      'type: artifact, location: gate.json, pointer: /a, fail-if: "> 1", min-samples: 5',
      'does not count samples',
    ],
    [
      'a document of the stable version',
      'type: artifact, location: gate.json, pointer: /a, compare: { to: stable, max-ratio: 2 }',
      'compare with production in gate-metrics',
    ],
  ])('%s', (_, source, message) => refused(rollout(ONE, other(source, prometheus)), message));

  test('two equal names', () =>
    refused(
      rollout(
        ONE,
        'analysis: { a: { metrics: [ { name: m, type: command, command: [x], value: "", fail-if: "> 1" }, { name: m, type: command, command: [x], value: "", fail-if: "> 1" } ] } }',
      ),
      'is there twice',
    ));

  const addresses = [
    'http://x.example/',
    'http://169.254.169.254/latest',
    'http://2130706433/',
    'http://[::1]/',
    'file:///etc/passwd',
    'https://user:secret@x.example/',
    'https://x.example/\\tb',
    'https://${model}.example/',
    'https://x.example/${wersion}',
    'x.example',
    'https://ex\u0430mple.org/',
  ];
  test.each(addresses)('the address %s', (url) => {
    refused(rollout(ONE, hook(url)), 'traffic.webhook.url');
    refused(
      rollout(ONE, other(`type: http-json, url: "${url}", pointer: /v, fail-if: "> 1"`)),
      'analysis.health.metrics[0].url',
    );
    refused(rollout(ONE, `providers: { p: { type: prometheus, url: "${url}" } }`), 'providers.p.url');
    refused(rollout(ONE, `preflight: [{ name: a, http: { url: "${url}" } }]`), 'preflight[0].http.url');
  });
});

test('all problems are told at once', () => {
  const text = rollout('[{ weight: 50, bake: 200d }, { weight: 10, analysis: [x] }]', 'deadline: 1h');
  expect(() => parseRollout(text, 'r.yml')).toThrow(
    /steps\[0\]\.bake[\s\S]*analysis[\s\S]*steps\[1\]\.weight[\s\S]*deadline/,
  );
});
