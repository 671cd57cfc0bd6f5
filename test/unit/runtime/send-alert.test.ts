import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Alert } from '../../../actions/lib/registry/alert.ts';
import { sendAlert } from '../../../actions/runtime/alerts/send-alert.ts';
import { memoryRuntime } from '../../support/memory-runtime.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string;
}

let server: Server;
let received: Received[];
/** The answers to come; 200 when there are none. */
let answers: { readonly status: number; readonly headers?: Record<string, string> }[];

beforeEach(async () => {
  received = [];
  answers = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ headers: request.headers, body, path: request.url ?? '' });
    const { status, headers } = answers.shift() ?? { status: 200 };
    response.writeHead(status, headers).end('ok');
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
});

afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
  server.closeAllConnections();
});

const PATH = '/services/T00000000/B11111111111/XXXXsecretXXXX';
const address = (path = PATH): string => {
  const found = server.address();
  return `http://127.0.0.1:${typeof found === 'object' && found ? found.port : 0}${path}`;
};

const ALERT: Alert = {
  id: 'a'.repeat(32),
  at: '2026-01-16T00:00:00Z',
  model: 'churn',
  environment: 'production',
  status: 'rolled-back',
  urgent: true,
  title: 'churn: rollback of production',
  text: 'production was rolled back from 1.2.0 to 1.1.0',
  facts: [{ name: 'Why', value: 'p99 is up' }],
  links: [{ title: 'Run', url: 'https://github.com/o/r/actions/runs/1' }],
};

const runtimeOf = () => memoryRuntime({ now: Date.parse('2026-01-16T00:00:00Z') });
const to = (format: 'slack' | 'teams' | 'json', url = address()) => ({
  url,
  format,
  allowPrivateNetwork: true,
});

test('Slack gets blocks and a text for notifications', async () => {
  await using runtime = await runtimeOf();
  expect(await sendAlert(runtime, to('slack'), ALERT)).toEqual({ kind: 'sent' });
  expect(received[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'idempotency-key': ALERT.id,
  });
  expect(JSON.parse(received[0]?.body ?? '')).toEqual({
    text: `${ALERT.title}: ${ALERT.text}`,
    mrkdwn: false,
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: ALERT.title, emoji: false } },
      { type: 'section', text: { type: 'plain_text', text: ALERT.text, emoji: false } },
      { type: 'section', fields: [{ type: 'plain_text', text: 'Why: p99 is up', emoji: false }] },
      {
        type: 'context',
        elements: [{ type: 'mrkdwn', text: '<https://github.com/o/r/actions/runs/1|Run>', verbatim: true }],
      },
    ],
  });
});

test('Teams gets a message with one Adaptive Card', async () => {
  await using runtime = await runtimeOf();
  expect(await sendAlert(runtime, to('teams'), ALERT)).toEqual({ kind: 'sent' });
  expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: ALERT.title, color: 'attention' }] },
            { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: ALERT.text }] },
            { type: 'RichTextBlock', inlines: [{ text: 'Why: ' }, { text: 'p99 is up' }] },
          ],
          actions: [{ type: 'Action.OpenUrl', title: 'Run', url: 'https://github.com/o/r/actions/runs/1' }],
        },
      },
    ],
  });
});

test('any other receiver gets JSON, signed where there is a key', async () => {
  vi.stubEnv('MLOPS_NOTIFY_SECRET', 'key of the receiver');
  await using runtime = await runtimeOf();
  expect(await sendAlert(runtime, to('json'), ALERT)).toEqual({ kind: 'sent' });
  const { headers = {}, body = '' } = received[0] ?? {};
  expect(JSON.parse(body)).toEqual({ schema: 'mlops-actions/alert/v1', ...ALERT });
  // As a receiver checks it.
  const timestamp = String(headers['x-mlops-timestamp']);
  const expected = createHmac('sha256', 'key of the receiver').update(`${timestamp}.${body}`).digest('hex');
  expect(headers['x-mlops-signature']).toBe(`sha256=${expected}`);
  expect(Number(timestamp)).toBe(Date.parse('2026-01-16T00:00:00Z') / 1_000);
});

test('without a key, nothing is signed', async () => {
  vi.stubEnv('MLOPS_NOTIFY_SECRET', '');
  await using runtime = await runtimeOf();
  await sendAlert(runtime, to('json'), ALERT);
  expect(received[0]?.headers['x-mlops-signature']).toBeUndefined();
});

describe.each(['slack', 'teams', 'json'] as const)('in %s', (format) => {
  test('no secret leaves, in no form', async () => {
    await using runtime = await runtimeOf();
    const secrets = ['hunter2-hunter2', 'ghp_abcdefghijklmnopqrstuvwxyz0123456789', 'p|a<b>c&d*e_f'];
    for (const secret of secrets) runtime.secret(secret);
    const planted = secrets.join(' ');
    await sendAlert(runtime, to(format), {
      ...ALERT,
      title: planted,
      text: planted,
      facts: [{ name: planted, value: `${planted} ${encodeURIComponent(planted)} ${address()}` }],
      links: [{ title: planted, url: `https://example.com/?t=${encodeURIComponent('hunter2-hunter2')}` }],
    });
    const [{ body } = { body: '' }] = received;
    for (const secret of [...secrets, 'XXXXsecretXXXX', 'B11111111111']) {
      expect(body).not.toContain(secret);
      expect(body).not.toContain(JSON.stringify(secret).slice(1, -1));
      expect(body).not.toContain(encodeURIComponent(secret));
      expect(body).not.toContain(Buffer.from(secret).toString('base64').slice(0, -3));
    }
    expect(body).toContain('***');
  });

  test('texts of others mention nobody and link to nothing', async () => {
    await using runtime = await runtimeOf();
    const hostile =
      '<!channel> <@U123> <https://evil.example|click> @here [click](https://evil.example) <at>all</at> **x** \u202Eevil\n:tada:';
    await sendAlert(runtime, to(format), {
      ...ALERT,
      text: hostile,
      facts: [{ name: hostile, value: hostile }],
      links: [{ title: hostile, url: 'javascript:alert(1)' }],
    });
    const body = received[0]?.body ?? '';
    // What comes from others lies in fields that know no markup; the one other text, of Slack, is escaped.
    expect(body).not.toMatch(/"type":"(mrkdwn|TextBlock|FactSet)"/);
    if (format === 'slack')
      expect(JSON.parse(body)).toMatchObject({
        parse: 'none',
        link_names: false,
        text: expect.not.stringContaining('<!'),
      });
    expect(body).not.toContain('\u202E');
    expect(body).not.toContain('javascript:');
  });

  test('the largest alert stays below 28 KB', async () => {
    await using runtime = await runtimeOf();
    const long = '\u{1F600}&"\\'.repeat(20_000);
    await sendAlert(runtime, to(format), {
      ...ALERT,
      title: long,
      text: long,
      facts: Array.from({ length: 50 }, () => ({ name: long, value: long })),
      links: Array.from({ length: 50 }, () => ({
        title: long,
        url: `https://example.com/${'a'.repeat(470)}`,
      })),
    });
    expect(Buffer.byteLength(received[0]?.body ?? '')).toBeLessThan(28 * 1024);
    expect(Buffer.byteLength(received[0]?.body ?? '')).toBeGreaterThan(5 * 1024);
  });
});

describe('a receiver', () => {
  test.each([408, 425, 429, 500, 502, 503, 504])(
    'that answers %d is asked again under the same key',
    async (status) => {
      await using runtime = await runtimeOf();
      answers = [{ status }, { status, headers: { 'retry-after': '7' } }];
      expect(await sendAlert(runtime, to('json'), ALERT)).toEqual({ kind: 'sent' });
      expect(received.map(({ headers }) => headers['idempotency-key'])).toEqual([
        ALERT.id,
        ALERT.id,
        ALERT.id,
      ]);
      expect(runtime.recorded.sleeps).toEqual([1_000, 7_000]);
    },
  );

  test('that never takes it is asked five times, and it is a warning', async () => {
    await using runtime = await runtimeOf();
    answers = Array.from({ length: 9 }, () => ({ status: 503 }));
    expect(await sendAlert(runtime, to('json'), ALERT)).toEqual({
      kind: 'failed',
      reason: 'the alert could not be sent: the receiver answered 503',
    });
    expect(received.length).toBe(5);
    expect(runtime.recorded.log.filter(({ level }) => level === 'warning').length).toBe(1);
  });

  test('that asks for more than two minutes of patience does not get it', async () => {
    await using runtime = await runtimeOf();
    answers = [{ status: 429, headers: { 'retry-after': '600' } }];
    expect(await sendAlert(runtime, to('json'), ALERT)).toMatchObject({ kind: 'failed' });
    expect(received.length).toBe(1);
    expect(runtime.recorded.sleeps).toEqual([]);
  });

  test.each([400, 401, 404, 410])('that answers %d is not asked again', async (status) => {
    await using runtime = await runtimeOf();
    answers = [{ status }];
    expect(await sendAlert(runtime, to('slack'), ALERT)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining(String(status)),
    });
    expect(received.length).toBe(1);
  });

  test('that points elsewhere is not followed', async () => {
    await using runtime = await runtimeOf();
    answers = [{ status: 302, headers: { location: address('/elsewhere') } }];
    expect(await sendAlert(runtime, to('slack'), ALERT)).toMatchObject({
      reason: expect.stringMatching(/a redirect, which is not followed/),
    });
    expect(received.map(({ path }) => path)).toEqual([PATH]);
  });

  test('in a private network is only reached when that was allowed', async () => {
    await using runtime = await runtimeOf();
    const target = { ...to('slack'), allowPrivateNetwork: false };
    expect(await sendAlert(runtime, target, ALERT)).toMatchObject({ kind: 'failed' });
    expect(received).toEqual([]);
  });

  test('whose address is none is a warning that does not tell it', async () => {
    await using runtime = await runtimeOf();
    const result = await sendAlert(runtime, to('slack', 'not an address T0000000000'), ALERT);
    expect(result).toMatchObject({ kind: 'failed' });
    expect(JSON.stringify([result, runtime.recorded.log])).not.toContain('T0000000000');
  });

  test('that is not named gets nothing', async () => {
    await using runtime = await runtimeOf();
    expect(await sendAlert(runtime, to('slack', ''), ALERT)).toEqual({ kind: 'off' });
  });

  test('is not told in any log', async () => {
    await using runtime = await runtimeOf();
    answers = Array.from({ length: 5 }, () => ({ status: 500 }));
    await sendAlert(runtime, to('slack'), ALERT);
    expect(JSON.stringify(runtime.recorded.log)).not.toContain('XXXXsecretXXXX');
    expect(runtime.recorded.masked).toContain(address());
  });
});
