import type { LedgerEvent } from '../../actions/lib/registry/events.ts';
import {
  type EnvironmentState,
  emptyState,
  environmentOf,
  type LedgerState,
} from '../../actions/lib/registry/state.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { main as promoteMain } from '../../actions/promote-model/main.ts';
import { main as rollbackMain } from '../../actions/rollback/main.ts';
import type { GitHub } from '../../actions/runtime/github/github.ts';
import { LedgerReader } from '../../actions/runtime/ledger/read-ledger.ts';
import type { Http, HttpReply, HttpRequest, Main } from '../../actions/runtime/runtime.ts';
import { clientOf, contextOf } from './github.ts';
import { BareRepository } from './memory-repository.ts';
import { memoryRuntime } from './memory-runtime.ts';
import { gateFor, modelDigest } from './registry.ts';
import { type Ending, type Gate, type Health, HOUR, PLANS, type PlanName } from './registry-model.ts';
import { gitOn } from './registry-model-git.ts';
import { ROUTER_SECRET, TrafficRouter } from './traffic-router.ts';

/** Where all histories begin. */
export const START = Date.parse('2026-01-15T12:00:00Z');
export const BRANCH = 'mlops-registry';
const ROUTER = 'https://router.example.org/traffic';
const MONITOR = 'https://monitor.example.org/errors';
const ERRORS: Readonly<Record<Health, number | null>> = { good: 0.01, bad: 0.5, silent: null };

/** The rollout file of a plan. */
export const rolloutText = (plan: PlanName): string => `version: 1
deadline: 3d
traffic:
  driver: webhook
  webhook: { url: "${ROUTER}", read-url: "${ROUTER}", secret-env: ROUTER_SECRET }
steps:
${PLANS[plan].map((step) => (step === 'approval' ? '  - approve: { environment: approval }' : `  - { weight: ${step.weight}${step.hours === 0 ? '' : `, bake: ${step.hours}h, analysis: [health]`} }`)).join('\n')}
analysis:
  health:
    interval: 1h
    metrics:
      - { name: errors, type: http-json, url: "${MONITOR}?version=\${version}", pointer: /errors, fail-if: "> 0.05" }
`;

const DAY = 24 * HOUR;

/** The document that goes with a model, or none. */
export function gateText(bytes: string, gate: Gate, now: number): string | undefined {
  const created = new Date(now - (gate === 'too old' ? 8 * DAY : HOUR)).toISOString();
  switch (gate) {
    case 'none':
      return undefined;
    case 'fails':
      return gateFor(bytes, { verdict: 'fail' }, created);
    case 'of another model':
      return gateFor(`${bytes} of somebody else`, {}, created);
    default:
      return gateFor(bytes, {}, created);
  }
}

/** Where a step is lost: at the n-th thing that it does to the world, before or after it has taken effect. */
export interface Loss {
  readonly nth: number;
  readonly when: 'before' | 'after';
}

/** A runner: it counts what its step does to the world, and is lost where it is to be. Nothing comes from it after that. */
class Runner {
  effects = 0;
  lost = false;
  readonly #loss: Loss | undefined;

  constructor(loss: Loss | undefined) {
    this.#loss = loss;
  }

  async does<T>(work: () => Promise<T>, isEffect: boolean): Promise<T> {
    if (this.lost) throw new Error('the runner is lost');
    if (!isEffect) return work();
    this.effects += 1;
    const ends = this.effects === this.#loss?.nth;
    if (ends && this.#loss?.when === 'before') {
      this.lost = true;
      throw new Error('the runner was lost');
    }
    const result = await work();
    if (ends) {
      this.lost = true;
      throw new Error('the runner was lost');
    }
    return result;
  }

  /** A client whose calls all go through this runner. */
  client<T extends object>(client: T, effects: ReadonlySet<string>): T {
    const calls = Object.entries(client).map(([name, call]) => [
      name,
      (...given: readonly unknown[]) =>
        this.does(
          () => Reflect.apply(call as (...given: readonly unknown[]) => Promise<unknown>, client, given),
          effects.has(name),
        ),
    ]);
    return Object.fromEntries(calls);
  }
}

const WRITES = {
  git: new Set(['publish']),
  deployments: new Set(['ensure', 'setStatus']),
  issues: new Set(['upsert', 'comment', 'close']),
  dispatches: new Set(['workflow', 'repository']),
} as const;

/** A step as a history asks for it. */
export interface Step {
  readonly action: 'promote-model' | 'rollback';
  readonly inputs: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly run: number;
  readonly attempt?: number;
  readonly now: number;
  readonly loss?: Loss;
}

/** How a step of the real actions ended. */
export interface RealEnding extends Ending {
  readonly message: string;
  readonly output: (name: string) => string;
  /** `promotion.json` or `rollback.json`, `undefined` when there is none. */
  readonly document: Readonly<Record<string, unknown>> | undefined;
  readonly lost: boolean;
  readonly effects: number;
}

interface Seen {
  readonly state: LedgerState;
  readonly environment: EnvironmentState;
  readonly events: readonly LedgerEvent[];
  readonly problem: string | undefined;
}

interface Names {
  readonly model: string;
  readonly environment: string;
}

let histories = 0;

/**
 * All that one history can touch: a model and an environment of its own in a GitHub that many share, a ledger in memory,
 * a router and a monitor. The actions are the real ones, whole.
 */
export class ModelWorld {
  readonly repository = new BareRepository();
  readonly router = new TrafficRouter({});
  readonly model: string;
  readonly environment: string;
  readonly #service: GitHubService;
  readonly #commit: string;
  readonly #client: GitHub;
  readonly health = new Map<string, Health>();
  runs = 100;

  private constructor(service: GitHubService, commit: string, names: Partial<Names>) {
    histories += 1;
    this.#service = service;
    this.#commit = commit;
    this.#client = clientOf(service, { limits: { silenceMs: 20_000 } });
    this.model = names.model ?? `churn-${histories}`;
    this.environment = names.environment ?? `env-${histories}`;
  }

  static async on(service: GitHubService, names: Partial<Names> = {}): Promise<ModelWorld> {
    process.env['ROUTER_SECRET'] = ROUTER_SECRET;
    return new ModelWorld(service, (await service.remote.resolve('refs/heads/main')) ?? '', names);
  }

  #http(runner: Runner): Http {
    return {
      send: (request) => runner.does(async () => this.#reply(request), request.method === 'POST'),
    };
  }

  #reply({ url, method, headers, body }: HttpRequest): HttpReply {
    const { searchParams, host } = new URL(url);
    if (host === new URL(MONITOR).host) {
      const version = searchParams.get('version') ?? '';
      return answered(200, JSON.stringify({ errors: ERRORS[this.health.get(version) ?? 'good'] }));
    }
    const arrived = { method, url, headers: { ...headers }, body: Buffer.from(String(body ?? '')) };
    const reply = this.router.answer(arrived);
    return answered(reply.status, JSON.stringify(reply.json ?? {}));
  }

  #github(runner: Runner): GitHub {
    const client = { ...this.#client, git: gitOn(this.repository) };
    const wrapped = Object.entries(WRITES).map(([part, writes]) => [
      part,
      runner.client(client[part as keyof typeof WRITES], writes),
    ]);
    return { ...client, ...Object.fromEntries(wrapped) };
  }

  /** Runs a step of promote-model or rollback, whole. */
  async step({ action, inputs, files = {}, run, attempt = 1, now, loss }: Step): Promise<RealEnding> {
    const runner = new Runner(loss);
    const base = contextOf(this.#service.url);
    const source = { ...base.source, commit: this.#commit, run, attempt };
    const runtime = await memoryRuntime({
      action,
      context: { ...base, source },
      github: this.#github(runner),
      http: this.#http(runner),
      now,
      files,
      inputs: {
        'model-name': this.model,
        environment: this.environment,
        upload: 'false',
        ...(action === 'rollback'
          ? { 'incident-labels': this.model }
          : { wait: 'none', production: 'true', 'evidence-outside-runs': 'true' }),
        ...inputs,
      },
    });
    const main: Main = action === 'rollback' ? rollbackMain : promoteMain;
    const output = (name: string) => runtime.recorded.outputs.get(name) ?? '';
    try {
      const { verdict, message } = await main(runtime);
      const document = JSON.parse(await runtime.files.readText(output('report-path')));
      const status = String(document.status);
      return { status, verdict, message, output, document, lost: runner.lost, effects: runner.effects };
    } catch (error) {
      const { code = 'thrown', message } = Object(error);
      return {
        status: code,
        verdict: '',
        message,
        output,
        document: undefined,
        lost: runner.lost,
        effects: runner.effects,
      };
    } finally {
      await runtime.dispose();
    }
  }

  /** The ledger as it lies on its branch, proven by its chain. */
  async ledger(): Promise<Seen> {
    const git = gitOn(this.repository);
    const tip = await git.branchTip(BRANCH);
    const found = tip === undefined ? undefined : await new LedgerReader(git, BRANCH, this.model).at(tip);
    const { state, events } =
      found === undefined || found.kind === 'absent'
        ? { state: emptyState(this.model), events: [] }
        : found.ledger;
    return {
      state,
      events,
      environment: environmentOf(state, this.environment),
      problem: found?.kind === 'tampered' ? found.problem : undefined,
    };
  }

  async pointer(): Promise<
    Readonly<Record<string, { readonly version: string; readonly weight?: number } | null>>
  > {
    const git = gitOn(this.repository);
    const tip = await git.branchTip(BRANCH);
    const path = `models/${this.model}/env/${this.environment}.json`;
    const bytes = tip === undefined ? undefined : await git.readFile(tip, path);
    return bytes === undefined ? { stable: null, canary: null } : JSON.parse(new TextDecoder().decode(bytes));
  }

  deployments() {
    return this.#client.deployments.list(this.environment);
  }

  async issues(): Promise<
    readonly { readonly state: string; readonly body: string; readonly comments: number }[]
  > {
    const response = await fetch(
      `${this.#service.url}/repos/octo/models/issues?state=all&per_page=100&labels=${this.model}`,
      { headers: { authorization: `token ${this.#service.issueToken('all')}` } },
    );
    const found: unknown = await response.json();
    return Array.isArray(found) ? found : [];
  }

  dispatches(): number {
    return this.#service.dispatches.filter(
      (one) => one.kind === 'workflow' && one.inputs['model'] === this.model,
    ).length;
  }

  /** Names the bytes of a digest, out of those that histories are made of. */
  readonly bytesOf = (digest: string | undefined): string =>
    BYTES_BY_DIGEST.get(digest ?? '') ?? `?${digest}`;
}

/** The models that histories are made of. */
export const BYTES = ['A', 'B', 'C'] as const;
const BYTES_BY_DIGEST: ReadonlyMap<string, string> = new Map(
  BYTES.map((bytes) => [modelDigest(bytes), bytes]),
);

const answered = (status: number, body: string): HttpReply => ({
  kind: 'answer',
  status,
  headers: new Map([['content-type', 'application/json']]),
  body,
});
