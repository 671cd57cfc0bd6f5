import { isRecord } from '../contract/fields.ts';
import type { OutboxEntry } from './events.ts';

/** A deployment as GitHub is asked for it. */
export interface DeploymentWish {
  /** By which it is found again: `mlops:promote:<rollout id>`. */
  readonly task: string;
  /** 40 hexadecimal digits. */
  readonly sha: string;
  readonly environment: string;
  readonly production: boolean;
  readonly description: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** How a deployment ends. `failure`: the model is bad; `error`: something else went wrong. */
export type FinalState = 'success' | 'failure' | 'error' | 'inactive';

/** What is to be ended: a deployment that is there, or one that GitHub would not make so far. */
export type DeploymentTarget =
  | { readonly kind: 'made'; readonly id: number }
  | {
      readonly kind: 'wanted';
      readonly wish: DeploymentWish;
      /** The environment's deployment before it: once another one has taken its place, ours comes too late. */
      readonly after: number | undefined;
      readonly fence: number;
    };

/** A status that a deployment is to end with. */
export interface FinalStatus {
  readonly env: string;
  readonly version: string;
  readonly state: FinalState;
  readonly description: string;
  /** Shown with the deployment; empty for none. */
  readonly environmentUrl: string;
  /** Leave a deployment alone that has ended in whatever way. */
  readonly unlessEnded?: boolean;
}

/** The wish that a deployment shows how its rollout ended; one that is not there is made for it. */
export function deploymentEntry(target: DeploymentTarget, status: FinalStatus): OutboxEntry {
  const { env, version, state, description, environmentUrl, unlessEnded = false } = status;
  const common = { state, description, environmentUrl, ...(unlessEnded ? { unlessEnded: 'true' } : {}) };
  if (target.kind === 'made')
    return {
      key: `deployment:${target.id}:${state}`,
      kind: 'deployment',
      env,
      version,
      payload: { ...common, deployment: String(target.id) },
    };
  const { wish, after, fence } = target;
  return {
    key: `deployment:${wish.task}:${state}`,
    kind: 'deployment',
    env,
    version,
    payload: {
      ...common,
      task: wish.task,
      sha: wish.sha,
      production: String(wish.production),
      about: wish.description,
      payload: JSON.stringify(wish.payload),
      after: String(after ?? ''),
      change: String(fence),
    },
  };
}

/** The deployment that an entry asks for; `undefined` when it names one that is there. */
export function wishOf({ env, payload }: OutboxEntry): DeploymentWish | undefined {
  const { task, sha, production, about, payload: text } = payload;
  if (task === undefined || sha === undefined) return undefined;
  return {
    task,
    sha,
    environment: env,
    production: production === 'true',
    description: about ?? '',
    payload: objectIn(text ?? '{}'),
  };
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
