import { errorMessage } from '../lib/errors.ts';
import type { DeploymentTarget, DeploymentWish } from '../lib/registry/deployment-entry.ts';
import type { DeploymentState } from './github/deployment-statuses.ts';
import type { WriteResult } from './github/github.ts';
import type { Runtime } from './runtime.ts';

/**
 * Shows in GitHub Deployments what the ledger says, while it happens. It never decides anything: whatever fails here is a
 * warning, and the first failure ends the attempts. How it ended in the end is told through the outbox, to which `target`
 * goes.
 */
export class DeploymentMirror {
  readonly #runtime: Runtime;
  readonly #environmentUrl: string;
  #enabled: boolean;
  #wish: DeploymentWish | undefined;
  id: number | undefined;

  constructor(runtime: Runtime, options: { readonly enabled: boolean; readonly environmentUrl: string }) {
    this.#runtime = runtime;
    this.#enabled = options.enabled;
    this.#environmentUrl = options.environmentUrl;
  }

  /** Finds or makes the deployment. */
  async ensure(deployment: DeploymentWish): Promise<void> {
    if (!this.#enabled) return;
    if (!/^[0-9a-f]{40}$/.test(deployment.sha)) {
      this.#giveUp('there is no commit to deploy');
      return;
    }
    this.#wish = deployment;
    const made = await this.#attempt(async () =>
      (await this.#runtime.github()).deployments.ensure(deployment),
    );
    this.id = made?.id;
  }

  /** Goes on with a deployment that an earlier run made. */
  adopt(id: number): void {
    if (this.#enabled) this.id = id;
  }

  /** What is to be ended, also when GitHub has not made it yet; `undefined` where none is wanted. */
  target(change: {
    readonly after: number | undefined;
    readonly fence: number;
  }): DeploymentTarget | undefined {
    if (this.id !== undefined) return { kind: 'made', id: this.id };
    return this.#wish && { kind: 'wanted', wish: this.#wish, ...change };
  }

  /** Adds a status to our deployment. */
  async say(state: DeploymentState, description: string): Promise<void> {
    if (this.id !== undefined) await this.#status(this.id, state, description, this.#environmentUrl);
  }

  async #status(
    id: number,
    state: DeploymentState,
    description: string,
    environmentUrl: string,
  ): Promise<void> {
    const { runUrl } = this.#runtime.context;
    await this.#attempt(async () =>
      (await this.#runtime.github()).deployments.setStatus(id, {
        state,
        description,
        ...(environmentUrl === '' ? {} : { environmentUrl }),
        ...(runUrl === '' ? {} : { logUrl: runUrl }),
      }),
    );
  }

  async #attempt<T>(write: () => Promise<WriteResult<T>>): Promise<T | undefined> {
    if (!this.#enabled) return undefined;
    try {
      const result = await write();
      if (result.kind === 'done') return result.value;
      this.#giveUp(result.message);
    } catch (error) {
      this.#giveUp(errorMessage(error));
    }
    return undefined;
  }

  #giveUp(reason: string): void {
    this.#enabled = false;
    this.#runtime.log.warning(`GitHub Deployments do not show this change yet: ${reason}`);
  }
}
