import { afterEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../../../actions/lib/digest.ts';
import type { Measurement } from '../../../../actions/lib/rollout/measurement.ts';
import { parseRollout } from '../../../../actions/lib/rollout/parse-rollout.ts';
import type { Rollout } from '../../../../actions/lib/rollout/rollout.ts';
import { observe } from '../../../../actions/runtime/analysis/observe.ts';
import { requireEnvironment } from '../../../../actions/runtime/analysis/request-headers.ts';
import { type MemoryRuntimeOptions, memoryRuntime } from '../../../support/memory-runtime.ts';
import { type Reaction, startServer } from '../../../support/model-servers.ts';
import { gateFor, modelDigest } from '../../../support/registry.ts';

const PRIVATE = 'allow-private-network: true, timeout: 300ms';

const rolloutOf = (metric: string, providers = ''): Rollout =>
  parseRollout(
    `version: 1\nsteps: [{ weight: 100 }]\n${providers}\nanalysis: { a: { metrics: [{ name: m, ${metric} }] } }`,
    'r.yml',
  );

const httpJson = (origin: string, more = '') =>
  rolloutOf(
    `type: http-json, url: "${origin}/m?v=\${version}", pointer: /value, samples: /n, fail-if: "> 1", ${PRIVATE}${more}`,
  );

const httpJsonByPost = (origin: string) => httpJson(origin, ', body: { v: "${version}" }');

const prometheus = (origin: string, more = '', query = 'up{v=\\"${version}\\"}[${window}]') =>
  rolloutOf(
    `provider: prom, query: "${query}", fail-if: "> 1"${more}`,
    `providers: { prom: { type: prometheus, url: "${origin}", ${PRIVATE} } }`,
  );

/** Measures the one metric of a rollout for one version. */
async function measured(rollout: Rollout, options: MemoryRuntimeOptions = {}, digest = 'sha256:2') {
  await using runtime = await memoryRuntime(options);
  const spec = rollout.analysis[0]?.metrics[0];
  if (spec === undefined) throw new Error('no metric');
  const { candidate } = await observe(
    runtime,
    spec,
    {
      stable: undefined,
      model: 'churn',
      environment: 'production',
      weight: 10,
      since: runtime.clock.now() - 90_000,
    },
    { version: '2.0.0+a b', digest },
  );
  return { measurement: candidate, runtime };
}

const against = async (
  make: (origin: string) => Rollout,
  reaction: Reaction,
): Promise<{
  measurement: Measurement;
  log: string;
  paths: readonly string[];
  bodies: readonly string[];
}> => {
  await using server = await startServer(() => reaction);
  const { measurement, runtime } = await measured(make(server.origin));
  return {
    measurement,
    log: runtime.recorded.log.map(({ message }) => message).join('\n'),
    paths: server.received.map(({ path }) => path),
    bodies: server.received.map(({ body }) => body),
  };
};

const html = { headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><title>Log in</title>' };

/** Everything that can go wrong on the way, and what it means for either of the two that ask over HTTP. */
const FAULTS: readonly (readonly [string, Reaction, Measurement['kind'], RegExp])[] = [
  ['an error of the server', { status: 500 }, 'error', /500/],
  ['a bad gateway', { status: 502, ...html }, 'error', /502/],
  ['out of service', { status: 503 }, 'error', /503/],
  ['too many requests', { status: 429 }, 'error', /429/],
  ['a timeout of the server', { status: 408 }, 'error', /408/],
  ['no answer', 'hang', 'error', /timeout/],
  ['a slow answer', { delayMs: 600, body: {} }, 'error', /timeout/],
  ['a broken connection', 'reset', 'error', /reset/],
  ['half an answer', 'truncate', 'error', /no answer/],
  ['a login page', html, 'error', /web page/],
  ['text', { body: 'ok' }, 'error', /the answer/],
  ['an empty answer', { body: '' }, 'error', /the answer/],
  ['half a document', { body: '{"status":"success"' }, 'error', /the answer/],
  ['an answer of 10 MB', { body: `{"x":"${'x'.repeat(10_000_000)}"}` }, 'error', /too-large/],
  ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'misconfigured', /redirects/],
  ['wrong credentials', { status: 401 }, 'misconfigured', /401.*credentials/],
  ['no permission', { status: 403, ...html }, 'misconfigured', /403.*credentials/],
  ['a wrong address', { status: 404, body: '404 page not found' }, 'misconfigured', /404.*address/],
  ['a wrong method', { status: 405 }, 'misconfigured', /405.*proxy/],
  ['a wrong question', { status: 400, body: 'no' }, 'misconfigured', /400/],
  ['nothing', { status: 204 }, 'error', /204/],
];

describe.each([
  ['http-json', httpJson],
  ['http-json by POST', httpJsonByPost],
  ['prometheus', prometheus],
] as const)('%s', (_, make) => {
  test.each(FAULTS)('%s', async (_, reaction, kind, message) => {
    const { measurement } = await against(make, reaction);
    expect(measurement).toMatchObject({ kind, message: expect.stringMatching(message) });
  });

  test('a port where nothing listens is an error', async () => {
    const { origin } = await (async () => {
      await using server = await startServer();
      return { origin: server.origin };
    })();
    expect((await measured(make(origin))).measurement).toMatchObject({
      kind: 'error',
      message: expect.stringMatching(/refused/),
    });
  });

  test('an address of a private network is refused before anything is sent', async () => {
    await using server = await startServer(() => ({ body: {} }));
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '169.254.169.254', '2130706433', '0x7f.1']) {
      const port = new URL(server.origin).port;
      const rollout = rolloutOf(
        make !== prometheus
          ? `type: http-json, url: "https://${host}:${port}/", pointer: /v, fail-if: "> 1"`
          : 'provider: prom, query: up, fail-if: "> 1"',
        make !== prometheus
          ? ''
          : `providers: { prom: { type: prometheus, url: "https://${host}:${port}" } }`,
      );
      expect((await measured(rollout)).measurement).toMatchObject({
        kind: 'misconfigured',
        message: expect.stringMatching(/forbidden-address/),
      });
    }
    expect(server.received).toEqual([]);
  });
});

test.each([
  ['a request', (origin: string) => httpJson(origin)],
  [
    'a program',
    () =>
      rolloutOf(
        'type: command, command: [node, -e, "setTimeout(() => {}, 60000)"], value: /v, fail-if: "> 1"',
      ),
  ],
])('%s that a cancelled run cuts short is no measurement', async (_, make) => {
  await using server = await startServer(() => 'hang');
  const cancelled = new AbortController();
  setTimeout(() => cancelled.abort(), 100);
  await expect(measured(make(server.origin), { signal: cancelled.signal })).rejects.toMatchObject({
    code: 'cancelled',
  });
});

describe('http-json', () => {
  test('asks for the version, encoded, and reads value and samples', async () => {
    const { measurement, paths } = await against(httpJson, { body: { value: 0.25, n: 40 } });
    expect(measurement).toEqual({ kind: 'value', value: 0.25, samples: 40 });
    expect(paths).toEqual(['/m?v=2.0.0%2Ba%20b']);
  });

  test.each([
    ['nothing', '', 'GET', undefined, ''],
    ['a POST without body', 'method: POST', 'POST', undefined, ''],
    [
      'a value',
      'body: { v: "${version}", "${model}": ["${digest}"], n: 5 }',
      'POST',
      'application/json',
      '{"v":"2.0.0+a b","churn":["sha256:\\"2\\\\"],"n":5}',
    ],
    [
      'a text as it is written',
      `body: '{ "v": "\${version}", "w": \${weight}, "n": 12345678901234567890 }'`,
      'POST',
      'application/json',
      '{ "v": "2.0.0+a b", "w": 10, "n": 12345678901234567890 }',
    ],
    [
      'a body of another type',
      'body: {}, headers: { Content-Type: application/vnd.api+json }',
      'POST',
      'application/vnd.api+json',
      '{}',
    ],
  ])('sends %s', async (_, more, method, type, body) => {
    await using server = await startServer(() => ({ body: { value: 0.25 } }));
    const { measurement } = await measured(
      httpJson(server.origin, more === '' ? '' : `, ${more}`),
      {},
      'sha256:"2\\',
    );
    expect(measurement).toMatchObject({ kind: 'value', value: 0.25 });
    expect(server.received.map((one) => [one.method, one.headers['content-type'], one.body])).toEqual([
      [method, type, body],
    ]);
  });

  test('asks about both versions in the body', async () => {
    await using server = await startServer(({ body }) => ({ body: { value: Number(/\d/.exec(body)?.[0]) } }));
    const rollout = rolloutOf(
      `type: http-json, url: "${server.origin}/", pointer: /value, body: ["\${version}"], compare: { to: stable, max-ratio: 2 }, ${PRIVATE}`,
    );
    await using runtime = await memoryRuntime();
    const spec = rollout.analysis[0]?.metrics[0];
    if (spec === undefined) throw new Error('no metric');
    const stable = { version: '1.0.0', digest: 'sha256:1' };
    const step = { stable, model: 'churn', environment: 'production', weight: 10, since: 0 };
    expect(await observe(runtime, spec, step, { version: '2.0.0', digest: 'sha256:2' })).toMatchObject({
      candidate: { value: 2 },
      stable: { value: 1 },
    });
  });

  test.each([
    ['no value', { n: 4 }, 'no-data'],
    ['null', { value: null }, 'no-data'],
    ['NaN as text', { value: 'NaN' }, 'no-data'],
    ['a number as text', { value: '0.25' }, 'misconfigured'],
    ['a list', { value: [1] }, 'misconfigured'],
    ['samples that are none', { value: 0.25, n: 'many' }, 'misconfigured'],
  ])('%s', async (_, body, kind) => {
    expect((await against(httpJson, { body })).measurement.kind).toBe(kind);
  });

  test('no samples where there should be some are an unknown number', async () => {
    const { measurement } = await against(httpJson, { body: { value: 0.25 } });
    expect(measurement).toEqual({ kind: 'value', value: 0.25, samples: undefined });
  });
});

describe('headers', () => {
  afterEach(() => {
    delete process.env['TEST_ANALYSIS_TOKEN'];
  });
  const withHeader = (origin: string) =>
    httpJson(
      origin,
      ', headers: { Authorization: "Bearer ${env.TEST_ANALYSIS_TOKEN}", X-Version: "${version}" }',
    );

  test("hold a secret of the step's environment, which stays one", async () => {
    process.env['TEST_ANALYSIS_TOKEN'] = 'sesame-sesame';
    await using server = await startServer(({ headers }) => ({
      status: 200,
      body: `not JSON, but ${headers.authorization}`,
    }));
    const { measurement, runtime } = await measured(withHeader(server.origin));
    expect(server.received[0]?.headers).toMatchObject({
      authorization: 'Bearer sesame-sesame',
      'x-version': '2.0.0+a b',
    });
    expect(runtime.recorded.masked).toContain('sesame-sesame');
    expect(JSON.stringify([measurement, runtime.recorded.log])).not.toContain('sesame-sesame');
  });

  test.each([undefined, '', 'two\nlines'])('are not sent with the value %j', async (value) => {
    if (value !== undefined) process.env['TEST_ANALYSIS_TOKEN'] = value;
    await using server = await startServer(() => ({ body: { value: 0 } }));
    const { measurement } = await measured(withHeader(server.origin));
    expect(measurement).toMatchObject({
      kind: 'misconfigured',
      message: expect.stringContaining('TEST_ANALYSIS_TOKEN'),
    });
    expect(server.received).toEqual([]);
  });

  test('are looked at before anything is changed', () => {
    const rollout = withHeader('https://x.example');
    expect(() => requireEnvironment(rollout)).toThrow(/TEST_ANALYSIS_TOKEN, which is not set.*env:/);
    process.env['TEST_ANALYSIS_TOKEN'] = 'x';
    expect(() => requireEnvironment(rollout)).not.toThrow();
  });
});

describe('prometheus', () => {
  const vector = (...values: readonly unknown[]) => ({
    status: 'success',
    data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) },
  });

  test('sends a form to the query endpoint, with the time and the variables', async () => {
    const { measurement, paths, bodies } = await against((origin) => prometheus(`${origin}/base/`), {
      body: vector('0.5'),
    });
    expect(measurement).toEqual({ kind: 'value', value: 0.5, samples: undefined });
    expect(paths).toEqual(['/base/api/v1/query']);
    expect(Object.fromEntries(new URLSearchParams(bodies[0]))).toEqual({
      query: 'up{v="2.0.0+a b"}[90s]',
      time: String(Date.parse('2026-01-15T12:00:00Z') / 1_000),
      timeout: '300ms',
    });
  });

  test.each([
    ['a number', { body: vector('1e-3') }, 'value', ''],
    [
      'a scalar',
      { body: { status: 'success', data: { resultType: 'scalar', result: [1, '7'] } } },
      'value',
      '',
    ],
    ['NaN', { body: vector('NaN') }, 'no-data', 'NaN'],
    ['an infinity', { body: vector('+Inf') }, 'no-data', '+Inf'],
    ['the other infinity', { body: vector('-Inf') }, 'no-data', '-Inf'],
    ['no series', { body: vector() }, 'no-data', 'or vector(0)'],
    ['two series', { body: vector('1', '2') }, 'misconfigured', 'sum(...)'],
    [
      'a matrix',
      { body: { status: 'success', data: { resultType: 'matrix', result: [] } } },
      'misconfigured',
      'matrix',
    ],
    [
      'a text',
      { body: { status: 'success', data: { resultType: 'string', result: [1, 'x'] } } },
      'misconfigured',
      'string',
    ],
    [
      'a histogram',
      {
        body: {
          status: 'success',
          data: { resultType: 'vector', result: [{ metric: {}, histogram: [1, {}] }] },
        },
      },
      'misconfigured',
      'histogram_quantile',
    ],
    ['a number that is none', { body: vector('many') }, 'error', 'expected a number'],
    ['a number that is no text', { body: vector(0.5) }, 'error', 'expected a number'],
    ['other JSON', { body: { value: 1 } }, 'error', 'expected an answer of Prometheus'],
    [
      'a bad query',
      { status: 400, body: { status: 'error', errorType: 'bad_data', error: 'parse error at 3' } },
      'misconfigured',
      'bad_data: parse error at 3',
    ],
    [
      'a query that cannot be executed',
      { status: 422, body: { status: 'error', errorType: 'execution', error: 'many-to-many' } },
      'misconfigured',
      'execution: many-to-many',
    ],
    [
      'a query that took too long',
      { status: 503, body: { status: 'error', errorType: 'timeout', error: 'query timed out' } },
      'error',
      'timeout: query timed out',
    ],
    [
      'a bad query under 200',
      { body: { status: 'error', errorType: 'bad_data', error: 'parse error' } },
      'misconfigured',
      'bad_data',
    ],
    [
      'a timeout under 200',
      { body: { status: 'error', errorType: 'timeout', error: 'late' } },
      'error',
      'timeout: late',
    ],
  ] as const)('%s', async (_, reaction, kind, message) => {
    const { measurement } = await against(prometheus, reaction);
    expect(measurement.kind).toBe(kind);
    if ('message' in measurement) expect(measurement.message).toContain(message);
  });

  test('shows warnings and remarks', async () => {
    const { measurement, log } = await against(prometheus, {
      body: { ...vector('1'), warnings: ['one store is down'], infos: ['no counter'] },
    });
    expect(measurement.kind).toBe('value');
    expect(log).toMatch(/one store is down[\s\S]*no counter/);
  });

  const withTotal = (origin: string) => prometheus(origin, ', total-query: "total"', 'part');
  test.each([
    ['3', '60', { kind: 'value', value: 0.05, samples: 60 }],
    ['0', '60', { kind: 'value', value: 0, samples: 60 }],
    ['0', '0', { kind: 'no-data' }],
    ['3', 'NaN', { kind: 'no-data' }],
    ['NaN', '60', { kind: 'no-data' }],
  ])('%s of %s is a share', async (part, total, expected) => {
    await using server = await startServer(({ body }) => ({
      body: vector(new URLSearchParams(body).get('query') === 'part' ? part : total),
    }));
    expect((await measured(withTotal(server.origin))).measurement).toMatchObject(expected);
  });

  test('a total that cannot be asked for says so', async () => {
    await using server = await startServer(({ body }) =>
      body.includes('query=part')
        ? { body: vector() }
        : { status: 400, body: { status: 'error', errorType: 'bad_data', error: 'x' } },
    );
    expect((await measured(withTotal(server.origin))).measurement).toMatchObject({ kind: 'misconfigured' });
  });
});

describe('command', () => {
  const command = (script: string, more = '') =>
    rolloutOf(
      `type: command, command: [node, -e, ${JSON.stringify(script)}, "--", "--v=\${version}", "\${step.started}"], value: /v, samples: /n, fail-if: "> 1"${more}`,
    );
  const say = (text: string, then = '') => command(`process.stdout.write(${JSON.stringify(text)});${then}`);

  test.each([
    ['a number', say('{"v":0.5,"n":7}'), { kind: 'value', value: 0.5, samples: 7 }],
    ['no number', say('{}'), { kind: 'no-data' }],
    ['nothing', say(''), { kind: 'no-data', message: 'the program printed nothing' }],
    ['text', say('done'), { kind: 'error' }],
    ['half a document', say('{"v":'), { kind: 'error' }],
    [
      'more than 1 MiB',
      command('process.stdout.write(JSON.stringify({v:1,x:"x".repeat(2e6)}))'),
      { kind: 'error' },
    ],
    [
      'exit 3',
      say('{"v":9}', "console.error('few labels');process.exitCode=3"),
      { kind: 'said', says: 'inconclusive', message: 'the program ended with 3: few labels' },
    ],
    [
      'exit 1',
      say('{"v":0}', "console.error('a\\nboom');process.exitCode=1"),
      { kind: 'error', message: 'the program ended with 1: boom' },
    ],
    ['a crash', command('process.kill(process.pid, "SIGKILL")'), { kind: 'error' }],
    [
      'no end',
      command('setTimeout(() => {}, 60000)', ', timeout: 300ms'),
      { kind: 'error', message: 'the program did not end within 300 ms' },
    ],
    [
      'no such program',
      rolloutOf('type: command, command: [no-such-program], value: /v, fail-if: "> 1"'),
      { kind: 'misconfigured' },
    ],
  ])('%s', async (_, rollout, expected) => {
    expect((await measured(rollout)).measurement).toMatchObject(expected);
  });

  test('gets values as they are', async () => {
    const { measurement, runtime } = await measured(
      command('console.error(JSON.stringify(process.argv.slice(1)));process.exitCode=3'),
    );
    const started = new Date(runtime.clock.now() - 90_000).toISOString();
    expect(measurement).toMatchObject({ message: expect.stringContaining(`["--v=2.0.0+a b","${started}"]`) });
  });
});

describe('artifact', () => {
  const artifact = (location: string, more = '') =>
    rolloutOf(`type: artifact, location: "${location}"${more}`);
  const digest = modelDigest('model');
  const gate = (change: Readonly<Record<string, unknown>> = {}, created?: string) => ({
    artifacts: { gate: { 'gate.json': gateFor('model', change, created), 'notes.txt': 'x' } },
  });

  test.each([
    ['a pass', gate(), '', { kind: 'said', says: 'pass' }],
    ['a waived fault', gate({ verdict: 'waived' }), '', { kind: 'said', says: 'pass' }],
    ['a fail', gate({ verdict: 'fail' }), '', { kind: 'said', says: 'fail' }],
    ['neither', gate({ verdict: 'inconclusive' }), '', { kind: 'said', says: 'inconclusive' }],
    [
      'a number in it',
      gate(),
      ', pointer: /gates/0/candidate, fail-if: "< 0.8"',
      { kind: 'value', value: 0.9 },
    ],
    [
      'a number that is not there',
      gate(),
      ', pointer: /gates/9/candidate, fail-if: "< 0.8"',
      { kind: 'no-data' },
    ],
    [
      'a text where a number should be',
      gate(),
      ', pointer: /verdict, fail-if: "< 0.8"',
      { kind: 'misconfigured' },
    ],
    [
      'a document that is too old',
      gate({}, '2026-01-08T11:00:00Z'),
      '',
      { kind: 'no-data', message: expect.stringMatching(/7 d ago, 7 d are allowed/) },
    ],
    [
      'the same, where that is allowed',
      gate({}, '2026-01-08T11:00:00Z'),
      ', max-age: 30d',
      { kind: 'said', says: 'pass' },
    ],
    ['no such artifact', {}, '', { kind: 'no-data' }],
    ['an artifact without documents', { artifacts: { gate: { 'notes.txt': 'x' } } }, '', { kind: 'no-data' }],
    [
      'a document that is none',
      { artifacts: { gate: { 'gate.json': '{"schema":"mlops-actions/gate/v1"}' } } },
      '',
      { kind: 'misconfigured' },
    ],
  ])('%s', async (_, options, more, expected) => {
    expect((await measured(artifact('artifact:gate', more), options, digest)).measurement).toMatchObject(
      expected,
    );
  });

  test('about another model is no data', async () => {
    const { measurement } = await measured(artifact('artifact:gate'), gate(), sha256('another'));
    expect(measurement).toMatchObject({
      kind: 'no-data',
      message: expect.stringContaining('no document about the model'),
    });
  });

  test('of several the newest counts', async () => {
    const files = {
      'evidence/a.json': gateFor('model', { verdict: 'fail' }, '2026-01-15T10:00:00Z'),
      'evidence/b.json': gateFor('model', {}, '2026-01-15T11:00:00Z'),
      'evidence/c.json': gateFor('other', { verdict: 'fail' }, '2026-01-15T11:30:00Z'),
    };
    expect((await measured(artifact('evidence/*.json'), { files }, digest)).measurement).toMatchObject({
      kind: 'said',
      says: 'pass',
    });
  });

  test.each([
    ['a place that is none', 'artifact:a/b@c', 'misconfigured'],
    ['without access to GitHub', 'artifact:gate@branch:main', 'misconfigured'],
    ['a file that is not there', 'nowhere.json', 'no-data'],
  ])('%s', async (_, location, kind) => {
    expect((await measured(artifact(location), {}, digest)).measurement.kind).toBe(kind);
  });
});
