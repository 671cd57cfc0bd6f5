import { setTimeout as sleep } from 'node:timers/promises';
import type { TrafficSample } from './demo-record.ts';
import { ModelClient } from './model-client.ts';

/** A penguin as production meets it: the measurements that are asked about, and the truth that is told later. */
export interface Bird {
  readonly row: Readonly<Record<string, string>>;
  readonly species: string;
}

interface Answered {
  readonly version: string;
  readonly right: boolean;
}

/** Between two requests: few come by day in and day out, many while somebody counts on them. */
const PAUSE_MS = { calm: 60, busy: 6 } as const;
const SAMPLE_EVERY_MS = 250;
/** Every penguin of the season once: what the shares and the accuracy of a moment rest on. */
export const LATEST = 67;

/** Visitors of production: ask about one penguin after the other, tell the truth about it, and watch what answers. */
export class LiveTraffic {
  readonly samples: TrafficSample[] = [];
  readonly #client: ModelClient;
  readonly #stopped = new AbortController();
  #birds: readonly Bird[];
  #asked = 0;
  #pace: keyof typeof PAUSE_MS = 'calm';
  #latest: Answered[] = [];
  #done: Promise<void> | undefined;

  constructor(address: string, birds: readonly Bird[]) {
    this.#client = new ModelClient(address);
    this.#birds = birds;
  }

  start(): void {
    this.#done = this.#run();
  }

  /** From now on the world looks like this. */
  changeWorld(birds: readonly Bird[]): void {
    this.#birds = birds;
  }

  /** From now on visitors come this often. */
  setPace(pace: keyof typeof PAUSE_MS): void {
    this.#pace = pace;
  }

  /** Waits until this many more requests were answered. */
  async answered(count: number): Promise<void> {
    this.setPace('busy');
    for (const goal = this.#asked + count; this.#asked < goal; ) await sleep(20);
    this.setPace('calm');
  }

  /** Share of right answers among the latest, 0 to 1; `undefined` when nobody answered. */
  accuracy(): number | undefined {
    const total = this.#latest.length;
    return total === 0 ? undefined : this.#latest.filter(({ right }) => right).length / total;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#done;
    this.#client.close();
  }

  async #run(): Promise<void> {
    const start = performance.now();
    let next = 0;
    while (!this.#stopped.signal.aborted) {
      await this.#ask();
      const atMs = performance.now() - start;
      if (atMs >= next && this.#latest.length > 0) {
        this.samples.push(this.#sample(Math.round(atMs)));
        next = atMs + SAMPLE_EVERY_MS;
      }
      await sleep(PAUSE_MS[this.#pace]);
    }
  }

  async #ask(): Promise<void> {
    const bird = this.#birds[this.#asked % this.#birds.length];
    if (!bird) throw new RangeError('live traffic needs at least one penguin');
    const id = `request ${this.#asked}`;
    const answer = await this.#client.predict(id, bird.row);
    if (answer) {
      await this.#client.tellTruth(id, bird.species);
      const latest = { version: answer.version, right: answer.label === bird.species };
      this.#latest = [...this.#latest, latest].slice(-LATEST);
    }
    this.#asked += 1;
  }

  #sample(atMs: number): TrafficSample {
    const total = this.#latest.length;
    const byVersion = Object.entries(Object.groupBy(this.#latest, ({ version }) => version));
    return {
      atMs,
      shares: Object.fromEntries(
        byVersion.map(([version, answers]) => [version, (100 * (answers?.length ?? 0)) / total]),
      ),
      accuracy: this.accuracy() ?? null,
    };
  }
}
