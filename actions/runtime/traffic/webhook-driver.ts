import { createHmac } from 'node:crypto';
import { ActionError } from '../../lib/errors.ts';
import type { TrafficSpec } from '../../lib/rollout/rollout.ts';
import { fillTemplate } from '../../lib/rollout/template.ts';
import type { HttpReply, Runtime } from '../runtime.ts';
import { readShare } from './read-share.ts';
import type { SetResult, TrafficDriver, TrafficTarget } from './traffic-driver.ts';

const DONE: ReadonlySet<number> = new Set([200, 201, 202]);
/** The receiver asks to come again: the change had no effect yet, or repeating it under its key is harmless. */
const AGAIN: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
const FENCED = 409;
const TRIES = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** The signature a receiver compares: HMAC-SHA256 of the time, a dot and the body. */
export const webhookSignature = (secret: string, timestamp: string, body: string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;

const bodyOf = (target: TrafficTarget): string =>
  JSON.stringify({
    model: target.model,
    environment: target.environment,
    version: target.version,
    digest: target.digest,
    uri: target.uri,
    weight: target.weight,
    previous: target.previous ?? null,
    fence: target.fence,
  });

const templateValues = (target: TrafficTarget) => ({
  version: target.version,
  digest: target.digest,
  weight: String(target.weight),
  model: target.model,
  environment: target.environment,
});

function waitMs(reply: HttpReply, attempt: number): number {
  const asked = reply.kind === 'answer' ? Number(reply.headers.get('retry-after') ?? Number.NaN) : Number.NaN;
  const wait = Number.isFinite(asked) && asked >= 0 ? asked * 1_000 : FIRST_WAIT_MS * 2 ** attempt;
  return Math.min(wait, LONGEST_WAIT_MS);
}

const describe = (reply: HttpReply): string =>
  reply.kind === 'answer' ? `answered ${reply.status}` : `gave no answer (${reply.reason}: ${reply.message})`;

const mayRepeat = (reply: HttpReply): boolean =>
  reply.kind === 'answer' ? AGAIN.has(reply.status) : reply.reason !== 'forbidden-address';

function resultOf(reply: HttpReply): SetResult {
  if (reply.kind === 'answer' && DONE.has(reply.status)) return { kind: 'done' };
  const message = `the traffic webhook ${describe(reply)}`;
  return reply.kind === 'answer' && reply.status === FENCED
    ? { kind: 'fenced', message }
    : { kind: 'failed', message };
}

/**
 * Switches traffic by a signed POST and reads it back by a GET. The same change carries the same
 * `Idempotency-Key`, so that a repeat after a lost answer is one change.
 *
 * @throws ActionError invalid-input when the variable with the key is not set
 */
export function webhookDriver(
  runtime: Runtime,
  spec: Extract<TrafficSpec, { driver: 'webhook' }>,
): TrafficDriver {
  const secret = process.env[spec.secretEnv] ?? '';
  if (secret === '')
    throw new ActionError(
      'invalid-input',
      `the rollout file signs its webhook with the environment variable ${spec.secretEnv}, which is not set; give it to the step with env:`,
    );
  runtime.secret(secret);
  const { timeoutMs, allowPrivateNetwork } = spec;

  async function post(target: TrafficTarget): Promise<HttpReply> {
    const body = bodyOf(target);
    const timestamp = String(Math.floor(runtime.clock.now() / 1_000));
    return runtime.http.send({
      url: fillTemplate(spec.url, templateValues(target)),
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': target.idempotencyKey,
        'x-mlops-fence': String(target.fence),
        'x-mlops-timestamp': timestamp,
        'x-mlops-signature': webhookSignature(secret, timestamp, body),
      },
      body,
      timeoutMs,
      allowPrivateNetwork,
    });
  }

  return {
    async set(target) {
      let reply = await post(target);
      for (let attempt = 0; mayRepeat(reply) && attempt < TRIES - 1; attempt++) {
        runtime.log.debug(`the traffic webhook ${describe(reply)}; trying again`);
        await runtime.clock.sleep(waitMs(reply, attempt));
        reply = await post(target);
      }
      return resultOf(reply);
    },
    async read(target) {
      const timestamp = String(Math.floor(runtime.clock.now() / 1_000));
      const reply = await runtime.http.send({
        url: fillTemplate(spec.readUrl, templateValues(target)),
        method: 'GET',
        headers: {
          'x-mlops-timestamp': timestamp,
          'x-mlops-signature': webhookSignature(secret, timestamp, ''),
        },
        timeoutMs,
        allowPrivateNetwork,
      });
      if (reply.kind === 'answer' && reply.status === 200) return readShare(reply.body, target.version);
      return { kind: 'unreadable', message: `reading the traffic ${describe(reply)}` };
    },
  };
}
