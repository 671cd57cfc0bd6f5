import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type EndpointOptions,
  scoreByEndpoint,
} from '../../../../actions/runtime/model-server/score-by-endpoint.ts';
import { memoryRuntime } from '../../../support/memory-runtime.ts';
import {
  type Reaction,
  type Respond,
  type ServedRow,
  servedData,
  speaksKserve,
  speaksMlflow,
  speaksOip,
  startServer,
  type WireTensor,
} from '../../../support/model-servers.ts';

/** Rows of two numbers and a text; the label is not to be sent. */
const CSV = [
  'x,label,colour,y',
  ...Array.from({ length: 23 }, (_, i) => `${i / 4},${i % 2},${['red', 'green', 'blue'][i % 3]},${50 - i}`),
].join('\n');
/** What the model of these tests makes of a row: no two rows have the same. */
const formula = (x: number, y: number): number => 0.01 * x + 0.0002 * y;
const EXPECTED = Array.from({ length: 23 }, (_, i) => formula(i / 4, 50 - i));

const options = (endpoint: string, more: Partial<EndpointOptions> = {}): EndpointOptions => ({
  endpoint,
  protocol: 'auto',
  headers: [],
  allowPrivateNetwork: true,
  batchSize: 5,
  ...more,
});

const score = async (
  endpoint: string,
  more: Partial<EndpointOptions> = {},
  choice: Parameters<typeof servedData>[1] = {},
) => {
  await using runtime = await memoryRuntime();
  return await scoreByEndpoint(runtime, options(endpoint, more), await servedData(CSV, choice));
};

const cell = (row: ServedRow, key: string): number => {
  const value = Object.entries(row).find(([name]) => name === key)?.[1];
  if (typeof value !== 'number') throw new Error(`${key} is ${JSON.stringify(value)}`);
  return value;
};
const predictRecords = (rows: readonly ServedRow[]) =>
  rows.map((row) => formula(cell(row, 'x'), cell(row, 'y')));

/** Values of a tensor of one column. */
const column = (tensors: readonly WireTensor[], name: string): readonly number[] =>
  (tensors.find((tensor) => tensor.name === name)?.data ?? []).map(Number);

const perColumn = speaksOip(
  'toy',
  {
    inputs: [
      { name: 'y', datatype: 'INT32', shape: [-1, 1] },
      { name: 'x', datatype: 'FP32', shape: [-1] },
      { name: 'colour', datatype: 'BYTES', shape: [-1, 1] },
    ],
  },
  (tensors) => {
    const x = column(tensors, 'x');
    const y = column(tensors, 'y');
    return [
      {
        name: 'p',
        datatype: 'FP64',
        shape: [x.length],
        data: x.map((value, row) => formula(value, y[row] ?? 0)),
      },
    ];
  },
);
const matrix = speaksOip(
  'toy',
  { inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 2] }] },
  ([tensor]) => {
    const rows = tensor?.shape[0] ?? 0;
    const data = Array.from({ length: rows }, (_, row) =>
      formula(Number(tensor?.data[2 * row]), Number(tensor?.data[2 * row + 1])),
    );
    return [{ name: 'p', datatype: 'FP64', shape: [rows, 1], data }];
  },
);
/** A server of somebody's own. */
const ownServer: Respond = ({ method, path, body }) =>
  method === 'POST' && /^\/score(\?|$)/.test(path)
    ? { body: predictRecords(JSON.parse(body).instances) }
    : undefined;

describe('each protocol gives every row its own prediction', () => {
  test.each<[string, Respond, string, Partial<EndpointOptions>, readonly string[], string]>([
    ['a tensor a column', perColumn, '/v2/models/toy', {}, [], 'oip-v2'],
    ['a matrix', matrix, '/v2/models/toy/infer', {}, ['x', 'y'], 'oip-v2'],
    [
      'KServe v1, objects',
      speaksKserve('toy', predictRecords),
      '/v1/models/toy:predict',
      {},
      [],
      'kserve-v1',
    ],
    [
      'KServe v1, lists',
      speaksKserve('toy', (rows) => rows.map((row) => formula(cell(row, '0'), cell(row, '1')))),
      '/v1/models/toy',
      {},
      ['x', 'y'],
      'kserve-v1',
    ],
    ['MLflow', speaksMlflow(predictRecords), '/invocations', {}, [], 'mlflow'],
    ['plain JSON', ownServer, '/score?version=2', { protocol: 'json' }, [], 'json'],
  ])('%s', async (_, respond, path, more, features, protocol) => {
    await using server = await startServer(respond);
    const run = await score(server.origin + path, more, { features });
    expect([...(run.scores.numbers?.values ?? [])]).toEqual(EXPECTED);
    expect(run.scores.numbers?.width).toBe(1);
    expect(run.protocol).toBe(protocol);
    expect(server.received.filter(({ method }) => method === 'POST')).toHaveLength(5);
    expect(run.latencies).toHaveLength(5);
    expect(run.latency.count).toBe(5);
    expect(run).toMatchObject({ retries: 0, errors: {} });
    expect(run.columns.toSorted()).toEqual(
      (features.length > 0 ? [...features] : ['colour', 'x', 'y']).toSorted(),
    );
  });
});

describe('auto recognises what a server speaks by its answers', () => {
  test.each<[string, Respond, string, RegExp]>([
    ['OIP v2, whose only model is found', perColumn, 'oip-v2', /describes its inputs/],
    ['KServe v1', speaksKserve('toy', predictRecords), 'kserve-v1', /its only model is toy/],
    ['MLflow', speaksMlflow(predictRecords), 'mlflow', /its version, 3\.4\.0/],
  ])('%s', async (_, respond, protocol, why) => {
    await using server = await startServer(respond);
    for (const path of ['', '/']) {
      const run = await score(server.origin + path);
      expect(run.protocol).toBe(protocol);
      expect(run.why).toMatch(why);
      expect([...(run.scores.numbers?.values ?? [])]).toEqual(EXPECTED);
    }
  });

  test('a path of no protocol is a server of its own, and where it is is said', async () => {
    await using server = await startServer(ownServer);
    await using runtime = await memoryRuntime();
    const run = await scoreByEndpoint(runtime, options(`${server.origin}/score`), await servedData(CSV));
    expect(run.protocol).toBe('json');
    expect(runtime.recorded.log.find(({ level }) => level === 'info')?.message).toMatch(
      /plain JSON at http.*\/score \(no other protocol.*3 columns, 5 requests of up to 5 rows, 4 at a time/,
    );
  });

  test('a server that is none says what was asked and answered', async () => {
    const page: Respond = ({ path }) =>
      path === '/v2/models'
        ? { headers: { 'content-type': 'text/html' }, body: '<html><body>Hello</body></html>' }
        : { status: 404, body: { error: `no ${path} here` } };
    await using server = await startServer(page);
    await expect(score(server.origin)).rejects.toThrow(
      /no protocol was recognised.*\noip-v2: GET .*\/v2\/models gave 200: "<html>.*\n.*repository\/index gave 404: "no .*\nkserve-v1: GET .*\nmlflow: GET .*\/version gave 404/,
    );
    await expect(score(`${server.origin}/v2/models/toy`)).rejects.toThrow(
      /Open Inference Protocol v2 is not spoken here; asked were\noip-v2: GET .*\/v2\/models\/toy gave 404/,
    );
  });

  test('a server that wants credentials first is recognised as that', async () => {
    await using server = await startServer(() => ({ status: 401, body: { message: 'no key' } }));
    await expect(score(server.origin)).rejects.toThrow(
      /v2\/models gave 401: "no key"[\s\S]*some of it was refused, for which endpoint-headers may help/,
    );
  });

  test('several models have to be chosen from', async () => {
    const two: Respond = ({ path }) => (path === '/v1/models' ? { body: { models: ['a', 'b'] } } : undefined);
    await using server = await startServer(two);
    await expect(score(server.origin)).rejects.toThrow(/2 models \(a, b\).*such as http.*\/v1\/models\/a/);
  });
});

test('models of a repository that are not loaded do not count', async () => {
  const index: Reaction = {
    body: [
      { name: 'old', state: 'UNAVAILABLE' },
      { name: 'toy', version: '1', state: 'READY' },
    ],
  };
  const repository: Respond = ({ path }) => {
    if (path === '/v2/models') return { status: 404 };
    return path === '/v2/repository/index' ? index : undefined;
  };
  await using server = await startServer(repository, perColumn);
  expect((await score(server.origin)).url).toBe(`${server.origin}/v2/models/toy/infer`);
});

test('a model that fixes its rows gets them, the last request filled up', async () => {
  const sizes: number[] = [];
  const fixed = speaksOip(
    'toy',
    { inputs: [{ name: 'in', datatype: 'FP64', shape: [4, 2] }] },
    ([tensor]) => {
      sizes.push(tensor?.data.length ?? 0);
      const data = Array.from({ length: 4 }, (_, row) =>
        formula(Number(tensor?.data[2 * row]), Number(tensor?.data[2 * row + 1])),
      );
      return [{ name: 'p', datatype: 'FP64', shape: [4], data }];
    },
  );
  await using server = await startServer(fixed);
  const run = await score(`${server.origin}/v2/models/toy`, {}, { features: ['x', 'y'] });
  expect([...(run.scores.numbers?.values ?? [])]).toEqual(EXPECTED);
  expect(sizes).toEqual([8, 8, 8, 8, 8, 8]);
});

test('answers that come in another order are put into that of the rows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(30), { minLength: 8, maxLength: 8 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 3, max: 9 }),
      async (delays, concurrency, batchSize) => {
        let turn = 0;
        const late: Respond = (request) => {
          const reaction = ownServer(request);
          return typeof reaction === 'object' ? { ...reaction, delayMs: delays[turn++] ?? 0 } : reaction;
        };
        await using server = await startServer(late);
        const run = await score(`${server.origin}/score`, { protocol: 'json', concurrency, batchSize });
        expect([...(run.scores.numbers?.values ?? [])]).toEqual(EXPECTED);
        expect(run.latencies).toHaveLength(Math.ceil(23 / batchSize));
      },
    ),
    { numRuns: 10 },
  );
});

test('no more requests are under way than asked for, and connections are kept', async () => {
  let now = 0;
  let most = 0;
  const ports = new Set<number>();
  const counting: Respond = (request) => {
    most = Math.max(most, ++now);
    ports.add(request.port);
    setTimeout(() => now--, 20);
    const reaction = ownServer(request);
    return typeof reaction === 'object' ? { ...reaction, delayMs: 25 } : reaction;
  };
  await using server = await startServer(counting);
  await score(`${server.origin}/score`, { protocol: 'json', concurrency: 3, batchSize: 2 });
  expect(server.received).toHaveLength(12);
  expect(most).toBe(3);
  expect(ports.size).toBe(3);
});

test('latency is of each request by itself, throughput of all of them', async () => {
  // A clock that moves on 10 ms each time it is looked at: one request at a time takes two looks.
  let time = 0;
  const timer = (): number => (time += 10);
  await using server = await startServer(ownServer);
  await using runtime = await memoryRuntime();
  const run = await scoreByEndpoint(
    runtime,
    options(`${server.origin}/score`, { protocol: 'json', concurrency: 1 }),
    await servedData(CSV),
    { timer },
  );
  expect([...run.latencies]).toEqual([10, 10, 10, 10, 10]);
  expect(run.latency).toEqual({ count: 5, meanMs: 10, p50Ms: 10, p95Ms: 10, p99Ms: 10, maxMs: 10 });
  expect(run.elapsedMs).toBe(110);
  expect(run.rowsPerSecond).toBeCloseTo(23 / 0.11, 9);
});

test('no rows are no work', async () => {
  await using runtime = await memoryRuntime();
  await expect(
    scoreByEndpoint(runtime, options('http://127.0.0.1:1'), await servedData('x,label\n')),
  ).rejects.toThrow(/there are no rows/);
});
