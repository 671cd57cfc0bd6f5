import type { Digest } from '../lib/digest.ts';
import type { RolloutStepReport } from '../lib/documents/promotion.ts';
import { ActionError } from '../lib/errors.ts';
import type { Draft, DraftOf, EventType } from '../lib/registry/events.ts';
import { holdsLease } from '../lib/registry/lease.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import { environmentOf, type RolloutState } from '../lib/registry/state.ts';
import type { OnFailure, OnInconclusive, Rollout } from '../lib/rollout/rollout.ts';
import type { DeploymentMirror } from '../runtime/deployment-mirror.ts';
import { tampered } from '../runtime/ledger/ledger-store.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { OpenTraffic } from '../runtime/traffic/catalog.ts';
import type { TrafficVersion } from '../runtime/traffic/traffic-driver.ts';

/** Somebody with a newer fence has taken the environment over: this run must touch nothing more. */
export class LeaseLost extends Error {}

/** A rollout that is being carried out under a lease. */
export interface RolloutRun {
  readonly runtime: Runtime;
  readonly ledger: OpenLedger;
  readonly branch: string;
  readonly rollout: Rollout;
  readonly traffic: OpenTraffic | undefined;
  readonly mirror: DeploymentMirror;
  readonly environment: string;
  readonly id: string;
  readonly candidate: TrafficVersion & { readonly digest: Digest };
  /** What served before and serves the rest; `undefined` for the first version of an environment. */
  readonly previous: (TrafficVersion & { readonly digest: Digest }) | undefined;
  readonly fence: number;
  readonly onFailure: OnFailure;
  readonly onInconclusive: OnInconclusive;
  readonly quarantineOnFailure: boolean;
  /** Events that ride along with the next ones. */
  readonly pending: Draft[];
  readonly reports: RolloutStepReport[];
  /** When it was last seen that we still hold the lease, in milliseconds since 1970. */
  checked: number;
}

/** The head of the events of a rollout. */
export const about = (run: RolloutRun) => ({
  version: run.candidate.version,
  digest: run.candidate.digest,
  env: run.environment,
  rollout: run.id,
  fence: run.fence,
});

/** An event about this rollout. */
export const draft = <T extends EventType>(
  run: RolloutRun,
  type: T,
  data: DraftOf<T>['data'],
  step = '',
): DraftOf<T> => ({ ...about(run), type, data, step: `${run.id}/${step}` });

/** The rollout as the ledger has it. @throws LeaseLost when it is no longer ours */
export function rolloutState(run: RolloutRun, ledger: Ledger): RolloutState {
  const environment = environmentOf(ledger.state, run.environment);
  if (!holdsLease(environment, run.fence) || environment.rollout?.id !== run.id) throw new LeaseLost();
  return environment.rollout;
}

/** Asks the ledger whether the lease is still ours: right before each effect. @throws LeaseLost */
export async function requireLease(run: RolloutRun): Promise<RolloutState> {
  const reading = await run.ledger.store.read();
  if (reading.kind === 'tampered') throw tampered(run.branch, reading.problem);
  if (reading.kind === 'absent')
    throw new ActionError('ledger-tampered', `the ledger on branch ${run.branch} has disappeared`);
  const state = rolloutState(run, reading.ledger);
  run.checked = run.runtime.clock.now();
  return state;
}

/** Records events, and what is pending before them, if the lease is still ours. @throws LeaseLost */
export async function record(
  run: RolloutRun,
  drafts: readonly Draft[],
  options: { readonly tries?: number } = {},
): Promise<void> {
  const all = [...run.pending, ...drafts];
  await run.ledger.store.append((ledger) => {
    rolloutState(run, ledger);
    return { drafts: all };
  }, options);
  run.pending.length = 0;
}
