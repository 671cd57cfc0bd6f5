import { createServer, type Server } from 'node:http';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { readBody } from '../../actions/local/services/loopback-server.ts';
import { startTestGitHub } from './github.ts';
import { ledgerFile, runRegistryStep, type StepOptions } from './registry.ts';
import { ROUTER_SECRET, TrafficRouter } from './traffic-router.ts';

const START = Date.parse('2026-01-15T12:00:00Z');
const HOUR = 3_600_000;

/** A GitHub, a router that is told by webhook, and a metric, for rollouts that last for days. */
export class PromotionWorld {
  readonly service: GitHubService;
  readonly router = new TrafficRouter({});
  /** What the metric says, by version; `null` for no data. */
  errors: (version: string) => number | null = () => 0.01;
  /** Called with each question for the metric. */
  measured: (version: string) => void = () => {};
  /** Called when a change is on its way to the router. */
  switching: () => Promise<void> = async () => {};
  /** What the canary answers to the preflight: a status and a body. */
  canary: { readonly status: number; readonly body: unknown } = { status: 200, body: { score: 0.4 } };
  readonly #server: Server;
  url = '';

  private constructor(service: GitHubService) {
    this.service = service;
    this.#server = createServer(async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
      if (pathname === '/traffic') {
        if (request.method === 'POST') await this.switching();
        const { method = '', url = '', headers } = request;
        const reply = this.router.answer({ method, url, headers, body: await readBody(request) });
        response.writeHead(reply.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(reply.json));
        return;
      }
      response.setHeader('content-type', 'application/json');
      if (pathname === '/canary') {
        response.statusCode = this.canary.status;
        response.end(JSON.stringify(this.canary.body));
        return;
      }
      const version = searchParams.get('version') ?? '';
      this.measured(version);
      response.end(JSON.stringify({ errors: this.errors(version) }));
    });
  }

  static async start(): Promise<PromotionWorld> {
    process.env['ROUTER_SECRET'] = ROUTER_SECRET;
    const world = new PromotionWorld(await startTestGitHub());
    await new Promise<void>((done) => {
      world.#server.listen(0, '127.0.0.1', done);
    });
    const address = world.#server.address();
    world.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    return world;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.service.close();
  }

  /** A rollout file with the router as its driver and the metric as its analysis `health`. */
  rollout(steps: string, more = ''): string {
    const hook = `{ url: "${this.url}/traffic", read-url: "${this.url}/traffic", secret-env: ROUTER_SECRET, allow-private-network: true }`;
    return `version: 1
traffic: { driver: webhook, webhook: ${hook} }
${more}
steps:
${steps}
analysis:
  health:
    interval: 1h
    metrics:
      - { name: errors, type: http-json, url: "${this.url}/m?version=\${version}", pointer: /errors, fail-if: "> 0.05", allow-private-network: true }
`;
  }

  /** `operation: promote` of a model into production, at an hour after the start. */
  promote(model: string, rollout: string, change: Change = {}) {
    return this.#step(
      { ...change, model, files: { 'rollout.yml': rollout, ...change.files } },
      {
        rollout: 'rollout.yml',
        wait: 'none',
      },
    );
  }

  /** Any other operation, with nothing in the workspace. */
  operate(operation: string, change: Change = {}) {
    return this.#step(change, { operation, wait: 'none' });
  }

  #step({ hour = 0, inputs = {}, ...change }: Change, defaults: Readonly<Record<string, string>>) {
    return runRegistryStep({
      service: this.service,
      ...change,
      now: START + hour * HOUR,
      inputs: { environment: 'production', ...defaults, ...inputs },
    });
  }

  /** `state.json`. */
  async state() {
    return JSON.parse((await ledgerFile(this.service, 'models/churn/state.json')) ?? '{}');
  }

  /** The environment as `state.json` has it. */
  async environment(name = 'production') {
    return (await this.state()).environments?.[name];
  }
}

/** What differs between steps; `hour` counts from the start. */
export type Change = Omit<Partial<StepOptions>, 'service' | 'now'> & { readonly hour?: number };
