import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type LoopbackServer, readBody, startLoopbackServer } from '../loopback-server.ts';
import type { BlobStore } from './blob-store.ts';
import { refuseSignature, signQuery } from './signed-url.ts';

const LIFETIME_MS = 3_600_000;

/** The part of Azure's blob service that the artifact and cache clients use, with plain files behind it. */
export async function startFolderBlobs(
  folder: string,
  now: () => number = Date.now,
): Promise<BlobStore & LoopbackServer> {
  const secret = randomBytes(32).toString('hex');
  const files = new BlobFiles(folder);
  const server = await startLoopbackServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const permission = request.method === 'PUT' ? 'w' : 'r';
    const refusal = refuseSignature(secret, url.pathname, url.searchParams, permission, now());
    if (refusal !== undefined) return reply(response, 403, 'AuthenticationFailed', refusal);
    const path = decodeURIComponent(url.pathname.slice(1));
    const handler = request.method === 'PUT' ? put : request.method === 'GET' ? get : undefined;
    if (handler === undefined) return reply(response, 405, 'UnsupportedHttpVerb', `${request.method}`);
    return handler(files, path, url.searchParams, request, response);
  });
  const sign = (path: string, permissions: 'r' | 'racwd', headers?: Record<string, string>): string => {
    const pathname = `/${path.split('/').map(encodeURIComponent).join('/')}`;
    const grant = { permissions, expires: now() + LIFETIME_MS, ...headers };
    return `${server.url}${pathname}?${signQuery(secret, pathname, grant)}`;
  };
  return {
    ...server,
    uploadUrl: async (path) => sign(path, 'racwd'),
    downloadUrl: async (path, { contentType, fileName }) =>
      sign(path, 'r', { contentType, contentDisposition: `attachment; filename="${fileName}"` }),
    size: (path) => files.size(path),
    delete: (path) => rm(files.path(path), { force: true }),
  };
}

/** Blobs as files of the same path; blocks that are not yet part of a blob lie beside it in a folder of their own. */
class BlobFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  path(blob: string): string {
    if (blob.split('/').some((part) => part === '..' || part === ''))
      throw new Error(`not a blob name: ${blob}`);
    return join(this.#root, blob);
  }

  async size(blob: string): Promise<number | undefined> {
    return (await stat(this.path(blob)).catch(() => undefined))?.size;
  }

  #block(blob: string, id: string): string {
    return join(`${this.path(blob)}.blocks`, Buffer.from(id).toString('hex'));
  }

  async writeBlock(blob: string, id: string, bytes: AsyncIterable<Buffer>): Promise<void> {
    const file = this.#block(blob, id);
    await mkdir(dirname(file), { recursive: true });
    await pipeline(bytes, createWriteStream(file));
  }

  /** Joins blocks in the order given; the blob appears at once or not at all. */
  async commit(blob: string, ids: readonly string[]): Promise<void> {
    const target = this.path(blob);
    const part = `${target}.part`;
    await mkdir(dirname(target), { recursive: true });
    await pipeline(
      async function* (this: BlobFiles) {
        for (const id of ids) yield* createReadStream(this.#block(blob, id));
      }.bind(this),
      createWriteStream(part),
    );
    await rename(part, target);
    await rm(`${target}.blocks`, { recursive: true, force: true });
  }
}

type Handler = (
  files: BlobFiles,
  path: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<void>;

const put: Handler = async (files, path, query, request, response) => {
  const operation = query.get('comp');
  if (operation === 'block') {
    await files.writeBlock(path, query.get('blockid') ?? '', request);
  } else if (operation === 'blocklist') {
    const list = (await readBody(request)).toString('utf8');
    await files.commit(
      path,
      [...list.matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g)].map((match) => match[1] ?? ''),
    );
  } else if (operation === null && request.headers['x-ms-blob-type'] === 'BlockBlob') {
    await files.writeBlock(path, 'whole', request);
    await files.commit(path, ['whole']);
  } else {
    return reply(response, 400, 'UnsupportedOperation', `comp=${operation}`);
  }
  response.writeHead(201, storageHeaders());
  response.end();
};

const get: Handler = async (files, path, query, request, response) => {
  const size = await files.size(path);
  if (size === undefined) return reply(response, 404, 'BlobNotFound', path);
  const asked = String(request.headers['x-ms-range'] ?? request.headers.range ?? '');
  const range = /^bytes=(\d+)-(\d*)$/.exec(asked);
  const start = Number(range?.[1] ?? 0);
  const end = Math.min(range?.[2] ? Number(range[2]) : size - 1, size - 1);
  if (range && start >= size) return reply(response, 416, 'InvalidRange', asked);
  response.writeHead(range ? 206 : 200, {
    ...storageHeaders(),
    'accept-ranges': 'bytes',
    'content-length': Math.max(0, end - start + 1),
    'content-type': query.get('rsct') ?? 'application/octet-stream',
    ...(query.has('rscd') ? { 'content-disposition': query.get('rscd') ?? '' } : {}),
    ...(range ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
  });
  if (size === 0) return void response.end();
  await pipeline(createReadStream(files.path(path), { start, end }), response);
};

/** Headers that the Azure SDK reads from every answer. */
const storageHeaders = (): Record<string, string> => ({
  etag: `"0x${randomBytes(8).toString('hex')}"`,
  'last-modified': new Date().toUTCString(),
  'x-ms-request-id': randomBytes(8).toString('hex'),
  'x-ms-version': '2024-11-04',
});

function reply(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, {
    ...storageHeaders(),
    'content-type': 'application/xml',
    'x-ms-error-code': code,
  });
  const text = message.replace(/[<>&]/g, ' ');
  response.end(
    `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${text}</Message></Error>`,
  );
}
