import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemHttp } from '../../../../actions/runtime/http.ts';
import type { HttpRequest } from '../../../../actions/runtime/runtime.ts';

let server: Server;
let origin = '';
const PIECE = Buffer.alloc(64 * 1024, 'x');
const PIECES = 200;

async function sendMuch(response: ServerResponse): Promise<void> {
  for (let piece = 0; piece < PIECES; piece++)
    if (!response.write(PIECE)) await new Promise((done) => response.once('drain', done));
  response.end();
}

async function describeRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of request) hash.update(piece);
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  response.end(JSON.stringify({ method: request.method, length, encoding, sha256: hash.digest('hex') }));
}

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/early') response.writeHead(413, { connection: 'close' }).end('too much');
    else if (request.url === '/refused') response.writeHead(500).end('a reason');
    else if (request.method === 'GET') sendMuch(response).catch(() => response.destroy());
    // A client that breaks off is one of the cases.
    else describeRequest(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const WHOLE = createHash('sha256')
  .update(Buffer.concat(Array(PIECES).fill(PIECE)))
  .digest('hex');
const send = (path: string, more: Partial<HttpRequest>) =>
  systemHttp(new AbortController().signal).send({
    url: origin + path,
    method: 'GET',
    timeoutMs: 10_000,
    allowPrivateNetwork: true,
    ...more,
  });

const file = (fail = false) => ({
  size: PIECES * PIECE.length,
  async *stream() {
    for (let piece = 0; piece < PIECES; piece++) {
      if (fail && piece === 100) throw new Error('the disk broke');
      yield PIECE;
    }
  },
});

test('a file is sent as a stream, with its length', async () => {
  const reply = await send('/', { method: 'PUT', body: file() });
  expect(reply).toMatchObject({ kind: 'answer', status: 200 });
  expect(JSON.parse(reply.kind === 'answer' ? reply.body : '')).toEqual({
    method: 'PUT',
    length: String(PIECES * PIECE.length),
    sha256: WHOLE,
  });
});

test('a body is received piece by piece, up to the limit, and only of a success', async () => {
  const hash = createHash('sha256');
  const take = {
    onPiece: (piece: Uint8Array) => void hash.update(piece),
    maxBodyBytes: PIECES * PIECE.length,
  };
  expect(await send('/', take)).toMatchObject({ kind: 'answer', body: '' });
  expect(hash.digest('hex')).toBe(WHOLE);
  expect(await send('/', { ...take, onPiece: () => undefined, maxBodyBytes: 1_000_000 })).toMatchObject({
    kind: 'no-answer',
    reason: 'too-large',
  });
  const pieces: Uint8Array[] = [];
  expect(await send('/refused', { onPiece: (piece) => void pieces.push(piece) })).toMatchObject({
    status: 500,
    body: 'a reason',
  });
  expect(pieces).toEqual([]);
});

test('a file that cannot be read to its end is no answer', async () => {
  expect(await send('/', { method: 'PUT', body: file(true) })).toMatchObject({
    kind: 'no-answer',
    message: 'the disk broke',
  });
});

test('a server that answers before it has read all is heard, or the connection is gone; nothing hangs', async () => {
  const reply = await send('/early', { method: 'PUT', body: file() });
  if (reply.kind === 'answer') expect(reply).toMatchObject({ status: 413, body: 'too much' });
  else expect(reply.reason).toBe('reset');
});

test.each(['HEAD', 'DELETE'] as const)('%s', async (method) => {
  const reply = await send('/', { method });
  expect(reply).toMatchObject({ kind: 'answer', status: 200 });
  if (method === 'DELETE' && reply.kind === 'answer')
    expect(JSON.parse(reply.body)).toMatchObject({ method });
});
