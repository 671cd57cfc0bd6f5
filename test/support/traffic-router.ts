import type { IncomingHttpHeaders } from 'node:http';
import type { Reply } from '../../actions/local/services/github/routes.ts';
import { webhookSignature } from '../../actions/runtime/webhook-signature.ts';

export const ROUTER_SECRET = 'the key of the router';

/** A request that has come in whole. */
export interface Arrived {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A change that the router took. */
export interface TrafficChange {
  readonly version: string;
  readonly weight: number;
  readonly fence: number;
  readonly key: string;
}

/**
 * A router that is told by a signed webhook how to share traffic. Like the receiver of the recipe it keeps shares by
 * version, refuses fences older than the newest it has seen, and lets a change that comes again have no second effect.
 */
export class TrafficRouter {
  weights: Readonly<Record<string, number>>;
  readonly changes: TrafficChange[] = [];
  /** Requests that no sender of ours may send: unsigned ones, and two changes under one key. */
  readonly wrong: string[] = [];
  /** A mistake for a test to find: a change that comes again is made again on top, as relative weights would be. */
  addsUp = false;
  #newest = 0;

  constructor(weights: Readonly<Record<string, number>>) {
    this.weights = weights;
  }

  answer(request: Arrived): Reply {
    const body = request.body.toString();
    const time = String(request.headers['x-mlops-timestamp']);
    if (request.headers['x-mlops-signature'] !== webhookSignature(ROUTER_SECRET, time, body)) {
      this.wrong.push(`${request.method} without a valid signature`);
      return { status: 401 };
    }
    const status = request.method === 'POST' ? this.#take(body, request.headers) : 200;
    return { status, json: { weights: this.weights } };
  }

  #take(body: string, headers: IncomingHttpHeaders): number {
    const { version, weight, previous, fence, idempotencyKey: key } = JSON.parse(body);
    if (headers['idempotency-key'] !== key || headers['x-mlops-fence'] !== String(fence))
      this.wrong.push(`the head of a change disagrees with its body ${body}`);
    if (fence < this.#newest) return 409;
    this.#newest = fence;
    const twin = this.changes.find((change) => change.key === key);
    if (twin !== undefined && (twin.version !== version || twin.weight !== weight))
      this.wrong.push(`one key for ${twin.weight} % on ${twin.version} and ${weight} % on ${version}`);
    this.changes.push({ version, weight, fence, key });
    if (twin !== undefined && !this.addsUp) return 202;
    const times = this.addsUp ? this.changes.filter((change) => change.key === key).length : 1;
    const share = Math.min(100, times * weight);
    this.weights = { [version]: share, ...(previous ? { [previous.version]: 100 - share } : {}) };
    return 202;
  }
}
