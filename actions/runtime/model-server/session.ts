import { ActionError } from '../../lib/errors.ts';
import { shownAddress } from '../../lib/serving/address.ts';
import type { HttpAnswer } from '../../lib/serving/protocol.ts';
import { throwIfCancelled } from '../clock.ts';
import { backoffMs, retryAfterMs } from '../github/waiting.ts';
import type { HttpReply, HttpRequest, Runtime } from '../runtime.ts';

/** Why a try did not give an answer, or not a useful one; `reconnect`: a kept connection had been closed. */
export type ErrorKind = 'timeout' | 'reset' | 'refused' | 'reconnect' | `http-${number}`;

/** What all requests of a run have in common, and what they count together. */
export interface Session {
  readonly runtime: Runtime;
  readonly headers: Readonly<Record<string, string>>;
  /** For one try. */
  readonly timeoutMs: number;
  /** Milliseconds since 1970 after which nothing is sent any more. */
  readonly deadline: number;
  /** For one request, the first one among them. */
  readonly tries: number;
  readonly allowPrivateNetwork: boolean;
  /** Aborted when one request has failed for good, so that the others need not be waited for. */
  readonly signal: AbortSignal;
  /** From 0 to 1; spreads the waits, so that many clients do not come back at once. */
  readonly random: () => number;
  /** Milliseconds of a clock that is never set. */
  readonly timer: () => number;
  readonly errors: Map<ErrorKind, number>;
  retries: number;
}

/** A request that may be sent again: asking a model changes nothing. */
export type Question = Pick<HttpRequest, 'method' | 'url' | 'body'> & {
  /** What it is about, for messages: `rows 1 to 256 of test.csv`. */
  readonly about: string;
};

/** An answer, and how long it took to come: from sending the last try to the end of its body. */
export interface Answered {
  readonly answer: HttpAnswer;
  readonly elapsedMs: number;
}

/** Large enough for some hundred rows of a thousand probabilities. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const FIRST_WAIT_MS = 500;
/** Whoever asks for more does not serve in time for a check. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Sends a request until there is an answer that will not change: 5xx, 408, 425, 429, timeouts, resets and refusals are
 * tried again after a wait. The last answer is given back whatever its status, but for redirects.
 *
 * @throws ActionError cancelled; invalid-input for addresses that may not be reached and redirects; server-failed when no
 *   server answers; limit-exceeded for timeouts, the deadline and answers that are too large
 */
export async function ask(session: Session, question: Question): Promise<Answered> {
  for (let attempt = 1; ; attempt++) {
    const start = session.timer();
    const reply = await send(session, question);
    const elapsedMs = session.timer() - start;
    throwIfCancelled(session.runtime.signal);
    throwIfStopped(session);
    if (reply.reconnected) {
      count(session, 'reconnect');
      session.retries++;
    }
    const kind = transientKind(reply);
    if (kind === undefined) return { answer: finalAnswer(reply, question), elapsedMs };
    count(session, kind);
    if (attempt >= session.tries) return { answer: lastAnswer(reply, question, session), elapsedMs };
    session.retries++;
    await waitBefore(session, question, reply, attempt);
  }
}

const count = ({ errors }: Session, kind: ErrorKind): void => {
  errors.set(kind, (errors.get(kind) ?? 0) + 1);
};

function send(session: Session, question: Question): Promise<HttpReply> {
  const { runtime, headers, signal, allowPrivateNetwork } = session;
  const left = session.deadline - runtime.clock.now();
  if (left <= 0) throw tooLate(question, 'the time for all rows is used up');
  const { method, url, body } = question;
  return runtime.http.send({
    method,
    url,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
    timeoutMs: Math.min(session.timeoutMs, left),
    allowPrivateNetwork,
    maxBodyBytes: MAX_ANSWER_BYTES,
    repeatable: true,
    signal,
  });
}

const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** The kind of a failure that may be over at the next try. */
function transientKind(reply: HttpReply): ErrorKind | undefined {
  if (reply.kind === 'answer')
    return reply.status >= 500 || PASSING.has(reply.status) ? `http-${reply.status}` : undefined;
  return reply.reason === 'forbidden-address' || reply.reason === 'too-large' ? undefined : reply.reason;
}

async function waitBefore(
  session: Session,
  question: Question,
  reply: HttpReply,
  attempt: number,
): Promise<void> {
  const { runtime } = session;
  const now = runtime.clock.now();
  const header = reply.kind === 'answer' ? (reply.headers.get('retry-after') ?? null) : null;
  const asked = retryAfterMs(header, now);
  const wait = Math.min(asked ?? backoffMs(attempt - 1, FIRST_WAIT_MS, session.random), LONGEST_WAIT_MS);
  if (now + wait >= session.deadline)
    throw tooLate(question, `${outcome(reply)}, and there is no time left to try again`);
  runtime.log.debug(`${where(question)}: ${outcome(reply)}; trying again in ${wait} ms`);
  await runtime.clock.sleep(wait);
  throwIfStopped(session);
}

function throwIfStopped({ signal }: Session): void {
  if (signal.aborted) throw new ActionError('cancelled', 'another request has failed');
}

const where = ({ url, about }: Question): string => `endpoint ${shownAddress(url)}, ${about}`;

const outcome = (reply: HttpReply): string =>
  reply.kind === 'answer' ? `status ${reply.status}` : `no answer (${reply.reason}: ${reply.message})`;

const tooLate = (question: Question, why: string): ActionError =>
  new ActionError('limit-exceeded', `${where(question)}: ${why}; allow more time or send fewer rows`);

function finalAnswer(reply: HttpReply, question: Question): HttpAnswer {
  if (reply.kind === 'no-answer') {
    const advice =
      reply.reason === 'forbidden-address'
        ? 'if this server is meant, set allow-private-network: true'
        : 'send fewer rows in one request (batch-size)';
    const code = reply.reason === 'forbidden-address' ? 'invalid-input' : 'limit-exceeded';
    throw new ActionError(code, `${where(question)}: ${reply.message}; ${advice}`);
  }
  if (reply.status >= 300 && reply.status < 400)
    throw new ActionError(
      'invalid-input',
      `${where(question)}: redirected (${reply.status}) to ${target(reply, question)}; redirects are not followed, so that headers go only where they were meant to: give the final address`,
    );
  return answerOf(reply);
}

function target(reply: Extract<HttpReply, { kind: 'answer' }>, { url }: Question): string {
  const location = reply.headers.get('location') ?? '';
  return URL.canParse(location, url) ? shownAddress(new URL(location, url).href) : 'nowhere';
}

/** What is left of a request that was tried often enough. */
function lastAnswer(reply: HttpReply, question: Question, session: Session): HttpAnswer {
  const { runtime, deadline, tries, timeoutMs } = session;
  if (reply.kind === 'answer') return answerOf(reply);
  // The deadline may have cut the last try short.
  if (runtime.clock.now() >= deadline)
    throw tooLate(question, `${outcome(reply)}, and there is no time left`);
  if (reply.reason === 'timeout')
    throw new ActionError(
      'limit-exceeded',
      `${where(question)}: no answer within ${timeoutMs} ms, ${tries} times; allow more time for a request, or send fewer rows in one`,
    );
  throw new ActionError(
    'server-failed',
    `${where(question)}: ${outcome(reply)}, ${tries} times; is the server running at this address?`,
  );
}

const answerOf = (reply: Extract<HttpReply, { kind: 'answer' }>): HttpAnswer => ({
  status: reply.status,
  contentType: reply.headers.get('content-type') ?? '',
  text: reply.body,
});
