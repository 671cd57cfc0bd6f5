import type { Scheduler } from 'fast-check';
import { ActionError } from '../../actions/lib/errors.ts';
import { environmentOf } from '../../actions/lib/registry/state.ts';
import { abort } from '../../actions/promote-model/abort.ts';
import { readInputs as readPromoteInputs } from '../../actions/promote-model/inputs.ts';
import { pause } from '../../actions/promote-model/pause.ts';
import { promote } from '../../actions/promote-model/promote.ts';
import { resume } from '../../actions/promote-model/resume.ts';
import { readInputs as readRollbackInputs } from '../../actions/rollback/inputs.ts';
import { rollBack } from '../../actions/rollback/roll-back.ts';
import type { GitHub } from '../../actions/runtime/github/github.ts';
import { GitLedgerStore } from '../../actions/runtime/ledger/ledger-store.ts';
import type { OpenLedger } from '../../actions/runtime/ledger/open-ledger.ts';
import { LedgerReader } from '../../actions/runtime/ledger/read-ledger.ts';
import type { Clock, Http, HttpReply, Runtime } from '../../actions/runtime/runtime.ts';
import { contextOf, silentLog } from './github.ts';
import { BareRepository } from './memory-repository.ts';
import type { MemoryRuntime } from './memory-runtime.ts';
import { gitOn } from './registry-model-git.ts';
import { BRANCH } from './registry-model-world.ts';

export const MODEL = 'churn';
export const ENVIRONMENT = 'production';

/** Somebody who acts on the environment: a run of its own. */
export type ActorName =
  | 'promotes 0.0.2'
  | 'promotes 0.0.3'
  | 'rolls back'
  | 'rolls back too'
  | 'rolls back to 0.0.3'
  | 'ticks'
  | 'ticks too'
  | 'aborts'
  | 'pauses';

interface Deed {
  readonly action: 'promote-model' | 'rollback';
  readonly operation: string;
  readonly inputs: Readonly<Record<string, string>>;
}

const promotion = (version: string): Deed => ({
  action: 'promote-model',
  operation: 'promote',
  inputs: { version, rollout: 'quick.yml', wait: 'none' },
});
const control = (operation: string): Deed => ({
  action: 'promote-model',
  operation,
  inputs: { operation, wait: 'none', ...(operation === 'resume' ? {} : { reason: 'somebody wants it' }) },
});
const ROLLBACK: Deed = {
  action: 'rollback',
  operation: 'rollback',
  inputs: { reason: 'it is worse', 'incident-issue': 'off' },
};

const DEEDS: Readonly<Record<ActorName, Deed>> = {
  'promotes 0.0.2': promotion('0.0.2'),
  'promotes 0.0.3': promotion('0.0.3'),
  'rolls back': ROLLBACK,
  'rolls back too': ROLLBACK,
  'rolls back to 0.0.3': { ...ROLLBACK, inputs: { ...ROLLBACK.inputs, to: '0.0.3' } },
  ticks: control('resume'),
  'ticks too': control('resume'),
  aborts: control('abort'),
  pauses: control('pause'),
};

/** What happened at the router. */
interface Change {
  readonly version: string;
  readonly weight: number;
  readonly fence: number;
}

/** A change of traffic that was sent and has not arrived. */
interface Sent {
  readonly by: string;
}

/**
 * Some runs at once on one ledger and one router. Whoever is about to look at the ledger, to publish, to change traffic or
 * to read it waits until the scheduler lets it on: every order of these steps can be had, and had again.
 */
export class Stage {
  readonly #scheduler: Scheduler;
  readonly #repository = new BareRepository();
  readonly #base: MemoryRuntime;
  readonly #fenced: boolean;
  /** Nothing is on its way for longer than a run waits for traffic to settle. */
  readonly #swift: boolean;
  readonly changes: Change[] = [];
  readonly problems: string[] = [];
  readonly told: string[] = [];
  weights: Readonly<Record<string, number>>;
  #newest = 0;
  #now: number;
  #live = 0;
  #parked = 0;
  readonly #onTheWay = new Set<Sent>();
  readonly #seenFence = new Map<string, number>();
  readonly #ended = new Set<number>();
  /** Those who begin once the first change of traffic is on its way. */
  readonly #late: (() => void)[] = [];

  constructor(
    scheduler: Scheduler,
    scene: {
      readonly repository: BareRepository;
      readonly weights: Readonly<Record<string, number>>;
      readonly now: number;
    },
    base: MemoryRuntime,
    options: { readonly fenced: boolean; readonly swift: boolean },
  ) {
    this.#scheduler = scheduler;
    this.#repository.become(scene.repository);
    this.weights = scene.weights;
    this.#now = scene.now;
    this.#base = base;
    this.#fenced = options.fenced;
    this.#swift = options.swift;
  }

  /** Waits until the scheduler lets this one on. */
  async #turn(label: string): Promise<void> {
    this.#parked += 1;
    await this.#scheduler.schedule(Promise.resolve(), label);
    this.#parked -= 1;
  }

  #clock(name: string): Clock {
    const now = () => this.#now;
    return {
      now,
      iso: () => new Date(this.#now).toISOString(),
      sleep: async (ms) => {
        const end = this.#now + ms;
        const before = [...this.#onTheWay];
        do await this.#turn(`${name}: wakes`);
        while (this.#swift && before.some((sent) => this.#onTheWay.has(sent)));
        this.#now = Math.max(this.#now, end);
      },
    };
  }

  /** The newest fence that the ledger has given. */
  async #fence(): Promise<number> {
    const git = gitOn(this.#repository);
    const bytes = await git.readFile((await git.branchTip(BRANCH)) ?? '', `models/${MODEL}/state.json`);
    return JSON.parse(new TextDecoder().decode(bytes)).environments[ENVIRONMENT].fence;
  }

  #github(name: string): GitHub {
    const git = gitOn(this.#repository);
    const looked = async () => this.#seenFence.set(name, await this.#fence());
    const parts: Pick<GitHub, 'runs' | 'git'> = {
      git: {
        ...git,
        branchTip: async (branch) => {
          await this.#turn(`${name}: reads the ledger`);
          await looked();
          return git.branchTip(branch);
        },
        publish: async (branch, commit) => {
          await this.#turn(`${name}: publishes`);
          const result = await git.publish(branch, commit);
          await looked();
          return result;
        },
      },
      runs: {
        approvers: async () => [],
        get: async (id: number) => ({ id, status: this.#ended.has(id) ? 'completed' : 'in_progress' }),
      } as unknown as GitHub['runs'],
    };
    // Nothing else of GitHub is touched with mirrors and incidents switched off.
    return parts as GitHub;
  }

  #http(name: string): Http {
    return {
      send: async ({ method, body }) => {
        if (method === 'POST') return this.#change(name, JSON.parse(String(body)));
        await this.#turn(`${name}: reads traffic`);
        return answer(200, { weights: this.weights });
      },
    };
  }

  async #change(
    name: string,
    { version, weight, fence, previous }: Change & { readonly previous: { readonly version: string } | null },
  ): Promise<HttpReply> {
    const seen = this.#seenFence.get(name) ?? 0;
    if (fence < seen)
      this.problems.push(`${name} sets ${weight} % under fence ${fence}, but has seen ${seen}`);
    const sent = { by: name };
    this.#onTheWay.add(sent);
    for (const begin of this.#late.splice(0)) begin();
    await this.#turn(`${name}: ${weight} % on ${version} arrives under fence ${fence}`);
    this.#onTheWay.delete(sent);
    const taken = !this.#fenced || fence >= this.#newest;
    if (taken) {
      this.#newest = Math.max(this.#newest, fence);
      this.changes.push({ version, weight, fence });
      this.weights = {
        ...(previous === null ? {} : { [previous.version]: 100 - weight }),
        [version]: weight,
      };
    }
    await this.#turn(`${name}: hears that ${weight} % was ${taken ? 'set' : 'refused'}`);
    return answer(taken ? 202 : 409, {});
  }

  #runtime(name: string, run: number): Runtime {
    const base = contextOf('');
    return {
      ...this.#base,
      log: silentLog,
      clock: this.#clock(name),
      http: this.#http(name),
      github: async () => this.#github(name),
      context: { ...base, source: { ...base.source, commit: '1'.repeat(40), run }, job: 'job' },
    };
  }

  #ledger(runtime: Runtime, github: GitHub, { action, operation }: Deed): OpenLedger {
    const { run } = runtime.context.source;
    const about = {
      repository: 'octo/models',
      run: String(run),
      job: 'job',
      action,
      operation,
      model: MODEL,
    };
    const store = new GitLedgerStore({
      remote: github.git,
      clock: runtime.clock,
      branch: BRANCH,
      operation: about,
      author: {
        actor: 'octo',
        run: { id: run, attempt: 1, job: 'job', workflow: 'w.yml', sha: '1'.repeat(40) },
      },
      random: () => 0.5,
    });
    return { store, operation: about };
  }

  async #act(name: ActorName, run: number): Promise<string> {
    const deed = DEEDS[name];
    const runtime = this.#runtime(name, run);
    const ledger = this.#ledger(runtime, await runtime.github(), deed);
    const given: Readonly<Record<string, string>> = {
      'model-name': MODEL,
      environment: ENVIRONMENT,
      deployments: 'off',
      ...deed.inputs,
    };
    const source = (input: string) => given[input];
    if (deed.action === 'rollback')
      return (await rollBack(runtime, readRollbackInputs(source), ledger)).message;
    const operate = { promote, resume, abort, pause }[deed.operation] ?? promote;
    return (await operate(runtime, readPromoteInputs(source), ledger)).message;
  }

  async #liveThrough(name: ActorName, run: number): Promise<void> {
    try {
      this.told.push(`${name}: ${await this.#act(name, run)}`);
    } catch (error) {
      this.told.push(`${name}: ${String(error)}`);
      if (!(error instanceof ActionError)) this.problems.push(`${name}: ${Object(error).stack}`);
    } finally {
      this.#ended.add(run);
      this.#live -= 1;
    }
  }

  /** Half an hour and more goes by, at some point: a lease runs out under a run that stands still. */
  async #freeze(): Promise<void> {
    await this.#turn('time goes by');
    this.#now += 40 * 60_000;
    this.#live -= 1;
  }

  /**
   * Lets all of them act, one step of one of them at a time, until all have ended.
   *
   * @param late - those who begin once a change of traffic is on its way
   */
  async play(actors: readonly ActorName[], freezes: boolean, late: readonly ActorName[] = []): Promise<void> {
    const all: Promise<void>[] = [];
    const begin = (name: ActorName, run: number): void => {
      this.#live += 1;
      all.push(this.#liveThrough(name, run));
    };
    this.#late.push(...late.map((name, index) => () => begin(name, 300 + index)));
    for (const [index, name] of actors.entries()) begin(name, 200 + index);
    if (freezes) {
      this.#live += 1;
      all.push(this.#freeze());
    }
    for (;;) {
      // Whoever was let on does what it can on its own before the next one is.
      while (this.#parked < this.#live) await new Promise((go) => setImmediate(go));
      if (this.#live === 0) break;
      await this.#scheduler.waitNext(1);
    }
    await Promise.all(all);
  }

  /** How the ledger stands at the end, proven. */
  async end() {
    const git = gitOn(this.#repository);
    const found = await new LedgerReader(git, BRANCH, MODEL).at((await git.branchTip(BRANCH)) ?? '');
    if (found.kind !== 'sound') throw new Error(`the ledger is ${found.kind}`);
    return { events: found.ledger.events, environment: environmentOf(found.ledger.state, ENVIRONMENT) };
  }
}

const answer = (status: number, body: unknown): HttpReply => ({
  kind: 'answer',
  status,
  headers: new Map(),
  body: JSON.stringify(body),
});
