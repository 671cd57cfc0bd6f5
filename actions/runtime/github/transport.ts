import { ActionError, errorMessage } from '../../lib/errors.ts';
import type { Clock, Log } from '../runtime.ts';
import { backoffMs, limitedWait, retryAfterMs } from './waiting.ts';

/** The caps of one call. */
export interface TransportLimits {
  /** Longest silence of the server within one try: until the headers, and between pieces of the body. */
  readonly silenceMs: number;
  /** Longest time one call may spend in waits between tries. */
  readonly budgetMs: number;
  readonly tries: number;
  /** Ceiling of the first jittered wait. */
  readonly backoffMs: number;
  /** Pause between writes that create content; GitHub asks for a second. */
  readonly writeGapMs: number;
}

/** A request that was sent and whose answer never came, or came unusable: it may have taken effect. */
export class LostReply extends Error {}

/** GitHub refused for rate, and the wait it asks for is longer than the call may last: it took no effect. */
export class RateLimited extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type Send = (url: string, init: RequestInit) => Promise<Response>;

export interface TransportOptions {
  readonly send: Send;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly limits: TransportLimits;
  readonly random: () => number;
}

/** Git objects are named by their content: storing one twice is storing it once. */
const CONTENT_ADDRESSED = /\/git\/(blobs|trees|commits)$/;

const isRepeatable = (method: string, url: string): boolean =>
  method === 'GET' ||
  method === 'HEAD' ||
  (method === 'POST' && CONTENT_ADDRESSED.test(new URL(url).pathname));

/**
 * The one way to GitHub, with the signature of `fetch`. Reads and content-addressed writes are repeated under the
 * server's own waiting times; any other write is sent once, save after a refusal for rate, which GitHub has not
 * acted on. Whatever it returns was read to the end and, where it claims to be a success, is the kind of content
 * that was asked for.
 *
 * @throws LostReply, RateLimited, ActionError cancelled
 */
export function createTransport(options: TransportOptions): Send {
  const { clock, limits, log, random } = options;
  const turn = writeTurns(clock, limits.writeGapMs);

  async function call(url: string, init: RequestInit, repeatable: boolean): Promise<Response> {
    const label = `${init.method} ${new URL(url).pathname}`;
    let waited = 0;
    for (let tries = 1; ; tries++) {
      const outcome = await attempt(url, init, options);
      if (outcome.kind === 'answer') return outcome.response;
      const limited = outcome.kind === 'limited';
      const wait = outcome.ms ?? backoffMs(tries - 1, limits.backoffMs, random);
      const late = tries >= limits.tries || waited + wait > limits.budgetMs;
      if (late || !(repeatable || limited)) throw failure(label, outcome, clock.now());
      log.debug(`${label}: ${outcome.message}; try ${tries + 1} in ${wait} ms`);
      await clock.sleep(wait);
      waited += wait;
    }
  }

  return (url, init) => {
    const repeatable = isRepeatable(init.method ?? 'GET', url);
    return repeatable ? call(url, init, true) : turn(() => call(url, init, false));
  };
}

/** No use of an answer. `limited`: refused for rate and without effect. `lost`: may have taken effect. */
type Setback =
  | { readonly kind: 'limited'; readonly status: number; readonly ms: number; readonly message: string }
  | { readonly kind: 'lost'; readonly ms: number | undefined; readonly message: string };

type Outcome = { readonly kind: 'answer'; readonly response: Response } | Setback;

const lost = (message: string, ms?: number): Setback => ({ kind: 'lost', ms, message });

async function attempt(url: string, init: RequestInit, options: TransportOptions): Promise<Outcome> {
  const { send, signal, limits, clock } = options;
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), limits.silenceMs);
  try {
    const response = await send(url, { ...init, signal: AbortSignal.any([signal, silence.signal]) });
    const body = await readToEnd(response, () => timer.refresh());
    return judge(response, body, new Headers(init.headers).get('accept') ?? '', clock.now());
  } catch (error) {
    if (signal.aborted)
      throw new ActionError('cancelled', 'the run was cancelled while a request to GitHub was under way');
    if (silence.signal.aborted) return lost(`no answer within ${limits.silenceMs / 1_000} s`);
    return lost(rootCause(error));
  } finally {
    clearTimeout(timer);
  }
}

async function readToEnd(response: Response, onPiece: () => void): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body ?? []) {
    onPiece();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function judge(response: Response, body: Buffer, accept: string, nowMs: number): Outcome {
  const { status, headers } = response;
  const limited = limitedWait(status, headers, status === 200 ? '' : body.toString(), nowMs);
  if (limited)
    return {
      kind: 'limited',
      status,
      ms: limited.ms,
      message: `GitHub answered ${status}, ${limited.reason}`,
    };
  if (status >= 500)
    return lost(`GitHub answered ${status}`, retryAfterMs(headers.get('retry-after'), nowMs));
  const flaw = status < 300 && status !== 204 ? flawOf(headers, body, accept) : undefined;
  if (flaw) return lost(`GitHub answered ${status} with ${flaw}`);
  return {
    kind: 'answer',
    response: new Response(bodyOf(status, body), { status, headers: typed(headers, accept) }),
  };
}

/**
 * Octokit parses only what calls itself plain JSON and decodes what calls itself text: JSON of GitHub's own media
 * types must be named plainly, and a file that was asked for as bytes must come as bytes.
 */
function typed(headers: Headers, accept: string): Headers {
  const copy = new Headers(headers);
  if (accept.includes('octet-stream')) copy.set('content-type', 'application/octet-stream');
  else if (isJson(headers)) copy.set('content-type', 'application/json');
  return copy;
}

const isJson = (headers: Headers): boolean => /\bjson\b/.test(headers.get('content-type') ?? '');

const bodyOf = (status: number, body: Buffer): Uint8Array<ArrayBuffer> | null =>
  status === 204 || status === 304 ? null : new Uint8Array(body);

/** What is wrong with a success: an HTML page, half a document. Octokit would hand both on as data. */
function flawOf(headers: Headers, body: Buffer, accept: string): string | undefined {
  const promised = headers.get('content-length');
  const encoded = headers.has('content-encoding');
  if (promised !== null && !encoded && Number(promised) !== body.length)
    return `${body.length} of ${promised} bytes`;
  if (accept.includes('octet-stream')) return undefined;
  if (!isJson(headers)) return `${headers.get('content-type') ?? 'no content type'} instead of JSON`;
  try {
    JSON.parse(body.toString());
    return undefined;
  } catch {
    return 'invalid JSON';
  }
}

function failure(label: string, setback: Setback, nowMs: number): Error {
  if (setback.kind === 'lost') return new LostReply(`${label}: ${setback.message}`);
  const until = new Date(nowMs + setback.ms).toISOString();
  return new RateLimited(
    setback.status,
    `${label}: ${setback.message} until ${until}, longer than this call may last. Run the job again after that time.`,
  );
}

/** `fetch failed` hides the reason in its causes. */
function rootCause(error: unknown): string {
  let cause = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  return errorMessage(cause);
}

/** Runs writes one after the other, `gapMs` apart: parallel writes are what GitHub's secondary limit punishes. */
function writeTurns(clock: Clock, gapMs: number): (work: () => Promise<Response>) => Promise<Response> {
  let before: Promise<unknown> = Promise.resolve();
  let next = 0;
  return (work) => {
    const turn = before.then(async () => {
      const wait = next - clock.now();
      if (wait > 0) await clock.sleep(wait);
      try {
        return await work();
      } finally {
        next = clock.now() + gapMs;
      }
    });
    before = turn.catch(() => undefined);
    return turn;
  };
}
