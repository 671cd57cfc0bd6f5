import { type Random, seededRandom } from '../../../lib/stats/random.ts';
import type { Reply } from './routes.ts';

/**
 * What can go wrong between a client and GitHub. `after`: the request takes effect and the answer is lost. `late`: it
 * takes effect when the faults are over (`settle`), long after the client has given up.
 */
export type Fault =
  /** The request is taken and never answered. */
  | { readonly kind: 'silence'; readonly when: 'before' | 'after' | 'late' }
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  | { readonly kind: 'truncated' }
  /** The answer begins and does not end. */
  | { readonly kind: 'stall' }
  /** The request comes twice, as from a proxy that sends it again; what is answered to the second is heard. */
  | { readonly kind: 'twice' }
  | { readonly kind: 'html' }
  | {
      readonly kind: 'status';
      readonly when: 'before' | 'after';
      readonly status: number;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'secondary-limit'; readonly retryAfterSeconds?: number }
  | { readonly kind: 'primary-limit'; readonly resetInSeconds: number }
  /** A read is answered with what the same address answered first. */
  | { readonly kind: 'stale' };

export interface FaultRule {
  readonly method?: string;
  /** Compared with the path below the repository, without the query. */
  readonly path: RegExp;
  /** The first matching request that is hit, from 1. */
  readonly nth?: number;
  /** How many are hit. */
  readonly times?: number;
  readonly fault: Fault;
}

/** Faults that hit by chance: the same ones for the same seed and the same order of requests. */
export interface FaultChance {
  readonly seed: number;
  /** Which part of the requests is hit, from 0 to 1. */
  readonly share: number;
  readonly method?: string;
  /** Compared with the path below the repository; all of them if absent. */
  readonly path?: RegExp;
  /** Each as likely as the others; one that comes twice is twice as likely. */
  readonly among: readonly Fault[];
}

/** The faults that were asked for; each rule counts the requests that match it. */
export class Faults {
  #rules: { readonly rule: FaultRule; seen: number }[] = [];
  #chances: { readonly rule: FaultChance; readonly random: Random }[] = [];
  /** Called when a request was taken and nothing more will be said about it. */
  onSilence: () => void = () => undefined;
  #late: (() => Promise<unknown>)[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ rule, seen: 0 });
  }

  /** Lets chance hit what no rule does; of several chances for a request, the first that was given. */
  byChance(rule: FaultChance): void {
    this.#chances.push({ rule, random: seededRandom(rule.seed) });
  }

  clear(): void {
    this.#rules = [];
    this.#chances = [];
  }

  /** Keeps what a request would have done until the faults are over. */
  later(effect: () => Promise<unknown>): void {
    this.#late.push(effect);
  }

  /** Ends the faults, and lets what is late take effect, in the order in which it came. */
  async settle(): Promise<void> {
    this.clear();
    for (const effect of this.#late.splice(0)) await effect();
  }

  /** The fault that hits this request, if any. */
  next(method: string, path: string): Fault | undefined {
    let hit: Fault | undefined;
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (!matches(rule, method, path)) continue;
      entry.seen += 1;
      const first = rule.nth ?? 1;
      if (hit === undefined && entry.seen >= first && entry.seen < first + (rule.times ?? 1))
        hit = rule.fault;
    }
    return hit ?? this.#byChance(method, path);
  }

  #byChance(method: string, path: string): Fault | undefined {
    const chance = this.#chances.find(({ rule }) => matches(rule, method, path));
    if (chance === undefined) return undefined;
    const { rule, random } = chance;
    return random.next() < rule.share ? rule.among[random.integer(rule.among.length)] : undefined;
  }
}

const matches = (
  rule: { readonly method?: string; readonly path?: RegExp },
  method: string,
  path: string,
): boolean => (rule.method ?? method) === method && (rule.path?.test(path) ?? true);

const HTML = '<!DOCTYPE html><html><body><h1>Unicorn!</h1></body></html>';

/** The answer that a fault gives in place of the real one, `undefined` when it acts on the connection. */
export function faultReply(fault: Fault): Reply | undefined {
  switch (fault.kind) {
    case 'html':
      return { status: 200, bytes: Buffer.from(HTML), headers: { 'content-type': 'text/html' } };
    case 'status':
      return {
        status: fault.status,
        json: { message: fault.message ?? 'Server Error' },
        ...(fault.headers === undefined ? {} : { headers: fault.headers }),
      };
    case 'secondary-limit':
      return {
        status: 403,
        json: {
          message:
            'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
        },
        ...(fault.retryAfterSeconds === undefined
          ? {}
          : { headers: { 'retry-after': String(fault.retryAfterSeconds) } }),
      };
    case 'primary-limit':
      return {
        status: 403,
        json: { message: 'API rate limit exceeded for installation.' },
        headers: {
          'x-ratelimit-limit': '1000',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + fault.resetInSeconds),
        },
      };
    case 'silence':
    case 'reset':
    case 'truncated':
    case 'stall':
    case 'twice':
    case 'delay':
    case 'stale':
      return undefined;
    default:
      return fault satisfies never;
  }
}

const EFFECTIVE: ReadonlySet<Fault['kind']> = new Set(['truncated', 'stall', 'twice', 'html', 'delay']);

/** Whether the request still takes effect. */
export function takesEffect(fault: Fault | undefined): boolean {
  if (fault === undefined) return true;
  if ('when' in fault) return fault.when === 'after';
  return EFFECTIVE.has(fault.kind);
}
