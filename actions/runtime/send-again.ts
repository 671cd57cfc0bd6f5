import { retryAfterMs } from './github/waiting.ts';
import type { Clock, HttpReply } from './runtime.ts';

/** Answers after which the same request may be answered otherwise: the receiver is busy, or broke down. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** No try begins later than this after the first one. */
const WITHIN_MS = 120_000;

/** Whether sending the same again may bring another reply. */
export const isPassing = (reply: HttpReply): boolean =>
  reply.kind === 'answer'
    ? PASSING.has(reply.status)
    : reply.reason !== 'forbidden-address' && reply.reason !== 'too-large';

/** How long the receiver asks to wait (RFC 9110, `Retry-After`), else twice as long each time, up to 30 s. */
function waitMs(reply: HttpReply, attempt: number, now: number): number {
  const asked = reply.kind === 'answer' ? (reply.headers.get('retry-after') ?? null) : null;
  return retryAfterMs(asked, now) ?? Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS);
}

/**
 * Sends a request that may be sent more than once until the reply is final, at most `tries` times within two minutes. A
 * receiver that asks for more patience does not get it.
 *
 * @param onAgain - called before each wait
 * @returns the last reply
 */
export async function sendAgain(
  clock: Clock,
  send: () => Promise<HttpReply>,
  tries: number,
  onAgain: (reply: HttpReply) => void = () => undefined,
): Promise<HttpReply> {
  const last = clock.now() + WITHIN_MS;
  for (let attempt = 0; ; attempt++) {
    const reply = await send();
    const wait = waitMs(reply, attempt, clock.now());
    if (!isPassing(reply) || attempt + 1 >= tries || clock.now() + wait > last) return reply;
    onAgain(reply);
    await clock.sleep(wait);
  }
}
