import { createHmac, randomUUID } from 'node:crypto';
import { fillTemplate } from '../../lib/rollout/template.ts';
import type { TrafficSpec } from '../../lib/rollout/traffic.ts';
import type { HttpReply, Runtime } from '../runtime.ts';
import { environmentSecret } from './environment-secret.ts';
import { LINGER } from './linger.ts';
import { readShare } from './read-share.ts';
import { replyText } from './reply-text.ts';
import type { SetResult, TrafficDriver, TrafficTarget } from './traffic-driver.ts';

const DONE: ReadonlySet<number> = new Set([200, 201, 202]);
/** The receiver asks to come again: the change had no effect yet, or repeating it under its key is harmless. */
const AGAIN: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
const FENCED = 409;
const TRIES = 5;
/** No try begins later than this after the first one. */
const WITHIN_MS = 120_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const MAX_REPLY_BYTES = 64 * 1024;

/** The signature a receiver compares: HMAC-SHA256 of the time, a dot and the body. */
export const webhookSignature = (secret: string, timestamp: string, body: string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;

/** The body holds all that decides, since only the time and the body are signed. */
const bodyOf = (target: TrafficTarget): string =>
  JSON.stringify({
    model: target.model,
    environment: target.environment,
    version: target.version,
    digest: target.digest,
    uri: target.uri,
    weight: target.weight,
    shadow: target.shadow,
    drainSeconds: target.drainSeconds,
    previous: target.previous ?? null,
    fence: target.fence,
    idempotencyKey: target.idempotencyKey,
  });

const templateValues = (target: TrafficTarget) => ({
  version: target.version,
  digest: target.digest,
  weight: String(target.weight),
  model: target.model,
  environment: target.environment,
});

/** How long the receiver asks to wait, in seconds or as a date (RFC 9110), else longer each time; capped. */
function waitMs(reply: HttpReply, attempt: number, now: number): number {
  const asked = (reply.kind === 'answer' && reply.headers.get('retry-after')?.trim()) || '';
  const wait = /^\d+$/.test(asked) ? Number(asked) * 1_000 : Date.parse(asked) - now;
  return Math.min(wait >= 0 ? wait : FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS);
}

const mayRepeat = (reply: HttpReply): boolean =>
  reply.kind === 'answer'
    ? AGAIN.has(reply.status)
    : reply.reason !== 'forbidden-address' && reply.reason !== 'too-large';

function resultOf(reply: HttpReply): SetResult {
  if (reply.kind === 'answer' && DONE.has(reply.status)) return { kind: 'done' };
  const message = `the traffic webhook ${replyText(reply)}`;
  return reply.kind === 'answer' && reply.status === FENCED
    ? { kind: 'fenced', message }
    : { kind: 'failed', message };
}

/**
 * Switches traffic by a signed POST and reads it back by a GET. The same change carries the same
 * `Idempotency-Key`, so that a repeat after a lost answer is one change; each delivery has an id of its own.
 *
 * @throws ActionError invalid-input when the variable with the key is not set
 */
export function webhookDriver(
  runtime: Runtime,
  spec: Extract<TrafficSpec, { driver: 'webhook' }>,
): TrafficDriver {
  const { clock, log } = runtime;
  const secret = environmentSecret(runtime, spec.secretEnv, 'signs its webhook');
  const { timeoutMs, allowPrivateNetwork } = spec;
  const limits = { timeoutMs, allowPrivateNetwork, maxBodyBytes: MAX_REPLY_BYTES };

  const signed = (body: string) => {
    const timestamp = String(Math.floor(clock.now() / 1_000));
    return {
      'x-mlops-delivery': randomUUID(),
      'x-mlops-timestamp': timestamp,
      'x-mlops-signature': webhookSignature(secret, timestamp, body),
    };
  };

  async function post(target: TrafficTarget): Promise<HttpReply> {
    const body = bodyOf(target);
    return runtime.http.send({
      ...limits,
      ...LINGER,
      url: fillTemplate(spec.url, templateValues(target)),
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': target.idempotencyKey,
        'x-mlops-fence': String(target.fence),
        ...signed(body),
      },
      body,
    });
  }

  return {
    async set(target) {
      const last = clock.now() + WITHIN_MS;
      for (let attempt = 0; ; attempt++) {
        const reply = await post(target);
        const wait = waitMs(reply, attempt, clock.now());
        if (!mayRepeat(reply) || attempt + 1 >= TRIES || clock.now() + wait > last) return resultOf(reply);
        log.debug(`the traffic webhook ${replyText(reply)}; trying again`);
        await clock.sleep(wait);
      }
    },
    async read(target) {
      const reply = await runtime.http.send({
        ...limits,
        url: fillTemplate(spec.readUrl, templateValues(target)),
        method: 'GET',
        headers: signed(''),
      });
      if (reply.kind === 'answer' && reply.status === 200) return readShare(reply.body, target.version);
      return { kind: 'unreadable', message: `reading the traffic, the webhook ${replyText(reply)}` };
    },
  };
}
