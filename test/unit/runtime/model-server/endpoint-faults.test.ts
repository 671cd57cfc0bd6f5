import { describe, expect, test } from 'vitest';
import { ActionError } from '../../../../actions/lib/errors.ts';
import {
  type EndpointOptions,
  type EndpointSurroundings,
  scoreByEndpoint,
} from '../../../../actions/runtime/model-server/score-by-endpoint.ts';
import type { Http } from '../../../../actions/runtime/runtime.ts';
import {
  type MemoryRuntime,
  type MemoryRuntimeOptions,
  memoryRuntime,
} from '../../../support/memory-runtime.ts';
import {
  faults,
  type Reaction,
  type Respond,
  servedData,
  startServer,
} from '../../../support/model-servers.ts';

const CSV = ['x,label', ...Array.from({ length: 10 }, (_, i) => `${i},0`)].join('\n');

const twice: Respond = ({ method, path, body }) =>
  method === 'POST' && path.startsWith('/score')
    ? { body: JSON.parse(body).instances.map(({ x }: { x: number }) => 2 * x) }
    : undefined;
const DOUBLED = Array.from({ length: 10 }, (_, i) => 2 * i);

const options = (endpoint: string, more: Partial<EndpointOptions> = {}): EndpointOptions => ({
  endpoint,
  protocol: 'json',
  headers: [],
  allowPrivateNetwork: true,
  batchSize: 4,
  concurrency: 1,
  ...more,
});

/** Scores and keeps what was logged and waited for, whether it went well or not. */
async function attempt(
  endpoint: string,
  more: Partial<EndpointOptions> = {},
  runtimeOptions: MemoryRuntimeOptions = {},
  surroundings: EndpointSurroundings = { random: () => 1 },
) {
  await using runtime: MemoryRuntime = await memoryRuntime(runtimeOptions);
  const data = await servedData(CSV);
  const { recorded } = runtime;
  try {
    const run = await scoreByEndpoint(runtime, options(endpoint, more), data, surroundings);
    return { run, error: undefined, recorded };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { run: undefined, error, recorded };
  }
}

const withFaults = (...reactions: readonly Reaction[]) => startServer(faults(...reactions), twice);

describe('what may be over at the next try is tried again', () => {
  test.each<[string, readonly Reaction[], Readonly<Record<string, number>>, readonly number[]]>([
    ['503 twice', [{ status: 503 }, { status: 503 }], { 'http-503': 2 }, [500, 1_000]],
    ['500 and 502', [{ status: 500 }, { status: 502 }], { 'http-500': 1, 'http-502': 1 }, [500, 1_000]],
    ['429 with a wait', [{ status: 429, headers: { 'retry-after': '7' } }], { 'http-429': 1 }, [7_000]],
    [
      '429 with a long wait',
      [{ status: 429, headers: { 'retry-after': '86400' } }],
      { 'http-429': 1 },
      [60_000],
    ],
    ['408', [{ status: 408 }], { 'http-408': 1 }, [500]],
    ['a reset', ['reset'], { reset: 1 }, [500]],
    ['an answer cut short', ['truncate'], { reset: 1 }, [500]],
    ['a server that hangs', ['hang'], { timeout: 1 }, [500]],
  ])('%s', async (_, reactions, errors, sleeps) => {
    await using server = await withFaults(...reactions);
    const { run, recorded, error } = await attempt(`${server.origin}/score`, { timeoutMs: 300 });
    expect(error).toBeUndefined();
    expect([...(run?.scores.numbers?.values ?? [])]).toEqual(DOUBLED);
    expect(run?.errors).toEqual(errors);
    expect(run?.retries).toBe(sleeps.length);
    expect(recorded.sleeps).toEqual(sleeps);
    // Latency is of the tries that were answered.
    expect(run?.latencies).toHaveLength(3);
    expect(run?.latency.maxMs).toBeLessThan(300);
  });

  test('and told in one line', async () => {
    await using server = await withFaults({ status: 503 }, 'reset');
    const { recorded } = await attempt(`${server.origin}/score`);
    expect(recorded.log.filter(({ level }) => level === 'notice')).toEqual([
      {
        level: 'notice',
        message: `endpoint ${server.origin}/score: 2 tries had to be repeated (http-503: 1, reconnect: 1)`,
      },
    ]);
  });

  test('waits are spread by chance', async () => {
    await using server = await withFaults({ status: 503 }, { status: 503 }, { status: 503 });
    const draws = [0.5, 0, 0.25];
    const { recorded } = await attempt(
      `${server.origin}/score`,
      {},
      {},
      { random: () => draws.shift() ?? 0 },
    );
    expect(recorded.sleeps).toEqual([250, 0, 500]);
  });

  test('a date to come back at is understood', async () => {
    const now = Date.parse('2026-03-01T10:00:00Z');
    const headers = { 'retry-after': 'Sun, 01 Mar 2026 10:00:12 GMT' };
    await using server = await withFaults({ status: 503, headers });
    const { recorded } = await attempt(`${server.origin}/score`, {}, { now });
    expect(recorded.sleeps).toEqual([12_000]);
  });
});

describe('what does not pass ends everything, and says which rows it was', () => {
  const stays =
    (reaction: Reaction): Respond =>
    (request) =>
      request.method === 'POST' ? reaction : undefined;
  const page = '<!doctype html>\n<html><title>Sign in</title></html>';

  test.each<[string, Reaction, string, RegExp]>([
    [
      '5xx all the time',
      { status: 503, body: 'overloaded' },
      'server-failed',
      /endpoint http.*\/score: the answer to rows 1 to 4 of test\.csv has status 503: "overloaded"/,
    ],
    [
      'a 400 with the reason of OIP',
      { status: 400, body: { error: 'unexpected shape' } },
      'server-failed',
      /rows 1 to 4 of test\.csv has status 400: "unexpected shape"/,
    ],
    [
      'a 400 with the reason of MLflow',
      { status: 400, body: { error_code: 'BAD_REQUEST', message: 'Failed to enforce schema' } },
      'server-failed',
      /status 400: "Failed to enforce schema"/,
    ],
    [
      'a 422 as FastAPI has it',
      { status: 422, body: { detail: [{ loc: ['body'], msg: 'field required' }] } },
      'server-failed',
      /status 422: ".*field required/,
    ],
    [
      'a 401',
      { status: 401, body: 'no token' },
      'server-failed',
      /status 401: "no token"; give the credentials it wants with endpoint-headers/,
    ],
    [
      'a page with status 200',
      { headers: { 'content-type': 'text/html' }, body: page },
      'server-failed',
      /is a web page and not JSON, although its status is 200: "<!doctype html> <html><title>Sign in/,
    ],
    ['a page that claims to be JSON', { body: page }, 'server-failed', /is a web page and not JSON/],
    ['nothing', { body: ' \n' }, 'server-failed', /is empty; expected JSON/],
    ['half a JSON', { body: '[1, 2,' }, 'server-failed', /is not JSON \(.*\): "\[1, 2,"/],
    [
      'too few predictions',
      { body: [1, 2, 3] },
      'server-failed',
      /holds 3 predictions, but 4 rows were sent/,
    ],
    [
      'no predictions',
      { body: { result: [1, 2, 3, 4] } },
      'server-failed',
      /is an object with result; expected a list or an object with "predictions".*JSON pointer/,
    ],
    [
      'NaN as Python writes it',
      { body: '[1, 2, NaN, 4]' },
      'server-failed',
      /has for test\.csv:4 NaN where a number was expected/,
    ],
    [
      'null',
      { body: [1, 2, 3, null] },
      'server-failed',
      /has for test\.csv:5 null where a number was expected/,
    ],
    [
      'a text among numbers',
      { body: [1, 'n/a', 3, 4] },
      'server-failed',
      /has for test\.csv:3 the text "n\/a" where a number/,
    ],
    [
      'lists of different length',
      { body: [[1, 2], [1, 2], [1], [1, 2]] },
      'server-failed',
      /has for test\.csv:4 1 numbers, but 2 for the rows before/,
    ],
    [
      'a redirect',
      { status: 302, headers: { location: '/login?next=%2Fscore&key=hidden' } },
      'invalid-input',
      /redirected \(302\) to http:\/\/127\.0\.0\.1:\d+\/login; redirects are not followed/,
    ],
    [
      'a server that never answers',
      'hang',
      'limit-exceeded',
      /rows 1 to 4 of test\.csv: no answer within 200 ms, 4 times/,
    ],
    [
      'a server that always hangs up',
      'reset',
      'server-failed',
      /no answer \(reset: .*\), 4 times; is the server running/,
    ],
  ])('%s', async (_, reaction, code, message) => {
    await using server = await startServer(stays(reaction));
    const { error } = await attempt(`${server.origin}/score`, { timeoutMs: 200 });
    expect(error?.message).toMatch(message);
    expect(error?.code).toBe(code);
    const transient = typeof reaction === 'string' || reaction.status === 503;
    expect(server.received).toHaveLength(transient ? 4 : 1);
  });

  test('a port nobody listens on', async () => {
    const { error } = await attempt('http://127.0.0.1:1/score', { tries: 2 });
    expect(error?.message).toMatch(/no answer \(refused: .*\), 2 times; is the server running/);
  });

  test('an answer beyond 64 MiB', async () => {
    // Not sent in truth: what counts is what the request allows, and what is made of the refusal.
    let allowed: number | undefined;
    const http: Http = {
      async send({ maxBodyBytes }) {
        allowed = maxBodyBytes;
        return {
          kind: 'no-answer',
          reason: 'too-large',
          message: `the answer is larger than ${allowed} bytes`,
        };
      },
    };
    const { error } = await attempt('https://models.example/score', {}, { http });
    expect(allowed).toBe(67_108_864);
    expect(error?.message).toMatch(/larger than 67108864 bytes; send fewer rows in one request/);
  });

  test('the others are not waited for', async () => {
    const slow: Respond = ({ body }) =>
      body.includes('"x":0')
        ? { status: 400, body: 'bad row', delayMs: 50 }
        : { body: [0, 0, 0, 0], delayMs: 5_000 };
    await using server = await startServer(slow);
    const start = performance.now();
    const { error } = await attempt(`${server.origin}/score`, { concurrency: 3 });
    expect(error?.message).toMatch(/rows 1 to 4 of test\.csv has status 400: "bad row"/);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});

describe('limits of time', () => {
  test('no wait goes beyond the deadline', async () => {
    await using server = await withFaults({ status: 503, headers: { 'retry-after': '30' } });
    const { error, recorded } = await attempt(`${server.origin}/score`, { deadlineMs: 20_000 });
    expect(error?.code).toBe('limit-exceeded');
    expect(error?.message).toMatch(/status 503, and there is no time left to try again/);
    expect(recorded.sleeps).toEqual([]);
  });

  test('nothing is sent after the deadline', async () => {
    await using server = await startServer(twice);
    const { error } = await attempt(`${server.origin}/score`, { deadlineMs: 0 });
    expect(error?.message).toMatch(/rows 1 to 4 of test\.csv: the time for all rows is used up/);
    expect(server.received).toHaveLength(0);
  });

  test('waits add up', async () => {
    const later = (seconds: string): Reaction => ({ status: 503, headers: { 'retry-after': seconds } });
    await using server = await withFaults(later('10'), later('9'));
    const { error, recorded } = await attempt(`${server.origin}/score`, { deadlineMs: 19_000 });
    expect(error?.message).toMatch(/no time left/);
    expect(recorded.sleeps).toEqual([10_000]);
  });

  test('a cancelled run stops at once', async () => {
    const cancel = new AbortController();
    const http: Http = {
      async send() {
        cancel.abort();
        return { kind: 'no-answer', reason: 'reset', message: 'aborted' };
      },
    };
    const { error, recorded } = await attempt(
      'https://models.example/score',
      {},
      { http, signal: cancel.signal },
    );
    expect(error?.code).toBe('cancelled');
    expect(recorded.sleeps).toEqual([]);
  });
});

describe('what must not be seen or reached', () => {
  const echo: Respond = ({ headers, path }) => ({
    status: 400,
    body: {
      error: `bad request with ${headers.authorization} and ${headers['x-key']} at ${path} ${'long '.repeat(60)}${headers.authorization}`,
    },
  });

  test('headers are sent, and appear neither in the log nor in errors', async () => {
    await using server = await startServer(
      faults({ status: 503, body: 'Bearer s3cr3t-token-of-mine' }),
      echo,
    );
    const { error, recorded } = await attempt(`${server.origin}/score?code=query-key-of-mine`, {
      headers: ['Authorization: Bearer s3cr3t-token-of-mine', 'X-Key: another-secret'],
    });
    expect(server.received[0]?.headers).toMatchObject({
      authorization: 'Bearer s3cr3t-token-of-mine',
      'x-key': 'another-secret',
      'content-type': 'application/json',
    });
    expect(server.received[0]?.path).toBe('/score?code=query-key-of-mine');
    const seen = [error?.message, ...recorded.log.map(({ message }) => message)].join('\n');
    expect(seen).toContain('has status 400: "bad request with *** and *** at /score?code=***');
    expect(seen).not.toMatch(/s3cr3t|another-secret|query-key/);
    expect(recorded.masked).toEqual(
      expect.arrayContaining(['s3cr3t-token-of-mine', 'another-secret', 'query-key-of-mine']),
    );
  });

  test('private addresses and plain http need permission', async () => {
    await using server = await startServer(twice);
    const closed = { allowPrivateNetwork: false };
    const { error } = await attempt(`${server.origin}/score`, closed);
    expect(error?.code).toBe('invalid-input');
    expect(error?.message).toMatch(/http: is refused.*set allow-private-network: true/);
    const { error: tls } = await attempt(`${server.origin.replace('http', 'https')}/score`, closed);
    expect(tls?.message).toMatch(/127\.0\.0\.1 lies in a private network; .*allow-private-network/);
    expect(server.received).toHaveLength(0);
  });

  test('a redirect is not followed', async () => {
    await using target = await startServer(twice);
    await using server = await withFaults({ status: 307, headers: { location: `${target.origin}/score` } });
    const { error } = await attempt(`${server.origin}/score`);
    expect(error?.message).toContain(`redirected (307) to ${target.origin}/score`);
    expect(target.received).toHaveLength(0);
  });
});

test('an answer of several mebibytes is read', async () => {
  const padded: Respond = (request) => {
    const reaction = twice(request);
    if (typeof reaction !== 'object') return reaction;
    return { ...reaction, body: JSON.stringify(reaction.body) + ' '.repeat(3_000_000) };
  };
  await using server = await startServer(padded);
  const { run } = await attempt(`${server.origin}/score`);
  expect([...(run?.scores.numbers?.values ?? [])]).toEqual(DOUBLED);
});

test('a server that has closed a kept connection is asked again on a new one at once', async () => {
  const ports = new Set<number>();
  const closing: Respond = ({ port }) => {
    if (ports.has(port)) return 'reset';
    ports.add(port);
    return undefined;
  };
  await using server = await startServer(closing, twice);
  const { run, recorded } = await attempt(`${server.origin}/score`);
  expect([...(run?.scores.numbers?.values ?? [])]).toEqual(DOUBLED);
  expect(run).toMatchObject({ errors: { reconnect: 1 }, retries: 1 });
  expect(recorded.sleeps).toEqual([]);
  // The second request came on the connection of the first, and then on one of its own.
  expect(server.received).toHaveLength(4);
  expect(ports.size).toBe(3);
});
