import type { Digest } from '../lib/digest.ts';
import type { RolloutStepReport } from '../lib/documents/promotion.ts';
import { ActionError } from '../lib/errors.ts';
import type { Draft, DraftOf, EventType, PreflightResult, RolloutSettings } from '../lib/registry/events.ts';
import { holdsLease } from '../lib/registry/lease.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import type { MirrorSettings } from '../lib/registry/outbox.ts';
import { environmentOf, type RolloutState } from '../lib/registry/state.ts';
import { aboutRollout } from '../lib/registry/take-over.ts';
import type { Rollout } from '../lib/rollout/rollout.ts';
import type { DeploymentMirror } from '../runtime/deployment-mirror.ts';
import { tampered } from '../runtime/ledger/ledger-errors.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { OpenTraffic } from '../runtime/traffic/catalog.ts';
import type { TrafficVersion } from '../runtime/traffic/traffic-driver.ts';

/** Somebody with a newer fence has taken the environment over: this run must touch nothing more. */
export class LeaseLost extends Error {}

/** A version with the digest that it is known under. */
export interface RolledVersion extends TrafficVersion {
  readonly digest: Digest;
}

/** A rollout that is being carried out under a lease. */
export interface RolloutRun {
  readonly runtime: Runtime;
  readonly ledger: OpenLedger;
  readonly branch: string;
  readonly rollout: Rollout;
  readonly traffic: OpenTraffic | undefined;
  readonly mirror: DeploymentMirror;
  /** Shown with the deployment; empty for none. */
  readonly environmentUrl: string;
  /** Who else is told when the version serves. */
  readonly mirrors: MirrorSettings;
  readonly environment: string;
  readonly id: string;
  readonly candidate: RolledVersion;
  /** What served before and serves the rest; `undefined` for the first version of an environment. */
  readonly previous: RolledVersion | undefined;
  readonly fence: number;
  /** Somebody else held the environment: a change of theirs may still be on its way. */
  readonly preempted: boolean;
  readonly settings: RolloutSettings;
  /** Until when this run may wait, in milliseconds since 1970; Infinity for as long as it takes. */
  readonly patientUntil: number;
  /** Events that ride along with the next ones. */
  readonly pending: Draft[];
  readonly reports: RolloutStepReport[];
  readonly preflight: PreflightResult[];
  /** The ledger as it was seen last, with the lease still ours. */
  known: Ledger;
  /** When that was, in milliseconds since 1970. */
  checked: number;
}

/** The head of the events of a rollout. */
export const about = ({ id, candidate, environment, fence }: RolloutRun) =>
  aboutRollout({ id, ...candidate }, environment, fence);

/** An event about this rollout. */
export const draft = <T extends EventType>(
  run: RolloutRun,
  type: T,
  data: DraftOf<T>['data'],
  step = '',
): DraftOf<T> => ({ ...about(run), type, data, step: `${run.id}/${step}` });

/** Gives the environment free again. */
export const leaseReleased = (run: RolloutRun): Draft => draft(run, 'lease.released', {}, String(run.fence));

type Held = Pick<RolloutRun, 'environment' | 'fence' | 'id'>;

/** The rollout as a ledger has it. @throws LeaseLost when it is no longer ours */
function heldRollout(run: Held, ledger: Ledger): RolloutState {
  const environment = environmentOf(ledger.state, run.environment);
  if (!holdsLease(environment, run.fence) || environment.rollout?.id !== run.id) throw new LeaseLost();
  return environment.rollout;
}

/** The rollout as it was seen last. */
export const rolloutState = (run: RolloutRun): RolloutState => heldRollout(run, run.known);

/** Asks the ledger whether the lease is still ours: right before each effect. @throws LeaseLost */
export async function requireLease(run: RolloutRun): Promise<RolloutState> {
  const reading = await run.ledger.store.read();
  if (reading.kind === 'tampered') throw tampered(run.branch, reading.problem);
  if (reading.kind === 'absent')
    throw new ActionError('ledger-tampered', `the ledger on branch ${run.branch} has disappeared`);
  const state = heldRollout(run, reading.ledger);
  run.known = reading.ledger;
  run.checked = run.runtime.clock.now();
  return state;
}

/**
 * Records events, and what is pending before them, if the lease is still ours: the update of the branch proves it, so
 * that an effect may follow without another look.
 *
 * @returns the rollout as it was when the lease was last seen: after the events, unless they gave it up
 * @throws LeaseLost
 */
export async function record(
  run: RolloutRun,
  drafts: readonly Draft[],
  options: { readonly tries?: number } = {},
): Promise<RolloutState> {
  const all = [...run.pending, ...drafts];
  const { ledger } = await run.ledger.store.append((tip) => {
    heldRollout(run, tip);
    return { drafts: all };
  }, options);
  run.pending.length = 0;
  run.known = ledger;
  run.checked = run.runtime.clock.now();
  const { rollout } = environmentOf(ledger.state, run.environment);
  if (rollout?.id !== run.id) throw new LeaseLost();
  return rollout;
}
