import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isPrivateAddress } from '../../../actions/runtime/addresses.ts';
import { systemHttp } from '../../../actions/runtime/http.ts';
import type { HttpRequest } from '../../../actions/runtime/runtime.ts';

let server: Server;
let origin = '';
const requests: IncomingMessage[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    requests.push(request);
    const body = await text(request);
    const { pathname } = new URL(request.url ?? '', 'http://x');
    if (pathname === '/hang') return;
    if (pathname === '/reset') return void request.socket.destroy();
    if (pathname === '/large') return void response.end('x'.repeat(2_000_000));
    if (pathname === '/redirect') return void response.writeHead(302, { location: '/echo' }).end();
    response.writeHead(201, { 'content-type': 'application/json', 'x-a': ['1', '2'] });
    response.end(JSON.stringify({ method: request.method, body, header: request.headers['x-key'] }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const http = systemHttp(new AbortController().signal);
const request = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  url,
  method: 'GET',
  timeoutMs: 5_000,
  allowPrivateNetwork: true,
  ...more,
});

describe('exchanges', () => {
  test('an answer has its status, headers and body', async () => {
    const reply = await http.send(
      request(`${origin}/echo`, { method: 'POST', body: '{"é":1}', headers: { 'x-key': 'k' } }),
    );
    expect(reply).toMatchObject({ kind: 'answer', status: 201 });
    if (reply.kind !== 'answer') return;
    expect(JSON.parse(reply.body)).toEqual({ method: 'POST', body: '{"é":1}', header: 'k' });
    expect(reply.headers.get('x-a')).toBe('1, 2');
  });

  test('a redirect is an answer and not followed', async () => {
    const before = requests.length;
    expect(await http.send(request(`${origin}/redirect`))).toMatchObject({ kind: 'answer', status: 302 });
    expect(requests.length).toBe(before + 1);
  });

  test.each([
    ['/hang', 'timeout', { timeoutMs: 200 }],
    ['/reset', 'reset', {}],
    ['/large', 'too-large', {}],
  ])('%s is no answer: %s', async (path, reason, more) => {
    expect(await http.send(request(`${origin}${path}`, more))).toMatchObject({ kind: 'no-answer', reason });
  });

  test('a port nobody listens on refuses', async () => {
    expect(await http.send(request('http://127.0.0.1:1/'))).toMatchObject({
      kind: 'no-answer',
      reason: 'refused',
    });
  });

  test('cancelling ends an exchange', async () => {
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 50);
    expect(await systemHttp(cancel.signal).send(request(`${origin}/hang`))).toMatchObject({
      reason: 'reset',
    });
  });
});

describe('addresses that are not reached without permission', () => {
  const port = (): string => origin.split(':')[2] ?? '';

  test.each([
    ...[
      'http://127.0.0.1',
      'https://127.0.0.1',
      'https://localhost',
      'https://[::1]',
      'https://[::ffff:127.0.0.1]',
    ],
    ...[
      'https://2130706433',
      'https://0x7f000001',
      'https://0177.0.0.1',
      'https://127.1',
      'https://127.0.0.1.',
    ],
    ...[
      'https://169.254.169.254',
      'https://[::ffff:169.254.169.254]',
      'https://[fd00::1]',
      'https://[fe80::1]',
      'https://10.0.0.1',
    ],
    ...[
      'https://192.168.1.1',
      'https://172.16.0.1',
      'https://100.64.0.1',
      'https://0.0.0.0',
      'https://[::]',
      'https://[64:ff9b::7f00:1]',
    ],
    ...[
      'https://１２７.0.0.1',
      'file:///etc/passwd',
      'ftp://example.com',
      'gopher://127.0.0.1',
      'javascript:alert(1)',
    ],
    ...['https://user:pass@example.com', 'not an address', ''],
  ])('%s', async (url) => {
    const before = requests.length;
    const target = /:\/\/[^/@]+$/.test(url) ? `${url}:${port()}` : url;
    expect(await http.send(request(target, { allowPrivateNetwork: false }))).toMatchObject({
      kind: 'no-answer',
      reason: 'forbidden-address',
    });
    expect(requests.length).toBe(before);
  });

  test.each(['file:///etc/passwd', 'https://user:pass@example.com'])(
    '%s, not even with permission',
    async (url) => {
      expect(await http.send(request(url))).toMatchObject({ reason: 'forbidden-address' });
    },
  );
});

test.each([
  ['8.8.8.8', false],
  ['140.82.121.4', false],
  ['2606:50c0:8000::153', false],
  ['172.15.255.255', false],
  ['172.31.255.255', true],
  ['255.255.255.255', true],
  ['::ffff:10.0.0.1', true],
  ['::ffff:8.8.8.8', false],
  ['2002:7f00:1::', true],
  ['not an address', true],
])('%s is private: %s', (address, expected) => {
  expect(isPrivateAddress(address)).toBe(expected);
});
