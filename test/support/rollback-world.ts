import { createServer, type Server } from 'node:http';
import { type Digest, sha256 } from '../../actions/lib/digest.ts';
import { chainEvents } from '../../actions/lib/registry/chain.ts';
import type { Draft, ModelSignature } from '../../actions/lib/registry/events.ts';
import {
  appendEvents,
  emptyLedger,
  type Ledger,
  ledgerFiles,
  ledgerPath,
} from '../../actions/lib/registry/ledger.ts';
import { environmentOf } from '../../actions/lib/registry/state.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { main } from '../../actions/rollback/main.ts';
import type { GitHub } from '../../actions/runtime/github/github.ts';
import { LedgerReader } from '../../actions/runtime/ledger/read-ledger.ts';
import type { Outcome } from '../../actions/runtime/runtime.ts';
import { clientOf, contextOf } from './github.ts';
import { type MemoryRuntime, memoryRuntime } from './memory-runtime.ts';

export const ENV = 'production';
const NOW = Date.parse('2026-01-16T00:00:00Z');
const SECRET = 'TEST_WEBHOOK_SECRET';

/** A version as it is put into a ledger by hand. */
interface SeedVersion {
  readonly version: string;
  /** What is in its only file; the version's number if absent. */
  readonly content?: string;
  readonly uri?: string;
  readonly signature?: ModelSignature;
  readonly cause?: string;
}

/** A ledger as promotions leave it: their events, chained and put on the branch in one commit. */
export class SeededLedger {
  readonly #service: GitHubService;
  #run = 0;
  #at = Date.parse('2026-01-01T00:00:00Z');
  #ledger: Ledger = emptyLedger('churn');
  /** The tip of main: versions of the tests are all made from it. */
  #commit = '';

  constructor(service: GitHubService) {
    this.#service = service;
  }

  /** Chains events of one promotion to what is there; `#write` puts all of it on the branch. */
  #append(drafts: readonly Draft[]): void {
    this.#run++;
    this.#at += 3_600_000;
    const events = chainEvents(this.#ledger.state.head, drafts, {
      operation: {
        repository: 'octo/models',
        run: String(this.#run),
        job: 'promote',
        action: 'promote-model',
        operation: 'promote',
        model: 'churn',
      },
      author: {
        actor: 'octo',
        run: { id: this.#run, attempt: 1, job: 'promote', workflow: 'promote.yml', sha: '' },
      },
      ts: new Date(this.#at).toISOString(),
    });
    this.#ledger = appendEvents(this.#ledger, events);
  }

  /** One commit by git itself, as the store would leave the branch. */
  async #write(files: Readonly<Record<string, string>> = {}): Promise<Ledger> {
    const written = ledgerFiles(this.#ledger, this.#ledger.events);
    await this.#service.remote.commitFiles(
      'mlops-registry',
      { ...Object.fromEntries(written.map(({ path, content }) => [path, content])), ...files },
      'Promotions',
    );
    return this.#ledger;
  }

  async #findCommit(): Promise<void> {
    this.#commit = (await this.#service.remote.resolve('refs/heads/main')) ?? '';
  }

  /** The ledger as it is on the branch now, proven. */
  async read(): Promise<Ledger> {
    const { remote } = this.#service;
    const tip = (await remote.resolve('refs/heads/mlops-registry')) ?? '';
    const found = await new LedgerReader(clientOf(this.#service).git, 'mlops-registry', 'churn').at(tip);
    if (found.kind !== 'sound') throw new Error(`the ledger is ${found.kind}`);
    this.#ledger = found.ledger;
    return found.ledger;
  }

  #register({ version, content = version, uri = '', signature, cause = '' }: SeedVersion): void {
    const digest = sha256(content);
    this.#append([
      {
        type: 'version.registered',
        version,
        digest,
        data: {
          uri,
          commit: this.#commit,
          files: [{ path: 'model.bin', size: content.length, sha256: digest }],
          dataDigest: sha256(`data of ${version}`),
          metrics: { auc: 0.8 },
          intervals: { auc: [0.75, 0.85] },
          signature: signature ?? null,
          cause,
        },
      },
    ]);
  }

  #promote(version: string, content: string, spec: Digest | null, open: boolean): void {
    const about = {
      version,
      digest: sha256(content),
      env: ENV,
      rollout: `ro_${version}`,
      fence: this.#run + 1,
    };
    const weight = open ? 10 : 100;
    const step = { step: 1, of: open ? 2 : 1, weight, shadow: 0 };
    const owner = { key: `promotion of ${version}`, run: this.#run + 1, attempt: 1 };
    const drafts: Draft[] = [
      { type: 'lease.acquired', env: ENV, fence: about.fence, data: { owner, minutes: 30, from: null } },
      {
        ...about,
        type: 'rollout.requested',
        data: {
          steps: [{ weight, shadow: 0, bakeMs: 0, approval: '' }],
          previous: null,
          spec,
          settings: {
            onFailure: 'rollback',
            onInconclusive: 'pause',
            onCancel: 'pause',
            quarantineOnFailure: true,
          },
          deadline: null,
          approvers: ['alice'],
          forced: '',
        },
      },
      { ...about, type: 'rollout.step.started', data: step },
      { ...about, type: 'rollout.step.applied', data: { ...step, verified: 'read back' } },
    ];
    if (!open)
      drafts.push(
        { ...about, type: 'version.verified', data: {} },
        { ...about, type: 'rollout.completed', data: { previous: null, warmUntil: null } },
        { type: 'lease.released', env: ENV, fence: about.fence, data: {} },
      );
    this.#append(drafts);
  }

  /** Registers a version on top of what is there. */
  async register(version: SeedVersion): Promise<void> {
    await this.read();
    await this.#findCommit();
    this.#register(version);
    await this.#write();
  }

  /** A whole rollout of a version, or, with `open`, one that is at its first step of 10 %. */
  async promote(
    version: string,
    options: { rollout?: string; content?: string; open?: boolean } = {},
  ): Promise<void> {
    const { rollout, content = version, open = false } = options;
    await this.read();
    this.#promote(version, content, rollout === undefined ? null : sha256(rollout), open);
    await this.#write();
  }

  async add(...drafts: readonly Draft[]): Promise<void> {
    await this.read();
    this.#append(drafts);
    await this.#write();
  }

  /** Versions that were registered and promoted one after the other; the first thing on the branch. */
  async history(
    rollout: string | undefined,
    ...versions: readonly (SeedVersion | string)[]
  ): Promise<Ledger> {
    const spec = rollout === undefined ? null : sha256(rollout);
    await this.#findCommit();
    for (const one of versions) {
      const seed = typeof one === 'string' ? { version: one } : one;
      this.#register(seed);
      this.#promote(seed.version, seed.content ?? seed.version, spec, false);
    }
    return this.#write(
      rollout === undefined || spec === null ? {} : { [ledgerPath.rollout('churn', spec)]: rollout },
    );
  }

  async environment() {
    return environmentOf((await this.read()).state, ENV);
  }
}

/** What a request to the router was. */
interface RouterChange {
  readonly version: string;
  readonly weight: number;
  readonly fence: number;
}

/** A router: it has the share of each version, refuses fences that are older than the newest it has seen, and says how well each version is. */
export class Router {
  readonly changes: RouterChange[] = [];
  weights: Record<string, number> = {};
  /** Error rates by version; 0 where nothing is said. */
  sick: Record<string, number> = {};
  /** Called with each change before it takes effect. */
  onChange: (change: RouterChange) => Promise<void> = async () => undefined;
  /** Status that changes are refused with; 0 for none. */
  refuse = 0;
  #newest = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      if (request.url?.startsWith('/errors/'))
        return response.end(JSON.stringify({ rate: this.sick[request.url.slice('/errors/'.length)] ?? 0 }));
      if (request.method === 'GET') return response.end(JSON.stringify({ weights: this.weights }));
      const { version, weight, previous, fence } = JSON.parse(body);
      await this.onChange({ version, weight, fence });
      if (this.refuse > 0) return response.writeHead(this.refuse).end();
      if (fence < this.#newest) return response.writeHead(409).end();
      this.#newest = fence;
      this.changes.push({ version, weight, fence });
      this.weights = { [version]: weight, ...(previous ? { [previous.version]: 100 - weight } : {}) };
      return response.end();
    });
  }

  static async start(): Promise<Router> {
    process.env[SECRET] = 'hook secret';
    const router = new Router();
    await new Promise<void>((done) => {
      router.#server.listen(0, '127.0.0.1', done);
    });
    return router;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  /** A rollout file that switches by this router, with an analysis `health` of the error rate. */
  get rollout(): string {
    return `version: 1
traffic: { driver: webhook, webhook: { url: "${this.url}/t", read-url: "${this.url}/t", secret-env: ${SECRET}, allow-private-network: true } }
steps: [{ weight: 100 }]
analysis:
  health:
    interval: 10s
    metrics:
      - name: errors
        type: http-json
        url: "${this.url}/errors/\${version}"
        allow-private-network: true
        pointer: /rate
        fail-if: "> 0.05"
`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** A rollback that has ended. */
interface EndedRollback {
  readonly runtime: MemoryRuntime;
  readonly outcome: Outcome | undefined;
  readonly error: unknown;
  output(name: string): string | undefined;
  document(): Promise<Record<string, unknown>>;
}

interface RollbackOptions {
  readonly service: GitHubService;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly run?: number;
  readonly attempt?: number;
  readonly now?: number;
  readonly wrap?: (github: GitHub) => GitHub;
  readonly cached?: Map<string, ReadonlyMap<string, Uint8Array>>;
}

/** Runs rollback from its source against a local GitHub. */
export async function runRollback(options: RollbackOptions): Promise<EndedRollback> {
  const { service, run = 50, attempt = 1 } = options;
  const commit = (await service.remote.resolve('refs/heads/main')) ?? '';
  const base = contextOf(service.url);
  const client = clientOf(service, { limits: { silenceMs: 20_000 } });
  const runtime = await memoryRuntime({
    action: 'rollback',
    context: { ...base, source: { ...base.source, commit, run, attempt } },
    github: options.wrap?.(client) ?? client,
    now: options.now ?? NOW,
    ...(options.files === undefined ? {} : { files: options.files }),
    ...(options.cached === undefined ? {} : { cached: options.cached }),
    inputs: { 'model-name': 'churn', environment: ENV, reason: 'it is worse', ...options.inputs },
  });
  const step = {
    runtime,
    output: (name: string) => runtime.recorded.outputs.get(name),
    document: async () => JSON.parse(await runtime.files.readText('mlops/rollback/rollback.json')),
  };
  try {
    return { ...step, outcome: await main(runtime), error: undefined };
  } catch (error) {
    return { ...step, outcome: undefined, error };
  }
}
