import { randomUUID } from 'node:crypto';
import { fillTemplate } from '../../lib/rollout/template.ts';
import type { TrafficSpec } from '../../lib/rollout/traffic.ts';
import type { HttpReply, Runtime } from '../runtime.ts';
import { sendAgain } from '../send-again.ts';
import { webhookSignature } from '../webhook-signature.ts';
import { environmentSecret } from './environment-secret.ts';
import { LINGER } from './linger.ts';
import { readShare } from './read-share.ts';
import { replyText } from './reply-text.ts';
import type { SetResult, TrafficDriver, TrafficTarget } from './traffic-driver.ts';

const DONE: ReadonlySet<number> = new Set([200, 201, 202]);
const FENCED = 409;
const TRIES = 5;
const MAX_REPLY_BYTES = 64 * 1024;

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
      const again = (reply: HttpReply): void =>
        log.debug(`the traffic webhook ${replyText(reply)}; trying again`);
      return resultOf(await sendAgain(clock, () => post(target), TRIES, again));
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
