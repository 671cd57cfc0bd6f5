import { errorMessage } from '../../lib/errors.ts';
import type { Alert } from '../../lib/registry/alert.ts';
import type { HttpReply, Runtime } from '../runtime.ts';
import { sendAgain } from '../send-again.ts';
import { webhookSignature } from '../webhook-signature.ts';
import { type AlertFormat, alertBodies } from './formats.ts';
import { plainAlert } from './plain-alert.ts';

/** Where alerts go. */
export interface AlertTarget {
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
const TRIES = 5;
const TIMEOUT_MS = 10_000;
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
  return { 'x-mlops-timestamp': timestamp, 'x-mlops-signature': webhookSignature(secret, timestamp, body) };
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
  const send = () =>
    runtime.http.send({
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
  const again = (): void => runtime.log.debug('the receiver of alerts did not take the alert; trying again');
  return resultOf(await sendAgain(runtime.clock, send, TRIES, again));
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
