import { setTimeout as sleep } from 'node:timers/promises';
import { defaults } from '@actions/github/lib/utils';
import { vi } from 'vitest';
import type { Faults } from '../../actions/local/services/github/faults.ts';
import { systemHttp } from '../../actions/runtime/http.ts';
import type { Http } from '../../actions/runtime/runtime.ts';

/** How long a client waits for GitHub's answer: so long that it only gives up when it is told that none will come. */
export const PATIENCE_MS = 86_399_000;

/** Requests that do not get through. */
export interface Cut {
  readonly method: string;
  /** Compared with the path below the repository, or with all of it. */
  readonly path: RegExp;
  /** The one that is hit, from 1. */
  readonly nth: number;
  /** Where it is sent instead. */
  readonly to: string;
}

const pathOf = (url: string): string => new URL(url).pathname.replace('/repos/octo/models', '');

/**
 * The client's end of a step's connections. Patience is no matter of time here: it is over when a server has fallen
 * silent and nobody waits but those who wait in vain. However slow the machine is, an answer that comes is waited for.
 */
export class Wire {
  /** For the step's own requests. */
  readonly http: Http;
  #waits = new Map<NodeJS.Timeout, () => void>();
  #timeouts: AbortController[] = [];
  #sending = 0;
  #silent = 0;
  #cut: Cut | undefined;
  #seen = 0;
  readonly #restore: (() => void)[] = [];

  constructor(...servers: readonly Faults[]) {
    for (const server of servers)
      server.onSilence = () => {
        this.#silent += 1;
        this.#giveUp().catch(() => undefined);
      };
    this.http = this.#counted(systemHttp(new AbortController().signal));
    this.#keepTimers();
    this.#redirect();
  }

  cut(rule: Cut | undefined): void {
    this.#cut = rule;
    this.#seen = 0;
  }

  /** Gives timers and connections back. */
  close(): void {
    this.#silent = 0;
    for (const restore of this.#restore) restore();
  }

  async #giveUp(): Promise<void> {
    while (this.#silent > 0) {
      if (this.#waits.size + this.#sending === this.#silent) {
        this.#silent = 0;
        const waits = [...this.#waits.values()];
        this.#waits.clear();
        for (const wait of waits) wait();
        for (const timeout of this.#timeouts.splice(0))
          timeout.abort(new DOMException('no answer', 'TimeoutError'));
      }
      await sleep(1);
    }
  }

  #counted(http: Http): Http {
    return {
      send: async (request) => {
        this.#sending += 1;
        try {
          return await http.send({ ...request, url: this.#through(request.method, request.url) });
        } finally {
          this.#sending -= 1;
        }
      },
    };
  }

  /** Where a request goes. */
  #through(method: string, url: string): string {
    const cut = this.#cut;
    if (cut === undefined || cut.method !== method || !cut.path.test(pathOf(url))) return url;
    this.#seen += 1;
    return this.#seen === cut.nth ? cut.to : url;
  }

  #redirect(): void {
    const { request } = defaults;
    const real = request?.fetch;
    if (request === undefined || real === undefined) throw new Error('the toolkit has no fetch of its own');
    request.fetch = (url: string, init: RequestInit) => real(this.#through(init.method ?? 'GET', url), init);
    this.#restore.push(() => {
      request.fetch = real;
    });
  }

  #keepTimers(): void {
    const { setTimeout: later, clearTimeout: forget } = globalThis;
    const set = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((
      call: (...values: unknown[]) => void,
      ms?: number,
      ...values: unknown[]
    ) => {
      const timer = later(call, ms, ...values);
      if (ms === PATIENCE_MS) this.#waits.set(timer, call);
      return timer;
    }) as typeof setTimeout);
    const clear = vi.spyOn(globalThis, 'clearTimeout').mockImplementation(((timer: NodeJS.Timeout) => {
      this.#waits.delete(timer);
      forget(timer);
    }) as typeof clearTimeout);
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const controller = new AbortController();
      this.#timeouts.push(controller);
      return controller.signal;
    });
    this.#restore.push(...[set, clear, timeout].map((spy) => () => spy.mockRestore()));
  }
}
