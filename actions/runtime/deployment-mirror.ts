import { errorMessage } from '../lib/errors.ts';
import type { DeploymentState } from './github/deployments.ts';
import type { WriteResult } from './github/github.ts';
import type { Runtime } from './runtime.ts';

/** A deployment that mirrors a change of an environment. */
export interface MirroredDeployment {
  /** `mlops:promote:<rollout id>`: by which it is found again. */
  readonly task: string;
  readonly sha: string;
  readonly environment: string;
  readonly production: boolean;
  readonly description: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * Shows in GitHub Deployments what the ledger says. It never decides anything: whatever fails here is a warning,
 * and the first failure ends the attempts.
 */
export class DeploymentMirror {
  readonly #runtime: Runtime;
  readonly #environmentUrl: string;
  #enabled: boolean;
  id: number | undefined;

  constructor(runtime: Runtime, options: { readonly enabled: boolean; readonly environmentUrl: string }) {
    this.#runtime = runtime;
    this.#enabled = options.enabled;
    this.#environmentUrl = options.environmentUrl;
  }

  /** Finds or makes the deployment. */
  async ensure(deployment: MirroredDeployment): Promise<void> {
    if (!this.#enabled) return;
    if (!/^[0-9a-f]{40}$/.test(deployment.sha)) {
      this.#giveUp('there is no commit to deploy');
      return;
    }
    const made = await this.#attempt(async () =>
      (await this.#runtime.github()).deployments.ensure(deployment),
    );
    this.id = made?.id;
  }

  /** Goes on with a deployment that an earlier run made. */
  adopt(id: number): void {
    if (this.#enabled) this.id = id;
  }

  /** Adds a status to our deployment. */
  async say(state: DeploymentState, description: string): Promise<void> {
    if (this.id !== undefined) await this.#status(this.id, state, description, this.#environmentUrl);
  }

  /** Marks a deployment that was taken over: GitHub does not do so for production. */
  async retire(id: number | undefined, description: string): Promise<void> {
    if (id !== undefined && id !== this.id) await this.#status(id, 'inactive', description, '');
  }

  /** The same for a deployment that a run made and died before it could record it. */
  async retireTask(
    wanted: { readonly task: string; readonly environment: string },
    description: string,
  ): Promise<void> {
    if (!this.#enabled) return;
    try {
      const found = await (await this.#runtime.github()).deployments.find(wanted);
      await this.retire(found?.id, description);
    } catch (error) {
      this.#giveUp(errorMessage(error));
    }
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
    this.#runtime.log.warning(`GitHub Deployments do not show this change: ${reason}`);
  }
}
