import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A model version by content. */
export interface Served {
  readonly version: string;
  readonly digest: string;
}

/** Who answers which share of the requests. The shares of `stable` and `canary` add up to 100. */
export interface Traffic {
  readonly stable: Served | null;
  readonly canary: (Served & { readonly weight: number }) | null;
  /** The highest fence seen: orders with a lower one come from a run that was pushed aside. */
  readonly fence: number;
}

/** An order from promote-model or rollback: this version shall have this share, in percent. */
export interface Order extends Served {
  readonly weight: number;
  readonly fence: number;
  /** Orders with the same key are the same order, sent again. */
  readonly key: string;
}

export type Obeyed =
  | { readonly kind: 'done' | 'repeated'; readonly traffic: Traffic }
  | { readonly kind: 'fenced'; readonly fence: number };

interface Saved extends Traffic {
  readonly keys: readonly string[];
}

const NOBODY: Saved = { stable: null, canary: null, fence: 0, keys: [] };
const KEYS_KEPT = 200;

/** The traffic of one server, kept in a file so that a restart serves what was served before. */
export class TrafficControl {
  readonly #file: string;
  #saved: Saved;

  constructor(file: string) {
    this.#file = file;
    this.#saved = readSaved(file);
  }

  get current(): Traffic {
    const { stable, canary, fence } = this.#saved;
    return { stable, canary, fence };
  }

  /** Carries an order out once. An order with a lower fence than one seen before is refused. */
  obey(order: Order): Obeyed {
    if (this.#saved.keys.includes(order.key)) return { kind: 'repeated', traffic: this.current };
    if (order.fence < this.#saved.fence) return { kind: 'fenced', fence: this.#saved.fence };
    const keys = [...this.#saved.keys, order.key].slice(-KEYS_KEPT);
    this.#save({ ...shift(this.#saved, order), fence: order.fence, keys });
    return { kind: 'done', traffic: this.current };
  }

  /** Which version answers a request: the same id always lands on the same side. `undefined` while nobody has that share. */
  route(id: string): Served | undefined {
    const { stable, canary } = this.#saved;
    const bucket = createHash('sha256').update(id).digest().readUInt32BE() % 100;
    return (canary && bucket < canary.weight ? canary : stable) ?? undefined;
  }

  #save(saved: Saved): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(`${this.#file}.new`, `${JSON.stringify(saved, null, 2)}\n`);
    renameSync(`${this.#file}.new`, this.#file);
    this.#saved = saved;
  }
}

/** What an order makes of the traffic: 100 % makes a version the stable one, 0 % takes a canary away. */
function shift(traffic: Traffic, order: Order): Pick<Traffic, 'stable' | 'canary'> {
  const { version, digest, weight } = order;
  const isStable = traffic.stable?.digest === digest;
  if (weight === 100) return { stable: { version, digest }, canary: null };
  if (weight === 0)
    return {
      stable: isStable ? null : traffic.stable,
      canary: traffic.canary?.digest === digest ? null : traffic.canary,
    };
  return isStable ? traffic : { stable: traffic.stable, canary: { version, digest, weight } };
}

const readSaved = (file: string): Saved =>
  existsSync(file) ? { ...NOBODY, ...JSON.parse(readFileSync(file, 'utf8')) } : NOBODY;
