import type { ByteSource } from '../../lib/tabular/table.ts';
import type { Clock, Log } from '../runtime.ts';
import { Answer, ShapeError } from './answer.ts';
import type { WriteResult } from './github.ts';
import { refusalMessage } from './permissions.ts';
import { createTransport, LostReply, RateLimited, type Send, type TransportLimits } from './transport.ts';

/** A file as the body of an upload. */
export type UploadedBytes = Pick<ByteSource, 'size' | 'stream'>;

/** Sends a file to the address at which a release takes its assets, once; gives GitHub's description of the asset. */
export type UploadAsset = (
  uploadUrl: string,
  name: string,
  file: UploadedBytes,
) => Promise<WriteResult<Answer>>;

export interface AssetUploadOptions {
  readonly send: Send;
  readonly token: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly limits: TransportLimits;
}

/** Longest time in which nothing of a file is taken, and from the last piece to the answer. */
const STALLED_MS = 60_000;
/** The transport's own limit counts from the start, when a large file has hardly begun. */
const NO_LIMIT_MS = 86_400_000;
const ROUTE = 'POST /releases/{id}/assets';

/**
 * Uploads of assets go past octokit, which would hold the whole file in memory. A file is sent as a stream with its
 * length, which GitHub asks for.
 */
export function createAssetUpload(options: AssetUploadOptions): UploadAsset {
  const { token, limits, ...transport } = options;
  return async (uploadUrl, name, file) => {
    const url = new URL(uploadUrl.replace(/\{.*$/, ''));
    url.searchParams.set('name', name);
    const send = createTransport({
      ...transport,
      limits: { ...limits, silenceMs: NO_LIMIT_MS },
      random: Math.random,
      send: (address, init) => sendWatched(options.send, address, init, file),
    });
    try {
      const response = await send(url.href, {
        method: 'POST',
        headers: {
          accept: 'application/vnd.github+json',
          authorization: `token ${token}`,
          'content-type': 'application/octet-stream',
          'content-length': String(file.size),
        },
      });
      return await resultOf(response);
    } catch (error) {
      if (error instanceof RateLimited)
        return { kind: 'refused', status: error.status, message: error.message };
      if (error instanceof LostReply || error instanceof ShapeError)
        return { kind: 'unknown', message: `the reply was lost, the effect is uncertain: ${error.message}` };
      throw error;
    }
  };
}

async function resultOf(response: Response): Promise<WriteResult<Answer>> {
  const body: unknown = await response.json();
  if (response.status < 300) return { kind: 'done', value: Answer.of(body, ROUTE) };
  const answer = Answer.of(body, ROUTE);
  const accepted = response.headers.get('x-accepted-github-permissions') ?? undefined;
  const message = refusalMessage(ROUTE, response.status, answer.optionalText('message') ?? '', accepted);
  return { kind: 'refused', status: response.status, message };
}

/** Sends a file and ends the attempt when nothing moves any more. */
async function sendWatched(
  send: Send,
  url: string,
  init: RequestInit,
  file: UploadedBytes,
): Promise<Response> {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), STALLED_MS);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of file.stream()) {
      timer.refresh();
      yield piece;
    }
  }
  try {
    const signals = [stalled.signal, ...(init.signal ? [init.signal] : [])];
    const request: RequestInit & { readonly duplex: 'half' } = {
      ...init,
      body: ReadableStream.from(pieces()),
      duplex: 'half',
      signal: AbortSignal.any(signals),
    };
    const response = await send(url, request);
    return new Response(await response.arrayBuffer(), response);
  } catch (error) {
    if (stalled.signal.aborted) throw new Error(`nothing moved for ${STALLED_MS / 1_000} s`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
