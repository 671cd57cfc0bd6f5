import { createHmac } from 'node:crypto';
import { errorMessage } from '../../lib/errors.ts';
import type { Alert } from '../../lib/registry/alert.ts';
import type { HttpReply, Runtime } from '../runtime.ts';
import { type AlertFormat, alertBodies } from './formats.ts';
import { plainAlert } from './plain-alert.ts';

/** Where alerts go. */
interface AlertTarget {
  /** Empty for nowhere. Whoever knows it can post there, so that it is a secret. */
  readonly url: string;
  readonly format: AlertFormat;
  readonly allowPrivateNetwork: boolean;
}

/** What became of an alert. */
type AlertResult =
  | { readonly kind: 'off' }
  | { readonly kind: 'sent' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Signs the bodies of `format: json`, where it is set. */
const SECRET_VARIABLE = 'MLOPS_NOTIFY_SECRET';
/** Parts of addresses that are shorter are words such as `hook`. */
const SECRET_LENGTH = 12;
const AGAIN: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
const TRIES = 5;
/** No try begins later than this after the first one. */
const WITHIN_MS = 120_000;
const TIMEOUT_MS = 10_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const MAX_REPLY_BYTES = 64 * 1024;

/** Takes the address out of everything that is said, as a whole and by its telling parts. */
function hide(runtime: Runtime, url: string): void {
  runtime.secret(url);
  if (!URL.canParse(url)) return;
  const { pathname, search } = new URL(url);
  for (const part of [...pathname.split('/'), ...search.split(/[?&=]/)])
    if (part.length >= SECRET_LENGTH) runtime.secret(part);
}

function signature(runtime: Runtime, format: AlertFormat, body: string): Readonly<Record<string, string>> {
  const secret = process.env[SECRET_VARIABLE]?.trim() ?? '';
  if (format !== 'json' || secret === '') return {};
  runtime.secret(secret);
  const timestamp = String(Math.floor(runtime.clock.now() / 1_000));
  const code = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-mlops-timestamp': timestamp, 'x-mlops-signature': `sha256=${code}` };
}

const mayRepeat = (reply: HttpReply): boolean =>
  reply.kind === 'answer'
    ? AGAIN.has(reply.status)
    : reply.reason !== 'forbidden-address' && reply.reason !== 'too-large';

/** How long the receiver asks to wait, in seconds or as a date (RFC 9110), else longer each time. */
function waitMs(reply: HttpReply, attempt: number, now: number): number {
  const asked = (reply.kind === 'answer' && reply.headers.get('retry-after')?.trim()) || '';
  const wait = /^\d+$/.test(asked) ? Number(asked) * 1_000 : Date.parse(asked) - now;
  return wait >= 0 ? wait : Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS);
}

function resultOf(reply: HttpReply): AlertResult {
  if (reply.kind === 'no-answer')
    return failed(`the receiver gave no answer (${reply.reason}: ${reply.message})`);
  if (reply.status >= 200 && reply.status < 300) return { kind: 'sent' };
  return failed(
    reply.status >= 300 && reply.status < 400
      ? `the receiver answered ${reply.status}, a redirect, which is not followed; give the final address in notify-url`
      : `the receiver answered ${reply.status}`,
  );
}

const failed = (reason: string): AlertResult => ({ kind: 'failed', reason });

async function post(runtime: Runtime, target: AlertTarget, alert: Alert, body: string): Promise<AlertResult> {
  const { clock, http, log } = runtime;
  const last = clock.now() + WITHIN_MS;
  for (let attempt = 0; ; attempt++) {
    const reply = await http.send({
      url: target.url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': alert.id,
        ...signature(runtime, target.format, body),
      },
      body,
      timeoutMs: TIMEOUT_MS,
      allowPrivateNetwork: target.allowPrivateNetwork,
      maxBodyBytes: MAX_REPLY_BYTES,
    });
    const wait = waitMs(reply, attempt, clock.now());
    if (!mayRepeat(reply) || attempt + 1 >= TRIES || clock.now() + wait > last) return resultOf(reply);
    log.debug('the receiver of alerts did not take the alert; trying again');
    await clock.sleep(wait);
  }
}

/**
 * Tells people, at least once, always under the same `Idempotency-Key`. It never fails what it tells of: what went
 * wrong is a value, and a warning in the log.
 */
export async function sendAlert(runtime: Runtime, target: AlertTarget, alert: Alert): Promise<AlertResult> {
  if (target.url === '') return { kind: 'off' };
  hide(runtime, target.url);
  let result: AlertResult;
  try {
    const body = JSON.stringify(alertBodies[target.format](plainAlert(alert, runtime.redact)));
    result = await post(runtime, target, alert, body);
  } catch (error) {
    result = failed(errorMessage(error));
  }
  if (result.kind !== 'failed') return result;
  const reason = runtime.redact(`the alert could not be sent: ${result.reason}`);
  runtime.log.warning(reason);
  return failed(reason);
}
